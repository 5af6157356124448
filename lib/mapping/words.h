/* SPDX-License-Identifier: ISC */
/* Values: what the words of a source mean in one column, "Cheffe de projet" for `initiator`. Words
 * are compared folded (lib/base/text.h). */
#ifndef FIL_WORDS_H
#define FIL_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/input/reader.h"
#include "lib/mapping/header.h"

struct fil_words;

/* Returns values without words; the caller frees it. */
struct fil_words *fil_words_new(void);

/* Adds the words, separated by '|', that mean the value; NULL means no value. A word of nothing is
 * that of an empty cell. Returns 0, or -1 with a usage fault that names a word which means another
 * value already. */
int fil_words_add(
    struct fil_words *values, const char *words, const char *value, struct fil_fault *fault);

/* Looks up a cell of n bytes with a NUL behind them. Returns whether it is one of the words, and
 * then the value, with its length, which belong to the values. What it has answered lately it
 * remembers, so that a column of few different cells costs no folding. */
bool fil_words_find(
    struct fil_words *values, const char *cell, size_t n, const char **value, size_t *length);

/* NULL is fine. */
void fil_words_free(struct fil_words *values);

/* A skip: the rows of an input that are left out for what a cell of theirs holds. */

struct fil_skip;

/* Returns a skip that leaves nothing out; the caller frees it. */
struct fil_skip *fil_skip_new(void);

/* Leaves out the rows whose cell under the header is one of the words (separated by '|', compared
 * folded; a word of nothing is an empty cell). origin says in messages who wants it. */
void fil_skip_add(struct fil_skip *skip, const char *header, const char *words, const char *origin);

/* Returns whether a folded header is one that it looks at. */
bool fil_skip_knows(const struct fil_skip *skip, const char *folded);

/* Finds its headers. Returns 0, or -1 with a fault that names the one that is missing, and the
 * nearest that is there. */
int fil_skip_bind(struct fil_skip *skip, const struct fil_header *header, struct fil_fault *fault);

/* Forgets the bound header. */
void fil_skip_unbind(struct fil_skip *skip);

/* Returns whether the record is left out. It has as many cells as the bound header. */
bool fil_skip_takes(const struct fil_skip *skip, const struct fil_record *record);

/* NULL is fine. */
void fil_skip_free(struct fil_skip *skip);

#endif
