/* SPDX-License-Identifier: ISC */
/* A form: the functions that write one format. Each format is one file, and one row of the table in
 * output.c. */
#ifndef FIL_FORM_H
#define FIL_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct fil_fault;
struct fil_output_column;
struct fil_output_style;

struct fil_form {
	const char *name;
	/* Writes the text before the rows. The style and the columns are valid until `end`. Returns
	 * the context for the other two functions. */
	void *(*begin)(FILE *stream, const struct fil_output_style *style,
	    const struct fil_output_column *columns, size_t n);
	/* Writes a row, or keeps it for `end`. NULL is an unknown value. */
	void (*row)(void *context, const char *const *cells);
	/* Writes the text after the rows, and frees the context. Returns 0, or -1 with a fault. */
	int (*end)(void *context, struct fil_fault *fault);
	/* Returns 0, or -1 with a fault where the format cannot be written on this machine. NULL: it
	 * always can. */
	int (*check)(struct fil_fault *fault);
	/* Numbers and days are written as people write them in the language. */
	bool prose;
};

/* One record for each row, as fil_csv_record writes it. For a spreadsheet: a byte order mark, ';',
 * CRLF, the decimal sign of the language, and an apostrophe before what it would run as a formula. */
extern const struct fil_form fil_form_csv;

/* An array of objects, one a line. In a number column, cells that are JSON numbers are numbers,
 * others strings (RFC 8259). NULL is null. Control characters are escaped; invalid UTF-8 is shown
 * as \xNN. */
extern const struct fil_form fil_form_json;

/* Aligned columns for people. Widths are those of UTF-8 if LC_CTYPE says UTF-8. Rows are held until
 * the end. A table that is too wide for the style's terminal has headings of up to three lines; then
 * its widest texts are cut in the middle, "…", and a remark says so. Where too little would be left
 * of them, the table is printed in parts, each with the columns that tell the rows apart. Control
 * characters are escaped. */
extern const struct fil_form fil_form_table;

/* A table in GitHub's dialect, numbers aligned right. Markup and HTML are escaped, line breaks
 * become <br>, control characters are shown. */
extern const struct fil_form fil_form_markdown;

/* A page of HTML with one table, complete in itself: no script, nothing from outside. It has the
 * title of the style, and the language of the messages. Markup is escaped, line breaks become <br>,
 * control characters are shown. */
extern const struct fil_form fil_form_html;

/* A workbook of Office Open XML (ECMA-376) with one sheet, named by the title: numbers and days are
 * typed, all else is text. Its header is frozen, with filters. The workbook is made in a temporary
 * file, and reaches the stream whole in the end. Line breaks and TABs stay; other control characters
 * are shown. */
extern const struct fil_form fil_form_xlsx;

#endif
