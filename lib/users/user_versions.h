/* SPDX-License-Identifier: ISC */
/* The users as they were: their unit, job, manager, role and departure on past days, from the
 * history. */
#ifndef FIL_USER_VERSIONS_H
#define FIL_USER_VERSIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/store/query.h"
#include "lib/store/statement.h"
#include "lib/store/store.h"

struct fil_user_versions;

/* Sets *versions to the changes of users since a day, in one pass over the history; NULL when no
 * run was later than the day. The day of a change is that of its run. A change that was taken back
 * is none. Memory: about 40 bytes a change. Returns 0, or -1 with a fault; the caller frees the
 * versions. */
int fil_user_versions_read(struct fil_store *store, fil_day since,
    struct fil_user_versions **versions, struct fil_fault *fault);

/* Returns the number of users who have changed since then. */
size_t fil_user_versions_users(const struct fil_user_versions *versions);

/* Returns the key of one of them. It belongs to the versions. */
const char *fil_user_versions_user(const struct fil_user_versions *versions, size_t i);

/* Returns whether the store has changes of a user since then. */
bool fil_user_versions_has(const struct fil_user_versions *versions, const char *user);

/* Returns whether one of these changes was made to a user who had a day of departure. */
bool fil_user_versions_had_left(const struct fil_user_versions *versions, const char *user);

/* Returns whether the user was recorded by the day, YYYY-MM-DD. run: that of the row as it stands. */
bool fil_user_versions_knows(
    const struct fil_user_versions *versions, const char *user, int64_t run, const char *day);

/* Replaces cells of a row of users, as it stands, by those of the day. Of changes that were
 * recorded out of order the last one up to the day counts. A departure is a day itself, and counts
 * as written whenever it was recorded. Only one that was cleared later, at a return, comes from the
 * history. Nothing else is known of a user who was recorded after the day: the other cells are
 * those at the end of the day of the record, so that no later change moves the past. run: that of
 * the row as it stands. The cells belong to the versions. Columns of no interest need not be
 * read. */
void fil_user_versions_apply(const struct fil_user_versions *versions, const char *user,
    int64_t run, const char *day, const char **cells);

/* Frees the versions; NULL is fine. */
void fil_user_versions_free(struct fil_user_versions *versions);

/* Some columns of all users as of a day, in the order of the keys. */
struct fil_dated_users;

/* Returns the users with n columns as of a day. The history is read only for a past day. Returns NULL
 * with a fault; the caller frees them. */
struct fil_dated_users *fil_dated_users_new(struct fil_store *store, const char *const *columns,
    size_t n, fil_day day, struct fil_fault *fault);

/* Moves to the next user, whose key is then fil_dated_users_key. Fills n cells, which belong to the
 * users until the next move. Returns 1, 0 at the end, or -1 with a fault. */
int
fil_dated_users_next(struct fil_dated_users *users, const char **cells, struct fil_fault *fault);

/* Moves to this user; users are sought in ascending order. As fil_dated_users_next; 0: there is no such
 * user. */
int fil_dated_users_seek(
    struct fil_dated_users *users, const char *user, const char **cells, struct fil_fault *fault);

/* Adds the columns of users "u" from which fil_dated_users_take makes the cells: ", u."user", …". */
void fil_dated_users_add(const struct fil_dated_users *users, struct fil_statement *statement);

/* Returns the number of these columns. */
int fil_dated_users_width(const struct fil_dated_users *users);

/* Fills n cells of the user whose columns begin there in a row of another query. They belong to the users
 * and the query, until its next step. */
void fil_dated_users_take(
    struct fil_dated_users *users, struct fil_query *query, int column, const char **cells);

/* As fil_dated_users_take, from a whole row of users that begins there in a batch, with its run behind
 * it (fil_store_fetch). The cells belong to the users and the batch. */
void fil_dated_users_found(
    struct fil_dated_users *users, const struct fil_batch *found, size_t row, const char **cells);

/* Returns the key of the current user, and sets *length unless length is NULL. */
const char *fil_dated_users_key(const struct fil_dated_users *users, size_t *length);

/* Frees the users; NULL is fine. */
void fil_dated_users_free(struct fil_dated_users *users);

#endif
