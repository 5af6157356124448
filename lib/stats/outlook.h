/* SPDX-License-Identifier: ISC */
/* An outlook: in how many days as many users of a group as wanted will have been autonomous, from
 * how long it took those before them. Knows no store.
 *
 * What is known of the durations is the curve of Kaplan and Meier (lib/stats/survival.h) up to the last
 * day on which FIL_OUTLOOK_AT_RISK users were still followed. Beyond it they are taken to go on at
 * the pace of the last third of those who got there, all of a day together: their number, divided
 * by the days that all users spent since the others were there; an exponential tail (Brown,
 * Hollander and Korwar, "Nonparametric Tests of Independence for Censored Data", in Reliability
 * and Biometry, 1974), from that stretch alone because people who learn do not get there at an
 * even pace from the first day.
 *
 * A user who has waited for e days gets there within h more with the probability
 * 1 - S(e + h) / S(e), independently of the others. The number who do is a sum of such, taken as
 * normal with its mean and variance, corrected for continuity. The outlook is the first day on
 * which the wanted number is as likely reached as not. Nobody joins, leaves or falls back.
 *
 * Its 80 % interval holds both what is not known of the curve and what is chance in those who wait.
 * Each of FIL_OUTLOOK_REPLICATES replicates makes the curve anew of a resample of the users, each
 * of whom counts as often as a Poisson variable of mean 1 says (the bootstrap of Efron, "Bootstrap
 * Methods", Annals of Statistics 7, 1979, with Poisson weights: Hanley and MacGibbon, "Creating
 * Non-Parametric Bootstrap Samples Using Poisson Frequencies", Computer Methods and Programs in
 * Biomedicine 83, 2006), and draws one day from what it says of those who wait; the interval runs
 * from the tenth to the ninetieth percentile of these days. The generator always starts alike. */
#ifndef FIL_OUTLOOK_H
#define FIL_OUTLOOK_H

#include <stddef.h>

#include "lib/stats/durations.h"

enum {
	FIL_OUTLOOK_AT_RISK = 5, /* users who carry the curve */
	FIL_OUTLOOK_EVENTS = 5, /* without as many there is no outlook */
	FIL_OUTLOOK_REPLICATES = 1000,
};

/* How far an outlook goes beyond what was seen. */
enum fil_basis {
	FIL_BASIS_REACHED, /* nobody is wanted any more */
	FIL_BASIS_CURVE, /* mostly on days that others were followed to */
	FIL_BASIS_PACE, /* mostly on later ones, at the pace of the last third */
	FIL_BASIS_FEW, /* none: too few got there so far */
	FIL_BASIS_FAR, /* none: it lies farther ahead than the longest follow-up looks
				 * back */
};

/* Returns the basis in one word for people. Static. */
const char *fil_basis_name(enum fil_basis basis);

/* A group on the day of the outlook. */
struct fil_outlook_request {
	const struct fil_day_count *counts; /* of all follow-ups, in the order of days */
	size_t n_counts;
	/* Of those who wait: how many (as censored) have waited for so many days, and one more, so
	 * that days begin with 1; in the order of days. */
	const struct fil_day_count *waiting;
	size_t n_waiting;
	size_t wanted; /* of them */
};

/* Days from the day of the outlook. */
struct fil_outlook {
	enum fil_basis basis;
	int days; /* FIL_NOT_REACHED (lib/stats/survival.h) without an outlook */
	int low, high; /* of its interval; high FIL_NOT_REACHED: farther ahead than
				 * the longest follow-up looks back */
};

/* Returns the outlook of a group. */
struct fil_outlook fil_outlook_of(const struct fil_outlook_request *request);

#endif
