/* SPDX-License-Identifier: ISC */
/* The rows of all tables under a check: each cell against the catalogue, each reference, the run of
 * each row, derived rows, and what is possible and seldom meant. */
#ifndef FIL_CHECK_ROWS_H
#define FIL_CHECK_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/audit/check/findings.h"
#include "lib/audit/check/log.h"
#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/store/store.h"

/* What was read. */
struct fil_checked_rows {
	size_t tables, rows;
	struct fil_fault events; /* why no derived row was compared with events; or FIL_OK */
};

/* Reads all rows of all tables once, in the order of tables and keys; users once more. Derived rows are
 * compared with the events as these are read. Returns 0, or -1 with a fault of the store. */
int fil_check_rows(struct fil_store *store, fil_day today, const struct fil_checked_log *log,
    struct fil_findings *findings, struct fil_checked_rows *checked, struct fil_fault *fault);

#endif
