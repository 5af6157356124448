/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "lib/base/memory.h"
#include "lib/stats/median.h"

static uint32_t
draw(uint32_t *seed, uint32_t n)
{
	*seed = *seed * 1664525U + 1013904223U;
	return (*seed >> 8) % n;
}

static void
expect_median(struct fil_median *spread, uint32_t group, int64_t twice)
{
	int64_t got = -1;

	assert_true(fil_median_value(spread, group, &got));
	assert_int_equal(got, twice);
}

static void
spread__nothing__has_no_median(void **state)
{
	struct fil_median *spread = fil_median_new();
	int64_t twice;

	(void)state;
	assert_false(fil_median_value(spread, 0, &twice));
	fil_median_add(spread, 2, 7);
	assert_false(fil_median_value(spread, 1, &twice));
	assert_false(fil_median_value(spread, 3, &twice));
	expect_median(spread, 2, 14);
	fil_median_free(spread);
	fil_median_free(NULL);
}

static void
spread__odd_and_even__take_the_middle(void **state)
{
	static const int64_t values[] = { 5, -3, 5, 9, 1 };
	static const int64_t medians[] = { 10, 2, 10, 10, 10 };
	struct fil_median *spread = fil_median_new();

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		fil_median_add(spread, 0, values[i]);
		fil_median_add(spread, 1, 1000 + values[i]);
		expect_median(spread, 0, medians[i]);
	}
	expect_median(spread, 1, 2010);
	fil_median_free(spread);
}

static void
spread__extremes__do_not_overflow(void **state)
{
	const int64_t most = (INT64_C(1) << 62) - 1;
	struct fil_median *spread = fil_median_new();

	(void)state;
	fil_median_add(spread, UINT32_MAX, -most);
	expect_median(spread, UINT32_MAX, -2 * most);
	fil_median_add(spread, UINT32_MAX, most);
	expect_median(spread, UINT32_MAX, 0);
	fil_median_add(spread, UINT32_MAX, most);
	expect_median(spread, UINT32_MAX, 2 * most);
	fil_median_free(spread);
}

static int
by_value(const void *left, const void *right)
{
	const int64_t *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

/* Adds n values to each of three groups, in turn, drawn from so many different ones, and compares
 * with their sorting. */
static void
compare_with_sorting(size_t n, uint32_t different, uint32_t seed)
{
	enum { GROUPS = 3 };
	int64_t *values = fil_alloc(GROUPS * n, sizeof *values);
	struct fil_median *spread = fil_median_new();

	for (size_t i = 0; i < n; i++)
		for (size_t g = 0; g < GROUPS; g++) {
			int64_t value = (int64_t)draw(&seed, different) - different / 2;

			values[g * n + i] = value;
			fil_median_add(spread, (uint32_t)g, value);
		}
	for (size_t g = 0; g < GROUPS; g++) {
		int64_t *own = values + g * n, twice = fil_median_twice(own, n);

		qsort(own, n, sizeof *own, by_value);
		expect_median(spread, (uint32_t)g, own[(n - 1) / 2] + own[n / 2]);
		assert_int_equal(twice, own[(n - 1) / 2] + own[n / 2]);
	}
	fil_median_free(spread);
	free(values);
}

static void
spread__group_added_to_another__counts_in_both(void **state)
{
	struct fil_median *spread = fil_median_new();

	(void)state;
	for (int64_t value = 1; value <= 5; value++)
		fil_median_add(spread, (uint32_t)(value % 2), value);
	fil_median_add_group(spread, 7, 0);
	fil_median_add_group(spread, 7, 1);
	fil_median_add_group(spread, 7, 3);
	fil_median_add(spread, 7, 9);
	expect_median(spread, 0, 6);
	expect_median(spread, 1, 6);
	expect_median(spread, 7, 7);
	fil_median_free(spread);
}

static void
spread__groups_moved_to_one__count_together(void **state)
{
	static const size_t into[] = { 1, 0, 1 };
	struct fil_median *spread = fil_median_new();

	(void)state;
	for (int64_t value = 1; value <= 9; value++)
		fil_median_add(spread, (uint32_t)(value % 3), value);
	/* Group 1 has 1, 4 and 7; the others 2, 3, 5, 6, 8 and 9. */
	fil_median_regroup(spread, into);
	expect_median(spread, 0, 8);
	expect_median(spread, 1, 11);
	fil_median_add(spread, 0, 9);
	fil_median_add(spread, 1, 9);
	expect_median(spread, 0, 11);
	expect_median(spread, 1, 12);
	fil_median_free(spread);
}

static void
spread__many_values__agrees_with_sorting(void **state)
{
	(void)state;
	for (uint32_t n = 1; n < 40; n++)
		compare_with_sorting(n, 1 + n / 2, n);
	compare_with_sorting(30000, 7, 1);
	compare_with_sorting(30000, 5000, 2);
	compare_with_sorting(30000, 1000000, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spread__nothing__has_no_median),
		cmocka_unit_test(spread__odd_and_even__take_the_middle),
		cmocka_unit_test(spread__extremes__do_not_overflow),
		cmocka_unit_test(spread__group_added_to_another__counts_in_both),
		cmocka_unit_test(spread__groups_moved_to_one__count_together),
		cmocka_unit_test(spread__many_values__agrees_with_sorting),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
