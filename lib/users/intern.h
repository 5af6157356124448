/* SPDX-License-Identifier: ISC */
/* An interner: stores each distinct string of bytes once, numbered from 0 in the order of arrival.
 * The strings are texts of any length, or tuples of one width. */
#ifndef FIL_INTERN_H
#define FIL_INTERN_H

#include <stddef.h>
#include <stdint.h>

struct fil_intern;

/* Returns an empty interner; the caller frees it. Its strings have `width` bytes each, or are texts
 * of any length (0). Tuples must not have padding. */
struct fil_intern *fil_intern_new(size_t width);

/* Returns the number of the string of n bytes, and copies the string if it is new. n is the width,
 * if the interner has one. */
uint32_t fil_intern_add(struct fil_intern *intern, const void *bytes, size_t n);

/* Returns string i. A text ends with a NUL and is valid until the interner is freed. A tuple is
 * valid until the next fil_intern_add, and aligned for uint64_t if its width is. */
const void *fil_intern_get(const struct fil_intern *intern, uint32_t i);

/* Returns the number of strings. */
size_t fil_intern_count(const struct fil_intern *intern);

/* Frees the interner; NULL is fine. */
void fil_intern_free(struct fil_intern *intern);

#endif
