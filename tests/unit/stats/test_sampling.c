/* SPDX-License-Identifier: ISC */
/* R's figures are those of power.prop.test in R 4.2.2, made by tests/data/survival/make.R. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "lib/stats/sampling.h"
#include "tests/unit/figures.h"

enum { MOST = 30 };

struct strata {
	size_t n, total, some; /* users in all, and strata that are not empty */
	size_t sizes[MOST], least[MOST], shares[MOST];
	size_t held; /* the sum of least */
};

static void
assert_shares(size_t n, size_t n_strata, const size_t *sizes, const size_t *expected)
{
	size_t shares[MOST];

	fil_sampling_shares(n, sizes, NULL, n_strata, shares);
	for (size_t s = 0; s < n_strata; s++)
		assert_int_equal(shares[s], expected[s]);
}

static void
allocation__no_strata__is_nothing(void **state)
{
	(void)state;
	fil_sampling_shares(10, NULL, NULL, 0, NULL);
	assert_shares(10, 3, (size_t[]){ 0, 0, 0 }, (size_t[]){ 0, 0, 0 });
}

static void
allocation__nobody_asked_for__is_nobody(void **state)
{
	(void)state;
	assert_shares(0, 2, (size_t[]){ 5, 50 }, (size_t[]){ 0, 0 });
}

static void
allocation__proportional__is_exact(void **state)
{
	(void)state;
	assert_shares(40, 3, (size_t[]){ 100, 200, 100 }, (size_t[]){ 10, 20, 10 });
}

/* 10/23 of 12, 5 and 6 users: 5.22, 2.17 and 2.61. */
static void
allocation__largest_remainder__gets_the_seat(void **state)
{
	(void)state;
	assert_shares(10, 3, (size_t[]){ 12, 5, 6 }, (size_t[]){ 5, 2, 3 });
}

static void
allocation__equal_remainders__go_to_the_first(void **state)
{
	(void)state;
	assert_shares(5, 3, (size_t[]){ 7, 7, 7 }, (size_t[]){ 2, 2, 1 });
	assert_shares(1, 2, (size_t[]){ 1, 1 }, (size_t[]){ 1, 0 });
}

static void
allocation__small_strata__get_one_each(void **state)
{
	(void)state;
	assert_shares(10, 5, (size_t[]){ 1000, 1, 0, 1, 1 }, (size_t[]){ 7, 1, 0, 1, 1 });
	assert_shares(4, 4, (size_t[]){ 1000, 1, 1, 1 }, (size_t[]){ 1, 1, 1, 1 });
}

static void
allocation__fewer_than_strata__goes_by_size_alone(void **state)
{
	(void)state;
	assert_shares(3, 4, (size_t[]){ 1000, 1, 1, 1 }, (size_t[]){ 3, 0, 0, 0 });
}

/* Twenty strata of 9 and others of 101: one each of the small ones takes 2 seats more than their
 * share, for which the others' remainders make up. The large one keeps its whole part. */
static void
allocation__remainders_make_up_for_ones__nobody_is_off_by_more(void **state)
{
	size_t sizes[MOST] = { 10003 }, shares[MOST];

	(void)state;
	for (size_t s = 1; s < MOST; s++)
		sizes[s] = s <= 20 ? 9 : 15;
	fil_sampling_shares(1031, sizes, NULL, MOST, shares);
	/* Quotas: 1000.1, 0.8998 and 1.4997. */
	assert_int_equal(shares[0], 1000);
	assert_int_equal(shares[1], 1);
	assert_int_equal(shares[20], 1);
	assert_int_equal(shares[21], 2);
	assert_int_equal(shares[22], 2);
	assert_int_equal(shares[29], 1);
}

static void
allocation__more_than_there_are__takes_all(void **state)
{
	(void)state;
	assert_shares(1000, 3, (size_t[]){ 3, 0, 50 }, (size_t[]){ 3, 0, 50 });
	assert_shares(SIZE_MAX, 2, (size_t[]){ 3, 4 }, (size_t[]){ 3, 4 });
}

static void
allocation__huge_sizes__do_not_overflow(void **state)
{
	size_t half = SIZE_MAX / 4;

	(void)state;
	assert_shares(
	    half, 2, (size_t[]){ half, half }, (size_t[]){ half / 2 + half % 2, half / 2 });
}

static void
allocation__taken_anyway__counts_towards_the_size(void **state)
{
	size_t shares[3];

	(void)state;
	/* 12 of the first are there already, where 5 would be its share. */
	fil_sampling_shares(20, (size_t[]){ 25, 50, 25 }, (size_t[]){ 12, 0, 0 }, 3, shares);
	assert_int_equal(shares[0], 12);
	assert_int_equal(shares[1], 5);
	assert_int_equal(shares[2], 3);
	/* More are there than were asked for. */
	fil_sampling_shares(2, (size_t[]){ 25, 50, 25 }, (size_t[]){ 3, 0, 2 }, 3, shares);
	assert_int_equal(shares[0], 3);
	assert_int_equal(shares[1], 0);
	assert_int_equal(shares[2], 2);
}

static uint32_t
draw(uint32_t *seed, uint32_t below)
{
	*seed = *seed * 1664525U + 1013904223U;
	return (uint32_t)((uint64_t)(*seed >> 8) * below >> 24);
}

static void
draw_strata(struct strata *strata, uint32_t *seed)
{
	uint32_t most = draw(seed, 3) == 0 ? 4 : draw(seed, 2) == 0 ? 40 : 5000;

	*strata = (struct strata){ .n = draw(seed, MOST) + 1 };
	for (size_t s = 0; s < strata->n; s++) {
		strata->sizes[s] = draw(seed, 4) == 0 ? draw(seed, 5) : draw(seed, most);
		strata->total += strata->sizes[s];
		strata->some += strata->sizes[s] > 0;
	}
}

/* Returns whether one each, on top of the whole parts, needs more seats than there are. */
static bool
ones_force(const struct strata *strata, size_t n)
{
	size_t needed = 0;

	for (size_t s = 0; s < strata->n; s++) {
		size_t whole = n * strata->sizes[s] / strata->total;
		needed += whole == 0 && strata->sizes[s] > 0 ? 1 : whole;
	}
	return n >= strata->some && needed > n;
}

static void
check_one(const struct strata *strata, size_t n, size_t s, bool forced)
{
	size_t share = strata->shares[s];
	double quota = (double)n * (double)strata->sizes[s] / (double)strata->total;

	assert_true(share <= strata->sizes[s]);
	assert_true(n < strata->some || share > 0 || strata->sizes[s] == 0);
	if (!forced)
		assert_true(fabs((double)share - quota) < 1);
	/* Where ones take from the others, none but those gets more than its share asks for. */
	else
		assert_true(share == 1 || (double)share < quota + 1);
	for (size_t t = 0; t < strata->n; t++)
		if (strata->sizes[t] > strata->sizes[s])
			assert_true(strata->shares[t] >= share);
}

static void
allocation__random_strata__are_within_one_of_proportional(void **state)
{
	uint32_t seed = 17;
	struct strata strata;
	size_t forced_times = 0;

	(void)state;
	for (int i = 0; i < 5000; i++) {
		draw_strata(&strata, &seed);
		size_t n = draw(&seed, (uint32_t)strata.total + 2), sum = 0;
		n = draw(&seed, 2) == 0 ? draw(&seed, 60) : n;
		fil_sampling_shares(n, strata.sizes, NULL, strata.n, strata.shares);
		n = n < strata.total ? n : strata.total;
		bool forced = strata.total > 0 && ones_force(&strata, n);
		for (size_t s = 0; s < strata.n && strata.total > 0; s++)
			check_one(&strata, n, s, forced);
		for (size_t s = 0; s < strata.n; s++)
			sum += strata.shares[s];
		assert_int_equal(sum, n);
		forced_times += forced;
	}
	assert_true(forced_times > 200);
}

static void
allocation__random_strata_partly_taken__keep_what_is_taken(void **state)
{
	uint32_t seed = 19;
	struct strata strata;

	(void)state;
	for (int i = 0; i < 5000; i++) {
		size_t n, sum = 0;
		draw_strata(&strata, &seed);
		for (size_t s = 0; s < strata.n; s++) {
			strata.least[s] =
			    draw(&seed, (uint32_t)strata.sizes[s] + 1) / (1 + draw(&seed, 9));
			strata.held += strata.least[s];
		}
		n = draw(&seed, (uint32_t)strata.total + 2);
		fil_sampling_shares(n, strata.sizes, strata.least, strata.n, strata.shares);
		for (size_t s = 0; s < strata.n; s++) {
			assert_true(strata.shares[s] >= strata.least[s]);
			assert_true(strata.shares[s] <= strata.sizes[s]);
			sum += strata.shares[s];
		}
		n = n < strata.total ? n : strata.total;
		assert_int_equal(sum, n > strata.held ? n : strata.held);
	}
}

/* Once allocated, the same is allocated over what is then taken. */
static void
allocation__what_it_gave__is_stable(void **state)
{
	uint32_t seed = 23;
	struct strata strata;
	size_t again[MOST];

	(void)state;
	for (int i = 0; i < 2000; i++) {
		draw_strata(&strata, &seed);
		size_t n = draw(&seed, (uint32_t)strata.total + 2);
		fil_sampling_shares(n, strata.sizes, NULL, strata.n, strata.shares);
		fil_sampling_shares(n, strata.sizes, strata.shares, strata.n, again);
		assert_memory_equal(again, strata.shares, strata.n * sizeof *again);
	}
}

/* The first reference vector of SipHash-2-4 (Aumasson and Bernstein 2012), and one that a second
 * implementation computed. */
static void
sample__reference_key__gives_the_reference_numbers(void **state)
{
	struct fil_sampling_seed seed;

	(void)state;
	for (size_t i = 0; i < sizeof seed.key; i++)
		seed.key[i] = (unsigned char)i;
	assert_true(fil_sampling_number(&seed, "") == UINT64_C(0x726fdb47dd0e0e31));
	assert_true(fil_sampling_number(&seed, "filrouge 00421") == UINT64_C(0x0ba97e601344ab76));
}

/* The key of a seed is its BLAKE2b-128 hash (b2sum -l 128). */
static void
sample__seed__is_hashed(void **state)
{
	static const unsigned char expected[16] = { 0x4c, 0xcd, 0x7a, 0xb6, 0x2d, 0x8e, 0xba, 0xa1,
		0xa6, 0x8e, 0x0c, 0x9e, 0xa6, 0xdf, 0xfe, 0x22 };
	struct fil_sampling_seed seed = fil_sampling_seed("2024");

	(void)state;
	assert_memory_equal(seed.key, expected, sizeof expected);
}

static void
sample__other_seed_or_user__gives_another_number(void **state)
{
	struct fil_sampling_seed one = fil_sampling_seed("one"), two = fil_sampling_seed("two");
	struct fil_sampling_seed none = fil_sampling_seed("");

	(void)state;
	assert_true(fil_sampling_number(&one, "00421") == fil_sampling_number(&one, "00421"));
	assert_true(fil_sampling_number(&one, "00421") != fil_sampling_number(&one, "421"));
	assert_true(fil_sampling_number(&one, "00421") != fil_sampling_number(&two, "00421"));
	assert_true(fil_sampling_number(&none, "00421") != fil_sampling_number(&two, "00421"));
}

/* Numbers that a release of filrouge gave may not change in the next: samples would. */
static void
sample__numbers__stay_what_they_are(void **state)
{
	struct fil_sampling_seed seed = fil_sampling_seed("pilot");

	(void)state;
	assert_true(fil_sampling_number(&seed, "00421") == UINT64_C(0xde9ef9cfa841e9ff));
	assert_true(
	    fil_sampling_number(&seed, "h\xc3\xa9l\xc3\xa8ne") == UINT64_C(0x8e5c53c02fa6488));
}

static void
sample__numbers__are_spread_evenly(void **state)
{
	struct fil_sampling_seed seed = fil_sampling_seed("spread");
	size_t cells[64] = { 0 };
	double chi2 = 0;

	(void)state;
	for (int i = 0; i < 64000; i++) {
		char user[16];
		snprintf(user, sizeof user, "%05d", i);
		cells[fil_sampling_number(&seed, user) >> 58]++;
	}
	for (size_t c = 0; c < 64; c++)
		chi2 += ((double)cells[c] - 1000) * ((double)cells[c] - 1000) / 1000;
	assert_true(chi2 > 25 && chi2 < 130);
}

static void
power__users__are_what_r_says(void **state)
{
	struct figures figures = figures_open("r_power", "base,difference,users");
	size_t rows = 0;

	(void)state;
	while (figures_next(&figures)) {
		double d = fabs(figures_number(&figures, 1)), n = figures_number(&figures, 2);
		size_t users =
		    fil_sampling_users(figures_number(&figures, 0), figures_number(&figures, 1));

		/* R knows no correction for continuity: it is Fleiss'. */
		assert_int_equal(users, (size_t)ceil(n / 4 * pow(1 + sqrt(1 + 4 / (n * d)), 2)));
		rows++;
	}
	assert_int_equal(rows, 20);
}

static void
power__difference__is_what_r_says(void **state)
{
	struct figures figures = figures_open("r_seen", "base,first,second,difference");
	size_t rows = 0;

	(void)state;
	while (figures_next(&figures)) {
		double difference = fil_sampling_difference(figures_number(&figures, 0),
		    figures_number(&figures, 1), figures_number(&figures, 2));
		figures_check(difference, figures_number(&figures, 3), 1e-9, "difference");
		rows++;
	}
	assert_int_equal(rows, 60);
}

static void
power__shares_exchanged_or_turned_round__need_the_same(void **state)
{
	(void)state;
	assert_int_equal(fil_sampling_users(0.5, 0.15), 183);
	assert_int_equal(fil_sampling_users(0.65, -0.15), 183);
	assert_int_equal(fil_sampling_users(0.5, -0.15), 183);
	assert_int_equal(fil_sampling_users(0.35, 0.15), 183);
}

static void
power__ends_of_the_scale__are_shares(void **state)
{
	(void)state;
	assert_int_equal(fil_sampling_users(0.85, 0.15), fil_sampling_users(0.15, -0.15));
	assert_true(fil_sampling_users(0.85, 0.15) > 0);
	assert_true(fil_sampling_users(0.7, 0.3) > 0);
	assert_true(fil_sampling_users(0.3, -0.3) > 0);
	/* 1.96^2 / 2, corrected to 3.6: nothing varies but the pooled share. */
	assert_int_equal(fil_sampling_users(0, 1), 4);
}

static void
power__no_such_difference__needs_no_number(void **state)
{
	(void)state;
	assert_int_equal(fil_sampling_users(0.5, 0), 0);
	assert_int_equal(fil_sampling_users(0, 0), 0);
	assert_int_equal(fil_sampling_users(0.9, 0.15), 0);
	assert_int_equal(fil_sampling_users(0.1, -0.15), 0);
	assert_int_equal(fil_sampling_users(-0.1, 0.15), 0);
	assert_int_equal(fil_sampling_users(NAN, 0.15), 0);
	assert_int_equal(fil_sampling_users(0.5, NAN), 0);
	assert_int_equal(fil_sampling_users(0.5, 1e-12), 0);
}

static void
power__too_few_users__see_nothing(void **state)
{
	(void)state;
	assert_true(isnan(fil_sampling_difference(0.5, 0, 0)));
	assert_true(isnan(fil_sampling_difference(0.5, 5, 5)));
	assert_true(isnan(fil_sampling_difference(1, 1000, 1000)));
	assert_true(isnan(fil_sampling_difference(1.5, 1000, 1000)));
	assert_true(isnan(fil_sampling_difference(NAN, 1000, 1000)));
}

static void
power__difference_seen__needs_no_more_users(void **state)
{
	(void)state;
	for (double base = 0; base < 0.9; base += 0.07) {
		for (size_t users = 60; users < 1000000; users = users * 3 / 2) {
			double difference =
			    fil_sampling_difference(base, (double)users, (double)users);
			assert_true(difference > 0 && base + difference <= 1);
			assert_true(fil_sampling_users(base, difference * 1.000001) <= users);
			assert_true(fil_sampling_users(base, difference * 0.999) >= users);
		}
	}
}

static void
effect__users_of_a_stratum__raise_it(void **state)
{
	(void)state;
	assert_true(fabs(fil_sampling_effect(40, 8, 0.05) - 1.2) < 1e-12);
	assert_true(fil_sampling_effect(40, 8, 0) == 1);
	assert_true(fil_sampling_effect(4, 8, 0.5) == 1);
	assert_true(fil_sampling_effect(4, 0, 0.5) == 1);
}

static void
power__groups_of_unequal_size__show_less(void **state)
{
	(void)state;
	assert_true(fil_sampling_shows(0.5, 0.15, 183, 183));
	assert_false(fil_sampling_shows(0.5, 0.15, 182, 182));
	assert_false(fil_sampling_shows(0.5, 0.15, 266, 100));
	assert_false(fil_sampling_shows(0.5, 0.15, 0, 100));
	assert_false(fil_sampling_shows(0.5, 0.15, 100, 0));
	assert_false(fil_sampling_shows(0.9, 0.15, 1000, 1000));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(allocation__no_strata__is_nothing),
		cmocka_unit_test(allocation__nobody_asked_for__is_nobody),
		cmocka_unit_test(allocation__proportional__is_exact),
		cmocka_unit_test(allocation__largest_remainder__gets_the_seat),
		cmocka_unit_test(allocation__equal_remainders__go_to_the_first),
		cmocka_unit_test(allocation__small_strata__get_one_each),
		cmocka_unit_test(allocation__fewer_than_strata__goes_by_size_alone),
		cmocka_unit_test(allocation__remainders_make_up_for_ones__nobody_is_off_by_more),
		cmocka_unit_test(allocation__more_than_there_are__takes_all),
		cmocka_unit_test(allocation__huge_sizes__do_not_overflow),
		cmocka_unit_test(allocation__taken_anyway__counts_towards_the_size),
		cmocka_unit_test(allocation__random_strata__are_within_one_of_proportional),
		cmocka_unit_test(allocation__random_strata_partly_taken__keep_what_is_taken),
		cmocka_unit_test(allocation__what_it_gave__is_stable),
		cmocka_unit_test(sample__reference_key__gives_the_reference_numbers),
		cmocka_unit_test(sample__seed__is_hashed),
		cmocka_unit_test(sample__other_seed_or_user__gives_another_number),
		cmocka_unit_test(sample__numbers__stay_what_they_are),
		cmocka_unit_test(sample__numbers__are_spread_evenly),
		cmocka_unit_test(power__users__are_what_r_says),
		cmocka_unit_test(power__difference__is_what_r_says),
		cmocka_unit_test(power__shares_exchanged_or_turned_round__need_the_same),
		cmocka_unit_test(power__ends_of_the_scale__are_shares),
		cmocka_unit_test(power__no_such_difference__needs_no_number),
		cmocka_unit_test(power__too_few_users__see_nothing),
		cmocka_unit_test(power__difference_seen__needs_no_more_users),
		cmocka_unit_test(effect__users_of_a_stratum__raise_it),
		cmocka_unit_test(power__groups_of_unequal_size__show_less),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
