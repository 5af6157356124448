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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(share__parts_of_a_whole__are_rounded_half_away),
		cmocka_unit_test(mean__any_sum__is_rounded_half_away),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
