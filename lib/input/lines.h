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
};

enum fil_line_found { FIL_LINE_FAULT = -1, FIL_LINE_NONE, FIL_LINE_OK, FIL_LINE_LONG };

/* The most bytes of the lines since the mark. */
enum { FIL_LINES_MOST = 4 * 1024 * 1024 };

/* Returns the lines after the byte order mark; the caller frees them. `block` is the number of
 * bytes read at once. fil_decoder_new must know the encoding. */
struct fil_lines *
fil_lines_new(const struct fil_input *input, const struct fil_format *format, size_t block);

/* Reads the next line. LONG: the lines since the mark would exceed FIL_LINES_MOST bytes; the line
 * is not consumed. FAULT: the input cannot be read. */
enum fil_line_found
fil_lines_next(struct fil_lines *lines, struct fil_line *line, struct fil_fault *fault);

/* Skips the first line since the mark, of any length, after LONG. Returns OK with the beginning of
 * the line, or FAULT. */
enum fil_line_found
fil_lines_pass(struct fil_lines *lines, struct fil_line *line, struct fil_fault *fault);

/* Sets the mark here. Earlier text may be dropped. */
void fil_lines_mark(struct fil_lines *lines);

/* Goes back to n bytes after the mark: the beginning of the second line since the mark. */
void fil_lines_back(struct fil_lines *lines, size_t n);

/* Returns the text since the mark, valid until the next call. *n gets its length in bytes, with
 * line ends. */
const char *fil_lines_marked(const struct fil_lines *lines, size_t *n);

/* Returns the number of the last line read, from 1; 0 before the first. */
size_t fil_lines_number(const struct fil_lines *lines);

/* Returns how many bytes of the input were read, approximately, for progress. */
size_t fil_lines_offset(const struct fil_lines *lines);

/* Returns whether the text read so far may contain a NUL. */
bool fil_lines_nul(const struct fil_lines *lines);

/* Returns whether the text read so far may contain invalid UTF-8. */
bool fil_lines_unsound(const struct fil_lines *lines);

/* Frees the lines; NULL is fine. */
void fil_lines_free(struct fil_lines *lines);

#endif
