/* SPDX-License-Identifier: ISC */
#include "lib/users/enrolment_request.h"

#include "lib/users/enrolment.h"

void
fil_enrolment_request_condition(struct fil_statement *statement, fil_day day)
{
	fil_statement_add(statement, "n.enrolled <= ");
	fil_statement_add_day(statement, day);
	fil_statement_add(statement, " AND (n.declined IS NULL OR n.declined > ");
	fil_statement_add_day(statement, day);
	fil_statement_add(statement, ")");
}

/* Adds the newest enrolment that holds on a day. Its first ten characters are its own day. */
static void
add_newest(struct fil_statement *statement, fil_day day)
{
	fil_statement_add(statement, "max(CASE WHEN ");
	fil_enrolment_request_condition(statement, day);
	fil_statement_add(statement, " THEN n.enrolled || n.phase END)");
}

/* Adds whether an enrolment in a phase that is sought holds on a day. */
static void
add_fit(const struct fil_enrolment_request *request, struct fil_statement *statement, fil_day day)
{
	const char *before = " AND n.phase IN (";

	fil_statement_add(statement, "max(CASE WHEN ");
	fil_enrolment_request_condition(statement, day);
	for (size_t i = 0; i < fil_lookup_table_rows(request->phases); i++) {
		if (!request->selected[i])
			continue;
		fil_statement_add(statement, "%s", before);
		fil_statement_add_value(
		    statement, fil_lookup_table_cell(request->phases, i, FIL_PHASE_KEY));
		before = ", ";
	}
	fil_statement_add(statement, "%s THEN 1 ELSE 0 END)", *before == ',' ? ")" : " AND 1 = 0");
}

void
fil_enrolment_request_join(
    const struct fil_enrolment_request *request, struct fil_statement *statement)
{
	fil_statement_add(statement, " LEFT JOIN (SELECT n.\"user\" AS who");
	for (size_t day = 0; day < request->n_days; day++) {
		fil_statement_add(statement, ", substr(");
		add_newest(statement, request->days[day]);
		fil_statement_add(statement, ", 11) AS phase%zu", day);
		if (!request->selected)
			continue;
		fil_statement_add(statement, ", ");
		add_fit(request, statement, request->days[day]);
		fil_statement_add(statement, " AS fits%zu", day);
	}
	fil_statement_add(
	    statement, " FROM enrolments AS n GROUP BY n.\"user\") AS e ON e.who = u.\"user\"");
}
