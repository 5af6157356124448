/* SPDX-License-Identifier: ISC */
/* Lines: an input as lines of UTF-8, however it is encoded. The lines from the mark on stay
 * together in memory, so that a record of several lines is one text, and can be read again from its
 * second line. */
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
	size_t end; /* bytes of the line end behind it; 0 at the input's end */
	enum fil_line_end kind; /* FIL_LF, FIL_CRLF or FIL_CR, where end is not 0 */
};

enum fil_line_found { FIL_LINE_FAULT = -1, FIL_LINE_NONE, FIL_LINE_OK, FIL_LINE_LONG };

/* The most bytes that a mark's lines may have. */
enum { FIL_LINES_MOST = 4 * 1024 * 1024 };

/* Returns the lines behind the byte order mark, reading blocks of so many bytes; the caller frees
 * them. The encoding must be one that fil_decoder_new knows. */
struct fil_lines *
fil_lines_new(const struct fil_input *input, const struct fil_format *format, size_t block);

/* Steps to the next line. LONG: with it the mark's lines would have more than FIL_LINES_MOST bytes;
 * nothing was stepped over. FAULT: the input cannot be read. */
enum fil_line_found
fil_lines_next(struct fil_lines *lines, struct fil_line *line, struct fil_fault *fault);

/* Passes over the mark's first line, of any length, after LONG. Returns OK, with the line's
 * beginning, or FAULT. */
enum fil_line_found
fil_lines_pass(struct fil_lines *lines, struct fil_line *line, struct fil_fault *fault);

/* Puts the mark here: what was read before may go. */
void fil_lines_mark(struct fil_lines *lines);

/* Goes back to n bytes behind the mark, the beginning of the mark's second line. */
void fil_lines_back(struct fil_lines *lines, size_t n);

/* Returns the text from the mark on, valid until the next call; *n bytes up to here, line ends
 * included. */
const char *fil_lines_marked(const struct fil_lines *lines, size_t *n);

/* Returns the number of the last line that was stepped over, from 1; 0 before the first. */
size_t fil_lines_number(const struct fil_lines *lines);

/* Returns how many bytes of the input were read up to here, or a little more. */
size_t fil_lines_offset(const struct fil_lines *lines);

/* Returns whether the text read so far may hold a NUL. */
bool fil_lines_nul(const struct fil_lines *lines);

/* Returns whether it may hold bytes that are not UTF-8. */
bool fil_lines_unsound(const struct fil_lines *lines);

/* NULL is fine. */
void fil_lines_free(struct fil_lines *lines);

#endif
