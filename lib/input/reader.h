/* SPDX-License-Identifier: ISC */
/* The reader: turns bytes into records of UTF-8 cells, each with its line number. The rows of a
 * workbook or of JSON come as records too, each as wide as the widest. It is strict: RFC
 * 4180 with any line end and delimiter. A cell ="00421", a guard against spreadsheets, is read as
 * 00421. These are faults of a record: a stray quote, a quote never
 * closed, a NUL, an invalid byte. So are a cell over 1 MiB and a record over 4 MiB or 1,024 cells.
 * After a fault, reading continues with the next record. If quotes leave the end of a bad record
 * open, only its first line is refused. The lines after it are read again: no line is lost, and
 * none is reported more than once. */
#ifndef FIL_READER_H
#define FIL_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/input/input.h"

/* Returns the delimiter with that name (comma, semicolon, tab, pipe), or 0. The name may also be
 * one ASCII character: punctuation, TAB or a space. */
char fil_delimiter_read(const char *name);

/* Returns the delimiter for messages: "';'", "TAB". Static. */
const char *fil_delimiter_name(char delimiter);

/* Returns the name of a delimiter in options and profiles, "semicolon", or NULL. Static. */
const char *fil_delimiter_word(char delimiter);

/* Returns the line end for messages: "CRLF". Static. */
const char *fil_line_end_name(enum fil_line_end line_end);

/* The most cells of a record. */
enum { FIL_CELLS_MOST = FIL_ROW_CELLS };

struct fil_reader;

/* One record. All pointers are valid until the next call. */
struct fil_record {
	/* Its first line, from 1; all lines of the file count. Of a workbook the row, of JSON the
	 * line or the number of the object; 0: the paths of JSON. */
	size_t line;
	size_t n; /* number of cells */
	const char *const *cells; /* each followed by a NUL; white space at the ends is trimmed
					 * (no-break spaces too), unless the cell was in quotes */
	const size_t *lengths;
	const char *raw; /* the record in UTF-8, without its line end; of a line over
					 * 4 MiB the beginning. With a fault it may hold invalid
					 * bytes, as fil_decoder_run gives them. Read ahead: NULL */
	size_t raw_length;
	size_t offset; /* bytes of the input read so far, for progress */
	size_t formulas; /* cells written ="00421", outside quotes, and read as 00421 */
	const size_t *errors; /* cells of a workbook that hold the error of a formula */
	size_t n_errors;
	bool cut; /* the record is the last line, and has no line end */
	enum fil_line_end line_end; /* its line end, if there is one */
};

/* Returns a reader at the first line after the skipped ones; the caller frees it. Several readers
 * may read one input. */
struct fil_reader *fil_reader_new(const struct fil_input *input, const struct fil_format *format);

/* For tests. As fil_reader_new, but reads blocks of that many bytes; records do not depend on
 * it. */
struct fil_reader *
fil_reader_new_blocks(const struct fil_input *input, const struct fil_format *format, size_t block);

/* Has a thread read the records that follow, in batches, while the caller works on those before: they
 * come in the same order, with the same faults. Where no thread can be made, they are read as before. */
void fil_reader_read_ahead(struct fil_reader *reader);

/* Waits until the thread of the reader reads no longer: call it before another reader reads the same
 * input. It goes on with fil_reader_next. NULL is fine. */
void fil_reader_rest(struct fil_reader *reader);

/* Reads the next record and ignores blank lines. Returns 1, 0 at the end, or -1 with a fault. A
 * fault of this record has the kind "source-error" or "encoding-error", and sets line and raw. A
 * fault of reading has the status 74 and ends the records. */
int fil_reader_next(struct fil_reader *reader, struct fil_record *record, struct fil_fault *fault);

/* Frees the reader; NULL is fine. */
void fil_reader_free(struct fil_reader *reader);

#endif
