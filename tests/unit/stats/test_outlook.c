/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "lib/stats/outlook.h"
#include "lib/stats/survival.h"

static struct fil_outlook
outlook_of(const struct fil_day_count *counts, size_t n, const struct fil_day_count *waiting,
    size_t n_waiting, size_t wanted)
{
	const struct fil_outlook_request request = { counts, n, waiting, n_waiting, wanted };

	return fil_outlook_of(&request);
}

static void
outlook__nobody_wanted__is_reached(void **state)
{
	struct fil_outlook outlook = outlook_of(NULL, 0, NULL, 0, 0);

	(void)state;
	assert_int_equal(outlook.basis, FIL_BASIS_REACHED);
	assert_int_equal(outlook.days, 0);
}

static void
outlook__few_events__is_none(void **state)
{
	const struct fil_day_count counts[] = { { 0, 5, 4, 0 }, { 0, 20, 0, 6 } };
	const struct fil_day_count waiting[] = { { 0, 21, 0, 6 } };
	struct fil_outlook outlook = outlook_of(counts, 2, waiting, 1, 1);

	(void)state;
	assert_int_equal(outlook.basis, FIL_BASIS_FEW);
	assert_int_equal(outlook.days, FIL_NOT_REACHED);
	assert_int_equal(outlook.low, FIL_NOT_REACHED);
	assert_int_equal(outlook.high, FIL_NOT_REACHED);
	outlook = outlook_of(NULL, 0, waiting, 1, 6);
	assert_int_equal(outlook.basis, FIL_BASIS_FEW);
}

static void
outlook__all_on_one_day__is_that_day(void **state)
{
	/* All who were followed got there on day 30; ten have waited 12 days, six of them 20. */
	const struct fil_day_count counts[] = { { 0, 12, 0, 4 }, { 0, 20, 0, 6 },
		{ 0, 30, 40, 0 } };
	const struct fil_day_count waiting[] = { { 0, 13, 0, 4 }, { 0, 21, 0, 6 } };
	struct fil_outlook outlook;

	(void)state;
	outlook = outlook_of(counts, 3, waiting, 2, 6);
	assert_int_equal(outlook.basis, FIL_BASIS_CURVE);
	assert_int_equal(outlook.days, 10);
	assert_int_equal(outlook.low, 10);
	assert_int_equal(outlook.high, 10);
	outlook = outlook_of(counts, 3, waiting, 2, 7);
	assert_int_equal(outlook.days, 18);
}

static void
outlook__beyond_the_curve__goes_on_at_the_pace_of_the_last_third(void **state)
{
	/* One a day for 60 days of 120 users: two thirds were there on day 40; since then all spent
	 * 1 + 2 + ... + 20 + 60 * 20 days for 20 events, a pace of 20 / 1410. */
	struct fil_day_count counts[60];
	const struct fil_day_count waiting[] = { { 0, 61, 0, 60 } };
	double pace = 20 / 1410.0;
	struct fil_outlook outlook;

	(void)state;
	for (uint32_t day = 1; day <= 60; day++)
		counts[day - 1] = (struct fil_day_count){ 0, day, 1, day == 60 ? 60 : 0 };
	/* Half a user less than 20 of 60: 1 - exp(-pace h) = 19.5 / 60. */
	outlook = outlook_of(counts, 60, waiting, 1, 20);
	assert_int_equal(outlook.basis, FIL_BASIS_PACE);
	assert_int_equal(outlook.days, (int)ceil(-log(1 - 19.5 / 60) / pace));
	assert_true(outlook.low < outlook.days && outlook.days < outlook.high);
	/* No farther ahead than 60 days: 1 - exp(-60 pace) is 34 of 60. */
	outlook = outlook_of(counts, 60, waiting, 1, 34);
	assert_int_equal(outlook.basis, FIL_BASIS_PACE);
	assert_int_equal(outlook.high, FIL_NOT_REACHED);
	outlook = outlook_of(counts, 60, waiting, 1, 36);
	assert_int_equal(outlook.basis, FIL_BASIS_FAR);
	assert_int_equal(outlook.days, FIL_NOT_REACHED);
}

static void
outlook__twice__is_the_same(void **state)
{
	const struct fil_day_count counts[] = { { 0, 4, 3, 1 }, { 0, 9, 40, 2 }, { 0, 15, 0, 50 } };
	const struct fil_day_count waiting[] = { { 0, 5, 0, 1 }, { 0, 16, 0, 50 } };
	struct fil_outlook one = outlook_of(counts, 3, waiting, 2, 20);
	struct fil_outlook other = outlook_of(counts, 3, waiting, 2, 20);

	(void)state;
	assert_memory_equal(&one, &other, sizeof one);
}

/* Invented projects, to see how often intervals hold. */

enum shape { EVEN, DELAYED, QUICKER, SLOWER, SOME_NEVER, SHAPES };

enum { FAR_AWAY = 1000000 };

struct project {
	enum shape shape;
	size_t users;
	int spread; /* of the enrolments, in days */
};

static double
draw(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005U + 1442695040888963407U;
	return ((double)(*seed >> 11) + 0.5) * 0x1p-53;
}

static int
draw_days(enum shape shape, uint64_t *seed)
{
	double even = -log(draw(seed));

	switch (shape) {
	case DELAYED: return 14 + (int)ceil(30 * even);
	case QUICKER: return (int)ceil(60 * pow(even, 1 / 1.5));
	case SLOWER: return (int)ceil(60 * pow(even, 1 / 0.8));
	case SOME_NEVER: return draw(seed) < 0.1 ? FAR_AWAY : (int)ceil(40 * even);
	case EVEN:
	case SHAPES: break;
	}
	return (int)ceil(60 * even);
}

static int
compare_days(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* Invents a project as it stands on some day, and looks ahead to four fifths of its users. Returns
 * whether the outlook has a date; sets *actual to when it came. */
static bool
try_project(const struct project *project, uint64_t *seed, struct fil_outlook *outlook, int *actual)
{
	struct fil_durations *followed = fil_durations_new(), *waiting = fil_durations_new();
	int today = project->spread + 20 + (int)(draw(seed) * 40);
	int *rest = calloc(project->users, sizeof *rest);
	size_t n = 0, wanted = (project->users * 4 + 4) / 5, there;
	struct fil_outlook_request request = { 0 };

	assert_non_null(rest);
	for (size_t u = 0; u < project->users; u++) {
		int waited = today - (int)(draw(seed) * project->spread);
		int days = draw_days(project->shape, seed);

		fil_durations_add(followed, 0, days <= waited ? days : waited,
		    days <= waited ? FIL_REACHED : FIL_CENSORED);
		if (days > waited) {
			fil_durations_add(waiting, 0, waited + 1, FIL_CENSORED);
			rest[n++] = days - waited;
		}
	}
	there = project->users - n;
	request.counts = fil_durations_of(followed, 0, &request.n_counts);
	request.waiting = fil_durations_of(waiting, 0, &request.n_waiting);
	request.wanted = wanted > there ? wanted - there : 0;
	*outlook = fil_outlook_of(&request);
	qsort(rest, n, sizeof *rest, compare_days);
	*actual = request.wanted > 0 ? rest[request.wanted - 1] : 0;
	fil_durations_free(followed);
	fil_durations_free(waiting);
	free(rest);
	return outlook->days > 0;
}

/* 80 % of the intervals should hold. Where the future is not as the past was, fewer do: how many
 * fewer is what the bounds say, and the manual. */
static void
outlook__invented_projects__intervals_hold(void **state)
{
	static const struct project projects[] = { { EVEN, 12, 60 }, { EVEN, 40, 60 },
		{ EVEN, 200, 60 }, { EVEN, 40, 1 }, { DELAYED, 40, 60 }, { DELAYED, 40, 1 },
		{ QUICKER, 40, 60 }, { QUICKER, 200, 60 }, { SLOWER, 40, 60 }, { SLOWER, 200, 60 },
		{ SOME_NEVER, 40, 60 }, { SOME_NEVER, 200, 60 } };
	uint64_t seed = 1;
	int all = 0, all_held = 0, rounds = getenv("FILROUGE_TORTURE") ? 60 : 20;

	(void)state;
	for (size_t i = 0; i < sizeof projects / sizeof *projects; i++) {
		int made = 0, held = 0, actual;
		struct fil_outlook outlook;

		for (int round = 0; round < rounds; round++) {
			if (!try_project(&projects[i], &seed, &outlook, &actual))
				continue;
			made++;
			assert_true(outlook.low <= outlook.days);
			assert_true(
			    outlook.high == FIL_NOT_REACHED || outlook.days <= outlook.high);
			held += actual >= outlook.low &&
			    (outlook.high == FIL_NOT_REACHED || actual <= outlook.high);
		}
		if (held < made * 6 / 10)
			fail_msg("project %zu: %d of %d hold", i, held, made);
		all += made;
		all_held += held;
	}
	if (all < 5 * rounds || all_held < all * 3 / 4 || all_held > all * 9 / 10)
		fail_msg("%d of %d hold", all_held, all);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(outlook__nobody_wanted__is_reached),
		cmocka_unit_test(outlook__few_events__is_none),
		cmocka_unit_test(outlook__all_on_one_day__is_that_day),
		cmocka_unit_test(outlook__beyond_the_curve__goes_on_at_the_pace_of_the_last_third),
		cmocka_unit_test(outlook__twice__is_the_same),
		cmocka_unit_test(outlook__invented_projects__intervals_hold),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
