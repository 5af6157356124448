/* SPDX-License-Identifier: ISC */
/* The load: rows of inputs into one table. The one engine behind fil-import, fil-record and
 * fil-assign: maps, validates, resolves references, puts, keeps history and standing, all in one
 * run, all or nothing. */
#ifndef FIL_LOAD_H
#define FIL_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "lib/catalog.h"
#include "lib/date.h"
#include "lib/fault.h"
#include "lib/output.h"
#include "lib/sniff.h"
#include "lib/store.h"

struct fil_load;

/* What the command line asked for; {0} is everything's default but max_faults and wait. */
struct fil_load_options {
	struct fil_format format; /* what options have settled of the input's writing */
	enum fil_date_order order; /* --dates */
	bool keep_going; /* write the good rows all the same */
	bool dry_run;
	bool fill_today; /* the date of an event, the day of an assignment, is today unless given */
	bool assign; /* the table is assignments: only who may be assigned the module now */
	bool again; /* with assign: also what was completed */
	bool tell_all; /* say how each input is written, and what of it is not stored */
	size_t max_faults; /* listed; the rest is counted */
	unsigned wait; /* seconds for the write lock */
	const char *only; /* comma-separated actions whose rows are printed, or NULL: all */
	fil_day today;
	char *const *argv; /* the command line, for the log */
};

/* What the load tells while it works; either may be NULL. */
struct fil_load_hooks {
	void (*say)(void *context, const char *text); /* a word for the person */
	void (*progress)(void *context, size_t done, size_t total); /* bytes of the inputs */
	void *context;
};

/* Returns a load into the table; the caller frees it. The store is open for writing, hooks outlive
 * the load. NULL with a fault when the store cannot be read, or options->only names no action. */
struct fil_load *fil_load_new(struct fil_store *store, const struct fil_table *table,
    const struct fil_load_options *options, const struct fil_load_hooks *hooks,
    struct fil_fault *fault);

/* Adds --map's 'COL=HEADER' or 'COL=TEMPLATE'. Returns 0, or -1 with a usage fault. */
int fil_load_map(struct fil_load *load, const char *mapping, struct fil_fault *fault);

/* Takes an operand: COL=VALUE, FILE, or "-". Returns 0, or -1 with a fault (an unknown column,
 * standard input twice, a value that the column cannot hold). */
int fil_load_operand(struct fil_load *load, const char *operand, struct fil_fault *fault);

/* Does it all: waits for the inputs' end, takes the lock, loads, commits (or rolls a dry run back).
 * When it returns FIL_OK or FIL_REFUSED the rows that changed are on the stream in the format, if
 * stream is not NULL. FIL_REFUSED: rows were refused, the good ones are stored (keep_going).
 * FIL_BAD_DATA with faults in fil_load_faults: nothing was written. Any other status comes with the
 * fault. */
enum fil_status fil_load_go(
    struct fil_load *load, FILE *stream, enum fil_output_format format, struct fil_fault *fault);

/* Returns the faults of rows that were found. Belongs to the load. */
const struct fil_faults *fil_load_faults(const struct fil_load *load);

/* Returns the summary: "users: 238 read, 12 added, 3 changed, 222 unchanged (run 214)". Belongs to
 * the load. */
const char *fil_load_summary(const struct fil_load *load);

void fil_load_free(struct fil_load *load);

#endif
