/* SPDX-License-Identifier: ISC */
/* Statements on one relation: the one place that writes the names of the catalogue into SQL.
 * Parameters are $1 … $n in the order of first use. The caller frees what is returned. */
#ifndef FIL_STORE_STATEMENT_H
#define FIL_STORE_STATEMENT_H

#include "lib/store.h"

/* Inserts a row unless its key is there: $1 … are the columns, then run. */
char *fil_statement_insert(const struct fil_relation *relation);

/* Inserts n rows, and stops at the first whose key is there, keeping those before it: $1 … are the
 * columns of the first row, then run, then the columns of the others. */
char *fil_statement_insert_many(const struct fil_relation *relation, size_t n);

/* Selects columns and run of the row whose key is $1 …. */
char *fil_statement_fetch(const struct fil_relation *relation);

/* Sets the row's columns that are no key ($1 …), then run, where the key is what follows. */
char *fil_statement_update(const struct fil_relation *relation);

/* Deletes the row whose key is $1 …. */
char *fil_statement_delete(const struct fil_relation *relation);

#endif
