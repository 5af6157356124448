/* SPDX-License-Identifier: ISC */
/* A check of a whole store: its engine and schema, each cell, reference and derived row, the log and
 * its seals, and what is possible and seldom meant. */
#ifndef FIL_CHECK_H
#define FIL_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/audit/check/findings.h"
#include "lib/audit/check/log.h"
#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/output/output.h"
#include "lib/store/store.h"

/* The columns of a finding. */
extern const struct fil_output_column fil_finding_columns[FIL_FINDING_CELLS];

/* What is to be checked, and who takes the findings. */
struct fil_check_request {
	fil_day today;
	struct fil_kept_seal seal;
	fil_finding_take *take;
	void *context;
};

/* What was checked and found. */
struct fil_checked {
	size_t tables, rows, runs, errors, warnings;
	bool found[FIL_FINDING_KINDS];
};

/* Checks a store, opened for INSPECT or WRITE, and hands over all errors, then all warnings. A store
 * whose schema was altered is not read any further. Returns 0, or -1 with a fault of the store. */
int fil_check(struct fil_store *store, const struct fil_check_request *request,
    struct fil_checked *checked, struct fil_fault *fault);

/* Returns what was checked and found as one line: "18 tables, 41,203 rows, 214 runs, in order". The
 * caller frees it. */
char *fil_checked_summary(const struct fil_checked *checked);

/* Rebuilds the derived rows that differ from the events, as a run, waiting at most `seconds` for other
 * writers. Sets *run to its number, 0 when nothing differs. Returns the number of rows, or -1 with a
 * fault. */
long long fil_check_repair(struct fil_store *store, char *const *argv, unsigned seconds,
    int64_t *run, struct fil_fault *fault);

#endif
