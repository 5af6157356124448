/* SPDX-License-Identifier: ISC */
/* Output: rows written as CSV, JSON, a table, Markdown or HTML. Cells are text or NULL (unknown: empty in
 * CSV, null in JSON). CSV is the exchange format: UTF-8, comma, LF, quotes only where needed, cells
 * unchanged. */
#ifndef FIL_OUTPUT_H
#define FIL_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "lib/base/fault.h"

/* A column of an output. JSON prints the cells of a number column as numbers where they are
 * numbers. Tables align them right. */
struct fil_output_column {
	const char *name;
	bool number;
};

enum fil_output_format { FIL_CSV, FIL_JSON, FIL_TABLE, FIL_MARKDOWN, FIL_HTML };

struct fil_output;

/* Returns the names of the formats, joined; the caller frees them. last: stands before the last name. */
char *fil_output_formats(const char *between, const char *last);

/* Looks a format up by its name, "csv". Returns 0, or -1 with a usage fault that lists the names. */
int fil_output_format(const char *name, enum fil_output_format *format, struct fil_fault *fault);

struct fil_page; /* lib/output/page.h */

/* Returns the page of a format, or NULL where the format has rows alone. */
const struct fil_page *fil_output_page(enum fil_output_format format);

/* Returns an output to the stream, which stays the caller's; fil_output_end frees the output. The
 * columns are copied. The header is written at once, for outputs without rows too. */
struct fil_output *fil_output_new(
    FILE *stream, enum fil_output_format format, const struct fil_output_column *columns, size_t n);

/* Writes a row of n cells, NULL for an unknown value. Tables hold their rows until the end, and
 * escape control characters. */
void fil_output_row(struct fil_output *output, const char *const *cells);

/* Writes held rows and the end, and frees the output. The stream's owner checks ferror. */
void fil_output_end(struct fil_output *output);

#endif
