/* SPDX-License-Identifier: ISC */
/* The holders of keys: which user had which key of users at which moment, from the history. Rows of
 * tables have today's keys of users, and rows of the history those of their time: holders translate
 * between both. A key can pass from one user to another by renamings. Users who were removed can be put
 * back, also under another key than their last one. A user who was removed, and added under the same key,
 * is one holder. */
#ifndef FIL_HOLDERS_H
#define FIL_HOLDERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/fault.h"
#include "lib/store/store.h"
#include "lib/users/undoings.h"

/* A moment: just before an entry of the history, or with number 0 before a run. */
struct fil_moment {
	int64_t run, number;
};

/* After all runs. */
#define FIL_NOW ((struct fil_moment){ INT64_MAX, 0 })

struct fil_holders;

/* Reads the holders of all keys that a renaming gave or took, within the caller's transaction. The undoings
 * are those of the store, and are not kept. Returns NULL with a fault; the caller frees the holders. */
struct fil_holders *fil_holders_new(
    struct fil_store *store, const struct fil_undoings *undoings, struct fil_fault *fault);

/* Returns the key that the holder of `key` at one moment has at another moment, before or after. A user
 * who did not exist then keeps the key. It is `key` itself, or belongs to the holders. */
const char *fil_holders_key(const struct fil_holders *holders, const char *key,
    struct fil_moment from, struct fil_moment to);

/* Returns the key that the holder of `key` at a moment has today, or had last. *gone is 0, unless the
 * holder was removed and another one got that key by a renaming since: then it is a number of this holder
 * alone. The key is `key` itself, or belongs to the holders. */
const char *fil_holders_today(
    const struct fil_holders *holders, const char *key, struct fil_moment moment, size_t *gone);

/* Returns today's key of the person with `key` at a moment, who may have been joined to another user
 * since; or the last key of a removed person. *gone is as in fil_holders_today, unless gone is NULL. It is
 * `key` itself, or belongs to the holders. */
const char *fil_holders_person(
    const struct fil_holders *holders, const char *key, struct fil_moment moment, size_t *gone);

/* Returns the key of the user to whom the holder of `key` at a moment is joined later in the same run, also
 * where the join was taken back; or NULL. It belongs to the holders. */
const char *
fil_holders_joined(const struct fil_holders *holders, const char *key, struct fil_moment moment);

/* Returns all n keys that the person with this key today ever had. The key itself comes first; keys of
 * users joined are among them. The caller frees the array, not the keys. */
const char **fil_holders_keys(const struct fil_holders *holders, const char *key, size_t *n);

/* Returns whether any user was renamed or joined. */
bool fil_holders_any(const struct fil_holders *holders);

/* Frees the holders; NULL is fine. */
void fil_holders_free(struct fil_holders *holders);

#endif
