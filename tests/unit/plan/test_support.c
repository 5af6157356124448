/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/levels/first_autonomous.h"
#include "lib/levels/standing_reader.h"
#include "lib/levels/standing_update.h"
#include "lib/plan/support.h"
#include "lib/users/population.h"
#include "tests/unit/stage.h"

static fil_day
day_of(const char *text)
{
	fil_day day = 0;

	assert_int_equal(fil_date_parse(text, &day), 0);
	return day;
}

static void
put_people(struct stage *stage)
{
	stage_put(stage, "modules", "m1|M|course");
	stage_put(stage, "modules", "m2|M|course");
	stage_put(stage, "phases", "pilot|P|pilot|2024-01-01");
	for (char user[] = "a"; *user <= 'e'; (*user)++) {
		char row[16];

		snprintf(row, sizeof row, "%s|N|||||user", user);
		stage_put(stage, "users", row);
	}
}

static struct fil_lookup_table *
modules_of(struct stage *stage)
{
	return fil_lookup_table_new(
	    fil_query_new(stage->store, "SELECT module FROM modules ORDER BY module"), 1,
	    &stage->fault);
}

static void
put_support(struct stage *stage)
{
	put_people(stage);
	stage_put(stage, "assignments", "b|m1|2024-01-05|pilot||2024-01-20");
	stage_put(stage, "assignments", "b|m1|2024-01-10");
	stage_put(stage, "assignments", "b|m2|2024-01-05||a");
	stage_put(stage, "assignments", "c|m1|2024-03-01");
	stage_put(stage, "assignments", "d|m2|2024-01-05");
	stage_put(stage, "completions", "a|m1|2024-01-06|completed");
	stage_put(stage, "completions", "b|m1|2024-01-04|completed");
	stage_put(stage, "completions", "b|m1|2024-01-06|partial");
	stage_put(stage, "completions", "b|m1|2024-01-10|completed");
	stage_put(stage, "completions", "b|m2|2024-02-02|completed");
	stage_put(stage, "completions", "d|m1|2024-01-06|completed");
}

static void
support__completions__end_the_assignments_before(void **state)
{
	struct stage *stage = *state;
	struct fil_lookup_table *modules;
	struct fil_support *support;
	const struct fil_assigned *list;
	size_t n;

	put_support(stage);
	modules = modules_of(stage);
	support = fil_support_new(stage->store, modules, day_of("2024-02-01"), FIL_WITH_PHASE);
	assert_int_equal(fil_support_next(support, &stage->fault), 1);
	assert_string_equal(fil_support_user(support, &n), "b");
	assert_int_equal(n, 1);
	list = fil_support_list(support, &n);
	assert_int_equal(n, 3);
	/* One completion ends both assignments of m1; that of m2 is not known yet. */
	assert_int_equal(list[0].completed, day_of("2024-01-10"));
	assert_int_equal(list[1].completed, day_of("2024-01-10"));
	assert_int_equal(list[2].completed, FIL_NEVER);
	assert_int_equal(list[0].due, day_of("2024-01-20"));
	assert_int_equal(list[1].due, FIL_NEVER);
	assert_string_equal(fil_support_name(support, list[0].with), "pilot");
	assert_int_equal(list[2].with, FIL_WITH_NONE);
	/* c's assignment is to come. */
	assert_int_equal(fil_support_next(support, &stage->fault), 1);
	assert_string_equal(fil_support_user(support, NULL), "d");
	list = fil_support_list(support, &n);
	assert_int_equal(n, 1);
	assert_int_equal(list[0].module, 1);
	assert_int_equal(list[0].completed, FIL_NEVER);
	assert_int_equal(fil_support_next(support, &stage->fault), 0);
	fil_support_free(support);
	fil_support_free(NULL);
	fil_lookup_table_free(modules);
}

static void
support__sought_users__are_found_in_order(void **state)
{
	struct stage *stage = *state;
	struct fil_lookup_table *modules;
	struct fil_support *support;
	const struct fil_assigned *list;
	size_t n;

	put_support(stage);
	modules = modules_of(stage);
	support = fil_support_new(stage->store, modules, day_of("2024-02-02"), FIL_WITH_TRAINER);
	assert_int_equal(fil_support_seek(support, "a", &stage->fault), 0);
	assert_int_equal(fil_support_seek(support, "b", &stage->fault), 1);
	list = fil_support_list(support, &n);
	assert_int_equal(n, 3);
	assert_int_equal(list[0].with, FIL_WITH_NONE);
	assert_string_equal(fil_support_name(support, list[2].with), "a");
	assert_int_equal(list[2].completed, day_of("2024-02-02"));
	assert_int_equal(fil_support_seek(support, "c", &stage->fault), 0);
	assert_int_equal(fil_support_seek(support, "d", &stage->fault), 1);
	assert_int_equal(fil_support_seek(support, "e", &stage->fault), 0);
	fil_support_free(support);
	fil_lookup_table_free(modules);
}

static void
support__damaged_day__is_a_fault(void **state)
{
	struct stage *stage = *state;
	struct fil_lookup_table *modules;
	struct fil_support *support;

	put_people(stage);
	stage_put(stage, "assignments", "b|m1|soon");
	modules = modules_of(stage);
	support = fil_support_new(stage->store, modules, day_of("2024-02-01"), FIL_WITH_NOTHING);
	assert_int_equal(fil_support_next(support, &stage->fault), -1);
	assert_int_equal(stage->fault.status, FIL_UNAVAILABLE);
	assert_string_equal(
	    stage->fault.text, "the store is damaged: assignments of 'b' is not as it was written");
	fil_support_free(support);
	fil_lookup_table_free(modules);
}

static void
put_levels(struct stage *stage)
{
	struct fil_standing_update *keeper = fil_standing_update_new(stage->store);

	put_people(stage);
	stage_run(stage, "DELETE FROM dimensions");
	stage_put(stage, "dimensions", "process|P|2");
	stage_put(stage, "dimensions", "tool|T|3");
	stage_put(stage, "autonomy", "b|process|2024-01-01|self|2");
	stage_put(stage, "autonomy", "b|tool|2024-01-05|self|3");
	stage_put(stage, "autonomy", "b|tool|2024-01-09|test|2");
	stage_put(stage, "autonomy", "c|tool|2024-01-01|test|5");
	stage_put(stage, "autonomy", "d|process|2024-02-01|test|5");
	stage_put(stage, "autonomy", "d|tool|2024-01-01|test|5");
	fil_standing_update_note(keeper, "dimensions", "");
	assert_int_equal(fil_standing_update_write(keeper, 1, &stage->fault), 0);
	fil_standing_update_free(keeper);
}

/* Checks what a user's standings come to. */
static void
expect_stance(struct stage *stage, struct fil_standing_reader *stances,
    const struct fil_dimensions *dimensions, const char *user, bool measured, bool autonomous)
{
	const struct fil_standing *standings;
	struct fil_stance stance;

	assert_int_equal(fil_standing_reader_seek(stances, user, &standings, &stage->fault), 0);
	stance = fil_stance_of(dimensions, standings);
	assert_int_equal(stance.measured, measured);
	assert_int_equal(stance.autonomous, autonomous);
}

static void
stances__sought_users__are_judged_in_all_dimensions(void **state)
{
	struct stage *stage = *state;
	struct fil_dimensions dimensions;
	const fil_day first = day_of("2024-01-06"), last = day_of("2024-01-20");

	put_levels(stage);
	assert_int_equal(fil_dimensions_read(stage->store, &dimensions, &stage->fault), 0);
	/* As the last day, from the ledger, and as a past one, from the facts. */
	for (int later = 0; later < 2; later++) {
		const struct fil_standing_request now = { &dimensions, &last, 1, last + later, NULL,
			false };
		const struct fil_standing_request then = { &dimensions, &first, 1, first + later,
			NULL, false };
		struct fil_standing_reader *stances =
		    fil_standing_reader_new(stage->store, &now, &stage->fault);

		expect_stance(stage, stances, &dimensions, "a", false, false);
		expect_stance(stage, stances, &dimensions, "b", true, false);
		expect_stance(stage, stances, &dimensions, "d", false, false);
		expect_stance(stage, stances, &dimensions, "e", false, false);
		expect_stance(stage, stances, &dimensions, "f", false, false);
		fil_standing_reader_free(stances);
		stances = fil_standing_reader_new(stage->store, &then, &stage->fault);
		expect_stance(stage, stances, &dimensions, "b", true, true);
		fil_standing_reader_free(stances);
	}
	fil_standing_reader_free(NULL);
	fil_dimensions_release(&dimensions);
}

static void
expect_attainment(struct stage *stage, struct fil_first_autonomous *attainments, const char *user,
    const char *expected)
{
	fil_day day;

	assert_int_equal(fil_first_autonomous_seek(attainments, user, &day, &stage->fault), 0);
	assert_int_equal(day, !expected ? FIL_NEVER : day_of(expected));
}

static void
attainments__sought_users__have_their_first_day(void **state)
{
	struct stage *stage = *state;
	struct fil_dimensions dimensions;
	struct fil_first_autonomous *attainments;

	put_levels(stage);
	assert_int_equal(fil_dimensions_read(stage->store, &dimensions, &stage->fault), 0);
	attainments = fil_first_autonomous_new(stage->store, NULL, NULL, &stage->fault);
	expect_attainment(stage, attainments, "a", NULL);
	expect_attainment(stage, attainments, "b", "2024-01-05");
	expect_attainment(stage, attainments, "c", NULL);
	expect_attainment(stage, attainments, "d", "2024-02-01");
	expect_attainment(stage, attainments, "e", NULL);
	fil_first_autonomous_free(attainments);
	attainments = fil_first_autonomous_new(stage->store, NULL, "test", &stage->fault);
	expect_attainment(stage, attainments, "b", NULL);
	expect_attainment(stage, attainments, "d", "2024-02-01");
	fil_first_autonomous_free(attainments);
	assert_null(fil_first_autonomous_new(stage->store, NULL, "tests", &stage->fault));
	assert_int_equal(stage->fault.status, FIL_USAGE);
	fil_first_autonomous_free(NULL);
	fil_dimensions_release(&dimensions);
}

static void
audience__selection__chooses_only_when_it_asks(void **state)
{
	struct stage *stage = *state;
	struct fil_selection selection = { .active = false };
	struct fil_population *audience;

	put_people(stage);
	stage_put(stage, "users", "t|T|||||trainer");
	stage_put(stage, "enrolments", "b|pilot|2024-01-08");
	audience =
	    fil_population_audience(stage->store, &selection, day_of("2024-02-01"), &stage->fault);
	assert_true(fil_population_has(audience, "t", 1));
	assert_true(fil_population_has(audience, "nobody", 6));
	fil_population_free(audience);
	selection.active = true;
	audience =
	    fil_population_audience(stage->store, &selection, day_of("2024-02-01"), &stage->fault);
	assert_false(fil_population_has(audience, "t", 1));
	assert_true(fil_population_has(audience, "a", 1));
	fil_population_free(audience);
	selection = (struct fil_selection){ .phase = "pil*" };
	audience =
	    fil_population_audience(stage->store, &selection, day_of("2024-02-01"), &stage->fault);
	assert_false(fil_population_has(audience, "a", 1));
	assert_true(fil_population_has(audience, "b", 1));
	fil_population_free(audience);
	fil_population_free(NULL);
	selection = (struct fil_selection){ .active = true, .roles = "usr" };
	assert_null(fil_population_audience(stage->store, &selection, 0, &stage->fault));
	assert_int_equal(stage->fault.status, FIL_USAGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_STAGE(support__completions__end_the_assignments_before),
		ON_STAGE(support__sought_users__are_found_in_order),
		ON_STAGE(support__damaged_day__is_a_fault),
		ON_STAGE(stances__sought_users__are_judged_in_all_dimensions),
		ON_STAGE(attainments__sought_users__have_their_first_day),
		ON_STAGE(audience__selection__chooses_only_when_it_asks),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
