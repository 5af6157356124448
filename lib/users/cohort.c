/* SPDX-License-Identifier: ISC */
#include "lib/users/cohort.h"

#include <string.h>

#include "lib/levels/standing.h"

/* One reading of the users. */
struct census {
	const struct fil_cohort_request *request;
	struct fil_intern *groups;
	bool by_column; /* a column gives the group */
	char as_of[FIL_DATE_SIZE];
};

/* Returns the group of a user. */
static uint32_t
group_of(const struct census *census, const struct fil_user_row *row)
{
	const char *value = row->group;
	size_t n;

	if (!census->by_column)
		return 0;
	n = fil_group_value(
	    &value, census->request->by == FIL_BY_UNIT ? census->request->depth : 0);
	return fil_intern_add(census->groups, value, n);
}

/* Adds a user, if it is of the cohort. Returns 0 or -1. */
static int
take_user(const struct census *census, const struct fil_user_row *row, struct fil_users *users,
    struct fil_fault *fault)
{
	const struct fil_cohort_request *request = census->request;
	struct fil_kin kin = { 0, FIL_NEVER, FIL_STAYS };

	if (!row->has_role || (request->selection->active && !fil_user_is_here(row, census->as_of)))
		return 0;
	kin.group = group_of(census, row);
	if ((request->arrivals && row->arrived && fil_date_parse(row->arrived, &kin.arrived) < 0) ||
	    (row->left && strcmp(row->left, census->as_of) <= 0 &&
		fil_date_parse(row->left, &kin.left) < 0))
		return fil_store_damaged(fault, "user", row->user);
	fil_users_add(users, row->user, strlen(row->user), &kin);
	return 0;
}

static int
read_users(const struct census *census, struct fil_user_reader *reader, struct fil_users *users,
    struct fil_fault *fault)
{
	struct fil_user_row row;
	int got;

	while ((got = fil_user_reader_next(reader, &row, fault)) == 1)
		if ((got = take_user(census, &row, users, fault)) < 0)
			break;
	fil_users_settle(users);
	return got;
}

struct fil_users *
fil_cohort_new(struct fil_store *store, const struct fil_cohort_request *request,
    struct fil_intern *groups, struct fil_fault *fault)
{
	const struct fil_user_request what = { request->selection, request->by,
		request->arrivals || request->selection->active };
	const char *group = request->by == FIL_BY_NONE ? FIL_GROUP_ALL : FIL_GROUP_NONE;
	struct census census = {
		.request = request, .groups = groups, .by_column = fil_by_column(request->by)
	};
	struct fil_user_reader *reader = fil_user_reader_new(store, &what, fault);
	struct fil_users *users;

	if (!reader)
		return NULL;
	users = fil_users_new(sizeof(struct fil_kin));
	fil_date_write(request->as_of, census.as_of);
	if (!census.by_column)
		fil_intern_add(groups, group, strlen(group));
	if (read_users(&census, reader, users, fault) < 0) {
		fil_users_free(users);
		users = NULL;
	}
	fil_user_reader_free(reader);
	return users;
}
