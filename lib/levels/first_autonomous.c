/* SPDX-License-Identifier: ISC */
#include "lib/levels/first_autonomous.h"

#include <limits.h>
#include <stdlib.h>

#include "lib/base/memory.h"
#include "lib/levels/standing.h"
#include "lib/levels/standing_reader.h"

static const char first_days[] =
    "SELECT \"user\", first FROM standing WHERE dimension = $1 ORDER BY \"user\"";

struct fil_first_autonomous {
	struct fil_dimensions dimensions;
	size_t dimension; /* the only one asked for, or FIL_NOWHERE */
	unsigned sources;
	struct fil_cursor *cursor; /* of the events, or of a derived table */
	struct fil_facts *facts; /* NULL where a derived table is read */
	struct fil_standing *standings;
};

static struct fil_cursor *
open_days(struct fil_store *store, const char *dimension)
{
	struct fil_query *query;

	if (!dimension)
		return fil_autonomous_cursor(store, 0);
	query = fil_query_new(store, first_days);
	fil_query_bind(query, 1, dimension);
	return fil_cursor_new(query);
}

/* Opens the tables that the dimension and the sources need. Returns 0 or -1. */
static int
open_tables(struct fil_first_autonomous *first, struct fil_store *store, const char *dimension,
    const char *sources, struct fil_fault *fault)
{
	if (fil_sources_read(sources, &first->sources, fault) < 0 ||
	    fil_dimensions_read(store, INT_MAX, &first->dimensions, fault) < 0 ||
	    fil_dimensions_choose(&first->dimensions, dimension, &first->dimension, fault) < 0)
		return -1;
	if (first->sources == FIL_ANY_SOURCE) {
		first->cursor = open_days(store, dimension);
		return 0;
	}
	first->cursor = fil_facts_cursor(store, 0);
	first->facts = fil_facts_new(&first->dimensions);
	first->standings = fil_alloc(first->dimensions.n, sizeof *first->standings);
	return 0;
}

struct fil_first_autonomous *
fil_first_autonomous_new(
    struct fil_store *store, const char *dimension, const char *sources, struct fil_fault *fault)
{
	struct fil_first_autonomous *first = fil_alloc(1, sizeof *first);

	if (open_tables(first, store, dimension, sources, fault) == 0)
		return first;
	fil_first_autonomous_free(first);
	return NULL;
}

/* Reads the day of the current user. Returns 0 or -1. */
static int
read_day(struct fil_first_autonomous *first, fil_day *day, struct fil_fault *fault)
{
	const fil_day latest = INT_MAX;

	if (!first->facts)
		return fil_autonomous_read(first->cursor, day, fault);
	if (fil_facts_read(first->facts, first->cursor, &first->dimensions, first->sources, fault) <
	    0)
		return -1;
	if (first->dimension == FIL_NOWHERE) {
		*day = fil_facts_autonomous(first->facts);
		return 0;
	}
	fil_facts_stand(first->facts, &latest, 1, first->standings);
	*day = first->standings[first->dimension].first;
	return 0;
}

int
fil_first_autonomous_next(struct fil_first_autonomous *first, struct fil_first_autonomous_user *out,
    struct fil_fault *fault)
{
	int got = fil_cursor_next(first->cursor, fault);

	if (got == 1 && read_day(first, &out->day, fault) < 0)
		return -1;
	out->user = fil_cursor_user(first->cursor, &out->length);
	return got;
}

int
fil_first_autonomous_seek(
    struct fil_first_autonomous *first, const char *user, fil_day *day, struct fil_fault *fault)
{
	int got = fil_cursor_seek(first->cursor, user, fault);

	*day = FIL_NEVER;
	return got == 1 ? read_day(first, day, fault) : got;
}

void
fil_first_autonomous_free(struct fil_first_autonomous *first)
{
	if (!first)
		return;
	fil_cursor_free(first->cursor);
	fil_facts_free(first->facts);
	fil_dimensions_release(&first->dimensions);
	free(first->standings);
	free(first);
}
