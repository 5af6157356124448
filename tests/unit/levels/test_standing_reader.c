/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/levels/standing_reader.h"
#include "lib/levels/standing_update.h"
#include "tests/unit/stage.h"

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
		ON_STAGE(reader__sought_users__are_judged_in_all_dimensions),
		ON_STAGE(first_autonomous__sought_users__have_their_first_day),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
