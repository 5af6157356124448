/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/write/assignment.h"
#include "tests/unit/stage.h"

enum { COLUMNS = 7, PHASE = 3, MOST = 64 };

/* An assigner and its last batch, on a stage with users, modules and phases. */
struct trial {
	struct stage *stage;
	struct fil_assigner *assigner;
	struct fil_batch *batch;
	size_t lines[MOST];
	const struct fil_batch *admitted;
};

static struct trial
begin(struct stage *stage, bool again)
{
	struct trial trial = { .stage = stage };
	fil_day today;

	assert_int_equal(fil_date_parse("2024-03-15", &today), 0);
	stage_put(stage, "modules", "m|M|course");
	stage_put(stage, "modules", "g|G|guide");
	stage_put(stage, "phases", "p|P|pilot|2024-01-01");
	stage_put(stage, "phases", "r|R|rollout|2024-03-01");
	for (int i = 0; i < 40; i++) {
		char *row = fil_format("u%d|U", i);

		stage_put(stage, "users", row);
		free(row);
	}
	trial.assigner = fil_assigner_new(stage->store, today, again);
	trial.batch = fil_batch_new(COLUMNS);
	return trial;
}

/* Adds an assignment, on line 100 and so on. */
static void
ask(struct trial *trial, const char *user, const char *module, const char *assigned,
    const char *phase)
{
	const char *cells[COLUMNS] = { user, module, assigned, phase };
	size_t i = fil_batch_add(trial->batch, cells);

	trial->lines[i] = 100 + i;
}

/* Has the batch judged; returns how many rows were let through. */
static size_t
admit(struct trial *trial)
{
	trial->admitted =
	    fil_assigner_admit(trial->assigner, trial->batch, trial->lines, &trial->stage->fault);
	assert_non_null(trial->admitted);
	fil_batch_clear(trial->batch);
	return fil_batch_rows(trial->admitted);
}

static void
end(struct trial *trial)
{
	fil_assigner_free(trial->assigner);
	fil_batch_free(trial->batch);
}

static void
expect_passed(const struct trial *trial, size_t left, size_t open, size_t completed)
{
	assert_int_equal(fil_assigner_ignored(trial->assigner, FIL_IGNORED_LEFT), left);
	assert_int_equal(fil_assigner_ignored(trial->assigner, FIL_IGNORED_OPEN), open);
	assert_int_equal(fil_assigner_ignored(trial->assigner, FIL_IGNORED_COMPLETED), completed);
}

static void
admit__a_user_without_the_module__admits(void **state)
{
	struct trial trial = begin(*state, false);

	ask(&trial, "u0", "m", "2024-03-15", NULL);
	ask(&trial, "u1", "m", "2024-03-15", "p");
	assert_int_equal(admit(&trial), 2);
	assert_null(fil_batch_cell(trial.admitted, 0, PHASE, NULL));
	assert_string_equal(fil_batch_cell(trial.admitted, 1, PHASE, NULL), "p");
	assert_int_equal(admit(&trial), 0);
	expect_passed(&trial, 0, 0, 0);
	end(&trial);
}

static void
admit__a_user_who_left__is_ignored_from_that_day(void **state)
{
	struct trial trial = begin(*state, false);

	stage_run(*state, "UPDATE users SET \"left\" = '2024-03-15' WHERE \"user\" = 'u0'");
	stage_run(*state, "UPDATE users SET \"left\" = '2024-03-16' WHERE \"user\" = 'u1'");
	ask(&trial, "u0", "m", "2024-03-15", NULL);
	ask(&trial, "u1", "m", "2024-03-15", NULL);
	ask(&trial, "u2", "m", "2024-03-15", NULL);
	assert_int_equal(admit(&trial), 2);
	assert_string_equal(fil_batch_cell(trial.admitted, 0, 0, NULL), "u1");
	assert_int_equal(trial.lines[0], 101);
	assert_int_equal(trial.lines[1], 102);
	expect_passed(&trial, 1, 0, 0);
	end(&trial);
}

static void
admit__an_open_module__is_ignored(void **state)
{
	struct trial trial = begin(*state, false);

	stage_put(*state, "assignments", "u0|m|2024-01-01");
	stage_put(*state, "assignments", "u1|m|2024-01-01");
	stage_put(*state, "completions", "u1|m|2023-12-31|completed"); /* before */
	stage_put(*state, "assignments", "u2|m|2024-01-01");
	stage_put(*state, "completions", "u2|m|2024-01-01|partial");
	for (int u = 0; u < 3; u++) {
		char *user = fil_format("u%d", u);

		ask(&trial, user, "m", "2024-03-15", NULL);
		free(user);
	}
	ask(&trial, "u0", "g", "2024-03-15", NULL);
	assert_int_equal(admit(&trial), 1);
	assert_string_equal(fil_batch_cell(trial.admitted, 0, 1, NULL), "g");
	expect_passed(&trial, 0, 3, 0);
	end(&trial);
}

static void
admit__a_completed_module__is_ignored_unless_again(void **state)
{
	struct trial trial = begin(*state, false);

	stage_put(*state, "assignments", "u0|m|2024-01-01");
	stage_put(*state, "completions", "u0|m|2024-01-01|completed");
	stage_put(*state, "completions", "u1|m|2024-01-01|completed"); /* never assigned */
	ask(&trial, "u0", "m", "2024-03-15", NULL);
	ask(&trial, "u1", "m", "2024-03-15", NULL);
	assert_int_equal(admit(&trial), 0);
	expect_passed(&trial, 0, 0, 2);
	end(&trial);
}

static void
admit__again__assigns_completed_modules(void **state)
{
	struct trial trial = begin(*state, true);

	stage_put(*state, "assignments", "u0|m|2024-01-01");
	stage_put(*state, "completions", "u0|m|2024-01-01|completed");
	stage_put(*state, "assignments", "u1|m|2024-01-01");
	stage_put(*state, "completions", "u1|m|2024-02-01|completed");
	stage_put(*state, "assignments", "u1|m|2024-02-02");
	ask(&trial, "u0", "m", "2024-03-15", NULL);
	ask(&trial, "u1", "m", "2024-03-15", NULL);
	assert_int_equal(admit(&trial), 1);
	assert_string_equal(fil_batch_cell(trial.admitted, 0, 0, NULL), "u0");
	expect_passed(&trial, 0, 1, 0);
	end(&trial);
}

static void
admit__a_repeated_row__is_admitted_once(void **state)
{
	struct trial trial = begin(*state, true);

	ask(&trial, "u0", "m", "2024-03-15", NULL);
	ask(&trial, "u0", "m", "2024-03-16", NULL);
	ask(&trial, "u0", "g", "2024-03-15", NULL);
	assert_int_equal(admit(&trial), 2);
	assert_int_equal(trial.lines[0], 100);
	assert_int_equal(trial.lines[1], 102);
	expect_passed(&trial, 0, 1, 0);
	end(&trial);
}

static void
admit__enrolments__the_newest_by_then_gives_the_phase(void **state)
{
	struct trial trial = begin(*state, false);

	stage_put(*state, "enrolments", "u0|p|2024-01-08");
	stage_put(*state, "enrolments", "u0|r|2024-03-01");
	stage_put(*state, "enrolments", "u1|r|2024-04-01");
	stage_put(*state, "enrolments", "u2|p|2024-01-08");
	stage_put(*state, "enrolments", "u2|r|2024-01-08");
	ask(&trial, "u0", "m", "2024-02-29", NULL);
	ask(&trial, "u1", "m", "2024-03-15", NULL);
	ask(&trial, "u2", "m", "2024-01-08", NULL);
	ask(&trial, "u0", "g", "2024-03-01", NULL);
	ask(&trial, "u1", "g", "2024-04-01", "p");
	assert_int_equal(admit(&trial), 5);
	assert_string_equal(fil_batch_cell(trial.admitted, 0, PHASE, NULL), "p");
	assert_null(fil_batch_cell(trial.admitted, 1, PHASE, NULL));
	assert_string_equal(fil_batch_cell(trial.admitted, 2, PHASE, NULL), "r");
	assert_string_equal(fil_batch_cell(trial.admitted, 3, PHASE, NULL), "r");
	assert_string_equal(fil_batch_cell(trial.admitted, 4, PHASE, NULL), "p");
	end(&trial);
}

static void
admit__more_users_than_one_question_asks_for__are_all_judged(void **state)
{
	struct trial trial = begin(*state, false);
	size_t n = 0;

	for (int u = 0; u < 40; u++) {
		char *user = fil_format("u%d", u), *row = fil_format("u%d|m|2024-01-01", u);

		if (u % 3 == 0)
			stage_put(*state, "assignments", row);
		ask(&trial, user, "m", "2024-03-15", NULL);
		free(user);
		free(row);
	}
	assert_int_equal(admit(&trial), 26);
	for (int u = 0; u < 40; u++) {
		char *user = fil_format("u%d", u);

		if (u % 3 != 0) {
			assert_string_equal(fil_batch_cell(trial.admitted, n, 0, NULL), user);
			assert_int_equal(trial.lines[n++], 100 + u);
		}
		free(user);
	}
	expect_passed(&trial, 0, 14, 0);
	end(&trial);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_STAGE(admit__a_user_without_the_module__admits),
		ON_STAGE(admit__a_user_who_left__is_ignored_from_that_day),
		ON_STAGE(admit__an_open_module__is_ignored),
		ON_STAGE(admit__a_completed_module__is_ignored_unless_again),
		ON_STAGE(admit__again__assigns_completed_modules),
		ON_STAGE(admit__a_repeated_row__is_admitted_once),
		ON_STAGE(admit__enrolments__the_newest_by_then_gives_the_phase),
		ON_STAGE(admit__more_users_than_one_question_asks_for__are_all_judged),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
