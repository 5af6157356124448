/* SPDX-License-Identifier: ISC */
/* The format: how an input is written. */
#ifndef FIL_FORMAT_H
#define FIL_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

enum fil_line_end { FIL_LF, FIL_CRLF, FIL_CR, FIL_MIXED_ENDS };

/* How an input is written. Before sniffing, what an option has settled is set, and the rest is
 * zero. */
struct fil_format {
	const char *encoding;	/* an iconv name, static or the option's; NULL: find out */
	char delimiter;		/* 0: find out */
	size_t bom;		/* bytes of the byte order mark */
	size_t skip_lines;	/* lines above the header: --skip-lines, and Excel's `sep=;` line */
	bool sep_line;		/* the first line is Excel's `sep=X`; it counts in skip_lines */
	size_t titles;		/* of them, those that were found to be no header */
	bool no_header;		/* the first line is a row */
	bool unquoted;		/* quotes are text like any other */
	bool one_column;	/* no delimiter stands in the header: no line is cut */
	enum fil_line_end line_end;
	bool ends_in_line;	/* the last line has no end */
};

/* Returns the delimiter of a name (comma, semicolon, tab, pipe) or of one ASCII character that can
 * cut cells (punctuation, TAB or a space), or 0. */
char fil_delimiter_read(const char *name);

/* Returns the name of a delimiter for people: "';'", "TAB". Static. */
const char *fil_delimiter_name(char delimiter);

/* Returns the word that options and profiles have for a delimiter, "semicolon", or NULL. Static. */
const char *fil_delimiter_word(char delimiter);

/* Returns the name of the line end for people: "CRLF". Static. */
const char *fil_line_end_name(enum fil_line_end line_end);

#endif
