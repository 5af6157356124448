/* SPDX-License-Identifier: ISC */
/* Batches in a store's file, for millions of rows. Each relation and operation has one prepared
 * statement. Cells are bound without copying. */
#ifndef FIL_SQLITE_BATCH_H
#define FIL_SQLITE_BATCH_H

#include "lib/store/sqlite/sqlite_connection.h"

extern const struct fil_batch_engine fil_sqlite_batches;

/* Frees the batch statements of a disconnected store. */
void fil_sqlite_free_plans(struct fil_sqlite *store);

#endif
