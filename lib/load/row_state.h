/* SPDX-License-Identifier: ISC */
/* What the files of lib/row share: its state, and what columns and facets have in common. Nobody else
 * includes it. */
#ifndef FIL_ROW_STATE_H
#define FIL_ROW_STATE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/bytes.h"
#include "lib/catalog/catalog.h"
#include "lib/load/conversion.h"
#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/write/leniency.h"

struct fil_row {
	const struct fil_table *table;
	fil_day today;
	size_t width; /* columns and facets */
	char *const *facets;
	size_t n_facets;
	size_t facet_name, facet_value; /* the columns that a facet fills: dimension and level */
	size_t event_date; /* the column that may not be later than today */
	size_t filled_date; /* the column that is today by itself */
	char today_text[FIL_DATE_SIZE];
	size_t counted,
	    counted_from; /* a relative date that counts from another column's: due from assigned */
	char *counted_spec; /* as typed: "+14d" */
	char counted_text[FIL_DATE_SIZE];

	bool *input_gives, *set, *given;
	char **constants; /* stored form, NULL for nothing */
	bool faceted;
	size_t *dates;
	size_t n_dates;
	struct fil_conversion *conversion;
	bool *converts; /* for each column: whether it may change a cell */
	struct fil_leniency *leniency;
	size_t *omitted; /* columns of the last row that name nobody, which is let pass */
	size_t n_omitted;
	bool keys_only;
	size_t user; /* the column that names the user whom a row is about, or FIL_NOWHERE */
	bool of_nobody;
	size_t found_by; /* the column that finds the row's user in this input, or FIL_NOWHERE */
	size_t undecided; /* the column whose date needs an order */

	struct fil_bytes *buffers; /* one a column */
	const char **values;
	size_t *lengths;
	struct fil_fault *faults;
	size_t n_faults;
};

/* Returns the table's column behind a column or facet: a facet's value is a level. */
const struct fil_column *fil_row_column(const struct fil_row *row, size_t c);

/* Returns the name of a column or facet. */
const char *fil_row_name(const struct fil_row *row, size_t c);

/* Puts the column's name before a fault's text. Returns -1. */
int fil_row_blame(const struct fil_row *row, size_t c, struct fil_fault *fault);

/* Returns whether a row can do without a value of the column. */
bool fil_column_may_lack(const struct fil_column *column);

/* Returns the value of an empty cell: the default, or '' for a key that may be empty. */
const char *fil_column_empty(const struct fil_column *column);

/* Checks that the date of an event is not after today. Returns 0, or -1 with a fault. */
int fil_row_check_day(
    const struct fil_row *row, size_t c, const char *value, struct fil_fault *fault);

/* Returns how many columns a row is made of. */
size_t fil_row_made(const struct fil_row *row);

#endif
