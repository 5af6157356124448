/* SPDX-License-Identifier: ISC */
/* Journey statement: a request for journeys of users, and the statement by which an engine finds
 * them and counts equal ones. The engine reads what is known of a user beside the user. */
#ifndef FIL_JOURNEY_STATEMENT_H
#define FIL_JOURNEY_STATEMENT_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/base/date.h"
#include "lib/users/groups.h"

/* The day of leaving of a user who is still there. */
#define FIL_STAYS INT_MAX

struct fil_level_request;
struct fil_lookup_table;
struct fil_past_users;
struct fil_readings;
struct fil_roles;
struct fil_selection;
struct fil_statement;

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
	/* Instead: days on which to count the users who are autonomous, one or successive
	 * Sundays. */
	const fil_day *days; /* ascending, up to as_of */
	size_t n_days;
	/* Users, and their phases, are read as they were on each of the days, instead of as of the
	 * date: a journey holds for some of them. */
	bool dated;
	struct fil_readings *readings; /* which keep the journeys, or NULL */
};

/* The parts of the statement. */
struct fil_journey_statement {
	const struct fil_journeys_request *request;
	const struct fil_roles *roles;
	const struct fil_lookup_table *phases;
	const bool *asked; /* for each phase: the selection matches it */
	const struct fil_level_request *levels; /* NULL where not asked for */
	const struct fil_level_request *firsts; /* of first days; NULL where they are derived */
	const struct fil_past_users *past; /* NULL: none has changed since the day */
};

/* The columns of its rows. Behind them is, for each day of the levels, the number of users who are
 * autonomous. */
enum {
	FIL_JOURNEY_GROUP, /* a cell of users, a phase, or a kind; NULL: none */
	FIL_JOURNEY_ORIGIN,
	FIL_JOURNEY_AUTONOMOUS,
	FIL_JOURNEY_LEFT,
	FIL_JOURNEY_MEASURED,
	FIL_JOURNEY_PAST, /* NULL, or the number of past users: their group and leaving are theirs */
	FIL_JOURNEY_USERS,
	FIL_JOURNEY_DOUBTS, /* users with a level that must not be counted */
	FIL_JOURNEY_DAYS,
};

/* Adds the statement. */
void fil_journey_statement_add(
    const struct fil_journey_statement *what, struct fil_statement *statement);

#endif
