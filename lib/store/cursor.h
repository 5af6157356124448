/* SPDX-License-Identifier: ISC */
/* A cursor: reads the rows of a query user by user. The query is ordered by its first column, the
 * user. Cursors that move to the same user in turn merge several tables without a join. */
#ifndef FIL_CURSOR_H
#define FIL_CURSOR_H

#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/store/store.h"

struct fil_cursor;

/* Returns a cursor over a query; the caller frees the cursor, and the cursor frees the query. */
struct fil_cursor *fil_cursor_new(struct fil_query *query);

/* Has `row` called with the query at each row to which the cursor moves, also at rows that it skips. */
void fil_cursor_watch(
    struct fil_cursor *cursor, void (*row)(void *context, struct fil_query *query), void *context);

/* Returns a cursor over the rows of chosen users, at most n at a time; the caller frees it.
 * `select` is the SELECT up to its FROM and table. `order` lists the columns that order the rows of
 * one user, or is NULL. The cursor has no rows before fil_cursor_users. */
struct fil_cursor *
fil_cursor_of_users(struct fil_store *store, const char *select, const char *order, size_t n);

/* Restarts a cursor over chosen users with these users, at least one; it copies them. */
void fil_cursor_users(struct fil_cursor *cursor, const char *const *users, size_t n);

/* Returns the query, to read the columns of the current row. It belongs to the cursor. */
struct fil_query *fil_cursor_query(const struct fil_cursor *cursor);

/* Moves to the first row of the next user, skipping the rest of the current user's rows. Returns 1,
 * 0 at the end, or -1 with a fault. */
int fil_cursor_next(struct fil_cursor *cursor, struct fil_fault *fault);

/* Moves to the next row of the current user. Returns 1, 0 when there is none, or -1 with a fault. */
int fil_cursor_row(struct fil_cursor *cursor, struct fil_fault *fault);

/* Moves to the first row of this user, skipping the users before. Seek users in ascending order.
 * Returns 1, 0 when the user has no row, or -1 with a fault. */
int fil_cursor_seek(struct fil_cursor *cursor, const char *user, struct fil_fault *fault);

/* Returns the current user, NULL before the first and after the last. Fills in the length in bytes,
 * unless length is NULL. The text belongs to the cursor until it moves to another user. */
const char *fil_cursor_user(const struct fil_cursor *cursor, size_t *length);

/* Frees the cursor and its query; NULL is fine. */
void fil_cursor_free(struct fil_cursor *cursor);

#endif
