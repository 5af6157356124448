/* SPDX-License-Identifier: ISC */
/* Table lines: the lines of a file that are its largest table, where titles stand above it or
 * other tables beside it. It serves a proposal: it looks at the shape of lines, not at known
 * headers. */
#ifndef FIL_TABLE_LINES_H
#define FIL_TABLE_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/input/input.h"

struct fil_table_lines {
	size_t above; /* lines above the header */
	char delimiter;
	char *title; /* the line that stands alone above the header, below a blank line; or NULL */
	bool ends_blank; /* a blank line ends the table, and something follows */
};

/* Finds the largest table among the first lines. format has an encoding; its delimiter may be 0. A
 * table ends at a blank line, unless the lines below it go on alike. Its header is the first line
 * that is nearly as wide as its widest. Returns false if no line has two cells; the caller frees
 * the title. */
bool fil_table_lines_find(
    const struct fil_input *input, const struct fil_format *format, struct fil_table_lines *found);

#endif
