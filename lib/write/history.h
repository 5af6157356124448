/* SPDX-License-Identifier: ISC */
/* The history: the values that a run overwrites or removes, kept in the table `history`. */
#ifndef FIL_HISTORY_H
#define FIL_HISTORY_H

#include <stdint.h>

#include "lib/base/fault.h"
#include "lib/store/batch.h"
#include "lib/store/store.h"

struct fil_history;

/* Returns the history of one run, with nothing kept yet; the caller frees it before it closes the
 * store. */
struct fil_history *fil_history_new(struct fil_store *store, int64_t run);

/* Keeps rows of n_columns + 1 cells as fil_store_fetch gives them: each as a JSON object of the
 * cells that hold something, as strings, in the order of the columns. action says what happens to
 * them. Returns 0 or -1. */
int fil_history_keep(struct fil_history *history, const struct fil_relation *relation,
    const struct fil_batch *rows, const char *action, struct fil_fault *fault);

/* NULL is fine. */
void fil_history_free(struct fil_history *history);

#endif
