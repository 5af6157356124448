/* SPDX-License-Identifier: ISC */
#include "lib/base/utf8.h"

#include <stdbool.h>

/* Returns the length of the UTF-8 character at the beginning of n > 0 bytes, or 0. The bounds of
 * the second byte exclude overlong forms, surrogates and values above U+10FFFF (Unicode, table
 * 3-7). */
static size_t
character_length(const char *text, size_t n)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t length = s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
	unsigned low = s[0] == 0xE0 ? 0xA0 : s[0] == 0xF0 ? 0x90 : 0x80;
	unsigned high = s[0] == 0xED ? 0x9F : s[0] == 0xF4 ? 0x8F : 0xBF;

	if (s[0] < 0x80)
		return 1;
	if (s[0] < 0xC2 || s[0] > 0xF4 || length > n || s[1] < low || s[1] > high)
		return 0;
	for (size_t i = 2; i < length; i++)
		if ((s[i] & 0xC0) != 0x80)
			return 0;
	return length;
}

static bool
is_ascii_32(const char *text)
{
	uint64_t words = fil_word_at(text) | fil_word_at(text + 8) | fil_word_at(text + 16) |
	    fil_word_at(text + 24);

	return (words & FIL_EACH(0x80)) == 0;
}

/* Returns how many of eight bytes come before the first with its high bit set. */
static size_t
count_before(uint64_t high)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return (size_t)__builtin_ctzll(high) / 8;
#else
	return (size_t)__builtin_clzll(high) / 8;
#endif
}

/* Returns how many bytes of ASCII are at the beginning of n bytes. */
static size_t
ascii_length(const char *text, size_t n)
{
	size_t i = 0;

	for (; n - i >= 8; i += 8) {
		uint64_t high = fil_word_at(text + i) & FIL_EACH(0x80);

		if (high)
			return i + count_before(high);
		while (n - i >= 40 && is_ascii_32(text + i + 8))
			i += 32;
	}
	while (i < n && (signed char)text[i] >= 0)
		i++;
	return i;
}

size_t
fil_utf8_check(const char *text, size_t n)
{
	size_t i = 0, length;

	while ((i += ascii_length(text + i, n - i)) < n) {
		length = character_length(text + i, n - i);
		if (length == 0)
			return i;
		i += length;
	}
	return n;
}

uint32_t
fil_utf8_decode(const char *text, size_t n, size_t *length)
{
	const unsigned char *s = (const unsigned char *)text;

	if (s[0] < 0x80) {
		*length = 1;
		return s[0];
	}
	*length = character_length(text, n);
	switch (*length) {
	case 2: return (s[0] & 0x1Fu) << 6 | (s[1] & 0x3Fu);
	case 3: return (s[0] & 0x0Fu) << 12 | (s[1] & 0x3Fu) << 6 | (s[2] & 0x3Fu);
	case 4:
		return (s[0] & 0x07u) << 18 | (s[1] & 0x3Fu) << 12 | (s[2] & 0x3Fu) << 6 |
		    (s[3] & 0x3Fu);
	default: *length = 1; return (uint32_t)FIL_UTF8_INVALID + s[0];
	}
}

/* Returns the length in bytes of the white space at the beginning of a text, 0 for none. White
 * space is a space, a TAB, or a Unicode space: U+00A0, U+1680, U+2000 to U+200A, U+202F, U+205F,
 * U+3000. Web pages and spreadsheets leave them behind. */
static size_t
white(const char *text, size_t n)
{
	const unsigned char *s = (const unsigned char *)text;

	if (n >= 1 && (s[0] == ' ' || s[0] == '\t'))
		return 1;
	if (n >= 2 && s[0] == 0xC2 && s[1] == 0xA0)
		return 2;
	if (n < 3)
		return 0;
	if (s[0] == 0xE2 && s[1] == 0x80)
		return s[2] <= 0x8A || s[2] == 0xAF ? 3 : 0;
	if ((s[0] == 0xE2 && s[1] == 0x81 && s[2] == 0x9F) ||
	    (s[0] == 0xE1 && s[1] == 0x9A && s[2] == 0x80) ||
	    (s[0] == 0xE3 && s[1] == 0x80 && s[2] == 0x80))
		return 3;
	return 0;
}

size_t
fil_utf8_trim(const char *text, size_t *n)
{
	size_t from = 0, to = *n, k;

	while ((k = white(text + from, to - from)) > 0)
		from += k;
	while (to > from) {
		for (k = 1; k <= 3 && k <= to - from && white(text + to - k, k) != k; k++)
			continue;
		if (k > 3 || k > to - from)
			break;
		to -= k;
	}
	*n = to - from;
	return from;
}
