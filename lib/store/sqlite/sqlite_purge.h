/* SPDX-License-Identifier: ISC */
/* The purge of a store's file: the bytes of deleted rows go. */
#ifndef FIL_SQLITE_PURGE_H
#define FIL_SQLITE_PURGE_H

#include <stdbool.h>

#include "lib/base/search.h"
#include "lib/store/engine.h"

/* Does what fil_store_purge does, under the lock file. */
int fil_sqlite_purge(struct fil_store *store, unsigned seconds, const struct fil_search *texts,
    bool *found, struct fil_fault *fault);

#endif
