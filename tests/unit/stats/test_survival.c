/* SPDX-License-Identifier: ISC */
/* R's figures are those of R 4.2.2 with survival 3.5-3, made by tests/data/survival/make.R. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/stats/survival.h"
#include "tests/unit/figures.h"

#define SAME 1e-12

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
	size_t n;
	const struct fil_survival_step *steps = fil_survival_steps(curve, &n);

	for (size_t i = 0; i < n; i++)
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
	size_t n = 9;

	(void)state;
	fil_survival_steps(curve, &n);
	assert_int_equal(n, 0);
	assert_int_equal(fil_survival_users(curve), 0);
	assert_int_equal(fil_survival_events(curve), 0);
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
	assert_int_equal(fil_survival_users(curve), 4);
	assert_int_equal(fil_survival_events(curve), 2);
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
	size_t n;
	const struct fil_survival_step *steps = fil_survival_steps(curve, &n);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		if (steps[i].share == 1 || steps[i].share == 0) {
			assert_true(isnan(steps[i].low) && isnan(steps[i].high));
			continue;
		}
		assert_true(steps[i].low > 0 && steps[i].low < steps[i].share);
		assert_true(steps[i].high < 1 && steps[i].high > steps[i].share);
	}
	fil_survival_free(curve);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
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
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
