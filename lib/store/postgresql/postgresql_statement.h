/* SPDX-License-Identifier: ISC */
/* Statements on a batch of rows, in PostgreSQL's own SQL: the rows come as one array for each
 * column, $1 … in the order of the columns (of the keys where only these are needed), so that one
 * prepared statement serves batches of any size, and needs neither a table to stage them in nor
 * anything to be escaped. The caller frees what is returned. */
#ifndef FIL_STORE_POSTGRESQL_STATEMENT_H
#define FIL_STORE_POSTGRESQL_STATEMENT_H

#include "lib/store/relation.h"

/* Inserts the rows whose key is not there: columns, then run, then the number of rows in the batch.
 * run_is_key: the primary key counts `run` too. Answers the number that went in, in each row of the
 * answer; behind it, where that is neither none nor all, the keys that did. */
char *fil_postgresql_insert(const struct fil_relation *relation, bool run_is_key);

/* The same for a batch in which keys stand twice: each goes in once. */
char *fil_postgresql_insert_repeated(const struct fil_relation *relation);

/* Answers the rows under the keys: the place of the key in the batch from 1, the columns, run. */
char *fil_postgresql_fetch(const struct fil_relation *relation);

/* Sets all columns that are no key: columns, then run. */
char *fil_postgresql_update(const struct fil_relation *relation);

/* Deletes the rows under the keys. */
char *fil_postgresql_delete(const struct fil_relation *relation);

#endif
