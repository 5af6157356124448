/* SPDX-License-Identifier: ISC */
#include "lib/write/removal.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/hash.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/write/thresholds.h"

/* Keys of one statement that finds the rows referring to them. */
enum { ASKED = 128 };

/* A column of another table that refers to this one. */
struct referrer {
	const struct fil_table *table;
	char *sql;
	struct fil_query *query;
};

/* A key, and a row that refers to it. */
struct naming {
	char *key, *by;
};

struct fil_removal {
	struct fil_run *run;
	const struct fil_table *table;
	struct fil_removal_options options;
	struct referrer *referrers;
	size_t n_referrers;
	bool begun;
	size_t own; /* the column in which the table refers to itself, or FIL_NOWHERE */
	struct fil_hash *coming, *gone; /* gone: whole keys, their cells joined */
	struct fil_bytes key;
	const char **cells; /* of one row found */
	struct naming *staying; /* references of the rows that stay, in the order of their keys */
	size_t n_staying, room;
	struct fil_batch *found, *going;
	size_t *places; /* of each row of the last batch in found */
	struct fil_fault *holds; /* of each row found; status FIL_OK when there is none */
	size_t batch_room;
	size_t held;
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

static void
add_referrer(struct fil_removal *removal, const struct fil_table *table, size_t column)
{
	struct referrer *referrer;

	removal->referrers =
	    fil_resize(removal->referrers, removal->n_referrers + 1, sizeof *removal->referrers);
	referrer = &removal->referrers[removal->n_referrers++];
	referrer->table = table;
	referrer->sql = fil_relation_named(&table->relation, column, ASKED);
	referrer->query = fil_query_new(fil_run_store(removal->run), referrer->sql);
}

/* Returns whether the rows of another table go with those of the table: thresholds with their
 * dimension. */
static bool
goes_along(const struct fil_table *table, const struct fil_table *other)
{
	return strcmp(table->name, "dimensions") == 0 && strcmp(other->name, "thresholds") == 0;
}

/* Finds the columns of other tables that refer to the table, and hold its rows. */
static void
find_referrers(struct fil_removal *removal)
{
	size_t n;
	const struct fil_table *const *tables = fil_catalog_tables(&n);

	for (size_t t = 0; t < n; t++)
		for (size_t c = 0; tables[t] != removal->table && c < tables[t]->n_columns; c++) {
			const char *references = tables[t]->columns[c].references;

			if (references && strcmp(references, removal->table->name) == 0 &&
			    !goes_along(removal->table, tables[t]))
				add_referrer(removal, tables[t], c);
		}
}

struct fil_removal *
fil_removal_new(
    struct fil_run *run, const struct fil_table *table, const struct fil_removal_options *options)
{
	struct fil_removal *removal = fil_alloc(1, sizeof *removal);

	removal->run = run;
	removal->table = table;
	removal->options = *options;
	removal->own = own_reference(table);
	removal->coming = fil_hash_new_set();
	removal->gone = fil_hash_new_set();
	removal->found = fil_batch_new(table->n_columns + 1);
	removal->going = fil_batch_new(table->n_columns + 1);
	removal->cells = fil_alloc(table->n_columns + 1, sizeof *removal->cells);
	find_referrers(removal);
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
	removal->staying = fil_grow(
	    removal->staying, removal->n_staying, &removal->room, sizeof *removal->staying);
	removal->staying[removal->n_staying++] = (struct naming){ fil_copy(key), fil_copy(by) };
}

/* Adds the rows of the table, not in the set `without`, that refer to one of `keys`. */
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

/* Finds, before the first batch is removed, the rows that stay and refer to rows to remove. */
static int
begin(struct fil_removal *removal, const struct fil_batch *keys, struct fil_fault *fault)
{
	removal->begun = true;
	if (removal->own == FIL_NOWHERE)
		return 0;
	for (size_t i = 0; i < fil_batch_rows(keys); i++) {
		size_t n;
		const char *key = fil_batch_cell(keys, i, 0, &n);

		fil_removal_coming(removal, key, n);
	}
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

/* Holds back the rows that staying rows of the table itself refer to. */
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
		what = fil_format(_("still the %s of '%s'"),
		    removal->table->columns[removal->own].name, naming->by);
		hold(removal, i, what);
		free(what);
	}
}

/* Holds back the rows found, from number `first` on, with a key that another table refers to. */
static void
hold_named(struct fil_removal *removal, size_t first, const char *key, const struct fil_table *by)
{
	size_t n = fil_batch_rows(removal->found);
	char *what = fil_format(_("rows of %s refer to it"), by->name);

	for (size_t i = first; i < n && i < first + ASKED; i++)
		if (strcmp(key_of(removal, i), key) == 0)
			hold(removal, i, what);
	free(what);
}

/* Holds back those of the rows found, from number `first` on, that a referrer refers to. */
static int
ask(struct fil_removal *removal, const struct referrer *referrer, size_t first,
    struct fil_fault *fault)
{
	size_t n = fil_batch_rows(removal->found);
	int step;

	for (size_t k = 0; k < ASKED; k++)
		fil_query_bind(
		    referrer->query, (int)k + 1, first + k < n ? key_of(removal, first + k) : NULL);
	while ((step = fil_query_step(referrer->query, fault)) == 1)
		hold_named(removal, first, fil_query_text(referrer->query, 0), referrer->table);
	return step;
}

/* Holds back the rows that other tables refer to. */
static int
hold_referred(struct fil_removal *removal, struct fil_fault *fault)
{
	for (size_t r = 0; r < removal->n_referrers; r++)
		for (size_t first = 0; first < fil_batch_rows(removal->found); first += ASKED)
			if (ask(removal, &removal->referrers[r], first, fault) < 0)
				return -1;
	return 0;
}

/* Adds row `found` to those removed, and notes and counts it. */
static void
take(struct fil_removal *removal, size_t found)
{
	const char **cells = removal->cells;

	fil_batch_row(removal->found, found, cells, NULL);
	fil_batch_add(removal->going, cells);
	fil_standing_update_note(removal->options.standing, removal->table->name, cells[0]);
	fil_changes_row(removal->options.changes, FIL_REMOVED, cells);
	removal->options.counts->removed++;
}

/* Notes the key of row `found` as gone; returns whether it was not yet. */
static bool
note_gone(struct fil_removal *removal, size_t found)
{
	fil_bytes_clear(&removal->key);
	fil_batch_row(removal->found, found, removal->cells, NULL);
	fil_relation_add_key(&removal->table->relation, removal->cells, &removal->key);
	return fil_hash_put(removal->gone, removal->key.data, removal->key.length);
}

/* Judges the rows of the batch. A duplicate key is removed once, then not found. */
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
			removal->options.counts->unknown++;
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

/* Reports the rows held back, of the n rows of the batch. */
static void
refuse_held(const struct fil_removal *removal, const size_t *lines, size_t n)
{
	const struct fil_refusals *refusals = removal->options.refusals;

	for (size_t i = 0; i < n; i++) {
		size_t found = removal->places[i];

		if (found != FIL_NOWHERE && removal->holds[found].status != FIL_OK)
			refusals->refused(
			    refusals->context, lines[i], &removal->holds[found], NULL);
	}
}

int
fil_removal_rows(struct fil_removal *removal, const struct fil_batch *keys, const size_t *lines,
    struct fil_fault *fault)
{
	const struct fil_relation *relation = &removal->table->relation;
	struct fil_store *store = fil_run_store(removal->run);

	if (!removal->begun && begin(removal, keys, fault) < 0)
		return -1;
	make_room(removal, fil_batch_rows(keys));
	if (fil_store_fetch(store, relation, keys, removal->found, removal->places, fault) < 0 ||
	    hold_referred(removal, fault) < 0)
		return -1;
	hold_own(removal);
	judge(removal, fil_batch_rows(keys));
	if (strcmp(removal->table->name, "dimensions") == 0 &&
	    fil_thresholds_remove(removal->run, removal->going, fault) < 0)
		return -1;
	if (fil_run_keep(removal->run, relation, removal->going, NULL, FIL_REMOVED, fault) < 0 ||
	    fil_store_delete(store, relation, removal->going, fault) < 0)
		return -1;
	refuse_held(removal, lines, fil_batch_rows(keys));
	return 0;
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
	for (size_t r = 0; r < removal->n_referrers; r++) {
		fil_query_free(removal->referrers[r].query);
		free(removal->referrers[r].sql);
	}
	free(removal->referrers);
	free(removal->staying);
	fil_hash_free(removal->coming);
	fil_hash_free(removal->gone);
	fil_bytes_release(&removal->key);
	free(removal->cells);
	fil_batch_free(removal->found);
	fil_batch_free(removal->going);
	free(removal->places);
	free(removal->holds);
	free(removal);
}
