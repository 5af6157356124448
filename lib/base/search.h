/* SPDX-License-Identifier: ISC */
/* A search for many texts at once, in one pass over any bytes. ASCII letters match in either case. */
#ifndef FIL_SEARCH_H
#define FIL_SEARCH_H

#include <stddef.h>

/* The least bytes of a text. */
enum { FIL_SEARCH_LEAST = 3 };

struct fil_search;

/* Returns a search without texts; the caller frees it. */
struct fil_search *fil_search_new(void);

/* Adds a text of at least FIL_SEARCH_LEAST bytes. Returns its number, from 0; a text that differs
 * from another one only in case has the number of that one. */
size_t fil_search_add(struct fil_search *search, const char *text);

/* Returns how many texts there are. */
size_t fil_search_count(const struct fil_search *search);

/* Returns a text, in lower case. It belongs to the search. */
const char *fil_search_text(const struct fil_search *search, size_t number);

/* Finds the first text at or after *at, and of several that begin there the longest. Sets *at to
 * its first byte and *end to the byte after it. Returns its number, or FIL_NOWHERE. */
size_t fil_search_find(
    const struct fil_search *search, const char *bytes, size_t n, size_t *at, size_t *end);

/* Calls visit with the number of each text that the bytes hold, as often as they hold it. */
void fil_search_each(const struct fil_search *search, const char *bytes, size_t n,
    void (*visit)(void *context, size_t number, size_t at), void *context);

/* Returns the length of the longest text. */
size_t fil_search_longest(const struct fil_search *search);

/* Frees the search; NULL is fine. */
void fil_search_free(struct fil_search *search);

#endif
