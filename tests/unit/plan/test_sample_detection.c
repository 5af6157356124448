/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/levels/standing_update.h"
#include "lib/plan/sample.h"
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
	const struct fil_detection detection = { points, 0 };
	struct fil_sample *sample = fil_sample_new(stage->store, &request, &stage->fault);
	char *text = fil_sample_detection(stage->store, sample, &detection, &stage->fault);

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

/* By tests/data/survival/comparison.R: needed(0.65, 0.5, 379 / 121) is the first not above its n, and so
 * is needed(0.35, 0.2, 413 / 87). */
static void
detection__needs__are_those_of_the_phase_and_the_others(void **state)
{
	put_users(*state, 500, 100);
	says(*state, 0, 15000,
	    "to tell 65.0 % of autonomous users from 50.0 % takes 121 in the phase, with the other "
	    "379 to compare with (power 80 %, two-sided test at 5 %)\n"
	    "today 20.0 % of the users are autonomous (100 of 500)\n"
	    "to tell 35.0 % of autonomous users from 20.0 % takes 87 in the phase, with the other "
	    "413 to compare with (power 80 %, two-sided test at 5 %)\n");
}

/* needed(0.65, 0.5, 1) is 182.4, and needed(0.35, 0.2, 1) 150.95. */
static void
detection__more_than_there_are__is_told(void **state)
{
	put_users(*state, 25, 5);
	says(*state, 0, 15000,
	    "to tell 65.0 % of autonomous users from 50.0 % takes 183 in the phase and 183 to "
	    "compare "
	    "with, more than there are (25; power 80 %, two-sided test at 5 %)\n"
	    "today 20.0 % of the users are autonomous (5 of 25)\n"
	    "to tell 35.0 % of autonomous users from 20.0 % takes 151 in the phase and 151 to "
	    "compare "
	    "with, more than there are (25; power 80 %, two-sided test at 5 %)\n");
}

static void
detection__no_room_above__is_told(void **state)
{
	char *text;

	put_users(*state, 3, 3);
	says(*state, 0, 50001,
	    "above 50.0 % there is no room for 50.0 points more\n"
	    "today 100.0 % of the users are autonomous (3 of 3)\n"
	    "above 100.0 % there is no room for 50.0 points more\n");
	text = words(*state, 0, 500);
	assert_non_null(strstr(text, "\nabove 100.0 % there is no room for 0.5 points more\n"));
	free(text);
}

/* The smallest rises by R's uniroot over needed: 0.63677 less one half for 340 and 160, 0.79294 for 25 and
 * 475. */
static void
detection__sees__what_the_size_allows(void **state)
{
	static const char no_room[] = "above 50.0 % there is no room for 50.0 points more\n"
				      "today 100.0 % of the users are autonomous (500 of 500)\n"
				      "above 100.0 % there is no room for 50.0 points more\n";
	static const struct {
		size_t wanted;
		const char *sees;
	} cases[] = {
		{ 340,
		    "340 in the phase, and the other 160 to compare with, can tell 63.7 % from "
		    "50.0 %\n" },
		{ 25,
		    "25 in the phase, and the other 475 to compare with, can tell 79.3 % from 50.0 "
		    "%\n" },
		{ 3,
		    "3 in the phase, and the other 497 to compare with, are too few to tell any "
		    "share from 50.0 %\n" },
		{ 500, "500 in the phase: no user is left to compare with\n" },
		{ 600, "500 in the phase: no user is left to compare with\n" },
	};

	put_users(*state, 500, 500);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *text = words(*state, cases[i].wanted, 50001);

		assert_memory_equal(text, no_room, strlen(no_room));
		assert_string_equal(text + strlen(no_room), cases[i].sees);
		free(text);
	}
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
	    "today 25.0 % of the users are autonomous (1 of 4)\n"
	    "above 25.0 % there is no room for 80.0 points more\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_STAGE(detection__needs__are_those_of_the_phase_and_the_others),
		ON_STAGE(detection__more_than_there_are__is_told),
		ON_STAGE(detection__no_room_above__is_told),
		ON_STAGE(detection__sees__what_the_size_allows),
		ON_STAGE(detection__today__counts_who_is_autonomous_in_everything),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
