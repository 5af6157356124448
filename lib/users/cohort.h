/* SPDX-License-Identifier: ISC */
/* A cohort: the users of some roles whom a selection lets through, here or gone, with their group
 * and the days on which they arrived and left. */
#ifndef FIL_COHORT_H
#define FIL_COHORT_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/base/intern.h"
#include "lib/catalog/filter.h"
#include "lib/store/store.h"
#include "lib/users/population.h"

/* Of a user who is still here. */
#define FIL_STAYS INT_MAX

/* What users of a cohort have in common: few distinct ones stand for all. */
struct fil_kin {
	uint32_t group;
	fil_day arrived; /* FIL_NEVER (lib/levels/standing.h): unknown, or not asked for */
	fil_day left; /* FIL_STAYS: did not, or later than the day asked for */
};

/* What is asked. The selection's phase is not looked at. The groups get a name for each value of
 * the users' column; where none gives them, "all" or, by phase and kind, "(none)". */
struct fil_cohort_request {
	const struct fil_selection *selection;
	enum fil_by by;
	unsigned depth;
	fil_day as_of; /* what is dated later is not known */
	bool arrivals; /* fill in arrived */
};

struct fil_cohort;

/* Reads the users in one pass; groups are empty before. Takes some 20 to 40 bytes a user. Returns
 * NULL with a fault (64 for an unknown role); the caller frees it. */
struct fil_cohort *fil_cohort_new(struct fil_store *store, const struct fil_cohort_request *request,
    struct fil_intern *groups, struct fil_fault *fault);

/* Returns how many kins there are; they are numbered from 0. */
size_t fil_cohort_kins(const struct fil_cohort *cohort);

/* Returns a kin, which belongs to the cohort, and the number of its users unless users is NULL. */
const struct fil_kin *fil_cohort_kin(const struct fil_cohort *cohort, size_t kin, size_t *users);

/* Begins to look a user up, a key of n bytes, as fil_hash_seek does. */
uint64_t fil_cohort_seek(const struct fil_cohort *cohort, const char *user, size_t n);

/* Ends a look-up: returns the number of the user's kin, or FIL_NOWHERE (lib/store/store.h). */
size_t fil_cohort_found(const struct fil_cohort *cohort, uint64_t sought);

/* Frees the cohort; NULL is fine. */
void fil_cohort_free(struct fil_cohort *cohort);

#endif
