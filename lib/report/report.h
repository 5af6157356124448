/* SPDX-License-Identifier: ISC */
/* A report: figures of one subject, as rows. Each subject is one file in lib/report/, which
 * declares a struct fil_report_subject; the build gathers them. */
#ifndef FIL_REPORT_H
#define FIL_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/output/output.h"
#include "lib/report/journey.h"
#include "lib/store/store.h"
#include "lib/users/population.h"

/* What is asked. */
struct fil_report_request {
	fil_day today, as_of;
	enum fil_by by;
	unsigned depth; /* parts of a unit's path, 0: all */
	size_t min_group; /* 0: show all */
	unsigned weeks; /* 0: the subject's own default */
	unsigned stale_weeks; /* 12 */
	const char *sources; /* comma-separated, or NULL */
	const char *dimension; /* --dimension, or NULL */
	enum fil_from from; /* of time */
	bool compare, curve; /* of time: the test, the curve instead of the figures */
	unsigned target; /* of forecast: percent (80) */
	bool score; /* of forecast: those of the past */
	struct fil_selection selection; /* active is set by the subjects it holds for */
};

/* The most weeks that can be asked for: twenty years. */
enum { FIL_MOST_WEEKS = 1040 };

/* Returns the request that asks for nothing in particular, as of today. */
struct fil_report_request fil_report_request(fil_day today);

/* Where rows go: the command decides between output and --require. Cells are text or NULL. */
struct fil_report_sink {
	void (*columns)(void *context, const struct fil_output_column *columns, size_t n);
	void (*row)(void *context, const char *const *cells);
	/* A word for people beside the rows, without a line end; NULL: nobody listens. */
	void (*say)(void *context, const char *text);
	void *context;
};

/* Options that only some subjects have. */
enum {
	FIL_TAKES_GROUPS = 1, /* by, depth, min_group */
	FIL_TAKES_WEEKS = 2,
	FIL_TAKES_STALE = 4,
	FIL_TAKES_SOURCES = 8,
	FIL_TAKES_ROLES = 16,
	FIL_TAKES_DIMENSION = 32,
	FIL_TAKES_ORIGIN = 64, /* from */
	FIL_TAKES_COURSE = 128, /* compare, curve */
	FIL_TAKES_TARGET = 256, /* target, score */
};

struct fil_report_subject {
	const char *name;
	const char *meaning; /* one phrase for --help */
	unsigned takes; /* FIL_TAKES_… */
	/* Calls sink->columns once, then sink->row for each row in the contract's order. Returns 0,
	 * or -1 with a fault. */
	int (*make)(struct fil_store *store, const struct fil_report_request *request,
	    const struct fil_report_sink *sink, struct fil_fault *fault);
};

/* Makes the report on one state of the store. Returns 0, or -1 with a fault. */
int fil_report_make(const struct fil_report_subject *subject, struct fil_store *store,
    const struct fil_report_request *request, const struct fil_report_sink *sink,
    struct fil_fault *fault);

/* Returns the subject of that name, or NULL. */
const struct fil_report_subject *fil_report_find(const char *name);

/* As fil_report_find, or NULL with a usage fault that names the nearest, or them all: also for a
 * name of NULL. */
const struct fil_report_subject *fil_report_choose(const char *name, struct fil_fault *fault);

/* Returns whether the subject takes the option of that long name. */
bool fil_report_takes(const struct fil_report_subject *subject, const char *option);

/* Returns all subjects, by name. */
const struct fil_report_subject *const *fil_report_subjects(size_t *n);

/* Requirements: the conditions of --require, each of which must hold for every row of a report. */

struct fil_requirements;

/* Returns no requirements; the caller frees them. today is what their relative dates count from. */
struct fil_requirements *fil_requirements_new(fil_day today);

/* Adds 'COL OP VALUE', which must outlive them. Returns 0, or -1 with a usage fault. */
int fil_requirements_add(
    struct fil_requirements *requirements, const char *condition, struct fil_fault *fault);

/* Looks the columns up. Returns 0, or -1 with a usage fault for an unknown one. */
int fil_requirements_bind(struct fil_requirements *requirements,
    const struct fil_output_column *columns, size_t n, struct fil_fault *fault);

/* Returns NULL when all hold for the row, else a text that names the first that does not, and shows
 * the row as CSV: "share_min >= 50 does not hold: all,40,…". The caller frees it. */
char *
fil_requirements_broken(const struct fil_requirements *requirements, const char *const *cells);

/* Frees the requirements; NULL is fine. */
void fil_requirements_free(struct fil_requirements *requirements);

#endif
