/* SPDX-License-Identifier: ISC */
#include "lib/levels/standing_update.h"

#include <stdbool.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/hash.h"
#include "lib/base/memory.h"
#include "lib/levels/standing.h"
#include "lib/levels/standing_reader.h"
#include "lib/store/batch.h"
#include "lib/store/query.h"

static const char *const standing_columns[] = { "user", "dimension", "level", "date", "source",
	"previous", "risen", "first" };
static const char *const standings_columns[] = { "user", "autonomous" };

const struct fil_relation fil_standing_table = { "standing", standing_columns, 8, 2 };
const struct fil_relation fil_standings_table = { "standings", standings_columns, 2, 1 };

enum { FACTS, ROWS, TOTALS, CURSORS };

/* Compares, user by user, the derived rows computed from the events with the derived rows stored.
 * */
struct comparison {
	const struct fil_dimensions *dimensions;
	struct fil_cursor *cursors[CURSORS];
	bool taken[CURSORS]; /* at the current user: moves on with the next step */
};

/* A user, by what was read of the user. computed and stored: one for each dimension, level -1 for no
 * row. */
struct compared {
	struct fil_bytes key;
	struct fil_facts *facts; /* NULL: this was not used yet */
	struct fil_standing *computed, *stored;
	bool computed_total, stored_total; /* a row of standings */
	fil_day computed_autonomous, stored_autonomous;
};

/* Returns a comparison of all users. With n > 0 it is of chosen users, at most n at a time, whom
 * begin_users sets. The caller closes it. */
static struct comparison
open_comparison(struct fil_store *store, const struct fil_dimensions *dimensions, size_t n)
{
	return (struct comparison){ .dimensions = dimensions,
		.cursors = { [FACTS] = fil_facts_cursor(store, n),
		    [ROWS] = fil_standing_cursor(store, n),
		    [TOTALS] = fil_autonomous_cursor(store, n) },
		.taken = { true, true, true } };
}

static void
close_comparison(struct comparison *comparison)
{
	for (int i = 0; i < CURSORS; i++)
		fil_cursor_free(comparison->cursors[i]);
}

static void
release_user(struct compared *user)
{
	fil_bytes_release(&user->key);
	fil_facts_free(user->facts);
	free(user->computed);
	free(user->stored);
}

/* Sets the users to compare, at least one. */
static void
begin_users(struct comparison *comparison, const char *const *users, size_t n)
{
	for (int i = 0; i < CURSORS; i++) {
		fil_cursor_users(comparison->cursors[i], users, n);
		comparison->taken[i] = true;
	}
}

/* A first day that is like none of the events. */
enum { UNREADABLE = INT_MAX };

/* Reads the rows of the current user from one cursor. Derived rows that are damaged differ from what
 * the events give, and are rebuilt like others that do. Returns 0 or -1. */
static int
take_cursor(struct comparison *comparison, int which, struct compared *out, struct fil_fault *fault)
{
	struct fil_cursor *cursor = comparison->cursors[which];

	switch (which) {
	case FACTS:
		return fil_facts_read(
		    out->facts, cursor, comparison->dimensions, FIL_ANY_SOURCE, fault);
	case ROWS: return fil_standing_read(cursor, comparison->dimensions, out->stored, fault);
	default:
		out->stored_total = true;
		if (fil_autonomous_read(cursor, &out->stored_autonomous, fault) < 0)
			out->stored_autonomous = UNREADABLE;
		return 0;
	}
}

/* Empties what is known of a user. */
static void
begin_user(struct compared *user, const struct fil_dimensions *dimensions, const char *key)
{
	if (!user->facts) {
		user->facts = fil_facts_new(dimensions);
		user->computed = fil_alloc(dimensions->n, sizeof *user->computed);
		user->stored = fil_alloc(dimensions->n, sizeof *user->stored);
	}
	fil_bytes_clear(&user->key);
	fil_bytes_add_text(&user->key, key);
	user->stored_total = false;
	user->stored_autonomous = FIL_NEVER;
	for (size_t d = 0; d < dimensions->n; d++)
		user->stored[d] = FIL_UNKNOWN_STANDING;
	fil_facts_clear(user->facts);
}

/* Computes the derived rows of a user who was read. */
static void
compute_user(struct compared *user)
{
	const fil_day latest = INT_MAX;

	fil_facts_stand(user->facts, &latest, 1, user->computed);
	user->computed_autonomous = fil_facts_autonomous(user->facts);
	/* A user who has not been autonomous yet has no row. This saves half the writing of a first
	 * load. */
	user->computed_total = user->computed_autonomous != FIL_NEVER;
}

/* Returns the first user that a cursor is at, or NULL when all are at their end. */
static const char *
first_user(const struct comparison *comparison)
{
	const char *first = NULL;

	for (int i = 0; i < CURSORS; i++) {
		const char *user = fil_cursor_user(comparison->cursors[i], NULL);

		if (user && (!first || strcmp(user, first) < 0))
			first = user;
	}
	return first;
}

/* Reads the next user who has events or derived rows, in the order of the keys. Derived rows of
 * earlier users may be written. Returns 1, 0 at the end, or -1 with a fault. */
static int
read_next(struct comparison *comparison, struct compared *out, struct fil_fault *fault)
{
	const char *user;

	for (int i = 0; i < CURSORS; i++)
		if (comparison->taken[i] && fil_cursor_next(comparison->cursors[i], fault) < 0)
			return -1;
	if (!(user = first_user(comparison)))
		return 0;
	begin_user(out, comparison->dimensions, user);
	for (int i = 0; i < CURSORS; i++) {
		const char *other = fil_cursor_user(comparison->cursors[i], NULL);

		comparison->taken[i] = other && strcmp(other, out->key.data) == 0;
	}
	/* All of these are at the user. */
	for (int i = 0; i < CURSORS; i++)
		if (comparison->taken[i] && take_cursor(comparison, i, out, fault) < 0)
			return -1;
	return 1;
}

/* Returns whether two standings are the same row. */
static bool
is_same_row(const struct fil_standing *a, const struct fil_standing *b)
{
	return a->level == b->level && a->previous == b->previous && a->date == b->date &&
	    a->risen == b->risen && a->first == b->first && a->source == b->source;
}

/* FEW noted users are looked up. More of them are too, unless they are at least one in SHARE of all
 * users: then one pass over all users is as fast, and leaves out the others. MOST are remembered: of
 * more, most users of any store are noted, and the pass is over all. */
enum { FEW = 4096, SHARE = 8, MOST = 131072 };

/* Rows are collected up to this number, or to that of the store's batches, before they are written. */
enum { BATCH = 1000 };

/* Users who are read before the rows of any of them are computed: meanwhile the rows of those before
 * are inserted, which nothing that reads can do at the same time. */
enum { BLOCK = 512 };

struct fil_standing_update {
	struct fil_store *store;
	struct fil_hash *noted; /* the noted users */
	struct fil_bytes users; /* their keys, each with its NUL */
	bool all; /* all users are noted */
};

/* The changes to one of the derived tables. */
struct changes {
	const struct fil_relation *relation;
	struct fil_batch *added, *changed, *removed;
	struct fil_batch *inserted; /* until the open insertion ends */
};

/* An update while it is written. */
struct upkeep {
	struct fil_store *store;
	int64_t run;
	struct fil_dimensions dimensions;
	struct comparison comparison;
	bool all; /* it is of all users */
	struct compared *block; /* BLOCK users */
	const struct fil_hash *noted; /* in a pass over all users: those to settle; NULL: all */
	bool strays; /* the pass met rows of dimensions that do not exist */
	/* All derived rows were read: the events may be read while others are inserted. */
	bool ahead;
	size_t much, much_added; /* rows that are written at once */
	struct changes rows, totals;
};

struct fil_standing_update *
fil_standing_update_new(struct fil_store *store)
{
	struct fil_standing_update *update = fil_alloc(1, sizeof *update);

	update->store = store;
	update->noted = fil_hash_new_set();
	return update;
}

/* Notes a user. Cheap, also when the user is noted already. */
static void
note_user(struct fil_standing_update *update, const char *user)
{
	size_t length = strlen(user);

	if (update->all || !fil_hash_put(update->noted, user, length))
		return;
	fil_bytes_add(&update->users, user, length + 1);
	update->all = fil_hash_count(update->noted) > MOST;
}

void
fil_standing_update_note(struct fil_standing_update *update, const char *table, const char *key)
{
	if (strcmp(table, "autonomy") == 0)
		note_user(update, key);
	else if (strcmp(table, "dimensions") == 0 || strcmp(table, "thresholds") == 0)
		update->all = true;
}

static struct changes
changes_to(const struct fil_relation *relation)
{
	return (struct changes){ relation, fil_batch_new(relation->n_columns),
		fil_batch_new(relation->n_columns), fil_batch_new(relation->n_columns),
		fil_batch_new(relation->n_columns) };
}

static void
release_changes(struct changes *changes)
{
	fil_batch_free(changes->added);
	fil_batch_free(changes->changed);
	fil_batch_free(changes->removed);
	fil_batch_free(changes->inserted);
}

/* Begins to insert the collected rows, and collects others. Returns 0 or -1. */
static int
begin_insertion(const struct upkeep *upkeep, struct changes *changes, struct fil_fault *fault)
{
	struct fil_batch *added = changes->added;

	if (fil_store_end_insertion(upkeep->store, fault) < 0)
		return -1;
	changes->added = changes->inserted;
	changes->inserted = added;
	fil_batch_clear(changes->added);
	return fil_store_begin_insertion(
	    upkeep->store, changes->relation, added, upkeep->run, NULL, fault);
}

/* Returns whether there are enough added rows to insert them. */
static bool
are_many(const struct upkeep *upkeep, const struct fil_batch *added)
{
	return fil_batch_rows(added) >= upkeep->much_added ||
	    fil_batch_bytes(added) >= FIL_NEW_BYTES;
}

/* Writes the collected rows of each kind of which there are enough, or any at the end. May leave an
 * insertion open. Returns 0 or -1. */
static int
write_changes(
    const struct upkeep *upkeep, struct changes *changes, bool end, struct fil_fault *fault)
{
	size_t much = end ? 1 : upkeep->much;

	if ((are_many(upkeep, changes->added) || (end && fil_batch_rows(changes->added) > 0)) &&
	    begin_insertion(upkeep, changes, fault) < 0)
		return -1;
	if (fil_batch_rows(changes->changed) >= much) {
		if (fil_store_end_insertion(upkeep->store, fault) < 0 ||
		    fil_store_update(
			upkeep->store, changes->relation, changes->changed, upkeep->run, fault) < 0)
			return -1;
		fil_batch_clear(changes->changed);
	}
	if (fil_batch_rows(changes->removed) >= much) {
		if (fil_store_end_insertion(upkeep->store, fault) < 0 ||
		    fil_store_delete(upkeep->store, changes->relation, changes->removed, fault) < 0)
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
	/* The three are mostly one day. */
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

/* Collects the changes to the rows of one user. */
static void
settle(struct upkeep *upkeep, const struct compared *user)
{
	char day[FIL_DATE_SIZE];
	const char *cells[] = { user->key.data, day_text(user->computed_autonomous, day) };

	for (size_t d = 0; d < upkeep->dimensions.n; d++) {
		const struct fil_standing *computed = &user->computed[d],
					  *stored = &user->stored[d];

		if (computed->level >= 0 && stored->level < 0)
			add_row(upkeep->rows.added, user->key.data, upkeep->dimensions.names[d],
			    computed);
		else if (computed->level < 0 && stored->level >= 0)
			remove_row(
			    upkeep->rows.removed, user->key.data, upkeep->dimensions.names[d]);
		else if (!is_same_row(computed, stored))
			add_row(upkeep->rows.changed, user->key.data, upkeep->dimensions.names[d],
			    computed);
	}
	if (user->computed_total && !user->stored_total)
		fil_batch_add(upkeep->totals.added, cells);
	else if (!user->computed_total && user->stored_total)
		fil_batch_add(upkeep->totals.removed, cells);
	else if (user->computed_autonomous != user->stored_autonomous)
		fil_batch_add(upkeep->totals.changed, cells);
}

/* Reads the next users to settle, and sets their number. Returns 1, 0 at the end, or -1. */
static int
read_block(struct upkeep *upkeep, size_t *n, struct fil_fault *fault)
{
	int got = 1;

	for (*n = 0; *n < BLOCK; ++*n) {
		struct compared *user = &upkeep->block[*n];

		do
			got = read_next(&upkeep->comparison, user, fault);
		while (got == 1 && upkeep->noted &&
		    !fil_hash_has(upkeep->noted, user->key.data, user->key.length));
		if (got != 1)
			break;
	}
	return got;
}

/* Has the events read ahead, if no derived rows are left to read, as in a first load. */
static void
read_ahead(struct upkeep *upkeep)
{
	const struct comparison *comparison = &upkeep->comparison;

	if (!upkeep->all || upkeep->ahead || fil_cursor_user(comparison->cursors[ROWS], NULL) ||
	    fil_cursor_user(comparison->cursors[TOTALS], NULL))
		return;
	upkeep->ahead = fil_facts_read_ahead(comparison->cursors[FACTS]);
}

/* Settles the users of the comparison. Returns 0 or -1. */
static int
settle_users(struct upkeep *upkeep, struct fil_fault *fault)
{
	int got = 1;
	size_t n;

	while (got == 1) {
		got = read_block(upkeep, &n, fault);
		if (got < 0 || write_changes(upkeep, &upkeep->rows, false, fault) < 0 ||
		    write_changes(upkeep, &upkeep->totals, false, fault) < 0)
			return -1;
		for (size_t i = 0; i < n; i++) {
			compute_user(&upkeep->block[i]);
			settle(upkeep, &upkeep->block[i]);
		}
		if (!upkeep->ahead && fil_store_end_insertion(upkeep->store, fault) < 0)
			return -1;
		if (got == 1)
			read_ahead(upkeep);
	}
	return got;
}

/* Settles the noted users, whom it looks up in portions of `most`. Returns 0 or -1. */
static int
settle_noted(
    struct upkeep *upkeep, const struct fil_bytes *users, size_t most, struct fil_fault *fault)
{
	const char **portion = fil_alloc(most, sizeof *portion);
	const char *user = users->data, *end = user + users->length;
	int failed = 0;

	while (!failed && user < end) {
		size_t n = 0;

		for (; n < most && user < end; user += strlen(user) + 1)
			portion[n++] = user;
		begin_users(&upkeep->comparison, portion, n);
		failed = settle_users(upkeep, fault);
	}
	free(portion);
	return failed;
}

/* Returns how many of the noted users to look up at a time, 0 for a pass over all users, or -1 with a
 * fault. */
static long long
choose_portion(const struct fil_standing_update *update, struct fil_fault *fault)
{
	size_t n = fil_hash_count(update->noted), most = fil_store_batch_rows(update->store) / 2;
	long long users;

	if (update->all)
		return 0;
	if (n > FEW) {
		users = fil_query_count(
		    update->store, &(const struct fil_relation){ .name = "users" }, 0, fault);
		if (users < 0)
			return -1;
		if (n >= (size_t)users / SHARE)
			return 0;
	}
	return (long long)(n < most ? n : most);
}

/* Empties the update. */
static void
forget_noted(struct fil_standing_update *update)
{
	fil_hash_free(update->noted);
	update->noted = NULL;
	fil_bytes_release(&update->users);
	update->all = false;
}

static void
note_stray(void *context, struct fil_query *query)
{
	struct upkeep *upkeep = context;

	if (fil_dimensions_find(&upkeep->dimensions, fil_query_required(query, 1), 0) ==
	    FIL_NOWHERE)
		upkeep->strays = true;
}

/* Removes the rows of dimensions that do not exist. Returns 0 or -1. */
static int
remove_strays(struct fil_store *store, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(store,
	    "DELETE FROM standing WHERE NOT EXISTS"
	    " (SELECT 1 FROM dimensions AS d WHERE d.dimension = standing.dimension)");
	int step = fil_query_step(query, fault);

	fil_query_free(query);
	return step;
}

/* Begins to look up `portion` users at a time, or with 0 to read all. */
static void
begin_upkeep(struct upkeep *upkeep, const struct fil_standing_update *update, size_t portion)
{
	size_t batch = fil_store_batch_rows(update->store), new = fil_store_new_rows(update->store);

	upkeep->comparison = open_comparison(update->store, &upkeep->dimensions, portion);
	upkeep->all = portion == 0;
	if (update->all)
		fil_cursor_watch(upkeep->comparison.cursors[ROWS], note_stray, upkeep);
	upkeep->block = fil_alloc(BLOCK, sizeof *upkeep->block);
	upkeep->noted = update->all ? NULL : update->noted;
	upkeep->much = batch > BATCH ? batch : BATCH;
	upkeep->much_added = new > BATCH ? new : BATCH;
	upkeep->rows = changes_to(&fil_standing_table);
	upkeep->totals = changes_to(&fil_standings_table);
}

/* Writes the rows that are left. Returns 0 or -1. */
static int
write_rest(struct upkeep *upkeep, struct fil_fault *fault)
{
	if (write_changes(upkeep, &upkeep->rows, true, fault) < 0 ||
	    write_changes(upkeep, &upkeep->totals, true, fault) < 0 ||
	    fil_store_end_insertion(upkeep->store, fault) < 0)
		return -1;
	return upkeep->strays ? remove_strays(upkeep->store, fault) : 0;
}

static void
end_upkeep(struct upkeep *upkeep)
{
	struct fil_fault ignored;

	/* After a fault one may be open. */
	fil_store_end_insertion(upkeep->store, &ignored);
	release_changes(&upkeep->rows);
	release_changes(&upkeep->totals);
	for (size_t i = 0; i < BLOCK; i++)
		release_user(&upkeep->block[i]);
	free(upkeep->block);
	close_comparison(&upkeep->comparison);
	fil_dimensions_release(&upkeep->dimensions);
}

int
fil_standing_update_write(struct fil_standing_update *update, int64_t run, struct fil_fault *fault)
{
	struct upkeep upkeep = { .store = update->store, .run = run };
	long long portion;
	int got;

	if (fil_hash_count(update->noted) == 0 && !update->all)
		return 0;
	portion = choose_portion(update, fault);
	if (portion < 0 ||
	    fil_dimensions_read(update->store, INT_MAX, &upkeep.dimensions, fault) < 0)
		return -1;
	begin_upkeep(&upkeep, update, (size_t)portion);
	got = portion == 0 ? settle_users(&upkeep, fault)
			   : settle_noted(&upkeep, &update->users, (size_t)portion, fault);
	if (got == 0)
		got = write_rest(&upkeep, fault);
	end_upkeep(&upkeep);
	if (got == 0) {
		forget_noted(update);
		update->noted = fil_hash_new_set();
	}
	return got;
}

void
fil_standing_update_free(struct fil_standing_update *update)
{
	if (!update)
		return;
	forget_noted(update);
	free(update);
}

/* Hands over the derived rows of a user that differ. Returns their number. */
static long long
take_differences(const struct compared *user, const struct fil_dimensions *dimensions,
    const struct fil_standing_verification *verification)
{
	long long n = 0;

	for (size_t d = 0; d < dimensions->n; d++) {
		if (is_same_row(&user->computed[d], &user->stored[d]))
			continue;
		n++;
		if (verification->take)
			verification->take(
			    verification->context, user->key.data, dimensions->names[d]);
	}
	if (user->computed_total == user->stored_total &&
	    user->computed_autonomous == user->stored_autonomous)
		return n;
	if (verification->take)
		verification->take(verification->context, user->key.data, NULL);
	return n + 1;
}

/* The derived rows of a verification, as they are read. */
struct verifying {
	const struct fil_standing_verification *verification;
	const struct fil_dimensions *dimensions;
	long long strays; /* rows of dimensions that do not exist: no event gives them */
};

static void
take_row(void *context, struct fil_query *query)
{
	struct verifying *verifying = context;
	const struct fil_standing_verification *verification = verifying->verification;
	const char *dimension = fil_query_required(query, 1);

	if (verification->derived)
		verification->derived(verification->context, &fil_standing_table, query);
	if (fil_dimensions_find(verifying->dimensions, dimension, 0) != FIL_NOWHERE)
		return;
	verifying->strays++;
	if (verification->take)
		verification->take(verification->context, fil_query_required(query, 0), dimension);
}

static void
take_total(void *context, struct fil_query *query)
{
	const struct fil_standing_verification *verification =
	    ((const struct verifying *)context)->verification;

	verification->derived(verification->context, &fil_standings_table, query);
}

/* Has the rows taken as they are read. */
static void
watch(struct comparison *comparison, struct fil_store *store, struct verifying *verifying)
{
	static const size_t n_texts[CURSORS] = { [FACTS] = 6, [ROWS] = 8, [TOTALS] = 2 };
	const struct fil_standing_verification *verification = verifying->verification;

	if (verification->event) {
		fil_cursor_free(comparison->cursors[FACTS]);
		comparison->cursors[FACTS] = fil_events_cursor(store);
		fil_cursor_watch(
		    comparison->cursors[FACTS], verification->event, verification->context);
	}
	fil_cursor_watch(comparison->cursors[ROWS], take_row, verifying);
	if (verification->derived)
		fil_cursor_watch(comparison->cursors[TOTALS], take_total, verifying);
	for (int i = 0; verification->ahead && i < CURSORS; i++)
		fil_query_read_ahead_all(fil_cursor_query(comparison->cursors[i]), n_texts[i]);
}

/* Reads the events that are left, for who takes them all. */
static void
read_rest(struct comparison *comparison)
{
	struct fil_fault ignored;

	while (fil_cursor_next(comparison->cursors[FACTS], &ignored) == 1)
		continue;
}

long long
fil_standing_verify(struct fil_store *store, const struct fil_standing_verification *verification,
    struct fil_fault *fault)
{
	struct fil_dimensions dimensions;
	struct verifying verifying = { verification, &dimensions, 0 };
	struct comparison comparison;
	struct compared user = { 0 };
	long long n = 0;
	int got;

	if (fil_dimensions_read(store, INT_MAX, &dimensions, fault) < 0)
		return -1;
	comparison = open_comparison(store, &dimensions, 0);
	watch(&comparison, store, &verifying);
	while ((got = read_next(&comparison, &user, fault)) == 1) {
		compute_user(&user);
		n += take_differences(&user, &dimensions, verification);
	}
	if (got < 0 && verification->event)
		read_rest(&comparison);
	release_user(&user);
	close_comparison(&comparison);
	fil_dimensions_release(&dimensions);
	return got < 0 ? -1 : n + verifying.strays;
}
