/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/write/rename.h"
#include "tests/unit/trial.h"

static enum fil_renamed
rename_one(struct trial *trial, const char *old, const char *new)
{
	const struct fil_join_options options = { FIL_JOIN_NEITHER, NULL };
	size_t moved = 0;

	return fil_rename_user(
	    trial->run, trial->changes, old, new, &options, &moved, &trial->place->fault);
}

/* Stores u1, to which rows of many tables refer, and u2. */
static void
set_up(struct place *place)
{
	struct trial trial = trial_begin(place, "users");

	trial_put(&trial, "users", "u1|Ada||||||||hr");
	trial_put(&trial, "users", "u2|Bo||||u1||||hr");
	trial_put(&trial, "modules", "m|M|course");
	trial_put(&trial, "routines", "r|R||||u1");
	trial_put(&trial, "needs", "u1|help|2024-01-01");
	trial_put(&trial, "assignments", "u2|m|2024-01-01||u1");
	trial_end(&trial, "");
}

static void
user__somebody__takes_everything_along(void **state)
{
	struct trial trial;

	set_up(*state);
	trial = trial_begin(*state, "users");
	assert_int_equal(rename_one(&trial, "u1", "n1"), FIL_RENAMED);
	/* An import that follows must not take the row for one of its own. */
	trial_expect(&trial, "SELECT run FROM users WHERE \"user\" = 'n1'", 1, "1\n");
	assert_int_equal(fil_rename_sign(trial.run, "n1", &trial.place->fault), 0);
	trial_expect(&trial, "SELECT run FROM users WHERE \"user\" = 'n1'", 1, "2\n");
	trial_expect(&trial,
	    "SELECT \"user\", manager FROM users UNION ALL SELECT owner, 'routines' FROM routines"
	    " UNION ALL SELECT \"user\", need FROM needs"
	    " UNION ALL SELECT \"user\", trainer FROM assignments"
	    " ORDER BY 1, 2",
	    2, "n1|\nn1|help\nn1|routines\nu2|n1\nu2|n1\n");
	trial_expect(&trial, "SELECT subject, action, became, was FROM history", 4,
	    "u1|renamed|n1|{\"user\":\"u1\",\"name\":\"Ada\",\"feed\":\"hr\"}\n");
	trial_end(&trial, "changed,n1,Ada,,,,,,,,hr\n");
}

static void
user__renamed_before__is_found_in_the_history(void **state)
{
	struct trial trial;

	set_up(*state);
	trial = trial_begin(*state, "users");
	assert_int_equal(rename_one(&trial, "u1", "v1"), FIL_RENAMED);
	assert_int_equal(rename_one(&trial, "v1", "w1"), FIL_RENAMED);
	assert_int_equal(rename_one(&trial, "u1", "v1"), FIL_RENAMED_BEFORE);
	assert_int_equal(rename_one(&trial, "v1", "w1"), FIL_RENAMED_BEFORE);
	assert_int_equal(rename_one(&trial, "u1", "w1"), FIL_RENAMED_BEFORE);
	assert_int_equal(rename_one(&trial, "u1", "x"), FIL_RENAME_FAILED);
	assert_string_equal(trial.place->fault.text, "--rename: 'u1' is not in users");
	assert_int_equal(rename_one(&trial, "u", "w1"), FIL_RENAME_FAILED);
	assert_int_equal(rename_one(&trial, "w1\"", "x"), FIL_RENAME_FAILED);
	trial_expect(&trial, "SELECT count(*) FROM history", 1, "2\n");
	/* A key that was renamed again is no row any more. */
	assert_int_equal(fil_rename_sign(trial.run, "v1", &trial.place->fault), 0);
	assert_int_equal(fil_rename_sign(trial.run, "w1", &trial.place->fault), 0);
	trial_expect(&trial, "SELECT \"user\", run FROM users ORDER BY 1", 2, "u2|1\nw1|2\n");
	trial_end(&trial, "changed,v1,Ada,,,,,,,,hr\nchanged,w1,Ada,,,,,,,,hr\n");
}

static void
user__unknown__fails(void **state)
{
	struct trial trial;

	set_up(*state);
	trial = trial_begin(*state, "users");
	assert_int_equal(rename_one(&trial, "zz", "n"), FIL_RENAME_FAILED);
	assert_int_equal(trial.place->fault.status, FIL_BAD_DATA);
	assert_string_equal(trial.place->fault.text, "--rename: 'zz' is not in users");
	trial_expect(&trial, "SELECT count(*) FROM history", 1, "0\n");
	trial_end(&trial, "");
}

static void
user__into_a_user__is_joined(void **state)
{
	struct trial trial;

	set_up(*state);
	trial = trial_begin(*state, "users");
	assert_int_equal(rename_one(&trial, "u1", "u2"), FIL_JOINED);
	assert_int_equal(fil_join_sign(trial.run, &trial.place->fault), 0);
	trial_expect(&trial,
	    "SELECT \"user\", manager FROM users UNION ALL SELECT owner, 'routines' FROM routines"
	    " UNION ALL SELECT \"user\", need FROM needs"
	    " UNION ALL SELECT \"user\", trainer FROM assignments ORDER BY 1, 2",
	    2, "u2|\nu2|help\nu2|routines\nu2|u2\n");
	assert_int_equal(rename_one(&trial, "u1", "u2"), FIL_RENAMED_BEFORE);
	trial_expect(&trial,
	    "SELECT subject, became FROM history WHERE action = 'removed' AND relation = 'users'",
	    2, "u1|u2\n");
	trial_expect(&trial,
	    "SELECT count(*) FROM history WHERE subject = 'u1' AND relation <> 'users'", 1, "1\n");
	trial_end(&trial, "removed,u1,Ada,,,,,,,,hr\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_STORE(user__somebody__takes_everything_along),
		IN_STORE(user__renamed_before__is_found_in_the_history),
		IN_STORE(user__unknown__fails),
		IN_STORE(user__into_a_user__is_joined),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
