/* SPDX-License-Identifier: ISC */
/* The purge of a store on a server: the tables are written again without deleted rows. */
#ifndef FIL_POSTGRESQL_PURGE_H
#define FIL_POSTGRESQL_PURGE_H

#include <stdbool.h>

#include "lib/base/search.h"
#include "lib/store/engine.h"

/* Does what fil_store_purge does. The role must own the tables (77). */
int fil_postgresql_purge(struct fil_store *store, unsigned seconds, const struct fil_search *texts,
    bool *found, struct fil_fault *fault);

#endif
