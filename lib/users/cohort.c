/* SPDX-License-Identifier: ISC */
#include "lib/users/cohort.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/hash.h"
#include "lib/base/memory.h"
#include "lib/store/store.h"
#include "lib/users/groups.h"
#include "lib/users/selection.h"
#include "lib/users/users.h"

void
fil_cohort_init(
    struct fil_cohort *cohort, const struct fil_cohort_request *request, struct fil_intern *groups)
{
	*cohort = (struct fil_cohort){ .request = *request, .groups = groups };
	cohort->kin = fil_alloc(request->n_versions, sizeof *cohort->kin);
	cohort->n_read = (size_t)(request->as_of - request->versions[0]) + 1;
	cohort->read = fil_alloc(cohort->n_read, sizeof *cohort->read);
	for (size_t i = 0; i < cohort->n_read; i++)
		cohort->read[i] = request->versions[0] + (fil_day)i;
}

/* Returns the group of users whose cell is the value. */
static uint32_t
group_of(const struct fil_cohort *cohort, const char *value)
{
	const struct fil_cohort_request *request = &cohort->request;
	size_t n;

	if (!fil_by_column(request->by))
		return 0;
	n = fil_group_value(&value, request->by == FIL_BY_UNIT ? request->depth : 0);
	return fil_intern_add(cohort->groups, value, n);
}

/* Fills a user as the row has it. Returns 0, or -1 where the row is damaged. */
static int
fill_kin(const struct fil_cohort *cohort, const struct fil_user_row *row, struct fil_kin *kin)
{
	const struct fil_cohort_request *request = &cohort->request;
	char as_of[FIL_DATE_SIZE];

	*kin = (struct fil_kin){ group_of(cohort, row->group), FIL_NEVER, FIL_STAYS };
	if (request->arrivals && row->arrived && fil_date_parse(row->arrived, &kin->arrived) < 0)
		return -1;
	if (!row->left)
		return 0;
	fil_date_write(request->as_of, as_of);
	return strcmp(row->left, as_of) <= 0 ? fil_date_parse(row->left, &kin->left) : 0;
}

/* A user who has changed, of a reader or, with none, among the past users. */
struct changed {
	struct fil_user_reader *reader;
	size_t number;
	bool had_left;
};

/* Fills the row of a user on a day that is read. Returns whether the filter holds. */
static bool
row_on(const struct fil_cohort *cohort, struct changed user, fil_day day, struct fil_user_row *row)
{
	size_t number = (size_t)(day - cohort->read[0]);

	row->changes = true;
	return user.reader ? fil_user_reader_on(user.reader, number, row)
			   : fil_past_users_on(cohort->past, user.number, number, row);
}

/* Sets the day on which a user of a version left before the next one, whatever the return since then
 * has cleared. Returns 0, or -1 where the row is damaged. */
static int
find_departure(const struct fil_cohort *cohort, struct changed user, size_t v, struct fil_kin *kin)
{
	fil_day last = v + 1 < cohort->request.n_versions ? cohort->request.versions[v + 1]
							  : cohort->read[cohort->n_read - 1];
	struct fil_user_row row;
	fil_day left;

	for (fil_day day = cohort->request.versions[v] + 1; user.had_left && day <= last; day++) {
		row_on(cohort, user, day, &row);
		if (row.left && fil_date_parse(row.left, &left) < 0)
			return -1;
		if (row.left && left <= day && left > cohort->request.versions[v] &&
		    left < kin->left)
			kin->left = left;
	}
	return 0;
}

/* Fills a user who has changed, as of each version. Returns whether the user counts on any, or -1 where
 * the row is damaged. */
static int
fill_versions(const struct fil_cohort *cohort, struct changed user)
{
	bool active = cohort->request.selection->active;
	struct fil_user_row row;
	char day[FIL_DATE_SIZE];
	int counts = 0;

	for (size_t v = 0; v < cohort->request.n_versions; v++) {
		struct fil_kin *kin = &cohort->kin[v];

		*kin = (struct fil_kin){ FIL_ABSENT, FIL_NEVER, FIL_STAYS };
		fil_date_write(cohort->request.versions[v], day);
		if (!row_on(cohort, user, cohort->request.versions[v], &row) || !row.has_role ||
		    (active && !fil_user_is_here(&row, day)))
			continue;
		if (fill_kin(cohort, &row, kin) < 0 || find_departure(cohort, user, v, kin) < 0)
			return -1;
		counts = 1;
	}
	return counts;
}

/* Fills a user who has not changed, as of each version; with active a user may be there on some alone.
 * Returns as fill_versions. */
static int
fill_same(const struct fil_cohort *cohort, const struct fil_user_row *row)
{
	struct fil_kin kin;
	char day[FIL_DATE_SIZE];
	int counts = 0;

	if (!row->has_role)
		return 0;
	if (fill_kin(cohort, row, &kin) < 0)
		return -1;
	for (size_t v = 0; v < cohort->request.n_versions; v++) {
		bool here = true;

		if (cohort->request.selection->active) {
			fil_date_write(cohort->request.versions[v], day);
			here = fil_user_is_here(row, day);
		}
		cohort->kin[v] = here ? kin : (struct fil_kin){ FIL_ABSENT, FIL_NEVER, FIL_STAYS };
		counts |= here;
	}
	return counts;
}

/* Adds the user to the cohort, unless the role does not count and, with active, the user is not there.
 * Returns 0 or -1. */
static int
add_user(struct fil_cohort *cohort, struct fil_user_reader *reader, const struct fil_user_row *row,
    struct fil_fault *fault)
{
	int counts = row->changes
	    ? fill_versions(cohort, (struct changed){ reader, 0, row->had_left })
	    : fill_same(cohort, row);

	if (counts < 0)
		return fil_store_damaged(fault, "users", row->user);
	if (counts)
		fil_users_add(cohort->users, row->user, strlen(row->user), cohort->kin);
	return 0;
}

struct fil_user_request
fil_cohort_users(const struct fil_cohort *cohort)
{
	const struct fil_cohort_request *request = &cohort->request;

	return (struct fil_user_request){ request->selection, request->by,
		request->arrivals || request->selection->active, false, cohort->read,
		cohort->n_read };
}

int
fil_cohort_read(struct fil_cohort *cohort, struct fil_store *store, struct fil_fault *fault)
{
	const struct fil_user_request what = fil_cohort_users(cohort);
	struct fil_user_reader *reader = fil_user_reader_new(store, &what, fault);
	struct fil_user_row row;
	int got;

	if (!reader)
		return -1;
	cohort->users = fil_users_new(cohort->request.n_versions * sizeof *cohort->kin);
	while ((got = fil_user_reader_next(reader, &row, fault)) == 1)
		if ((got = add_user(cohort, reader, &row, fault)) < 0)
			break;
	fil_users_settle(cohort->users);
	fil_user_reader_free(reader);
	return got;
}

int
fil_cohort_past(const struct fil_cohort *cohort, size_t number)
{
	return fill_versions(cohort, (struct changed){ NULL, number, true });
}

int
fil_cohort_same(const struct fil_cohort *cohort, const char *group, const char *left)
{
	return fill_same(
	    cohort, &(struct fil_user_row){ .left = left, .group = group, .has_role = true });
}

fil_day
fil_cohort_next(const struct fil_cohort *cohort, const struct fil_kin *kin, fil_day day)
{
	for (size_t v = 1; v < cohort->request.n_versions; v++)
		if (cohort->request.versions[v] > day &&
		    memcmp(&kin[v], &kin[v - 1], sizeof *kin) != 0)
			return cohort->request.versions[v];
	return FIL_STAYS;
}

size_t
fil_cohort_version(const struct fil_cohort *cohort, fil_day day)
{
	size_t v = 0;

	while (v + 1 < cohort->request.n_versions && cohort->request.versions[v + 1] <= day)
		v++;
	return v;
}

void
fil_cohort_release(struct fil_cohort *cohort)
{
	fil_users_free(cohort->users);
	fil_past_users_free(cohort->past);
	free(cohort->read);
	free(cohort->kin);
}
