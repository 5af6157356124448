/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "lib/stats/durations.h"

/* Returns the number of users of a group. */
static size_t
size_of(struct fil_durations *durations, size_t group)
{
	size_t n, size = 0;
	const struct fil_day_count *counts = fil_durations_of(durations, group, &n);

	for (size_t i = 0; i < n; i++)
		size += (size_t)counts[i].reached + counts[i].censored;
	return size;
}

static void
durations__nobody__has_no_counts(void **state)
{
	struct fil_durations *durations = fil_durations_new();
	size_t n = 9;

	(void)state;
	assert_int_equal(fil_durations_groups(durations), 0);
	assert_null(fil_durations_of(durations, 0, &n));
	assert_int_equal(n, 0);
	n = 9;
	free(fil_durations_by_day(durations, &n));
	assert_int_equal(n, 0);
	fil_durations_regroup(durations, NULL);
	fil_durations_free(durations);
	fil_durations_free(NULL);
}

static void
durations__same_day__is_one_count(void **state)
{
	struct fil_durations *durations = fil_durations_new();
	size_t n;

	(void)state;
	fil_durations_add(durations, 2, 70000, FIL_REACHED);
	fil_durations_add(durations, 0, 300, FIL_CENSORED);
	fil_durations_add(durations, 2, 1, FIL_REACHED);
	fil_durations_add(durations, 2, 70000, FIL_CENSORED);
	fil_durations_add(durations, 2, 70000, FIL_REACHED);
	assert_int_equal(fil_durations_groups(durations), 3);
	assert_int_equal(size_of(durations, 0), 1);
	assert_int_equal(size_of(durations, 1), 0);
	assert_int_equal(size_of(durations, 2), 4);
	const struct fil_day_count *counts = fil_durations_of(durations, 2, &n);
	assert_int_equal(n, 2);
	assert_int_equal(counts[0].day, 1);
	assert_int_equal(counts[1].day, 70000);
	assert_int_equal(counts[1].reached, 2);
	assert_int_equal(counts[1].censored, 1);
	assert_null(fil_durations_of(durations, 1, &n));
	assert_null(fil_durations_of(durations, 3, &n));
	fil_durations_free(durations);
}

static void
durations__users_after_a_question__are_counted(void **state)
{
	struct fil_durations *durations = fil_durations_new();
	size_t n;

	(void)state;
	fil_durations_add(durations, 0, 5, FIL_REACHED);
	assert_int_equal(fil_durations_of(durations, 0, &n)[0].reached, 1);
	fil_durations_add(durations, 0, 5, FIL_REACHED);
	fil_durations_add(durations, 0, 4, FIL_REACHED);
	const struct fil_day_count *counts = fil_durations_of(durations, 0, &n);
	assert_int_equal(n, 2);
	assert_int_equal(counts[0].day, 4);
	assert_int_equal(counts[1].reached, 2);
	fil_durations_free(durations);
}

static void
durations__regrouped__become_one(void **state)
{
	struct fil_durations *durations = fil_durations_new();
	size_t n;

	(void)state;
	fil_durations_add(durations, 0, 5, FIL_REACHED);
	fil_durations_add(durations, 1, 6, FIL_REACHED);
	fil_durations_add(durations, 3, 5, FIL_CENSORED);
	fil_durations_regroup(durations, (const size_t[]){ 1, 0, SIZE_MAX, 1 });
	assert_int_equal(fil_durations_groups(durations), 2);
	assert_int_equal(fil_durations_of(durations, 0, &n)[0].day, 6);
	const struct fil_day_count *counts = fil_durations_of(durations, 1, &n);
	assert_int_equal(n, 1);
	assert_int_equal(counts[0].reached, 1);
	assert_int_equal(counts[0].censored, 1);
	fil_durations_free(durations);
}

static void
durations__by_day__are_ordered_by_day_then_group(void **state)
{
	struct fil_durations *durations = fil_durations_new();
	size_t n;

	(void)state;
	fil_durations_add(durations, 700, 2, FIL_REACHED);
	fil_durations_add(durations, 1, 1000, FIL_REACHED);
	fil_durations_add(durations, 300, 2, FIL_CENSORED);
	fil_durations_add(durations, 1, 2, FIL_CENSORED);
	struct fil_day_count *counts = fil_durations_by_day(durations, &n);
	assert_int_equal(n, 4);
	assert_int_equal(counts[0].group, 1);
	assert_int_equal(counts[1].group, 300);
	assert_int_equal(counts[2].group, 700);
	assert_int_equal(counts[3].day, 1000);
	free(counts);
	fil_durations_free(durations);
}

enum { GROUPS = 70, DAYS = 3000, USERS = 400000 };

/* Checks each count of a group against a table of what was added. */
static size_t
check_group(struct fil_durations *durations, size_t group, uint32_t (*seen)[DAYS + 1][2])
{
	size_t n, users = 0;
	const struct fil_day_count *counts = fil_durations_of(durations, group, &n);

	for (size_t i = 0; i < n; i++) {
		assert_true(i == 0 || counts[i].day > counts[i - 1].day);
		assert_int_equal(counts[i].group, group);
		assert_int_equal(counts[i].reached, seen[group][counts[i].day][FIL_REACHED]);
		assert_int_equal(counts[i].censored, seen[group][counts[i].day][FIL_CENSORED]);
		users += (size_t)counts[i].reached + counts[i].censored;
	}
	return users;
}

/* More different days and groups than are held at first, so that memory grows more than once. */
static void
durations__many_users__are_all_counted(void **state)
{
	struct fil_durations *durations = fil_durations_new();
	uint32_t(*seen)[DAYS + 1][2] = test_calloc(GROUPS, sizeof *seen);
	uint32_t seed = 11;
	size_t users = 0;

	(void)state;
	for (size_t i = 0; i < USERS; i++) {
		seed = seed * 1664525U + 1013904223U;
		size_t group = (seed >> 8) % GROUPS;
		int day = (int)((seed >> 15) % DAYS) + 1;
		enum fil_follow_up outcome = seed >> 31 ? FIL_REACHED : FIL_CENSORED;
		fil_durations_add(durations, group, day, outcome);
		seen[group][day][outcome]++;
	}
	for (size_t group = 0; group < GROUPS; group++)
		users += check_group(durations, group, seen);
	assert_int_equal(users, USERS);
	test_free(seen);
	fil_durations_free(durations);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(durations__nobody__has_no_counts),
		cmocka_unit_test(durations__same_day__is_one_count),
		cmocka_unit_test(durations__users_after_a_question__are_counted),
		cmocka_unit_test(durations__regrouped__become_one),
		cmocka_unit_test(durations__by_day__are_ordered_by_day_then_group),
		cmocka_unit_test(durations__many_users__are_all_counted),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
