/* SPDX-License-Identifier: ISC */
/* Groups: the rows of a report by group. Small groups are merged, so that no person can be found by
 * subtraction (design, 4; INSEE sets k = 5 for employees). No store is read. */
#ifndef FIL_GROUPS_H
#define FIL_GROUPS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/fault.h"

#define FIL_GROUP_ALL "all" /* the one group of a report without --by */
#define FIL_GROUP_NONE "(none)" /* for an empty value */
#define FIL_GROUP_SMALL "(small groups)" /* the merged groups */

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

/* Returns the column of users that gives the group, or NULL if none does. */
const char *fil_by_column(enum fil_by by);

/* Sets *value, a cell that may be NULL, to its group: "(none)" for an empty cell. Returns the
 * length of the group. depth: only so many parts of the path of a unit; 0: all parts. */
size_t fil_group_value(const char **value, unsigned depth);

/* The groups of a report. */
struct fil_group_rows_request {
	enum fil_by by; /* FIL_BY_NONE: the one group is the whole, always shown */
	size_t minimum; /* least users of a row; 0 merges nothing */
	size_t n;
	const char *const *names;
	const size_t *users; /* of each group: the number compared with minimum */
	const size_t *others; /* shown too: a group with others only has a row; NULL: none */
};

/* The rows of a report, and the row of each group. The names belong to the request. */
struct fil_group_rows {
	size_t n;
	const char **names;
	size_t *into; /* the row of each group, or FIL_NOWHERE */
};

/* Merges small groups into rows. Rows are in the order of their names, byte for byte, then
 * "(none)", then "(small groups)". Groups below the minimum go to "(small groups)". While that row
 * is itself below the minimum, the next smallest group (by size, then name) is added. A group
 * without users has no row. The caller releases the rows. */
void fil_group_rows_init(struct fil_group_rows *rows, const struct fil_group_rows_request *request);

/* Frees what the rows hold. */
void fil_group_rows_release(struct fil_group_rows *rows);

/* A row of a report of things, such as routines, by group. */
struct fil_thing_row {
	const char *group; /* belongs to the request */
	size_t thing;
};

/* The rows of things by group. */
struct fil_thing_rows {
	size_t n;
	struct fil_thing_row *rows;
	size_t *into; /* [thing * groups + group]: the row, or FIL_NOWHERE */
};

/* Merges the small groups of each thing. Rows are in the order of their groups, as above, then of
 * their things. request->users is [thing * groups + group]; others is not used. Without groups each
 * thing has a row. The caller releases the rows. */
void fil_thing_rows_init(
    struct fil_thing_rows *rows, const struct fil_group_rows_request *request, size_t n_things);

/* Frees what the rows hold. */
void fil_thing_rows_release(struct fil_thing_rows *rows);

#endif
