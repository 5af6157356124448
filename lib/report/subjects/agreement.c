/* SPDX-License-Identifier: ISC */
/* fil-report agreement: levels that users give themselves beside levels from others. */
#include "lib/stats/agreement.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/levels/standing_reader.h"
#include "lib/report/figures.h"
#include "lib/report/report.h"
#include "lib/stats/interval.h"
#include "lib/users/groups.h"
#include "lib/users/population.h"
#include "lib/users/users.h"

/* The columns of the report. */
enum {
	GROUP,
	USERS,
	PAIRS,
	EXACT,
	EXACT_SHARE,
	WITHIN_ONE,
	WITHIN_ONE_SHARE,
	OVER,
	OVER_SHARE,
	UNDER,
	UNDER_SHARE,
	MEAN_DIFFERENCE,
	KAPPA,
	KAPPA_LOW,
	KAPPA_HIGH,
	COLUMNS
};

static const struct fil_output_column columns[COLUMNS] = {
	[GROUP] = { "group", FIL_CELL_TEXT },
	[USERS] = { "users", FIL_CELL_NUMBER },
	[PAIRS] = { "pairs", FIL_CELL_NUMBER },
	[EXACT] = { "exact", FIL_CELL_NUMBER },
	[EXACT_SHARE] = { "exact_share", FIL_CELL_SHARE, 1 },
	[WITHIN_ONE] = { "within_one", FIL_CELL_NUMBER },
	[WITHIN_ONE_SHARE] = { "within_one_share", FIL_CELL_SHARE, 1 },
	[OVER] = { "over", FIL_CELL_NUMBER },
	[OVER_SHARE] = { "over_share", FIL_CELL_SHARE, 1 },
	[UNDER] = { "under", FIL_CELL_NUMBER },
	[UNDER_SHARE] = { "under_share", FIL_CELL_SHARE, 1 },
	[MEAN_DIFFERENCE] = { "mean_difference", FIL_CELL_NUMBER, 2 },
	[KAPPA] = { "kappa", FIL_CELL_NUMBER, 3 },
	[KAPPA_LOW] = { "kappa_low", FIL_CELL_NUMBER, 3 },
	[KAPPA_HIGH] = { "kappa_high", FIL_CELL_NUMBER, 3 },
};

/* A user with a pair: a tuple. */
struct compared {
	size_t group;
	struct fil_agreement agreement;
};

/* A row of the report. */
struct row {
	size_t users;
	struct fil_agreement agreement;
	struct fil_bootstrap *resamples;
};

struct comparison {
	const struct fil_report_request *request;
	struct fil_population *population;
	struct fil_fact_reader *facts;
	struct fil_users *users; /* with a pair; those who are alike are one tuple */
	struct fil_dimensions dimensions;
	size_t asked; /* the only one to compare, or FIL_NOWHERE for all */
	struct fil_pairing *pairings; /* of the current user, one for each dimension */
	bool doubtful; /* the engine found a row that must not be counted */
};

/* Finds the pairs of a user, one for each dimension. */
static void
pair_levels(const struct comparison *comparison, const struct fil_fact_user *facts,
    struct fil_agreement *user)
{
	size_t n = comparison->dimensions.n;

	memset(comparison->pairings, 0, n * sizeof *comparison->pairings);
	for (size_t i = 0; i < facts->n; i++) {
		const struct fil_fact_row *fact = &facts->facts[i];

		if (fact->date <= comparison->request->as_of)
			fil_pairing_add(&comparison->pairings[fact->dimension], fact->date,
			    (enum fil_source)fact->source, fact->level);
	}
	for (size_t d = 0; d < n; d++) {
		const struct fil_pairing *pairing = &comparison->pairings[d];

		if (pairing->found && (comparison->asked == FIL_NOWHERE || comparison->asked == d))
			fil_agreement_add(user, pairing->own, pairing->other);
	}
}

/* Compares all users one by one. Returns 0 or -1. */
static int
compare_all(struct comparison *comparison, struct fil_fault *fault)
{
	struct fil_fact_user facts;
	int got;

	while ((got = fil_fact_reader_next(comparison->facts, &facts, fault)) == 1) {
		struct compared user = { 0 };

		user.group = fil_population_find(comparison->population, facts.user, facts.length);
		if (user.group == FIL_NOWHERE)
			continue;
		pair_levels(comparison, &facts, &user.agreement);
		if (user.agreement.pairs > 0)
			fil_users_count(comparison->users, &user, 1);
	}
	return got;
}

static const char newest_levels[] =
#include "sql/newest-levels.inc"
    ;

/* A level is the last digit of a number in base 8, the day what is before two of them. */
enum { PER_LEVEL = 8 };

/* More than any day of eight digits. */
enum { PER_DISTANCE = 100000000 };

/* Adds the nearest pair of each user in each dimension, the latest of several: its distance, its
 * day and its two levels as one number. */
static void
add_pairs(const struct comparison *comparison, struct fil_statement *statement)
{
	const struct fil_dimensions *dimensions = &comparison->dimensions;
	char day[FIL_DATE_SIZE];
	const char *const values[] = { day };

	fil_date_write(comparison->request->as_of, day);
	fil_statement_add(statement,
	    "(SELECT who, max(doubt) AS doubt, max(CASE WHEN distance <= %d THEN"
	    " (CAST(%d - distance AS BIGINT) * %d + latest) * %d"
	    " + own %% %d * %d + other %% %d END) AS pair FROM"
	    " (SELECT who, dimension, doubt, own, other,"
	    " CASE WHEN own > other THEN own / 16 ELSE other / 16 END AS latest, abs(",
	    FIL_PAIR_DAYS, FIL_PAIR_DAYS, PER_DISTANCE, PER_LEVEL * PER_LEVEL, PER_LEVEL, PER_LEVEL,
	    PER_LEVEL);
	fil_statement_add_day_number(statement, "(own / 16)");
	fil_statement_add(statement, " - ");
	fil_statement_add_day_number(statement, "(other / 16)");
	fil_statement_add(statement, ") AS distance FROM (");
	fil_statement_add_text(statement, newest_levels, values);
	fil_statement_add(statement, ") AS a");
	if (comparison->asked != FIL_NOWHERE) {
		fil_statement_add(statement, " WHERE dimension = ");
		fil_statement_add_value(statement, dimensions->names[comparison->asked]);
	}
	fil_statement_add(statement, ") AS a GROUP BY who, dimension) AS a");
}

/* The columns of the agreement of a user, in their order, made of the levels of the pairs. */
static const char *const agreement_columns[] = {
	"count(x)",
	"count(CASE WHEN x = y THEN 1 END)",
	"count(CASE WHEN abs(x - y) <= 1 THEN 1 END)",
	"count(CASE WHEN x > y THEN 1 END)",
	"count(CASE WHEN x < y THEN 1 END)",
	"sum(x)",
	"sum(y)",
	"sum(x * x)",
	"sum(y * y)",
	"sum(x * y)",
};

enum { AGREEMENT_COLUMNS = sizeof agreement_columns / sizeof *agreement_columns };

/* Joins the agreement of each user. */
static void
join_agreement(void *context, struct fil_statement *statement)
{
	fil_statement_add(statement, " LEFT JOIN (SELECT who, max(doubt) AS doubt");
	for (int i = 0; i < AGREEMENT_COLUMNS; i++)
		fil_statement_add(statement, ", %s AS c%d", agreement_columns[i], i);
	fil_statement_add(statement,
	    " FROM (SELECT who, doubt, CAST(pair / %d %% %d AS INTEGER) AS x,"
	    " CAST(pair %% %d AS INTEGER) AS y FROM ",
	    PER_LEVEL, PER_LEVEL, PER_LEVEL);
	add_pairs(context, statement);
	fil_statement_add(statement, ") AS a GROUP BY who) AS l ON l.who = u.\"user\"");
}

static void
add_agreement(void *context, struct fil_statement *statement)
{
	(void)context;
	for (int i = 0; i < AGREEMENT_COLUMNS; i++)
		fil_statement_add(statement, ", l.c%d", i);
	fil_statement_add(statement, ", count(*), max(l.doubt)");
}

/* Takes the users who are alike. */
static void
take_agreement(void *context, const uint32_t *cells, struct fil_query *query, int column)
{
	struct comparison *comparison = context;
	struct compared user = { .group = cells[0] };
	struct fil_agreement *agreement = &user.agreement;
	int64_t of[AGREEMENT_COLUMNS];

	for (int i = 0; i < AGREEMENT_COLUMNS; i++)
		of[i] = fil_query_number(query, column + i);
	*agreement = (struct fil_agreement){ (size_t)of[0], (size_t)of[1], (size_t)of[2],
		(size_t)of[3], (size_t)of[4], of[5], of[6], of[7], of[8], of[9] };
	if (agreement->pairs > 0)
		fil_users_count(comparison->users, &user,
		    (size_t)fil_query_number(query, column + AGREEMENT_COLUMNS));
	comparison->doubtful |= fil_query_number(query, column + AGREEMENT_COLUMNS + 1) > 0;
}

/* Has the engine compare the users. Returns 1, 0 where it cannot, or -1 with a fault. */
static int
compare_by_engine(struct comparison *comparison, struct fil_store *store, struct fil_fault *fault)
{
	const struct fil_report_request *request = comparison->request;
	const struct fil_population_request whom = { &request->selection, request->by,
		request->depth, &request->as_of, 1, { false } };
	const struct fil_population_sums sums = { join_agreement, add_agreement, take_agreement,
		comparison, AGREEMENT_COLUMNS, NULL, NULL };

	if (comparison->dimensions.n == 0)
		return 0;
	if (fil_population_counted(store, &whom, &sums, &comparison->population, fault) < 0)
		return -1;
	if (comparison->population && !comparison->doubtful)
		return 1;
	/* The walk is to tell whose row is damaged. */
	fil_population_free(comparison->population);
	comparison->population = NULL;
	fil_users_free(comparison->users);
	comparison->users = fil_users_new(sizeof(struct compared));
	return 0;
}

/* Sets the cells of kappa. */
static void
show_kappa(const struct row *row, struct fil_figures *figures)
{
	struct fil_interval limits = fil_bootstrap_interval(row->resamples, fil_agreement_kappa);
	double sums[FIL_AGREEMENT_SUMS];

	fil_agreement_sums(&row->agreement, sums);
	if (isnan(fil_agreement_kappa(sums)))
		return;
	fil_figures_real(figures, KAPPA, fil_agreement_kappa(sums));
	fil_figures_real(figures, KAPPA_LOW, limits.low);
	fil_figures_real(figures, KAPPA_HIGH, limits.high);
}

static void
give_row(const char *group, const struct row *row, const struct fil_report_sink *sink)
{
	struct fil_figures figures = { .cells = { [GROUP] = group } };
	const struct fil_agreement *agreement = &row->agreement;
	long long pairs = (long long)agreement->pairs;

	fil_figures_count(&figures, USERS, row->users);
	fil_figures_count(&figures, PAIRS, agreement->pairs);
	fil_figures_count(&figures, EXACT, agreement->exact);
	fil_figures_share(&figures, EXACT_SHARE, (long long)agreement->exact, pairs);
	fil_figures_count(&figures, WITHIN_ONE, agreement->within_one);
	fil_figures_share(&figures, WITHIN_ONE_SHARE, (long long)agreement->within_one, pairs);
	fil_figures_count(&figures, OVER, agreement->over);
	fil_figures_share(&figures, OVER_SHARE, (long long)agreement->over, pairs);
	fil_figures_count(&figures, UNDER, agreement->under);
	fil_figures_share(&figures, UNDER_SHARE, (long long)agreement->under, pairs);
	fil_figures_mean(&figures, MEAN_DIFFERENCE, agreement->x - agreement->y, pairs);
	show_kappa(row, &figures);
	sink->row(sink->context, figures.cells);
}

/* Adds n users to a row. */
static void
add_users(struct row *row, const struct fil_agreement *user, size_t n)
{
	double sums[FIL_AGREEMENT_SUMS];

	if (!row->resamples)
		row->resamples = fil_bootstrap_new(FIL_AGREEMENT_SUMS, row->users);
	fil_agreement_merge(&row->agreement, user, n);
	fil_agreement_sums(user, sums);
	fil_bootstrap_add(row->resamples, sums, n);
}

/* Users who are alike. */
struct alike {
	const struct compared *user;
	size_t users;
};

/* Compares the sums of users. Those with equal sums may come in any order. */
static int
by_sums(const void *left, const void *right)
{
	double a[FIL_AGREEMENT_SUMS], b[FIL_AGREEMENT_SUMS];
	int i = 0;

	fil_agreement_sums(&((const struct alike *)left)->user->agreement, a);
	fil_agreement_sums(&((const struct alike *)right)->user->agreement, b);
	while (i + 1 < FIL_AGREEMENT_SUMS && a[i] == b[i])
		i++;
	return (a[i] > b[i]) - (a[i] < b[i]);
}

/* Returns the users in the order of their sums, in which every engine resamples them; the caller frees
 * the list. */
static struct alike *
sort_users(const struct comparison *comparison, size_t *n)
{
	struct alike *list;

	*n = fil_users_tuples(comparison->users);
	list = fil_alloc(*n + 1, sizeof *list);
	for (size_t i = 0; i < *n; i++)
		list[i].user = fil_users_tuple(comparison->users, i, &list[i].users);
	qsort(list, *n, sizeof *list, by_sums);
	return list;
}

static void
give_hidden(const char *group, const struct fil_report_sink *sink)
{
	struct fil_figures figures = { .cells = { [GROUP] = group } };

	sink->row(sink->context, figures.cells);
}

/* Merges small groups. n users in *list, and all in `users` by group. Returns 0 or -1. The caller
 * releases the rows. */
static int
merge_groups(const struct comparison *comparison, struct fil_store *store, const struct alike *list,
    size_t n, struct fil_group_rows *merged, struct fil_fault *fault)
{
	size_t groups = fil_population_groups(comparison->population),
	       *users = fil_alloc(groups, sizeof *users);
	const char **names = fil_alloc(groups, sizeof *names);
	struct fil_group_rows_request request =
	    fil_report_groups(comparison->request, groups, names, users);
	int got;

	for (size_t g = 0; g < groups; g++)
		names[g] = fil_population_group(comparison->population, g);
	for (size_t i = 0; i < n; i++)
		users[list[i].user->group] += list[i].users;
	got = fil_report_narrow(
	    store, comparison->request, comparison->request->as_of, &request, fault);
	fil_group_rows_init(merged, &request);
	free(names);
	free(users);
	return got;
}

/* Gives the rows, small groups merged. Returns 0 or -1. */
static int
give_rows(const struct comparison *comparison, struct fil_store *store,
    const struct fil_report_sink *sink, struct fil_fault *fault)
{
	size_t n;
	struct alike *list = sort_users(comparison, &n);
	struct fil_group_rows merged;
	struct row *rows;
	int got = merge_groups(comparison, store, list, n, &merged, fault);

	rows = fil_alloc(merged.n, sizeof *rows);
	for (size_t i = 0; i < n; i++)
		rows[merged.into[list[i].user->group]].users += list[i].users;
	for (size_t i = 0; i < n; i++)
		add_users(&rows[merged.into[list[i].user->group]], &list[i].user->agreement,
		    list[i].users);
	for (size_t row = 0; row < merged.n; row++) {
		if (got == 0 && merged.hidden)
			give_hidden(merged.names[row], sink);
		else if (got == 0)
			give_row(merged.names[row], &rows[row], sink);
		fil_bootstrap_free(rows[row].resamples);
	}
	fil_group_rows_release(&merged);
	free(rows);
	free(list);
	return got;
}

/* Opens the tables of the walk. Returns 0 or -1. */
static int
open_tables(struct comparison *comparison, struct fil_store *store, struct fil_fault *fault)
{
	const struct fil_report_request *request = comparison->request;

	comparison->pairings = fil_alloc(comparison->dimensions.n, sizeof *comparison->pairings);
	comparison->population = fil_population_grouped(
	    store, &request->selection, request->by, request->depth, request->as_of, fault);
	if (!comparison->population)
		return -1;
	comparison->facts = fil_fact_reader_new(
	    store, &comparison->dimensions, fil_readings_facts(request->readings), fault);
	return !comparison->facts ? -1 : 0;
}

/* Compares the users. Returns 0 or -1. */
static int
compare(struct comparison *comparison, struct fil_store *store, struct fil_fault *fault)
{
	const struct fil_report_request *request = comparison->request;
	int got;

	if (fil_dimensions_read(store, request->as_of, &comparison->dimensions, fault) < 0 ||
	    fil_dimensions_choose(
		&comparison->dimensions, request->dimension, &comparison->asked, fault) < 0)
		return -1;
	if ((got = compare_by_engine(comparison, store, fault)) != 0)
		return got < 0 ? -1 : 0;
	return open_tables(comparison, store, fault) < 0 ? -1 : compare_all(comparison, fault);
}

static int
make_agreement(struct fil_store *store, const struct fil_report_request *request,
    const struct fil_report_sink *sink, struct fil_fault *fault)
{
	struct comparison comparison = { .request = request,
		.users = fil_users_new(sizeof(struct compared)) };
	int got = compare(&comparison, store, fault);

	if (got == 0) {
		sink->columns(sink->context, columns, COLUMNS);
		got = give_rows(&comparison, store, sink, fault);
	}
	fil_fact_reader_free(comparison.facts);
	fil_population_free(comparison.population);
	fil_users_free(comparison.users);
	fil_dimensions_release(&comparison.dimensions);
	free(comparison.pairings);
	return got;
}

const struct fil_report_subject fil_report_agreement = {
	.name = "agreement",
	.meaning = N_("levels that users give themselves, beside levels that others give"),
	.takes = FIL_TAKES_GROUPS | FIL_TAKES_DIMENSION,
	.make = make_agreement,
};
