/* SPDX-License-Identifier: ISC */
/* Batches in a store's file, for millions of rows. Each relation and operation has one prepared
 * statement. Cells are bound without copying. After some thousands of rows, on a machine with several
 * processors, a thread inserts them. */
#ifndef FIL_SQLITE_BATCH_H
#define FIL_SQLITE_BATCH_H

#include "lib/store/sqlite/sqlite_connection.h"

extern const struct fil_batch_engine fil_sqlite_batches;

/* Frees the batch statements of a disconnected store, and ends its thread. */
void fil_sqlite_free_batches(struct fil_sqlite *store);

#endif
