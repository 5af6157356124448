/* SPDX-License-Identifier: ISC */
/* The schema in the database: made, recognised, brought up to date. It stands in the first schema
 * of the role's search_path. Its columns and keys must still be those that the row of the table
 * `filrouge` noted when they were made; an administrator may change anything else. */
#ifndef FIL_POSTGRESQL_SCHEMA_H
#define FIL_POSTGRESQL_SCHEMA_H

#include "lib/store/postgresql/postgresql_connection.h"

/* Makes the tables in the empty schema, all or nothing. Returns 0 or -1. */
int fil_postgresql_create(struct fil_postgresql *store, struct fil_fault *fault);

/* Checks that the database holds a store of this version with our columns. A store of an older
 * version is first brought up to date. Returns 0 or -1. */
int fil_postgresql_verify(struct fil_postgresql *store, struct fil_fault *fault);

/* Sets up the roles that may read, and those that may record. Returns 0 or -1. */
int fil_postgresql_grant(struct fil_postgresql *store, struct fil_fault *fault);

#endif
