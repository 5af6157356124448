/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "lib/store/store.h"
#include "lib/users/groups.h"

enum { MOST = 40 };

/* Merges n groups by their users. Fills in the row of each; returns the number of rows. */
static size_t
merge(const size_t *users, const char *const *names, size_t n, size_t minimum, size_t *into,
    bool *merged)
{
	const struct fil_group_rows_request request = { FIL_BY_UNIT, minimum, n, names, users,
		NULL };
	struct fil_group_rows rows;
	size_t count;

	fil_group_rows_init(&rows, &request);
	count = rows.n;
	*merged = count > 0 && strcmp(rows.names[count - 1], FIL_GROUP_SMALL) == 0;
	for (size_t g = 0; g < n; g++)
		into[g] = rows.into[g];
	fil_group_rows_release(&rows);
	return count;
}

static void
groups__all_large__are_ordered_by_name(void **state)
{
	const size_t sizes[] = { 5, 9, 7 };
	const char *const names[] = { "b", "(none)", "a" };
	size_t into[3];
	bool merged;

	(void)state;
	assert_int_equal(merge(sizes, names, 3, 5, into, &merged), 3);
	assert_false(merged);
	assert_int_equal(into[2], 0);
	assert_int_equal(into[0], 1);
	assert_int_equal(into[1], 2);
}

static void
groups__names__are_compared_byte_for_byte(void **state)
{
	const size_t sizes[] = { 5, 5, 5 };
	const char *const names[] = { "\xc3\x89tat", "a", "B" };
	size_t into[3];
	bool merged;

	(void)state;
	assert_int_equal(merge(sizes, names, 3, 5, into, &merged), 3);
	assert_int_equal(into[2], 0);
	assert_int_equal(into[1], 1);
	assert_int_equal(into[0], 2);
}

static void
groups__one_small__takes_the_next_smallest_along(void **state)
{
	const size_t sizes[] = { 20, 4, 6, 6 };
	const char *const names[] = { "a", "b", "d", "c" };
	size_t into[4];
	bool merged;

	(void)state;
	assert_int_equal(merge(sizes, names, 4, 5, into, &merged), 3);
	assert_true(merged);
	assert_int_equal(into[0], 0);
	assert_int_equal(into[2], 1);
	assert_int_equal(into[1], 2);
	assert_int_equal(into[3], 2);
}

static void
groups__small_ones_that_reach_the_minimum__take_nobody_along(void **state)
{
	const size_t sizes[] = { 2, 3, 5 };
	const char *const names[] = { "a", "b", "c" };
	size_t into[3];
	bool merged;

	(void)state;
	assert_int_equal(merge(sizes, names, 3, 5, into, &merged), 2);
	assert_true(merged);
	assert_int_equal(into[2], 0);
	assert_int_equal(into[0], 1);
	assert_int_equal(into[1], 1);
}

static void
groups__everything_under_the_minimum__is_one_row(void **state)
{
	const size_t sizes[] = { 1, 2 };
	const char *const names[] = { "a", "b" };
	size_t into[2];
	bool merged;

	(void)state;
	assert_int_equal(merge(sizes, names, 2, 5, into, &merged), 1);
	assert_true(merged);
	assert_int_equal(into[0], 0);
	assert_int_equal(into[1], 0);
}

static void
groups__minimum_0__shows_all_that_have_somebody(void **state)
{
	const size_t sizes[] = { 1, 0, 2 };
	const char *const names[] = { "b", "c", "a" };
	size_t into[3];
	bool merged;

	(void)state;
	assert_int_equal(merge(sizes, names, 3, 0, into, &merged), 2);
	assert_false(merged);
	assert_int_equal(into[2], 0);
	assert_int_equal(into[0], 1);
	assert_true(into[1] == FIL_NOWHERE);
}

static void
groups__none_at_all__are_no_rows(void **state)
{
	size_t size = 0, into = 0;
	const char *name = "a";
	bool merged;

	(void)state;
	assert_int_equal(merge(&size, &name, 0, 5, &into, &merged), 0);
	assert_false(merged);
}

static uint32_t
draw(uint32_t *seed)
{
	*seed = *seed * 1664525U + 1013904223U;
	return *seed >> 8;
}

/* Checks one random set: every printed row reaches the minimum, unless everything together does
 * not. */
static void
check_set(uint32_t *seed)
{
	char text[MOST][24];
	const char *names[MOST];
	size_t n = draw(seed) % MOST + 1, minimum = draw(seed) % 12, total = 0, sums[MOST] = { 0 },
	       rows;
	size_t sizes[MOST], into[MOST], printed = 0;
	bool merged;

	for (size_t g = 0; g < n; g++) {
		snprintf(text[g], sizeof text[g], "g%zu", g);
		names[g] = text[g];
		sizes[g] = draw(seed) % (draw(seed) % 2 == 0 ? 4 : 30);
		total += sizes[g];
	}
	rows = merge(sizes, names, n, minimum, into, &merged);
	for (size_t g = 0; g < n; g++) {
		assert_int_equal(into[g] == FIL_NOWHERE, sizes[g] == 0);
		if (into[g] != FIL_NOWHERE)
			sums[into[g]] += sizes[g];
	}
	for (size_t row = 0; row < rows; row++) {
		assert_true(sums[row] > 0);
		assert_true(sums[row] >= minimum || total < minimum);
		printed += sums[row];
	}
	assert_int_equal(printed, total);
	assert_true(total >= minimum || rows <= 1);
}

static void
groups__random_sets__show_no_small_group_and_add_up(void **state)
{
	uint32_t seed = 7;

	(void)state;
	for (int i = 0; i < 1000; i++)
		check_set(&seed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(groups__all_large__are_ordered_by_name),
		cmocka_unit_test(groups__names__are_compared_byte_for_byte),
		cmocka_unit_test(groups__one_small__takes_the_next_smallest_along),
		cmocka_unit_test(groups__small_ones_that_reach_the_minimum__take_nobody_along),
		cmocka_unit_test(groups__everything_under_the_minimum__is_one_row),
		cmocka_unit_test(groups__minimum_0__shows_all_that_have_somebody),
		cmocka_unit_test(groups__none_at_all__are_no_rows),
		cmocka_unit_test(groups__random_sets__show_no_small_group_and_add_up),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
