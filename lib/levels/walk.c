/* SPDX-License-Identifier: ISC */
#include "lib/levels/walk.h"

#include <stdlib.h>
#include <string.h>

#include "lib/store/cursor.h"
#include "lib/levels/facts.h"
#include "lib/levels/ledger.h"
#include "lib/base/memory.h"
#include "lib/levels/source.h"

struct fil_walk {
	struct fil_store *store;
	const struct fil_dimensions *dimensions;
	fil_day *days;
	size_t n_days;
	unsigned sources;
	enum fil_ledger_columns columns;
	struct fil_cursor *ledger;	/* NULL where the events are read in one pass */
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
	walk = fil_alloc(1, sizeof(*walk));
	walk->store = store;
	walk->dimensions = request->dimensions;
	walk->days = fil_alloc(request->n_days, sizeof(*walk->days));
	memcpy(walk->days, request->days, request->n_days * sizeof(*walk->days));
	walk->n_days = request->n_days;
	walk->sources = sources;
	walk->columns = request->rises ? FIL_LEDGER_ALL : FIL_LEDGER_LEVELS;
	walk->trail = fil_trail_new(request->dimensions);
	walk->standings =
	    fil_alloc(request->n_days * request->dimensions->n, sizeof(*walk->standings));
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

	if (walk->facts == NULL)
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
	struct fil_cursor *cursor = walk->ledger != NULL ? walk->ledger : walk->facts;
	int got;

	while ((got = fil_cursor_next(cursor, fault)) == 1) {
		got = walk->ledger != NULL ? stand_by_ledger(walk, fault)
					   : stand_by_facts(walk, fault);
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
	if (walk == NULL)
		return;
	fil_cursor_free(walk->ledger);
	fil_cursor_free(walk->facts);
	fil_trail_free(walk->trail);
	free(walk->days);
	free(walk->standings);
	free(walk);
}
