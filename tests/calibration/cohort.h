/* SPDX-License-Identifier: ISC */
/* Simulated cohorts, and how often the 80 % interval of a forecast holds what finally happens to
 * them. Used by calibration.c, and in short by the unit tests.
 *
 * Users are enrolled over eight weeks, or in two waves. The target is four fifths of them. Forecasts
 * are made two, six and ten weeks after the last enrolment. No user leaves. */
#ifndef TESTS_CALIBRATION_COHORT_H
#define TESTS_CALIBRATION_COHORT_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/stats/outlook.h"
#include "lib/stats/random.h"
#include "lib/stats/survival.h"

enum cohort_law {
	COHORT_CONSTANT, /* the same chance on each day: a mean of 60 days */
	COHORT_S_SHAPED, /* few at first, then many: Weibull of shape 2.5 and scale 75 */
	COHORT_WORKSHOP, /* a workshop every four weeks, at which 35 % of those who wait get there */
	COHORT_SHOCKS, /* a mean of 60 days; each week its own factor, gamma of variance 1 */
	COHORT_PLATEAU, /* a quarter never; the others as constant, a mean of 40 days */
	COHORT_RELAPSE, /* gained after 40 days in the mean, lost and gained after 21; measured every two
			   weeks */
	COHORT_WAVE, /* two waves six weeks apart: Weibull of shape 1.5 and scale 70 */
	COHORT_LAWS
};

static const char *const cohort_names[COHORT_LAWS] = { "constant", "s-shaped", "workshop", "shocks",
	"plateau", "relapse", "wave" };

enum { COHORT_SIZES = 3, COHORT_DATES = 3, COHORT_MOST = 400 };

static const int cohort_sizes[COHORT_SIZES] = { 12, 40, COHORT_MOST };

/* Days since the first enrolment, a Monday. They are Mondays too. */
static const int cohort_dates[COHORT_DATES] = { 70, 98, 126 };

/* COHORT_LONGEST: no interval ends later than that, twice the longest follow-up. */
enum { COHORT_SPREAD = 56, COHORT_END = 1000000, COHORT_WEEKS = 200, COHORT_LONGEST = 252 };

struct cohort {
	int n;
	int enrolled[COHORT_MOST], there[COHORT_MOST]; /* COHORT_END: never */
};

static inline double
cohort_exponential(struct fil_random *random, double mean)
{
	return -mean * fil_log(fil_random_uniform(random));
}

static inline double
cohort_weibull(struct fil_random *random, double shape, double scale)
{
	return scale * fil_exp(fil_log(cohort_exponential(random, 1)) / shape);
}

/* Returns the first workshop at which the user gets there. */
static inline int
cohort_workshop(struct fil_random *random, int enrolled)
{
	int day = enrolled + 28 - enrolled % 28;

	while (fil_random_uniform(random) >= 0.35)
		day += 28;
	return day;
}

static inline int
cohort_in_weeks(struct fil_random *random, int enrolled, const double *factors)
{
	double left = cohort_exponential(random, 60);
	int day = enrolled;

	while (left > 0 && day < 7 * COHORT_WEEKS - 1)
		left -= factors[++day / 7];
	return day;
}

/* Returns the first measure, every two weeks, on a day on which the user is autonomous. */
static inline int
cohort_measured(struct fil_random *random, int enrolled)
{
	double gained = enrolled + cohort_exponential(random, 40);

	for (;;) {
		double lost = gained + cohort_exponential(random, 21);
		int measure = 14 * (int)ceil(gained / 14);

		if (measure < lost)
			return measure > enrolled ? measure : enrolled + 1;
		gained = lost + cohort_exponential(random, 21);
	}
}

static inline int
cohort_there(struct fil_random *random, enum cohort_law law, int enrolled, const double *factors)
{
	switch (law) {
	case COHORT_S_SHAPED: return enrolled + (int)ceil(cohort_weibull(random, 2.5, 75));
	case COHORT_WAVE: return enrolled + (int)ceil(cohort_weibull(random, 1.5, 70));
	case COHORT_WORKSHOP: return cohort_workshop(random, enrolled);
	case COHORT_SHOCKS: return cohort_in_weeks(random, enrolled, factors);
	case COHORT_RELAPSE: return cohort_measured(random, enrolled);
	case COHORT_PLATEAU:
		if (fil_random_uniform(random) < 0.25)
			return COHORT_END;
		return enrolled + (int)ceil(cohort_exponential(random, 40));
	case COHORT_CONSTANT:
	case COHORT_LAWS: break;
	}
	return enrolled + (int)ceil(cohort_exponential(random, 60));
}

/* Invents a cohort. */
static inline void
cohort_draw(struct cohort *cohort, enum cohort_law law, int n, struct fil_random *random)
{
	double factors[COHORT_WEEKS];

	for (int week = 0; week < COHORT_WEEKS; week++)
		factors[week] = fil_random_gamma(random, 1);
	cohort->n = n;
	for (int u = 0; u < n; u++) {
		int day = (int)(fil_random_uniform(random) * COHORT_SPREAD);

		if (law == COHORT_WAVE)
			day = day / 4 + (u % 2) * 42;
		cohort->enrolled[u] = day;
		cohort->there[u] = cohort_there(random, law, day, factors);
	}
}

/* How forecasts of one kind did. */
struct cohort_score {
	int made; /* intervals: the target is not reached, and there were events enough */
	int held; /* intervals that hold what finally happened */
	int dates; /* intervals with both ends, so with a date */
	int right; /* of these, those that hold what finally happened */
	int widths[COHORT_LONGEST + 2]; /* these, by their days from the first to the last one */
	int came; /* dates whose target was reached at all */
	long errors; /* days from the date to the day on which it was reached, of those */
};

static inline int
cohort_compare(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* Makes a forecast as of a day, and scores it. An interval holds what happened if the target is
 * reached from its first to its last day. One without end holds it if the target is reached on its
 * first day or later, or never. */
static inline void
cohort_try(const struct cohort *cohort, int day, struct cohort_score *score)
{
	struct fil_outlook_user users[COHORT_MOST];
	struct fil_outlook_request request = { users, (size_t)cohort->n, 0, 0 };
	struct fil_outlook outlook;
	int all[COHORT_MOST], wanted = (4 * cohort->n + 4) / 5, there = 0, final;
	bool held;

	for (int u = 0; u < cohort->n; u++) {
		bool reached = cohort->there[u] <= day;
		int end = reached ? cohort->there[u] : day;

		there += reached;
		all[u] = cohort->there[u];
		users[u] = (struct fil_outlook_user){ 1, day - cohort->enrolled[u],
			end - cohort->enrolled[u], reached, !reached };
	}
	qsort(all, (size_t)cohort->n, sizeof *all, cohort_compare);
	final = all[wanted - 1];
	if (there >= wanted)
		return;
	request.wanted = (size_t)(wanted - there);
	outlook = fil_outlook_of(&request);
	if (outlook.basis == FIL_BASIS_FEW)
		return;
	held = outlook.low == FIL_NOT_REACHED ||
	    (final >= day + outlook.low &&
		(outlook.high == FIL_NOT_REACHED || final <= day + outlook.high));
	score->made++;
	score->held += held;
	if (outlook.high == FIL_NOT_REACHED)
		return;
	score->dates++;
	score->right += held;
	score->widths[outlook.high - outlook.low + 1]++;
	score->came += final < COHORT_END;
	if (final < COHORT_END)
		score->errors += final - (day + outlook.days);
}

/* Returns the generator of the cohorts of a law and a size. */
static inline struct fil_random
cohort_random(enum cohort_law law, int size, uint64_t seed)
{
	return (struct fil_random){ seed * 1000000 + (uint64_t)law * 1000 + (uint64_t)size };
}

/* Tries that many cohorts of a law and a size as of all dates. The same seed gives the same cohorts. */
static inline void
cohort_score(enum cohort_law law, int size, int rounds, uint64_t seed,
    struct cohort_score scores[COHORT_DATES])
{
	struct fil_random random = cohort_random(law, size, seed);
	struct cohort cohort;

	for (int round = 0; round < rounds; round++) {
		cohort_draw(&cohort, law, size, &random);
		for (int d = 0; d < COHORT_DATES; d++)
			cohort_try(&cohort, cohort_dates[d], &scores[d]);
	}
}

/* Returns the median width of the intervals that have a date. */
static inline int
cohort_width(const struct cohort_score *score)
{
	int width = 0;

	for (int narrower = 0; 2 * narrower < score->dates; narrower += score->widths[width])
		width++;
	return width;
}

/* Writes the percent that a part is of a whole, or a dash. */
static inline void
cohort_write_percent(FILE *stream, int part, int whole)
{
	if (whole > 0)
		fprintf(stream, " %6.1f", 100.0 * part / whole);
	else
		fprintf(stream, " %6s", "-");
}

/* Writes a line of the table: a law, the users and the day; the intervals and the percent of them that
 * held; those with a date, the percent of these that held, and their median width and mean error in
 * days. A dash stands for a share, a median or a mean of nothing. */
static inline void
cohort_write(FILE *stream, enum cohort_law law, int size, int day, const struct cohort_score *score)
{
	fprintf(stream, "%-8s %9d %4d %11d", cohort_names[law], size, day, score->made);
	cohort_write_percent(stream, score->held, score->made);
	fprintf(stream, " %5d", score->dates);
	cohort_write_percent(stream, score->right, score->dates);
	if (score->dates > 0)
		fprintf(stream, " %7d", cohort_width(score));
	else
		fprintf(stream, " %7s", "-");
	if (score->came > 0)
		fprintf(stream, " %6.1f\n", (double)score->errors / score->came);
	else
		fprintf(stream, " %6s\n", "-");
}

#endif
