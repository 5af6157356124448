/* SPDX-License-Identifier: ISC */
#include "lib/write/known_rows.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"

/* A scan of the stored rows pays when at least one in SCAN_WORTH of them is likely to come. */
enum { SCAN_WORTH = 8 };

/* Rows of a scan whose entries are being prefetched. */
enum { PREFETCHED = 16 };

/* The hashes of more stored rows would take more memory than an import may. */
enum { SCAN_MOST = 3000000 };

/* A walk ends when it has not met MISSED_LEAST keys, and one in MISSED_SHARE of those that came: each costs
 * more than hashing a row. */
enum { MISSED_LEAST = 64, MISSED_SHARE = 16 };

/* Bits of a hash that are compared first. */
enum { FIRST_BITS = 16 };

/* A stored row to add to the hashes. */
struct learnt {
	struct fil_row_hashes_hash hash;
	bool seen, awaited;
};

/* Stored rows that are read beside the input, both in the order of their keys. */
struct walk {
	char *sql;
	struct fil_query *query; /* or NULL: there is no walk */
	struct fil_fault lost; /* why it failed; FIL_OK: it did not */
	struct fil_bytes stored; /* the key of the row that was read last */
	long long left; /* rows that are likely to follow */
	size_t met, missed; /* keys of the input */
	bool ended; /* it stands on no row: the other rows, if any, are hashed */
};

struct fil_known_rows {
	struct fil_run *run;
	const struct fil_table *table;
	const struct fil_term *term; /* or NULL */
	bool *given;
	bool all_given;
	struct fil_row_hashes *hashes;
	bool complete; /* they have every row that was stored before this run */
	bool older; /* the scan found such a row */
	const char *coming; /* the key that was sought last, until it is judged, or NULL */
	size_t coming_length;
	uint64_t coming_hash;
	struct walk walk;
	struct fil_bytes last; /* the key of the row that was judged last, if it is the highest */
	bool ordered; /* it is */
	struct learnt learning[PREFETCHED];
	const char **cells; /* of one stored row */
	size_t *lengths;
	const char **given_cells; /* of one row, side by side */
	size_t *given_lengths;
};

struct fil_known_rows *
fil_known_rows_new(struct fil_run *run, const struct fil_table *table, const struct fil_term *term)
{
	struct fil_known_rows *known = fil_alloc(1, sizeof *known);

	known->run = run;
	known->table = table;
	known->term = term;
	known->given = fil_alloc(table->n_columns, sizeof *known->given);
	known->cells = fil_alloc(table->n_columns, sizeof *known->cells);
	known->lengths = fil_alloc(table->n_columns, sizeof *known->lengths);
	known->given_cells = fil_alloc(table->n_columns, sizeof *known->given_cells);
	known->given_lengths = fil_alloc(table->n_columns, sizeof *known->given_lengths);
	known->hashes = fil_row_hashes_new(0);
	known->ordered = table->n_keys == 1;
	return known;
}

/* Frees the walk. Rows that it has not reached remain unknown. */
static void
end_walk(struct walk *walk)
{
	fil_query_free(walk->query);
	free(walk->sql);
	fil_bytes_release(&walk->stored);
	*walk = (struct walk){ .query = NULL };
}

void
fil_known_rows_end(struct fil_known_rows *known)
{
	end_walk(&known->walk);
}

void
fil_known_rows_given(struct fil_known_rows *known, const bool *given)
{
	const struct fil_table *table = known->table;

	if (memcmp(known->given, given, table->n_columns * sizeof *given) == 0)
		return;
	memcpy(known->given, given, table->n_columns * sizeof *given);
	known->all_given = true;
	for (size_t c = 0; c < table->n_columns; c++)
		known->all_given &= given[c];
	/* Contents were hashed over other columns. */
	fil_row_hashes_free(known->hashes);
	known->hashes = fil_row_hashes_new(0);
	known->complete = known->older = false;
	known->coming = NULL;
	end_walk(&known->walk);
	known->ordered = known->table->n_keys == 1;
	fil_bytes_clear(&known->last);
}

/* Returns the hash of a key: n_keys cells and their lengths. */
static uint64_t
hash_new_key(struct fil_known_rows *known, const char *const *cells, const size_t *lengths)
{
	size_t n = known->table->n_keys;

	return fil_row_hashes_row(known->hashes, cells, lengths, n, n).key;
}

/* Returns whether no row was stored before this run. Then every row is new, and the store finds a
 * repetition by this run's number: nothing is hashed. */
static bool
is_empty(const struct fil_known_rows *known)
{
	return known->complete && !known->older;
}

/* Hashes the key of a row, unless that was done when it was sought. */
static uint64_t
hash_key(struct fil_known_rows *known, const char *const *values, const size_t *lengths)
{
	const char *coming = known->coming;

	if (coming && lengths[0] == known->coming_length &&
	    memcmp(values[0], coming, lengths[0]) == 0)
		return known->coming_hash;
	return hash_new_key(known, values, lengths);
}

/* Hashes the key, and the other columns that are given, of a row. */
static struct fil_row_hashes_hash
hash_row(struct fil_known_rows *known, const char *const *values, const size_t *lengths)
{
	const struct fil_table *table = known->table;
	struct fil_row_hashes_hash hash = { hash_key(known, values, lengths), 0 };
	size_t n = 0;

	if (known->all_given) {
		hash.content = fil_row_hashes_cells(known->hashes, values + table->n_keys,
		    lengths + table->n_keys, table->n_columns - table->n_keys);
		return hash;
	}
	for (size_t c = table->n_keys; c < table->n_columns; c++) {
		known->given_cells[n] = values[c];
		known->given_lengths[n] = lengths[c];
		n += known->given[c];
	}
	hash.content =
	    fil_row_hashes_cells(known->hashes, known->given_cells, known->given_lengths, n);
	return hash;
}

/* Returns whether the stored row begins again when it comes. */
static bool
begins_again(const struct fil_known_rows *known)
{
	return known->term && !known->given[known->term->column] &&
	    fil_term_over(known->term, known->cells[known->term->column]);
}

/* Reads the stored row of the query's last step. No stored text has a NUL in it. */
static struct learnt
read_stored(struct fil_known_rows *known, struct fil_query *query)
{
	size_t n = known->table->n_columns;
	struct learnt learnt = { .seen = false };

	for (size_t c = 0; c < n; c++) {
		known->cells[c] = fil_query_text(query, (int)c);
		known->lengths[c] = known->cells[c] ? strlen(known->cells[c]) : 0;
	}
	learnt.hash = hash_row(known, known->cells, known->lengths);
	if (begins_again(known))
		learnt.hash.content = ~learnt.hash.content;
	learnt.seen = fil_query_number(query, (int)n) == fil_run_number(known->run);
	known->older |= !learnt.seen;
	return learnt;
}

/* Adds a stored row to the hashes, unless the input has brought its key already. */
static void
note_stored(struct fil_known_rows *known, const struct learnt *learnt)
{
	bool fresh;
	struct fil_row_hashes_entry *entry =
	    fil_row_hashes_add(known->hashes, learnt->hash, &fresh);

	entry->seen |= fresh && learnt->seen;
	entry->awaited |= learnt->awaited;
}

/* Compares a key of n bytes with another, as stores order them. */
static int
compare_key(const char *key, size_t n, const struct fil_bytes *other)
{
	int order = n && other->length
	    ? memcmp(key, other->data, n < other->length ? n : other->length)
	    : 0;

	return order ? order : (n > other->length) - (n < other->length);
}

static void
set_key(struct fil_bytes *key, const char *text, size_t n)
{
	fil_bytes_clear(key);
	fil_bytes_add(key, text, n);
}

/* Returns whether the key of the row that was read is above those before it, and keeps it then. */
static bool
ascends(struct fil_query *query, struct fil_bytes *last)
{
	size_t n;
	const char *key = fil_query_cell(query, 0, &n);

	if (!key || (last->length && compare_key(key, n, last) <= 0))
		return false;
	set_key(last, key, n);
	return true;
}

/* Returns how many rows the table has, counting no further than most (0: all), or -1. */
static long long
count_stored(struct fil_known_rows *known, size_t most, struct fil_fault *fault)
{
	struct fil_bytes sql = { 0 };
	char *keys = fil_relation_keys(&known->table->relation);
	struct fil_query *query;
	long long count = -1;

	fil_bytes_add_text(&sql, "SELECT count(*) FROM ");
	if (most > 0)
		fil_bytes_add_format(&sql, "(%s LIMIT %zu) AS t", keys, most);
	else
		fil_relation_add_name(&sql, known->table->relation.name);
	query = fil_query_new(fil_run_store(known->run), sql.data);
	if (fil_query_step(query, fault) == 1)
		count = fil_query_number(query, 0);
	fil_query_free(query);
	fil_bytes_release(&sql);
	free(keys);
	return count;
}

/* How the rows of a query are hashed. */
struct scan {
	bool (*awaits)(void *context, const char *const *cells); /* or NULL */
	void *context;
	size_t awaited; /* rows */
	bool walked; /* rows that the walk has passed have come, unless they are hashed */
	struct fil_bytes last; /* the key of the row before; the caller releases it */
};

/* Returns whether the walk has passed the row of the query's last step. */
static bool
is_passed(const struct fil_known_rows *known, struct scan *scan, struct fil_query *query)
{
	const struct walk *walk = &known->walk;

	scan->walked = scan->walked && ascends(query, &scan->last) &&
	    (walk->ended || compare_key(scan->last.data, scan->last.length, &walk->stored) < 0);
	return scan->walked;
}

/* Hashes the rows that are to come from a query. Each waits until PREFETCHED more are read: adding a row
 * is mostly waiting for memory. */
static int
hash_rows(struct fil_known_rows *known, struct fil_query *query, struct scan *scan,
    struct fil_fault *fault)
{
	size_t n = 0;
	int step;

	while ((step = fil_query_step(query, fault)) == 1) {
		struct learnt *learnt = &known->learning[n % PREFETCHED];

		if (n++ >= PREFETCHED)
			note_stored(known, learnt);
		*learnt = read_stored(known, query);
		learnt->seen |= is_passed(known, scan, query);
		learnt->awaited = scan->awaits && scan->awaits(scan->context, known->cells);
		scan->awaited += learnt->awaited;
		fil_row_hashes_seek(known->hashes, learnt->hash.key);
	}
	for (size_t i = 0; i < n && i < PREFETCHED; i++)
		note_stored(known, &known->learning[i]);
	return step;
}

/* Makes room for the hashes of so many more rows. */
static void
reserve(struct fil_known_rows *known, long long rows)
{
	fil_row_hashes_reserve(known->hashes, fil_row_hashes_count(known->hashes) + (size_t)rows);
}

/* Scans the table of `stored` rows; fails when that is negative. Returns 0 or -1. */
static int
learn(struct fil_known_rows *known, long long stored, struct scan *scan, struct fil_fault *fault)
{
	char *select;
	struct fil_query *query;
	int step;

	if (stored < 0)
		return -1;
	known->coming = NULL;
	reserve(known, stored);
	select = fil_relation_select(&known->table->relation, false);
	query = fil_query_new(fil_run_store(known->run), select);
	/* A row that was damaged differs from every input; fetched, it is checked. */
	fil_query_trust(query);
	step = hash_rows(known, query, scan, fault);
	fil_query_free(query);
	fil_bytes_release(&scan->last);
	free(select);
	known->complete = step == 0;
	return step;
}

int
fil_known_rows_learn(struct fil_known_rows *known,
    bool (*awaits)(void *context, const char *const *cells), void *context, size_t *awaited,
    struct fil_fault *fault)
{
	struct scan scan = { .awaits = awaits, .context = context };
	int result = learn(known, count_stored(known, 0, fault), &scan, fault);

	*awaited = scan.awaited;
	return result;
}

int
fil_known_rows_hash(struct fil_known_rows *known, struct fil_fault *fault)
{
	struct scan scan = { .walked = true };

	if (known->walk.lost.status != FIL_OK) {
		*fault = known->walk.lost;
		return -1;
	}
	if (learn(known, count_stored(known, 0, fault), &scan, fault) < 0)
		return -1;
	end_walk(&known->walk);
	return 0;
}

/* Hashes the row on which the walk stands. */
static void
hash_walked(struct fil_known_rows *known)
{
	const struct learnt learnt = read_stored(known, known->walk.query);

	note_stored(known, &learnt);
}

/* Ends the walk, and hashes the row on which it stands and all that follow. Returns 0 or -1. */
static int
hash_rest(struct fil_known_rows *known)
{
	struct scan scan = { .walked = false };

	known->walk.ended = true;
	reserve(known, known->walk.left);
	hash_walked(known);
	return hash_rows(known, known->walk.query, &scan, &known->walk.lost);
}

/* Moves the walk to the next row that was stored before this run. A row below the one before ends it.
 * Returns 0, or -1 when the walk failed. */
static int
walk_on(struct fil_known_rows *known)
{
	struct walk *walk = &known->walk;
	int step;

	while ((step = fil_query_step(walk->query, &walk->lost)) == 1) {
		if (!ascends(walk->query, &walk->stored))
			return hash_rest(known);
		walk->left -= walk->left > 0;
		if (fil_query_number(walk->query, (int)known->table->n_columns) !=
		    fil_run_number(known->run)) {
			known->older = true;
			return 0;
		}
	}
	walk->ended = true;
	return step;
}

/* Begins to read the `stored` rows beside the input. Returns 0 or -1. */
static int
begin_walk(struct fil_known_rows *known, long long stored, struct fil_fault *fault)
{
	struct walk *walk = &known->walk;

	walk->left = stored;
	known->coming = NULL;
	walk->sql = fil_relation_select(&known->table->relation, false);
	walk->query = fil_query_new(fil_run_store(known->run), walk->sql);
	/* As in a scan. */
	fil_query_trust(walk->query);
	if (walk_on(known) < 0) {
		*fault = walk->lost;
		return -1;
	}
	if (known->older)
		return 0;
	known->complete = true;
	end_walk(walk);
	return 0;
}

/* Returns whether the stored rows can be read beside the input: a file's, whose order is likely the one in
 * which the same rows came before. */
static bool
walks(const struct fil_known_rows *known)
{
	return known->ordered && known->last.length && !known->term &&
	    !fil_store_on_server(fil_store_name(fil_run_store(known->run)));
}

int
fil_known_rows_expect(struct fil_known_rows *known, size_t rows, struct fil_fault *fault)
{
	size_t most = rows < SIZE_MAX / SCAN_WORTH ? rows * SCAN_WORTH : rows;
	struct scan scan = { .walked = false };
	long long stored;
	int result;

	if (known->complete || known->walk.query)
		return is_empty(known);
	if (!walks(known) && most > SCAN_MOST)
		most = SCAN_MOST;
	stored = count_stored(known, most + 1, fault);
	if (stored < 0 || (size_t)stored > most)
		return stored < 0 ? -1 : 0;
	result =
	    walks(known) ? begin_walk(known, stored, fault) : learn(known, stored, &scan, fault);
	return result < 0 ? -1 : is_empty(known);
}

void
fil_known_rows_seek(struct fil_known_rows *known, const char *key, size_t length)
{
	bool walks_on = known->walk.query && !known->walk.ended;

	if (known->table->n_keys != 1 || is_empty(known) || walks_on)
		return;
	known->coming = key;
	known->coming_length = length;
	known->coming_hash = fil_row_hashes_key(known->hashes, key, length);
	fil_row_hashes_seek(known->hashes, known->coming_hash);
}

/* Returns whether the row on which the walk stands has all values of a row. */
static bool
agrees(const struct fil_known_rows *known, const char *const *values, const size_t *lengths)
{
	const struct fil_table *table = known->table;

	for (size_t c = table->n_keys; c < table->n_columns; c++) {
		size_t n;
		const char *cell;

		if (!known->given[c])
			continue;
		cell = fil_query_cell(known->walk.query, (int)c, &n);
		if (!cell != !values[c] ||
		    (cell && (n != lengths[c] || memcmp(cell, values[c], n) != 0)))
			return false;
	}
	return true;
}

/* Judges a row by the hashes. After a scan or a walk they need not grow with the input: the store finds the
 * repetition of a new key by this run's number. */
static enum fil_judgement
judge_by_hash(struct fil_known_rows *known, const char *const *values, const size_t *lengths)
{
	struct fil_row_hashes_hash hash = hash_row(known, values, lengths);
	struct fil_row_hashes_entry *entry;
	bool fresh = false, same;

	known->coming = NULL;
	entry = known->complete || known->walk.ended
	    ? fil_row_hashes_find(known->hashes, hash.key)
	    : fil_row_hashes_add(known->hashes, hash, &fresh);
	if (!entry)
		return FIL_JUDGED_NEW;
	if (fresh) {
		entry->seen = true;
		return FIL_JUDGED_NEW;
	}
	same = entry->content == hash.content;
	if (entry->seen)
		return same ? FIL_JUDGED_REPEATED : FIL_JUDGED_DUPLICATE;
	entry->seen = true;
	entry->content = hash.content & FIL_ROW_CONTENT;
	return same ? FIL_JUDGED_SAME : FIL_JUDGED_NEW;
}

/* Returns whether the walk misses too many keys: the stored rows are in another order. */
static bool
misses(const struct walk *walk)
{
	return walk->missed > MISSED_LEAST && walk->missed > walk->met / MISSED_SHARE;
}

/* Moves the walk to the key of a row. Returns 1 if it is there, 0, or -1 when the walk failed. */
static int
walk_to(struct fil_known_rows *known, const char *key, size_t n)
{
	struct walk *walk = &known->walk;

	while (!walk->ended && compare_key(key, n, &walk->stored) > 0) {
		hash_walked(known);
		if (walk_on(known) < 0)
			return -1;
	}
	if (!walk->ended && compare_key(key, n, &walk->stored) == 0) {
		walk->met++;
		return 1;
	}
	walk->missed++;
	return !walk->ended && misses(walk) ? hash_rest(known) : 0;
}

/* Judges a row by the walk, or else by the hashes. Returns FIL_JUDGED_UNORDERED when the walk failed. */
static enum fil_judgement
judge_by_walk(struct fil_known_rows *known, const char *const *values, const size_t *lengths)
{
	int there = walk_to(known, values[0], lengths[0]);
	bool same;

	if (there < 0)
		return FIL_JUDGED_UNORDERED;
	if (there == 0)
		return judge_by_hash(known, values, lengths);
	same = agrees(known, values, lengths);
	if (walk_on(known) < 0)
		return FIL_JUDGED_UNORDERED;
	return same ? FIL_JUDGED_SAME : FIL_JUDGED_NEW;
}

/* Returns whether a key is above those that were judged, and keeps it then. */
static bool
goes_on(struct fil_known_rows *known, const char *key, size_t n)
{
	if (known->last.length && compare_key(key, n, &known->last) <= 0)
		return false;
	set_key(&known->last, key, n);
	return true;
}

enum fil_judgement
fil_known_rows_judge(struct fil_known_rows *known, const char *const *values, const size_t *lengths)
{
	if (is_empty(known))
		return FIL_JUDGED_NEW;
	if (known->ordered && !known->complete)
		known->ordered = goes_on(known, values[0], lengths[0]);
	if (!known->walk.query)
		return judge_by_hash(known, values, lengths);
	return known->ordered ? judge_by_walk(known, values, lengths) : FIL_JUDGED_UNORDERED;
}

/* The entry becomes unseen, and its content equal to no row's. */
void
fil_known_rows_forget(
    struct fil_known_rows *known, const char *const *values, const size_t *lengths)
{
	struct fil_row_hashes_hash hash = { 0 };
	struct fil_row_hashes_entry *entry;
	bool fresh;

	if (is_empty(known))
		return;
	hash.key = hash_new_key(known, values, lengths);
	entry = known->walk.query ? fil_row_hashes_add(known->hashes, hash, &fresh)
				  : fil_row_hashes_find(known->hashes, hash.key);
	if (!entry)
		return;
	entry->content = ~entry->content & FIL_ROW_CONTENT;
	entry->seen = false;
}

static int
compare_hashes(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Returns whether the hash of a key is among those missing. Its first bits exclude nearly all of
 * the others. */
static bool
is_missing(const struct fil_row_hashes_keys *missing, const bool *firsts, uint64_t hash)
{
	return firsts[hash >> (64 - FIRST_BITS)] &&
	    bsearch(&hash, missing->hashes, missing->n, sizeof hash, compare_hashes);
}

/* Finds the keys of sorted hashes, by one pass over the stored keys. */
static int
name_missing(struct fil_known_rows *known, const struct fil_row_hashes_keys *missing,
    void (*each)(void *context, const char *key), void *context, struct fil_fault *fault)
{
	char *sql = fil_relation_keys(&known->table->relation);
	struct fil_query *query = fil_query_new(fil_run_store(known->run), sql);
	bool *firsts = fil_alloc((size_t)1 << FIRST_BITS, sizeof *firsts);
	int step;

	for (size_t i = 0; i < missing->n; i++)
		firsts[missing->hashes[i] >> (64 - FIRST_BITS)] = true;
	while ((step = fil_query_step(query, fault)) == 1) {
		const char *key = fil_query_text(query, 0);
		size_t length = strlen(key);

		if (is_missing(missing, firsts, hash_new_key(known, &key, &length)))
			each(context, key);
	}
	free(firsts);
	fil_query_free(query);
	free(sql);
	return step;
}

int
fil_known_rows_missing(struct fil_known_rows *known, void (*each)(void *context, const char *key),
    void *context, struct fil_fault *fault)
{
	struct fil_row_hashes_keys missing = { 0 };
	int result = 0;

	fil_row_hashes_missing(known->hashes, &missing);
	if (missing.n > 0) {
		qsort(missing.hashes, missing.n, sizeof *missing.hashes, compare_hashes);
		result = name_missing(known, &missing, each, context, fault);
	}
	free(missing.hashes);
	return result;
}

int
fil_known_rows_has(const void *context, const char *key, size_t length)
{
	const struct fil_known_rows *known = context;

	if (!known->complete || known->table->n_keys != 1)
		return -1;
	return fil_row_hashes_find(known->hashes, fil_row_hashes_key(known->hashes, key, length)) !=
	    NULL;
}

void
fil_known_rows_free(struct fil_known_rows *known)
{
	if (!known)
		return;
	fil_row_hashes_free(known->hashes);
	end_walk(&known->walk);
	fil_bytes_release(&known->last);
	free(known->given);
	free(known->cells);
	free(known->lengths);
	free(known->given_cells);
	free(known->given_lengths);
	free(known);
}
