/* SPDX-License-Identifier: ISC */
/* The schema in the database: creation, verification, upgrade. The tables are in the first schema
 * of the role's search_path. Their columns and keys must be those stored as a fingerprint in the
 * table `filrouge`. An administrator may change anything else. */
#ifndef FIL_POSTGRESQL_SCHEMA_H
#define FIL_POSTGRESQL_SCHEMA_H

#include "lib/store/postgresql/postgresql_connection.h"

/* Creates the tables in the empty schema, in a transaction that the first commit ends. Returns 0 or
 * -1. */
int fil_postgresql_create(struct fil_postgresql *store, struct fil_fault *fault);

/* Checks that the database has a store of this version with unchanged columns; opened for INSPECT,
 * only that it is of this version. A store of an older version is first upgraded. Returns 0 or -1. */
int fil_postgresql_verify(struct fil_postgresql *store, struct fil_fault *fault);

/* Checks that the columns and keys are those that filrouge made. Returns 0, or -1 with a fault:
 * "STORE: the schema was altered: …". */
int fil_postgresql_compare(struct fil_postgresql *store, struct fil_fault *fault);

/* Sets *table and *column to what a column of a result shows, or to NULL for an expression. They belong to
 * the store. */
void fil_postgresql_origin(const struct fil_postgresql *store, const PGresult *rows, int n,
    const char **table, const char **column);

/* Returns the names of the schema's tables, separated by ", "; the caller frees them. */
char *fil_postgresql_tables(void);

/* Creates the roles that may read, and those that may record. Returns 0 or -1. */
int fil_postgresql_grant(struct fil_postgresql *store, struct fil_fault *fault);

#endif
