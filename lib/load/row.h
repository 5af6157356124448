/* SPDX-License-Identifier: ISC */
/* A row: the stored values of one row of a table, made from an input's cells, from what COL=VALUE
 * set, and from the defaults. */
#ifndef FIL_ROW_H
#define FIL_ROW_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/base/number.h"
#include "lib/catalog/catalog.h"
#include "lib/load/matching.h"

struct fil_row;

/* How the amounts of an input are read that may be two: "1,234". */
struct fil_row_amounts {
	bool point_groups; /* a point may group thousands */
	enum fil_decimal_sign *signs; /* of each column; UNKNOWN: an amount that needs the sign is
				       * made->undecided, until it is unproved */
	bool *unproved; /* of each column: nothing proves the sign, so such amounts are refused */
};

struct fil_row_options {
	fil_day today; /* no event may be later */
	enum fil_date_order order; /* of dates that are set */
	const struct fil_row_amounts *amounts; /* that are set; NULL: a comma is a decimal sign */
	bool fill_today; /* the date of an event, and the day of an assignment, are today where
			  * nothing else gives them */
	char *const *facets; /* further columns whose value is a level, each of which makes a row
			      * of its own (in autonomy, the dimensions); numbered after the
			      * table's columns */
	size_t n_facets;
	bool keep_empty; /* an empty cell leaves the stored value alone */
	struct fil_matching *matching; /* what cells mean, or NULL: as they are written */
	const bool *optional; /* of each column: a user named by e-mail or name who does not exist
			       * is left out; NULL: none */
};

/* What was made of a row's cells. All of it belongs to the row, until the next row. */
struct fil_row_made {
	const char *const *values; /* of the table's columns, NULL for nothing known, or
				    * fil_value_kept; they live as long as the cells */
	const size_t *lengths; /* of the values */
	const bool *given; /* which columns each row gives, all keys among them */
	size_t undecided; /* the column whose date needs an order, or whose amount needs a decimal
			   * sign, that is not known: settle it, make the cells again, then the
			   * row. FIL_NOWHERE: none, and what follows holds */
	const struct fil_fault *faults; /* each begins with its column's name */
	size_t n_faults; /* 0: the row is good */
	bool unknown_user; /* a fault is that no user has the e-mail or name of the row's user */
	const size_t *omitted; /* columns whose reference was left out */
	size_t n_omitted;
	const size_t *defaults; /* the columns with a default that the input gives */
	size_t n_defaults;
	const size_t *dates; /* the date columns that the input gives */
	size_t n_dates;
	bool faceted; /* rows come one for each facet (fil_row_has_facet) */
};

/* Returns a row of the table; the caller frees it. The options are copied; what they point to must
 * live as long. */
struct fil_row *fil_row_new(const struct fil_table *table, const struct fil_row_options *options);

/* Returns a row with the same options and set columns, bound to nothing; the caller frees it. */
struct fil_row *fil_row_copy(const struct fil_row *row);

/* Makes keys of what was set to an e-mail or a name, once the matching has read the users. Returns
 * 0, or -1 with a fault when no user, or several, have it. */
int fil_row_match_set(struct fil_row *row, struct fil_fault *fault);

/* Makes only the keys of the rows to come: a removal needs no more. */
void fil_row_keys_only(struct fil_row *row);

/* Sets a column (or facet) to a value, as a person types it on a command line, for all rows.
 * Returns 0, or -1 with a fault that names the column. "" means empty. */
int fil_row_set(struct fil_row *row, size_t column, const char *value, struct fil_fault *fault);

/* Returns the value a column was set to, NULL if it was not or to nothing, as *set tells. */
const char *fil_row_constant(const struct fil_row *row, size_t column, bool *set);

/* Settles which columns the input gives (table columns, facets, then the row's unit and what else
 * may find its user, as far as the matching asks for them), besides those that are set.
 * Returns what the rows are made into, or NULL with a fault: a key that nothing gives, or a
 * dimension given twice over. */
const struct fil_row_made *
fil_row_bind(struct fil_row *row, const bool *input_gives, struct fil_fault *fault);

/* Has amounts read as the input's; NULL: a comma is a decimal sign. They must live as long. */
void fil_row_read_amounts(struct fil_row *row, const struct fil_row_amounts *amounts);

/* Returns the column that rows have today in, since neither the bound input nor anything set gives
 * it; or NULL. */
const char *fil_row_today(const struct fil_row *row);

/* Returns the first key or required column that a whole row needs and that was not set, or NULL. */
const char *fil_row_lacks(const struct fil_row *row);

/* Returns whether facet f has a value in these cells, or by being set. */
bool fil_row_has_facet(const struct fil_row *row, size_t f, const char *const *cells);

/* Makes the values from cells (NULL: empty) and their lengths; facet is the number of the facet, or
 * FIL_NOWHERE. */
const struct fil_row_made *fil_row_make(struct fil_row *row, const char *const *cells,
    const size_t *lengths, enum fil_date_order order, size_t facet);

/* Makes only the first key from cells. Returns what was made, or NULL when they give no good one. */
const struct fil_row_made *
fil_row_make_key(struct fil_row *row, const char *const *cells, const size_t *lengths);

/* Frees what it holds; NULL is fine. */
void fil_row_free(struct fil_row *row);

#endif
