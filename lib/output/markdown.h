/* SPDX-License-Identifier: ISC */
/* Markdown: rows as a table of GitHub's dialect, in which no cell can become markup. */
#ifndef FIL_MARKDOWN_H
#define FIL_MARKDOWN_H

#include <stddef.h>
#include <stdio.h>

#include "lib/output/output.h"

/* Writes the header and the rule below it, which aligns numbers to the right. */
void fil_markdown_header(FILE *stream, const struct fil_output_column *columns, size_t n);

/* Writes a row; NULL is an empty cell. Markup and HTML are escaped, a line break is <br>, control
 * characters are shown. */
void fil_markdown_row(FILE *stream, const char *const *cells, size_t n);

#endif
