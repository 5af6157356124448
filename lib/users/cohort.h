/* SPDX-License-Identifier: ISC */
/* A cohort: the users of the selected roles, also those who have left, with their group and the
 * days on which they arrived and left. */
#ifndef FIL_COHORT_H
#define FIL_COHORT_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/base/intern.h"
#include "lib/store/store.h"
#include "lib/users/groups.h"
#include "lib/users/selection.h"
#include "lib/users/users.h"

/* Of a user who is still here. */
#define FIL_STAYS INT_MAX

/* What users of a cohort have in common: the tuple of such users. */
struct fil_kin {
	uint32_t group;
	fil_day arrived; /* FIL_NEVER: unknown, or not asked for */
	fil_day left; /* FIL_STAYS: not left by the day asked for */
};

/* What is asked. The selection's phase is not looked at. */
struct fil_cohort_request {
	const struct fil_selection *selection;
	enum fil_by by;
	unsigned depth; /* parts of a unit's path, 0: all */
	fil_day as_of; /* what is dated later is not known */
	bool arrivals; /* fill in arrived */
};

/* Reads the users in one pass; the tuple of each is a struct fil_kin. groups is empty before; it
 * gets the group values, "(none)" for an empty one. Without a column to group by it gets one:
 * "all", or "(none)" by phase and by kind. Returns NULL with a fault (64 for an unknown role);
 * the caller frees the users. */
struct fil_users *fil_cohort_new(struct fil_store *store, const struct fil_cohort_request *request,
    struct fil_intern *groups, struct fil_fault *fault);

#endif
