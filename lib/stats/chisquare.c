/* SPDX-License-Identifier: ISC */
#include "lib/stats/chisquare.h"

#include <math.h>

/* Terms this much smaller than the sum no longer change it. */
#define NEGLIGIBLE 1e-22L

/* Returns the sum of z^a e^-z / Gamma(a + 1) over n >= 1 values a = bottom, bottom + 1 …. It goes
 * both ways from the largest term: from one end the first ones could underflow, and with them all
 * the others, each of which is made from the one before. */
static long double
sum_terms(long double z, long double bottom, size_t n)
{
	size_t most = z <= bottom ? 0 : z - bottom >= (long double)n ? n - 1 : (size_t)(z - bottom);
	long double a = bottom + (long double)most;
	long double largest = expl(a * logl(z) - z - lgammal(a + 1)), sum = largest, term = largest;

	for (size_t i = most + 1; i < n && term > sum * NEGLIGIBLE; i++) {
		term *= z / (bottom + (long double)i);
		sum += term;
	}
	term = largest;
	for (size_t i = most; i > 0 && term > sum * NEGLIGIBLE; i--) {
		term *= (bottom + (long double)i) / z;
		sum += term;
	}
	return sum;
}

double
fil_chisquare_tail(double chi2, size_t df)
{
	long double z = (long double)chi2 / 2, tail;

	if (df == 0 || isnan(chi2))
		return NAN;
	/* Below this the tail is 1 to the last digit, and the logarithm of 0 is far away. */
	if (chi2 < 1e-40)
		return 1;
	if (isinf(chi2))
		return 0;
	tail = df % 2 == 0 ? 0 : erfcl(sqrtl(z));
	if (df > 1)
		tail += sum_terms(z, df % 2 == 0 ? 0 : 0.5L, df / 2);
	return tail > 1 ? 1 : (double)tail;
}
