/* SPDX-License-Identifier: ISC */
/* Declarations: the catalogue's tables and columns as rows, for people and for scripts. */
#ifndef FIL_DECLARATION_H
#define FIL_DECLARATION_H

#include "lib/catalog/catalog.h"
#include "lib/output/column.h"
#include "lib/base/text.h"

enum { FIL_TABLE_CELLS = 3, FIL_COLUMN_CELLS = 8 };

/* The columns of these rows. */
extern const struct fil_output_column fil_table_declared[FIL_TABLE_CELLS];
extern const struct fil_output_column fil_column_declared[FIL_COLUMN_CELLS];

/* Fills the row of a table: its name, kind and meaning. The cells are the catalogue's. */
void fil_table_declare(const struct fil_table *table, const char *cells[static FIL_TABLE_CELLS]);

/* Fills the row of a column: its name, type, whether it is a key and whether it is required ("yes"
 * or NULL), the table that it refers to, the values that it takes ("0..5", "old|new"), its
 * fallback and its meaning. The cells are the catalogue's, or stand in values until the next
 * call. */
void fil_column_declare(const struct fil_column *column, struct fil_bytes *values,
    const char *cells[static FIL_COLUMN_CELLS]);

#endif
