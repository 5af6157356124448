/* SPDX-License-Identifier: ISC */
/* Changes: the rows that a command changed, "action" and then the table's columns. They wait in an
 * unlinked file in the store's folder until the commit, so that only stored rows are printed. */
#ifndef FIL_CHANGES_H
#define FIL_CHANGES_H

#include <stdio.h>

#include "lib/base/fault.h"
#include "lib/catalog/catalog.h"
#include "lib/output/output.h"
#include "lib/write/run.h"

struct fil_changes;

/* Returns changes of rows of the table, which the caller frees. They drop rows until they are
 * opened. only: comma-separated actions to show, or NULL for all. NULL with a usage fault when one
 * is no action. */
struct fil_changes *
fil_changes_new(const struct fil_table *table, const char *only, struct fil_fault *fault);

/* Opens the changes: rows are kept in the folder, in the style, whose title is the table. Returns 0,
 * or -1 with a fault. */
int fil_changes_open(struct fil_changes *changes, const char *folder,
    const struct fil_output_style *style, struct fil_fault *fault);

/* Adds a row: the table's n_columns cells, NULL for an empty one. */
void fil_changes_row(struct fil_changes *changes, enum fil_action action, const char *const *cells);

/* Ends the changes, before the commit. Returns 0 when all rows are kept, else -1 with a fault, such
 * as a full disk. */
int fil_changes_close(struct fil_changes *changes, struct fil_fault *fault);

/* Writes the rows to the stream, whose errors its owner checks. Returns 0, or -1 with a fault. */
int fil_changes_pour(struct fil_changes *changes, FILE *stream, struct fil_fault *fault);

/* Frees what it holds; NULL is fine. */
void fil_changes_free(struct fil_changes *changes);

#endif
