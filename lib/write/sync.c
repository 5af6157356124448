/* SPDX-License-Identifier: ISC */
#include "lib/write/sync.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"

/* So many are told: of a list that is all wrong, more say nothing new. */
enum { TOLD_MOST = 20 };

/* A leaver under the folded form of a name or an e-mail. */
struct alias {
	char *folded;
	const char *key;
};

struct fil_namesakes {
	struct alias *aliases;
	size_t n, room;
};

/* Who is told. */
struct listener {
	void (*tell)(void *context, const char *text);
	void *context;
};

struct fil_namesakes *
fil_namesakes_new(void)
{
	return fil_alloc(1, sizeof(struct fil_namesakes));
}

static void
add_alias(struct fil_namesakes *namesakes, const char *text, const char *key)
{
	if (!text)
		return;
	if (namesakes->n == namesakes->room) {
		namesakes->room += namesakes->room / 2 + 64;
		namesakes->aliases =
		    fil_resize(namesakes->aliases, namesakes->room, sizeof *namesakes->aliases);
	}
	namesakes->aliases[namesakes->n++] = (struct alias){ fil_text_fold(text), key };
}

void
fil_namesakes_add(
    struct fil_namesakes *namesakes, const char *key, const char *name, const char *email)
{
	add_alias(namesakes, name, key);
	add_alias(namesakes, email, key);
}

static int
compare_aliases(const void *a, const void *b)
{
	return strcmp(((const struct alias *)a)->folded, ((const struct alias *)b)->folded);
}

/* Returns the leaver who has that name or e-mail, or NULL. */
static const char *
find_alias(const struct fil_namesakes *namesakes, const char *text)
{
	struct alias wanted = { text ? fil_text_fold(text) : NULL, NULL };
	const struct alias *found = NULL;

	if (wanted.folded && namesakes->n > 0)
		found = bsearch(
		    &wanted, namesakes->aliases, namesakes->n, sizeof wanted, compare_aliases);
	free(wanted.folded);
	return found ? found->key : NULL;
}

/* Tells of the joiner on whose row the query stands, if like a leaver; returns how many were told:
 * 0 or 1. */
static int
match(
    const struct fil_namesakes *namesakes, struct fil_query *query, const struct listener *listener)
{
	const char *key = fil_query_text(query, 0), *name = fil_query_text(query, 1);
	const char *by_name = find_alias(namesakes, name);
	const char *old = by_name ? by_name : find_alias(namesakes, fil_query_text(query, 2));
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

/* A row of the run was added by it when its key was not stored before. */
int
fil_namesakes_tell(struct fil_namesakes *namesakes, struct fil_run *run,
    struct fil_known_rows *known, void (*tell)(void *context, const char *text), void *context,
    struct fil_fault *fault)
{
	static const char sql[] = "SELECT \"user\", name, email FROM users WHERE run = $1"
				  " ORDER BY \"user\"";
	struct fil_query *query = fil_query_new(fil_run_store(run), sql);
	struct listener listener = { tell, context };
	int step, told = 0;

	if (namesakes->n > 0)
		qsort(
		    namesakes->aliases, namesakes->n, sizeof *namesakes->aliases, compare_aliases);
	fil_query_bind_number(query, 1, fil_run_number(run));
	while ((step = fil_query_step(query, fault)) == 1 && told < TOLD_MOST) {
		const char *key = fil_query_text(query, 0);
		size_t length = strlen(key);

		if (!fil_known_rows_stored(known, fil_known_rows_key(known, &key, &length)))
			told += match(namesakes, query, &listener);
	}
	fil_query_free(query);
	return step < 0 ? -1 : 0;
}

void
fil_namesakes_free(struct fil_namesakes *namesakes)
{
	if (!namesakes)
		return;
	for (size_t i = 0; i < namesakes->n; i++)
		free(namesakes->aliases[i].folded);
	free(namesakes->aliases);
	free(namesakes);
}

/* Leavers that are marked at once. */
enum { BATCH_ROWS = 512 };

/* Bits of a hash that are looked at first. */
enum { FIRST_BITS = 16 };

struct fil_sync {
	struct fil_run *run;
	const struct fil_table *users;
	struct fil_sync_options options;
	char today[FIL_DATE_SIZE];
	struct fil_term term;
	size_t name, email, feed; /* columns */
	size_t active; /* users of the feed before the run */
	size_t taken; /* users taken over from other feeds */
	char **leavers; /* keys, in their order */
	size_t n_leavers, leavers_room;
};

struct fil_sync *
fil_sync_new(struct fil_run *run, const struct fil_sync_options *options)
{
	struct fil_sync *roster = fil_alloc(1, sizeof *roster);

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
fil_sync_term(const struct fil_sync *roster)
{
	return &roster->term;
}

size_t
fil_sync_feed(const struct fil_sync *roster)
{
	return roster->feed;
}

/* Returns whether a stored user is of the feed and has not left. */
static bool
is_active(void *context, const char *const *cells)
{
	const struct fil_sync *roster = context;
	const char *feed = cells[roster->feed];

	return feed && strcmp(feed, roster->options.feed) == 0 &&
	    !fil_term_over(&roster->term, cells[roster->term.column]);
}

int
fil_sync_learn(struct fil_sync *roster, struct fil_known_rows *known, struct fil_fault *fault)
{
	int result = fil_known_rows_learn(known, is_active, roster, fault);

	roster->active = fil_known_rows_awaited(known);
	return result;
}

bool
fil_sync_lists(const struct fil_sync *roster, const char *const *values)
{
	const char *feed = values[roster->feed];

	return roster->options.take || !feed || strcmp(feed, roster->options.feed) == 0;
}

void
fil_sync_note_change(struct fil_sync *roster, const char *feed)
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
add_leaver(struct fil_sync *roster, const char *key)
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
is_missing(const struct fil_row_hashes_keys *missing, const bool *firsts, uint64_t hash)
{
	return firsts[hash >> (64 - FIRST_BITS)] &&
	    bsearch(&hash, missing->hashes, missing->n, sizeof hash, compare_hashes);
}

/* Finds the keys behind sorted hashes, by one pass over the keys that the store has. */
static int
name_leavers(struct fil_sync *roster, struct fil_known_rows *known,
    const struct fil_row_hashes_keys *missing, struct fil_fault *fault)
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

		if (is_missing(missing, firsts, fil_known_rows_key(known, &key, &length)))
			add_leaver(roster, key);
	}
	free(firsts);
	fil_query_free(query);
	free(sql);
	return step;
}

int
fil_sync_find_leavers(
    struct fil_sync *roster, struct fil_known_rows *known, struct fil_fault *fault)
{
	struct fil_row_hashes_keys missing = { 0 };
	int result = 0;

	fil_known_rows_missing(known, &missing);
	if (missing.n > 0) {
		qsort(missing.hashes, missing.n, sizeof *missing.hashes, compare_hashes);
		result = name_leavers(roster, known, &missing, fault);
		qsort(roster->leavers, roster->n_leavers, sizeof *roster->leavers, compare_keys);
	}
	free(missing.hashes);
	return result;
}

int
fil_sync_guard(
    const struct fil_sync *roster, const struct fil_counts *counts, struct fil_fault *fault)
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
fetch_leavers(struct fil_sync *roster, size_t first, struct fil_batch *rows, size_t *n,
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

/* Makes the leavers known to those who look for namesakes. */
static int
add_namesakes(struct fil_sync *roster, struct fil_namesakes *namesakes, struct fil_fault *fault)
{
	struct fil_batch *rows = fil_batch_new(roster->users->n_columns + 1);
	int result = 0;
	size_t n;

	for (size_t first = 0; result == 0 && first < roster->n_leavers; first += n) {
		result = fetch_leavers(roster, first, rows, &n, fault);
		for (size_t i = 0; i < fil_batch_rows(rows); i++)
			fil_namesakes_add(namesakes, roster->leavers[first + i],
			    fil_batch_cell(rows, i, roster->name, NULL),
			    fil_batch_cell(rows, i, roster->email, NULL));
	}
	fil_batch_free(rows);
	return result;
}

int
fil_sync_renames(struct fil_sync *roster, struct fil_known_rows *known,
    void (*tell)(void *context, const char *text), void *context, struct fil_fault *fault)
{
	struct fil_namesakes *namesakes = fil_namesakes_new();
	int result = add_namesakes(roster, namesakes, fault);

	if (result == 0)
		result = fil_namesakes_tell(namesakes, roster->run, known, tell, context, fault);
	fil_namesakes_free(namesakes);
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
mark_found(struct fil_sync *roster, const struct fil_batch *found, struct fil_changes *changes,
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
fil_sync_mark(struct fil_sync *roster, struct fil_changes *changes, struct fil_counts *counts,
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

/* Lists a probable renaming: the guard's refusal needs it. */
static void
list_renaming(void *context, const char *text)
{
	fil_refusals_remark(context, text);
}

int
fil_sync_close(struct fil_sync *roster, struct fil_known_rows *known, struct fil_refusals *refusals,
    struct fil_changes *changes, struct fil_fault *fault)
{
	struct fil_counts *counts = refusals->counts;
	struct fil_fault second;

	if (counts->rejected == 0 && fil_sync_find_leavers(roster, known, fault) < 0)
		return -1;
	if (fil_sync_guard(roster, counts, fault) == 0)
		return fil_sync_mark(roster, changes, counts, fault);
	if (fil_sync_renames(roster, known, list_renaming, refusals, &second) < 0)
		*fault = second;
	return -1;
}

void
fil_sync_free(struct fil_sync *roster)
{
	if (!roster)
		return;
	for (size_t i = 0; i < roster->n_leavers; i++)
		free(roster->leavers[i]);
	free(roster->leavers);
	free(roster);
}
