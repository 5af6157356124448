/* SPDX-License-Identifier: ISC */
/* A removal: rows taken away by their keys, and kept in the history. A row that others still name
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

/* What a removal tells of the rows; all of it belongs to the caller. */
struct fil_removal_options {
	struct fil_changes *changes; /* gets the rows removed */
	struct fil_standing_update *standing; /* is told of them */
	struct fil_counts *counts; /* `removed` and `unknown` (rows that are not there) grow */
	const struct fil_refusals *refusals; /* are told of rows that others still name */
};

/* Returns a removal from the table within the run; the caller frees it. The options are copied. */
struct fil_removal *fil_removal_new(
    struct fil_run *run, const struct fil_table *table, const struct fil_removal_options *options);

/* Notes a key of the rows that will go. A table that refers to itself needs all of them before the
 * first fil_removal_rows: a manager may go before their staff. */
void fil_removal_coming(struct fil_removal *removal, const char *key, size_t n);

/* Removes the rows whose keys are the first cells of the batch's rows, which begin on these lines.
 * Keys that are not there are counted. Returns 0, or -1 with a fault of the store. */
int fil_removal_rows(struct fil_removal *removal, const struct fil_batch *keys, const size_t *lines,
    struct fil_fault *fault);

/* Makes sure that no refused row names one that was removed. Returns 0, or -1 with a fault. */
int fil_removal_finish(struct fil_removal *removal, struct fil_fault *fault);

/* Frees what it holds; NULL is fine. */
void fil_removal_free(struct fil_removal *removal);

#endif
