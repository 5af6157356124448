/* SPDX-License-Identifier: ISC */
#include "lib/stats/outlook.h"

#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "lib/base/memory.h"
#include "lib/stats/survival.h"

/* The hazard after which no user of a replicate waits: more than any pace gives. */
#define CERTAIN 40.0

/* A Poisson variable with at least this mean is drawn as a normal one. */
enum { MANY = 30 };

/* The weights of one day: the number of times its users are drawn in a resample. */
struct weight {
	double reached, censored;
};

/* A cumulative hazard, -log S: hazard[t] up to the last day, then a constant pace. */
struct curve {
	double *hazard;
	int last;
	double pace;
};

/* The work on one group. */
struct work {
	const struct fil_outlook_request *request;
	int longest; /* longest follow-up */
	struct weight *weights;
	struct curve curve;
	uint64_t state; /* state of the generator */
};

const char *
fil_basis_name(enum fil_basis basis)
{
	static const char *const names[] = {
		[FIL_BASIS_REACHED] = "reached",
		[FIL_BASIS_CURVE] = "curve",
		[FIL_BASIS_PACE] = "pace",
		[FIL_BASIS_FEW] = "few",
		[FIL_BASIS_FAR] = "far",
	};

	return names[basis];
}

/* Returns a random number in [0, 1). Source: Steele, Lea and Flood, "Fast Splittable Pseudorandom
 * Number Generators", OOPSLA 2014. */
static double
draw(uint64_t *state)
{
	uint64_t z = *state += 0x9E3779B97F4A7C15U;

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
	return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

/* Returns a Poisson variable with a whole mean. */
static double
draw_poisson(uint64_t *state, uint32_t mean)
{
	double limit, product = 1, count = -1;

	if (mean == 0)
		return 0;
	if (mean >= MANY) {
		double radius = sqrt(-2 * log(1 - draw(state)));
		double normal = radius * cos(2 * M_PI * draw(state));

		return fmax(0, round(mean + sqrt(mean) * normal));
	}
	limit = exp(-(double)mean);
	do {
		product *= draw(state);
		count++;
	} while (product > limit);
	return count;
}

/* Returns the pace of the last third of the events. A day with many events counts whole, with the
 * days that led to it: levels are often recorded once a week. */
static double
find_pace(const struct work *work, double events)
{
	const struct fil_day_count *counts = work->request->counts;
	double last = 0, days = 0;
	size_t i = work->request->n_counts;
	uint32_t begin = 0;

	while (i > 0 && (last < events / 3 || work->weights[i - 1].reached == 0))
		last += work->weights[--i].reached;
	if (i > 0)
		begin = counts[i - 1].day;
	for (; i < work->request->n_counts; i++)
		days += (counts[i].day - begin) *
		    (work->weights[i].reached + work->weights[i].censored);
	return days > 0 ? last / days : 0;
}

/* Computes the curve of the weighted users. */
static void
make_curve(struct work *work)
{
	const struct fil_day_count *counts = work->request->counts;
	struct curve *curve = &work->curve;
	double users = 0, events = 0, at_risk, hazard = 0;

	for (size_t i = 0; i < work->request->n_counts; i++) {
		users += work->weights[i].reached + work->weights[i].censored;
		events += work->weights[i].reached;
	}
	at_risk = users;
	curve->last = 0;
	curve->hazard[0] = 0;
	for (size_t i = 0; i < work->request->n_counts && at_risk >= FIL_OUTLOOK_AT_RISK; i++) {
		double reached = work->weights[i].reached;

		while (curve->last < (int)counts[i].day - 1)
			curve->hazard[++curve->last] = hazard;
		hazard += reached < at_risk ? -log1p(-reached / at_risk) : CERTAIN;
		curve->hazard[++curve->last] = hazard;
		at_risk -= reached + work->weights[i].censored;
	}
	curve->pace = find_pace(work, events);
}

static double
hazard_on(const struct curve *curve, int day)
{
	if (day <= curve->last)
		return curve->hazard[day];
	return curve->hazard[curve->last] + curve->pace * (day - curve->last);
}

/* Returns the probability of the wanted number within some days, as an argument of the normal
 * distribution. */
static double
score_within(const struct work *work, int days)
{
	const struct fil_outlook_request *request = work->request;
	double mean = 0, variance = 0, over;

	for (size_t i = 0; i < request->n_waiting; i++) {
		int waited = (int)request->waiting[i].day - 1;
		double part = -expm1(
		    hazard_on(&work->curve, waited) - hazard_on(&work->curve, waited + days));

		mean += request->waiting[i].censored * part;
		variance += request->waiting[i].censored * part * (1 - part);
	}
	over = mean - ((double)request->wanted - 0.5);
	if (variance > 0)
		return over / sqrt(variance);
	return over >= 0 ? INFINITY : -INFINITY;
}

/* Returns whether at least half of those who become autonomous within some days do so within the
 * curve. */
static bool
follows_curve(const struct work *work, int days)
{
	const struct fil_outlook_request *request = work->request;
	const struct curve *curve = &work->curve;
	double whole = 0, within = 0;

	for (size_t i = 0; i < request->n_waiting; i++) {
		int waited = (int)request->waiting[i].day - 1, end = waited + days;
		double begun = hazard_on(curve, waited);

		whole -= request->waiting[i].censored * expm1(begun - hazard_on(curve, end));
		end = end < curve->last ? end : curve->last;
		if (end > waited)
			within -=
			    request->waiting[i].censored * expm1(begun - hazard_on(curve, end));
	}
	return within >= whole / 2;
}

/* Returns the first day within the longest follow-up on which the score is reached, or INT_MAX. */
static int
find_day(const struct work *work, double score)
{
	int low = 0, high = work->longest;

	if (score_within(work, high) < score)
		return INT_MAX;
	while (high - low > 1) {
		int middle = low + (high - low) / 2;

		if (score_within(work, middle) < score)
			low = middle;
		else
			high = middle;
	}
	return high;
}

/* Returns the quantile of the normal distribution for the probability p. Bisection of erfc needs no
 * table and is exact. */
static double
normal_point(double p)
{
	double low = -8, high = 8;

	for (int i = 0; i < 40; i++) {
		double middle = (low + high) / 2;

		if (erfc(-middle / M_SQRT2) / 2 < p)
			low = middle;
		else
			high = middle;
	}
	return (low + high) / 2;
}

static int
compare_days(const void *a, const void *b)
{
	int left = *(const int *)a, right = *(const int *)b;

	return (left > right) - (left < right);
}

/* Computes the interval from the replicates. */
static void
find_interval(struct work *work, struct fil_outlook *outlook)
{
	int *days = fil_alloc(FIL_OUTLOOK_REPLICATES, sizeof *days);

	for (int r = 0; r < FIL_OUTLOOK_REPLICATES; r++) {
		double part = fmod((r + 1) * 0.6180339887498949, 1);

		for (size_t i = 0; i < work->request->n_counts; i++) {
			const struct fil_day_count *count = &work->request->counts[i];

			work->weights[i].reached = draw_poisson(&work->state, count->reached);
			work->weights[i].censored = draw_poisson(&work->state, count->censored);
		}
		make_curve(work);
		days[r] = find_day(work, normal_point(part));
	}
	qsort(days, FIL_OUTLOOK_REPLICATES, sizeof *days, compare_days);
	outlook->low = days[FIL_OUTLOOK_REPLICATES / 10 - 1];
	outlook->high = days[FIL_OUTLOOK_REPLICATES * 9 / 10];
	if (outlook->low > outlook->days)
		outlook->low = outlook->days;
	if (outlook->high < outlook->days)
		outlook->high = outlook->days;
	if (outlook->high == INT_MAX)
		outlook->high = FIL_NOT_REACHED;
	free(days);
}

/* Computes the day and its basis. */
static void
find_outlook(struct work *work, struct fil_outlook *outlook)
{
	const struct fil_outlook_request *request = work->request;
	size_t events = 0;
	int days;

	for (size_t i = 0; i < request->n_counts; i++) {
		events += request->counts[i].reached;
		work->weights[i].reached = request->counts[i].reached;
		work->weights[i].censored = request->counts[i].censored;
	}
	outlook->basis = FIL_BASIS_FEW;
	if (events < FIL_OUTLOOK_EVENTS)
		return;
	make_curve(work);
	days = find_day(work, 0);
	outlook->basis = FIL_BASIS_FAR;
	if (days == INT_MAX)
		return;
	outlook->days = days;
	outlook->basis = follows_curve(work, days) ? FIL_BASIS_CURVE : FIL_BASIS_PACE;
	find_interval(work, outlook);
}

struct fil_outlook
fil_outlook_of(const struct fil_outlook_request *request)
{
	struct fil_outlook outlook = { FIL_BASIS_REACHED, 0, 0, 0 };
	size_t n = request->n_counts;
	struct work work = { .request = request,
		.longest = n == 0 ? 0 : (int)request->counts[n - 1].day };

	if (request->wanted == 0)
		return outlook;
	outlook.days = outlook.low = outlook.high = FIL_NOT_REACHED;
	work.weights = fil_alloc(n, sizeof *work.weights);
	work.curve.hazard = fil_alloc((size_t)work.longest + 1, sizeof *work.curve.hazard);
	find_outlook(&work, &outlook);
	free(work.weights);
	free(work.curve.hazard);
	return outlook;
}
