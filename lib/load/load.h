/* SPDX-License-Identifier: ISC */
/* An attempt: one try at a load, from the lock to the commit. Nothing of it is left when others
 * crossed it, so that another can follow. */
#ifndef FIL_LOAD_H
#define FIL_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/catalog/catalog.h"
#include "lib/input/reader.h"
#include "lib/load/load_input.h"
#include "lib/load/request.h"
#include "lib/output/output.h"
#include "lib/store/store.h"
#include "lib/write/sync.h"

/* How a load goes about it; {0} is everything's default but max_faults, max_churn,
 * max_rejects and wait. */
struct fil_load_options {
	struct fil_format format; /* what options have settled of the input's writing */
	enum fil_date_order order; /* --dates */
	bool has_pivot; /* years may have two digits: */
	int pivot; /* up to it 20yy, above it 19yy */
	bool keep_going; /* write the good rows all the same */
	bool dry_run;
	bool assign; /* the table is assignments: only who may be assigned the module now */
	bool again; /* with assign: also what was completed */
	bool tell_all; /* say how each input is written, and what of it is not stored */
	bool verbose; /* say which cells a spreadsheet would take for formulas */
	bool known_only; /* pass over rows of unknown users */
	bool last; /* of rows with one key the last counts */
	bool remove; /* take the rows with these keys away */
	bool sync; /* the input is the whole list of its feed */
	bool parts; /* with sync: of several files together */
	bool take; /* with sync: take users over from other feeds */
	bool force; /* with sync: however much it changes */
	bool no_final_newline; /* with sync: a last line without end is none cut short */
	unsigned max_churn; /* with sync: percent */
	unsigned max_age; /* days since a FILE was written, 0: any */
	size_t max_faults; /* listed; the rest is counted */
	const char *rejects; /* FILE for the rows refused, or NULL */
	size_t max_rejects; /* with keep_going: over so many rows refused nothing is written */
	bool max_rejects_share; /* max_rejects is a percentage of the rows read */
	const char *only; /* comma-separated actions whose rows are printed, or NULL: all */
	unsigned wait; /* seconds for the write lock */
	fil_day today;
	char *const *argv; /* the command line, for the log */
};

/* What the load tells while it works; either may be NULL. */
struct fil_load_hooks {
	void (*say)(void *context, const char *text); /* a word for the person */
	void (*progress)(void *context, size_t done, size_t total); /* bytes of the inputs */
	void *context;
};

/* What a load is to do, and from what: its inputs, open and bound, at their beginning. */
struct fil_task {
	struct fil_store *store;
	struct fil_request *request;
	const struct fil_table *table;
	struct fil_load_options options;
	struct fil_load_hooks hooks;
	struct fil_load_input *intakes; /* one a path */
	size_t n_intakes;
	struct fil_sync_options roster;
};

struct fil_attempt;

/* Returns an attempt at the task, which outlives it; the caller frees it. NULL with a usage
 * fault. */
struct fil_attempt *fil_attempt_new(const struct fil_task *task, struct fil_fault *fault);

/* Takes the lock, loads, and commits; returns as fil_load_go. Once only. */
enum fil_status fil_attempt_go(struct fil_attempt *attempt, FILE *stream,
    enum fil_output_format format, struct fil_fault *fault);

/* Returns the faults of rows that were found. Belongs to the attempt. */
const struct fil_faults *fil_attempt_faults(const struct fil_attempt *attempt);

/* Returns the summary, or NULL. Belongs to the attempt. */
const char *fil_attempt_summary(const struct fil_attempt *attempt);

/* Rolls back what is open, and frees; NULL is fine. */
void fil_attempt_free(struct fil_attempt *attempt);

/* The load: rows of inputs into one table. The one engine behind fil-import, fil-record and
 * fil-assign: maps, validates, resolves references, puts, keeps history and standing, all in one
 * run, all or nothing. */

struct fil_load;

/* Returns a load of what is requested; the caller frees it. The store is open for writing; request
 * and hooks outlive the load. NULL with a usage fault for options that do not go together. */
struct fil_load *fil_load_new(struct fil_store *store, struct fil_request *request,
    const struct fil_load_options *options, const struct fil_load_hooks *hooks,
    struct fil_fault *fault);

/* Does it all: waits for the inputs' end, takes the lock, loads, commits (or rolls a dry run back).
 * When it returns FIL_OK, or FIL_REFUSED without a fault, the rows that changed are on the stream
 * in the format, if stream is not NULL. FIL_REFUSED without a fault: rows were refused, the good
 * ones are stored (keep_going). FIL_BAD_DATA with faults in fil_load_faults and a summary: nothing
 * was written. Any other status comes with the fault. */
enum fil_status fil_load_go(
    struct fil_load *load, FILE *stream, enum fil_output_format format, struct fil_fault *fault);

/* Returns the faults of rows that were found. Belongs to the load. */
const struct fil_faults *fil_load_faults(const struct fil_load *load);

/* Returns the summary, "users: 238 read, 12 added, 3 changed, 222 unchanged (run 214)", or NULL
 * when a fault came before it. Belongs to the load. */
const char *fil_load_summary(const struct fil_load *load);

/* Frees what it holds; NULL is fine. */
void fil_load_free(struct fil_load *load);

#endif
