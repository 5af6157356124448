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

/* A row while it is sorted. */
struct placed {
	struct fil_thing_row row;
	size_t number;
};

static int
by_row(const void *left, const void *right)
{
	const struct placed *a = left, *b = right;
	const struct group x = { .name = a->row.group }, y = { .name = b->row.group };
	bool a_small = strcmp(x.name, FIL_GROUP_SMALL) == 0;
	bool b_small = strcmp(y.name, FIL_GROUP_SMALL) == 0;
	int order = by_name(&x, &y);

	if (a_small != b_small)
		return a_small ? 1 : -1;
	if (order != 0)
		return order;
	return a->row.thing < b->row.thing ? -1 : a->row.thing > b->row.thing;
}

/* Adds the rows of a thing to the placed ones. */
static void
place_thing(struct fil_thing_rows *rows, const struct fil_group_rows_request *request, size_t thing,
    struct placed *placed)
{
	struct fil_group_rows_request of_thing = *request;
	size_t *into = &rows->into[thing * request->n];
	struct fil_group_rows merged;

	of_thing.users += thing * request->n;
	of_thing.others = NULL;
	fil_group_rows_init(&merged, &of_thing);
	for (size_t g = 0; g < request->n; g++)
		into[g] = merged.into[g] == FIL_NOWHERE ? FIL_NOWHERE : rows->n + merged.into[g];
	for (size_t i = 0; i < merged.n; i++, rows->n++)
		placed[rows->n] = (struct placed){ { merged.names[i], thing }, rows->n };
	fil_group_rows_release(&merged);
}

void
fil_thing_rows_init(
    struct fil_thing_rows *rows, const struct fil_group_rows_request *request, size_t n_things)
{
	size_t n = n_things * request->n, *order = fil_alloc(n, sizeof *order);
	struct placed *placed = fil_alloc(n, sizeof *placed);

	*rows = (struct fil_thing_rows){ .into = fil_alloc(n, sizeof *rows->into) };
	for (size_t thing = 0; thing < n_things; thing++)
		place_thing(rows, request, thing, placed);
	qsort(placed, rows->n, sizeof *placed, by_row);
	rows->rows = fil_alloc(rows->n, sizeof *rows->rows);
	for (size_t i = 0; i < rows->n; i++) {
		rows->rows[i] = placed[i].row;
		order[placed[i].number] = i;
	}
	for (size_t i = 0; i < n; i++)
		if (rows->into[i] != FIL_NOWHERE)
			rows->into[i] = order[rows->into[i]];
	free(placed);
	free(order);
}

void
fil_thing_rows_release(struct fil_thing_rows *rows)
{
	free(rows->rows);
	free(rows->into);
	*rows = (struct fil_thing_rows){ 0 };
}
