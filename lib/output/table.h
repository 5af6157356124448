/* SPDX-License-Identifier: ISC */
/* A grid: rows held in memory and then shown to a person in aligned columns, on a terminal within
 * its width. */
#ifndef FIL_TABLE_H
#define FIL_TABLE_H

#include <stddef.h>
#include <stdio.h>

#include "lib/output/output.h"

struct fil_table_rows;

/* Returns a grid without rows; the stream stays the caller's, and the columns must live as long.
 * fil_table_rows_end frees. Widths are those of UTF-8 when LC_CTYPE says UTF-8. On a terminal the widest
 * columns of text are cut to fit, marked with "…". */
struct fil_table_rows *
fil_table_rows_new(FILE *stream, const struct fil_output_column *columns, size_t n);

/* Adds a row; NULL is an empty cell. What a terminal would act on is escaped. */
void fil_table_rows_add(struct fil_table_rows *grid, const char *const *cells);

/* Prints the header and the rows, and frees. */
void fil_table_rows_end(struct fil_table_rows *grid);

#endif
