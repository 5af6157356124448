/* SPDX-License-Identifier: ISC */
#include "lib/levels/standing.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/options.h"
#include "lib/store/store.h"

int
fil_dimension_threshold(const struct fil_dimensions *dimensions, size_t d, fil_day day)
{
	const struct fil_dimension_times *times = &dimensions->times[d];
	size_t i = times->n - 1;

	while (i > 0 && times->thresholds[i].begins > day)
		i--;
	return times->thresholds[i].level;
}

bool
fil_dimension_counts(const struct fil_dimensions *dimensions, size_t d, fil_day day)
{
	return dimensions->times[d].begins <= day && day <= dimensions->times[d].ends;
}

/* Reads a day that may be missing. Returns 0 or -1. */
static int
read_day(struct fil_query *query, int column, fil_day missing, fil_day *day)
{
	const char *text = fil_query_text(query, column);

	*day = missing;
	return !text ? 0 : fil_date_parse(text, day);
}

/* Adds the dimension at which the query stands. Returns 0, or -1 for a damaged one: a check reads
 * values that nothing has held against the catalogue. */
static int
add_dimension(struct fil_dimensions *dimensions, struct fil_query *query)
{
	size_t i = dimensions->n;
	struct fil_dimension_times times = { .n = 0 };

	if (!fil_query_text(query, 0) || !fil_query_text(query, 1) ||
	    read_day(query, 3, FIL_NEVER, &times.begins) < 0 ||
	    read_day(query, 4, INT_MAX, &times.ends) < 0)
		return -1;
	dimensions->n++;
	dimensions->names = fil_resize(dimensions->names, i + 1, sizeof *dimensions->names);
	dimensions->titles = fil_resize(dimensions->titles, i + 1, sizeof *dimensions->titles);
	dimensions->thresholds =
	    fil_resize(dimensions->thresholds, i + 1, sizeof *dimensions->thresholds);
	dimensions->times = fil_resize(dimensions->times, i + 1, sizeof *dimensions->times);
	dimensions->names[i] = fil_copy(fil_query_text(query, 0));
	dimensions->titles[i] = fil_copy(fil_query_text(query, 1));
	dimensions->thresholds[i] = (int)fil_query_number(query, 2);
	dimensions->times[i] = times;
	return 0;
}

/* Adds the threshold at which the query stands. Returns 0, or -1 for a damaged one. */
static int
add_threshold(struct fil_dimensions *dimensions, struct fil_query *query)
{
	const char *name = fil_query_text(query, 0);
	size_t d = name ? fil_dimensions_find(dimensions, name, 0) : FIL_NOWHERE;
	struct fil_threshold threshold = { .level = (int)fil_query_number(query, 2) };
	struct fil_dimension_times *times;

	if (d == FIL_NOWHERE || read_day(query, 1, FIL_NEVER, &threshold.begins) < 0)
		return -1;
	times = &dimensions->times[d];
	times->thresholds = fil_resize(times->thresholds, times->n + 1, sizeof *times->thresholds);
	times->thresholds[times->n++] = threshold;
	return 0;
}

/* Adds each row of a query. Returns 0 or -1. */
static int
read_rows(struct fil_dimensions *dimensions, struct fil_store *store, const char *sql,
    int (*add)(struct fil_dimensions *dimensions, struct fil_query *query), const char *table,
    struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(store, sql);
	int got;

	while ((got = fil_query_step(query, fault)) == 1)
		if (add(dimensions, query) < 0) {
			const char *name = fil_query_text(query, 0);

			got = fil_store_damaged(fault, table, name ? name : "");
			break;
		}
	fil_query_free(query);
	return got;
}

static int
compare_days(const void *a, const void *b)
{
	fil_day x = *(const fil_day *)a, y = *(const fil_day *)b;

	return (x > y) - (x < y);
}

/* Collects the days of the changes: the first threshold of a dimension is none. */
static void
note_changes(struct fil_dimensions *dimensions)
{
	size_t n = 0;

	for (size_t d = 0; d < dimensions->n; d++)
		n += dimensions->times[d].n + 1;
	dimensions->changes = fil_alloc(n + 1, sizeof *dimensions->changes);
	n = 0;
	for (size_t d = 0; d < dimensions->n; d++) {
		const struct fil_dimension_times *times = &dimensions->times[d];

		for (size_t i = 1; i < times->n; i++)
			dimensions->changes[n++] = times->thresholds[i].begins;
		if (times->begins != FIL_NEVER)
			dimensions->changes[n++] = times->begins;
		if (times->ends != INT_MAX)
			dimensions->changes[n++] = times->ends + 1;
	}
	dimensions->n_changes = n;
	qsort(dimensions->changes, n, sizeof *dimensions->changes, compare_days);
}

/* Fills in what holds on the day. A dimension without a dated threshold has had the same one always. */
static void
set_day(struct fil_dimensions *dimensions, fil_day day)
{
	dimensions->day = day;
	dimensions->counts = fil_alloc(dimensions->n + 1, sizeof *dimensions->counts);
	for (size_t d = 0; d < dimensions->n; d++) {
		struct fil_dimension_times *times = &dimensions->times[d];

		if (times->n == 0) {
			times->thresholds = fil_alloc(1, sizeof *times->thresholds);
			times->thresholds[times->n++] =
			    (struct fil_threshold){ FIL_NEVER, dimensions->thresholds[d] };
		}
		dimensions->thresholds[d] = fil_dimension_threshold(dimensions, d, day);
		dimensions->counts[d] = fil_dimension_counts(dimensions, d, day);
	}
}

int
fil_dimensions_read(struct fil_store *store, fil_day day, struct fil_dimensions *dimensions,
    struct fil_fault *fault)
{
	*dimensions = (struct fil_dimensions){ 0 };
	if (read_rows(dimensions, store,
		"SELECT dimension, title, threshold, begins, ends FROM dimensions ORDER BY "
		"dimension",
		add_dimension, "dimensions", fault) < 0 ||
	    read_rows(dimensions, store,
		"SELECT dimension, begins, threshold FROM thresholds ORDER BY dimension, begins",
		add_threshold, "thresholds", fault) < 0) {
		fil_dimensions_release(dimensions);
		return -1;
	}
	set_day(dimensions, day);
	note_changes(dimensions);
	return 0;
}

void
fil_dimensions_release(struct fil_dimensions *dimensions)
{
	for (size_t i = 0; i < dimensions->n; i++) {
		free(dimensions->names[i]);
		free(dimensions->titles[i]);
		free(dimensions->times[i].thresholds);
	}
	free(dimensions->names);
	free(dimensions->titles);
	free(dimensions->thresholds);
	free(dimensions->counts);
	free(dimensions->times);
	free(dimensions->changes);
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
	return fil_choices_read(list, names, FIL_SOURCES, refuse_source, set, fault);
}

/* The level of a day in a dimension. */
struct mark {
	fil_day date;
	int source, level;
};

/* How far a merge by date has come in a dimension, and the level there, -1 if unknown. */
struct place {
	size_t i;
	int level;
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
	facts->marks = fil_grow(facts->marks, facts->n, &facts->room, sizeof *facts->marks);
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
advance(struct fil_standing *standing, const struct mark *mark)
{
	standing->previous = standing->level;
	standing->level = mark->level;
	standing->date = mark->date;
	standing->source = mark->source;
	if (standing->level > standing->previous)
		standing->risen = mark->date;
}

/* Returns whether a level meets the threshold of a dimension that counts on the day. */
static bool
meets(const struct fil_dimensions *dimensions, size_t d, int level, fil_day day)
{
	return level >= fil_dimension_threshold(dimensions, d, day) &&
	    fil_dimension_counts(dimensions, d, day);
}

/* Returns the first day on which the level of mark i of a dimension meets its threshold, before the
 * next mark; or FIL_NEVER. */
static fil_day
first_met(const struct fil_facts *facts, size_t d, size_t i, size_t end)
{
	const struct fil_dimensions *dimensions = facts->dimensions;
	const struct mark *mark = &facts->marks[i];
	fil_day next = i + 1 < end ? facts->marks[i + 1].date : INT_MAX;

	if (meets(dimensions, d, mark->level, mark->date))
		return mark->date;
	for (size_t c = 0; c < dimensions->n_changes; c++) {
		fil_day day = dimensions->changes[c];

		if (day > mark->date && day < next && meets(dimensions, d, mark->level, day))
			return day;
	}
	return FIL_NEVER;
}

void
fil_facts_stand(
    const struct fil_facts *facts, const fil_day *days, size_t n_days, struct fil_standing *out)
{
	size_t n = facts->dimensions->n;

	for (size_t d = 0; d < n; d++) {
		struct fil_standing standing = FIL_UNKNOWN_STANDING;
		size_t i = start_of(facts, d), end = start_of(facts, d + 1);
		fil_day first = FIL_NEVER; /* of all marks so far, perhaps after the day */

		for (size_t day = 0; day < n_days; day++) {
			for (; i < end && facts->marks[i].date <= days[day]; i++) {
				advance(&standing, &facts->marks[i]);
				if (first == FIL_NEVER)
					first = first_met(facts, d, i, end);
			}
			standing.first = first <= days[day] ? first : FIL_NEVER;
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
		place->level = facts->marks[place->i].level;
	if (place->i < end && facts->marks[place->i].date < *next)
		*next = facts->marks[place->i].date;
}

/* Returns whether the levels at the places meet the thresholds of all dimensions that count on the day,
 * of which there is one. */
static bool
all_met(const struct fil_facts *facts, fil_day day)
{
	const struct fil_dimensions *dimensions = facts->dimensions;
	bool any = false;

	for (size_t d = 0; d < dimensions->n; d++) {
		if (!fil_dimension_counts(dimensions, d, day))
			continue;
		if (facts->places[d].level < fil_dimension_threshold(dimensions, d, day))
			return false;
		any = true;
	}
	return any;
}

fil_day
fil_facts_autonomous(const struct fil_facts *facts)
{
	const struct fil_dimensions *dimensions = facts->dimensions;
	size_t change = 0;
	fil_day day, next = FIL_NEVER;

	for (size_t d = 0; d < dimensions->n; d++)
		facts->places[d] = (struct place){ start_of(facts, d), -1 };
	do {
		day = next;
		next = INT_MAX;
		for (size_t d = 0; d < dimensions->n; d++)
			pass(facts, d, day, &next);
		if (all_met(facts, day))
			return day;
		while (change < dimensions->n_changes && dimensions->changes[change] <= day)
			change++;
		if (change < dimensions->n_changes && dimensions->changes[change] < next)
			next = dimensions->changes[change];
	} while (next != INT_MAX);
	return FIL_NEVER;
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
fil_stance_on(const struct fil_dimensions *dimensions, size_t only,
    const struct fil_standing *standings, fil_day day)
{
	size_t counting = 0, known = 0, met = 0;

	for (size_t d = 0; standings && d < dimensions->n; d++) {
		if (!fil_dimension_counts(dimensions, d, day) || (only != FIL_NOWHERE && only != d))
			continue;
		counting++;
		known += standings[d].level >= 0;
		met += standings[d].level >= 0 &&
		    standings[d].level >= fil_dimension_threshold(dimensions, d, day);
	}
	return (struct fil_stance){ counting > 0 && known == counting,
		counting > 0 && met == counting };
}

struct fil_stance
fil_stance_of(const struct fil_dimensions *dimensions, const struct fil_standing *standings)
{
	return fil_stance_on(dimensions, FIL_NOWHERE, standings, dimensions->day);
}

fil_day
fil_stalled_since(const struct fil_stall_rule *rule, size_t d, const struct fil_standing *standing,
    fil_day enrolled)
{
	fil_day since = standing->risen > enrolled ? standing->risen : enrolled;

	if (standing->level < 0 || standing->level >= rule->dimensions->thresholds[d] ||
	    !rule->dimensions->counts[d])
		return FIL_NEVER;
	return rule->as_of - since >= rule->days ? since : FIL_NEVER;
}
