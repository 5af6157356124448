/* SPDX-License-Identifier: ISC */
/* Text: folding for comparison by people, escaping for terminals. */
#ifndef FIL_TEXT_H
#define FIL_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/bytes.h"
#include "lib/base/utf8.h"

/* Returns the offset of the first control character (C0, DEL, C1, and U+2028/2029), or n. With
 * line_breaks, LF, CR and TAB are let through. text is valid UTF-8. */
size_t fil_text_control(const char *text, size_t n, bool line_breaks);

/* Returns whether valid UTF-8 may not be in NFC (Unicode annex 15): false at once for text whose
 * characters are all below U+0300. */
bool fil_text_needs_nfc(const char *text, size_t n);

/* Returns the NFC form of valid UTF-8; the caller frees it. */
char *fil_text_nfc(const char *text, size_t n);

/* Returns the form in which headers, choices and names are compared: lower case, without accents, œ
 * as oe, æ as ae, ß as ss, ’ as ', runs of white space (no-break ones too), '_' and dashes as one
 * space, none at the ends; invisible characters are left out. The caller frees it. Invalid UTF-8 is
 * folded byte by byte as Latin-1. */
char *fil_text_fold(const char *text);

/* Returns the text as it may be shown on a terminal: C0, DEL, C1 as \xNN or \u{N}, bidirectional
 * controls, zero-width characters and invalid bytes likewise. The caller frees it. */
char *fil_text_escape(const char *text);

/* Returns whether text matches a shell pattern: * (also across '/'), ?, [a-z], [!a-z] or [^a-z], \
 * quotes. Characters are code points; case counts. Takes time linear in text for each star. */
bool fil_text_glob(const char *pattern, const char *text);

/* Returns the word of the list nearest to word (edit distance over the folded forms, at most a
 * third of its length), or NULL when none is near. It belongs to the list. */
const char *fil_text_nearest(const char *word, const char *const *list, size_t n);

#endif
