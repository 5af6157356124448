/* SPDX-License-Identifier: ISC */
/* The options of a load, and its hooks: all parts of a load get them as they are. */
#ifndef FIL_OPTIONS_OF_LOAD_H
#define FIL_OPTIONS_OF_LOAD_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/date.h"
#include "lib/base/doubt.h"
#include "lib/base/number.h"
#include "lib/input/reader.h"

/* What a load is asked to do: each option once, handed down as it is. {0} is the default of all but
 * max_faults, max_churn, max_rejects and wait. */
struct fil_load_options {
	/* Reading. */
	struct fil_format format; /* what is settled of the input's writing: --encoding,
				   * --delimiter, --skip-lines, --no-header */
	enum fil_date_order order; /* --dates */
	bool has_pivot; /* --pivot: years may have two digits: */
	int pivot; /* up to it 20yy, above it 19yy */
	enum fil_decimal_sign decimal; /* decimal = comma|point */
	bool within_unit; /* within = unit: of namesakes the one of the row's unit is meant */
	const char *within_phase; /* within = phase:P: the one who is enrolled in P, or NULL */
	unsigned max_age; /* --max-age: days since a FILE was written; 0: any */
	bool last; /* --last: keep the last row of each duplicate key */

	/* Writing. */
	bool assign; /* the table is assignments: only users who may be assigned the module now */
	bool again; /* with assign: also modules that were completed */
	bool keep_empty; /* keep-empty = yes: an empty cell leaves the stored value alone */
	bool remove; /* --remove: remove the rows with these keys */
	bool known_only; /* --known-only: ignore rows of unknown users */
	bool dry_run; /* --dry-run */
	const char *only; /* --only: comma-separated actions whose rows are printed; NULL: all */

	/* Refusing. */
	bool keep_going; /* --keep-going: write the good rows although others are refused */
	size_t max_faults; /* --max-faults: so many are listed, the rest is counted */
	const char *rejects; /* --rejects: the FILE for refused rows, or NULL */
	size_t max_rejects; /* --max-rejects: with keep_going, over so many refused rows nothing is
			     * written */
	bool max_rejects_share; /* max_rejects is a percentage of the rows read */
	bool expects; /* expect-rows = N: refuse unless so many rows were read: */
	size_t expected;
	bool allow[FIL_DOUBT_KINDS]; /* --allow: kinds of doubts that are accepted */
	bool strict; /* --strict: refuse where a doubt would be told */

	/* Whole lists. */
	bool sync; /* --sync: the input is the whole list of its feed */
	bool parts; /* --parts: of several files together */
	bool take; /* --take: take users over from other feeds */
	bool force; /* --force: however much it changes */
	unsigned max_churn; /* --max-churn: percent of the feed's active users */
	bool no_final_newline; /* --no-final-newline: a last line without end is whole */

	/* Common. */
	bool tell_all; /* say how each input is written, and what of it is not stored */
	bool verbose; /* say which cells a spreadsheet would take for formulas */
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

#endif
