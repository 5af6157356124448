/* SPDX-License-Identifier: ISC */
/* A search for many texts at once, in one pass over any bytes. ASCII letters match in either case;
 * names match in their folded form. Any character may be encoded as in an address: "%20". */
#ifndef FIL_SEARCH_H
#define FIL_SEARCH_H

#include <stddef.h>

/* The least bytes of a text that a search takes. */
enum { FIL_SEARCH_LEAST = 2 };

struct fil_search;

/* Returns a search without texts, which takes no text of fewer bytes than least: FIL_SEARCH_LEAST or more.
 * The caller frees it. */
struct fil_search *fil_search_new(size_t least);

/* Adds a text. Returns its number, from 0, or FIL_NOWHERE if it has too few bytes; a text that differs
 * from another one only in case has the number of that one. */
size_t fil_search_add(struct fil_search *search, const char *text);

/* Adds a name, which is found in either case, with or without accents (see fil_text_fold), and with any
 * spaces and signs but '"', '$', '=' and '@' between its words. An accented letter may also be a
 * byte of Windows-1252 as the log shows it: "\\xe9". Returns the number of its folded form, or
 * FIL_NOWHERE if that has too few bytes. */
size_t fil_search_add_name(struct fil_search *search, const char *name);

/* Returns the byte that is encoded at the beginning of n bytes, as "%20", or -1. */
int fil_search_encoded(const char *bytes, size_t n);

/* Returns how many texts there are. */
size_t fil_search_count(const struct fil_search *search);

/* Returns a text, in lower case, or folded. It belongs to the search. */
const char *fil_search_text(const struct fil_search *search, size_t number);

/* Calls visit with the number of each text that the bytes hold, its first byte, and the byte after it,
 * as often as they hold it. Names come last. */
void fil_search_each(const struct fil_search *search, const char *bytes, size_t n,
    void (*visit)(void *context, size_t number, size_t at, size_t end), void *context);

/* Returns the most bytes that a text takes, if a name has few marks between its words. */
size_t fil_search_longest(const struct fil_search *search);

/* Frees the search; NULL is fine. */
void fil_search_free(struct fil_search *search);

#endif
