/* SPDX-License-Identifier: ISC */
#include "lib/stats/survival.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/fault.h"
#include "lib/base/memory.h"

/* A block of this size is sorted within a processor's cache. */
enum { FIRST_CAPACITY = 32768 };

enum { DIGITS = 4, VALUES = 256 };

struct fil_durations {
	struct fil_day_count *counts;
	size_t n, capacity;
	bool settled; /* by group, then by day; each pair of them once */
};

enum field { DAY, GROUP };

struct fil_durations *
fil_durations_new(void)
{
	struct fil_durations *durations = fil_alloc(1, sizeof *durations);

	durations->settled = true;
	return durations;
}

static inline unsigned
digit(const struct fil_day_count *count, enum field field, unsigned d)
{
	return ((field == DAY ? count->day : count->group) >> (8 * d)) & (VALUES - 1);
}

/* Distributes the counts by one digit, keeping the order of equal digits. */
static void
scatter(const struct fil_day_count *from, struct fil_day_count *to, size_t n, enum field field,
    unsigned d, const size_t seen[static VALUES])
{
	size_t place[VALUES], sum = 0;

	for (size_t v = 0; v < VALUES; v++) {
		place[v] = sum;
		sum += seen[v];
	}
	for (size_t i = 0; i < n; i++)
		to[place[digit(&from[i], field, d)]++] = from[i];
}

/* Sorts stably by a field. Radix sort from the lowest digit; a digit equal in all counts costs
 * nothing. The result is in *counts. Both blocks have room for n, and may be swapped. */
static void
sort_by(struct fil_day_count **counts, struct fil_day_count **other, size_t n, enum field field)
{
	size_t seen[DIGITS][VALUES] = { { 0 } };

	for (size_t i = 0; i < n; i++)
		for (unsigned d = 0; d < DIGITS; d++)
			seen[d][digit(&(*counts)[i], field, d)]++;
	for (unsigned d = 0; d < DIGITS && n > 0; d++) {
		struct fil_day_count *sorted = *other;
		if (seen[d][digit(&(*counts)[0], field, d)] == n)
			continue;
		scatter(*counts, sorted, n, field, d, seen[d]);
		*other = *counts;
		*counts = sorted;
	}
}

/* Merges neighbours of the same group and day into one count. Returns the number of counts left. */
static size_t
merge_equal(struct fil_day_count *counts, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		struct fil_day_count *last = counts + kept - (kept > 0);
		if (kept > 0 && last->group == counts[i].group && last->day == counts[i].day) {
			last->reached += counts[i].reached;
			last->censored += counts[i].censored;
		} else {
			counts[kept++] = counts[i];
		}
	}
	return kept;
}

static void
settle(struct fil_durations *durations)
{
	struct fil_day_count *other;

	if (durations->settled)
		return;
	other = fil_resize(NULL, durations->capacity, sizeof *other);
	sort_by(&durations->counts, &other, durations->n, DAY);
	sort_by(&durations->counts, &other, durations->n, GROUP);
	durations->n = merge_equal(durations->counts, durations->n);
	durations->settled = true;
	free(other);
}

/* Merging is tried before more memory is taken. It must leave half of the room free, so that each
 * user is sorted about two times. */
static void
make_room(struct fil_durations *durations)
{
	settle(durations);
	if (durations->n <= durations->capacity / 2 && durations->capacity > 0)
		return;
	durations->capacity = durations->capacity == 0 ? FIRST_CAPACITY : durations->capacity * 2;
	durations->counts =
	    fil_resize(durations->counts, durations->capacity, sizeof *durations->counts);
}

void
fil_durations_add(
    struct fil_durations *durations, size_t group, int days, enum fil_follow_up outcome)
{
	fil_durations_count(durations, group, days, outcome, 1);
}

void
fil_durations_count(struct fil_durations *durations, size_t group, int days,
    enum fil_follow_up outcome, size_t users)
{
	if (days < 1 || group >= UINT32_MAX)
		fil_bug("a duration of %d days in group %zu", days, group);
	if (durations->n == durations->capacity)
		make_room(durations);
	durations->counts[durations->n++] = (struct fil_day_count){
		.group = (uint32_t)group,
		.day = (uint32_t)days,
		.reached = outcome == FIL_REACHED ? (uint32_t)users : 0,
		.censored = outcome == FIL_CENSORED ? (uint32_t)users : 0,
	};
	durations->settled = false;
}

size_t
fil_durations_groups(const struct fil_durations *durations)
{
	size_t groups = 0;

	for (size_t i = 0; i < durations->n; i++)
		if (durations->counts[i].group >= groups)
			groups = (size_t)durations->counts[i].group + 1;
	return groups;
}

void
fil_durations_regroup(struct fil_durations *durations, const size_t *into)
{
	for (size_t i = 0; i < durations->n; i++) {
		size_t group = into[durations->counts[i].group];
		if (group >= UINT32_MAX)
			fil_bug("durations moved to group %zu", group);
		durations->counts[i].group = (uint32_t)group;
	}
	durations->settled = durations->n == 0;
}

/* Returns the index of the first count of the group, or of a later group. */
static size_t
find_group(const struct fil_durations *durations, size_t group)
{
	size_t low = 0, high = durations->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (durations->counts[middle].group < group)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct fil_day_count *
fil_durations_of(struct fil_durations *durations, size_t group, size_t *n)
{
	size_t first;

	settle(durations);
	first = find_group(durations, group);
	*n = find_group(durations, group + 1) - first;
	return *n == 0 ? NULL : durations->counts + first;
}

struct fil_day_count *
fil_durations_by_day(struct fil_durations *durations, size_t *n)
{
	struct fil_day_count *counts, *other;

	settle(durations);
	*n = durations->n;
	counts = fil_resize(NULL, *n, sizeof *counts);
	other = fil_resize(NULL, *n, sizeof *other);
	if (*n > 0)
		memcpy(counts, durations->counts, *n * sizeof *counts);
	sort_by(&counts, &other, *n, DAY);
	free(other);
	return counts;
}

void
fil_durations_free(struct fil_durations *durations)
{
	if (!durations)
		return;
	free(durations->counts);
	free(durations);
}

/* The 97.5 % quantile of the normal distribution. */
#define NORMAL_975 1.959963984540054

/* The tolerance for S, a product of many quotients: 1/2 may come out slightly larger. It is far
 * above the error of 100,000 steps, and far below the effect of one of a million users. */
#define TOLERANCE 1e-11

/* The estimate from day to day. Between two days with censored users the quotients cancel, and one
 * remains: after / since. */
struct state {
	size_t at_risk;
	long double base; /* S after the last day with censored users */
	size_t since; /* at risk after that day */
	double variance; /* variance of log S */
};

static void
set_band(struct fil_survival_step *step, long double share, double variance)
{
	step->low = step->high = NAN;
	if (share <= 0 || share >= 1)
		return;
	/* The logarithm of a share near 1 needs digits that a double has no room for. */
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
	struct fil_survival *curve = fil_alloc(1, sizeof *curve);
	struct state state = { .base = 1 };

	curve->steps = fil_resize(NULL, n, sizeof *curve->steps);
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

	/* The comparisons are false for NaN, when there is no band. */
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
	if (!curve)
		return;
	free(curve->steps);
	free(curve);
}

/* Terms below this fraction of the sum no longer change it. */
#define NEGLIGIBLE 1e-22L

/* Returns the sum of z^a e^-z / Gamma(a + 1) over n >= 1 values a = bottom, bottom + 1 …. It starts
 * at the largest term and goes both ways. From one end the first terms could underflow, and with
 * them all others, since each is computed from the previous one. */
static long double
sum_terms(long double z, long double bottom, size_t n)
{
	size_t most = z <= bottom ? 0 : z - bottom >= (long double)n ? n - 1 : (size_t)(z - bottom);
	long double a = bottom + (long double)most;
	long double largest = expl(a * logl(z) - z - lgammal(a + 1)), sum = largest, term = largest;

	for (size_t i = most + 1; i < n && term > sum * NEGLIGIBLE; i++) {
		term *= z / (bottom + (long double)i);
		sum += term;
	}
	term = largest;
	for (size_t i = most; i > 0 && term > sum * NEGLIGIBLE; i--) {
		term *= (bottom + (long double)i) / z;
		sum += term;
	}
	return sum;
}

double
fil_survival_chisquare(double chi2, size_t df)
{
	long double z = (long double)chi2 / 2, tail;

	if (df == 0 || isnan(chi2))
		return NAN;
	/* Below this, the tail is 1 to the last digit, and z is far from 0 for the logarithm. */
	if (chi2 < 1e-40)
		return 1;
	if (isinf(chi2))
		return 0;
	tail = df % 2 == 0 ? 0 : erfcl(sqrtl(z));
	if (df > 1)
		tail += sum_terms(z, df % 2 == 0 ? 0 : 0.5L, df / 2);
	return tail > 1 ? 1 : (double)tail;
}

/* The statistic is U' V^- U. U is the observed less the expected events of each group. V is the sum
 * over the days of c (diag(p) - p p'), with c = d (n - d) / (n - 1) and p the groups' shares of the
 * n at risk.
 *
 * V is never computed as a matrix: with a thousand groups it would be large and slow. All users
 * start on day 0. So a user's part in a sum over the days is the running value on the user's last
 * day, and V x takes two passes over the counts. Conjugate gradients need nothing else (Hestenes
 * and Stiefel, "Methods of Conjugate Gradients for Solving Linear Systems", 1952).
 *
 * V is singular in one direction, all groups alike, which is removed against rounding errors. There
 * is no other among the groups at risk on the first day with an event, since users only leave.
 * Hence df. */

/* The error of chi2 falls with the square of the residual: this is far below the error of the
 * sums. */
#define SMALL_ENOUGH 1e-24

enum { MOST_ITERATIONS = 10000 };

struct day {
	size_t end; /* behind its counts */
	double at_risk, events;
};

struct problem {
	struct fil_day_count *counts; /* by day */
	struct day *days;
	size_t n_counts, n_days, n_groups;
	double *weights; /* of each group: the diagonal of V without p p' */
};

/* The values of a group in the conjugate gradients. */
struct row {
	double residual, direction, image;
};

static double
users_of(const struct fil_day_count *count)
{
	return (double)count->reached + count->censored;
}

/* Finds the days of the counts, and the users at risk on each. */
static void
find_days(struct problem *problem)
{
	double at_risk = 0;

	problem->days = fil_resize(NULL, problem->n_counts, sizeof *problem->days);
	for (size_t i = 0; i < problem->n_counts; i++) {
		const struct fil_day_count *count = &problem->counts[i];
		if (i == 0 || count->day != count[-1].day)
			problem->days[problem->n_days++] = (struct day){ 0 };
		struct day *day = &problem->days[problem->n_days - 1];
		day->end = i + 1;
		day->events += count->reached;
		day->at_risk += users_of(count);
	}
	for (size_t d = problem->n_days; d-- > 0;) {
		at_risk += problem->days[d].at_risk;
		problem->days[d].at_risk = at_risk;
	}
}

/* Returns the part of the day in the variance for each user at risk: c / n. */
static double
variance_of(const struct day *day)
{
	if (day->at_risk <= 1)
		return 0;
	return day->events * (day->at_risk - day->events) / (day->at_risk - 1) / day->at_risk;
}

/* Sets the weights, and the residuals to observed less expected events. */
static void
set_up(struct problem *problem, struct row *rows)
{
	double hazard = 0, variance = 0;
	size_t i = 0;

	for (size_t d = 0; d < problem->n_days; d++) {
		const struct day *day = &problem->days[d];
		hazard += day->events / day->at_risk;
		variance += variance_of(day);
		for (; i < day->end; i++) {
			const struct fil_day_count *count = &problem->counts[i];
			problem->weights[count->group] += users_of(count) * variance;
			rows[count->group].residual += count->reached - users_of(count) * hazard;
		}
	}
}

/* Computes image = V direction. The mean direction of those at risk on a day is summed from the
 * last day backwards, then used from the first day forwards. */
static void
multiply(const struct problem *problem, struct row *rows, double *means)
{
	double sum = 0, variance = 0, moved = 0;
	size_t i = problem->n_counts;

	for (size_t d = problem->n_days; d-- > 0;) {
		size_t first = d == 0 ? 0 : problem->days[d - 1].end;
		while (i > first) {
			const struct fil_day_count *count = &problem->counts[--i];
			sum += users_of(count) * rows[count->group].direction;
		}
		means[d] = sum / problem->days[d].at_risk;
	}
	for (size_t g = 0; g < problem->n_groups; g++)
		rows[g].image = 0;
	for (size_t d = 0; d < problem->n_days; d++) {
		double step = variance_of(&problem->days[d]);
		variance += step;
		moved += step * means[d];
		for (; i < problem->days[d].end; i++) {
			struct row *row = &rows[problem->counts[i].group];
			row->image +=
			    users_of(&problem->counts[i]) * (row->direction * variance - moved);
		}
	}
}

/* Removes the component in the singular direction from the residuals. Returns their size. */
static double
balance(const struct problem *problem, struct row *rows)
{
	double sum = 0, weight = 0, size = 0;

	for (size_t g = 0; g < problem->n_groups; g++) {
		if (!(problem->weights[g] > 0))
			rows[g].residual = 0;
		sum += rows[g].residual;
		weight += problem->weights[g];
	}
	for (size_t g = 0; g < problem->n_groups; g++) {
		if (!(problem->weights[g] > 0))
			continue;
		rows[g].residual -= problem->weights[g] * (sum / weight);
		size += rows[g].residual * rows[g].residual / problem->weights[g];
	}
	return size;
}

/* Updates the directions. Returns the product of image and direction. */
static double
turn(const struct problem *problem, struct row *rows, double kept, double *means)
{
	double length = 0;

	for (size_t g = 0; g < problem->n_groups; g++) {
		double weight = problem->weights[g];
		rows[g].direction =
		    weight > 0 ? rows[g].residual / weight + kept * rows[g].direction : 0;
	}
	multiply(problem, rows, means);
	for (size_t g = 0; g < problem->n_groups; g++)
		length += rows[g].direction * rows[g].image;
	return length;
}

/* Returns U' V^- U, the sum of the contributions of each step of the conjugate gradients. */
static double
quadratic_form(const struct problem *problem, struct row *rows)
{
	double *means = fil_resize(NULL, problem->n_days, sizeof *means);
	double chi2 = 0, size = balance(problem, rows), enough = size * SMALL_ENOUGH, kept = 0;

	for (int i = 0; i < MOST_ITERATIONS && size > enough; i++) {
		double length = turn(problem, rows, kept, means), before = size;
		if (!(length > 0))
			break;
		chi2 += size * (size / length);
		for (size_t g = 0; g < problem->n_groups; g++)
			rows[g].residual -= size / length * rows[g].image;
		size = balance(problem, rows);
		kept = size / before;
	}
	free(means);
	return chi2;
}

struct fil_survival_test
fil_survival_compare(struct fil_durations *durations)
{
	struct problem problem = { .n_groups = fil_durations_groups(durations) };
	struct row *rows = fil_alloc(problem.n_groups, sizeof *rows);
	struct fil_survival_test test = { .p = NAN };
	size_t compared = 0;

	problem.counts = fil_durations_by_day(durations, &problem.n_counts);
	problem.weights = fil_alloc(problem.n_groups, sizeof *problem.weights);
	find_days(&problem);
	set_up(&problem, rows);
	for (size_t g = 0; g < problem.n_groups; g++)
		compared += problem.weights[g] > 0;
	if (compared > 1) {
		test.chi2 = quadratic_form(&problem, rows);
		test.df = compared - 1;
		test.p = fil_survival_chisquare(test.chi2, test.df);
	}
	free(problem.days);
	free(problem.weights);
	free(problem.counts);
	free(rows);
	return test;
}
