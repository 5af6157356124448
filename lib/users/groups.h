/* SPDX-License-Identifier: ISC */
/* Groups: the rows of a report by group, small ones merged so that nobody is found by subtraction
 * (design, 4; k = 5 is INSEE's rule for employees). Knows no store. */
#ifndef FIL_GROUPS_H
#define FIL_GROUPS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/fault.h"

#define FIL_GROUP_ALL "all" /* the one group of a report without --by */
#define FIL_GROUP_NONE "(none)" /* of an empty value */
#define FIL_GROUP_SMALL "(small groups)" /* the merged ones */

/* How users are grouped: a column of users, or the newest enrolment's phase or kind. */
enum fil_by {
	FIL_BY_NONE,
	FIL_BY_UNIT,
	FIL_BY_JOB,
	FIL_BY_MANAGER,
	FIL_BY_PHASE,
	FIL_BY_KIND,
	FIL_BY_ROLE
};

/* Reads the name of a grouping. Returns 0, or -1 with a usage fault. */
int fil_by_read(const char *name, enum fil_by *by, struct fil_fault *fault);

/* Returns whether users are grouped by their newest enrolment: by phase or by kind. */
bool fil_by_enrolment(enum fil_by by);

/* Returns the column of users that the grouping goes by, or NULL where there is none. */
const char *fil_by_column(enum fil_by by);

/* Sets *value, a cell that may be NULL, to the value of its group: "(none)" for an empty one.
 * Returns its length: of a unit's path the first depth parts, of which 0 means all. */
size_t fil_group_value(const char **value, unsigned depth);

/* The groups of a report. */
struct fil_group_rows_request {
	enum fil_by by; /* FIL_BY_NONE: the one group is the whole, always shown */
	size_t minimum; /* users that a row must have; 0 merges nothing */
	size_t n;
	const char *const *names;
	const size_t *users; /* of each group: their number decides */
	const size_t
	    *others; /* shown beside them: a group of others only has a row too. NULL: none */
};

/* The rows of a report: which group counts in which row. Names belong to the request's. */
struct fil_group_rows {
	size_t n;
	const char **names;
	size_t *into; /* the row of each group, or FIL_NOWHERE */
};

/* Merges small groups into rows. Rows come in the order of their names, byte for byte, then
 * "(none)", then "(small groups)". Groups under the minimum go to "(small groups)". It takes in
 * the next smallest group, by size, then name, until it reaches the minimum itself or no group is
 * left. A group without users has no row. The caller releases the rows. */
void fil_group_rows_init(struct fil_group_rows *rows, const struct fil_group_rows_request *request);

/* Frees what the rows hold. */
void fil_group_rows_release(struct fil_group_rows *rows);

#endif
