/* SPDX-License-Identifier: ISC */
/* A relation: a table of the store, and the SQL statements that every engine runs on it. Only these
 * functions write names of the catalogue into SQL. Parameters are $1 … $n in the order of first
 * use. The caller frees the returned statements. */
#ifndef FIL_RELATION_H
#define FIL_RELATION_H

#include <stdbool.h>
#include <stddef.h>

struct fil_batch;
struct fil_bytes;
struct fil_fault;

/* A relation comes from the catalogue or the schema. The first n_keys columns are the primary key.
 * Every relation has a further column `run`, the run that last wrote the row. It may also be one of
 * the columns; then each row gives its own run, and the run of a call is not used. */
struct fil_relation {
	const char *name;
	const char *const *columns;
	size_t n_columns, n_keys;
};

/* Returns whether `run` is one of the columns. */
bool fil_relation_has_run(const struct fil_relation *relation);

/* Adds a quoted name to a statement. */
void fil_relation_add_name(struct fil_bytes *sql, const char *name);

/* Adds the columns from `first` to before `end`, separated by commas. Each has the prefix "prefix."
 * unless prefix is NULL. */
void fil_relation_add_columns(struct fil_bytes *sql, const struct fil_relation *relation,
    const char *prefix, size_t first, size_t end);

/* Adds ` WHERE column IN ($1, … $n)`. */
void fil_relation_add_any_of(struct fil_bytes *sql, const char *column, size_t n);

/* Fills the fault for a row that an engine refused: "RELATION: 'KEY', …: CAUSE". Returns -1. */
int fil_relation_refuse(const struct fil_relation *relation, const struct fil_batch *rows,
    size_t row, const char *kind, const char *cause, struct fil_fault *fault);

/* Returns the statement that selects the columns and run of all rows; `ordered`: by key. */
char *fil_relation_select(const struct fil_relation *relation, bool ordered);

/* Returns the statement that selects the first key of all rows. */
char *fil_relation_keys(const struct fil_relation *relation);

/* Returns the statement that selects those of the values $1 … $n that exist in a column, each
 * once. */
char *fil_relation_named(const struct fil_relation *relation, size_t column, size_t n);

/* Returns the statement that selects the first key and a column, of the rows whose column is not
 * NULL. */
char *fil_relation_names(const struct fil_relation *relation, size_t column);

/* Returns the statement that selects values of a column which begin with $1, each once, in their
 * order, and at most `most`. They are sought in `rows` rows; 0: by the index of the first key, which
 * is text, and below $2 too. */
char *
fil_relation_begun(const struct fil_relation *relation, size_t column, size_t most, size_t rows);

/* Adds the key of a row as one text: its cells, of which some may be NULL, and a byte 1 between
 * them. That is below all characters of a key, so that texts sort as their cells. */
void fil_relation_add_key(
    const struct fil_relation *relation, const char *const *cells, struct fil_bytes *key);

/* Fills the n_keys cells of such a text, which is taken apart. */
void fil_relation_split_key(const struct fil_relation *relation, char *key, const char **cells);

/* Adds the words that name a row on a command line: "user=00421 dimension=tool". cells: the keys, of
 * which some may be NULL. */
void fil_relation_words(
    const struct fil_relation *relation, const char *const *cells, struct fil_bytes *words);

#endif
