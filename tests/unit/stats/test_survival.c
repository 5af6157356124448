/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lib/stats/survival.h"
#include "tests/unit/figures.h"

/* R's figures are those of R 4.2.2 with survival 3.5-3, made by tests/data/survival/make.R. */
#define SAME 1e-12

/* Returns the number of users of a group. */
static size_t
size_of(struct fil_durations *durations, size_t group)
{
	size_t n, size = 0;
	const struct fil_day_count *counts = fil_durations_of(durations, group, &n);

	for (size_t i = 0; i < n; i++)
		size += (size_t)counts[i].reached + counts[i].censored;
	return size;
}

static void
durations__nobody__has_no_counts(void **state)
{
	struct fil_durations *durations = fil_durations_new();
	size_t n = 9;

	(void)state;
	assert_int_equal(fil_durations_groups(durations), 0);
	assert_null(fil_durations_of(durations, 0, &n));
	assert_int_equal(n, 0);
	n = 9;
	free(fil_durations_by_day(durations, &n));
	assert_int_equal(n, 0);
	fil_durations_regroup(durations, NULL);
	fil_durations_free(durations);
	fil_durations_free(NULL);
}

static void
durations__same_day__is_one_count(void **state)
{
	struct fil_durations *durations = fil_durations_new();
	size_t n;

	(void)state;
	fil_durations_add(durations, 2, 70000, FIL_REACHED);
	fil_durations_add(durations, 0, 300, FIL_CENSORED);
	fil_durations_add(durations, 2, 1, FIL_REACHED);
	fil_durations_add(durations, 2, 70000, FIL_CENSORED);
	fil_durations_add(durations, 2, 70000, FIL_REACHED);
	assert_int_equal(fil_durations_groups(durations), 3);
	assert_int_equal(size_of(durations, 0), 1);
	assert_int_equal(size_of(durations, 1), 0);
	assert_int_equal(size_of(durations, 2), 4);
	const struct fil_day_count *counts = fil_durations_of(durations, 2, &n);
	assert_int_equal(n, 2);
	assert_int_equal(counts[0].day, 1);
	assert_int_equal(counts[1].day, 70000);
	assert_int_equal(counts[1].reached, 2);
	assert_int_equal(counts[1].censored, 1);
	assert_null(fil_durations_of(durations, 1, &n));
	assert_null(fil_durations_of(durations, 3, &n));
	fil_durations_free(durations);
}

static void
durations__users_after_a_question__are_counted(void **state)
{
	struct fil_durations *durations = fil_durations_new();
	size_t n;

	(void)state;
	fil_durations_add(durations, 0, 5, FIL_REACHED);
	assert_int_equal(fil_durations_of(durations, 0, &n)[0].reached, 1);
	fil_durations_add(durations, 0, 5, FIL_REACHED);
	fil_durations_add(durations, 0, 4, FIL_REACHED);
	const struct fil_day_count *counts = fil_durations_of(durations, 0, &n);
	assert_int_equal(n, 2);
	assert_int_equal(counts[0].day, 4);
	assert_int_equal(counts[1].reached, 2);
	fil_durations_free(durations);
}

static void
durations__regrouped__become_one(void **state)
{
	struct fil_durations *durations = fil_durations_new();
	size_t n;

	(void)state;
	fil_durations_add(durations, 0, 5, FIL_REACHED);
	fil_durations_add(durations, 1, 6, FIL_REACHED);
	fil_durations_add(durations, 3, 5, FIL_CENSORED);
	fil_durations_regroup(durations, (const size_t[]){ 1, 0, SIZE_MAX, 1 });
	assert_int_equal(fil_durations_groups(durations), 2);
	assert_int_equal(fil_durations_of(durations, 0, &n)[0].day, 6);
	const struct fil_day_count *counts = fil_durations_of(durations, 1, &n);
	assert_int_equal(n, 1);
	assert_int_equal(counts[0].reached, 1);
	assert_int_equal(counts[0].censored, 1);
	fil_durations_free(durations);
}

static void
durations__by_day__are_ordered_by_day_then_group(void **state)
{
	struct fil_durations *durations = fil_durations_new();
	size_t n;

	(void)state;
	fil_durations_add(durations, 700, 2, FIL_REACHED);
	fil_durations_add(durations, 1, 1000, FIL_REACHED);
	fil_durations_add(durations, 300, 2, FIL_CENSORED);
	fil_durations_add(durations, 1, 2, FIL_CENSORED);
	struct fil_day_count *counts = fil_durations_by_day(durations, &n);
	assert_int_equal(n, 4);
	assert_int_equal(counts[0].group, 1);
	assert_int_equal(counts[1].group, 300);
	assert_int_equal(counts[2].group, 700);
	assert_int_equal(counts[3].day, 1000);
	free(counts);
	fil_durations_free(durations);
}

enum { GROUPS = 70, DAYS = 3000, USERS = 400000 };

/* Checks each count of a group against a table of what was added. */
static size_t
check_group(struct fil_durations *durations, size_t group, uint32_t (*seen)[DAYS + 1][2])
{
	size_t n, users = 0;
	const struct fil_day_count *counts = fil_durations_of(durations, group, &n);

	for (size_t i = 0; i < n; i++) {
		assert_true(i == 0 || counts[i].day > counts[i - 1].day);
		assert_int_equal(counts[i].group, group);
		assert_int_equal(counts[i].reached, seen[group][counts[i].day][FIL_REACHED]);
		assert_int_equal(counts[i].censored, seen[group][counts[i].day][FIL_CENSORED]);
		users += (size_t)counts[i].reached + counts[i].censored;
	}
	return users;
}

/* More different days and groups than are held at first, so that memory grows more than once. */
static void
durations__many_users__are_all_counted(void **state)
{
	struct fil_durations *durations = fil_durations_new();
	uint32_t(*seen)[DAYS + 1][2] = test_calloc(GROUPS, sizeof *seen);
	uint32_t seed = 11;
	size_t users = 0;

	(void)state;
	for (size_t i = 0; i < USERS; i++) {
		seed = seed * 1664525U + 1013904223U;
		size_t group = (seed >> 8) % GROUPS;
		int day = (int)((seed >> 15) % DAYS) + 1;
		enum fil_follow_up outcome = seed >> 31 ? FIL_REACHED : FIL_CENSORED;
		fil_durations_add(durations, group, day, outcome);
		seen[group][day][outcome]++;
	}
	for (size_t group = 0; group < GROUPS; group++)
		users += check_group(durations, group, seen);
	assert_int_equal(users, USERS);
	test_free(seen);
	fil_durations_free(durations);
}

/* Returns the curve of a group of an input. */
static struct fil_survival *
read_curve(const char *input, size_t group)
{
	struct figures figures = figures_open(input, "group,days,event");
	struct fil_durations *durations = fil_durations_new();
	struct fil_survival *curve;
	size_t n;

	while (figures_next(&figures))
		fil_durations_add(durations, (size_t)figures_number(&figures, 0),
		    figures_whole(&figures, 1, 0),
		    figures_number(&figures, 2) > 0 ? FIL_REACHED : FIL_CENSORED);
	const struct fil_day_count *counts = fil_durations_of(durations, group, &n);
	curve = fil_survival_new(counts, n);
	fil_durations_free(durations);
	return curve;
}

/* Returns the curve of n users, all of one group. */
static struct fil_survival *
make_curve(size_t n, const int *days, const enum fil_follow_up *outcomes)
{
	struct fil_durations *durations = fil_durations_new();
	struct fil_survival *curve;

	for (size_t i = 0; i < n; i++)
		fil_durations_add(durations, 0, days[i], outcomes[i]);
	const struct fil_day_count *counts = fil_durations_of(durations, 0, &n);
	curve = fil_survival_new(counts, n);
	fil_durations_free(durations);
	return curve;
}

static const struct fil_survival_step *
step_on(const struct fil_survival *curve, int day)
{
	const struct fil_survival_step *steps = curve->steps;

	for (size_t i = 0; i < curve->n; i++)
		if (steps[i].day == day)
			return &steps[i];
	fail_msg("no step on day %d", day);
	return NULL;
}

static void
survival__curves__are_what_r_says(void **state)
{
	struct figures figures =
	    figures_open("r_curves", "input,group,day,at_risk,events,censored,share,low,high");
	size_t rows = 0;

	(void)state;
	while (figures_next(&figures)) {
		struct fil_survival *curve =
		    read_curve(figures.cell[0], (size_t)figures_number(&figures, 1));
		const struct fil_survival_step *step =
		    step_on(curve, figures_whole(&figures, 2, 0));
		assert_int_equal(step->at_risk, figures_whole(&figures, 3, -1));
		assert_int_equal(step->events, figures_whole(&figures, 4, -1));
		assert_int_equal(step->censored, figures_whole(&figures, 5, -1));
		figures_check(step->share, figures_number(&figures, 6), SAME, figures.cell[0]);
		figures_check(step->low, figures_number(&figures, 7), SAME, figures.cell[0]);
		figures_check(step->high, figures_number(&figures, 8), SAME, figures.cell[0]);
		fil_survival_free(curve);
		rows++;
	}
	assert_true(rows > 400);
}

/* R itself gives the middle of the step where the curve is exactly on the share. */
static void
check_r_day(const struct fil_survival *curve, int day, double r_day, double fraction)
{
	if (isnan(r_day) || r_day == day) {
		assert_true(isnan(r_day) == (day == FIL_NOT_REACHED));
		return;
	}
	assert_true(r_day > day);
	figures_check(fil_survival_share(curve, day), 1 - fraction, 1e-14, "middle of a step");
}

static void
survival__medians_and_quartiles__are_what_r_says(void **state)
{
	struct figures figures =
	    figures_open("r_quantiles", "input,group,fraction,day,low,high,r_day,r_low,r_high");
	size_t rows = 0;

	(void)state;
	while (figures_next(&figures)) {
		struct fil_survival *curve =
		    read_curve(figures.cell[0], (size_t)figures_number(&figures, 1));
		double fraction = figures_number(&figures, 2);
		struct fil_survival_day found = fil_survival_quantile(curve, fraction);
		assert_int_equal(found.day, figures_whole(&figures, 3, FIL_NOT_REACHED));
		assert_int_equal(found.low, figures_whole(&figures, 4, FIL_NOT_REACHED));
		assert_int_equal(found.high, figures_whole(&figures, 5, FIL_NOT_REACHED));
		check_r_day(curve, found.day, figures_number(&figures, 6), fraction);
		assert_int_equal(found.low, figures_whole(&figures, 7, FIL_NOT_REACHED));
		assert_int_equal(found.high, figures_whole(&figures, 8, FIL_NOT_REACHED));
		fil_survival_free(curve);
		rows++;
	}
	assert_true(rows > 100);
}

static void
survival__shares_on_a_day__are_what_r_says(void **state)
{
	struct figures figures = figures_open("r_shares", "input,group,day,share");

	(void)state;
	while (figures_next(&figures)) {
		struct fil_survival *curve =
		    read_curve(figures.cell[0], (size_t)figures_number(&figures, 1));
		figures_check(fil_survival_share(curve, figures_whole(&figures, 2, 0)),
		    figures_number(&figures, 3), SAME, figures.cell[0]);
		fil_survival_free(curve);
	}
}

static void
survival__nobody__knows_nothing(void **state)
{
	struct fil_survival *curve = fil_survival_new(NULL, 0);
	struct fil_survival_day median = fil_survival_quantile(curve, 0.5);

	(void)state;
	assert_int_equal(curve->n, 0);
	assert_int_equal(curve->users, 0);
	assert_int_equal(curve->events, 0);
	assert_true(isnan(fil_survival_share(curve, 0)));
	assert_true(isnan(fil_survival_share(curve, 30)));
	assert_int_equal(median.day, FIL_NOT_REACHED);
	assert_int_equal(median.low, FIL_NOT_REACHED);
	assert_int_equal(median.high, FIL_NOT_REACHED);
	fil_survival_free(curve);
	fil_survival_free(NULL);
}

static void
survival__before_the_first_day_and_between_days__is_the_last_step(void **state)
{
	struct fil_survival *curve = make_curve(4, (const int[]){ 10, 20, 20, 40 },
	    (const enum fil_follow_up[]){ FIL_REACHED, FIL_REACHED, FIL_CENSORED, FIL_CENSORED });

	(void)state;
	assert_true(fil_survival_share(curve, 0) == 1);
	assert_true(fil_survival_share(curve, 9) == 1);
	assert_true(fil_survival_share(curve, 10) == 0.75);
	assert_true(fil_survival_share(curve, 19) == 0.75);
	assert_true(fil_survival_share(curve, 20) == 0.5);
	assert_true(fil_survival_share(curve, 40) == 0.5);
	assert_int_equal(curve->users, 4);
	assert_int_equal(curve->events, 2);
	fil_survival_free(curve);
}

static void
survival__beyond_the_last_day__is_unknown(void **state)
{
	const int days[] = { 10, 29 };
	struct fil_survival *all =
	    make_curve(2, days, (const enum fil_follow_up[]){ FIL_REACHED, FIL_REACHED });
	struct fil_survival *one =
	    make_curve(2, days, (const enum fil_follow_up[]){ FIL_REACHED, FIL_CENSORED });

	(void)state;
	assert_true(fil_survival_share(all, 29) == 0);
	assert_true(isnan(fil_survival_share(all, 30)));
	assert_true(fil_survival_share(one, 29) == 0.5);
	assert_true(isnan(fil_survival_share(one, 30)));
	fil_survival_free(all);
	fil_survival_free(one);
}

/* 3/4 * 2/3 with censored users in between: the quotients do not cancel. */
static void
survival__exactly_half__is_reached_on_the_first_day(void **state)
{
	struct fil_survival *curve = read_curve("exact_half", 1);

	(void)state;
	assert_int_equal(fil_survival_quantile(curve, 0.5).day, 9);
	fil_survival_free(curve);
}

/* A product of many quotients that are not exact in binary. */
static void
survival__long_product__meets_its_share_on_the_day(void **state)
{
	(void)state;
	for (int n = 3; n < 400; n += 7) {
		struct fil_durations *durations = fil_durations_new();
		size_t counts_n;
		/* On each day d one of n - d reaches it and one is censored, until one user is
		 * left. */
		for (int d = 1; d <= n; d++) {
			fil_durations_add(durations, 0, d, FIL_REACHED);
			fil_durations_add(durations, 0, d, FIL_CENSORED);
		}
		const struct fil_day_count *counts = fil_durations_of(durations, 0, &counts_n);
		struct fil_survival *curve = fil_survival_new(counts, counts_n);
		long double share = 1;
		for (int d = 1; d <= n; d++) {
			share *= 1 - 1.0L / (2 * (n - d + 1));
			figures_check(fil_survival_share(curve, d), (double)share, 1e-13, "day");
			assert_true(fil_survival_quantile(curve, (double)(1 - share)).day == d);
		}
		fil_survival_free(curve);
		fil_durations_free(durations);
	}
}

static void
survival__a_million_users__keep_their_precision(void **state)
{
	struct fil_durations *durations = fil_durations_new();
	size_t n;

	(void)state;
	for (int i = 0; i < 1000000; i++)
		fil_durations_add(durations, 0, i % 1000 + 1, FIL_REACHED);
	const struct fil_day_count *counts = fil_durations_of(durations, 0, &n);
	struct fil_survival *curve = fil_survival_new(counts, n);
	assert_int_equal(n, 1000);
	assert_int_equal(fil_survival_quantile(curve, 0.25).day, 250);
	assert_int_equal(fil_survival_quantile(curve, 0.5).day, 500);
	assert_int_equal(fil_survival_quantile(curve, 0.75).day, 750);
	/* Without censoring Greenwood's variance of S is that of a binomial share. */
	const struct fil_survival_step *step = step_on(curve, 300);
	double error = sqrt(0.7 * 0.3 / 1e6) * 1.959963984540054;
	assert_true(step->share == 0.7);
	figures_check(log(step->low), log(0.7) * exp(error / 0.7 / -log(0.7)), 1e-9, "low");
	figures_check(log(step->high), log(0.7) * exp(-error / 0.7 / -log(0.7)), 1e-9, "high");
	fil_survival_free(curve);
	fil_durations_free(durations);
}

static void
survival__intervals__hold_the_share_and_stay_within_bounds(void **state)
{
	struct fil_survival *curve = read_curve("heavy_censoring", 3);
	const struct fil_survival_step *steps = curve->steps;

	(void)state;
	for (size_t i = 0; i < curve->n; i++) {
		if (steps[i].share == 1 || steps[i].share == 0) {
			assert_true(isnan(steps[i].low) && isnan(steps[i].high));
			continue;
		}
		assert_true(steps[i].low > 0 && steps[i].low < steps[i].share);
		assert_true(steps[i].high < 1 && steps[i].high > steps[i].share);
	}
	fil_survival_free(curve);
}

enum { MOST_GROUPS = 12, MOST_USERS = 400, MOST_DAYS = 60 };

/* Users as rows, to compute from anew. */
struct users {
	size_t n;
	struct {
		size_t group;
		int days;
		enum fil_follow_up outcome;
	} of[MOST_USERS];
};

static struct fil_durations *
durations_of(const struct users *users)
{
	struct fil_durations *durations = fil_durations_new();

	for (size_t i = 0; i < users->n; i++)
		fil_durations_add(
		    durations, users->of[i].group, users->of[i].days, users->of[i].outcome);
	return durations;
}

static struct fil_survival_test
test_of(const struct users *users)
{
	struct fil_durations *durations = durations_of(users);
	struct fil_survival_test test = fil_survival_compare(durations);

	fil_durations_free(durations);
	return test;
}

static void
read_users(struct users *users, const char *input)
{
	struct figures figures = figures_open(input, "group,days,event");

	users->n = 0;
	while (figures_next(&figures)) {
		users->of[users->n].group = (size_t)figures_number(&figures, 0);
		users->of[users->n].days = figures_whole(&figures, 1, 0);
		users->of[users->n++].outcome =
		    figures_number(&figures, 2) > 0 ? FIL_REACHED : FIL_CENSORED;
	}
}

static void
logrank__inputs__are_what_r_says(void **state)
{
	struct figures figures = figures_open("r_logranks", "input,chi2,df,p");
	struct users users;
	size_t rows = 0;

	(void)state;
	while (figures_next(&figures)) {
		read_users(&users, figures.cell[0]);
		struct fil_survival_test test = test_of(&users);
		figures_check(test.chi2, figures_number(&figures, 1), 1e-11, figures.cell[0]);
		assert_int_equal(test.df, figures_whole(&figures, 2, -1));
		figures_check(test.p, figures_number(&figures, 3), 1e-10, figures.cell[0]);
		rows++;
	}
	assert_int_equal(rows, 8);
}

static void
assert_nothing_to_compare(const struct users *users)
{
	struct fil_survival_test test = test_of(users);

	assert_true(test.chi2 == 0);
	assert_int_equal(test.df, 0);
	assert_true(isnan(test.p));
}

static void
logrank__nobody__has_nothing_to_compare(void **state)
{
	(void)state;
	assert_nothing_to_compare(&(struct users){ 0 });
}

static void
logrank__no_event__has_nothing_to_compare(void **state)
{
	struct users users;

	(void)state;
	read_users(&users, "all_censored");
	assert_nothing_to_compare(&users);
}

static void
logrank__one_group__has_nothing_to_compare(void **state)
{
	struct users users = { 3,
		{ { 4, 2, FIL_REACHED }, { 4, 3, FIL_CENSORED }, { 4, 9, FIL_REACHED } } };

	(void)state;
	assert_nothing_to_compare(&users);
}

static void
logrank__gone_before_the_first_event__has_nothing_to_compare(void **state)
{
	struct users users = { 4,
		{ { 0, 1, FIL_CENSORED }, { 0, 2, FIL_CENSORED }, { 1, 3, FIL_REACHED },
		    { 1, 5, FIL_REACHED } } };

	(void)state;
	assert_nothing_to_compare(&users);
}

static void
logrank__all_on_one_day__has_nothing_to_compare(void **state)
{
	struct users users = { 5,
		{ { 0, 7, FIL_REACHED }, { 0, 7, FIL_REACHED }, { 1, 7, FIL_REACHED },
		    { 1, 7, FIL_REACHED }, { 1, 3, FIL_CENSORED } } };

	(void)state;
	assert_nothing_to_compare(&users);
}

static void
logrank__same_durations__do_not_differ(void **state)
{
	struct users users = { 0 };

	(void)state;
	for (size_t i = 0; i < 300; i++) {
		users.of[i].group = i % 3;
		users.of[i].days = (int)(i / 3) % 40 + 1;
		users.of[i].outcome = i / 3 % 4 == 0 ? FIL_CENSORED : FIL_REACHED;
	}
	users.n = 300;
	struct fil_survival_test test = test_of(&users);
	assert_true(test.chi2 >= 0 && test.chi2 < 1e-20);
	assert_int_equal(test.df, 2);
	figures_check(test.p, 1, 1e-9, "p");
}

/* Two users, one event while both are at risk: O - E = 1/2, V = 1/4. */
static void
logrank__two_users__are_computed_by_hand(void **state)
{
	struct users users = { 2, { { 0, 1, FIL_REACHED }, { 1, 2, FIL_CENSORED } } };
	struct fil_survival_test test = test_of(&users);

	(void)state;
	assert_true(test.chi2 == 1);
	assert_int_equal(test.df, 1);
	figures_check(test.p, 0.3173105078629141, 1e-14, "p");
}

static void
logrank__group_numbers_with_gaps__change_nothing(void **state)
{
	struct users users;
	struct fil_survival_test before, after;

	(void)state;
	read_users(&users, "heavy_censoring");
	before = test_of(&users);
	for (size_t i = 0; i < users.n; i++)
		users.of[i].group = 1000 - 7 * users.of[i].group;
	after = test_of(&users);
	figures_check(after.chi2, before.chi2, 1e-13, "gaps");
	assert_int_equal(after.df, before.df);
}

/* The same test by its definition: V formed whole from the users at risk day by day, one group left
 * out, and the equations solved by elimination. */
struct reference {
	long double u[MOST_GROUPS], v[MOST_GROUPS][MOST_GROUPS];
	size_t groups[MOST_GROUPS], n; /* those that are compared */
};

static void
add_day(struct reference *reference, const struct users *users, int day)
{
	long double n[MOST_GROUPS] = { 0 }, d[MOST_GROUPS] = { 0 }, all = 0, events = 0;

	for (size_t i = 0; i < users->n; i++) {
		size_t g = users->of[i].group;
		n[g] += users->of[i].days >= day;
		all += users->of[i].days >= day;
		d[g] += users->of[i].days == day && users->of[i].outcome == FIL_REACHED;
		events += users->of[i].days == day && users->of[i].outcome == FIL_REACHED;
	}
	if (events == 0)
		return;
	long double c = all > 1 ? events * (all - events) / (all - 1) : 0;
	for (size_t g = 0; g < MOST_GROUPS; g++) {
		reference->u[g] += d[g] - events * n[g] / all;
		for (size_t h = 0; h < MOST_GROUPS; h++)
			reference->v[g][h] += c * (n[g] / all) * ((g == h) - n[h] / all);
	}
}

static long double
eliminate(struct reference *reference)
{
	size_t n = reference->n > 0 ? reference->n - 1 : 0;
	long double a[MOST_GROUPS][MOST_GROUPS + 1], chi2 = 0;

	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < n; j++)
			a[i][j] = reference->v[reference->groups[i]][reference->groups[j]];
		a[i][n] = reference->u[reference->groups[i]];
	}
	/* V is positive definite: no pivoting. chi2 is the sum of the squares that Cholesky
	 * leaves. */
	for (size_t i = 0; i < n; i++) {
		chi2 += a[i][n] * a[i][n] / a[i][i];
		for (size_t k = i + 1; k < n; k++)
			for (size_t j = n + 1; j-- > i;)
				a[k][j] -= a[k][i] / a[i][i] * a[i][j];
	}
	return chi2;
}

static struct fil_survival_test
reference_of(const struct users *users)
{
	struct reference reference = { 0 };
	struct fil_survival_test test = { .p = NAN };

	for (int day = 1; day <= MOST_DAYS; day++)
		add_day(&reference, users, day);
	for (size_t g = 0; g < MOST_GROUPS; g++)
		if (reference.v[g][g] > 0)
			reference.groups[reference.n++] = g;
	if (reference.n < 2)
		return test;
	test.chi2 = (double)eliminate(&reference);
	test.df = reference.n - 1;
	test.p = fil_survival_chisquare(test.chi2, test.df);
	return test;
}

static uint32_t
draw(uint32_t *seed, uint32_t below)
{
	*seed = *seed * 1664525U + 1013904223U;
	return (uint32_t)((uint64_t)(*seed >> 8) * below >> 24);
}

/* Few or many days (ties), few or many events, groups of very different sizes and speeds. */
static void
draw_users(struct users *users, uint32_t *seed)
{
	uint32_t groups = draw(seed, MOST_GROUPS) + 1, days = draw(seed, MOST_DAYS) + 1;
	uint32_t censored = draw(seed, 100);

	users->n = draw(seed, 2) == 0 ? draw(seed, 12) : draw(seed, MOST_USERS);
	for (size_t i = 0; i < users->n; i++) {
		uint32_t group = draw(seed, draw(seed, groups) + 1);
		users->of[i].group = group;
		users->of[i].days =
		    (int)(draw(seed, days) * (draw(seed, group + 2) + 1) / (group + 2) + 1);
		users->of[i].outcome = draw(seed, 100) < censored ? FIL_CENSORED : FIL_REACHED;
	}
}

static void
logrank__random_users__agree_with_the_definition(void **state)
{
	uint32_t seed = 5;
	size_t compared = 0;

	(void)state;
	for (int i = 0; i < 3000; i++) {
		struct users users;
		draw_users(&users, &seed);
		struct fil_survival_test test = test_of(&users), expected = reference_of(&users);
		assert_int_equal(test.df, expected.df);
		if (!(fabs(test.chi2 - expected.chi2) <= 1e-10 * expected.chi2 + 1e-20))
			fail_msg("%d: %.17g, not %.17g", i, test.chi2, expected.chi2);
		compared += test.df > 0;
	}
	assert_true(compared > 2000);
}

/* A user more in every group of a thousand: V would have a million cells. */
static void
logrank__many_groups__are_tested_too(void **state)
{
	struct fil_durations *durations = fil_durations_new();
	uint32_t seed = 3;

	(void)state;
	for (size_t i = 0; i < 60000; i++)
		fil_durations_add(durations, i % 3000, (int)draw(&seed, 200) + 1,
		    draw(&seed, 3) == 0 ? FIL_CENSORED : FIL_REACHED);
	struct fil_survival_test test = fil_survival_compare(durations);
	assert_int_equal(test.df, 2999);
	/* Nothing sets them apart: within six standard deviations of the mean. */
	assert_true(fabs(test.chi2 - 2999) < 6 * sqrt(2 * 2999.0));
	assert_true(test.p > 1e-8 && test.p < 1 - 1e-8);
	fil_durations_free(durations);
}

static void
chisquare__whole_grid__is_what_r_says(void **state)
{
	struct figures figures = figures_open("r_chisquare", "df,chi2,p");
	size_t rows = 0;

	(void)state;
	while (figures_next(&figures)) {
		size_t df = (size_t)figures_number(&figures, 0);
		double chi2 = figures_number(&figures, 1);
		char what[64];
		snprintf(what, sizeof what, "df %zu, chi2 %g", df, chi2);
		figures_check(
		    fil_survival_chisquare(chi2, df), figures_number(&figures, 2), 1e-11, what);
		rows++;
	}
	assert_int_equal(rows, 195);
}

static void
chisquare__two_degrees__are_an_exponential(void **state)
{
	(void)state;
	for (double chi2 = 0.001; chi2 < 1400; chi2 *= 1.7)
		figures_check(fil_survival_chisquare(chi2, 2), exp(-chi2 / 2), 1e-13, "df 2");
}

static void
chisquare__no_difference__is_certain(void **state)
{
	(void)state;
	assert_true(fil_survival_chisquare(0, 1) == 1);
	assert_true(fil_survival_chisquare(0, 7) == 1);
	assert_true(fil_survival_chisquare(-1e-9, 2) == 1);
	assert_true(fil_survival_chisquare(1e-30, 2) == 1);
	assert_true(fil_survival_chisquare(5e-324, 100000) == 1);
}

static void
chisquare__out_of_sight__is_zero(void **state)
{
	(void)state;
	assert_true(fil_survival_chisquare(INFINITY, 3) == 0);
	assert_true(fil_survival_chisquare(1e9, 1) == 0);
	assert_true(fil_survival_chisquare(1e9, 12) == 0);
}

static void
chisquare__nothing_to_compare__is_not_a_number(void **state)
{
	(void)state;
	assert_true(isnan(fil_survival_chisquare(1, 0)));
	assert_true(isnan(fil_survival_chisquare(NAN, 3)));
}

/* Near its mean a chi-square with many degrees is close to normal (Wilson and Hilferty). */
static void
chisquare__a_million_degrees__stay_in_place(void **state)
{
	(void)state;
	for (double shift = -4; shift <= 4; shift++) {
		double df = 1e6, chi2 = df + shift * sqrt(2 * df), w = 2 / (9 * df);
		double normal = (cbrt(chi2 / df) - (1 - w)) / sqrt(w);
		figures_check(fil_survival_chisquare(chi2, 1000000), erfc(normal / sqrt(2)) / 2,
		    1e-4, "a million");
	}
}

static void
chisquare__rising_chi2__falls(void **state)
{
	(void)state;
	for (size_t df = 1; df < 60; df++) {
		double before = 1;
		for (double chi2 = 0.1; chi2 < 1000; chi2 *= 1.3) {
			double p = fil_survival_chisquare(chi2, df);
			assert_true(p > 0 && p <= before * (1 + 1e-13));
			assert_true(p <= fil_survival_chisquare(chi2, df + 1) * (1 + 1e-13));
			before = p;
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(durations__nobody__has_no_counts),
		cmocka_unit_test(durations__same_day__is_one_count),
		cmocka_unit_test(durations__users_after_a_question__are_counted),
		cmocka_unit_test(durations__regrouped__become_one),
		cmocka_unit_test(durations__by_day__are_ordered_by_day_then_group),
		cmocka_unit_test(durations__many_users__are_all_counted),
		cmocka_unit_test(survival__curves__are_what_r_says),
		cmocka_unit_test(survival__medians_and_quartiles__are_what_r_says),
		cmocka_unit_test(survival__shares_on_a_day__are_what_r_says),
		cmocka_unit_test(survival__nobody__knows_nothing),
		cmocka_unit_test(survival__before_the_first_day_and_between_days__is_the_last_step),
		cmocka_unit_test(survival__beyond_the_last_day__is_unknown),
		cmocka_unit_test(survival__exactly_half__is_reached_on_the_first_day),
		cmocka_unit_test(survival__long_product__meets_its_share_on_the_day),
		cmocka_unit_test(survival__a_million_users__keep_their_precision),
		cmocka_unit_test(survival__intervals__hold_the_share_and_stay_within_bounds),
		cmocka_unit_test(logrank__inputs__are_what_r_says),
		cmocka_unit_test(logrank__nobody__has_nothing_to_compare),
		cmocka_unit_test(logrank__no_event__has_nothing_to_compare),
		cmocka_unit_test(logrank__one_group__has_nothing_to_compare),
		cmocka_unit_test(logrank__gone_before_the_first_event__has_nothing_to_compare),
		cmocka_unit_test(logrank__all_on_one_day__has_nothing_to_compare),
		cmocka_unit_test(logrank__same_durations__do_not_differ),
		cmocka_unit_test(logrank__two_users__are_computed_by_hand),
		cmocka_unit_test(logrank__group_numbers_with_gaps__change_nothing),
		cmocka_unit_test(logrank__random_users__agree_with_the_definition),
		cmocka_unit_test(logrank__many_groups__are_tested_too),
		cmocka_unit_test(chisquare__whole_grid__is_what_r_says),
		cmocka_unit_test(chisquare__two_degrees__are_an_exponential),
		cmocka_unit_test(chisquare__no_difference__is_certain),
		cmocka_unit_test(chisquare__out_of_sight__is_zero),
		cmocka_unit_test(chisquare__nothing_to_compare__is_not_a_number),
		cmocka_unit_test(chisquare__a_million_degrees__stay_in_place),
		cmocka_unit_test(chisquare__rising_chi2__falls),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
