/* SPDX-License-Identifier: ISC */
/* Leniency: references to nobody that are left out instead of being faults, and how many were. */
#ifndef FIL_LENIENCY_H
#define FIL_LENIENCY_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/store/batch.h"
#include "lib/write/references.h"

struct fil_leniency;

/* Returns a leniency that allows nothing, for so many columns; the caller frees it. */
struct fil_leniency *fil_leniency_new(size_t n_columns);

/* Allows that references of a column are left out. */
void fil_leniency_allow(struct fil_leniency *leniency, size_t column);

/* Returns whether they may be. */
bool fil_leniency_allows(const struct fil_leniency *leniency, size_t column);

/* Counts a reference of a column that was left out. */
void fil_leniency_count(struct fil_leniency *leniency, size_t column);

/* Returns how many were. */
size_t fil_leniency_counted(const struct fil_leniency *leniency, size_t column);

/* Counts from nothing again. */
void fil_leniency_reset(struct fil_leniency *leniency);

/* Has what is left out not counted until the next call with false: rows are made for a look at them
 * only. */
void fil_leniency_pause(struct fil_leniency *leniency, bool paused);

/* Returns the rows without the references to nobody that may be left out, after the references have
 * been resolved, which they then are anew. They are the rows given, or belong to the leniency until
 * the next call. */
const struct fil_batch *fil_leniency_mend(struct fil_leniency *leniency,
    struct fil_references *references, const struct fil_batch *rows);

/* Frees what it holds; NULL is fine. */
void fil_leniency_free(struct fil_leniency *leniency);

#endif
