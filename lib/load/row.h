/* SPDX-License-Identifier: ISC */
/* A row: the stored values of one row of a table, made from an input's cells, from what COL=VALUE
 * set, and from the defaults. */
#ifndef FIL_ROW_H
#define FIL_ROW_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/catalog/catalog.h"
#include "lib/load/matching.h"
#include "lib/write/references.h"

struct fil_row;

/* Returns a row of the table; the caller frees it. today: no event may be later. fill_today: the
 * date of an event, and the day of an assignment, are today where nothing else gives them. facets:
 * further columns whose value is a level, each of which makes a row of its own (in autonomy, the
 * dimensions), numbered after the table's columns; they belong to the caller. */
struct fil_row *fil_row_new(const struct fil_table *table, fil_day today, bool fill_today,
    char *const *facets, size_t n_facets);

/* Returns the row's table. */
const struct fil_table *fil_row_table(const struct fil_row *row);

/* Returns how cells are converted, for the owner to say; the row's own. */
struct fil_matching *fil_row_conversion(struct fil_row *row);

/* Returns which references may be left out, for the owner to say; the row's own. */
struct fil_leniency *fil_row_leniency(struct fil_row *row);

/* Gives the people whom the conversion needs, before the first row; they stay the caller's. What
 * was set to an e-mail or a name is a key then. Returns 0, or -1 with a fault for one of nobody. */
int fil_row_people(struct fil_row *row, struct fil_people *people, struct fil_fault *fault);

/* Makes nothing but keys of the rows to come: what takes rows away needs no more. */
void fil_row_keys_only(struct fil_row *row);

/* Sets a column (or facet) to a value, as a person types it on a command line, for all rows.
 * Returns 0, or -1 with a fault that names the column. "" means empty. */
int fil_row_set(struct fil_row *row, size_t column, const char *value, struct fil_fault *fault);

/* Returns the value a column was set to, NULL if it was not or to nothing, as *set tells. */
const char *fil_row_constant(const struct fil_row *row, size_t column, bool *set);

/* Settles which columns the input gives (table columns, then facets), besides those that are set.
 * Returns 0, or -1 with a fault: a key that nothing gives, or a dimension given twice over. */
int fil_row_bind(struct fil_row *row, const bool *input_gives, struct fil_fault *fault);

/* Returns which columns each row gives, all keys among them; belongs to the row. */
const bool *fil_row_given(const struct fil_row *row);

/* Returns the first key or required column that a whole row needs and that was not set, or NULL. */
const char *fil_row_lacks(const struct fil_row *row);

/* Returns whether the rows come one for each facet. */
bool fil_row_faceted(const struct fil_row *row);

/* Returns whether facet f has a value in these cells, or by being set. */
bool fil_row_has_facet(const struct fil_row *row, size_t f, const char *const *cells);

/* Makes the values from cells (NULL: empty) and their lengths; facet is the number of the facet, or
 * FIL_NOWHERE. Returns the number of faults (fil_row_fault), 0 when the row is good; -1 when a date
 * needs an order that is not known: settle it, make the cells anew and call again. */
int fil_row_make(struct fil_row *row, const char *const *cells, const size_t *lengths,
    enum fil_date_order order, size_t facet);

/* Returns the column whose date needed an order when fil_row_make returned -1. */
size_t fil_row_undecided(const struct fil_row *row);

/* Counts the references of the last row that were left out since they were to be found by e-mail or
 * name and mean nobody: once for each row, however often it is made. */
void fil_row_count_omissions(struct fil_row *row);

/* Returns whether all that is wrong with the last row is that it is about nobody: its user was to
 * be found by e-mail or name. */
bool fil_row_of_nobody(const struct fil_row *row);

/* Returns fault i of the last row; its text begins with the column's name. Belongs to the row. */
const struct fil_fault *fil_row_fault(const struct fil_row *row, size_t i);

/* Makes nothing but the first key from cells. Returns whether they give one that is good. */
bool fil_row_key(struct fil_row *row, const char *const *cells, const size_t *lengths);

/* Returns the values (NULL: nothing known), valid until the next row, and as long as the cells. */
const char *const *fil_row_values(const struct fil_row *row);

/* Returns their lengths; valid as long. */
const size_t *fil_row_lengths(const struct fil_row *row);

/* Returns the numbers of the date columns that the input gives, and how many; the row's own. */
const size_t *fil_row_dates(const struct fil_row *row, size_t *n);

/* Frees what it holds; NULL is fine. */
void fil_row_free(struct fil_row *row);

#endif
