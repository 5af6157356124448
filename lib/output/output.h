/* SPDX-License-Identifier: ISC */
/* Output: columns as data, written as CSV, JSON, a table or Markdown. Cells are text or NULL
 * (unknown: empty in CSV, null in JSON). CSV is a wire format: UTF-8, comma, LF, quotes only where
 * needed, verbatim. */
#ifndef FIL_OUTPUT_H
#define FIL_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "lib/base/fault.h"

/* A column of an answer, whatever the format that it is written in. */

/* number: JSON prints it as a number where the cell is one, tables align it to the right. */
struct fil_output_column {
	const char *name;
	bool number;
};

enum fil_output_format { FIL_CSV, FIL_JSON, FIL_TABLE, FIL_MARKDOWN };

struct fil_output;

/* Looks a format up by its name, "csv". Returns 0, or -1 with a usage fault that lists the names. */
int fil_output_format(const char *name, enum fil_output_format *format, struct fil_fault *fault);

/* Returns a writer onto the stream, which stays the caller's; columns are copied. The header is
 * written at once (a header without rows is a whole answer). */
struct fil_output *fil_output_new(
    FILE *stream, enum fil_output_format format, const struct fil_output_column *columns, size_t n);

/* Writes a row of n cells. CSV quotes a cell with a delimiter, quote, CR, LF or a space at its
 * ends. Tables are held until the end; what they show is escaped for terminals. */
void fil_output_row(struct fil_output *output, const char *const *cells);

/* Writes what is held and the end, and frees. Errors of the stream are seen by its owner's ferror.
 * */
void fil_output_end(struct fil_output *output);

#endif
