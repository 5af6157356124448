/* SPDX-License-Identifier: ISC */
/* R's figures are those of R 4.2.2 with survival 3.5-3, made by tests/data/survival/make.R. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/stats/survival.h"
#include "tests/unit/figures.h"

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

static struct fil_logrank
test_of(const struct users *users)
{
	struct fil_durations *durations = durations_of(users);
	struct fil_logrank test = fil_logrank_test(durations);

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
		struct fil_logrank test = test_of(&users);
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
	struct fil_logrank test = test_of(users);

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
	struct fil_logrank test = test_of(&users);
	assert_true(test.chi2 >= 0 && test.chi2 < 1e-20);
	assert_int_equal(test.df, 2);
	figures_check(test.p, 1, 1e-9, "p");
}

/* Two users, one event while both are at risk: O - E = 1/2, V = 1/4. */
static void
logrank__two_users__are_computed_by_hand(void **state)
{
	struct users users = { 2, { { 0, 1, FIL_REACHED }, { 1, 2, FIL_CENSORED } } };
	struct fil_logrank test = test_of(&users);

	(void)state;
	assert_true(test.chi2 == 1);
	assert_int_equal(test.df, 1);
	figures_check(test.p, 0.3173105078629141, 1e-14, "p");
}

static void
logrank__group_numbers_with_gaps__change_nothing(void **state)
{
	struct users users;
	struct fil_logrank before, after;

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

static struct fil_logrank
reference_of(const struct users *users)
{
	struct reference reference = { 0 };
	struct fil_logrank test = { .p = NAN };

	for (int day = 1; day <= MOST_DAYS; day++)
		add_day(&reference, users, day);
	for (size_t g = 0; g < MOST_GROUPS; g++)
		if (reference.v[g][g] > 0)
			reference.groups[reference.n++] = g;
	if (reference.n < 2)
		return test;
	test.chi2 = (double)eliminate(&reference);
	test.df = reference.n - 1;
	test.p = fil_chisquare_tail(test.chi2, test.df);
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
		struct fil_logrank test = test_of(&users), expected = reference_of(&users);
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
	struct fil_logrank test = fil_logrank_test(durations);
	assert_int_equal(test.df, 2999);
	/* Nothing sets them apart: within six standard deviations of the mean. */
	assert_true(fabs(test.chi2 - 2999) < 6 * sqrt(2 * 2999.0));
	assert_true(test.p > 1e-8 && test.p < 1 - 1e-8);
	fil_durations_free(durations);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
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
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
