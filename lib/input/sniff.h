/* SPDX-License-Identifier: ISC */
/* Sniffing: detects the format of an input. It uses facts only: byte order marks, valid UTF-8,
 * known header names. It uses no statistics over values. For a proposal, it finds the largest table by the
 * shape of its lines. */
#ifndef FIL_SNIFF_H
#define FIL_SNIFF_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/input/input.h"

/* Returns whether the caller knows a folded header. */
typedef bool fil_sniff_known(const void *context, const char *folded);

/* Completes the format. The header is then the first record of a reader with this format.
 *
 * The delimiter is the one of `, ; TAB |` that gives the most known headers, or the only one in the
 * header. Without any of them there is one column. A tie is a fault that names --delimiter. So is a
 * header without a known name in which two or more of them occur.
 *
 * The header is the first of 20 lines with two known headers, unless skip_lines or no_header is
 * set. The lines above it are titles. In a TAB file without a cell in quotes, quotes are ordinary
 * characters.
 *
 * A workbook (.xlsx) and JSON become rows (lib/input/row_file.h), of which the input then consists. Of
 * several sheets it is the one that the format names, or the only one that has a known header.
 *
 * Faults: a file that is UTF-8 but for a few bytes, with the line of the first. An old workbook, a web
 * page, a PDF, a compressed file (65). An unknown encoding (64). The text begins with the input's
 * name, and with the line if there is one.
 *
 * known may be NULL: no header is known. Returns 0 or -1. */
int fil_sniff(struct fil_input *input, fil_sniff_known *known, const void *context,
    struct fil_format *format, struct fil_fault *fault);

/* The lines of a file that are its largest table, where titles stand above it or other tables beside it. */
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
