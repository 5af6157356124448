/* SPDX-License-Identifier: ISC */
/* The schema in the database: creation, verification, upgrade, inspection. The tables are in the first
 * schema of the role's search_path. Their columns and keys must be those stored as a fingerprint in
 * the table `filrouge`. An administrator may change anything else. */
#ifndef FIL_POSTGRESQL_SCHEMA_H
#define FIL_POSTGRESQL_SCHEMA_H

#include "lib/store/postgresql/postgresql_connection.h"

/* Creates the tables in the empty schema, in a transaction that the first commit ends. Returns 0 or
 * -1. */
int fil_postgresql_create(struct fil_postgresql *store, struct fil_fault *fault);

/* Checks that the database has a store of this version with unchanged columns; opened for INSPECT,
 * only that it is of this version. A store of an older version is first upgraded. Returns 0 or -1. */
int fil_postgresql_verify(struct fil_postgresql *store, struct fil_fault *fault);

/* Sets *table and *column to what a column of a result shows, or to NULL for an expression. They
 * belong to the store. */
void fil_postgresql_origin(const struct fil_postgresql *store, const PGresult *rows, int n,
    const char **table, const char **column);

/* Creates the roles that may read, and those that may record. Returns 0 or -1. */
int fil_postgresql_grant(struct fil_postgresql *store, struct fil_fault *fault);

/* Calls take for each defect of the database (see fil_store_inspect): in its indexes and constraints,
 * its schema, and who may read it. The pages of tables and indexes are checked where the extension
 * amcheck is installed and this role may use it. Returns 0, or -1 with a fault. */
int fil_postgresql_inspect(
    struct fil_postgresql *store, fil_defect_take *take, void *context, struct fil_fault *fault);

#endif
