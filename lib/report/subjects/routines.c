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

/* What users did by one method. */
struct done {
	size_t uses, results, equivalent, better; /* equivalent: or better */
};

/* The practices of one user in one routine. acceptance and power are the newest ones with the new
 * method; 0: unknown. */
struct practised {
	size_t place; /* group * routines + routine */
	struct done done[METHODS];
	int64_t minutes[METHODS]; /* twice the median, in thousandths, or UNKNOWN */
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

/* Sums over users. */
struct sums {
	size_t users, adopters, uses[METHODS], better, acceptances, powers;
	long long acceptance, power;
};

/* The figures that each user has, two numbers each. OF_RESULTS: by each method, results times
 * PER_RESULT and equivalent ones. OF_MINUTES: as in struct practised. OF_BACK: days, and the end of the
 * follow-up. */
enum kind { OF_RESULTS, OF_MINUTES, OF_BACK, KINDS };

enum { FIGURE_VALUES = 2, PER_RESULT = 1 << 24 };

/* Figures of a user: a tuple, which has no padding. */
struct figure {
	uint32_t place, kind;
	int64_t values[FIGURE_VALUES];
};

/* A row of the report. */
struct row {
	struct sums sums;
	struct done done[METHODS]; /* results and equivalent ones alone */
	size_t result_users[METHODS], timed_users[METHODS];
	size_t resampled; /* users with results by any method */
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
	struct fil_cursor *practices;
	struct current current;
	struct sums *sums; /* of each place, n of them */
	size_t n;
	struct fil_users *figures; /* of all users; those who are alike are one tuple */
	bool doubtful; /* the engine found a row that must not be counted */
	struct result result;
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
	if (n == 0 || sum->minutes[OLD] == UNKNOWN)
		return;
	while (i + 1 < n && 2 * timed[i].minutes > sum->minutes[OLD])
		i++;
	/* In a damaged store practices may be out of order. */
	sum->back = timed[i].day < timed[0].day ? 0 : timed[i].day - timed[0].day;
	sum->follow_up = 2 * timed[i].minutes > sum->minutes[OLD] ? FIL_CENSORED : FIL_REACHED;
}

/* Returns the sums of a place, which is made where it is new. */
static struct sums *
sums_of(struct routines *routines, size_t place)
{
	if (place >= routines->n) {
		routines->sums = fil_resize(routines->sums, place + 1, sizeof *routines->sums);
		memset(routines->sums + routines->n, 0,
		    (place + 1 - routines->n) * sizeof *routines->sums);
		routines->n = place + 1;
	}
	return &routines->sums[place];
}

/* Adds sums to others. */
static void
add_sums(struct sums *into, const struct sums *sums)
{
	into->users += sums->users;
	into->adopters += sums->adopters;
	for (enum method method = OLD; method < METHODS; method++)
		into->uses[method] += sums->uses[method];
	into->better += sums->better;
	into->acceptances += sums->acceptances;
	into->acceptance += sums->acceptance;
	into->powers += sums->powers;
	into->power += sums->power;
}

/* Adds a figure of a user. */
static void
add_figure(struct routines *routines, size_t place, enum kind kind, int64_t a, int64_t b)
{
	const struct figure figure = { (uint32_t)place, kind, { a, b } };

	fil_users_count(routines->figures, &figure, 1);
}

/* Adds a user. */
static void
add_user(struct routines *routines, const struct practised *user)
{
	const struct done *old = &user->done[OLD], *new = &user->done[NEW];
	const struct sums sums = { .users = 1,
		.adopters = user->adopted,
		.uses = { old->uses, new->uses },
		.better = new->better,
		.acceptances = user->acceptance > 0,
		.powers = user->power > 0,
		.acceptance = user->acceptance,
		.power = user->power };

	add_sums(sums_of(routines, user->place), &sums);
	if (old->results + new->results > 0)
		add_figure(routines, user->place, OF_RESULTS,
		    (int64_t)(old->results * PER_RESULT + old->equivalent),
		    (int64_t)(new->results *PER_RESULT + new->equivalent));
	if (user->minutes[OLD] != UNKNOWN || user->minutes[NEW] != UNKNOWN)
		add_figure(
		    routines, user->place, OF_MINUTES, user->minutes[OLD], user->minutes[NEW]);
	if (user->back != UNKNOWN)
		add_figure(routines, user->place, OF_BACK, user->back, user->follow_up);
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
		sum->minutes[method] = find_minutes(routines, method);
	find_back(current, sum);
	current->routine = FIL_NOWHERE;
	add_user(routines, sum);
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
	current->sum =
	    (struct practised){ .place = group * fil_lookup_table_rows(routines->table) + routine };
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

static const char practised[] =
#include "sql/practised.inc"
    ;

/* Adds the two numbers of a figure of a user. */
static void
add_values(struct fil_statement *statement)
{
	fil_statement_add(statement,
	    "CASE kind WHEN %d THEN results_old * %d + equivalent_old"
	    " WHEN %d THEN coalesce(minutes_old, %d) ELSE ",
	    OF_RESULTS, PER_RESULT, OF_MINUTES, UNKNOWN);
	fil_statement_add_day_number(statement, "coalesce(back, ended)");
	fil_statement_add(statement, " - ");
	fil_statement_add_day_number(statement, "begun");
	fil_statement_add(statement,
	    " END AS value0, CASE kind WHEN %d THEN results_new * %d + equivalent_new"
	    " WHEN %d THEN coalesce(minutes_new, %d) ELSE CASE WHEN back IS NULL THEN %d ELSE %d "
	    "END"
	    " END AS value1",
	    OF_RESULTS, PER_RESULT, OF_MINUTES, UNKNOWN, FIL_CENSORED, FIL_REACHED);
}

/* Joins the figures of each user in each routine, a row for each kind. */
static void
join_figures(void *context, struct fil_statement *statement)
{
	const char *const values[] = { ((const struct routines *)context)->as_of, "\001" };

	fil_statement_add(statement, " JOIN (SELECT p.*, kind, ");
	add_values(statement);
	fil_statement_add(statement, " FROM (");
	fil_statement_add_text(statement, practised, values);
	fil_statement_add(statement,
	    ") AS p CROSS JOIN (SELECT %d AS kind UNION ALL SELECT %d UNION ALL SELECT %d) AS k"
	    " WHERE kind = %d OR (kind = %d AND coalesce(minutes_old, minutes_new) IS NOT NULL)"
	    " OR (minutes_old IS NOT NULL AND begun IS NOT NULL)) AS l ON l.who = u.\"user\"",
	    OF_RESULTS, OF_MINUTES, OF_BACK, OF_RESULTS, OF_MINUTES);
}

/* The columns of the sums over users, in their order behind the keys. */
enum { KEYS = 2 + FIGURE_VALUES };
enum { S_USERS, S_ADOPTERS, S_USES_OLD, S_USES_NEW, S_BETTER, S_ANSWERS };

/* Adds the number of users who have answered, and the sum of the answers. */
static void
add_answers(struct fil_statement *statement, const char *column)
{
	fil_statement_add(statement,
	    ", count(l.%s), sum(CAST(substr(l.%s, length(l.%s), 1) AS INTEGER))", column, column,
	    column);
}

static void
add_figure_sums(void *context, struct fil_statement *statement)
{
	(void)context;
	fil_statement_add(statement, ", l.routine, l.kind");
	for (int i = 0; i < FIGURE_VALUES; i++)
		fil_statement_add(statement, ", l.value%d", i);
	fil_statement_add(statement,
	    ", count(*), sum(l.adopted), sum(l.uses_old), sum(l.uses_new), sum(l.better)");
	add_answers(statement, "acceptance");
	add_answers(statement, "power");
}

/* Returns the sums of the current row. */
static struct sums
read_sums(struct fil_query *query, int column)
{
	int64_t of[S_ANSWERS + 4];

	for (int i = 0; i < S_ANSWERS + 4; i++)
		of[i] = fil_query_number(query, column + i);
	return (struct sums){ .users = (size_t)of[S_USERS],
		.adopters = (size_t)of[S_ADOPTERS],
		.uses = { (size_t)of[S_USES_OLD], (size_t)of[S_USES_NEW] },
		.better = (size_t)of[S_BETTER],
		.acceptances = (size_t)of[S_ANSWERS],
		.acceptance = of[S_ANSWERS + 1],
		.powers = (size_t)of[S_ANSWERS + 2],
		.power = of[S_ANSWERS + 3] };
}

/* Takes the users whose figures of a kind are alike. Those of a user without results have only sums. */
static void
take_figures(void *context, const uint32_t *cells, struct fil_query *query, int column)
{
	struct routines *routines = context;
	size_t routine = fil_lookup_table_find(routines->table, fil_query_text(query, column), 0);
	struct figure figure = { .kind = (uint32_t)fil_query_number(query, column + 1) };
	struct sums sums = read_sums(query, column + KEYS);

	if (routine == FIL_NOWHERE) {
		routines->doubtful = true;
		return;
	}
	figure.place = (uint32_t)(cells[0] * fil_lookup_table_rows(routines->table) + routine);
	for (int i = 0; i < FIGURE_VALUES; i++)
		figure.values[i] = fil_query_number(query, column + 2 + i);
	if (figure.kind == OF_RESULTS)
		add_sums(sums_of(routines, figure.place), &sums);
	if (figure.kind != OF_RESULTS || figure.values[0] + figure.values[1] > 0)
		fil_users_count(routines->figures, &figure, sums.users);
}

/* Has the engine count the users with equal figures. Returns 1, 0 where it cannot, or -1 with a
 * fault. */
static int
count_by_engine(struct routines *routines, struct fil_store *store, struct fil_fault *fault)
{
	const struct fil_report_request *request = routines->request;
	const struct fil_population_request whom = { &request->selection, request->by,
		request->depth, &request->as_of, 1, { false } };
	const struct fil_population_sums sums = { join_figures, add_figure_sums, take_figures,
		routines, KEYS, NULL };

	if (fil_population_counted(store, &whom, &sums, &routines->population, fault) < 0)
		return -1;
	if (routines->population && !routines->doubtful)
		return 1;
	/* The walk is to tell whose row is damaged. */
	fil_population_free(routines->population);
	routines->population = NULL;
	fil_users_free(routines->figures);
	routines->figures = fil_users_new(sizeof(struct figure));
	free(routines->sums);
	routines->sums = NULL;
	routines->n = 0;
	return 0;
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
		fil_figures_share(
		    figures, EQUIVALENT_SHARE, (long long)new->equivalent, (long long)new->results);
		fil_figures_fraction(figures, EQUIVALENT_BY_USER, share);
		fil_figures_fraction(figures, EQUIVALENT_LOW, limits.low);
		fil_figures_fraction(figures, EQUIVALENT_HIGH, limits.high);
		fil_figures_share(
		    figures, BETTER_SHARE, (long long)row->sums.better, (long long)new->results);
	}
	if (fil_report_is_one(routines->request, row->result_users[OLD]))
		return;
	fil_figures_share(
	    figures, EQUIVALENT_SHARE_OLD, (long long)old->equivalent, (long long)old->results);
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
	fil_figures_count(&figures, USERS, row->sums.users);
	fil_figures_count(&figures, ADOPTERS, row->sums.adopters);
	fil_figures_share(
	    &figures, ADOPTION_SHARE, (long long)row->sums.adopters, (long long)row->sums.users);
	fil_figures_count(&figures, USES_OLD, row->sums.uses[OLD]);
	fil_figures_count(&figures, USES_NEW, row->sums.uses[NEW]);
	show_minutes(routines, i, &figures);
	show_results(routines, row, &figures);
	fil_figures_count(&figures, ACCEPTANCES, row->sums.acceptances);
	if (!fil_report_is_one(routines->request, row->sums.acceptances))
		fil_figures_mean(
		    &figures, ACCEPTANCE, row->sums.acceptance, (long long)row->sums.acceptances);
	fil_figures_count(&figures, POWERS, row->sums.powers);
	if (!fil_report_is_one(routines->request, row->sums.powers))
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

	for (size_t g = 0; g < groups; g++)
		names[g] = fil_population_group(routines->population, g);
	for (size_t i = 0; i < routines->n; i++)
		users[i % things * groups + i / things] = routines->sums[i].users;
	fil_thing_rows_init(&result->places, &request, things);
	free(users);
	free(names);
	result->rows = fil_alloc(result->places.n, sizeof *result->rows);
	for (size_t i = 0; i < routines->n; i++)
		if (routines->sums[i].users > 0)
			add_sums(&result->rows[row_of(routines, i)].sums, &routines->sums[i]);
	result->minutes = fil_median_new();
	result->back = fil_durations_new();
}

/* Users whose figures are alike. */
struct alike {
	const struct figure *figure;
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
	const struct figure *a = ((const struct alike *)left)->figure,
			    *b = ((const struct alike *)right)->figure;
	int i = 0;

	while (i + 1 < FIGURE_VALUES && a->values[i] == b->values[i])
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
	struct alike *list;

	*n = fil_users_tuples(routines->figures);
	list = fil_alloc(*n + 1, sizeof *list);
	for (size_t i = 0; i < *n; i++) {
		list[i].figure = fil_users_tuple(routines->figures, i, &list[i].users);
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
	double sums[2 * METHODS] = { 0 };

	for (enum method method = OLD; method < METHODS; method++) {
		size_t results = (size_t)(values[method] / PER_RESULT),
		       equivalent = (size_t)(values[method] % PER_RESULT);

		if (results == 0)
			continue;
		sums[method] = (double)equivalent / (double)results;
		sums[METHODS + method] = 1;
		row->shares[method] += sums[method] * (double)alike->users;
		row->result_users[method] += alike->users;
		row->done[method].results += results * alike->users;
		row->done[method].equivalent += equivalent * alike->users;
		row->several |= results > 1;
	}
	if (!row->resamples)
		row->resamples = fil_bootstrap_new((size_t)2 * METHODS, row->resampled);
	fil_bootstrap_add(row->resamples, sums, alike->users);
}

/* Adds the minutes of users who are alike to their row. */
static void
add_minutes(struct result *result, const struct alike *alike)
{
	const int64_t *minutes = alike->figure->values;
	struct row *row = &result->rows[alike->row];

	for (enum method method = OLD; method < METHODS; method++)
		if (minutes[method] != UNKNOWN) {
			row->timed_users[method] += alike->users;
			fil_median_count(result->minutes, (uint32_t)(alike->row * METHODS + method),
			    5 * minutes[method], alike->users);
		}
	for (size_t i = 0; minutes[OLD] > 0 && minutes[NEW] > 0 && i < alike->users; i++)
		fil_ratios_add(&row->ratios, (double)minutes[NEW] / (double)minutes[OLD]);
}

/* Adds the figures of all users to the rows. */
static void
add_figures(struct routines *routines)
{
	struct result *result = &routines->result;
	size_t n;
	struct alike *list = sort_figures(routines, &n);

	for (size_t i = 0; i < n; i++)
		if (list[i].figure->kind == OF_RESULTS)
			result->rows[list[i].row].resampled += list[i].users;
	for (size_t i = 0; i < n; i++)
		switch ((enum kind)list[i].figure->kind) {
		case OF_RESULTS: add_results(&result->rows[list[i].row], &list[i]); break;
		case OF_MINUTES: add_minutes(result, &list[i]); break;
		case OF_BACK:
			fil_durations_count(result->back, list[i].row,
			    (int)list[i].figure->values[0] + 1,
			    (enum fil_follow_up)list[i].figure->values[1], list[i].users);
			break;
		case KINDS: break;
		}
	free(list);
}

/* Counts the users one by one. Returns 0 or -1. */
static int
count_users(struct routines *routines, struct fil_store *store, struct fil_fault *fault)
{
	const struct fil_report_request *request = routines->request;
	int got;

	routines->population = fil_population_grouped(
	    store, &request->selection, request->by, request->depth, request->as_of, fault);
	if (!routines->population)
		return -1;
	routines->current.routine = FIL_NOWHERE;
	routines->practices = fil_cursor_new(fil_query_new(store, practices_query));
	while ((got = fil_cursor_next(routines->practices, fault)) == 1)
		if (take_user(routines, fault) < 0)
			return -1;
	return got;
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
	free(routines->sums);
	fil_users_free(routines->figures);
	free(routines->minutes);
}

/* Reads the routines and counts their users. Returns 0 or -1. */
static int
count_all(struct routines *routines, struct fil_store *store, struct fil_fault *fault)
{
	int got;

	fil_date_write(routines->request->as_of, routines->as_of);
	routines->figures = fil_users_new(sizeof(struct figure));
	routines->table = fil_lookup_table_new(
	    fil_query_new(store, "SELECT routine, title FROM routines ORDER BY routine"), 2, fault);
	if (!routines->table)
		return -1;
	if ((got = count_by_engine(routines, store, fault)) == 0)
		got = count_users(routines, store, fault);
	return got < 0 ? -1 : 0;
}

static int
make_routines(struct fil_store *store, const struct fil_report_request *request,
    const struct fil_report_sink *sink, struct fil_fault *fault)
{
	struct routines routines = { .request = request };
	int first = request->by == FIL_BY_NONE ? ROUTINE : GROUP;
	int got = count_all(&routines, store, fault);

	if (got == 0) {
		sink->columns(sink->context, columns + first, (size_t)(COLUMNS - first));
		make_rows(&routines);
		add_figures(&routines);
		for (size_t i = 0; i < routines.result.places.n; i++)
			give_row(&routines, i, sink);
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
