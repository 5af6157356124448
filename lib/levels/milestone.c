/* SPDX-License-Identifier: ISC */
#include "lib/levels/milestone.h"

#include <stdlib.h>

#include "lib/store/cursor.h"
#include "lib/levels/dimension.h"
#include "lib/levels/facts.h"
#include "lib/levels/ledger.h"
#include "lib/base/memory.h"
#include "lib/levels/source.h"
#include "lib/levels/trail.h"

static const char first_days[] =
    "SELECT \"user\", first FROM standing WHERE dimension = $1 ORDER BY \"user\"";

struct fil_milestones {
	struct fil_dimensions dimensions;
	size_t dimension;		/* the only one asked for, or FIL_NOWHERE */
	unsigned sources;
	struct fil_cursor *cursor;
	struct fil_trail *trail;	/* of the events, NULL where the derived tables are read */
	struct fil_standing *standings;
	fil_day day;
};

static struct fil_cursor *
open_ledger(struct fil_store *store, const char *dimension)
{
	struct fil_query *query;

	if (dimension == NULL)
		return fil_ledger_totals_new(store);
	query = fil_query_new(store, first_days);
	fil_query_bind(query, 1, dimension);
	return fil_cursor_new(query);
}

/* Opens what is asked for. Returns 0 or -1. */
static int
open_tables(struct fil_milestones *milestones, struct fil_store *store, const char *dimension,
    const char *sources, struct fil_fault *fault)
{
	if (fil_sources_read(sources, &milestones->sources, fault) < 0 ||
	    fil_dimensions_read(store, &milestones->dimensions, fault) < 0 ||
	    fil_dimensions_choose(&milestones->dimensions, dimension, &milestones->dimension,
		fault) < 0)
		return -1;
	if (milestones->sources == FIL_ANY_SOURCE) {
		milestones->cursor = open_ledger(store, dimension);
		return 0;
	}
	milestones->cursor = fil_facts_new(store);
	milestones->trail = fil_trail_new(&milestones->dimensions);
	milestones->standings =
	    fil_alloc(milestones->dimensions.n, sizeof(*milestones->standings));
	return 0;
}

struct fil_milestones *
fil_milestones_new(struct fil_store *store, const char *dimension, const char *sources,
    struct fil_fault *fault)
{
	struct fil_milestones *milestones = fil_alloc(1, sizeof(*milestones));

	if (open_tables(milestones, store, dimension, sources, fault) == 0)
		return milestones;
	fil_milestones_free(milestones);
	return NULL;
}

/* Reads the day from the facts of the user at hand. Returns 0 or -1. */
static int
read_facts(struct fil_milestones *milestones, struct fil_fault *fault)
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
fil_milestones_next(struct fil_milestones *milestones, struct fil_fault *fault)
{
	int got = fil_cursor_next(milestones->cursor, fault);

	if (got != 1)
		return got;
	/* Both of the ledger's queries have the day in their second column. */
	got = milestones->trail != NULL ? read_facts(milestones, fault)
	    : fil_ledger_take_total(milestones->cursor, &milestones->day, fault);
	return got < 0 ? -1 : 1;
}

const char *
fil_milestones_user(const struct fil_milestones *milestones, size_t *length)
{
	return fil_cursor_user(milestones->cursor, length);
}

fil_day
fil_milestones_day(const struct fil_milestones *milestones)
{
	return milestones->day;
}

void
fil_milestones_free(struct fil_milestones *milestones)
{
	if (milestones == NULL)
		return;
	fil_cursor_free(milestones->cursor);
	fil_trail_free(milestones->trail);
	fil_dimensions_release(&milestones->dimensions);
	free(milestones->standings);
	free(milestones);
}
