/* SPDX-License-Identifier: ISC */
/* fil-report lessons: the lessons of the phases, and what followed the changes made for them. */
#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/levels/standing_reader.h"
#include "lib/report/figures.h"
#include "lib/report/module_gains.h"
#include "lib/report/report.h"
#include "lib/users/enrolment.h"
#include "lib/users/population.h"
#include "lib/users/users.h"

/* The columns of the report. The first are those of the table. */
enum { LESSON, PHASE, OBSERVED, CHANGE, MODULE, DATE, BEFORE, AFTER, GAIN, COLUMNS };

static const struct fil_output_column columns[COLUMNS] = {
	[LESSON] = { "lesson", FIL_CELL_TEXT },
	[PHASE] = { "phase", FIL_CELL_TEXT },
	[OBSERVED] = { "observed", FIL_CELL_TEXT },
	[CHANGE] = { "change", FIL_CELL_TEXT },
	[MODULE] = { "module", FIL_CELL_TEXT },
	[DATE] = { "date", FIL_CELL_DAY },
	[BEFORE] = { "before", FIL_CELL_SHARE },
	[AFTER] = { "after", FIL_CELL_SHARE },
	[GAIN] = { "gain", FIL_CELL_NUMBER },
};

/* The users of some phases. */
struct count {
	size_t users, autonomous;
};

/* A lesson, by its row in the table. */
struct lesson {
	size_t module; /* row of the modules, or FIL_NOWHERE */
	bool *before, *after; /* for each phase: the lesson's own; begun after its date */
	struct count counts_before, counts_after;
	struct fil_gain gain;
	size_t gain_users, last; /* of the gain; last: the number of the user counted last */
};

struct lessons {
	struct fil_store *store;
	const struct fil_report_request *request;
	struct fil_lookup_table *table, *phases, *modules;
	struct fil_dimensions dimensions;
	struct fil_population *population;
	struct fil_enrolments *enrolments;
	struct fil_standing_reader *standings;
	struct fil_module_gains *gains;
	struct lesson *lessons;
	/* The users of the population by their phases: tuples of whether a user is in each. */
	struct fil_users *members;
	bool *inside; /* such a tuple */
};

/* Returns whether one of the enrolments is in one of the phases. */
static bool
is_in(const bool *phases, const struct fil_enrolment *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (phases[list[i].phase])
			return true;
	return false;
}

/* Adds a user of the population to the members. */
static void
add_member(const struct lessons *lessons, const struct fil_enrolment *list, size_t n)
{
	memset(lessons->inside, 0, fil_lookup_table_rows(lessons->phases) * sizeof(bool));
	for (size_t i = 0; i < n; i++)
		lessons->inside[list[i].phase] = true;
	fil_users_count(lessons->members, lessons->inside, 1);
}

/* Counts the current user of the enrolments in each lesson. Returns 0 or -1. */
static int
count_user(const struct lessons *lessons, struct fil_fault *fault)
{
	size_t length, n;
	const char *user = fil_enrolments_user(lessons->enrolments, &length);
	const struct fil_enrolment *list = fil_enrolments_list(lessons->enrolments, &n);
	const struct fil_standing *standings;
	bool autonomous;

	if (!fil_population_has(lessons->population, user, length))
		return 0;
	if (fil_standing_reader_seek(lessons->standings, user, &standings, fault) < 0)
		return -1;
	autonomous = fil_stance_of(&lessons->dimensions, standings).autonomous;
	add_member(lessons, list, n);
	for (size_t i = 0; i < fil_lookup_table_rows(lessons->table); i++) {
		struct lesson *lesson = &lessons->lessons[i];
		bool before = is_in(lesson->before, list, n), after = is_in(lesson->after, list, n);

		lesson->counts_before.users += before;
		lesson->counts_before.autonomous += before && autonomous;
		lesson->counts_after.users += after;
		lesson->counts_after.autonomous += after && autonomous;
	}
	return 0;
}

/* Adds the gain after an assignment to the lessons on its module, in the phases before and after.
 * number: of the user, from 1. */
static void
add_gain(const struct lessons *lessons, size_t number, const struct fil_module_gains_user *user,
    size_t i)
{
	const struct fil_assigned *assigned = &user->list[i];
	size_t phase;

	if (user->gains[i].measured == 0 || assigned->with == FIL_WITH_NONE)
		return;
	phase = fil_lookup_table_find(
	    lessons->phases, fil_support_name(user->support, assigned->with), 0);
	for (size_t l = 0; phase != FIL_NOWHERE && l < fil_lookup_table_rows(lessons->table); l++) {
		struct lesson *lesson = &lessons->lessons[l];

		if (lesson->module != assigned->module ||
		    !(lesson->before[phase] || lesson->after[phase]))
			continue;
		fil_gain_add(&lesson->gain, &user->gains[i]);
		lesson->gain_users += lesson->last != number;
		lesson->last = number;
	}
}

/* Counts all users, and adds all gains. Returns 0 or -1. */
static int
count_all(const struct lessons *lessons, struct fil_fault *fault)
{
	struct fil_module_gains_user user;
	size_t users = 0;
	int got = 0;

	while (got == 0 && (got = fil_enrolments_next(lessons->enrolments, fault)) == 1)
		got = count_user(lessons, fault);
	while (got == 0 && (got = fil_module_gains_next(lessons->gains, &user, fault)) == 1) {
		users++;
		for (size_t i = 0; i < user.n; i++)
			add_gain(lessons, users, &user, i);
		got = 0;
	}
	return got;
}

/* Finds the phases and the module of a lesson. */
static void
find_phases(const struct lessons *lessons, size_t row, const char *as_of)
{
	struct lesson *lesson = &lessons->lessons[row];
	size_t n = fil_lookup_table_rows(lessons->phases);
	const char *phase = fil_lookup_table_cell(lessons->table, row, PHASE);
	const char *module = fil_lookup_table_cell(lessons->table, row, MODULE);
	const char *date = fil_lookup_table_cell(lessons->table, row, DATE);

	lesson->module = module ? fil_lookup_table_find(lessons->modules, module, 0) : FIL_NOWHERE;
	lesson->before = fil_alloc(n, sizeof *lesson->before);
	lesson->after = fil_alloc(n, sizeof *lesson->after);
	for (size_t p = 0; p < n; p++) {
		const char *begins = fil_lookup_table_cell(lessons->phases, p, FIL_PHASE_BEGINS);

		lesson->before[p] = phase &&
		    strcmp(phase, fil_lookup_table_cell(lessons->phases, p, FIL_PHASE_KEY)) == 0;
		lesson->after[p] =
		    !lesson->before[p] && strcmp(begins, date) > 0 && strcmp(begins, as_of) <= 0;
	}
}

/* Reads the lessons noted by the day, the phases and the modules. Returns 0 or -1. */
static int
read_lessons(struct lessons *lessons, struct fil_fault *fault)
{
	struct fil_query *noted = fil_query_new(lessons->store,
	    "SELECT lesson, phase, observed, change, module, date FROM lessons WHERE date <= $1"
	    " ORDER BY lesson");
	char as_of[FIL_DATE_SIZE];
	size_t n;

	fil_date_write(lessons->request->as_of, as_of);
	fil_query_bind(noted, 1, as_of);
	if (!(lessons->table = fil_lookup_table_new(noted, DATE + 1, fault)) ||
	    !(lessons->phases = fil_phases_read(lessons->store, fault)))
		return -1;
	lessons->modules = fil_lookup_table_new(
	    fil_query_new(lessons->store, "SELECT module, dimension FROM modules ORDER BY module"),
	    2, fault);
	if (!lessons->modules)
		return -1;
	n = fil_lookup_table_rows(lessons->table);
	lessons->lessons = fil_alloc(n, sizeof *lessons->lessons);
	for (size_t i = 0; i < n; i++)
		find_phases(lessons, i, as_of);
	return 0;
}

/* Opens all tables. Returns 0 or -1. */
static int
open_tables(struct lessons *lessons, struct fil_fault *fault)
{
	const struct fil_report_request *request = lessons->request;
	struct fil_standing_request what = { &lessons->dimensions, &request->as_of, 1,
		request->today, request->sources, false };
	struct fil_selection selection = request->selection;

	selection.active = true;
	if (read_lessons(lessons, fault) < 0 ||
	    fil_dimensions_read(lessons->store, request->as_of, &lessons->dimensions, fault) < 0 ||
	    !(lessons->standings = fil_standing_reader_new(lessons->store, &what, fault)))
		return -1;
	lessons->population =
	    fil_population_new(lessons->store, &selection, FIL_BY_NONE, 0, request->as_of, fault);
	if (!lessons->population)
		return -1;
	lessons->gains = fil_module_gains_new(lessons->store, request, lessons->modules, 1, fault);
	if (!lessons->gains)
		return -1;
	lessons->enrolments = fil_enrolments_new(lessons->store, lessons->phases, request->as_of);
	lessons->inside = fil_alloc(fil_lookup_table_rows(lessons->phases), sizeof(bool));
	lessons->members = fil_users_new(fil_lookup_table_rows(lessons->phases) * sizeof(bool));
	return 0;
}

static void
close_tables(struct lessons *lessons)
{
	for (size_t i = 0; lessons->lessons && i < fil_lookup_table_rows(lessons->table); i++) {
		free(lessons->lessons[i].before);
		free(lessons->lessons[i].after);
	}
	free(lessons->lessons);
	fil_module_gains_free(lessons->gains);
	fil_standing_reader_free(lessons->standings);
	fil_enrolments_free(lessons->enrolments);
	fil_users_free(lessons->members);
	free(lessons->inside);
	fil_population_free(lessons->population);
	fil_dimensions_release(&lessons->dimensions);
	fil_lookup_table_free(lessons->table);
	fil_lookup_table_free(lessons->phases);
	fil_lookup_table_free(lessons->modules);
}

/* Returns whether a user of the tuple is in one of these phases. */
static bool
is_inside(const struct lessons *lessons, const bool *inside, const bool *phases)
{
	for (size_t p = 0; p < fil_lookup_table_rows(lessons->phases); p++)
		if (inside[p] && phases[p])
			return true;
	return false;
}

/* Returns the users who are in some of the phases and in none of the others; others may be NULL. */
static size_t
count_beyond(const struct lessons *lessons, const bool *phases, const bool *others)
{
	size_t sum = 0;

	for (size_t t = 0; t < fil_users_tuples(lessons->members); t++) {
		size_t users;
		const bool *inside = fil_users_tuple(lessons->members, t, &users);

		if (is_inside(lessons, inside, phases) &&
		    !(others && is_inside(lessons, inside, others)))
			sum += users;
	}
	return sum;
}

/* Returns whether the share of these phases would tell of few users: beside that of one phase or of
 * all phases with figures that lie within, as phases has them, beside that of a phase that they lie
 * within, or beside that of everybody. */
static bool
tells_of_few(const struct lessons *lessons, const bool *phases, size_t users)
{
	const struct fil_report_request *request = lessons->request;
	size_t n = fil_lookup_table_rows(lessons->phases);
	bool *one = fil_alloc(n, sizeof *one), *shown = fil_alloc(n, sizeof *shown), tells;

	tells = fil_report_are_few(request, fil_population_size(lessons->population, 0, 0) - users);
	for (size_t p = 0; !tells && p < n; p++) {
		size_t beyond;

		one[p] = true;
		beyond = count_beyond(lessons, phases, one);
		shown[p] =
		    phases[p] && !fil_report_are_few(request, count_beyond(lessons, one, NULL));
		tells = (shown[p] && fil_report_are_few(request, beyond)) ||
		    (beyond == 0 &&
			fil_report_are_few(request, count_beyond(lessons, one, phases)));
		one[p] = false;
	}
	tells |= fil_report_are_few(request, count_beyond(lessons, phases, shown));
	free(one);
	free(shown);
	return tells;
}

/* Shows the share of these phases, unless it is or tells of too few users. */
static void
show_share(const struct lessons *lessons, struct fil_figures *row, size_t column,
    const struct count *count, const bool *phases)
{
	if (count->users > 0 && !fil_report_are_few(lessons->request, count->users) &&
	    !tells_of_few(lessons, phases, count->users))
		fil_figures_share(
		    row, column, (long long)count->autonomous, (long long)count->users);
}

static void
give_row(const struct lessons *lessons, size_t i, const struct fil_report_sink *sink)
{
	const struct lesson *lesson = &lessons->lessons[i];
	struct fil_figures row = { 0 };

	for (size_t c = LESSON; c <= DATE; c++)
		row.cells[c] = fil_lookup_table_cell(lessons->table, i, c);
	show_share(lessons, &row, BEFORE, &lesson->counts_before, lesson->before);
	show_share(lessons, &row, AFTER, &lesson->counts_after, lesson->after);
	if (!fil_report_are_few(lessons->request, lesson->gain_users))
		fil_figures_mean(&row, GAIN, lesson->gain.sum, (long long)lesson->gain.measured);
	sink->row(sink->context, row.cells);
}

static int
make_lessons(struct fil_store *store, const struct fil_report_request *request,
    const struct fil_report_sink *sink, struct fil_fault *fault)
{
	struct lessons lessons = { .store = store, .request = request };
	int got = open_tables(&lessons, fault);

	if (got == 0) {
		sink->columns(sink->context, columns, COLUMNS);
		got = count_all(&lessons, fault);
	}
	for (size_t i = 0; got == 0 && i < fil_lookup_table_rows(lessons.table); i++)
		give_row(&lessons, i, sink);
	close_tables(&lessons);
	return got;
}

const struct fil_report_subject fil_report_lessons = {
	.name = "lessons",
	.meaning = N_("the lessons of phases, and what followed the changes"),
	.takes = FIL_TAKES_SOURCES | FIL_TAKES_ROLES | FIL_TAKES_MINIMUM,
	.make = make_lessons,
};
