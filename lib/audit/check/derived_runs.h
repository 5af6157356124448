/* SPDX-License-Identifier: ISC */
/* The runs of derived rows: each wrote levels of the user, or a dimension, a threshold, or a repair. */
#ifndef FIL_CHECK_DERIVED_RUNS_H
#define FIL_CHECK_DERIVED_RUNS_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/audit/check/findings.h"
#include "lib/audit/check/log.h"
#include "lib/base/fault.h"
#include "lib/store/store.h"

struct fil_derived_runs;

/* Returns a check that adds its findings, or NULL where the log or the store cannot be read; the caller
 * frees it. */
struct fil_derived_runs *fil_derived_runs_new(struct fil_store *store,
    const struct fil_checked_log *log, struct fil_findings *findings, struct fil_fault *fault);

/* Notes the run of a level of a user. Give all levels, user by user. */
void fil_derived_runs_level(struct fil_derived_runs *check, const char *user, int64_t run);

/* Returns whether the run of a derived row of the user is right for certain: most are. */
bool fil_derived_runs_known(struct fil_derived_runs *check, const char *user, int64_t run);

/* Checks the run of another derived row, of a user whose levels were given last, or come next.
 * dimension: that of `standing`, or NULL for a row of `standings`. */
void fil_derived_runs_row(
    struct fil_derived_runs *check, const char *user, const char *dimension, int64_t run);

/* Ends the check, behind all levels and rows. Returns 0, or -1 with a fault of the store. */
int fil_derived_runs_end(struct fil_derived_runs *check, struct fil_fault *fault);

/* Frees what it holds; NULL is fine. */
void fil_derived_runs_free(struct fil_derived_runs *check);

#endif
