/* SPDX-License-Identifier: ISC */
/* Remarks: what a person should know of an input once it is read. */
#ifndef FIL_MESSAGES_H
#define FIL_MESSAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/load/load_input.h"
#include "lib/load/rows.h"
#include "lib/write/assignment.h"
#include "lib/write/run.h"

/* Says of the intake that the feeder fed last, each as a text: how it is written and which headers
 * are not stored (with all), how many rows were empty or left out, that it may be cut short, and
 * where a spreadsheet would see formulas, if these were counted. say may be NULL. */
void fil_remarks_tell(const struct fil_rows *feeder, const struct fil_load_input *intake, bool all,
    void (*say)(void *context, const char *text), void *context);

/* A summary: what a load did, in one line. */

struct fil_summary {
	const char *table;
	const struct fil_counts *counts;
	const struct fil_assigner *assigner; /* whose passing over is told, or NULL */
	size_t unknown; /* rows of unknown users, or rows to remove that are not there */
	size_t superseded; /* rows whose key comes again later */
	bool removing;
	bool written;
	int64_t run;
};

/* Returns "users: 238 read, 12 added, 3 changed, 1 left, 222 unchanged (run 214)"; the caller frees
 * it. */
char *fil_summary_text(const struct fil_summary *summary);

#endif
