/* SPDX-License-Identifier: ISC */
/* fil-report lessons: the lessons of the phases, and what followed the changes made for them. */
#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/levels/level_request.h"
#include "lib/levels/standing_reader.h"
#include "lib/report/autonomy_counts.h"
#include "lib/report/figures.h"
#include "lib/report/module_gains.h"
#include "lib/report/report.h"
#include "lib/users/enrolment.h"
#include "lib/users/members.h"
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
	[BEFORE] = { "before", FIL_CELL_SHARE, 1 },
	[AFTER] = { "after", FIL_CELL_SHARE, 1 },
	[GAIN] = { "gain", FIL_CELL_NUMBER, 1 },
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
	struct fil_members members; /* the population */
	bool *inside; /* for each phase: whether a user is in it */
	struct fil_level_request levels; /* as the engine finds them */
	bool *marked; /* modules whose gains the engine finds */
	bool doubtful; /* the engine found a row that must not be counted */
	bool alike; /* the people selected are, and must not be known */
	size_t *shown, n_shown; /* the phases that phases shows */
};

/* Returns whether a user of the tuple is in one of these phases. */
static bool
is_inside(const struct lessons *lessons, const bool *inside, const bool *phases)
{
	for (size_t p = 0; p < fil_lookup_table_rows(lessons->phases); p++)
		if (inside[p] && phases[p])
			return true;
	return false;
}

/* Adds users to those of some phases. */
static void
add_count(struct count *count, bool inside, size_t users, size_t autonomous)
{
	count->users += inside ? users : 0;
	count->autonomous += inside ? autonomous : 0;
}

/* Counts users of the population, of a unit and inside the same phases, in each lesson. */
static void
count_inside(struct lessons *lessons, size_t unit, size_t users, size_t autonomous)
{
	fil_members_add(&lessons->members, lessons->inside, unit, users, autonomous);
	for (size_t i = 0; i < fil_lookup_table_rows(lessons->table); i++) {
		struct lesson *lesson = &lessons->lessons[i];

		add_count(&lesson->counts_before,
		    is_inside(lessons, lessons->inside, lesson->before), users, autonomous);
		add_count(&lesson->counts_after, is_inside(lessons, lessons->inside, lesson->after),
		    users, autonomous);
	}
}

/* Counts the current user of the enrolments in each lesson. Returns 0 or -1. */
static int
count_user(struct lessons *lessons, struct fil_fault *fault)
{
	size_t length, n, unit;
	const char *user = fil_enrolments_user(lessons->enrolments, &length);
	const struct fil_enrolment *list = fil_enrolments_list(lessons->enrolments, &n);
	const struct fil_standing *standings;

	unit = fil_population_find(lessons->population, user, length);
	if (unit == FIL_NOWHERE)
		return 0;
	if (fil_standing_reader_seek(lessons->standings, user, &standings, fault) < 0)
		return -1;
	memset(lessons->inside, 0, fil_lookup_table_rows(lessons->phases) * sizeof(bool));
	for (size_t i = 0; i < n; i++)
		lessons->inside[list[i].phase] = true;
	count_inside(lessons, unit, 1, fil_stance_of(&lessons->dimensions, standings).autonomous);
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
count_all(struct lessons *lessons, struct fil_fault *fault)
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

/* Reads what users are counted by. Returns 0 or -1. */
static int
open_lessons(struct lessons *lessons, struct fil_fault *fault)
{
	const struct fil_report_request *request = lessons->request;
	struct fil_level_request *levels = &lessons->levels;
	size_t n;

	*levels = (struct fil_level_request){ &lessons->dimensions, FIL_NOWHERE, &request->as_of, 1,
		0, 0, false };
	if (read_lessons(lessons, fault) < 0 ||
	    fil_dimensions_read(lessons->store, request->as_of, &lessons->dimensions, fault) < 0 ||
	    fil_sources_read(request->sources, &levels->sources, fault) < 0)
		return -1;
	levels->newest = request->as_of >= request->today && levels->sources == FIL_ANY_SOURCE;
	n = fil_lookup_table_rows(lessons->phases);
	lessons->inside = fil_alloc(n, sizeof *lessons->inside);
	lessons->members = fil_members_new(n, request->min_group);
	return 0;
}

/* Opens all tables that are read together. Returns 0 or -1. */
static int
open_tables(struct lessons *lessons, struct fil_fault *fault)
{
	const struct fil_report_request *request = lessons->request;
	struct fil_standing_request what = { &lessons->dimensions, &request->as_of, 1,
		request->today, request->sources, false };
	struct fil_selection selection = request->selection;

	selection.active = true;
	if (!(lessons->standings = fil_standing_reader_new(lessons->store, &what, fault)))
		return -1;
	lessons->population =
	    fil_population_new(lessons->store, &selection, FIL_BY_UNIT, 0, request->as_of, fault);
	if (!lessons->population)
		return -1;
	lessons->gains = fil_module_gains_new(lessons->store, request, lessons->modules, 1, fault);
	if (!lessons->gains)
		return -1;
	lessons->enrolments = fil_enrolments_new(lessons->store, lessons->phases, request->as_of);
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
	fil_members_release(&lessons->members);
	free(lessons->inside);
	free(lessons->marked);
	free(lessons->shown);
	fil_population_free(lessons->population);
	fil_dimensions_release(&lessons->dimensions);
	fil_lookup_table_free(lessons->table);
	fil_lookup_table_free(lessons->phases);
	fil_lookup_table_free(lessons->modules);
}

/* Joins the levels of each user, and whether the user is enrolled in each phase. */
static void
join_members(void *context, struct fil_statement *statement)
{
	const struct lessons *lessons = context;

	fil_level_request_join(&lessons->levels, statement);
	fil_enrolment_request_join_inside(statement, lessons->phases, lessons->request->as_of);
}

static void
add_members(void *context, struct fil_statement *statement)
{
	const struct lessons *lessons = context;

	fil_phase_flags_select(statement, "m", fil_lookup_table_rows(lessons->phases));
	fil_statement_add(statement, ", count(*), count(CASE WHEN ");
	fil_level_request_state(&lessons->levels, statement, 0, FIL_LEVEL_AUTONOMOUS);
	fil_statement_add(statement, " THEN 1 END), count(CASE WHEN l.doubt = 1 THEN 1 END)");
}

/* Takes the users of the population who are enrolled in the same phases. */
static void
take_members(void *context, const uint32_t *cells, struct fil_query *query, int column)
{
	struct lessons *lessons = context;
	size_t n = fil_lookup_table_rows(lessons->phases);
	int counts = column + (int)n;

	if (fil_phase_flags_take(query, column, n, lessons->inside))
		count_inside(lessons, cells[0], (size_t)fil_query_number(query, counts),
		    (size_t)fil_query_number(query, counts + 1));
	lessons->doubtful |= fil_query_number(query, counts + 2) > 0;
}

/* Returns whether gains after the module of a lesson count in a phase. */
static bool
has_place(const struct lesson *lesson, size_t phase)
{
	return lesson->module != FIL_NOWHERE && (lesson->before[phase] || lesson->after[phase]);
}

/* Marks the modules of lessons whose gains count. Returns the number of lessons in phases with some. */
static size_t
mark_modules(struct lessons *lessons)
{
	size_t n = 0;

	lessons->marked =
	    fil_alloc(fil_lookup_table_rows(lessons->modules), sizeof *lessons->marked);
	for (size_t i = 0; i < fil_lookup_table_rows(lessons->table); i++)
		for (size_t p = 0; p < fil_lookup_table_rows(lessons->phases); p++) {
			if (!has_place(&lessons->lessons[i], p))
				continue;
			lessons->marked[lessons->lessons[i].module] = true;
			n++;
		}
	return n;
}

/* Adds the modules of lessons in the phases before and after, as rows of values. */
static void
add_places(const struct lessons *lessons, struct fil_statement *statement)
{
	const char *before = "(VALUES (";

	for (size_t i = 0; i < fil_lookup_table_rows(lessons->table); i++) {
		const struct lesson *lesson = &lessons->lessons[i];

		for (size_t p = 0; p < fil_lookup_table_rows(lessons->phases); p++) {
			if (!has_place(lesson, p))
				continue;
			fil_statement_add(statement, "%s", before);
			fil_statement_add_value(
			    statement, fil_lookup_table_cell(lessons->modules, lesson->module, 0));
			fil_statement_add(statement, ", ");
			fil_statement_add_value(
			    statement, fil_lookup_table_cell(lessons->phases, p, FIL_PHASE_KEY));
			fil_statement_add(statement, ", %zu)", i);
			before = ", (";
		}
	}
}

/* Joins the gains of each user in each lesson. */
static void
join_gains(void *context, struct fil_statement *statement)
{
	const struct lessons *lessons = context;
	const struct fil_support_request support = { lessons->request->as_of, lessons->modules,
		lessons->marked };

	fil_statement_add(statement,
	    " JOIN (SELECT g.who, t.lesson, sum(g.measured) AS measured, sum(g.change) AS change,"
	    " max(g.doubt) AS doubt FROM ");
	fil_module_gains_add(&lessons->levels, &support, statement);
	fil_statement_add(statement, " AS g JOIN ");
	add_places(lessons, statement);
	fil_statement_add(statement,
	    ") AS t (module, phase, lesson) ON t.module = g.module AND t.phase = g.phase"
	    " GROUP BY 1, 2) AS l ON l.who = u.\"user\"");
}

static void
add_gains(void *context, struct fil_statement *statement)
{
	(void)context;
	fil_statement_add(statement,
	    ", l.lesson, count(CASE WHEN l.measured > 0 THEN 1 END), sum(l.measured),"
	    " sum(l.change), max(l.doubt)");
}

/* Takes the gains in a lesson. */
static void
take_gains(void *context, const uint32_t *cells, struct fil_query *query, int column)
{
	struct lessons *lessons = context;
	struct lesson *lesson = &lessons->lessons[fil_query_number(query, column)];

	(void)cells;
	lesson->gain_users += (size_t)fil_query_number(query, column + 1);
	lesson->gain.measured += (size_t)fil_query_number(query, column + 2);
	lesson->gain.sum += fil_query_number(query, column + 3);
	lessons->doubtful |= fil_query_number(query, column + 4) > 0;
}

/* Has the engine count the users of the population. Returns 1, 0 where it cannot, or -1 with a
 * fault. */
static int
count_members(struct lessons *lessons, struct fil_fault *fault)
{
	struct fil_selection selection = lessons->request->selection;
	const struct fil_population_request whom = { &selection, FIL_BY_UNIT, 0,
		&lessons->request->as_of, 1, { false } };
	const struct fil_population_sums sums = { join_members, add_members, take_members, lessons,
		(int)fil_lookup_table_rows(lessons->phases), NULL, NULL };

	selection.active = true;
	if (fil_population_counted(lessons->store, &whom, &sums, &lessons->population, fault) < 0)
		return -1;
	return lessons->population && !lessons->doubtful;
}

/* Has the engine sum up the gains. Returns 1, 0 where it cannot, or -1 with a fault. */
static int
sum_gains(struct lessons *lessons, struct fil_fault *fault)
{
	const struct fil_report_request *request = lessons->request;
	const struct fil_population_sums sums = { join_gains, add_gains, take_gains, lessons, 1,
		NULL, NULL };
	int got = 1;

	if (mark_modules(lessons) > 0)
		got = fil_population_summed(
		    lessons->store, &request->selection, request->as_of, &sums, fault);
	return got == 1 && lessons->doubtful ? 0 : got;
}

/* Forgets what was counted. */
static void
clear_counts(struct lessons *lessons)
{
	for (size_t i = 0; i < fil_lookup_table_rows(lessons->table); i++) {
		struct lesson *lesson = &lessons->lessons[i];

		lesson->counts_before = lesson->counts_after = (struct count){ 0 };
		lesson->gain = (struct fil_gain){ 0 };
		lesson->gain_users = 0;
	}
	fil_members_release(&lessons->members);
	lessons->members =
	    fil_members_new(fil_lookup_table_rows(lessons->phases), lessons->request->min_group);
	fil_population_free(lessons->population);
	lessons->population = NULL;
}

/* Has the engine count. Returns 1, 0 where it cannot, or -1 with a fault. */
static int
count_by_engine(struct lessons *lessons, struct fil_fault *fault)
{
	int got;

	if (!fil_level_request_fits(&lessons->levels) ||
	    fil_lookup_table_rows(lessons->phases) > FIL_MOST_INSIDE)
		return 0;
	if ((got = count_members(lessons, fault)) == 1)
		got = sum_gains(lessons, fault);
	if (got == 0)
		clear_counts(lessons);
	return got;
}

/* Finds the phases that phases shows. Returns 0 or -1. */
static int
find_shown(struct lessons *lessons, struct fil_fault *fault)
{
	const struct fil_report_request *request = lessons->request;
	struct fil_members *members = &lessons->members;
	bool *withheld;

	members->all = fil_population_users(lessons->population, 0);
	if (fil_autonomy_counts_alike(
		lessons->store, request, members->all, &lessons->alike, fault) < 0 ||
	    fil_autonomy_counts_by_unit(
		lessons->store, request, lessons->population, members, fault) < 0)
		return -1;
	withheld = fil_alloc(members->phases, sizeof *withheld);
	lessons->shown = fil_alloc(members->phases, sizeof *lessons->shown);
	fil_members_withhold(members, withheld);
	for (size_t p = 0; p < members->phases; p++)
		if (!withheld[p] &&
		    !fil_members_tell(members, NULL, 0, (struct fil_members_set){ &p, 1 }))
			lessons->shown[lessons->n_shown++] = p;
	free(withheld);
	return 0;
}

/* Returns whether the share of these phases would tell of few users beside those that phases shows. */
static bool
tells_of_few(const struct lessons *lessons, const bool *phases)
{
	size_t rows = fil_lookup_table_rows(lessons->phases);
	size_t *list = fil_alloc(rows, sizeof *list);
	struct fil_members_set set = { list, 0 };
	bool tells = true;

	for (size_t p = 0; p < rows; p++)
		if (phases[p])
			list[set.n++] = p;
	/* Of one phase, it is the share that phases shows. */
	if (set.n == 1)
		for (size_t i = 0; tells && i < lessons->n_shown; i++)
			tells = lessons->shown[i] != *list;
	else
		tells =
		    fil_members_are_told(&lessons->members, set, lessons->shown, lessons->n_shown);
	free(list);
	return tells;
}

/* Shows the share of these phases, unless it is or tells of too few users. */
static void
show_share(const struct lessons *lessons, struct fil_figures *row, size_t column,
    const struct count *count, const bool *phases)
{
	if (count->users > 0 && !lessons->alike &&
	    !fil_report_are_few(lessons->request, count->users) && !tells_of_few(lessons, phases))
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

/* Says that no share is shown of the people selected, and what to do. */
static void
say_alike(const struct lessons *lessons, const struct fil_report_sink *sink)
{
	unsigned few = lessons->request->min_group;

	fil_report_say_left_out(sink, 1,
	    fil_format(_("before and after are empty: the people selected are fewer than %u, or"
			 " fewer than %u and all alike; select more people"),
		few, 2 * few));
}

static int
make_lessons(struct fil_store *store, const struct fil_report_request *request,
    const struct fil_report_sink *sink, struct fil_fault *fault)
{
	struct lessons lessons = { .store = store, .request = request };
	int got = open_lessons(&lessons, fault);

	if (got == 0 && (got = count_by_engine(&lessons, fault)) == 0 &&
	    (got = open_tables(&lessons, fault)) == 0)
		got = count_all(&lessons, fault);
	if (got >= 0 && (got = find_shown(&lessons, fault)) == 0)
		sink->columns(sink->context, columns, COLUMNS);
	for (size_t i = 0; got >= 0 && i < fil_lookup_table_rows(lessons.table); i++)
		give_row(&lessons, i, sink);
	if (got >= 0 && lessons.alike)
		say_alike(&lessons, sink);
	close_tables(&lessons);
	return got < 0 ? -1 : 0;
}

const struct fil_report_subject fil_report_lessons = {
	.name = "lessons",
	.meaning = N_("the lessons of phases, and what followed the changes"),
	.takes = FIL_TAKES_SOURCES | FIL_TAKES_ROLES | FIL_TAKES_MINIMUM,
	.make = make_lessons,
};
