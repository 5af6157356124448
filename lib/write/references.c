/* SPDX-License-Identifier: ISC */
#include "lib/write/references.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/hash.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/catalog/catalog.h"
#include "lib/catalog/value.h"
#include "lib/catalog/value_doubt.h"
#include "lib/write/hash_file.h"

/* After so many look-ups all keys of the table are read instead, if they are no more than
 * READ_WORTH for each look-up: it costs as much. */
enum { LOOKUPS_MOST = 256, READ_WORTH = 8 };

/* Keys looked up by one statement. */
enum { LOOKUP_KEYS = 16 };

/* Unknown names for which the nearest is looked for: as many faults are listed by default. */
enum { SIMILAR_MOST = 1000 };

/* Keys of a table that are kept in memory, 33 MiB; then they move to a file. */
enum { KEYS_MOST = 3400000 };

/* A table that is referred to. */
struct target {
	const struct fil_table *table;
	struct fil_hash *keys; /* found to exist */
	struct fil_hash_file *file; /* more of them */
	struct fil_batch *wanted; /* keys of the batch that are not among them */
	char *lookup_sql;
	struct fil_query *lookup;
	size_t lookups;
	size_t stored; /* keys, or 0: not counted yet */
	bool complete; /* keys has all that are stored */
	struct fil_hash *lowered; /* numbers of the stored keys in lower case, or NULL */
	char **spelled; /* the stored keys, by these numbers */
	size_t similar; /* names for which the nearest was looked for */
};

struct fil_references {
	struct fil_store *store;
	const struct fil_table *table;
	struct target *targets;
	size_t n_targets;
	size_t user; /* the column that names the user of a row, or FIL_NOWHERE */
	size_t *target_of; /* for each column, FIL_NOWHERE if it refers to nothing */
	size_t *missing; /* of each row of the last batch: a column, or FIL_NOWHERE */
	bool any_missing;
	const char **cells; /* of one column of the batch, and their hashes */
	uint64_t *hashes;
	size_t room; /* rows for which these have room */
	size_t expected; /* new rows that are likely to come, 0: unknown */
	struct target *own; /* the table itself, or NULL */
	struct fil_hash *withdrawn; /* of its keys, or NULL */
	struct fil_hash *granted; /* hashes of its keys that had not come, or NULL */
	struct fil_references_options options;
	bool looked_ahead;
	struct fil_batch *emptied; /* the batch with references left empty, or NULL */
	const char **emptied_cells; /* of one row */
	struct fil_fault lost; /* why a file of keys failed; FIL_OK: none did */
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
	target->keys = fil_hash_new_set();
	target->file = fil_hash_file_new(1, fil_store_folder(references->store));
	target->wanted = fil_batch_new(1);
	return references->n_targets++;
}

struct fil_references *
fil_references_new(struct fil_store *store, const struct fil_table *table,
    const struct fil_references_options *options)
{
	struct fil_references *references = fil_alloc(1, sizeof *references);

	references->store = store;
	references->table = table;
	references->options = *options;
	if (references->options.keys_most == 0)
		references->options.keys_most = KEYS_MOST;
	references->user = fil_table_user(table);
	references->targets = fil_alloc(table->n_columns, sizeof *references->targets);
	references->target_of = fil_alloc(table->n_columns, sizeof *references->target_of);
	for (size_t c = 0; c < table->n_columns; c++) {
		const char *name = table->columns[c].references;

		references->target_of[c] = name ? find_target(references, name) : FIL_NOWHERE;
		if (name && strcmp(name, table->name) == 0)
			references->own = &references->targets[references->target_of[c]];
	}
	if (options->defers && references->own)
		references->granted = fil_hash_new_set();
	return references;
}

bool
fil_references_own(const struct fil_references *references)
{
	return references->own;
}

/* Makes room for the keys of so many rows, as far as they are kept in memory. */
static void
reserve(const struct fil_references *references, struct target *target, size_t rows)
{
	size_t most = references->options.keys_most;

	fil_hash_reserve(target->keys, rows < most ? rows : most);
}

/* Returns -1 with a fault if a file of keys failed, else 0. */
static int
check_files(const struct fil_references *references, struct fil_fault *fault)
{
	if (references->lost.status == FIL_OK)
		return 0;
	*fault = references->lost;
	return -1;
}

void
fil_references_expect(struct fil_references *references, size_t rows)
{
	references->expected = rows;
	if (references->own)
		reserve(references, references->own, rows);
}

/* Adds the hash of a key that exists. Keys that do not fit in memory move to the file. */
static void
add_key(struct fil_references *references, struct target *target, uint64_t hash)
{
	bool fresh;

	if (fil_hash_count(target->keys) >= references->options.keys_most &&
	    fil_hash_file_move(target->file, target->keys, &references->lost) < 0)
		return;
	fil_hash_add(target->keys, hash, &fresh);
}

void
fil_references_add(struct fil_references *references, const char *key, size_t n)
{
	if (references->own)
		add_key(references, references->own, fil_hash_seek(references->own->keys, key, n));
}

/* Returns whether a key of a table was found to exist, by its hash. A file that fails has none. */
static bool
exists(struct fil_references *references, const struct target *target, uint64_t hash)
{
	uint64_t *words;

	return fil_hash_find(target->keys, hash) ||
	    fil_hash_file_find(target->file, hash, &words, &references->lost) > 0;
}

/* Returns whether a key of a table exists, by its hash, or is taken for granted. To ask the file is put
 * off where it can be: most keys are asked for often. */
static bool
has(struct fil_references *references, const struct target *target, uint64_t hash)
{
	if (target != references->own || !references->granted)
		return exists(references, target, hash);
	return fil_hash_find(target->keys, hash) || fil_hash_find(references->granted, hash);
}

/* Returns whether a key of a table was found to exist, and was not withdrawn. */
static bool
knows(struct fil_references *references, const struct target *target, const char *key, size_t n)
{
	return has(references, target, fil_hash_seek(target->keys, key, n)) &&
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

/* Gathers the keys of a column of the batch that are not found yet. All hashes come first, so that
 * the look-ups wait for memory side by side. A cell equal to the one above it is skipped. */
static void
want(struct fil_references *references, const struct fil_batch *rows, size_t c)
{
	struct target *target = &references->targets[references->target_of[c]];
	size_t n = 0, length, last_length = 0;
	const char *last = NULL;

	for (size_t i = 0; i < fil_batch_rows(rows); i++) {
		const char *cell = fil_batch_cell(rows, i, c, &length);

		if (!cell || fil_value_is_kept(cell) ||
		    (last && length == last_length && memcmp(cell, last, length) == 0))
			continue;
		references->cells[n] = last = cell;
		references->hashes[n++] = fil_hash_seek(target->keys, cell, last_length = length);
	}
	for (size_t k = 0; k < n; k++)
		if (!has(references, target, references->hashes[k]))
			fil_batch_add(target->wanted, &references->cells[k]);
}

/* Adds the keys that a query returns. Returns 0 or -1. */
static int
read_keys(struct fil_references *references, struct target *target, struct fil_query *query,
    struct fil_fault *fault)
{
	int step;

	while ((step = fil_query_step(query, fault)) == 1) {
		const char *key = fil_query_text(query, 0);
		size_t n = fil_query_length(query, 0);

		add_key(references, target, fil_hash_seek(target->keys, key, n));
	}
	return step;
}

static int
read_all(struct fil_references *references, struct target *target, struct fil_fault *fault)
{
	char *sql = fil_relation_keys(&target->table->relation);
	struct fil_query *query = fil_query_new(references->store, sql);
	int result;

	fil_query_read_ahead(query, 1);
	if (target != references->own)
		reserve(references, target, target->stored);
	result = read_keys(references, target, query, fault);
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
	return read_keys(references, target, target->lookup, fault);
}

/* Finds out by options.stored which wanted keys of the table itself are stored. Returns whether it
 * knew all of them. */
static bool
ask_first(struct fil_references *references, struct target *target)
{
	if (target != references->own || !references->options.stored)
		return false;
	for (size_t i = 0; i < fil_batch_rows(target->wanted); i++) {
		size_t n;
		const char *key = fil_batch_cell(target->wanted, i, 0, &n);
		int stored = references->options.stored(references->options.stored_context, key, n);

		if (stored < 0)
			return false;
		if (stored > 0)
			add_key(references, target, fil_hash_seek(target->keys, key, n));
	}
	return true;
}

/* Returns whether to read all keys is better than to look up those wanted: 1, 0 or -1. */
static int
is_worth_reading(struct fil_references *references, struct target *target, struct fil_fault *fault)
{
	size_t lookups = target->lookups;
	long long stored;

	if (lookups <= LOOKUPS_MOST)
		return 0;
	if (target->stored == 0) {
		stored = fil_query_count(references->store, &target->table->relation, 0, fault);
		if (stored < 0)
			return -1;
		target->stored = (size_t)stored;
	}
	if (lookups < references->expected)
		lookups = references->expected;
	return target->stored / READ_WORTH <= lookups;
}

static int
resolve_target(struct fil_references *references, struct target *target, struct fil_fault *fault)
{
	size_t n = fil_batch_rows(target->wanted);
	int reads;

	if (ask_first(references, target))
		return 0;
	target->lookups += n;
	if ((reads = is_worth_reading(references, target, fault)) != 0)
		return reads < 0 ? -1 : read_all(references, target, fault);
	for (size_t first = 0; first < n; first += LOOKUP_KEYS)
		if (look_up(references, target, first, fault) < 0)
			return -1;
	return 0;
}

/* Takes the wanted keys that were not found for granted: rows that have them may come. */
static void
grant(struct fil_references *references, const struct target *target)
{
	bool fresh;

	for (size_t i = 0; i < fil_batch_rows(target->wanted); i++) {
		size_t n;
		const char *key = fil_batch_cell(target->wanted, i, 0, &n);
		uint64_t hash = fil_hash_seek(target->keys, key, n);

		if (!fil_hash_find(target->keys, hash))
			fil_hash_add(references->granted, hash, &fresh);
	}
}

/* Queries the store for the wanted keys. */
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
		if (target == references->own && references->granted)
			grant(references, target);
		fil_batch_clear(target->wanted);
	}
	return 0;
}

/* Returns whether the reference of column c of a row does not exist. */
static bool
misses(struct fil_references *references, const struct fil_batch *rows, size_t i, size_t c)
{
	size_t t = references->target_of[c], n;
	const char *cell = t == FIL_NOWHERE ? NULL : fil_batch_cell(rows, i, c, &n);

	return cell && !fil_value_is_kept(cell) &&
	    !knows(references, &references->targets[t], cell, n);
}

/* Returns a column of a row whose reference does not exist: that of the row's user, else the first;
 * or FIL_NOWHERE. */
static size_t
judge_row(struct fil_references *references, const struct fil_batch *rows, size_t i)
{
	if (references->user != FIL_NOWHERE && misses(references, rows, i, references->user))
		return references->user;
	for (size_t c = 0; c < references->table->n_columns; c++)
		if (misses(references, rows, i, c))
			return c;
	return FIL_NOWHERE;
}

/* Sets `missing` for each row. */
static void
judge_rows(struct fil_references *references, const struct fil_batch *rows)
{
	references->any_missing = false;
	for (size_t i = 0; i < fil_batch_rows(rows); i++) {
		references->missing[i] = judge_row(references, rows, i);
		references->any_missing |= references->missing[i] != FIL_NOWHERE;
	}
}

/* Finds out which references of the batch exist. */
static int
resolve_cells(
    struct fil_references *references, const struct fil_batch *rows, struct fil_fault *fault)
{
	for (size_t i = 0; i < fil_batch_rows(rows); i++)
		references->missing[i] = FIL_NOWHERE;
	references->any_missing = references->withdrawn;
	for (size_t c = 0; c < references->table->n_columns; c++)
		if (references->target_of[c] != FIL_NOWHERE)
			want(references, rows, c);
	if (resolve_targets(references, fault) < 0)
		return -1;
	if (references->any_missing)
		judge_rows(references, rows);
	return 0;
}

/* Adds the keys of a batch. All hashes come first, as in want(). */
static void
add_keys(struct fil_references *references, const struct fil_batch *rows)
{
	struct fil_hash *keys = references->own->keys;

	for (size_t i = 0; i < fil_batch_rows(rows); i++) {
		size_t n;
		const char *key = fil_batch_cell(rows, i, 0, &n);

		references->hashes[i] = fil_hash_seek(keys, key, n);
	}
	for (size_t i = 0; i < fil_batch_rows(rows); i++)
		add_key(references, references->own, references->hashes[i]);
}

/* Has the keys of all rows to come added, since a row may refer to a later one. */
static int
look_ahead(struct fil_references *references, const struct fil_batch *rows, struct fil_fault *fault)
{
	references->looked_ahead = true;
	if (references->options.look_ahead(references->options.context, fault) < 0)
		return -1;
	judge_rows(references, rows);
	return 0;
}

static bool
knows_cell(struct fil_references *references, size_t c, const char *key)
{
	size_t t = references->target_of[c];

	return t == FIL_NOWHERE || fil_value_is_kept(key) ||
	    knows(references, &references->targets[t], key, strlen(key));
}

/* Puts row i into cells, optional references that do not exist emptied; returns whether it had
 * any. */
static bool
empty_row(struct fil_references *references, const struct fil_batch *rows, size_t i)
{
	const struct fil_references_options *options = &references->options;
	const char **cells = references->emptied_cells;
	bool emptied = false;

	fil_batch_row(rows, i, cells, NULL);
	if (references->missing[i] == FIL_NOWHERE)
		return false;
	for (size_t c = 0; c < references->table->n_columns; c++) {
		if (!cells[c] || !options->optional[c] || knows_cell(references, c, cells[c]))
			continue;
		cells[c] = fil_value_unknown;
		emptied = true;
	}
	return emptied;
}

/* Returns the rows, optional references that do not exist emptied. */
static const struct fil_batch *
empty_missing(struct fil_references *references, const struct fil_batch *rows)
{
	bool emptied = false;

	if (!references->options.optional || !references->any_missing)
		return rows;
	if (!references->emptied) {
		references->emptied = fil_batch_new(references->table->n_columns);
		references->emptied_cells =
		    fil_alloc(references->table->n_columns, sizeof *references->emptied_cells);
	}
	fil_batch_clear(references->emptied);
	for (size_t i = 0; i < fil_batch_rows(rows); i++) {
		emptied |= empty_row(references, rows, i);
		fil_batch_add(references->emptied, references->emptied_cells);
	}
	if (!emptied)
		return rows;
	judge_rows(references, references->emptied);
	return references->emptied;
}

const struct fil_batch *
fil_references_resolve(
    struct fil_references *references, const struct fil_batch *rows, struct fil_fault *fault)
{
	bool own = references->own && references->options.look_ahead;

	make_room(references, fil_batch_rows(rows));
	if (own)
		add_keys(references, rows);
	if (resolve_cells(references, rows, fault) < 0)
		return NULL;
	if (own && !references->looked_ahead && references->any_missing &&
	    look_ahead(references, rows, fault) < 0)
		return NULL;
	return check_files(references, fault) < 0 ? NULL : empty_missing(references, rows);
}

/* What a visit of the hashes taken for granted finds. */
struct lack {
	struct fil_references *references;
	bool found;
};

static void
find_lack(void *context, const uint64_t *words)
{
	struct lack *lack = context;

	lack->found = lack->found || !exists(lack->references, lack->references->own, words[0]);
}

int
fil_references_lack(struct fil_references *references, struct fil_fault *fault)
{
	struct lack lack = { references, false };

	if (!references->granted)
		return 0;
	fil_hash_each(references->granted, find_lack, &lack);
	return check_files(references, fault) < 0 ? -1 : lack.found;
}

/* Returns 1 when a key of a target exists, 0 when it does not, or -1 with a fault of the store. */
static int
find_key(struct fil_references *references, struct target *target, const char *key,
    struct fil_fault *fault)
{
	bool found;

	if (!exists(references, target, fil_hash_seek(target->keys, key, strlen(key))) &&
	    !target->complete) {
		int result;

		fil_batch_add(target->wanted, &key);
		result = resolve_target(references, target, fault);
		fil_batch_clear(target->wanted);
		if (result < 0)
			return -1;
	}
	found = knows(references, target, key, strlen(key));
	return check_files(references, fault) < 0 ? -1 : found;
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

/* Withdraws a key. Returns as fil_references_withdraw. */
static int
withdraw_key(struct fil_references *references, const char *key, struct fil_fault *fault)
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

int
fil_references_withdraw_key(
    struct fil_references *references, const char *key, struct fil_fault *fault)
{
	fil_references_add(references, key, strlen(key));
	return withdraw_key(references, key, fault);
}

/* Returns whether a row is refused when this reference to the table itself does not exist. */
static bool
binds_own(const struct fil_references *references, size_t c)
{
	const bool *optional = references->options.optional;
	size_t t = references->target_of[c];

	return t != FIL_NOWHERE && &references->targets[t] == references->own &&
	    !(optional && optional[c]);
}

int
fil_references_withdraw(
    struct fil_references *references, const char *const *values, struct fil_fault *fault)
{
	for (size_t c = 0; c < references->table->n_columns; c++) {
		int found;

		if (!values[c] || fil_value_is_kept(values[c]) || !binds_own(references, c))
			continue;
		found = find_key(references, references->own, values[c], fault);
		if (found < 0)
			return -1;
		if (found == 0)
			return withdraw_key(references, values[0], fault);
	}
	return 0;
}

int
fil_references_has_user(struct fil_references *references, const char *key, struct fil_fault *fault)
{
	for (size_t t = 0; t < references->n_targets; t++) {
		struct target *target = &references->targets[t];

		if (strcmp(target->table->name, "users") == 0)
			return target == references->own ? stores(references, key, fault)
							 : find_key(references, target, key, fault);
	}
	return 1;
}

const size_t *
fil_references_missing(const struct fil_references *references)
{
	return references->missing;
}

/* Reads the stored keys of a target in lower case. Returns 0 or -1. */
static int
read_lowered(struct fil_references *references, struct target *target, struct fil_fault *fault)
{
	char *sql = fil_relation_keys(&target->table->relation);
	struct fil_query *query = fil_query_new(references->store, sql);
	size_t n = 0;
	bool fresh;
	int step;

	target->lowered = fil_hash_new_map();
	while ((step = fil_query_step(query, fault)) == 1) {
		char *lowered = fil_copy_lower(fil_query_text(query, 0));

		if ((n & (n - 1)) == 0)
			target->spelled =
			    fil_resize(target->spelled, n ? 2 * n : 1, sizeof *target->spelled);
		fil_hash_give(target->lowered, lowered, strlen(lowered), n, &fresh);
		free(lowered);
		if (fresh)
			target->spelled[n++] = fil_copy(fil_query_text(query, 0));
	}
	fil_query_free(query);
	free(sql);
	return step;
}

/* Returns the stored key that differs from a value only in case, or NULL. The caller frees it. */
static char *
find_cased(struct fil_references *references, struct target *target, const char *value)
{
	struct fil_fault fault;
	char *lowered;
	size_t number;

	if (!target->lowered && read_lowered(references, target, &fault) < 0)
		return NULL;
	lowered = fil_copy_lower(value);
	number = fil_hash_number(target->lowered, lowered, strlen(lowered));
	free(lowered);
	return number == FIL_NOWHERE ? NULL : fil_copy(target->spelled[number]);
}

/* Asks for a key, and for keys with zeros before it if it is a number: a spreadsheet may have taken
 * them. */
static void
want_padded(struct target *target, const char *key)
{
	bool number = strspn(key, "0123456789") == strlen(key);

	for (int zeros = 0; zeros < (number ? LOOKUP_KEYS : 1); zeros++) {
		char *padded = fil_format("%.*s%s", zeros, "0000000000000000", key);
		const char *cell = padded;

		fil_batch_add(target->wanted, &cell);
		free(padded);
	}
}

/* Returns a key of the target that the unknown value may have meant: the one with zeros before it,
 * or in another case; or NULL. The caller frees it. */
static char *
find_nearest(struct fil_references *references, struct target *target, const char *value)
{
	struct fil_fault fault;
	struct fil_bytes key = { 0 };
	char *nearest = NULL;

	if (!fil_spreadsheet_key(value, strlen(value), &key)) {
		fil_bytes_clear(&key);
		fil_bytes_add_text(&key, value);
		if (strspn(value, "0123456789") != strlen(value)) {
			fil_bytes_release(&key);
			return find_cased(references, target, value);
		}
	}
	want_padded(target, key.data);
	fil_bytes_release(&key);
	if (look_up(references, target, 0, &fault) == 0) {
		for (size_t i = 0; i < fil_batch_rows(target->wanted) && !nearest; i++) {
			size_t n;
			const char *found = fil_batch_cell(target->wanted, i, 0, &n);

			if (knows(references, target, found, n))
				nearest = fil_copy(found);
		}
	}
	fil_batch_clear(target->wanted);
	return nearest;
}

char *
fil_references_nearest(struct fil_references *references, const char *value)
{
	return references->own ? find_nearest(references, references->own, value) : NULL;
}

/* Fills the fault of a reference that does not exist. nearest: a key that exists and may be meant, or
 * NULL. */
static void
fill_fault(const struct fil_column *column, const char *value, const char *nearest,
    struct fil_fault *fault)
{
	bool number = strspn(value, "0123456789") == strlen(value);

	if (nearest)
		fil_fault_data(fault, "reference-error",
		    number
			? _("%s: '%s' is not in %s, but '%s' is: a spreadsheet may have taken its "
			    "zeros")
			: _("%s: '%s' is not in %s, but '%s' is"),
		    column->name, value, column->references, nearest);
	else
		fil_fault_data(fault, "reference-error", "%s: '%s' is not in %s", column->name,
		    value, column->references);
}

/* Adds the nearest stored key of a small table to the fault, if one is near. Near keys of users are
 * other users. */
static void
suggest(
    struct fil_references *references, size_t column, const char *value, struct fil_fault *fault)
{
	struct target *target = &references->targets[references->target_of[column]];
	const char *const *spelled;

	if (!fil_name_table(&references->table->columns[column]) || !target->lowered ||
	    target->similar++ >= SIMILAR_MOST)
		return;
	spelled = (const char *const *)target->spelled;
	fil_fault_suggest(fault, value, spelled, fil_hash_count(target->lowered));
}

void
fil_references_refuse(struct fil_references *references, const struct fil_batch *rows, size_t i,
    size_t line, const struct fil_refusals *refusals)
{
	for (size_t c = 0; c < references->table->n_columns; c++) {
		const char *value = fil_batch_cell(rows, i, c, NULL);
		struct fil_fault fault;
		char *nearest;

		if (!value || knows_cell(references, c, value))
			continue;
		nearest =
		    find_nearest(references, &references->targets[references->target_of[c]], value);
		fill_fault(&references->table->columns[c], value, nearest, &fault);
		if (!nearest)
			suggest(references, c, value, &fault);
		free(nearest);
		if (references->options.explain)
			references->options.explain(references->options.doubtful, c, value, &fault);
		refusals->refused(refusals->context, line, &fault, NULL);
	}
}

void
fil_references_free(struct fil_references *references)
{
	if (!references)
		return;
	for (size_t t = 0; t < references->n_targets; t++) {
		fil_hash_free(references->targets[t].keys);
		fil_hash_file_free(references->targets[t].file);
		fil_batch_free(references->targets[t].wanted);
		for (size_t k = 0; references->targets[t].lowered &&
		     k < fil_hash_count(references->targets[t].lowered);
		     k++)
			free(references->targets[t].spelled[k]);
		free(references->targets[t].spelled);
		fil_hash_free(references->targets[t].lowered);
		fil_query_free(references->targets[t].lookup);
		free(references->targets[t].lookup_sql);
	}
	fil_hash_free(references->withdrawn);
	fil_hash_free(references->granted);
	free(references->targets);
	free(references->target_of);
	free(references->missing);
	free(references->cells);
	free(references->hashes);
	fil_batch_free(references->emptied);
	free(references->emptied_cells);
	free(references);
}
