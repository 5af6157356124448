/* SPDX-License-Identifier: ISC */
/* A cursor: the rows of a query that come ordered by their first column, the user, taken user by
 * user. Several cursors in step merge tables that no query joins. */
#ifndef FIL_CURSOR_H
#define FIL_CURSOR_H

#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/store/store.h"

struct fil_cursor;

/* Returns a cursor over the query, which becomes the cursor's; the caller frees it. */
struct fil_cursor *fil_cursor_new(struct fil_query *query);

/* Returns a cursor over the rows of some users, at most n at a time: select up to FROM and the
 * table; order: the columns behind the user, or NULL. It gives no row before fil_cursor_users. */
struct fil_cursor *
fil_cursor_of_users(struct fil_store *store, const char *select, const char *order, size_t n);

/* Begins such a cursor anew with these users, one at least, whom it copies. */
void fil_cursor_users(struct fil_cursor *cursor, const char *const *users, size_t n);

/* Returns the query, to read the columns of the row at hand. It belongs to the cursor. */
struct fil_query *fil_cursor_query(const struct fil_cursor *cursor);

/* Moves to the first row of the next user, passing over what is left of the one at hand. Returns 1,
 * 0 at the end, or -1 with a fault. */
int fil_cursor_next(struct fil_cursor *cursor, struct fil_fault *fault);

/* Moves to the next row of the user at hand. Returns 1, 0 when there is none, or -1. */
int fil_cursor_row(struct fil_cursor *cursor, struct fil_fault *fault);

/* Moves to the first row of this user, passing over users before it. Users are sought in ascending
 * order. Returns 1, 0 when the user has no row, or -1 with a fault. */
int fil_cursor_seek(struct fil_cursor *cursor, const char *user, struct fil_fault *fault);

/* Returns the user at hand, NULL before the first and after the last; its length too when length is
 * not NULL. It belongs to the cursor, until the next move to another user. */
const char *fil_cursor_user(const struct fil_cursor *cursor, size_t *length);

/* Frees the cursor and its query; NULL is fine. */
void fil_cursor_free(struct fil_cursor *cursor);

#endif
