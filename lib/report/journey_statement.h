/* SPDX-License-Identifier: ISC */
/* Journey statement: the statement by which an engine finds the journeys of users, and counts equal ones.
 * The engine reads what is known of a user beside the user. */
#ifndef FIL_JOURNEY_STATEMENT_H
#define FIL_JOURNEY_STATEMENT_H

#include <stdbool.h>

#include "lib/levels/level_request.h"
#include "lib/report/journey.h"
#include "lib/store/query.h"
#include "lib/store/statement.h"
#include "lib/users/selection.h"

/* The parts of the statement. */
struct fil_journey_statement {
	const struct fil_journeys_request *request;
	const struct fil_roles *roles;
	const struct fil_lookup_table *phases;
	const bool *asked; /* for each phase: the selection matches it */
	const struct fil_level_request *levels; /* NULL where not asked for */
};

/* The columns of its rows. Behind them is, for each day of the levels, the number of users who are
 * autonomous. */
enum {
	FIL_JOURNEY_GROUP, /* a cell of users, a phase, or a kind; NULL: none */
	FIL_JOURNEY_ORIGIN,
	FIL_JOURNEY_AUTONOMOUS,
	FIL_JOURNEY_LEFT,
	FIL_JOURNEY_MEASURED,
	FIL_JOURNEY_USERS,
	FIL_JOURNEY_DOUBTS, /* users with a level that must not be counted */
	FIL_JOURNEY_DAYS,
};

/* Adds the statement. It has no form where first days depend on sources. */
void fil_journey_statement_add(
    const struct fil_journey_statement *what, struct fil_statement *statement);

#endif
