/* SPDX-License-Identifier: ISC */
/* Changes: the rows that a writing command changed, "action" and then the table's columns. They
 * wait in an unlinked file in the store's folder until the commit, so that what leaves is true. */
#ifndef FIL_CHANGES_H
#define FIL_CHANGES_H

#include <stdio.h>

#include "lib/base/fault.h"
#include "lib/catalog/catalog.h"
#include "lib/output/output.h"
#include "lib/write/run.h"

struct fil_changes;

/* Returns changes of rows of the table, not open yet: rows are dropped. only: comma-separated
 * actions whose rows it shows, or NULL for all. The caller frees it. NULL with a usage fault when
 * `only` names no action. */
struct fil_changes *
fil_changes_new(const struct fil_table *table, const char *only, struct fil_fault *fault);

/* Opens it: rows are kept in the folder, in the format. Returns 0, or -1 with a fault. */
int fil_changes_open(struct fil_changes *changes, const char *folder, enum fil_output_format format,
    struct fil_fault *fault);

/* Adds a row: the table's n_columns cells, NULL for nothing known. */
void fil_changes_row(struct fil_changes *changes, enum fil_action action, const char *const *cells);

/* Ends it. Returns 0 when all of it is kept, else -1 with a fault (a full disk shows here, before
 * the commit). */
int fil_changes_close(struct fil_changes *changes, struct fil_fault *fault);

/* Writes it to the stream; the stream's owner checks the stream. Returns 0 or -1. */
int fil_changes_pour(struct fil_changes *changes, FILE *stream, struct fil_fault *fault);

/* Frees what it holds; NULL is fine. */
void fil_changes_free(struct fil_changes *changes);

#endif
