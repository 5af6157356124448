/* SPDX-License-Identifier: ISC */
#include "lib/known.h"

#include <stdlib.h>
#include <string.h>

#include "lib/memory.h"

/* A scan of the stored rows pays when at least one in so many of them is likely to come. */
enum { SCAN_WORTH = 8 };

/* Beyond so many stored rows their hashes would take more memory than an import may. */
enum { SCAN_MOST = 3000000 };

struct fil_known {
	struct fil_run *run;
	const struct fil_table *table;
	const struct fil_term *term; /* or NULL */
	bool *given;
	bool all_given;
	struct fil_digest *digest;
	bool complete; /* the digest has every row that was stored before this run */
	size_t awaited;
	const char **cells; /* of one stored row */
	size_t *lengths;
	const char **given_cells; /* of one row, side by side */
	size_t *given_lengths;
};

struct fil_known *
fil_known_new(struct fil_run *run, const struct fil_table *table)
{
	struct fil_known *known = fil_alloc(1, sizeof *known);

	known->run = run;
	known->table = table;
	known->given = fil_alloc(table->n_columns, sizeof *known->given);
	known->cells = fil_alloc(table->n_columns, sizeof *known->cells);
	known->lengths = fil_alloc(table->n_columns, sizeof *known->lengths);
	known->given_cells = fil_alloc(table->n_columns, sizeof *known->given_cells);
	known->given_lengths = fil_alloc(table->n_columns, sizeof *known->given_lengths);
	known->digest = fil_digest_new(0);
	return known;
}

void
fil_known_given(struct fil_known *known, const bool *given)
{
	const struct fil_table *table = known->table;

	if (memcmp(known->given, given, table->n_columns * sizeof *given) == 0)
		return;
	memcpy(known->given, given, table->n_columns * sizeof *given);
	known->all_given = true;
	for (size_t c = 0; c < table->n_columns; c++)
		known->all_given &= given[c];
	/* Contents were hashed over other columns. */
	fil_digest_free(known->digest);
	known->digest = fil_digest_new(0);
	known->complete = false;
	known->awaited = 0;
}

void
fil_known_term(struct fil_known *known, const struct fil_term *term)
{
	known->term = term;
}

/* Hashes the keys, and the given columns, of a row. */
static struct fil_digest_hash
hash_row(struct fil_known *known, const char *const *values, const size_t *lengths)
{
	const struct fil_table *table = known->table;
	size_t n = 0;

	if (known->all_given)
		return fil_digest_row(
		    known->digest, values, lengths, table->n_keys, table->n_columns);
	for (size_t c = 0; c < table->n_columns; c++) {
		if (!known->given[c])
			continue;
		known->given_cells[n] = values[c];
		known->given_lengths[n++] = lengths[c];
	}
	return fil_digest_row(
	    known->digest, known->given_cells, known->given_lengths, table->n_keys, n);
}

/* Returns whether the stored row begins again when it comes. */
static bool
begins_again(const struct fil_known *known)
{
	return known->term && !known->given[known->term->column] &&
	    fil_term_over(known->term, known->cells[known->term->column]);
}

/* Adds one stored row to the digest, unless the input has brought its key already. */
static struct fil_digest_entry *
note_stored(struct fil_known *known, struct fil_query *query)
{
	size_t n = known->table->n_columns;
	struct fil_digest_entry *entry;
	struct fil_digest_hash hash;
	bool fresh;

	for (size_t c = 0; c < n; c++) {
		known->cells[c] = fil_query_text(query, (int)c);
		known->lengths[c] = known->cells[c] ? fil_query_length(query, (int)c) : 0;
	}
	hash = hash_row(known, known->cells, known->lengths);
	if (begins_again(known))
		hash.content = ~hash.content;
	entry = fil_digest_add(known->digest, hash, &fresh);
	if (fresh && fil_query_number(query, (int)n) == fil_run_number(known->run))
		fil_digest_see(entry);
	return entry;
}

int
fil_known_learn(struct fil_known *known,
    bool (*awaits)(void *context, const char *const *cells), void *context,
    struct fil_fault *fault)
{
	char *select = fil_relation_select(&known->table->relation, false);
	struct fil_query *query = fil_query_new(fil_run_store(known->run), select);
	int step;

	while ((step = fil_query_step(query, fault)) == 1) {
		struct fil_digest_entry *entry = note_stored(known, query);

		if (!awaits || !awaits(context, known->cells))
			continue;
		fil_digest_await(entry);
		known->awaited++;
	}
	fil_query_free(query);
	free(select);
	known->complete = step == 0;
	return step;
}

/* Returns how many rows the table has, counting no further than most, or -1. */
static long long
count_stored(struct fil_known *known, size_t most, struct fil_fault *fault)
{
	char *select = fil_relation_select(&known->table->relation, false);
	char *sql = fil_format("SELECT count(*) FROM (%s LIMIT %zu) AS t", select, most);
	struct fil_query *query = fil_query_new(fil_run_store(known->run), sql);
	long long count = -1;

	if (fil_query_step(query, fault) == 1)
		count = fil_query_number(query, 0);
	fil_query_free(query);
	free(sql);
	free(select);
	return count;
}

int
fil_known_expect(struct fil_known *known, size_t rows, struct fil_fault *fault)
{
	size_t most = rows < SCAN_MOST / SCAN_WORTH ? rows * SCAN_WORTH : SCAN_MOST;
	long long stored;

	if (known->complete)
		return 0;
	stored = count_stored(known, most + 1, fault);
	if (stored < 0)
		return -1;
	if ((size_t)stored > most)
		return 0;
	return fil_known_learn(known, NULL, NULL, fault);
}

enum fil_judgement
fil_known_judge(struct fil_known *known, const char *const *values, const size_t *lengths)
{
	struct fil_digest_hash hash = hash_row(known, values, lengths);
	struct fil_digest_entry *entry = fil_digest_find(known->digest, hash.key);
	bool fresh;

	if (!entry) {
		/* A key that no stored row had is told from its own repetition by the store, which
		 * has it with this run's number: the hashes need not grow with the input. */
		if (!known->complete)
			fil_digest_see(fil_digest_add(known->digest, hash, &fresh));
		return FIL_JUDGED_NEW;
	}
	if (fil_digest_seen(entry))
		return fil_digest_content(entry) == hash.content ? FIL_JUDGED_AGAIN
								 : FIL_JUDGED_TWICE;
	if (fil_digest_content(entry) == hash.content) {
		fil_digest_see(entry);
		return FIL_JUDGED_SAME;
	}
	fil_digest_set_content(entry, hash.content);
	fil_digest_see(entry);
	return FIL_JUDGED_NEW;
}

void
fil_known_forget(struct fil_known *known, const char *const *values, const size_t *lengths)
{
	struct fil_digest_entry *entry =
	    fil_digest_find(known->digest, fil_known_key(known, values, lengths));

	if (entry)
		fil_digest_forget(entry);
}

size_t
fil_known_awaited(const struct fil_known *known)
{
	return known->awaited;
}

void
fil_known_missing(const struct fil_known *known, struct fil_digest_keys *keys)
{
	fil_digest_missing(known->digest, keys);
}

uint64_t
fil_known_key(struct fil_known *known, const char *const *cells, const size_t *lengths)
{
	size_t n = known->table->n_keys;

	return fil_digest_row(known->digest, cells, lengths, n, n).key;
}

bool
fil_known_stored(const struct fil_known *known, uint64_t key)
{
	return fil_digest_find(known->digest, key) != NULL;
}

void
fil_known_free(struct fil_known *known)
{
	if (!known)
		return;
	fil_digest_free(known->digest);
	free(known->given);
	free(known->cells);
	free(known->lengths);
	free(known->given_cells);
	free(known->given_lengths);
	free(known);
}
