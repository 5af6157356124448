/* SPDX-License-Identifier: ISC */
/* Sniffing: finds out how an input is written. Facts only: byte order marks, valid UTF-8, known header names; never statistics
 * over values. */
#ifndef FIL_SNIFF_H
#define FIL_SNIFF_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/fault.h"
#include "lib/input.h"

enum fil_line_end { FIL_LF, FIL_CRLF, FIL_CR, FIL_MIXED_ENDS };

/* How an input is written. Before sniffing, what an option has settled is set, and the rest is zero. */
struct fil_format {
	const char *encoding;	/* an iconv name; NULL: find out. "UTF-8", "WINDOWS-1252" … static or the option's */
	char delimiter;		/* 0: find out */
	size_t bom;		/* bytes of the byte order mark */
	size_t skip_lines;	/* lines above the header: --skip-lines, and Excel's `sep=;` line */
	bool sep_line;		/* the first line is Excel's `sep=X`; it sets the delimiter and counts in skip_lines */
	bool one_column;	/* no delimiter stands in the header */
	enum fil_line_end line_end;
	bool ends_in_line;	/* the last line has no end */
};

/* Returns whether a folded header is one that the caller knows. */
typedef bool fil_sniff_known(const void *context, const char *folded);

/* Completes the format. A delimiter is the one of `, ; TAB |` under which most header cells are known; none of them in
 * the header is one column; a tie, or a header in which nothing is known under two or more of them, is a fault that names --delimiter. A file that is UTF-8 but for a few bytes is
 * refused with the line of the first; a workbook, a web page, a PDF or a gzip file is named as such (65). Returns 0 or -1. */
int fil_sniff(const struct fil_input *input, fil_sniff_known *known, const void *context, struct fil_format *format,
    struct fil_fault *fault);

/* Returns the delimiter of a name (comma, semicolon, tab, pipe) or of one ASCII character, or 0. */
char fil_delimiter_read(const char *name);

/* Returns the name of a delimiter for people: "';'", "TAB". Static. */
const char *fil_delimiter_name(char delimiter);

/* Returns the name of the line end for people: "CRLF". Static. */
const char *fil_line_end_name(enum fil_line_end line_end);

#endif
