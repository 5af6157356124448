/* SPDX-License-Identifier: ISC */
#include "lib/write/removal.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/bytes.h"
#include "lib/base/hash.h"
#include "lib/base/memory.h"

/* Keys of which one statement finds out whether they are named. */
enum { ASKED = 128 };

/* A column that refers to the table. */
struct referrer {
	const struct fil_table *table;
	char *sql;
	struct fil_query *query;
};

struct fil_referrers {
	struct referrer *list;
	size_t n;
};

/* Who is told what. */
struct listener {
	const struct fil_batch *rows;
	void (*tell)(void *context, size_t row, const struct fil_table *by);
	void *context;
};

static void
add(struct fil_referrers *referrers, struct fil_store *store, const struct fil_table *table,
    size_t column)
{
	struct referrer *referrer;

	referrers->list = fil_resize(referrers->list, referrers->n + 1, sizeof *referrers->list);
	referrer = &referrers->list[referrers->n++];
	referrer->table = table;
	referrer->sql = fil_relation_named(&table->relation, column, ASKED);
	referrer->query = fil_query_new(store, referrer->sql);
}

struct fil_referrers *
fil_referrers_new(struct fil_store *store, const struct fil_table *table)
{
	struct fil_referrers *referrers = fil_alloc(1, sizeof *referrers);
	size_t n;
	const struct fil_table *const *tables = fil_catalog_tables(&n);

	for (size_t t = 0; t < n; t++)
		for (size_t c = 0; tables[t] != table && c < tables[t]->n_columns; c++) {
			const char *references = tables[t]->columns[c].references;

			if (references && strcmp(references, table->name) == 0)
				add(referrers, store, tables[t], c);
		}
	return referrers;
}

/* Tells of the rows, from number `first` on, that have a key. */
static void
tell_rows(
    const struct listener *listener, size_t first, const char *key, const struct fil_table *by)
{
	size_t n = fil_batch_rows(listener->rows);

	for (size_t i = first; i < n && i < first + ASKED; i++)
		if (strcmp(fil_batch_cell(listener->rows, i, 0, NULL), key) == 0)
			listener->tell(listener->context, i, by);
}

/* Asks for the keys of the rows from number `first` on. */
static int
ask(const struct referrer *referrer, const struct listener *listener, size_t first,
    struct fil_fault *fault)
{
	size_t n = fil_batch_rows(listener->rows);
	int step;

	for (size_t k = 0; k < ASKED; k++)
		fil_query_bind(referrer->query, (int)k + 1,
		    first + k < n ? fil_batch_cell(listener->rows, first + k, 0, NULL) : NULL);
	while ((step = fil_query_step(referrer->query, fault)) == 1)
		tell_rows(listener, first, fil_query_text(referrer->query, 0), referrer->table);
	return step;
}

int
fil_referrers_find(struct fil_referrers *referrers, const struct fil_batch *rows,
    void (*tell)(void *context, size_t row, const struct fil_table *by), void *context,
    struct fil_fault *fault)
{
	struct listener listener = { rows, tell, context };

	for (size_t r = 0; r < referrers->n; r++)
		for (size_t first = 0; first < fil_batch_rows(rows); first += ASKED)
			if (ask(&referrers->list[r], &listener, first, fault) < 0)
				return -1;
	return 0;
}

void
fil_referrers_free(struct fil_referrers *referrers)
{
	if (!referrers)
		return;
	for (size_t r = 0; r < referrers->n; r++) {
		fil_query_free(referrers->list[r].query);
		free(referrers->list[r].sql);
	}
	free(referrers->list);
	free(referrers);
}

/* A key, and a row that names it. */
struct naming {
	char *key, *by;
};

struct fil_removal {
	struct fil_run *run;
	const struct fil_table *table;
	struct fil_changes *changes;
	struct fil_standing_update *keeper;
	struct fil_referrers *referrers; /* of other tables */
	size_t own; /* the column in which the table refers to itself, or FIL_NOWHERE */
	struct fil_hash *coming, *gone; /* gone: whole keys, their cells joined */
	struct fil_bytes key;
	struct naming *staying; /* in the order of their keys: what rows that stay name */
	size_t n_staying, room;
	struct fil_batch *found, *going;
	size_t *places; /* of each row of the last batch in found */
	struct fil_fault *holds; /* of each row found; status FIL_OK when there is none */
	size_t batch_room;
	size_t removed, absent, held;
};

/* Returns the column in which a table refers to itself, or FIL_NOWHERE. */
static size_t
own_reference(const struct fil_table *table)
{
	for (size_t c = 0; c < table->n_columns; c++) {
		const char *references = table->columns[c].references;

		if (references && strcmp(references, table->name) == 0)
			return c;
	}
	return FIL_NOWHERE;
}

struct fil_removal *
fil_removal_new(struct fil_run *run, const struct fil_table *table, struct fil_changes *changes,
    struct fil_standing_update *keeper)
{
	struct fil_removal *removal = fil_alloc(1, sizeof *removal);

	removal->run = run;
	removal->table = table;
	removal->changes = changes;
	removal->keeper = keeper;
	removal->own = own_reference(table);
	removal->coming = fil_hash_new_set();
	removal->gone = fil_hash_new_set();
	removal->found = fil_batch_new(table->n_columns + 1);
	removal->going = fil_batch_new(table->n_columns + 1);
	removal->referrers = fil_referrers_new(fil_run_store(run), table);
	return removal;
}

void
fil_removal_coming(struct fil_removal *removal, const char *key, size_t n)
{
	fil_hash_put(removal->coming, key, n);
}

static int
compare_namings(const void *a, const void *b)
{
	return strcmp(((const struct naming *)a)->key, ((const struct naming *)b)->key);
}

static void
add_staying(struct fil_removal *removal, const char *key, const char *by)
{
	if (removal->n_staying == removal->room) {
		removal->room += removal->room / 2 + 16;
		removal->staying =
		    fil_resize(removal->staying, removal->room, sizeof *removal->staying);
	}
	removal->staying[removal->n_staying++] = (struct naming){ fil_copy(key), fil_copy(by) };
}

/* Asks which rows of the table, not in the set `without`, name one of `keys`, and adds them. */
static int
find_staying(struct fil_removal *removal, const struct fil_hash *keys,
    const struct fil_hash *without, struct fil_fault *fault)
{
	char *sql = fil_relation_names(&removal->table->relation, removal->own);
	struct fil_query *query = fil_query_new(fil_run_store(removal->run), sql);
	int step;

	while ((step = fil_query_step(query, fault)) == 1) {
		const char *by = fil_query_text(query, 0), *key = fil_query_text(query, 1);

		if (fil_hash_has(keys, key, fil_query_length(query, 1)) &&
		    !fil_hash_has(without, by, fil_query_length(query, 0)))
			add_staying(removal, key, by);
	}
	fil_query_free(query);
	free(sql);
	if (removal->n_staying > 0)
		qsort(removal->staying, removal->n_staying, sizeof *removal->staying,
		    compare_namings);
	return step;
}

int
fil_removal_begin(struct fil_removal *removal, struct fil_fault *fault)
{
	if (removal->own == FIL_NOWHERE)
		return 0;
	return find_staying(removal, removal->coming, removal->coming, fault);
}

static const char *
key_of(const struct fil_removal *removal, size_t found)
{
	return fil_batch_cell(removal->found, found, 0, NULL);
}

static void
hold(struct fil_removal *removal, size_t found, const char *what)
{
	struct fil_fault *fault = &removal->holds[found];

	if (fault->status == FIL_OK)
		fil_fault_data(fault, "reference-error", "%s: '%s' cannot be removed: %s",
		    removal->table->columns[0].name, key_of(removal, found), what);
}

/* Holds back the rows that rows of the table itself name which stay. */
static void
hold_own(struct fil_removal *removal)
{
	for (size_t i = 0; removal->n_staying > 0 && i < fil_batch_rows(removal->found); i++) {
		struct naming wanted = { (char *)(uintptr_t)key_of(removal, i), NULL };
		const struct naming *naming = bsearch(
		    &wanted, removal->staying, removal->n_staying, sizeof wanted, compare_namings);
		char *what;

		if (!naming)
			continue;
		what = fil_format(
		    "still the %s of '%s'", removal->table->columns[removal->own].name, naming->by);
		hold(removal, i, what);
		free(what);
	}
}

/* Holds back a row that another table names. */
static void
hold_named(void *context, size_t found, const struct fil_table *by)
{
	char *what = fil_format("rows of %s still name it", by->name);

	hold(context, found, what);
	free(what);
}

/* A row that goes, for the answer. */
struct going_row {
	const struct fil_batch *rows;
	size_t i;
};

static const char *
going_cell(const void *context, size_t c)
{
	const struct going_row *row = context;

	return fil_batch_cell(row->rows, row->i, c, NULL);
}

/* Takes row `found` among those that go, and tells of it. */
static void
take(struct fil_removal *removal, size_t found)
{
	size_t n = removal->table->n_columns + 1;
	const char **cells = fil_alloc(n, sizeof *cells);
	struct going_row row = { removal->found, found };

	for (size_t c = 0; c < n; c++)
		cells[c] = fil_batch_cell(removal->found, found, c, NULL);
	fil_batch_add(removal->going, cells);
	fil_standing_update_note(removal->keeper, removal->table->name, cells[0]);
	fil_changes_row(removal->changes, FIL_REMOVED, going_cell, &row);
	free(cells);
	removal->removed++;
}

/* Notes the key of row `found` as gone; returns whether it was not yet. */
static bool
note_gone(struct fil_removal *removal, size_t found)
{
	fil_bytes_clear(&removal->key);
	for (size_t c = 0; c < removal->table->n_keys; c++) {
		if (c > 0)
			fil_bytes_add(&removal->key, "\x1f", 1);
		fil_bytes_add_text(&removal->key, fil_batch_cell(removal->found, found, c, NULL));
	}
	return fil_hash_put(removal->gone, removal->key.data, removal->key.length);
}

/* Judges the rows of the batch. A row whose key stands twice goes once, and is not there then. */
static void
judge(struct fil_removal *removal, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t found = removal->places[i];

		if (found != FIL_NOWHERE && removal->holds[found].status != FIL_OK)
			removal->held++;
		else if (found != FIL_NOWHERE && note_gone(removal, found))
			take(removal, found);
		else
			removal->absent++;
	}
}

static void
make_room(struct fil_removal *removal, size_t n)
{
	if (n > removal->batch_room) {
		removal->places = fil_resize(removal->places, n, sizeof *removal->places);
		removal->holds = fil_resize(removal->holds, n, sizeof *removal->holds);
		removal->batch_room = n;
	}
	for (size_t i = 0; i < n; i++)
		removal->holds[i].status = FIL_OK;
	fil_batch_clear(removal->found);
	fil_batch_clear(removal->going);
}

int
fil_removal_rows(struct fil_removal *removal, const struct fil_batch *keys, struct fil_fault *fault)
{
	const struct fil_relation *relation = &removal->table->relation;
	struct fil_store *store = fil_run_store(removal->run);

	make_room(removal, fil_batch_rows(keys));
	if (fil_store_fetch(store, relation, keys, removal->found, removal->places, fault) < 0 ||
	    fil_referrers_find(removal->referrers, removal->found, hold_named, removal, fault) < 0)
		return -1;
	hold_own(removal);
	judge(removal, fil_batch_rows(keys));
	if (fil_run_keep(removal->run, relation, removal->going, FIL_REMOVED, fault) < 0)
		return -1;
	return fil_store_delete(store, relation, removal->going, fault);
}

const struct fil_fault *
fil_removal_hold(const struct fil_removal *removal, size_t i)
{
	size_t found = removal->places[i];

	return found == FIL_NOWHERE || removal->holds[found].status == FIL_OK
	    ? NULL
	    : &removal->holds[found];
}

size_t
fil_removal_removed(const struct fil_removal *removal)
{
	return removal->removed;
}

size_t
fil_removal_absent(const struct fil_removal *removal)
{
	return removal->absent;
}

int
fil_removal_finish(struct fil_removal *removal, struct fil_fault *fault)
{
	size_t before = removal->n_staying;
	const struct naming *naming;

	if (removal->own == FIL_NOWHERE || removal->held == 0)
		return 0;
	if (find_staying(removal, removal->gone, removal->gone, fault) < 0)
		return -1;
	if (removal->n_staying == before)
		return 0;
	for (naming = removal->staying;
	     !fil_hash_has(removal->gone, naming->key, strlen(naming->key)); naming++)
		continue;
	return fil_fault_data(fault, "reference-error",
	    "%s: '%s' cannot be removed: still the %s of '%s', which stays",
	    removal->table->columns[0].name, naming->key,
	    removal->table->columns[removal->own].name, naming->by);
}

void
fil_removal_free(struct fil_removal *removal)
{
	if (!removal)
		return;
	for (size_t i = 0; i < removal->n_staying; i++) {
		free(removal->staying[i].key);
		free(removal->staying[i].by);
	}
	fil_referrers_free(removal->referrers);
	free(removal->staying);
	fil_hash_free(removal->coming);
	fil_hash_free(removal->gone);
	fil_bytes_release(&removal->key);
	fil_batch_free(removal->found);
	fil_batch_free(removal->going);
	free(removal->places);
	free(removal->holds);
	free(removal);
}
