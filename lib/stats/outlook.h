/* SPDX-License-Identifier: ISC */
/* An outlook: the number of days until the wanted number of users of a group is autonomous, from
 * the durations of others. It does not use the store.
 *
 * The curve of Kaplan and Meier (lib/stats/survival.h) describes the durations. It holds up to the
 * last day with FIL_OUTLOOK_AT_RISK users still followed. Beyond that day, users continue at the
 * pace of the last third of those who became autonomous. All events of one day belong together. The
 * pace is their number, divided by the days that all users spent in that time. This exponential
 * tail is that of Brown, Hollander and Korwar, "Nonparametric Tests of Independence for Censored
 * Data", in Reliability and Biometry, 1974. It uses the last third alone because the pace of
 * learners changes after the first days.
 *
 * A user who has waited e days becomes autonomous within h more with the probability 1 - S(e + h) /
 * S(e), independently of the others. The sum over users is taken as normal, with its mean and
 * variance and a continuity correction. The outlook is the first day on which reaching the wanted
 * number is at least as likely as not. The model assumes that no user joins, leaves or loses
 * autonomy.
 *
 * The 80 % interval covers both the uncertainty of the curve and the chance in the users who wait.
 * Each of FIL_OUTLOOK_REPLICATES replicates computes the curve of a resample, and draws one day
 * from it. In a resample each user counts as often as a Poisson variable of mean 1 (Efron,
 * "Bootstrap Methods", Annals of Statistics 7, 1979; Hanley and MacGibbon, "Creating Non-Parametric
 * Bootstrap Samples Using Poisson Frequencies", Computer Methods and Programs in Biomedicine 83,
 * 2006). The interval runs from the tenth to the ninetieth percentile of the drawn days. The
 * generator always starts with the same seed. */
#ifndef FIL_OUTLOOK_H
#define FIL_OUTLOOK_H

#include <stddef.h>

#include "lib/stats/durations.h"

enum {
	FIL_OUTLOOK_AT_RISK = 5, /* least number of users followed on the last day of the curve */
	FIL_OUTLOOK_EVENTS = 5, /* with fewer events there is no outlook */
	FIL_OUTLOOK_REPLICATES = 1000,
};

/* The basis of an outlook. */
enum fil_basis {
	FIL_BASIS_REACHED, /* the wanted number is reached already */
	FIL_BASIS_CURVE, /* mostly days to which others were followed */
	FIL_BASIS_PACE, /* mostly later days, at the pace of the last third */
	FIL_BASIS_FEW, /* no outlook: too few users became autonomous so far */
	FIL_BASIS_FAR, /* no outlook: farther ahead than the longest follow-up */
};

/* Returns the basis as one word. Static. */
const char *fil_basis_name(enum fil_basis basis);

/* The state of a group on the day of the outlook. */
struct fil_outlook_request {
	const struct fil_day_count *counts; /* all follow-ups, by ascending day */
	size_t n_counts;
	/* Users who wait: `censored` of them on `day` = days waited + 1, by ascending day. */
	const struct fil_day_count *waiting;
	size_t n_waiting;
	size_t wanted; /* number wanted of those who wait */
};

/* An outlook, in days from its own day. */
struct fil_outlook {
	enum fil_basis basis;
	int days; /* FIL_NOT_REACHED (lib/stats/survival.h): no outlook */
	int low, high; /* the interval; high FIL_NOT_REACHED: beyond the longest follow-up */
};

/* Computes the outlook of a group. */
struct fil_outlook fil_outlook_of(const struct fil_outlook_request *request);

#endif
