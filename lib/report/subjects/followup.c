/* SPDX-License-Identifier: ISC */
/* fil-report followup: the users to visit, and the reasons. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/catalog/catalog.h"
#include "lib/levels/standing_reader.h"
#include "lib/plan/support.h"
#include "lib/report/figures.h"
#include "lib/report/report.h"
#include "lib/store/query.h"
#include "lib/users/enrolment.h"
#include "lib/users/population.h"

enum { DEFAULT_WEEKS = 4 };

/* The number of users that are looked up together. */
enum { TOGETHER = 256 };

/* The columns of the report. */
enum { USER, NAME, UNIT, EMAIL, TRAINER, REASONS, SINCE, OPEN, OVERDUE, COLUMNS };

static const struct fil_output_column columns[COLUMNS] = {
	[USER] = { "user", FIL_CELL_TEXT },
	[NAME] = { "name", FIL_CELL_TEXT },
	[UNIT] = { "unit", FIL_CELL_TEXT },
	[EMAIL] = { "email", FIL_CELL_TEXT },
	[TRAINER] = { "trainer", FIL_CELL_TEXT },
	[REASONS] = { "reasons", FIL_CELL_TEXT },
	[SINCE] = { "since", FIL_CELL_DAY },
	[OPEN] = { "open", FIL_CELL_NUMBER },
	[OVERDUE] = { "overdue", FIL_CELL_NUMBER },
};

/* The columns of the report by reason. */
enum { R_REASON, R_USERS, REASON_COLUMNS };

static const struct fil_output_column reason_columns[REASON_COLUMNS] = {
	[R_REASON] = { "reason", FIL_CELL_TEXT },
	[R_USERS] = { "users", FIL_CELL_NUMBER },
};

static const char people_query[] = "SELECT \"user\", arrived FROM users ORDER BY \"user\"";

/* The reasons to visit a user. */
enum reason { STALLED, FELL, UNMEASURED, STALE, LATE, NEEDY, REASONS_ALL };

static const char *const reason_names[REASONS_ALL] = {
	[STALLED] = "stalled",
	[FELL] = "fell",
	[UNMEASURED] = "unmeasured",
	[STALE] = "stale",
	[LATE] = "overdue",
	[NEEDY] = "need",
};

/* A user to visit. A million of them fit in 32 MiB: the other columns are looked up at the end. */
struct visit {
	uint32_t user; /* place of the key of the user in keys */
	fil_day since; /* FIL_NEVER: unknown */
	uint32_t trainer; /* fil_support_name, or FIL_WITH_NONE */
	uint32_t open, overdue;
	unsigned reasons; /* bits */
};

struct followup {
	struct fil_store *store;
	const struct fil_report_request *request;
	fil_day as_of;
	struct fil_stall_rule stall;
	int stale_days;
	struct fil_dimensions dimensions;
	bool measures; /* a dimension counts on the day */
	size_t known; /* users of the population with a level in such a dimension */
	struct fil_lookup_table *modules;
	struct fil_population *population;
	struct fil_cursor *people;
	struct fil_enrolments *enrolments;
	struct fil_standing_reader *stances;
	struct fil_support *support;
	struct fil_coverage *coverage;
	struct fil_bytes keys;
	struct visit *visits;
	size_t n, room;
};

/* Adds a reason, and the day since which it holds, which may be unknown. The earliest known day is
 * shown. */
static void
note(struct visit *visit, enum reason reason, fil_day since)
{
	visit->reasons |= 1U << reason;
	if (since != FIL_NEVER && (visit->since == FIL_NEVER || since < visit->since))
		visit->since = since;
}

/* Sets the days of the first and the newest enrolment of a user, or FIL_NEVER. Returns 0 or -1. */
static int
find_enrolled(const struct followup *followup, const char *user, fil_day *first, fil_day *newest,
    struct fil_fault *fault)
{
	const struct fil_enrolment *list, *last;
	size_t n;

	*first = *newest = FIL_NEVER;
	if (fil_enrolments_seek(followup->enrolments, user, fault) < 0)
		return -1;
	list = fil_enrolments_list(followup->enrolments, &n);
	for (size_t i = 0; i < n; i++)
		if (*first == FIL_NEVER || list[i].date < *first)
			*first = list[i].date;
	last = fil_enrolments_newest(followup->enrolments, followup->as_of, NULL);
	if (last)
		*newest = last->date;
	return 0;
}

/* Adds the reasons of a user in one dimension. */
static void
judge_standing(const struct followup *followup, const struct fil_standing *standing, size_t d,
    fil_day enrolled, struct visit *visit)
{
	fil_day since = fil_stalled_since(&followup->stall, d, standing, enrolled);

	if (since != FIL_NEVER)
		note(visit, STALLED, since);
	if (followup->dimensions.counts[d] && standing->level >= 0 &&
	    standing->level < standing->previous)
		note(visit, FELL, standing->date);
}

/* Adds the reasons in the levels of the current user. Returns 0 or -1. */
static int
judge_levels(
    struct followup *followup, const char *user, struct visit *visit, struct fil_fault *fault)
{
	const char *arrived = fil_query_text(fil_cursor_query(followup->people), 1);
	const struct fil_standing *standings;
	fil_day first, newest;
	bool known = false;

	if (find_enrolled(followup, user, &first, &newest, fault) < 0 ||
	    fil_standing_reader_seek(followup->stances, user, &standings, fault) < 0)
		return -1;
	if (first == FIL_NEVER && arrived && fil_date_parse(arrived, &first) < 0)
		first = FIL_NEVER;
	for (size_t d = 0; standings && d < followup->dimensions.n; d++) {
		judge_standing(followup, &standings[d], d, newest, visit);
		known |= followup->dimensions.counts[d] && standings[d].level >= 0;
	}
	followup->known += known;
	if (!fil_stance_of(&followup->dimensions, standings).measured) {
		if (followup->measures)
			note(visit, UNMEASURED, first);
		return 0;
	}
	for (size_t d = 0; d < followup->dimensions.n; d++)
		if (followup->dimensions.counts[d] &&
		    followup->as_of - standings[d].date > followup->stale_days)
			note(visit, STALE, standings[d].date);
	return 0;
}

/* Adds the reasons in the assignments of a user. Returns 0 or -1. */
static int
judge_support(
    const struct followup *followup, const char *user, struct visit *visit, struct fil_fault *fault)
{
	const struct fil_assigned *list;
	fil_day trained = FIL_NEVER;
	size_t n;
	int got = fil_support_seek(followup->support, user, fault);

	if (got != 1)
		return got;
	list = fil_support_list(followup->support, &n);
	for (size_t i = 0; i < n; i++) {
		if (list[i].with != FIL_WITH_NONE && list[i].assigned >= trained) {
			visit->trainer = list[i].with;
			trained = list[i].assigned;
		}
		if (list[i].completed != FIL_NEVER)
			continue;
		visit->open++;
		if (list[i].due == FIL_NEVER || list[i].due >= followup->as_of)
			continue;
		visit->overdue++;
		note(visit, LATE, list[i].due);
	}
	return 0;
}

/* Adds the reasons in the needs of a user. Returns 0 or -1. */
static int
judge_needs(
    const struct followup *followup, const char *user, struct visit *visit, struct fil_fault *fault)
{
	const struct fil_need *list;
	size_t n;
	int got = fil_coverage_seek(followup->coverage, user, fault);

	if (got != 1)
		return got;
	list = fil_coverage_needs(followup->coverage, &n);
	for (size_t i = 0; i < n; i++)
		if (!list[i].covered)
			note(visit, NEEDY, list[i].since);
	return 0;
}

/* Adds the current user if there is a reason for a visit. Returns 0 or -1. */
static int
judge_user(struct followup *followup, struct fil_fault *fault)
{
	size_t length;
	const char *user = fil_cursor_user(followup->people, &length);
	struct visit visit = { .since = FIL_NEVER, .trainer = FIL_WITH_NONE };

	if (fil_population_find(followup->population, user, length) == FIL_NOWHERE)
		return 0;
	if (judge_levels(followup, user, &visit, fault) < 0 ||
	    judge_support(followup, user, &visit, fault) < 0 ||
	    judge_needs(followup, user, &visit, fault) < 0)
		return -1;
	if (visit.reasons == 0)
		return 0;
	if (followup->keys.length > UINT32_MAX)
		fil_memory_die();
	visit.user = (uint32_t)followup->keys.length;
	fil_bytes_add(&followup->keys, user, length + 1);
	followup->visits =
	    fil_grow(followup->visits, followup->n, &followup->room, sizeof *followup->visits);
	followup->visits[followup->n++] = visit;
	return 0;
}

/* Orders the numbers of visits: the earliest day first, unknown days last, then by key. Visits are
 * numbered by key. */
static int
by_since(const void *left, const void *right, void *context)
{
	const struct visit *visits = context;
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
	fil_day a_since = visits[a].since == FIL_NEVER ? INT_MAX : visits[a].since;
	fil_day b_since = visits[b].since == FIL_NEVER ? INT_MAX : visits[b].since;

	if (a_since != b_since)
		return a_since < b_since ? -1 : 1;
	return (a > b) - (a < b);
}

/* Writes the reasons, separated by spaces. */
static void
write_reasons(unsigned reasons, struct fil_bytes *text)
{
	fil_bytes_clear(text);
	for (enum reason i = STALLED; i < REASONS_ALL; i++)
		if (reasons >> i & 1)
			fil_bytes_add_format(
			    text, "%s%s", text->length > 0 ? " " : "", reason_names[i]);
}

/* Gives a row. found is at the row of the user in the table. */
static void
give_row(const struct followup *followup, const struct visit *visit, const struct fil_batch *found,
    size_t place, const struct fil_report_sink *sink)
{
	const struct fil_table *users = fil_catalog_table("users");
	struct fil_figures row = { 0 };
	struct fil_bytes reasons = { 0 };

	for (size_t c = USER; c <= EMAIL && place != FIL_NOWHERE; c++)
		row.cells[c] =
		    fil_batch_cell(found, place, fil_table_column(users, columns[c].name), NULL);
	if (visit->trainer != FIL_WITH_NONE)
		row.cells[TRAINER] = fil_support_name(followup->support, visit->trainer);
	write_reasons(visit->reasons, &reasons);
	row.cells[REASONS] = reasons.data;
	fil_figures_day(&row, SINCE, visit->since);
	fil_figures_count(&row, OPEN, visit->open);
	fil_figures_count(&row, OVERDUE, visit->overdue);
	sink->row(sink->context, row.cells);
	fil_bytes_release(&reasons);
}

/* Gives the rows of n visits. Returns 0 or -1. */
static int
give_some(const struct followup *followup, const uint32_t *numbers, size_t n,
    const struct fil_report_sink *sink, struct fil_fault *fault)
{
	const struct fil_relation *users = &fil_catalog_table("users")->relation;
	struct fil_batch *keys = fil_batch_new(1), *found = fil_batch_new(users->n_columns + 1);
	size_t places[TOGETHER];
	int got;

	for (size_t i = 0; i < n; i++) {
		const char *key = followup->keys.data + followup->visits[numbers[i]].user;

		fil_batch_add(keys, &key);
	}
	got = fil_store_fetch(followup->store, users, keys, found, places, fault);
	for (size_t i = 0; got == 0 && i < n; i++)
		give_row(followup, &followup->visits[numbers[i]], found, places[i], sink);
	fil_batch_free(keys);
	fil_batch_free(found);
	return got;
}

/* Gives the rows of all visits. Returns 0 or -1. */
static int
give_rows(
    const struct followup *followup, const struct fil_report_sink *sink, struct fil_fault *fault)
{
	uint32_t *order = fil_alloc(followup->n, sizeof *order);
	int got = 0;

	for (size_t i = 0; i < followup->n; i++)
		order[i] = (uint32_t)i;
	if (followup->visits)
		qsort_r(order, followup->n, sizeof *order, by_since, followup->visits);
	for (size_t i = 0; got == 0 && i < followup->n; i += TOGETHER) {
		size_t n = followup->n - i < TOGETHER ? followup->n - i : TOGETHER;

		got = give_some(followup, order + i, n, sink, fault);
	}
	free(order);
	return got;
}

/* Gives a row. users: FIL_NOWHERE where their number must not be known. */
static void
give_reason(const char *reason, size_t users, const struct fil_report_sink *sink)
{
	struct fil_figures row = { .cells = { [R_REASON] = reason } };

	if (users != FIL_NOWHERE)
		fil_figures_count(&row, R_USERS, users);
	sink->row(sink->context, row.cells);
}

/* Returns the number of visits for a reason. */
static size_t
count_reason(const struct followup *followup, enum reason reason)
{
	size_t users = 0;

	for (size_t v = 0; v < followup->n; v++)
		users += followup->visits[v].reasons >> reason & 1;
	return users;
}

/* Gives the number of visits for the reasons of enough users: with the others it would tell of these.
 * FIL_NOWHERE where there are others only. It counts a user once. */
static void
give_total(const struct followup *followup, const struct fil_report_sink *sink)
{
	unsigned shown = 0, hidden = 0;
	size_t users = 0;

	for (enum reason i = STALLED; i < REASONS_ALL; i++) {
		bool few = fil_report_are_few(followup->request, count_reason(followup, i));

		*(few ? &hidden : &shown) |= 1U << i;
	}
	for (size_t v = 0; v < followup->n; v++)
		users += (followup->visits[v].reasons & shown) != 0;
	give_reason(FIL_REPORT_TOTAL, users == 0 && hidden != 0 ? FIL_NOWHERE : users, sink);
}

/* Gives the number of visits for each reason. */
static void
give_reasons(const struct followup *followup, const struct fil_report_sink *sink)
{
	static const enum reason by_name[REASONS_ALL] = { FELL, NEEDY, LATE, STALE, STALLED,
		UNMEASURED };

	for (size_t i = 0; i < REASONS_ALL; i++)
		give_reason(reason_names[by_name[i]], count_reason(followup, by_name[i]), sink);
	if (followup->request->total)
		give_total(followup, sink);
}

/* Says that nobody is listed as unmeasured where no dimension counts: a visit would not help. */
static void
say_unmeasured(const struct followup *followup, const struct fil_report_sink *sink)
{
	char day[FIL_DATE_SIZE], *text;

	if (followup->measures || !sink->say)
		return;
	fil_date_write(followup->as_of, day);
	text =
	    fil_format(_("no dimension counts on %s, so nobody is measured or listed as unmeasured;"
			 " add one with 'fil-import dimensions'"),
		day);
	sink->say(sink->context, text);
	free(text);
}

/* Opens the tables of levels. Returns 0 or -1. */
static int
open_levels(struct followup *followup, struct fil_fault *fault)
{
	const struct fil_report_request *request = followup->request;
	struct fil_standing_request what = { &followup->dimensions, &request->as_of, 1,
		request->today, request->sources, true };
	struct fil_selection selection = request->selection;

	selection.active = true;
	if (fil_dimensions_read(followup->store, request->as_of, &followup->dimensions, fault) <
		0 ||
	    !(followup->stances = fil_standing_reader_over(
		  followup->store, &what, fil_readings_facts(request->readings), fault)))
		return -1;
	for (size_t d = 0; d < followup->dimensions.n; d++)
		followup->measures |= followup->dimensions.counts[d];
	followup->population =
	    fil_population_new(followup->store, &selection, FIL_BY_NONE, 0, request->as_of, fault);
	return !followup->population ? -1 : 0;
}

/* Opens all tables. Returns 0 or -1. */
static int
open_tables(struct followup *followup, struct fil_fault *fault)
{
	struct fil_store *store = followup->store;

	if (open_levels(followup, fault) < 0)
		return -1;
	followup->modules = fil_lookup_table_new(
	    fil_query_new(store, "SELECT module FROM modules ORDER BY module"), 1, fault);
	if (!followup->modules)
		return -1;
	followup->coverage = fil_coverage_new(store, followup->as_of, fault);
	if (!followup->coverage)
		return -1;
	followup->support =
	    fil_support_new(store, followup->modules, followup->as_of, FIL_WITH_TRAINER);
	followup->people = fil_cursor_new(fil_query_new(store, people_query));
	followup->enrolments = fil_enrolments_over(store, NULL, followup->as_of,
	    fil_readings_enrolments(followup->request->readings), fault);
	return followup->enrolments ? 0 : -1;
}

static void
close_tables(struct followup *followup)
{
	fil_cursor_free(followup->people);
	fil_enrolments_free(followup->enrolments);
	fil_population_free(followup->population);
	fil_standing_reader_free(followup->stances);
	fil_support_free(followup->support);
	fil_coverage_free(followup->coverage);
	fil_lookup_table_free(followup->modules);
	fil_dimensions_release(&followup->dimensions);
	fil_bytes_release(&followup->keys);
	free(followup->visits);
}

static int
make_followup(struct fil_store *store, const struct fil_report_request *request,
    const struct fil_report_sink *sink, struct fil_fault *fault)
{
	struct followup followup = { .store = store,
		.request = request,
		.as_of = request->as_of,
		.stale_days = 7 * (int)request->stale_weeks };
	int weeks = request->weeks == 0 ? DEFAULT_WEEKS : (int)request->weeks, got;
	bool reasons = request->by_reason;

	if (request->total && !reasons)
		return fil_fault_set(
		    fault, FIL_USAGE, "--total needs --by reason: a list of users has no totals");
	got = open_tables(&followup, fault);
	followup.stall = (struct fil_stall_rule){ &followup.dimensions, request->as_of, 7 * weeks };
	if (got == 0)
		sink->columns(sink->context, reasons ? reason_columns : columns,
		    reasons ? (size_t)REASON_COLUMNS : (size_t)COLUMNS);
	while (got == 0 && (got = fil_cursor_next(followup.people, fault)) == 1)
		got = judge_user(&followup, fault);
	if (got == 0 && sink->seen)
		sink->seen(sink->context, followup.known);
	if (got == 0)
		say_unmeasured(&followup, sink);
	if (got == 0 && reasons)
		give_reasons(&followup, sink);
	else if (got == 0)
		got = give_rows(&followup, sink, fault);
	close_tables(&followup);
	return got;
}

const struct fil_report_subject fil_report_followup = {
	.name = "followup",
	.meaning = N_("users to see, and why, the oldest reason first"),
	.takes = FIL_TAKES_WEEKS | FIL_TAKES_STALE | FIL_TAKES_SOURCES | FIL_TAKES_ROLES |
	    FIL_TAKES_REASON | FIL_TAKES_TOTAL | FIL_TAKES_MINIMUM,
	.no_row_is_good = true,
	.lists_users = true,
	.people = "users",
	.make = make_followup,
};
