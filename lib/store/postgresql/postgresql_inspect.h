/* SPDX-License-Identifier: ISC */
/* Inspection of a store on a server: its indexes and constraints, its schema, and who may read it. */
#ifndef FIL_POSTGRESQL_INSPECT_H
#define FIL_POSTGRESQL_INSPECT_H

#include "lib/store/postgresql/postgresql_connection.h"

/* Calls take for each defect of the database (see fil_store_inspect). The pages of tables and
 * indexes are checked where the extension amcheck is installed and this role may use it. Returns 0,
 * or -1 with a fault. */
int fil_postgresql_inspect(
    struct fil_postgresql *store, fil_defect_take *take, void *context, struct fil_fault *fault);

#endif
