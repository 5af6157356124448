/* SPDX-License-Identifier: ISC */
#include "lib/users/groups.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/store/store.h"

static const char *const by_names[] = {
	[FIL_BY_UNIT] = "unit",
	[FIL_BY_JOB] = "job",
	[FIL_BY_MANAGER] = "manager",
	[FIL_BY_PHASE] = "phase",
	[FIL_BY_KIND] = "kind",
	[FIL_BY_ROLE] = "role",
};

int
fil_by_read(const char *name, enum fil_by *by, struct fil_fault *fault)
{
	for (enum fil_by i = FIL_BY_UNIT; i <= FIL_BY_ROLE; i++)
		if (strcmp(by_names[i], name) == 0) {
			*by = i;
			return 0;
		}
	return fil_fault_set(
	    fault, FIL_USAGE, "'%s' is not one of unit, job, manager, phase, kind, role", name);
}

bool
fil_by_enrolment(enum fil_by by)
{
	return by == FIL_BY_PHASE || by == FIL_BY_KIND;
}

const char *
fil_by_column(enum fil_by by)
{
	return by == FIL_BY_NONE || fil_by_enrolment(by) ? NULL : by_names[by];
}

size_t
fil_group_value(const char **value, unsigned depth)
{
	size_t n = 0;

	if (!*value || **value == '\0')
		*value = FIL_GROUP_NONE;
	if (depth == 0)
		return strlen(*value);
	for (unsigned part = 0; (*value)[n] != '\0'; n++)
		if ((*value)[n] == '/' && ++part == depth)
			break;
	return n;
}

/* A group while it is sorted. */
struct group {
	const char *name;
	size_t size, number;
};

static int
by_size(const void *left, const void *right)
{
	const struct group *a = left, *b = right;

	if (a->size != b->size)
		return a->size < b->size ? -1 : 1;
	return strcmp(a->name, b->name);
}

static int
by_name(const void *left, const void *right)
{
	const struct group *a = left, *b = right;
	bool a_none = strcmp(a->name, FIL_GROUP_NONE) == 0;
	bool b_none = strcmp(b->name, FIL_GROUP_NONE) == 0;

	if (a_none != b_none)
		return a_none ? 1 : -1;
	return strcmp(a->name, b->name);
}

/* Returns how many of the groups, smallest first, are merged. These are the groups below the
 * minimum, and more until their sum is not below it. */
static size_t
count_small(const struct group *groups, size_t n, size_t minimum)
{
	size_t sum = 0, i = 0;

	while (i < n && (groups[i].size < minimum || (sum > 0 && sum < minimum)))
		sum += groups[i++].size;
	return i;
}

/* Fills in into[g] and the number of rows, for groups of these sizes. A group of size 0 has no row.
 * Returns whether the last row is one of merged groups. */
static bool
place_groups(struct fil_group_rows *rows, const size_t *sizes, const char *const *names, size_t n,
    size_t minimum)
{
	struct group *groups = fil_alloc(n, sizeof *groups);
	size_t some = 0, small, shown;

	for (size_t g = 0; g < n; g++) {
		rows->into[g] = FIL_NOWHERE;
		if (sizes[g] > 0)
			groups[some++] = (struct group){ names[g], sizes[g], g };
	}
	qsort(groups, some, sizeof *groups, by_size);
	small = count_small(groups, some, minimum);
	shown = some - small;
	qsort(groups + small, shown, sizeof *groups, by_name);
	for (size_t i = 0; i < shown; i++)
		rows->into[groups[small + i].number] = i;
	for (size_t i = 0; i < small; i++)
		rows->into[groups[i].number] = shown;
	free(groups);
	rows->n = shown + (small > 0);
	return small > 0;
}

/* Merges by the numbers of users. A group that has only others gets a size below that of one user.
 * So any number of such groups keeps a row, and never counts as a user. */
static void
merge(struct fil_group_rows *rows, const struct fil_group_rows_request *request)
{
	size_t n = request->n, user = n + 1, *sizes = fil_alloc(n, sizeof *sizes);
	bool merged;

	for (size_t g = 0; g < n; g++) {
		bool shown = request->others && request->others[g] > 0;

		sizes[g] = request->users[g] * user;
		if (sizes[g] == 0 && shown)
			sizes[g] = 1;
	}
	merged = place_groups(rows, sizes, request->names, n, request->minimum * user);
	for (size_t g = 0; g < n; g++)
		if (rows->into[g] != FIL_NOWHERE)
			rows->names[rows->into[g]] = request->names[g];
	if (merged)
		rows->names[rows->n - 1] = FIL_GROUP_SMALL;
	free(sizes);
}

void
fil_group_rows_init(struct fil_group_rows *rows, const struct fil_group_rows_request *request)
{
	rows->names = fil_alloc(request->n, sizeof *rows->names);
	rows->into = fil_alloc(request->n, sizeof *rows->into);
	if (request->by != FIL_BY_NONE) {
		merge(rows, request);
		return;
	}
	rows->n = 1;
	rows->names[0] = request->names[0];
}

void
fil_group_rows_release(struct fil_group_rows *rows)
{
	free(rows->names);
	free(rows->into);
	*rows = (struct fil_group_rows){ 0 };
}
