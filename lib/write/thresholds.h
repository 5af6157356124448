/* SPDX-License-Identifier: ISC */
/* Thresholds: keeps the table thresholds and the column dimensions.threshold in step. The table has the
 * thresholds by time, the column the one of today. */
#ifndef FIL_THRESHOLDS_H
#define FIL_THRESHOLDS_H

#include "lib/base/fault.h"
#include "lib/catalog/catalog.h"
#include "lib/store/batch.h"
#include "lib/write/run.h"

/* Ends the writing of rows of a table within the run. After dimensions, each threshold that is not the
 * one of today becomes today's row of thresholds. After thresholds, each dimension gets the one of
 * today. The history keeps what is overwritten. Other tables do not matter. Returns 0, or -1 with a
 * fault of the store. */
int
fil_thresholds_settle(struct fil_run *run, const struct fil_table *table, struct fil_fault *fault);

/* Removes the thresholds of dimensions that are removed next: the first cells of the rows. The history
 * keeps them. Returns 0, or -1 with a fault of the store. */
int fil_thresholds_remove(
    struct fil_run *run, const struct fil_batch *dimensions, struct fil_fault *fault);

#endif
