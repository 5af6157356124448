/* SPDX-License-Identifier: ISC */
/* Power: what size of two groups shows what difference between their shares, with 80 % power, by a
 * two-sided test at 5 %. The normal approximation with the variance pooled under the hypothesis of
 * no difference, without continuity correction (Fleiss, Levin and Paik, "Statistical Methods for
 * Rates and Proportions", 3rd edition 2003, chapter 4); R's power.prop.test:
 *
 *   n = (z(0.975) sqrt(2 m (1 - m)) + z(0.8) sqrt(p (1 - p) + q (1 - q)))^2 / (p - q)^2
 *
 * with m = (p + q) / 2, and z(u) the point of the normal distribution below which the share u lies.
 *
 * The shares p and q may be exchanged, and both replaced by 1 less them. */
#ifndef FIL_POWER_H
#define FIL_POWER_H

#include <stddef.h>

/* Returns how many users each of the two groups needs to see the difference between the shares base
 * and base + difference (fractions; the difference may be negative): n, rounded up. 0 where there
 * is no such number: no difference, or a share outside 0 to 1. */
size_t fil_power_users(double base, double difference);

/* Returns the smallest rise above the share base that groups of that many users each can see, or
 * NaN when they would not even see a rise to 1. The smallest fall below it is the rise above 1 -
 * base. */
double fil_power_difference(double base, size_t users);

#endif
