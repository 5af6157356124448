/* SPDX-License-Identifier: ISC */
/* A filter: the conditions of -w, 'COL OP VALUE', all of which must hold for a row. */
#ifndef FIL_FILTER_H
#define FIL_FILTER_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/catalog/catalog.h"

struct fil_filter;

/* Returns a filter without conditions; the caller frees it. */
struct fil_filter *fil_filter_new(void);

/* Adds 'COL OP VALUE' (= != < <= > >= ~; spaces around OP allowed; nothing behind = means
 * empty). Columns are checked by fil_filter_bind. Returns 0, or -1 with a usage fault. */
int fil_filter_add(struct fil_filter *filter, const char *condition, struct fil_fault *fault);

/* Looks the columns up in the table; values of a date column may be relative to today. An
 * unknown column is a usage fault that names the nearest; a value that the column cannot hold is
 * one too. Returns 0 or -1. */
int fil_filter_bind(struct fil_filter *filter, const struct fil_table *table, fil_day today,
    struct fil_fault *fault);

/* As fil_filter_bind for columns that are not a table's (a report's): compared as numbers where
 * number is set; a relative date stands for its date against cells that are dates. */
int fil_filter_bind_columns(struct fil_filter *filter, const struct fil_output_column *columns,
    size_t n, fil_day today, struct fil_fault *fault);

/* Returns whether the row, cells in the bound columns' order, meets all conditions. An empty
 * cell meets only '=' with nothing, and '!=' with something. '~' is fil_text_glob. */
bool fil_filter_holds(const struct fil_filter *filter, const char *const *cells);

/* Returns the number of conditions. */
size_t fil_filter_count(const struct fil_filter *filter);

/* Frees the filter; NULL is fine. */
void fil_filter_free(struct fil_filter *filter);

#endif
