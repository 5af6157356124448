/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/levels/standing_reader.h"
#include "lib/levels/standing_update.h"
#include "tests/unit/stage.h"

static void
put_facts(struct stage *stage)
{
	static const char *const rows[] = { "u1|tool|2024-02-05|self|3",
		"u1|tool|2024-02-05|test|4", "u1|process|2024-03-20|test|0",
		"u10|tool|2024-01-08|manager|5", "u2|process|2024-01-09|system|1" };

	stage_put(stage, "users", "u1|Ada");
	stage_put(stage, "users", "u10|Bo");
	stage_put(stage, "users", "u2|Cy");
	stage_put(stage, "dimensions", "tool|Tool|3");
	stage_put(stage, "dimensions", "process|Process|3");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		stage_put(stage, "autonomy", rows[i]);
}

/* Checks that a reader gives the facts of put_facts. */
static void
gives_all(struct stage *stage, const struct fil_dimensions *dimensions, struct fil_kept_facts *kept)
{
	static const struct fil_fact_row rows[] = { { 19802, 0, 0, FIL_TEST },
		{ 19758, 3, 1, FIL_SELF }, { 19758, 4, 1, FIL_TEST }, { 19730, 5, 1, FIL_MANAGER },
		{ 19731, 1, 0, FIL_SYSTEM } };
	static const struct {
		const char *user;
		size_t first, n;
	} wanted[] = { { "u1", 0, 3 }, { "u10", 3, 1 }, { "u2", 4, 1 } };
	struct fil_fact_reader *reader =
	    fil_fact_reader_new(stage->store, dimensions, kept, &stage->fault);
	struct fil_fact_user user;

	assert_non_null(reader);
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
		assert_int_equal(fil_fact_reader_next(reader, &user, &stage->fault), 1);
		assert_string_equal(user.user, wanted[i].user);
		assert_int_equal(user.length, strlen(wanted[i].user));
		assert_int_equal(user.n, wanted[i].n);
		assert_memory_equal(user.facts, rows + wanted[i].first, wanted[i].n * sizeof *rows);
	}
	assert_int_equal(fil_fact_reader_next(reader, &user, &stage->fault), 0);
	fil_fact_reader_free(reader);
}

static void
facts__of_all_users__are_the_same_kept_or_not(void **state)
{
	struct stage *stage = *state;
	struct fil_kept_facts *kept = fil_kept_facts_new();
	struct fil_dimensions dimensions;

	put_facts(stage);
	assert_int_equal(fil_dimensions_read(stage->store, INT_MAX, &dimensions, &stage->fault), 0);
	gives_all(stage, &dimensions, NULL);
	gives_all(stage, &dimensions, kept);
	stage_run(stage, "DELETE FROM autonomy");
	gives_all(stage, &dimensions, kept);
	fil_kept_facts_free(kept);
	fil_dimensions_release(&dimensions);
}

static void
facts__of_an_empty_store__are_none(void **state)
{
	struct stage *stage = *state;
	struct fil_kept_facts *kept = fil_kept_facts_new();
	struct fil_dimensions dimensions;
	struct fil_fact_reader *reader;
	struct fil_fact_user user;

	assert_int_equal(fil_dimensions_read(stage->store, INT_MAX, &dimensions, &stage->fault), 0);
	reader = fil_fact_reader_new(stage->store, &dimensions, kept, &stage->fault);
	assert_int_equal(fil_fact_reader_next(reader, &user, &stage->fault), 0);
	fil_fact_reader_free(reader);
	fil_kept_facts_free(kept);
	fil_dimensions_release(&dimensions);
}

static fil_day
day_of(const char *text)
{
	fil_day day = 0;

	assert_int_equal(fil_date_parse(text, &day), 0);
	return day;
}

static void
put_levels(struct stage *stage)
{
	struct fil_standing_update *update = fil_standing_update_new(stage->store);

	for (char user[] = "a"; *user <= 'e'; (*user)++) {
		char row[16];

		snprintf(row, sizeof row, "%s|N|||||user", user);
		stage_put(stage, "users", row);
	}
	stage_run(stage, "DELETE FROM dimensions");
	stage_put(stage, "dimensions", "process|P|2");
	stage_put(stage, "dimensions", "tool|T|3");
	stage_put(stage, "autonomy", "b|process|2024-01-01|self|2");
	stage_put(stage, "autonomy", "b|tool|2024-01-05|self|3");
	stage_put(stage, "autonomy", "b|tool|2024-01-09|test|2");
	stage_put(stage, "autonomy", "c|tool|2024-01-01|test|5");
	stage_put(stage, "autonomy", "d|process|2024-02-01|test|5");
	stage_put(stage, "autonomy", "d|tool|2024-01-01|test|5");
	fil_standing_update_note(update, "dimensions", "");
	assert_int_equal(fil_standing_update_write(update, 1, &stage->fault), 0);
	fil_standing_update_free(update);
}

/* Checks what a user's standings come to. */
static void
expect_stance(struct stage *stage, struct fil_standing_reader *reader,
    const struct fil_dimensions *dimensions, const char *user, bool measured, bool autonomous)
{
	const struct fil_standing *standings;
	struct fil_stance stance;

	assert_int_equal(fil_standing_reader_seek(reader, user, &standings, &stage->fault), 0);
	stance = fil_stance_of(dimensions, standings);
	assert_int_equal(stance.measured, measured);
	assert_int_equal(stance.autonomous, autonomous);
}

static void
reader__sought_users__are_judged_in_all_dimensions(void **state)
{
	struct stage *stage = *state;
	struct fil_dimensions dimensions;
	const fil_day first = day_of("2024-01-06"), last = day_of("2024-01-20");

	put_levels(stage);
	assert_int_equal(fil_dimensions_read(stage->store, INT_MAX, &dimensions, &stage->fault), 0);
	/* As the last day, from the derived rows, and as a past one, from the events. */
	for (int later = 0; later < 2; later++) {
		const struct fil_standing_request now = { &dimensions, &last, 1, last + later, NULL,
			false };
		const struct fil_standing_request then = { &dimensions, &first, 1, first + later,
			NULL, false };
		struct fil_standing_reader *reader =
		    fil_standing_reader_new(stage->store, &now, &stage->fault);

		expect_stance(stage, reader, &dimensions, "a", false, false);
		expect_stance(stage, reader, &dimensions, "b", true, false);
		expect_stance(stage, reader, &dimensions, "d", false, false);
		expect_stance(stage, reader, &dimensions, "e", false, false);
		expect_stance(stage, reader, &dimensions, "f", false, false);
		fil_standing_reader_free(reader);
		reader = fil_standing_reader_new(stage->store, &then, &stage->fault);
		expect_stance(stage, reader, &dimensions, "b", true, true);
		fil_standing_reader_free(reader);
	}
	fil_standing_reader_free(NULL);
	fil_dimensions_release(&dimensions);
}

static void
expect_first(
    struct stage *stage, struct fil_first_autonomous *first, const char *user, const char *expected)
{
	fil_day day;

	assert_int_equal(fil_first_autonomous_seek(first, user, &day, &stage->fault), 0);
	assert_int_equal(day, !expected ? FIL_NEVER : day_of(expected));
}

static void
first_autonomous__sought_users__have_their_first_day(void **state)
{
	struct stage *stage = *state;
	struct fil_dimensions dimensions;
	struct fil_first_autonomous *first;

	put_levels(stage);
	assert_int_equal(fil_dimensions_read(stage->store, INT_MAX, &dimensions, &stage->fault), 0);
	first = fil_first_autonomous_new(stage->store, NULL, NULL, &stage->fault);
	expect_first(stage, first, "a", NULL);
	expect_first(stage, first, "b", "2024-01-05");
	expect_first(stage, first, "c", NULL);
	expect_first(stage, first, "d", "2024-02-01");
	expect_first(stage, first, "e", NULL);
	fil_first_autonomous_free(first);
	first = fil_first_autonomous_new(stage->store, NULL, "test", &stage->fault);
	expect_first(stage, first, "b", NULL);
	expect_first(stage, first, "d", "2024-02-01");
	fil_first_autonomous_free(first);
	assert_null(fil_first_autonomous_new(stage->store, NULL, "tests", &stage->fault));
	assert_int_equal(stage->fault.status, FIL_USAGE);
	fil_first_autonomous_free(NULL);
	fil_dimensions_release(&dimensions);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_STAGE(facts__of_all_users__are_the_same_kept_or_not),
		ON_STAGE(facts__of_an_empty_store__are_none),
		ON_STAGE(reader__sought_users__are_judged_in_all_dimensions),
		ON_STAGE(first_autonomous__sought_users__have_their_first_day),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
