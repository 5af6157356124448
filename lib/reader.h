/* SPDX-License-Identifier: ISC */
/* The reader: bytes to records of UTF-8 cells, with the line on which each begins. Strict (RFC 4180 with free line ends and delimiter):
 * a stray quote, a quote never closed, a NUL, an invalid byte, a cell over 1 MiB, a record over 4 MiB or 1,024 cells is a
 * fault of that record, and reading goes on with the next. */
#ifndef FIL_READER_H
#define FIL_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/fault.h"
#include "lib/input.h"
#include "lib/sniff.h"

struct fil_reader;

/* One record. All pointers are valid until the next call. */
struct fil_record {
	size_t line;			/* of the file, from 1, titles and header counted; its first line */
	size_t n;			/* cells */
	const char *const *cells;	/* each with a NUL behind it; unquoted ones trimmed of spaces and tabs */
	const size_t *lengths;
	const char *raw;		/* the record's text in UTF-8, without its line end */
	size_t raw_length;
	size_t offset;			/* bytes of the input read so far, for progress */
	bool cut;			/* the input ends in this record: its last line has no end */
};

/* Returns a reader at the first line after the skipped ones; the caller frees it. Any number may read one input. */
struct fil_reader *fil_reader_new(const struct fil_input *input, const struct fil_format *format);

/* Reads the next record; blank lines are passed over. Returns 1, 0 at the end, or -1 with a fault of this record
 * (record->line and raw are set) or of reading (status 74; no more follows then). */
int fil_reader_next(struct fil_reader *reader, struct fil_record *record, struct fil_fault *fault);

void fil_reader_free(struct fil_reader *reader);

#endif
