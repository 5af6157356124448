/* SPDX-License-Identifier: ISC */
#include "lib/input/lines.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/memory.h"
#include "lib/input/decoder.h"

/* Bytes of a too long line that are kept, to show them. */
enum { KEPT = 4096 };

#define NOWHERE SIZE_MAX

/* The window: data[mark, position) is the record so far, data[position, end) follows it. */
struct fil_lines {
	const struct fil_input *input;
	struct fil_decoder *decoder; /* NULL: the bytes are UTF-8 */
	size_t block;
	off_t next; /* of the next read, in the input */
	char *data;
	size_t capacity, mark, position, end;
	size_t searched; /* data[position, searched) was searched for LF; */
	size_t feed; /* the LF found, or NOWHERE; void if before position */
	char *bytes; /* bytes that wait for the decoder */
	size_t n_bytes;
	size_t line, marked_line;
	bool finished; /* the window contains the rest of the input */
	bool failed; /* a failed read was returned */
	bool carriage; /* the text had a CR, */
	bool suspect; /* or may have had a NUL or invalid UTF-8 */
};

/* Returns whether the bytes need no decoding. */
static bool
is_utf8(const char *encoding)
{
	return !encoding || strcasecmp(encoding, "UTF-8") == 0 || strcasecmp(encoding, "UTF8") == 0;
}

struct fil_lines *
fil_lines_new(const struct fil_input *input, const struct fil_format *format, size_t block)
{
	struct fil_lines *lines = fil_alloc(1, sizeof *lines);

	/* A small file needs no large block. */
	if (block > fil_input_size(input))
		block = fil_input_size(input) + 1;
	lines->input = input;
	lines->block = block;
	lines->next = (off_t)format->bom;
	lines->feed = NOWHERE;
	lines->capacity = block;
	lines->data = fil_alloc(block, 1);
	lines->suspect = fil_input_utf8(input) < fil_input_size(input);
	if (!is_utf8(format->encoding)) {
		lines->decoder = fil_decoder_new(format->encoding);
		if (!lines->decoder)
			fil_bug("no such encoding: %s", format->encoding);
		lines->bytes = fil_alloc(block + FIL_DECODER_ROOM, 1);
		lines->suspect = false;
	}
	return lines;
}

/* Makes room for n bytes after the end, and moves the record to the front. */
static void
make_room(struct fil_lines *lines, size_t n)
{
	size_t mark = lines->mark;

	if (lines->capacity - lines->end >= n)
		return;
	if (mark > 0) {
		memmove(lines->data, lines->data + mark, lines->end - mark);
		lines->mark = 0;
		lines->position -= mark;
		lines->end -= mark;
		lines->searched -= lines->searched < mark ? lines->searched : mark;
		lines->feed =
		    lines->feed == NOWHERE || lines->feed < mark ? NOWHERE : lines->feed - mark;
	}
	if (lines->capacity - lines->end < n) {
		lines->capacity =
		    lines->end + n > 2 * lines->capacity ? lines->end + n : 2 * lines->capacity;
		lines->data = fil_resize(lines->data, lines->capacity, 1);
	}
}

/* Reads a block into the buffer. Returns 0 or -1. */
static int
read_block(struct fil_lines *lines, char *to, size_t *n, struct fil_fault *fault)
{
	ssize_t got = fil_input_read(lines->input, lines->next, to, lines->block, fault);

	if (got < 0)
		return -1;
	*n = (size_t)got;
	lines->next += got;
	lines->finished = got == 0 || fil_input_ends(lines->input, (size_t)lines->next);
	return 0;
}

/* Reads and decodes a block. The text has at most three times the size of the bytes in all but the
 * rarest encodings. The rest waits for the next call. */
static int
decode_block(struct fil_lines *lines, size_t *n, struct fil_fault *fault)
{
	const char *from = lines->bytes;
	size_t got = 0, left;
	bool last;

	if (lines->n_bytes < FIL_DECODER_ROOM &&
	    read_block(lines, lines->bytes + lines->n_bytes, &got, fault) < 0)
		return -1;
	last = fil_input_ends(lines->input, (size_t)lines->next);
	left = lines->n_bytes + got;
	*n = fil_decoder_run(lines->decoder, &from, &left, lines->data + lines->end,
	    lines->capacity - lines->end, last);
	memmove(lines->bytes, from, left);
	lines->n_bytes = left;
	lines->suspect |= fil_decoder_unsound(lines->decoder);
	lines->finished = last && left == 0;
	return 0;
}

/* Adds a block to the window. Returns 0 or -1. */
static int
fill(struct fil_lines *lines, struct fil_fault *fault)
{
	size_t n = 0;
	int result;

	if (lines->decoder) {
		make_room(lines, 3 * (lines->block + FIL_DECODER_ROOM));
		result = decode_block(lines, &n, fault);
	} else {
		make_room(lines, lines->block);
		result = read_block(lines, lines->data + lines->end, &n, fault);
	}
	if (result < 0) {
		/* No bytes can follow. */
		lines->finished = true;
		lines->failed = true;
		lines->position = lines->end;
		return -1;
	}
	lines->suspect |= memchr(lines->data + lines->end, '\0', n) != NULL;
	lines->carriage |= memchr(lines->data + lines->end, '\r', n) != NULL;
	lines->end += n;
	return 0;
}

/* Returns the offset of the first LF from an offset on, or end. A file with CR alone has no LF: the
 * search must not be repeated for each line. */
static size_t
find_feed(struct fil_lines *lines, size_t from)
{
	const char *feed;
	size_t start = lines->searched > from ? lines->searched : from;

	if (lines->feed == NOWHERE || lines->feed < from) {
		feed = memchr(lines->data + start, '\n', lines->end - start);
		lines->feed = feed ? (size_t)(feed - lines->data) : NOWHERE;
		lines->searched = feed ? lines->feed + 1 : lines->end;
	}
	return lines->feed == NOWHERE ? lines->end : lines->feed;
}

/* Searches for a line end from an offset of the window on, and returns its offset. If there is
 * none, line->end is 0, and the search continues at the returned offset after a fill. */
static size_t
find_end(struct fil_lines *lines, size_t from, struct fil_line *line)
{
	size_t feed = find_feed(lines, from);
	const char *cr = lines->carriage ? memchr(lines->data + from, '\r', feed - from) : NULL;
	size_t at = cr ? (size_t)(cr - lines->data) : feed;

	line->end = 0;
	/* A CR at the end of the window may belong to a CRLF. */
	if (at == lines->end || (cr && at + 1 == lines->end && !lines->finished))
		return at;
	line->kind = !cr ? FIL_LF : at + 1 == feed && feed < lines->end ? FIL_CRLF : FIL_CR;
	line->end = line->kind == FIL_CRLF ? 2 : 1;
	return at;
}

/* Consumes the line from position to `at`. */
static enum fil_line_found
step(struct fil_lines *lines, size_t at, struct fil_line *line)
{
	line->text = lines->data + lines->position;
	line->length = at - lines->position;
	lines->position = at + line->end;
	line->record = lines->data + lines->mark;
	line->record_length = lines->position - lines->mark;
	lines->line++;
	return FIL_LINE_OK;
}

/* Returns the end, or once that a read of the input has failed. */
static enum fil_line_found
end(struct fil_lines *lines, struct fil_fault *fault)
{
	if (lines->failed || fil_input_check(lines->input, fault) == 0)
		return FIL_LINE_NONE;
	lines->failed = true;
	return FIL_LINE_FAULT;
}

/* Says where the lines are. Returns what was found. */
static enum fil_line_found
tell(const struct fil_lines *lines, enum fil_line_found found, struct fil_line *line)
{
	size_t ahead = lines->decoder ? lines->n_bytes : lines->end - lines->position;

	line->number = lines->line;
	line->offset = (size_t)lines->next - ahead;
	line->suspect = lines->suspect;
	return found;
}

/* Finds the next line, and consumes it. */
static enum fil_line_found
find_line(struct fil_lines *lines, struct fil_line *line, struct fil_fault *fault)
{
	size_t looked = 0, at; /* relative to position, which a fill moves */

	for (;;) {
		at = find_end(lines, lines->position + looked, line);
		if (at - lines->mark > FIL_LINES_MOST)
			return FIL_LINE_LONG;
		if (line->end > 0)
			return step(lines, at, line);
		if (lines->finished)
			return at == lines->position ? end(lines, fault) : step(lines, at, line);
		looked = at - lines->position;
		if (fill(lines, fault) < 0)
			return FIL_LINE_FAULT;
	}
}

enum fil_line_found
fil_lines_next(struct fil_lines *lines, struct fil_line *line, struct fil_fault *fault)
{
	return tell(lines, find_line(lines, line, fault), line);
}

enum fil_line_found
fil_lines_first(struct fil_lines *lines, struct fil_line *line, struct fil_fault *fault)
{
	lines->mark = lines->position;
	lines->marked_line = lines->line;
	return tell(lines, find_line(lines, line, fault), line);
}

enum fil_line_found
fil_lines_pass(struct fil_lines *lines, struct fil_line *line, struct fil_fault *fault)
{
	size_t looked = 0, at;

	for (;;) {
		at = find_end(lines, lines->mark + looked, line);
		if (line->end > 0 || lines->finished)
			break;
		looked = at - lines->mark;
		/* The middle of the line is dropped; a CR at its end is kept. */
		if (looked > KEPT) {
			memmove(
			    lines->data + lines->mark + KEPT, lines->data + at, lines->end - at);
			lines->end -= looked - KEPT;
			lines->searched = 0;
			looked = KEPT;
		}
		if (fill(lines, fault) < 0)
			return tell(lines, FIL_LINE_FAULT, line);
	}
	lines->position = lines->mark;
	step(lines, at, line);
	if (line->length > KEPT)
		line->length = KEPT;
	while (line->length > 0 && ((unsigned char)line->text[line->length] & 0xC0) == 0x80)
		line->length--;
	return tell(lines, FIL_LINE_OK, line);
}

const char *
fil_lines_back(struct fil_lines *lines, size_t n)
{
	lines->position = lines->mark + n;
	lines->line = lines->marked_line + 1;
	lines->feed = NOWHERE;
	lines->searched = 0;
	return lines->data + lines->mark;
}

void
fil_lines_free(struct fil_lines *lines)
{
	if (!lines)
		return;
	fil_decoder_free(lines->decoder);
	free(lines->data);
	free(lines->bytes);
	free(lines);
}
