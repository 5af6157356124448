/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/base/date.h"
#include "lib/base/memory.h"
#include "lib/plan/support.h"
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

/* Adds " need+since" for what is covered, " need-since" for what is not. */
static void
add_needs(const struct fil_coverage *coverage, struct fil_bytes *text)
{
	size_t n;
	const struct fil_need *needs = fil_coverage_needs(coverage, &n);
	char since[FIL_DATE_SIZE];

	assert_true(n > 0);
	for (size_t i = 0; i < n; i++) {
		fil_date_write(needs[i].since, since);
		fil_bytes_add_format(text, " %s%c%s", fil_coverage_name(coverage, needs[i].number),
		    needs[i].covered ? '+' : '-', since);
	}
}

/* Checks what all users need as of a day, a line each. */
static void
expect(struct stage *stage, const char *as_of, const char *expected)
{
	struct fil_coverage *coverage =
	    fil_coverage_new(stage->store, day_of(as_of), &stage->fault);
	struct fil_bytes text = { 0 };
	int got;

	assert_non_null(coverage);
	fil_bytes_add_text(&text, "");
	while ((got = fil_coverage_next(coverage, &stage->fault)) == 1) {
		fil_bytes_add_text(&text, fil_coverage_user(coverage, NULL));
		add_needs(coverage, &text);
		fil_bytes_add_text(&text, "\n");
	}
	assert_int_equal(got, 0);
	assert_string_equal(text.data, expected);
	fil_bytes_release(&text);
	fil_coverage_free(coverage);
}

/* Guide and course answer the need x, course y too; nothing answers z, and other nothing. */
static void
prepare(struct stage *stage)
{
	stage_put(stage, "users", "a|Ada");
	stage_put(stage, "users", "b|Bo");
	stage_put(stage, "users", "c|Cy");
	stage_put(stage, "modules", "course|Course|course");
	stage_put(stage, "modules", "guide|Guide|guide");
	stage_put(stage, "modules", "other|Other|course");
	stage_put(stage, "rules", "1|guide|pilot|||x");
	stage_put(stage, "rules", "2|course||||x");
	stage_put(stage, "rules", "3|course||||y");
	stage_put(stage, "rules", "4|other");
}

static void
coverage__no_needs__is_nobody(void **state)
{
	prepare(*state);
	stage_put(*state, "assignments", "a|guide|2024-03-01");
	expect(*state, "2024-03-15", "");
}

static void
coverage__no_rules__covers_nothing(void **state)
{
	stage_put(*state, "users", "a|Ada");
	stage_put(*state, "modules", "guide|Guide|guide");
	stage_put(*state, "needs", "a|x|2024-03-01");
	stage_put(*state, "assignments", "a|guide|2024-03-01");
	expect(*state, "2024-03-15", "a x-2024-03-01\n");
}

static void
coverage__assigned_on_the_day_or_later__covers(void **state)
{
	prepare(*state);
	stage_put(*state, "needs", "a|x|2024-03-01");
	stage_put(*state, "needs", "b|x|2024-03-01");
	stage_put(*state, "needs", "c|x|2024-03-01");
	stage_put(*state, "assignments", "a|guide|2024-03-01");
	stage_put(*state, "assignments", "b|course|2024-03-10");
	stage_put(*state, "assignments", "c|guide|2024-02-29");
	stage_put(*state, "assignments", "c|other|2024-03-10");
	expect(*state, "2024-03-15", "a x+2024-03-01\nb x+2024-03-01\nc x-2024-03-01\n");
}

static void
coverage__a_module_for_another_need__covers_that_one_alone(void **state)
{
	prepare(*state);
	stage_put(*state, "needs", "a|x|2024-03-01");
	stage_put(*state, "needs", "a|y|2024-03-01");
	stage_put(*state, "needs", "a|z|2024-03-01");
	stage_put(*state, "assignments", "a|guide|2024-03-02");
	expect(*state, "2024-03-15", "a x+2024-03-01 y-2024-03-01 z-2024-03-01\n");
	stage_put(*state, "assignments", "a|course|2024-03-02");
	expect(*state, "2024-03-15", "a x+2024-03-01 y+2024-03-01 z-2024-03-01\n");
}

static void
coverage__expressed_again__is_open_since_the_first_not_covered(void **state)
{
	prepare(*state);
	stage_put(*state, "needs", "a|x|2024-02-01");
	stage_put(*state, "needs", "a|x|2024-03-01");
	stage_put(*state, "needs", "a|x|2024-03-05");
	expect(*state, "2024-03-15", "a x-2024-02-01\n");
	stage_put(*state, "assignments", "a|guide|2024-02-20");
	expect(*state, "2024-03-15", "a x-2024-03-01\n");
	stage_put(*state, "assignments", "a|guide|2024-03-05");
	expect(*state, "2024-03-15", "a x+2024-03-05\n");
}

static void
coverage__as_of__counts_nothing_later(void **state)
{
	prepare(*state);
	stage_put(*state, "needs", "a|x|2024-02-01");
	stage_put(*state, "needs", "a|x|2024-03-01");
	stage_put(*state, "assignments", "a|guide|2024-02-20");
	stage_put(*state, "assignments", "a|guide|2024-03-20");
	expect(*state, "2024-01-31", "");
	expect(*state, "2024-02-19", "a x-2024-02-01\n");
	expect(*state, "2024-02-20", "a x+2024-02-01\n");
	expect(*state, "2024-03-01", "a x-2024-03-01\n");
	expect(*state, "2024-03-20", "a x+2024-03-01\n");
}

static void
coverage__seek__finds_users_between_others(void **state)
{
	struct stage *stage = *state;
	struct fil_coverage *coverage;
	size_t n;

	prepare(stage);
	stage_put(stage, "needs", "b|x|2024-02-01");
	stage_put(stage, "needs", "b|y|2024-02-01");
	stage_put(stage, "needs", "c|x|2024-03-01");
	stage_put(stage, "assignments", "b|course|2024-02-20");
	coverage = fil_coverage_new(stage->store, day_of("2024-03-15"), &stage->fault);
	assert_int_equal(fil_coverage_seek(coverage, "a", &stage->fault), 0);
	assert_int_equal(fil_coverage_seek(coverage, "b", &stage->fault), 1);
	assert_int_equal(fil_coverage_seek(coverage, "b", &stage->fault), 1);
	assert_true(fil_coverage_needs(coverage, &n)[1].covered);
	assert_int_equal(n, 2);
	assert_int_equal(fil_coverage_seek(coverage, "bb", &stage->fault), 0);
	assert_int_equal(fil_coverage_seek(coverage, "c", &stage->fault), 1);
	assert_false(fil_coverage_needs(coverage, &n)[0].covered);
	assert_int_equal(n, 1);
	assert_int_equal(fil_coverage_seek(coverage, "d", &stage->fault), 0);
	assert_int_equal(fil_coverage_next(coverage, &stage->fault), 0);
	assert_int_equal(fil_coverage_count(coverage), 2);
	assert_string_equal(fil_coverage_name(coverage, fil_coverage_number(coverage, "y")), "y");
	fil_coverage_free(coverage);
}

static void
coverage__damaged_dates__are_told(void **state)
{
	struct stage *stage = *state;
	struct fil_coverage *coverage;

	prepare(stage);
	stage_put(stage, "needs", "a|x|2024-02-xx");
	coverage = fil_coverage_new(stage->store, day_of("2024-03-15"), &stage->fault);
	assert_int_equal(fil_coverage_next(coverage, &stage->fault), -1);
	assert_int_equal(stage->fault.status, FIL_UNAVAILABLE);
	assert_string_equal(
	    stage->fault.text, "the store is damaged: needs of 'a' is not as it was written");
	fil_coverage_free(coverage);
}

static void
coverage__nothing__is_freed(void **state)
{
	(void)state;
	fil_coverage_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_STAGE(support__completions__end_the_assignments_before),
		ON_STAGE(support__sought_users__are_found_in_order),
		ON_STAGE(support__damaged_day__is_a_fault),
		ON_STAGE(coverage__no_needs__is_nobody),
		ON_STAGE(coverage__no_rules__covers_nothing),
		ON_STAGE(coverage__assigned_on_the_day_or_later__covers),
		ON_STAGE(coverage__a_module_for_another_need__covers_that_one_alone),
		ON_STAGE(coverage__expressed_again__is_open_since_the_first_not_covered),
		ON_STAGE(coverage__as_of__counts_nothing_later),
		ON_STAGE(coverage__seek__finds_users_between_others),
		ON_STAGE(coverage__damaged_dates__are_told),
		cmocka_unit_test(coverage__nothing__is_freed),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
