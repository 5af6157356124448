/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <limits.h>

#include "lib/report/figures.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void
share__parts_of_a_whole__are_rounded_half_away(void **state)
{
	(void)state;
	static const struct {
		long long part, whole;
		const char *share;
	} cases[] = {
		{ 1, 3, "33.3" },
		{ 2, 3, "66.7" },
		{ 0, 5, "0.0" },
		{ 5, 5, "100.0" },
		{ 1, 0, "" },
		{ 0, 0, "" },
		{ 1, 2000, "0.1" },
		{ 1, 2001, "0.0" },
		{ -1, 2000, "-0.1" },
		{ -1, 2001, "0.0" },
		{ 1, 16, "6.3" },
		{ -1, 16, "-6.3" },
		{ 1, 8, "12.5" },
		{ 9995, 10000, "100.0" },
		{ 9994, 10000, "99.9" },
		{ 3, -2, "-150.0" },
		{ -3, -2, "150.0" },
		{ LLONG_MAX, LLONG_MAX, "100.0" },
		{ LLONG_MIN, LLONG_MAX, "-100.0" },
		{ LLONG_MAX / 2, LLONG_MAX, "50.0" },
		{ 1, LLONG_MAX, "0.0" },
		{ LLONG_MIN, LLONG_MIN, "100.0" },
		{ 999999999, 1, "99999999900.0" },
		{ 1000000000, 1, "" },
		{ LLONG_MIN, 1, "" },
	};
	char buffer[16];

	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(
		    fil_share_write(cases[i].part, cases[i].whole, buffer), cases[i].share);
}

static void
mean__any_sum__is_rounded_half_away(void **state)
{
	(void)state;
	static const struct {
		long long sum, count;
		const char *mean;
	} cases[] = { { 0, 3, "0.0" }, { 11, 3, "3.7" }, { 10, 3, "3.3" }, { 1, 20, "0.1" },
		{ 49, 1000, "0.0" }, { -1, 20, "-0.1" }, { -49, 1000, "0.0" }, { 5, 0, "" },
		{ 81125, 1000, "81.1" }, { 81150, 1000, "81.2" }, { LLONG_MAX, LLONG_MAX, "1.0" },
		{ LLONG_MIN, LLONG_MAX, "-1.0" }, { LLONG_MAX, 1, "" } };
	char buffer[16];

	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(
		    fil_mean_write(cases[i].sum, cases[i].count, buffer), cases[i].mean);
}

static void
exact__figures__are_rounded_as_shares_and_means(void **state)
{
	(void)state;
	static const struct {
		const char *exact;
		unsigned decimals;
		const char *rounded;
	} cases[] = { { "80", 1, "80.0" }, { "79.95", 1, "80.0" }, { "79.9499999999", 1, "79.9" },
		{ "-0.05", 1, "-0.1" }, { "-0.0499", 1, "0.0" },
		{ "99999999999.9", 1, "99999999999.9" }, { "0.125", 2, "0.13" },
		{ "-0.5", 2, "-0.5" }, { "3", 2, "3" }, { "-0.0875", 3, "-0.088" },
		{ "0.0995", 3, "0.1" }, { "-0.0004", 3, "0" } };
	char exact[FIL_AMOUNT_SIZE], text[FIL_AMOUNT_SIZE], share[16];

	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(
		    fil_figure_round(cases[i].exact, cases[i].decimals, text), cases[i].rounded);
	assert_string_equal(fil_share_exact(1599, 2000, exact), "79.95");
	assert_string_equal(fil_share_exact(-1, 3, exact), "-33.3333333333");
	assert_string_equal(fil_share_exact(1, 0, exact), "");
	assert_string_equal(fil_share_exact(LLONG_MIN, 1, exact), "");
	for (long long whole = 1; whole < 2100; whole += 7)
		for (long long part = -3; part <= whole; part++)
			assert_string_equal(
			    fil_figure_round(fil_share_exact(part, whole, exact), 1, text),
			    fil_share_write(part, whole, share));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(share__parts_of_a_whole__are_rounded_half_away),
		cmocka_unit_test(mean__any_sum__is_rounded_half_away),
		cmocka_unit_test(exact__figures__are_rounded_as_shares_and_means),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
