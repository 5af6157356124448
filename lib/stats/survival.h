/* SPDX-License-Identifier: ISC */
/* Survival: the share of a group without the event, day by day, with users not followed to the end;
 * and the comparison of groups.
 *
 * The estimator is that of Kaplan and Meier, "Nonparametric Estimation from Incomplete
 * Observations", JASA 53, 1958. S(t) is the product of 1 - d/n over the days up to t, with d events
 * among the n users at risk. A user last seen on a day was at risk on it. The variance is
 * Greenwood's: the sum of d / (n (n - d)) for log S. The 95 % interval is symmetric on the scale of
 * log(-log S), so it stays between 0 and 1 (Kalbfleisch and Prentice, "The Statistical Analysis of
 * Failure Time Data", 1980, chapter 1). Medians and quartiles have the interval of Brookmeyer and
 * Crowley: the days on which that band meets the share ("A Confidence Interval for the Median
 * Survival Time", Biometrics 38, 1982).
 *
 * The results are those of R's survival::survfit(conf.type = "log-log"), with one difference. If S
 * is exactly the share of a median or quartile, R gives the middle of the step. This module gives
 * the first day of the step, on which half of the users had the event. */
#ifndef FIL_SURVIVAL_H
#define FIL_SURVIVAL_H

#include <stddef.h>
#include <stdint.h>

/* Durations: the number of users whose follow-up ended on each day, by group, with or without the
 * event. Curves are computed from them. */

struct fil_durations;

/* The end of a follow-up. */
enum fil_follow_up { FIL_CENSORED, FIL_REACHED };

/* The users of one group whose follow-up ended on one day, counted from 1. */
struct fil_day_count {
	uint32_t group, day;
	uint32_t reached, censored;
};

/* Returns empty durations; the caller frees them. */
struct fil_durations *fil_durations_new(void);

/* Adds a user of a group with a follow-up of that many days. Groups are numbered from 0, without
 * large gaps. Fewer than 1 day is a bug. The memory grows with the distinct days of a group, not
 * with the users. */
void fil_durations_add(
    struct fil_durations *durations, size_t group, int days, enum fil_follow_up outcome);

/* As fil_durations_add, for so many users. */
void fil_durations_count(struct fil_durations *durations, size_t group, int days,
    enum fil_follow_up outcome, size_t users);

/* Returns the highest group number plus one, 0 without users. */
size_t fil_durations_groups(const struct fil_durations *durations);

/* Moves the users of each group g to the group into[g]; several groups may move into one. into is
 * not read for empty groups. */
void fil_durations_regroup(struct fil_durations *durations, const size_t *into);

/* Returns the counts of a group by ascending day, each day once, and their number (0 for an empty
 * group). They belong to the durations until users are added or regrouped. */
const struct fil_day_count *
fil_durations_of(struct fil_durations *durations, size_t group, size_t *n);

/* Returns all counts by ascending day, then group, and their number; the caller frees them. */
struct fil_day_count *fil_durations_by_day(struct fil_durations *durations, size_t *n);

/* Frees the durations; NULL is fine. */
void fil_durations_free(struct fil_durations *durations);

/* A day on which follow-ups ended. Shares are fractions. */
struct fil_survival_step {
	int day;
	size_t at_risk, events, censored;
	double share; /* S(day): share without the event at the end of the day */
	double low, high; /* its interval, NaN where S is 1 or 0 and there is none */
};

/* The curve of a group. */
struct fil_survival {
	struct fil_survival_step *steps; /* n, in the order of days */
	size_t n, users, events; /* events: users with the event; the others are censored */
};

/* The value for a day that was not reached. */
#define FIL_NOT_REACHED (-1)

/* A day and its interval. FIL_NOT_REACHED stands for each that the group did not reach. */
struct fil_survival_day {
	int day, low, high;
};

/* Returns the curve of a group, from its n counts by ascending day; the caller frees it. */
struct fil_survival *fil_survival_new(const struct fil_day_count *counts, size_t n);

/* Returns S(day), or NaN after the last day with a user followed. */
double fil_survival_share(const struct fil_survival *curve, int day);

/* Returns the first day with S <= 1 - fraction, and its interval: 0.5 gives the median, 0.25 and
 * 0.75 the quartiles. */
struct fil_survival_day fil_survival_quantile(const struct fil_survival *curve, double fraction);

/* Frees the curve; NULL is fine. */
void fil_survival_free(struct fil_survival *curve);

/* The result of the log-rank test. Its hypothesis: all groups reach the event equally fast. */
struct fil_survival_test {
	double chi2;
	size_t df;
	double p; /* NaN if df is 0: there is nothing to compare */
};

/* Compares all groups by the log-rank test. Sources: Mantel, "Evaluation of Survival Data and Two
 * New Rank Order Statistics", Cancer Chemotherapy Reports 50, 1966. For several groups and ties
 * Kalbfleisch and Prentice 1980, chapter 1; R's survival::survdiff with rho = 0. A group without
 * users on the first day with an event is not compared. df is the number of the other groups less
 * one. It is 0 for fewer than two groups, or if all remaining users had the event on that day. Time
 * and memory grow with the counts, not with the square of the groups. */
struct fil_survival_test fil_survival_compare(struct fil_durations *durations);

/* For tests; fil_survival_compare calls it. Returns the p of the test: the probability that a
 * chi-square variable with df >= 1 degrees of freedom exceeds chi2. NaN for df 0 and for NaN. The
 * relative error is below 1e-10, also for tiny p; below the smallest double p is 0.
 *
 * It is the regularised incomplete gamma function Q(df/2, chi2/2). As a = df/2 is whole or half,
 * Q(a + 1, z) = Q(a, z) + z^a e^-z / Gamma(a + 1) makes it a finite sum of positive terms. The sum
 * begins with Q(1/2, z) = erfc(sqrt z) or Q(1, z) = e^-z. Sources: NIST Digital Library of
 * Mathematical Functions, 8.4 and 8.8; Abramowitz and Stegun, 26.4.4 and 26.4.5. */
double fil_survival_chisquare(double chi2, size_t df);

#endif
