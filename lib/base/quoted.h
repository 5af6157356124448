/* SPDX-License-Identifier: ISC */
/* Words and keys of a profile in double quotes, for those that its signs would cut: "a | b" is one
 * word. A quote inside is written twice. */
#ifndef FIL_QUOTED_H
#define FIL_QUOTED_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/bytes.h"

/* Adds a word, or a key, as a profile writes it: in quotes only where it needs them. */
void fil_quoted_add(struct fil_bytes *text, const char *word, bool key);

/* Returns the bytes of a quoted word at the beginning of a text, with its quotes, or 0. Behind it come
 * the end, or a sign that ends a word or key: '|', '=', ':' or ';'. */
size_t fil_quoted_length(const char *text);

/* Returns the word without its quotes; n: its bytes with them, from fil_quoted_length. The caller
 * frees it. */
char *fil_quoted_read(const char *text, size_t n);

#endif
