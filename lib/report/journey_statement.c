/* SPDX-License-Identifier: ISC */
#include "lib/report/journey_statement.h"

#include "lib/levels/level_request.h"
#include "lib/store/relation.h"
#include "lib/store/statement.h"
#include "lib/users/enrolment.h"
#include "lib/users/groups.h"
#include "lib/users/selection.h"

/* Returns whether users count in each phase, or kind, in which they are enrolled. */
static bool
has_groups_of_phases(const struct fil_journey_statement *what)
{
	return fil_by_enrolment(what->request->by);
}

/* Returns whether the days of enrolment, or their phases, are needed. */
static bool
needs_origins(const struct fil_journey_statement *what)
{
	return what->request->from == FIL_FROM_ENROLLED || has_groups_of_phases(what);
}

/* Adds the group of an enrolment. */
static void
add_phase_group(const struct fil_journey_statement *what, struct fil_statement *statement)
{
	if (what->request->by == FIL_BY_PHASE) {
		fil_statement_add(statement, "n.phase");
		return;
	}
	fil_statement_add(statement, "CASE n.phase");
	for (size_t i = 0; i < fil_lookup_table_rows(what->phases); i++) {
		fil_statement_add(statement, " WHEN ");
		fil_statement_add_value(
		    statement, fil_lookup_table_cell(what->phases, i, FIL_PHASE_KEY));
		fil_statement_add(statement, " THEN ");
		fil_statement_add_value(
		    statement, fil_lookup_table_cell(what->phases, i, FIL_PHASE_KIND));
	}
	fil_statement_add(statement, " END");
}

/* Joins the first day of each user in each group. */
static void
join_origins(const struct fil_journey_statement *what, struct fil_statement *statement)
{
	bool groups = has_groups_of_phases(what) && fil_lookup_table_rows(what->phases) > 0;

	fil_statement_add(statement, "%s JOIN (SELECT n.\"user\" AS who, ",
	    what->request->from == FIL_FROM_ARRIVED ? " LEFT" : "");
	if (groups)
		add_phase_group(what, statement);
	else
		fil_statement_add(statement, "NULL");
	fil_statement_add(
	    statement, " AS place, min(n.enrolled) AS origin FROM enrolments AS n WHERE ");
	fil_enrolment_request_condition(statement, what->request->as_of);
	fil_statement_add(
	    statement, " GROUP BY 1%s) AS o ON o.who = u.\"user\"", groups ? ", 2" : "");
}

/* Joins the first day on which each user was autonomous. */
static void
join_first_days(const struct fil_journey_statement *what, struct fil_statement *statement)
{
	const char *dimension = what->request->dimension;

	if (what->firsts) {
		fil_first_days_join(what->firsts, statement);
		return;
	}
	fil_statement_add(statement, " LEFT JOIN %s AS f ON f.\"user\" = u.\"user\"",
	    dimension ? "standing" : "standings");
	if (!dimension)
		return;
	fil_statement_add(statement, " AND f.dimension = ");
	fil_statement_add_value(statement, dimension);
}

/* Adds the day from which a user is accompanied. */
static void
add_origin(const struct fil_journeys_request *request, struct fil_statement *statement)
{
	if (request->from == FIL_FROM_ENROLLED) {
		fil_statement_add(statement, "o.origin");
		return;
	}
	if (request->floor == FIL_NEVER) {
		fil_statement_add(statement, "u.arrived");
		return;
	}
	fil_statement_add(statement, "CASE WHEN u.arrived > ");
	fil_statement_add_day(statement, request->floor);
	fil_statement_add(statement, " THEN u.arrived ELSE ");
	fil_statement_add_day(statement, request->floor);
	fil_statement_add(statement, " END");
}

/* Adds the day of arrival of those who arrive later than they are accompanied. */
static void
add_arrived(const struct fil_journeys_request *request, struct fil_statement *statement)
{
	fil_statement_add(statement,
	    request->from == FIL_FROM_ENROLLED ? "CASE WHEN u.arrived > o.origin THEN u.arrived END"
					       : "NULL");
}

/* Adds the columns, in the order of their numbers. */
static void
add_columns(const struct fil_journey_statement *what, struct fil_statement *statement)
{
	const struct fil_journeys_request *request = what->request;
	const char *column = fil_by_column(request->by), *past = what->past ? "v.past" : "NULL";

	if (what->past) {
		fil_statement_add(statement, "WITH ");
		fil_past_users_add(what->past, statement);
	}
	fil_statement_add(statement, " SELECT ");
	if (column) {
		fil_statement_add(statement, "u.");
		fil_relation_add_name(&statement->sql, column);
	} else {
		fil_statement_add(statement, has_groups_of_phases(what) ? "o.place" : "NULL");
	}
	fil_statement_add(statement, ", ");
	add_origin(request, statement);
	fil_statement_add(statement, ", ");
	add_arrived(request, statement);
	fil_statement_add(statement, ", f.%s, CASE WHEN u.\"left\" <= ",
	    request->dimension && !what->firsts ? "first" : "autonomous");
	fil_statement_add_day(statement, request->as_of);
	fil_statement_add(statement, " THEN u.\"left\" END, ");
	if (what->levels) {
		fil_statement_add(statement, "CASE WHEN l.newest >= ");
		add_origin(request, statement);
		fil_statement_add(statement,
		    " THEN 1 ELSE 0 END, %s, count(*), count(CASE WHEN l.doubt = 1 THEN 1 END)",
		    past);
	} else {
		fil_statement_add(statement, "0, %s, count(*), 0", past);
	}
	if (what->firsts)
		fil_statement_add(statement, " + count(CASE WHEN f.doubt = 1 THEN 1 END)");
	for (size_t day = 0; what->levels && day < request->n_days; day++) {
		fil_statement_add(statement, ", count(CASE WHEN ");
		fil_level_request_state(what->levels, statement, day, FIL_LEVEL_AUTONOMOUS);
		fil_statement_add(statement, " THEN 1 END)");
	}
}

/* Adds the conditions on users. */
static void
add_conditions(const struct fil_journey_statement *what, const struct fil_counted_users *users,
    struct fil_statement *statement)
{
	const struct fil_journeys_request *request = what->request;
	const char *phase = request->selection->phase;

	fil_counted_users_where(users, statement);
	if (phase)
		fil_statement_add(statement, *phase ? " AND e.fits0 = 1" : " AND e.phase0 IS NULL");
	if (request->from == FIL_FROM_ENROLLED)
		return;
	fil_statement_add(statement, " AND ");
	add_origin(request, statement);
	fil_statement_add(statement, " <= ");
	fil_statement_add_day(statement, request->as_of);
	fil_statement_add(statement, " AND u.arrived IS NOT NULL");
}

void
fil_journey_statement_add(const struct fil_journey_statement *what, struct fil_statement *statement)
{
	const struct fil_journeys_request *request = what->request;
	const char *phase = request->selection->phase;
	const struct fil_enrolment_request enrolments = { what->phases,
		phase && *phase ? what->asked : NULL, &request->as_of, 1 };
	const struct fil_counted_users users = { request->selection, what->roles, what->past,
		request->as_of, request->as_of };

	add_columns(what, statement);
	fil_counted_users_join(&users, statement);
	if (needs_origins(what))
		join_origins(what, statement);
	if (phase)
		fil_enrolment_request_join(&enrolments, statement);
	join_first_days(what, statement);
	if (what->levels)
		fil_level_request_join(what->levels, statement);
	add_conditions(what, &users, statement);
	fil_statement_add(statement, " GROUP BY 1, 2, 3, 4, 5, 6, 7");
}
