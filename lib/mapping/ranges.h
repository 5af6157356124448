/* SPDX-License-Identifier: ISC */
/* Ranges: the meaning of a source's numbers in one column, ">= 80" for level 3. They stand beside words in
 * [values.COLUMN] of a profile. Numbers are exact decimals. */
#ifndef FIL_RANGES_H
#define FIL_RANGES_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/fault.h"

struct fil_ranges;

/* Returns whether a word has the form of a range: ">= 80", "< 0,5", "50 .. 80", ".. 50". */
bool fil_ranges_is_range(const char *word);

/* Adds a range with its value, or NULL for none, and creates *ranges if it is NULL; the caller frees it.
 * "50 .. 80" is from 50 up to, but not with, 80. A bound may have '%'. Returns 0, or -1 with a usage fault:
 * a bound that is no number, an empty range, or one that meets a range of another value. */
int fil_ranges_add(
    struct fil_ranges **ranges, const char *word, const char *value, struct fil_fault *fault);

/* Divides the number of each cell by `scale`, a decimal above 0. Then "80 %" in a bound is 0.8. Creates
 * *ranges if it is NULL. Returns 0, or -1 with a usage fault for another scale. */
int fil_ranges_scale(struct fil_ranges **ranges, const char *scale, struct fil_fault *fault);

/* Sets whether a fraction, "18,5 / 20" or "P (2/2)", is read as its value. Then "80 %" in a bound is 0.8.
 * Creates *ranges if it is NULL. */
void fil_ranges_fraction(struct fil_ranges **ranges, bool fraction);

enum { FIL_RANGES_NUMBER = 32 }; /* bytes of a number that was divided, with its NUL */

enum fil_ranges_found {
	FIL_RANGES_NO_NUMBER,
	FIL_RANGES_FOUND,
	FIL_RANGES_DIVIDED,
	FIL_RANGES_OUTSIDE
};

/* Looks up a cell of n bytes, followed by a NUL. FOUND: *value and *length are those of its range, and
 * belong to the ranges. OUTSIDE: it is a number in no range, or too large to divide. Without any range, and
 * with a scale or fractions, DIVIDED: *value is the number itself with up to three decimals, until the next
 * call. Else nothing is a number. */
enum fil_ranges_found fil_ranges_find(
    struct fil_ranges *ranges, const char *cell, size_t n, const char **value, size_t *length);

/* Frees the ranges; NULL is fine. */
void fil_ranges_free(struct fil_ranges *ranges);

#endif
