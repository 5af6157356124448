/* SPDX-License-Identifier: ISC */
#include "lib/write/references.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/hash.h"
#include "lib/base/memory.h"

/* So many keys are looked up one by one before all keys of the table are read instead. */
enum { LOOKUPS_MOST = 256 };

/* Keys looked up by one statement. */
enum { LOOKUP_KEYS = 16 };

/* One table that is referred to. */
struct target {
	const struct fil_table *table;
	struct fil_hash *known;
	struct fil_batch *wanted; /* keys that the batch names and that are not known */
	char *lookup_sql;
	struct fil_query *lookup;
	size_t lookups;
	bool complete; /* known has all that is stored */
};

struct fil_references {
	struct fil_store *store;
	const struct fil_table *table;
	struct target *targets;
	size_t n_targets;
	size_t *target_of; /* for each column, FIL_NOWHERE if it refers to nothing */
	size_t *missing; /* of each row of the last batch: a column, or FIL_NOWHERE */
	bool any_missing;
	const char **cells; /* of one column of the batch, and their hashes */
	uint64_t *hashes;
	size_t room; /* rows for which these have room */
	struct target *own; /* the table itself, or NULL */
	struct fil_hash *withdrawn; /* of its known keys, or NULL */
	int (*own_stored)(const void *context, const char *key, size_t n); /* or NULL */
	const void *context;
};

static size_t
find_target(struct fil_references *references, const char *name)
{
	struct target *target;

	for (size_t t = 0; t < references->n_targets; t++)
		if (strcmp(references->targets[t].table->name, name) == 0)
			return t;
	target = &references->targets[references->n_targets];
	target->table = fil_catalog_table(name);
	target->known = fil_hash_new_set();
	target->wanted = fil_batch_new(1);
	return references->n_targets++;
}

struct fil_references *
fil_references_new(struct fil_store *store, const struct fil_table *table)
{
	struct fil_references *references = fil_alloc(1, sizeof *references);

	references->store = store;
	references->table = table;
	references->targets = fil_alloc(table->n_columns, sizeof *references->targets);
	references->target_of = fil_alloc(table->n_columns, sizeof *references->target_of);
	for (size_t c = 0; c < table->n_columns; c++) {
		const char *name = table->columns[c].references;

		references->target_of[c] = name ? find_target(references, name) : FIL_NOWHERE;
		if (name && strcmp(name, table->name) == 0)
			references->own = &references->targets[references->target_of[c]];
	}
	return references;
}

void
fil_references_ask(struct fil_references *references,
    int (*knows)(const void *context, const char *key, size_t n), const void *context)
{
	references->own_stored = knows;
	references->context = context;
}

bool
fil_references_own(const struct fil_references *references)
{
	return references->own;
}

void
fil_references_add(struct fil_references *references, const char *key, size_t n)
{
	if (references->own)
		fil_hash_put(references->own->known, key, n);
}

/* Returns whether a key of a table is known to exist. */
static bool
knows(
    const struct fil_references *references, const struct target *target, const char *key, size_t n)
{
	return fil_hash_has(target->known, key, n) &&
	    !(target == references->own && references->withdrawn &&
		fil_hash_has(references->withdrawn, key, n));
}

static void
make_room(struct fil_references *references, size_t rows)
{
	if (rows <= references->room)
		return;
	references->room = rows;
	references->missing = fil_resize(references->missing, rows, sizeof *references->missing);
	references->cells = fil_resize(references->cells, rows, sizeof *references->cells);
	references->hashes = fil_resize(references->hashes, rows, sizeof *references->hashes);
}

/* Gathers what a column of the batch names and what is not known. Hashes come first and the
 * look-ups after them, which then wait for memory side by side; a cell like the one above it is
 * known by it. */
static void
want(struct fil_references *references, const struct fil_batch *rows, size_t c)
{
	struct target *target = &references->targets[references->target_of[c]];
	size_t n = 0, length, last_length = 0;
	const char *last = NULL;

	for (size_t i = 0; i < fil_batch_rows(rows); i++) {
		const char *cell = fil_batch_cell(rows, i, c, &length);

		if (!cell || (last && length == last_length && memcmp(cell, last, length) == 0))
			continue;
		references->cells[n] = last = cell;
		references->hashes[n++] = fil_hash_seek(target->known, cell, last_length = length);
	}
	for (size_t k = 0; k < n; k++)
		if (!fil_hash_find(target->known, references->hashes[k]))
			fil_batch_add(target->wanted, &references->cells[k]);
}

/* Reads the keys that a query answers into what is known. Returns 0 or -1. */
static int
read_keys(struct target *target, struct fil_query *query, struct fil_fault *fault)
{
	int step;

	while ((step = fil_query_step(query, fault)) == 1) {
		const char *key = fil_query_text(query, 0);

		fil_hash_put(target->known, key, fil_query_length(query, 0));
	}
	return step;
}

static int
read_all(struct fil_references *references, struct target *target, struct fil_fault *fault)
{
	char *sql = fil_relation_keys(&target->table->relation);
	struct fil_query *query = fil_query_new(references->store, sql);
	int result = read_keys(target, query, fault);

	fil_query_free(query);
	free(sql);
	target->complete = result == 0;
	return result;
}

/* Looks LOOKUP_KEYS wanted keys up, from number `first` on. */
static int
look_up(
    struct fil_references *references, struct target *target, size_t first, struct fil_fault *fault)
{
	if (!target->lookup) {
		target->lookup_sql = fil_relation_named(&target->table->relation, 0, LOOKUP_KEYS);
		target->lookup = fil_query_new(references->store, target->lookup_sql);
	}
	for (size_t k = 0; k < LOOKUP_KEYS; k++) {
		size_t i = first + k;

		fil_query_bind(target->lookup, (int)k + 1,
		    i < fil_batch_rows(target->wanted) ? fil_batch_cell(target->wanted, i, 0, NULL)
						       : NULL);
	}
	return read_keys(target, target->lookup, fault);
}

/* Finds out which of the wanted keys of the table itself are stored, from who knows. Returns
 * whether that is so for all of them. */
static bool
ask_first(struct fil_references *references, struct target *target)
{
	if (target != references->own || !references->own_stored)
		return false;
	for (size_t i = 0; i < fil_batch_rows(target->wanted); i++) {
		size_t n;
		const char *key = fil_batch_cell(target->wanted, i, 0, &n);
		int stored = references->own_stored(references->context, key, n);

		if (stored < 0)
			return false;
		if (stored > 0)
			fil_hash_put(target->known, key, n);
	}
	return true;
}

static int
resolve_target(struct fil_references *references, struct target *target, struct fil_fault *fault)
{
	size_t n = fil_batch_rows(target->wanted);

	if (ask_first(references, target))
		return 0;
	target->lookups += n;
	if (target->lookups > LOOKUPS_MOST)
		return read_all(references, target, fault);
	for (size_t first = 0; first < n; first += LOOKUP_KEYS)
		if (look_up(references, target, first, fault) < 0)
			return -1;
	return 0;
}

/* Asks the store for what is wanted, as far as it may have it. */
static int
resolve_targets(struct fil_references *references, struct fil_fault *fault)
{
	for (size_t t = 0; t < references->n_targets; t++) {
		struct target *target = &references->targets[t];

		if (fil_batch_rows(target->wanted) == 0)
			continue;
		references->any_missing = true;
		if (!target->complete && resolve_target(references, target, fault) < 0)
			return -1;
		fil_batch_clear(target->wanted);
	}
	return 0;
}

/* Returns the first column of a row that names nothing known. */
static size_t
judge_row(const struct fil_references *references, const struct fil_batch *rows, size_t i)
{
	for (size_t c = 0; c < references->table->n_columns; c++) {
		size_t t = references->target_of[c], n;
		const char *cell;

		if (t == FIL_NOWHERE)
			continue;
		cell = fil_batch_cell(rows, i, c, &n);
		if (cell && !knows(references, &references->targets[t], cell, n))
			return c;
	}
	return FIL_NOWHERE;
}

int
fil_references_resolve(
    struct fil_references *references, const struct fil_batch *rows, struct fil_fault *fault)
{
	make_room(references, fil_batch_rows(rows));
	for (size_t i = 0; i < fil_batch_rows(rows); i++)
		references->missing[i] = FIL_NOWHERE;
	references->any_missing = references->withdrawn;
	for (size_t c = 0; c < references->table->n_columns; c++)
		if (references->target_of[c] != FIL_NOWHERE)
			want(references, rows, c);
	if (resolve_targets(references, fault) < 0)
		return -1;
	if (references->any_missing)
		fil_references_review(references, rows);
	return 0;
}

int
fil_references_find(
    struct fil_references *references, size_t c, const char *key, struct fil_fault *fault)
{
	struct target *target = &references->targets[references->target_of[c]];

	if (!fil_hash_has(target->known, key, strlen(key)) && !target->complete) {
		int result;

		fil_batch_add(target->wanted, &key);
		result = resolve_target(references, target, fault);
		fil_batch_clear(target->wanted);
		if (result < 0)
			return -1;
	}
	return fil_references_knows(references, c, key);
}

/* Returns 1 when the store has a key of the table itself, 0 when not, or -1. */
static int
stores(struct fil_references *references, const char *key, struct fil_fault *fault)
{
	char *sql = fil_relation_named(&references->table->relation, 0, 1);
	struct fil_query *query = fil_query_new(references->store, sql);
	int step;

	fil_query_bind(query, 1, key);
	step = fil_query_step(query, fault);
	fil_query_free(query);
	free(sql);
	return step;
}

int
fil_references_withdraw(struct fil_references *references, const char *key, struct fil_fault *fault)
{
	int stored;

	if (!knows(references, references->own, key, strlen(key)))
		return 0;
	stored = stores(references, key, fault);
	if (stored != 0)
		return stored < 0 ? -1 : 0;
	if (!references->withdrawn)
		references->withdrawn = fil_hash_new_set();
	fil_hash_put(references->withdrawn, key, strlen(key));
	return 1;
}

void
fil_references_review(struct fil_references *references, const struct fil_batch *rows)
{
	references->any_missing = false;
	for (size_t i = 0; i < fil_batch_rows(rows); i++) {
		references->missing[i] = judge_row(references, rows, i);
		references->any_missing |= references->missing[i] != FIL_NOWHERE;
	}
}

size_t
fil_references_missing(const struct fil_references *references, size_t i)
{
	return references->missing[i];
}

bool
fil_references_any_missing(const struct fil_references *references)
{
	return references->any_missing;
}

bool
fil_references_knows(const struct fil_references *references, size_t c, const char *key)
{
	size_t t = references->target_of[c];

	return t == FIL_NOWHERE || knows(references, &references->targets[t], key, strlen(key));
}

char *
fil_references_nearest(struct fil_references *references, size_t column, const char *value)
{
	struct target *target = &references->targets[references->target_of[column]];
	struct fil_fault fault;
	char *nearest = NULL;

	if (strspn(value, "0123456789") != strlen(value))
		return NULL;
	/* A spreadsheet took the zeros; keys of the table that have them are looked for in one go.
	 */
	for (int zeros = 1; zeros <= LOOKUP_KEYS; zeros++) {
		char *padded = fil_format("%0*d%s", zeros, 0, value);
		const char *cell = padded;

		fil_batch_add(target->wanted, &cell);
		free(padded);
	}
	if (look_up(references, target, 0, &fault) == 0) {
		for (size_t i = 0; i < LOOKUP_KEYS && !nearest; i++) {
			size_t n;
			const char *key = fil_batch_cell(target->wanted, i, 0, &n);

			if (knows(references, target, key, n))
				nearest = fil_copy(key);
		}
	}
	fil_batch_clear(target->wanted);
	return nearest;
}

void
fil_references_free(struct fil_references *references)
{
	if (!references)
		return;
	for (size_t t = 0; t < references->n_targets; t++) {
		fil_hash_free(references->targets[t].known);
		fil_batch_free(references->targets[t].wanted);
		fil_query_free(references->targets[t].lookup);
		free(references->targets[t].lookup_sql);
	}
	fil_hash_free(references->withdrawn);
	free(references->targets);
	free(references->target_of);
	free(references->missing);
	free(references->cells);
	free(references->hashes);
	free(references);
}

struct fil_leniency {
	bool paused; /* nothing is counted */
	size_t n;
	bool any;
	bool *allowed;
	size_t *counted;
	struct fil_batch *mended;
	const char **cells; /* of one row */
};

struct fil_leniency *
fil_leniency_new(size_t n_columns)
{
	struct fil_leniency *leniency = fil_alloc(1, sizeof *leniency);

	leniency->n = n_columns;
	leniency->mended = fil_batch_new(n_columns);
	leniency->cells = fil_alloc(n_columns, sizeof *leniency->cells);
	leniency->allowed = fil_alloc(n_columns, sizeof *leniency->allowed);
	leniency->counted = fil_alloc(n_columns, sizeof *leniency->counted);
	return leniency;
}

void
fil_leniency_allow(struct fil_leniency *leniency, size_t column)
{
	leniency->any = leniency->allowed[column] = true;
}

bool
fil_leniency_allows(const struct fil_leniency *leniency, size_t column)
{
	return leniency->allowed[column];
}

void
fil_leniency_count(struct fil_leniency *leniency, size_t column)
{
	if (!leniency->paused)
		leniency->counted[column]++;
}

void
fil_leniency_reset(struct fil_leniency *leniency)
{
	memset(leniency->counted, 0, leniency->n * sizeof *leniency->counted);
}

void
fil_leniency_pause(struct fil_leniency *leniency, bool paused)
{
	leniency->paused = paused;
}

size_t
fil_leniency_counted(const struct fil_leniency *leniency, size_t column)
{
	return leniency->counted[column];
}

/* Puts row i into cells without the references to nobody that may be left out; returns whether
 * there were any. */
static bool
mend_row(struct fil_leniency *leniency, const struct fil_references *references,
    const struct fil_batch *rows, size_t i)
{
	bool whole = fil_references_missing(references, i) == FIL_NOWHERE, mended = false;

	for (size_t c = 0; c < leniency->n; c++) {
		const char *cell = fil_batch_cell(rows, i, c, NULL);

		leniency->cells[c] = cell;
		if (whole || !cell || !leniency->allowed[c] ||
		    fil_references_knows(references, c, cell))
			continue;
		leniency->cells[c] = NULL;
		leniency->counted[c]++;
		mended = true;
	}
	return mended;
}

const struct fil_batch *
fil_leniency_mend(
    struct fil_leniency *leniency, struct fil_references *references, const struct fil_batch *rows)
{
	bool mended = false;

	if (!leniency->any || !fil_references_any_missing(references))
		return rows;
	fil_batch_clear(leniency->mended);
	for (size_t i = 0; i < fil_batch_rows(rows); i++) {
		mended |= mend_row(leniency, references, rows, i);
		fil_batch_add(leniency->mended, leniency->cells);
	}
	if (!mended)
		return rows;
	fil_references_review(references, leniency->mended);
	return leniency->mended;
}

void
fil_leniency_free(struct fil_leniency *leniency)
{
	if (!leniency)
		return;
	fil_batch_free(leniency->mended);
	free(leniency->cells);
	free(leniency->allowed);
	free(leniency->counted);
	free(leniency);
}
