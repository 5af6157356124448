/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "lib/stats/random.h"

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
		cmocka_unit_test(random__many_values__have_the_moments),
		cmocka_unit_test(exponential__many_values__are_those_of_libm),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
