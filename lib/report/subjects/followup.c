/* SPDX-License-Identifier: ISC */
/* fil-report followup: the users to visit, and the reasons. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/catalog/catalog.h"
#include "lib/levels/level_request.h"
#include "lib/levels/standing_reader.h"
#include "lib/plan/support.h"
#include "lib/report/figures.h"
#include "lib/report/report.h"
#include "lib/store/query.h"
#include "lib/users/enrolment.h"
#include "lib/users/population.h"
#include "lib/users/user_versions.h"

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

/* The reasons to visit a user. Behind them, of an engine's users: a level is known, and a row must not be
 * counted. */
enum reason {
	STALLED,
	FELL,
	UNMEASURED,
	STALE,
	LATE,
	NEEDY,
	REASONS_ALL,
	KNOWN = REASONS_ALL,
	DOUBT
};

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
	unsigned sources;
	struct fil_dimensions dimensions;
	bool measures; /* a dimension counts on the day */
	size_t known; /* users of the population with a level in such a dimension */
	size_t users[1 << REASONS_ALL]; /* by their reasons */
	const struct fil_report_sink *sink;
	bool doubtful; /* the engine found a row that must not be counted */
	struct fil_lookup_table *modules;
	struct fil_population *population;
	struct fil_cursor *people;
	struct fil_dated_users *listed; /* the columns from USER to EMAIL, once rows are given */
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
	followup->users[visit.reasons]++;
	if (visit.reasons == 0 || followup->request->by_reason)
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

/* Gives a row, in which the user, the trainer and the day are set. */
static void
give_user(struct fil_figures *row, unsigned reasons, size_t open, size_t overdue,
    const struct fil_report_sink *sink)
{
	struct fil_bytes text = { 0 };

	write_reasons(reasons, &text);
	row->cells[REASONS] = text.data;
	fil_figures_count(row, OPEN, open);
	fil_figures_count(row, OVERDUE, overdue);
	sink->row(sink->context, row->cells);
	fil_bytes_release(&text);
}

/* Gives the row of a visit. found is at the row of the user in the table. */
static void
give_row(const struct followup *followup, const struct visit *visit, const struct fil_batch *found,
    size_t place, const struct fil_report_sink *sink)
{
	struct fil_figures row = { 0 };

	if (place != FIL_NOWHERE)
		fil_dated_users_found(followup->listed, found, place, &row.cells[USER]);
	if (visit->trainer != FIL_WITH_NONE)
		row.cells[TRAINER] = fil_support_name(followup->support, visit->trainer);
	fil_figures_day(&row, SINCE, visit->since);
	give_user(&row, visit->reasons, visit->open, visit->overdue, sink);
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

/* Adds the standings of each user in the dimensions that count: the earliest of the last rises before the
 * day in those where the user is below the threshold, the first day of a level that fell, the oldest
 * level, and the number of levels. */
static void
add_standings(const struct followup *followup, struct fil_statement *statement)
{
	const struct fil_level_request levels = {
		&followup->dimensions, FIL_NOWHERE, &followup->as_of, 1, 0, followup->sources,
		followup->as_of >= followup->request->today && followup->sources == FIL_ANY_SOURCE
	};

	fil_statement_add(statement, " LEFT JOIN (SELECT who, min(");
	fil_stall_rule_add_rise(&followup->stall, statement);
	fil_statement_add(statement,
	    ") AS risen, min(CASE WHEN level < previous THEN date END) AS fell,"
	    " min(date) AS oldest, count(date) AS levels, max(doubt) AS doubt"
	    " FROM (SELECT who, level, previous, risen, doubt,"
	    " CASE WHEN threshold IS NOT NULL THEN date END AS date, threshold FROM ");
	fil_level_request_standings(&levels, statement);
	fil_statement_add(statement, " AS s) AS s GROUP BY who) AS s ON s.who = w.\"user\"");
}

/* Adds the users "w", and what is known of each. */
static void
add_known(const struct followup *followup, struct fil_statement *statement)
{
	fil_statement_add(statement, " FROM users AS w");
	fil_enrolment_request_join_days(statement, followup->as_of);
	add_standings(followup, statement);
	fil_support_join_open(statement, followup->as_of);
	fil_coverage_join_uncovered(statement, followup->as_of);
}

/* Adds the days since which each reason holds, with those that are unknown as ''. */
static void
add_days(const struct followup *followup, struct fil_statement *statement)
{
	size_t counting = 0;

	for (size_t d = 0; d < followup->dimensions.n; d++)
		counting += followup->dimensions.counts[d];
	fil_stall_rule_add_since(&followup->stall, statement, "s.risen");
	fil_statement_add(statement,
	    " AS day%d, s.fell AS day%d,"
	    " CASE WHEN coalesce(s.levels, 0) < %zu THEN coalesce(e.enrolled, w.arrived, '') END"
	    " AS day%d, CASE WHEN s.levels >= %zu AND %d = 1 AND s.oldest < ",
	    STALLED, FELL, counting, UNMEASURED, counting, followup->measures);
	fil_statement_add_day(statement, followup->as_of - followup->stale_days);
	fil_statement_add(statement,
	    " THEN s.oldest END AS day%d, a.due AS day%d, n.since AS day%d", STALE, LATE, NEEDY);
}

/* Adds as bits whether a level is known, and whether a row must not be counted. */
static void
add_marks(struct fil_statement *statement)
{
	fil_statement_add(statement,
	    "CASE WHEN levels > 0 THEN %u ELSE 0 END + CASE WHEN doubt > 0 THEN %u ELSE 0 END",
	    1U << KNOWN, 1U << DOUBT);
}

/* Adds the reasons as bits, and the earliest day that is known. */
static void
add_reasons(struct fil_statement *statement)
{
	add_marks(statement);
	for (enum reason i = STALLED; i < REASONS_ALL; i++)
		fil_statement_add(
		    statement, " + CASE WHEN day%u IS NULL THEN 0 ELSE %u END", i, 1U << i);
	fil_statement_add(statement, " AS reasons, least(");
	for (enum reason i = STALLED; i < REASONS_ALL; i++)
		fil_statement_add(statement, "%snullif(day%u, '')", i == STALLED ? "" : ", ", i);
	fil_statement_add(statement, ") AS since");
}

/* Joins the reasons of each user. */
static void
join_reasons(void *context, struct fil_statement *statement)
{
	const struct followup *followup = context;

	fil_statement_add(statement, " JOIN (SELECT who, trainer, open, overdue, ");
	add_reasons(statement);
	fil_statement_add(statement,
	    " FROM (SELECT w.\"user\" AS who, a.trainer, a.open, a.overdue, s.levels, s.doubt, ");
	add_days(followup, statement);
	add_known(followup, statement);
	fil_statement_add(statement, ") AS l) AS l ON l.who = u.\"user\"");
}

/* Joins what must be known of the users before they are listed. */
static void
join_marks(void *context, struct fil_statement *statement)
{
	fil_statement_add(statement, " JOIN (SELECT w.\"user\" AS who, ");
	add_marks(statement);
	fil_statement_add(statement, " AS reasons FROM users AS w");
	add_standings(context, statement);
	fil_statement_add(statement, ") AS l ON l.who = u.\"user\"");
}

static void
add_counts(void *context, struct fil_statement *statement)
{
	(void)context;
	fil_statement_add(statement, ", l.reasons, count(*)");
}

/* Takes the users with equal reasons. */
static void
take_counts(void *context, const uint32_t *cells, struct fil_query *query, int column)
{
	struct followup *followup = context;
	unsigned reasons = (unsigned)fil_query_number(query, column);
	size_t users = (size_t)fil_query_number(query, column + 1);

	(void)cells;
	followup->users[reasons & ((1U << REASONS_ALL) - 1)] += users;
	followup->known += reasons >> KNOWN & 1 ? users : 0;
	followup->doubtful |= reasons >> DOUBT & 1;
}

/* Joins the reasons of the users who have some. */
static void
join_visits(void *context, struct fil_statement *statement)
{
	statement->many = true;
	join_reasons(context, statement);
	fil_statement_add(statement, " AND l.reasons %% %d > 0", 1 << REASONS_ALL);
}

/* The columns of a row, behind those of the user. */
enum { L_TRAINER, L_REASONS, L_SINCE, L_OPEN, L_OVERDUE, L_COLUMNS };

static void
add_visits(void *context, struct fil_statement *statement)
{
	fil_dated_users_add(((const struct followup *)context)->listed, statement);
	fil_statement_add(statement, ", l.trainer, l.reasons, l.since, l.open, l.overdue");
}

/* Gives the row of a user. */
static void
take_visit(void *context, const uint32_t *cells, struct fil_query *query, int column)
{
	const struct followup *followup = context;
	int visit = column + fil_dated_users_width(followup->listed);
	struct fil_figures row = { 0 };

	(void)cells;
	fil_dated_users_take(followup->listed, query, column, &row.cells[USER]);
	row.cells[TRAINER] = fil_query_text(query, visit + L_TRAINER);
	row.cells[SINCE] = fil_query_text(query, visit + L_SINCE);
	give_user(&row,
	    (unsigned)fil_query_number(query, visit + L_REASONS) & ((1U << REASONS_ALL) - 1),
	    (size_t)fil_query_number(query, visit + L_OPEN),
	    (size_t)fil_query_number(query, visit + L_OVERDUE), followup->sink);
}

/* Has the engine count the users, by their reasons where these are asked for. Returns 1, 0 where it cannot,
 * or -1 with a fault. */
static int
count_by_engine(struct followup *followup, struct fil_fault *fault)
{
	struct fil_selection selection = followup->request->selection;
	const struct fil_population_sums sums = { followup->request->by_reason ? join_reasons
									       : join_marks,
		add_counts, take_counts, followup, 1, NULL, NULL };
	int got;

	if (followup->dimensions.n == 0)
		return 0;
	selection.active = true;
	got = fil_population_summed(followup->store, &selection, followup->as_of, &sums, fault);
	if (got != 1 || !followup->doubtful)
		return got;
	/* The walk is to tell whose row is damaged. */
	followup->known = 0;
	memset(followup->users, 0, sizeof followup->users);
	return 0;
}

/* Has the engine give the rows, in their order. Returns 0 or -1. */
static int
give_by_engine(struct followup *followup, struct fil_fault *fault)
{
	struct fil_selection selection = followup->request->selection;
	const struct fil_population_sums sums = { join_visits, add_visits, take_visit, followup,
		fil_dated_users_width(followup->listed) + L_COLUMNS, NULL,
		"l.since NULLS LAST, u.\"user\"" };

	selection.active = true;
	selection.later = NULL; /* they are counted already */
	return fil_population_summed(followup->store, &selection, followup->as_of, &sums, fault) < 0
	    ? -1
	    : 0;
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

/* Returns the number of users with a reason. */
static size_t
count_reason(const struct followup *followup, enum reason reason)
{
	size_t users = 0;

	for (unsigned reasons = 0; reasons < 1U << REASONS_ALL; reasons++)
		users += reasons >> reason & 1 ? followup->users[reasons] : 0;
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
	for (unsigned reasons = 0; reasons < 1U << REASONS_ALL; reasons++)
		users += reasons & shown ? followup->users[reasons] : 0;
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

/* Reads what the reasons rest on. Returns 0 or -1. */
static int
open_reasons(struct followup *followup, struct fil_fault *fault)
{
	const struct fil_report_request *request = followup->request;
	int weeks = request->weeks == 0 ? DEFAULT_WEEKS : (int)request->weeks;

	if (fil_sources_read(request->sources, &followup->sources, fault) < 0 ||
	    fil_dimensions_read(followup->store, request->as_of, &followup->dimensions, fault) < 0)
		return -1;
	followup->stall =
	    (struct fil_stall_rule){ &followup->dimensions, request->as_of, 7 * weeks };
	for (size_t d = 0; d < followup->dimensions.n; d++)
		followup->measures |= followup->dimensions.counts[d];
	return 0;
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
	if (!(followup->stances = fil_standing_reader_over(
		  followup->store, &what, fil_readings_facts(request->readings), fault)))
		return -1;
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
	fil_dated_users_free(followup->listed);
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

/* Judges all users one by one. Returns 0 or -1. */
static int
judge_users(struct followup *followup, struct fil_fault *fault)
{
	int got = open_tables(followup, fault);

	while (got == 0 && (got = fil_cursor_next(followup->people, fault)) == 1)
		got = judge_user(followup, fault);
	return got;
}

/* Gives the rows, once the users are counted. Returns 0 or -1. */
static int
give_all(struct followup *followup, bool counted, struct fil_fault *fault)
{
	const struct fil_report_sink *sink = followup->sink;

	if (sink->seen)
		sink->seen(sink->context, followup->known);
	say_unmeasured(followup, sink);
	if (!followup->request->by_reason) {
		followup->listed = fil_dated_users_new(followup->store,
		    (const char *const[]){ "user", "name", "unit", "email" }, 4, followup->as_of,
		    fault);
		if (!followup->listed)
			return -1;
		return counted ? give_by_engine(followup, fault) : give_rows(followup, sink, fault);
	}
	give_reasons(followup, sink);
	return 0;
}

static int
make_followup(struct fil_store *store, const struct fil_report_request *request,
    const struct fil_report_sink *sink, struct fil_fault *fault)
{
	struct followup followup = { .store = store,
		.request = request,
		.as_of = request->as_of,
		.stale_days = 7 * (int)request->stale_weeks,
		.sink = sink };
	bool reasons = request->by_reason, counted = false;
	int got;

	if (request->total && !reasons)
		return fil_fault_set(
		    fault, FIL_USAGE, "--total needs --by reason: a list of users has no totals");
	if ((got = open_reasons(&followup, fault)) == 0 &&
	    (got = count_by_engine(&followup, fault)) == 0)
		got = judge_users(&followup, fault);
	else
		counted = got == 1;
	if (got >= 0)
		sink->columns(sink->context, reasons ? reason_columns : columns,
		    reasons ? (size_t)REASON_COLUMNS : (size_t)COLUMNS);
	if (got >= 0)
		got = give_all(&followup, counted, fault);
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
