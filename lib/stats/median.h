/* SPDX-License-Identifier: ISC */
/* Medians: counts each value in each group, for exact medians. It does not use the store. */
#ifndef FIL_MEDIAN_H
#define FIL_MEDIAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fil_median;

/* Returns empty medians; the caller frees them. */
struct fil_median *fil_median_new(void);

/* Adds a value, between -2^62 and 2^62, to a group. The memory grows with the distinct values of a
 * group (16 or 32 bytes each). */
void fil_median_add(struct fil_median *medians, uint32_t group, int64_t value);

/* As fil_median_add, n times. */
void fil_median_count(struct fil_median *medians, uint32_t group, int64_t value, size_t n);

/* Adds the values of a group to another group too. */
void fil_median_add_group(struct fil_median *medians, uint32_t into, uint32_t from);

/* Moves the values of each group to the group into[group]. */
void fil_median_regroup(struct fil_median *medians, const size_t *into);

/* Sets *twice to twice the median of a group, which is the sum of the two middle values. For an odd
 * number of values the middle one counts double. Returns false if the group has no values. */
bool fil_median_value(struct fil_median *medians, uint32_t group, int64_t *twice);

/* Returns twice the median of n >= 1 values, and changes their order. The time grows with n. Source:
 * Hoare, "Algorithm 65: Find", Communications of the ACM 4, 1961. */
int64_t fil_median_twice(int64_t *values, size_t n);

/* Frees the medians; NULL is fine. */
void fil_median_free(struct fil_median *medians);

#endif
