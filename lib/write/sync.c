/* SPDX-License-Identifier: ISC */
#include "lib/write/sync.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/write/sorted_rows.h"

/* Leavers that are marked at once. */
enum { BATCH_ROWS = 512 };

/* Probable renames that are remarked: more would not help. */
enum { RENAMES_MOST = 20 };

struct fil_sync {
	struct fil_run *run;
	struct fil_known_rows *known;
	struct fil_people *people;
	const struct fil_table *users;
	const struct fil_sync_options *options;
	char today[FIL_DATE_SIZE];
	struct fil_term term;
	size_t name, email, unit, feed; /* columns */
	size_t active; /* users of the feed before the run, of those read so far */
	size_t taken; /* users taken over from other feeds */
	char **leavers; /* keys, in their order */
	size_t n_leavers, leavers_room;
	struct fil_sorted_rows *joiners; /* or NULL: no user was added */
	struct fil_fault lost; /* why a joiner is lost; FIL_OK: none is */
};

/* The cells of a joiner. */
enum { KEY, NAME, EMAIL, UNIT, JOINER_CELLS };

struct fil_sync *
fil_sync_new(struct fil_run *run, const struct fil_sync_options *options)
{
	struct fil_sync *sync = fil_alloc(1, sizeof *sync);

	sync->run = run;
	sync->options = options;
	sync->users = fil_catalog_table("users");
	fil_date_write(options->today, sync->today);
	sync->name = fil_table_column(sync->users, "name");
	sync->email = fil_table_column(sync->users, "email");
	sync->unit = fil_table_column(sync->users, "unit");
	sync->term.column = fil_table_column(sync->users, "left");
	sync->term.today = sync->today;
	sync->feed = fil_table_column(sync->users, "feed");
	return sync;
}

const struct fil_term *
fil_sync_term(const struct fil_sync *sync)
{
	return &sync->term;
}

/* Learns a stored user. Returns whether the user is of the feed and has not left. */
static bool
learn_user(void *context, const char *const *cells)
{
	struct fil_sync *sync = context;
	const char *feed = cells[sync->feed];
	bool active = feed && strcmp(feed, sync->options->feed) == 0 &&
	    !fil_term_over(&sync->term, cells[sync->term.column]);

	if (sync->people)
		fil_people_learn(sync->people, cells);
	sync->active += active;
	return active;
}

int
fil_sync_learn(struct fil_sync *sync, struct fil_known_rows *known, struct fil_people *people,
    struct fil_fault *fault)
{
	sync->known = known;
	sync->people = people;
	return fil_known_rows_await(known, learn_user, sync, fault);
}

bool
fil_sync_lists(const struct fil_sync *sync, const char *const *values)
{
	const char *feed = values[sync->feed];

	return sync->options->take || !feed || strcmp(feed, sync->options->feed) == 0;
}

void
fil_sync_note_change(struct fil_sync *sync, const char *const *before)
{
	const char *feed = before[sync->feed];

	sync->taken += !feed || strcmp(feed, sync->options->feed) != 0;
}

void
fil_sync_note_joiner(struct fil_sync *sync, const char *const *cells)
{
	const char *const joiner[JOINER_CELLS] = { [KEY] = cells[0],
		[NAME] = cells[sync->name],
		[EMAIL] = cells[sync->email],
		[UNIT] = cells[sync->unit] };
	size_t lengths[JOINER_CELLS];

	/* A joiner is like a leaver, of whom there is none in an empty table. */
	if (fil_known_rows_empty(sync->known) || sync->lost.status != FIL_OK)
		return;
	if (!sync->joiners)
		sync->joiners = fil_sorted_rows_new(
		    JOINER_CELLS, fil_store_folder(fil_run_store(sync->run)), &sync->lost);
	for (size_t c = 0; c < JOINER_CELLS; c++)
		lengths[c] = joiner[c] ? strlen(joiner[c]) : 0;
	if (sync->joiners)
		fil_sorted_rows_add(sync->joiners, joiner, lengths, &sync->lost);
}

static int
compare_keys(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
add_leaver(void *context, const char *key)
{
	struct fil_sync *sync = context;

	sync->leavers =
	    fil_grow(sync->leavers, sync->n_leavers, &sync->leavers_room, sizeof *sync->leavers);
	sync->leavers[sync->n_leavers++] = fil_copy(key);
}

int
fil_sync_settle(struct fil_sync *sync, struct fil_fault *fault)
{
	if (fil_known_rows_missing(sync->known, add_leaver, sync, fault) < 0)
		return -1;
	if (sync->n_leavers > 0)
		qsort(sync->leavers, sync->n_leavers, sizeof *sync->leavers, compare_keys);
	return 0;
}

/* The churn guard. Returns 0 when the change is within the limit, else -1 with a fault that has the
 * figures. */
static int
guard_churn(const struct fil_sync *sync, const struct fil_counts *counts, struct fil_fault *fault)
{
	size_t joiners = counts->added + sync->taken;
	size_t leavers = counts->left + sync->n_leavers;

	if (sync->options->force || sync->active < FIL_SYNC_SMALL ||
	    (joiners + counts->returned + leavers) * 100 <= sync->active * sync->options->max_churn)
		return 0;
	return fil_fault_set(fault, FIL_REFUSED,
	    "refused: %zu would join, %zu return and %zu leave, of %zu active users of the feed "
	    "'%s' (limit %u %%): nothing was written; --force or --max-churn PCT",
	    joiners, counts->returned, leavers, sync->active, sync->options->feed,
	    sync->options->max_churn);
}

/* Adds the rows found in the order of their keys; an engine returns them in its own. A user who was
 * read before, and is not found by the key, is damage. Returns 0 or -1. */
static int
put_in_order(const struct fil_batch *keys, const struct fil_batch *found, const size_t *places,
    struct fil_batch *rows, struct fil_fault *fault)
{
	size_t width = fil_batch_columns(found), n = fil_batch_rows(keys), i;
	const char **cells = fil_alloc(width, sizeof *cells);

	for (i = 0; i < n && places[i] != FIL_NOWHERE; i++) {
		fil_batch_row(found, places[i], cells, NULL);
		fil_batch_add(rows, cells);
	}
	free(cells);
	return i == n ? 0 : fil_store_damaged(fault, "users", fil_batch_cell(keys, i, 0, NULL));
}

/* Fetches the rows of leavers from number `first` on; returns how many. */
static int
fetch_leavers(
    struct fil_sync *sync, size_t first, struct fil_batch *rows, size_t *n, struct fil_fault *fault)
{
	struct fil_batch *keys = fil_batch_new(1);
	struct fil_batch *found = fil_batch_new(sync->users->n_columns + 1);
	size_t places[BATCH_ROWS];
	int result;

	*n = sync->n_leavers - first < BATCH_ROWS ? sync->n_leavers - first : BATCH_ROWS;
	for (size_t i = 0; i < *n; i++) {
		const char *key = sync->leavers[first + i];

		fil_batch_add(keys, &key);
	}
	result = fil_store_fetch(
	    fil_run_store(sync->run), &sync->users->relation, keys, found, places, fault);
	fil_batch_clear(rows);
	if (result == 0)
		result = put_in_order(keys, found, places, rows, fault);
	fil_batch_free(keys);
	fil_batch_free(found);
	return result;
}

/* Marks the leavers found. */
static int
mark_found(struct fil_sync *sync, const struct fil_batch *found, struct fil_changes *changes,
    struct fil_fault *fault)
{
	const struct fil_relation *relation = &sync->users->relation;
	const char **cells = fil_alloc(fil_batch_columns(found), sizeof *cells);
	struct fil_batch *rows = fil_batch_new(sync->users->n_columns);
	int result = fil_run_keep(sync->run, relation, found, NULL, FIL_LEFT, fault);

	for (size_t i = 0; i < fil_batch_rows(found); i++) {
		fil_batch_row(found, i, cells, NULL);
		cells[sync->term.column] = sync->today;
		fil_batch_add(rows, cells);
		fil_changes_row(changes, FIL_LEFT, cells);
	}
	if (result == 0)
		result = fil_store_update(
		    fil_run_store(sync->run), relation, rows, fil_run_number(sync->run), fault);
	fil_batch_free(rows);
	free(cells);
	return result;
}

/* Marks the leavers as left today, and counts them. */
static int
mark_leavers(struct fil_sync *sync, struct fil_changes *changes, struct fil_counts *counts,
    struct fil_fault *fault)
{
	struct fil_batch *found = fil_batch_new(sync->users->n_columns + 1);
	int result = 0;
	size_t n;

	for (size_t first = 0; result == 0 && first < sync->n_leavers; first += n) {
		result = fetch_leavers(sync, first, found, &n, fault);
		if (result == 0)
			result = mark_found(sync, found, changes, fault);
		counts->left += n;
	}
	fil_batch_free(found);
	return result;
}

/* A leaver under an e-mail, a name, or a name and unit. */
struct alias {
	char *folded;
	const char *key;
};

/* Leavers whom a joiner may be. */
struct aliases {
	struct alias *list;
	size_t n, room;
	/* The list is accepted: a name counts with its unit only. NULL: it is refused, and any name
	 * counts. */
	const struct fil_people *people;
};

static void
add_alias(struct aliases *aliases, char *folded, const char *key)
{
	if (!folded)
		return;
	aliases->list = fil_grow(aliases->list, aliases->n, &aliases->room, sizeof *aliases->list);
	aliases->list[aliases->n++] = (struct alias){ folded, key };
}

/* Returns the folded form of an e-mail, or NULL; the caller frees it. */
static char *
fold_email(const char *email)
{
	return email ? fil_text_fold(email) : NULL;
}

/* Returns the folded form of a name, with the unit if it counts; NULL without a unit then. The caller
 * frees it. */
static char *
fold_name(const struct aliases *aliases, const char *name, const char *unit)
{
	char *folded, *whole;

	if (!name || (aliases->people && !unit))
		return NULL;
	folded = fil_text_fold(name);
	if (!aliases->people)
		return folded;
	whole = fil_format("%s\n%s", folded, unit);
	free(folded);
	return whole;
}

static int
compare_aliases(const void *a, const void *b)
{
	return strcmp(((const struct alias *)a)->folded, ((const struct alias *)b)->folded);
}

/* Adds the leavers whom a joiner may be, in their order. */
static int
add_aliases(struct fil_sync *sync, struct aliases *aliases, struct fil_fault *fault)
{
	struct fil_batch *rows = fil_batch_new(sync->users->n_columns + 1);
	int result = 0;
	size_t n;

	for (size_t first = 0; result == 0 && first < sync->n_leavers; first += n) {
		result = fetch_leavers(sync, first, rows, &n, fault);
		for (size_t i = 0; i < fil_batch_rows(rows); i++) {
			const char *key = sync->leavers[first + i];
			const char *name = fil_batch_cell(rows, i, sync->name, NULL);
			const char *unit = fil_batch_cell(rows, i, sync->unit, NULL);
			const char *email = fil_batch_cell(rows, i, sync->email, NULL);

			if (aliases->people &&
			    !fil_people_resemble(aliases->people, name, unit, email))
				continue;
			add_alias(aliases, fold_name(aliases, name, unit), key);
			add_alias(aliases, fold_email(email), key);
		}
	}
	fil_batch_free(rows);
	if (aliases->n > 0)
		qsort(aliases->list, aliases->n, sizeof *aliases->list, compare_aliases);
	return result;
}

/* Returns the key of the leaver with that alias, or NULL; frees the text. */
static const char *
find_alias(const struct aliases *aliases, char *folded)
{
	const struct alias wanted = { .folded = folded }, *found = NULL;

	if (folded && aliases->n > 0)
		found = bsearch(&wanted, aliases->list, aliases->n, sizeof wanted, compare_aliases);
	free(folded);
	return found ? found->key : NULL;
}

/* Remarks a joiner, if like a leaver: beside the refusal, or as a doubt. Returns the number of
 * remarks: 0 or 1. */
static int
remark_rename(const struct fil_sync *sync, const struct aliases *aliases, const char *const *joiner,
    const struct fil_refusals *refusals)
{
	const char *key = joiner[KEY], *name = joiner[NAME], *email = joiner[EMAIL];
	const char *by_email = NULL,
		   *old = find_alias(aliases, fold_name(aliases, name, joiner[UNIT]));
	char *text, *way_out;

	if (!old || aliases->people)
		by_email = find_alias(aliases, fold_email(email));
	old = by_email ? by_email : old;
	if (!old)
		return 0;
	text = fil_format(by_email ? _("'%s' may be '%s' under a new key: the same e-mail (%s)")
		: aliases->people
		? _("'%s' may be '%s' under a new key: the same name and unit (%s)")
		: _("'%s' may be '%s' under a new key: the same name (%s)"),
	    key, old, name);
	way_out = fil_format(_("--rename %s=%s would keep the history"), old, key);
	if (aliases->people) {
		fil_doubts_tell_alone(
		    sync->options->doubts, FIL_DOUBT_TWIN, 0, "user", text, way_out, 1);
	} else {
		char *whole = fil_format("%s; %s", text, way_out);

		refusals->remark(refusals->context, whole);
		free(whole);
	}
	free(text);
	free(way_out);
	return 1;
}

/* Remarks the joiners who are like a leaver, in the order of their keys. */
static int
remark_joiners(struct fil_sync *sync, const struct aliases *aliases,
    const struct fil_refusals *refusals, struct fil_fault *fault)
{
	const char *joiner[JOINER_CELLS];
	size_t lengths[JOINER_CELLS];
	int read = 0, remarks = 0;

	if (sync->lost.status != FIL_OK) {
		*fault = sync->lost;
		return -1;
	}
	while (sync->joiners && remarks < RENAMES_MOST &&
	    (read = fil_sorted_rows_next(sync->joiners, joiner, lengths, fault)) == 1)
		remarks += remark_rename(sync, aliases, joiner, refusals);
	return read < 0 ? -1 : 0;
}

/* Remarks users who may only have a new key. With `people` the list is accepted, and they are
 * doubts. */
static int
remark_renames(struct fil_sync *sync, const struct fil_people *people,
    const struct fil_refusals *refusals, struct fil_fault *fault)
{
	struct aliases aliases = { .people = people };
	int result = add_aliases(sync, &aliases, fault);

	if (result == 0 && aliases.n > 0)
		result = remark_joiners(sync, &aliases, refusals, fault);
	for (size_t i = 0; i < aliases.n; i++)
		free(aliases.list[i].folded);
	free(aliases.list);
	return result;
}

/* Forgets those who did not come. */
static void
drop_leavers(struct fil_sync *sync)
{
	for (size_t i = 0; i < sync->n_leavers; i++)
		free(sync->leavers[i]);
	sync->n_leavers = 0;
}

int
fil_sync_close(struct fil_sync *sync, struct fil_changes *changes, struct fil_counts *counts,
    const struct fil_refusals *refusals, struct fil_fault *fault)
{
	struct fil_fault second;

	if (counts->rejected > 0)
		drop_leavers(sync);
	if (guard_churn(sync, counts, fault) == 0) {
		if (sync->people && sync->n_leavers > 0 && counts->added > 0 &&
		    !fil_doubts_allow(sync->options->doubts, FIL_DOUBT_TWIN) &&
		    remark_renames(sync, sync->people, refusals, fault) < 0)
			return -1;
		return mark_leavers(sync, changes, counts, fault);
	}
	if (remark_renames(sync, NULL, refusals, &second) < 0)
		*fault = second;
	return -1;
}

void
fil_sync_free(struct fil_sync *sync)
{
	if (!sync)
		return;
	drop_leavers(sync);
	free(sync->leavers);
	fil_sorted_rows_free(sync->joiners);
	free(sync);
}
