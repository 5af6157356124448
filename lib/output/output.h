/* SPDX-License-Identifier: ISC */
/* Output: rows written as CSV, JSON, a table, Markdown, HTML or XLSX. Cells are text or NULL (unknown:
 * empty in CSV, null in JSON). CSV is the exchange format: UTF-8, comma, LF, quotes only where needed,
 * cells unchanged. Tables, Markdown, HTML and XLSX are for people, and follow their language. */
#ifndef FIL_OUTPUT_H
#define FIL_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "lib/base/fault.h"

/* What the cells of a column are. */
enum fil_output_kind {
	FIL_CELL_TEXT,
	FIL_CELL_NUMBER,
	FIL_CELL_SHARE, /* a number, in percent */
	FIL_CELL_DAY, /* YYYY-MM-DD */
	FIL_CELL_RUN, /* a number that names a run */
};

/* A column of an output. */
struct fil_output_column {
	const char *name;
	enum fil_output_kind kind;
	/* Of a report: its cells are exact, and are printed with so many decimals, up to 3. 0: as they
	 * are. */
	unsigned decimals;
	bool box; /* people fill its cells in: a workbook with boxes locks all other cells */
	const char *const *values; /* what a box may hold, ended by NULL; NULL: anything */
};

/* Returns whether the cells of a column are numbers. JSON prints them as numbers where they are
 * some. Tables align them right. */
static inline bool
fil_output_number(const struct fil_output_column *column)
{
	return column->kind == FIL_CELL_NUMBER || column->kind == FIL_CELL_SHARE ||
	    column->kind == FIL_CELL_RUN;
}

/* Returns the number of the column of that name, or FIL_NOWHERE. */
size_t fil_output_find(const struct fil_output_column *columns, size_t n, const char *name);

enum fil_output_format { FIL_CSV, FIL_JSON, FIL_TABLE, FIL_MARKDOWN, FIL_HTML, FIL_XLSX };

/* How an output is written. */
struct fil_output_style {
	enum fil_output_format format;
	bool for_excel; /* CSV is for a spreadsheet: see fil_form_csv */
	const char *title; /* one word for the rows, such as the name of their table */
	const char *meaning; /* one phrase for people, for the heading of a page; NULL: the title */
	size_t width; /* of the terminal on which the rows are shown; 0: they go elsewhere */
	/* Called at the end with a remark for people about the rows, without a line end; or NULL. */
	void (*say)(void *context, const char *text);
	void *context; /* for say */
};

struct fil_output;

/* Returns the names of the formats, joined; the caller frees them. last: stands before the last
 * name. */
char *fil_output_formats(const char *between, const char *last);

/* Looks a format up by its name, "csv". Returns 0, or -1 with a usage fault that lists the names.
 * The fault of a format that was left out of the build is FIL_UNAVAILABLE. */
int fil_output_format(const char *name, enum fil_output_format *format, struct fil_fault *fault);

struct fil_page; /* lib/output/page.h */

/* Returns the page of a format, or NULL where the format has rows alone. */
const struct fil_page *fil_output_page(enum fil_output_format format);

/* Returns an output to the stream, which stays the caller's; fil_output_end frees the output. The
 * columns and the style are copied, but not the title and the values of boxes. The header is written
 * at once, for outputs without rows too. */
struct fil_output *fil_output_new(FILE *stream, const struct fil_output_style *style,
    const struct fil_output_column *columns, size_t n);

/* Writes a row of n cells, NULL for an unknown value. Tables and XLSX hold their rows until the
 * end. */
void fil_output_row(struct fil_output *output, const char *const *cells);

/* Writes held rows and the end, and frees the output. The stream's owner checks ferror. Returns 0,
 * or -1 with a fault, of XLSX only: 73 for rows that the format cannot hold, 74 for a full disk, 69
 * where its library is not installed. Nothing is written then. */
int fil_output_end(struct fil_output *output, struct fil_fault *fault);

#endif
