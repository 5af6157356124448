/* SPDX-License-Identifier: ISC */
/* The options of a load, and its hooks. All parts of a load read them here. */
#ifndef FIL_OPTIONS_OF_LOAD_H
#define FIL_OPTIONS_OF_LOAD_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/date.h"
#include "lib/base/doubt.h"
#include "lib/base/number.h"
#include "lib/input/input.h"
#include "lib/store/store.h"
#include "lib/write/rename.h"

/* Which row is kept of those with one key. */
enum fil_load_prefer {
	FIL_PREFER_NONE, /* rows that differ are refused */
	FIL_PREFER_LAST,
	FIL_PREFER_FIRST,
	FIL_PREFER_ACTIVE, /* without `left`, else with the latest; then the latest `arrived` */
};

/* The options. {0} is the default of all but max_faults, max_churn, max_rejects and wait. */
struct fil_load_options {
	/* Reading. */
	struct fil_format format; /* --encoding, --delimiter, --skip-lines, --no-header */
	const char *place; /* the profile's line of the setting; NULL: command line */
	enum fil_date_order order; /* --dates */
	bool has_pivot; /* --pivot: years may have two digits: */
	int pivot; /* up to it 20yy, above it 19yy */
	struct fil_time_zone *zone; /* timezone: moments become days there; NULL: as written */
	bool no_key; /* key = none: no header names the user; a match finds them */
	const char *sum; /* sum = COL: rows of equal keys add up in this column; NULL: none */
	bool short_rows; /* short-rows: cells missing at the end of a row are empty */
	enum fil_decimal_sign decimal; /* decimal = comma|point */
	bool within_unit; /* within = unit: of namesakes the one of the row's unit is meant */
	const char *within_phase; /* within = phase:P: the one who is enrolled in P, or NULL */
	unsigned max_age; /* --max-age: days since a FILE was written; 0: any */
	bool unguard; /* unguard: take the apostrophe off keys of users */
	enum fil_load_prefer prefer; /* --last, --prefer: which row of a duplicate key is kept */

	/* Writing. */
	enum fil_join_prefer join; /* --prefer: whose rows stay when --rename joins two users */
	bool assign; /* of assignments: ignore users who may not be assigned now */
	bool again; /* with assign: also assign completed modules */
	bool keep_empty; /* keep-empty = yes: an empty cell leaves the stored value alone */
	bool remove; /* --remove: remove the rows with these keys */
	bool known_only; /* --known-only: ignore rows of unknown users */
	bool dry_run; /* --dry-run */
	const char *only; /* --only: comma-separated actions whose rows are printed; NULL: all */

	/* Refusing. */
	bool keep_going; /* --keep-going: write the good rows although others are refused */
	size_t max_faults; /* --max-faults: list this many faults, and count the rest */
	const char *rejects; /* --rejects: the FILE for refused rows, or NULL */
	size_t max_rejects; /* --max-rejects: write nothing when more rows are refused */
	bool max_rejects_share; /* max_rejects is a percentage of the rows read */
	bool expects; /* expect-rows = N: refuse unless so many rows were read: */
	size_t expected;
	bool allow[FIL_DOUBT_KINDS]; /* --allow: kinds of doubts that are accepted */
	bool strict; /* --strict: refuse where a doubt would be reported */

	/* Whole lists. */
	bool sync; /* --sync: the input is the whole list of its feed */
	bool parts; /* --parts: of several files together */
	bool take; /* --take: take users over from other feeds */
	bool force; /* --force: no churn guard */
	unsigned max_churn; /* --max-churn: percent of the feed's active users */
	bool no_final_newline; /* --no-final-newline: accept a last line without a newline */

	/* Where no store is asked: the names of the dimensions. */
	const char *const *dimensions;
	size_t n_dimensions;

	/* Common. */
	bool tell_all; /* print the format of each input, and its headers that are not stored */
	bool verbose; /* print the cells that a spreadsheet would take for formulas */
	unsigned wait; /* seconds for the write lock */
	fil_day today;
	char *const *argv; /* the command line, for the log */
	/* Checks a value of a table beyond its column's type; NULL: no check. Returns 0, or -1 with
	 * a fault of data that does not name the column. */
	int (*check)(const char *column, const char *value, fil_day today, struct fil_fault *fault);
	/* Checks the values of a row of which each is good, with the store; NULL: no check. Returns 0,
	 * or -1 with a fault of data that names the column. */
	int (*check_row)(struct fil_store *store, const char *const *values, fil_day today,
	    struct fil_fault *fault);
};

/* The callbacks of a working load; either may be NULL. */
struct fil_load_hooks {
	void (*say)(void *context, const char *text); /* prints a message */
	void (*progress)(void *context, size_t done, size_t total); /* bytes of the inputs */
	void *context;
};

#endif
