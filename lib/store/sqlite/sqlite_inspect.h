/* SPDX-License-Identifier: ISC */
/* Inspection of a store's file: its pages, its schema, and who may read it. */
#ifndef FIL_SQLITE_INSPECT_H
#define FIL_SQLITE_INSPECT_H

#include "lib/store/sqlite/sqlite_connection.h"

/* Calls take for each defect of the file that is quickly found, and begins to check its pages, as
 * fil_store_inspect says. From then on the cache is small: each page is read once more. Returns 0, or -1
 * with a fault. */
int fil_sqlite_inspect(
    struct fil_sqlite *store, fil_defect_take *take, void *context, struct fil_fault *fault);

/* Ends the check of the pages, as fil_store_inspected says. Returns 0, or -1 with a fault. */
int fil_sqlite_inspected(
    struct fil_sqlite *store, fil_defect_take *take, void *context, struct fil_fault *fault);

/* Ends a check of the pages whose result is not asked for. */
void fil_sqlite_inspection_free(struct fil_sqlite *store);

#endif
