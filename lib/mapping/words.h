/* SPDX-License-Identifier: ISC */
/* Words: what the words of a source mean in one column, "Cheffe de projet" for `initiator`; the
 * [values.COLUMN] of a profile. Its [skip] looks words up too, which then mean nothing. Words are
 * compared folded (lib/base/text.h). */
#ifndef FIL_WORDS_H
#define FIL_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/fault.h"

struct fil_words;

/* Adds the words of a text, separated by '|', that mean the value; NULL means no value. An empty
 * word is that of an empty cell. *words may be NULL, and is then made; the caller frees it. Returns
 * 0, or -1 with a usage fault that names a word which means another value already. */
int fil_words_add(
    struct fil_words **words, const char *text, const char *value, struct fil_fault *fault);

/* Looks up a cell of n bytes with a NUL behind them. Returns whether it is one of the words, and
 * then the value, with its length, which belong to the words. It remembers its last answers, so that
 * a column of few different cells costs no folding. */
bool fil_words_find(
    struct fil_words *words, const char *cell, size_t n, const char **value, size_t *length);

/* NULL is fine. */
void fil_words_free(struct fil_words *words);

#endif
