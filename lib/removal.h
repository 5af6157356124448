/* SPDX-License-Identifier: ISC */
/* A removal: rows taken away by their keys, and kept in the history. */
#ifndef FIL_REMOVAL_H
#define FIL_REMOVAL_H

#include <stddef.h>

#include "lib/batch.h"
#include "lib/catalog.h"
#include "lib/changes.h"
#include "lib/fault.h"
#include "lib/run.h"
#include "lib/standing.h"

struct fil_removal {
	struct fil_run *run;
	const struct fil_table *table;
	struct fil_changes *changes; /* gets the rows removed */
	struct fil_standing_keeper *keeper; /* is told of them */
	size_t removed; /* counts them */
};

/* Removes the rows whose keys are the first cells of the batch's rows; keys that are not there are
 * passed over. Returns 0, or -1 with a fault: of the store, or 65 for a row that others still name.
 */
int fil_removal_rows(
    struct fil_removal *removal, const struct fil_batch *keys, struct fil_fault *fault);

#endif
