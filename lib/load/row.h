/* SPDX-License-Identifier: ISC */
/* A row: makes the stored values of a table's row from an input's cells, columns set by COL=VALUE,
 * and defaults. */
#ifndef FIL_ROW_H
#define FIL_ROW_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/base/number.h"
#include "lib/catalog/catalog.h"
#include "lib/load/matching.h"
#include "lib/store/store.h"

struct fil_row;

/* How the amounts of an input are read that may be two: "1,234". */
struct fil_row_amounts {
	bool point_groups; /* a point may group thousands */
	enum fil_decimal_sign *signs; /* of each column; UNKNOWN: an amount that needs the sign is
				       * made->undecided, until it is unproved */
	bool *unproved; /* of each column: nothing proves the sign, so such amounts are refused */
};

struct fil_row_options {
	fil_day today; /* the latest date of an event */
	enum fil_date_order order; /* of dates that are set */
	const struct fil_row_amounts *amounts; /* that are set; NULL: a comma is a decimal sign */
	bool fill_today; /* the date of an event or assignment is today unless given */
	/* More columns, numbered after the table's: in autonomy, the dimensions. Each holds a level
	 * and makes a row of its own. */
	char *const *facets;
	size_t n_facets;
	bool keep_empty; /* an empty cell leaves the stored value alone */
	struct fil_matching *matching; /* replaces cells by their meaning, or NULL */
	/* For each column: whether its cell becomes empty if it is an e-mail or a name that no user
	 * has. NULL: no column. */
	const bool *optional;
	/* As in struct fil_load_options. */
	int (*check)(const char *column, const char *value, fil_day today, struct fil_fault *fault);
	int (*check_row)(struct fil_store *store, const char *const *values, fil_day today,
	    struct fil_fault *fault);
	struct fil_store *store; /* of check_row */
};

/* The result of making a row. It belongs to the row, until the next one is made. */
struct fil_row_made {
	/* Of the table's columns, NULL: empty, fil_value_kept or fil_value_unknown. They live as long as the
	 * cells. */
	const char *const *values;
	const size_t *lengths; /* of the values */
	const bool *given; /* the columns that each row gives, all keys among them */
	/* The column of a date that needs an order, or of an amount that needs a decimal sign:
	 * settle it, make the cells again, then the row. FIL_NOWHERE: none, and the members below
	 * are valid. */
	size_t undecided;
	const struct fil_fault *faults; /* each begins with its column's name */
	size_t n_faults; /* 0: the row is good */
	bool unknown_user; /* a fault is that its user, given by e-mail or name, does not exist */
	const size_t *defaults; /* the columns with a default, or today, that the input gives */
	size_t n_defaults;
	const size_t *dates; /* the date columns that the input gives */
	size_t n_dates;
	bool faceted; /* a record makes a row for each facet (fil_row_make) */
};

/* Returns a row of the table; the caller frees it. The options are copied; their pointers must live
 * as long. */
struct fil_row *fil_row_new(const struct fil_table *table, const struct fil_row_options *options);

/* Returns a row with the same options and set columns, bound to nothing; the caller frees it. */
struct fil_row *fil_row_copy(const struct fil_row *row);

/* Replaces e-mails or names set by COL=VALUE by keys, after the matching has read the users.
 * Returns 0, or -1 with a fault when no user, or several, have it. */
int fil_row_match_set(struct fil_row *row, struct fil_fault *fault);

/* Makes only the keys of the rows to come, as a removal needs. */
void fil_row_keys_only(struct fil_row *row);

/* Sets a column (or facet) to a value of the command line, for all rows; "" is empty. Returns 0, or
 * -1 with a fault that names the column. */
int fil_row_set(struct fil_row *row, size_t column, const char *value, struct fil_fault *fault);

/* Returns the value that a column was set to. NULL: not set, or set to empty (*set). */
const char *fil_row_constant(const struct fil_row *row, size_t column, bool *set);

/* Binds the row to the columns that the input gives, by their headers; NULL: not given. They are
 * table columns, facets, then the row's unit and what else may find its user, as far as the matching
 * asks for them. amounts says how the input's are read; NULL: a comma is a decimal sign. Both must
 * live as long as the row is bound. Returns the result that each row fills, or NULL with a fault: a
 * missing key, or a facet beside dimension or level. */
const struct fil_row_made *fil_row_bind(struct fil_row *row, const char *const *headers,
    const struct fil_row_amounts *amounts, struct fil_fault *fault);

/* Returns the column that rows have today in, since neither the bound input nor anything set gives
 * it; or NULL. */
const char *fil_row_today(const struct fil_row *row);

/* Returns the first key or required column that a whole row needs and that was not set, or NULL. */
const char *fil_row_lacks(const struct fil_row *row);

/* Spells cells (NULL: empty) in place, as fil_table_spell does; they live as long as the cells or
 * until the next record. Returns the number of cells from which invisible characters were dropped.
 * */
size_t fil_row_spell(struct fil_row *row, const char **cells, size_t *lengths);

/* How far a row of a form was filled in. */
enum fil_row_filled {
	FIL_ROW_FILLED,
	FIL_ROW_BLANK, /* nothing was filled in */
	FIL_ROW_REMARK, /* only a remark, and no level */
};

/* Says that the bound input is a sheet of fil-sheet: its rows may be blank. */
void fil_row_sheet(struct fil_row *row, bool sheet);

/* Returns how far the row of spelt cells was filled in. With facets it is by the levels. In a sheet
 * it is by the columns outside the key that are no references: a key may have been given. Where none
 * of these has a default or is required, an empty key says it too. In other inputs a row without
 * facets is filled. */
enum fil_row_filled fil_row_filled(const struct fil_row *row, const char *const *cells);

/* Makes the values from the cells that fil_row_spell had last, and their lengths. facet is the number
 * of the facet, or FIL_NOWHERE. Returns NULL if the facet has no value, in a cell or set. */
const struct fil_row_made *fil_row_make(struct fil_row *row, const char *const *cells,
    const size_t *lengths, enum fil_date_order order, size_t facet);

/* Makes only the first key from spelt cells. Returns the result, or NULL without a valid key. */
const struct fil_row_made *
fil_row_make_key(struct fil_row *row, const char *const *cells, const size_t *lengths);

/* Frees what it holds; NULL is fine. */
void fil_row_free(struct fil_row *row);

#endif
