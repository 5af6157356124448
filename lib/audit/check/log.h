/* SPDX-License-Identifier: ISC */
/* The log under a check: runs and history without gaps, seals as they were, copies that are young. */
#ifndef FIL_CHECK_LOG_H
#define FIL_CHECK_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/audit/check/findings.h"
#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/store/store.h"

/* The numbers of the runs, ascending. */
struct fil_run_numbers {
	int64_t *list;
	size_t n;
};

/* Reads the numbers. Returns 0, or -1 with a fault; the caller frees the list. */
int fil_run_numbers_read(
    struct fil_store *store, struct fil_run_numbers *runs, struct fil_fault *fault);

/* Returns whether there is a run with that number. */
bool fil_run_numbers_have(const struct fil_run_numbers *runs, int64_t run);

/* A seal that was kept elsewhere; hex NULL: none. */
struct fil_kept_seal {
	int64_t run;
	const char *hex; /* 64 digits, of either case */
};

/* Finds gaps in the numbers of runs and in the history, and runs that do not exist. Returns 0, or -1
 * with a fault of the store. */
int fil_check_log(struct fil_store *store, const struct fil_run_numbers *runs,
    struct fil_findings *findings, struct fil_fault *fault);

/* Finds the first run at which the log was altered, and whether it is the log of the kept seal.
 * Returns 0 or -1. */
int fil_check_seals(struct fil_store *store, const struct fil_kept_seal *kept,
    struct fil_findings *findings, struct fil_fault *fault);

/* Adds a warning for an erasure that is not finished. Returns 0, or -1 with a fault. */
int
fil_check_erasures(struct fil_store *store, struct fil_findings *findings, struct fil_fault *fault);

/* Finds out how old the newest copy is. Returns 0 or -1. */
int fil_check_copies(
    struct fil_store *store, fil_day today, struct fil_findings *findings, struct fil_fault *fault);

#endif
