/* SPDX-License-Identifier: ISC */
#include "lib/stats/interval.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/stats/random.h"

/* Figures that differ by less do so by rounding alone. */
#define ALIKE 1e-9

/* The seed by which users are dealt. Resamples have another one, or they would repeat it. */
enum { DEALING = 1 };

struct fil_bootstrap {
	size_t n_sums;
	double *units; /* n rows of sums: users, or groups of them */
	size_t n, room;
	struct fil_random dealing;
	bool dealt; /* the units are groups */
};

struct fil_bootstrap *
fil_bootstrap_new(size_t n_sums, size_t users)
{
	struct fil_bootstrap *bootstrap = fil_alloc(1, sizeof *bootstrap);

	bootstrap->n_sums = n_sums;
	bootstrap->dealt = users > FIL_BOOTSTRAP_MOST;
	bootstrap->room = bootstrap->dealt ? (size_t)FIL_BOOTSTRAP_GROUPS : users;
	bootstrap->n = bootstrap->dealt ? bootstrap->room : 0;
	bootstrap->units = fil_alloc(bootstrap->room, n_sums * sizeof *bootstrap->units);
	bootstrap->dealing.state = DEALING;
	return bootstrap;
}

/* Adds the sums of one unit to those of another. */
static void
add_sums(const struct fil_bootstrap *bootstrap, double *into, const double *sums)
{
	for (size_t s = 0; s < bootstrap->n_sums; s++)
		into[s] += sums[s];
}

/* Adds up n drawn units. Inlined with a constant n_sums the sums stay in registers. */
static inline __attribute__((always_inline)) void
draw_sums(
    const struct fil_bootstrap *bootstrap, size_t n_sums, struct fil_random *random, double *sums)
{
	double drawn[FIL_BOOTSTRAP_SUMS] = { 0 };
	struct fil_random state = *random;

	for (size_t i = 0; i < bootstrap->n; i++) {
		const double *unit =
		    &bootstrap->units[fil_random_below(&state, bootstrap->n) * n_sums];

		for (size_t s = 0; s < n_sums; s++)
			drawn[s] += unit[s];
	}
	memcpy(sums, drawn, sizeof drawn);
	*random = state;
}

/* Draws as many units as there are, and adds them up. */
static void
resample(const struct fil_bootstrap *bootstrap, struct fil_random *random, double *sums)
{
	if (bootstrap->n_sums == 2)
		draw_sums(bootstrap, 2, random, sums);
	else
		draw_sums(bootstrap, bootstrap->n_sums, random, sums);
}

void
fil_bootstrap_add(struct fil_bootstrap *bootstrap, const double *sums, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t unit = bootstrap->dealt ? fil_random_below(&bootstrap->dealing, bootstrap->n)
					       : bootstrap->n++;

		add_sums(bootstrap, &bootstrap->units[unit * bootstrap->n_sums], sums);
	}
}

static int
compare(const void *left, const void *right)
{
	const double *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

struct fil_interval
fil_bootstrap_interval(const struct fil_bootstrap *bootstrap, double (*figure)(const double *sums))
{
	double figures[FIL_BOOTSTRAP_REPLICATES];
	struct fil_random random = { 0 };
	size_t n = 0, tail;

	if (!bootstrap || bootstrap->n < FIL_BOOTSTRAP_LEAST)
		return (struct fil_interval){ NAN, NAN };
	for (int r = 0; r < FIL_BOOTSTRAP_REPLICATES; r++) {
		double sums[FIL_BOOTSTRAP_SUMS];

		resample(bootstrap, &random, sums);
		figures[n] = figure(sums);
		n += isnan(figures[n]) ? 0 : 1;
	}
	qsort(figures, n, sizeof *figures, compare);
	if (2 * n < FIL_BOOTSTRAP_REPLICATES || figures[n - 1] - figures[0] < ALIKE)
		return (struct fil_interval){ NAN, NAN };
	tail = (n + 1) / 40;
	return (struct fil_interval){ figures[tail - 1], figures[n - tail] };
}

void
fil_bootstrap_free(struct fil_bootstrap *bootstrap)
{
	if (!bootstrap)
		return;
	free(bootstrap->units);
	free(bootstrap);
}

/* The quantile of the normal distribution for two-sided 5 %. */
#define NORMAL_975 1.959963984540054

/* The limit of the ratio of new to old minutes, and the level of a test. */
#define SLOWER 1.25
#define LEVEL 0.05

static const struct fil_interval none = { NAN, NAN };

struct fil_interval
fil_share_limits(double share, size_t n)
{
	double z2 = NORMAL_975 * NORMAL_975, users = (double)n;
	double middle = share + z2 / (2 * users);
	double root = NORMAL_975 * sqrt(share * (1 - share) / users + z2 / (4 * users * users));

	if (n == 0)
		return none;
	/* Shares of 0 and 1 are limits themselves, which rounding must not pass. */
	return (struct fil_interval){ fmax(0, (middle - root) / (1 + z2 / users)),
		fmin(1, (middle + root) / (1 + z2 / users)) };
}

struct fil_interval
fil_difference_limits(double a, size_t na, double b, size_t nb)
{
	struct fil_interval of_a = fil_share_limits(a, na), of_b = fil_share_limits(b, nb);

	return (struct fil_interval){ a - b - hypot(a - of_a.low, of_b.high - b),
		a - b + hypot(of_a.high - a, b - of_b.low) };
}

__extension__ typedef __int128 wide;

/* Logarithms are whole numbers of parts. Those of 2^30 ratios up to 2^63 fit into the sums. */
enum { LOG_PARTS = 1 << 26 };

/* Returns the logarithm of a ratio in parts. */
static int64_t
log_parts(double ratio)
{
	return llrint(fil_log(ratio) * LOG_PARTS);
}

void
fil_ratios_add(struct fil_ratios *ratios, double ratio, size_t n)
{
	int64_t value = log_parts(ratio);

	ratios->n += n;
	ratios->sum += value * (int64_t)n;
	ratios->squares += (wide)value * value * (wide)n;
}

void
fil_ratios_join(struct fil_ratios *into, const struct fil_ratios *others)
{
	into->n += others->n;
	into->sum += others->sum;
	into->squares += others->squares;
}

double
fil_student_above(double t, size_t df)
{
	double angle = atan(fabs(t) / sqrt((double)df)), cosine = cos(angle);
	double odd = df % 2 == 1, term = odd > 0 ? cosine : 1, sum = term, within;

	for (size_t i = 2 + (df % 2); i + 1 < df; i += 2) {
		term *= cosine * cosine * (double)(i - 1) / (double)i;
		sum += term;
	}
	if (df == 1)
		sum = 0;
	within = odd > 0 ? (angle + sin(angle) * sum) / M_PI_2 : sin(angle) * sum;
	return t < 0 ? (1 + within) / 2 : (1 - within) / 2;
}

const char *
fil_ratios_slower(const struct fil_ratios *ratios)
{
	wide n = (wide)ratios->n, sum = ratios->sum;
	double error, above;

	if (ratios->n < FIL_RATIOS_LEAST)
		return NULL;
	/* n times the standard error, and n times the distance of the mean from the limit */
	error = sqrt((double)(n * ratios->squares - sum * sum) / (double)(n - 1));
	above = fil_student_above((double)(sum - n * log_parts(SLOWER)) / error, ratios->n - 1);
	/* NaN, where all ratios are the limit itself, shows neither. */
	if (above < LEVEL)
		return "yes";
	return 1 - above < LEVEL ? "no" : NULL;
}
