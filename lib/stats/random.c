/* SPDX-License-Identifier: ISC */
#include "lib/stats/random.h"

#include <math.h>
#include <string.h>

/* 1 / i, for the series below. */
static const double parts[] = { 0, 1, 1 / 2., 1 / 3., 1 / 4., 1 / 5., 1 / 6., 1 / 7., 1 / 8.,
	1 / 9., 1 / 10., 1 / 11., 1 / 12., 1 / 13., 1 / 14., 1 / 15., 1 / 16., 1 / 17., 1 / 18.,
	1 / 19., 1 / 20., 1 / 21. };

/* A Poisson variable with at least this mean is drawn as a normal one. */
enum { MANY = 10 };

/* The bits of a double: 52 of its fraction, then 11 of its exponent. */
enum { FRACTION_BITS = 52, EXPONENT_OF_1 = 1023 };

/* Beyond, e^x is taken as 0, or as the value here. */
#define LARGEST_POWER 700.0

/* log 2, as a number with 20 low bits of 0, and the rest. */
#define LOG_2_HIGH 0x1.62e42feep-1
#define LOG_2_LOW 0x1.a39ef35793c76p-33

double
fil_random_uniform(struct fil_random *random)
{
	uint64_t z = random->state += 0x9E3779B97F4A7C15U;

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
	return ((double)((z ^ (z >> 31)) >> 12) + 0.5) * 0x1p-52;
}

size_t
fil_random_below(struct fil_random *random, size_t n)
{
	return (size_t)(fil_random_uniform(random) * (double)n);
}

double
fil_random_normal(struct fil_random *random)
{
	double x, y, square;

	do {
		x = 2 * fil_random_uniform(random) - 1;
		y = 2 * fil_random_uniform(random) - 1;
		square = x * x + y * y;
	} while (square >= 1 || square < 0x1p-100);
	return x * sqrt(-2 * fil_log(square) / square);
}

double
fil_random_poisson(struct fil_random *random, uint32_t mean)
{
	double left, part, count = 0;

	if (mean == 0)
		return 0;
	if (mean >= MANY)
		return fmax(0, floor(mean + sqrt(mean) * fil_random_normal(random) + 0.5));
	left = fil_random_uniform(random);
	part = fil_exp(-(double)mean);
	while (left > part && part > 0) {
		left -= part;
		part *= mean / ++count;
	}
	return count;
}

/* Returns a gamma variable of that shape, 1 or more, and scale 1. */
static double
draw_gamma(struct fil_random *random, double shape)
{
	double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);

	for (;;) {
		double x = fil_random_normal(random), root = 1 + c * x, v = root * root * root;

		if (root > 0 &&
		    fil_log(fil_random_uniform(random)) < x * x / 2 + d * (1 - v + fil_log(v)))
			return d * v;
	}
}

double
fil_random_gamma(struct fil_random *random, double variance)
{
	double shape, factor = 1;

	if (variance <= 0)
		return 1;
	shape = 1 / variance;
	/* A shape below 1 is raised by 1; the power of a uniform variable takes it back. */
	if (shape < 1) {
		factor = fil_exp(fil_log(fil_random_uniform(random)) / shape);
		shape++;
	}
	return variance * factor * draw_gamma(random, shape);
}

/* Returns 2 to a whole power, from -1022 to 1023. */
static double
power_of_2(int power)
{
	uint64_t bits = (uint64_t)(power + EXPONENT_OF_1) << FRACTION_BITS;
	double value;

	memcpy(&value, &bits, sizeof value);
	return value;
}

double
fil_exp(double x)
{
	double k, r, sum = 1;

	if (x <= -LARGEST_POWER)
		return 0;
	x = fmin(x, LARGEST_POWER);
	k = floor(x * M_LOG2E + 0.5);
	r = (x - k * LOG_2_HIGH) - k * LOG_2_LOW;
	/* Taylor's series; |r| is below 0.35. */
	for (int i = 13; i > 0; i--)
		sum = 1 + sum * r * parts[i];
	return sum * power_of_2((int)k);
}

double
fil_log(double x)
{
	uint64_t bits;
	int power;
	double s, square, sum = 0;

	memcpy(&bits, &x, sizeof bits);
	power = (int)(bits >> FRACTION_BITS) - EXPONENT_OF_1;
	x *= power_of_2(-power);
	if (x > M_SQRT2) {
		x /= 2;
		power++;
	}
	/* log x = 2 artanh((x - 1) / (x + 1)); s is below 0.172. */
	s = (x - 1) / (x + 1);
	square = s * s;
	for (int i = 21; i >= 3; i -= 2)
		sum = (sum + parts[i]) * square;
	return power * LOG_2_HIGH + (power * LOG_2_LOW + 2 * s * sum + 2 * s);
}
