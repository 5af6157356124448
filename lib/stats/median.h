/* SPDX-License-Identifier: ISC */
/* A spread: how often each value occurs in each group, for medians that are exact. Knows no store. */
#ifndef FIL_MEDIAN_H
#define FIL_MEDIAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fil_median;

/* Returns a spread of nothing; the caller frees it. */
struct fil_median *fil_median_new(void);

/* Adds a value, between -2^62 and 2^62, to a group. Takes memory for each different value of a
 * group (16 bytes, or 32), not for each one that is added. */
void fil_median_add(struct fil_median *spread, uint32_t group, int64_t value);

/* Sets *twice to twice the median of a group: the sum of the two values in the middle, or of the one
 * there is with itself. Returns false when the group has no values. */
bool fil_median_value(struct fil_median *spread, uint32_t group, int64_t *twice);

/* Frees the spread; NULL is fine. */
void fil_median_free(struct fil_median *spread);

#endif
