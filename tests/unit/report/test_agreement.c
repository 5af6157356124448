/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "lib/report/figures.h"
#include "lib/stats/agreement.h"

enum { LEVELS = 6, FACTS = 12 };

/* Returns the kappa of an agreement. */
static double
kappa_made(const struct fil_agreement *agreement)
{
	double sums[FIL_AGREEMENT_SUMS];

	fil_agreement_sums(agreement, sums);
	return fil_agreement_kappa(sums);
}

static uint32_t
draw(uint32_t *seed, uint32_t n)
{
	*seed = *seed * 1664525U + 1013904223U;
	return (*seed >> 8) % n;
}

/* Kappa by its definition on the table of the pairs. */
static double
kappa_of(int table[LEVELS][LEVELS])
{
	double n = 0, observed = 0, expected = 0, rows[LEVELS] = { 0 }, columns[LEVELS] = { 0 };

	for (int i = 0; i < LEVELS; i++)
		for (int j = 0; j < LEVELS; j++) {
			n += table[i][j];
			rows[i] += table[i][j];
			columns[j] += table[i][j];
		}
	for (int i = 0; i < LEVELS; i++)
		for (int j = 0; j < LEVELS; j++) {
			double weight = (i - j) * (i - j) / 25.0;

			observed += weight * table[i][j] / n;
			expected += weight * rows[i] * columns[j] / n / n;
		}
	return 1 - observed / expected;
}

static struct fil_agreement
agreement_of(int table[LEVELS][LEVELS])
{
	struct fil_agreement agreement = { 0 };

	for (int i = 0; i < LEVELS; i++)
		for (int j = 0; j < LEVELS; j++)
			for (int k = 0; k < table[i][j]; k++)
				fil_agreement_add(&agreement, i, j);
	return agreement;
}

static void
kappa__random_tables__is_as_defined(void **state)
{
	uint32_t seed = 3;

	(void)state;
	for (int round = 0; round < 500; round++) {
		int table[LEVELS][LEVELS];
		uint32_t rarely = 1 + draw(&seed, 8);
		struct fil_agreement agreement;

		for (int i = 0; i < LEVELS; i++)
			for (int j = 0; j < LEVELS; j++)
				table[i][j] = draw(&seed, rarely) == 0 ? (int)draw(&seed, 30) : 0;
		table[1][4]++;
		table[3][2]++;
		agreement = agreement_of(table);
		assert_true(fabs(kappa_made(&agreement) - kappa_of(table)) < 1e-12);
	}
}

/* R: library(psych); cohen.kappa(matrix(c(...), byrow = TRUE))$weighted.kappa, whose weights are
 * quadratic. Made by R 4.2.2 with psych 2.2.9 (Debian 12: r-base-core, r-cran-psych). */
static void
kappa__tables__is_what_r_computes(void **state)
{
	int tables[][LEVELS][LEVELS] = {
		{ { 44, 5, 1 }, { 7, 20, 3 }, { 9, 5, 6 } },
		{ { 5, 3, 1, 0, 0, 0 }, { 4, 12, 6, 1, 0, 0 }, { 1, 8, 20, 9, 2, 0 },
		    { 0, 2, 11, 31, 12, 1 }, { 0, 0, 3, 10, 22, 6 }, { 0, 0, 0, 2, 7, 9 } },
		{ { 0, 0, 0, 0, 0, 9 }, { 0, 0, 0, 0, 3, 0 }, { 0, 0, 0, 1, 0, 0 },
		    { 0, 0, 2, 0, 0, 0 }, { 0, 7, 0, 0, 0, 0 }, { 4, 0, 0, 0, 0, 1 } },
	};
	static const double kappas[] = { 0.454545454545454, 0.801974983541804, -0.868543046357616 };

	(void)state;
	for (size_t i = 0; i < sizeof kappas / sizeof *kappas; i++) {
		struct fil_agreement agreement = agreement_of(tables[i]);

		assert_true(fabs(kappa_made(&agreement) - kappas[i]) < 1e-12);
	}
}

static void
agreement__table__is_counted(void **state)
{
	int table[LEVELS][LEVELS] = { { 44, 5, 1 }, { 7, 20, 3 }, { 9, 5, 6 } };
	struct fil_agreement agreement = agreement_of(table);

	(void)state;
	assert_int_equal(agreement.pairs, 100);
	assert_int_equal(agreement.exact, 70);
	assert_int_equal(agreement.within_one, 90);
	assert_int_equal(agreement.over, 21);
	assert_int_equal(agreement.under, 9);
}

static void
kappa__no_variation__is_not_defined(void **state)
{
	struct fil_agreement agreement = { 0 };

	(void)state;
	assert_true(isnan(kappa_made(&agreement)));
	fil_agreement_add(&agreement, 3, 3);
	fil_agreement_add(&agreement, 3, 3);
	assert_true(isnan(kappa_made(&agreement)));
	/* All own levels one, all others another: as good as chance. */
	agreement = (struct fil_agreement){ 0 };
	fil_agreement_add(&agreement, 3, 2);
	fil_agreement_add(&agreement, 3, 2);
	assert_true(kappa_made(&agreement) == 0);
}

static void
merge__two_agreements__is_that_of_all_pairs(void **state)
{
	int table[LEVELS][LEVELS] = { { 1, 2, 0 }, { 0, 4, 1 }, { 3, 0, 5 } };
	struct fil_agreement whole = { 0 }, part = agreement_of(table);

	(void)state;
	fil_agreement_merge(&whole, &part, 2);
	assert_int_equal(whole.pairs, 32);
	assert_int_equal(whole.exact, 20);
	assert_int_equal(whole.over, 6);
	assert_int_equal(whole.under, 6);
	assert_int_equal(whole.within_one, 26);
	assert_true(fabs(kappa_made(&whole) - kappa_made(&part)) < 1e-12);
}

struct fact {
	fil_day date;
	int source, level;
};

/* Returns whether another level hides this one: a test on the day of a trainer. */
static bool
is_hidden(const struct fact *facts, size_t n, size_t which)
{
	for (size_t i = 0; i < n; i++)
		if (facts[which].source == FIL_TRAINER && facts[i].source == FIL_TEST &&
		    facts[i].date == facts[which].date)
			return true;
	return false;
}

/* Finds the nearest pair among all. Returns its distance, or -1. */
static int
naive_pair(const struct fact *facts, size_t n, int *own, int *other)
{
	int best = -1;
	fil_day latest = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++) {
			int distance = abs(facts[i].date - facts[j].date);
			fil_day later =
			    facts[i].date > facts[j].date ? facts[i].date : facts[j].date;

			if (facts[i].source != FIL_SELF || is_hidden(facts, n, j) ||
			    (facts[j].source != FIL_TRAINER && facts[j].source != FIL_TEST) ||
			    distance > FIL_PAIR_DAYS ||
			    (best >= 0 &&
				(distance > best || (distance == best && later < latest))))
				continue;
			best = distance;
			latest = later;
			*own = facts[i].level;
			*other = facts[j].level;
		}
	return best;
}

static int
compare_facts(const void *a, const void *b)
{
	const struct fact *left = a, *right = b;

	return left->date != right->date ? left->date - right->date : left->source - right->source;
}

static void
pairing__random_facts__is_the_nearest_pair(void **state)
{
	uint32_t seed = 8;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct fact facts[FACTS];
		size_t n = 0, wanted = draw(&seed, FACTS);
		struct fil_pairing pairing = { 0 };
		int own = -1, other = -1, distance;
		uint32_t span = 1 + draw(&seed, 120);

		while (n < wanted) {
			struct fact fact = { (fil_day)draw(&seed, span),
				(int)draw(&seed, FIL_SOURCES), (int)draw(&seed, 6) };
			bool twice = false;

			wanted--;
			for (size_t i = 0; i < n; i++)
				twice |=
				    facts[i].date == fact.date && facts[i].source == fact.source;
			if (!twice)
				facts[n++] = fact;
		}
		qsort(facts, n, sizeof *facts, compare_facts);
		for (size_t i = 0; i < n; i++)
			fil_pairing_add(&pairing, facts[i].date, (enum fil_source)facts[i].source,
			    facts[i].level);
		distance = naive_pair(facts, n, &own, &other);
		assert_int_equal(pairing.found, distance >= 0);
		if (pairing.found) {
			assert_int_equal(pairing.distance, distance);
			assert_int_equal(pairing.own, own);
			assert_int_equal(pairing.other, other);
		}
	}
}

/* Own level and other's: the exact kappa is -7/80, whose thousandths are -87.5. */
static void
kappa__half_a_thousandth__is_rounded_away_from_zero(void **state)
{
	static const int pairs[][2] = { { 1, 4 }, { 2, 4 }, { 1, 5 }, { 0, 5 }, { 3, 5 },
		{ 3, 3 } };
	struct fil_agreement agreement = { 0 };
	double sums[FIL_AGREEMENT_SUMS];
	struct fil_figures figures = { 0 };
	char text[FIL_AMOUNT_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		fil_agreement_add(&agreement, pairs[i][0], pairs[i][1]);
	fil_agreement_sums(&agreement, sums);
	fil_figures_real(&figures, 0, fil_agreement_kappa(sums));
	assert_string_equal(fil_figure_round(figures.cells[0], 3, text), "-0.088");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kappa__random_tables__is_as_defined),
		cmocka_unit_test(kappa__tables__is_what_r_computes),
		cmocka_unit_test(agreement__table__is_counted),
		cmocka_unit_test(kappa__no_variation__is_not_defined),
		cmocka_unit_test(kappa__half_a_thousandth__is_rounded_away_from_zero),
		cmocka_unit_test(merge__two_agreements__is_that_of_all_pairs),
		cmocka_unit_test(pairing__random_facts__is_the_nearest_pair),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
