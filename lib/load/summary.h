/* SPDX-License-Identifier: ISC */
/* A summary: what a load did, in one line. */
#ifndef FIL_SUMMARY_H
#define FIL_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/write/assignment.h"
#include "lib/write/run.h"

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
