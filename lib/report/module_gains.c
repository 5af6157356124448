/* SPDX-License-Identifier: ISC */
#include "lib/report/module_gains.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/levels/standing.h"
#include "lib/levels/standing_reader.h"

struct fil_module_gains {
	fil_day as_of;
	unsigned sources;
	struct fil_dimensions dimensions;
	size_t *of_modules; /* the dimension of each module, or FIL_NOWHERE: all */
	struct fil_population *selected;
	struct fil_support *support;
	struct fil_fact_reader *events;
	struct fil_facts *facts;
	struct fil_standing *standings; /* on the day of completion, and at the end of its effect */
	struct fil_gain *gains; /* of the current user's assignments */
	size_t room;
	struct fil_waiting *waiting; /* NULL: only users with an assignment */
	/* Of each cursor whether it is at the current user, and what its last move has returned. */
	bool begun, at_support, at_events;
	int support_got, events_got;
	struct fil_fact_user levels; /* at which the reader is */
};

void
fil_gain_add(struct fil_gain *sum, const struct fil_gain *gain)
{
	sum->measured += gain->measured;
	sum->gained += gain->gained;
	sum->sum += gain->sum;
}

void
fil_module_gains_compare(struct fil_module_gains *gains, struct fil_waiting *waiting)
{
	gains->waiting = waiting;
}

const struct fil_population *
fil_module_gains_population(const struct fil_module_gains *gains)
{
	return gains->selected;
}

/* Measures the gain in one dimension. */
static void
measure_dimension(const struct fil_module_gains *gains, size_t d,
    const struct fil_assigned *assigned, struct fil_gain *gain)
{
	const struct fil_standing *before = &gains->standings[d];
	const struct fil_standing *after = &gains->standings[gains->dimensions.n + d];
	int change = after->level - before->level;

	if (before->level < 0 || after->date <= assigned->completed)
		return;
	gain->measured++;
	gain->gained += change > 0;
	gain->sum += change;
	if (gains->waiting)
		fil_waiting_gained(gains->waiting,
		    &(struct fil_waiting_gain){ assigned->module, assigned->completed, (uint16_t)d,
			(int8_t)before->level, (int8_t)change });
}

/* Measures the gain after an assignment, if it is completed. */
static void
measure(const struct fil_module_gains *gains, const struct fil_assigned *assigned,
    struct fil_gain *gain)
{
	size_t only = gains->of_modules[assigned->module];
	fil_day days[] = { assigned->completed, assigned->completed + FIL_EFFECT_DAYS };

	if (assigned->completed == FIL_NEVER)
		return;
	if (days[1] > gains->as_of)
		days[1] = gains->as_of;
	fil_facts_stand(gains->facts, days, 2, gains->standings);
	for (size_t d = 0; d < gains->dimensions.n; d++)
		if (only == FIL_NOWHERE || only == d)
			measure_dimension(gains, d, assigned, gain);
}

/* Returns the number of levels of the current user in a dimension, up to the day of the report. */
static size_t
count_levels(const struct fil_module_gains *gains, size_t d)
{
	fil_day date;
	size_t n = 0;
	int level;

	while (fil_facts_level(gains->facts, d, n, &date, &level) && date <= gains->as_of)
		n++;
	return n;
}

/* Adds the levels and assignments of the current user to the comparison. A change needs two levels in a
 * dimension: a user without it neither gains nor waits. */
static void
add_waiting(const struct fil_module_gains *gains, const struct fil_module_gains_user *user)
{
	bool begun = false;

	for (size_t d = 0; gains->at_events && d < gains->dimensions.n; d++) {
		size_t n = count_levels(gains, d);
		fil_day date;
		int level;

		if (n < 2)
			continue;
		if (!begun)
			fil_waiting_user(gains->waiting, user->group);
		begun = true;
		fil_waiting_dimension(gains->waiting, d);
		for (size_t i = 0; i < n && fil_facts_level(gains->facts, d, i, &date, &level); i++)
			fil_waiting_level(gains->waiting, date, level);
	}
	for (size_t i = 0; begun && i < user->n; i++)
		fil_waiting_assigned(gains->waiting, user->list[i].module, user->list[i].assigned);
}

/* Reads the levels of the user, if they matter. Returns 1, 0 when there are none, or -1. */
static int
read_levels(struct fil_module_gains *gains, const char *key,
    const struct fil_module_gains_user *user, struct fil_fault *fault)
{
	size_t completed = 0;
	int got = gains->at_events;

	for (size_t i = 0; i < user->n; i++)
		completed += user->list[i].completed != FIL_NEVER;
	if (!gains->waiting)
		got = completed == 0
		    ? 0
		    : fil_fact_reader_seek(gains->events, key, &gains->levels, fault);
	if (got == 1)
		fil_facts_fill(gains->facts, &gains->levels, gains->sources);
	return got;
}

/* Moves the cursors to the first user after the current one who has a level or an assignment. Returns
 * 1, 0 at the end, or -1. */
static int
next_of_both(struct fil_module_gains *gains, struct fil_fault *fault)
{
	int order;

	if (!gains->begun || gains->at_support)
		gains->support_got = fil_support_next(gains->support, fault);
	if (gains->support_got < 0 || (!gains->begun && gains->support_got == 0))
		return gains->support_got;
	if (!gains->begun || gains->at_events)
		gains->events_got = fil_fact_reader_next(gains->events, &gains->levels, fault);
	if (gains->events_got < 0 || (gains->support_got == 0 && gains->events_got == 0))
		return gains->events_got;
	gains->begun = true;
	if (gains->support_got == 0 || gains->events_got == 0)
		order = gains->support_got == 0 ? 1 : -1;
	else
		order = strcmp(fil_support_user(gains->support, NULL), gains->levels.user);
	gains->at_support = order <= 0;
	gains->at_events = order >= 0;
	return 1;
}

/* Moves to the next user. Returns the user's key, or NULL with *got 0 or -1. */
static const char *
next_key(struct fil_module_gains *gains, size_t *length, int *got, struct fil_fault *fault)
{
	gains->at_support = gains->waiting ? gains->at_support : true;
	*got =
	    gains->waiting ? next_of_both(gains, fault) : fil_support_next(gains->support, fault);
	if (*got != 1)
		return NULL;
	if (gains->at_support)
		return fil_support_user(gains->support, length);
	*length = gains->levels.length;
	return gains->levels.user;
}

/* Fills in the user's assignments, without gains. */
static void
list_assignments(struct fil_module_gains *gains, struct fil_module_gains_user *user)
{
	user->support = gains->support;
	user->list = NULL;
	user->n = 0;
	if (gains->at_support)
		user->list = fil_support_list(gains->support, &user->n);
	if (user->n > gains->room) {
		gains->room = 2 * user->n;
		gains->gains = fil_resize(gains->gains, gains->room, sizeof *gains->gains);
	}
	if (user->n > 0)
		memset(gains->gains, 0, user->n * sizeof *gains->gains);
	user->gains = gains->gains;
}

int
fil_module_gains_next(
    struct fil_module_gains *gains, struct fil_module_gains_user *user, struct fil_fault *fault)
{
	const char *key;
	size_t length;
	int got;

	do {
		if (!(key = next_key(gains, &length, &got, fault)))
			return got;
		user->group = fil_population_find(gains->selected, key, length);
	} while (user->group == FIL_NOWHERE);
	list_assignments(gains, user);
	if ((got = read_levels(gains, key, user, fault)) < 0)
		return -1;
	if (gains->waiting)
		add_waiting(gains, user);
	for (size_t i = 0; got == 1 && i < user->n; i++)
		measure(gains, &user->list[i], &gains->gains[i]);
	return 1;
}

/* Adds whether a level "f" is later than the completion "s", and within its effect. */
static void
add_within(struct fil_statement *statement)
{
	fil_statement_add(statement, "f.date > s.completed AND ");
	fil_statement_add_day_number(statement, "f.day");
	fil_statement_add(statement, " - ");
	fil_statement_add_day_number(statement, "s.day");
	fil_statement_add(statement, " <= %d", FIL_EFFECT_DAYS);
}

/* Adds for each assignment, in each dimension of its module: the user's level on the day of completion, and
 * the last later one within its effect. */
static void
add_changes(const struct fil_level_request *levels, const struct fil_support_request *support,
    struct fil_statement *statement)
{
	fil_statement_add(statement, "(SELECT who, module, phase, max(doubt) AS doubt, ");
	fil_level_request_level(statement, "max(CASE WHEN date <= completed THEN newest END)");
	fil_statement_add(statement, " AS level, ");
	fil_level_request_level(statement, "max(CASE WHEN within THEN newest END)");
	fil_statement_add(
	    statement, " AS later FROM (SELECT s.*, f.dimension, f.doubt, f.date, f.newest, ");
	add_within(statement);
	fil_statement_add(statement, " AS within FROM ");
	fil_support_add_completed(support, statement);
	fil_statement_add(statement, " AS s JOIN modules AS m ON m.module = s.module JOIN ");
	fil_level_request_facts(levels, statement);
	fil_statement_add(statement,
	    " AS f ON f.who = s.who AND f.dimension = coalesce(m.dimension, f.dimension)) AS s"
	    " GROUP BY who, module, phase, assigned, dimension)");
}

void
fil_module_gains_add(const struct fil_level_request *levels,
    const struct fil_support_request *support, struct fil_statement *statement)
{
	fil_statement_add(statement,
	    "(SELECT who, module, phase, max(doubt) AS doubt, count(later - level) AS measured,"
	    " coalesce(sum(later - level), 0) AS change FROM ");
	add_changes(levels, support, statement);
	fil_statement_add(statement, " AS g GROUP BY 1, 2, 3)");
}

/* Finds the dimension of each module. */
static void
find_dimensions(
    struct fil_module_gains *gains, const struct fil_lookup_table *modules, size_t column)
{
	size_t n = fil_lookup_table_rows(modules);

	gains->of_modules = fil_alloc(n, sizeof *gains->of_modules);
	for (size_t i = 0; i < n; i++) {
		const char *dimension = fil_lookup_table_cell(modules, i, column);

		gains->of_modules[i] = !dimension
		    ? FIL_NOWHERE
		    : fil_dimensions_find(&gains->dimensions, dimension, 0);
	}
}

struct fil_module_gains *
fil_module_gains_new(struct fil_store *store, const struct fil_report_request *request,
    const struct fil_lookup_table *modules, size_t dimension, struct fil_fault *fault)
{
	struct fil_module_gains *gains = fil_alloc(1, sizeof *gains);

	gains->as_of = request->as_of;
	if (fil_sources_read(request->sources, &gains->sources, fault) == 0 &&
	    fil_dimensions_read(store, request->as_of, &gains->dimensions, fault) == 0)
		gains->selected = fil_population_grouped(
		    store, &request->selection, request->by, request->depth, request->as_of, fault);
	if (gains->selected)
		gains->events = fil_fact_reader_new(
		    store, &gains->dimensions, fil_readings_facts(request->readings), fault);
	if (!gains->events) {
		fil_module_gains_free(gains);
		return NULL;
	}
	find_dimensions(gains, modules, dimension);
	gains->support = fil_support_new(store, modules, request->as_of, FIL_WITH_PHASE);
	gains->facts = fil_facts_new(&gains->dimensions);
	gains->standings = fil_alloc(2 * gains->dimensions.n, sizeof *gains->standings);
	return gains;
}

void
fil_module_gains_free(struct fil_module_gains *gains)
{
	if (!gains)
		return;
	fil_population_free(gains->selected);
	fil_support_free(gains->support);
	fil_fact_reader_free(gains->events);
	fil_facts_free(gains->facts);
	fil_dimensions_release(&gains->dimensions);
	free(gains->of_modules);
	free(gains->standings);
	free(gains->gains);
	free(gains);
}
