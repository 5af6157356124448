/* SPDX-License-Identifier: ISC */
/* The catalogue: all tables, columns, types, keys, references and defaults, declared once in
 * lib/catalog/catalog.def. Import, record, list, validation, help and the page of the formats read
 * it. No other file repeats the name, type or constraint of a column. */
#ifndef FIL_CATALOG_H
#define FIL_CATALOG_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/output/output.h"
#include "lib/store/relation.h"

struct fil_store;

enum fil_type {
	FIL_TYPE_KEY, /* 1 to 64 characters, no control character, no space at the ends */
	FIL_TYPE_TEXT, /* at most 1,000 characters on one line */
	FIL_TYPE_LONG_TEXT, /* at most 65,536 bytes, line breaks allowed */
	FIL_TYPE_DATE, /* stored as YYYY-MM-DD */
	FIL_TYPE_INTEGER, /* within minimum and maximum */
	FIL_TYPE_AMOUNT, /* not negative, at most 3 decimals, stored in canonical form */
	FIL_TYPE_CHOICE, /* one of choices, compared folded, stored as declared */
};

enum fil_kind { FIL_REFERENCE, FIL_PLAN, FIL_EVENT };

/* What a cell says of a person, for the register of processing (GDPR, article 30). */
enum fil_personal {
	FIL_NOT_PERSONAL,
	FIL_IDENTITY,
	FIL_CONTACT,
	FIL_WORK,
	FIL_ASSESSMENT,
	FIL_OPINION,
	FIL_FREE_TEXT,
};

struct fil_column {
	const char *name;
	enum fil_type type;
	bool key;
	bool required; /* must have a value; every key but one that may be empty */
	bool may_be_empty; /* a key that may be empty, and is then stored as '' */
	bool address; /* an e-mail address */
	bool time; /* minutes: an amount of time is read too, "1h 31m 20s" */
	enum fil_personal personal; /* where it differs from the table's */
	const char *references; /* the table whose first key it names, or NULL */
	const char *const *choices; /* NULL-terminated, or NULL */
	long long minimum, maximum; /* of an integer */
	enum fil_spelling spelling; /* of a text; keys and long texts have their own */
	const char *fallback; /* the value of a new row that gives none, or NULL */
	bool past; /* a date that is not after today, as that of an event */
	bool new_today; /* a new row that does not give the column gets today */
	const char *follows; /* the date of the row before which this one must not lie, or NULL */
	const char *meaning; /* one phrase for people */
	/* Other headers of the column, French and English, folded, separated by '|'; or NULL. */
	const char *headers;
	const char *last_headers; /* the same, taken only where no other header gives the column */
	/* Compositions such as "{prenom} {nom}" of folded headers, separated by '|'; or NULL. The
	 * first one whose headers all exist is preferred to a single header. */
	const char *templates;
};

struct fil_table {
	const char *name;
	enum fil_kind kind;
	enum fil_personal personal; /* of its columns */
	const struct fil_column *columns;
	size_t n_columns, n_keys; /* the keys are the first columns */
	const char *meaning;
	struct fil_relation relation; /* the same, for the store */
};

/* Returns the tables in the order of the contract: a table comes after the tables that it refers
 * to. */
const struct fil_table *const *fil_catalog_tables(size_t *n);

/* Returns the table of that exact name, or NULL. */
const struct fil_table *fil_catalog_table(const char *name);

/* Returns the number of the column of that exact name, or FIL_NOWHERE. */
size_t fil_table_column(const struct fil_table *table, const char *name);

/* Returns the number of columns of the widest table. */
size_t fil_catalog_widest(void);

/* Returns whether a column refers to users. */
bool fil_column_refers_to_user(const struct fil_column *column);

/* Returns whether the cells of a column are keys of users: references, and the key of users. */
bool fil_table_names_user(const struct fil_table *table, size_t column);

/* Returns the number of the column `user`, which says whom a row is about, or FIL_NOWHERE. */
size_t fil_table_user(const struct fil_table *table);

/* Returns the number of the other column outside the key that refers to users, or FIL_NOWHERE. No table
 * has two. */
size_t fil_table_user_reference(const struct fil_table *table);

/* Returns the number of the column that has this name, or this among its headers; or FIL_NOWHERE.
 * folded is fil_text_fold or fil_text_fold_words of the header. */
size_t fil_table_header(const struct fil_table *table, const char *folded);

/* Returns whether the column holds sentences of people. */
bool fil_column_is_free(const struct fil_column *column);

/* Writes the columns of the table, n_columns of them, as columns of output. */
void fil_table_output(const struct fil_table *table, struct fil_output_column *columns);

/* Declarations: the catalogue's tables and columns as rows, for people and for scripts. */

enum { FIL_TABLE_CELLS = 3, FIL_COLUMN_CELLS = 9 };

/* The columns of the rows that fil_table_declare and fil_column_declare fill. */
extern const struct fil_output_column fil_table_declared[FIL_TABLE_CELLS];
extern const struct fil_output_column fil_column_declared[FIL_COLUMN_CELLS];

/* Fills the row of a table: its name, kind and meaning. The cells belong to the catalogue. */
void fil_table_declare(const struct fil_table *table, const char *cells[static FIL_TABLE_CELLS]);

/* Adds to text how a column is set on a command line: "source=test, trainer or self",
 * "begins=DATE", "user=VALUE". */
void fil_column_prompt(const struct fil_column *column, struct fil_bytes *text);

/* Fills the row of column c of the table, in the order of fil_column_declared. A cell is NULL where
 * the column has no such property. key and required are "yes" or NULL; values are "0..5" or
 * "old|new". The cells belong to the catalogue, or are kept in values until the next call. */
void fil_column_declare(const struct fil_table *table, size_t c, struct fil_bytes *values,
    const char *cells[static FIL_COLUMN_CELLS]);

/* Labels: the words for people of tables, columns and choices, in the language of the messages. CSV and
 * JSON never use them. */

/* Returns the words of an id of lib/catalog/label.def, or NULL. The text is static. */
const char *fil_label_find(const char *id);

/* As fil_label_find, but returns the id itself where it has no words. */
const char *fil_label(const char *id);

/* Names: the keys of phases, modules, dimensions, routines and promises, as people type them in
 * options and operands. A name that is not stored is a fault. Keys of users are not names: they are
 * too many, and a list of users may be empty. */

/* Returns the table to which the column refers. NULL: the column is no reference, or refers to
 * users. */
const struct fil_table *fil_name_table(const struct fil_column *column);

/* Checks that a table has a row with this first key. place: the option or operand of the name.
 * Returns 0, or -1 with a fault (65) that names the nearest: "PLACE: 'tol' is not in dimensions; the
 * nearest is 'tool'". */
int fil_name_check(struct fil_store *store, const struct fil_table *table, const char *place,
    const char *name, struct fil_fault *fault);

#endif
