/* SPDX-License-Identifier: ISC */
#include "lib/write/referrers.h"

#include <stdlib.h>
#include <string.h>

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

	referrers->list =
	    fil_resize(referrers->list, referrers->n + 1, sizeof *referrers->list);
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
tell_rows(const struct listener *listener, size_t first, const char *key,
    const struct fil_table *by)
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
