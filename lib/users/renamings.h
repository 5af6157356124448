/* SPDX-License-Identifier: ISC */
/* The renamings of users in the history. Rows of tables have today's keys of users, and rows of the
 * history those of their time: renamings translate between both. */
#ifndef FIL_RENAMINGS_H
#define FIL_RENAMINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/fault.h"
#include "lib/store/store.h"

/* A moment: just before an entry of the history, or with number 0 before a run. */
struct fil_moment {
	int64_t run, number;
};

/* Returns the order of two moments as strcmp does. */
int fil_moment_compare(struct fil_moment a, struct fil_moment b);

/* After all runs. */
#define FIL_NOW ((struct fil_moment){ INT64_MAX, 0 })

struct fil_renamings;

/* Reads the renamings and joins of the store, within the caller's transaction. holds tells whether a
 * run was not taken back: only then are the users joined whom it joined. Returns NULL with a fault;
 * the caller frees the renamings. */
struct fil_renamings *fil_renamings_new(struct fil_store *store,
    bool (*holds)(const void *context, int64_t run), const void *context, struct fil_fault *fault);

/* Returns the key that the user with `key` at one moment has at another moment, before or after. A
 * user who did not exist then keeps the key. It is `key` itself, or
 * belongs to the renamings. */
const char *fil_renamings_key(const struct fil_renamings *renamings, const char *key,
    struct fil_moment from, struct fil_moment to);

/* Returns today's key of the person with `key` at a moment, who may have been joined to another
 * user since. It is `key` itself, or belongs to the renamings. */
const char *fil_renamings_person(
    const struct fil_renamings *renamings, const char *key, struct fil_moment from);

/* Returns all n keys that the person with this key today ever had. The key itself comes first;
 * keys of users joined are among them. The caller frees the array, not the keys. */
const char **fil_renamings_keys(const struct fil_renamings *renamings, const char *key, size_t *n);

/* Returns the number of renamings and joins. */
size_t fil_renamings_count(const struct fil_renamings *renamings);

/* Frees the renamings; NULL is fine. */
void fil_renamings_free(struct fil_renamings *renamings);

#endif
