/* SPDX-License-Identifier: ISC */
#include "lib/stats/power.h"

#include <math.h>
#include <stdbool.h>

/* Points of the normal distribution: two-sided 5 %, and 80 % power. */
#define NORMAL_975 1.959963984540054
#define NORMAL_80 0.8416212335729143

/* No group has more users, and whole numbers are exact up to there. */
#define MOST 1e15

/* Returns n, not rounded. The shares differ. */
static double
size_needed(double p, double q)
{
	double mean = (p + q) / 2;
	double pooled = sqrt(2 * mean * (1 - mean)), apart = sqrt(p * (1 - p) + q * (1 - q));
	double root = (NORMAL_975 * pooled + NORMAL_80 * apart) / (p - q);

	return root * root;
}

static bool
is_share(double p)
{
	return p >= 0 && p <= 1;
}

size_t
fil_power_users(double base, double difference)
{
	double other = base + difference, n;

	/* 0.85 + 0.15 may be a little over 1. */
	if (other > 1 && other < 1 + 1e-12)
		other = 1;
	if (other < 0 && other > -1e-12)
		other = 0;
	if (!is_share(base) || !is_share(other))
		return 0;
	n = size_needed(base, other);
	/* The tolerance keeps an exact n from being rounded up by an error in its last digit. */
	return n >= 0 && n < MOST ? (size_t)ceil(n * (1 - 1e-12)) : 0;
}

double
fil_power_difference(double base, size_t users)
{
	double low = 0, high = 1 - base;

	if (!is_share(base) || users == 0 || !(high > 0) || size_needed(base, 1) > (double)users)
		return NAN;
	/* The size needed falls as the difference grows; halving goes on until nothing lies
	 * between. */
	for (;;) {
		double middle = low + (high - low) / 2;
		if (middle <= low || middle >= high)
			return high;
		if (size_needed(base, base + middle) > (double)users)
			low = middle;
		else
			high = middle;
	}
}
