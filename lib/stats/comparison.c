/* SPDX-License-Identifier: ISC */
#include "lib/stats/comparison.h"

#include <math.h>

#include "lib/stats/random.h"

/* The quantile of the normal distribution for two-sided 5 %. */
#define NORMAL_975 1.959963984540054

/* The limit of the ratio of new to old minutes, and the level of a test. */
#define SLOWER 1.25
#define LEVEL 0.05

static const struct fil_interval none = { NAN, NAN };

struct fil_interval
fil_share_limits(double share, size_t n)
{
	double z2 = NORMAL_975 * NORMAL_975, users = (double)n;
	double middle = share + z2 / (2 * users);
	double root = NORMAL_975 * sqrt(share * (1 - share) / users + z2 / (4 * users * users));

	if (n == 0)
		return none;
	/* Shares of 0 and 1 are limits themselves, which rounding must not pass. */
	return (struct fil_interval){ fmax(0, (middle - root) / (1 + z2 / users)),
		fmin(1, (middle + root) / (1 + z2 / users)) };
}

struct fil_interval
fil_difference_limits(double a, size_t na, double b, size_t nb)
{
	struct fil_interval of_a = fil_share_limits(a, na), of_b = fil_share_limits(b, nb);

	return (struct fil_interval){ a - b - hypot(a - of_a.low, of_b.high - b),
		a - b + hypot(of_a.high - a, b - of_b.low) };
}

void
fil_ratios_add(struct fil_ratios *ratios, double ratio)
{
	double value = fil_log(ratio), apart = value - ratios->mean;

	ratios->mean += apart / (double)++ratios->n;
	ratios->squares += apart * (value - ratios->mean);
}

double
fil_student_above(double t, size_t df)
{
	double angle = atan(fabs(t) / sqrt((double)df)), cosine = cos(angle);
	double odd = df % 2 == 1, term = odd > 0 ? cosine : 1, sum = term, within;

	for (size_t i = 2 + (df % 2); i + 1 < df; i += 2) {
		term *= cosine * cosine * (double)(i - 1) / (double)i;
		sum += term;
	}
	if (df == 1)
		sum = 0;
	within = odd > 0 ? (angle + sin(angle) * sum) / M_PI_2 : sin(angle) * sum;
	return t < 0 ? (1 + within) / 2 : (1 - within) / 2;
}

const char *
fil_ratios_slower(const struct fil_ratios *ratios)
{
	double n = (double)ratios->n, error, above;

	if (ratios->n < FIL_RATIOS_LEAST)
		return NULL;
	error = sqrt(ratios->squares / (n - 1) / n);
	above = fil_student_above((ratios->mean - fil_log(SLOWER)) / error, ratios->n - 1);
	/* NaN, where all ratios are the limit itself, shows neither. */
	if (above < LEVEL)
		return "yes";
	return 1 - above < LEVEL ? "no" : NULL;
}
