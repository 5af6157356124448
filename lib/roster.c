/* SPDX-License-Identifier: ISC */
#include "lib/roster.h"

#include <stdlib.h>
#include <string.h>

#include "lib/memory.h"
#include "lib/text.h"

/* Leavers that are marked at once, and probable renames that are told. */
enum { BATCH_ROWS = 512, RENAMES_TOLD = 20 };

/* Bits of a hash that are looked at first. */
enum { FIRST_BITS = 16 };

struct fil_roster {
	struct fil_run *run;
	const struct fil_table *users;
	struct fil_roster_options options;
	char today[FIL_DATE_SIZE];
	struct fil_term term;
	size_t name, email, feed; /* columns */
	size_t active; /* users of the feed before the run */
	size_t taken; /* users taken over from other feeds */
	char **leavers; /* keys, in their order */
	size_t n_leavers, leavers_room;
};

struct fil_roster *
fil_roster_new(struct fil_run *run, const struct fil_roster_options *options)
{
	struct fil_roster *roster = fil_alloc(1, sizeof *roster);

	roster->run = run;
	roster->options = *options;
	roster->users = fil_catalog_table("users");
	fil_date_write(options->today, roster->today);
	roster->name = fil_table_column(roster->users, "name");
	roster->email = fil_table_column(roster->users, "email");
	roster->term.column = fil_table_column(roster->users, "left");
	roster->term.today = roster->today;
	roster->feed = fil_table_column(roster->users, "feed");
	return roster;
}

const struct fil_term *
fil_roster_term(const struct fil_roster *roster)
{
	return &roster->term;
}

size_t
fil_roster_feed(const struct fil_roster *roster)
{
	return roster->feed;
}

/* Returns whether a stored user is of the feed and has not left. */
static bool
is_active(void *context, const char *const *cells)
{
	const struct fil_roster *roster = context;
	const char *feed = cells[roster->feed];

	return feed && strcmp(feed, roster->options.feed) == 0 &&
	    !fil_term_over(&roster->term, cells[roster->term.column]);
}

int
fil_roster_learn(struct fil_roster *roster, struct fil_known *known, struct fil_fault *fault)
{
	int result = fil_known_learn(known, is_active, roster, fault);

	roster->active = fil_known_awaited(known);
	return result;
}

bool
fil_roster_lists(const struct fil_roster *roster, const char *const *values)
{
	const char *feed = values[roster->feed];

	return roster->options.take || !feed || strcmp(feed, roster->options.feed) == 0;
}

void
fil_roster_note_change(struct fil_roster *roster, const char *feed)
{
	roster->taken += !feed || strcmp(feed, roster->options.feed) != 0;
}

static int
compare_hashes(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static int
compare_keys(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
add_leaver(struct fil_roster *roster, const char *key)
{
	if (roster->n_leavers == roster->leavers_room) {
		roster->leavers_room += roster->leavers_room / 2 + 64;
		roster->leavers =
		    fil_resize(roster->leavers, roster->leavers_room, sizeof *roster->leavers);
	}
	roster->leavers[roster->n_leavers++] = fil_copy(key);
}

/* Returns whether the hash of a key is among those that are missing. Its first bits tell nearly all
 * of the others. */
static bool
is_missing(const struct fil_digest_keys *missing, const bool *firsts, uint64_t hash)
{
	return firsts[hash >> (64 - FIRST_BITS)] &&
	    bsearch(&hash, missing->hashes, missing->n, sizeof hash, compare_hashes);
}

/* Finds the keys behind sorted hashes, by one pass over the keys that the store has. */
static int
name_leavers(struct fil_roster *roster, struct fil_known *known,
    const struct fil_digest_keys *missing, struct fil_fault *fault)
{
	char *sql = fil_relation_keys(&roster->users->relation);
	struct fil_query *query = fil_query_new(fil_run_store(roster->run), sql);
	bool *firsts = fil_alloc((size_t)1 << FIRST_BITS, sizeof *firsts);
	int step;

	for (size_t i = 0; i < missing->n; i++)
		firsts[missing->hashes[i] >> (64 - FIRST_BITS)] = true;
	while ((step = fil_query_step(query, fault)) == 1) {
		const char *key = fil_query_text(query, 0);
		size_t length = strlen(key);

		if (is_missing(missing, firsts, fil_known_key(known, &key, &length)))
			add_leaver(roster, key);
	}
	free(firsts);
	fil_query_free(query);
	free(sql);
	return step;
}

int
fil_roster_find_leavers(struct fil_roster *roster, struct fil_known *known, struct fil_fault *fault)
{
	struct fil_digest_keys missing = { 0 };
	int result = 0;

	fil_known_missing(known, &missing);
	if (missing.n > 0) {
		qsort(missing.hashes, missing.n, sizeof *missing.hashes, compare_hashes);
		result = name_leavers(roster, known, &missing, fault);
		qsort(roster->leavers, roster->n_leavers, sizeof *roster->leavers, compare_keys);
	}
	free(missing.hashes);
	return result;
}

int
fil_roster_guard(
    const struct fil_roster *roster, const struct fil_counts *counts, struct fil_fault *fault)
{
	size_t joiners = counts->added + roster->taken;
	size_t leavers = counts->left + roster->n_leavers;

	if (roster->options.force || roster->active < FIL_ROSTER_SMALL ||
	    (joiners + counts->returned + leavers) * 100 <=
		roster->active * roster->options.max_churn)
		return 0;
	return fil_fault_set(fault, FIL_REFUSED,
	    "refused: %zu would join, %zu return and %zu leave, of %zu active users of the feed "
	    "'%s': over %u %%; nothing was written (--force goes on, --max-churn sets the limit)",
	    joiners, counts->returned, leavers, roster->active, roster->options.feed,
	    roster->options.max_churn);
}

/* A leaver under the folded form of a name or an e-mail. */
struct alias {
	char *folded;
	const char *key;
};

static int
compare_aliases(const void *a, const void *b)
{
	return strcmp(((const struct alias *)a)->folded, ((const struct alias *)b)->folded);
}

/* Puts the rows found into the order of their keys: an engine finds them in its own. */
static void
put_in_order(const struct fil_batch *found, const size_t *places, size_t n, struct fil_batch *rows)
{
	size_t width = fil_batch_columns(found);
	const char **cells = fil_alloc(width, sizeof *cells);

	for (size_t i = 0; i < n; i++) {
		for (size_t c = 0; c < width; c++)
			cells[c] = fil_batch_cell(found, places[i], c, NULL);
		fil_batch_add(rows, cells);
	}
	free(cells);
}

/* Fetches the rows of leavers from number `first` on; returns how many. */
static int
fetch_leavers(struct fil_roster *roster, size_t first, struct fil_batch *rows, size_t *n,
    struct fil_fault *fault)
{
	struct fil_batch *keys = fil_batch_new(1);
	struct fil_batch *found = fil_batch_new(roster->users->n_columns + 1);
	size_t places[BATCH_ROWS];
	int result;

	*n = roster->n_leavers - first < BATCH_ROWS ? roster->n_leavers - first : BATCH_ROWS;
	for (size_t i = 0; i < *n; i++) {
		const char *key = roster->leavers[first + i];

		fil_batch_add(keys, &key);
	}
	result = fil_store_fetch(
	    fil_run_store(roster->run), &roster->users->relation, keys, found, places, fault);
	fil_batch_clear(rows);
	if (result == 0)
		put_in_order(found, places, *n, rows);
	fil_batch_free(keys);
	fil_batch_free(found);
	return result;
}

static void
add_alias(struct alias *aliases, size_t *n, const char *text, const char *key)
{
	if (text)
		aliases[(*n)++] = (struct alias){ fil_text_fold(text), key };
}

/* Makes the sorted aliases of all leavers; there is room for two each. */
static int
make_aliases(
    struct fil_roster *roster, struct alias *aliases, size_t *n_aliases, struct fil_fault *fault)
{
	struct fil_batch *found = fil_batch_new(roster->users->n_columns + 1);
	int result = 0;
	size_t n;

	for (size_t first = 0; result == 0 && first < roster->n_leavers; first += n) {
		result = fetch_leavers(roster, first, found, &n, fault);
		for (size_t i = 0; result == 0 && i < fil_batch_rows(found); i++) {
			const char *key = roster->leavers[first + i];

			add_alias(
			    aliases, n_aliases, fil_batch_cell(found, i, roster->name, NULL), key);
			add_alias(
			    aliases, n_aliases, fil_batch_cell(found, i, roster->email, NULL), key);
		}
	}
	fil_batch_free(found);
	qsort(aliases, *n_aliases, sizeof *aliases, compare_aliases);
	return result;
}

/* Returns the leaver who has that name or e-mail, or NULL. */
static const char *
find_alias(const struct alias *aliases, size_t n, const char *text)
{
	struct alias wanted = { text ? fil_text_fold(text) : NULL, NULL };
	const struct alias *found = NULL;

	if (wanted.folded)
		found = bsearch(&wanted, aliases, n, sizeof *aliases, compare_aliases);
	free(wanted.folded);
	return found ? found->key : NULL;
}

/* What a probable renaming is told to. */
struct listener {
	void (*tell)(void *context, const char *text);
	void *context;
};

/* Tells of a joiner, on whose row the query stands, who has an alias of a leaver; returns how many
 * were told: 0 or 1. */
static int
match_joiner(struct fil_query *query, const struct alias *aliases, size_t n,
    const struct listener *listener)
{
	const char *key = fil_query_text(query, 0), *name = fil_query_text(query, 1);
	const char *by_name = find_alias(aliases, n, name);
	const char *old = by_name ? by_name : find_alias(aliases, n, fil_query_text(query, 2));
	char *text;

	if (!old)
		return 0;
	text = fil_format("'%s' may be '%s' under a new key: the same %s (%s); "
			  "--rename %s=%s would keep the history",
	    key, old, by_name ? "name" : "e-mail", name, old, key);
	listener->tell(listener->context, text);
	free(text);
	return 1;
}

/* Tells of the joiners who have an alias of a leaver. A row of this run was added by it when its
 * key was not stored before. */
static int
match_joiners(struct fil_roster *roster, struct fil_known *known, const struct alias *aliases,
    size_t n, const struct listener *listener, struct fil_fault *fault)
{
	static const char sql[] = "SELECT \"user\", name, email FROM users WHERE run = $1"
				  " ORDER BY \"user\"";
	struct fil_query *query = fil_query_new(fil_run_store(roster->run), sql);
	int step, told = 0;

	fil_query_bind_number(query, 1, fil_run_number(roster->run));
	while ((step = fil_query_step(query, fault)) == 1 && told < RENAMES_TOLD) {
		const char *key = fil_query_text(query, 0);
		size_t length = fil_query_length(query, 0);

		if (!fil_known_stored(known, fil_known_key(known, &key, &length)))
			told += match_joiner(query, aliases, n, listener);
	}
	fil_query_free(query);
	return step < 0 ? -1 : 0;
}

int
fil_roster_renames(struct fil_roster *roster, struct fil_known *known,
    void (*tell)(void *context, const char *text), void *context, struct fil_fault *fault)
{
	struct alias *aliases = fil_alloc(2 * roster->n_leavers + 1, sizeof *aliases);
	struct listener listener = { tell, context };
	size_t n = 0;
	int result = make_aliases(roster, aliases, &n, fault);

	if (result == 0)
		result = match_joiners(roster, known, aliases, n, &listener, fault);
	for (size_t i = 0; i < n; i++)
		free(aliases[i].folded);
	free(aliases);
	return result;
}

/* The row of a leaver, for the answer. */
struct marked {
	const char *const *cells;
};

static const char *
marked_cell(const void *context, size_t c)
{
	return ((const struct marked *)context)->cells[c];
}

/* Marks the leavers whose rows were found. */
static int
mark_found(struct fil_roster *roster, const struct fil_batch *found, struct fil_changes *changes,
    struct fil_fault *fault)
{
	const struct fil_relation *relation = &roster->users->relation;
	const char **cells = fil_alloc(roster->users->n_columns, sizeof *cells);
	struct fil_batch *rows = fil_batch_new(roster->users->n_columns);
	struct marked marked = { cells };
	int result = fil_run_keep(roster->run, relation, found, FIL_LEFT, fault);

	for (size_t i = 0; i < fil_batch_rows(found); i++) {
		for (size_t c = 0; c < roster->users->n_columns; c++)
			cells[c] = fil_batch_cell(found, i, c, NULL);
		cells[roster->term.column] = roster->today;
		fil_batch_add(rows, cells);
		fil_changes_row(changes, FIL_LEFT, marked_cell, &marked);
	}
	if (result == 0)
		result = fil_store_update(
		    fil_run_store(roster->run), relation, rows, fil_run_number(roster->run), fault);
	fil_batch_free(rows);
	free(cells);
	return result;
}

int
fil_roster_mark(struct fil_roster *roster, struct fil_changes *changes, struct fil_counts *counts,
    struct fil_fault *fault)
{
	struct fil_batch *found = fil_batch_new(roster->users->n_columns + 1);
	int result = 0;
	size_t n;

	for (size_t first = 0; result == 0 && first < roster->n_leavers; first += n) {
		result = fetch_leavers(roster, first, found, &n, fault);
		if (result == 0)
			result = mark_found(roster, found, changes, fault);
		counts->left += n;
	}
	fil_batch_free(found);
	return result;
}

void
fil_roster_free(struct fil_roster *roster)
{
	if (!roster)
		return;
	for (size_t i = 0; i < roster->n_leavers; i++)
		free(roster->leavers[i]);
	free(roster->leavers);
	free(roster);
}
