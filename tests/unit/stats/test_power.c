/* SPDX-License-Identifier: ISC */
/* R's figures are those of power.prop.test in R 4.2.2, made by tests/data/survival/make.R. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/stats/sampling.h"
#include "tests/unit/figures.h"

static void
power__users__are_what_r_says(void **state)
{
	struct figures figures = figures_open("r_power", "base,difference,users");
	size_t rows = 0;

	(void)state;
	while (figures_next(&figures)) {
		size_t users =
		    fil_power_users(figures_number(&figures, 0), figures_number(&figures, 1));
		assert_int_equal(users, (size_t)ceil(figures_number(&figures, 2)));
		rows++;
	}
	assert_int_equal(rows, 20);
}

static void
power__difference__is_what_r_says(void **state)
{
	struct figures figures = figures_open("r_seen", "base,users,difference");
	size_t rows = 0;

	(void)state;
	while (figures_next(&figures)) {
		double difference = fil_power_difference(
		    figures_number(&figures, 0), (size_t)figures_number(&figures, 1));
		figures_check(difference, figures_number(&figures, 2), 1e-9, "difference");
		rows++;
	}
	assert_int_equal(rows, 20);
}

static void
power__shares_exchanged_or_turned_round__need_the_same(void **state)
{
	(void)state;
	assert_int_equal(fil_power_users(0.5, 0.15), 170);
	assert_int_equal(fil_power_users(0.65, -0.15), 170);
	assert_int_equal(fil_power_users(0.5, -0.15), 170);
	assert_int_equal(fil_power_users(0.35, 0.15), 170);
}

static void
power__ends_of_the_scale__are_shares(void **state)
{
	(void)state;
	assert_int_equal(fil_power_users(0.85, 0.15), fil_power_users(0.15, -0.15));
	assert_true(fil_power_users(0.85, 0.15) > 0);
	assert_true(fil_power_users(0.7, 0.3) > 0);
	assert_true(fil_power_users(0.3, -0.3) > 0);
	/* 1.96^2 / 2: nothing varies but the pooled share. */
	assert_int_equal(fil_power_users(0, 1), 2);
}

static void
power__no_such_difference__needs_no_number(void **state)
{
	(void)state;
	assert_int_equal(fil_power_users(0.5, 0), 0);
	assert_int_equal(fil_power_users(0, 0), 0);
	assert_int_equal(fil_power_users(0.9, 0.15), 0);
	assert_int_equal(fil_power_users(0.1, -0.15), 0);
	assert_int_equal(fil_power_users(-0.1, 0.15), 0);
	assert_int_equal(fil_power_users(NAN, 0.15), 0);
	assert_int_equal(fil_power_users(0.5, NAN), 0);
	assert_int_equal(fil_power_users(0.5, 1e-12), 0);
}

static void
power__too_few_users__see_nothing(void **state)
{
	(void)state;
	assert_true(isnan(fil_power_difference(0.5, 0)));
	assert_true(isnan(fil_power_difference(0.5, 5)));
	assert_true(isnan(fil_power_difference(1, 1000)));
	assert_true(isnan(fil_power_difference(1.5, 1000)));
	assert_true(isnan(fil_power_difference(NAN, 1000)));
}

static void
power__difference_seen__needs_no_more_users(void **state)
{
	(void)state;
	for (double base = 0; base < 0.9; base += 0.07) {
		for (size_t users = 60; users < 1000000; users = users * 3 / 2) {
			double difference = fil_power_difference(base, users);
			assert_true(difference > 0 && base + difference <= 1);
			assert_true(fil_power_users(base, difference * 1.000001) <= users);
			assert_true(fil_power_users(base, difference * 0.999) >= users);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(power__users__are_what_r_says),
		cmocka_unit_test(power__difference__is_what_r_says),
		cmocka_unit_test(power__shares_exchanged_or_turned_round__need_the_same),
		cmocka_unit_test(power__ends_of_the_scale__are_shares),
		cmocka_unit_test(power__no_such_difference__needs_no_number),
		cmocka_unit_test(power__too_few_users__see_nothing),
		cmocka_unit_test(power__difference_seen__needs_no_more_users),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
