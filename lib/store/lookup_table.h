/* SPDX-License-Identifier: ISC */
/* A shelf: the rows of a short table of reference in the order of their keys, held in memory and
 * found by key. */
#ifndef FIL_LOOKUP_TABLE_H
#define FIL_LOOKUP_TABLE_H

#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/store/store.h"

struct fil_lookup_table;

/* Returns the rows of the query, which gives n_columns cells in the order of the first, the key. The
 * query is freed. Returns NULL with a fault; the caller frees the shelf. */
struct fil_lookup_table *
fil_lookup_table_new(struct fil_query *query, size_t n_columns, struct fil_fault *fault);

/* Returns how many rows there are. */
size_t fil_lookup_table_rows(const struct fil_lookup_table *shelf);

/* Returns a cell, or NULL for nothing known. It belongs to the shelf. */
const char *fil_lookup_table_cell(const struct fil_lookup_table *shelf, size_t row, size_t column);

/* Returns the number of the row of that key, or FIL_NOWHERE. near, and the row behind it, are tried
 * first: keys come in runs. */
size_t fil_lookup_table_find(const struct fil_lookup_table *shelf, const char *key, size_t near);

/* Frees the shelf; NULL is fine. */
void fil_lookup_table_free(struct fil_lookup_table *shelf);

#endif
