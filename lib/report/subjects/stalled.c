/* SPDX-License-Identifier: ISC */
/* fil-report stalled: the users without a rise for some weeks, by dimension. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/levels/standing_reader.h"
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

/* The tables that are read together, all in the order of the users. */
struct stalled {
	const struct fil_report_request *request;
	const struct fil_report_sink *sink;
	struct fil_dimensions dimensions;
	size_t dimension; /* the only one of the report, or FIL_NOWHERE for all */
	int weeks;
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
	const struct fil_stall_rule rule = { &stalled->dimensions, stalled->request->as_of,
		7 * stalled->weeks };

	if (stalled->dimension != FIL_NOWHERE && stalled->dimension != d)
		return FIL_NEVER;
	return fil_stalled_since(&rule, d, standing, enrolled);
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

/* Gives a row for each dimension in which the user has stalled. Returns 0 or -1. */
static int
take_user(
    const struct stalled *stalled, const struct fil_standing_user *user, struct fil_fault *fault)
{
	const char *cells[COLUMNS] = { NULL };
	char since_text[FIL_DATE_SIZE], weeks[COUNT_SIZE], level[COUNT_SIZE];
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
		fil_date_write(since, since_text);
		snprintf(weeks, sizeof weeks, "%d", (stalled->request->as_of - since) / 7);
		snprintf(level, sizeof level, "%d", standing->level);
		cells[DIMENSION] = stalled->dimensions.names[d];
		cells[LEVEL] = level;
		cells[SINCE] = since_text;
		cells[WEEKS] = weeks;
		stalled->sink->row(stalled->sink->context, cells);
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

/* Gives the rows of all users, and tells how many were looked at. Returns 0 or -1. */
static int
take_users(const struct stalled *stalled, struct fil_fault *fault)
{
	const struct fil_report_sink *sink = stalled->sink;
	struct fil_standing_user user;
	size_t seen = 0;
	int got;

	while ((got = fil_standing_reader_next(stalled->reader, &user, fault)) == 1) {
		if (fil_population_find(stalled->population, user.user, user.length) == FIL_NOWHERE)
			continue;
		seen += is_known(stalled, &user);
		if (take_user(stalled, &user, fault) < 0)
			return -1;
	}
	if (got == 0 && sink->seen)
		sink->seen(sink->context, seen);
	return got;
}

/* Opens all tables. Returns 0 or -1. */
static int
open_tables(struct stalled *stalled, struct fil_store *store, struct fil_fault *fault)
{
	const struct fil_report_request *request = stalled->request;
	struct fil_selection selection = request->selection;
	struct fil_standing_request what = { &stalled->dimensions, &request->as_of, 1,
		request->today, request->sources, true };
	char as_of[FIL_DATE_SIZE];

	selection.active = true;
	fil_date_write(request->as_of, as_of);
	if (fil_dimensions_read(store, request->as_of, &stalled->dimensions, fault) < 0 ||
	    fil_dimensions_choose(
		&stalled->dimensions, request->dimension, &stalled->dimension, fault) < 0)
		return -1;
	if (!(stalled->reader = fil_standing_reader_new(store, &what, fault)))
		return -1;
	stalled->population =
	    fil_population_new(store, &selection, FIL_BY_NONE, 0, request->as_of, fault);
	if (!stalled->population)
		return -1;
	stalled->people = fil_dated_users_new(
	    store, (const char *const[]){ "name", "unit", "manager" }, 3, request->as_of, fault);
	if (!stalled->people)
		return -1;
	stalled->enrolments = fil_enrolments_new(store, NULL, request->as_of);
	stalled->assignments = fil_cursor_new(fil_query_new(store, open_assignments));
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

static int
make_stalled(struct fil_store *store, const struct fil_report_request *request,
    const struct fil_report_sink *sink, struct fil_fault *fault)
{
	struct stalled stalled = { .request = request,
		.sink = sink,
		.weeks = request->weeks == 0 ? DEFAULT_WEEKS : (int)request->weeks };
	int got = open_tables(&stalled, store, fault);

	if (got == 0) {
		sink->columns(sink->context, columns, COLUMNS);
		got = take_users(&stalled, fault);
	}
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
