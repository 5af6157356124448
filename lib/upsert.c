/* SPDX-License-Identifier: ISC */
#include "lib/upsert.h"

#include <stdlib.h>
#include <string.h>

#include "lib/digest.h"
#include "lib/memory.h"
#include "lib/number.h"

/* A scan of the stored rows pays when at least one in so many of them is likely to come. */
enum { SCAN_WORTH = 8 };

/* Beyond so many stored rows their hashes would take more memory than an import may (16 bytes
 * each). */
enum { SCAN_MOST = 3000000 };

/* Where the stored form of a row of the last batch is. */
struct place {
	const struct fil_batch *batch;
	size_t row;
};

struct fil_upsert {
	struct fil_run *run;
	const struct fil_table *table;
	bool *given;
	bool all_given, lacks_required, update_only;
	struct fil_digest *digest;
	bool complete; /* the digest has every row that was stored before this run */
	bool blank; /* and there was none: rows are new, or told by the store to be this run's */
	size_t guarded, watched; /* columns, or FIL_NOWHERE */
	struct fil_batch *fresh, *keys, *found, *before, *emptied, *changed;
	const char **cells; /* one row, put together */
	size_t *lengths;
	const char **given_cells; /* of one row, side by side */
	size_t *given_lengths;
	struct place *places; /* one for each row of the last batch */
	bool *inserted;
	size_t *numbers; /* rows of the batch behind the rows of fresh, then of keys */
	size_t *found_places;
	size_t room; /* rows for which these arrays have room */
};

struct fil_upsert *
fil_upsert_new(struct fil_run *run, const struct fil_table *table)
{
	struct fil_upsert *upsert = fil_alloc(1, sizeof *upsert);

	upsert->run = run;
	upsert->table = table;
	upsert->given = fil_alloc(table->n_columns, sizeof *upsert->given);
	upsert->cells = fil_alloc(table->n_columns + 1, sizeof *upsert->cells);
	upsert->lengths = fil_alloc(table->n_columns + 1, sizeof *upsert->lengths);
	upsert->given_cells = fil_alloc(table->n_columns, sizeof *upsert->given_cells);
	upsert->given_lengths = fil_alloc(table->n_columns, sizeof *upsert->given_lengths);
	upsert->fresh = fil_batch_new(table->n_columns);
	upsert->keys = fil_batch_new(table->n_keys);
	upsert->found = fil_batch_new(table->n_columns + 1);
	upsert->before = fil_batch_new(table->n_columns + 1);
	upsert->changed = fil_batch_new(table->n_columns);
	upsert->emptied = fil_batch_new(table->n_columns + 1);
	upsert->guarded = upsert->watched = FIL_NOWHERE;
	upsert->digest = fil_digest_new(0);
	return upsert;
}

void
fil_upsert_given(struct fil_upsert *upsert, const bool *given)
{
	const struct fil_table *table = upsert->table;

	if (memcmp(upsert->given, given, table->n_columns * sizeof *given) == 0)
		return;
	memcpy(upsert->given, given, table->n_columns * sizeof *given);
	upsert->all_given = true;
	upsert->lacks_required = false;
	for (size_t c = 0; c < table->n_columns; c++) {
		if (given[c])
			continue;
		upsert->all_given = false;
		upsert->lacks_required |= table->columns[c].required && !table->columns[c].fallback;
	}
	/* Contents were hashed over other columns. */
	fil_digest_free(upsert->digest);
	upsert->digest = fil_digest_new(0);
	upsert->complete = upsert->blank = false;
}

/* Hashes the keys, and the given columns, of a row. */
static struct fil_digest_hash
hash_row(struct fil_upsert *upsert, const char *const *values, const size_t *lengths)
{
	size_t n = 0;

	if (upsert->all_given)
		return fil_digest_row(upsert->digest, values, lengths, upsert->table->n_keys,
		    upsert->table->n_columns);
	for (size_t c = 0; c < upsert->table->n_columns; c++) {
		if (!upsert->given[c])
			continue;
		upsert->given_cells[n] = values[c];
		upsert->given_lengths[n++] = lengths[c];
	}
	return fil_digest_row(
	    upsert->digest, upsert->given_cells, upsert->given_lengths, upsert->table->n_keys, n);
}

void
fil_upsert_guard(struct fil_upsert *upsert, size_t column)
{
	upsert->guarded = column;
}

void
fil_upsert_update_only(struct fil_upsert *upsert)
{
	upsert->update_only = true;
}

void
fil_upsert_watch(struct fil_upsert *upsert, size_t column)
{
	upsert->watched = column;
}

/* Adds one stored row to the digest, unless the input has brought its key already; returns the hash
 * of its key. */
static uint64_t
note_stored(struct fil_upsert *upsert, struct fil_query *query)
{
	size_t n = upsert->table->n_columns;
	struct fil_digest_entry *entry;
	struct fil_digest_hash hash;
	bool fresh;

	for (size_t c = 0; c < n; c++) {
		upsert->cells[c] = fil_query_text(query, (int)c);
		upsert->lengths[c] = upsert->cells[c] ? fil_query_length(query, (int)c) : 0;
	}
	hash = hash_row(upsert, upsert->cells, upsert->lengths);
	entry = fil_digest_add(upsert->digest, hash, &fresh);
	if (fil_query_number(query, (int)n) != fil_run_number(upsert->run))
		upsert->blank = false;
	else if (fresh)
		fil_digest_see(entry);
	return hash.key;
}

/* Returns how many rows the table has, counting no further than most, or -1. */
static long long
count_stored(struct fil_upsert *upsert, size_t most, struct fil_fault *fault)
{
	char *select = fil_relation_select(&upsert->table->relation, false);
	char *sql = fil_format("SELECT count(*) FROM (%s LIMIT %zu) AS t", select, most);
	struct fil_query *query = fil_query_new(fil_run_store(upsert->run), sql);
	long long count = -1;

	if (fil_query_step(query, fault) == 1)
		count = fil_query_number(query, 0);
	fil_query_free(query);
	free(sql);
	free(select);
	return count;
}

int
fil_upsert_learn(struct fil_upsert *upsert,
    void (*visit)(void *context, const char *const *cells, uint64_t key), void *context,
    struct fil_fault *fault)
{
	char *select = fil_relation_select(&upsert->table->relation, false);
	struct fil_query *query = fil_query_new(fil_run_store(upsert->run), select);
	int step;

	upsert->blank = true;
	while ((step = fil_query_step(query, fault)) == 1) {
		uint64_t key = note_stored(upsert, query);

		if (visit)
			visit(context, upsert->cells, key);
	}
	fil_query_free(query);
	free(select);
	upsert->complete = step == 0;
	return step;
}

int
fil_upsert_expect(struct fil_upsert *upsert, size_t rows, struct fil_fault *fault)
{
	size_t most = rows < SCAN_MOST / SCAN_WORTH ? rows * SCAN_WORTH : SCAN_MOST;
	long long stored;

	if (upsert->complete)
		return 0;
	stored = count_stored(upsert, most + 1, fault);
	if (stored < 0)
		return -1;
	if ((size_t)stored > most)
		return 0;
	return fil_upsert_learn(upsert, NULL, NULL, fault);
}

bool
fil_upsert_brought(const struct fil_upsert *upsert, uint64_t key)
{
	struct fil_digest_entry *entry = fil_digest_find(upsert->digest, key);

	return entry && fil_digest_seen(entry);
}

uint64_t
fil_upsert_key(struct fil_upsert *upsert, const char *const *cells, const size_t *lengths)
{
	size_t n = upsert->table->n_keys;

	return fil_digest_row(upsert->digest, cells, lengths, n, n).key;
}

bool
fil_upsert_stored(const struct fil_upsert *upsert, uint64_t key)
{
	return fil_digest_find(upsert->digest, key) != NULL;
}

enum fil_outcome
fil_upsert_judge(struct fil_upsert *upsert, const char *const *values, const size_t *lengths)
{
	struct fil_digest_hash hash;
	struct fil_digest_entry *entry;
	bool fresh;

	if (upsert->blank)
		return FIL_ROW_ADDED;
	hash = hash_row(upsert, values, lengths);
	entry = fil_digest_find(upsert->digest, hash.key);
	if (!entry) {
		/* A key that no stored row had is told from its own repetition by the store, which
		 * has it with this run's number: the hashes need not grow with the input. */
		if (!upsert->complete)
			fil_digest_see(fil_digest_add(upsert->digest, hash, &fresh));
		return FIL_ROW_ADDED;
	}
	if (fil_digest_content(entry) == hash.content) {
		fil_digest_see(entry);
		return FIL_ROW_UNCHANGED;
	}
	if (fil_digest_seen(entry))
		return FIL_ROW_DUPLICATE;
	fil_digest_set_content(entry, hash.content);
	fil_digest_see(entry);
	return FIL_ROW_ADDED;
}

static void
make_room(struct fil_upsert *upsert, size_t rows)
{
	if (rows <= upsert->room)
		return;
	upsert->room = rows;
	upsert->places = fil_resize(upsert->places, rows, sizeof *upsert->places);
	upsert->inserted = fil_resize(upsert->inserted, rows, sizeof *upsert->inserted);
	upsert->numbers = fil_resize(upsert->numbers, rows, sizeof *upsert->numbers);
	upsert->found_places = fil_resize(upsert->found_places, rows, sizeof *upsert->found_places);
}

/* Puts the row together as a new one: what is not given has its default. */
static void
complete_row(struct fil_upsert *upsert, const struct fil_batch *rows, size_t i)
{
	for (size_t c = 0; c < upsert->table->n_columns; c++)
		upsert->cells[c] = upsert->given[c] ? fil_batch_cell(rows, i, c, NULL)
						    : upsert->table->columns[c].fallback;
}

/* Inserts what has a new key; what has not is left with the outcome CHANGED, to be looked at. */
static int
insert_fresh(struct fil_upsert *upsert, const struct fil_batch *rows, const bool *skip,
    enum fil_outcome *outcomes, struct fil_fault *fault)
{
	const struct fil_batch *fresh = rows;
	size_t n = 0;

	for (size_t i = 0; i < fil_batch_rows(rows); i++) {
		outcomes[i] = skip && skip[i] ? FIL_ROW_SKIPPED : FIL_ROW_CHANGED;
		if (outcomes[i] != FIL_ROW_SKIPPED)
			upsert->numbers[n++] = i;
	}
	if (upsert->lacks_required || upsert->update_only)
		return 0;
	if (n < fil_batch_rows(rows) || !upsert->all_given) {
		fresh = upsert->fresh;
		for (size_t k = 0; k < n; k++) {
			complete_row(upsert, rows, upsert->numbers[k]);
			fil_batch_add(upsert->fresh, upsert->cells);
		}
	}
	if (fil_store_insert(fil_run_store(upsert->run), &upsert->table->relation, fresh,
		fil_run_number(upsert->run), upsert->inserted, fault) < 0)
		return -1;
	for (size_t k = 0; k < n; k++) {
		if (!upsert->inserted[k])
			continue;
		outcomes[upsert->numbers[k]] = FIL_ROW_ADDED;
		upsert->places[upsert->numbers[k]] = (struct place){ fresh, k };
	}
	return 0;
}

/* Returns whether the stored row has all that row i gives. */
static bool
agrees(const struct fil_upsert *upsert, const struct fil_batch *rows, size_t i, size_t stored)
{
	for (size_t c = upsert->table->n_keys; c < upsert->table->n_columns; c++) {
		const char *new = fil_batch_cell(rows, i, c, NULL);
		const char *old = fil_batch_cell(upsert->found, stored, c, NULL);

		if (upsert->given[c] && (!new != !old || (new &&strcmp(new, old) != 0)))
			return false;
	}
	return true;
}

/* Returns whether the change of row i empties the watched column. */
static bool
empties(const struct fil_upsert *upsert, const struct fil_batch *rows, size_t i, size_t stored)
{
	size_t c = upsert->watched;

	return c != FIL_NOWHERE && upsert->given[c] && !fil_batch_cell(rows, i, c, NULL) &&
	    fil_batch_cell(upsert->found, stored, c, NULL);
}

/* Returns whether the guarded column of row i holds something else than what is stored. */
static bool
is_foreign(const struct fil_upsert *upsert, const struct fil_batch *rows, size_t i, size_t stored)
{
	const char *new, *old;

	if (upsert->guarded == FIL_NOWHERE)
		return false;
	new = fil_batch_cell(rows, i, upsert->guarded, NULL);
	old = fil_batch_cell(upsert->found, stored, upsert->guarded, NULL);
	return new &&old &&strcmp(new, old) != 0;
}

/* Notes row i, stored as row `stored` of found, for the history and the update. */
static enum fil_outcome
merge_row(struct fil_upsert *upsert, const struct fil_batch *rows, size_t i, size_t stored)
{
	size_t n = upsert->table->n_columns;
	bool emptied = empties(upsert, rows, i, stored);

	for (size_t c = 0; c <= n; c++)
		upsert->cells[c] = fil_batch_cell(upsert->found, stored, c, NULL);
	fil_batch_add(emptied ? upsert->emptied : upsert->before, upsert->cells);
	for (size_t c = 0; c < n; c++)
		if (upsert->given[c])
			upsert->cells[c] = fil_batch_cell(rows, i, c, NULL);
	upsert->places[i] =
	    (struct place){ upsert->changed, fil_batch_add(upsert->changed, upsert->cells) };
	return emptied ? FIL_ROW_EMPTIED : FIL_ROW_CHANGED;
}

/* Judges row i against what is stored under its key. */
static enum fil_outcome
compare_row(struct fil_upsert *upsert, const struct fil_batch *rows, size_t i, size_t stored)
{
	const char *written;
	long long run = 0;

	if (stored == FIL_NOWHERE)
		return FIL_ROW_INCOMPLETE;
	if (agrees(upsert, rows, i, stored))
		return FIL_ROW_UNCHANGED;
	written = fil_batch_cell(upsert->found, stored, upsert->table->n_columns, NULL);
	if (written && fil_number_read(written, 0, INT64_MAX, &run) == 0 &&
	    run == fil_run_number(upsert->run))
		return FIL_ROW_DUPLICATE;
	if (is_foreign(upsert, rows, i, stored))
		return FIL_ROW_FOREIGN;
	return merge_row(upsert, rows, i, stored);
}

/* Looks at the rows whose keys the store has. */
static int
update_stored(struct fil_upsert *upsert, const struct fil_batch *rows, enum fil_outcome *outcomes,
    struct fil_fault *fault)
{
	struct fil_store *store = fil_run_store(upsert->run);
	const struct fil_relation *relation = &upsert->table->relation;
	size_t n = 0;

	for (size_t i = 0; i < fil_batch_rows(rows); i++) {
		if (outcomes[i] != FIL_ROW_CHANGED)
			continue;
		for (size_t c = 0; c < upsert->table->n_keys; c++)
			upsert->cells[c] = fil_batch_cell(rows, i, c, NULL);
		fil_batch_add(upsert->keys, upsert->cells);
		upsert->numbers[n++] = i;
	}
	if (n == 0)
		return 0;
	if (fil_store_fetch(
		store, relation, upsert->keys, upsert->found, upsert->found_places, fault) < 0)
		return -1;
	for (size_t k = 0; k < n; k++)
		outcomes[upsert->numbers[k]] =
		    compare_row(upsert, rows, upsert->numbers[k], upsert->found_places[k]);
	if (fil_batch_rows(upsert->changed) == 0)
		return 0;
	if (fil_run_keep(upsert->run, relation, upsert->before, FIL_CHANGED, fault) < 0 ||
	    fil_run_keep(upsert->run, relation, upsert->emptied, FIL_RETURNED, fault) < 0)
		return -1;
	return fil_store_update(
	    store, relation, upsert->changed, fil_run_number(upsert->run), fault);
}

int
fil_upsert_put(struct fil_upsert *upsert, const struct fil_batch *rows, const bool *skip,
    enum fil_outcome *outcomes, struct fil_fault *fault)
{
	make_room(upsert, fil_batch_rows(rows));
	fil_batch_clear(upsert->fresh);
	fil_batch_clear(upsert->keys);
	fil_batch_clear(upsert->found);
	fil_batch_clear(upsert->before);
	fil_batch_clear(upsert->emptied);
	fil_batch_clear(upsert->changed);
	if (insert_fresh(upsert, rows, skip, outcomes, fault) < 0)
		return -1;
	return update_stored(upsert, rows, outcomes, fault);
}

const char *
fil_upsert_cell(const struct fil_upsert *upsert, size_t i, size_t c)
{
	return fil_batch_cell(upsert->places[i].batch, upsert->places[i].row, c, NULL);
}

void
fil_upsert_free(struct fil_upsert *upsert)
{
	if (!upsert)
		return;
	fil_digest_free(upsert->digest);
	fil_batch_free(upsert->fresh);
	fil_batch_free(upsert->keys);
	fil_batch_free(upsert->found);
	fil_batch_free(upsert->before);
	fil_batch_free(upsert->emptied);
	fil_batch_free(upsert->changed);
	free(upsert->given);
	free(upsert->cells);
	free(upsert->lengths);
	free(upsert->given_cells);
	free(upsert->given_lengths);
	free(upsert->places);
	free(upsert->inserted);
	free(upsert->numbers);
	free(upsert->found_places);
	free(upsert);
}
