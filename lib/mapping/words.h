/* SPDX-License-Identifier: ISC */
/* Words: the meaning of a source's words in one column, "Cheffe de projet" for `initiator`, and of its
 * numbers. They come from [values.COLUMN] of a profile. [skip] looks up words without a meaning. Words are
 * compared folded (lib/base/text.h), and without spaces beside '/'. */
#ifndef FIL_WORDS_H
#define FIL_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/mapping/ranges.h"

struct fil_words;

/* Adds the words of a text, separated by '|', with their value; NULL is no value. A word may stand
 * in quotes (lib/base/text.h). An empty word, or "(empty)", is an empty cell. Outside quotes, ">= 80" and
 * "50 .. 80" are ranges of numbers (lib/mapping/ranges.h). Creates *words if it is NULL; the caller frees
 * it. Returns 0, or -1 with a usage fault that names a word with another value, or a bad range. */
int fil_words_add(
    struct fil_words **words, const char *text, const char *value, struct fil_fault *fault);

/* Adds words that all mean nothing. Outside quotes, '*' in a word is any text, and alone any text that is
 * not empty; there are no ranges. */
void fil_words_add_patterns(struct fil_words **words, const char *text);

/* Returns the ranges, for fil_ranges_scale and fil_ranges_fraction. Creates *words if it is NULL. */
struct fil_ranges **fil_words_ranges(struct fil_words **words);

/* Looks up a cell of n bytes, followed by a NUL. Returns whether it is one of the words. Then the
 * value and its length are set, and belong to the words. A cache saves folding in columns with few
 * distinct cells. */
bool fil_words_find(
    struct fil_words *words, const char *cell, size_t n, const char **value, size_t *length);

/* Looks up the number in a cell that is none of the words. Returns as fil_ranges_find. */
enum fil_ranges_found fil_words_find_range(
    const struct fil_words *words, const char *cell, size_t n, const char **value, size_t *length);

/* Frees the words; NULL is fine. */
void fil_words_free(struct fil_words *words);

#endif
