/* SPDX-License-Identifier: ISC */
/* A relation: a table as the store needs it, and the statements on it. The one place that writes
 * the names of the catalogue into SQL. Parameters are $1 … $n in the order of first use; the caller
 * frees what is returned. */
#ifndef FIL_RELATION_H
#define FIL_RELATION_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/bytes.h"

/* The catalogue makes them. The first n_keys columns are the primary key. Each relation has one
 * more column, `run`: the run that last wrote the row. */
struct fil_relation {
	const char *name;
	const char *const *columns;
	size_t n_columns, n_keys;
};

/* Adds a name to a statement, quoted. */
void fil_relation_add_name(struct fil_bytes *sql, const char *name);

/* Adds the names of the columns from one to another, not included, with commas; each behind "prefix."
 * unless that is NULL. */
void fil_relation_add_columns(struct fil_bytes *sql, const struct fil_relation *relation,
    const char *prefix, size_t first, size_t end);

/* Selects the columns, then run, of all rows, ordered by the key if need be. */
char *fil_relation_select(const struct fil_relation *relation, bool ordered);

/* Adds ` WHERE column IN ($1, … $n)`. */
void fil_relation_add_any_of(struct fil_bytes *sql, const char *column, size_t n);

/* Selects the first key of all rows. */
char *fil_relation_keys(const struct fil_relation *relation);

/* Selects the first key of the rows in which it is one of $1 … $n. */
char *fil_relation_lookup(const struct fil_relation *relation, size_t n);

/* Selects those of the keys $1 … $n that a column names. */
char *fil_relation_named(const struct fil_relation *relation, size_t column, size_t n);

/* Selects the first key, then a column, of the rows in which that holds something. */
char *fil_relation_names(const struct fil_relation *relation, size_t column);

/* Inserts a row unless its key is there: $1 … are the columns, then run. */
char *fil_relation_insert(const struct fil_relation *relation);

/* Inserts n rows, and stops at the first whose key is there, keeping those before it: $1 … are the
 * columns of the first row, then run, then the columns of the others. */
char *fil_relation_insert_many(const struct fil_relation *relation, size_t n);

/* Selects the columns, then run, of the row whose key is $1 …. */
char *fil_relation_fetch(const struct fil_relation *relation);

/* Sets the row's columns that are no key ($1 …), then run, where the key is what follows. */
char *fil_relation_update(const struct fil_relation *relation);

/* Deletes the row whose key is $1 …. */
char *fil_relation_delete(const struct fil_relation *relation);

#endif
