/* SPDX-License-Identifier: ISC */
#include "lib/stats/random.h"

#include <math.h>
#include <string.h>

/* A Poisson variable with at least this mean is drawn as a normal one. */
enum { MANY = 10 };

/* e^-mean for the whole means below: the probability of 0. */
static const double nones[MANY] = { 1, 0.36787944117144233, 0.1353352832366127,
	0.049787068367863944, 0.01831563888873418, 0.006737946999085467, 0.0024787521766663585,
	0.0009118819655545162, 0.00033546262790251185, 0.00012340980408667956 };

/* The bits of a double: 52 of its fraction, then 11 of its exponent. */
enum { FRACTION_BITS = 52, EXPONENT_OF_1 = 1023 };

/* Beyond, e^x is taken as 0, or as the value here. */
#define LARGEST_POWER 700.0

/* log 2, as a number with 20 low bits of 0, and the rest. */
#define LOG_2_HIGH 0x1.62e42feep-1
#define LOG_2_LOW 0x1.a39ef35793c76p-33

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
	part = nones[mean];
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
	double k, r, r2, r4, low, high;

	if (x <= -LARGEST_POWER)
		return 0;
	x = x > LARGEST_POWER ? LARGEST_POWER : x;
	k = (int)(x * M_LOG2E + (x < 0 ? -0.5 : 0.5));
	r = (x - k * LOG_2_HIGH) - k * LOG_2_LOW;
	/* Taylor's series, 1 + r + r^2 (1/2! + r/3! + ... + r^11/13!); |r| is below 0.35. Pairs of
	 * terms do not wait for each other. */
	r2 = r * r;
	r4 = r2 * r2;
	low = (1 / 2. + r * (1 / 6.)) + r2 * (1 / 24. + r * (1 / 120.));
	low += r4 * ((1 / 720. + r * (1 / 5040.)) + r2 * (1 / 40320. + r * (1 / 362880.)));
	high = (1 / 3628800. + r * (1 / 39916800.)) + r2 * (1 / 479001600. + r * (1 / 6227020800.));
	return (1 + (r + r2 * (low + r4 * r4 * high))) * power_of_2((int)k);
}

double
fil_log(double x)
{
	uint64_t bits;
	int power;
	double s, z, z2, z4, low, high;

	memcpy(&bits, &x, sizeof bits);
	power = (int)(bits >> FRACTION_BITS) - EXPONENT_OF_1;
	x *= power_of_2(-power);
	if (x > M_SQRT2) {
		x /= 2;
		power++;
	}
	/* log x = 2 artanh((x - 1) / (x + 1)) = 2 s (1 + s^2/3 + s^4/5 + ...); s is below 0.172. */
	s = (x - 1) / (x + 1);
	z = s * s;
	z2 = z * z;
	z4 = z2 * z2;
	low = (1 / 3. + z * (1 / 5.)) + z2 * (1 / 7. + z * (1 / 9.));
	low += z4 * ((1 / 11. + z * (1 / 13.)) + z2 * (1 / 15. + z * (1 / 17.)));
	high = 1 / 19. + z * (1 / 21.);
	return power * LOG_2_HIGH +
	    (power * LOG_2_LOW + 2 * s * (z * (low + z4 * z4 * high)) + 2 * s);
}
