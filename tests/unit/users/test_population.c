/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/base/date.h"
#include "lib/users/population.h"
#include "tests/unit/stage.h"
#include "lib/catalog/filter.h"

static fil_day
day_of(const char *text)
{
	fil_day day = 0;

	assert_int_equal(fil_date_parse(text, &day), 0);
	return day;
}

/* Returns "value: users" of each group in the order of first appearance; the caller frees it. */
static char *
groups_text(const struct fil_population *population)
{
	char *text = fil_copy("");

	for (size_t g = 0; g < fil_population_groups(population); g++) {
		char *longer = fil_format("%s%s%s: %zu", text, g == 0 ? "" : ", ",
		    fil_population_group(population, g), fil_population_size(population, 0, g));

		free(text);
		text = longer;
	}
	return text;
}

static void
expect_groups(struct stage *stage, const struct fil_selection *selection, enum fil_by by,
    unsigned depth, const char *day, const char *expected)
{
	struct fil_population *population =
	    fil_population_new(stage->store, selection, by, depth, day_of(day), &stage->fault);
	char *text;

	assert_non_null(population);
	text = groups_text(population);
	assert_string_equal(text, expected);
	free(text);
	fil_population_free(population);
}

/* Returns whether a user is of the population. */
static bool
counts(
    struct stage *stage, const struct fil_selection *selection, const char *day, const char *user)
{
	struct fil_population *population =
	    fil_population_new(stage->store, selection, FIL_BY_NONE, 0, day_of(day), &stage->fault);
	size_t g;

	assert_non_null(population);
	g = fil_population_find(population, user, strlen(user));
	fil_population_free(population);
	return g != FIL_NOWHERE;
}

static void
population__arrived_and_left__count_from_and_until(void **state)
{
	const struct fil_selection active = { .active = true };

	stage_put(*state, "users", "a|A|||||user|2024-03-01|2024-03-10");
	stage_put(*state, "users", "b|B|||||user||");
	assert_false(counts(*state, &active, "2024-02-29", "a"));
	assert_true(counts(*state, &active, "2024-03-01", "a"));
	assert_true(counts(*state, &active, "2024-03-09", "a"));
	assert_false(counts(*state, &active, "2024-03-10", "a"));
	assert_true(counts(*state, &active, "1999-01-01", "b"));
	assert_false(counts(*state, &active, "2024-03-05", "c"));
	assert_true(counts(*state, &(struct fil_selection){ 0 }, "2030-01-01", "a"));
}

static void
population__roles__are_users_unless_said(void **state)
{
	struct fil_selection selection = { .active = true };

	stage_put(*state, "users", "a|A|||||user");
	stage_put(*state, "users", "b|B|||||trainer");
	stage_put(*state, "users", "c|C|||||sponsor");
	expect_groups(*state, &selection, FIL_BY_ROLE, 0, "2024-03-01", "user: 1");
	selection.roles = "trainer,user";
	expect_groups(*state, &selection, FIL_BY_ROLE, 0, "2024-03-01", "user: 1, trainer: 1");
	selection.active = false;
	expect_groups(
	    *state, &selection, FIL_BY_ROLE, 0, "2024-03-01", "user: 1, trainer: 1, sponsor: 1");
}

static void
population__unknown_role__is_a_usage_fault(void **state)
{
	struct stage *stage = *state;
	struct fil_selection selection = { .active = true, .roles = "usr" };

	assert_null(fil_population_new(stage->store, &selection, FIL_BY_NONE, 0, 0, &stage->fault));
	assert_int_equal(stage->fault.status, FIL_USAGE);
	assert_string_equal(stage->fault.text, "'usr' is not a role; the nearest is 'user'");
}

static void
population__units__are_cut_at_a_depth(void **state)
{
	const struct fil_selection all = { 0 };

	stage_put(*state, "users", "a|A||D/S/T|||user");
	stage_put(*state, "users", "b|B||D/S|||user");
	stage_put(*state, "users", "c|C||D|||user");
	stage_put(*state, "users", "d|D|||||user");
	stage_put(*state, "users", "e|E||E/S|||user");
	expect_groups(*state, &all, FIL_BY_UNIT, 0, "2024-03-01",
	    "D/S/T: 1, D/S: 1, D: 1, (none): 1, E/S: 1");
	expect_groups(*state, &all, FIL_BY_UNIT, 1, "2024-03-01", "D: 3, (none): 1, E: 1");
	expect_groups(
	    *state, &all, FIL_BY_UNIT, 2, "2024-03-01", "D/S: 2, D: 1, (none): 1, E/S: 1");
	expect_groups(*state, &all, FIL_BY_JOB, 1, "2024-03-01", "(none): 5");
	expect_groups(*state, &all, FIL_BY_NONE, 1, "2024-03-01", "all: 5");
}

static void
population__nobody__is_one_empty_group_or_none(void **state)
{
	const struct fil_selection all = { 0 };

	expect_groups(*state, &all, FIL_BY_NONE, 0, "2024-03-01", "all: 0");
	expect_groups(*state, &all, FIL_BY_UNIT, 0, "2024-03-01", "");
}

static void
population__filter__sees_all_columns(void **state)
{
	struct stage *stage = *state;
	struct fil_selection selection = { 0 };
	struct fil_filter *filter = fil_filter_new();

	stage_put(stage, "users", "a|A|a@example.org|D||m|user");
	stage_put(stage, "users", "b|B|b@example.org|E||m|user");
	stage_put(stage, "users", "c|C||D||n|user");
	assert_int_equal(fil_filter_add(filter, "email~*@example.org", &stage->fault), 0);
	assert_int_equal(fil_filter_add(filter, "manager=m", &stage->fault), 0);
	assert_int_equal(fil_filter_bind(filter, fil_catalog_table("users"), 0, &stage->fault), 0);
	selection.filter = filter;
	expect_groups(stage, &selection, FIL_BY_UNIT, 0, "2024-03-01", "D: 1, E: 1");
	expect_groups(stage, &selection, FIL_BY_MANAGER, 0, "2024-03-01", "m: 2");
	fil_filter_free(filter);
}

static void
put_enrolments(struct stage *stage)
{
	stage_put(stage, "phases", "pilot|P|pilot|2024-01-01");
	stage_put(stage, "phases", "pilot2|P|pilot|2024-02-01");
	stage_put(stage, "phases", "rollout|R|rollout|2024-03-01");
	stage_put(stage, "users", "a|A|||||user");
	stage_put(stage, "users", "b|B|||||user");
	stage_put(stage, "users", "c|C|||||user");
	stage_put(stage, "enrolments", "a|pilot|2024-01-15");
	stage_put(stage, "enrolments", "a|rollout|2024-03-01");
	stage_put(stage, "enrolments", "b|rollout|2024-02-01");
	stage_put(stage, "enrolments", "b|pilot2|2024-02-01");
}

static void
population__by_phase_and_kind__takes_the_newest_enrolment(void **state)
{
	const struct fil_selection all = { 0 };

	put_enrolments(*state);
	expect_groups(*state, &all, FIL_BY_PHASE, 0, "2024-01-14", "(none): 3");
	expect_groups(*state, &all, FIL_BY_PHASE, 0, "2024-01-15", "pilot: 1, (none): 2");
	/* Both of b's are of one day: the last by its key. */
	expect_groups(
	    *state, &all, FIL_BY_PHASE, 0, "2024-02-01", "pilot: 1, rollout: 1, (none): 1");
	expect_groups(
	    *state, &all, FIL_BY_KIND, 0, "2024-02-01", "pilot: 1, rollout: 1, (none): 1");
	expect_groups(*state, &all, FIL_BY_KIND, 0, "2024-03-01", "rollout: 2, (none): 1");
}

static void
population__phase_glob__selects_any_enrolment_by_then(void **state)
{
	struct fil_selection selection = { .phase = "pilot*" };

	put_enrolments(*state);
	/* b's newest is rollout, and b is in pilot2 all the same. */
	expect_groups(*state, &selection, FIL_BY_PHASE, 0, "2024-02-01", "pilot: 1, rollout: 1");
	expect_groups(*state, &selection, FIL_BY_NONE, 0, "2024-01-31", "all: 1");
	selection.phase = "roll*";
	assert_false(counts(*state, &selection, "2024-02-29", "a"));
	assert_true(counts(*state, &selection, "2024-03-01", "a"));
	selection.phase = "";
	assert_true(counts(*state, &selection, "2024-03-01", "c"));
	assert_true(counts(*state, &selection, "2024-01-14", "a"));
	assert_false(counts(*state, &selection, "2024-01-15", "a"));
}

static uint32_t
draw(uint32_t *seed, uint32_t n)
{
	*seed = *seed * 1664525U + 1013904223U;
	return (*seed >> 8) % n;
}

/* Puts users with random days, units and enrolments. */
static void
put_random(struct stage *stage, unsigned n, uint32_t *seed)
{
	stage_put(stage, "phases", "pilot|P|pilot|2024-01-01");
	stage_put(stage, "phases", "rollout|R|rollout|2024-03-01");
	for (unsigned i = 0; i < n; i++) {
		char arrived[16] = "", left[16] = "", *row;

		if (draw(seed, 2) == 0)
			snprintf(
			    arrived, sizeof arrived, "2024-05-%02u", (unsigned)draw(seed, 28) + 1);
		if (draw(seed, 2) == 0)
			snprintf(left, sizeof left, "2024-05-%02u", (unsigned)draw(seed, 28) + 1);
		row = fil_format("u%04u|U||D%u|||%s|%s|%s", i, (unsigned)draw(seed, 4),
		    draw(seed, 5) == 0 ? "trainer" : "user", arrived, left);
		stage_put(stage, "users", row);
		free(row);
		if (draw(seed, 2) == 0)
			continue;
		row = fil_format("u%04u|%s|2024-05-%02u", i,
		    draw(seed, 2) == 0 ? "pilot" : "rollout", (unsigned)draw(seed, 28) + 1);
		stage_put(stage, "enrolments", row);
		free(row);
	}
}

static void
compare_users(const struct fil_population *alone, const struct fil_population *together, size_t day,
    unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		char user[8];
		const uint32_t *places;
		size_t g;

		snprintf(user, sizeof user, "u%04u", i % 10000);
		g = fil_population_find(alone, user, strlen(user));
		places = fil_population_found(
		    together, fil_population_seek(together, user, strlen(user)));
		assert_int_equal(g == FIL_NOWHERE, !places || places[day] == FIL_ABSENT);
		if (g == FIL_NOWHERE)
			continue;
		assert_string_equal(
		    fil_population_group(alone, g), fil_population_group(together, places[day]));
		assert_int_equal(fil_population_size(alone, 0, g),
		    fil_population_size(together, day, places[day]));
	}
}

static void
population__several_days__agree_with_each_alone(void **state)
{
	enum { USERS = 300, DAYS = 9 };
	static const enum fil_by bys[] = { FIL_BY_NONE, FIL_BY_UNIT, FIL_BY_PHASE, FIL_BY_KIND };
	static const char *const phases[] = { NULL, "pil*", "" };
	struct stage *stage = *state;
	uint32_t seed = 3;
	fil_day days[DAYS];

	put_random(stage, USERS, &seed);
	for (int i = 0; i < DAYS; i++)
		days[i] = day_of("2024-05-01") + 3 * i;
	for (size_t i = 0; i < 12; i++) {
		struct fil_selection selection = { .active = true, .phase = phases[i % 3] };
		struct fil_population_request request = { &selection, bys[i / 3], 0, days, DAYS };
		struct fil_population *together =
		    fil_population_over(stage->store, &request, &stage->fault);

		for (size_t day = 0; day < DAYS; day++) {
			struct fil_population *alone = fil_population_new(
			    stage->store, &selection, bys[i / 3], 0, days[day], &stage->fault);

			compare_users(alone, together, day, USERS);
			fil_population_free(alone);
		}
		fil_population_free(together);
	}
}

static void
audience__selection__chooses_only_when_it_asks(void **state)
{
	struct stage *stage = *state;
	struct fil_selection selection = { .active = false };
	struct fil_population *audience;

	stage_put(stage, "phases", "pilot|P|pilot|2024-01-01");
	stage_put(stage, "users", "a|A|||||user");
	stage_put(stage, "users", "b|B|||||user");
	stage_put(stage, "users", "t|T|||||trainer");
	stage_put(stage, "enrolments", "b|pilot|2024-01-08");
	audience =
	    fil_population_selected(stage->store, &selection, day_of("2024-02-01"), &stage->fault);
	assert_true(fil_population_has(audience, "t", 1));
	assert_true(fil_population_has(audience, "nobody", 6));
	fil_population_free(audience);
	selection.active = true;
	audience =
	    fil_population_selected(stage->store, &selection, day_of("2024-02-01"), &stage->fault);
	assert_false(fil_population_has(audience, "t", 1));
	assert_true(fil_population_has(audience, "a", 1));
	fil_population_free(audience);
	selection = (struct fil_selection){ .phase = "pil*" };
	audience =
	    fil_population_selected(stage->store, &selection, day_of("2024-02-01"), &stage->fault);
	assert_false(fil_population_has(audience, "a", 1));
	assert_true(fil_population_has(audience, "b", 1));
	fil_population_free(audience);
	fil_population_free(NULL);
	selection = (struct fil_selection){ .active = true, .roles = "usr" };
	assert_null(fil_population_selected(stage->store, &selection, 0, &stage->fault));
	assert_int_equal(stage->fault.status, FIL_USAGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_STAGE(population__arrived_and_left__count_from_and_until),
		ON_STAGE(population__roles__are_users_unless_said),
		ON_STAGE(population__unknown_role__is_a_usage_fault),
		ON_STAGE(population__units__are_cut_at_a_depth),
		ON_STAGE(population__nobody__is_one_empty_group_or_none),
		ON_STAGE(population__filter__sees_all_columns),
		ON_STAGE(population__by_phase_and_kind__takes_the_newest_enrolment),
		ON_STAGE(population__phase_glob__selects_any_enrolment_by_then),
		ON_STAGE(population__several_days__agree_with_each_alone),
		ON_STAGE(audience__selection__chooses_only_when_it_asks),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
