/* SPDX-License-Identifier: ISC */
/* UTF-8: its validity, and its characters one by one. */
#ifndef FIL_UTF8_H
#define FIL_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Each byte of a word set to b: eight bytes are looked at with one instruction. */
#define FIL_EACH(b) (UINT64_C(0x0101010101010101) * (b))

/* Returns eight bytes as a word. */
static inline uint64_t
fil_word_at(const char *text)
{
	uint64_t word;

	__builtin_memcpy(&word, text, sizeof word);
	return word;
}

/* Returns the offset of the first byte that is not part of valid UTF-8 (RFC 3629: no overlong
 * forms, no surrogates, at most U+10FFFF), or n when all is valid. Fast on ASCII. */
size_t fil_utf8_check(const char *text, size_t n);

/* What fil_utf8_decode makes of an invalid byte b: FIL_UTF8_INVALID + b, above all characters. */
enum { FIL_UTF8_INVALID = 0x110000 };

/* Returns the code point at the beginning of n > 0 bytes and its length in bytes; an invalid byte
 * is one of its own. */
uint32_t fil_utf8_decode(const char *text, size_t n, size_t *length);

/* Returns whether white space, as fil_utf8_trim sees it, may begin or end with this byte. */
static inline bool
fil_utf8_hints_white(char c)
{
	return c == ' ' || c == '\t' || (unsigned char)c >= 0x80;
}

/* Returns where the text of n bytes begins without white space at its ends, and in *n its length
 * there: what a cell loses unless it is quoted. White space is spaces, TABs and those of Unicode. */
size_t fil_utf8_trim(const char *text, size_t *n);

#endif
