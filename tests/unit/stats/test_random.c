/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "lib/stats/random.h"
#include "tests/unit/figures.h"

enum { DRAWS = 200000 };

/* The first values of a seed never change, to the last bit. */
static void
random__one_seed__has_these_numbers(void **state)
{
	struct fil_random random = { 1 };

	(void)state;
	assert_true(fil_random_uniform(&random) == 0x1.22145bd91204bp-1);
	assert_true(fil_random_normal(&random) == -0x1.ebc70a51bcf0cp+0);
	assert_true(fil_random_gamma(&random, 0.4) == 0x1.13843a8f84017p+0);
	assert_true(fil_random_gamma(&random, 3) == 0x1.aa68527423ed8p-3);
	assert_true(fil_random_poisson(&random, 4) == 4);
	assert_true(fil_random_poisson(&random, 400) == 424);
}

/* The mean and the variance of many values are those of the distribution, within five standard
 * errors of the mean, and about twenty of the variance's. */
static void
assert_moments(double (*draw)(struct fil_random *random), double mean, double variance)
{
	struct fil_random random = { 3 };
	double sum = 0, squares = 0;

	for (int i = 0; i < DRAWS; i++) {
		double value = draw(&random);

		sum += value;
		squares += (value - mean) * (value - mean);
	}
	assert_true(fabs(sum / DRAWS - mean) < 5 * sqrt(variance / DRAWS));
	assert_true(fabs(squares / DRAWS / variance - 1) < 0.05);
}

static double
draw_poisson_1(struct fil_random *random)
{
	return fil_random_poisson(random, 1);
}

static double
draw_poisson_50(struct fil_random *random)
{
	return fil_random_poisson(random, 50);
}

static double
draw_gamma_small(struct fil_random *random)
{
	return fil_random_gamma(random, 0.2);
}

static double
draw_gamma_large(struct fil_random *random)
{
	return fil_random_gamma(random, 2.5);
}

static void
random__many_values__have_the_moments(void **state)
{
	struct fil_random random = { 0 };

	(void)state;
	assert_moments(fil_random_uniform, 0.5, 1 / 12.0);
	assert_moments(fil_random_normal, 0, 1);
	assert_moments(draw_poisson_1, 1, 1);
	/* Rounding adds a twelfth. */
	assert_moments(draw_poisson_50, 50, 50 + 1 / 12.0);
	assert_moments(draw_gamma_small, 1, 0.2);
	assert_moments(draw_gamma_large, 1, 2.5);
	assert_true(fil_random_gamma(&random, 0) == 1);
	assert_true(fil_random_poisson(&random, 0) == 0);
}

/* The C library is right to the last bit or nearly. */
static double
draw_of(const char *law, double parameter, struct fil_random *random)
{
	if (strcmp(law, "gamma") == 0)
		return fil_random_gamma(random, parameter);
	if (strcmp(law, "poisson") == 0)
		return fil_random_poisson(random, (uint32_t)parameter);
	return fil_random_normal(random);
}

/* R's probabilities are those of R 4.2.2, made by tests/data/survival/comparison.R. Shares of the values are
 * within five standard errors. */
static void
random__many_values__are_spread_as_r_says(void **state)
{
	struct figures figures = figures_open("r_random", "law,parameter,value,p");
	size_t rows = 0;

	(void)state;
	for (; figures_next(&figures); rows++) {
		double parameter = figures_number(&figures, 1);
		double value = figures_number(&figures, 2), p = figures_number(&figures, 3);
		struct fil_random random = { 4 + rows };
		int below = 0;

		for (int i = 0; i < DRAWS / 4; i++)
			below += draw_of(figures.cell[0], parameter, &random) <= value;
		if (fabs(below / (DRAWS / 4.0) - p) > 5 * sqrt(p * (1 - p) / (DRAWS / 4.0)))
			fail_msg("%s %g: %d of %d are up to %g", figures.cell[0], parameter, below,
			    DRAWS / 4, value);
	}
	assert_int_equal(rows, 46);
}

/* The reference values of SplitMix64 for the seed 1234567, divided by 2^64: Vigna, splitmix64.c. */
static void
random__numbers__are_those_of_the_reference(void **state)
{
	static const uint64_t reference[] = { 6457827717110365317U, 3203168211198807973U,
		9817491932198370423U, 4593380528125082431U, 16408922859458223821U };
	struct fil_random random = { 1234567 };

	(void)state;
	for (size_t i = 0; i < sizeof reference / sizeof *reference; i++)
		assert_true(
		    fabs(fil_random_uniform(&random) - (double)reference[i] / 0x1p64) < 0x1p-52);
}

static void
exponential__many_values__are_those_of_libm(void **state)
{
	struct fil_random random = { 5 };

	(void)state;
	for (int i = 0; i < DRAWS; i++) {
		double x = (fil_random_uniform(&random) - 0.5) * 1390, y = exp(x / 4);

		assert_true(fabs(fil_exp(x) / exp(x) - 1) < 1e-15);
		assert_true(fabs(fil_log(y) - log(y)) <= 1e-15 * fmax(1, fabs(log(y))));
		y = 0.5 + fil_random_uniform(&random);
		assert_true(fabs(fil_log(y) - log(y)) <= 4e-16 * fabs(log(y)));
	}
	assert_true(fil_exp(0) == 1 && fil_log(1) == 0);
	assert_true(fil_exp(-800) == 0 && fil_exp(800) == fil_exp(700));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random__one_seed__has_these_numbers),
		cmocka_unit_test(random__numbers__are_those_of_the_reference),
		cmocka_unit_test(random__many_values__have_the_moments),
		cmocka_unit_test(random__many_values__are_spread_as_r_says),
		cmocka_unit_test(exponential__many_values__are_those_of_libm),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
