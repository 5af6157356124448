/* SPDX-License-Identifier: ISC */
/* Agreement: compares the levels that users give themselves with those of trainers and tests. It
 * does not use the store. */
#ifndef FIL_AGREEMENT_H
#define FIL_AGREEMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/date.h"
#include "lib/levels/standing.h"

/* The most days between the two levels of a pair. */
enum { FIL_PAIR_DAYS = 30 };

/* The nearest pair of one user in one dimension: an own level, and one by a trainer or a test. The
 * two are at most FIL_PAIR_DAYS apart. Of several equally near pairs the latest counts. Begin with
 * {0}. */
struct fil_pairing {
	struct {
		bool known;
		fil_day date;
		int source, level;
	} newest[2]; /* by the user, by others */
	bool found;
	int distance; /* days between the levels of the pair */
	int own, other; /* its levels */
};

/* Adds a level. Add levels by ascending date. On one date a test counts before a trainer, in either
 * order. Other sources are ignored. */
void fil_pairing_add(struct fil_pairing *pairing, fil_day date, enum fil_source source, int level);

/* Pairs and their sums: own levels are x, the others y. {0} has no pairs. */
struct fil_agreement {
	size_t pairs, exact, within_one, over, under; /* over: x > y */
	long long x, y, xx, yy, xy;
};

/* Adds a pair. */
void fil_agreement_add(struct fil_agreement *agreement, int own, int other);

/* Adds the pairs of n users, each with those of another agreement. */
void
fil_agreement_merge(struct fil_agreement *agreement, const struct fil_agreement *other, size_t n);

/* The sums of which kappa is a function, for its interval (lib/stats/interval.h). */
enum { FIL_AGREEMENT_SUMS = 6 };

/* Writes the sums of an agreement. */
void fil_agreement_sums(const struct fil_agreement *agreement, double sums[FIL_AGREEMENT_SUMS]);

/* Returns the kappa of sums, with quadratic weights: 1 less the mean squared difference of the
 * pairs, divided by the one expected by chance. That is the mean squared difference of all own
 * levels with all others. NaN if it is 0: all levels are equal, or there are none. Source: Cohen,
 * "Weighted Kappa: Nominal Scale Agreement with Provision for Scaled Disagreement or Partial
 * Credit", Psychological Bulletin 70, 1968. */
double fil_agreement_kappa(const double *sums);

#endif
