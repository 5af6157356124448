/* SPDX-License-Identifier: ISC */
/* fil-report routines: the users of the new method, and its results. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/report/figures.h"
#include "lib/report/practice_counts.h"
#include "lib/report/report.h"
#include "lib/stats/interval.h"
#include "lib/stats/median.h"
#include "lib/stats/survival.h"
#include "lib/store/query.h"
#include "lib/users/groups.h"
#include "lib/users/population.h"
#include "lib/users/users.h"

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
	[ADOPTION_SHARE] = { "adoption_share", FIL_CELL_SHARE, 1 },
	[USES_OLD] = { "uses_old", FIL_CELL_NUMBER },
	[USES_NEW] = { "uses_new", FIL_CELL_NUMBER },
	[MINUTES_OLD] = { "minutes_old", FIL_CELL_NUMBER },
	[MINUTES_NEW] = { "minutes_new", FIL_CELL_NUMBER },
	[SAVED_SHARE] = { "saved_share", FIL_CELL_SHARE, 1 },
	[SLOWER] = { "slower", FIL_CELL_TEXT },
	[BACK_DAYS] = { "back_days", FIL_CELL_NUMBER },
	[RESULTS] = { "results", FIL_CELL_NUMBER },
	[EQUIVALENT_SHARE] = { "equivalent_share", FIL_CELL_SHARE, 1 },
	[RESULT_USERS] = { "result_users", FIL_CELL_NUMBER },
	[EQUIVALENT_BY_USER] = { "equivalent_by_user", FIL_CELL_SHARE, 1 },
	[EQUIVALENT_LOW] = { "equivalent_low", FIL_CELL_SHARE, 1 },
	[EQUIVALENT_HIGH] = { "equivalent_high", FIL_CELL_SHARE, 1 },
	[RESULTS_OLD] = { "results_old", FIL_CELL_NUMBER },
	[EQUIVALENT_SHARE_OLD] = { "equivalent_share_old", FIL_CELL_SHARE, 1 },
	[EQUIVALENT_BY_USER_OLD] = { "equivalent_by_user_old", FIL_CELL_SHARE, 1 },
	[DIFFERENCE] = { "difference", FIL_CELL_NUMBER, 1 },
	[DIFFERENCE_LOW] = { "difference_low", FIL_CELL_NUMBER, 1 },
	[DIFFERENCE_HIGH] = { "difference_high", FIL_CELL_NUMBER, 1 },
	[NOT_INFERIOR] = { "not_inferior", FIL_CELL_TEXT },
	[BETTER_SHARE] = { "better_share", FIL_CELL_SHARE, 1 },
	[ACCEPTANCES] = { "acceptances", FIL_CELL_NUMBER },
	[ACCEPTANCE] = { "acceptance", FIL_CELL_NUMBER, 1 },
	[POWERS] = { "powers", FIL_CELL_NUMBER },
	[POWER] = { "power", FIL_CELL_NUMBER, 1 },
};

/* With fewer users by a method, resamples of them are too much alike. */
enum { RESAMPLED_LEAST = 10 };

/* The bases of figures that add up: users with results by each method, acceptances, powers. */
enum { OF_ACCEPTANCE = FIL_METHODS, OF_POWER, BASES };

/* A row of the report. */
struct row {
	struct fil_practice_sums sums;
	size_t results[FIL_METHODS], equivalent[FIL_METHODS];
	size_t result_users[FIL_METHODS];
	size_t resampled; /* users with results by any method */
	double shares[FIL_METHODS]; /* the sums of users' shares of equivalent results */
	bool several; /* a user has several results by one method */
	struct fil_bootstrap *resamples;
	bool hidden[BASES]; /* the figures on it must not be known */
};

/* All rows, and what they share. */
struct result {
	struct fil_thing_rows places;
	struct row *rows;
	struct fil_median *minutes; /* of the counts; group: row * FIL_METHODS + method */
	struct fil_durations *back; /* days and one more: an outcome may come on the first day */
};

struct routines {
	const struct fil_report_request *request;
	struct fil_lookup_table *table;
	struct fil_practice_counts *counts;
	const struct fil_population *population; /* of the counts */
	struct result result;
};

/* Returns the difference of the users' mean shares. NaN where a method has no results. */
static double
difference_of(const double *sums)
{
	return sums[FIL_NEW] / sums[FIL_METHODS + FIL_NEW] -
	    sums[FIL_OLD] / sums[FIL_METHODS + FIL_OLD];
}

/* Returns the limits of the difference. */
static struct fil_interval
limits_of(const struct row *row)
{
	const size_t *users = row->result_users;
	struct fil_interval limits;

	if (row->several && users[FIL_OLD] >= RESAMPLED_LEAST &&
	    users[FIL_NEW] >= RESAMPLED_LEAST) {
		limits = fil_bootstrap_interval(row->resamples, difference_of);
		if (!isnan(limits.low))
			return limits;
	}
	return fil_difference_limits(row->shares[FIL_NEW] / (double)users[FIL_NEW], users[FIL_NEW],
	    row->shares[FIL_OLD] / (double)users[FIL_OLD], users[FIL_OLD]);
}

/* Sets the cells of the difference between the methods. */
static void
show_difference(const struct routines *routines, const struct row *row, struct fil_figures *figures)
{
	struct fil_interval limits;

	if (row->result_users[FIL_OLD] == 0 || row->result_users[FIL_NEW] == 0 ||
	    row->hidden[FIL_OLD] || row->hidden[FIL_NEW])
		return;
	limits = limits_of(row);
	fil_figures_fraction(figures, DIFFERENCE,
	    difference_of((const double[]){ row->shares[FIL_OLD], row->shares[FIL_NEW],
		(double)row->result_users[FIL_OLD], (double)row->result_users[FIL_NEW] }));
	fil_figures_fraction(figures, DIFFERENCE_LOW, limits.low);
	fil_figures_fraction(figures, DIFFERENCE_HIGH, limits.high);
	figures->cells[NOT_INFERIOR] =
	    100 * limits.low > -(double)routines->request->margin ? "yes" : "no";
}

/* Sets the cells of results. */
static void
show_results(const struct routines *routines, const struct row *row, struct fil_figures *figures)
{
	const size_t *results = row->results, *equivalent = row->equivalent;
	size_t users = row->result_users[FIL_NEW];
	double share = row->shares[FIL_NEW] / (double)users;
	struct fil_interval limits = fil_share_limits(share, users);

	fil_figures_count(figures, RESULTS, results[FIL_NEW]);
	fil_figures_count(figures, RESULT_USERS, users);
	fil_figures_count(figures, RESULTS_OLD, results[FIL_OLD]);
	show_difference(routines, row, figures);
	if (!row->hidden[FIL_NEW]) {
		fil_figures_share(figures, EQUIVALENT_SHARE, (long long)equivalent[FIL_NEW],
		    (long long)results[FIL_NEW]);
		fil_figures_fraction(figures, EQUIVALENT_BY_USER, share);
		fil_figures_fraction(figures, EQUIVALENT_LOW, limits.low);
		fil_figures_fraction(figures, EQUIVALENT_HIGH, limits.high);
		fil_figures_share(figures, BETTER_SHARE, (long long)row->sums.better,
		    (long long)results[FIL_NEW]);
	}
	if (row->hidden[FIL_OLD])
		return;
	fil_figures_share(figures, EQUIVALENT_SHARE_OLD, (long long)equivalent[FIL_OLD],
	    (long long)results[FIL_OLD]);
	fil_figures_fraction(figures, EQUIVALENT_BY_USER_OLD,
	    row->shares[FIL_OLD] / (double)row->result_users[FIL_OLD]);
}

/* Sets the cells of minutes of row i. */
static void
show_minutes(struct routines *routines, size_t i, struct fil_figures *figures)
{
	struct result *result = &routines->result;
	const size_t *users = result->rows[i].sums.timed;
	bool of_old = !fil_report_are_few(routines->request, users[FIL_OLD]),
	     of_new = !fil_report_are_few(routines->request, users[FIL_NEW]);
	uint32_t old = (uint32_t)(i * FIL_METHODS + FIL_OLD),
		 new = (uint32_t)(i * FIL_METHODS + FIL_NEW);
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
	if (!fil_report_are_few(routines->request, result->rows[i].sums.ratios.n))
		figures->cells[SLOWER] = fil_ratios_slower(&result->rows[i].sums.ratios);
	if (i >= fil_durations_groups(result->back))
		return;
	counts = fil_durations_of(result->back, i, &n);
	curve = fil_survival_new(counts, n);
	day = fil_survival_quantile(curve, 0.5).day;
	if (day != FIL_NOT_REACHED && !fil_report_are_few(routines->request, curve->users))
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
	fil_figures_count(&figures, USERS, row->sums.users);
	fil_figures_count(&figures, ADOPTERS, row->sums.adopters);
	fil_figures_share(
	    &figures, ADOPTION_SHARE, (long long)row->sums.adopters, (long long)row->sums.users);
	fil_figures_count(&figures, USES_OLD, row->sums.uses[FIL_OLD]);
	fil_figures_count(&figures, USES_NEW, row->sums.uses[FIL_NEW]);
	show_minutes(routines, i, &figures);
	show_results(routines, row, &figures);
	fil_figures_count(&figures, ACCEPTANCES, row->sums.acceptances);
	if (!row->hidden[OF_ACCEPTANCE])
		fil_figures_mean(
		    &figures, ACCEPTANCE, row->sums.acceptance, (long long)row->sums.acceptances);
	fil_figures_count(&figures, POWERS, row->sums.powers);
	if (!row->hidden[OF_POWER])
		fil_figures_mean(&figures, POWER, row->sums.power, (long long)row->sums.powers);
	sink->row(sink->context, figures.cells + (routines->request->by == FIL_BY_NONE));
}

/* Returns the row of a place. A place with a user has one. */
static size_t
row_of(const struct routines *routines, size_t place)
{
	size_t things = fil_lookup_table_rows(routines->table),
	       groups = fil_population_groups(routines->population);

	return routines->result.places.into[place % things * groups + place / things];
}

/* Moves the minutes of n places to the rows. */
static void
group_minutes(struct routines *routines, size_t n)
{
	size_t *into = fil_alloc(n * FIL_METHODS + 1, sizeof *into);

	/* A place without users has no minutes. */
	for (size_t i = 0; i < n * FIL_METHODS; i++)
		into[i] = row_of(routines, i / FIL_METHODS) * FIL_METHODS + i % FIL_METHODS;
	routines->result.minutes = fil_practice_counts_minutes(routines->counts);
	fil_median_regroup(routines->result.minutes, into);
	free(into);
}

/* Finds the rows, small groups merged. */
static void
make_rows(struct routines *routines)
{
	struct result *result = &routines->result;
	size_t groups = fil_population_groups(routines->population),
	       things = fil_lookup_table_rows(routines->table);
	size_t *users = fil_alloc(groups * things, sizeof *users);
	const char **names = fil_alloc(groups, sizeof *names);
	const struct fil_group_rows_request request =
	    fil_report_groups(routines->request, groups, names, users);
	const struct fil_practice_sums *sums;
	size_t n;

	sums = fil_practice_counts_sums(routines->counts, &n);
	for (size_t g = 0; g < groups; g++)
		names[g] = fil_population_group(routines->population, g);
	for (size_t i = 0; i < n; i++)
		users[i % things * groups + i / things] = sums[i].users;
	fil_thing_rows_init(&result->places, &request, things);
	free(users);
	free(names);
	result->rows = fil_alloc(result->places.n, sizeof *result->rows);
	for (size_t i = 0; i < n; i++)
		if (sums[i].users > 0)
			fil_practice_sums_add(&result->rows[row_of(routines, i)].sums, &sums[i]);
	group_minutes(routines, n);
	result->back = fil_durations_new();
}

/* Users whose figures are alike. */
struct alike {
	const struct fil_practice_figure *figure;
	size_t users, row;
};

static size_t
users_of(const void *alike)
{
	return ((const struct alike *)alike)->users;
}

static int
by_figure(const void *left, const void *right)
{
	const struct fil_practice_figure *a = ((const struct alike *)left)->figure,
					 *b = ((const struct alike *)right)->figure;
	int i = 0;

	while (i + 1 < FIL_PRACTICE_VALUES && a->values[i] == b->values[i])
		i++;
	if (a->values[i] != b->values[i])
		return a->values[i] < b->values[i] ? -1 : 1;
	/* The sums of a row must not depend on the order of groups that are merged. */
	return (users_of(left) > users_of(right)) - (users_of(left) < users_of(right));
}

/* Returns the figures by their values, so that every engine has them in one order, and their number;
 * the caller frees the list. */
static struct alike *
sort_figures(const struct routines *routines, size_t *n)
{
	const struct fil_users *figures = fil_practice_counts_figures(routines->counts);
	struct alike *list;

	*n = fil_users_tuples(figures);
	list = fil_alloc(*n + 1, sizeof *list);
	for (size_t i = 0; i < *n; i++) {
		list[i].figure = fil_users_tuple(figures, i, &list[i].users);
		list[i].row = row_of(routines, list[i].figure->place);
	}
	qsort(list, *n, sizeof *list, by_figure);
	return list;
}

/* Adds the results of users who are alike to a row. */
static void
add_results(struct row *row, const struct alike *alike)
{
	const int64_t *values = alike->figure->values;
	double sums[2 * FIL_METHODS] = { 0 };

	for (enum fil_method method = FIL_OLD; method < FIL_METHODS; method++) {
		size_t results = (size_t)(values[method] / FIL_PER_RESULT),
		       equivalent = (size_t)(values[method] % FIL_PER_RESULT);

		if (results == 0)
			continue;
		sums[method] = (double)equivalent / (double)results;
		sums[FIL_METHODS + method] = 1;
		row->shares[method] += sums[method] * (double)alike->users;
		row->result_users[method] += alike->users;
		row->results[method] += results * alike->users;
		row->equivalent[method] += equivalent * alike->users;
		row->several |= results > 1;
	}
	if (!row->resamples)
		row->resamples = fil_bootstrap_new((size_t)2 * FIL_METHODS, row->resampled);
	fil_bootstrap_add(row->resamples, sums, alike->users);
}

/* Adds the figures of all users to the rows. */
static void
add_figures(struct routines *routines)
{
	struct result *result = &routines->result;
	size_t n;
	struct alike *list = sort_figures(routines, &n);

	for (size_t i = 0; i < n; i++)
		if (list[i].figure->kind == FIL_OF_RESULTS)
			result->rows[list[i].row].resampled += list[i].users;
	for (size_t i = 0; i < n; i++)
		switch ((enum fil_practice_kind)list[i].figure->kind) {
		case FIL_OF_RESULTS: add_results(&result->rows[list[i].row], &list[i]); break;
		case FIL_OF_BACK:
			fil_durations_count(result->back, list[i].row,
			    (int)list[i].figure->values[0] + 1,
			    (enum fil_follow_up)list[i].figure->values[1], list[i].users);
			break;
		}
	free(list);
}

/* Returns the number of people of a basis. */
static size_t
people_of(const struct row *row, size_t basis)
{
	if (basis < FIL_METHODS)
		return row->result_users[basis];
	return basis == OF_ACCEPTANCE ? row->sums.acceptances : row->sums.powers;
}

/* Hides figures of few people, and of others while those of all groups would tell them. Returns how many
 * rows of enough people do not show one. */
static size_t
hide_figures(const struct routines *routines)
{
	const struct result *result = &routines->result;
	size_t n = result->places.n, *people = fil_alloc(n, sizeof *people), others = 0;
	bool *hidden = fil_alloc(n, sizeof *hidden), *some = fil_alloc(n, sizeof *some);

	for (size_t basis = 0; basis < BASES; basis++) {
		memset(hidden, 0, n * sizeof *hidden);
		for (size_t i = 0; i < n; i++)
			people[i] = people_of(&result->rows[i], basis);
		fil_report_hide_few(routines->request, n, people, result->places.rows, hidden);
		for (size_t i = 0; i < n; i++) {
			result->rows[i].hidden[basis] = hidden[i];
			some[i] |= hidden[i] && !fil_report_are_few(routines->request, people[i]);
		}
	}
	for (size_t i = 0; i < n; i++)
		others += some[i];
	free(people);
	free(hidden);
	free(some);
	return others;
}

static void
close_tables(struct routines *routines)
{
	fil_practice_counts_free(routines->counts);
	fil_lookup_table_free(routines->table);
	for (size_t i = 0; i < routines->result.places.n; i++)
		fil_bootstrap_free(routines->result.rows[i].resamples);
	fil_thing_rows_release(&routines->result.places);
	fil_durations_free(routines->result.back);
	free(routines->result.rows);
}

/* Reads the routines and counts their users. Returns 0 or -1. */
static int
open_tables(struct routines *routines, struct fil_store *store, struct fil_fault *fault)
{
	routines->table = fil_lookup_table_new(
	    fil_query_new(store, "SELECT routine, title FROM routines ORDER BY routine"), 2, fault);
	if (!routines->table)
		return -1;
	routines->counts =
	    fil_practice_counts_new(store, routines->request, routines->table, fault);
	if (!routines->counts)
		return -1;
	routines->population = fil_practice_counts_population(routines->counts);
	return 0;
}

static int
make_routines(struct fil_store *store, const struct fil_report_request *request,
    const struct fil_report_sink *sink, struct fil_fault *fault)
{
	struct routines routines = { .request = request };
	int first = request->by == FIL_BY_NONE ? ROUTINE : GROUP;
	size_t hidden;
	int got = open_tables(&routines, store, fault);

	if (got == 0) {
		sink->columns(sink->context, columns + first, (size_t)(COLUMNS - first));
		make_rows(&routines);
		add_figures(&routines);
		hidden = hide_figures(&routines);
		for (size_t i = 0; i < routines.result.places.n; i++)
			give_row(&routines, i, sink);
		fil_report_say_hidden(sink, request, hidden);
	}
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
