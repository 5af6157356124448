/* SPDX-License-Identifier: ISC */
/* Doubts about values: a cell that is well formed and hardly ever meant, such as the unit "NULL" or
 * the day 1900-01-01. Each function looks at one cell, and does not change it. */
#ifndef FIL_VALUE_DOUBT_H
#define FIL_VALUE_DOUBT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/doubt.h"
#include "lib/base/fault.h"
#include "lib/base/memory.h"
#include "lib/catalog/catalog.h"

/* What a doubt sees, as two sentences. They are translated where they are used. */
struct fil_value_sight {
	const char *of_value; /* "'%v' may mean nothing": %v is the value */
	const char *of_it; /* "it may mean nothing" */
};

/* A doubt about a value. */
struct fil_value_doubt {
	enum fil_doubt kind;
	bool fault; /* the row is refused; otherwise a notice is given */
	const struct fil_value_sight *seen;
	const char *way_out; /* a pattern for fil_value_doubt_way_out */
	size_t column; /* from fil_table_doubt */
};

/* Returns, for each column of the table, the kinds of doubts that its values may raise: bit
 * 1 << kind. Allowed kinds are left out (NULL: none is allowed). Free texts raise none. The caller
 * frees the array. */
unsigned *fil_table_doubts(const struct fil_table *table, const bool *allowed);

/* Looks for a doubt of these kinds in a value of n bytes. It is the stored form, or what the
 * input writes. Returns whether there is one, and fills it. fil_value_kept raises none. */
bool fil_value_doubt(const struct fil_column *column, unsigned kinds, const char *value, size_t n,
    struct fil_value_doubt *doubt);

/* Looks for a doubt that only keys of users and references to users raise: a total, a key that a
 * spreadsheet changed, several values. Returns and fills as fil_value_doubt does. */
bool fil_key_doubt(const char *value, size_t n, struct fil_value_doubt *doubt);

/* Looks for the next doubt in a row's values, references apart: behind doubt->column, or from the
 * first column on after FIL_NOWHERE. A value is NULL where empty; kinds is of fil_table_doubts.
 * Returns whether there is one, and fills it. A row without a doubt costs some 30 nanoseconds. */
bool fil_table_doubt(const struct fil_table *table, const unsigned *kinds,
    const char *const *values, const size_t *lengths, struct fil_value_doubt *doubt);

/* Returns whether a cell is a word for nothing: "NULL", "n/a", "-", "#REF!". */
bool fil_is_null_word(const char *cell, size_t n);

/* Returns whether a stored date stands for no date: 1900-01-01, 9999-12-31; or a cell that cannot be
 * stored: 0001-01-01 or 00/00/0000, with a time or without. */
bool fil_is_no_day(const char *date);

/* Returns what the doubt sees, "'NULL' may mean nothing"; the caller frees it. value: as a message
 * shows it. */
char *fil_value_doubt_seen(const struct fil_value_doubt *doubt, const char *value);

/* Adds the way out of a doubt to a text: "[values.unit] empty = NULL". header: the column's
 * header in the input, or a template of several. NULL: an operand or a profile sets the value.
 * written: the cell as the input writes it. */
void fil_value_doubt_way_out(const struct fil_value_doubt *doubt, const struct fil_column *column,
    const char *header, const char *written, struct fil_bytes *text);

/* Adds the doubt to the fault of a row that cannot be written with this value, and gives the fault
 * the doubt's kind: "'NULL' is not a date; it may mean nothing: [values.left] empty = NULL". */
void fil_value_doubt_explain(const struct fil_value_doubt *doubt, const struct fil_column *column,
    const char *header, const char *written, struct fil_fault *fault);

/* Clears key, then writes the key that a spreadsheet may have turned into this value: "421" for
 * "421.0", "1234" for "1 234", "00421" for "'00421". Returns whether there is one. */
bool fil_spreadsheet_key(const char *value, size_t n, struct fil_bytes *key);

#endif
