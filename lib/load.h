/* SPDX-License-Identifier: ISC */
/* The load: rows of inputs into one table. The one engine behind fil-import, fil-record and fil-assign: maps, validates, resolves
 * references, puts, keeps history and standing, all in one run, all or nothing. */
#ifndef FIL_LOAD_H
#define FIL_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/catalog.h"
#include "lib/fault.h"
#include "lib/output.h"
#include "lib/run.h"
#include "lib/sniff.h"
#include "lib/store.h"

struct fil_load;

/* What the command line asked for. Zero is the default of everything but max_faults. */
struct fil_load_options {
	struct fil_format format;		/* what options have settled of the input's writing */
	enum fil_date_order dates;
	bool keep_going;			/* write the good rows, exit 1 */
	bool dry_run;
	bool today_if_absent;			/* fil-record, fil-assign: the date column is today unless given */
	bool again;				/* fil-assign --again */
	size_t max_faults;
	unsigned wait;				/* seconds for the write lock */
	const char *rejects;			/* FILE for the bad rows, or NULL */
	const char *only;			/* comma-separated actions to print, or NULL */
	fil_day today;
};

/* What the load tells while it works; either may be NULL. */
struct fil_load_hooks {
	void (*say)(void *context, const char *text);			/* a word for standard error */
	void (*progress)(void *context, size_t done, size_t total);	/* bytes */
	void *context;
};

/* Returns a load into the table; the caller frees it. The store is open for writing. */
struct fil_load *fil_load_new(struct fil_store *store, const struct fil_table *table, const struct fil_load_options *options,
    const struct fil_load_hooks *hooks, struct fil_fault *fault);

/* Adds --map's 'COL=HEADER' or 'COL=TEMPLATE'. Returns 0, or -1 with a usage fault. */
int fil_load_map(struct fil_load *load, const char *mapping, struct fil_fault *fault);

/* Takes the operands: COL=VALUE, FILE, "-". Returns 0, or -1 with a usage fault (an unknown column, an input named twice). */
int fil_load_operands(struct fil_load *load, int n, char *const *operands, struct fil_fault *fault);

/* Does it all: waits for the inputs' end, takes the lock, loads, commits (or rolls back a dry run). The rows that changed are on
 * the stream in the format once it returns, if stream is not NULL. Returns FIL_OK; FIL_REFUSED when rows were refused with
 * keep_going; FIL_BAD_DATA when faults (already told through say) prevented the load; else a fault's status with the fault. */
enum fil_status fil_load_go(struct fil_load *load, char *const *argv, FILE *stream, enum fil_output_format format,
    struct fil_fault *fault);

/* Returns the summary after the load: "users: 238 read, 12 added, 3 changed, 222 unchanged (run 214)". Belongs to the load. */
const char *fil_load_summary(const struct fil_load *load);

void fil_load_free(struct fil_load *load);

#endif
