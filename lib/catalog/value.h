/* SPDX-License-Identifier: ISC */
/* Values: reads a cell as a value of a column, in the form in which the store keeps it. */
#ifndef FIL_VALUE_H
#define FIL_VALUE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/base/memory.h"
#include "lib/catalog/catalog.h"

/* A value that leaves the stored one alone; a new row gets the column's default. No cell is read as
 * it. */
extern const char fil_value_kept[];

/* The same, for a reference that does not exist and may be left out. */
extern const char fil_value_unknown[];

/* Returns whether a value, which may be NULL, is one of them. */
static inline bool
fil_value_is_kept(const char *value)
{
	return value && *value == *fil_value_kept;
}

/* Spells a cell of n bytes in the one way in which the column's cells are stored and compared (see
 * fil_text_spell); a free text stays. The cell is valid UTF-8, with a NUL after it. *cell and *n
 * get the result, which may be empty. It is the cell itself, or lies in spelt. Returns whether
 * invisible characters were dropped. */
bool fil_column_spell(
    const struct fil_column *column, const char **cell, size_t *n, struct fil_bytes *spelt);

/* What the columns of the catalogue may hold, for fil_store_expect. */
extern const struct fil_values fil_catalog_values;

/* Returns a cell of n bytes as a message shows it, cut and escaped; the caller frees it. */
char *fil_value_shown(const char *cell, size_t n);

/* Spells the cells of the table's columns; a cell is NULL where empty, also where nothing is left of
 * it. Each column has its own bytes in spelt. Sets plain[c]: true only if fil_column_read would
 * return the cell unchanged, for any order of dates; false says nothing. Most cells cost one scan.
 * Returns the number of cells from which invisible characters were dropped. */
size_t fil_table_spell(const struct fil_table *table, const char **cells, size_t *lengths,
    bool *plain, struct fil_bytes *spelt);

/* Reads a cell as a value of the column, after fil_column_spell. Clears value, then writes the
 * stored form into it. The cell has n bytes, at least one: valid UTF-8 without a NUL, and a NUL
 * after it. Dates are read in the given order; with FIL_ORDER_UNKNOWN an ambiguous date is a fault
 * of kind "date-order". Returns 0, or -1 with a fault of kind "date-order", "type-error",
 * "constraint-error", "missing-value" (white space only) or "encoding-error" (U+FFFD, always
 * refused). Its text names the value and what is wrong: "'31/02/2024' is not a date". It names
 * neither column nor place. */
int fil_column_read(const struct fil_column *column, const char *cell, size_t n,
    enum fil_date_order order, struct fil_bytes *value, struct fil_fault *fault);

/* Checks a stored cell, n bytes with a NUL after them or NULL, against its column: that the cell is
 * what would be stored for it. `spare` is for the function's use. Returns 0, or -1 with a fault
 * whose text says what is wrong: "'31/02/2024' is not a date". */
int fil_column_check(const struct fil_column *column, const char *cell, size_t n,
    struct fil_bytes *spare, struct fil_fault *fault);

#endif
