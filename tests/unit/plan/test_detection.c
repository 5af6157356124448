/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/levels/standing_update.h"
#include "lib/plan/sample_words.h"
#include "tests/unit/stage.h"

enum { TODAY = 19800 }; /* 2024-03-18 */

static void
says(char *text, const char *expected)
{
	assert_string_equal(text, expected);
	free(text);
}

/* R: power.prop.test(p1 = p, p2 = q, power = .8) gives n for 0.5 and 0.65: 169.3; for 0.2 and 0.35:
 * 137.6. */
static void
detection__needs__are_those_of_two_proportions(void **state)
{
	const struct fil_detection today = { 25, 5 };

	(void)state;
	says(fil_detection_needs(NULL, 15000),
	    "to tell 65.0 % of autonomous users from 50.0 % takes 170 in the pilot, and 170 to "
	    "compare with (power 80 %, two-sided test at 5 %)");
	says(fil_detection_needs(&today, 15000),
	    "to tell 35.0 % of autonomous users from today's 20.0 % (5 of 25) takes 138 in the "
	    "pilot, and 138 to compare with (power 80 %, two-sided test at 5 %)");
}

static void
detection__no_room_above__is_told(void **state)
{
	const struct fil_detection all = { 3, 3 }, nobody = { 0, 0 };

	(void)state;
	says(
	    fil_detection_needs(NULL, 50001), "above 50.0 % there is no room for 50.0 points more");
	says(fil_detection_needs(&all, 500),
	    "above today's 100.0 % (3 of 3) there is no room for 0.5 points more");
	says(fil_detection_needs(&nobody, 100000),
	    "to tell 100.0 % of autonomous users from today's 0.0 % (0 of 0) takes 2 in the pilot, "
	    "and 2 to compare with (power 80 %, two-sided test at 5 %)");
}

static void
detection__sees__what_the_size_allows(void **state)
{
	(void)state;
	says(fil_detection_sees(170),
	    "170 in the pilot, and 170 to compare with, can tell 65.0 % from 50.0 %");
	says(fil_detection_sees(169),
	    "169 in the pilot, and 169 to compare with, can tell 65.1 % from 50.0 %");
	says(fil_detection_sees(5),
	    "5 in the pilot, and 5 to compare with, are too few to tell any share from 50.0 %");
}

static void
put_level(struct stage *stage, const char *user, const char *tool, const char *process)
{
	char *row = fil_format("%s|tool|2024-03-01|self|%s", user, tool);

	stage_put(stage, "autonomy", row);
	free(row);
	if (!process)
		return;
	row = fil_format("%s|process|2024-03-01|self|%s", user, process);
	stage_put(stage, "autonomy", row);
	free(row);
}

static void
detection__today__counts_who_is_autonomous_in_everything(void **state)
{
	struct stage *stage = *state;
	const struct fil_selection everybody = { 0 };
	struct fil_standing_update *keeper = fil_standing_update_new(stage->store);
	struct fil_detection today;

	stage_put(stage, "dimensions", "process|Process|2");
	stage_put(stage, "dimensions", "tool|Tool|3");
	stage_put(stage, "users", "a|A|||||user");
	stage_put(stage, "users", "b|B|||||user");
	stage_put(stage, "users", "c|C|||||user");
	stage_put(stage, "users", "d|D|||||user");
	stage_put(stage, "users", "t|T|||||trainer");
	put_level(stage, "a", "3", "2");
	put_level(stage, "b", "5", NULL);
	put_level(stage, "c", "2", "5");
	put_level(stage, "t", "5", "5");
	fil_standing_update_note(keeper, "dimensions", "");
	assert_int_equal(fil_standing_update_write(keeper, 1, &stage->fault), 0);
	fil_standing_update_free(keeper);
	assert_int_equal(fil_store_commit(stage->store, &stage->fault), FIL_COMMITTED);
	assert_int_equal(
	    fil_detection_read(stage->store, &everybody, TODAY, &today, &stage->fault), 0);
	assert_int_equal(today.users, 4);
	assert_int_equal(today.autonomous, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(detection__needs__are_those_of_two_proportions),
		cmocka_unit_test(detection__no_room_above__is_told),
		cmocka_unit_test(detection__sees__what_the_size_allows),
		ON_STAGE(detection__today__counts_who_is_autonomous_in_everything),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
