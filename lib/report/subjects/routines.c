/* SPDX-License-Identifier: ISC */
/* fil-report routines: the users of the new method, and its results. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/report/figures.h"
#include "lib/report/report.h"
#include "lib/stats/interval.h"
#include "lib/stats/median.h"
#include "lib/stats/survival.h"
#include "lib/store/query.h"
#include "lib/users/groups.h"
#include "lib/users/population.h"

/* The columns of the report. Without --by it begins with the second one. */
enum {
	GROUP,
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
	SLOWER,
	BACK_DAYS,
	RESULTS,
	EQUIVALENT_SHARE,
	RESULT_USERS,
	EQUIVALENT_BY_USER,
	EQUIVALENT_LOW,
	EQUIVALENT_HIGH,
	RESULTS_OLD,
	EQUIVALENT_SHARE_OLD,
	EQUIVALENT_BY_USER_OLD,
	DIFFERENCE,
	DIFFERENCE_LOW,
	DIFFERENCE_HIGH,
	NOT_INFERIOR,
	BETTER_SHARE,
	ACCEPTANCES,
	ACCEPTANCE,
	POWERS,
	POWER,
	COLUMNS
};

static const struct fil_output_column columns[COLUMNS] = {
	[GROUP] = { "group", FIL_CELL_TEXT },
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
	[SLOWER] = { "slower", FIL_CELL_TEXT },
	[BACK_DAYS] = { "back_days", FIL_CELL_NUMBER },
	[RESULTS] = { "results", FIL_CELL_NUMBER },
	[EQUIVALENT_SHARE] = { "equivalent_share", FIL_CELL_SHARE },
	[RESULT_USERS] = { "result_users", FIL_CELL_NUMBER },
	[EQUIVALENT_BY_USER] = { "equivalent_by_user", FIL_CELL_SHARE },
	[EQUIVALENT_LOW] = { "equivalent_low", FIL_CELL_SHARE },
	[EQUIVALENT_HIGH] = { "equivalent_high", FIL_CELL_SHARE },
	[RESULTS_OLD] = { "results_old", FIL_CELL_NUMBER },
	[EQUIVALENT_SHARE_OLD] = { "equivalent_share_old", FIL_CELL_SHARE },
	[EQUIVALENT_BY_USER_OLD] = { "equivalent_by_user_old", FIL_CELL_SHARE },
	[DIFFERENCE] = { "difference", FIL_CELL_NUMBER },
	[DIFFERENCE_LOW] = { "difference_low", FIL_CELL_NUMBER },
	[DIFFERENCE_HIGH] = { "difference_high", FIL_CELL_NUMBER },
	[NOT_INFERIOR] = { "not_inferior", FIL_CELL_TEXT },
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

enum { UNKNOWN = -1 };

/* With fewer users by a method, resamples of them are too much alike. */
enum { RESAMPLED_LEAST = 10 };

/* What one user did by one method. */
struct done {
	size_t uses;
	uint32_t results, equivalent, better; /* equivalent: or better */
	int64_t minutes; /* twice the median, in thousandths, or UNKNOWN */
};

/* The practices of one user in one routine. acceptance and power are the newest ones with the new
 * method; 0: unknown. */
struct practised {
	size_t place; /* routine * groups + group */
	struct done done[METHODS];
	int back; /* days until the new method was as fast as the old, or UNKNOWN */
	enum fil_follow_up follow_up; /* FIL_CENSORED: it was not, within these days */
	bool adopted;
	int64_t acceptance, power;
};

/* A practice that says how long it took. */
struct timed {
	fil_day day;
	int64_t minutes; /* in thousandths */
};

/* The practices of the current user in the current routine. */
struct current {
	struct practised sum;
	size_t routine; /* FIL_NOWHERE: none yet */
	char date[FIL_DATE_SIZE]; /* of the newest practice */
	struct timed *timed[METHODS]; /* in the order of their days */
	size_t n[METHODS], room[METHODS];
};

/* A row of the report. */
struct row {
	size_t users, adopters, acceptances, powers;
	struct done done[METHODS]; /* sums, without minutes */
	long long acceptance, power;
	size_t result_users[METHODS], timed_users[METHODS];
	double shares[METHODS]; /* the sums of users' shares of equivalent results */
	bool several; /* a user has several results by one method */
	struct fil_bootstrap *resamples;
	struct fil_ratios ratios;
};

/* All rows, and what they share. */
struct result {
	struct fil_thing_rows places;
	struct row *rows;
	struct fil_median
	    *minutes; /* group: row * METHODS + method; values: twice, ten-thousandths */
	struct fil_durations *back; /* days and one more: an outcome may come on the first day */
};

struct routines {
	const struct fil_report_request *request;
	char as_of[FIL_DATE_SIZE];
	struct fil_lookup_table *table;
	struct fil_population *population;
	size_t groups; /* of the population */
	struct fil_cursor *practices;
	struct current current;
	struct practised *list; /* by user, then routine; empty without groups */
	size_t n, room;
	struct result result; /* without groups from the beginning */
	int64_t *minutes; /* room for the minutes of one user */
	size_t minutes_room;
};

/* Returns twice the median of minutes by a method, or UNKNOWN. */
static int64_t
find_minutes(struct routines *routines, enum method method)
{
	const struct current *current = &routines->current;
	size_t n = current->n[method];

	if (n == 0)
		return UNKNOWN;
	if (n > routines->minutes_room) {
		routines->minutes_room = 2 * n;
		routines->minutes = fil_resize(
		    routines->minutes, routines->minutes_room, sizeof *routines->minutes);
	}
	for (size_t i = 0; i < n; i++)
		routines->minutes[i] = current->timed[method][i].minutes;
	return fil_median_twice(routines->minutes, n);
}

/* Finds the days from the first practice by the new method to one that is as fast as the median of
 * the old. Without one, the user is followed to the last practice by the new method. */
static void
find_back(const struct current *current, struct practised *sum)
{
	const struct timed *timed = current->timed[NEW];
	size_t n = current->n[NEW], i = 0;

	sum->back = UNKNOWN;
	if (n == 0 || sum->done[OLD].minutes == UNKNOWN)
		return;
	while (i + 1 < n && 2 * timed[i].minutes > sum->done[OLD].minutes)
		i++;
	/* In a damaged store practices may be out of order. */
	sum->back = timed[i].day < timed[0].day ? 0 : timed[i].day - timed[0].day;
	sum->follow_up = 2 * timed[i].minutes > sum->done[OLD].minutes ? FIL_CENSORED : FIL_REACHED;
}

/* Adds the results of a user to a row. */
static void
add_results(struct row *row, const struct practised *user)
{
	double sums[2 * METHODS] = { 0 };

	for (enum method method = OLD; method < METHODS; method++) {
		const struct done *done = &user->done[method];

		if (done->results == 0)
			continue;
		sums[method] = (double)done->equivalent / done->results;
		sums[METHODS + method] = 1;
		row->shares[method] += sums[method];
		row->result_users[method]++;
		row->several |= done->results > 1;
	}
	if (sums[METHODS + OLD] + sums[METHODS + NEW] > 0)
		fil_bootstrap_add(row->resamples, sums);
}

/* Adds the minutes of a user to row i. */
static void
add_minutes(struct result *result, size_t i, const struct practised *user)
{
	int64_t old = user->done[OLD].minutes, new = user->done[NEW].minutes;

	for (enum method method = OLD; method < METHODS; method++)
		if (user->done[method].minutes != UNKNOWN) {
			result->rows[i].timed_users[method]++;
			fil_median_add(result->minutes, (uint32_t)(i * METHODS + method),
			    5 * user->done[method].minutes);
		}
	if (old > 0 && new > 0)
		fil_ratios_add(&result->rows[i].ratios, (double)new / (double)old);
	if (user->back != UNKNOWN)
		fil_durations_add(result->back, i, user->back + 1, user->follow_up);
}

/* Adds a user to row i. */
static void
add_user(struct result *result, size_t i, const struct practised *user)
{
	struct row *row = &result->rows[i];

	row->users++;
	row->adopters += user->adopted;
	row->acceptances += user->acceptance > 0;
	row->acceptance += user->acceptance;
	row->powers += user->power > 0;
	row->power += user->power;
	for (enum method method = OLD; method < METHODS; method++) {
		row->done[method].uses += user->done[method].uses;
		row->done[method].results += user->done[method].results;
		row->done[method].equivalent += user->done[method].equivalent;
		row->done[method].better += user->done[method].better;
	}
	add_results(row, user);
	add_minutes(result, i, user);
}

/* Ends the practices of the current user in a routine. */
static void
end_routine(struct routines *routines)
{
	struct current *current = &routines->current;
	struct practised *sum = &current->sum;

	if (current->routine == FIL_NOWHERE)
		return;
	for (enum method method = OLD; method < METHODS; method++)
		sum->done[method].minutes = find_minutes(routines, method);
	find_back(current, sum);
	current->routine = FIL_NOWHERE;
	if (routines->request->by == FIL_BY_NONE) {
		add_user(&routines->result, sum->place, sum);
		return;
	}
	if (routines->n == routines->room) {
		routines->room += routines->room / 2 + 64;
		routines->list = fil_resize(routines->list, routines->room, sizeof *routines->list);
	}
	routines->list[routines->n++] = *sum;
}

/* Begins a routine of the current user. */
static void
begin_routine(struct routines *routines, size_t routine, size_t group)
{
	struct current *current = &routines->current;

	end_routine(routines);
	current->routine = routine;
	*current->date = '\0';
	current->n[OLD] = current->n[NEW] = 0;
	current->sum = (struct practised){ .place = routine * routines->groups + group };
}

/* Reads the minutes of the row. Returns 0, or -1 for a damaged date. */
static int
take_minutes(struct current *current, enum method method, const char *date, const char *minutes)
{
	struct timed timed = { .minutes = fil_amount_thousandths(minutes) };
	size_t n = current->n[method];

	if (fil_date_parse(date, &timed.day) < 0)
		return -1;
	if (n == current->room[method]) {
		current->room[method] = 2 * n + 16;
		current->timed[method] = fil_resize(
		    current->timed[method], current->room[method], sizeof **current->timed);
	}
	current->timed[method][n] = timed;
	current->n[method]++;
	return 0;
}

/* Reads the date and the method of the row. Rows are by date. */
static void
take_method(struct current *current, const char *date, enum method method)
{
	if (strcmp(current->date, date) != 0) {
		memcpy(current->date, date, sizeof current->date);
		current->sum.adopted = false;
	}
	current->sum.adopted |= method == NEW;
}

/* Reads the result of the row, and what only the new method has. */
static void
take_result(struct fil_query *query, struct practised *sum, enum method method)
{
	const char *result = fil_query_text(query, Q_RESULT);
	struct done *done = &sum->done[method];
	int64_t acceptance = fil_query_number(query, Q_ACCEPTANCE);
	int64_t power = fil_query_number(query, Q_POWER);
	bool better = result && strcmp(result, "better") == 0;

	done->results += result != NULL;
	done->better += better;
	done->equivalent += better || (result && strcmp(result, "equivalent") == 0);
	if (method == NEW && acceptance > 0)
		sum->acceptance = acceptance;
	if (method == NEW && power > 0)
		sum->power = power;
}

/* Reads a practice of a user of the group. Returns 0, or -1 when it names no routine. */
static int
take_practice(struct routines *routines, struct fil_query *query, size_t group)
{
	struct current *current = &routines->current;
	const char *date = fil_query_text(query, Q_DATE), *minutes;
	enum method method = strcmp(fil_query_text(query, Q_METHOD), "new") == 0 ? NEW : OLD;
	size_t near = current->routine == FIL_NOWHERE ? 0 : current->routine, routine;

	if (strcmp(date, routines->as_of) > 0)
		return 0;
	routine = fil_lookup_table_find(routines->table, fil_query_text(query, Q_ROUTINE), near);
	if (routine == FIL_NOWHERE || strlen(date) >= FIL_DATE_SIZE)
		return -1;
	if (routine != current->routine)
		begin_routine(routines, routine, group);
	take_method(current, date, method);
	current->sum.done[method].uses += (size_t)fil_query_number(query, Q_USES);
	take_result(query, &current->sum, method);
	minutes = fil_query_text(query, Q_MINUTES);
	return minutes ? take_minutes(current, method, date, minutes) : 0;
}

/* Reads the practices of the current user. Returns 0 or -1. */
static int
take_user(struct routines *routines, struct fil_fault *fault)
{
	struct fil_query *query = fil_cursor_query(routines->practices);
	size_t length, group;
	const char *user = fil_cursor_user(routines->practices, &length);
	int got;

	group = fil_population_find(routines->population, user, length);
	if (group == FIL_NOWHERE)
		return 0;
	do {
		if (take_practice(routines, query, group) < 0)
			return fil_store_damaged_user(fault, "practices", user);
	} while ((got = fil_cursor_row(routines->practices, fault)) == 1);
	end_routine(routines);
	return got;
}

/* Returns the difference of the users' mean shares. NaN where a method has no results. */
static double
difference_of(const double *sums)
{
	return sums[NEW] / sums[METHODS + NEW] - sums[OLD] / sums[METHODS + OLD];
}

/* Returns the limits of the difference. */
static struct fil_interval
limits_of(const struct row *row)
{
	const size_t *users = row->result_users;
	struct fil_interval limits;

	if (row->several && users[OLD] >= RESAMPLED_LEAST && users[NEW] >= RESAMPLED_LEAST) {
		limits = fil_bootstrap_interval(row->resamples, difference_of);
		if (!isnan(limits.low))
			return limits;
	}
	return fil_difference_limits(row->shares[NEW] / (double)users[NEW], users[NEW],
	    row->shares[OLD] / (double)users[OLD], users[OLD]);
}

/* Sets the cells of the difference between the methods. */
static void
show_difference(const struct routines *routines, const struct row *row, struct fil_figures *figures)
{
	struct fil_interval limits;

	if (row->result_users[OLD] == 0 || row->result_users[NEW] == 0 ||
	    fil_report_is_one(routines->request, row->result_users[OLD]) ||
	    fil_report_is_one(routines->request, row->result_users[NEW]))
		return;
	limits = limits_of(row);
	fil_figures_fraction(figures, DIFFERENCE,
	    difference_of((const double[]){ row->shares[OLD], row->shares[NEW],
		(double)row->result_users[OLD], (double)row->result_users[NEW] }));
	fil_figures_fraction(figures, DIFFERENCE_LOW, limits.low);
	fil_figures_fraction(figures, DIFFERENCE_HIGH, limits.high);
	figures->cells[NOT_INFERIOR] =
	    100 * limits.low > -(double)routines->request->margin ? "yes" : "no";
}

/* Sets the cells of results. */
static void
show_results(const struct routines *routines, const struct row *row, struct fil_figures *figures)
{
	const struct done *old = &row->done[OLD], *new = &row->done[NEW];
	size_t users = row->result_users[NEW];
	double share = row->shares[NEW] / (double)users;
	struct fil_interval limits = fil_share_limits(share, users);

	fil_figures_count(figures, RESULTS, new->results);
	fil_figures_count(figures, RESULT_USERS, users);
	fil_figures_count(figures, RESULTS_OLD, old->results);
	show_difference(routines, row, figures);
	if (!fil_report_is_one(routines->request, users)) {
		fil_figures_share(figures, EQUIVALENT_SHARE, new->equivalent, new->results);
		fil_figures_fraction(figures, EQUIVALENT_BY_USER, share);
		fil_figures_fraction(figures, EQUIVALENT_LOW, limits.low);
		fil_figures_fraction(figures, EQUIVALENT_HIGH, limits.high);
		fil_figures_share(figures, BETTER_SHARE, new->better, new->results);
	}
	if (fil_report_is_one(routines->request, row->result_users[OLD]))
		return;
	fil_figures_share(figures, EQUIVALENT_SHARE_OLD, old->equivalent, old->results);
	fil_figures_fraction(
	    figures, EQUIVALENT_BY_USER_OLD, row->shares[OLD] / (double)row->result_users[OLD]);
}

/* Sets the cells of minutes of row i. */
static void
show_minutes(struct routines *routines, size_t i, struct fil_figures *figures)
{
	struct result *result = &routines->result;
	const size_t *users = result->rows[i].timed_users;
	bool of_old = !fil_report_is_one(routines->request, users[OLD]),
	     of_new = !fil_report_is_one(routines->request, users[NEW]);
	uint32_t old = (uint32_t)(i * METHODS + OLD), new = (uint32_t)(i * METHODS + NEW);
	const struct fil_day_count *counts;
	struct fil_survival *curve;
	int64_t before, after;
	size_t n;
	int day;

	if (of_old)
		fil_figures_median(figures, MINUTES_OLD, result->minutes, old, 4);
	if (of_new)
		fil_figures_median(figures, MINUTES_NEW, result->minutes, new, 4);
	if (of_old && of_new && fil_median_value(result->minutes, old, &before) &&
	    fil_median_value(result->minutes, new, &after))
		fil_figures_share(figures, SAVED_SHARE, before - after, before);
	figures->cells[SLOWER] = fil_ratios_slower(&result->rows[i].ratios);
	if (i >= fil_durations_groups(result->back))
		return;
	counts = fil_durations_of(result->back, i, &n);
	curve = fil_survival_new(counts, n);
	day = fil_survival_quantile(curve, 0.5).day;
	if (day != FIL_NOT_REACHED && !fil_report_is_one(routines->request, curve->users))
		fil_figures_count(figures, BACK_DAYS, (size_t)day - 1);
	fil_survival_free(curve);
}

static void
give_row(struct routines *routines, size_t i, const struct fil_report_sink *sink)
{
	struct result *result = &routines->result;
	const struct fil_thing_row *place = &result->places.rows[i];
	const struct row *row = &result->rows[i];
	struct fil_figures figures = { .cells = { [GROUP] = place->group } };

	figures.cells[ROUTINE] = fil_lookup_table_cell(routines->table, place->thing, 0);
	figures.cells[TITLE] = fil_lookup_table_cell(routines->table, place->thing, 1);
	fil_figures_count(&figures, USERS, row->users);
	fil_figures_count(&figures, ADOPTERS, row->adopters);
	fil_figures_share(
	    &figures, ADOPTION_SHARE, (long long)row->adopters, (long long)row->users);
	fil_figures_count(&figures, USES_OLD, row->done[OLD].uses);
	fil_figures_count(&figures, USES_NEW, row->done[NEW].uses);
	show_minutes(routines, i, &figures);
	show_results(routines, row, &figures);
	fil_figures_count(&figures, ACCEPTANCES, row->acceptances);
	if (!fil_report_is_one(routines->request, row->acceptances))
		fil_figures_mean(
		    &figures, ACCEPTANCE, row->acceptance, (long long)row->acceptances);
	fil_figures_count(&figures, POWERS, row->powers);
	if (!fil_report_is_one(routines->request, row->powers))
		fil_figures_mean(&figures, POWER, row->power, (long long)row->powers);
	sink->row(sink->context, figures.cells + (routines->request->by == FIL_BY_NONE));
}

/* Finds the rows, small groups merged. */
static void
make_rows(struct routines *routines)
{
	struct result *result = &routines->result;
	size_t groups = routines->groups, things = fil_lookup_table_rows(routines->table);
	size_t *users = fil_alloc(groups * things, sizeof *users);
	const char **names = fil_alloc(groups, sizeof *names);
	const struct fil_group_rows_request request =
	    fil_report_groups(routines->request, groups, names, users);

	for (size_t g = 0; g < groups; g++)
		names[g] = fil_population_group(routines->population, g);
	for (size_t i = 0; i < routines->n; i++)
		users[routines->list[i].place]++;
	fil_thing_rows_init(&result->places, &request, things);
	free(users);
	free(names);
	result->rows = fil_alloc(result->places.n, sizeof *result->rows);
	for (size_t i = 0; i < result->places.n; i++)
		result->rows[i].resamples = fil_bootstrap_new((size_t)2 * METHODS);
	result->minutes = fil_median_new();
	result->back = fil_durations_new();
}

static void
give_rows(struct routines *routines, const struct fil_report_sink *sink)
{
	if (routines->request->by != FIL_BY_NONE)
		make_rows(routines);
	for (size_t i = 0; i < routines->n; i++)
		add_user(&routines->result, routines->result.places.into[routines->list[i].place],
		    &routines->list[i]);
	for (size_t i = 0; i < routines->result.places.n; i++)
		give_row(routines, i, sink);
}

/* Opens all tables. Returns 0 or -1. */
static int
open_tables(struct routines *routines, struct fil_store *store, struct fil_fault *fault)
{
	const struct fil_report_request *request = routines->request;

	fil_date_write(request->as_of, routines->as_of);
	routines->table = fil_lookup_table_new(
	    fil_query_new(store, "SELECT routine, title FROM routines ORDER BY routine"), 2, fault);
	if (!routines->table)
		return -1;
	routines->population = fil_population_grouped(
	    store, &request->selection, request->by, request->depth, request->as_of, fault);
	if (!routines->population)
		return -1;
	routines->groups = fil_population_groups(routines->population);
	routines->current.routine = FIL_NOWHERE;
	routines->practices = fil_cursor_new(fil_query_new(store, practices_query));
	if (request->by == FIL_BY_NONE)
		make_rows(routines);
	return 0;
}

static void
close_tables(struct routines *routines)
{
	fil_cursor_free(routines->practices);
	fil_population_free(routines->population);
	fil_lookup_table_free(routines->table);
	for (enum method method = OLD; method < METHODS; method++)
		free(routines->current.timed[method]);
	for (size_t i = 0; i < routines->result.places.n; i++)
		fil_bootstrap_free(routines->result.rows[i].resamples);
	fil_thing_rows_release(&routines->result.places);
	fil_median_free(routines->result.minutes);
	fil_durations_free(routines->result.back);
	free(routines->result.rows);
	free(routines->list);
	free(routines->minutes);
}

static int
make_routines(struct fil_store *store, const struct fil_report_request *request,
    const struct fil_report_sink *sink, struct fil_fault *fault)
{
	struct routines routines = { .request = request };
	int first = request->by == FIL_BY_NONE ? ROUTINE : GROUP;
	int got = open_tables(&routines, store, fault);

	if (got == 0)
		sink->columns(sink->context, columns + first, (size_t)(COLUMNS - first));
	while (got == 0 && (got = fil_cursor_next(routines.practices, fault)) == 1)
		got = take_user(&routines, fault);
	if (got == 0)
		give_rows(&routines, sink);
	close_tables(&routines);
	return got;
}

const struct fil_report_subject fil_report_routines = {
	.name = "routines",
	.meaning = N_("the users of the new method, and its results"),
	.takes = FIL_TAKES_GROUPS,
	.people = "users",
	.make = make_routines,
};
