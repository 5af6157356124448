/* SPDX-License-Identifier: ISC */
/* A filter: the conditions of -w, 'COL OP VALUE'. A row passes when all conditions hold. */
#ifndef FIL_FILTER_H
#define FIL_FILTER_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/catalog/catalog.h"
#include "lib/store/statement.h"
#include "lib/store/store.h"

struct fil_filter;

/* Returns a filter without conditions; the caller frees it. */
struct fil_filter *fil_filter_new(void);

/* Adds the condition 'COL OP VALUE'. OP is one of = != < <= > >= ~; spaces around OP are allowed.
 * An empty VALUE means an empty cell. The column is checked by fil_filter_bind. Returns 0, or -1
 * with a usage fault. */
int fil_filter_add(struct fil_filter *filter, const char *condition, struct fil_fault *fault);

/* Looks the columns up in the table. The value of a date column may be relative to today. Returns
 * 0, or -1 with a usage fault. The column must exist, else the fault names the nearest one. The
 * column must be able to hold the value. */
int fil_filter_bind(struct fil_filter *filter, const struct fil_table *table, fil_day today,
    struct fil_fault *fault);

/* Checks that '=' compares references with keys that are stored: of phases, modules, dimensions,
 * routines and promises, never of users. The filter is bound to a table; else there is nothing to
 * check. Returns 0, or -1 with a fault (65) that names the nearest key. */
int
fil_filter_check(const struct fil_filter *filter, struct fil_store *store, struct fil_fault *fault);

/* As fil_filter_bind for the columns of a report, which are not those of a table. A column with
 * number set is compared as numbers. A relative date is compared as a date with cells that are
 * dates. */
int fil_filter_bind_columns(struct fil_filter *filter, const struct fil_output_column *columns,
    size_t n, fil_day today, struct fil_fault *fault);

/* Returns whether the row meets all conditions. cells are in the order of the bound columns. An
 * empty cell meets only '=' with an empty value and '!=' with a value. '~' is fil_text_glob. */
bool fil_filter_holds(const struct fil_filter *filter, const char *const *cells);

/* Adds " AND …" to a statement over rows of that alias of the bound table, once for each condition.
 * Returns false where a condition has no form in SQL: of patterns only 'x*' has one, and no number.
 * statement: NULL only asks. */
bool fil_filter_add_to(
    const struct fil_filter *filter, const char *alias, struct fil_statement *statement);

/* Returns whether a condition sets the column equal to a value: "user=00421". */
bool fil_filter_equals(const struct fil_filter *filter, const char *column);

/* Returns the number of conditions. */
size_t fil_filter_count(const struct fil_filter *filter);

/* Returns condition i as it was given. It belongs to the filter. */
const char *fil_filter_condition(const struct fil_filter *filter, size_t i);

/* What a bound condition compares. */
struct fil_filter_term {
	size_t column; /* its place */
	int order; /* 1: more is wanted (> >=), -1: less (< <=), 0: neither */
	bool empty; /* with an empty value */
};

/* Returns what condition i of a bound filter compares. */
struct fil_filter_term fil_filter_term(const struct fil_filter *filter, size_t i);

/* Frees the filter; NULL is fine. */
void fil_filter_free(struct fil_filter *filter);

#endif
