/* SPDX-License-Identifier: ISC */
/* fil-report phases: the pilot beside the rollouts. */
#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/levels/standing_reader.h"
#include "lib/plan/support.h"
#include "lib/report/figures.h"
#include "lib/report/report.h"
#include "lib/stats/survival.h"
#include "lib/store/query.h"
#include "lib/users/enrolment.h"
#include "lib/users/population.h"
#include "lib/users/user_versions.h"
#include "lib/users/users.h"

/* The columns of the report. The first are those of enum fil_phase_cell. */
enum {
	PHASE,
	TITLE,
	KIND,
	BEGINS,
	ENDS,
	USERS,
	MEASURED,
	AUTONOMOUS,
	SHARE_MIN,
	SHARE_MAX,
	MEDIAN_DAYS,
	ASSIGNED,
	COMPLETED,
	MINUTES_SPENT,
	COLUMNS
};

static const struct fil_output_column columns[COLUMNS] = {
	[PHASE] = { "phase", FIL_CELL_TEXT },
	[TITLE] = { "title", FIL_CELL_TEXT },
	[KIND] = { "kind", FIL_CELL_TEXT },
	[BEGINS] = { "begins", FIL_CELL_DAY },
	[ENDS] = { "ends", FIL_CELL_DAY },
	[USERS] = { "users", FIL_CELL_NUMBER },
	[MEASURED] = { "measured", FIL_CELL_NUMBER },
	[AUTONOMOUS] = { "autonomous", FIL_CELL_NUMBER },
	[SHARE_MIN] = { "share_min", FIL_CELL_SHARE },
	[SHARE_MAX] = { "share_max", FIL_CELL_SHARE },
	[MEDIAN_DAYS] = { "median_days", FIL_CELL_NUMBER },
	[ASSIGNED] = { "assigned", FIL_CELL_NUMBER },
	[COMPLETED] = { "completed", FIL_CELL_NUMBER },
	[MINUTES_SPENT] = { "minutes_spent", FIL_CELL_NUMBER },
};

static const char efforts_query[] =
    "SELECT \"user\", phase, minutes FROM efforts WHERE date <= $1 AND phase IS NOT NULL"
    " ORDER BY \"user\"";

/* The counts of a phase; minutes in thousandths. */
struct count {
	size_t users, measured, autonomous, assigned, completed;
	long long spent;
};

struct phases {
	struct fil_store *store;
	const struct fil_report_request *request;
	char as_of[FIL_DATE_SIZE];
	struct fil_dimensions dimensions;
	struct fil_lookup_table *table, *modules;
	struct fil_population *population;
	struct fil_population *selected; /* the users of the selection, of any role */
	struct fil_roles roles;
	struct fil_enrolments *enrolments;
	struct fil_dated_users *people; /* role, left */
	struct fil_cursor *efforts;
	struct fil_standing_reader *stances;
	struct fil_first_autonomous *attainments;
	struct fil_support *support;
	struct fil_durations *durations; /* by the number of the phase */
	struct count *counts;
	struct fil_users
	    *members; /* of the population; the tuple says for each phase whether in it */
	bool *inside; /* the tuple of the current user */
	bool *withheld; /* of each phase: it has no figures */
};

/* The facts about a user who is enrolled. */
struct person {
	bool counts; /* belongs to the population on the day */
	bool followed; /* has a role that counts and is selected; may have left */
	struct fil_stance stance;
	fil_day autonomous; /* first autonomous day, or FIL_NEVER */
	fil_day end; /* last day on which the user was followed */
};

/* Finds whether the user is followed, and until when. Returns 0 or -1. */
static int
find_end(const struct phases *phases, const char *user, size_t length, struct person *person,
    struct fil_fault *fault)
{
	const char *cells[2], *left;
	int got = fil_dated_users_seek(phases->people, user, cells, fault);
	fil_day day;

	person->end = phases->request->as_of;
	person->followed = false;
	if (got != 1)
		return got;
	person->followed = fil_roles_have(&phases->roles, cells[0]) &&
	    fil_population_has(phases->selected, user, length);
	left = cells[1];
	if (left && fil_date_parse(left, &day) < 0)
		return fil_store_damaged_user(
		    fault, "users", fil_dated_users_key(phases->people, NULL));
	if (left && day < person->end)
		person->end = day;
	return 0;
}

static int
find_person(const struct phases *phases, const char *user, size_t length, struct person *person,
    struct fil_fault *fault)
{
	const struct fil_standing *standings;

	if (fil_standing_reader_seek(phases->stances, user, &standings, fault) < 0 ||
	    fil_first_autonomous_seek(phases->attainments, user, &person->autonomous, fault) < 0)
		return -1;
	person->stance = fil_stance_of(&phases->dimensions, standings);
	person->counts = fil_population_find(phases->population, user, length) != FIL_NOWHERE;
	return find_end(phases, user, length, person, fault);
}

/* Adds the days of a user from an enrolment to autonomy (design, time). A user who was autonomous
 * by then, or who was not followed for a day, is left out. */
static void
add_duration(
    const struct phases *phases, size_t phase, fil_day enrolled, const struct person *person)
{
	bool reached = person->autonomous != FIL_NEVER && person->autonomous <= person->end;
	fil_day end = reached ? person->autonomous : person->end;

	if (person->followed && end > enrolled)
		fil_durations_add(
		    phases->durations, phase, end - enrolled, reached ? FIL_REACHED : FIL_CENSORED);
}

/* Counts a user of the population by all phases of the user. */
static void
add_member(const struct phases *phases, const struct fil_enrolment *list, size_t n)
{
	memset(phases->inside, 0, fil_lookup_table_rows(phases->table) * sizeof *phases->inside);
	for (size_t i = 0; i < n; i++)
		phases->inside[list[i].phase] = true;
	fil_users_count(phases->members, phases->inside, 1);
}

/* Counts the current user in each phase. Returns 0 or -1. */
static int
count_user(const struct phases *phases, struct fil_fault *fault)
{
	struct person person;
	size_t length, n;
	const char *user = fil_enrolments_user(phases->enrolments, &length);
	const struct fil_enrolment *list = fil_enrolments_list(phases->enrolments, &n);

	if (find_person(phases, user, length, &person, fault) < 0)
		return -1;
	if (person.counts && n > 0)
		add_member(phases, list, n);
	for (size_t i = 0; i < n; i++) {
		struct count *count = &phases->counts[list[i].phase];

		add_duration(phases, list[i].phase, list[i].date, &person);
		count->users += person.counts;
		count->measured += person.counts && person.stance.measured;
		count->autonomous += person.counts && person.stance.autonomous;
	}
	return 0;
}

/* Counts the assignments of the current user of the support, if they name a phase. */
static void
count_assignments(const struct phases *phases)
{
	size_t length, n, phase = 0;
	const char *user = fil_support_user(phases->support, &length);
	const struct fil_assigned *list = fil_support_list(phases->support, &n);

	if (fil_population_find(phases->population, user, length) == FIL_NOWHERE)
		return;
	for (size_t i = 0; i < n; i++) {
		if (list[i].with == FIL_WITH_NONE)
			continue;
		phase = fil_lookup_table_find(
		    phases->table, fil_support_name(phases->support, list[i].with), phase);
		if (phase == FIL_NOWHERE)
			continue;
		phases->counts[phase].assigned++;
		phases->counts[phase].completed += list[i].completed != FIL_NEVER;
	}
}

/* Adds the minutes of the current effort to its phase. Returns 0 or -1. */
static int
add_effort(const struct phases *phases, struct fil_fault *fault)
{
	struct fil_query *query = fil_cursor_query(phases->efforts);
	size_t phase = fil_lookup_table_find(phases->table, fil_query_text(query, 1), 0);

	if (phase == FIL_NOWHERE)
		return fil_store_damaged_user(
		    fault, "efforts", fil_cursor_user(phases->efforts, NULL));
	if (fil_amount_add(&phases->counts[phase].spent, fil_query_text(query, 2)) < 0)
		return fil_fault_set(fault, FIL_BAD_DATA,
		    "the minutes of phase '%s' are too many to be added up",
		    fil_lookup_table_cell(phases->table, phase, PHASE));
	return 0;
}

/* Adds the minutes of all efforts. Returns 0 or -1. */
static int
add_efforts(const struct phases *phases, struct fil_fault *fault)
{
	size_t length;
	int got;

	while ((got = fil_cursor_next(phases->efforts, fault)) == 1) {
		const char *user = fil_cursor_user(phases->efforts, &length);

		if (!fil_population_has(phases->selected, user, length))
			continue;
		do
			if (add_effort(phases, fault) < 0)
				return -1;
		while ((got = fil_cursor_row(phases->efforts, fault)) == 1);
		if (got < 0)
			return -1;
	}
	return got;
}

/* Counts all tables. Returns 0 or -1. */
static int
count_all(const struct phases *phases, struct fil_fault *fault)
{
	int got = 0;

	while (got == 0 && (got = fil_enrolments_next(phases->enrolments, fault)) == 1)
		got = count_user(phases, fault);
	if (got < 0)
		return -1;
	while ((got = fil_support_next(phases->support, fault)) == 1)
		count_assignments(phases);
	return got < 0 ? -1 : add_efforts(phases, fault);
}

/* Returns whether a phase is shown, with figures. */
static bool
is_shown(const struct phases *phases, size_t phase)
{
	size_t users = phases->counts[phase].users;

	return users > 0 && !phases->withheld[phase] && !fil_report_are_few(phases->request, users);
}

/* Returns the users of the population who are enrolled in no phase that is shown. */
static size_t
count_rest(const struct phases *phases)
{
	size_t rest = fil_population_size(phases->population, 0, 0);

	for (size_t t = 0; t < fil_users_tuples(phases->members); t++) {
		size_t users, i = 0, n = fil_lookup_table_rows(phases->table);
		const bool *inside = fil_users_tuple(phases->members, t, &users);

		while (i < n && !(inside[i] && is_shown(phases, i)))
			i++;
		rest -= i < n ? users : 0;
	}
	return rest;
}

/* Returns the phase of the fewest users that is shown, or FIL_NOWHERE. */
static size_t
find_smallest(const struct phases *phases)
{
	size_t smallest = FIL_NOWHERE;

	for (size_t i = 0; i < fil_lookup_table_rows(phases->table); i++)
		if (is_shown(phases, i) &&
		    (smallest == FIL_NOWHERE ||
			phases->counts[i].users < phases->counts[smallest].users))
			smallest = i;
	return smallest;
}

/* Withholds the smallest phases until the users in no phase shown are none, or enough: autonomy counts
 * them with the others, so that the difference would tell of few. Returns how many are withheld. */
static size_t
withhold(const struct phases *phases)
{
	size_t n = 0, phase;

	while (fil_report_are_few(phases->request, count_rest(phases)) &&
	    (phase = find_smallest(phases)) != FIL_NOWHERE) {
		phases->withheld[phase] = true;
		n++;
	}
	return n;
}

/* Says how many phases are withheld. */
static void
say_withheld(const struct phases *phases, size_t n, const struct fil_report_sink *sink)
{
	char *text;

	if (n == 0 || !sink->left_out)
		return;
	text = fil_format(ngettext("%zu row has no figures: with autonomy it would tell of fewer"
				   " than %u people",
			      "%zu rows have no figures: with autonomy they would tell of fewer"
			      " than %u people",
			      n),
	    n, phases->request->min_group);
	sink->left_out(sink->context, text);
	free(text);
}

/* Sets the median of the days from enrolment to autonomy, where it was reached. */
static void
show_median(const struct phases *phases, size_t phase, struct fil_figures *row)
{
	size_t n;
	const struct fil_day_count *counts = fil_durations_of(phases->durations, phase, &n);
	struct fil_survival *curve = fil_survival_new(counts, n);
	struct fil_survival_day median = fil_survival_quantile(curve, 0.5);

	if (median.day != FIL_NOT_REACHED)
		fil_figures_count(row, MEDIAN_DAYS, (size_t)median.day);
	fil_survival_free(curve);
}

static void
give_row(const struct phases *phases, size_t phase, const struct fil_report_sink *sink)
{
	const struct count *count = &phases->counts[phase];
	long long users = (long long)count->users, autonomous = (long long)count->autonomous;
	struct fil_figures row = { 0 };

	for (size_t c = PHASE; c <= ENDS; c++)
		row.cells[c] = fil_lookup_table_cell(phases->table, phase, c);
	if (phases->withheld[phase]) {
		sink->row(sink->context, row.cells);
		return;
	}
	fil_figures_count(&row, USERS, count->users);
	fil_figures_count(&row, MEASURED, count->measured);
	fil_figures_count(&row, AUTONOMOUS, count->autonomous);
	fil_figures_share(&row, SHARE_MIN, autonomous, users);
	fil_figures_share(&row, SHARE_MAX, autonomous + users - (long long)count->measured, users);
	show_median(phases, phase, &row);
	fil_figures_count(&row, ASSIGNED, count->assigned);
	fil_figures_count(&row, COMPLETED, count->completed);
	fil_figures_amount(&row, MINUTES_SPENT, count->spent);
	sink->row(sink->context, row.cells);
}

/* Reads the users who count. Returns 0 or -1. */
static int
read_people(struct phases *phases, struct fil_fault *fault)
{
	struct fil_selection selection = phases->request->selection;

	if (fil_selection_roles(&selection, &phases->roles, fault) < 0)
		return -1;
	selection.active = false;
	phases->selected =
	    fil_population_selected(phases->store, &selection, phases->request->as_of, fault);
	selection.active = true;
	phases->population = fil_population_new(
	    phases->store, &selection, FIL_BY_NONE, 0, phases->request->as_of, fault);
	return !phases->selected || !phases->population ? -1 : 0;
}

/* Opens the tables of autonomy. Returns 0 or -1. */
static int
open_levels(struct phases *phases, struct fil_fault *fault)
{
	const struct fil_report_request *request = phases->request;
	struct fil_standing_request what = { &phases->dimensions, &request->as_of, 1,
		request->today, request->sources, false };

	if (fil_dimensions_read(phases->store, request->as_of, &phases->dimensions, fault) < 0)
		return -1;
	phases->stances = fil_standing_reader_new(phases->store, &what, fault);
	if (!phases->stances)
		return -1;
	phases->attainments =
	    fil_first_autonomous_new(phases->store, NULL, request->sources, fault);
	return !phases->attainments ? -1 : 0;
}

/* Opens all tables. Returns 0 or -1. */
static int
open_tables(struct phases *phases, struct fil_fault *fault)
{
	struct fil_store *store = phases->store;
	size_t n;

	fil_date_write(phases->request->as_of, phases->as_of);
	if (open_levels(phases, fault) < 0 || read_people(phases, fault) < 0)
		return -1;
	if (!(phases->table = fil_phases_read(store, fault)))
		return -1;
	phases->modules = fil_lookup_table_new(
	    fil_query_new(store, "SELECT module FROM modules ORDER BY module"), 1, fault);
	if (!phases->modules)
		return -1;
	phases->people = fil_dated_users_new(
	    store, (const char *const[]){ "role", "left" }, 2, phases->request->as_of, fault);
	if (!phases->people)
		return -1;
	phases->enrolments = fil_enrolments_new(store, phases->table, phases->request->as_of);
	phases->efforts = fil_cursor_new(fil_query_new(store, efforts_query));
	fil_query_bind(fil_cursor_query(phases->efforts), 1, phases->as_of);
	phases->support =
	    fil_support_new(store, phases->modules, phases->request->as_of, FIL_WITH_PHASE);
	phases->durations = fil_durations_new();
	n = fil_lookup_table_rows(phases->table);
	phases->counts = fil_alloc(n, sizeof *phases->counts);
	phases->inside = fil_alloc(n, sizeof *phases->inside);
	phases->withheld = fil_alloc(n, sizeof *phases->withheld);
	phases->members = fil_users_new(n * sizeof *phases->inside);
	return 0;
}

static void
close_tables(struct phases *phases)
{
	fil_support_free(phases->support);
	fil_standing_reader_free(phases->stances);
	fil_first_autonomous_free(phases->attainments);
	fil_dated_users_free(phases->people);
	fil_enrolments_free(phases->enrolments);
	fil_cursor_free(phases->efforts);
	fil_population_free(phases->population);
	fil_population_free(phases->selected);
	fil_durations_free(phases->durations);
	fil_lookup_table_free(phases->table);
	fil_lookup_table_free(phases->modules);
	fil_dimensions_release(&phases->dimensions);
	fil_users_free(phases->members);
	free(phases->inside);
	free(phases->withheld);
	free(phases->counts);
}

static int
make_phases(struct fil_store *store, const struct fil_report_request *request,
    const struct fil_report_sink *sink, struct fil_fault *fault)
{
	struct phases phases = { .store = store, .request = request };
	int got = open_tables(&phases, fault);
	size_t withheld = 0;

	if (got == 0) {
		sink->columns(sink->context, columns, COLUMNS);
		got = count_all(&phases, fault);
	}
	if (got == 0)
		withheld = withhold(&phases);
	for (size_t i = 0; got == 0 && i < fil_lookup_table_rows(phases.table); i++)
		give_row(&phases, i, sink);
	say_withheld(&phases, withheld, sink);
	close_tables(&phases);
	return got;
}

const struct fil_report_subject fil_report_phases = {
	.name = "phases",
	.meaning = N_("the pilot beside the rollouts"),
	.takes = FIL_TAKES_SOURCES | FIL_TAKES_ROLES | FIL_TAKES_MINIMUM,
	.people = "users",
	.make = make_phases,
};
