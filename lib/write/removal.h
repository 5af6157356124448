/* SPDX-License-Identifier: ISC */
/* A removal: deletes rows by their keys, and keeps them in the history. A row that others refer to
 * is refused. */
#ifndef FIL_REMOVAL_H
#define FIL_REMOVAL_H

#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/catalog/catalog.h"
#include "lib/levels/standing_update.h"
#include "lib/store/batch.h"
#include "lib/write/changes.h"
#include "lib/write/refusals.h"
#include "lib/write/run.h"

struct fil_removal;

/* The receivers of a removal's results; they belong to the caller. */
struct fil_removal_options {
	struct fil_changes *changes; /* gets the rows removed */
	struct fil_standing_update *standing; /* notes them */
	struct fil_counts *counts; /* `removed` and `unknown` (keys not found) grow */
	const struct fil_refusals *refusals; /* get the rows that others refer to */
};

/* Returns a removal from the table within the run; the caller frees it. The options are copied. */
struct fil_removal *fil_removal_new(
    struct fil_run *run, const struct fil_table *table, const struct fil_removal_options *options);

/* Notes the key of a row to remove. A table that refers to itself needs all keys before the first
 * fil_removal_rows. */
void fil_removal_coming(struct fil_removal *removal, const char *key, size_t n);

/* Removes the rows with the keys in the batch, which begin on these lines. Keys not found are
 * counted. Returns 0, or -1 with a fault of the store. */
int fil_removal_rows(struct fil_removal *removal, const struct fil_batch *keys, const size_t *lines,
    struct fil_fault *fault);

/* Checks that no refused row refers to a removed one. Returns 0, or -1 with a fault. */
int fil_removal_finish(struct fil_removal *removal, struct fil_fault *fault);

/* Frees what it holds; NULL is fine. */
void fil_removal_free(struct fil_removal *removal);

#endif
