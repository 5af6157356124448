/* SPDX-License-Identifier: ISC */
/* Text: growable bytes, UTF-8, folding for comparison by people, escaping for terminals. */
#ifndef FIL_TEXT_H
#define FIL_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Growable bytes, always with a NUL behind them once something was added. {0} is empty. */
struct fil_bytes {
	char *data;
	size_t length, capacity;
};

void fil_bytes_add(struct fil_bytes *bytes, const char *data, size_t n);
void fil_bytes_add_text(struct fil_bytes *bytes, const char *text);
void fil_bytes_add_format(struct fil_bytes *bytes, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Empties without giving memory back. */
void fil_bytes_clear(struct fil_bytes *bytes);

/* Frees what it holds and makes it {0}. */
void fil_bytes_release(struct fil_bytes *bytes);

/* Returns the offset of the first byte that is not part of valid UTF-8 (RFC 3629: no overlong
 * forms, no surrogates, at most U+10FFFF), or n when all is valid. Fast on ASCII. */
size_t fil_utf8_check(const char *text, size_t n);

/* Returns the offset of the first control character (C0, DEL, C1, and U+2028/2029), or n. With
 * line_breaks, LF, CR and TAB are let through. text is valid UTF-8. */
size_t fil_text_control(const char *text, size_t n, bool line_breaks);

/* Returns whether valid UTF-8 may not be in NFC (Unicode annex 15): false at once for text whose
 * characters are all below U+0300. */
bool fil_text_needs_nfc(const char *text, size_t n);

/* Returns the NFC form of valid UTF-8; the caller frees it. */
char *fil_text_nfc(const char *text, size_t n);

/* Returns the form in which headers, choices and names are compared: lower case, without accents, œ as oe, æ as ae,
 * ’ as ', runs of white space (no-break ones too), '_' and '-' as one space, none at the ends.
 * The caller frees it. Invalid UTF-8 is folded byte by byte as Latin-1. */
char *fil_text_fold(const char *text);

/* Returns the text as it may be shown on a terminal: C0, DEL, C1 as \xNN or \u{N}, bidirectional
 * controls, zero-width characters and invalid bytes likewise. The caller frees it. */
char *fil_text_escape(const char *text);

/* Returns whether text matches a shell pattern: * (also across '/'), ?, [a-z], [!a-z], \ quotes.
 * Characters are code points; case counts. Takes time linear in text for each star. */
bool fil_text_glob(const char *pattern, const char *text);

/* Returns the word of the list nearest to word (edit distance over the folded forms, at most a
 * third of its length), or NULL when none is near. It belongs to the list. */
const char *fil_text_nearest(const char *word, const char *const *list, size_t n);

#endif
