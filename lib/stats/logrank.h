/* SPDX-License-Identifier: ISC */
/* The log-rank test: whether groups reach the event equally fast. */
#ifndef FIL_LOGRANK_H
#define FIL_LOGRANK_H

#include <stddef.h>

#include "lib/stats/durations.h"

struct fil_logrank {
	double chi2;
	size_t df;
	double p;	/* NaN when df is 0: there is nothing to compare */
};

/* Compares all groups (Mantel, "Evaluation of Survival Data and Two New Rank Order Statistics",
 * Cancer Chemotherapy Reports 50, 1966; for several groups and ties Kalbfleisch and Prentice 1980,
 * chapter 1; R's survival::survdiff with rho = 0). A group of which nobody was left on the first
 * day with an event is not compared; df is the number of the others less one. It is 0 when these
 * are fewer than two, or when all who were left reached the event on that one day. Takes time and
 * memory for the counts, not for the square of the number of groups. */
struct fil_logrank fil_logrank_test(struct fil_durations *durations);

#endif
