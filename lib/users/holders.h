/* SPDX-License-Identifier: ISC */
/* The holders of keys: which user had which key of users at which moment, from the history. A key can
 * pass from one user to another by renamings, and users who were removed can be put back. A user who
 * was removed, and added under the same key, is one holder. */
#ifndef FIL_HOLDERS_H
#define FIL_HOLDERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/fault.h"
#include "lib/store/store.h"
#include "lib/users/renamings.h"

struct fil_holders;

/* Reads the holders of all keys that a renaming gave or took, within the caller's transaction. took_back
 * tells whether run `by` took a run back. Returns NULL with a fault; the caller frees the holders. */
struct fil_holders *fil_holders_new(struct fil_store *store,
    bool (*took_back)(const void *context, int64_t by, int64_t run), const void *context,
    struct fil_fault *fault);

/* Returns the key that the holder of `key` at a moment has today, or had last. *gone is 0, unless the
 * holder was removed and another one got that key by a renaming since: then it is a number of this holder
 * alone. The key is `key` itself, or belongs to the holders. */
const char *fil_holders_today(
    const struct fil_holders *holders, const char *key, struct fil_moment moment, size_t *gone);

/* Frees the holders; NULL is fine. */
void fil_holders_free(struct fil_holders *holders);

#endif
