/* SPDX-License-Identifier: ISC */
/* Repeats: rows refused since their key stood in the input before, for which the place where it
 * first stood is found in one more look at the input, however many they are. */
#ifndef FIL_REPEATS_H
#define FIL_REPEATS_H

#include <stddef.h>

#include "lib/catalog/catalog.h"
#include "lib/base/fault.h"
#include "lib/load/preview.h"

struct fil_repeats;

/* Returns an empty list; the caller frees it. */
struct fil_repeats *fil_repeats_new(const struct fil_table *table);

/* Notes the fault of that number in its list (from 0), about a row of the file with these values. */
void fil_repeats_note(struct fil_repeats *repeats, size_t fault, const char *file,
    const char *const *values);

/* Finds where the keys first stand, and adds it to the faults of the list. Returns 0, or -1 with a
 * fault of reading. */
int fil_repeats_find(struct fil_repeats *repeats, const struct fil_preview *preview,
    struct fil_faults *list, struct fil_fault *fault);

/* NULL is fine. */
void fil_repeats_free(struct fil_repeats *repeats);

#endif
