/* SPDX-License-Identifier: ISC */
/* An interner: each distinct string of bytes, kept once and numbered from 0 in the order in which
 * they came. Strings are texts of any length, or tuples of one width. */
#ifndef FIL_INTERN_H
#define FIL_INTERN_H

#include <stddef.h>
#include <stdint.h>

struct fil_intern;

/* Returns an empty interner of strings of `width` bytes each, or of texts of any length (0); the
 * caller frees it. Tuples must not have padding. */
struct fil_intern *fil_intern_new(size_t width);

/* Returns the number of the string of n bytes (n is the width, if there is one), keeping a copy
 * where it is new. */
uint32_t fil_intern_add(struct fil_intern *intern, const void *bytes, size_t n);

/* Returns string i. A text has a NUL behind it and stays until the interner is freed; a tuple is
 * aligned for a uint64_t, if its width is, and stays until the next fil_intern_add. */
const void *fil_intern_get(const struct fil_intern *intern, uint32_t i);

/* Returns how many strings there are. */
size_t fil_intern_count(const struct fil_intern *intern);

/* Frees the interner; NULL is fine. */
void fil_intern_free(struct fil_intern *intern);

#endif
