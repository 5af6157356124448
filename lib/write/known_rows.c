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

/* A server's rows are not scanned above this number: they would all come over the network. */
enum { SCAN_MOST = 3000000 };

/* Stored rows whose hashes are kept in memory, 30 MiB: those of more wait in a file. */
enum { SCANNED_MOST = 1500000 };

/* Rows of the input whose hashes are kept in memory, 10 MiB, where the stored rows are not: the others
 * wait in a file. Nearly all are new there, and need no reading. */
enum { HASHED_MOST = 500000 };

/* Rows of a table that are looked at: if more than one in DISORDER is below the one before, they lie in
 * no order. To read each by its key would cost more than to hash it. */
enum { LOOKED_AT = 4096, DISORDER = 16 };

/* A whole list is in no order if one of its first PASSED_FIRST rows is so far from the one before: all
 * rows are then read once more. */
enum { PASSED_FIRST = 1024, PASSED_MOST = 65536 };

/* Walks at a time. Of a key of more cells each passes the whole table: four cost half of what
 * hashing does, if the table has as many rows as come. It may have WALK_WORTH times as many. */
enum { MOST_WALKS = 4, WALK_WORTH = 2 };

/* A whole table is counted if this many rows may count: SQLite does so page by page, not row by row. */
enum { COUNT_WHOLE = 500000 };

/* A stored row to add to the hashes. */
struct learnt {
	struct fil_row_hashes_hash hash;
	bool seen, awaited;
};

/* Rows whose keys differ in the first cell only, and ascend in it. The stored ones are read beside
 * those of the input. Keys below are the first cells. */
struct walk {
	struct fil_bytes rest; /* the other cells of the key, each ends with a NUL */
	struct fil_bytes last; /* the key that was judged last */
	struct fil_query *query; /* of the stored rows; NULL: not begun */
	struct fil_bytes stored; /* the key of the row that was read last */
	size_t came, passed; /* rows of the input; stored ones that did not come */
	bool met, same; /* the row on which it stands has come, as it is stored */
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
	struct walk walks[MOST_WALKS], *walk; /* walk: that of the row that was judged last */
	size_t n_walks;
	bool ordered; /* each row has gone on in one of them */
	bool walking; /* the stored rows are read beside the input */
	char *walk_sql;
	size_t *places; /* of each column in the rows of a walk, or FIL_NOWHERE */
	size_t n_places; /* of them; then comes the run */
	bool (*awaits)(void *context, const char *const *cells); /* or NULL */
	void *context;
	struct fil_bytes
	    awaited; /* the first keys of awaited rows that walks passed, each with its NUL */
	struct fil_fault lost; /* why a walk failed; FIL_OK: none did */
	struct learnt learning[PREFETCHED];
	const char **cells; /* of one stored row */
	size_t *lengths;
	const char **given_cells; /* of one row, side by side */
	size_t *given_lengths;
};

static struct fil_row_hashes *
new_hashes(const struct fil_run *run)
{
	struct fil_row_hashes *hashes = fil_row_hashes_new(0);

	fil_row_hashes_limit(hashes, HASHED_MOST, fil_store_folder(fil_run_store(run)));
	return hashes;
}

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
	known->places = fil_alloc(table->n_columns, sizeof *known->places);
	known->given_cells = fil_alloc(table->n_columns, sizeof *known->given_cells);
	known->given_lengths = fil_alloc(table->n_columns, sizeof *known->given_lengths);
	known->hashes = new_hashes(run);
	known->ordered = true;
	return known;
}

void
fil_known_rows_end(struct fil_known_rows *known)
{
	for (size_t i = 0; i < known->n_walks; i++) {
		struct walk *walk = &known->walks[i];

		fil_query_free(walk->query);
		fil_bytes_release(&walk->rest);
		fil_bytes_release(&walk->last);
		fil_bytes_release(&walk->stored);
		*walk = (struct walk){ .query = NULL };
	}
	fil_bytes_release(&known->awaited);
	free(known->walk_sql);
	known->walk_sql = NULL;
	known->n_walks = 0;
	known->walk = NULL;
	known->walking = false;
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
	known->hashes = new_hashes(known->run);
	known->complete = known->older = false;
	known->coming = NULL;
	fil_known_rows_end(known);
	known->ordered = true;
}

/* Returns the hash of a key: n_keys cells and their lengths. */
static uint64_t
hash_new_key(struct fil_known_rows *known, const char *const *cells, const size_t *lengths)
{
	size_t n = known->table->n_keys;

	return fil_row_hashes_row(known->hashes, cells, lengths, n, n).key;
}

/* Every row is new then, and the store finds a repetition by this run's number: nothing is hashed. */
bool
fil_known_rows_empty(const struct fil_known_rows *known)
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

/* Has the stored row that was read learnt. Returns whether it is awaited. */
static bool
is_awaited(const struct fil_known_rows *known)
{
	return known->awaits && known->awaits(known->context, known->cells);
}

/* Reads the cells of a walk's row. */
static void
read_walked(struct fil_known_rows *known, const struct walk *walk)
{
	const char *rest = walk->rest.data;

	for (size_t c = 0; c < known->table->n_columns; c++) {
		bool fetched = known->places[c] != FIL_NOWHERE;

		known->cells[c] = NULL;
		known->lengths[c] = 0;
		if (fetched) {
			known->cells[c] =
			    fil_query_cell(walk->query, (int)known->places[c], &known->lengths[c]);
		} else if (c < known->table->n_keys) {
			known->cells[c] = rest;
			known->lengths[c] = strlen(rest);
			rest += known->lengths[c] + 1;
		}
	}
}

/* Reads the stored row of the last step: that of a walk, or with NULL that of a query of all columns. No
 * stored text has a NUL in it. */
static struct learnt
read_stored(struct fil_known_rows *known, const struct walk *walk, struct fil_query *query)
{
	size_t n = walk ? known->n_places : known->table->n_columns;
	struct learnt learnt = { .seen = false };

	if (walk) {
		read_walked(known, walk);
	} else {
		for (size_t c = 0; c < n; c++)
			known->cells[c] = fil_query_cell(query, (int)c, &known->lengths[c]);
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

static bool
is_served(const struct fil_known_rows *known)
{
	return fil_store_on_server(fil_store_name(fil_run_store(known->run)));
}

/* Returns how many rows the table has, as fil_query_count does, or more than `most`. */
static long long
count_stored(struct fil_known_rows *known, size_t most, struct fil_fault *fault)
{
	if (most > COUNT_WHOLE && !is_served(known))
		most = 0;
	return fil_query_count(fil_run_store(known->run), &known->table->relation, most, fault);
}

/* Returns whether a walk is that of a row. A damaged row may lack a cell of its key. */
static bool
is_of(const struct walk *walk, const struct fil_table *table, const char *const *cells,
    const size_t *lengths)
{
	const char *rest = walk->rest.data;

	for (size_t c = 1; c < table->n_keys; c++) {
		if (!cells[c] || strcmp(rest, cells[c]) != 0)
			return false;
		rest += lengths[c] + 1;
	}
	return true;
}

/* Returns the walk of a row, or NULL. */
static struct walk *
walk_of(struct fil_known_rows *known, const char *const *cells, const size_t *lengths)
{
	if (known->walk && is_of(known->walk, known->table, cells, lengths))
		return known->walk;
	for (size_t i = 0; i < known->n_walks; i++)
		if (is_of(&known->walks[i], known->table, cells, lengths))
			return &known->walks[i];
	return NULL;
}

/* Returns whether a walk has passed the stored row that was read. Then the row has come, unless it is
 * hashed. */
static bool
is_passed(struct fil_known_rows *known)
{
	struct walk *walk = known->walking ? walk_of(known, known->cells, known->lengths) : NULL;

	if (!walk || !walk->query)
		return false;
	return walk->ended ||
	    compare_key(known->cells[0], known->lengths[0], &walk->stored) < walk->met;
}

/* Keeps the key of the row that was read, which is awaited. */
static void
keep_awaited(struct fil_known_rows *known)
{
	if (known->cells[0])
		fil_bytes_add(&known->awaited, known->cells[0], known->lengths[0] + 1);
}

/* Hashes the rows that are to come from a query: that of a walk, or with NULL of the whole table. Each
 * waits until PREFETCHED more are read: adding a row is mostly waiting for memory. */
static int
hash_rows(struct fil_known_rows *known, struct fil_query *query, const struct walk *walk,
    struct fil_fault *fault)
{
	size_t n = 0;
	int step;

	while ((step = fil_query_step(query, fault)) == 1) {
		struct learnt *learnt = &known->learning[n % PREFETCHED];

		if (n++ >= PREFETCHED)
			note_stored(known, learnt);
		*learnt = read_stored(known, walk, query);
		learnt->seen |= !walk && is_passed(known);
		learnt->awaited = !learnt->seen && is_awaited(known);
		if (walk && learnt->awaited)
			keep_awaited(known);
		fil_row_hashes_seek(known->hashes, learnt->hash.key);
	}
	for (size_t i = 0; i < n && i < PREFETCHED; i++)
		note_stored(known, &known->learning[i]);
	fil_row_hashes_settle(known->hashes);
	return step < 0 ? -1 : fil_row_hashes_check(known->hashes, fault);
}

/* Scans the table of `stored` rows; fails when that is negative. Returns 0 or -1. */
static int
learn(struct fil_known_rows *known, long long stored, struct fil_fault *fault)
{
	char *select;
	struct fil_query *query;
	int step;

	if (stored < 0)
		return -1;
	known->coming = NULL;
	fil_row_hashes_limit(known->hashes, SCANNED_MOST, NULL);
	fil_row_hashes_reserve(known->hashes, fil_row_hashes_count(known->hashes) + (size_t)stored);
	select = fil_relation_select(&known->table->relation, false);
	query = fil_query_new(fil_run_store(known->run), select);
	/* A row that was damaged differs from every input; fetched, it is checked. */
	fil_query_trust(query);
	fil_query_read_ahead(query, known->table->n_columns);
	step = hash_rows(known, query, NULL, fault);
	fil_query_free(query);
	free(select);
	known->complete = step == 0;
	return step;
}

/* Scans the table. Returns 0 or -1. */
static int
scan(struct fil_known_rows *known, struct fil_fault *fault)
{
	return learn(known, count_stored(known, 0, fault), fault);
}

int
fil_known_rows_hash(struct fil_known_rows *known, struct fil_fault *fault)
{
	if (known->lost.status != FIL_OK) {
		*fault = known->lost;
		return -1;
	}
	if (scan(known, fault) < 0)
		return -1;
	fil_known_rows_end(known);
	return 0;
}

/* Hashes the row on which the walk stands, which has not come. */
static void
hash_walked(struct fil_known_rows *known)
{
	struct learnt learnt = read_stored(known, known->walk, known->walk->query);

	learnt.awaited = is_awaited(known);
	if (learnt.awaited)
		keep_awaited(known);
	note_stored(known, &learnt);
}

/* Ends the walk, and hashes the row on which it stands and all that follow. Returns 0 or -1. */
static int
hash_rest(struct fil_known_rows *known)
{
	struct walk *walk = known->walk;

	hash_walked(known);
	walk->ended = true;
	return hash_rows(known, walk->query, walk, &known->lost);
}

/* Moves the walk to the next row that was stored before this run. A row below the one before ends it.
 * Returns 0, or -1 when the walk failed. */
static int
walk_on(struct fil_known_rows *known)
{
	struct walk *walk = known->walk;
	int step;

	walk->met = false;
	while ((step = fil_query_step(walk->query, &known->lost)) == 1) {
		if (fil_query_number(walk->query, (int)known->n_places) ==
		    fil_run_number(known->run))
			continue;
		return ascends(walk->query, &walk->stored) ? 0 : hash_rest(known);
	}
	walk->ended = true;
	return step;
}

/* Adds column c to the statement of a walk. SQLite makes numbers texts in its step: later a thread may
 * be inserting. */
static void
add_walked(struct fil_bytes *sql, struct fil_known_rows *known, size_t c)
{
	bool number = known->table->columns[c].type == FIL_TYPE_INTEGER;

	known->places[c] = known->n_places++;
	fil_bytes_add_text(sql, number ? "CAST(" : "");
	fil_relation_add_name(sql, known->table->relation.columns[c]);
	fil_bytes_add_text(sql, number ? " AS TEXT), " : ", ");
}

/* Returns the statement of a walk, and sets the places of its columns: those whose cells are known, or
 * needed for no row, are not fetched. The last cells of keys differ most, and are compared first. */
static char *
walk_statement(struct fil_known_rows *known)
{
	const struct fil_relation *relation = &known->table->relation;
	struct fil_bytes sql = { 0 };

	fil_bytes_add_text(&sql, "SELECT ");
	known->n_places = 0;
	for (size_t c = 0; c < known->table->n_columns; c++) {
		known->places[c] = FIL_NOWHERE;
		if (c == 0 || (c >= known->table->n_keys && (known->awaits || known->given[c])))
			add_walked(&sql, known, c);
	}
	fil_bytes_add_text(&sql, "\"run\" FROM ");
	fil_relation_add_name(&sql, relation->name);
	for (size_t n = 1; n < relation->n_keys; n++) {
		fil_bytes_add_text(&sql, n == 1 ? " WHERE " : " AND ");
		fil_relation_add_name(&sql, relation->columns[relation->n_keys - n]);
		fil_bytes_add_format(&sql, " = $%zu", n);
	}
	fil_bytes_add_text(&sql, " ORDER BY ");
	fil_relation_add_name(&sql, relation->columns[0]);
	return sql.data;
}

/* Returns a new walk for a row, or NULL when there are as many as may be. */
static struct walk *
add_walk(struct fil_known_rows *known, const char *const *values, const size_t *lengths)
{
	struct walk *walk = &known->walks[known->n_walks];

	if (known->n_walks == MOST_WALKS)
		return NULL;
	for (size_t c = 1; c < known->table->n_keys; c++)
		fil_bytes_add(&walk->rest, values[c], lengths[c] + 1);
	known->n_walks++;
	return walk;
}

/* Begins the walk of the row that is judged. Returns 0 or -1. */
static int
begin_walk(struct fil_known_rows *known)
{
	struct walk *walk = known->walk;
	const char *cell = walk->rest.data;

	walk->query = fil_query_new(fil_run_store(known->run), known->walk_sql);
	for (size_t c = 1; c < known->table->n_keys; c++) {
		fil_query_bind(walk->query, (int)(known->table->n_keys - c), cell);
		cell += strlen(cell) + 1;
	}
	fil_query_trust(walk->query);
	fil_query_read_ahead(walk->query, known->n_places);
	return walk_on(known);
}

/* Returns whether a row was stored before this run: 1, 0, or -1. */
static int
find_older(struct fil_known_rows *known, struct fil_fault *fault)
{
	struct fil_bytes sql = { 0 };
	struct fil_query *query;
	int found;

	fil_bytes_add_text(&sql, "SELECT 1 FROM ");
	fil_relation_add_name(&sql, known->table->relation.name);
	fil_bytes_add_text(&sql, " WHERE run <> $1 LIMIT 1");
	query = fil_query_new(fil_run_store(known->run), sql.data);
	fil_query_bind_number(query, 1, fil_run_number(known->run));
	found = fil_query_step(query, fault);
	fil_query_free(query);
	fil_bytes_release(&sql);
	return found;
}

/* Returns the first cells of keys and the runs of rows, as the table has them. */
static char *
table_statement(const struct fil_relation *relation)
{
	struct fil_bytes sql = { 0 };

	fil_bytes_add_text(&sql, "SELECT ");
	fil_relation_add_name(&sql, relation->columns[0]);
	fil_bytes_add_text(&sql, ", run FROM ");
	fil_relation_add_name(&sql, relation->name);
	fil_bytes_add_format(&sql, " LIMIT %d", LOOKED_AT);
	return sql.data;
}

/* Returns whether the stored rows lie in the order of their keys: 1, 0, or -1. */
static int
lies_in_order(struct fil_known_rows *known, struct fil_fault *fault)
{
	char *sql = table_statement(&known->table->relation);
	struct fil_query *query = fil_query_new(fil_run_store(known->run), sql);
	struct fil_bytes last = { 0 };
	size_t n = 0, lower = 0;
	int step;

	fil_query_trust(query);
	for (; (step = fil_query_step(query, fault)) == 1; n++)
		if (!ascends(query, &last)) {
			fil_bytes_clear(&last);
			lower++;
		}
	fil_query_free(query);
	fil_bytes_release(&last);
	free(sql);
	return step < 0 ? -1 : lower <= n / DISORDER;
}

/* Has the stored rows read beside the input, if there are any. Returns 0 or -1. */
static int
begin_walking(struct fil_known_rows *known, struct fil_fault *fault)
{
	int older = find_older(known, fault);

	if (older < 0)
		return -1;
	known->coming = NULL;
	known->older = known->walking = older;
	known->complete = !older;
	fil_row_hashes_limit(known->hashes, SCANNED_MOST, NULL);
	if (older)
		known->walk_sql = walk_statement(known);
	if (older && known->awaits)
		known->walk = add_walk(known, NULL, NULL);
	return 0;
}

/* Returns whether the stored rows can be read beside the input: a file's, whose order is likely the
 * one in which the same rows came before. */
static bool
walks(const struct fil_known_rows *known)
{
	return known->ordered && known->n_walks > 0 && !known->term && !is_served(known);
}

/* Returns a number of rows times a small one, or the largest number. */
static size_t
times(size_t rows, size_t n)
{
	return rows < SIZE_MAX / n ? rows * n : SIZE_MAX - 1;
}

/* Has the stored rows read beside the input if they lie in the order of their keys, or else scans them.
 * Returns 0 or -1. */
static int
walk_or_scan(struct fil_known_rows *known, struct fil_fault *fault)
{
	int in_order = known->table->n_keys == 1 ? lies_in_order(known, fault) : 1;

	if (in_order < 0)
		return -1;
	return in_order ? begin_walking(known, fault) : scan(known, fault);
}

int
fil_known_rows_await(struct fil_known_rows *known,
    bool (*awaits)(void *context, const char *const *cells), void *context, struct fil_fault *fault)
{
	known->awaits = awaits;
	known->context = context;
	return is_served(known) ? scan(known, fault) : walk_or_scan(known, fault);
}

int
fil_known_rows_expect(struct fil_known_rows *known, size_t rows, struct fil_fault *fault)
{
	bool one = known->table->n_keys == 1, ordered = walks(known);
	size_t scan_most = times(rows, SCAN_WORTH),
	       walk_most = ordered ? times(rows, one ? SCAN_WORTH : WALK_WORTH) : 0, most;
	long long stored;
	int result;

	if (known->complete || known->walking)
		return fil_known_rows_empty(known);
	if (is_served(known) && scan_most > SCAN_MOST)
		scan_most = SCAN_MOST;
	most = scan_most > walk_most ? scan_most : walk_most;
	stored = count_stored(known, most + 1, fault);
	if (stored < 0)
		return -1;
	if ((size_t)stored > most) {
		fil_row_hashes_reserve(known->hashes, rows);
		return 0;
	}
	result = ordered && (size_t)stored <= walk_most ? walk_or_scan(known, fault)
							: learn(known, stored, fault);
	return result < 0 ? -1 : fil_known_rows_empty(known);
}

void
fil_known_rows_seek(struct fil_known_rows *known, const char *key, size_t length)
{
	bool walks_on = known->walking && !(known->walk && known->walk->ended);

	if (known->table->n_keys != 1 || fil_known_rows_empty(known) || walks_on)
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
		cell = fil_query_cell(known->walk->query, (int)known->places[c], &n);
		if (!cell != !values[c] ||
		    (cell && (n != lengths[c] || memcmp(cell, values[c], n) != 0)))
			return false;
	}
	return true;
}

/* Judges a row by the hashes. After a scan or a walk they need not grow with the input: the store
 * finds the repetition of a new key by this run's number. */
static enum fil_judgement
find_judgement(struct fil_known_rows *known, const char *const *values, const size_t *lengths)
{
	struct fil_row_hashes_hash hash = hash_row(known, values, lengths);
	struct fil_row_hashes_entry *entry;
	bool fresh = false, same;

	known->coming = NULL;
	entry = known->complete || (known->walking && known->walk->ended)
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

/* As find_judgement. Returns FIL_JUDGED_UNORDERED when the hashes failed. */
static enum fil_judgement
judge_by_hash(struct fil_known_rows *known, const char *const *values, const size_t *lengths)
{
	enum fil_judgement judgement = find_judgement(known, values, lengths);

	return fil_row_hashes_check(known->hashes, &known->lost) < 0 ? FIL_JUDGED_UNORDERED
								     : judgement;
}

/* Returns whether a whole list jumps so far at its beginning that it is in no order. */
static bool
jumps(const struct fil_known_rows *known)
{
	const struct walk *walk = known->walk;

	return known->awaits && walk->came < PASSED_FIRST && walk->passed > PASSED_MOST;
}

/* Begins the walk if need be, and moves it to the key of a row. Returns 1 if it is there, 0, or -1 if it
 * failed or the list is in no order. */
static int
walk_to(struct fil_known_rows *known, const char *key, size_t n)
{
	struct walk *walk = known->walk;

	if (!walk->query && begin_walk(known) < 0)
		return -1;
	walk->came++;
	while (!walk->ended && compare_key(key, n, &walk->stored) > 0) {
		walk->passed += !walk->met;
		if (!walk->met)
			hash_walked(known);
		if (walk_on(known) < 0 || jumps(known))
			return -1;
	}
	return !walk->ended && compare_key(key, n, &walk->stored) == 0;
}

/* Judges a row whose key is that of the row on which the walk stands. */
static enum fil_judgement
judge_walked(struct fil_known_rows *known, const char *const *values, const size_t *lengths)
{
	struct walk *walk = known->walk;
	bool same = agrees(known, values, lengths);

	if (walk->met)
		return same ? FIL_JUDGED_REPEATED : FIL_JUDGED_DUPLICATE;
	if (known->awaits) {
		read_walked(known, walk);
		is_awaited(known);
		same = same && !begins_again(known);
	}
	walk->met = true;
	walk->same = same;
	return same ? FIL_JUDGED_SAME : FIL_JUDGED_NEW;
}

/* Judges a row by the walk, or else by the hashes. Returns FIL_JUDGED_UNORDERED when the walk ends. */
static enum fil_judgement
judge_by_walk(struct fil_known_rows *known, const char *const *values, const size_t *lengths)
{
	int there = walk_to(known, values[0], lengths[0]);

	if (there < 0)
		return FIL_JUDGED_UNORDERED;
	return there > 0 ? judge_walked(known, values, lengths)
			 : judge_by_hash(known, values, lengths);
}

/* Returns whether a row goes on in its walk, which becomes the current one: the key is above those that
 * were judged, or that of a row that came as it is stored. */
static bool
goes_on(struct fil_known_rows *known, const char *const *values, const size_t *lengths)
{
	struct walk *walk = walk_of(known, values, lengths);
	int order;

	if (!walk && !(walk = add_walk(known, values, lengths)))
		return false;
	known->walk = walk;
	order = walk->last.length ? compare_key(values[0], lengths[0], &walk->last) : 1;
	if (order <= 0)
		return order == 0 && walk->met && walk->same;
	set_key(&walk->last, values[0], lengths[0]);
	return true;
}

enum fil_judgement
fil_known_rows_judge(struct fil_known_rows *known, const char *const *values, const size_t *lengths)
{
	if (fil_known_rows_empty(known))
		return FIL_JUDGED_NEW;
	if (known->ordered && !known->complete)
		known->ordered = goes_on(known, values, lengths);
	if (!known->walking)
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

	if (fil_known_rows_empty(known))
		return;
	hash.key = hash_new_key(known, values, lengths);
	entry = known->walking ? fil_row_hashes_add(known->hashes, hash, &fresh)
			       : fil_row_hashes_find(known->hashes, hash.key);
	if (!entry)
		return;
	entry->content = ~entry->content & FIL_ROW_CONTENT;
	entry->seen = false;
}

/* Finds the keys that are missing, by one pass over the stored ones. */
static int
name_missing(struct fil_known_rows *known, const struct fil_row_hashes_keys *missing,
    void (*each)(void *context, const char *key), void *context, struct fil_fault *fault)
{
	char *sql = fil_relation_keys(&known->table->relation);
	struct fil_query *query = fil_query_new(fil_run_store(known->run), sql);
	int step;

	fil_query_read_ahead(query, 1);
	while ((step = fil_query_step(query, fault)) == 1) {
		size_t length;
		const char *key = fil_query_cell(query, 0, &length);

		if (fil_row_hashes_has(missing, hash_new_key(known, &key, &length)))
			each(context, key);
	}
	fil_query_free(query);
	free(sql);
	return step;
}

/* Moves the walk behind the last stored row. Returns 0 or -1. */
static int
pass_rest(struct fil_known_rows *known, struct fil_fault *fault)
{
	int result = known->walk->query ? 0 : begin_walk(known);

	while (result == 0 && !known->walk->ended) {
		if (!known->walk->met) {
			read_walked(known, known->walk);
			if (is_awaited(known))
				keep_awaited(known);
		}
		result = walk_on(known);
	}
	if (result == 0)
		result = fil_row_hashes_check(known->hashes, &known->lost);
	if (result < 0)
		*fault = known->lost;
	return result;
}

/* Names the awaited rows that the walk passed, and that did not come after it was given up. */
static int
name_passed(struct fil_known_rows *known, void (*each)(void *context, const char *key),
    void *context, struct fil_fault *fault)
{
	const char *end = known->awaited.data + known->awaited.length;
	size_t length;

	for (const char *key = known->awaited.data; key < end; key += length + 1) {
		const struct fil_row_hashes_entry *entry;

		length = strlen(key);
		entry = fil_row_hashes_find(known->hashes, hash_new_key(known, &key, &length));
		if (!entry || !entry->seen)
			each(context, key);
	}
	return fil_row_hashes_check(known->hashes, fault);
}

int
fil_known_rows_missing(struct fil_known_rows *known, void (*each)(void *context, const char *key),
    void *context, struct fil_fault *fault)
{
	struct fil_row_hashes_keys missing = { 0 };
	int result;

	if (known->walking)
		return pass_rest(known, fault) < 0 ? -1 : name_passed(known, each, context, fault);
	fil_row_hashes_missing(known->hashes, &missing);
	result = fil_row_hashes_check(known->hashes, fault);
	if (result == 0 && missing.n > 0)
		result = name_missing(known, &missing, each, context, fault);
	fil_row_hashes_release(&missing);
	return result;
}

int
fil_known_rows_has(const void *context, const char *key, size_t length)
{
	const struct fil_known_rows *known = context;
	struct fil_fault ignored;
	bool found;

	if (!known->complete || known->table->n_keys != 1)
		return -1;
	found = fil_row_hashes_find(known->hashes, fil_row_hashes_key(known->hashes, key, length));
	return fil_row_hashes_check(known->hashes, &ignored) < 0 ? -1 : found;
}

void
fil_known_rows_free(struct fil_known_rows *known)
{
	if (!known)
		return;
	fil_row_hashes_free(known->hashes);
	fil_known_rows_end(known);
	free(known->given);
	free(known->cells);
	free(known->lengths);
	free(known->places);
	free(known->given_cells);
	free(known->given_lengths);
	free(known);
}
