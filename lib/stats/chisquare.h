/* SPDX-License-Identifier: ISC */
/* The chi-square distribution. */
#ifndef FIL_CHISQUARE_H
#define FIL_CHISQUARE_H

#include <stddef.h>

/* Returns the probability that a chi-square variable with df >= 1 degrees of freedom exceeds chi2,
 * with a relative error below 1e-10 also where it is tiny (0 below the smallest double). NaN for df
 * 0 and for NaN.
 *
 * It is the regularised incomplete gamma function Q(df/2, chi2/2). As a = df/2 is whole or half,
 * Q(a + 1, z) = Q(a, z) + z^a e^-z / Gamma(a + 1) makes it a finite sum of positive terms, over
 * Q(1/2, z) = erfc(sqrt z) or Q(1, z) = e^-z (NIST Digital Library of Mathematical Functions,
 * 8.4 and 8.8; Abramowitz and Stegun, 26.4.4 and 26.4.5). */
double fil_chisquare_tail(double chi2, size_t df);

#endif
