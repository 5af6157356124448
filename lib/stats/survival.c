/* SPDX-License-Identifier: ISC */
#include "lib/stats/survival.h"

#include <math.h>
#include <stdlib.h>

#include "lib/base/memory.h"

/* The 97.5 % point of the normal distribution. */
#define NORMAL_975 1.959963984540054

/* S is a product of many quotients: what is 1/2 may come out a little above it. Far above the error
 * of 100,000 steps, far below what one of a million users changes. */
#define TOLERANCE 1e-11

struct fil_survival {
	struct fil_survival_step *steps;
	size_t n, users, events;
};

/* The estimate on its way from day to day. Between two days with censored users the quotients
 * cancel, and one is left: after / since. */
struct state {
	size_t at_risk;
	long double base;	/* S at the end of the last day with censored users */
	size_t since;		/* at risk after it */
	double variance;	/* of log S */
};

static void
set_band(struct fil_survival_step *step, long double share, double variance)
{
	step->low = step->high = NAN;
	if (share <= 0 || share >= 1)
		return;
	/* The logarithm of a share near 1 needs the digits that it loses as a double. */
	double log_share = share > 0.5L ? log1p((double)(share - 1)) : log((double)share);
	double width = NORMAL_975 * sqrt(variance) / -log_share;
	step->low = exp(log_share * exp(width));
	step->high = exp(log_share * exp(-width));
}

static void
take_step(struct state *state, const struct fil_day_count *count, struct fil_survival_step *step)
{
	size_t after = state->at_risk - count->reached;
	long double share = state->base * (long double)after / (long double)state->since;

	if (after > 0)
		state->variance += count->reached / ((double)state->at_risk * (double)after);
	*step = (struct fil_survival_step){
		.day = (int)count->day,
		.at_risk = state->at_risk,
		.events = count->reached,
		.censored = count->censored,
		.share = (double)share,
	};
	set_band(step, share, state->variance);
	state->at_risk = after - count->censored;
	if (count->censored > 0) {
		state->base = share;
		state->since = state->at_risk;
	}
}

struct fil_survival *
fil_survival_new(const struct fil_day_count *counts, size_t n)
{
	struct fil_survival *curve = fil_alloc(1, sizeof(*curve));
	struct state state = { .base = 1 };

	curve->steps = fil_resize(NULL, n, sizeof(*curve->steps));
	curve->n = n;
	for (size_t i = 0; i < n; i++) {
		curve->users += (size_t)counts[i].reached + counts[i].censored;
		curve->events += counts[i].reached;
	}
	state.at_risk = state.since = curve->users;
	for (size_t i = 0; i < n; i++)
		take_step(&state, &counts[i], &curve->steps[i]);
	return curve;
}

const struct fil_survival_step *
fil_survival_steps(const struct fil_survival *curve, size_t *n)
{
	*n = curve->n;
	return curve->steps;
}

size_t
fil_survival_users(const struct fil_survival *curve)
{
	return curve->users;
}

size_t
fil_survival_events(const struct fil_survival *curve)
{
	return curve->events;
}

double
fil_survival_share(const struct fil_survival *curve, int day)
{
	size_t low = 0, high = curve->n;

	if (curve->n == 0 || day > curve->steps[curve->n - 1].day)
		return NAN;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (curve->steps[middle].day <= day)
			low = middle + 1;
		else
			high = middle;
	}
	return low == 0 ? 1 : curve->steps[low - 1].share;
}

struct fil_survival_day
fil_survival_quantile(const struct fil_survival *curve, double fraction)
{
	struct fil_survival_day found = { FIL_NOT_REACHED, FIL_NOT_REACHED, FIL_NOT_REACHED };
	double rest = 1 - fraction + TOLERANCE;

	/* The comparisons are false for the NaN of a band that is not there. */
	for (size_t i = curve->n; i-- > 0;) {
		const struct fil_survival_step *step = &curve->steps[i];
		if (step->share <= rest)
			found.day = step->day;
		if (step->low <= rest)
			found.low = step->day;
		if (step->high <= rest)
			found.high = step->day;
	}
	return found;
}

void
fil_survival_free(struct fil_survival *curve)
{
	if (curve == NULL)
		return;
	free(curve->steps);
	free(curve);
}
