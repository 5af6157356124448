/* SPDX-License-Identifier: ISC */
/* Text: folding for comparison, escaping for terminals. */
#ifndef FIL_TEXT_H
#define FIL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/memory.h"

/* Returns the offset of the first control character (C0, DEL, C1, U+2028, U+2029), or n. With
 * line_breaks, LF, CR and TAB are allowed. text is valid UTF-8. */
size_t fil_text_control(const char *text, size_t n, bool line_breaks);

/* Returns whether valid UTF-8 may be in another form than NFC (Unicode annex 15). Text below U+0300
 * is NFC: false at once. */
bool fil_text_needs_nfc(const char *text, size_t n);

/* Returns the NFC form of valid UTF-8; the caller frees it. */
char *fil_text_nfc(const char *text, size_t n);

/* How the text of a column is spelt. */
enum fil_spelling {
	FIL_SPELL_TEXT, /* white space is single spaces, none at the ends; no invisible characters */
	FIL_SPELL_KEY, /* as text, and without joiners (U+200C, U+200D): keys and addresses */
	FIL_SPELL_PATH, /* as text, and without spaces beside '/' */
	FIL_SPELL_FREE, /* a free text: as written */
};

/* Writes valid UTF-8 in the one spelling in which it is stored and compared, in NFC; clears spelt
 * first. Horizontal white space (TAB, no-break spaces) becomes one space, and none at the ends.
 * Soft hyphens, zero-width spaces, U+2060, bidirectional marks and byte order marks are dropped.
 * Other control characters stay. The result may be empty, and ends with a NUL. Returns whether
 * characters were dropped. */
bool
fil_text_spell(const char *text, size_t n, enum fil_spelling spelling, struct fil_bytes *spelt);

/* Returns the folded form in which headers, choices and names are compared; the caller frees it. It
 * is lower case without accents or strokes: ł is l, œ is oe, ß is ss, ’ is '. White space (no-break too), '_'
 * and dashes become one space, none at the ends. Invisible characters are left out. Invalid UTF-8
 * is read byte by byte as Latin-1. */
char *fil_text_fold(const char *text);

/* Replaces `folded` by the folded form, and uses its room again: for millions of texts. */
void fil_text_fold_into(const char *text, struct fil_bytes *folded);

/* Adds the folded form of one character: nothing for a mark, one space for white space and dashes
 * unless the text ends with one. */
void fil_text_fold_character(uint32_t c, struct fil_bytes *folded);

/* Returns the folded form of a header with the words of camel case apart: "jobTitle" is "job
 * title", "EmployeeID" is "employee id". NULL if no word is so joined. The caller frees it. */
char *fil_text_fold_words(const char *text);

/* Returns the text in a form that is safe on a terminal; the caller frees it. C0, DEL, C1,
 * bidirectional controls, zero-width characters and invalid bytes become \xNN or \u{N}. */
char *fil_text_escape(const char *text);

/* Returns the length in bytes of the first character of a text, and sets *wide to its width on a
 * terminal: 2 for most of Chinese, Japanese and Korean, 0 for a mark that combines with the letter
 * before it. An invalid byte is one character of width 1. */
size_t fil_text_step(const char *text, size_t *wide);

/* Returns the width of the first n bytes of a text on a terminal. */
size_t fil_text_width(const char *text, size_t n);

/* Returns the length in bytes of the beginning of a text that fits into so many columns, with all marks
 * that combine with its last letter. */
size_t fil_text_beginning(const char *text, size_t room);

/* Returns the text, cut in its middle where it takes more columns than the room, with "…" there. The
 * caller frees it. */
char *fil_text_cut(const char *text, size_t room);

/* Adds a word to a command line, quoted where a shell needs it: text in '…'; with control characters
 * or invalid UTF-8 in $'…'. The line stays one line of UTF-8. */
void fil_text_quote(const char *word, struct fil_bytes *line);

/* Returns a word in '…' as a shell reads it, an apostrophe within as '\''; the caller frees it. */
char *fil_text_in_quotes(const char *word);

/* Returns whether two texts are the same; NULL is that of no value. */
bool fil_text_is_same(const char *a, const char *b);

/* Returns whether a folded text has a folded word, or its plural, as a whole word: "id" in
 * "user_id", not in "candid". */
bool fil_text_has_word(const char *folded, const char *word);

/* Returns the length of the first word of a command line whose words were added by fil_text_quote. */
size_t fil_text_word(const char *line);

/* Adds the text of such a word of n bytes, spaced as a cell is stored: a space for control characters
 * and spaces, and none at its start. */
void fil_text_unquote(const char *word, size_t n, struct fil_bytes *text);

/* What replaces a text that must not stay. */
#define FIL_ERASED_WORD "ERASED"

/* Adds such a word COL=VALUE with FIL_ERASED_WORD for its value. Returns whether it is one; else nothing
 * is added. */
bool fil_text_add_emptied(const char *word, struct fil_bytes *written);

/* Writes such a command line with the value of each COL=VALUE replaced; clears written first. Returns
 * whether there was one. */
bool fil_text_empty_values(const char *line, struct fil_bytes *written);

/* Returns the name of the program of a command line whose words were added by fil_text_quote, without
 * its folder, and its length. It belongs to the line. */
const char *fil_text_program(const char *line, size_t *n);

/* Returns whether the program of such a command line has this name. */
bool fil_text_is_program(const char *line, const char *name);

/* Returns whether text matches a shell pattern: * (also across '/'), ?, [a-z], [!a-z], [^a-z], and
 * \ as the quote. Characters are code points; case counts. The time is linear in the text for each
 * star. */
bool fil_text_glob(const char *pattern, const char *text);

/* Returns whether a text is like a pattern in which '*' is any text, both folded; as they are where
 * only signs are in the pattern, which folding drops. */
bool fil_text_is_like(const char *pattern, const char *text);

/* Returns the word of the list that is nearest to word, or NULL if none is near. The edit distance
 * of the folded forms is at most a third of the length; zeros before a number do not count. The
 * result belongs to the list. */
const char *fil_text_nearest(const char *word, const char *const *list, size_t n);

/* Adds a word, or a key, as a profile writes it: in double quotes only where its signs would cut it, as
 * in "a | b". A quote inside is written twice. */
void fil_quoted_add(struct fil_bytes *text, const char *word, bool key);

/* Returns the bytes of a quoted word at the beginning of a text, with its quotes, or 0. Behind it come
 * the end, or a sign that ends a word or key: '|', '=', ':' or ';'. */
size_t fil_quoted_length(const char *text);

/* Returns the word without its quotes; n: its bytes with them, from fil_quoted_length. The caller
 * frees it. */
char *fil_quoted_read(const char *text, size_t n);

#endif
