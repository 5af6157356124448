/* SPDX-License-Identifier: ISC */
#include "lib/report/forecast.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/base/bytes.h"
#include "lib/report/figures.h"
#include "lib/report/report.h"
#include "lib/levels/trail.h"

enum { DEFAULT_WEEKS = 12 };

/* The columns of the report, those of a score further out. */
enum {
	AS_OF, GROUP, USERS, REACHED, SHARE, TARGET, DATE, LOW, HIGH, BASIS, ACTUAL, ERROR, INSIDE,
	COLUMNS
};

enum { FIRST = GROUP, PLAIN_COLUMNS = BASIS - GROUP + 1 };

static const struct fil_output_column columns[COLUMNS] = {
	[AS_OF] = { "as_of", false },
	[GROUP] = { "group", false },
	[USERS] = { "users", true },
	[REACHED] = { "reached", true },
	[SHARE] = { "share", true },
	[TARGET] = { "target", true },
	[DATE] = { "date", false },
	[LOW] = { "low", false },
	[HIGH] = { "high", false },
	[BASIS] = { "basis", false },
	[ACTUAL] = { "actual", false },
	[ERROR] = { "error", true },
	[INSIDE] = { "inside", false },
};

/* What the forecasts of the past come to. */
struct score {
	size_t made, scored, inside, met;	/* met: of those scored, whose target was reached */
	long long errors, distances;		/* of those met */
};

static void
show(const struct fil_report_request *request, const struct fil_forecast *forecast,
    struct fil_figures *figures)
{
	figures->cells[GROUP] = forecast->group;
	figures->cells[BASIS] = fil_basis_name(forecast->basis);
	fil_figures_count(figures, USERS, forecast->users);
	fil_figures_count(figures, REACHED, forecast->reached);
	fil_figures_share(
	    figures, SHARE, (long long)forecast->reached, (long long)forecast->users);
	fil_figures_count(figures, TARGET, request->target);
	fil_figures_day(figures, DATE, forecast->date);
	fil_figures_day(figures, LOW, forecast->low);
	fil_figures_day(figures, HIGH, forecast->high);
}

static void
give_forecasts(const struct fil_report_request *request, const struct fil_journeys *journeys,
    const struct fil_report_sink *sink)
{
	const struct fil_forecasts_request what = { request->by, request->min_group,
		request->target, request->as_of, request->as_of };
	struct fil_forecasts *forecasts = fil_forecasts_new(journeys, &what);
	size_t n;
	const struct fil_forecast *list = fil_forecasts_list(forecasts, &n);

	sink->columns(sink->context, columns + FIRST, PLAIN_COLUMNS);
	for (size_t i = 0; i < n; i++) {
		struct fil_figures figures = { 0 };

		show(request, &list[i], &figures);
		sink->row(sink->context, figures.cells + FIRST);
	}
	fil_forecasts_free(forecasts);
}

/* Holds a forecast that has a date against what came, and shows it. */
static void
show_score(const struct fil_report_request *request, const struct fil_forecast *forecast,
    struct score *score, struct fil_figures *figures)
{
	bool known = forecast->actual != FIL_NEVER, bounded = forecast->high != FIL_NEVER;
	long long error = (long long)forecast->actual - forecast->date;
	bool inside = known && forecast->actual >= forecast->low &&
	    (!bounded || forecast->actual <= forecast->high);

	score->made++;
	/* What has not come yet can still come inside, unless the interval is over. */
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
	snprintf(figures->texts[ERROR], sizeof(figures->texts[ERROR]), "%lld", error);
	figures->cells[ERROR] = figures->texts[ERROR];
}

/* Gives the forecasts of one past day. */
static void
give_past(const struct fil_report_request *request, const struct fil_journeys *journeys,
    fil_day day, struct score *score, const struct fil_report_sink *sink)
{
	const struct fil_forecasts_request what = { request->by, request->min_group,
		request->target, day, request->as_of };
	struct fil_forecasts *forecasts = fil_forecasts_new(journeys, &what);
	size_t n;
	const struct fil_forecast *list = fil_forecasts_list(forecasts, &n);

	for (size_t i = 0; i < n; i++) {
		struct fil_figures figures = { 0 };

		show(request, &list[i], &figures);
		fil_figures_day(&figures, AS_OF, day);
		fil_figures_day(&figures, ACTUAL, list[i].actual);
		if (list[i].low != FIL_NEVER)
			show_score(request, &list[i], score, &figures);
		sink->row(sink->context, figures.cells);
	}
	fil_forecasts_free(forecasts);
}

/* Says what the score comes to. */
static void
say_score(const struct score *score, const struct fil_report_sink *sink)
{
	long long scored = (long long)score->scored, met = (long long)score->met;
	struct fil_bytes text = { 0 };
	char share[16], error[16], distance[16];

	if (sink->say == NULL)
		return;
	fil_bytes_add_format(&text, "%zu of %zu forecasts scored", score->scored, score->made);
	if (scored > 0)
		fil_bytes_add_format(&text, ": %zu inside (%s %%)", score->inside,
		    fil_share_write((long long)score->inside, scored, share));
	if (met > 0)
		fil_bytes_add_format(&text,
		    "; %zu reached, mean error %s days, mean distance %s days", score->met,
		    fil_mean_write(score->errors, met, error),
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
	const struct fil_journeys_request whom = { &request->selection, request->by,
		request->depth, FIL_FROM_ENROLLED, request->dimension, request->sources,
		request->as_of };
	struct fil_journeys *journeys;

	if (request->weeks > 0 && !request->score)
		return fil_fault_set(fault, FIL_USAGE, "--weeks goes with --score in forecast");
	if ((journeys = fil_journeys_new(store, &whom, fault)) == NULL)
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
	.meaning = "when a target share will have been autonomous",
	.takes = FIL_TAKES_GROUPS | FIL_TAKES_WEEKS | FIL_TAKES_SOURCES | FIL_TAKES_ROLES |
	    FIL_TAKES_DIMENSION | FIL_TAKES_TARGET,
	.make = make_forecast,
};
