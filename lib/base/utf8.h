/* SPDX-License-Identifier: ISC */
/* UTF-8: validity, and character by character access. */
#ifndef FIL_UTF8_H
#define FIL_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A word whose eight bytes are all b: one instruction then checks eight bytes. */
#define FIL_EACH(b) (UINT64_C(0x0101010101010101) * (b))

/* Returns eight bytes as one word. */
static inline uint64_t
fil_word_at(const char *text)
{
	uint64_t word;

	__builtin_memcpy(&word, text, sizeof word);
	return word;
}

/* Returns the offset of the first byte that is not valid UTF-8, or n if all is valid. Valid is RFC
 * 3629: no overlong forms, no surrogates, at most U+10FFFF. It is fast on ASCII. */
size_t fil_utf8_check(const char *text, size_t n);

/* The code point that fil_utf8_decode gives for an invalid byte b is FIL_UTF8_INVALID + b, above
 * all characters. */
enum { FIL_UTF8_INVALID = 0x110000 };

/* Returns the code point at the beginning of n > 0 bytes and its length in bytes. An invalid byte
 * counts as one character. */
uint32_t fil_utf8_decode(const char *text, size_t n, size_t *length);

/* Returns whether a character of this first byte may be white space (see fil_utf8_trim). */
static inline bool
fil_utf8_leads_white(char lead)
{
	unsigned char c = (unsigned char)lead;

	return c == ' ' || c == '\t' || c == 0xC2 || (c >= 0xE1 && c <= 0xE3);
}

/* Returns whether a text of n bytes may begin or end with white space. Few texts without any do. */
static inline bool
fil_utf8_hints_white(const char *text, size_t n)
{
	if (n == 0 || ((signed char)text[0] > ' ' && (signed char)text[n - 1] > ' '))
		return false; /* both are ASCII */
	if (fil_utf8_leads_white(text[0]) || text[n - 1] == ' ' || text[n - 1] == '\t')
		return true;
	return (unsigned char)text[n - 1] >= 0x80 &&
	    ((n > 1 && fil_utf8_leads_white(text[n - 2])) ||
		(n > 2 && fil_utf8_leads_white(text[n - 3])));
}

/* Trims white space at both ends of a text of n bytes. Returns the new beginning, and the new
 * length in *n. White space is spaces, TABs and Unicode spaces. */
size_t fil_utf8_trim(const char *text, size_t *n);

#endif
