/* SPDX-License-Identifier: ISC */
/* The reader: bytes to records of UTF-8 cells, with the line on which each begins. Strict (RFC 4180
 * with free line ends and delimiter): a stray quote, a quote never closed, a NUL, an invalid byte,
 * a cell over 1 MiB, a record over 4 MiB or 1,024 cells is a fault of that record, and reading goes
 * on with the next. Where quotes do not say where the bad record ends, it is its first line alone,
 * and the lines behind it are read anew: nothing is swallowed, and no line is told twice. */
#ifndef FIL_READER_H
#define FIL_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/input/input.h"

/* Returns the delimiter of a name (comma, semicolon, tab, pipe) or of one ASCII character that can
 * cut cells (punctuation, TAB or a space), or 0. */
char fil_delimiter_read(const char *name);

/* Returns the name of a delimiter for people: "';'", "TAB". Static. */
const char *fil_delimiter_name(char delimiter);

/* Returns the word that options and profiles have for a delimiter, "semicolon", or NULL. Static. */
const char *fil_delimiter_word(char delimiter);

/* Returns the name of the line end for people: "CRLF". Static. */
const char *fil_line_end_name(enum fil_line_end line_end);

struct fil_reader;

/* One record. All pointers are valid until the next call. */
struct fil_record {
	size_t line; /* its first, from 1; all lines of the file count */
	size_t n; /* cells */
	const char *const *cells; /* each with a NUL behind it; unquoted ones without white
					 * space, no-break spaces included, at their ends */
	const size_t *lengths;
	const char *raw; /* the record's text in UTF-8, without its line end; of a
					 * line over 4 MiB its beginning. Bytes that are not UTF-8
					 * (0xFF for what the encoding does not have) only with a
					 * fault */
	size_t raw_length;
	size_t offset; /* bytes of the input read so far, for progress */
	bool cut; /* the input ends in it: its last line has no end */
	enum fil_line_end line_end; /* what ends it otherwise */
};

/* Returns a reader at the first line after the skipped ones; the caller frees it. Any number may
 * read one input. */
struct fil_reader *fil_reader_new(const struct fil_input *input, const struct fil_format *format);

/* As fil_reader_new, reading blocks of so many bytes: rows do not depend on it, which tests
 * show. */
struct fil_reader *
fil_reader_new_blocks(const struct fil_input *input, const struct fil_format *format, size_t block);

/* Reads the next record; blank lines are passed over. Returns 1, 0 at the end, or -1 with a fault
 * of this record (record->line and raw are set; kind "source-error", or "encoding-error") or of
 * reading (status 74; no more follows then). */
int fil_reader_next(struct fil_reader *reader, struct fil_record *record, struct fil_fault *fault);

/* NULL is fine. */
void fil_reader_free(struct fil_reader *reader);

#endif
