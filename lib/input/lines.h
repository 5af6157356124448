/* SPDX-License-Identifier: ISC */
/* Lines: an input as lines of UTF-8, decoded if needed. The lines since the mark stay together in
 * memory. So a record of several lines is one text, and can be read again from its second line. */
#ifndef FIL_LINES_H
#define FIL_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/input/input.h"

struct fil_lines;

struct fil_line {
	const char *text; /* valid until the next call */
	size_t length; /* without the line end */
	size_t end; /* bytes of the line end; 0 at the end of the input */
	enum fil_line_end kind; /* FIL_LF, FIL_CRLF or FIL_CR, if end is not 0 */
	const char *record; /* the text since the mark, with this line; valid as long */
	size_t record_length; /* in bytes, with line ends */

	/* Valid whatever was found. */
	size_t number; /* of the last line read, from 1; 0 before the first */
	size_t offset; /* bytes of the input read so far, approximately, for progress */
	bool suspect; /* the text read so far may have a NUL or invalid UTF-8 */
};

enum fil_line_found { FIL_LINE_FAULT = -1, FIL_LINE_NONE, FIL_LINE_OK, FIL_LINE_LONG };

/* The most bytes of the lines since the mark. */
enum { FIL_LINES_MOST = 4 * 1024 * 1024 };

/* Returns the lines after the byte order mark; the caller frees them. `block` is the number of
 * bytes read at once. fil_decoder_new must know the encoding. */
struct fil_lines *
fil_lines_new(const struct fil_input *input, const struct fil_format *format, size_t block);

/* Sets the mark here, then reads as fil_lines_next. Earlier text may be dropped. */
enum fil_line_found
fil_lines_first(struct fil_lines *lines, struct fil_line *line, struct fil_fault *fault);

/* Reads the next line. LONG: the lines since the mark would exceed FIL_LINES_MOST bytes; the line
 * is not consumed. FAULT: the input cannot be read. */
enum fil_line_found
fil_lines_next(struct fil_lines *lines, struct fil_line *line, struct fil_fault *fault);

/* Skips the first line since the mark, of any length, after LONG. Returns OK with the beginning of
 * the line, or FAULT. */
enum fil_line_found
fil_lines_pass(struct fil_lines *lines, struct fil_line *line, struct fil_fault *fault);

/* Goes back to n bytes after the mark: the beginning of the second line since the mark. Returns the
 * text since the mark, valid until the next call. */
const char *fil_lines_back(struct fil_lines *lines, size_t n);

/* Frees the lines; NULL is fine. */
void fil_lines_free(struct fil_lines *lines);

#endif
