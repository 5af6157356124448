/* SPDX-License-Identifier: ISC */
/* Values: reads a cell as a value of a column, in the form in which the store keeps it. */
#ifndef FIL_VALUE_H
#define FIL_VALUE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/bytes.h"
#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/catalog/catalog.h"

/* A value that leaves the stored one alone; a new row gets the column's default. No cell is read as
 * it. */
extern const char fil_value_kept[];

/* Returns whether a value, which may be NULL, is fil_value_kept. */
bool fil_value_is_kept(const char *value);

/* Sets plain[c] for each of the first n columns: true only if fil_column_read would return the cell
 * unchanged, for any order of dates. A cell is NULL where empty. The test is cheap; false says
 * nothing. */
void fil_table_plain(const struct fil_table *table, size_t n, const char *const *cells,
    const size_t *lengths, bool *plain);

/* Returns a cell of n bytes as a message shows it, cut and escaped; the caller frees it. */
char *fil_value_shown(const char *cell, size_t n);

/* Reads a cell as a value of the column. Clears value, then writes the stored form into it. The
 * cell has n bytes, at least one: valid UTF-8 without a NUL, and a NUL after it. Dates are read in
 * the given order; with FIL_ORDER_UNKNOWN an ambiguous date is a fault of kind "date-order".
 * Returns 0, or -1 with a fault of kind "date-order", "type-error" or "constraint-error". Its text
 * names the value and what is wrong: "'31/02/2024' is not a date". It names neither column nor
 * place. */
int fil_column_read(const struct fil_column *column, const char *cell, size_t n,
    enum fil_date_order order, struct fil_bytes *value, struct fil_fault *fault);

#endif
