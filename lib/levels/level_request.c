/* SPDX-License-Identifier: ISC */
#include "lib/levels/level_request.h"

/* The counts of each dimension before the last day. */
enum { SIDES = 2 };

/* A user's level in a dimension on a day is a number: PER_LEVEL for each level, IS_STALE, and IS_SELF for
 * the user's own word. */
enum { IS_SELF = 1, IS_STALE = 2, PER_LEVEL = 4 };

/* The most columns of a statement: servers allow 1,664. */
enum { MOST_COLUMNS = 1600 };

bool
fil_level_request_fits(const struct fil_level_request *request)
{
	size_t last = request->n_days - 1;

	return request->dimensions->n > 0 &&
	    last * (fil_level_request_width(request, 0) + 2) +
		fil_level_request_width(request, last) + 2 <=
	    MOST_COLUMNS;
}

/* Adds the number of the first of the days by which a row holds. */
static void
add_first_day(const struct fil_level_request *request, struct fil_statement *statement)
{
	if (request->n_days == 1) {
		fil_statement_add(statement, "0");
		return;
	}
	fil_statement_add(statement, "CASE");
	for (size_t day = 0; day + 1 < request->n_days; day++) {
		fil_statement_add(statement, " WHEN a.date <= ");
		fil_statement_add_day(statement, request->days[day]);
		fil_statement_add(statement, " THEN %zu", day);
	}
	fil_statement_add(statement, " ELSE %zu END", request->n_days - 1);
}

/* Adds whether a row must not be counted. */
static void
add_doubt(const struct fil_level_request *request, struct fil_statement *statement)
{
	fil_statement_add(
	    statement, ", CASE WHEN a.level BETWEEN 0 AND %d AND a.source IN (", FIL_LEVELS - 1);
	for (int source = 0; source < FIL_SOURCES; source++) {
		fil_statement_add(statement, source == 0 ? "" : ", ");
		fil_statement_add_value(statement, fil_source_name(source));
	}
	fil_statement_add(statement, ") AND a.dimension IN (");
	for (size_t d = 0; d < request->dimensions->n; d++) {
		fil_statement_add(statement, d == 0 ? "" : ", ");
		fil_statement_add_value(statement, request->dimensions->names[d]);
	}
	fil_statement_add(statement, ") AND a.date <= ");
	fil_statement_add_day(statement, request->days[request->n_days - 1]);
	fil_statement_add(statement, " THEN 0 ELSE 1 END AS doubt");
}

/* Adds the strength of the source of a row. */
static void
add_strength(struct fil_statement *statement)
{
	fil_statement_add(statement, "CASE a.source");
	for (int source = 0; source < FIL_SOURCES; source++) {
		fil_statement_add(statement, " WHEN ");
		fil_statement_add_value(statement, fil_source_name(source));
		fil_statement_add(statement, " THEN %d", fil_source_strength(source));
	}
	fil_statement_add(statement, " END");
}

/* Adds the rows of levels: the number of each but for staleness, its date, and the days on which it is the
 * newest, from one day until before another. */
static void
add_rows(const struct fil_level_request *request, struct fil_statement *statement)
{
	fil_statement_add(statement,
	    "(SELECT a.\"user\" AS who, a.dimension AS dimension, a.date AS date, %d * a.level"
	    " + CASE a.source WHEN ",
	    PER_LEVEL);
	fil_statement_add_value(statement, fil_source_name(FIL_SELF));
	fil_statement_add(statement, " THEN %d ELSE 0 END AS number, ", IS_SELF);
	add_first_day(request, statement);
	fil_statement_add(statement, " AS begins, ");
	if (request->newest) {
		fil_statement_add(statement, "1 AS ends");
	} else {
		fil_statement_add(statement, "lead(");
		add_first_day(request, statement);
		fil_statement_add(statement,
		    ", 1, %zu) OVER (PARTITION BY a.\"user\", a.dimension ORDER BY a.date, ",
		    request->n_days);
		add_strength(statement);
		fil_statement_add(statement, ") AS ends");
	}
	add_doubt(request, statement);
	fil_statement_add(statement, " FROM %s AS a", request->newest ? "standing" : "autonomy");
	if (!request->newest) {
		fil_statement_add(statement, " WHERE a.date <= ");
		fil_statement_add_day(statement, request->days[request->n_days - 1]);
	}
	for (int source = 0; request->sources != FIL_ANY_SOURCE && source < FIL_SOURCES; source++) {
		if (request->sources >> source & 1)
			continue;
		fil_statement_add(statement, " AND a.source <> ");
		fil_statement_add_value(statement, fil_source_name(source));
	}
	fil_statement_add(statement, ") AS levels_of");
}

/* Adds the number of a user in a dimension on a day. */
static void
add_number(const struct fil_level_request *request, struct fil_statement *statement, size_t day,
    size_t dimension)
{
	fil_statement_add(statement, ", max(CASE WHEN dimension = ");
	fil_statement_add_value(statement, request->dimensions->names[dimension]);
	if (request->n_days > 1)
		fil_statement_add(statement, " AND begins <= %zu AND ends > %zu", day, day);
	else if (!request->newest)
		fil_statement_add(statement, " AND ends > 0");
	fil_statement_add(statement, " THEN number + CASE WHEN date < ");
	fil_statement_add_day(statement, request->days[day] - request->stale_days);
	fil_statement_add(
	    statement, " THEN %d ELSE 0 END END) AS n%zu_%zu", IS_STALE, day, dimension);
}

void
fil_level_request_join(const struct fil_level_request *request, struct fil_statement *statement)
{
	fil_statement_add(statement, " LEFT JOIN (SELECT who, max(doubt) AS doubt, max(");
	if (request->only == FIL_NOWHERE) {
		fil_statement_add(statement, "date");
	} else {
		fil_statement_add(statement, "CASE WHEN dimension = ");
		fil_statement_add_value(statement, request->dimensions->names[request->only]);
		fil_statement_add(statement, " THEN date END");
	}
	fil_statement_add(statement, ") AS newest");
	for (size_t day = 0; day < request->n_days; day++)
		for (size_t d = 0; d < request->dimensions->n; d++)
			add_number(request, statement, day, d);
	fil_statement_add(statement, " FROM ");
	add_rows(request, statement);
	fil_statement_add(statement, " GROUP BY who) AS l ON l.who = u.\"user\"");
}

/* The conditions on the number of a user in a dimension. */
enum condition { KNOWN, STALE, MET, SELF };

/* Adds a condition for all dimensions that count on a day, or for one of them. */
static void
add_condition(const struct fil_level_request *request, struct fil_statement *statement, size_t day,
    enum condition condition)
{
	const char *between = condition == KNOWN || condition == MET ? " AND " : " OR ",
		   *before = "";

	fil_statement_add(statement, "(");
	for (size_t d = 0; d < request->dimensions->n; d++) {
		if (!fil_dimension_counts(request->dimensions, d, request->days[day]) ||
		    (request->only != FIL_NOWHERE && request->only != d))
			continue;
		fil_statement_add(statement, "%sl.n%zu_%zu", before, day, d);
		before = between;
		switch (condition) {
		case KNOWN: fil_statement_add(statement, " IS NOT NULL"); break;
		case STALE:
			fil_statement_add(statement, " %% %d >= %d", PER_LEVEL, IS_STALE);
			break;
		case SELF: fil_statement_add(statement, " %% %d = %d", IS_STALE, IS_SELF); break;
		case MET:
			fil_statement_add(statement, " >= %d",
			    PER_LEVEL *
				fil_dimension_threshold(
				    request->dimensions, d, request->days[day]));
			break;
		}
	}
	fil_statement_add(statement, *before ? ")" : "1 = 0)");
}

void
fil_level_request_met(
    const struct fil_level_request *request, struct fil_statement *statement, size_t day)
{
	add_condition(request, statement, day, MET);
}

/* Adds the numbers of users in each state on a day. */
static void
count_states(const struct fil_level_request *request, struct fil_statement *statement, size_t day)
{
	static const enum condition states[FIL_LEVEL_STATES][2] = {
		[FIL_LEVEL_MEASURED] = { KNOWN, KNOWN },
		[FIL_LEVEL_STALE] = { KNOWN, STALE },
		[FIL_LEVEL_AUTONOMOUS] = { MET, MET },
		[FIL_LEVEL_SELF_DECLARED] = { MET, SELF },
	};

	for (size_t i = 0; i < FIL_LEVEL_STATES; i++) {
		fil_statement_add(statement, ", count(CASE WHEN ");
		add_condition(request, statement, day, states[i][0]);
		if (states[i][1] != states[i][0]) {
			fil_statement_add(statement, " AND ");
			add_condition(request, statement, day, states[i][1]);
		}
		fil_statement_add(statement, " THEN 1 END)");
	}
}

/* Adds the number of users of a day whose level in a dimension lies in low … high - 1. */
static void
count_between(struct fil_statement *statement, size_t day, size_t d, int low, int high)
{
	fil_statement_add(statement, ", count(CASE WHEN l.n%zu_%zu BETWEEN %d AND %d THEN 1 END)",
	    day, d, PER_LEVEL * low, PER_LEVEL * high - 1);
}

/* Returns whether each level is counted on a day. */
static bool
counts_levels(const struct fil_level_request *request, size_t day)
{
	return day == request->n_days - 1;
}

void
fil_level_request_count(const struct fil_level_request *request, struct fil_statement *statement)
{
	const struct fil_dimensions *dimensions = request->dimensions;

	for (size_t day = 0; day < request->n_days; day++) {
		bool levels = counts_levels(request, day);

		count_states(request, statement, day);
		for (size_t d = 0; d < dimensions->n; d++) {
			int least = fil_dimension_threshold(dimensions, d, request->days[day]);

			for (int level = 0; levels && level < FIL_LEVELS; level++)
				count_between(statement, day, d, level, level + 1);
			if (levels)
				continue;
			count_between(statement, day, d, 0, least);
			count_between(statement, day, d, least, FIL_LEVELS);
		}
	}
	fil_statement_add(statement, ", count(CASE WHEN l.doubt = 1 THEN 1 END)");
}

size_t
fil_level_request_width(const struct fil_level_request *request, size_t day)
{
	return FIL_LEVEL_STATES +
	    request->dimensions->n *
	    (counts_levels(request, day) ? (size_t)FIL_LEVELS : (size_t)SIDES);
}

size_t
fil_level_request_place(const struct fil_level_request *request, size_t day, size_t i)
{
	size_t d;

	if (i < FIL_LEVEL_STATES || counts_levels(request, day))
		return i;
	d = (i - FIL_LEVEL_STATES) / SIDES;
	i = (i - FIL_LEVEL_STATES) % SIDES == 0
	    ? 0
	    : (size_t)fil_dimension_threshold(request->dimensions, d, request->days[day]);
	return FIL_LEVEL_STATES + d * FIL_LEVELS + i;
}
