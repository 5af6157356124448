/* SPDX-License-Identifier: ISC */
/* A cohort: the users of a selection with their groups and departures, as they were on one day or on
 * several. Users with equal ones are one. */
#ifndef FIL_COHORT_H
#define FIL_COHORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/users/groups.h"
#include "lib/users/population.h"
#include "lib/users/selection.h"

struct fil_intern;
struct fil_store;
struct fil_users;

/* A user of the cohort as of one version. */
struct fil_kin {
	uint32_t group; /* FIL_ABSENT: the user does not count */
	fil_day arrived; /* FIL_NEVER: unknown, or not asked for */
	fil_day left; /* FIL_STAYS: not by the day asked for */
};

/* A request for a cohort. */
struct fil_cohort_request {
	const struct fil_selection *selection;
	enum fil_by by; /* the groups are a column of users, or there is one */
	unsigned depth; /* parts of a unit's path, 0: all */
	bool arrivals; /* the days of arrival too */
	fil_day as_of; /* who left later is there */
	const fil_day *versions; /* ascending, up to as_of: the days as of which users count */
	size_t n_versions;
};

struct fil_cohort {
	struct fil_cohort_request request;
	struct fil_intern *groups; /* gets the names of groups */
	fil_day *read; /* each day from the first version on, on which users may have left */
	size_t n_read;
	struct fil_users *users; /* their tuples: a kin for each version */
	struct fil_past_users *past; /* of an engine that counts; NULL: none has changed */
	struct fil_kin *kin; /* the last user that was filled: one for each version */
};

/* Makes a cohort without users. The selection and the versions of the request, and the groups, must
 * outlive it. The caller releases it. */
void fil_cohort_init(
    struct fil_cohort *cohort, const struct fil_cohort_request *request, struct fil_intern *groups);

/* Returns the request for the rows of the users. */
struct fil_user_request fil_cohort_users(const struct fil_cohort *cohort);

/* Reads the users in one pass. Returns 0, or -1 with a fault. */
int fil_cohort_read(struct fil_cohort *cohort, struct fil_store *store, struct fil_fault *fault);

/* Fills kin with the past users of that number. Returns -1 where their row is damaged. */
int fil_cohort_past(const struct fil_cohort *cohort, size_t number);

/* Fills kin with users who have not changed, by their cells. Returns -1 where one is damaged. */
int fil_cohort_same(const struct fil_cohort *cohort, const char *group, const char *left);

/* Returns the first day after a day on which a user is of another kin than before, or FIL_STAYS. */
fil_day fil_cohort_next(const struct fil_cohort *cohort, const struct fil_kin *kin, fil_day day);

/* Returns the number of the version that holds on a day: that of the day, or the last one before. */
size_t fil_cohort_version(const struct fil_cohort *cohort, fil_day day);

/* Frees what the cohort holds. */
void fil_cohort_release(struct fil_cohort *cohort);

#endif
