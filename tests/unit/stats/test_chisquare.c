/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/stats/survival.h"
#include "tests/unit/figures.h"

/* R 4.2.2's pchisq (tests/data/survival/make.R). */
static void
chisquare__whole_grid__is_what_r_says(void **state)
{
	struct figures figures = figures_open("r_chisquare", "df,chi2,p");
	size_t rows = 0;

	(void)state;
	while (figures_next(&figures)) {
		size_t df = (size_t)figures_number(&figures, 0);
		double chi2 = figures_number(&figures, 1);
		char what[64];
		snprintf(what, sizeof what, "df %zu, chi2 %g", df, chi2);
		figures_check(
		    fil_chisquare_tail(chi2, df), figures_number(&figures, 2), 1e-11, what);
		rows++;
	}
	assert_int_equal(rows, 195);
}

static void
chisquare__two_degrees__are_an_exponential(void **state)
{
	(void)state;
	for (double chi2 = 0.001; chi2 < 1400; chi2 *= 1.7)
		figures_check(fil_chisquare_tail(chi2, 2), exp(-chi2 / 2), 1e-13, "df 2");
}

static void
chisquare__no_difference__is_certain(void **state)
{
	(void)state;
	assert_true(fil_chisquare_tail(0, 1) == 1);
	assert_true(fil_chisquare_tail(0, 7) == 1);
	assert_true(fil_chisquare_tail(-1e-9, 2) == 1);
	assert_true(fil_chisquare_tail(1e-30, 2) == 1);
	assert_true(fil_chisquare_tail(5e-324, 100000) == 1);
}

static void
chisquare__out_of_sight__is_zero(void **state)
{
	(void)state;
	assert_true(fil_chisquare_tail(INFINITY, 3) == 0);
	assert_true(fil_chisquare_tail(1e9, 1) == 0);
	assert_true(fil_chisquare_tail(1e9, 12) == 0);
}

static void
chisquare__nothing_to_compare__is_not_a_number(void **state)
{
	(void)state;
	assert_true(isnan(fil_chisquare_tail(1, 0)));
	assert_true(isnan(fil_chisquare_tail(NAN, 3)));
}

/* Near its mean a chi-square with many degrees is close to normal (Wilson and Hilferty). */
static void
chisquare__a_million_degrees__stay_in_place(void **state)
{
	(void)state;
	for (double shift = -4; shift <= 4; shift++) {
		double df = 1e6, chi2 = df + shift * sqrt(2 * df), w = 2 / (9 * df);
		double normal = (cbrt(chi2 / df) - (1 - w)) / sqrt(w);
		figures_check(fil_chisquare_tail(chi2, 1000000), erfc(normal / sqrt(2)) / 2, 1e-4,
		    "a million");
	}
}

static void
chisquare__rising_chi2__falls(void **state)
{
	(void)state;
	for (size_t df = 1; df < 60; df++) {
		double before = 1;
		for (double chi2 = 0.1; chi2 < 1000; chi2 *= 1.3) {
			double p = fil_chisquare_tail(chi2, df);
			assert_true(p > 0 && p <= before * (1 + 1e-13));
			assert_true(p <= fil_chisquare_tail(chi2, df + 1) * (1 + 1e-13));
			before = p;
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chisquare__whole_grid__is_what_r_says),
		cmocka_unit_test(chisquare__two_degrees__are_an_exponential),
		cmocka_unit_test(chisquare__no_difference__is_certain),
		cmocka_unit_test(chisquare__out_of_sight__is_zero),
		cmocka_unit_test(chisquare__nothing_to_compare__is_not_a_number),
		cmocka_unit_test(chisquare__a_million_degrees__stay_in_place),
		cmocka_unit_test(chisquare__rising_chi2__falls),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
