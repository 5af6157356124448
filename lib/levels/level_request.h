/* SPDX-License-Identifier: ISC */
/* Level request: the parts of a statement by which an engine finds the levels of users on given days,
 * and counts the users by them. The engine reads the rows of a user beside each other. */
#ifndef FIL_LEVEL_REQUEST_H
#define FIL_LEVEL_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/date.h"
#include "lib/levels/standing.h"
#include "lib/store/statement.h"

/* A request for levels. */
struct fil_level_request {
	const struct fil_dimensions *dimensions;
	size_t only; /* the one dimension that counts, or FIL_NOWHERE */
	const fil_day *days; /* ascending */
	size_t n_days;
	int stale_days; /* a level that is older is stale */
	unsigned sources; /* a set of bits */
	bool newest; /* for one day, which no level is after: newest levels are read alone */
};

/* Returns whether the request has a form in SQL: there is a dimension, and a statement has no more
 * columns than servers allow. */
bool fil_level_request_fits(const struct fil_level_request *request);

/* Adds the subquery " LEFT JOIN (…) AS l" of the levels of users "u" on each day. Its column newest
 * is the day of the newest level, in the dimension that counts or in any; doubt is 1 for users with
 * a row that must not be counted. */
void
fil_level_request_join(const struct fil_level_request *request, struct fil_statement *statement);

/* Adds the subquery "(…)" of the levels up to the only day: who, dimension, a name, date, and day, the date
 * as a number of eight digits. The largest text `newest` of some rows is that of the level that counts.
 * doubt is as above. */
void
fil_level_request_facts(const struct fil_level_request *request, struct fil_statement *statement);

/* Adds the level in a text `newest`, or NULL. */
void fil_level_request_level(struct fil_statement *statement, const char *newest);

/* Adds the subquery "(…)" of the standings of users on the only day: who, level, date, previous, and
 * risen, as in the derived table standing. dimension is the number of the dimension; threshold is its
 * threshold, NULL where it does not count. doubt is as above. */
void fil_level_request_standings(
    const struct fil_level_request *request, struct fil_statement *statement);

/* fil_stalled_since is two expressions of an engine. The first is over a standing: the last rise, or NULL
 * where the user has not stalled in the dimension. */
void fil_stall_rule_add_rise(const struct fil_stall_rule *rule, struct fil_statement *statement);

/* The second is over that rise, the column `risen`, or the earliest of several: the day since which the
 * user has stalled, by e.newest, the newest enrolment, or NULL. */
void fil_stall_rule_add_since(
    const struct fil_stall_rule *rule, struct fil_statement *statement, const char *risen);

/* Adds the subquery " LEFT JOIN (…) AS f" of the first day on which each user "u" was autonomous, by
 * the levels of the sources, whatever the days of the request: its column autonomous. doubt is as
 * above. */
void fil_first_days_join(const struct fil_level_request *request, struct fil_statement *statement);

/* The states of a user on a day. Their counts are the first of the day. */
enum fil_level_state {
	FIL_LEVEL_MEASURED,
	FIL_LEVEL_STALE, /* measured, and a level is stale */
	FIL_LEVEL_AUTONOMOUS,
	FIL_LEVEL_SELF_DECLARED, /* autonomous, and a level is the user's own word */
	FIL_LEVEL_STATES
};

/* Adds the condition that a user joined with "l" is in a state on the day of that number. */
void fil_level_request_state(const struct fil_level_request *request,
    struct fil_statement *statement, size_t day, enum fil_level_state state);

/* Adds the columns of users joined with "l" by which they are counted: ", … AS …". Few users differ in
 * all of them, so that these are counted first, and their counts then summed up. */
void
fil_level_request_keys(const struct fil_level_request *request, struct fil_statement *statement);

/* Returns the number of these columns. */
size_t fil_level_request_n_keys(const struct fil_level_request *request);

/* Adds the counts, over rows "l" with these columns and `users`: fil_level_request_width for each
 * day, and at the end the users with a row that must not be counted. Such rows are damaged, or are
 * newest levels newer than the day. */
void
fil_level_request_count(const struct fil_level_request *request, struct fil_statement *statement);

/* Returns the number of counts for a day. */
size_t fil_level_request_width(const struct fil_level_request *request, size_t day);

/* Returns the place of count i of a day among the states, behind which are the levels of each
 * dimension. Before the last day the users below a threshold count at level 0, and the others at
 * the threshold. */
size_t fil_level_request_place(const struct fil_level_request *request, size_t day, size_t i);

#endif
