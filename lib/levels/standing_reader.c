/* SPDX-License-Identifier: ISC */
#include "lib/levels/standing_reader.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/levels/standing.h"
#include "lib/store/cursor.h"

/* The columns of FACTS. */
enum { OF_USER, OF_DIMENSION, OF_DATE, OF_SOURCE, OF_LEVEL };

#define FACTS "SELECT \"user\", dimension, date, source, level FROM autonomy"
#define ORDER "dimension, date, source"

struct fil_cursor *
fil_facts_new(struct fil_store *store)
{
	return fil_cursor_new(fil_query_new(store, FACTS " ORDER BY \"user\", " ORDER));
}

struct fil_cursor *
fil_facts_of_users(struct fil_store *store, size_t n)
{
	return fil_cursor_of_users(store, FACTS, ORDER, n);
}

int
fil_facts_take(struct fil_cursor *facts, const struct fil_dimensions *dimensions, unsigned sources,
    struct fil_trail *trail, struct fil_fault *fault)
{
	struct fil_query *query = fil_cursor_query(facts);
	size_t dimension = 0;
	fil_day day;
	int got;

	fil_trail_clear(trail);
	do {
		int source = fil_source_number(fil_query_text(query, OF_SOURCE));

		dimension =
		    fil_dimensions_find(dimensions, fil_query_text(query, OF_DIMENSION), dimension);
		if (dimension == FIL_NOWHERE || source < 0 ||
		    fil_date_parse(fil_query_text(query, OF_DATE), &day) < 0)
			return fil_store_damaged(
			    fault, "autonomy of", fil_cursor_user(facts, NULL));
		if (sources >> source & 1)
			fil_trail_add(
			    trail, dimension, day, source, (int)fil_query_number(query, OF_LEVEL));
	} while ((got = fil_cursor_row(facts, fault)) == 1);
	return got;
}

#define LEVELS "SELECT \"user\", dimension, level, date, source FROM standing"
#define ALL "SELECT \"user\", dimension, level, date, source, previous, risen, first FROM standing"
#define TOTALS "SELECT \"user\", autonomous FROM standings"

enum { USER, DIMENSION, LEVEL, DATE, SOURCE, PREVIOUS, RISEN, FIRST };

static const char *const standing_columns[] = { "user", "dimension", "level", "date", "source",
	"previous", "risen", "first" };
static const char *const standings_columns[] = { "user", "autonomous" };

const struct fil_relation fil_ledger_standing = { "standing", standing_columns, 8, 2 };
const struct fil_relation fil_ledger_standings = { "standings", standings_columns, 2, 1 };

struct fil_cursor *
fil_ledger_new(struct fil_store *store, enum fil_ledger_columns columns)
{
	return fil_cursor_new(fil_query_new(store,
	    columns == FIL_LEDGER_ALL ? ALL " ORDER BY \"user\", dimension"
				      : LEVELS " ORDER BY \"user\", dimension"));
}

struct fil_cursor *
fil_ledger_totals_new(struct fil_store *store)
{
	return fil_cursor_new(fil_query_new(store, TOTALS " ORDER BY \"user\""));
}

struct fil_cursor *
fil_ledger_of_users(struct fil_store *store, size_t n)
{
	return fil_cursor_of_users(store, ALL, "dimension", n);
}

struct fil_cursor *
fil_ledger_totals_of_users(struct fil_store *store, size_t n)
{
	return fil_cursor_of_users(store, TOTALS, NULL, n);
}

/* Reads a day that may be unknown. Returns 0 or -1. */
static int
read_day(struct fil_query *query, int column, fil_day *day)
{
	const char *text = fil_query_text(query, column);

	*day = FIL_NEVER;
	return !text ? 0 : fil_date_parse(text, day);
}

/* Returns 0, or -1 when the row holds what nobody wrote. */
static int
read_row(struct fil_query *query, enum fil_ledger_columns columns, struct fil_standing *standing)
{
	*standing = FIL_UNKNOWN_STANDING;
	standing->level = (int)fil_query_number(query, LEVEL);
	standing->source = fil_source_number(fil_query_text(query, SOURCE));
	if (standing->source < 0 || read_day(query, DATE, &standing->date) < 0)
		return -1;
	if (columns == FIL_LEDGER_LEVELS)
		return 0;
	if (fil_query_text(query, PREVIOUS))
		standing->previous = (int)fil_query_number(query, PREVIOUS);
	if (read_day(query, RISEN, &standing->risen) < 0)
		return -1;
	return read_day(query, FIRST, &standing->first);
}

int
fil_ledger_take(struct fil_cursor *ledger, const struct fil_dimensions *dimensions,
    enum fil_ledger_columns columns, struct fil_standing *standings, struct fil_fault *fault)
{
	struct fil_query *query = fil_cursor_query(ledger);
	size_t d = 0;
	int got;

	for (size_t i = 0; i < dimensions->n; i++)
		standings[i].level = -1;
	do {
		d = fil_dimensions_find(dimensions, fil_query_text(query, DIMENSION), d);
		if (d == FIL_NOWHERE || read_row(query, columns, &standings[d]) < 0)
			return fil_store_damaged(
			    fault, "standing of", fil_cursor_user(ledger, NULL));
		d++;
	} while ((got = fil_cursor_row(ledger, fault)) == 1);
	return got;
}

int
fil_ledger_take_total(struct fil_cursor *totals, fil_day *autonomous, struct fil_fault *fault)
{
	if (read_day(fil_cursor_query(totals), 1, autonomous) < 0)
		return fil_store_damaged(fault, "standings of", fil_cursor_user(totals, NULL));
	return 0;
}

struct fil_walk {
	struct fil_store *store;
	const struct fil_dimensions *dimensions;
	fil_day *days;
	size_t n_days;
	unsigned sources;
	enum fil_ledger_columns columns;
	struct fil_cursor *ledger; /* NULL where the events are read in one pass */
	struct fil_cursor *facts; /* of all; with a ledger, of one user, made when first needed */
	struct fil_trail *trail;
	struct fil_standing *standings;
};

struct fil_walk *
fil_walk_new(
    struct fil_store *store, const struct fil_walk_request *request, struct fil_fault *fault)
{
	struct fil_walk *walk;
	unsigned sources;

	if (fil_sources_read(request->sources, &sources, fault) < 0)
		return NULL;
	walk = fil_alloc(1, sizeof *walk);
	walk->store = store;
	walk->dimensions = request->dimensions;
	walk->days = fil_alloc(request->n_days, sizeof *walk->days);
	memcpy(walk->days, request->days, request->n_days * sizeof *walk->days);
	walk->n_days = request->n_days;
	walk->sources = sources;
	walk->columns = request->rises ? FIL_LEDGER_ALL : FIL_LEDGER_LEVELS;
	walk->trail = fil_trail_new(request->dimensions);
	walk->standings =
	    fil_alloc(request->n_days * request->dimensions->n, sizeof *walk->standings);
	/* Most facts are dated up to today, so that for a past day most users would have to be
	 * looked up one by one. */
	if (request->n_days == 1 && request->days[0] >= request->today && sources == FIL_ANY_SOURCE)
		walk->ledger = fil_ledger_new(store, walk->columns);
	else
		walk->facts = fil_facts_new(store);
	return walk;
}

static bool
any_known(const struct fil_walk *walk)
{
	for (size_t i = 0; i < walk->n_days * walk->dimensions->n; i++)
		if (walk->standings[i].level >= 0)
			return true;
	return false;
}

/* Stands the user at hand of the facts. Returns 0 or -1. */
static int
stand_by_facts(struct fil_walk *walk, struct fil_fault *fault)
{
	if (fil_facts_take(walk->facts, walk->dimensions, walk->sources, walk->trail, fault) < 0)
		return -1;
	fil_trail_stand(walk->trail, walk->days, walk->n_days, walk->standings);
	return 0;
}

/* Looks one user's facts up: today was set back, and the ledger is ahead of it. Returns 0 or -1. */
static int
look_up(struct fil_walk *walk, const char *user, struct fil_fault *fault)
{
	int got;

	if (!walk->facts)
		walk->facts = fil_facts_of_users(walk->store, 1);
	fil_cursor_users(walk->facts, &user, 1);
	if ((got = fil_cursor_next(walk->facts, fault)) == 1)
		return stand_by_facts(walk, fault);
	fil_trail_clear(walk->trail);
	fil_trail_stand(walk->trail, walk->days, walk->n_days, walk->standings);
	return got;
}

/* Stands the user at hand of the ledger. Returns 0 or -1. */
static int
stand_by_ledger(struct fil_walk *walk, struct fil_fault *fault)
{
	if (fil_ledger_take(walk->ledger, walk->dimensions, walk->columns, walk->standings, fault) <
	    0)
		return -1;
	for (size_t d = 0; d < walk->dimensions->n; d++)
		if (walk->standings[d].level >= 0 && walk->standings[d].date > walk->days[0])
			return look_up(walk, fil_cursor_user(walk->ledger, NULL), fault);
	return 0;
}

int
fil_walk_step(struct fil_walk *walk, struct fil_walk_user *out, struct fil_fault *fault)
{
	struct fil_cursor *cursor = walk->ledger ? walk->ledger : walk->facts;
	int got;

	while ((got = fil_cursor_next(cursor, fault)) == 1) {
		got = walk->ledger ? stand_by_ledger(walk, fault) : stand_by_facts(walk, fault);
		if (got < 0)
			return -1;
		if (!any_known(walk))
			continue;
		out->user = fil_cursor_user(cursor, &out->length);
		out->standings = walk->standings;
		return 1;
	}
	return got;
}

void
fil_walk_free(struct fil_walk *walk)
{
	if (!walk)
		return;
	fil_cursor_free(walk->ledger);
	fil_cursor_free(walk->facts);
	fil_trail_free(walk->trail);
	free(walk->days);
	free(walk->standings);
	free(walk);
}

struct fil_stances {
	struct fil_walk *walk;
	struct fil_walk_user user; /* the one that the walk has reached */
	bool begun, ended;
};

struct fil_stances *
fil_stances_new(
    struct fil_store *store, const struct fil_walk_request *request, struct fil_fault *fault)
{
	struct fil_walk *walk = fil_walk_new(store, request, fault);
	struct fil_stances *stances;

	if (!walk)
		return NULL;
	stances = fil_alloc(1, sizeof *stances);
	stances->walk = walk;
	return stances;
}

int
fil_stances_seek(struct fil_stances *stances, const char *user,
    const struct fil_standing **standings, struct fil_fault *fault)
{
	*standings = NULL;
	while (!stances->ended) {
		int order = stances->begun ? strcmp(stances->user.user, user) : -1, got;

		if (order == 0)
			*standings = stances->user.standings;
		if (order >= 0)
			return 0;
		if ((got = fil_walk_step(stances->walk, &stances->user, fault)) < 0)
			return -1;
		stances->begun = true;
		stances->ended = got == 0;
	}
	return 0;
}

void
fil_stances_free(struct fil_stances *stances)
{
	if (!stances)
		return;
	fil_walk_free(stances->walk);
	free(stances);
}

struct fil_stance
fil_stance_of(const struct fil_dimensions *dimensions, const struct fil_standing *standings)
{
	size_t known = 0, met = 0;

	for (size_t d = 0; standings && d < dimensions->n; d++) {
		known += standings[d].level >= 0;
		met += standings[d].level >= 0 && standings[d].level >= dimensions->thresholds[d];
	}
	return (struct fil_stance){ known == dimensions->n, met == dimensions->n };
}

fil_day
fil_stalled_since(const struct fil_stall_rule *rule, size_t d, const struct fil_standing *standing,
    fil_day enrolled)
{
	fil_day since = standing->risen > enrolled ? standing->risen : enrolled;

	if (standing->level < 0 || standing->level >= rule->dimensions->thresholds[d])
		return FIL_NEVER;
	return rule->as_of - since >= rule->days ? since : FIL_NEVER;
}
