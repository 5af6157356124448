/* SPDX-License-Identifier: ISC */
#include "lib/users/cohort.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/choices.h"
#include "lib/base/hash.h"
#include "lib/base/intern.h"
#include "lib/base/memory.h"
#include "lib/catalog/catalog.h"
#include "lib/levels/standing.h"

struct fil_cohort {
	struct fil_hash *users; /* to the number of a kin */
	struct fil_intern *kins;
	size_t *counts, room; /* users of each kin */
};

/* One reading of the users. Columns are numbers of the users table's. */
struct census {
	struct fil_cohort *cohort;
	const struct fil_cohort_request *request;
	struct fil_intern *groups;
	const struct fil_table *table;
	unsigned roles;
	size_t role, arrived, left, by; /* by: FIL_NOWHERE where no column gives the group */
	const char **cells; /* as many as the table has columns */
	char as_of[FIL_DATE_SIZE];
};

/* Returns the column of users that groups are made of, or NULL. */
static const char *
column_of(enum fil_by by)
{
	switch (by) {
	case FIL_BY_UNIT: return "unit";
	case FIL_BY_JOB: return "job";
	case FIL_BY_MANAGER: return "manager";
	case FIL_BY_ROLE: return "role";
	case FIL_BY_NONE:
	case FIL_BY_PHASE:
	case FIL_BY_KIND: break;
	}
	return NULL;
}

/* Returns the group of the user at hand. */
static uint32_t
group_of(const struct census *census)
{
	const struct fil_cohort_request *request = census->request;
	const char *value, *end;

	if (census->by == FIL_NOWHERE)
		return 0;
	value = census->cells[census->by];
	if (!value || *value == '\0')
		value = FIL_GROUP_NONE;
	end = value + strlen(value);
	if (request->by == FIL_BY_UNIT && request->depth > 0) {
		const char *slash = strchr(value, '/');

		for (unsigned part = 1; slash && part < request->depth; part++)
			slash = strchr(slash + 1, '/');
		end = slash ? slash : end;
	}
	return fil_intern_add(census->groups, value, (size_t)(end - value));
}

static bool
has_role(const struct census *census)
{
	const char *const *roles = census->table->columns[census->role].choices;
	const char *role = census->cells[census->role];

	for (size_t i = 0; role && roles[i]; i++)
		if (strcmp(roles[i], role) == 0)
			return census->roles >> i & 1;
	return false;
}

/* Returns whether the selection lets the user at hand through. */
static bool
is_selected(const struct census *census)
{
	const struct fil_selection *selection = census->request->selection;
	const char *arrived = census->cells[census->arrived], *left = census->cells[census->left];

	if (!has_role(census))
		return false;
	if (selection->active && arrived && strcmp(arrived, census->as_of) > 0)
		return false;
	if (selection->active && left && strcmp(left, census->as_of) <= 0)
		return false;
	return !selection->filter || fil_filter_holds(selection->filter, census->cells);
}

/* Adds one user to the count of a kin. */
static void
count(struct fil_cohort *cohort, uint32_t kin)
{
	if (kin >= cohort->room) {
		size_t room = 2 * (size_t)kin + 16;

		cohort->counts = fil_resize(cohort->counts, room, sizeof *cohort->counts);
		memset(cohort->counts + cohort->room, 0,
		    (room - cohort->room) * sizeof *cohort->counts);
		cohort->room = room;
	}
	cohort->counts[kin]++;
}

/* Puts the user at hand into the cohort, if it is of it. Returns 0 or -1. */
static int
take_user(struct census *census, struct fil_fault *fault)
{
	struct fil_cohort *cohort = census->cohort;
	const char *user = census->cells[0], *arrived = census->cells[census->arrived];
	const char *left = census->cells[census->left];
	struct fil_kin kin = { 0, FIL_NEVER, FIL_STAYS };
	uint32_t number;

	if (!is_selected(census))
		return 0;
	kin.group = group_of(census);
	if ((census->request->arrivals && arrived && fil_date_parse(arrived, &kin.arrived) < 0) ||
	    (left && strcmp(left, census->as_of) <= 0 && fil_date_parse(left, &kin.left) < 0))
		return fil_store_damaged(fault, "user", user);
	number = fil_intern_add(cohort->kins, &kin, sizeof kin);
	count(cohort, number);
	fil_hash_give_later(cohort->users, user, strlen(user), number);
	return 0;
}

/* Fills in which columns are read, in `read` by their numbers, and returns how many. A filter may
 * ask for any column. */
static size_t
choose_columns(const struct census *census, size_t *read)
{
	const struct fil_filter *filter = census->request->selection->filter;
	bool filtered = filter && fil_filter_count(filter) > 0;
	bool arrivals = census->request->arrivals || census->request->selection->active;
	size_t n = 0;

	for (size_t c = 0; c < census->table->n_columns; c++)
		if (filtered || c == 0 || c == census->role || c == census->left ||
		    c == census->by || (arrivals && c == census->arrived))
			read[n++] = c;
	return n;
}

static int
read_users(struct fil_store *store, struct census *census, struct fil_fault *fault)
{
	size_t *read = fil_alloc(census->table->n_columns, sizeof *read),
	       n = choose_columns(census, read);
	const char **names = fil_alloc(n, sizeof *names);
	struct fil_relation relation = { census->table->relation.name, names, n, 1 };
	struct fil_query *query;
	char *sql;
	int got;

	for (size_t i = 0; i < n; i++)
		names[i] = census->table->columns[read[i]].name;
	sql = fil_relation_select(&relation, false);
	query = fil_query_new(store, sql);
	while ((got = fil_query_step(query, fault)) == 1) {
		for (size_t i = 0; i < n; i++)
			census->cells[read[i]] = fil_query_text(query, (int)i);
		if ((got = take_user(census, fault)) < 0)
			break;
	}
	fil_hash_settle(census->cohort->users);
	fil_query_free(query);
	free(sql);
	free(names);
	free(read);
	return got;
}

static int
read_roles(struct census *census, struct fil_fault *fault)
{
	const char *const *roles = census->table->columns[census->role].choices;
	const char *list = census->request->selection->roles;
	size_t n = 0;

	while (roles[n])
		n++;
	return fil_choices_read(!list ? "user" : list, roles, n, "role", &census->roles, fault);
}

/* Reads all that is asked for. Returns 0 or -1. */
static int
make_census(struct fil_store *store, struct census *census, struct fil_fault *fault)
{
	const char *by = column_of(census->request->by);
	const char *group = census->request->by == FIL_BY_NONE ? FIL_GROUP_ALL : FIL_GROUP_NONE;

	census->role = fil_table_column(census->table, "role");
	census->arrived = fil_table_column(census->table, "arrived");
	census->left = fil_table_column(census->table, "left");
	census->by = !by ? FIL_NOWHERE : fil_table_column(census->table, by);
	if (!by)
		fil_intern_add(census->groups, group, strlen(group));
	fil_date_write(census->request->as_of, census->as_of);
	return read_roles(census, fault) < 0 ? -1 : read_users(store, census, fault);
}

struct fil_cohort *
fil_cohort_new(struct fil_store *store, const struct fil_cohort_request *request,
    struct fil_intern *groups, struct fil_fault *fault)
{
	struct fil_cohort *cohort = fil_alloc(1, sizeof *cohort);
	struct census census = { .cohort = cohort,
		.request = request,
		.groups = groups,
		.table = fil_catalog_table("users") };
	int got;

	cohort->users = fil_hash_new_map();
	cohort->kins = fil_intern_new(sizeof(struct fil_kin));
	census.cells = fil_alloc(census.table->n_columns, sizeof *census.cells);
	got = make_census(store, &census, fault);
	free(census.cells);
	if (got == 0)
		return cohort;
	fil_cohort_free(cohort);
	return NULL;
}

size_t
fil_cohort_kins(const struct fil_cohort *cohort)
{
	return fil_intern_count(cohort->kins);
}

const struct fil_kin *
fil_cohort_kin(const struct fil_cohort *cohort, size_t kin, size_t *users)
{
	if (users)
		*users = cohort->counts[kin];
	return fil_intern_get(cohort->kins, (uint32_t)kin);
}

uint64_t
fil_cohort_seek(const struct fil_cohort *cohort, const char *user, size_t n)
{
	return fil_hash_seek(cohort->users, user, n);
}

size_t
fil_cohort_found(const struct fil_cohort *cohort, uint64_t sought)
{
	return fil_hash_found(cohort->users, sought);
}

void
fil_cohort_free(struct fil_cohort *cohort)
{
	if (!cohort)
		return;
	fil_hash_free(cohort->users);
	fil_intern_free(cohort->kins);
	free(cohort->counts);
	free(cohort);
}
