/* SPDX-License-Identifier: ISC */
/* The log under a check: the numbers of the runs and of their entries in the history, the chain of
 * seals, and the column `named` of the history, which no seal covers: access finds by it the rows that
 * named a person and do so no longer. One pass over the history serves all of them. */
#ifndef FIL_CHECK_LOG_H
#define FIL_CHECK_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/audit/check/findings.h"
#include "lib/base/fault.h"
#include "lib/store/store.h"

struct fil_hash;

/* A seal that was kept elsewhere; hex NULL: none. */
struct fil_kept_seal {
	int64_t run;
	const char *hex; /* 64 digits, of either case */
};

/* What the check of the rows needs to know of the log. */
struct fil_checked_log {
	int64_t *runs; /* their numbers, ascending */
	size_t n;
	/* Set of the runs whose entries may concern the derived rows of each user: of dimensions and
	 * thresholds, or of a join. NULL: the log could not be read. */
	struct fil_hash *wide;
};

/* Checks the log, and fills in what it read of it, which the caller releases. Returns 0, or -1 with a
 * fault of the store. */
int fil_check_log(struct fil_store *store, const struct fil_kept_seal *kept,
    struct fil_findings *findings, struct fil_checked_log *log, struct fil_fault *fault);

/* Returns whether there is a run with that number. */
bool fil_checked_log_has(const struct fil_checked_log *log, int64_t run);

/* Frees what it holds. */
void fil_checked_log_release(struct fil_checked_log *log);

#endif
