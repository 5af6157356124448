/* SPDX-License-Identifier: ISC */
/* Undo: takes runs back. Rows that they added go; rows that they changed or removed are as before;
 * renamed keys are renamed back. A row put back counts as written by the run whose value it is
 * again, so that runs taken back in reverse order never conflict. */
#ifndef FIL_UNDO_H
#define FIL_UNDO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/fault.h"
#include "lib/write/run.h"

struct fil_undo {
	/* The runs to take back, ascending, each once; none: the newest run that is neither an undo
	 * nor undone, and that changed something. */
	const int64_t *runs;
	size_t n_runs;
	bool keep_later; /* leave the rows in conflict, and take the rest back */
	/* Gets a line for each row in conflict: "users user=00421: written again by run 17". */
	void (*conflict)(void *context, const char *text);
	void *context;
};

/* Takes the runs back within another run. The engine must check references (no fil_store_trust).
 * The counts grow; `unchanged` counts the rows left because of conflicts, `unknown` those of
 * erased people. Returns 0, or -1 with a fault: 65 for a run that does not exist, or one of the
 * store. FIL_REFUSED is for no run, for conflicts, and for a run that cannot be taken back. */
int fil_undo_runs(struct fil_run *run, const struct fil_undo *undo, struct fil_counts *counts,
    struct fil_fault *fault);

#endif
