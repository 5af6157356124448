/* SPDX-License-Identifier: ISC */
/* Shared strings: the texts of a workbook by their numbers. Over 16 MiB of them go to an
 * unlinked file of mode 0600 in the folder. */
#ifndef FIL_SHARED_STRINGS_H
#define FIL_SHARED_STRINGS_H

#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/base/memory.h"

struct fil_shared_strings;

/* Returns an empty list, which the caller frees. The name of the folder must live as long. */
struct fil_shared_strings *fil_shared_strings_new(const char *folder);

/* Adds a text with the next number, from 0. Returns 0, or -1 with a fault (73, 74). */
int fil_shared_strings_add(
    struct fil_shared_strings *strings, const char *text, size_t n, struct fil_fault *fault);

/* Sets `text` to the text with a number. Returns 1, 0 when there is none, or -1 with a fault
 * (74). */
int fil_shared_strings_get(struct fil_shared_strings *strings, size_t number,
    struct fil_bytes *text, struct fil_fault *fault);

/* Frees the list; NULL is fine. */
void fil_shared_strings_free(struct fil_shared_strings *strings);

#endif
