/* SPDX-License-Identifier: ISC */
/* fil-report routines: the users of the new method, and its results. */
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/language.h"
#include "lib/report/figures.h"
#include "lib/report/report.h"
#include "lib/store/cursor.h"
#include "lib/store/lookup_table.h"
#include "lib/users/population.h"

/* The columns of the report. */
enum {
	ROUTINE,
	TITLE,
	USERS,
	ADOPTERS,
	ADOPTION_SHARE,
	USES_OLD,
	USES_NEW,
	MINUTES_OLD,
	MINUTES_NEW,
	SAVED_SHARE,
	RESULTS,
	EQUIVALENT_SHARE,
	BETTER_SHARE,
	ACCEPTANCES,
	ACCEPTANCE,
	POWERS,
	POWER,
	COLUMNS
};

static const struct fil_output_column columns[COLUMNS] = {
	[ROUTINE] = { "routine", FIL_CELL_TEXT },
	[TITLE] = { "title", FIL_CELL_TEXT },
	[USERS] = { "users", FIL_CELL_NUMBER },
	[ADOPTERS] = { "adopters", FIL_CELL_NUMBER },
	[ADOPTION_SHARE] = { "adoption_share", FIL_CELL_SHARE },
	[USES_OLD] = { "uses_old", FIL_CELL_NUMBER },
	[USES_NEW] = { "uses_new", FIL_CELL_NUMBER },
	[MINUTES_OLD] = { "minutes_old", FIL_CELL_NUMBER },
	[MINUTES_NEW] = { "minutes_new", FIL_CELL_NUMBER },
	[SAVED_SHARE] = { "saved_share", FIL_CELL_SHARE },
	[RESULTS] = { "results", FIL_CELL_NUMBER },
	[EQUIVALENT_SHARE] = { "equivalent_share", FIL_CELL_SHARE },
	[BETTER_SHARE] = { "better_share", FIL_CELL_SHARE },
	[ACCEPTANCES] = { "acceptances", FIL_CELL_NUMBER },
	[ACCEPTANCE] = { "acceptance", FIL_CELL_NUMBER },
	[POWERS] = { "powers", FIL_CELL_NUMBER },
	[POWER] = { "power", FIL_CELL_NUMBER },
};

/* The columns of the query. */
enum { Q_USER, Q_ROUTINE, Q_DATE, Q_METHOD, Q_USES, Q_MINUTES, Q_RESULT, Q_ACCEPTANCE, Q_POWER };

static const char practices_query[] =
    "SELECT \"user\", routine, date, method, COALESCE(uses, 1), minutes, result, acceptance, power"
    " FROM practices ORDER BY \"user\", routine, date, method, item";

enum method { OLD, NEW, METHODS };

/* The counts of a routine. */
struct count {
	size_t users, adopters, uses[METHODS], results, equivalent, better;
	size_t acceptances, powers;
	long long acceptance, power;
};

/* The newest practices of a user in one routine. acceptance and power belong to the new method; 0:
 * unknown. */
struct newest {
	size_t routine; /* FIL_NOWHERE: none yet */
	char date[FIL_DATE_SIZE];
	bool adopted;
	int64_t acceptance, power;
};

struct routines {
	char as_of[FIL_DATE_SIZE];
	struct fil_lookup_table *table;
	struct fil_population *selected;
	struct fil_cursor *practices;
	struct fil_median *minutes; /* group: routine * METHODS + method */
	struct count *counts;
};

/* Counts a user in a routine, after the last practice of the user in it. */
static void
count_user(const struct routines *routines, const struct newest *newest)
{
	struct count *count;

	if (newest->routine == FIL_NOWHERE)
		return;
	count = &routines->counts[newest->routine];
	count->users++;
	count->adopters += newest->adopted;
	count->acceptances += newest->acceptance > 0;
	count->acceptance += newest->acceptance;
	count->powers += newest->power > 0;
	count->power += newest->power;
}

/* Reads the date and the method of the row. Rows are by date. */
static void
take_method(struct newest *newest, const char *date, enum method method)
{
	if (strcmp(newest->date, date) != 0) {
		memcpy(newest->date, date, sizeof newest->date);
		newest->adopted = false;
	}
	newest->adopted |= method == NEW;
}

/* Counts the columns that only practices of the new method have. */
static void
take_new(struct fil_query *query, struct count *count, struct newest *newest)
{
	const char *result = fil_query_text(query, Q_RESULT);
	int64_t acceptance = fil_query_number(query, Q_ACCEPTANCE);
	int64_t power = fil_query_number(query, Q_POWER);

	count->results += result != NULL;
	count->better += result && strcmp(result, "better") == 0;
	count->equivalent += result && strcmp(result, "equivalent") == 0;
	if (acceptance > 0)
		newest->acceptance = acceptance;
	if (power > 0)
		newest->power = power;
}

/* Reads a practice. Returns 0, or -1 when it names no routine. */
static int
take_practice(const struct routines *routines, struct fil_query *query, struct newest *newest)
{
	const char *date = fil_query_text(query, Q_DATE), *minutes;
	enum method method = strcmp(fil_query_text(query, Q_METHOD), "new") == 0 ? NEW : OLD;
	size_t near = newest->routine == FIL_NOWHERE ? 0 : newest->routine, routine;
	struct count *count;

	if (strcmp(date, routines->as_of) > 0)
		return 0;
	routine = fil_lookup_table_find(routines->table, fil_query_text(query, Q_ROUTINE), near);
	if (routine == FIL_NOWHERE || strlen(date) >= FIL_DATE_SIZE)
		return -1;
	if (routine != newest->routine) {
		count_user(routines, newest);
		*newest = (struct newest){ .routine = routine };
	}
	count = &routines->counts[routine];
	take_method(newest, date, method);
	count->uses[method] += (size_t)fil_query_number(query, Q_USES);
	if ((minutes = fil_query_text(query, Q_MINUTES)))
		fil_median_add(routines->minutes, (uint32_t)(routine * METHODS + method),
		    fil_amount_thousandths(minutes));
	if (method == NEW)
		take_new(query, count, newest);
	return 0;
}

/* Reads the practices of the current user. Returns 0 or -1. */
static int
take_user(const struct routines *routines, struct fil_fault *fault)
{
	struct fil_query *query = fil_cursor_query(routines->practices);
	struct newest newest = { .routine = FIL_NOWHERE };
	size_t length;
	const char *user = fil_cursor_user(routines->practices, &length);
	int got;

	if (!fil_population_has(routines->selected, user, length))
		return 0;
	do {
		if (take_practice(routines, query, &newest) < 0)
			return fil_store_damaged_user(fault, "practices", user);
	} while ((got = fil_cursor_row(routines->practices, fault)) == 1);
	count_user(routines, &newest);
	return got;
}

/* Sets the medians of minutes, and the part that the new method saves. */
static void
show_minutes(const struct routines *routines, size_t routine, struct fil_figures *row)
{
	uint32_t old = (uint32_t)(routine * METHODS + OLD),
		 new = (uint32_t)(routine * METHODS + NEW);
	int64_t before, after;

	fil_figures_median(row, MINUTES_OLD, routines->minutes, old, 3);
	fil_figures_median(row, MINUTES_NEW, routines->minutes, new, 3);
	if (fil_median_value(routines->minutes, old, &before) &&
	    fil_median_value(routines->minutes, new, &after))
		fil_figures_share(row, SAVED_SHARE, before - after, before);
}

static void
give_row(const struct routines *routines, size_t routine, const struct fil_report_sink *sink)
{
	const struct count *count = &routines->counts[routine];
	long long results = (long long)count->results, better = (long long)count->better;
	struct fil_figures row = { 0 };

	for (size_t c = ROUTINE; c <= TITLE; c++)
		row.cells[c] = fil_lookup_table_cell(routines->table, routine, c);
	fil_figures_count(&row, USERS, count->users);
	fil_figures_count(&row, ADOPTERS, count->adopters);
	fil_figures_share(
	    &row, ADOPTION_SHARE, (long long)count->adopters, (long long)count->users);
	fil_figures_count(&row, USES_OLD, count->uses[OLD]);
	fil_figures_count(&row, USES_NEW, count->uses[NEW]);
	show_minutes(routines, routine, &row);
	fil_figures_count(&row, RESULTS, count->results);
	fil_figures_share(&row, EQUIVALENT_SHARE, better + (long long)count->equivalent, results);
	fil_figures_share(&row, BETTER_SHARE, better, results);
	fil_figures_count(&row, ACCEPTANCES, count->acceptances);
	fil_figures_mean(&row, ACCEPTANCE, count->acceptance, (long long)count->acceptances);
	fil_figures_count(&row, POWERS, count->powers);
	fil_figures_mean(&row, POWER, count->power, (long long)count->powers);
	sink->row(sink->context, row.cells);
}

/* Opens all tables. Returns 0 or -1. */
static int
open_tables(struct routines *routines, struct fil_store *store,
    const struct fil_report_request *request, struct fil_fault *fault)
{
	fil_date_write(request->as_of, routines->as_of);
	routines->table = fil_lookup_table_new(
	    fil_query_new(store, "SELECT routine, title FROM routines ORDER BY routine"), TITLE + 1,
	    fault);
	if (!routines->table)
		return -1;
	routines->selected =
	    fil_population_selected(store, &request->selection, request->as_of, fault);
	if (!routines->selected)
		return -1;
	routines->practices = fil_cursor_new(fil_query_new(store, practices_query));
	routines->minutes = fil_median_new();
	routines->counts =
	    fil_alloc(fil_lookup_table_rows(routines->table), sizeof *routines->counts);
	return 0;
}

static int
make_routines(struct fil_store *store, const struct fil_report_request *request,
    const struct fil_report_sink *sink, struct fil_fault *fault)
{
	struct routines routines = { .table = NULL };
	int got = open_tables(&routines, store, request, fault);

	if (got == 0)
		sink->columns(sink->context, columns, COLUMNS);
	while (got == 0 && (got = fil_cursor_next(routines.practices, fault)) == 1)
		got = take_user(&routines, fault);
	for (size_t i = 0; got == 0 && i < fil_lookup_table_rows(routines.table); i++)
		give_row(&routines, i, sink);
	fil_cursor_free(routines.practices);
	fil_population_free(routines.selected);
	fil_median_free(routines.minutes);
	fil_lookup_table_free(routines.table);
	free(routines.counts);
	return got;
}

const struct fil_report_subject fil_report_routines = {
	.name = "routines",
	.meaning = N_("the users of the new method, and its results"),
	.takes = FIL_TAKES_MINIMUM,
	.people = "users",
	.make = make_routines,
};
