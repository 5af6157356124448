/* SPDX-License-Identifier: ISC */
#include "lib/report/practice_counts.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/number.h"
#include "lib/stats/survival.h"
#include "lib/store/statement.h"
#include "lib/users/users.h"

/* The columns of the query. */
enum { Q_USER, Q_ROUTINE, Q_DATE, Q_METHOD, Q_USES, Q_MINUTES, Q_RESULT, Q_ACCEPTANCE, Q_POWER };

static const char practices_query[] =
    "SELECT \"user\", routine, date, method, COALESCE(uses, 1), minutes, result, acceptance, power"
    " FROM practices ORDER BY \"user\", routine, date, method, item";

enum { UNKNOWN = -1 };

/* The kind of an engine's rows with the two medians of users, beside enum fil_practice_kind. */
enum { OF_MEDIANS = FIL_OF_BACK + 1 };

/* What users did by one method. */
struct done {
	size_t uses, results, equivalent, better; /* equivalent: or better */
};

/* The practices of one user in one routine. acceptance and power are the newest ones with the new
 * method; 0: unknown. */
struct practised {
	size_t place; /* group * routines + routine */
	struct done done[FIL_METHODS];
	int64_t medians[FIL_METHODS]; /* twice the median, in thousandths, or UNKNOWN */
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
	struct timed *timed[FIL_METHODS]; /* in the order of their days */
	size_t n[FIL_METHODS], room[FIL_METHODS];
};

struct fil_practice_counts {
	const struct fil_report_request *request;
	char as_of[FIL_DATE_SIZE];
	const struct fil_lookup_table *table;
	struct fil_population *population;
	struct fil_cursor *practices;
	struct current current;
	struct fil_practice_sums *sums; /* of each place, n of them */
	size_t n;
	struct fil_users *figures; /* of all users; those who are alike are one tuple */
	struct fil_median *minutes; /* of all users; group: place * FIL_METHODS + method */
	bool doubtful; /* the engine found a row that must not be counted */
	int64_t *timed; /* room for the minutes of one user */
	size_t timed_room;
};

/* Returns twice the median of minutes by a method, or UNKNOWN. */
static int64_t
find_median(struct fil_practice_counts *counts, enum fil_method method)
{
	const struct current *current = &counts->current;
	size_t n = current->n[method];

	if (n == 0)
		return UNKNOWN;
	if (n > counts->timed_room) {
		counts->timed_room = 2 * n;
		counts->timed =
		    fil_resize(counts->timed, counts->timed_room, sizeof *counts->timed);
	}
	for (size_t i = 0; i < n; i++)
		counts->timed[i] = current->timed[method][i].minutes;
	return fil_median_twice(counts->timed, n);
}

/* Finds the days from the first practice by the new method to one that is as fast as the median of
 * the old. Without one, the user is followed to the last practice by the new method. */
static void
find_back(const struct current *current, struct practised *sum)
{
	const struct timed *timed = current->timed[FIL_NEW];
	size_t n = current->n[FIL_NEW], i = 0;

	sum->back = UNKNOWN;
	if (n == 0 || sum->medians[FIL_OLD] == UNKNOWN)
		return;
	while (i + 1 < n && 2 * timed[i].minutes > sum->medians[FIL_OLD])
		i++;
	/* In a damaged store practices may be out of order. */
	sum->back = timed[i].day < timed[0].day ? 0 : timed[i].day - timed[0].day;
	sum->follow_up = 2 * timed[i].minutes > sum->medians[FIL_OLD] ? FIL_CENSORED : FIL_REACHED;
}

/* Returns the sums of a place, which is made where it is new. */
static struct fil_practice_sums *
sums_of(struct fil_practice_counts *counts, size_t place)
{
	if (place >= counts->n) {
		counts->sums = fil_resize(counts->sums, place + 1, sizeof *counts->sums);
		memset(counts->sums + counts->n, 0, (place + 1 - counts->n) * sizeof *counts->sums);
		counts->n = place + 1;
	}
	return &counts->sums[place];
}

void
fil_practice_sums_add(struct fil_practice_sums *into, const struct fil_practice_sums *sums)
{
	into->users += sums->users;
	into->adopters += sums->adopters;
	for (enum fil_method method = FIL_OLD; method < FIL_METHODS; method++) {
		into->uses[method] += sums->uses[method];
		into->timed[method] += sums->timed[method];
	}
	fil_ratios_join(&into->ratios, &sums->ratios);
	into->better += sums->better;
	into->acceptances += sums->acceptances;
	into->acceptance += sums->acceptance;
	into->powers += sums->powers;
	into->power += sums->power;
}

/* Adds a figure of a user. */
static void
add_figure(struct fil_practice_counts *counts, size_t place, enum fil_practice_kind kind, int64_t a,
    int64_t b)
{
	const struct fil_practice_figure figure = { (uint32_t)place, kind, { a, b } };

	fil_users_count(counts->figures, &figure, 1);
}

/* Adds the medians of minutes of n users who are alike. */
static void
add_medians(
    struct fil_practice_counts *counts, size_t place, const int64_t medians[FIL_METHODS], size_t n)
{
	struct fil_practice_sums *sums = sums_of(counts, place);

	for (enum fil_method method = FIL_OLD; method < FIL_METHODS; method++) {
		if (medians[method] == UNKNOWN)
			continue;
		sums->timed[method] += n;
		fil_median_count(counts->minutes, (uint32_t)(place * FIL_METHODS + method),
		    5 * medians[method], n);
	}
	if (medians[FIL_OLD] > 0 && medians[FIL_NEW] > 0)
		fil_ratios_add(
		    &sums->ratios, (double)medians[FIL_NEW] / (double)medians[FIL_OLD], n);
}

/* Adds a user. */
static void
add_user(struct fil_practice_counts *counts, const struct practised *user)
{
	const struct done *old = &user->done[FIL_OLD], *new = &user->done[FIL_NEW];
	const struct fil_practice_sums sums = { .users = 1,
		.adopters = user->adopted,
		.uses = { old->uses, new->uses },
		.better = new->better,
		.acceptances = user->acceptance > 0,
		.powers = user->power > 0,
		.acceptance = user->acceptance,
		.power = user->power };

	fil_practice_sums_add(sums_of(counts, user->place), &sums);
	if (old->results + new->results > 0)
		add_figure(counts, user->place, FIL_OF_RESULTS,
		    (int64_t)(old->results * FIL_PER_RESULT + old->equivalent),
		    (int64_t)(new->results *FIL_PER_RESULT + new->equivalent));
	add_medians(counts, user->place, user->medians, 1);
	if (user->back != UNKNOWN)
		add_figure(counts, user->place, FIL_OF_BACK, user->back, user->follow_up);
}

/* Ends the practices of the current user in a routine. */
static void
end_routine(struct fil_practice_counts *counts)
{
	struct current *current = &counts->current;
	struct practised *sum = &current->sum;

	if (current->routine == FIL_NOWHERE)
		return;
	for (enum fil_method method = FIL_OLD; method < FIL_METHODS; method++)
		sum->medians[method] = find_median(counts, method);
	find_back(current, sum);
	current->routine = FIL_NOWHERE;
	add_user(counts, sum);
}

/* Begins a routine of the current user. */
static void
begin_routine(struct fil_practice_counts *counts, size_t routine, size_t group)
{
	struct current *current = &counts->current;

	end_routine(counts);
	current->routine = routine;
	*current->date = '\0';
	current->n[FIL_OLD] = current->n[FIL_NEW] = 0;
	current->sum =
	    (struct practised){ .place = group * fil_lookup_table_rows(counts->table) + routine };
}

/* Reads the minutes of the row. Returns 0, or -1 for a damaged date. */
static int
take_minutes(struct current *current, enum fil_method method, const char *date, const char *minutes)
{
	struct timed timed = { .minutes = fil_amount_thousandths(minutes) };
	size_t n = current->n[method];

	if (fil_date_parse(date, &timed.day) < 0)
		return -1;
	current->timed[method] =
	    fil_grow(current->timed[method], n, &current->room[method], sizeof **current->timed);
	current->timed[method][n] = timed;
	current->n[method]++;
	return 0;
}

/* Reads the date and the method of the row. Rows are by date. */
static void
take_method(struct current *current, const char *date, enum fil_method method)
{
	if (strcmp(current->date, date) != 0) {
		memcpy(current->date, date, sizeof current->date);
		current->sum.adopted = false;
	}
	current->sum.adopted |= method == FIL_NEW;
}

/* Reads the result of the row, and what only the new method has. */
static void
take_result(struct fil_query *query, struct practised *sum, enum fil_method method)
{
	const char *result = fil_query_text(query, Q_RESULT);
	struct done *done = &sum->done[method];
	int64_t acceptance = fil_query_number(query, Q_ACCEPTANCE);
	int64_t power = fil_query_number(query, Q_POWER);
	bool better = result && strcmp(result, "better") == 0;

	done->results += result != NULL;
	done->better += better;
	done->equivalent += better || (result && strcmp(result, "equivalent") == 0);
	if (method == FIL_NEW && acceptance > 0)
		sum->acceptance = acceptance;
	if (method == FIL_NEW && power > 0)
		sum->power = power;
}

/* Reads a practice of a user of the group. Returns 0, or -1 when it names no routine. */
static int
take_practice(struct fil_practice_counts *counts, struct fil_query *query, size_t group)
{
	struct current *current = &counts->current;
	const char *date = fil_query_text(query, Q_DATE), *minutes;
	enum fil_method method =
	    strcmp(fil_query_text(query, Q_METHOD), "new") == 0 ? FIL_NEW : FIL_OLD;
	size_t near = current->routine == FIL_NOWHERE ? 0 : current->routine, routine;

	if (strcmp(date, counts->as_of) > 0)
		return 0;
	routine = fil_lookup_table_find(counts->table, fil_query_text(query, Q_ROUTINE), near);
	if (routine == FIL_NOWHERE || strlen(date) >= FIL_DATE_SIZE)
		return -1;
	if (routine != current->routine)
		begin_routine(counts, routine, group);
	take_method(current, date, method);
	current->sum.done[method].uses += (size_t)fil_query_number(query, Q_USES);
	take_result(query, &current->sum, method);
	minutes = fil_query_text(query, Q_MINUTES);
	return minutes ? take_minutes(current, method, date, minutes) : 0;
}

/* Reads the practices of the current user. Returns 0 or -1. */
static int
take_user(struct fil_practice_counts *counts, struct fil_fault *fault)
{
	struct fil_query *query = fil_cursor_query(counts->practices);
	size_t length, group;
	const char *user = fil_cursor_user(counts->practices, &length);
	int got;

	group = fil_population_find(counts->population, user, length);
	if (group == FIL_NOWHERE)
		return 0;
	do {
		if (take_practice(counts, query, group) < 0)
			return fil_store_damaged_user(fault, "practices", user);
	} while ((got = fil_cursor_row(counts->practices, fault)) == 1);
	end_routine(counts);
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
	    FIL_OF_RESULTS, FIL_PER_RESULT, OF_MEDIANS, UNKNOWN);
	fil_statement_add_day_number(statement, "coalesce(back, ended)");
	fil_statement_add(statement, " - ");
	fil_statement_add_day_number(statement, "begun");
	fil_statement_add(statement,
	    " END AS value0, CASE kind WHEN %d THEN results_new * %d + equivalent_new"
	    " WHEN %d THEN coalesce(minutes_new, %d) ELSE CASE WHEN back IS NULL THEN %d ELSE %d "
	    "END"
	    " END AS value1",
	    FIL_OF_RESULTS, FIL_PER_RESULT, OF_MEDIANS, UNKNOWN, FIL_CENSORED, FIL_REACHED);
}

/* Joins the figures of each user in each routine, a row for each kind. */
static void
join_figures(void *context, struct fil_statement *statement)
{
	const struct fil_practice_counts *counts = context;
	const char *const values[] = { counts->as_of, "\001" };

	statement->many = counts->request->by != FIL_BY_NONE;
	fil_statement_add(statement, " JOIN (SELECT p.*, kind, ");
	add_values(statement);
	fil_statement_add(statement, " FROM (");
	fil_statement_add_text(statement, practised, values);
	fil_statement_add(statement,
	    ") AS p CROSS JOIN (SELECT %d AS kind UNION ALL SELECT %d UNION ALL SELECT %d) AS k"
	    " WHERE kind = %d OR (kind = %d AND coalesce(minutes_old, minutes_new) IS NOT NULL)"
	    " OR (minutes_old IS NOT NULL AND begun IS NOT NULL)) AS l ON l.who = u.\"user\"",
	    FIL_OF_RESULTS, OF_MEDIANS, FIL_OF_BACK, FIL_OF_RESULTS, OF_MEDIANS);
}

/* The columns of the sums over users, in their order behind the keys. */
enum { KEYS = 2 + FIL_PRACTICE_VALUES };
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
	for (int i = 0; i < FIL_PRACTICE_VALUES; i++)
		fil_statement_add(statement, ", l.value%d", i);
	fil_statement_add(statement,
	    ", count(*), sum(l.adopted), sum(l.uses_old), sum(l.uses_new), sum(l.better)");
	add_answers(statement, "acceptance");
	add_answers(statement, "power");
}

/* Returns the sums of the current row. */
static struct fil_practice_sums
read_sums(struct fil_query *query, int column)
{
	int64_t of[S_ANSWERS + 4];

	for (int i = 0; i < S_ANSWERS + 4; i++)
		of[i] = fil_query_number(query, column + i);
	return (struct fil_practice_sums){ .users = (size_t)of[S_USERS],
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
	struct fil_practice_counts *counts = context;
	size_t routine = fil_lookup_table_find(counts->table, fil_query_text(query, column), 0);
	struct fil_practice_figure figure = { .kind =
						  (uint32_t)fil_query_number(query, column + 1) };
	struct fil_practice_sums sums = read_sums(query, column + KEYS);

	if (routine == FIL_NOWHERE) {
		counts->doubtful = true;
		return;
	}
	figure.place = (uint32_t)(cells[0] * fil_lookup_table_rows(counts->table) + routine);
	for (int i = 0; i < FIL_PRACTICE_VALUES; i++)
		figure.values[i] = fil_query_number(query, column + 2 + i);
	if (figure.kind == OF_MEDIANS) {
		add_medians(counts, figure.place, figure.values, sums.users);
		return;
	}
	if (figure.kind == FIL_OF_RESULTS)
		fil_practice_sums_add(sums_of(counts, figure.place), &sums);
	if (figure.kind != FIL_OF_RESULTS || figure.values[0] + figure.values[1] > 0)
		fil_users_count(counts->figures, &figure, sums.users);
}

/* Has the engine count the users with equal figures. Returns 1, 0 where it cannot, or -1 with a
 * fault. */
static int
count_by_engine(
    struct fil_practice_counts *counts, struct fil_store *store, struct fil_fault *fault)
{
	const struct fil_report_request *request = counts->request;
	const struct fil_population_request whom = { &request->selection, request->by,
		request->depth, &request->as_of, 1, { false } };
	const struct fil_population_sums sums = { join_figures, add_figure_sums, take_figures,
		counts, KEYS, NULL, NULL };

	if (fil_population_counted(store, &whom, &sums, &counts->population, fault) < 0)
		return -1;
	if (counts->population && !counts->doubtful)
		return 1;
	/* The walk is to tell whose row is damaged. */
	fil_population_free(counts->population);
	counts->population = NULL;
	fil_users_free(counts->figures);
	counts->figures = fil_users_new(sizeof(struct fil_practice_figure));
	fil_median_free(counts->minutes);
	counts->minutes = fil_median_new();
	free(counts->sums);
	counts->sums = NULL;
	counts->n = 0;
	return 0;
}

/* Counts the users one by one. Returns 0 or -1. */
static int
count_users(struct fil_practice_counts *counts, struct fil_store *store, struct fil_fault *fault)
{
	const struct fil_report_request *request = counts->request;
	int got;

	counts->population = fil_population_grouped(
	    store, &request->selection, request->by, request->depth, request->as_of, fault);
	if (!counts->population)
		return -1;
	counts->current.routine = FIL_NOWHERE;
	counts->practices = fil_cursor_ahead(fil_query_new(store, practices_query));
	while ((got = fil_cursor_next(counts->practices, fault)) == 1)
		if (take_user(counts, fault) < 0)
			return -1;
	return got;
}

struct fil_practice_counts *
fil_practice_counts_new(struct fil_store *store, const struct fil_report_request *request,
    const struct fil_lookup_table *routines, struct fil_fault *fault)
{
	struct fil_practice_counts *counts = fil_alloc(1, sizeof *counts);
	int got;

	counts->request = request;
	counts->table = routines;
	counts->figures = fil_users_new(sizeof(struct fil_practice_figure));
	counts->minutes = fil_median_new();
	fil_date_write(request->as_of, counts->as_of);
	if ((got = count_by_engine(counts, store, fault)) == 0)
		got = count_users(counts, store, fault);
	if (got >= 0)
		return counts;
	fil_practice_counts_free(counts);
	return NULL;
}

const struct fil_population *
fil_practice_counts_population(const struct fil_practice_counts *counts)
{
	return counts->population;
}

const struct fil_practice_sums *
fil_practice_counts_sums(const struct fil_practice_counts *counts, size_t *n)
{
	*n = counts->n;
	return counts->sums;
}

const struct fil_users *
fil_practice_counts_figures(const struct fil_practice_counts *counts)
{
	return counts->figures;
}

struct fil_median *
fil_practice_counts_minutes(const struct fil_practice_counts *counts)
{
	return counts->minutes;
}

void
fil_practice_counts_free(struct fil_practice_counts *counts)
{
	if (!counts)
		return;
	fil_cursor_free(counts->practices);
	fil_population_free(counts->population);
	for (enum fil_method method = FIL_OLD; method < FIL_METHODS; method++)
		free(counts->current.timed[method]);
	fil_users_free(counts->figures);
	free(counts->sums);
	fil_median_free(counts->minutes);
	free(counts->timed);
	free(counts);
}
