/* SPDX-License-Identifier: ISC */
#include "lib/users/groups.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/store/store.h"

const char *const fil_by_names[] = {
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
		if (strcmp(fil_by_names[i], name) == 0) {
			*by = i;
			return 0;
		}
	return fil_fault_set(
	    fault, FIL_USAGE, "'%s' is not one of unit, job, manager, phase, kind, role", name);
}

/* A group on its way to its place. */
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

/* Returns how many of the groups, smallest first, are merged: those under the minimum, and the next
 * ones until together they are not under it either. */
static size_t
count_small(const struct group *groups, size_t n, size_t minimum)
{
	size_t sum = 0, i = 0;

	while (i < n && (groups[i].size < minimum || (sum > 0 && sum < minimum)))
		sum += groups[i++].size;
	return i;
}

size_t
fil_group_cut(const char *path, unsigned depth)
{
	size_t n = 0;

	for (unsigned part = 0; path[n] != '\0'; n++)
		if (path[n] == '/' && ++part == depth)
			break;
	return n;
}

size_t
fil_groups_merge(const size_t *sizes, const char *const *names, size_t n, size_t minimum,
    size_t *into, bool *merged)
{
	struct group *groups = fil_alloc(n, sizeof *groups);
	size_t some = 0, small, shown;

	for (size_t g = 0; g < n; g++) {
		into[g] = FIL_NOWHERE;
		if (sizes[g] > 0)
			groups[some++] = (struct group){ names[g], sizes[g], g };
	}
	qsort(groups, some, sizeof *groups, by_size);
	small = count_small(groups, some, minimum);
	shown = some - small;
	qsort(groups + small, shown, sizeof *groups, by_name);
	for (size_t i = 0; i < shown; i++)
		into[groups[small + i].number] = i;
	for (size_t i = 0; i < small; i++)
		into[groups[i].number] = shown;
	*merged = small > 0;
	free(groups);
	return shown + *merged;
}

/* Merges by the numbers of users. A group that has others only counts as less than a user, so that
 * however many such there are, they neither vanish nor stand in for one. */
static void
merge(struct fil_lineup *lineup, const struct fil_lineup_request *request)
{
	size_t n = request->n, user = n + 1, *sizes = fil_alloc(n, sizeof *sizes);
	bool merged;

	for (size_t g = 0; g < n; g++) {
		bool shown = request->others && request->others[g] > 0;

		sizes[g] = request->users[g] * user;
		if (sizes[g] == 0 && shown)
			sizes[g] = 1;
	}
	lineup->n = fil_groups_merge(
	    sizes, request->names, n, request->minimum * user, lineup->into, &merged);
	for (size_t g = 0; g < n; g++)
		if (lineup->into[g] != FIL_NOWHERE)
			lineup->names[lineup->into[g]] = request->names[g];
	if (merged)
		lineup->names[lineup->n - 1] = FIL_GROUP_SMALL;
	free(sizes);
}

void
fil_lineup_init(struct fil_lineup *lineup, const struct fil_lineup_request *request)
{
	lineup->names = fil_alloc(request->n, sizeof *lineup->names);
	lineup->into = fil_alloc(request->n, sizeof *lineup->into);
	if (request->by != FIL_BY_NONE) {
		merge(lineup, request);
		return;
	}
	lineup->n = 1;
	lineup->names[0] = request->names[0];
}

void
fil_lineup_release(struct fil_lineup *lineup)
{
	free(lineup->names);
	free(lineup->into);
	*lineup = (struct fil_lineup){ 0 };
}
