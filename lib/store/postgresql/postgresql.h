/* SPDX-License-Identifier: ISC */
/* The PostgreSQL engine, as its own files see it. */
#ifndef FIL_STORE_POSTGRESQL_H
#define FIL_STORE_POSTGRESQL_H

#include "lib/store/postgresql/postgresql_connection.h"

extern const struct fil_query_engine fil_postgresql_queries;
extern const struct fil_batch_engine fil_postgresql_batches;

/* Makes the tables in the empty schema, all or nothing. Returns 0 or -1. */
int fil_postgresql_create(struct fil_postgresql *store, struct fil_fault *fault);

/* Checks that the database holds a store of this version with our columns; one of an older version
 * is first brought up to date. Returns 0 or -1. */
int fil_postgresql_verify(struct fil_postgresql *store, struct fil_fault *fault);

/* Sets up the roles that may read, and those that may record. Returns 0 or -1. */
int fil_postgresql_grant(struct fil_postgresql *store, struct fil_fault *fault);

/* Begins to write once no other writer does, waiting at most `seconds`, and checks the version.
 * Returns 0, or -1 and then holds nothing. */
int fil_postgresql_lock(struct fil_postgresql *store, unsigned seconds, struct fil_fault *fault);

/* Takes back what was done in the transaction, if there is one. */
void fil_postgresql_rollback(struct fil_postgresql *store);

/* Gives up an insertion that was begun and not ended, whatever becomes of it. */
void fil_postgresql_forget_insertion(struct fil_postgresql *store);

/* Frees the statements for batches. */
void fil_postgresql_release_plans(struct fil_postgresql *store);

/* Has the server check references again, and follow them, should it not within this transaction.
 * Returns 0 or -1. */
int fil_postgresql_recheck(struct fil_postgresql *store, struct fil_fault *fault);

#endif
