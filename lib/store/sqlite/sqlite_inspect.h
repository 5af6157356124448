/* SPDX-License-Identifier: ISC */
/* Inspection of a store's file: its pages, its schema, and who may read it. */
#ifndef FIL_SQLITE_INSPECT_H
#define FIL_SQLITE_INSPECT_H

#include "lib/store/sqlite/sqlite_connection.h"

/* Calls take for each defect of the file (see fil_store_inspect). From then on the cache is small: the
 * whole file was read, and each page is read once more. Returns 0, or -1 with a fault. */
int fil_sqlite_inspect(
    struct fil_sqlite *store, fil_defect_take *take, void *context, struct fil_fault *fault);

#endif
