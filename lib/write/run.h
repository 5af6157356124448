/* SPDX-License-Identifier: ISC */
/* A run: one execution of a command that writes. It holds the write transaction, leaves one row in
 * `runs`, and keeps in `history` the values that it overwrites. Its seal covers both, and the runs
 * before it (lib/store/seal.h). */
#ifndef FIL_RUN_H
#define FIL_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/fault.h"
#include "lib/store/batch.h"
#include "lib/store/store.h"

struct fil_run;

/* The counts of a run, in rows. `read` counts the rows of the input. The last two are not stored.
 * `unknown` counts rows of unknown users that were ignored, or keys to remove that were not found.
 * `replaced` counts rows that a later row replaced; `summed` those added to another row. */
struct fil_counts {
	size_t read, added, changed, left, returned, removed, unchanged, rejected, unknown,
	    replaced, summed;
	size_t twice; /* cells added or changed that look like UTF-8 encoded twice */
};

/* The action on a row, as the column "action" of printed rows names it. RENAMING is only in
 * the history: a user whose key changed is printed as CHANGED. */
enum fil_action {
	FIL_ADDED,
	FIL_CHANGED,
	FIL_LEFT,
	FIL_RETURNED,
	FIL_REMOVED,
	FIL_UNCHANGED,
	FIL_RENAMING,
};

/* Returns the name: "added" … */
const char *fil_action_name(enum fil_action action);

/* Begins the write transaction, waiting at most `seconds`, and takes the next run's number. The
 * command line argv is stored, and the day (fil_date_today). Returns the run, which fil_run_commit or
 * fil_run_abandon frees, or NULL with a fault. */
struct fil_run *fil_run_begin(
    struct fil_store *store, char *const *argv, unsigned seconds, struct fil_fault *fault);

/* Does run 1 of a new store, which fills dimensions and levels. Returns 0, or -1 with a fault. */
int fil_run_initial(struct fil_store *store, char *const *argv, struct fil_fault *fault);

/* Returns the run's number, from 1. */
int64_t fil_run_number(const struct fil_run *run);

/* Returns the day of the run, which belongs to it: YYYY-MM-DD. */
const char *fil_run_today(const struct fil_run *run);

/* Returns the store that the run writes. */
struct fil_store *fil_run_store(const struct fil_run *run);

/* Notes an input: its name and the BLAKE2b-256 of its bytes in hexadecimal. The names of several
 * inputs are joined with a space, and their hashes hashed. Returns the newest previous run that
 * read the same bytes, 0 for none, or -1 with a fault of the store. hash NULL names a file without
 * its bytes, and returns 0. */
int64_t
fil_run_input(struct fil_run *run, const char *name, const char *hash, struct fil_fault *fault);

/* Keeps in the history rows that the run will overwrite or remove: n_columns + 1 cells each, from
 * fil_store_fetch. after: the same rows as the run writes them, so that the history notes whom they no
 * longer name; NULL where the rows go, or still name the same users. Texts that an erasure left are
 * kept without the person whom they mention (lib/write/people/redacted.h). Returns 0, or -1 with a
 * fault. */
int
fil_run_keep(struct fil_run *run, const struct fil_relation *relation, const struct fil_batch *rows,
    const struct fil_batch *after, enum fil_action action, struct fil_fault *fault);

/* Keeps that the run overwrites or removes rows, and nothing of their values. */
int fil_run_keep_nothing(struct fil_run *run, const struct fil_relation *relation,
    const struct fil_batch *rows, enum fil_action action, struct fil_fault *fault);

/* Keeps rows of users as fil_run_keep does, with the key that they became: their new key (RENAMING),
 * or that of the user with whom they are joined (REMOVED). */
int fil_run_keep_user(struct fil_run *run, const struct fil_relation *users,
    const struct fil_batch *rows, enum fil_action action, const char *became,
    struct fil_fault *fault);

/* Returns the account of the run, which belongs to it. */
const char *fil_run_who(const struct fil_run *run);

/* Seals a digest in hexadecimal with the run, in the place of that of its inputs: it has none. */
void fil_run_seal(struct fil_run *run, const char *digest);

/* Stores another command line and account, for a run that must not name whom it is about. */
void fil_run_name(struct fil_run *run, const char *command, const char *who);

/* Stores the command line without the values of its COL=VALUE: no row has whom they name. */
void fil_run_empty(struct fil_run *run);

/* Notes the runs that this run takes back: their numbers, ascending, separated by a space. */
void fil_run_undid(struct fil_run *run, const char *runs);

/* Writes the row of `runs`, commits and frees the run. When the outcome of the commit is unknown, a
 * new connection looks for the run. Returns 0 when the run is stored, else -1 with a fault. */
int fil_run_commit(struct fil_run *run, const struct fil_counts *counts, struct fil_fault *fault);

/* Rolls back and frees the run; NULL is fine. */
void fil_run_abandon(struct fil_run *run);

#endif
