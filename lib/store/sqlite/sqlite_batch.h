/* SPDX-License-Identifier: ISC */
/* Batches on a store's file, the path of a million rows. Each relation and operation has one
 * prepared statement; cells are bound where they lie. */
#ifndef FIL_SQLITE_BATCH_H
#define FIL_SQLITE_BATCH_H

#include "lib/store/sqlite/sqlite_connection.h"

extern const struct fil_batch_engine fil_sqlite_batches;

/* Frees the batches' plans of a store that is disconnected. */
void fil_sqlite_free_plans(struct fil_sqlite *store);

#endif
