/* SPDX-License-Identifier: ISC */
/* A criterion: a report and a condition that all its rows must satisfy, said before the phase that it
 * judges. The words of the report are read by the options of fil-report, in this process: no shell
 * sees them. */
#ifndef FIL_CRITERION_H
#define FIL_CRITERION_H

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/store/store.h"

struct fil_criterion;

/* Returns a criterion. report: a subject and options, quoted as for a shell. require: a condition on
 * the columns of that report. Relative dates count from today. Returns NULL with a fault (65) that
 * begins with "report: " or "require: ". The caller frees it. */
struct fil_criterion *
fil_criterion_new(const char *report, const char *require, fil_day today, struct fil_fault *fault);

enum fil_holds { FIL_HOLDS_NOT, FIL_HOLDS_UNKNOWN, FIL_HOLDS };

/* What the report says of a criterion. */
struct fil_verdict {
	enum fil_holds holds;
	bool found; /* a row was judged, the worst of which has: */
	char *value, *low, *high; /* the figure and its limits, NULL: empty */
	bool any_size; /* the report shows groups of any size */
};

/* Makes the report as of a day, in a snapshot of the store, and judges its rows. A day of its own
 * (--as-of) that is earlier stays. A row is unknown where its figure is empty, where nothing was
 * counted, or where the limits of the figure lie on both sides of the condition. All rows together
 * hold as the worst one does. Without a row it is unknown, unless no row is good news for the
 * subject and there were users to look at. Returns 0, or -1 with a fault. Release the verdict in
 * both cases. */
int fil_criterion_judge(struct fil_criterion *criterion, struct fil_store *store, fil_day as_of,
    struct fil_verdict *verdict, struct fil_fault *fault);

/* Frees the texts of a verdict. */
void fil_verdict_release(struct fil_verdict *verdict);

/* Checks a cell of the table criteria: a report or a condition alone; other columns are good. Returns
 * 0, or -1 with a fault (65) without the column's name. */
int
fil_criterion_check(const char *column, const char *cell, fil_day today, struct fil_fault *fault);

/* Checks a row of the table criteria, whose report and condition are good alone: the report must have
 * the column of the condition, which must be able to hold the value. What the row does not give is
 * taken from the store. The report is made of nobody. A report that cannot be made now is no fault.
 * Returns 0, or -1 with a fault (65) that names the column. */
int fil_criterion_check_row(
    struct fil_store *store, const char *const *values, fil_day today, struct fil_fault *fault);

/* Frees the criterion; NULL is fine. */
void fil_criterion_free(struct fil_criterion *criterion);

#endif
