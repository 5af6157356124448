/* SPDX-License-Identifier: ISC */
/* Agreement: what users say of themselves, beside what trainers and tests say of them. Knows no
 * store. */
#ifndef FIL_AGREEMENT_H
#define FIL_AGREEMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/date.h"
#include "lib/levels/standing.h"

/* The most days between the two levels of a pair. */
enum { FIL_PAIR_DAYS = 30 };

/* The nearest pair of one user in one dimension: a level of the user's own and one by a trainer or
 * a test, FIL_PAIR_DAYS apart at most; of several equally near the latest. Begin with {0}. */
struct fil_pairing {
	struct {
		bool known;
		fil_day date;
		int source, level;
	} newest[2]; /* by the user, by others */
	bool found;
	int distance; /* of the pair, in days */
	int own, other; /* its levels */
};

/* Adds a level. Levels come in the order of their dates; on one date a test counts before a
 * trainer, whichever comes first. Other sources are passed over. */
void fil_pairing_add(struct fil_pairing *pairing, fil_day date, enum fil_source source, int level);

/* Pairs and their sums: own levels are x, the others y. {0} is of none. */
struct fil_agreement {
	size_t pairs, exact, within_one, over, under; /* over: x > y */
	long long x, y, xx, yy, xy;
};

/* Adds a pair. */
void fil_agreement_add(struct fil_agreement *agreement, int own, int other);

/* Adds the pairs of another. */
void fil_agreement_merge(struct fil_agreement *agreement, const struct fil_agreement *other);

/* Returns kappa with quadratic weights (Cohen, "Weighted Kappa: Nominal Scale Agreement with
 * Provision for Scaled Disagreement or Partial Credit", Psychological Bulletin 70, 1968): 1 less
 * the mean squared difference of the pairs, divided by that of all own levels with all others,
 * which is what chance would give. NaN when the latter is 0: all levels are one and the same, or
 * there are none. */
double fil_agreement_kappa(const struct fil_agreement *agreement);

#endif
