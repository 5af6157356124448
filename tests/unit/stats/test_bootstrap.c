/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>

#include "lib/stats/agreement.h"
#include "lib/stats/bootstrap.h"
#include "tests/unit/figures.h"

/* Returns the kappa of an agreement. */
static double
kappa_of(const struct fil_agreement *agreement)
{
	double sums[FIL_AGREEMENT_SUMS];

	fil_agreement_sums(agreement, sums);
	return fil_agreement_kappa(sums);
}

static double
mean_of(const double *sums)
{
	return sums[0] / sums[1];
}

static double
difference_of(const double *sums)
{
	return (sums[1] - sums[0]) / sums[2];
}

/* The limits of the mean of n random values, by resampling and as R's t.test gives them for many. */
struct of_mean {
	struct fil_interval resampled, normal;
};

static struct of_mean
limits_of_mean(size_t n)
{
	struct fil_bootstrap *bootstrap = fil_bootstrap_new(2);
	double sum = 0, squares = 0, half;
	struct of_mean limits;
	uint64_t random = 1;

	for (size_t i = 0; i < n; i++) {
		double value;

		random = random * 6364136223846793005U + 1442695040888963407U;
		value = (double)(random >> 40);
		sum += value;
		squares += value * value;
		fil_bootstrap_add(bootstrap, (const double[]){ value, 1 });
	}
	limits.resampled = fil_bootstrap_interval(bootstrap, mean_of);
	fil_bootstrap_free(bootstrap);
	half = 1.96 * sqrt((squares / (double)n - pow(sum / (double)n, 2)) / (double)n);
	limits.normal = (struct fil_interval){ sum / (double)n - half, sum / (double)n + half };
	return limits;
}

/* 1999 resamples against the 200000 of R's package boot: within a tenth of the interval. */
static void
interval__difference_of_means__is_that_of_boot(void **state)
{
	struct figures figures = figures_open("shares", "old,new,own,other");
	struct fil_bootstrap *bootstrap = fil_bootstrap_new(3);
	struct fil_interval limits;
	double width;

	(void)state;
	while (figures_next(&figures))
		fil_bootstrap_add(bootstrap,
		    (const double[]){
			figures_number(&figures, 0), figures_number(&figures, 1), 1 });
	limits = fil_bootstrap_interval(bootstrap, difference_of);
	fil_bootstrap_free(bootstrap);
	figures = figures_open("r_bootstrap", "figure,value,low,high");
	assert_true(figures_next(&figures));
	assert_string_equal(figures.cell[0], "difference");
	width = figures_number(&figures, 3) - figures_number(&figures, 2);
	assert_true(fabs(limits.low - (figures_number(&figures, 2))) <= width / 10);
	assert_true(fabs(limits.high - (figures_number(&figures, 3))) <= width / 10);
	fclose(figures.file);
}

static void
interval__kappa__is_that_of_boot(void **state)
{
	struct figures figures = figures_open("shares", "old,new,own,other");
	struct fil_bootstrap *bootstrap = fil_bootstrap_new(FIL_AGREEMENT_SUMS);
	struct fil_agreement all = { 0 };
	struct fil_interval limits;
	double width;

	(void)state;
	while (figures_next(&figures)) {
		struct fil_agreement user = { 0 };
		double sums[FIL_AGREEMENT_SUMS];

		fil_agreement_add(
		    &user, (int)figures_number(&figures, 2), (int)figures_number(&figures, 3));
		fil_agreement_merge(&all, &user);
		fil_agreement_sums(&user, sums);
		fil_bootstrap_add(bootstrap, sums);
	}
	limits = fil_bootstrap_interval(bootstrap, fil_agreement_kappa);
	fil_bootstrap_free(bootstrap);
	figures = figures_open("r_bootstrap", "figure,value,low,high");
	assert_true(figures_next(&figures));
	assert_true(figures_next(&figures));
	assert_string_equal(figures.cell[0], "kappa");
	figures_check(kappa_of(&all), figures_number(&figures, 1), 1e-9, "kappa");
	width = figures_number(&figures, 3) - figures_number(&figures, 2);
	assert_true(fabs(limits.low - (figures_number(&figures, 2))) <= width / 10);
	assert_true(fabs(limits.high - (figures_number(&figures, 3))) <= width / 10);
	fclose(figures.file);
}

static void
interval__many_users__is_the_normal_one(void **state)
{
	static const size_t sizes[] = { 100, 2047, 2048, 2049, 5000, 100000 };

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct of_mean limits = limits_of_mean(sizes[i]);
		double width = limits.normal.high - limits.normal.low;

		assert_true(fabs(limits.resampled.low - limits.normal.low) <= width / 15);
		assert_true(fabs(limits.resampled.high - limits.normal.high) <= width / 15);
	}
}

static void
interval__same_users__is_the_same_again(void **state)
{
	struct fil_interval once = limits_of_mean(777).resampled,
			    again = limits_of_mean(777).resampled;

	(void)state;
	assert_true(once.low == again.low && once.high == again.high);
}

static double
never(const double *sums)
{
	(void)sums;
	return NAN;
}

/* Returns whether the limits of a figure of n users are known, of whom `other` have 2, and the others 1. */
static bool
has_limits(size_t n, size_t other, double (*figure)(const double *sums))
{
	struct fil_bootstrap *bootstrap = fil_bootstrap_new(2);
	struct fil_interval limits;

	for (size_t i = 0; i < n; i++)
		fil_bootstrap_add(bootstrap, (const double[]){ i < other ? 2 : 1, 1 });
	limits = fil_bootstrap_interval(bootstrap, figure);
	fil_bootstrap_free(bootstrap);
	assert_int_equal(isnan(limits.low), isnan(limits.high));
	return !isnan(limits.low);
}

static void
interval__nothing_to_resample__is_none(void **state)
{
	(void)state;
	assert_false(has_limits(0, 0, mean_of));
	assert_false(has_limits(4, 2, mean_of));
	assert_true(has_limits(5, 2, mean_of));
	assert_false(has_limits(5, 2, never));
	assert_false(has_limits(500, 0, mean_of));
	assert_true(isnan(fil_bootstrap_interval(NULL, mean_of).low));
}

/* Two of six users have a mean; one of eleven resamples is without both. */
static void
interval__some_resamples_without_figure__is_that_of_the_others(void **state)
{
	struct fil_bootstrap *bootstrap = fil_bootstrap_new(2);
	struct fil_interval limits;

	(void)state;
	for (int i = 0; i < 4; i++)
		fil_bootstrap_add(bootstrap, (const double[]){ 0, 0 });
	fil_bootstrap_add(bootstrap, (const double[]){ 5, 1 });
	fil_bootstrap_add(bootstrap, (const double[]){ 7, 1 });
	limits = fil_bootstrap_interval(bootstrap, mean_of);
	assert_true(limits.low == 5 && limits.high == 7);
	fil_bootstrap_free(bootstrap);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(interval__difference_of_means__is_that_of_boot),
		cmocka_unit_test(interval__kappa__is_that_of_boot),
		cmocka_unit_test(interval__many_users__is_the_normal_one),
		cmocka_unit_test(interval__same_users__is_the_same_again),
		cmocka_unit_test(interval__nothing_to_resample__is_none),
		cmocka_unit_test(interval__some_resamples_without_figure__is_that_of_the_others),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
