/* SPDX-License-Identifier: ISC */
/* Words: the meaning of a source's words in one column, "Cheffe de projet" for `initiator`, and of
 * its numbers. They come from [values.COLUMN] of a profile. [skip] looks up words without a
 * meaning. Words are compared folded (lib/base/text.h), and without spaces beside '/'. */
#ifndef FIL_WORDS_H
#define FIL_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/fault.h"

struct fil_words;

enum { FIL_RANGES_NUMBER = 32 }; /* bytes of a number that was divided, with its NUL */

/* Adds the words of a text, separated by '|', with their value; NULL is no value. A word may stand
 * in quotes (lib/base/text.h). An empty word, or "(empty)", is an empty cell. Outside quotes, ">=
 * 80" and "50 .. 80" are ranges of numbers: "50 .. 80" is from 50 up to, but not with, 80. A bound
 * is an exact decimal, and may have '%'. Creates *words if it is NULL; the caller frees it. Returns
 * 0, or -1 with a usage fault that names a word with another value, or a bad range. */
int fil_words_add(
    struct fil_words **words, const char *text, const char *value, struct fil_fault *fault);

/* Adds words that all mean nothing. Outside quotes, '*' in a word is any text, and alone any text
 * that is not empty; there are no ranges. */
void fil_words_add_patterns(struct fil_words **words, const char *text);

/* Looks up a cell of n bytes, followed by a NUL. Returns whether it is one of the words. Then the
 * value and its length are set, and belong to the words. A cache saves folding in columns with few
 * distinct cells. */
bool fil_words_find(
    struct fil_words *words, const char *cell, size_t n, const char **value, size_t *length);

/* Divides the number of each cell by `scale`, a decimal above 0. Then "80 %" in a bound is 0.8.
 * Creates *words if it is NULL. Returns 0, or -1 with a usage fault for another scale. */
int fil_words_scale(struct fil_words **words, const char *scale, struct fil_fault *fault);

/* Sets whether a fraction, "18,5 / 20" or "P (2/2)", is read as its value. Then "80 %" in a bound
 * is 0.8. Creates *words if it is NULL. */
void fil_words_fraction(struct fil_words **words, bool fraction);

enum fil_ranges_found {
	FIL_RANGES_NO_NUMBER,
	FIL_RANGES_FOUND,
	FIL_RANGES_DIVIDED,
	FIL_RANGES_OUTSIDE,
	FIL_RANGES_NO_SHARE,
	FIL_RANGES_NO_PERCENTAGE
};

/* Looks up the number in a cell that is none of the words. FOUND: *value and *length are those of
 * its range, and belong to the words. OUTSIDE: it is a number in no range, or too large to divide.
 * NO_SHARE: it is above 1, and the bounds are shares. NO_PERCENTAGE: it lies between 0 and 1, and the
 * bounds have '%'. Numbers with '%' or '/' are neither, nor those that are divided by a scale.
 * Without any range, and with a scale or fractions, DIVIDED: *value is the number itself with up to
 * three decimals, until the next call. Else nothing is a number. */
enum fil_ranges_found fil_words_find_range(
    const struct fil_words *words, const char *cell, size_t n, const char **value, size_t *length);

/* Frees the words; NULL is fine. */
void fil_words_free(struct fil_words *words);

#endif
