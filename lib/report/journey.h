/* SPDX-License-Identifier: ISC */
/* Journeys: from which day each user was accompanied, until when, and on which day, if any, the
 * user was autonomous. What the reports on time to autonomy are computed from. */
#ifndef FIL_JOURNEY_H
#define FIL_JOURNEY_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/store/store.h"
#include "lib/users/population.h"

/* The day from which days are counted: the first enrolment (with FIL_BY_PHASE that of the phase,
 * with FIL_BY_KIND the first in a phase of the kind), or the day the user arrived. */
enum fil_from { FIL_FROM_ENROLLED, FIL_FROM_ARRIVED };

/* Of a user who is still here. */
#define FIL_STAYS INT_MAX

/* A user's way in one group. */
struct fil_journey {
	uint32_t group;
	fil_day origin;
	fil_day autonomous; /* the first such day, be it before the origin or after
				 * leaving, or FIL_NEVER (lib/levels/standing.h) */
	fil_day left; /* FIL_STAYS: not by the day asked for */
};

/* What is asked. */
struct fil_journeys_request {
	const struct fil_selection *selection;
	enum fil_by by; /* users count in each of their phases or kinds */
	unsigned depth;
	enum fil_from from;
	const char *dimension; /* autonomous in this one, or NULL: in all at once */
	const char *sources; /* comma-separated names that count, or NULL for all */
	fil_day as_of; /* nothing dated later counts */
};

struct fil_journeys;

/* Reads the journeys of all users of the selection's roles who have an origin by the day, those who
 * have left included unless it asks for active ones. Takes 16 bytes a journey, and while reading
 * some 30 a user. Returns NULL with a fault (64 for an unknown dimension, source or role); the
 * caller frees it. */
struct fil_journeys *fil_journeys_new(
    struct fil_store *store, const struct fil_journeys_request *request, struct fil_fault *fault);

/* Returns all journeys, in no order, and their number. They belong to the journeys. */
const struct fil_journey *fil_journeys_list(const struct fil_journeys *journeys, size_t *n);

/* Returns the number of groups; with FIL_BY_NONE there is always one. */
size_t fil_journeys_groups(const struct fil_journeys *journeys);

/* Returns the name of a group. It belongs to the journeys. */
const char *fil_journeys_group(const struct fil_journeys *journeys, size_t group);

/* Frees the journeys; NULL is fine. */
void fil_journeys_free(struct fil_journeys *journeys);

/* How far a journey has come. */
enum fil_stage {
	FIL_STAGE_AHEAD, /* the origin is to come */
	FIL_STAGE_ALREADY, /* autonomous on or before the origin: outside an estimate */
	FIL_STAGE_UNFOLLOWED, /* not a day of follow-up: outside too */
	FIL_STAGE_UNDERWAY, /* not there yet on the last day of the follow-up */
	FIL_STAGE_THERE, /* autonomous within it */
};

/* Returns how far a journey had come on a day, and for the last two stages sets *days to the days
 * from the origin to autonomy, or to the end of the follow-up: that day, or the day the user
 * left. */
enum fil_stage fil_journey_on(const struct fil_journey *journey, fil_day day, int *days);

#endif
