/* SPDX-License-Identifier: ISC */
/* The request for a weekly page: what the command line says, else the settings (week.ini), else the
 * defaults. */
#ifndef FIL_WEEK_REQUEST_H
#define FIL_WEEK_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/mapping/settings.h"
#include "lib/users/groups.h"
#include "lib/users/selection.h"

/* An option of fil-week that reports have too. */
struct fil_week_option {
	const char *name; /* as in fil_report_options */
	const char *help; /* NULL: that of reports */
	const char *setting; /* its key in [week], or NULL */
	const char *fallback; /* its default, or NULL */
	bool common; /* for all reports that take it; else for those that ask for it */
};

enum { FIL_WEEK_OPTIONS = 8 };

/* A step of the round that failed. */
struct fil_failure {
	const char *step;
	unsigned status; /* of its command */
	const char *message; /* or "" */
};

extern const struct fil_week_option fil_week_options[FIL_WEEK_OPTIONS];

struct fil_week_request {
	fil_day today, as_of;
	fil_day next; /* of the next page; before as_of: not said */
	/* Arguments of the options of reports. */
	const char *by, *depth, *weeks; /* depth: NULL unless by is "unit" */
	enum fil_by column; /* by, as reports read it */
	unsigned parts, sundays; /* depth and weeks, as reports read them */
	unsigned target; /* percent */
	unsigned min_group;
	const char *sections; /* ids, comma-separated; NULL: all */
	unsigned wanted; /* the sections as bits (fil_sections_choose) */
	bool names; /* people are named */
	const char *failures; /* a file of lines of step TAB status TAB message, or NULL */
	struct fil_failure *failed; /* the n_failed lines of that file */
	size_t n_failed;
	char **lines; /* that they point to */
	const char *language, *data_language; /* "fr" or "en", or NULL */
	const struct fil_profile_file *settings;
	const struct fil_selection *selection; /* without roles */
	const char *given[FIL_WEEK_OPTIONS]; /* the arguments on the command line, or NULL */
	/* As in struct fil_rows_request. */
	const char *options[2 * FIL_WEEK_OPTIONS + 1];
	const char *sources; /* of levels, as reports read them; NULL: all */
	const char **selecting;
};

/* Checks the argument of option i as reports read it, and keeps it. Returns 0, or -1 with a usage
 * fault that does not name the option. */
int fil_week_request_take(
    struct fil_week_request *request, size_t i, const char *argument, struct fil_fault *fault);

/* Fills all that the command line has not said, from the settings and the defaults; today, settings
 * and selection are set. Reads the failures, and takes the language. Returns 0, or -1 with a fault: 78 with the place of a
 * setting, 65 with that of a bad line, 66 for a file that cannot be read, else 64. */
int fil_week_request_complete(struct fil_week_request *request, struct fil_fault *fault);

/* Frees what the request has allocated. */
void fil_week_request_release(struct fil_week_request *request);

#endif
