/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>

#include "lib/levels/standing.h"

enum { DIMENSIONS = 3, DAYS = 24, UNKNOWN = -1 };

/* What a random history recorded: facts[dimension][day][source], UNKNOWN where nothing. */
struct history {
	int facts[DIMENSIONS][DAYS][FIL_SOURCES];
};

enum { STEPS = 3 };

/* Dimensions and what they ask for by time. */
struct asked {
	struct fil_dimensions dimensions;
	struct fil_dimension_times times[DIMENSIONS];
	struct fil_threshold thresholds[DIMENSIONS][STEPS];
	fil_day changes[DAYS];
};

/* Returns dimensions that always count, each with one threshold. */
static struct fil_dimensions *
dimensions_of(struct asked *asked, size_t n, const int *thresholds)
{
	for (size_t d = 0; d < n; d++) {
		asked->thresholds[d][0] = (struct fil_threshold){ FIL_NEVER, thresholds[d] };
		asked->times[d] =
		    (struct fil_dimension_times){ FIL_NEVER, INT_MAX, asked->thresholds[d], 1 };
	}
	asked->dimensions = (struct fil_dimensions){ .n = n, .times = asked->times };
	return &asked->dimensions;
}

/* Adds the history in the store's order: sources of one day by name. */
static void
add_history(struct fil_facts *facts, const struct history *history, size_t n)
{
	static const int by_name[] = { FIL_MANAGER, FIL_SELF, FIL_SYSTEM, FIL_TEST, FIL_TRAINER };

	for (size_t d = 0; d < n; d++)
		for (int day = 0; day < DAYS; day++)
			for (size_t s = 0; s < FIL_SOURCES; s++)
				if (history->facts[d][day][by_name[s]] != UNKNOWN)
					fil_facts_add(facts, d, day, by_name[s],
					    history->facts[d][day][by_name[s]]);
}

/* The level that a day itself gives, by the definition: the strongest source's; UNKNOWN where
 * nothing was recorded. */
static int
level_on(const struct history *history, size_t d, int day, int *source)
{
	static const int strongest_first[] = { FIL_TEST, FIL_TRAINER, FIL_MANAGER, FIL_SELF,
		FIL_SYSTEM };

	for (size_t s = 0; s < FIL_SOURCES; s++) {
		*source = strongest_first[s];
		if (history->facts[d][day][*source] != UNKNOWN)
			return history->facts[d][day][*source];
	}
	return UNKNOWN;
}

/* The newest day up to `day` that gives a level, or UNKNOWN. */
static int
newest_day(const struct history *history, size_t d, int day)
{
	int source;

	while (day >= 0 && level_on(history, d, day, &source) == UNKNOWN)
		day--;
	return day;
}

static int
level_by(const struct history *history, size_t d, int day)
{
	int newest = newest_day(history, d, day), source;

	return newest < 0 ? UNKNOWN : level_on(history, d, newest, &source);
}

/* Returns whether a dimension counts on a day, by its definition. */
static bool
counts_on(const struct asked *asked, size_t d, int day)
{
	return day >= asked->times[d].begins && day <= asked->times[d].ends;
}

/* Returns whether the level of a day meets the threshold of that day, while the dimension counts. */
static bool
is_met(const struct history *history, size_t d, int day, const struct asked *asked)
{
	int level = level_by(history, d, day), threshold = asked->thresholds[d][0].level;

	for (size_t i = 0; i < asked->times[d].n; i++)
		if (asked->thresholds[d][i].begins <= day)
			threshold = asked->thresholds[d][i].level;
	return level != UNKNOWN && level >= threshold && counts_on(asked, d, day);
}

/* Recomputes a standing from its definition, without looking at how the facts do it. */
static struct fil_standing
expected_standing(const struct history *history, size_t d, int day, const struct asked *asked)
{
	struct fil_standing standing = FIL_UNKNOWN_STANDING;
	int newest = newest_day(history, d, day), source;

	if (newest < 0)
		return standing;
	standing.date = newest;
	standing.level = level_on(history, d, newest, &standing.source);
	standing.previous = level_by(history, d, newest - 1);
	for (int earlier = 0; earlier <= newest; earlier++) {
		int level = level_on(history, d, earlier, &source);

		if (level != UNKNOWN && level > level_by(history, d, earlier - 1))
			standing.risen = earlier;
	}
	for (int first = day; first >= 0; first--)
		if (is_met(history, d, first, asked))
			standing.first = first;
	return standing;
}

static fil_day
expected_autonomous(const struct history *history, size_t n, const struct asked *asked)
{
	for (int day = 0; day < DAYS; day++) {
		size_t met = 0, counting = 0;

		for (size_t d = 0; d < n; d++) {
			met += is_met(history, d, day, asked);
			counting += counts_on(asked, d, day);
		}
		if (counting > 0 && met == counting)
			return day;
	}
	return FIL_NEVER;
}

static uint32_t
draw(uint32_t *seed, uint32_t n)
{
	*seed = *seed * 1664525U + 1013904223U;
	return (*seed >> 8) % n;
}

static struct history
random_history(uint32_t *seed)
{
	struct history history;
	uint32_t density = draw(seed, 40) + 1;

	for (size_t d = 0; d < DIMENSIONS; d++)
		for (int day = 0; day < DAYS; day++)
			for (int s = 0; s < FIL_SOURCES; s++)
				history.facts[d][day][s] =
				    draw(seed, density) == 0 ? (int)draw(seed, 6) : UNKNOWN;
	return history;
}

/* Draws when each dimension counts, and its thresholds by time. Every third round nothing changes. */
static void
random_times(struct asked *asked, uint32_t *seed, int round)
{
	int thresholds[DIMENSIONS] = { 3, 2, 0 };

	dimensions_of(asked, DIMENSIONS, thresholds);
	if (round % 3 == 0)
		return;
	for (size_t d = 0; d < DIMENSIONS; d++) {
		struct fil_dimension_times *times = &asked->times[d];

		if (draw(seed, 2) == 0)
			times->begins = (fil_day)draw(seed, DAYS);
		if (draw(seed, 2) == 0)
			times->ends = (fil_day)draw(seed, DAYS - 1);
		times->n = 1 + draw(seed, STEPS);
		for (size_t i = 0; i < times->n; i++)
			asked->thresholds[d][i] = (struct fil_threshold){
				(fil_day)(i * DAYS / STEPS + draw(seed, DAYS / STEPS)),
				(int)draw(seed, 6)
			};
	}
	/* More days than those of changes do no harm. */
	for (int day = 0; day < DAYS; day++)
		asked->changes[day] = day;
	asked->dimensions.changes = asked->changes;
	asked->dimensions.n_changes = DAYS;
}

static void
assert_same(const struct fil_standing *a, const struct fil_standing *b)
{
	assert_int_equal(a->level, b->level);
	if (a->level == UNKNOWN)
		return;
	assert_int_equal(a->previous, b->previous);
	assert_int_equal(a->date, b->date);
	assert_int_equal(a->risen, b->risen);
	assert_int_equal(a->first, b->first);
	assert_int_equal(a->source, b->source);
}

static void
standing__random_histories__stand_as_by_definition(void **state)
{
	static const int thresholds[DIMENSIONS] = { 0 };
	struct asked asked;
	struct fil_facts *facts = fil_facts_new(dimensions_of(&asked, DIMENSIONS, thresholds));
	struct fil_standing got[DAYS * DIMENSIONS];
	fil_day days[DAYS];
	uint32_t seed = 1;

	(void)state;
	for (int day = 0; day < DAYS; day++)
		days[day] = day;
	for (int round = 0; round < 2000; round++) {
		struct history history = random_history(&seed);

		random_times(&asked, &seed, round);
		fil_facts_clear(facts);
		add_history(facts, &history, DIMENSIONS);
		fil_facts_stand(facts, days, DAYS, got);
		for (size_t i = 0; i < DAYS * DIMENSIONS; i++) {
			size_t d = i % DIMENSIONS;
			struct fil_standing want =
			    expected_standing(&history, d, days[i / DIMENSIONS], &asked);

			assert_same(&got[i], &want);
		}
		assert_int_equal(
		    fil_facts_autonomous(facts), expected_autonomous(&history, DIMENSIONS, &asked));
	}
	fil_facts_free(facts);
}

static void
standing__one_day_of_many_sources__has_one_level(void **state)
{
	struct asked asked;
	struct fil_facts *facts = fil_facts_new(dimensions_of(&asked, 1, &(int){ 3 }));
	struct fil_standing standing;
	fil_day day = 10;

	(void)state;
	fil_facts_add(facts, 0, 10, FIL_SYSTEM, 5);
	fil_facts_add(facts, 0, 10, FIL_TEST, 2);
	fil_facts_add(facts, 0, 10, FIL_TRAINER, 4);
	fil_facts_stand(facts, &day, 1, &standing);
	assert_int_equal(standing.previous, -1);
	assert_int_equal(standing.level, 2);
	assert_int_equal(standing.source, FIL_TEST);
	assert_int_equal(standing.previous, UNKNOWN);
	assert_int_equal(standing.risen, 10);
	assert_int_equal(standing.first, FIL_NEVER);
	fil_facts_free(facts);
}

static void
standing__thresholds_met_at_different_times__is_not_autonomous(void **state)
{
	static const int thresholds[] = { 3, 3 };
	struct asked asked;
	struct fil_facts *facts = fil_facts_new(dimensions_of(&asked, 2, thresholds));

	(void)state;
	fil_facts_add(facts, 0, 1, FIL_SELF, 3);
	fil_facts_add(facts, 0, 5, FIL_SELF, 2);
	fil_facts_add(facts, 1, 5, FIL_SELF, 4);
	assert_int_equal(fil_facts_autonomous(facts), FIL_NEVER);
	fil_facts_clear(facts);
	fil_facts_add(facts, 0, 1, FIL_SELF, 3);
	fil_facts_add(facts, 0, 6, FIL_SELF, 2);
	fil_facts_add(facts, 1, 5, FIL_SELF, 4);
	assert_int_equal(fil_facts_autonomous(facts), 5);
	fil_facts_free(facts);
}

static void
standing__nothing_known__stands_nowhere(void **state)
{
	static const int thresholds[] = { 0, 0 };
	struct asked asked, none;
	struct fil_facts *facts = fil_facts_new(dimensions_of(&asked, 2, thresholds)),
			 *empty = fil_facts_new(dimensions_of(&none, 0, NULL));
	struct fil_standing standings[2];
	fil_day day = 10;

	(void)state;
	fil_facts_stand(facts, &day, 1, standings);
	assert_int_equal(standings[0].level, UNKNOWN);
	assert_int_equal(standings[1].level, UNKNOWN);
	assert_int_equal(fil_facts_autonomous(facts), FIL_NEVER);
	assert_int_equal(fil_facts_autonomous(empty), FIL_NEVER);
	fil_facts_free(facts);
	fil_facts_free(empty);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(standing__random_histories__stand_as_by_definition),
		cmocka_unit_test(standing__one_day_of_many_sources__has_one_level),
		cmocka_unit_test(standing__thresholds_met_at_different_times__is_not_autonomous),
		cmocka_unit_test(standing__nothing_known__stands_nowhere),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
