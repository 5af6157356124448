/* SPDX-License-Identifier: ISC */
#include "lib/users/listing.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/catalog/filter.h"
#include "lib/users/population.h"

/* Of fil_listing_begun. Fifty thousand rows are read in some 10 ms. */
enum { MOST_VALUES = 200, ROWS_SOUGHT = 50000 };

/* U+10FFFF: no other text that begins as a value does is after it. */
#define LAST_CHARACTER "\xf4\x8f\xbf\xbf"

struct fil_listing {
	struct fil_store *store;
	struct fil_query *query;
	char *sql;
	const struct fil_filter *filter; /* NULL: no condition */
	struct fil_population *population; /* NULL: rows of all users */
	size_t n, user;
	const char **cells;
};

/* Begins the snapshot, so that users and rows have the same state. Returns 0 or -1. */
static int
begin(struct fil_listing *listing, const struct fil_table *table,
    const struct fil_selection *selection, fil_day today, struct fil_fault *fault)
{
	if (fil_store_snapshot(listing->store, fault) != 0)
		return -1;
	if (selection) {
		listing->population =
		    fil_population_new(listing->store, selection, FIL_BY_NONE, 0, today, fault);
		if (!listing->population)
			return -1;
	}
	listing->sql = fil_relation_select(&table->relation, true);
	listing->query = fil_query_new(listing->store, listing->sql);
	return 0;
}

struct fil_listing *
fil_listing_new(struct fil_store *store, const struct fil_table *table,
    const struct fil_filter *filter, const struct fil_selection *selection, fil_day today,
    struct fil_fault *fault)
{
	struct fil_listing *listing = fil_alloc(1, sizeof *listing);

	listing->store = store;
	listing->n = table->n_columns;
	listing->user = fil_table_user(table);
	listing->cells = fil_alloc(table->n_columns, sizeof *listing->cells);
	listing->filter = filter && fil_filter_count(filter) > 0 ? filter : NULL;
	if (begin(listing, table, selection, today, fault) != 0) {
		fil_listing_free(listing);
		return NULL;
	}
	return listing;
}

struct fil_listing *
fil_listing_begun(struct fil_store *store, const struct fil_table *table, size_t column,
    const char *begin, struct fil_fault *fault)
{
	struct fil_listing *listing = fil_alloc(1, sizeof *listing);
	bool indexed = column == 0 && table->columns[0].type == FIL_TYPE_KEY;

	listing->store = store;
	listing->n = 1;
	listing->cells = fil_alloc(1, sizeof *listing->cells);
	if (fil_store_snapshot(store, fault) != 0) {
		fil_listing_free(listing);
		return NULL;
	}
	listing->sql =
	    fil_relation_begun(&table->relation, column, MOST_VALUES, indexed ? 0 : ROWS_SOUGHT);
	listing->query = fil_query_new(store, listing->sql);
	fil_query_bind(listing->query, 1, begin);
	if (indexed) {
		char *end = fil_format("%s%s", begin, LAST_CHARACTER);

		fil_query_bind(listing->query, 2, end);
		free(end);
	}
	return listing;
}

static bool
is_listed(const struct fil_listing *listing)
{
	const struct fil_population *population = listing->population;

	if (population) {
		const char *user = listing->cells[listing->user];

		if (!fil_population_has(population, user, strlen(user)))
			return false;
	}
	return !listing->filter || fil_filter_holds(listing->filter, listing->cells);
}

int
fil_listing_step(struct fil_listing *listing, const char *const **cells, struct fil_fault *fault)
{
	int got;

	while ((got = fil_query_step(listing->query, fault)) > 0) {
		for (size_t i = 0; i < listing->n; i++)
			listing->cells[i] = fil_query_text(listing->query, (int)i);
		if (is_listed(listing))
			break;
	}
	*cells = listing->cells;
	return got;
}

void
fil_listing_free(struct fil_listing *listing)
{
	if (!listing)
		return;
	fil_query_free(listing->query);
	fil_population_free(listing->population);
	fil_store_rollback(listing->store);
	free(listing->sql);
	free(listing->cells);
	free(listing);
}
