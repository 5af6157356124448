/* SPDX-License-Identifier: ISC */
/* Tuples: each distinct tuple of a fixed number of bytes, kept once and numbered from 0 in the
 * order in which they came. */
#ifndef FIL_TUPLES_H
#define FIL_TUPLES_H

#include <stddef.h>
#include <stdint.h>

struct fil_tuples;

/* Returns an empty set of tuples of `width` bytes without padding among them; the caller frees it.
 */
struct fil_tuples *fil_tuples_new(size_t width);

/* Returns the number of the tuple, keeping a copy where it is new. */
uint32_t fil_tuples_add(struct fil_tuples *tuples, const void *tuple);

/* Returns tuple i; it belongs to the set, until the next fil_tuples_add. */
const void *fil_tuples_get(const struct fil_tuples *tuples, uint32_t i);

/* Returns how many tuples there are. */
size_t fil_tuples_count(const struct fil_tuples *tuples);

/* Frees the tuples; NULL is fine. */
void fil_tuples_free(struct fil_tuples *tuples);

#endif
