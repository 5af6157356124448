/* SPDX-License-Identifier: ISC */
#include "lib/levels/standing.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/choices.h"
#include "lib/base/memory.h"

/* The names, in the order of enum fil_source; a test holds them against the catalogue. They stand
 * here too because they are looked up millions of times, and because their strength is a rule of
 * the domain that no other table has. */
static const struct {
	const char *name;
	int strength;
} sources[FIL_SOURCES] = {
	[FIL_SELF] = { "self", 1 },
	[FIL_TRAINER] = { "trainer", 3 },
	[FIL_MANAGER] = { "manager", 2 },
	[FIL_TEST] = { "test", 4 },
	[FIL_SYSTEM] = { "system", 0 },
};

int
fil_source_number(const char *name)
{
	/* Called for millions of rows: the first letters leave one candidate without a call. */
	for (int i = 0; i < FIL_SOURCES; i++)
		if (sources[i].name[0] == name[0] && sources[i].name[1] == name[1] &&
		    strcmp(sources[i].name, name) == 0)
			return i;
	return -1;
}

const char *
fil_source_name(int source)
{
	return sources[source].name;
}

int
fil_source_strength(int source)
{
	return sources[source].strength;
}

int
fil_sources_read(const char *list, unsigned *set, struct fil_fault *fault)
{
	const char *names[FIL_SOURCES];

	if (!list) {
		*set = FIL_ANY_SOURCE;
		return 0;
	}
	for (int i = 0; i < FIL_SOURCES; i++)
		names[i] = sources[i].name;
	return fil_choices_read(list, names, FIL_SOURCES, "source", set, fault);
}

/* The level of a day in a dimension. */
struct mark {
	fil_day date;
	int source, level;
};

/* How far a merge by date has come in a dimension, and whether the level there meets the threshold.
 */
struct place {
	size_t i;
	bool met;
};

struct fil_trail {
	const struct fil_dimensions *dimensions;
	struct mark *marks; /* by dimension, then date */
	size_t n, room;
	size_t *starts; /* of each dimension up to the one that is being filled */
	size_t dimension; /* the one that is being filled */
	struct place *places; /* one for each dimension, for fil_trail_autonomous */
};

struct fil_trail *
fil_trail_new(const struct fil_dimensions *dimensions)
{
	struct fil_trail *trail = fil_alloc(1, sizeof *trail);

	trail->dimensions = dimensions;
	trail->starts = fil_alloc(dimensions->n + 1, sizeof *trail->starts);
	trail->places = fil_alloc(dimensions->n + 1, sizeof *trail->places);
	return trail;
}

void
fil_trail_clear(struct fil_trail *trail)
{
	trail->n = 0;
	trail->dimension = 0;
	trail->starts[0] = 0;
}

static void
append(struct fil_trail *trail, const struct mark *mark)
{
	if (trail->n == trail->room) {
		trail->room = trail->room == 0 ? 64 : 2 * trail->room;
		trail->marks = fil_resize(trail->marks, trail->room, sizeof *trail->marks);
	}
	trail->marks[trail->n++] = *mark;
}

void
fil_trail_add(struct fil_trail *trail, size_t dimension, fil_day date, int source, int level)
{
	struct mark mark = { date, source, level }, *last;

	while (trail->dimension < dimension)
		trail->starts[++trail->dimension] = trail->n;
	last = trail->n > trail->starts[dimension] ? &trail->marks[trail->n - 1] : NULL;
	if (!last || last->date != date)
		append(trail, &mark);
	else if (fil_source_strength(source) > fil_source_strength(last->source))
		*last = mark;
}

size_t
fil_trail_length(const struct fil_trail *trail)
{
	return trail->n;
}

/* Returns where the marks of a dimension begin; those of dimension d end where those of d + 1
 * begin. */
static size_t
start_of(const struct fil_trail *trail, size_t dimension)
{
	return dimension <= trail->dimension ? trail->starts[dimension] : trail->n;
}

static void
advance(struct fil_standing *standing, const struct mark *mark, int threshold)
{
	standing->previous = standing->level;
	standing->level = mark->level;
	standing->date = mark->date;
	standing->source = mark->source;
	if (standing->level > standing->previous)
		standing->risen = mark->date;
	if (standing->first == FIL_NEVER && mark->level >= threshold)
		standing->first = mark->date;
}

void
fil_trail_stand(
    const struct fil_trail *trail, const fil_day *days, size_t n_days, struct fil_standing *out)
{
	size_t n = trail->dimensions->n;

	for (size_t d = 0; d < n; d++) {
		struct fil_standing standing = FIL_UNKNOWN_STANDING;
		size_t i = start_of(trail, d), end = start_of(trail, d + 1);

		for (size_t day = 0; day < n_days; day++) {
			for (; i < end && trail->marks[i].date <= days[day]; i++)
				advance(
				    &standing, &trail->marks[i], trail->dimensions->thresholds[d]);
			out[day * n + d] = standing;
		}
	}
}

/* Takes the marks of one dimension up to the day. *next becomes the earlier of itself and the date
 * that follows there. */
static void
pass(const struct fil_trail *trail, size_t dimension, fil_day day, fil_day *next)
{
	struct place *place = &trail->places[dimension];
	size_t end = start_of(trail, dimension + 1);

	for (; place->i < end && trail->marks[place->i].date <= day; place->i++)
		place->met =
		    trail->marks[place->i].level >= trail->dimensions->thresholds[dimension];
	if (place->i < end && trail->marks[place->i].date < *next)
		*next = trail->marks[place->i].date;
}

fil_day
fil_trail_autonomous(const struct fil_trail *trail)
{
	size_t n = trail->dimensions->n, met = 0;
	fil_day day, next = FIL_NEVER;

	for (size_t d = 0; d < n; d++)
		trail->places[d] = (struct place){ start_of(trail, d), false };
	do {
		day = next;
		next = INT_MAX;
		met = 0;
		for (size_t d = 0; d < n; d++) {
			pass(trail, d, day, &next);
			met += trail->places[d].met;
		}
	} while (met < n && next != INT_MAX);
	return n > 0 && met == n ? day : FIL_NEVER;
}

void
fil_trail_free(struct fil_trail *trail)
{
	if (!trail)
		return;
	free(trail->marks);
	free(trail->starts);
	free(trail->places);
	free(trail);
}

int
fil_dimensions_read(
    struct fil_store *store, struct fil_dimensions *dimensions, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(
	    store, "SELECT dimension, title, threshold FROM dimensions ORDER BY dimension");
	int got;

	*dimensions = (struct fil_dimensions){ 0 };
	while ((got = fil_query_step(query, fault)) == 1) {
		size_t i = dimensions->n++;

		dimensions->names = fil_resize(dimensions->names, i + 1, sizeof *dimensions->names);
		dimensions->titles =
		    fil_resize(dimensions->titles, i + 1, sizeof *dimensions->titles);
		dimensions->thresholds =
		    fil_resize(dimensions->thresholds, i + 1, sizeof *dimensions->thresholds);
		dimensions->names[i] = fil_copy(fil_query_text(query, 0));
		dimensions->titles[i] = fil_copy(fil_query_text(query, 1));
		dimensions->thresholds[i] = (int)fil_query_number(query, 2);
	}
	fil_query_free(query);
	if (got < 0)
		fil_dimensions_release(dimensions);
	return got;
}

void
fil_dimensions_release(struct fil_dimensions *dimensions)
{
	for (size_t i = 0; i < dimensions->n; i++) {
		free(dimensions->names[i]);
		free(dimensions->titles[i]);
	}
	free(dimensions->names);
	free(dimensions->titles);
	free(dimensions->thresholds);
	*dimensions = (struct fil_dimensions){ 0 };
}

size_t
fil_dimensions_find(const struct fil_dimensions *dimensions, const char *name, size_t near)
{
	if (near < dimensions->n && strcmp(dimensions->names[near], name) == 0)
		return near;
	for (size_t i = 0; i < dimensions->n; i++)
		if (strcmp(dimensions->names[i], name) == 0)
			return i;
	return FIL_NOWHERE;
}

int
fil_dimensions_choose(const struct fil_dimensions *dimensions, const char *name, size_t *dimension,
    struct fil_fault *fault)
{
	*dimension = !name ? FIL_NOWHERE : fil_dimensions_find(dimensions, name, 0);
	if (!name || *dimension != FIL_NOWHERE)
		return 0;
	fil_fault_set(fault, FIL_USAGE, "'%s' is not a dimension", name);
	fil_fault_suggest(fault, name, (const char *const *)dimensions->names, dimensions->n);
	return -1;
}
