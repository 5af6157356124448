/* SPDX-License-Identifier: ISC */
/* A lookup table: the rows of a small table, read once, sorted by key and found by key. */
#ifndef FIL_LOOKUP_TABLE_H
#define FIL_LOOKUP_TABLE_H

#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/store/store.h"

struct fil_lookup_table;

/* Reads all rows of the query, and frees the query. The rows have n_columns cells and are ordered
 * by the first column, the key. Returns the table, or NULL with a fault; the caller frees the
 * table. */
struct fil_lookup_table *
fil_lookup_table_new(struct fil_query *query, size_t n_columns, struct fil_fault *fault);

/* Returns the number of rows. */
size_t fil_lookup_table_rows(const struct fil_lookup_table *table);

/* Returns a cell, or NULL for an unknown value. It belongs to the table. */
const char *fil_lookup_table_cell(const struct fil_lookup_table *table, size_t row, size_t column);

/* Returns the number of the row with this key, or FIL_NOWHERE. The rows `near` and near + 1 are
 * tried first, because equal keys come in runs. */
size_t fil_lookup_table_find(const struct fil_lookup_table *table, const char *key, size_t near);

/* Frees the table; NULL is fine. */
void fil_lookup_table_free(struct fil_lookup_table *table);

#endif
