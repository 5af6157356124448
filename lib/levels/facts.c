/* SPDX-License-Identifier: ISC */
#include "lib/levels/facts.h"

#include "lib/levels/source.h"

enum { USER, DIMENSION, DATE, SOURCE, LEVEL };

#define FACTS "SELECT \"user\", dimension, date, source, level FROM autonomy"
#define ORDER "dimension, date, source"

struct fil_cursor *
fil_facts_new(struct fil_store *store)
{
	return fil_cursor_new(fil_query_new(store, FACTS " ORDER BY \"user\", " ORDER));
}

struct fil_cursor *
fil_facts_of_users(struct fil_store *store, size_t n)
{
	return fil_cursor_of_users(store, FACTS, ORDER, n);
}

int
fil_facts_take(struct fil_cursor *facts, const struct fil_dimensions *dimensions, unsigned sources,
    struct fil_trail *trail, struct fil_fault *fault)
{
	struct fil_query *query = fil_cursor_query(facts);
	size_t dimension = 0;
	fil_day day;
	int got;

	fil_trail_clear(trail);
	do {
		int source = fil_source_number(fil_query_text(query, SOURCE));

		dimension =
		    fil_dimensions_find(dimensions, fil_query_text(query, DIMENSION), dimension);
		if (dimension == FIL_NOWHERE || source < 0 ||
		    fil_date_parse(fil_query_text(query, DATE), &day) < 0)
			return fil_fault_set(fault, FIL_UNAVAILABLE,
			    "the store is damaged: autonomy of '%s' is not as it was written",
			    fil_cursor_user(facts, NULL));
		if (sources >> source & 1)
			fil_trail_add(
			    trail, dimension, day, source, (int)fil_query_number(query, LEVEL));
	} while ((got = fil_cursor_row(facts, fault)) == 1);
	return got;
}
