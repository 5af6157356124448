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

/* Returns whether the request has a form in SQL: there is a dimension, and a statement has no more columns
 * than servers allow. */
bool fil_level_request_fits(const struct fil_level_request *request);

/* Adds the subquery " LEFT JOIN (…) AS l" of the levels of users "u" on each day. Its column newest is the
 * day of the newest level, in the dimension that counts or in any; doubt is 1 for users with a row that
 * must not be counted. */
void
fil_level_request_join(const struct fil_level_request *request, struct fil_statement *statement);

/* Adds the condition that a user is autonomous on the day of that number. */
void fil_level_request_met(
    const struct fil_level_request *request, struct fil_statement *statement, size_t day);

/* Adds the counts of users joined with "l": fil_level_request_width for each day, and at the end the
 * users with a row that must not be counted. Such rows are damaged, or are newest levels newer than the
 * day. */
void
fil_level_request_count(const struct fil_level_request *request, struct fil_statement *statement);

/* Returns the number of counts for a day. */
size_t fil_level_request_width(const struct fil_level_request *request, size_t day);

/* The first counts of a day: users measured, of them stale, autonomous, and autonomous by their own word. */
enum {
	FIL_LEVEL_MEASURED,
	FIL_LEVEL_STALE,
	FIL_LEVEL_AUTONOMOUS,
	FIL_LEVEL_SELF_DECLARED,
	FIL_LEVEL_STATES
};

/* Returns the place of count i of a day among these, behind which are those at each level of each dimension.
 * Before the last day the users below a threshold count at level 0, and the others at the threshold. */
size_t fil_level_request_place(const struct fil_level_request *request, size_t day, size_t i);

#endif
