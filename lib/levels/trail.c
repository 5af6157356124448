/* SPDX-License-Identifier: ISC */
#include "lib/levels/trail.h"

#include <stdbool.h>
#include <stdlib.h>

#include "lib/base/memory.h"
#include "lib/levels/source.h"

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
	struct mark *marks;		/* by dimension, then date */
	size_t n, room;
	size_t *starts;			/* of each dimension up to the one that is being filled */
	size_t dimension;		/* the one that is being filled */
	struct place *places;		/* one for each dimension, for fil_trail_autonomous */
};

struct fil_trail *
fil_trail_new(const struct fil_dimensions *dimensions)
{
	struct fil_trail *trail = fil_alloc(1, sizeof(*trail));

	trail->dimensions = dimensions;
	trail->starts = fil_alloc(dimensions->n + 1, sizeof(*trail->starts));
	trail->places = fil_alloc(dimensions->n + 1, sizeof(*trail->places));
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
		trail->marks = fil_resize(trail->marks, trail->room, sizeof(*trail->marks));
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
	if (last == NULL || last->date != date)
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
	if (trail == NULL)
		return;
	free(trail->marks);
	free(trail->starts);
	free(trail->places);
	free(trail);
}
