/* SPDX-License-Identifier: ISC */
/* fil-report forecast: the day on which a target share of users has been autonomous. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/levels/standing.h"
#include "lib/report/autonomy_counts.h"
#include "lib/report/figures.h"
#include "lib/report/report.h"
#include "lib/stats/outlook.h"
#include "lib/stats/survival.h"
#include "lib/store/store.h"
#include "lib/users/groups.h"

/* A forecast for one group. An unknown day is FIL_NEVER. */
struct forecast {
	const char *group; /* belongs to the merged groups */
	size_t users; /* with an origin by the day, and present on it */
	size_t reached; /* of them, autonomous by the day */
	size_t now; /* of them, autonomous on the day */
	fil_day date, low, high;
	enum fil_basis basis;
	fil_day actual; /* the day on which the target was reached, after the day of the forecast */
	bool told; /* its counts would tell of few users with those of autonomy */
};

/* The journeys, sorted by the rows of a report. */
struct rows {
	struct fil_group_rows merged;
	struct forecast *list;
	size_t n;
	const struct fil_journey **journeys;
	size_t *first; /* for each row its first journey, and the end */
};

/* Returns whether the journey is what held on the day. */
static bool
holds_on(const struct fil_journey *journey, fil_day day)
{
	return journey->since <= day && journey->until > day;
}

/* Returns whether the user of the journey is enrolled and present on the day. */
static bool
is_member(const struct fil_journey *journey, fil_day day)
{
	return holds_on(journey, day) && journey->origin <= day && journey->arrived <= day &&
	    journey->left > day;
}

static bool
has_reached(const struct fil_journey *journey, fil_day day)
{
	return journey->autonomous != FIL_NEVER && journey->autonomous <= day;
}

/* Sorts the journeys by row. into: the row of each group, or FIL_NOWHERE. */
static void
sort_journeys(const struct fil_journeys *journeys, const size_t *into, struct rows *rows)
{
	size_t n, *next;
	const struct fil_journey *list = fil_journeys_list(journeys, &n);

	rows->journeys = fil_alloc(n, sizeof *rows->journeys);
	rows->first = fil_alloc(rows->n + 1, sizeof *rows->first);
	next = fil_alloc(rows->n + 1, sizeof *next);
	for (size_t i = 0; i < n; i++)
		if (into[list[i].group] != FIL_NOWHERE)
			rows->first[into[list[i].group] + 1]++;
	for (size_t row = 0; row < rows->n; row++)
		next[row + 1] = rows->first[row + 1] += rows->first[row];
	for (size_t i = 0; i < n; i++)
		if (into[list[i].group] != FIL_NOWHERE)
			rows->journeys[next[into[list[i].group]]++] = &list[i];
	free(next);
}

/* The states of the users of a group: all who have been autonomous by the day and who have not, and
 * all who are on the day and who are not. */
enum { THERE, NOT_YET, IS_NOW, NOT_NOW, STATES };

/* Returns the number of users of each group in each state, and sets users[g]; the caller frees it. */
static size_t *
count_states(const struct fil_journeys *journeys, fil_day day, size_t *users)
{
	size_t n, n_groups = fil_journeys_groups(journeys);
	const struct fil_journey *list = fil_journeys_list(journeys, &n);
	size_t *states = fil_alloc(n_groups * STATES, sizeof *states);

	for (size_t i = 0; i < n; i++) {
		size_t *group = &states[list[i].group * STATES];

		if (!is_member(&list[i], day))
			continue;
		users[list[i].group] += list[i].users;
		group[has_reached(&list[i], day) ? THERE : NOT_YET] += list[i].users;
	}
	for (size_t g = 0; g < n_groups; g++) {
		states[g * STATES + IS_NOW] = fil_journeys_autonomous(journeys, g, day);
		states[g * STATES + NOT_NOW] = users[g] - states[g * STATES + IS_NOW];
	}
	return states;
}

/* What forecasts are made from. */
struct source {
	struct fil_store *store;
	const struct fil_journeys *journeys;
	const struct fil_autonomy_counts *counts; /* the rows are held against them; or NULL */
	const fil_day *days; /* of the forecasts and of the counts */
};

/* Finds the rows whose counts would tell of few users, on the day of that number. */
static void
hold_rows(struct rows *rows, const struct fil_autonomy_counts *counts, size_t number)
{
	size_t *users = fil_alloc(rows->n, sizeof *users);
	bool *told;

	for (size_t row = 0; row < rows->n; row++)
		users[row] = rows->list[row].users;
	told = fil_autonomy_counts_complete(
	    counts, number, (const char *const *)rows->merged.names, users, rows->n);
	for (size_t row = 0; row < rows->n; row++)
		rows->list[row].told = told[row];
	free(told);
	free(users);
}

/* Makes the rows of a day of that number: counts users by group, and merges small groups. Returns 0,
 * or -1 with a fault. The caller releases the rows. */
static int
make_rows(struct rows *rows, const struct source *source, const struct fil_report_request *request,
    size_t number, struct fil_fault *fault)
{
	const struct fil_journeys *journeys = source->journeys;
	fil_day day = source->days[number];
	size_t n_groups = fil_journeys_groups(journeys);
	const char **names = fil_alloc(n_groups, sizeof *names);
	size_t *users = fil_alloc(n_groups, sizeof *users), *states;
	struct fil_group_rows_request groups = fil_report_groups(request, n_groups, names, users);
	bool *forced;
	int got;

	for (size_t g = 0; g < n_groups; g++)
		names[g] = fil_journeys_group(journeys, g);
	groups.forced = forced =
	    fil_autonomy_counts_merged(source->counts, number, names, n_groups);
	groups.states = states = count_states(journeys, day, users);
	groups.n_states = STATES;
	got = fil_report_narrow(source->store, request, day, &groups, fault);
	*rows = (struct rows){ 0 };
	fil_group_rows_init(&rows->merged, &groups);
	rows->n = rows->merged.n;
	rows->list = fil_alloc(rows->n, sizeof *rows->list);
	for (size_t row = 0; row < rows->n; row++)
		rows->list[row].group = rows->merged.names[row];
	for (size_t g = 0; g < n_groups; g++)
		if (rows->merged.into[g] != FIL_NOWHERE) {
			struct forecast *forecast = &rows->list[rows->merged.into[g]];

			forecast->users += users[g];
			forecast->now += states[g * STATES + IS_NOW];
		}
	hold_rows(rows, source->counts, number);
	sort_journeys(journeys, rows->merged.into, rows);
	free(names);
	free(users);
	free(states);
	free(forced);
	return got;
}

static void
release_rows(struct rows *rows)
{
	fil_group_rows_release(&rows->merged);
	free(rows->list);
	free(rows->journeys);
	free(rows->first);
}

/* The changes of one day. */
struct change {
	long long users, reached;
};

/* The days on which a journey counts, for a forecast as of a day: up to that day what held on it, later
 * what held on each day. */
struct spell {
	fil_day begins, ends; /* from begins to before ends */
};

static struct spell
find_spell(const struct fil_journey *journey, fil_day day)
{
	struct spell spell = { journey->origin, journey->left };

	if (journey->arrived > spell.begins)
		spell.begins = journey->arrived;
	if (journey->since > day && journey->since > spell.begins)
		spell.begins = journey->since;
	if (journey->until <= day)
		spell.ends = FIL_NEVER;
	else if (journey->until < spell.ends)
		spell.ends = journey->until;
	return spell;
}

/* Adds a journey to the changes from the day `begin` to `last`. */
static void
add_changes(const struct fil_journey *journey, struct spell spell, fil_day begin, fil_day last,
    struct change *changes)
{
	fil_day there = journey->autonomous == FIL_NEVER ? last + 1 : journey->autonomous;
	long long users = (long long)journey->users;

	if (spell.ends <= spell.begins || spell.begins > last)
		return;
	if (there < spell.begins)
		there = spell.begins;
	changes[spell.begins - begin].users += users;
	if (spell.ends <= last)
		changes[spell.ends - begin].users -= users;
	if (there >= spell.ends || there > last)
		return;
	changes[there - begin].reached += users;
	if (spell.ends <= last)
		changes[spell.ends - begin].reached -= users;
}

/* Returns the first day up to `last` on which the target share of the users enrolled and present had
 * been autonomous, or FIL_NEVER. day: that of the forecast. */
static fil_day
find_reached(
    const struct fil_journey *const *journeys, size_t n, fil_day day, fil_day last, unsigned target)
{
	fil_day begin = last + 1, found = FIL_NEVER;
	long long users = 0, reached = 0;
	struct change *changes;

	for (size_t i = 0; i < n; i++)
		if (journeys[i]->origin < begin)
			begin = journeys[i]->origin;
	changes = fil_alloc((size_t)(last + 1 - begin), sizeof *changes);
	for (size_t i = 0; i < n; i++)
		add_changes(journeys[i], find_spell(journeys[i], day), begin, last, changes);
	for (fil_day now = begin; now <= last && found == FIL_NEVER; now++) {
		users += changes[now - begin].users;
		reached += changes[now - begin].reached;
		if (users > 0 && 100 * reached >= target * users)
			found = now;
	}
	free(changes);
	return found;
}

/* Sets the follow-up of a user as of the day. Returns whether there is one that an outlook uses. */
static bool
follow(const struct fil_journey *journey, fil_day day, struct fil_outlook_user *user)
{
	int days = 0;
	enum fil_stage stage = fil_journey_on(journey, day, &days);

	if (!holds_on(journey, day) || stage == FIL_STAGE_AHEAD || stage == FIL_STAGE_ALREADY)
		return false;
	user->users = journey->users;
	user->begun = day - journey->origin;
	user->days = stage == FIL_STAGE_UNFOLLOWED ? 0 : days;
	user->reached = stage == FIL_STAGE_THERE;
	user->waits = !user->reached && journey->left > day;
	return true;
}

/* Returns the outlook of users, and of `more` users who begin on its day. */
static struct fil_outlook
make_outlook(
    const struct fil_journey *const *journeys, size_t n, fil_day day, size_t wanted, size_t more)
{
	struct fil_outlook_user *users = fil_alloc(n + 1, sizeof *users);
	struct fil_outlook_request request = { users, 0, wanted,
		day - fil_date_sunday(day - 1) - 1 };
	struct fil_outlook outlook;

	for (size_t i = 0; i < n; i++) {
		request.n += follow(journeys[i], day, &users[request.n]);
		/* The users of the phase show the curve; the wave alone waits. */
		if (more > 0 && request.n > 0)
			users[request.n - 1].waits = false;
	}
	if (more > 0)
		users[request.n++] = (struct fil_outlook_user){ .users = more, .waits = true };
	outlook = fil_outlook_of(&request);
	free(users);
	return outlook;
}

/* Sets the days of a forecast from an outlook as of the day. */
static void
set_days(struct forecast *forecast, const struct fil_outlook *outlook, fil_day day)
{
	forecast->basis = outlook->basis;
	if (outlook->low != FIL_NOT_REACHED)
		forecast->low = day + outlook->low;
	if (outlook->days != FIL_NOT_REACHED)
		forecast->date = day + outlook->days;
	if (outlook->high != FIL_NOT_REACHED)
		forecast->high = day + outlook->high;
}

/* Makes the forecast of a row with users as of the day. It uses the facts up to that day; `actual`
 * uses those up to the day of the report. */
static void
make_row(const struct rows *rows, size_t row, const struct fil_report_request *request, fil_day day)
{
	const struct fil_journey *const *journeys =
	    (const struct fil_journey *const *)rows->journeys + rows->first[row];
	struct forecast *forecast = &rows->list[row];
	size_t n = rows->first[row + 1] - rows->first[row], wanted;
	fil_day reached = find_reached(journeys, n, day, request->as_of, request->target);
	struct fil_outlook outlook;

	for (size_t i = 0; i < n; i++)
		if (is_member(journeys[i], day) && has_reached(journeys[i], day))
			forecast->reached += journeys[i]->users;
	forecast->basis = FIL_BASIS_FEW;
	forecast->date = forecast->low = forecast->high = forecast->actual = FIL_NEVER;
	if (reached != FIL_NEVER && reached <= day) {
		forecast->basis = FIL_BASIS_REACHED;
		forecast->date = reached;
		return;
	}
	forecast->actual = reached;
	if (forecast->users == 0)
		return;
	wanted = (forecast->users * request->target + 99) / 100;
	outlook = make_outlook(journeys, n, day, wanted - forecast->reached, 0);
	set_days(forecast, &outlook, day);
}

enum { DEFAULT_WEEKS = 12 };

/* The columns of the report. Those of a score are at both ends. */
enum {
	AS_OF,
	GROUP,
	USERS,
	REACHED,
	SHARE,
	NOW,
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
	[SHARE] = { "share", FIL_CELL_SHARE, 1 },
	[NOW] = { "now", FIL_CELL_SHARE, 1 },
	[TARGET] = { "target", FIL_CELL_SHARE },
	[DATE] = { "date", FIL_CELL_DAY },
	[LOW] = { "low", FIL_CELL_DAY },
	[HIGH] = { "high", FIL_CELL_DAY },
	[BASIS] = { "basis", FIL_CELL_TEXT },
	[ACTUAL] = { "actual", FIL_CELL_DAY },
	[ERROR] = { "error", FIL_CELL_NUMBER },
	[INSIDE] = { "inside", FIL_CELL_TEXT },
};

/* Sets the cells of a forecast; counts: with the numbers of users and their shares. */
static void
show(const struct fil_report_request *request, const struct forecast *forecast, bool counts,
    struct fil_figures *figures)
{
	long long users = (long long)forecast->users;

	figures->cells[GROUP] = forecast->group;
	figures->cells[BASIS] = fil_basis_name(forecast->basis);
	if (counts) {
		fil_figures_count(figures, USERS, forecast->users);
		fil_figures_count(figures, REACHED, forecast->reached);
		fil_figures_share(figures, SHARE, (long long)forecast->reached, users);
		fil_figures_share(figures, NOW, (long long)forecast->now, users);
	}
	fil_figures_count(figures, TARGET, request->target);
	fil_figures_day(figures, DATE, forecast->date);
	fil_figures_day(figures, LOW, forecast->low);
	fil_figures_day(figures, HIGH, forecast->high);
}

/* The score of past forecasts. */
struct score {
	size_t made; /* forecasts with an interval */
	size_t scored; /* of them, with an interval that is over */
	size_t inside, late; /* of the scored; late: the target is not reached yet */
	long long errors, distances; /* of the scored; where late, up to the day after the report */
	long long least_late; /* the fewest days of those that are late */
};

/* Says how many groups have fewer users there than the target, which they had reached. */
static void
say_below(
    const struct fil_report_request *request, size_t below, const struct fil_report_sink *sink)
{
	bool by_phase = request->by == FIL_BY_PHASE || request->by == FIL_BY_KIND;
	char *text;

	if (below == 0 || !sink->say)
		return;
	text = fil_format(by_phase
		? ngettext(
		      "%zu group had reached the target, and is below it now: users enrolled or"
		      " left since",
		      "%zu groups had reached the target, and are below it now: users enrolled or"
		      " left since",
		      below)
		: ngettext(
		      "%zu group had reached the target, and is below it now: users enrolled or"
		      " left since; --by phase forecasts them apart",
		      "%zu groups had reached the target, and are below it now: users enrolled or"
		      " left since; --by phase forecasts them apart",
		      below),
	    below);
	sink->say(sink->context, text);
	free(text);
}

/* Gives the forecasts as of the date. Returns 0 or -1. */
static int
give_forecasts(const struct fil_report_request *request, const struct source *source,
    const struct fil_report_sink *sink, struct fil_fault *fault)
{
	struct rows rows;
	size_t below = 0, told = 0;
	int got = make_rows(&rows, source, request, 0, fault);

	sink->columns(sink->context, columns + FIRST, PLAIN_COLUMNS);
	for (size_t row = 0; got == 0 && row < rows.n; row++) {
		const struct forecast *forecast = &rows.list[row];
		struct fil_figures figures = { .cells = { [GROUP] = forecast->group } };

		if (!rows.merged.hidden) {
			make_row(&rows, row, request, request->as_of);
			show(request, forecast, !forecast->told, &figures);
			told += forecast->told;
			below += forecast->basis == FIL_BASIS_REACHED &&
			    100 * forecast->reached < request->target * forecast->users;
		}
		sink->row(sink->context, figures.cells + FIRST);
	}
	fil_report_explain(sink, rows.merged.why, 0);
	release_rows(&rows);
	fil_report_say_left_out(sink, told, fil_autonomy_counts_word(request, told));
	say_below(request, below, sink);
	return got;
}

/* Gives the forecast of a wave, from the curve of its phase. */
static void
give_wave(const struct fil_report_request *request, const struct fil_journeys *journeys,
    const struct fil_report_sink *sink)
{
	const struct fil_wave *wave = &request->wave;
	struct forecast forecast = { wave->like, wave->users, 0, 0, FIL_NEVER, FIL_NEVER, FIL_NEVER,
		FIL_BASIS_FEW, FIL_NEVER, false };
	size_t n, kept = 0, users = 0;
	const struct fil_journey *list = fil_journeys_list(journeys, &n);
	const struct fil_journey **chosen = fil_alloc(n, sizeof *chosen);
	struct fil_figures figures = { 0 };
	struct fil_outlook outlook;

	for (size_t i = 0; i < n; i++)
		if (strcmp(fil_journeys_group(journeys, list[i].group), wave->like) == 0) {
			chosen[kept++] = &list[i];
			users += list[i].users;
		}
	outlook = make_outlook(chosen, kept, request->as_of,
	    ((size_t)wave->users * request->target + 99) / 100, wave->users);
	set_days(&forecast, &outlook, wave->begins);
	figures.cells[GROUP] = wave->like;
	if (!fil_report_are_few(request, users))
		show(request, &forecast, true, &figures);
	figures.cells[NOW] = NULL;
	sink->columns(sink->context, columns + FIRST, PLAIN_COLUMNS);
	sink->row(sink->context, figures.cells + FIRST);
	free(chosen);
}

/* Compares a forecast that has an interval with the facts, and shows the result. It is scored only
 * once the interval is over, whatever came: else early days would count more than late ones. */
static void
show_score(const struct fil_report_request *request, const struct forecast *forecast,
    struct score *score, struct fil_figures *figures)
{
	bool late = forecast->actual == FIL_NEVER;
	long long error =
	    (long long)(late ? request->as_of + 1 : forecast->actual) - forecast->date;
	bool inside =
	    !late && forecast->actual >= forecast->low && forecast->actual <= forecast->high;

	score->made++;
	if (forecast->high == FIL_NEVER || forecast->high > request->as_of)
		return;
	score->scored++;
	score->inside += inside;
	score->late += late;
	score->errors += error;
	score->distances += llabs(error);
	if (late && (score->late == 1 || error < score->least_late))
		score->least_late = error;
	figures->cells[INSIDE] = inside ? "yes" : "no";
	snprintf(figures->texts[ERROR], sizeof figures->texts[ERROR], "%lld", error);
	figures->cells[ERROR] = figures->texts[ERROR];
}

/* Gives and scores the forecasts for one past day; counts: with the numbers of users. Returns how many
 * rows have none because of autonomy. */
static size_t
give_past(const struct fil_report_request *request, struct rows *rows, fil_day day, bool counts,
    struct score *score, const struct fil_report_sink *sink)
{
	size_t told = 0;

	for (size_t row = 0; row < rows->n; row++) {
		struct forecast *forecast = &rows->list[row];
		struct fil_figures figures = { .cells = { [GROUP] = forecast->group } };

		fil_figures_day(&figures, AS_OF, day);
		if (!rows->merged.hidden) {
			bool few;

			make_row(rows, row, request, day);
			few = counts && forecast->told;
			told += few;
			show(request, forecast, counts && !few, &figures);
			fil_figures_day(&figures, ACTUAL, forecast->actual);
		}
		if (!rows->merged.hidden && forecast->low != FIL_NEVER)
			show_score(request, forecast, score, &figures);
		sink->row(sink->context, figures.cells);
	}
	return told;
}

/* Returns how many users of the groups differ between two Sundays. */
static size_t
count_differing(const void *context, size_t a, size_t b)
{
	return fil_journeys_differing(context, a, b);
}

/* Adds the errors of the scored forecasts. */
static void
add_errors(const struct score *score, struct fil_bytes *text)
{
	long long scored = (long long)score->scored;
	char error[16], distance[16];

	fil_mean_write(score->errors, scored, error);
	fil_mean_write(score->distances, scored, distance);
	if (score->late == 0)
		fil_bytes_add_format(
		    text, _("; mean error %s days, mean distance %s days"), error, distance);
	else
		fil_bytes_add_format(text,
		    FIL_COUNTED("; mean error at least %s days, mean distance at least %s days; "
				"%zu not reached, at least %lld days late",
			score->late),
		    error, distance, score->late, score->least_late);
}

/* Gives the message about the score. */
static void
say_score(const struct score *score, const struct fil_report_sink *sink)
{
	size_t open = score->made - score->scored;
	struct fil_bytes text = { 0 };
	char share[16];

	if (!sink->say)
		return;
	if (score->scored > 0)
		fil_bytes_add_format(&text,
		    FIL_COUNTED("%zu of %zu forecasts scored: %zu inside (%s %%)", score->scored),
		    score->scored, score->made, score->inside,
		    fil_share_write((long long)score->inside, (long long)score->scored, share));
	else
		fil_bytes_add_format(&text,
		    FIL_COUNTED("%zu of %zu forecasts scored", score->scored), score->scored,
		    score->made);
	if (open > 0)
		/* TRANSLATORS: behind how many forecasts were scored. */
		fil_bytes_add_format(&text, FIL_COUNTED("; %zu open", open), open);
	if (score->scored > 0)
		add_errors(score, &text);
	sink->say(sink->context, text.data);
	fil_bytes_release(&text);
}

/* Says how many Sundays have no counts, and how many rows because of autonomy. The page of a week shows
 * none anyway. */
static void
say_uncounted(const struct fil_report_request *request, size_t n, size_t told,
    const struct fil_report_sink *sink)
{
	char *texts[] = { fil_format(ngettext("%zu Sunday has no counts: fewer than %u users joined"
					      " or left between it and one that has",
					 "%zu Sundays have no counts: fewer than %u users joined or"
					 " left between them and one that has",
					 n),
			      n, request->min_group),
		fil_autonomy_counts_word(request, told) };

	if (n > 0 && sink->say)
		sink->say(sink->context, texts[0]);
	if (told > 0 && sink->say)
		sink->say(sink->context, texts[1]);
	free(texts[0]);
	free(texts[1]);
}

/* Gives the forecasts of so many days, and their score. Where few users differ between two Sundays, one
 * is without counts, which would tell of these. Returns 0 or -1. */
static int
give_score(const struct fil_report_request *request, const struct source *source, size_t n_days,
    const struct fil_report_sink *sink, struct fil_fault *fault)
{
	bool *counts = fil_alloc(n_days, sizeof *counts);
	size_t uncounted =
	    fil_report_choose_sundays(request, n_days, count_differing, source->journeys, counts);
	struct score score = { 0 };
	size_t told = 0;
	int got = 0;

	sink->columns(sink->context, columns, COLUMNS);
	for (size_t i = 0; got == 0 && i < n_days; i++) {
		struct rows rows;

		got = make_rows(&rows, source, request, i, fault);
		if (got == 0)
			told += give_past(request, &rows, source->days[i], counts[i], &score, sink);
		release_rows(&rows);
	}
	if (got == 0) {
		say_uncounted(request, uncounted, told, sink);
		say_score(&score, sink);
	}
	free(counts);
	return got;
}

/* Returns the days of the forecasts: that of the report or, for a score, the Sundays before it. The
 * caller frees them. */
static fil_day *
find_days(const struct fil_report_request *request, size_t *n)
{
	size_t weeks = request->weeks == 0 ? DEFAULT_WEEKS : request->weeks;
	fil_day *days, last = fil_date_sunday(request->as_of - 1);

	*n = request->score ? weeks : 1;
	days = fil_alloc(*n, sizeof *days);
	for (size_t i = 0; i < *n; i++)
		days[i] = request->score ? last - 7 * (int)(*n - 1 - i) : request->as_of;
	return days;
}

/* Checks the options. Sets *wave to whether the forecast is that of a wave. Returns 0 or -1. */
static int
check_options(struct fil_store *store, const struct fil_report_request *request, bool *wave,
    struct fil_fault *fault)
{
	*wave = request->wave.like || request->wave.users > 0 || request->wave.begins != FIL_NEVER;
	if (request->weeks > 0 && !request->score)
		return fil_fault_set(fault, FIL_USAGE, "--weeks needs --score in forecast");
	if (!*wave)
		return 0;
	if (request->score || request->by != FIL_BY_NONE)
		return fil_fault_set(fault, FIL_USAGE,
		    "--like goes with neither --score nor --by: a wave to come is one group");
	return fil_wave_check(store, request, fault);
}

static int
make_forecast(struct fil_store *store, const struct fil_report_request *request,
    const struct fil_report_sink *sink, struct fil_fault *fault)
{
	struct fil_journeys_request whom = { .selection = &request->selection,
		.by = request->by,
		.depth = request->depth,
		.from = FIL_FROM_ENROLLED,
		.dimension = request->dimension,
		.sources = request->sources,
		.as_of = request->as_of,
		.today = request->today,
		.floor = FIL_NEVER,
		.levels = true,
		.dated = request->score,
		.readings = request->readings };
	struct fil_autonomy_counts *counts = NULL;
	struct fil_journeys *journeys;
	fil_day *days;
	bool wave;
	int got;

	if (check_options(store, request, &wave, fault) < 0)
		return -1;
	if (wave)
		whom.by = FIL_BY_PHASE;
	whom.days = days = find_days(request, &whom.n_days);
	got =
	    wave ? 0 : fil_autonomy_counts_held(store, request, days, whom.n_days, &counts, fault);
	journeys = got < 0 ? NULL : fil_journeys_new(store, &whom, fault);
	if (journeys && sink->seen && !fil_journeys_measured(journeys, request->as_of))
		sink->seen(sink->context, 0);
	if (journeys && wave)
		give_wave(request, journeys, sink);
	else if (journeys && request->score)
		got = give_score(request, &(struct source){ store, journeys, counts, days },
		    whom.n_days, sink, fault);
	else if (journeys)
		got = give_forecasts(
		    request, &(struct source){ store, journeys, counts, days }, sink, fault);
	else
		got = -1;
	free(days);
	fil_autonomy_counts_free(counts);
	fil_journeys_free(journeys);
	return got;
}

const struct fil_report_subject fil_report_forecast = {
	.name = "forecast",
	.meaning = N_("the day by which a target share will be autonomous"),
	.takes = FIL_TAKES_GROUPS | FIL_TAKES_WEEKS | FIL_TAKES_SOURCES | FIL_TAKES_ROLES |
	    FIL_TAKES_DIMENSION | FIL_TAKES_WAVE,
	.make = make_forecast,
};
