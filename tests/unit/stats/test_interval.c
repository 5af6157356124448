/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/stats/interval.h"
#include "tests/unit/figures.h"

static void
wilson__counts__are_what_r_says(void **state)
{
	struct figures figures = figures_open("r_wilson", "share,users,low,high");
	size_t rows = 0;

	(void)state;
	for (; figures_next(&figures); rows++) {
		struct fil_interval limits = fil_share_limits(
		    figures_number(&figures, 0), (size_t)figures_number(&figures, 1));

		figures_check(limits.low, figures_number(&figures, 2), 1e-9, "low");
		figures_check(limits.high, figures_number(&figures, 3), 1e-9, "high");
	}
	assert_int_equal(rows, 100);
}

static void
wilson__nobody__has_no_limits(void **state)
{
	struct fil_interval limits = fil_share_limits(0.5, 0);

	(void)state;
	assert_true(isnan(limits.low) && isnan(limits.high));
	limits = fil_difference_limits(0.5, 10, 0.5, 0);
	assert_true(isnan(limits.low) && isnan(limits.high));
}

static void
newcombe__counts__are_what_r_says(void **state)
{
	struct figures figures = figures_open("r_newcombe", "a,na,b,nb,low,high");
	size_t rows = 0;

	(void)state;
	for (; figures_next(&figures); rows++) {
		struct fil_interval limits = fil_difference_limits(figures_number(&figures, 0),
		    (size_t)figures_number(&figures, 1), figures_number(&figures, 2),
		    (size_t)figures_number(&figures, 3));

		figures_check(limits.low, figures_number(&figures, 4), 1e-9, "low");
		figures_check(limits.high, figures_number(&figures, 5), 1e-9, "high");
	}
	assert_int_equal(rows, 100);
}

/* The examples of Newcombe 1998, table II, method 10. */
static void
newcombe__examples_of_the_paper__are_its_limits(void **state)
{
	static const struct {
		size_t a, na, b, nb;
		double low, high;
	} examples[] = {
		{ 56, 70, 48, 80, 0.0524, 0.3339 },
		{ 9, 10, 3, 10, 0.1705, 0.8090 },
		{ 6, 7, 2, 7, 0.0582, 0.8062 },
		{ 5, 56, 0, 29, -0.0381, 0.1926 },
		{ 0, 10, 0, 20, -0.1611, 0.2775 },
		{ 0, 10, 0, 10, -0.2775, 0.2775 },
		{ 10, 10, 0, 20, 0.6791, 1.0000 },
		{ 10, 10, 0, 10, 0.6075, 1.0000 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
		struct fil_interval limits = fil_difference_limits(
		    (double)examples[i].a / (double)examples[i].na, examples[i].na,
		    (double)examples[i].b / (double)examples[i].nb, examples[i].nb);

		assert_true(fabs(limits.low - (examples[i].low)) <= 0.00005001);
		assert_true(fabs(limits.high - (examples[i].high)) <= 0.00005001);
	}
}

static void
student__tails__are_what_r_says(void **state)
{
	struct figures figures = figures_open("r_student", "t,df,p");
	size_t rows = 0;

	(void)state;
	for (; figures_next(&figures); rows++)
		figures_check(fil_student_above(
				  figures_number(&figures, 0), (size_t)figures_number(&figures, 1)),
		    figures_number(&figures, 2), 1e-9, "p");
	assert_int_equal(rows, 80);
}

static void
slower__ratios__are_answered_as_by_two_t_tests(void **state)
{
	struct figures figures = figures_open("ratios", "group,ratio");
	struct fil_ratios ratios[31] = { { 0 } };
	size_t rows = 0;

	(void)state;
	while (figures_next(&figures))
		fil_ratios_add(
		    &ratios[(size_t)figures_number(&figures, 0)], figures_number(&figures, 1), 1);
	figures = figures_open("r_slower", "group,slower");
	for (; figures_next(&figures); rows++) {
		const char *slower = fil_ratios_slower(&ratios[rows + 1]);

		assert_string_equal(slower ? slower : "", figures.cell[1]);
	}
	assert_int_equal(rows, 30);
}

/* Returns what is said of n users of the same ratio. */
static const char *
slower_of(size_t n, double ratio)
{
	struct fil_ratios ratios = { 0 };

	fil_ratios_add(&ratios, ratio, n);
	return fil_ratios_slower(&ratios);
}

static void
slower__equal_ratios__are_answered_beside_the_limit_alone(void **state)
{
	(void)state;
	assert_string_equal(slower_of(5, 1), "no");
	assert_string_equal(slower_of(5, 0.3), "no");
	assert_string_equal(slower_of(5, 1.5), "yes");
	assert_null(slower_of(5, 1.25));
}

/* Sums of ratios in any order are the same, and so is the answer to a borderline case. */
static void
slower__ratios_in_any_order__have_the_same_sums(void **state)
{
	enum { RATIOS = 1000 };
	struct fil_ratios up = { 0 }, down = { 0 }, halves[2] = { { 0 } };

	(void)state;
	for (int i = 1; i <= RATIOS; i++) {
		fil_ratios_add(&up, i / 7.0, 1);
		fil_ratios_add(&down, (RATIOS + 1 - i) / 7.0, 1);
		fil_ratios_add(&halves[i % 2], i / 7.0, 1);
	}
	fil_ratios_join(&halves[1], &halves[0]);
	assert_memory_equal(&up, &down, sizeof up);
	assert_memory_equal(&up, &halves[1], sizeof up);
}

static void
slower__few_users__are_not_answered(void **state)
{
	(void)state;
	assert_null(slower_of(0, 1));
	assert_null(slower_of(4, 1));
	assert_null(slower_of(4, 3));
}

static double
share_of(const double *sums)
{
	return sums[0] / sums[1];
}

/* Users who are alike come together, as those do whom an engine counts. The limits are near those of the
 * normal approximation, for so many users as are drawn one by one and for more. */
static void
bootstrap__many_users_alike__has_the_limits_of_their_share(void **state)
{
	static const size_t numbers[] = { 2000, 2100, 20000, 1000000 };

	(void)state;
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		size_t n = numbers[i], with = n * 3 / 10;
		struct fil_bootstrap *bootstrap = fil_bootstrap_new(2, n);
		double half = 1.959963984540054 * sqrt(0.3 * 0.7 / (double)n);
		struct fil_interval limits;

		fil_bootstrap_add(bootstrap, (const double[]){ 0, 1 }, n - with);
		fil_bootstrap_add(bootstrap, (const double[]){ 1, 1 }, with);
		limits = fil_bootstrap_interval(bootstrap, share_of);
		fil_bootstrap_free(bootstrap);
		assert_true(fabs(limits.low - (0.3 - half)) < half / 8);
		assert_true(fabs(limits.high - (0.3 + half)) < half / 8);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wilson__counts__are_what_r_says),
		cmocka_unit_test(wilson__nobody__has_no_limits),
		cmocka_unit_test(newcombe__counts__are_what_r_says),
		cmocka_unit_test(newcombe__examples_of_the_paper__are_its_limits),
		cmocka_unit_test(student__tails__are_what_r_says),
		cmocka_unit_test(slower__ratios__are_answered_as_by_two_t_tests),
		cmocka_unit_test(slower__equal_ratios__are_answered_beside_the_limit_alone),
		cmocka_unit_test(bootstrap__many_users_alike__has_the_limits_of_their_share),
		cmocka_unit_test(slower__ratios_in_any_order__have_the_same_sums),
		cmocka_unit_test(slower__few_users__are_not_answered),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
