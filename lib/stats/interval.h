/* SPDX-License-Identifier: ISC */
/* Intervals: of a figure by resampling users, of a share, and of a difference of shares; and
 * whether a new method is slower than an old one. They do not use the store.
 *
 * A resampled figure is a function of sums over users, such as a mean, a difference of means or
 * kappa. Each of FIL_BOOTSTRAP_REPLICATES resamples draws as many users as there are, with
 * replacement, and computes the figure of their sums. The interval runs from the 2.5th to the
 * 97.5th percentile of these figures (Efron, "Bootstrap Methods", Annals of Statistics 7, 1979).
 * All rows of one user are drawn together, so users with many rows do not feign certainty.
 *
 * Beyond FIL_BOOTSTRAP_MOST users, each user is dealt at random to one of FIL_BOOTSTRAP_GROUPS
 * groups, which are drawn whole ("random groups", Wolter, "Introduction to Variance Estimation", 2007,
 * chapter 2). So memory and time do not grow with the users, who may come in any order, such as
 * those who are alike together. The generators always start with the same seeds: equal users in an
 * equal order give the same interval, on every engine. */
#ifndef FIL_INTERVAL_H
#define FIL_INTERVAL_H

#include <stddef.h>
#include <stdint.h>

/* An interval. Both limits are NaN where there is none. */
struct fil_interval {
	double low, high;
};

enum {
	FIL_BOOTSTRAP_REPLICATES = 1999,
	FIL_BOOTSTRAP_LEAST = 5, /* users of an interval */
	FIL_BOOTSTRAP_MOST = 2048, /* users who are drawn one by one */
	FIL_BOOTSTRAP_GROUPS = 1024, /* of more users */
	FIL_BOOTSTRAP_SUMS = 6, /* the most sums of a figure */
};

/* A bootstrap: users whose figure is resampled. */
struct fil_bootstrap;

/* Returns an empty bootstrap of figures of that many sums, for that many users; the caller frees it. */
struct fil_bootstrap *fil_bootstrap_new(size_t n_sums, size_t users);

/* Adds n users by the part that each of them has of each sum. */
void fil_bootstrap_add(struct fil_bootstrap *bootstrap, const double *sums, size_t n);

/* Returns the 95 % interval of a figure of the sums. A resample whose figure is NaN is left out.
 * There is no interval for fewer than FIL_BOOTSTRAP_LEAST users or NULL, nor if most figures are NaN,
 * nor if all are equal: users who are all alike tell nothing of chance. */
struct fil_interval
fil_bootstrap_interval(const struct fil_bootstrap *bootstrap, double (*figure)(const double *sums));

/* Frees the bootstrap; NULL is fine. */
void fil_bootstrap_free(struct fil_bootstrap *bootstrap);

/* Returns the 95 % limits of a share, a fraction, of n users. share may be a mean of users' own
 * shares: then the limits are rather too wide. None for n 0. Source: Wilson, "Probable Inference,
 * the Law of Succession, and Statistical Inference", JASA 22, 1927; R's prop.test(correct = FALSE). */
struct fil_interval fil_share_limits(double share, size_t n);

/* Returns the 95 % limits of the difference a - b of two shares of na and nb other users. None for
 * 0 users. Source: method 10 of Newcombe, "Interval Estimation for the Difference Between
 * Independent Proportions", Statistics in Medicine 17, 1998. */
struct fil_interval fil_difference_limits(double a, size_t na, double b, size_t nb);

/* Logarithms of ratios, summed up. They are rounded to whole 2^-26, so that the sums are the same in any
 * order. {0} has none. */
struct fil_ratios {
	size_t n;
	int64_t sum;
	__extension__ __int128 squares; /* the sum of squares */
};

/* Adds a ratio above 0 of each of n users. */
void fil_ratios_add(struct fil_ratios *ratios, double ratio, size_t n);

/* Adds the sums of others. */
void fil_ratios_join(struct fil_ratios *into, const struct fil_ratios *others);

/* With fewer users there is no answer. */
enum { FIL_RATIOS_LEAST = 5 };

/* Answers whether the ratio of new to old minutes is large: "no" if it is below 1.25, shown at 5 %;
 * "yes" if it is above 1.25, shown at 5 %; NULL if neither is shown. These are one-sided t tests of
 * the mean logarithm: those of Schuirmann, "A Comparison of the Two One-Sided Tests Procedure and the
 * Power Approach", Journal of Pharmacokinetics and Biopharmaceutics 15, 1987, at the upper of the
 * limits 0.8 and 1.25. At the lower limit a method is faster, which is no fault. */
const char *fil_ratios_slower(const struct fil_ratios *ratios);

/* For tests; fil_ratios_slower calls it. Returns the probability that Student's t with df >= 1
 * degrees of freedom is above t. It is a finite sum: Abramowitz and Stegun, 26.7.3 and 26.7.4. */
double fil_student_above(double t, size_t df);

#endif
