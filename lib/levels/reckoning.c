/* SPDX-License-Identifier: ISC */
#include "lib/levels/reckoning.h"

#include <stdlib.h>
#include <string.h>

#include "lib/store/cursor.h"
#include "lib/levels/facts.h"
#include "lib/levels/ledger.h"
#include "lib/base/memory.h"
#include "lib/levels/source.h"

enum { FACTS, ROWS, TOTALS, CURSORS };

struct fil_reckoning {
	const struct fil_dimensions *dimensions;
	struct fil_trail *trail;
	struct fil_standing *asked, *held;
	struct fil_cursor *cursors[CURSORS];
	bool taken[CURSORS];			/* the user at hand has gone by */
};

/* Returns a reckoning without its cursors. */
static struct fil_reckoning *
reckoning_new(const struct fil_dimensions *dimensions)
{
	struct fil_reckoning *reckoning = fil_alloc(1, sizeof(*reckoning));

	reckoning->dimensions = dimensions;
	reckoning->trail = fil_trail_new(dimensions);
	reckoning->asked = fil_alloc(dimensions->n, sizeof(*reckoning->asked));
	reckoning->held = fil_alloc(dimensions->n, sizeof(*reckoning->held));
	for (int i = 0; i < CURSORS; i++)
		reckoning->taken[i] = true;
	return reckoning;
}

struct fil_reckoning *
fil_reckoning_new(struct fil_store *store, const struct fil_dimensions *dimensions)
{
	struct fil_reckoning *reckoning = reckoning_new(dimensions);

	reckoning->cursors[FACTS] = fil_facts_new(store);
	reckoning->cursors[ROWS] = fil_ledger_new(store, FIL_LEDGER_ALL);
	reckoning->cursors[TOTALS] = fil_ledger_totals_new(store);
	return reckoning;
}

struct fil_reckoning *
fil_reckoning_of_users(
    struct fil_store *store, const struct fil_dimensions *dimensions, size_t n)
{
	struct fil_reckoning *reckoning = reckoning_new(dimensions);

	reckoning->cursors[FACTS] = fil_facts_of_users(store, n);
	reckoning->cursors[ROWS] = fil_ledger_of_users(store, n);
	reckoning->cursors[TOTALS] = fil_ledger_totals_of_users(store, n);
	return reckoning;
}

void
fil_reckoning_users(struct fil_reckoning *reckoning, const char *const *users, size_t n)
{
	for (int i = 0; i < CURSORS; i++) {
		fil_cursor_users(reckoning->cursors[i], users, n);
		reckoning->taken[i] = true;
	}
}

/* Takes one cursor's rows of the user at hand. Returns 0 or -1. */
static int
take_cursor(struct fil_reckoning *reckoning, int which, struct fil_reckoning_user *out,
    struct fil_fault *fault)
{
	struct fil_cursor *cursor = reckoning->cursors[which];

	out->user = fil_cursor_user(cursor, NULL);
	switch (which) {
	case FACTS:
		return fil_facts_take(
		    cursor, reckoning->dimensions, FIL_ANY_SOURCE, reckoning->trail, fault);
	case ROWS:
		return fil_ledger_take(
		    cursor, reckoning->dimensions, FIL_LEDGER_ALL, reckoning->held, fault);
	default:
		out->holds_total = true;
		return fil_ledger_take_total(cursor, &out->held_autonomous, fault);
	}
}

/* Takes the rows of the cursors marked in at, which are all at the same user. Returns 0 or -1. */
static int
take_user(struct fil_reckoning *reckoning, const bool at[static CURSORS],
    struct fil_reckoning_user *out, struct fil_fault *fault)
{
	const fil_day latest = INT_MAX;

	*out = (struct fil_reckoning_user){ .asked = reckoning->asked, .held = reckoning->held,
		.asked_autonomous = FIL_NEVER, .held_autonomous = FIL_NEVER };
	for (size_t d = 0; d < reckoning->dimensions->n; d++)
		reckoning->held[d] = FIL_UNKNOWN_STANDING;
	fil_trail_clear(reckoning->trail);
	for (int i = 0; i < CURSORS; i++)
		if (at[i] && take_cursor(reckoning, i, out, fault) < 0)
			return -1;
	fil_trail_stand(reckoning->trail, &latest, 1, reckoning->asked);
	out->asked_autonomous = fil_trail_autonomous(reckoning->trail);
	/* Who has not been autonomous yet has no row: half the writing of a first load. */
	out->asks_total = out->asked_autonomous != FIL_NEVER;
	return 0;
}

/* Returns the first user of those that the cursors are at, or NULL when all are at their end. */
static const char *
first_user(const struct fil_reckoning *reckoning)
{
	const char *first = NULL;

	for (int i = 0; i < CURSORS; i++) {
		const char *user = fil_cursor_user(reckoning->cursors[i], NULL);

		if (user != NULL && (first == NULL || strcmp(user, first) < 0))
			first = user;
	}
	return first;
}

int
fil_reckoning_step(
    struct fil_reckoning *reckoning, struct fil_reckoning_user *out, struct fil_fault *fault)
{
	const char *user;

	for (int i = 0; i < CURSORS; i++)
		if (reckoning->taken[i] && fil_cursor_next(reckoning->cursors[i], fault) < 0)
			return -1;
	if ((user = first_user(reckoning)) == NULL)
		return 0;
	for (int i = 0; i < CURSORS; i++) {
		const char *other = fil_cursor_user(reckoning->cursors[i], NULL);

		reckoning->taken[i] = other != NULL && strcmp(other, user) == 0;
	}
	return take_user(reckoning, reckoning->taken, out, fault) < 0 ? -1 : 1;
}

void
fil_reckoning_free(struct fil_reckoning *reckoning)
{
	if (reckoning == NULL)
		return;
	for (int i = 0; i < CURSORS; i++)
		fil_cursor_free(reckoning->cursors[i]);
	fil_trail_free(reckoning->trail);
	free(reckoning->asked);
	free(reckoning->held);
	free(reckoning);
}

bool
fil_standing_equal(const struct fil_standing *a, const struct fil_standing *b)
{
	return a->level == b->level && a->previous == b->previous && a->date == b->date &&
	    a->risen == b->risen && a->first == b->first && a->source == b->source;
}
