/* SPDX-License-Identifier: ISC */
/* fil-report staffing: the time that a wave of users will ask of each role, week by week. */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/hash.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/levels/standing.h"
#include "lib/levels/standing_reader.h"
#include "lib/report/figures.h"
#include "lib/report/report.h"
#include "lib/stats/random.h"
#include "lib/stats/survival.h"
#include "lib/store/query.h"
#include "lib/users/enrolment.h"
#include "lib/users/groups.h"
#include "lib/users/population.h"
#include "lib/users/user_versions.h"

enum { WEEK = 7, REPLICATES = 1000 };

/* A week is shown while so many users of the phase were followed to its end. */
enum { LEAST_FOLLOWED = 5 };

/* Beyond so many users of the phase, users are resampled in random groups. So time and memory do not
 * grow with them. Source: Wolter, "Introduction to Variance Estimation", 2007, chapter 2. */
enum { MOST_GROUPS = 1024 };

/* The columns of the report. */
enum { BY_WEEK, ROLE, USERS, WAITING, MINUTES_LOW, MINUTES, MINUTES_HIGH, COLUMNS };

static const struct fil_output_column columns[COLUMNS] = {
	[BY_WEEK] = { "week", FIL_CELL_DAY },
	[ROLE] = { "role", FIL_CELL_TEXT },
	[USERS] = { "users", FIL_CELL_NUMBER },
	[WAITING] = { "waiting", FIL_CELL_NUMBER },
	[MINUTES_LOW] = { "minutes_low", FIL_CELL_NUMBER },
	[MINUTES] = { "minutes", FIL_CELL_NUMBER },
	[MINUTES_HIGH] = { "minutes_high", FIL_CELL_NUMBER },
};

/* The cells of a user as of the date. */
enum { ROLE_OF, ARRIVED_OF, LEFT_OF, CELLS_OF };

static const char efforts_query[] =
    "SELECT \"user\", date, phase, minutes FROM efforts WHERE date <= $1 ORDER BY \"user\"";

/* An effort of a member, or one for all members of the phase. */
#define FOR_ALL UINT32_MAX

struct effort {
	uint32_t member, role;
	size_t giver; /* a number */
	size_t row; /* of the role */
	fil_day date;
	double minutes;
};

struct staffing {
	const struct fil_report_request *request;
	struct fil_lookup_table *phases;
	size_t phase; /* its row there */
	struct fil_population *population; /* the users of the selection, of any role */
	struct fil_roles roles; /* of the members */
	struct fil_enrolments *enrolments;
	struct fil_first_autonomous *autonomous;
	struct fil_dated_users *people;
	struct fil_cursor *efforts;
	struct fil_journey *members; /* users of the phase */
	size_t n_members, member_room;
	struct effort *list;
	size_t n_efforts, effort_room;
	struct fil_intern *givers; /* the roles of those who gave the time */
	size_t n_givers;
	struct fil_group_rows rows; /* small roles merged */
	fil_day begin; /* the first enrolment, or the date */
	double *waiting; /* members on each day from then on */
	size_t n_weeks, n_groups;
	double **minutes; /* by row; then by group and week since the enrolment */
	double *followed; /* members followed to the end of the week, by group and week */
};

/* Opens all tables. Returns 0 or -1. */
static int
open_tables(struct staffing *staffing, struct fil_store *store, struct fil_fault *fault)
{
	const struct fil_report_request *request = staffing->request;
	char as_of[FIL_DATE_SIZE];

	fil_date_write(request->as_of, as_of);
	staffing->givers = fil_intern_new(0);
	if (fil_selection_roles(&request->selection, &staffing->roles, fault) < 0 ||
	    !(staffing->phases = fil_phases_read(store, fault)))
		return -1;
	staffing->phase = fil_lookup_table_find(staffing->phases, request->wave.like, 0);
	staffing->population =
	    fil_population_new(store, &request->selection, FIL_BY_NONE, 0, request->as_of, fault);
	if (!staffing->population)
		return -1;
	staffing->autonomous =
	    fil_first_autonomous_new(store, request->dimension, request->sources, fault);
	if (!staffing->autonomous)
		return -1;
	staffing->enrolments = fil_enrolments_new(store, staffing->phases, request->as_of);
	staffing->people = fil_dated_users_new(store,
	    (const char *const[]){
		[ROLE_OF] = "role", [ARRIVED_OF] = "arrived", [LEFT_OF] = "left" },
	    CELLS_OF, request->as_of, fault);
	if (!staffing->people)
		return -1;
	staffing->efforts = fil_cursor_new(fil_query_new(store, efforts_query));
	fil_query_bind(fil_cursor_query(staffing->efforts), 1, as_of);
	return 0;
}

/* Adds the current user as a member if the user is enrolled in the phase, has arrived, was not autonomous
 * then, has a role that counts and is selected. Sets *member to the number, or to FOR_ALL. Returns 0 or
 * -1. */
static int
add_member(
    struct staffing *staffing, const char *const *cells, uint32_t *member, struct fil_fault *fault)
{
	size_t length;
	const char *user = fil_dated_users_key(staffing->people, &length);
	struct fil_journey journey = {
		.origin = FIL_NEVER, .arrived = FIL_NEVER, .left = FIL_STAYS
	};
	const struct fil_enrolment *list;
	size_t n;
	int days;

	*member = FOR_ALL;
	if (fil_enrolments_seek(staffing->enrolments, user, fault) < 0 ||
	    fil_first_autonomous_seek(staffing->autonomous, user, &journey.autonomous, fault) < 0)
		return -1;
	if ((cells[ARRIVED_OF] && fil_date_parse(cells[ARRIVED_OF], &journey.arrived) < 0) ||
	    (cells[LEFT_OF] && fil_date_parse(cells[LEFT_OF], &journey.left) < 0))
		return fil_store_damaged(fault, "users", user);
	list = fil_enrolments_list(staffing->enrolments, &n);
	for (size_t i = 0; i < n; i++)
		if (list[i].phase == staffing->phase)
			journey.origin = list[i].date;
	if (journey.origin == FIL_NEVER || journey.arrived > staffing->request->as_of ||
	    journey.left <= journey.origin ||
	    fil_journey_on(&journey, staffing->request->as_of, &days) == FIL_STAGE_ALREADY ||
	    !fil_roles_have(&staffing->roles, cells[ROLE_OF]) ||
	    fil_population_find(staffing->population, user, length) == FIL_NOWHERE)
		return 0;
	staffing->members = fil_grow(staffing->members, staffing->n_members, &staffing->member_room,
	    sizeof *staffing->members);
	*member = (uint32_t)staffing->n_members;
	staffing->members[staffing->n_members++] = journey;
	return 0;
}

/* Adds the current effort if it counts: a member's for the phase or for none, from the enrolment on;
 * another user's for the phase. Returns 0 or -1. */
static int
add_effort(struct staffing *staffing, uint32_t member, const char *role, struct fil_fault *fault)
{
	struct fil_query *query = fil_cursor_query(staffing->efforts);
	const char *phase = fil_query_text(query, 2);
	bool named = phase && strcmp(phase, staffing->request->wave.like) == 0;
	struct effort effort = { .member = member };
	long long minutes = 0;

	if (member == FOR_ALL ? !named : !named && phase)
		return 0;
	if (fil_date_parse(fil_query_text(query, 1), &effort.date) < 0 ||
	    fil_amount_add(&minutes, fil_query_text(query, 3)) < 0)
		return fil_store_damaged(fault, "efforts", fil_query_text(query, 0));
	if (member != FOR_ALL && effort.date < staffing->members[member].origin)
		return 0;
	effort.minutes = (double)minutes / 1000;
	effort.giver = staffing->n_givers;
	effort.role = fil_intern_add(staffing->givers, role, strlen(role));
	staffing->list = fil_grow(
	    staffing->list, staffing->n_efforts, &staffing->effort_room, sizeof *staffing->list);
	staffing->list[staffing->n_efforts++] = effort;
	return 0;
}

/* Reads the current user, with these cells and the efforts. Returns 0 or -1. */
static int
read_user(struct staffing *staffing, const char *const *cells, struct fil_fault *fault)
{
	const char *user = fil_dated_users_key(staffing->people, NULL), *role = cells[ROLE_OF];
	uint32_t member;
	int got;

	if (add_member(staffing, cells, &member, fault) < 0)
		return -1;
	got = fil_cursor_seek(staffing->efforts, user, fault);
	while (got == 1) {
		if (add_effort(staffing, member, role ? role : FIL_GROUP_NONE, fault) < 0)
			return -1;
		got = fil_cursor_row(staffing->efforts, fault);
	}
	staffing->n_givers++;
	return got;
}

/* Returns the first day after those on which the member was followed. */
static fil_day
followed_until(const struct staffing *staffing, const struct fil_journey *member)
{
	fil_day end = staffing->request->as_of + 1;

	return member->left < end ? member->left : end;
}

/* Returns the first day on which a member no longer waits: autonomous, gone, or after the report. */
static fil_day
waits_until(const struct staffing *staffing, const struct fil_journey *member)
{
	fil_day end = followed_until(staffing, member);

	if (member->autonomous != FIL_NEVER && member->autonomous < end)
		end = member->autonomous;
	return end > member->origin ? end : member->origin;
}

/* Returns the place of a member's group and week in the tables. */
static size_t
place_of(const struct staffing *staffing, size_t member, size_t week)
{
	return (member % staffing->n_groups) * staffing->n_weeks + week;
}

/* Adds minutes of a row to a member's week, if the member was followed to its end. */
static void
add_minutes(struct staffing *staffing, size_t number, size_t row, fil_day date, double minutes)
{
	const struct fil_journey *member = &staffing->members[number];
	int week = (date - member->origin) / WEEK;

	if (member->origin + WEEK * (week + 1) <= followed_until(staffing, member))
		staffing->minutes[row][place_of(staffing, number, (size_t)week)] += minutes;
}

/* Counts the members who waited on each day. */
static void
count_waiting(struct staffing *staffing)
{
	fil_day as_of = staffing->request->as_of;

	staffing->begin = as_of;
	for (size_t i = 0; i < staffing->n_members; i++)
		if (staffing->members[i].origin < staffing->begin)
			staffing->begin = staffing->members[i].origin;
	staffing->waiting =
	    fil_alloc((size_t)(as_of + 2 - staffing->begin), sizeof *staffing->waiting);
	for (size_t i = 0; i < staffing->n_members; i++) {
		const struct fil_journey *member = &staffing->members[i];

		staffing->waiting[member->origin - staffing->begin]++;
		staffing->waiting[waits_until(staffing, member) - staffing->begin]--;
	}
	for (fil_day day = staffing->begin + 1; day <= as_of; day++)
		staffing->waiting[day - staffing->begin] +=
		    staffing->waiting[day - staffing->begin - 1];
}

/* Removes the efforts for all on a day on which no member waited. */
static void
remove_ignored(struct staffing *staffing)
{
	size_t kept = 0;

	for (size_t i = 0; i < staffing->n_efforts; i++) {
		const struct effort *effort = &staffing->list[i];

		if (effort->member != FOR_ALL ||
		    (effort->date >= staffing->begin &&
			staffing->waiting[effort->date - staffing->begin] > 0))
			staffing->list[kept++] = *effort;
	}
	staffing->n_efforts = kept;
}

/* Merges the small roles by the users who gave time, and puts the efforts into rows. Those users are
 * always a part of all. */
static void
merge_roles(struct staffing *staffing)
{
	size_t n = fil_intern_count(staffing->givers), *givers = fil_alloc(n, sizeof *givers);
	const char **names = fil_alloc(n, sizeof *names);
	struct fil_group_rows_request groups =
	    fil_report_groups(staffing->request, n, names, givers);

	for (uint32_t role = 0; role < n; role++)
		names[role] = fil_intern_get(staffing->givers, role);
	for (size_t i = 0; i < staffing->n_efforts; i++)
		givers[staffing->list[i].role] +=
		    i == 0 || staffing->list[i].giver != staffing->list[i - 1].giver;
	groups.by = FIL_BY_ROLE;
	groups.narrowed = true;
	fil_group_rows_init(&staffing->rows, &groups);
	for (size_t i = 0; i < staffing->n_efforts; i++)
		staffing->list[i].row = staffing->rows.into[staffing->list[i].role];
	free(names);
	free(givers);
}

/* Shares the efforts for all of one row out equally among the members who waited on that day. */
static void
share_out(struct staffing *staffing, size_t row)
{
	fil_day begin = staffing->begin;
	double *minutes =
	    fil_alloc((size_t)(staffing->request->as_of + 1 - begin), sizeof *minutes);

	for (size_t i = 0; i < staffing->n_efforts; i++) {
		const struct effort *effort = &staffing->list[i];

		if (effort->member == FOR_ALL && effort->row == row)
			minutes[effort->date - begin] +=
			    effort->minutes / staffing->waiting[effort->date - begin];
	}
	for (size_t i = 0; i < staffing->n_members; i++) {
		fil_day end = waits_until(staffing, &staffing->members[i]);

		for (fil_day day = staffing->members[i].origin; day < end; day++)
			add_minutes(staffing, i, row, day, minutes[day - begin]);
	}
	free(minutes);
}

/* Adds up the minutes of all rows, by group and week. */
static void
add_up(struct staffing *staffing)
{
	const struct fil_report_request *request = staffing->request;
	size_t room;

	staffing->n_weeks = (size_t)(request->as_of + 1 - staffing->begin) / WEEK;
	staffing->n_groups = staffing->n_members < MOST_GROUPS ? staffing->n_members : MOST_GROUPS;
	room = staffing->n_groups * staffing->n_weeks;
	staffing->minutes = fil_alloc(staffing->rows.n, sizeof *staffing->minutes);
	staffing->followed = fil_alloc(room, sizeof *staffing->followed);
	for (size_t i = 0; i < staffing->n_members; i++) {
		const struct fil_journey *member = &staffing->members[i];
		fil_day end = followed_until(staffing, member);

		for (size_t week = 0; member->origin + WEEK * ((int)week + 1) <= end; week++)
			staffing->followed[place_of(staffing, i, week)]++;
	}
	for (size_t row = 0; row < staffing->rows.n; row++) {
		staffing->minutes[row] = fil_alloc(room, sizeof *staffing->minutes[row]);
		share_out(staffing, row);
	}
	for (size_t i = 0; i < staffing->n_efforts; i++) {
		const struct effort *effort = &staffing->list[i];

		if (effort->member != FOR_ALL)
			add_minutes(
			    staffing, effort->member, effort->row, effort->date, effort->minutes);
	}
}

/* The estimate for one week and row. */
struct estimate {
	double low, minutes, high;
};

/* The sums of one week and row in a resample, and what its members' minutes exceed the mean by. */
struct sums {
	double minutes, followed, over;
};

/* Returns the sums of a row in a week, each group weighted. mean: minutes of a member. */
static struct sums
add_groups(
    const struct staffing *staffing, size_t row, size_t week, const double *weights, double mean)
{
	struct sums sums = { 0 };

	for (size_t group = 0; group < staffing->n_groups; group++) {
		size_t place = group * staffing->n_weeks + week;
		double minutes = staffing->minutes[row][place];
		double followed = staffing->followed[place];

		sums.minutes += weights[group] * minutes;
		sums.followed += weights[group] * followed;
		sums.over += (weights[group] - 1) * (minutes - mean * followed);
	}
	return sums;
}

static int
compare_minutes(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

/* Estimates the minutes of the wave. Each replicate has the mean of a resample, and the chance of the
 * wave's own users, which is taken from another resample. */
static struct estimate
estimate(const struct staffing *staffing, size_t row, size_t week, double *const *weights)
{
	double users = staffing->request->wave.users, all[REPLICATES];
	struct sums whole = { 0 };
	struct estimate estimate;

	for (size_t group = 0; group < staffing->n_groups; group++) {
		whole.minutes += staffing->minutes[row][group * staffing->n_weeks + week];
		whole.followed += staffing->followed[group * staffing->n_weeks + week];
	}
	estimate.minutes = users * whole.minutes / whole.followed;
	for (int r = 0; r < REPLICATES; r++) {
		double mean = whole.minutes / whole.followed;
		struct sums one = add_groups(staffing, row, week, weights[r], mean);
		struct sums other =
		    add_groups(staffing, row, week, weights[(r + 1) % REPLICATES], mean);

		if (one.followed > 0)
			mean = one.minutes / one.followed;
		all[r] = fmax(0, users * mean + sqrt(users / whole.followed) * other.over);
	}
	qsort(all, REPLICATES, sizeof *all, compare_minutes);
	estimate.low = all[REPLICATES / 10 - 1];
	estimate.high = all[REPLICATES * 9 / 10];
	return estimate;
}

/* Returns REPLICATES lists of the weights of the groups; the caller frees them. */
static double **
draw_weights(const struct staffing *staffing)
{
	struct fil_random random = { 0 };
	double **weights = fil_alloc(REPLICATES, sizeof *weights);

	for (int r = 0; r < REPLICATES; r++) {
		weights[r] = fil_alloc(staffing->n_groups, sizeof *weights[r]);
		for (size_t group = 0; group < staffing->n_groups; group++)
			weights[r][group] = fil_random_poisson(&random, 1);
	}
	return weights;
}

/* Returns the curve of the members, from enrolment to autonomy; the caller frees it. */
static struct fil_survival *
make_curve(const struct staffing *staffing)
{
	struct fil_durations *durations = fil_durations_new();
	struct fil_survival *curve;
	const struct fil_day_count *counts;
	size_t n;

	for (size_t i = 0; i < staffing->n_members; i++) {
		int days = 0;
		enum fil_stage stage =
		    fil_journey_on(&staffing->members[i], staffing->request->as_of, &days);

		if (stage == FIL_STAGE_THERE || stage == FIL_STAGE_UNDERWAY)
			fil_durations_add(durations, 0, days,
			    stage == FIL_STAGE_THERE ? FIL_REACHED : FIL_CENSORED);
	}
	counts = fil_durations_of(durations, 0, &n);
	curve = fil_survival_new(counts, n);
	fil_durations_free(durations);
	return curve;
}

/* Returns whether the members who could become autonomous are too few for figures; where they are
 * selected, also if they are all alike. */
static bool
is_curve_hidden(const struct staffing *staffing, const struct fil_survival *curve)
{
	size_t users = curve->users, states[] = { curve->events, users - curve->events };
	struct fil_group_rows_request groups =
	    fil_report_groups(staffing->request, 1, &staffing->request->wave.like, &users);
	struct fil_group_rows rows;
	bool hidden;

	groups.states = states;
	groups.n_states = groups.narrowed ? sizeof states / sizeof *states : 0;
	groups.narrowed = true;
	fil_group_rows_init(&rows, &groups);
	hidden = rows.hidden;
	fil_group_rows_release(&rows);
	return hidden;
}

/* Gives the rows of one week. Without efforts that may be shown there is one row, whose minutes are
 * unknown. */
static void
give_week(const struct staffing *staffing, size_t week, double waiting, double *const *weights,
    const struct fil_report_sink *sink)
{
	const struct fil_wave *wave = &staffing->request->wave;
	size_t n = staffing->rows.hidden ? 0 : staffing->rows.n;

	for (size_t i = 0; i < n || i == 0; i++) {
		struct fil_figures row = { 0 };

		fil_figures_day(&row, BY_WEEK, wave->begins + WEEK * ((int)week + 1) - 1);
		fil_figures_count(&row, USERS, wave->users);
		fil_figures_count(&row, WAITING, (size_t)floor(wave->users * waiting + 0.5));
		if (n > 0) {
			struct estimate minutes = estimate(staffing, i, week, weights);

			row.cells[ROLE] = staffing->rows.names[i];
			fil_figures_count(&row, MINUTES_LOW, (size_t)floor(minutes.low + 0.5));
			fil_figures_count(&row, MINUTES, (size_t)floor(minutes.minutes + 0.5));
			fil_figures_count(&row, MINUTES_HIGH, (size_t)floor(minutes.high + 0.5));
		}
		sink->row(sink->context, row.cells);
	}
}

/* Returns the share of the members who wait so many days after their enrolment, or NaN. */
static double
share_waiting(const struct fil_survival *curve, int days)
{
	double share = fil_survival_share(curve, days);

	/* Where all became autonomous, none waits later. */
	if (isnan(share) && curve->n > 0 && curve->steps[curve->n - 1].share <= 0)
		return 0;
	return share;
}

/* Says that there is no week, and what to do. */
static void
say_nothing(const struct staffing *staffing, const struct fil_report_sink *sink)
{
	unsigned least = staffing->request->min_group;
	char *text;

	if (!sink->say)
		return;
	if (least < LEAST_FOLLOWED)
		least = LEAST_FOLLOWED;
	text = fil_format(fil_report_selects(staffing->request)
		? _("no week: fewer than %u selected members of '%s' were followed for a week;"
		    " select more people")
		: _("no week: fewer than %u members of '%s' were followed for a week; take"
		    " another phase for --like, or a later --as-of"),
	    least, staffing->request->wave.like);
	sink->say(sink->context, text);
	free(text);
}

/* Says that the minutes of few people are left out, and what to do. */
static void
say_hidden(const struct staffing *staffing, const struct fil_report_sink *sink)
{
	const struct fil_report_request *request = staffing->request;

	fil_report_say_left_out(sink, staffing->rows.hidden,
	    fil_format(fil_report_selects(request)
		    ? _("no minutes: fewer than %u selected people gave time to '%s'; select more"
			" people")
		    : _("no minutes: fewer than %u people gave time to '%s'; take another phase for"
			" --like, or a later --as-of"),
		request->min_group, request->wave.like));
}

/* Gives all weeks to whose end enough members were followed. */
static void
give_weeks(const struct staffing *staffing, const struct fil_report_sink *sink)
{
	struct fil_survival *curve = make_curve(staffing);
	double **weights = draw_weights(staffing);
	bool hidden = is_curve_hidden(staffing, curve);
	size_t given = 0, weeks = hidden ? 0 : staffing->n_weeks;

	sink->columns(sink->context, columns, COLUMNS);
	for (size_t week = 0; week < weeks; week++) {
		double followed = 0, waiting = share_waiting(curve, WEEK * (int)week);

		for (size_t group = 0; group < staffing->n_groups; group++)
			followed += staffing->followed[group * staffing->n_weeks + week];
		if (followed < LEAST_FOLLOWED || isnan(waiting) ||
		    fil_report_are_few(staffing->request, (size_t)followed))
			break;
		give_week(staffing, week, waiting, weights, sink);
		given++;
	}
	if (hidden && fil_report_selects(staffing->request))
		fil_report_say_selected(sink, staffing->request);
	else if (given == 0)
		say_nothing(staffing, sink);
	else
		say_hidden(staffing, sink);
	for (int r = 0; r < REPLICATES; r++)
		free(weights[r]);
	free(weights);
	fil_survival_free(curve);
}

static void
release(struct staffing *staffing)
{
	for (size_t row = 0; row < staffing->rows.n; row++)
		free(staffing->minutes[row]);
	fil_group_rows_release(&staffing->rows);
	fil_lookup_table_free(staffing->phases);
	fil_population_free(staffing->population);
	fil_enrolments_free(staffing->enrolments);
	fil_first_autonomous_free(staffing->autonomous);
	fil_dated_users_free(staffing->people);
	fil_cursor_free(staffing->efforts);
	fil_intern_free(staffing->givers);
	free(staffing->waiting);
	free(staffing->members);
	free(staffing->list);
	free(staffing->minutes);
	free(staffing->followed);
}

static int
make_staffing(struct fil_store *store, const struct fil_report_request *request,
    const struct fil_report_sink *sink, struct fil_fault *fault)
{
	struct staffing staffing = { .request = request };
	const char *cells[CELLS_OF];
	int got = fil_wave_check(store, request, fault);

	if (got == 0 && (got = open_tables(&staffing, store, fault)) == 0)
		while ((got = fil_dated_users_next(staffing.people, cells, fault)) == 1)
			if ((got = read_user(&staffing, cells, fault)) < 0)
				break;
	if (got == 0) {
		count_waiting(&staffing);
		remove_ignored(&staffing);
		merge_roles(&staffing);
		add_up(&staffing);
		give_weeks(&staffing, sink);
	}
	release(&staffing);
	return got;
}

const struct fil_report_subject fil_report_staffing = {
	.name = "staffing",
	.meaning = N_("the time that users to come will ask of each role"),
	.takes = FIL_TAKES_SOURCES | FIL_TAKES_ROLES | FIL_TAKES_DIMENSION | FIL_TAKES_WAVE |
	    FIL_TAKES_MINIMUM,
	.make = make_staffing,
};
