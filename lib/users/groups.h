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

/* The names of the groupings, NULL for FIL_BY_NONE. */
extern const char *const fil_by_names[];

/* Reads the name of a grouping. Returns 0, or -1 with a usage fault. */
int fil_by_read(const char *name, enum fil_by *by, struct fil_fault *fault);

/* Returns the length of the first parts, 1 or more, of a unit's path. */
size_t fil_group_cut(const char *path, unsigned depth);

/* Merges small groups: into[g] gets, for each of n groups of the given sizes and names, its place
 * in the printed order: names byte for byte, then (none), then (small groups). Groups under minimum
 * go to (small groups), which takes in the next smallest shown group (by size, then name) until it
 * reaches minimum itself or nothing is left. A group of nobody is not printed: its place is
 * FIL_NOWHERE. Returns the number of rows to print; the last is "(small groups)" when *merged.
 * minimum 0 merges nothing. */
size_t fil_groups_merge(const size_t *sizes, const char *const *names, size_t n, size_t minimum,
    size_t *into, bool *merged);

/* A line-up: which groups of a report share a row, in what order the rows come, and under what
 * name. Knows no store. */

/* The groups of a report. */
struct fil_lineup_request {
	enum fil_by by; /* FIL_BY_NONE: the one group is the whole, always shown */
	size_t minimum; /* users that a row must have (fil_groups_merge) */
	size_t n;
	const char *const *names;
	const size_t *users; /* whose number decides */
	const size_t *others; /* shown beside them: a group that has only such is no group of
				 * nobody. NULL: none */
};

/* The rows. Names belong to the request's. */
struct fil_lineup {
	size_t n;
	const char **names;
	size_t *into; /* the row of each group, or FIL_NOWHERE (lib/store/store.h) */
};

/* Lines the groups up; the caller releases. */
void fil_lineup_init(struct fil_lineup *lineup, const struct fil_lineup_request *request);

/* Frees what the line-up holds. */
void fil_lineup_release(struct fil_lineup *lineup);

#endif
