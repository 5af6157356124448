/* SPDX-License-Identifier: ISC */
/* Survival: the share of a group that has not reached an event yet, day by day, where some users were
 * not followed to the end; and whether groups reach it equally fast.
 *
 * The estimator is Kaplan and Meier's ("Nonparametric Estimation from Incomplete Observations",
 * JASA 53, 1958): S(t) is the product of 1 - d/n over the days up to t, with d events among the n
 * users at risk; whoever is last seen on a day was at risk on it. The variance is Greenwood's, the
 * sum of d / (n (n - d)) for log S; the 95 % interval is symmetric on the scale of log(-log S)
 * (Kalbfleisch and Prentice, "The Statistical Analysis of Failure Time Data", 1980, chapter 1), so
 * that it stays between 0 and 1. Medians and quartiles have the interval of Brookmeyer and Crowley
 * ("A Confidence Interval for the Median Survival Time", Biometrics 38, 1982): the days on which
 * that band meets the share.
 *
 * As in R's survival::survfit(conf.type = "log-log"), with one difference: where S is exactly the
 * share of a median or quartile, R gives the middle of the step, and this module its first day: a
 * day on which half of the users were there, rather than one on which nothing happened. */
#ifndef FIL_SURVIVAL_H
#define FIL_SURVIVAL_H

#include <stddef.h>

#include "lib/stats/durations.h"

/* A day on which a follow-up ended. Shares are fractions. */
struct fil_survival_step {
	int day;
	size_t at_risk, events, censored;
	double share; /* S(day): not there yet at the end of the day */
	double low, high; /* its interval, NaN where S is 1 or 0 and there is none */
};

/* The curve of a group. */
struct fil_survival {
	struct fil_survival_step *steps; /* n, in the order of days */
	size_t n, users, events; /* events: users who reached it; the others are censored */
};

/* No such day. */
#define FIL_NOT_REACHED (-1)

/* A day and its interval, FIL_NOT_REACHED for each that the group did not reach. */
struct fil_survival_day {
	int day, low, high;
};

/* Returns the curve of a group, from its n counts in the order of days; the caller frees it. */
struct fil_survival *fil_survival_new(const struct fil_day_count *counts, size_t n);

/* Returns S(day), or NaN beyond the last day on which anybody was followed. */
double fil_survival_share(const struct fil_survival *curve, int day);

/* Finds the first day by which the given fraction was there, that is S <= 1 - fraction: 0.5 is the
 * median, 0.25 and 0.75 the quartiles. */
struct fil_survival_day fil_survival_quantile(const struct fil_survival *curve, double fraction);

/* Frees the curve; NULL is fine. */
void fil_survival_free(struct fil_survival *curve);

/* The log-rank test: whether the groups reach the event equally fast. */
struct fil_survival_test {
	double chi2;
	size_t df;
	double p; /* NaN when df is 0: there is nothing to compare */
};

/* Compares all groups (Mantel, "Evaluation of Survival Data and Two New Rank Order Statistics",
 * Cancer Chemotherapy Reports 50, 1966; for several groups and ties Kalbfleisch and Prentice 1980,
 * chapter 1; R's survival::survdiff with rho = 0). A group of which nobody was left on the first
 * day with an event is not compared; df is the number of the others less one. It is 0 when these
 * are fewer than two, or when all who were left reached the event on that one day. Takes time and
 * memory for the counts, not for the square of the number of groups. */
struct fil_survival_test fil_survival_compare(struct fil_durations *durations);

/* Returns the p of the test: the probability that a chi-square variable with df >= 1 degrees of
 * freedom exceeds chi2, with a relative error below 1e-10 also where it is tiny (0 below the
 * smallest double). NaN for df 0 and for NaN. For tests; fil_survival_compare calls it.
 *
 * It is the regularised incomplete gamma function Q(df/2, chi2/2). As a = df/2 is whole or half,
 * Q(a + 1, z) = Q(a, z) + z^a e^-z / Gamma(a + 1) makes it a finite sum of positive terms, over
 * Q(1/2, z) = erfc(sqrt z) or Q(1, z) = e^-z (NIST Digital Library of Mathematical Functions,
 * 8.4 and 8.8; Abramowitz and Stegun, 26.4.4 and 26.4.5). */
double fil_survival_chisquare(double chi2, size_t df);

#endif
