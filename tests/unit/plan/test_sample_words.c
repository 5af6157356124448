/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/levels/standing_update.h"
#include "lib/plan/sample.h"
#include "lib/plan/sample_words.h"
#include "tests/unit/stage.h"

enum { TODAY = 19800 }; /* 2024-03-18 */

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
put_dimensions(struct stage *stage)
{
	stage_put(stage, "dimensions", "process|Process|2");
	stage_put(stage, "dimensions", "tool|Tool|3");
	stage_put(stage, "phases", "p|P|pilot|2024-01-01");
}

static void
commit(struct stage *stage)
{
	struct fil_standing_update *update = fil_standing_update_new(stage->store);

	fil_standing_update_note(update, "dimensions", "");
	assert_int_equal(fil_standing_update_write(update, 1, &stage->fault), 0);
	fil_standing_update_free(update);
	assert_int_equal(fil_store_commit(stage->store, &stage->fault), FIL_COMMITTED);
}

/* Puts users, some of whom are autonomous in every dimension, and commits. */
static void
put_users(struct stage *stage, size_t n, size_t autonomous)
{
	put_dimensions(stage);
	for (size_t i = 0; i < n; i++) {
		char *user = fil_format("u%03zu", i), *row = fil_format("%s|U|||||user", user);

		stage_put(stage, "users", row);
		if (i < autonomous)
			put_level(stage, user, "3", "2");
		free(user);
		free(row);
	}
	commit(stage);
}

/* Returns what is said of a rise by so many points, for a sample of the wanted size; the caller frees
 * it. */
static char *
words(struct stage *stage, size_t wanted, long long points)
{
	const struct fil_selection everybody = { 0 };
	const struct fil_sample_request request = {
		.phase = "p", .users = wanted, .selection = &everybody, .today = TODAY
	};
	struct fil_sample *sample = fil_sample_new(stage->store, &request, &stage->fault);
	char *text = fil_sample_words_detection(stage->store, sample, points, &stage->fault);

	fil_sample_free(sample);
	return text;
}

static void
says(struct stage *stage, size_t wanted, long long points, const char *expected)
{
	char *text = words(stage, wanted, points);

	assert_string_equal(text, expected);
	free(text);
}

/* R: power.prop.test(p1 = p, p2 = q, power = .8) gives n for 0.5 and 0.65: 169.3; for 0.2 and 0.35:
 * 137.6. */
static void
detection__needs__are_those_of_two_proportions(void **state)
{
	put_users(*state, 25, 5);
	says(*state, 0, 15000,
	    "to tell 65.0 % of autonomous users from 50.0 % takes 170 in the pilot, and 170 to "
	    "compare with (power 80 %, two-sided test at 5 %)\n"
	    "to tell 35.0 % of autonomous users from today's 20.0 % (5 of 25) takes 138 in the "
	    "pilot, and 138 to compare with (power 80 %, two-sided test at 5 %)\n");
}

static void
detection__no_room_above__is_told(void **state)
{
	char *text;

	put_users(*state, 3, 3);
	says(*state, 0, 50001,
	    "above 50.0 % there is no room for 50.0 points more\n"
	    "above today's 100.0 % (3 of 3) there is no room for 50.0 points more\n");
	text = words(*state, 0, 500);
	assert_string_equal(strchr(text, '\n'),
	    "\nabove today's 100.0 % (3 of 3) there is no room for 0.5 points more\n");
	free(text);
}

static void
detection__nobody_autonomous__leaves_all_the_room(void **state)
{
	put_users(*state, 3, 0);
	says(*state, 0, 100000,
	    "above 50.0 % there is no room for 100.0 points more\n"
	    "to tell 100.0 % of autonomous users from today's 0.0 % (0 of 3) takes 2 in the pilot, "
	    "and 2 to compare with (power 80 %, two-sided test at 5 %)\n");
}

static void
detection__sees__what_the_size_allows(void **state)
{
	put_users(*state, 0, 0);
	says(*state, 170, 50001,
	    "above 50.0 % there is no room for 50.0 points more\n"
	    "170 in the pilot, and 170 to compare with, can tell 65.0 % from 50.0 %\n");
	says(*state, 169, 50001,
	    "above 50.0 % there is no room for 50.0 points more\n"
	    "169 in the pilot, and 169 to compare with, can tell 65.1 % from 50.0 %\n");
	says(*state, 5, 50001,
	    "above 50.0 % there is no room for 50.0 points more\n"
	    "5 in the pilot, and 5 to compare with, are too few to tell any share from 50.0 %\n");
}

static void
detection__today__counts_who_is_autonomous_in_everything(void **state)
{
	struct stage *stage = *state;

	put_dimensions(stage);
	stage_put(stage, "users", "a|A|||||user");
	stage_put(stage, "users", "b|B|||||user");
	stage_put(stage, "users", "c|C|||||user");
	stage_put(stage, "users", "d|D|||||user");
	stage_put(stage, "users", "t|T|||||trainer");
	put_level(stage, "a", "3", "2");
	put_level(stage, "b", "5", NULL);
	put_level(stage, "c", "2", "5");
	put_level(stage, "t", "5", "5");
	commit(stage);
	says(stage, 0, 80000,
	    "above 50.0 % there is no room for 80.0 points more\n"
	    "above today's 25.0 % (1 of 4) there is no room for 80.0 points more\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_STAGE(detection__needs__are_those_of_two_proportions),
		ON_STAGE(detection__no_room_above__is_told),
		ON_STAGE(detection__nobody_autonomous__leaves_all_the_room),
		ON_STAGE(detection__sees__what_the_size_allows),
		ON_STAGE(detection__today__counts_who_is_autonomous_in_everything),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
