/* SPDX-License-Identifier: ISC */
/* Sampling: the size and the users of a stratified sample, and the difference between two groups
 * that it can show. */
#ifndef FIL_SAMPLING_H
#define FIL_SAMPLING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Allocates n users to strata of the given sizes in proportion to them. The method is that of the
 * largest remainders (Hamilton); of equal remainders the first. shares[s] never exceeds the size.
 * least[s] is the minimum of stratum s (NULL: none). Each stratum that is not empty gets at least
 * one, if n allows that for all. A stratum raised above its share leaves fewer to the others, in
 * proportion again. That happens only if rounding cannot absorb the difference. The shares add up
 * to n, or to all users if they are fewer, or to the sum of `least` if it is more. */
void fil_sampling_shares(
    size_t n, const size_t *sizes, const size_t *least, size_t n_strata, size_t *shares);

/* The key of the random numbers of users; nothing to free. */
struct fil_sampling_seed {
	unsigned char key[16];
};

/* Returns the seed of any text: its BLAKE2b hash of 16 bytes. */
struct fil_sampling_seed fil_sampling_seed(const char *text);

/* Returns the permanent random number of a user under the seed: SipHash-2-4 of the user's key, read
 * as little-endian. The users of a stratum with the smallest numbers are its sample. They stay in
 * it when others join or leave. Source: Ohlsson, "Coordination of Samples Using Permanent Random
 * Numbers", in Business Survey Methods, 1995. */
uint64_t fil_sampling_number(const struct fil_sampling_seed *seed, const char *user);

/* Returns the number of users that each of two groups needs to show the difference between the
 * shares base and base + difference. The test is two-sided at 5 %, with 80 % power; n is rounded
 * up. Both arguments are fractions; the difference may be negative. Returns 0 without a difference,
 * or for a share outside 0 to 1.
 *
 * It is the normal approximation with the variance pooled under the null hypothesis, and with the
 * correction of Fleiss for continuity. For a first group of n users and a second one of r times as
 * many, with shares p and q, and d = |p - q|:
 *
 *   m = (p + r q) / (r + 1)
 *   k = (z(0.975) sqrt((r + 1) m (1 - m)) + z(0.8) sqrt(r p (1 - p) + q (1 - q)))^2 / (r d^2)
 *   n = k / 4 (1 + sqrt(1 + 2 (r + 1) / (r k d)))^2
 *
 * with z(u) the u-quantile of the normal distribution. For r = 1, k is that of R's power.prop.test,
 * and n is k / 4 (1 + sqrt(1 + 4 / (k d)))^2. p and q may be exchanged, and both replaced by 1 - p and
 * 1 - q. Source: Fleiss, Levin and Paik, "Statistical Methods for Rates and Proportions", 3rd edition
 * 2003, chapter 4. */
size_t fil_sampling_users(double base, double difference);

/* Returns whether groups of so many users show that difference. The numbers need not be whole: they
 * are users divided by a design effect. */
bool fil_sampling_shows(double base, double difference, double first, double second);

/* Returns the smallest rise above the share base that these groups can show. NaN: not even a rise to 1
 * can be shown. The smallest fall below base is the rise above 1 - base. */
double fil_sampling_difference(double base, double first, double second);

/* Returns the design effect of n users in so many groups, whose users are alike by the intraclass
 * correlation rho: 1 + (m - 1) rho, with m = n / groups users in a group, and at least 1. Source: Kish,
 * "Survey Sampling", 1965, chapter 5. */
double fil_sampling_effect(size_t n, size_t groups, double rho);

#endif
