/* SPDX-License-Identifier: ISC */
/* fil-report forecast: the day on which a target share of users is autonomous. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/base/bytes.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/levels/standing.h"
#include "lib/report/figures.h"
#include "lib/report/report.h"
#include "lib/stats/durations.h"
#include "lib/stats/outlook.h"
#include "lib/stats/survival.h"
#include "lib/store/store.h"
#include "lib/users/groups.h"

/* A forecast for one group. An unknown day is FIL_NEVER. */
struct forecast {
	const char *group; /* belongs to the journeys */
	size_t users; /* with an origin by the day, and present on it */
	size_t reached; /* of them, autonomous by the day */
	fil_day date, low, high;
	enum fil_basis basis;
	/* The first later day on which these users reached the target. Users who left before they
	 * were autonomous are left out. */
	fil_day actual;
};

/* The counts, by group and then by row. */
struct count {
	size_t *users, *reached;
	struct fil_durations *followed; /* of all users, also those who left */
	struct fil_durations *waiting; /* in the form that an outlook takes */
	struct fil_durations *past; /* from autonomy to the day, of autonomous users */
	struct fil_durations *sequel; /* until autonomy, or until leaving before it */
};

/* Counts a user who is present and not autonomous yet, for that many days. */
static void
count_waiting(const struct fil_report_request *request, fil_day day,
    const struct fil_journey *journey, const struct count *count, int days)
{
	fil_day there = journey->autonomous, end = journey->left;

	if (request->as_of < end)
		end = request->as_of;
	fil_durations_add(count->waiting, journey->group, days + 1, FIL_CENSORED);
	if (there != FIL_NEVER && there <= end)
		fil_durations_add(count->sequel, journey->group, there - day, FIL_REACHED);
	else if (journey->left <= request->as_of)
		fil_durations_add(count->sequel, journey->group, journey->left - day, FIL_CENSORED);
}

static void
count_journey(const struct fil_report_request *request, fil_day day,
    const struct fil_journey *journey, const struct count *count)
{
	bool here = journey->left > day;
	int days = 0;
	enum fil_stage stage = fil_journey_on(journey, day, &days);

	if (stage == FIL_STAGE_AHEAD)
		return;
	if (stage == FIL_STAGE_THERE)
		fil_durations_add(count->followed, journey->group, days, FIL_REACHED);
	if (stage == FIL_STAGE_UNDERWAY)
		fil_durations_add(count->followed, journey->group, days, FIL_CENSORED);
	if (!here)
		return;
	count->users[journey->group]++;
	if (stage == FIL_STAGE_UNDERWAY || stage == FIL_STAGE_UNFOLLOWED) {
		count_waiting(request, day, journey, count, days);
		return;
	}
	count->reached[journey->group]++;
	fil_durations_add(count->past, journey->group, day - journey->autonomous + 1, FIL_REACHED);
}

/* Merges the groups into rows. */
static void
merge(
    const struct count *count, const struct fil_group_rows *merged, size_t n, struct forecast *rows)
{
	size_t *into = fil_alloc(n, sizeof *into);

	/* Users of a group that has no present user go to an unused row. */
	for (size_t g = 0; g < n; g++) {
		into[g] = merged->into[g] == FIL_NOWHERE ? merged->n : merged->into[g];
		rows[into[g]].users += count->users[g];
		rows[into[g]].reached += count->reached[g];
	}
	for (size_t row = 0; row < merged->n; row++)
		rows[row].group = merged->names[row];
	fil_durations_regroup(count->followed, into);
	fil_durations_regroup(count->waiting, into);
	fil_durations_regroup(count->past, into);
	fil_durations_regroup(count->sequel, into);
	free(into);
}

/* Returns the day on which that many of the autonomous users were autonomous. */
static fil_day
find_past(const struct count *count, size_t row, size_t wanted, size_t reached, fil_day day)
{
	size_t n, before = reached;
	const struct fil_day_count *counts = fil_durations_of(count->past, row, &n);

	for (size_t i = 0; i < n; i++) {
		before -= counts[i].reached;
		if (before < wanted)
			return day + 1 - (int)counts[i].day;
	}
	return FIL_NEVER;
}

/* Returns the day on which the target was reached, or FIL_NEVER. */
static fil_day
find_actual(const struct count *count, size_t row, const struct forecast *forecast,
    const struct fil_report_request *request, fil_day day)
{
	size_t n, users = forecast->users, reached = forecast->reached;
	const struct fil_day_count *counts = fil_durations_of(count->sequel, row, &n);

	for (size_t i = 0; i < n; i++) {
		reached += counts[i].reached;
		users -= counts[i].censored;
		if (users > 0 && 100 * reached >= request->target * users)
			return day + (int)counts[i].day;
	}
	return FIL_NEVER;
}

static void
forecast(const struct count *count, size_t row, const struct fil_report_request *request,
    fil_day day, struct forecast *out)
{
	struct fil_outlook_request what = { 0 };
	size_t wanted = (out->users * request->target + 99) / 100;
	struct fil_outlook outlook;

	what.counts = fil_durations_of(count->followed, row, &what.n_counts);
	what.waiting = fil_durations_of(count->waiting, row, &what.n_waiting);
	what.wanted = wanted > out->reached ? wanted - out->reached : 0;
	out->date = out->low = out->high = out->actual = FIL_NEVER;
	out->basis = FIL_BASIS_FEW;
	if (out->users == 0)
		return;
	outlook = fil_outlook_of(&what);
	out->basis = outlook.basis;
	if (outlook.basis == FIL_BASIS_REACHED) {
		out->date = find_past(count, row, wanted, out->reached, day);
		return;
	}
	out->actual = find_actual(count, row, out, request, day);
	if (outlook.days == FIL_NOT_REACHED)
		return;
	out->date = day + outlook.days;
	out->low = day + outlook.low;
	if (outlook.high != FIL_NOT_REACHED)
		out->high = day + outlook.high;
}

static struct count
new_count(size_t n)
{
	return (struct count){ fil_alloc(n, sizeof(size_t)), fil_alloc(n, sizeof(size_t)),
		fil_durations_new(), fil_durations_new(), fil_durations_new(),
		fil_durations_new() };
}

static void
release_count(const struct count *count)
{
	free(count->users);
	free(count->reached);
	fil_durations_free(count->followed);
	fil_durations_free(count->waiting);
	fil_durations_free(count->past);
	fil_durations_free(count->sequel);
}

/* Makes the forecasts of a day for all groups, small ones merged, in the order of the report. They
 * use the facts up to that day; actual uses the facts up to the day of the report. Returns the *n
 * rows; the caller frees them. */
static struct forecast *
forecast_all(const struct fil_journeys *journeys, const struct fil_report_request *request,
    fil_day day, size_t *n)
{
	size_t n_journeys, n_groups = fil_journeys_groups(journeys);
	const struct fil_journey *list = fil_journeys_list(journeys, &n_journeys);
	const char **names = fil_alloc(n_groups, sizeof *names);
	struct count count = new_count(n_groups);
	const struct fil_group_rows_request groups = { request->by, request->min_group, n_groups,
		names, count.users, NULL };
	struct fil_group_rows merged;
	struct forecast *rows;

	for (size_t g = 0; g < n_groups; g++)
		names[g] = fil_journeys_group(journeys, g);
	for (size_t i = 0; i < n_journeys; i++)
		count_journey(request, day, &list[i], &count);
	fil_group_rows_init(&merged, &groups);
	*n = merged.n;
	rows = fil_alloc(merged.n + 1, sizeof *rows);
	merge(&count, &merged, n_groups, rows);
	for (size_t row = 0; row < merged.n; row++)
		forecast(&count, row, request, day, &rows[row]);
	fil_group_rows_release(&merged);
	release_count(&count);
	free(names);
	return rows;
}

enum { DEFAULT_WEEKS = 12 };

/* The columns of the report. Those of a score are at both ends. */
enum {
	AS_OF,
	GROUP,
	USERS,
	REACHED,
	SHARE,
	TARGET,
	DATE,
	LOW,
	HIGH,
	BASIS,
	ACTUAL,
	ERROR,
	INSIDE,
	COLUMNS
};

enum { FIRST = GROUP, PLAIN_COLUMNS = BASIS - GROUP + 1 };

static const struct fil_output_column columns[COLUMNS] = {
	[AS_OF] = { "as_of", FIL_CELL_DAY },
	[GROUP] = { "group", FIL_CELL_TEXT },
	[USERS] = { "users", FIL_CELL_NUMBER },
	[REACHED] = { "reached", FIL_CELL_NUMBER },
	[SHARE] = { "share", FIL_CELL_SHARE },
	[TARGET] = { "target", FIL_CELL_SHARE },
	[DATE] = { "date", FIL_CELL_DAY },
	[LOW] = { "low", FIL_CELL_DAY },
	[HIGH] = { "high", FIL_CELL_DAY },
	[BASIS] = { "basis", FIL_CELL_TEXT },
	[ACTUAL] = { "actual", FIL_CELL_DAY },
	[ERROR] = { "error", FIL_CELL_NUMBER },
	[INSIDE] = { "inside", FIL_CELL_TEXT },
};

/* The score of past forecasts. */
struct score {
	size_t made, scored, inside, met; /* met: of the scored, with the target reached */
	long long errors, distances; /* of the met */
};

static void
show(const struct fil_report_request *request, const struct forecast *forecast,
    struct fil_figures *figures)
{
	figures->cells[GROUP] = forecast->group;
	figures->cells[BASIS] = fil_basis_name(forecast->basis);
	fil_figures_count(figures, USERS, forecast->users);
	fil_figures_count(figures, REACHED, forecast->reached);
	fil_figures_share(figures, SHARE, (long long)forecast->reached, (long long)forecast->users);
	fil_figures_count(figures, TARGET, request->target);
	fil_figures_day(figures, DATE, forecast->date);
	fil_figures_day(figures, LOW, forecast->low);
	fil_figures_day(figures, HIGH, forecast->high);
}

static void
give_forecasts(const struct fil_report_request *request, const struct fil_journeys *journeys,
    const struct fil_report_sink *sink)
{
	size_t n;
	struct forecast *list = forecast_all(journeys, request, request->as_of, &n);

	sink->columns(sink->context, columns + FIRST, PLAIN_COLUMNS);
	for (size_t i = 0; i < n; i++) {
		struct fil_figures figures = { 0 };

		show(request, &list[i], &figures);
		sink->row(sink->context, figures.cells + FIRST);
	}
	free(list);
}

/* Compares a forecast that has a date with the facts, and shows the result. */
static void
show_score(const struct fil_report_request *request, const struct forecast *forecast,
    struct score *score, struct fil_figures *figures)
{
	bool known = forecast->actual != FIL_NEVER, bounded = forecast->high != FIL_NEVER;
	long long error = (long long)forecast->actual - forecast->date;
	bool inside = known && forecast->actual >= forecast->low &&
	    (!bounded || forecast->actual <= forecast->high);

	score->made++;
	/* A target not reached yet can still be reached inside, unless the interval is over. */
	if (!known && (!bounded || forecast->high > request->as_of))
		return;
	score->scored++;
	score->inside += inside;
	figures->cells[INSIDE] = inside ? "yes" : "no";
	if (!known)
		return;
	score->met++;
	score->errors += error;
	score->distances += llabs(error);
	snprintf(figures->texts[ERROR], sizeof figures->texts[ERROR], "%lld", error);
	figures->cells[ERROR] = figures->texts[ERROR];
}

/* Gives the forecasts for one past day. */
static void
give_past(const struct fil_report_request *request, const struct fil_journeys *journeys,
    fil_day day, struct score *score, const struct fil_report_sink *sink)
{
	size_t n;
	struct forecast *list = forecast_all(journeys, request, day, &n);

	for (size_t i = 0; i < n; i++) {
		struct fil_figures figures = { 0 };

		show(request, &list[i], &figures);
		fil_figures_day(&figures, AS_OF, day);
		fil_figures_day(&figures, ACTUAL, list[i].actual);
		if (list[i].low != FIL_NEVER)
			show_score(request, &list[i], score, &figures);
		sink->row(sink->context, figures.cells);
	}
	free(list);
}

/* Gives the message about the score. */
static void
say_score(const struct score *score, const struct fil_report_sink *sink)
{
	long long scored = (long long)score->scored, met = (long long)score->met;
	struct fil_bytes text = { 0 };
	char share[16], error[16], distance[16];

	if (!sink->say)
		return;
	if (scored > 0)
		fil_bytes_add_format(&text,
		    FIL_COUNTED("%zu of %zu forecasts scored: %zu inside (%s %%)", score->scored),
		    score->scored, score->made, score->inside,
		    fil_share_write((long long)score->inside, scored, share));
	else
		fil_bytes_add_format(&text,
		    FIL_COUNTED("%zu of %zu forecasts scored", score->scored), score->scored,
		    score->made);
	if (met > 0)
		/* TRANSLATORS: behind how many forecasts were scored. */
		fil_bytes_add_format(&text,
		    FIL_COUNTED(
			"; %zu reached, mean error %s days, mean distance %s days", score->met),
		    score->met, fil_mean_write(score->errors, met, error),
		    fil_mean_write(score->distances, met, distance));
	sink->say(sink->context, text.data);
	fil_bytes_release(&text);
}

static void
give_score(const struct fil_report_request *request, const struct fil_journeys *journeys,
    const struct fil_report_sink *sink)
{
	int weeks = request->weeks == 0 ? DEFAULT_WEEKS : (int)request->weeks;
	fil_day last = fil_date_sunday(request->as_of - 1);
	struct score score = { 0 };

	sink->columns(sink->context, columns, COLUMNS);
	for (int week = weeks - 1; week >= 0; week--)
		give_past(request, journeys, last - 7 * week, &score, sink);
	say_score(&score, sink);
}

static int
make_forecast(struct fil_store *store, const struct fil_report_request *request,
    const struct fil_report_sink *sink, struct fil_fault *fault)
{
	const struct fil_journeys_request whom = { .selection = &request->selection,
		.by = request->by,
		.depth = request->depth,
		.dimension = request->dimension,
		.sources = request->sources,
		.as_of = request->as_of };
	struct fil_journeys *journeys;

	if (request->weeks > 0 && !request->score)
		return fil_fault_set(fault, FIL_USAGE, "--weeks needs --score in forecast");
	if (!(journeys = fil_journeys_new(store, &whom, fault)))
		return -1;
	if (request->score)
		give_score(request, journeys, sink);
	else
		give_forecasts(request, journeys, sink);
	fil_journeys_free(journeys);
	return 0;
}

const struct fil_report_subject fil_report_forecast = {
	.name = "forecast",
	.meaning = N_("the day by which a target share will be autonomous"),
	.takes = FIL_TAKES_GROUPS | FIL_TAKES_WEEKS | FIL_TAKES_SOURCES | FIL_TAKES_ROLES |
	    FIL_TAKES_DIMENSION,
	.make = make_forecast,
};
