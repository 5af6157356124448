/* SPDX-License-Identifier: ISC */
/* fil-report stalled: the users without a rise for some weeks, by dimension. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/levels/level_request.h"
#include "lib/levels/standing_reader.h"
#include "lib/plan/support.h"
#include "lib/report/figures.h"
#include "lib/report/report.h"
#include "lib/store/query.h"
#include "lib/users/enrolment.h"
#include "lib/users/population.h"
#include "lib/users/user_versions.h"

enum { DEFAULT_WEEKS = 4, COUNT_SIZE = 24 };

/* The columns of the report. */
enum { USER, NAME, UNIT, MANAGER, DIMENSION, LEVEL, SINCE, WEEKS, OPEN, OVERDUE, COLUMNS };

static const struct fil_output_column columns[COLUMNS] = {
	[USER] = { "user", FIL_CELL_TEXT },
	[NAME] = { "name", FIL_CELL_TEXT },
	[UNIT] = { "unit", FIL_CELL_TEXT },
	[MANAGER] = { "manager", FIL_CELL_TEXT },
	[DIMENSION] = { "dimension", FIL_CELL_TEXT },
	[LEVEL] = { "level", FIL_CELL_NUMBER },
	[SINCE] = { "since", FIL_CELL_DAY },
	[WEEKS] = { "weeks", FIL_CELL_NUMBER },
	[OPEN] = { "open", FIL_CELL_NUMBER },
	[OVERDUE] = { "overdue", FIL_CELL_NUMBER },
};

static const char open_assignments[] =
#include "sql/open-assignments.inc"
    ;

struct stalled {
	const struct fil_report_request *request;
	const struct fil_report_sink *sink;
	struct fil_store *store;
	struct fil_dimensions dimensions;
	size_t dimension; /* the only one of the report, or FIL_NOWHERE for all */
	unsigned sources;
	struct fil_stall_rule rule;
	size_t
	    known; /* users of the population with a level in a dimension of the report that counts */
	bool doubtful; /* the engine found a row that must not be counted */
	struct fil_fault *fault; /* of the rows that the engine gives */
	int failed; /* -1: one has a fault */
	/* The tables that are read together, all in the order of the users. */
	struct fil_population *population;
	struct fil_standing_reader *reader;
	struct fil_enrolments *enrolments;
	struct fil_dated_users *people; /* name, unit, manager */
	struct fil_cursor *assignments;
};

/* Returns the day since which a user has stalled in a dimension, or FIL_NEVER. A dimension outside
 * the report gives FIL_NEVER. */
static fil_day
stalled_since(
    const struct stalled *stalled, const struct fil_standing *standing, size_t d, fil_day enrolled)
{
	if (stalled->dimension != FIL_NOWHERE && stalled->dimension != d)
		return FIL_NEVER;
	return fil_stalled_since(&stalled->rule, d, standing, enrolled);
}

/* Sets *enrolled to the day of the user's newest enrolment, or FIL_NEVER. Returns 0 or -1. */
static int
find_enrolled(
    const struct stalled *stalled, const char *user, fil_day *enrolled, struct fil_fault *fault)
{
	const struct fil_enrolment *newest;

	if (fil_enrolments_seek(stalled->enrolments, user, fault) < 0)
		return -1;
	newest = fil_enrolments_newest(stalled->enrolments, stalled->request->as_of, NULL);
	*enrolled = !newest ? FIL_NEVER : newest->date;
	return 0;
}

/* Fills in the cells that are the same for each of a user's dimensions. Returns 0 or -1. */
static int
find_person(
    const struct stalled *stalled, const char *user, const char **cells, struct fil_fault *fault)
{
	int got = fil_dated_users_seek(stalled->people, user, &cells[NAME], fault);

	if (got < 0)
		return -1;
	cells[USER] = user;
	if ((got = fil_cursor_seek(stalled->assignments, user, fault)) < 0)
		return -1;
	cells[OPEN] = got == 1 ? fil_query_text(fil_cursor_query(stalled->assignments), 1) : "0";
	cells[OVERDUE] = got == 1 ? fil_query_text(fil_cursor_query(stalled->assignments), 2) : "0";
	return 0;
}

/* Gives a row, in which what is the same for each of the user's dimensions is set. */
static void
give_row(
    const struct stalled *stalled, const char **cells, size_t dimension, int level, fil_day since)
{
	char since_text[FIL_DATE_SIZE], weeks[COUNT_SIZE], level_text[COUNT_SIZE];

	fil_date_write(since, since_text);
	snprintf(weeks, sizeof weeks, "%d", (stalled->request->as_of - since) / 7);
	snprintf(level_text, sizeof level_text, "%d", level);
	cells[DIMENSION] = stalled->dimensions.names[dimension];
	cells[LEVEL] = level_text;
	cells[SINCE] = since_text;
	cells[WEEKS] = weeks;
	stalled->sink->row(stalled->sink->context, cells);
}

/* Gives a row for each dimension in which the user has stalled. Returns 0 or -1. */
static int
take_user(
    const struct stalled *stalled, const struct fil_standing_user *user, struct fil_fault *fault)
{
	const char *cells[COLUMNS] = { NULL };
	fil_day enrolled;

	if (find_enrolled(stalled, user->user, &enrolled, fault) < 0)
		return -1;
	for (size_t d = 0; d < stalled->dimensions.n; d++) {
		const struct fil_standing *standing = &user->standings[d];
		fil_day since = stalled_since(stalled, standing, d, enrolled);

		if (since == FIL_NEVER)
			continue;
		if (!cells[USER] && find_person(stalled, user->user, cells, fault) < 0)
			return -1;
		give_row(stalled, cells, d, standing->level, since);
	}
	return 0;
}

/* Returns whether a level of the user is known, in a dimension of the report that counts. */
static bool
is_known(const struct stalled *stalled, const struct fil_standing_user *user)
{
	for (size_t d = 0; d < stalled->dimensions.n; d++)
		if ((stalled->dimension == FIL_NOWHERE || stalled->dimension == d) &&
		    stalled->dimensions.counts[d] && user->standings[d].level >= 0)
			return true;
	return false;
}

/* Gives the rows of all users, and counts those who were looked at. Returns 0 or -1. */
static int
take_users(struct stalled *stalled, struct fil_fault *fault)
{
	struct fil_standing_user user;
	int got;

	while ((got = fil_standing_reader_next(stalled->reader, &user, fault)) == 1) {
		if (fil_population_find(stalled->population, user.user, user.length) == FIL_NOWHERE)
			continue;
		stalled->known += is_known(stalled, &user);
		if (take_user(stalled, &user, fault) < 0)
			return -1;
	}
	return got;
}

/* Reads the rule by which users have stalled. Returns 0 or -1. */
static int
open_rule(struct stalled *stalled, struct fil_fault *fault)
{
	const struct fil_report_request *request = stalled->request;
	int weeks = request->weeks == 0 ? DEFAULT_WEEKS : (int)request->weeks;

	stalled->rule = (struct fil_stall_rule){ &stalled->dimensions, request->as_of, 7 * weeks };
	if (fil_dimensions_read(stalled->store, request->as_of, &stalled->dimensions, fault) < 0)
		return -1;
	return fil_dimensions_choose(
	    &stalled->dimensions, request->dimension, &stalled->dimension, fault);
}

/* Opens the users as of the day. Returns 0 or -1. */
static int
open_people(struct stalled *stalled, struct fil_fault *fault)
{
	stalled->people = fil_dated_users_new(stalled->store,
	    (const char *const[]){ "name", "unit", "manager" }, 3, stalled->request->as_of, fault);
	return stalled->people ? 0 : -1;
}

/* Opens the tables of levels. Returns 0 or -1. */
static int
open_levels(struct stalled *stalled, struct fil_fault *fault)
{
	const struct fil_report_request *request = stalled->request;
	struct fil_selection selection = request->selection;
	struct fil_standing_request what = { &stalled->dimensions, &request->as_of, 1,
		request->today, request->sources, true };

	selection.active = true;
	if (!(stalled->reader = fil_standing_reader_new(stalled->store, &what, fault)))
		return -1;
	stalled->population =
	    fil_population_new(stalled->store, &selection, FIL_BY_NONE, 0, request->as_of, fault);
	return stalled->population ? 0 : -1;
}

/* Opens all tables that are read together. Returns 0 or -1. */
static int
open_tables(struct stalled *stalled, struct fil_fault *fault)
{
	const struct fil_report_request *request = stalled->request;
	char as_of[FIL_DATE_SIZE];

	if (open_levels(stalled, fault) < 0 || open_people(stalled, fault) < 0)
		return -1;
	fil_date_write(request->as_of, as_of);
	stalled->enrolments = fil_enrolments_new(stalled->store, NULL, request->as_of);
	stalled->assignments = fil_cursor_new(fil_query_new(stalled->store, open_assignments));
	fil_query_bind(fil_cursor_query(stalled->assignments), 1, as_of);
	return 0;
}

static void
close_tables(struct stalled *stalled)
{
	fil_standing_reader_free(stalled->reader);
	fil_population_free(stalled->population);
	fil_dated_users_free(stalled->people);
	fil_enrolments_free(stalled->enrolments);
	fil_cursor_free(stalled->assignments);
	fil_dimensions_release(&stalled->dimensions);
}

/* Adds the standings "s" of users. */
static void
add_standings(const struct stalled *stalled, struct fil_statement *statement)
{
	const struct fil_report_request *request = stalled->request;
	struct fil_level_request levels = { &stalled->dimensions, stalled->dimension,
		&request->as_of, 1, 0, stalled->sources, false };

	levels.newest = request->as_of >= request->today && stalled->sources == FIL_ANY_SOURCE;
	fil_statement_add(statement, " FROM ");
	fil_level_request_standings(&levels, statement);
	fil_statement_add(statement, " AS s");
}

/* Joins what must be known of the users before they are listed. */
static void
join_marks(void *context, struct fil_statement *statement)
{
	fil_statement_add(statement,
	    " JOIN (SELECT who, max(CASE WHEN threshold IS NOT NULL THEN 1 ELSE 0 END) AS known,"
	    " max(doubt) AS doubt");
	add_standings(context, statement);
	fil_statement_add(statement, " GROUP BY who) AS l ON l.who = u.\"user\"");
}

static void
add_counts(void *context, struct fil_statement *statement)
{
	(void)context;
	fil_statement_add(statement, ", l.known, l.doubt, count(*)");
}

static void
take_counts(void *context, const uint32_t *cells, struct fil_query *query, int column)
{
	struct stalled *stalled = context;

	(void)cells;
	if (fil_query_number(query, column) > 0)
		stalled->known += (size_t)fil_query_number(query, column + 2);
	stalled->doubtful |= fil_query_number(query, column + 1) > 0;
}

/* Joins the dimensions in which users have stalled. */
static void
join_stalled(void *context, struct fil_statement *statement)
{
	const struct stalled *stalled = context;

	statement->many = true;
	fil_statement_add(statement, " JOIN (SELECT w.\"user\" AS who, w.dimension, w.level, ");
	fil_stall_rule_add_since(&stalled->rule, statement, "w.risen");
	fil_statement_add(statement,
	    " AS since, a.open, a.overdue FROM (SELECT who AS \"user\", dimension, level, ");
	fil_stall_rule_add_rise(&stalled->rule, statement);
	fil_statement_add(statement, " AS risen");
	add_standings(stalled, statement);
	fil_statement_add(statement, ") AS w");
	fil_enrolment_request_join_days(statement, stalled->request->as_of);
	fil_support_join_open(statement, stalled->request->as_of);
	fil_statement_add(statement, ") AS l ON l.who = u.\"user\" AND l.since IS NOT NULL");
}

/* The columns of a row, behind those of the user. */
enum { L_DIMENSION, L_LEVEL, L_SINCE, L_OPEN, L_OVERDUE, L_COLUMNS };

static void
add_rows(void *context, struct fil_statement *statement)
{
	const struct stalled *stalled = context;

	fil_dated_users_add(stalled->people, statement);
	fil_statement_add(statement, ", l.dimension, l.level, l.since, l.open, l.overdue");
}

/* Gives the row of a user in a dimension. */
static void
take_row(void *context, const uint32_t *cells, struct fil_query *query, int column)
{
	struct stalled *stalled = context;
	int row = column + fil_dated_users_width(stalled->people);
	struct fil_figures figures = { 0 };
	fil_day since;

	(void)cells;
	figures.cells[USER] = fil_query_text(query, column);
	fil_dated_users_take(stalled->people, query, column, &figures.cells[NAME]);
	fil_figures_count(&figures, OPEN, (size_t)fil_query_number(query, row + L_OPEN));
	fil_figures_count(&figures, OVERDUE, (size_t)fil_query_number(query, row + L_OVERDUE));
	if (fil_date_parse(fil_query_text(query, row + L_SINCE), &since) < 0) {
		stalled->failed =
		    fil_store_damaged_user(stalled->fault, "enrolments", figures.cells[USER]);
		return;
	}
	give_row(stalled, figures.cells, (size_t)fil_query_number(query, row + L_DIMENSION),
	    (int)fil_query_number(query, row + L_LEVEL), since);
}

/* Has the engine count the users. Returns 1, 0 where it cannot, or -1 with a fault. */
static int
count_by_engine(struct stalled *stalled, struct fil_fault *fault)
{
	struct fil_selection selection = stalled->request->selection;
	const struct fil_population_sums sums = { join_marks, add_counts, take_counts, stalled, 2,
		NULL, NULL };
	int got;

	if (stalled->dimensions.n == 0)
		return 0;
	selection.active = true;
	got = fil_population_summed(
	    stalled->store, &selection, stalled->request->as_of, &sums, fault);
	if (got != 1 || !stalled->doubtful)
		return got;
	/* The walk is to tell whose row is damaged. */
	stalled->known = 0;
	return 0;
}

/* Has the engine give the rows, in their order. Returns 0 or -1. */
static int
give_by_engine(struct stalled *stalled, struct fil_fault *fault)
{
	struct fil_selection selection = stalled->request->selection;
	struct fil_population_sums sums = { join_stalled, add_rows, take_row, stalled, 0, NULL,
		"u.\"user\", l.dimension" };

	stalled->fault = fault;
	if (open_people(stalled, fault) < 0)
		return -1;
	sums.n_keys = fil_dated_users_width(stalled->people) + L_COLUMNS;
	selection.active = true;
	selection.later = NULL; /* they are counted already */
	if (fil_population_summed(
		stalled->store, &selection, stalled->request->as_of, &sums, fault) < 0)
		return -1;
	return stalled->failed;
}

static int
make_stalled(struct fil_store *store, const struct fil_report_request *request,
    const struct fil_report_sink *sink, struct fil_fault *fault)
{
	struct stalled stalled = { .store = store, .request = request, .sink = sink };
	bool counted;
	int got;

	if ((got = open_rule(&stalled, fault)) == 0 &&
	    (got = fil_sources_read(request->sources, &stalled.sources, fault)) == 0)
		got = count_by_engine(&stalled, fault);
	counted = got == 1;
	if (got == 0)
		got = open_tables(&stalled, fault);
	if (got >= 0) {
		sink->columns(sink->context, columns, COLUMNS);
		got = counted ? give_by_engine(&stalled, fault) : take_users(&stalled, fault);
	}
	if (got == 0 && sink->seen)
		sink->seen(sink->context, stalled.known);
	close_tables(&stalled);
	return got;
}

const struct fil_report_subject fil_report_stalled = {
	.name = "stalled",
	.meaning = N_("users below a threshold who have not risen for weeks"),
	.takes = FIL_TAKES_WEEKS | FIL_TAKES_SOURCES | FIL_TAKES_ROLES | FIL_TAKES_DIMENSION,
	.no_row_is_good = true,
	.make = make_stalled,
};
