/* SPDX-License-Identifier: ISC */
/* The log for people: the runs, and the cells that a run changed. */
#ifndef FIL_LOG_H
#define FIL_LOG_H

#include <stdint.h>

#include "lib/audit/history.h"
#include "lib/base/fault.h"
#include "lib/catalog/filter.h"
#include "lib/output/output.h"

enum { FIL_LOG_RUN_CELLS = 15, FIL_LOG_CELL_CELLS = 7 };

/* The columns of both. */
extern const struct fil_output_column fil_log_run_columns[FIL_LOG_RUN_CELLS];
extern const struct fil_output_column fil_log_cell_columns[FIL_LOG_CELL_CELLS];

/* Writes the runs that meet the filter, which is bound to their columns, in ascending order. With
 * user, a person of today, only those that wrote or overwrote a row about the person. Returns 0, or
 * -1 with a fault. */
int
fil_log_runs(struct fil_store *store, struct fil_history *history, const struct fil_filter *filter,
    const char *user, struct fil_output *output, struct fil_fault *fault);

/* Writes the cells that a run changed and that meet the filter; NULL: all. The order is that of
 * tables, keys and columns. Keys of users are those of that run. Returns 0, or -1 with a fault. */
int fil_log_cells(struct fil_history *history, int64_t run, const struct fil_filter *filter,
    struct fil_output *output, struct fil_fault *fault);

/* Reads operands that are numbers of runs, up to a NULL: each once, ascending. Returns the numbers,
 * which the caller frees, or NULL with a fault: of usage, or 65 for a number beyond those of runs. */
int64_t *fil_log_numbers(char *const *operands, size_t *n, struct fil_fault *fault);

/* Checks that all n runs exist. Returns 0, or -1 with a fault (65, or of the store). */
int fil_log_find(struct fil_store *store, const int64_t *runs, size_t n, struct fil_fault *fault);

#endif
