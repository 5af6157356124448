/* SPDX-License-Identifier: ISC */
/* Groups: the rows of a report by group. Small groups are merged, so that no person can be found by
 * subtraction (INSEE sets k = 5 for employees; Hundepool and others 2012). Groups whose users are all
 * in one state are merged too (Machanavajjhala and others 2007). No store is read. */
#ifndef FIL_GROUPS_H
#define FIL_GROUPS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/fault.h"

#define FIL_GROUP_ALL "all" /* the one group of a report without --by */
#define FIL_GROUP_NONE "(none)" /* for an empty value */
/* The merged groups. Units of one parent are merged into "PARENT/(small groups)". */
#define FIL_GROUP_SMALL "(small groups)"

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

/* Returns the length of the parent in the name of merged groups, with its slash: 0 without a parent.
 * Returns FIL_NOWHERE for the name of another group. */
size_t fil_group_merged(const char *name);

/* The users of a group who are in a row of another table, which may be printed too. */
struct fil_group_cell {
	size_t group, row;
	size_t users, holding; /* holding: those in the first state */
};

/* All users of the groups in the cells of another table of so many rows. */
struct fil_group_crossing {
	const struct fil_group_cell *cells;
	size_t n_cells, n_rows;
};

/* The groups of a report. */
struct fil_group_rows_request {
	/* FIL_BY_UNIT: names are paths. FIL_BY_NONE: all groups are one, under the first name. */
	enum fil_by by;
	size_t minimum; /* least users of a row; 0 merges nothing */
	size_t n;
	const char *const *names;
	const size_t *users; /* of each group: the number compared with minimum */
	const size_t *others; /* shown too: a group with others only has a row; NULL: none */
	/* states[g * n_states + s]: the users of group g in state s. A user may be in several. */
	const size_t *states;
	size_t n_states;
	/* Of each group: it must be merged, a unit with others of its parent. NULL: none must. */
	const bool *forced;
	/* Other tables. Groups are merged until this table and one of the others together tell the
	 * first state of no user. */
	const struct fil_group_crossing *crossings;
	size_t n_crossings;
	bool narrowed; /* a selection has narrowed the users, so that the whole can be small */
};

/* Why groups are merged, as bits: alone they cannot be shown; for the sake of another table. */
enum { FIL_MERGED_SMALL = 1, FIL_MERGED_HELD = 2 };

/* The rows of a report, and the row of each group. The names belong to the request or to the rows. */
struct fil_group_rows {
	size_t n;
	const char **names;
	size_t *into; /* the row of each group, or FIL_NOWHERE */
	unsigned why; /* FIL_MERGED_… */
	bool hidden; /* the users are too few altogether: the rows must not have figures */
	char **made; /* the names that belong to the rows; n_made of them */
	size_t n_made;
};

/* Merges groups into rows. A set of groups can be shown if it has at least minimum users, and if it
 * has twice as many or no state that all of its users are in. The groups that cannot be shown are
 * merged. While the merged ones cannot be shown either, the next smallest group (by size, then path)
 * is added. Units are merged among the children of one parent, from the top, so that the rows of a
 * greater depth lie within those of a lesser one. A group without users has no row.
 *
 * Rows are in the order of their names, byte for byte: merged ones behind the others of their parent,
 * "(none)" and "(small groups)" at the end. The caller releases the rows. */
void fil_group_rows_init(struct fil_group_rows *rows, const struct fil_group_rows_request *request);

/* Frees what the rows hold. */
void fil_group_rows_release(struct fil_group_rows *rows);

/* A row of a report of things, such as routines, by group. */
struct fil_thing_row {
	char *group;
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
