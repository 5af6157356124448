/* SPDX-License-Identifier: ISC */
#include "lib/references.h"

#include <stdlib.h>
#include <string.h>

#include "lib/keyset.h"
#include "lib/memory.h"

/* So many keys are looked up one by one before all keys of the table are read instead. */
enum { LOOKUPS_MOST = 256 };

/* Keys looked up by one statement. */
enum { LOOKUP_KEYS = 16 };

/* One table that is referred to. */
struct target {
	const struct fil_table *table;
	struct fil_keyset *known;
	struct fil_batch *wanted; /* keys that the batch names and that are not known */
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
	struct target *own; /* the table itself, or NULL */
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
	target->known = fil_keyset_new(0);
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

bool
fil_references_own(const struct fil_references *references)
{
	return references->own;
}

void
fil_references_add(struct fil_references *references, const char *key, size_t n)
{
	if (references->own)
		fil_keyset_add(references->own->known, key, n);
}

/* Gathers what the batch names and what is not known. */
static void
want(struct fil_references *references, const struct fil_batch *rows)
{
	for (size_t c = 0; c < references->table->n_columns; c++) {
		struct target *target;

		if (references->target_of[c] == FIL_NOWHERE)
			continue;
		target = &references->targets[references->target_of[c]];
		for (size_t i = 0; i < fil_batch_rows(rows); i++) {
			size_t n;
			const char *cell = fil_batch_cell(rows, i, c, &n);

			if (cell && !target->complete && !fil_keyset_has(target->known, cell, n))
				fil_batch_add(target->wanted, &cell);
		}
	}
}

/* Reads the keys that a query answers into what is known. Returns 0 or -1. */
static int
read_keys(struct target *target, struct fil_query *query, struct fil_fault *fault)
{
	int step;

	while ((step = fil_query_step(query, fault)) == 1) {
		const char *key = fil_query_text(query, 0);

		fil_keyset_add(target->known, key, fil_query_length(query, 0));
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
		char *sql = fil_relation_lookup(&target->table->relation, LOOKUP_KEYS);

		target->lookup = fil_query_new(references->store, sql);
		free(sql);
	}
	for (size_t k = 0; k < LOOKUP_KEYS; k++) {
		size_t i = first + k;

		fil_query_bind(target->lookup, (int)k + 1,
		    i < fil_batch_rows(target->wanted) ? fil_batch_cell(target->wanted, i, 0, NULL)
						       : NULL);
	}
	return read_keys(target, target->lookup, fault);
}

static int
resolve_target(struct fil_references *references, struct target *target, struct fil_fault *fault)
{
	size_t n = fil_batch_rows(target->wanted);

	target->lookups += n;
	if (target->lookups > LOOKUPS_MOST)
		return read_all(references, target, fault);
	for (size_t first = 0; first < n; first += LOOKUP_KEYS)
		if (look_up(references, target, first, fault) < 0)
			return -1;
	return 0;
}

int
fil_references_resolve(
    struct fil_references *references, const struct fil_batch *rows, struct fil_fault *fault)
{
	want(references, rows);
	for (size_t t = 0; t < references->n_targets; t++) {
		struct target *target = &references->targets[t];

		if (fil_batch_rows(target->wanted) == 0)
			continue;
		if (resolve_target(references, target, fault) < 0)
			return -1;
		fil_batch_clear(target->wanted);
	}
	return 0;
}

size_t
fil_references_missing(
    const struct fil_references *references, const struct fil_batch *rows, size_t i)
{
	for (size_t c = 0; c < references->table->n_columns; c++) {
		size_t n;
		const char *cell;

		if (references->target_of[c] == FIL_NOWHERE)
			continue;
		cell = fil_batch_cell(rows, i, c, &n);
		if (cell &&
		    !fil_keyset_has(references->targets[references->target_of[c]].known, cell, n))
			return c;
	}
	return FIL_NOWHERE;
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

			if (fil_keyset_has(target->known, key, n))
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
		fil_keyset_free(references->targets[t].known);
		fil_batch_free(references->targets[t].wanted);
		fil_query_free(references->targets[t].lookup);
	}
	free(references->targets);
	free(references->target_of);
	free(references);
}
