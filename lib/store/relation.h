/* SPDX-License-Identifier: ISC */
/* A relation: a table as the store knows it, and the statements that every engine runs on it. Only
 * the store writes names of the catalogue into SQL, by these functions. Parameters are $1 … $n in
 * the order of first use. The caller frees a statement that is returned. */
#ifndef FIL_RELATION_H
#define FIL_RELATION_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/bytes.h"
#include "lib/base/fault.h"
#include "lib/store/batch.h"

/* The catalogue makes relations. The first n_keys columns are the primary key. Each relation has one
 * more column, `run`: the run that last wrote the row. */
struct fil_relation {
	const char *name;
	const char *const *columns;
	size_t n_columns, n_keys;
};

/* Adds a name to a statement, quoted. */
void fil_relation_add_name(struct fil_bytes *sql, const char *name);

/* Adds the names of the columns from `first` to before `end`, with commas between them. Each stands
 * behind "prefix." unless prefix is NULL. */
void fil_relation_add_columns(struct fil_bytes *sql, const struct fil_relation *relation,
    const char *prefix, size_t first, size_t end);

/* Adds ` WHERE column IN ($1, … $n)`. */
void fil_relation_add_any_of(struct fil_bytes *sql, const char *column, size_t n);

/* Fills the fault for a row that an engine has refused: "RELATION: 'KEY', …: CAUSE". Returns -1. */
int fil_relation_refuse(const struct fil_relation *relation, const struct fil_batch *rows,
    size_t row, const char *kind, const char *cause, struct fil_fault *fault);

/* Selects the columns, then run, of all rows; ordered: by the key. */
char *fil_relation_select(const struct fil_relation *relation, bool ordered);

/* Selects the first key of all rows. */
char *fil_relation_keys(const struct fil_relation *relation);

/* Selects, once each, those of the values $1 … $n that stand in a column. */
char *fil_relation_named(const struct fil_relation *relation, size_t column, size_t n);

/* Selects the first key, then a column, of the rows in which that column is not NULL. */
char *fil_relation_names(const struct fil_relation *relation, size_t column);

#endif
