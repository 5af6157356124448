/* SPDX-License-Identifier: ISC */
#include "lib/levels/standing.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/choices.h"
#include "lib/base/memory.h"

int
fil_dimensions_read(
    struct fil_store *store, struct fil_dimensions *dimensions, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(
	    store, "SELECT dimension, title, threshold FROM dimensions ORDER BY dimension");
	int got;

	*dimensions = (struct fil_dimensions){ 0 };
	while ((got = fil_query_step(query, fault)) == 1) {
		size_t i = dimensions->n;

		/* A check reads values that nothing has held against the catalogue. */
		if (!fil_query_text(query, 0) || !fil_query_text(query, 1)) {
			got = fil_store_damaged(fault, "dimensions", "");
			break;
		}
		dimensions->n++;
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
	fil_fault_set(fault, FIL_BAD_DATA, "'%s' is not a dimension", name);
	fil_fault_suggest(fault, name, (const char *const *)dimensions->names, dimensions->n);
	return -1;
}

/* The names, in the order of enum fil_source; a test compares them with the catalogue. A copy is
 * kept here because they are looked up millions of times. Only this table has their strength. */
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
	/* Called for millions of rows: comparing two letters first saves most calls. */
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

static void
refuse_source(const char *name, struct fil_fault *fault)
{
	fil_fault_set(fault, FIL_USAGE, "'%s' is not a source", name);
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
	return fil_choices_read(list, names, FIL_SOURCES, refuse_source, set, fault);
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

struct fil_facts {
	const struct fil_dimensions *dimensions;
	struct mark *marks; /* by dimension, then date */
	size_t n, room;
	size_t *starts; /* of each dimension up to the current one */
	size_t dimension; /* the current one */
	struct place *places; /* one for each dimension, for fil_facts_autonomous */
};

struct fil_facts *
fil_facts_new(const struct fil_dimensions *dimensions)
{
	struct fil_facts *facts = fil_alloc(1, sizeof *facts);

	facts->dimensions = dimensions;
	facts->starts = fil_alloc(dimensions->n + 1, sizeof *facts->starts);
	facts->places = fil_alloc(dimensions->n + 1, sizeof *facts->places);
	return facts;
}

void
fil_facts_clear(struct fil_facts *facts)
{
	facts->n = 0;
	facts->dimension = 0;
	facts->starts[0] = 0;
}

static void
append(struct fil_facts *facts, const struct mark *mark)
{
	if (facts->n == facts->room) {
		facts->room = facts->room == 0 ? 64 : 2 * facts->room;
		facts->marks = fil_resize(facts->marks, facts->room, sizeof *facts->marks);
	}
	facts->marks[facts->n++] = *mark;
}

void
fil_facts_add(struct fil_facts *facts, size_t dimension, fil_day date, int source, int level)
{
	struct mark mark = { date, source, level }, *last;

	while (facts->dimension < dimension)
		facts->starts[++facts->dimension] = facts->n;
	last = facts->n > facts->starts[dimension] ? &facts->marks[facts->n - 1] : NULL;
	if (!last || last->date != date)
		append(facts, &mark);
	else if (sources[source].strength > sources[last->source].strength)
		*last = mark;
}

/* Returns where the marks of a dimension begin; those of dimension d end where those of d + 1
 * begin. */
static size_t
start_of(const struct fil_facts *facts, size_t dimension)
{
	return dimension <= facts->dimension ? facts->starts[dimension] : facts->n;
}

bool
fil_facts_level(
    const struct fil_facts *facts, size_t dimension, size_t i, fil_day *date, int *level)
{
	size_t place = start_of(facts, dimension) + i;

	if (place >= start_of(facts, dimension + 1))
		return false;
	*date = facts->marks[place].date;
	*level = facts->marks[place].level;
	return true;
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
fil_facts_stand(
    const struct fil_facts *facts, const fil_day *days, size_t n_days, struct fil_standing *out)
{
	size_t n = facts->dimensions->n;

	for (size_t d = 0; d < n; d++) {
		struct fil_standing standing = FIL_UNKNOWN_STANDING;
		size_t i = start_of(facts, d), end = start_of(facts, d + 1);

		for (size_t day = 0; day < n_days; day++) {
			for (; i < end && facts->marks[i].date <= days[day]; i++)
				advance(
				    &standing, &facts->marks[i], facts->dimensions->thresholds[d]);
			out[day * n + d] = standing;
		}
	}
}

/* Takes the marks of one dimension up to the day. If a later mark of it is earlier than *next, sets
 * *next to its date. */
static void
pass(const struct fil_facts *facts, size_t dimension, fil_day day, fil_day *next)
{
	struct place *place = &facts->places[dimension];
	size_t end = start_of(facts, dimension + 1);

	for (; place->i < end && facts->marks[place->i].date <= day; place->i++)
		place->met =
		    facts->marks[place->i].level >= facts->dimensions->thresholds[dimension];
	if (place->i < end && facts->marks[place->i].date < *next)
		*next = facts->marks[place->i].date;
}

fil_day
fil_facts_autonomous(const struct fil_facts *facts)
{
	size_t n = facts->dimensions->n, met = 0;
	fil_day day, next = FIL_NEVER;

	for (size_t d = 0; d < n; d++)
		facts->places[d] = (struct place){ start_of(facts, d), false };
	do {
		day = next;
		next = INT_MAX;
		met = 0;
		for (size_t d = 0; d < n; d++) {
			pass(facts, d, day, &next);
			met += facts->places[d].met;
		}
	} while (met < n && next != INT_MAX);
	return n > 0 && met == n ? day : FIL_NEVER;
}

void
fil_facts_free(struct fil_facts *facts)
{
	if (!facts)
		return;
	free(facts->marks);
	free(facts->starts);
	free(facts->places);
	free(facts);
}

struct fil_stance
fil_stance_of(const struct fil_dimensions *dimensions, const struct fil_standing *standings)
{
	size_t known = 0, met = 0;

	for (size_t d = 0; standings && d < dimensions->n; d++) {
		known += standings[d].level >= 0;
		met += standings[d].level >= 0 && standings[d].level >= dimensions->thresholds[d];
	}
	return (struct fil_stance){ known == dimensions->n, met == dimensions->n };
}

fil_day
fil_stalled_since(const struct fil_stall_rule *rule, size_t d, const struct fil_standing *standing,
    fil_day enrolled)
{
	fil_day since = standing->risen > enrolled ? standing->risen : enrolled;

	if (standing->level < 0 || standing->level >= rule->dimensions->thresholds[d])
		return FIL_NEVER;
	return rule->as_of - since >= rule->days ? since : FIL_NEVER;
}
