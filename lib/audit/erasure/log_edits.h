/* SPDX-License-Identifier: ISC */
/* Edits of the log: what an erasure changes in the tables `runs` and `history`. A row whose text goes
 * keeps its number, and its digest instead of the salt, so that the seals still verify. */
#ifndef FIL_LOG_EDITS_H
#define FIL_LOG_EDITS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/audit/erasure/anonymous.h"
#include "lib/audit/erasure/subjects.h"
#include "lib/base/fault.h"
#include "lib/store/batch.h"

struct fil_log_edits {
	struct fil_batch *history, *runs; /* the rows as they will be */
	struct fil_batch *copies; /* the day and the path of each copy that fil-backup made */
	/* explained[i]: text i of the identifiers is also in what stays, by chance or as another
	 * person's. */
	bool *explained;
	struct fil_anonymous *anonymous; /* NULL: nobody is made anonymous */
};

/* Finds the edits, in one pass over the log. anonymous and explained are the caller's. Returns 0,
 * or -1 with a fault; the caller releases the edits. */
int fil_log_edits_find(
    const struct fil_subjects *subjects, struct fil_log_edits *edits, struct fil_fault *fault);

/* Writes the edits within the run that erases. Returns 0, or -1 with a fault. */
int fil_log_edits_write(
    const struct fil_subjects *subjects, struct fil_log_edits *edits, struct fil_fault *fault);

/* Frees what the edits hold. */
void fil_log_edits_release(struct fil_log_edits *edits);

#endif
