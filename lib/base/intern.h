/* SPDX-License-Identifier: ISC */
/* Names: each distinct text, kept once and numbered from 0 in the order in which they came. */
#ifndef FIL_INTERN_H
#define FIL_INTERN_H

#include <stddef.h>
#include <stdint.h>

struct fil_names;

/* Returns no names; the caller frees them. */
struct fil_names *fil_names_new(void);

/* Returns the number of the name of n bytes, keeping a copy where it is new. */
uint32_t fil_names_add(struct fil_names *names, const char *name, size_t n);

/* Returns name i; it belongs to the names. */
const char *fil_names_get(const struct fil_names *names, uint32_t i);

/* Returns how many names there are. */
size_t fil_names_count(const struct fil_names *names);

/* Frees the names; NULL is fine. */
void fil_names_free(struct fil_names *names);

/* Tuples: each distinct tuple of a fixed number of bytes, kept once and numbered from 0 in the
 * order in which they came. */

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
