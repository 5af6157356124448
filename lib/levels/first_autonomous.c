/* SPDX-License-Identifier: ISC */
#include "lib/levels/first_autonomous.h"

#include <stdlib.h>

#include "lib/base/memory.h"
#include "lib/levels/standing.h"
#include "lib/levels/standing_reader.h"
#include "lib/store/cursor.h"

static const char first_days[] =
    "SELECT \"user\", first FROM standing WHERE dimension = $1 ORDER BY \"user\"";

struct fil_first_autonomous {
	struct fil_dimensions dimensions;
	size_t dimension; /* the only one asked for, or FIL_NOWHERE */
	unsigned sources;
	struct fil_cursor *cursor;
	struct fil_trail *trail; /* of the events, NULL where the derived tables are read */
	struct fil_standing *standings;
	fil_day day;
};

static struct fil_cursor *
open_ledger(struct fil_store *store, const char *dimension)
{
	struct fil_query *query;

	if (!dimension)
		return fil_ledger_totals_new(store);
	query = fil_query_new(store, first_days);
	fil_query_bind(query, 1, dimension);
	return fil_cursor_new(query);
}

/* Opens what is asked for. Returns 0 or -1. */
static int
open_tables(struct fil_first_autonomous *milestones, struct fil_store *store, const char *dimension,
    const char *sources, struct fil_fault *fault)
{
	if (fil_sources_read(sources, &milestones->sources, fault) < 0 ||
	    fil_dimensions_read(store, &milestones->dimensions, fault) < 0 ||
	    fil_dimensions_choose(
		&milestones->dimensions, dimension, &milestones->dimension, fault) < 0)
		return -1;
	if (milestones->sources == FIL_ANY_SOURCE) {
		milestones->cursor = open_ledger(store, dimension);
		return 0;
	}
	milestones->cursor = fil_facts_new(store);
	milestones->trail = fil_trail_new(&milestones->dimensions);
	milestones->standings = fil_alloc(milestones->dimensions.n, sizeof *milestones->standings);
	return 0;
}

struct fil_first_autonomous *
fil_first_autonomous_new(
    struct fil_store *store, const char *dimension, const char *sources, struct fil_fault *fault)
{
	struct fil_first_autonomous *milestones = fil_alloc(1, sizeof *milestones);

	if (open_tables(milestones, store, dimension, sources, fault) == 0)
		return milestones;
	fil_first_autonomous_free(milestones);
	return NULL;
}

/* Reads the day from the facts of the user at hand. Returns 0 or -1. */
static int
read_facts(struct fil_first_autonomous *milestones, struct fil_fault *fault)
{
	const fil_day latest = INT_MAX;

	if (fil_facts_take(milestones->cursor, &milestones->dimensions, milestones->sources,
		milestones->trail, fault) < 0)
		return -1;
	if (milestones->dimension == FIL_NOWHERE) {
		milestones->day = fil_trail_autonomous(milestones->trail);
		return 0;
	}
	fil_trail_stand(milestones->trail, &latest, 1, milestones->standings);
	milestones->day = milestones->standings[milestones->dimension].first;
	return 0;
}

int
fil_first_autonomous_next(struct fil_first_autonomous *milestones, struct fil_fault *fault)
{
	int got = fil_cursor_next(milestones->cursor, fault);

	if (got != 1)
		return got;
	/* Both of the ledger's queries have the day in their second column. */
	got = milestones->trail
	    ? read_facts(milestones, fault)
	    : fil_ledger_take_total(milestones->cursor, &milestones->day, fault);
	return got < 0 ? -1 : 1;
}

const char *
fil_first_autonomous_user(const struct fil_first_autonomous *milestones, size_t *length)
{
	return fil_cursor_user(milestones->cursor, length);
}

fil_day
fil_first_autonomous_day(const struct fil_first_autonomous *milestones)
{
	return milestones->day;
}

void
fil_first_autonomous_free(struct fil_first_autonomous *milestones)
{
	if (!milestones)
		return;
	fil_cursor_free(milestones->cursor);
	fil_trail_free(milestones->trail);
	fil_dimensions_release(&milestones->dimensions);
	free(milestones->standings);
	free(milestones);
}

struct fil_attainments {
	const struct fil_dimensions *dimensions;
	unsigned sources;
	struct fil_cursor *cursor; /* of the events; where all sources count, of standings */
	struct fil_trail *trail; /* NULL where all sources count */
};

struct fil_attainments *
fil_attainments_new(struct fil_store *store, const struct fil_dimensions *dimensions,
    const char *sources, struct fil_fault *fault)
{
	struct fil_attainments *attainments;
	unsigned set;

	if (fil_sources_read(sources, &set, fault) < 0)
		return NULL;
	attainments = fil_alloc(1, sizeof *attainments);
	attainments->dimensions = dimensions;
	attainments->sources = set;
	if (set == FIL_ANY_SOURCE) {
		attainments->cursor = fil_ledger_totals_new(store);
	} else {
		attainments->cursor = fil_facts_new(store);
		attainments->trail = fil_trail_new(dimensions);
	}
	return attainments;
}

int
fil_attainments_seek(
    struct fil_attainments *attainments, const char *user, fil_day *day, struct fil_fault *fault)
{
	int got = fil_cursor_seek(attainments->cursor, user, fault);

	*day = FIL_NEVER;
	if (got != 1)
		return got;
	if (!attainments->trail)
		return fil_ledger_take_total(attainments->cursor, day, fault);
	if (fil_facts_take(attainments->cursor, attainments->dimensions, attainments->sources,
		attainments->trail, fault) < 0)
		return -1;
	*day = fil_trail_autonomous(attainments->trail);
	return 0;
}

void
fil_attainments_free(struct fil_attainments *attainments)
{
	if (!attainments)
		return;
	fil_cursor_free(attainments->cursor);
	fil_trail_free(attainments->trail);
	free(attainments);
}
