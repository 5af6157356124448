/* SPDX-License-Identifier: ISC */
/* Comparisons of an old and a new method: limits of a share and of a difference of shares, and
 * whether the new method is slower. It does not use the store. */
#ifndef FIL_COMPARISON_H
#define FIL_COMPARISON_H

#include <stddef.h>

#include "lib/stats/bootstrap.h"

/* Returns the 95 % limits of a share, a fraction, of n users. share may be a mean of users' own
 * shares: then the limits are rather too wide. None for n 0. Source: Wilson, "Probable Inference,
 * the Law of Succession, and Statistical Inference", JASA 22, 1927; R's prop.test(correct = FALSE). */
struct fil_interval fil_share_limits(double share, size_t n);

/* Returns the 95 % limits of the difference a - b of two shares of na and nb other users. None for
 * 0 users. Source: method 10 of Newcombe, "Interval Estimation for the Difference Between
 * Independent Proportions", Statistics in Medicine 17, 1998. */
struct fil_interval fil_difference_limits(double a, size_t na, double b, size_t nb);

/* Logarithms of ratios, summed up. {0} has none. */
struct fil_ratios {
	size_t n;
	double mean, squares; /* squares: the sum of squared deviations from the mean */
};

/* Adds a ratio above 0. Source: Welford, "Note on a Method for Calculating Corrected Sums of Squares
 * and Products", Technometrics 4, 1962. */
void fil_ratios_add(struct fil_ratios *ratios, double ratio);

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
