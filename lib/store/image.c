/* SPDX-License-Identifier: ISC */
#include "lib/store/image.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "lib/base/fault.h"
#include "lib/base/memory.h"
#include "lib/base/utf8.h"
#include "lib/store/batch.h"
#include "lib/store/relation.h"

/* The bytes of one escaped character, and those of a member besides its name and value. */
enum { ESCAPE = 6, SIGNS = 8 };

/* Returns whether a string of JSON needs escapes for the text. It looks at eight bytes at once. */
static bool
needs_escapes(const char *text, size_t n)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
	size_t i = 0;

	for (uint64_t word; i + sizeof word <= n; i += sizeof word) {
		memcpy(&word, text + i, sizeof word);
		uint64_t quote = word ^ ones * '"', slash = word ^ ones * '\\';

		/* A byte below ' ', or equal to a sign, borrows from its top bit. */
		if ((((word - ones * ' ') & ~word) | ((quote - ones) & ~quote) |
			((slash - ones) & ~slash)) &
		    tops)
			return true;
	}
	for (; i < n; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == '"' || text[i] == '\\')
			return true;
	return false;
}

/* Writes a string of JSON (RFC 8259) at p, where there is room for it. Returns the place after it. */
static char *
put_string(char *p, const char *text, size_t n)
{
	static const char digits[] = "0123456789abcdef";

	*p++ = '"';
	if (!needs_escapes(text, n)) {
		memcpy(p, text, n);
		p += n;
	} else {
		for (size_t i = 0; i < n; i++) {
			unsigned char c = (unsigned char)text[i];

			if (c < ' ') {
				memcpy(p, "\\u00", 4);
				p[4] = digits[c >> 4];
				p[5] = digits[c & 15];
				p += ESCAPE;
				continue;
			}
			if (c == '"' || c == '\\')
				*p++ = '\\';
			*p++ = (char)c;
		}
	}
	*p++ = '"';
	return p;
}

/* By hand, because jansson takes longer than the store. */
int
fil_image_write(struct fil_bytes *image, const struct fil_relation *relation,
    const struct fil_batch *rows, size_t row, struct fil_fault *fault)
{
	const char *cell;
	size_t length, name;
	char *p;

	fil_bytes_clear(image);
	for (size_t c = 0; c < relation->n_columns; c++) {
		cell = fil_batch_cell(rows, row, c, &length);
		if (!cell)
			continue;
		if (fil_utf8_check(cell, length) < length)
			return fil_fault_set(fault, FIL_UNAVAILABLE,
			    "%s: %s: a stored value is not UTF-8: restore the store from a backup",
			    relation->name, relation->columns[c]);
		name = strlen(relation->columns[c]);
		fil_bytes_reserve(image, ESCAPE * (name + length) + SIGNS);
		p = image->data + image->length;
		*p++ = image->length > 0 ? ',' : '{';
		p = put_string(p, relation->columns[c], name);
		*p++ = ':';
		p = put_string(p, cell, length);
		image->length = (size_t)(p - image->data);
	}
	fil_bytes_add(image, image->length > 0 ? "}" : "{}", image->length > 0 ? 1 : 2);
	return 0;
}

/* Reads the four digits of \uXXXX below U+0080, the only ones that an image has. Returns the
 * character, or -1. */
static int
read_escape(const char *digits)
{
	int code = 0;

	for (int i = 0; i < 4; i++) {
		const char *all = "0123456789abcdef", *digit;

		if (!digits[i] || !(digit = strchr(all, digits[i])))
			return -1;
		code = code * 16 + (int)(digit - all);
	}
	return code > 0 && code < 0x80 ? code : -1;
}

/* Adds the string that begins at p to text, with a NUL. Returns the place after it, or NULL. */
static const char *
read_string(const char *p, struct fil_bytes *text)
{
	int code;

	if (*p++ != '"')
		return NULL;
	for (;;) {
		size_t plain = strcspn(p, "\"\\");

		fil_bytes_add(text, p, plain);
		p += plain;
		if (*p == '"')
			break;
		if (p[0] != '\\')
			return NULL;
		if (p[1] == '"' || p[1] == '\\') {
			fil_bytes_add(text, p + 1, 1);
			p += 2;
		} else if (p[1] == 'u' && (code = read_escape(p + 2)) > 0) {
			fil_bytes_add(text, &(char){ (char)code }, 1);
			p += 6;
		} else
			return NULL;
	}
	fil_bytes_add(text, "", 1);
	return p + 1;
}

/* Returns the number of the column, n_columns when there is none. It looks first at the column after
 * the one found before, since an image has them in order. */
static size_t
find_column(const struct fil_relation *relation, const char *name, size_t next)
{
	for (size_t i = 0; i < relation->n_columns; i++) {
		size_t c = (next + i) % relation->n_columns;

		if (strcmp(relation->columns[c], name) == 0)
			return c;
	}
	return relation->n_columns;
}

/* Reads `"name":"value"` at p into the cells. Returns the place after it, or NULL. */
static const char *
read_member(const struct fil_relation *relation, const char *p, struct fil_bytes *text,
    const char **cells, size_t *next)
{
	size_t name = text->length, value, column;

	p = read_string(p, text);
	if (!p || *p != ':')
		return NULL;
	value = text->length;
	p = read_string(p + 1, text);
	if (!p)
		return NULL;
	column = find_column(relation, text->data + name, *next);
	if (column < relation->n_columns) {
		cells[column] = text->data + value;
		*next = column + 1;
	}
	return p;
}

/* The text is never longer than the image, so that it does not move once there is room. */
int
fil_image_read(const struct fil_relation *relation, const char *image, struct fil_bytes *text,
    const char **cells)
{
	const char *p = image;
	size_t next = 0;

	fil_bytes_clear(text);
	fil_bytes_reserve(text, strlen(image));
	memset(cells, 0, relation->n_columns * sizeof *cells);
	if (*p++ != '{')
		return -1;
	if (strcmp(p, "}") == 0)
		return 0;
	for (;;) {
		p = read_member(relation, p, text, cells, &next);
		if (!p || (*p != ',' && strcmp(p, "}") != 0))
			return -1;
		if (*p++ == '}')
			return 0;
	}
}
