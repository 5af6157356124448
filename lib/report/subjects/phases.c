/* SPDX-License-Identifier: ISC */
/* fil-report phases: the pilot beside the rollouts. */
#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/levels/level_request.h"
#include "lib/levels/standing_reader.h"
#include "lib/plan/support.h"
#include "lib/report/autonomy_counts.h"
#include "lib/report/figures.h"
#include "lib/report/journey.h"
#include "lib/report/report.h"
#include "lib/stats/survival.h"
#include "lib/store/query.h"
#include "lib/users/enrolment.h"
#include "lib/users/members.h"
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
	[SHARE_MIN] = { "share_min", FIL_CELL_SHARE, 1 },
	[SHARE_MAX] = { "share_max", FIL_CELL_SHARE, 1 },
	[MEDIAN_DAYS] = { "median_days", FIL_CELL_NUMBER },
	[ASSIGNED] = { "assigned", FIL_CELL_NUMBER },
	[COMPLETED] = { "completed", FIL_CELL_NUMBER },
	[MINUTES_SPENT] = { "minutes_spent", FIL_CELL_NUMBER },
};

static const char efforts_query[] =
    "SELECT \"user\", phase, minutes FROM efforts WHERE date <= $1 ORDER BY \"user\"";

/* The counts of a phase; minutes in thousandths. */
struct count {
	size_t users, measured, autonomous, assigned, completed;
	size_t givers; /* who gave the minutes */
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
	struct fil_dated_users *people; /* role, arrived, left */
	struct fil_cursor *efforts;
	struct fil_standing_reader *stances;
	struct fil_first_autonomous *attainments;
	struct fil_support *support;
	struct fil_durations *durations; /* by the number of the phase */
	struct count *counts;
	struct fil_members members; /* the population */
	bool *inside; /* the tuple of the current user */
	struct fil_users
	    *givers; /* who gave time; a tuple says for each phase, then for none, whether to it */
	bool *gave; /* the tuple of the current user */
	bool alike; /* the people selected are, and must not be known */
	struct fil_members_withheld hidden; /* how many phases */
	bool *withheld; /* of each phase: it has no figures */
	size_t barely; /* rows without a median, as few were followed */
	bool *untimed; /* of each phase: it has no minutes, for the sake of others */
	struct fil_level_request levels; /* as the engine finds them */
	bool doubtful; /* a row of the engine cannot be counted */
};

/* The facts about a user who is enrolled. */
struct person {
	bool counts; /* belongs to the population on the day: */
	size_t unit; /* there, or FIL_NOWHERE */
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
	const char *cells[3];
	int got = fil_dated_users_seek(phases->people, user, cells, fault);
	fil_day arrived = FIL_NEVER, left = FIL_STAYS;

	person->end = phases->request->as_of;
	person->followed = false;
	if (got != 1)
		return got;
	if ((cells[1] && fil_date_parse(cells[1], &arrived) < 0) ||
	    (cells[2] && fil_date_parse(cells[2], &left) < 0))
		return fil_store_damaged_user(
		    fault, "users", fil_dated_users_key(phases->people, NULL));
	person->followed = arrived <= person->end && fil_roles_have(&phases->roles, cells[0]) &&
	    fil_population_has(phases->selected, user, length);
	if (left < person->end)
		person->end = left;
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
	person->unit = fil_population_find(phases->population, user, length);
	person->counts = person->unit != FIL_NOWHERE;
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
add_member(
    struct phases *phases, const struct fil_enrolment *list, size_t n, size_t unit, bool autonomous)
{
	memset(phases->inside, 0, fil_lookup_table_rows(phases->table) * sizeof *phases->inside);
	for (size_t i = 0; i < n; i++)
		phases->inside[list[i].phase] = true;
	fil_members_add(&phases->members, phases->inside, unit, 1, autonomous);
}

/* Counts the current user in each phase. Returns 0 or -1. */
static int
count_user(struct phases *phases, struct fil_fault *fault)
{
	struct person person;
	size_t length, n;
	const char *user = fil_enrolments_user(phases->enrolments, &length);
	const struct fil_enrolment *list = fil_enrolments_list(phases->enrolments, &n);

	if (find_person(phases, user, length, &person, fault) < 0)
		return -1;
	if (person.counts && n > 0)
		add_member(phases, list, n, person.unit, person.stance.autonomous);
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

/* Adds the minutes of the current effort to its phase, if it has one. Returns 0 or -1. */
static int
add_effort(const struct phases *phases, struct fil_fault *fault)
{
	struct fil_query *query = fil_cursor_query(phases->efforts);
	const char *name = fil_query_text(query, 1);
	size_t phase = name ? fil_lookup_table_find(phases->table, name, 0)
			    : fil_lookup_table_rows(phases->table);

	if (phase == FIL_NOWHERE)
		return fil_store_damaged_user(
		    fault, "efforts", fil_cursor_user(phases->efforts, NULL));
	phases->gave[phase] = true;
	if (name && fil_amount_add(&phases->counts[phase].spent, fil_query_text(query, 2)) < 0)
		return fil_fault_set(fault, FIL_BAD_DATA,
		    "the minutes of phase '%s' are too many to be added up",
		    fil_lookup_table_cell(phases->table, phase, PHASE));
	return 0;
}

/* Adds the minutes of all efforts. Returns 0 or -1. */
static int
add_efforts(const struct phases *phases, struct fil_fault *fault)
{
	size_t length, n = fil_lookup_table_rows(phases->table);
	int got;

	while ((got = fil_cursor_next(phases->efforts, fault)) == 1) {
		const char *user = fil_cursor_user(phases->efforts, &length);

		if (!fil_population_has(phases->selected, user, length))
			continue;
		memset(phases->gave, 0, (n + 1) * sizeof *phases->gave);
		do
			if (add_effort(phases, fault) < 0)
				return -1;
		while ((got = fil_cursor_row(phases->efforts, fault)) == 1);
		if (got < 0)
			return -1;
		fil_users_count(phases->givers, phases->gave, 1);
	}
	return got;
}

/* Counts all tables. Returns 0 or -1. */
static int
count_all(struct phases *phases, struct fil_fault *fault)
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

/* Returns the phase of a column; FIL_NOWHERE: there is none. */
static size_t
phase_of(const struct phases *phases, struct fil_query *query, int column)
{
	const char *phase = fil_query_text(query, column);

	return phase ? fil_lookup_table_find(phases->table, phase, 0) : FIL_NOWHERE;
}

/* Joins the levels of each user, and whether the user is enrolled in each phase. */
static void
join_members(void *context, struct fil_statement *statement)
{
	const struct phases *phases = context;

	fil_level_request_join(&phases->levels, statement);
	fil_enrolment_request_join_inside(statement, phases->table, phases->request->as_of);
}

static void
add_members(void *context, struct fil_statement *statement)
{
	const struct phases *phases = context;

	fil_phase_flags_select(statement, "m", fil_lookup_table_rows(phases->table));
	fil_statement_add(statement, ", count(*), count(CASE WHEN ");
	fil_level_request_state(&phases->levels, statement, 0, FIL_LEVEL_MEASURED);
	fil_statement_add(statement, " THEN 1 END), count(CASE WHEN ");
	fil_level_request_state(&phases->levels, statement, 0, FIL_LEVEL_AUTONOMOUS);
	fil_statement_add(statement, " THEN 1 END), count(CASE WHEN l.doubt = 1 THEN 1 END)");
}

/* Takes the users of the population who are enrolled in the same phases. */
static void
take_members(void *context, const uint32_t *cells, struct fil_query *query, int column)
{
	struct phases *phases = context;
	size_t n = fil_lookup_table_rows(phases->table);
	int counts = column + (int)n;
	size_t users = (size_t)fil_query_number(query, counts),
	       autonomous = (size_t)fil_query_number(query, counts + 2);

	if (fil_phase_flags_take(query, column, n, phases->inside))
		fil_members_add(&phases->members, phases->inside, cells[0], users, autonomous);
	for (size_t i = 0; i < n; i++) {
		struct count *count = &phases->counts[i];

		if (!phases->inside[i])
			continue;
		count->users += users;
		count->measured += (size_t)fil_query_number(query, counts + 1);
		count->autonomous += autonomous;
	}
	phases->doubtful |= fil_query_number(query, counts + 3) > 0;
}

static void
join_assignments(void *context, struct fil_statement *statement)
{
	fil_support_join(statement, ((const struct phases *)context)->request->as_of);
}

static void
add_assignments(void *context, struct fil_statement *statement)
{
	(void)context;
	fil_statement_add(statement, ", l.phase, count(*), sum(l.completed)");
}

/* Takes the assignments with a phase. */
static void
take_assignments(void *context, const uint32_t *cells, struct fil_query *query, int column)
{
	const struct phases *phases = context;
	size_t phase = phase_of(phases, query, column);

	(void)cells;
	if (phase == FIL_NOWHERE)
		return;
	phases->counts[phase].assigned += (size_t)fil_query_number(query, column + 1);
	phases->counts[phase].completed += (size_t)fil_query_number(query, column + 2);
}

static void
join_efforts(void *context, struct fil_statement *statement)
{
	fil_statement_add(statement,
	    " JOIN efforts AS l ON l.\"user\" = u.\"user\" AND l.phase IS NOT NULL AND l.date <= ");
	fil_statement_add_day(statement, ((const struct phases *)context)->request->as_of);
}

static void
add_efforts_sum(void *context, struct fil_statement *statement)
{
	(void)context;
	fil_statement_add(statement, ", l.phase, ");
	fil_figures_amounts_add(statement, "l.minutes");
}

/* Takes the minutes of a phase. */
static void
take_efforts(void *context, const uint32_t *cells, struct fil_query *query, int column)
{
	struct phases *phases = context;
	size_t phase = phase_of(phases, query, column);

	(void)cells;
	/* The walk is to tell of the damage. */
	if (phase == FIL_NOWHERE ||
	    fil_figures_amounts_take(
		&phases->counts[phase].spent, fil_query_text(query, column + 1)) < 0)
		phases->doubtful = true;
}

/* Joins, for each user who gave time, whether it was to each phase, and whether to none. */
static void
join_givers(void *context, struct fil_statement *statement)
{
	const struct phases *phases = context;

	fil_statement_add(statement, " JOIN (SELECT l.\"user\" AS who");
	fil_phase_flags_add(statement, phases->table, "l.phase");
	fil_statement_add(statement,
	    ", max(CASE WHEN l.phase IS NULL THEN 1 ELSE 0 END) AS in%zu FROM efforts AS l"
	    " WHERE l.date <= ",
	    fil_lookup_table_rows(phases->table));
	fil_statement_add_day(statement, phases->request->as_of);
	fil_statement_add(statement, " GROUP BY l.\"user\") AS g ON g.who = u.\"user\"");
}

static void
add_givers(void *context, struct fil_statement *statement)
{
	const struct phases *phases = context;

	fil_phase_flags_select(statement, "g", fil_lookup_table_rows(phases->table) + 1);
	fil_statement_add(statement, ", count(*)");
}

/* Takes the users who gave time to the same phases. */
static void
take_givers(void *context, const uint32_t *cells, struct fil_query *query, int column)
{
	const struct phases *phases = context;
	size_t n = fil_lookup_table_rows(phases->table) + 1;

	(void)cells;
	fil_phase_flags_take(query, column, n, phases->gave);
	fil_users_count(
	    phases->givers, phases->gave, (size_t)fil_query_number(query, column + (int)n));
}

/* Has the engine count the users of the population. Returns 1, 0 where it cannot, or -1 with a
 * fault. */
static int
count_members(struct phases *phases, struct fil_fault *fault)
{
	struct fil_selection selection = phases->request->selection;
	const struct fil_population_request whom = { &selection, FIL_BY_UNIT, 0,
		&phases->request->as_of, 1, { false } };
	const struct fil_population_sums sums = { join_members, add_members, take_members, phases,
		(int)fil_lookup_table_rows(phases->table), NULL, NULL };

	selection.active = true;
	if (fil_population_counted(phases->store, &whom, &sums, &phases->population, fault) < 0)
		return -1;
	return phases->population && !phases->doubtful;
}

/* Has the engine make sums over users of the selection. active: those of the population alone.
 * Returns 1, 0 where it cannot, or -1 with a fault. */
static int
sum_selected(const struct phases *phases, const struct fil_population_sums *sums, bool active,
    struct fil_fault *fault)
{
	struct fil_selection selection = phases->request->selection;
	int got;

	selection.active = active;
	selection.later = NULL;
	got = fil_population_summed(phases->store, &selection, phases->request->as_of, sums, fault);
	return got == 1 && phases->doubtful ? 0 : got;
}

/* Adds the days from enrolment to autonomy that equal journeys have. Returns 1, or -1 with a fault. */
static int
count_durations(struct phases *phases, struct fil_fault *fault)
{
	struct fil_selection selection = phases->request->selection;
	const struct fil_journeys_request request = { .selection = &selection,
		.by = FIL_BY_PHASE,
		.from = FIL_FROM_ENROLLED,
		.sources = phases->request->sources,
		.as_of = phases->request->as_of,
		.today = phases->request->today,
		.floor = FIL_NEVER };
	struct fil_journeys *journeys;
	const struct fil_journey *list;
	size_t n;

	selection.active = false;
	selection.later = NULL;
	if (!(journeys = fil_journeys_new(phases->store, &request, fault)))
		return -1;
	list = fil_journeys_list(journeys, &n);
	for (size_t i = 0; i < n; i++) {
		const char *name = fil_journeys_group(journeys, list[i].group);
		size_t phase = fil_lookup_table_find(phases->table, name, 0);
		int days = 0;
		enum fil_stage stage = fil_journey_on(&list[i], request.as_of, &days);

		if (stage == FIL_STAGE_THERE || stage == FIL_STAGE_UNDERWAY)
			fil_durations_count(phases->durations, phase, days,
			    stage == FIL_STAGE_THERE ? FIL_REACHED : FIL_CENSORED, list[i].users);
	}
	fil_journeys_free(journeys);
	return 1;
}

/* Has the engine count. Returns 1, 0 where it cannot, or -1 with a fault. */
static int
count_by_engine(struct phases *phases, struct fil_fault *fault)
{
	const struct fil_report_request *request = phases->request;
	const struct fil_population_sums assignments = { join_assignments, add_assignments,
		take_assignments, phases, 1, NULL, NULL };
	const struct fil_population_sums efforts = { join_efforts, add_efforts_sum, take_efforts,
		phases, 1, NULL, NULL };
	const struct fil_population_sums givers = { join_givers, add_givers, take_givers, phases,
		(int)fil_lookup_table_rows(phases->table) + 1, NULL, NULL };
	int got;

	phases->levels.dimensions = &phases->dimensions;
	phases->levels.only = FIL_NOWHERE;
	phases->levels.days = &request->as_of;
	phases->levels.n_days = 1;
	phases->levels.newest =
	    request->as_of >= request->today && phases->levels.sources == FIL_ANY_SOURCE;
	if (!fil_level_request_fits(&phases->levels) ||
	    fil_lookup_table_rows(phases->table) > FIL_MOST_INSIDE)
		return 0;
	if ((got = count_members(phases, fault)) == 1 &&
	    (got = sum_selected(phases, &assignments, true, fault)) == 1 &&
	    (got = sum_selected(phases, &efforts, false, fault)) == 1 &&
	    (got = sum_selected(phases, &givers, false, fault)) == 1)
		got = count_durations(phases, fault);
	return got;
}

/* Forgets what was counted. */
static void
clear_counts(struct phases *phases)
{
	size_t n = fil_lookup_table_rows(phases->table);

	memset(phases->counts, 0, n * sizeof *phases->counts);
	fil_members_release(&phases->members);
	phases->members = fil_members_new(n, phases->request->min_group);
	fil_users_free(phases->givers);
	phases->givers = fil_users_new((n + 1) * sizeof *phases->gave);
	fil_population_free(phases->population);
	phases->population = NULL;
}

/* Withholds the phases of people who are selected, and must not be known: enough, and all alike. */
static void
withhold_alike(const struct phases *phases)
{
	for (size_t i = 0; i < fil_lookup_table_rows(phases->table); i++)
		phases->withheld[i] = phases->counts[i].users > 0 &&
		    !fil_report_are_few(phases->request, phases->counts[i].users);
}

/* Withholds the phases that tell of few, beside others, autonomy or its table by unit. Returns 0 or -1. */
static int
withhold(struct phases *phases, struct fil_fault *fault)
{
	const struct fil_report_request *request = phases->request;

	phases->members.all = fil_population_users(phases->population, 0);
	if (fil_autonomy_counts_alike(
		phases->store, request, phases->members.all, &phases->alike, fault) < 0 ||
	    (!phases->alike &&
		fil_autonomy_counts_by_unit(
		    phases->store, request, phases->population, &phases->members, fault) < 0))
		return -1;
	if (phases->alike)
		withhold_alike(phases);
	else
		phases->hidden = fil_members_withhold(&phases->members, phases->withheld);
	return 0;
}

/* Counts who gave time to each phase. */
static void
count_givers(const struct phases *phases)
{
	for (size_t t = 0; t < fil_users_tuples(phases->givers); t++) {
		size_t users;
		const bool *gave = fil_users_tuple(phases->givers, t, &users);

		for (size_t i = 0; i < fil_lookup_table_rows(phases->table); i++)
			phases->counts[i].givers += gave[i] ? users : 0;
	}
}

/* Returns whether the minutes of a phase are shown. Those of nobody tell nothing of anybody. */
static bool
are_minutes_shown(const struct phases *phases, size_t phase)
{
	const struct count *count = &phases->counts[phase];

	return !phases->withheld[phase] && !phases->untimed[phase] &&
	    !fil_report_are_few(phases->request, count->users) &&
	    !fil_report_are_few(phases->request, count->givers);
}

/* Returns the users who gave time of which no minutes are shown. */
static size_t
count_rest_givers(const struct phases *phases)
{
	size_t rest = 0, n = fil_lookup_table_rows(phases->table);

	for (size_t t = 0; t < fil_users_tuples(phases->givers); t++) {
		size_t users;
		const bool *gave = fil_users_tuple(phases->givers, t, &users);
		bool hidden = gave[n];

		for (size_t i = 0; i < n; i++)
			hidden |= gave[i] && !are_minutes_shown(phases, i);
		rest += hidden ? users : 0;
	}
	return rest;
}

/* Leaves out the minutes of phases, of those of the fewest people first, until the people whose minutes
 * are not shown are none, or enough: commitment adds up all minutes, so that the difference would tell
 * of few. Returns of how many phases. */
static size_t
withhold_minutes(const struct phases *phases)
{
	size_t n = 0, smallest = 0;

	while (smallest != FIL_NOWHERE &&
	    fil_report_are_few(phases->request, count_rest_givers(phases))) {
		smallest = FIL_NOWHERE;
		for (size_t i = 0; i < fil_lookup_table_rows(phases->table); i++)
			if (phases->counts[i].givers > 0 && are_minutes_shown(phases, i) &&
			    (smallest == FIL_NOWHERE ||
				phases->counts[i].givers < phases->counts[smallest].givers))
				smallest = i;
		if (smallest != FIL_NOWHERE) {
			phases->untimed[smallest] = true;
			n++;
		}
	}
	return n;
}

/* Says how many phases are withheld because of another one, of autonomy, and of its table by unit. */
static void
say_withheld(const struct phases *phases, const struct fil_report_sink *sink)
{
	const struct fil_members_withheld *hidden = &phases->hidden;
	unsigned few = phases->request->min_group;

	if (phases->alike)
		fil_report_say_selected(sink, phases->request);
	fil_report_say_left_out(sink, hidden->beside,
	    fil_format(ngettext("%zu row has no figures: with another one it would tell of fewer"
				" than %u people",
			   "%zu rows have no figures: with another one they would tell of fewer"
			   " than %u people",
			   hidden->beside),
		hidden->beside, few));
	fil_report_say_left_out(sink, hidden->all,
	    fil_format(ngettext("%zu row has no figures: with autonomy it would tell of fewer"
				" than %u people",
			   "%zu rows have no figures: with autonomy they would tell of fewer"
			   " than %u people",
			   hidden->all),
		hidden->all, few));
	fil_report_say_left_out(sink, hidden->units,
	    fil_format(
		ngettext("%zu row has no figures: with autonomy by unit it would tell of single"
			 " users",
		    "%zu rows have no figures: with autonomy by unit they would tell of single"
		    " users",
		    hidden->units),
		hidden->units));
}

/* Says of how many phases few gave the minutes, and how many have none because of commitment. */
static void
say_minutes(const struct phases *phases, size_t untimed, const struct fil_report_sink *sink)
{
	unsigned few = phases->request->min_group;
	size_t minutes = 0;

	for (size_t i = 0; i < fil_lookup_table_rows(phases->table); i++)
		minutes += !phases->withheld[i] &&
		    fil_report_are_few(phases->request, phases->counts[i].givers) &&
		    !fil_report_are_few(phases->request, phases->counts[i].users);
	fil_report_say_left_out(sink, minutes,
	    fil_format(
		ngettext("%zu row has no minutes: fewer than %u people gave them",
		    "%zu rows have no minutes: fewer than %u people gave those of each", minutes),
		minutes, few));
	fil_report_say_left_out(sink, untimed,
	    fil_format(
		ngettext("%zu row has no minutes: with commitment they would tell of fewer than %u"
			 " people",
		    "%zu rows have no minutes: with commitment they would tell of fewer than %u"
		    " people",
		    untimed),
		untimed, few));
}

/* Says how many phases have no median. */
static void
say_medians(const struct phases *phases, const struct fil_report_sink *sink)
{
	fil_report_say_left_out(sink, phases->barely,
	    fil_format(
		ngettext("%zu row has no median: fewer than %u people were followed for a day",
		    "%zu rows have no median: fewer than %u people of each were followed for a day",
		    phases->barely),
		phases->barely, phases->request->min_group));
}

/* Sets the median of the days from enrolment to autonomy, where it was reached, and not by few. */
static void
show_median(struct phases *phases, size_t phase, struct fil_figures *row)
{
	size_t n;
	const struct fil_day_count *counts = fil_durations_of(phases->durations, phase, &n);
	struct fil_survival *curve = fil_survival_new(counts, n);
	struct fil_survival_day median = fil_survival_quantile(curve, 0.5);

	if (!fil_report_are_few(phases->request, curve->users) && median.day != FIL_NOT_REACHED)
		fil_figures_count(row, MEDIAN_DAYS, (size_t)median.day);
	phases->barely += fil_report_are_few(phases->request, curve->users) &&
	    !fil_report_are_few(phases->request, phases->counts[phase].users);
	fil_survival_free(curve);
}

static void
give_row(struct phases *phases, size_t phase, const struct fil_report_sink *sink)
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
	if (are_minutes_shown(phases, phase))
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
	    phases->store, &selection, FIL_BY_UNIT, 0, phases->request->as_of, fault);
	return !phases->selected || !phases->population ? -1 : 0;
}

/* Reads what holds for all users. Returns 0 or -1. */
static int
read_settings(struct phases *phases, struct fil_fault *fault)
{
	const struct fil_report_request *request = phases->request;
	size_t n;

	if (fil_dimensions_read(phases->store, request->as_of, &phases->dimensions, fault) < 0 ||
	    fil_sources_read(request->sources, &phases->levels.sources, fault) < 0 ||
	    !(phases->table = fil_phases_read(phases->store, fault)))
		return -1;
	phases->durations = fil_durations_new();
	n = fil_lookup_table_rows(phases->table);
	phases->counts = fil_alloc(n, sizeof *phases->counts);
	phases->inside = fil_alloc(n, sizeof *phases->inside);
	phases->gave = fil_alloc(n + 1, sizeof *phases->gave);
	phases->withheld = fil_alloc(n, sizeof *phases->withheld);
	phases->untimed = fil_alloc(n, sizeof *phases->untimed);
	phases->members = fil_members_new(n, request->min_group);
	phases->givers = fil_users_new((n + 1) * sizeof *phases->gave);
	return 0;
}

/* Opens the tables of autonomy. Returns 0 or -1. */
static int
open_levels(struct phases *phases, struct fil_fault *fault)
{
	const struct fil_report_request *request = phases->request;
	struct fil_standing_request what = { &phases->dimensions, &request->as_of, 1,
		request->today, request->sources, false };

	phases->stances = fil_standing_reader_new(phases->store, &what, fault);
	if (!phases->stances)
		return -1;
	phases->attainments =
	    fil_first_autonomous_new(phases->store, NULL, request->sources, fault);
	return !phases->attainments ? -1 : 0;
}

/* Opens all tables of users. Returns 0 or -1. */
static int
open_tables(struct phases *phases, struct fil_fault *fault)
{
	struct fil_store *store = phases->store;

	fil_date_write(phases->request->as_of, phases->as_of);
	if (open_levels(phases, fault) < 0 || read_people(phases, fault) < 0)
		return -1;
	phases->modules = fil_lookup_table_new(
	    fil_query_new(store, "SELECT module FROM modules ORDER BY module"), 1, fault);
	if (!phases->modules)
		return -1;
	phases->people = fil_dated_users_new(store,
	    (const char *const[]){ "role", "arrived", "left" }, 3, phases->request->as_of, fault);
	if (!phases->people)
		return -1;
	phases->enrolments = fil_enrolments_new(store, phases->table, phases->request->as_of);
	phases->efforts = fil_cursor_new(fil_query_new(store, efforts_query));
	fil_query_bind(fil_cursor_query(phases->efforts), 1, phases->as_of);
	phases->support =
	    fil_support_new(store, phases->modules, phases->request->as_of, FIL_WITH_PHASE);
	return 0;
}

/* Counts the users one by one. Returns 0 or -1. */
static int
count_users(struct phases *phases, struct fil_fault *fault)
{
	clear_counts(phases);
	return open_tables(phases, fault) < 0 ? -1 : count_all(phases, fault);
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
	fil_members_release(&phases->members);
	fil_users_free(phases->givers);
	free(phases->inside);
	free(phases->gave);
	free(phases->withheld);
	free(phases->untimed);
	free(phases->counts);
}

static int
make_phases(struct fil_store *store, const struct fil_report_request *request,
    const struct fil_report_sink *sink, struct fil_fault *fault)
{
	struct phases phases = { .store = store, .request = request };
	int got = read_settings(&phases, fault);
	size_t untimed = 0;

	if (got == 0 && (got = count_by_engine(&phases, fault)) == 0)
		got = count_users(&phases, fault);
	if (got >= 0)
		got = withhold(&phases, fault);
	if (got == 0) {
		sink->columns(sink->context, columns, COLUMNS);
		count_givers(&phases);
		untimed = withhold_minutes(&phases);
	}
	for (size_t i = 0; got == 0 && i < fil_lookup_table_rows(phases.table); i++)
		give_row(&phases, i, sink);
	if (got == 0) {
		say_minutes(&phases, untimed, sink);
		say_withheld(&phases, sink);
		say_medians(&phases, sink);
	}
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
