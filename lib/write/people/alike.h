/* SPDX-License-Identifier: ISC */
/* Alike: keys, units and jobs that a run writes, and that differ from a stored one, or from another of
 * the run, only in case; units and jobs also in accents, dashes or spaces. */
#ifndef FIL_ALIKE_H
#define FIL_ALIKE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/doubt.h"
#include "lib/base/fault.h"
#include "lib/catalog/catalog.h"
#include "lib/write/run.h"

struct fil_alike;

/* Returns the values of a column of a table, none so far; the caller frees it. fold: returns the form
 * in which values are compared, which is freed. */
struct fil_alike *fil_alike_new(struct fil_run *run, const struct fil_table *table, size_t column,
    char *(*fold)(const char *text), struct fil_doubts *doubts);

/* Learns a stored value, or NULL. Once all are learnt, before the first row is noted, the store is not
 * asked for them. */
void fil_alike_learn(struct fil_alike *alike, const char *value);

/* Notes a value that a row, which begins on a line of a file, adds or changes; NULL for none. before:
 * what the row had, or NULL. The file's name must live as long. */
void fil_alike_note(
    struct fil_alike *alike, const char *file, size_t line, const char *before, const char *value);

/* Tells the values that are like others: of the store as it was before the run, unless `stored` says
 * that it was empty; or of more rows of the run. A column of over 20,000 values is not compared. Call
 * it once all rows are written. Returns 0, or -1 with a fault of the store. */
int fil_alike_judge(struct fil_alike *alike, bool stored, struct fil_fault *fault);

/* Frees what it holds; NULL is fine. */
void fil_alike_free(struct fil_alike *alike);

#endif
