/* SPDX-License-Identifier: ISC */
/* A bootstrap: the interval of a figure by resampling users. It does not use the store.
 *
 * The figure is a function of sums over users, such as a mean, a difference of means or kappa. Each
 * of FIL_BOOTSTRAP_REPLICATES resamples draws as many users as there are, with replacement, and
 * computes the figure of their sums. The interval runs from the 2.5th to the 97.5th percentile of
 * these figures (Efron, "Bootstrap Methods", Annals of Statistics 7, 1979). All rows of one user are
 * drawn together, so users with many rows do not feign certainty.
 *
 * Beyond FIL_BOOTSTRAP_MOST users, users that follow one another are drawn together, in groups of 2,
 * 4, 8 … ("random groups", Wolter, "Introduction to Variance Estimation", 2007, chapter 2). So memory
 * and time do not grow with the users. The generator always starts with the same seed: equal users
 * in an equal order give the same interval, on every engine. */
#ifndef FIL_BOOTSTRAP_H
#define FIL_BOOTSTRAP_H

#include <stddef.h>
#include <stdint.h>

enum {
	FIL_BOOTSTRAP_REPLICATES = 1999,
	FIL_BOOTSTRAP_LEAST = 5, /* users of an interval */
	FIL_BOOTSTRAP_MOST = 1024, /* users, or groups of users, that are drawn one by one */
	FIL_BOOTSTRAP_SUMS = 6, /* the most sums of a figure */
};

/* An interval. Both limits are NaN where there is none. */
struct fil_interval {
	double low, high;
};

struct fil_bootstrap;

/* Returns an empty bootstrap of figures of that many sums; the caller frees it. */
struct fil_bootstrap *fil_bootstrap_new(size_t n_sums);

/* Adds a user by the user's part of each sum. */
void fil_bootstrap_add(struct fil_bootstrap *bootstrap, const double *sums);

/* Returns the 95 % interval of a figure of the sums. A resample whose figure is NaN is left out.
 * There is no interval for fewer than FIL_BOOTSTRAP_LEAST users or NULL, nor if most figures are NaN,
 * nor if all are equal: users who are all alike tell nothing of chance. */
struct fil_interval
fil_bootstrap_interval(const struct fil_bootstrap *bootstrap, double (*figure)(const double *sums));

/* Frees the bootstrap; NULL is fine. */
void fil_bootstrap_free(struct fil_bootstrap *bootstrap);

#endif
