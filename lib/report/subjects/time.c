/* SPDX-License-Identifier: ISC */
/* fil-report time: days until users are autonomous, by group. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/language.h"
#include "lib/levels/standing.h"
#include "lib/report/figures.h"
#include "lib/report/autonomy_counts.h"
#include "lib/report/journey.h"
#include "lib/report/report.h"
#include "lib/stats/survival.h"
#include "lib/users/enrolment.h"
#include "lib/users/groups.h"

/* The columns of the figures. */
enum {
	GROUP,
	USERS,
	ALREADY,
	EVENTS,
	CENSORED,
	LEFT,
	UNMEASURED,
	MEDIAN,
	MEDIAN_LOW,
	MEDIAN_HIGH,
	P25,
	P75,
	WITHIN_30,
	WITHIN_60,
	WITHIN_90,
	COLUMNS
};

static const struct fil_output_column columns[COLUMNS] = {
	[GROUP] = { "group", FIL_CELL_TEXT },
	[USERS] = { "users", FIL_CELL_NUMBER },
	[ALREADY] = { "already", FIL_CELL_NUMBER },
	[EVENTS] = { "events", FIL_CELL_NUMBER },
	[CENSORED] = { "censored", FIL_CELL_NUMBER },
	[LEFT] = { "left", FIL_CELL_NUMBER },
	[UNMEASURED] = { "unmeasured", FIL_CELL_NUMBER },
	[MEDIAN] = { "median", FIL_CELL_NUMBER },
	[MEDIAN_LOW] = { "median_low", FIL_CELL_NUMBER },
	[MEDIAN_HIGH] = { "median_high", FIL_CELL_NUMBER },
	[P25] = { "p25", FIL_CELL_NUMBER },
	[P75] = { "p75", FIL_CELL_NUMBER },
	[WITHIN_30] = { "within_30", FIL_CELL_SHARE, 1 },
	[WITHIN_60] = { "within_60", FIL_CELL_SHARE, 1 },
	[WITHIN_90] = { "within_90", FIL_CELL_SHARE, 1 },
};

/* The columns of the curve. */
enum { C_GROUP, C_DAY, C_AT_RISK, C_EVENTS, C_CENSORED, C_SHARE, C_LOW, C_HIGH, CURVE_COLUMNS };

static const struct fil_output_column curve_columns[CURVE_COLUMNS] = {
	[C_GROUP] = { "group", FIL_CELL_TEXT },
	[C_DAY] = { "day", FIL_CELL_NUMBER },
	[C_AT_RISK] = { "at_risk", FIL_CELL_NUMBER },
	[C_EVENTS] = { "events", FIL_CELL_NUMBER },
	[C_CENSORED] = { "censored", FIL_CELL_NUMBER },
	[C_SHARE] = { "share", FIL_CELL_NUMBER },
	[C_LOW] = { "low", FIL_CELL_NUMBER },
	[C_HIGH] = { "high", FIL_CELL_NUMBER },
};

/* The columns of the comparison. */
enum { T_TEST, T_CHI2, T_DF, T_P, TEST_COLUMNS };

static const struct fil_output_column test_columns[TEST_COLUMNS] = {
	[T_TEST] = { "test", FIL_CELL_TEXT },
	[T_CHI2] = { "chi2", FIL_CELL_NUMBER },
	[T_DF] = { "df", FIL_CELL_NUMBER },
	[T_P] = { "p", FIL_CELL_NUMBER },
};

/* The counts of each group, and then of each row, besides the durations. */
struct counts {
	size_t *users, *already, *left, *unmeasured, *events;
	size_t *present; /* on the date, also those who were not followed for a day */
	size_t *gone; /* who left, also those who were autonomous by then */
};

struct timing {
	const struct fil_report_request *request;
	const struct fil_report_sink *sink;
	struct fil_durations *durations; /* by group, then by row */
	struct counts counts;
	size_t unfollowed;
	size_t excluded; /* unmeasured, with --measured */
	bool unarrived; /* no user has a day of arrival by the date */
	bool several; /* of a test: some users are in several groups */
	struct fil_group_rows merged;
	bool *discreet; /* of each row: it does not tell how many left */
	bool *told; /* of each row: its counts would tell of few users with those of autonomy */
};

/* Counts a journey of a user who is not autonomous. */
static void
count_underway(struct timing *timing, const struct fil_journey *journey, int days)
{
	size_t group = journey->group;
	bool unmeasured = !journey->measured;

	if (unmeasured && timing->request->measured) {
		timing->excluded += journey->users;
		return;
	}
	timing->counts.users[group] += journey->users;
	timing->counts.left[group] += journey->left <= timing->request->as_of ? journey->users : 0;
	timing->counts.unmeasured[group] += unmeasured ? journey->users : 0;
	fil_durations_count(timing->durations, group, days, FIL_CENSORED, journey->users);
}

/* Counts a journey. */
static void
count(struct timing *timing, const struct fil_journey *journey)
{
	size_t group = journey->group;
	int days = 0;
	enum fil_stage stage = fil_journey_on(journey, timing->request->as_of, &days);

	/* The test takes groups for independent. */
	if (timing->request->compare && journey->later) {
		timing->several = true;
		return;
	}
	if (stage != FIL_STAGE_AHEAD && journey->left > timing->request->as_of)
		timing->counts.present[group] += journey->users;
	else if (stage != FIL_STAGE_AHEAD && stage != FIL_STAGE_UNFOLLOWED)
		timing->counts.gone[group] += journey->users;
	switch (stage) {
	case FIL_STAGE_AHEAD: break;
	case FIL_STAGE_ALREADY: timing->counts.already[group] += journey->users; break;
	case FIL_STAGE_UNFOLLOWED: timing->unfollowed += journey->users; break;
	case FIL_STAGE_UNDERWAY: count_underway(timing, journey, days); break;
	case FIL_STAGE_THERE:
		timing->counts.users[group] += journey->users;
		timing->counts.events[group] += journey->users;
		fil_durations_count(timing->durations, group, days, FIL_REACHED, journey->users);
		break;
	}
}

/* Sums up the counts of the groups into those of the rows. */
static void
merge_counts(const struct fil_group_rows *merged, size_t *counts, size_t n)
{
	size_t *rows = fil_alloc(merged->n, sizeof *rows);

	for (size_t g = 0; g < n; g++)
		if (merged->into[g] != FIL_NOWHERE)
			rows[merged->into[g]] += counts[g];
	for (size_t row = 0; row < merged->n; row++)
		counts[row] = rows[row];
	free(rows);
}

/* The states of the users of a group. */
enum { THERE, UNDERWAY, STATES };

/* Returns the number of users of each group in each state; the caller frees it. */
static size_t *
states_of(const struct timing *timing, size_t n)
{
	size_t *states = fil_alloc(n * STATES, sizeof *states);

	for (size_t g = 0; g < n; g++) {
		states[g * STATES + THERE] = timing->counts.events[g];
		states[g * STATES + UNDERWAY] = timing->counts.users[g] - timing->counts.events[g];
	}
	return states;
}

/* Counts all journeys by row. Returns 0 or -1. */
static int
count_all(struct timing *timing, struct fil_store *store, const struct fil_journeys *journeys,
    const char *const *names, const struct fil_autonomy_counts *counts, struct fil_fault *fault)
{
	const struct fil_report_request *request = timing->request;
	size_t n, n_groups = fil_journeys_groups(journeys);
	const struct fil_journey *list = fil_journeys_list(journeys, &n);
	struct fil_group_rows_request groups = fil_report_groups(request, n_groups, names, NULL);
	bool *forced = fil_autonomy_counts_merged(counts, 0, names, n_groups);
	size_t *states;
	int got;

	timing->durations = fil_durations_new();
	timing->counts.users = fil_alloc(n_groups, sizeof(size_t));
	timing->counts.already = fil_alloc(n_groups, sizeof(size_t));
	timing->counts.left = fil_alloc(n_groups, sizeof(size_t));
	timing->counts.gone = fil_alloc(n_groups, sizeof(size_t));
	timing->counts.present = fil_alloc(n_groups, sizeof(size_t));
	timing->counts.events = fil_alloc(n_groups, sizeof(size_t));
	timing->counts.unmeasured = fil_alloc(n_groups, sizeof(size_t));
	timing->unarrived = request->from == FIL_FROM_ARRIVED && n == 0;
	for (size_t i = 0; i < n; i++)
		count(timing, &list[i]);
	groups.users = timing->counts.users;
	groups.others = timing->counts.already;
	groups.states = states = states_of(timing, n_groups);
	groups.n_states = STATES;
	groups.forced = forced;
	got = fil_report_narrow(store, request, request->as_of, &groups, fault);
	fil_group_rows_init(&timing->merged, &groups);
	free(forced);
	free(states);
	fil_durations_regroup(timing->durations, timing->merged.into);
	merge_counts(&timing->merged, timing->counts.users, n_groups);
	merge_counts(&timing->merged, timing->counts.already, n_groups);
	merge_counts(&timing->merged, timing->counts.left, n_groups);
	merge_counts(&timing->merged, timing->counts.gone, n_groups);
	merge_counts(&timing->merged, timing->counts.present, n_groups);
	merge_counts(&timing->merged, timing->counts.unmeasured, n_groups);
	timing->told = fil_autonomy_counts_complete(counts, 0,
	    (const char *const *)timing->merged.names, timing->counts.present, timing->merged.n);
	return got;
}

/* Returns the curve of a row; the caller frees it. */
static struct fil_survival *
curve_of(const struct timing *timing, size_t row)
{
	size_t n;
	const struct fil_day_count *counts = fil_durations_of(timing->durations, row, &n);

	return fil_survival_new(counts, n);
}

static void
show_day(struct fil_figures *figures, size_t column, int day)
{
	if (day != FIL_NOT_REACHED)
		fil_figures_count(figures, column, (size_t)day);
}

/* Sets 1 - S(day) in percent. */
static void
show_within(struct fil_figures *figures, size_t column, const struct fil_survival *curve, int day)
{
	fil_figures_fraction(figures, column, 1 - fil_survival_share(curve, day));
}

/* Sets the counts of a row, and the shares that would give them away. */
static void
show_counts(const struct timing *timing, size_t row, const struct fil_survival *curve,
    struct fil_figures *figures)
{
	fil_figures_count(figures, USERS, curve->users);
	fil_figures_count(figures, ALREADY, timing->counts.already[row]);
	fil_figures_count(figures, EVENTS, curve->events);
	fil_figures_count(figures, CENSORED, curve->users - curve->events);
	if (!timing->discreet[row])
		fil_figures_count(figures, LEFT, timing->counts.left[row]);
	fil_figures_count(figures, UNMEASURED, timing->counts.unmeasured[row]);
	show_within(figures, WITHIN_30, curve, 30);
	show_within(figures, WITHIN_60, curve, 60);
	show_within(figures, WITHIN_90, curve, 90);
}

/* Gives the figures of a row. Returns whether it has none because of autonomy. */
static bool
give_figures(const struct timing *timing, size_t row)
{
	bool empty = timing->told[row];
	struct fil_survival *curve = curve_of(timing, row);
	struct fil_survival_day median = fil_survival_quantile(curve, 0.5);
	struct fil_figures figures = { .cells = { [GROUP] = timing->merged.names[row] } };

	if (!timing->told[row])
		show_counts(timing, row, curve, &figures);
	show_day(&figures, MEDIAN, median.day);
	show_day(&figures, MEDIAN_LOW, median.low);
	show_day(&figures, MEDIAN_HIGH, median.high);
	show_day(&figures, P25, fil_survival_quantile(curve, 0.25).day);
	show_day(&figures, P75, fil_survival_quantile(curve, 0.75).day);
	timing->sink->row(timing->sink->context, figures.cells);
	fil_survival_free(curve);
	for (size_t i = GROUP + 1; i < COLUMNS; i++)
		empty &= !figures.cells[i];
	return empty;
}

/* Sets a share as a fraction with nine decimals. */
static void
show_fraction(struct fil_figures *figures, size_t column, double share)
{
	unsigned billionths;

	if (isnan(share))
		return;
	billionths = (unsigned)lround(share * 1e9);
	snprintf(figures->texts[column], sizeof figures->texts[column], "%u.%09u",
	    billionths / 1000000000, billionths % 1000000000);
	figures->cells[column] = figures->texts[column];
}

static void
give_step(const struct timing *timing, size_t row, const struct fil_survival_step *step)
{
	struct fil_figures figures = { .cells = { [C_GROUP] = timing->merged.names[row] } };

	fil_figures_count(&figures, C_DAY, (size_t)step->day);
	fil_figures_count(&figures, C_AT_RISK, step->at_risk);
	fil_figures_count(&figures, C_EVENTS, step->events);
	fil_figures_count(&figures, C_CENSORED, step->censored);
	show_fraction(&figures, C_SHARE, step->share);
	show_fraction(&figures, C_LOW, step->low);
	show_fraction(&figures, C_HIGH, step->high);
	timing->sink->row(timing->sink->context, figures.cells);
}

/* Adds a step of the curve to the row of a later day, or of its own. */
static void
add_step(struct fil_survival_step *row, const struct fil_survival_step *step)
{
	row->events += step->events;
	row->censored += step->censored;
	row->share = step->share;
	row->low = step->low;
	row->high = step->high;
}

/* Gives a curve on day 0 and every `at` days, up to its last day. Events and censored users are
 * those since the row before, as in R's summary(survfit, times). */
static void
give_steps_at(const struct timing *timing, size_t row, const struct fil_survival *curve)
{
	struct fil_survival_step now = { .share = 1, .low = NAN, .high = NAN };
	const struct fil_survival_step *step = curve->steps;
	long long last = curve->n == 0 ? -1 : step[curve->n - 1].day;

	for (long long day = 0; day <= last; day += timing->request->at) {
		now.day = (int)day;
		now.events = now.censored = 0;
		while (step->day < day)
			add_step(&now, step++);
		now.at_risk = step->at_risk;
		if (step->day == day)
			add_step(&now, step++);
		give_step(timing, row, &now);
	}
}

static void
give_curve(const struct timing *timing, size_t row)
{
	struct fil_survival *curve = curve_of(timing, row);

	if (timing->request->at > 0)
		give_steps_at(timing, row, curve);
	else
		for (size_t i = 0; i < curve->n; i++)
			give_step(timing, row, &curve->steps[i]);
	fil_survival_free(curve);
}

/* Gives a row of which only the group may be known. A curve and figures begin with it. */
static void
give_hidden(const struct timing *timing, size_t row)
{
	struct fil_figures figures = { .cells = { [GROUP] = timing->merged.names[row] } };

	timing->sink->row(timing->sink->context, figures.cells);
}

/* Gives the log-rank test of the rows, if there are at least two. */
static void
give_test(const struct timing *timing)
{
	struct fil_survival_test test = fil_survival_compare(timing->durations);
	struct fil_figures figures = { .cells = { [T_TEST] = "log-rank" } };
	char chi2[320], p[16];

	fil_figures_count(&figures, T_DF, test.df);
	if (test.df > 0) {
		snprintf(chi2, sizeof chi2, "%.4f", test.chi2);
		snprintf(p, sizeof p, test.p < 1e-300 ? "<1e-300" : "%.3g", test.p);
		figures.cells[T_CHI2] = chi2;
		figures.cells[T_P] = p;
	}
	timing->sink->row(timing->sink->context, figures.cells);
}

/* Has rows not tell how many left of the few who did. One knows who left, and would know their state. Returns
 * how many, but those without any counts. */
static size_t
hide_left(struct timing *timing)
{
	size_t hidden = 0, rows = timing->merged.n;

	timing->discreet = fil_alloc(rows, sizeof *timing->discreet);
	memcpy(timing->discreet, timing->told, rows * sizeof *timing->told);
	fil_report_hide_few(timing->request, rows, timing->counts.gone, NULL, timing->discreet);
	for (size_t row = 0; row < rows; row++)
		hidden += timing->discreet[row] && !timing->told[row];
	return hidden;
}

/* Says how many rows have no counts because of autonomy. */
static void
say_told(const struct timing *timing)
{
	size_t told = 0;

	for (size_t row = 0; row < timing->merged.n; row++)
		told += timing->told[row];
	fil_report_say_left_out(
	    timing->sink, told, fil_autonomy_counts_word(timing->request, told));
}

/* Gives the figures of the rows. */
static void
give_rows(struct timing *timing)
{
	size_t hidden = hide_left(timing), empty = 0;

	for (size_t row = 0; row < timing->merged.n; row++)
		empty += give_figures(timing, row);
	fil_report_explain(timing->sink, 0, empty);
	fil_report_say_left_out(timing->sink, hidden,
	    fil_format(
		ngettext(
		    "%zu row does not tell how many left: it would tell of fewer than %u people",
		    "%zu rows do not tell how many left: they would tell of fewer than %u people",
		    hidden),
		hidden, timing->request->min_group));
}

static void
give_all(struct timing *timing)
{
	const struct fil_report_sink *sink = timing->sink;
	bool curve = timing->request->curve;

	if (timing->request->compare) {
		sink->columns(sink->context, test_columns, TEST_COLUMNS);
		give_test(timing);
		return;
	}
	sink->columns(sink->context, curve ? curve_columns : columns,
	    curve ? (size_t)CURVE_COLUMNS : (size_t)COLUMNS);
	if (!timing->merged.hidden && !curve)
		give_rows(timing);
	for (size_t row = 0; row < timing->merged.n; row++)
		if (timing->merged.hidden)
			give_hidden(timing, row);
		else if (curve && !timing->told[row])
			give_curve(timing, row);
	if (!timing->merged.hidden)
		say_told(timing);
	fil_report_explain(sink, timing->merged.why, 0);
}

/* Says that there is no curve, or no test, and what to do. */
static void
say_nothing(const struct timing *timing)
{
	const struct fil_report_sink *sink = timing->sink;
	size_t followed = 0;

	for (size_t row = 0; row < timing->merged.n; row++)
		followed += timing->counts.users[row] > 0;
	if (!sink->say)
		return;
	if (timing->unarrived)
		sink->say(sink->context,
		    _("no user selected arrived by the date, so none is counted; import the column"
		      " 'arrived' of users, or take --from enrolled"));
	if (timing->request->curve && followed == 0 && !timing->merged.hidden)
		sink->say(sink->context,
		    _("no curve: no user was followed for a day from the origin; select more"
		      " people, or take a later --as-of"));
	if (timing->several)
		sink->say(sink->context,
		    _("users of several groups count in the first alone: the test takes groups for"
		      " independent"));
	if (timing->request->compare && followed < 2)
		sink->say(sink->context,
		    _("no test: fewer than two groups have users; take another --by, a larger"
		      " --depth, or select more people"));
}

/* Returns whether the table has figures of anybody. */
static bool
has_figures(const struct timing *timing)
{
	for (size_t row = 0; row < timing->merged.n && !timing->merged.hidden; row++)
		if (timing->counts.users[row] > 0 || timing->counts.already[row] > 0)
			return true;
	return false;
}

/* Says a sentence about n users who are left out, and frees it. The number of few users is told beside
 * figures alone. */
static void
say_count(const struct timing *timing, size_t n, char *text)
{
	bool told = has_figures(timing) || !fil_report_are_few(timing->request, n);

	if (n > 0 && told && timing->sink->say)
		timing->sink->say(timing->sink->context, text);
	free(text);
}

/* Gives the messages about users left out. */
static void
say_left_out(const struct timing *timing)
{
	size_t unfollowed = timing->unfollowed, excluded = timing->excluded;

	say_nothing(timing);
	say_count(timing, unfollowed,
	    fil_format(
		FIL_COUNTED("%zu left out: not followed for a day", unfollowed), unfollowed));
	say_count(timing, excluded,
	    fil_format(FIL_COUNTED("%zu left out: no level recorded since the origin", excluded),
		excluded));
}

/* Sets the day to the first beginning of a phase; FIL_NEVER: there is none. Returns 0 or -1. */
static int
find_first_beginning(struct fil_store *store, fil_day *first, struct fil_fault *fault)
{
	struct fil_lookup_table *phases = fil_phases_read(store, fault);
	int got = phases ? 0 : -1;

	*first = FIL_NEVER;
	for (size_t row = 0; got == 0 && row < fil_lookup_table_rows(phases); row++) {
		const char *begins = fil_lookup_table_cell(phases, row, FIL_PHASE_BEGINS);
		fil_day day = FIL_NEVER;

		if (!begins || fil_date_parse(begins, &day) < 0)
			got = fil_store_damaged(
			    fault, "phases", fil_lookup_table_cell(phases, row, FIL_PHASE_KEY));
		if (*first == FIL_NEVER || day < *first)
			*first = day;
	}
	fil_lookup_table_free(phases);
	return got;
}

/* Sets the first day of origin of those who arrived before: users had no way to become autonomous
 * before the tool was there. Returns 0 or -1. */
static int
find_floor(
    const struct timing *timing, struct fil_store *store, fil_day *floor, struct fil_fault *fault)
{
	const struct fil_report_sink *sink = timing->sink;

	*floor = timing->request->origin;
	if (timing->request->from != FIL_FROM_ARRIVED || *floor != FIL_NEVER)
		return 0;
	if (find_first_beginning(store, floor, fault) < 0)
		return -1;
	if (*floor == FIL_NEVER && sink->say)
		sink->say(sink->context,
		    _("there is no phase: days count from arrival, also days before the"
		      " project; --origin sets the first day"));
	return 0;
}

static int
check_options(const struct fil_report_request *request, struct fil_fault *fault)
{
	if (request->compare && request->curve)
		return fil_fault_set(fault, FIL_USAGE, "--compare and --curve exclude each other");
	if (request->at > 0 && !request->curve)
		return fil_fault_set(
		    fault, FIL_USAGE, "--at needs --curve: it sets the days of the curve");
	if (request->compare && request->by == FIL_BY_NONE)
		return fil_fault_set(fault, FIL_USAGE, "--compare needs groups: --by");
	if (request->origin != FIL_NEVER && request->from != FIL_FROM_ARRIVED)
		return fil_fault_set(fault, FIL_USAGE,
		    "--origin needs --from arrived: else days are counted from enrolment");
	return 0;
}

static void
release(struct timing *timing)
{
	fil_group_rows_release(&timing->merged);
	fil_durations_free(timing->durations);
	free(timing->counts.users);
	free(timing->counts.already);
	free(timing->counts.left);
	free(timing->counts.gone);
	free(timing->discreet);
	free(timing->told);
	free(timing->counts.present);
	free(timing->counts.unmeasured);
	free(timing->counts.events);
}

static int
make_time(struct fil_store *store, const struct fil_report_request *request,
    const struct fil_report_sink *sink, struct fil_fault *fault)
{
	bool estimate = request->compare || request->curve; /* alone, without counts */
	struct fil_journeys_request whom = { .selection = &request->selection,
		.by = request->by,
		.depth = request->depth,
		.from = request->from,
		.dimension = request->dimension,
		.sources = request->sources,
		.as_of = request->as_of,
		.today = request->today,
		.levels = request->measured || !estimate || sink->seen,
		.order = request->compare && fil_by_enrolment(request->by),
		.readings = request->readings };
	struct timing timing = { .request = request, .sink = sink };
	struct fil_autonomy_counts *counts;
	struct fil_journeys *journeys;
	const char **names;
	int got;

	if (check_options(request, fault) < 0 ||
	    find_floor(&timing, store, &whom.floor, fault) < 0 ||
	    fil_autonomy_counts_held(store, request, &request->as_of, 1, &counts, fault) < 0)
		return -1;
	if (!(journeys = fil_journeys_new(store, &whom, fault))) {
		fil_autonomy_counts_free(counts);
		return -1;
	}
	names = fil_alloc(fil_journeys_groups(journeys), sizeof *names);
	for (size_t g = 0; g < fil_journeys_groups(journeys); g++)
		names[g] = fil_journeys_group(journeys, g);
	got = count_all(&timing, store, journeys, names, counts, fault);
	if (got == 0 && estimate && sink->seen && !fil_journeys_measured(journeys, request->as_of))
		sink->seen(sink->context, 0);
	if (got == 0) {
		give_all(&timing);
		say_left_out(&timing);
	}
	release(&timing);
	free(names);
	fil_autonomy_counts_free(counts);
	fil_journeys_free(journeys);
	return got;
}

const struct fil_report_subject fil_report_time = {
	.name = "time",
	.meaning = N_("the days that users need to become autonomous"),
	.takes = FIL_TAKES_GROUPS | FIL_TAKES_SOURCES | FIL_TAKES_ROLES | FIL_TAKES_DIMENSION,
	.make = make_time,
};
