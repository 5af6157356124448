/* SPDX-License-Identifier: ISC */
/* Sampling: how many users a stratified sample takes from each stratum, who they are, and what
 * difference between two groups their numbers can show. */
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
void fil_sampling_shares(
    size_t n, const size_t *sizes, const size_t *least, size_t n_strata, size_t *shares);

/* The key under which users get their random numbers; nothing to free. */
struct fil_sampling_seed {
	unsigned char key[16];
};

/* Returns the seed of a text, any text: its BLAKE2b hash of 16 bytes. */
struct fil_sampling_seed fil_sampling_seed(const char *text);

/* Returns the permanent random number of a user under the seed: SipHash-2-4 of the key's bytes,
 * read as a little-endian number. The users of a stratum with the smallest numbers are its sample,
 * and stay so whoever joins or leaves (Ohlsson, "Coordination of Samples Using Permanent Random
 * Numbers", in Business Survey Methods, 1995). */
uint64_t fil_sampling_number(const struct fil_sampling_seed *seed, const char *user);

/* Returns how many users each of two groups needs to show the difference between the shares base and
 * base + difference with 80 % power, by a two-sided test at 5 %: n, rounded up. Both are fractions;
 * the difference may be negative. 0 where there is no such number: no difference, or a share outside
 * 0 to 1.
 *
 * The normal approximation with the variance pooled under the hypothesis of no difference, without
 * continuity correction (Fleiss, Levin and Paik, "Statistical Methods for Rates and Proportions",
 * 3rd edition 2003, chapter 4); R's power.prop.test:
 *
 *   n = (z(0.975) sqrt(2 m (1 - m)) + z(0.8) sqrt(p (1 - p) + q (1 - q)))^2 / (p - q)^2
 *
 * with m = (p + q) / 2, and z(u) the point of the normal distribution below which the share u lies.
 * The shares p and q may be exchanged, and both replaced by 1 less them. */
size_t fil_sampling_users(double base, double difference);

/* Returns the smallest rise above the share base that two groups of that many users each can show,
 * or NaN when they cannot even show a rise to 1. The smallest fall below it is the rise above 1 -
 * base. */
double fil_sampling_difference(double base, size_t users);

#endif
