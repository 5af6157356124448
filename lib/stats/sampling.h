/* SPDX-License-Identifier: ISC */
/* Allocation: what a stratified sample is drawn by: how many from each stratum, and who. */
#ifndef FIL_SAMPLING_H
#define FIL_SAMPLING_H

#include <stddef.h>
#include <stdint.h>

/* Allocates n users over strata of the given sizes in proportion to them, by largest remainders
 * (Hamilton's method; of equal remainders the first), never more than a stratum has. least[s] of
 * stratum s are taken whatever its share (NULL: none), and one of each that is not empty where n
 * allows it for all. A stratum held above its share that way leaves the others less to share, in
 * proportion again, but only where their rounding alone cannot make up for it. The shares add up to
 * n, to the users there are if they are fewer, or to the sum of least if that is more. */
void fil_allocation_share(
    size_t n, const size_t *sizes, const size_t *least, size_t n_strata, size_t *shares);

/* What a seed makes of keys; nothing to free. */
struct fil_sample_seed {
	unsigned char key[16];
};

/* Returns the seed of a text, any text: its BLAKE2b hash of 16 bytes. */
struct fil_sample_seed fil_sample_seed(const char *text);

/* Returns the permanent random number of a user under the seed: SipHash-2-4 of the key's bytes,
 * read as a little-endian number. The users of a stratum with the smallest numbers are its sample,
 * and stay so whoever joins or leaves (Ohlsson, "Coordination of Samples Using Permanent Random
 * Numbers", in Business Survey Methods, 1995). */
uint64_t fil_sample_number(const struct fil_sample_seed *seed, const char *user);

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

/* Returns how many users each of the two groups needs to see the difference between the shares base
 * and base + difference (fractions; the difference may be negative): n, rounded up. 0 where there
 * is no such number: no difference, or a share outside 0 to 1. */
size_t fil_power_users(double base, double difference);

/* Returns the smallest rise above the share base that groups of that many users each can see, or
 * NaN when they would not even see a rise to 1. The smallest fall below it is the rise above 1 -
 * base. */
double fil_power_difference(double base, size_t users);

#endif
