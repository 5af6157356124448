/* SPDX-License-Identifier: ISC */
/* Users in memory, each with a tuple of facts, and each distinct tuple once. Keys that were added
 * in their order are listed: 8 to 12 bytes a user and the key. Others are hashed: 20 to 40 bytes a
 * user. */
#ifndef FIL_USERS_H
#define FIL_USERS_H

#include <stddef.h>
#include <stdint.h>

struct fil_users;

/* Returns an empty set of users. tuple: the bytes of a tuple, which has no padding. The caller
 * frees it. */
struct fil_users *fil_users_new(size_t tuple);

/* Adds a user who was not added before: a key of n bytes, and a tuple, which is copied. Users are
 * looked up after fil_users_settle. */
void fil_users_add(struct fil_users *users, const char *user, size_t n, const void *tuple);

/* Adds n users whose keys are not known: they are counted, and not looked up. */
void fil_users_count(struct fil_users *users, const void *tuple, size_t n);

/* Begins again with tuples of other bytes, after fil_users_settle. A user is found again once
 * fil_users_change or fil_users_add has given a tuple; until then the former one is kept. So a
 * million users need memory for one table alone. */
void fil_users_renew(struct fil_users *users, size_t tuple);

/* Ends a look-up: returns the former tuple of a user without a new one, or NULL. It belongs to the
 * users. */
const void *fil_users_former(const struct fil_users *users, uint64_t sought);

/* Gives a user with a former tuple a new one. */
void fil_users_change(struct fil_users *users, uint64_t sought, const void *tuple);

/* Ends the adding of users. */
void fil_users_settle(struct fil_users *users);

/* Returns the number of distinct tuples. They are numbered from 0. */
size_t fil_users_tuples(const struct fil_users *users);

/* Returns tuple i, and sets *n to the number of users who have it; n may be NULL. The tuple belongs
 * to the users. */
const void *fil_users_tuple(const struct fil_users *users, size_t i, size_t *n);

/* Begins a look-up of a user, a key of n bytes, as fil_hash_seek does. It ends before the next user is
 * added. */
uint64_t fil_users_seek(const struct fil_users *users, const char *user, size_t n);

/* Ends a look-up: returns the number of the user's tuple, or FIL_NOWHERE. */
size_t fil_users_found(const struct fil_users *users, uint64_t sought);

/* Frees the users; NULL is fine. */
void fil_users_free(struct fil_users *users);

#endif
