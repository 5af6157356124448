/* SPDX-License-Identifier: ISC */
#include "lib/levels/standing_update.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/hash.h"
#include "lib/base/memory.h"
#include "lib/levels/standing.h"
#include "lib/levels/standing_reader.h"
#include "lib/store/batch.h"
#include "lib/store/cursor.h"

enum { FACTS, ROWS, TOTALS, CURSORS };

struct fil_reckoning {
	const struct fil_dimensions *dimensions;
	struct fil_trail *trail;
	struct fil_standing *asked, *held;
	struct fil_cursor *cursors[CURSORS];
	bool taken[CURSORS]; /* the user at hand has gone by */
};

/* Returns a reckoning without its cursors. */
static struct fil_reckoning *
reckoning_new(const struct fil_dimensions *dimensions)
{
	struct fil_reckoning *reckoning = fil_alloc(1, sizeof *reckoning);

	reckoning->dimensions = dimensions;
	reckoning->trail = fil_trail_new(dimensions);
	reckoning->asked = fil_alloc(dimensions->n, sizeof *reckoning->asked);
	reckoning->held = fil_alloc(dimensions->n, sizeof *reckoning->held);
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
fil_reckoning_of_users(struct fil_store *store, const struct fil_dimensions *dimensions, size_t n)
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

	*out = (struct fil_reckoning_user){ .asked = reckoning->asked,
		.held = reckoning->held,
		.asked_autonomous = FIL_NEVER,
		.held_autonomous = FIL_NEVER };
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

		if (user && (!first || strcmp(user, first) < 0))
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
	if (!(user = first_user(reckoning)))
		return 0;
	for (int i = 0; i < CURSORS; i++) {
		const char *other = fil_cursor_user(reckoning->cursors[i], NULL);

		reckoning->taken[i] = other && strcmp(other, user) == 0;
	}
	return take_user(reckoning, reckoning->taken, out, fault) < 0 ? -1 : 1;
}

void
fil_reckoning_free(struct fil_reckoning *reckoning)
{
	if (!reckoning)
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

/* So many users are remembered; for more, a pass over everything is as fast. So many of them are
 * looked up at a time. */
enum { FEW = 4096, AT_A_TIME = 256 };

/* So many rows are collected before they are written. */
enum { BATCH = 1000 };

struct fil_standing_keeper {
	struct fil_store *store;
	struct fil_hash *seen;
	char *users[FEW];
	size_t n;
	bool all;
};

/* What is to be done to one of the derived tables. */
struct changes {
	const struct fil_relation *relation;
	struct fil_batch *added, *changed, *removed;
};

/* One bringing up to date. */
struct upkeep {
	struct fil_store *store;
	int64_t run;
	struct fil_dimensions dimensions;
	struct fil_reckoning *reckoning;
	struct changes rows, totals;
};

struct fil_standing_keeper *
fil_standing_keeper_new(struct fil_store *store)
{
	struct fil_standing_keeper *keeper = fil_alloc(1, sizeof *keeper);

	keeper->store = store;
	keeper->seen = fil_hash_new_map();
	return keeper;
}

void
fil_standing_touch(struct fil_standing_keeper *keeper, const char *user)
{
	bool added;

	if (keeper->all)
		return;
	fil_hash_give(keeper->seen, user, strlen(user), 0, &added);
	if (!added)
		return;
	if (keeper->n == FEW)
		keeper->all = true;
	else
		keeper->users[keeper->n++] = fil_copy(user);
}

void
fil_standing_touch_all(struct fil_standing_keeper *keeper)
{
	keeper->all = true;
}

static struct changes
changes_to(const struct fil_relation *relation)
{
	return (struct changes){ relation, fil_batch_new(relation->n_columns),
		fil_batch_new(relation->n_columns), fil_batch_new(relation->n_columns) };
}

static void
release_changes(struct changes *changes)
{
	fil_batch_free(changes->added);
	fil_batch_free(changes->changed);
	fil_batch_free(changes->removed);
}

/* Writes what is collected once it is much, or at the end. Returns 0 or -1. */
static int
write_changes(
    const struct upkeep *upkeep, struct changes *changes, size_t much, struct fil_fault *fault)
{
	if (fil_batch_rows(changes->added) >= much) {
		if (fil_store_insert(upkeep->store, changes->relation, changes->added, upkeep->run,
			NULL, fault) < 0)
			return -1;
		fil_batch_clear(changes->added);
	}
	if (fil_batch_rows(changes->changed) >= much) {
		if (fil_store_update(
			upkeep->store, changes->relation, changes->changed, upkeep->run, fault) < 0)
			return -1;
		fil_batch_clear(changes->changed);
	}
	if (fil_batch_rows(changes->removed) >= much) {
		if (fil_store_delete(upkeep->store, changes->relation, changes->removed, fault) < 0)
			return -1;
		fil_batch_clear(changes->removed);
	}
	return 0;
}

/* Returns the day as text in the buffer, or NULL for never. */
static const char *
day_text(fil_day day, char buffer[static FIL_DATE_SIZE])
{
	if (day == FIL_NEVER)
		return NULL;
	fil_date_write(day, buffer);
	return buffer;
}

static void
add_row(struct fil_batch *batch, const char *user, const char *dimension,
    const struct fil_standing *standing)
{
	char level[2] = { (char)('0' + standing->level), '\0' },
	     previous[2] = { (char)('0' + standing->previous), '\0' };
	char date[FIL_DATE_SIZE], risen[FIL_DATE_SIZE], first[FIL_DATE_SIZE];
	/* Most often the three are one day. */
	const char *last = day_text(standing->date, date),
		   *rise =
		       standing->risen == standing->date ? last : day_text(standing->risen, risen),
		   *met =
		       standing->first == standing->risen ? rise : day_text(standing->first, first);
	const char *cells[] = { user, dimension, level, last, fil_source_name(standing->source),
		standing->previous < 0 ? NULL : previous, rise, met };

	fil_batch_add(batch, cells);
}

static void
remove_row(struct fil_batch *batch, const char *user, const char *dimension)
{
	const char *cells[8] = { user, dimension };

	fil_batch_add(batch, cells);
}

/* Collects what one user's rows lack. Returns 0, or -1 with a fault of writing. */
static int
settle(struct upkeep *upkeep, const struct fil_reckoning_user *user, struct fil_fault *fault)
{
	char day[FIL_DATE_SIZE];
	const char *cells[] = { user->user, day_text(user->asked_autonomous, day) };

	for (size_t d = 0; d < upkeep->dimensions.n; d++) {
		const struct fil_standing *asked = &user->asked[d], *held = &user->held[d];

		if (asked->level >= 0 && held->level < 0)
			add_row(upkeep->rows.added, user->user, upkeep->dimensions.names[d], asked);
		else if (asked->level < 0 && held->level >= 0)
			remove_row(upkeep->rows.removed, user->user, upkeep->dimensions.names[d]);
		else if (!fil_standing_equal(asked, held))
			add_row(
			    upkeep->rows.changed, user->user, upkeep->dimensions.names[d], asked);
	}
	if (user->asks_total && !user->holds_total)
		fil_batch_add(upkeep->totals.added, cells);
	else if (!user->asks_total && user->holds_total)
		fil_batch_add(upkeep->totals.removed, cells);
	else if (user->asked_autonomous != user->held_autonomous)
		fil_batch_add(upkeep->totals.changed, cells);
	if (write_changes(upkeep, &upkeep->rows, BATCH, fault) < 0)
		return -1;
	return write_changes(upkeep, &upkeep->totals, BATCH, fault);
}

/* Settles the users of the reckoning. Returns 0 or -1. */
static int
settle_users(struct upkeep *upkeep, struct fil_fault *fault)
{
	struct fil_reckoning_user user;
	int got;

	while ((got = fil_reckoning_step(upkeep->reckoning, &user, fault)) == 1)
		if (settle(upkeep, &user, fault) < 0)
			return -1;
	return got;
}

static int
settle_few(struct upkeep *upkeep, char *const *users, size_t n, struct fil_fault *fault)
{
	const char *portion[AT_A_TIME];
	size_t m;

	for (size_t i = 0; i < n; i += m) {
		for (m = 0; m < AT_A_TIME && i + m < n; m++)
			portion[m] = users[i + m];
		fil_reckoning_users(upkeep->reckoning, portion, m);
		if (settle_users(upkeep, fault) < 0)
			return -1;
	}
	return 0;
}

static void
forget_touched(struct fil_standing_keeper *keeper)
{
	for (size_t i = 0; i < keeper->n; i++)
		free(keeper->users[i]);
	fil_hash_free(keeper->seen);
	keeper->seen = NULL;
	keeper->n = 0;
	keeper->all = false;
}

void
fil_standing_note(struct fil_standing_keeper *keeper, const char *table, const char *key)
{
	if (strcmp(table, "autonomy") == 0)
		fil_standing_touch(keeper, key);
	else if (strcmp(table, "dimensions") == 0)
		fil_standing_touch_all(keeper);
}

int
fil_standing_keep(struct fil_standing_keeper *keeper, int64_t run, struct fil_fault *fault)
{
	struct upkeep upkeep = { .store = keeper->store, .run = run };
	int got;

	if (keeper->n == 0 && !keeper->all)
		return 0;
	if (fil_dimensions_read(keeper->store, &upkeep.dimensions, fault) < 0)
		return -1;
	upkeep.reckoning = keeper->all ? fil_reckoning_new(keeper->store, &upkeep.dimensions)
				       : fil_reckoning_of_users(keeper->store, &upkeep.dimensions,
					     keeper->n < AT_A_TIME ? keeper->n : AT_A_TIME);
	upkeep.rows = changes_to(&fil_ledger_standing);
	upkeep.totals = changes_to(&fil_ledger_standings);
	got = keeper->all ? settle_users(&upkeep, fault)
			  : settle_few(&upkeep, keeper->users, keeper->n, fault);
	if (got == 0)
		got = write_changes(&upkeep, &upkeep.rows, 1, fault);
	if (got == 0)
		got = write_changes(&upkeep, &upkeep.totals, 1, fault);
	release_changes(&upkeep.rows);
	release_changes(&upkeep.totals);
	fil_reckoning_free(upkeep.reckoning);
	fil_dimensions_release(&upkeep.dimensions);
	if (got == 0) {
		forget_touched(keeper);
		keeper->seen = fil_hash_new_map();
	}
	return got;
}

void
fil_standing_keeper_free(struct fil_standing_keeper *keeper)
{
	if (!keeper)
		return;
	forget_touched(keeper);
	free(keeper);
}

/* Counts the rows in which a user's ledger differs, and names the first one found. */
static long long
count_differences(const struct fil_reckoning_user *user, const struct fil_dimensions *dimensions,
    bool name_it, struct fil_fault *fault)
{
	long long n = 0;

	for (size_t d = 0; d < dimensions->n; d++) {
		if (fil_standing_equal(&user->asked[d], &user->held[d]))
			continue;
		if (n++ == 0 && name_it)
			fil_fault_set(fault, FIL_REFUSED,
			    "standing: '%s' in '%s' is not what the autonomy events say",
			    user->user, dimensions->names[d]);
	}
	if (user->asks_total == user->holds_total &&
	    user->asked_autonomous == user->held_autonomous)
		return n;
	if (n++ == 0 && name_it)
		fil_fault_set(fault, FIL_REFUSED,
		    "standings: '%s' is not what the autonomy events say", user->user);
	return n;
}

long long
fil_standing_verify(struct fil_store *store, struct fil_fault *fault)
{
	struct fil_dimensions dimensions;
	struct fil_reckoning *reckoning;
	struct fil_reckoning_user user;
	long long n = 0;
	int got;

	if (fil_dimensions_read(store, &dimensions, fault) < 0)
		return -1;
	reckoning = fil_reckoning_new(store, &dimensions);
	while ((got = fil_reckoning_step(reckoning, &user, fault)) == 1)
		n += count_differences(&user, &dimensions, n == 0, fault);
	fil_reckoning_free(reckoning);
	fil_dimensions_release(&dimensions);
	return got < 0 ? -1 : n;
}
