/* SPDX-License-Identifier: ISC */
/* A form: how an output is written in one format. Each format is a file that gives its form, and a
 * row of the table in output.c. */
#ifndef FIL_FORM_H
#define FIL_FORM_H

#include <stddef.h>
#include <stdio.h>

#include "lib/output/output.h"

struct fil_form {
	const char *name;
	/* Writes what comes before the rows. The columns live until the end. Returns what row and
	 * end are given. */
	void *(*begin)(FILE *stream, const struct fil_output_column *columns, size_t n);
	/* Writes a row, or keeps it for the end. NULL is a cell of which nothing is known. */
	void (*row)(void *context, const char *const *cells);
	/* Writes what comes behind the rows, and frees the context. */
	void (*end)(void *context);
};

/* A record a row, as fil_csv_record writes it. */
extern const struct fil_form fil_form_csv;

/* An array of objects, one a line. In a number's column what JSON reads as a number is one, else a
 * string (RFC 8259); NULL is null. Control characters are escaped; bytes that are not UTF-8 are
 * shown as \xNN. */
extern const struct fil_form fil_form_json;

/* Aligned columns for a person. Widths are those of UTF-8 when LC_CTYPE says UTF-8. Rows are held
 * until the end; on a terminal the widest columns of text are cut to its width, marked with "…".
 * What a terminal would act on is escaped. */
extern const struct fil_form fil_form_table;

/* A table of GitHub's dialect, numbers to the right. Markup and HTML are escaped, a line break is
 * <br>, control characters are shown. */
extern const struct fil_form fil_form_markdown;

#endif
