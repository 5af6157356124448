/* SPDX-License-Identifier: ISC */
/* Journeys: the day from which each user was accompanied, the first autonomous day, and the day of
 * leaving. The reports on time to autonomy are computed from them. */
#ifndef FIL_JOURNEY_H
#define FIL_JOURNEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/report/readings.h"
#include "lib/store/store.h"
#include "lib/users/groups.h"
#include "lib/users/population.h"

struct fil_selection;

/* The day from which days are counted: the first enrolment, or the day of arrival. With
 * FIL_BY_PHASE it is the enrolment in that phase, with FIL_BY_KIND the first in a phase of the
 * kind. */
enum fil_from { FIL_FROM_ENROLLED, FIL_FROM_ARRIVED };

/* A request for journeys. */
struct fil_journeys_request {
	const struct fil_selection *selection;
	enum fil_by by; /* by phase or kind a user counts in each of them */
	unsigned depth;
	enum fil_from from;
	const char *dimension; /* autonomous in this dimension, or NULL: in all at once */
	const char *sources; /* names that count, separated by commas; NULL: all */
	fil_day as_of; /* later facts are ignored */
	fil_day today;
	fil_day floor; /* with FIL_FROM_ARRIVED no origin is earlier; FIL_NEVER: no such day */
	bool levels; /* read the newest levels too */
	bool order; /* by phase or kind: find which journeys are not the first of their users */
	/* Instead: days on which to count the users who are autonomous, one or successive
	 * Sundays. */
	const fil_day *days; /* ascending, up to as_of */
	size_t n_days;
	/* Users, and their phases, are read as they were on each of the days, instead of as of the
	 * date: a journey holds for some of them. */
	bool dated;
	struct fil_readings *readings; /* which keep the journeys, or NULL */
};

/* The journey of a user in one group. Users with equal journeys are one. */
struct fil_journey {
	uint32_t group;
	fil_day origin;
	fil_day arrived; /* where that is after the origin, else FIL_NEVER */
	/* The first autonomous day, also before the origin or after leaving, or FIL_NEVER. */
	fil_day autonomous;
	fil_day left; /* FIL_STAYS: not by the day of the request */
	/* The days on which it holds: from since to before until. FIL_NEVER and FIL_STAYS: all. With
	 * a dated request a user has several journeys, one after the other. What holds on one of its
	 * days holds up to the next one. */
	fil_day since, until;
	/* A level is known from the origin to the day of the request. Without meaning where levels were
	 * not asked for. */
	bool measured;
	/* The users were enrolled in another group before, or on the same day in a phase whose key comes
	 * before. False where the order was not asked for. */
	bool later;
	size_t users; /* their number */
};

struct fil_journeys;

/* Reads the journeys of all users of the selected roles who have an origin by the date. Users who
 * have left are included unless the selection has active. Memory: 30 bytes a user while reading; a
 * server counts them itself, and sends a row for equal ones. Readings that keep such journeys give
 * them. Returns NULL with a fault (64 for an unknown dimension, source or role). The caller frees
 * them. */
struct fil_journeys *fil_journeys_new(
    struct fil_store *store, const struct fil_journeys_request *request, struct fil_fault *fault);

/* Returns all distinct journeys, in no order, and their number in *n. They belong to the object. */
const struct fil_journey *fil_journeys_list(const struct fil_journeys *journeys, size_t *n);

/* Returns whether a level of anybody is known from the origin on, or anybody is autonomous by the day of
 * the request. Levels must be asked for. */
bool fil_journeys_measured(const struct fil_journeys *journeys, fil_day day);

/* Returns the number of groups. With FIL_BY_NONE there is one. */
size_t fil_journeys_groups(const struct fil_journeys *journeys);

/* Returns the name of a group. It belongs to the object. */
const char *fil_journeys_group(const struct fil_journeys *journeys, size_t group);

/* Returns the number of users of a group who are autonomous on a day of the request, with an origin
 * by the day, and present on it. */
size_t fil_journeys_autonomous(const struct fil_journeys *journeys, size_t group, fil_day day);

/* Returns the number of users who count on only one of two days of a dated request, given by their
 * numbers, or in another group: with an origin by the day, and present on it. By phase and kind, the
 * group with the most counts: a user in two groups is not two. */
size_t fil_journeys_differing(const struct fil_journeys *journeys, size_t a, size_t b);

/* Frees the journeys; NULL is fine. */
void fil_journeys_free(struct fil_journeys *journeys);

/* The stage of a journey. */
enum fil_stage {
	FIL_STAGE_AHEAD, /* the origin, or the arrival, is in the future */
	FIL_STAGE_ALREADY, /* autonomous on the origin or before: not estimated */
	FIL_STAGE_UNFOLLOWED, /* no day of follow-up: not estimated */
	FIL_STAGE_UNDERWAY, /* not autonomous on the last day of the follow-up */
	FIL_STAGE_THERE, /* autonomous within the follow-up */
};

/* Returns the stage of a journey on a day. The follow-up ends on that day, or on the day of leaving
 * if earlier. For the last two stages sets *days: from the origin to autonomy, or to the end of the
 * follow-up. */
enum fil_stage fil_journey_on(const struct fil_journey *journey, fil_day day, int *days);

#endif
