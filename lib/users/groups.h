/* SPDX-License-Identifier: ISC */
/* Groups: the rows of a report by group, small ones merged so that nobody is found by subtraction
 * (design, 4; k = 5 is INSEE's rule for employees). Knows no store. */
#ifndef FIL_GROUPS_H
#define FIL_GROUPS_H

#include <stdbool.h>
#include <stddef.h>

#define FIL_GROUP_ALL "all"			/* the one group of a report without --by */
#define FIL_GROUP_NONE "(none)"			/* of an empty value */
#define FIL_GROUP_SMALL "(small groups)"	/* the merged ones */

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

#endif
