/* SPDX-License-Identifier: ISC */
/* A run: one execution of a command that writes. It holds the write transaction, leaves one row in
 * `runs`, and keeps in `history` the values that it overwrites. */
#ifndef FIL_RUN_H
#define FIL_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/fault.h"
#include "lib/store/batch.h"
#include "lib/store/store.h"

struct fil_run;

/* What a run did, in rows. `read` counts the rows of the input. The last two are not kept in the
 * store: rows of unknown users that were ignored, or rows to remove that are not there; and rows
 * whose key comes again later. */
struct fil_counts {
	size_t read, added, changed, left, returned, removed, unchanged, rejected, unknown,
	    replaced;
};

/* What happened to a row; the action column of writers has these names. */
enum fil_action { FIL_ADDED, FIL_CHANGED, FIL_LEFT, FIL_RETURNED, FIL_REMOVED, FIL_UNCHANGED };

/* Returns the name: "added" … */
const char *fil_action_name(enum fil_action action);

/* Begins the write transaction (waiting at most `seconds`) and takes the next run's number. argv is
 * the command line, noted as it is. Returns NULL with a fault; fil_run_commit or fil_run_abandon
 * frees it. */
struct fil_run *fil_run_begin(
    struct fil_store *store, char *const *argv, unsigned seconds, struct fil_fault *fault);

/* As fil_run_begin and commit, for the store that was just made: run 1, which fills dimensions and
 * levels. Returns 0 or -1. */
int fil_run_initial(struct fil_store *store, char *const *argv, struct fil_fault *fault);

/* Returns the run's number, from 1. */
int64_t fil_run_number(const struct fil_run *run);

/* Returns the store that the run writes. */
struct fil_store *fil_run_store(const struct fil_run *run);

/* Notes an input: its name and the BLAKE2b-256 of its bytes in hexadecimal. For several inputs the
 * names are joined with a space, and the hash is that of the hashes. Returns the number of the
 * newest run that has read the same bytes, 0 when none has, or -1 with a fault of the store. */
int64_t
fil_run_input(struct fil_run *run, const char *name, const char *hash, struct fil_fault *fault);

/* Keeps rows that the run is about to overwrite or remove: rows of n_columns + 1 cells as
 * fil_store_fetch gives them. Returns 0 or -1. */
int fil_run_keep(struct fil_run *run, const struct fil_relation *relation,
    const struct fil_batch *rows, enum fil_action action, struct fil_fault *fault);

/* Writes the row of `runs`, commits and frees. When the commit's outcome is in doubt it asks the
 * store anew; returns 0 when the run is stored, -1 with a fault that says that it is not. */
int fil_run_commit(struct fil_run *run, const struct fil_counts *counts, struct fil_fault *fault);

/* Rolls back and frees. */
void fil_run_abandon(struct fil_run *run);

#endif
