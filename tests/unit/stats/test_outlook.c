/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/stats/outlook.h"
#include "lib/stats/survival.h"
#include "tests/calibration/cohort.h"
#include "tests/unit/figures.h"

/* R's outlooks are those of R 4.2.2, made by tests/data/survival/outlook.R. */

enum { MOST_USERS = 400 };

struct group {
	struct fil_outlook_user users[MOST_USERS];
	size_t n;
	int weekday;
};

/* Adds equal users. */
static void
add(struct group *group, size_t n, int begun, int days, bool reached)
{
	for (size_t i = 0; i < n; i++) {
		assert_true(group->n < MOST_USERS);
		group->users[group->n++] =
		    (struct fil_outlook_user){ 1, begun, days, reached, !reached && days == begun };
	}
}

static struct fil_outlook
outlook_of(const struct group *group, size_t wanted)
{
	const struct fil_outlook_request request = { group->users, group->n, wanted,
		group->weekday };

	return fil_outlook_of(&request);
}

static void
assert_outlook(struct fil_outlook outlook, enum fil_basis basis, int low, int days, int high)
{
	assert_string_equal(fil_basis_name(outlook.basis), fil_basis_name(basis));
	assert_int_equal(outlook.low, low);
	assert_int_equal(outlook.days, days);
	assert_int_equal(outlook.high, high);
}

static void
outlook__nobody_wanted__is_reached(void **state)
{
	(void)state;
	assert_outlook(outlook_of(&(struct group){ 0 }, 0), FIL_BASIS_REACHED, 0, 0, 0);
}

static void
outlook__few_events__is_none(void **state)
{
	struct group group = { 0 };

	(void)state;
	assert_outlook(outlook_of(&group, 6), FIL_BASIS_FEW, FIL_NOT_REACHED, FIL_NOT_REACHED,
	    FIL_NOT_REACHED);
	add(&group, 4, 20, 5, true);
	add(&group, 6, 20, 20, false);
	add(&group, 3, 0, 0, false);
	assert_outlook(outlook_of(&group, 1), FIL_BASIS_FEW, FIL_NOT_REACHED, FIL_NOT_REACHED,
	    FIL_NOT_REACHED);
}

/* All got there 30 days after their enrolments, which were on 40 successive days. */
static void
outlook__all_after_30_days__is_that_day(void **state)
{
	struct group group = { 0 };

	(void)state;
	for (int begun = 30; begun < 70; begun++)
		add(&group, 2, begun, 30, true);
	add(&group, 4, 12, 12, false);
	add(&group, 6, 20, 20, false);
	assert_outlook(outlook_of(&group, 6), FIL_BASIS_CURVE, 10, 10, 10);
	assert_outlook(outlook_of(&group, 7), FIL_BASIS_CURVE, 18, 18, 18);
}

/* A steady pace, and then nobody for a long time. */
static void
outlook__nobody_any_more__is_a_plateau(void **state)
{
	struct group group = { 0 };
	struct fil_outlook outlook;

	(void)state;
	for (int day = 1; day <= 60; day++)
		add(&group, 2, 200, day, true);
	add(&group, 60, 200, 200, false);
	outlook = outlook_of(&group, 30);
	assert_int_equal(outlook.basis, FIL_BASIS_PLATEAU);
	assert_int_equal(outlook.days, FIL_NOT_REACHED);
	assert_int_equal(outlook.high, FIL_NOT_REACHED);
}

/* A steady pace, too slow for the target: not before its own longest follow-up. */
static void
outlook__steady_pace__goes_on_or_is_far(void **state)
{
	struct group group = { 0 };
	struct fil_outlook outlook;

	(void)state;
	for (int day = 1; day <= 60; day++)
		add(&group, 1, 60, day, true);
	add(&group, 60, 60, 60, false);
	outlook = outlook_of(&group, 12);
	assert_int_equal(outlook.basis, FIL_BASIS_PACE);
	/* The pace is 20 of 1410 days: 12 of 60 after 15 days, or later if some never get there. */
	assert_in_range(outlook.days, 12, 20);
	assert_true(outlook.low < outlook.days && outlook.days < outlook.high);
	outlook = outlook_of(&group, 50);
	assert_int_equal(outlook.basis, FIL_BASIS_FAR);
	assert_int_equal(outlook.days, FIL_NOT_REACHED);
}

/* The same users, in weeks that are alike and in weeks that are not. */
static void
outlook__weeks_that_differ__widen_the_interval(void **state)
{
	struct group even = { 0 }, uneven = { 0 };
	struct fil_outlook narrow, wide;

	(void)state;
	for (int day = 1; day <= 84; day++) {
		add(&even, 2, 84, day, true);
		if (day % 21 < 7)
			add(&uneven, 6, 84, day, true);
	}
	add(&even, 200, 84, 84, false);
	add(&uneven, 200, 84, 84, false);
	narrow = outlook_of(&even, 60);
	wide = outlook_of(&uneven, 60);
	assert_true(narrow.high != FIL_NOT_REACHED);
	assert_true(wide.low < narrow.low);
	assert_true(wide.high == FIL_NOT_REACHED || wide.high > narrow.high);
}

static void
outlook__twice__is_the_same(void **state)
{
	struct group group = { 0 };
	struct fil_outlook one, other;

	(void)state;
	add(&group, 3, 40, 4, true);
	add(&group, 40, 35, 9, true);
	add(&group, 50, 15, 15, false);
	one = outlook_of(&group, 20);
	other = outlook_of(&group, 20);
	assert_memory_equal(&one, &other, sizeof one);
}

/* A shock in each calendar week: weeks that begin on another day see less of it. */
static void
outlook__calendar_weeks__begin_on_monday(void **state)
{
	struct group group = { 0 };
	struct fil_outlook on_time, shifted;

	(void)state;
	for (int week = 1; week <= 12; week++)
		for (int day = 1; day <= 7; day++)
			add(&group, week % 2 == 0 ? 4 : 1, 84, 7 * (week - 1) + day, true);
	add(&group, 150, 84, 84, false);
	/* On a Sunday, whole weeks lie back. */
	group.weekday = 6;
	on_time = outlook_of(&group, 40);
	group.weekday = 2;
	shifted = outlook_of(&group, 40);
	assert_true(on_time.low < shifted.low && shifted.high < on_time.high);
}

/* The same bits on every machine: so these days never change. */
static void
outlook__one_group__has_these_days(void **state)
{
	struct group group = { 0 };

	(void)state;
	for (int i = 0; i < 100; i++) {
		int begun = 40 + i % 50, days = 3 + i * i % 83;

		add(&group, 1, begun, days < begun ? days : begun, days < begun);
	}
	assert_outlook(outlook_of(&group, 9), FIL_BASIS_CURVE, 7, 13, 23);
	assert_outlook(outlook_of(&group, 17), FIL_BASIS_FAR, 20, FIL_NOT_REACHED, FIL_NOT_REACHED);
}

/* Random groups, also odd ones: all on one day, one user alone, some without a day. */
static void
outlook__random_groups__have_an_order(void **state)
{
	struct fil_random random = { 7 };
	int dated = 0, rounds = getenv("FILROUGE_TORTURE") ? 1000 : 100;

	(void)state;
	for (int round = 0; round < rounds; round++) {
		struct group group = { 0 };
		int n = 1 + (int)(fil_random_uniform(&random) * 60), waiting = 0;
		int spread = 1 + (int)(fil_random_uniform(&random) * 40), span = 1 + round % 90;
		struct fil_outlook outlook;

		for (int i = 0; i < n; i++) {
			int begun = (int)(fil_random_uniform(&random) * spread) + round % 3;
			int days = 1 + (int)(fil_random_uniform(&random) * span);

			waiting += days > begun;
			add(&group, 1, begun, days < begun ? days : begun, days <= begun);
		}
		if (waiting == 0)
			continue;
		outlook = outlook_of(&group, (size_t)(1 + round % waiting));
		if (outlook.high == FIL_NOT_REACHED) {
			assert_int_equal(outlook.days, FIL_NOT_REACHED);
			assert_true(outlook.basis == FIL_BASIS_FEW ||
			    outlook.basis == FIL_BASIS_FAR || outlook.basis == FIL_BASIS_PLATEAU);
			continue;
		}
		dated++;
		assert_true(0 < outlook.low && outlook.low <= outlook.days);
		assert_true(outlook.days <= outlook.high && outlook.high < 2 * (spread + 3));
	}
	assert_true(dated > rounds / 10);
}

/* Reads a group of R's. */
static void
read_group(const char *name, struct group *group)
{
	struct figures figures = figures_open("outlook_users", "input,begun,days,reached");

	group->weekday = 2;
	while (figures_next(&figures))
		if (strcmp(figures.cell[0], name) == 0)
			add(group, 1, figures_whole(&figures, 1, 0), figures_whole(&figures, 2, 0),
			    figures_whole(&figures, 3, 0) == 1);
}

/* R draws other numbers: its days differ by what a thousand replicates leave open. */
static void
assert_near(int day, int expected, const char *what)
{
	int error = 2 + expected / 12;

	if (expected == FIL_NOT_REACHED ? day != FIL_NOT_REACHED
					: day == FIL_NOT_REACHED || abs(day - expected) > error)
		fail_msg("%s: %d, not %d", what, day, expected);
}

static void
outlook__simulated_groups__are_those_of_r(void **state)
{
	struct figures figures = figures_open("r_outlooks", "input,wanted,low,days,high");

	(void)state;
	while (figures_next(&figures)) {
		struct group group = { 0 };
		struct fil_outlook outlook;
		int high = figures_whole(&figures, 4, 0);

		read_group(figures.cell[0], &group);
		outlook = outlook_of(&group, (size_t)figures_whole(&figures, 1, 0));
		assert_near(outlook.low, figures_whole(&figures, 2, 0), figures.cell[0]);
		assert_near(outlook.high, high, figures.cell[0]);
		if (high != FIL_NOT_REACHED)
			assert_near(outlook.days, figures_whole(&figures, 3, 0), figures.cell[0]);
	}
}

/* A short form of `make calibration`, of 20 cohorts of each law and size, with wide limits. */
static void
outlook__simulated_cohorts__intervals_hold(void **state)
{
	int made = 0, held = 0, dates = 0, right_dates = 0;

	(void)state;
	for (enum cohort_law law = 0; law < COHORT_LAWS; law++)
		for (int size = 0; size < COHORT_SIZES; size++) {
			struct cohort_score scores[COHORT_DATES] = { 0 };
			int here = 0, right = 0;

			cohort_score(law, cohort_sizes[size], 20, 0, scores);
			for (int d = 0; d < COHORT_DATES; d++) {
				here += scores[d].made;
				right += scores[d].held;
				dates += law != COHORT_PLATEAU ? scores[d].dates : 0;
				right_dates += law != COHORT_PLATEAU ? scores[d].right : 0;
			}
			if (here >= 10 && right < here * 60 / 100)
				fail_msg("%s, %d users: %d of %d hold", cohort_names[law],
				    cohort_sizes[size], right, here);
			made += here;
			held += right;
		}
	if (made < 800 || held < made * 75 / 100 || held > made * 95 / 100)
		fail_msg("%d of %d hold", held, made);
	if (dates < 200 || right_dates < dates * 75 / 100 || right_dates > dates * 95 / 100)
		fail_msg("%d of %d with a date hold", right_dates, dates);
}

/* Makes the line of a law for 12 users on the first date. */
static void
make_line(enum cohort_law law, char line[static 120])
{
	struct fil_random random = cohort_random(law, 12, 0);
	struct cohort_score score = { 0 };
	struct cohort cohort;
	FILE *stream = fmemopen(line, 120, "w");

	assert_non_null(stream);
	for (int round = 0; round < 1000; round++) {
		cohort_draw(&cohort, law, 12, &random);
		cohort_try(&cohort, cohort_dates[0], &score);
	}
	cohort_write(stream, law, 12, cohort_dates[0], &score);
	fclose(stream);
}

/* Two lines of the table in the man page, made again: a change of the method must make all of them again,
 * by `make calibration`. */
static void
outlook__calibration__writes_the_table(void **state)
{
	FILE *table = fopen("tests/calibration/table.txt", "r");
	char s_shaped[120], plateau[120], *line = NULL;
	size_t size = 0, found = 0;

	(void)state;
	assert_non_null(table);
	make_line(COHORT_S_SHAPED, s_shaped);
	make_line(COHORT_PLATEAU, plateau);
	while (getline(&line, &size, table) > 0)
		found += strcmp(line, s_shaped) == 0 || strcmp(line, plateau) == 0;
	assert_int_equal(found, 2);
	free(line);
	fclose(table);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(outlook__nobody_wanted__is_reached),
		cmocka_unit_test(outlook__few_events__is_none),
		cmocka_unit_test(outlook__all_after_30_days__is_that_day),
		cmocka_unit_test(outlook__nobody_any_more__is_a_plateau),
		cmocka_unit_test(outlook__steady_pace__goes_on_or_is_far),
		cmocka_unit_test(outlook__weeks_that_differ__widen_the_interval),
		cmocka_unit_test(outlook__calendar_weeks__begin_on_monday),
		cmocka_unit_test(outlook__twice__is_the_same),
		cmocka_unit_test(outlook__one_group__has_these_days),
		cmocka_unit_test(outlook__random_groups__have_an_order),
		cmocka_unit_test(outlook__simulated_groups__are_those_of_r),
		cmocka_unit_test(outlook__simulated_cohorts__intervals_hold),
		cmocka_unit_test(outlook__calibration__writes_the_table),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
