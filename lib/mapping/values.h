/* SPDX-License-Identifier: ISC */
/* Values: what the words of a source mean in one column, "Cheffe de projet" for `initiator`. Words
 * are compared folded (lib/base/text.h). */
#ifndef FIL_VALUES_H
#define FIL_VALUES_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/fault.h"

struct fil_values;

/* Returns values without words; the caller frees it. */
struct fil_values *fil_values_new(void);

/* Adds the words, separated by '|', that mean the value; NULL means no value. A word of nothing is
 * that of an empty cell. Returns 0, or -1 with a usage fault that names a word which means another
 * value already. */
int fil_values_add(
    struct fil_values *values, const char *words, const char *value, struct fil_fault *fault);

/* Looks up a cell of n bytes with a NUL behind them. Returns whether it is one of the words, and
 * then the value, with its length, which belong to the values. What it has answered lately it
 * remembers, so that a column of few different cells costs no folding. */
bool fil_values_find(struct fil_values *values, const char *cell, size_t n, const char **value,
    size_t *length);

/* NULL is fine. */
void fil_values_free(struct fil_values *values);

#endif
