/* SPDX-License-Identifier: ISC */
#include "lib/stats/agreement.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Wide enough for the products of sums over all users. */
__extension__ typedef __int128 wide;

enum { OWN, OTHER };

/* Pairs the newest levels of both unless a nearer pair was found before. */
static void
pair(struct fil_pairing *pairing)
{
	int distance = abs(pairing->newest[OWN].date - pairing->newest[OTHER].date);

	if (!pairing->newest[OWN].known || !pairing->newest[OTHER].known ||
	    distance > FIL_PAIR_DAYS || (pairing->found && distance > pairing->distance))
		return;
	pairing->found = true;
	pairing->distance = distance;
	pairing->own = pairing->newest[OWN].level;
	pairing->other = pairing->newest[OTHER].level;
}

void
fil_pairing_add(struct fil_pairing *pairing, fil_day date, enum fil_source source, int level)
{
	int who = source == FIL_SELF ? OWN : OTHER;

	if (source != FIL_SELF && source != FIL_TRAINER && source != FIL_TEST)
		return;
	if (source == FIL_TRAINER && pairing->newest[OTHER].known &&
	    pairing->newest[OTHER].date == date && pairing->newest[OTHER].source == FIL_TEST)
		return;
	pairing->newest[who].known = true;
	pairing->newest[who].date = date;
	pairing->newest[who].source = (int)source;
	pairing->newest[who].level = level;
	pair(pairing);
}

void
fil_agreement_add(struct fil_agreement *agreement, int own, int other)
{
	agreement->pairs++;
	agreement->exact += own == other;
	agreement->within_one += abs(own - other) <= 1;
	agreement->over += own > other;
	agreement->under += own < other;
	agreement->x += own;
	agreement->y += other;
	agreement->xx += own * own;
	agreement->yy += other * other;
	agreement->xy += own * other;
}

void
fil_agreement_merge(struct fil_agreement *agreement, const struct fil_agreement *other, size_t n)
{
	long long users = (long long)n;

	agreement->pairs += n * other->pairs;
	agreement->exact += n * other->exact;
	agreement->within_one += n * other->within_one;
	agreement->over += n * other->over;
	agreement->under += n * other->under;
	agreement->x += users * other->x;
	agreement->y += users * other->y;
	agreement->xx += users * other->xx;
	agreement->yy += users * other->yy;
	agreement->xy += users * other->xy;
}

void
fil_agreement_sums(const struct fil_agreement *agreement, double sums[FIL_AGREEMENT_SUMS])
{
	const double all[] = { (double)agreement->pairs, (double)agreement->x, (double)agreement->y,
		(double)agreement->xx, (double)agreement->yy, (double)agreement->xy };

	_Static_assert(sizeof all / sizeof *all == FIL_AGREEMENT_SUMS, "all sums");
	memcpy(sums, all, sizeof all);
}

double
fil_agreement_kappa(const double *sums)
{
	enum { PAIRS, X, Y, XX, YY, XY };
	/* Sums over pairs equal sums over the cells of Cohen's table: n times the observed one, n
	 * squared times the expected one. */
	double observed = sums[XX] - 2 * sums[XY] + sums[YY];
	double expected = sums[PAIRS] * (sums[XX] + sums[YY]) - 2 * sums[X] * sums[Y];

	return expected > 0 ? 1 - sums[PAIRS] * observed / expected : NAN;
}
