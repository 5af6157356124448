/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/page/content.h"
#include "lib/page/week.h"
#include "tests/unit/stage.h"

/* A week on the stage, without sections. */
struct scene {
	struct fil_week week;
	struct fil_content content;
};

static void
set_scene(struct scene *scene, struct stage *stage, const struct fil_selection *selection,
    const char *const *options, const char *const *selecting)
{
	fil_day today;

	assert_int_equal(fil_date_parse("2024-03-31", &today), 0);
	*scene = (struct scene){ .week = { .as_of = today, .previous = today - 7 } };
	scene->content.week = &scene->week;
	scene->week.reports = fil_reports_new(
	    &(struct fil_rows_request){ stage->store, today, selection, options, selecting });
}

static void
clear_scene(struct scene *scene)
{
	fil_content_release(&scene->content);
	fil_reports_free(scene->week.reports);
}

static void
put_users(struct stage *stage)
{
	static const char *const users[] = { "u1|Ada||Zoo", "u2|Bo||Œuvres", "u3|Cy||nord",
		"u4|Di||", "u5|Eve||Écoles" };

	for (size_t i = 0; i < sizeof users / sizeof *users; i++) {
		char *row = fil_format("%s|||user", users[i]);

		stage_put(stage, "users", row);
		free(row);
	}
}

static void
rows__same_command_line__are_made_once(void **state)
{
	const struct fil_selection all = { 0 };
	const struct fil_rows *rows, *before;
	struct scene scene;

	put_users(*state);
	set_scene(&scene, *state, &all, NULL, NULL);
	rows = fil_content_rows(&scene.content, FIL_NOW, "autonomy", NULL);
	before = fil_content_rows(&scene.content, FIL_BEFORE, "autonomy", NULL);
	assert_string_equal(rows->command, "fil-report autonomy --as-of 2024-03-31");
	assert_string_equal(before->command, "fil-report autonomy --as-of 2024-03-24");
	assert_ptr_equal(
	    fil_content_rows(&scene.content, FIL_NOW, "autonomy", "--by", NULL, NULL), rows);
	assert_int_equal(scene.content.n_rows, 2);
	assert_null(fil_reports_fault(scene.week.reports));
	assert_int_equal(fil_rows_count(rows, 0, "users"), 5);
	assert_int_equal(fil_rows_less(rows, 0, "users", "measured"), 5);
	assert_string_equal(fil_rows_cell(rows, 0, "share_min"), "0.0");
	assert_int_equal(fil_rows_count(rows, 0, "share_min"), -1);
	assert_int_equal(fil_rows_count(rows, FIL_NOWHERE, "users"), -1);
	assert_int_equal(fil_rows_find(rows, "group", "all"), 0);
	assert_true(fil_rows_find(rows, "group", "none") == FIL_NOWHERE);
	clear_scene(&scene);
}

static void
rows__options_of_the_page__go_to_subjects_that_take_them(void **state)
{
	static const char *const options[] = { "source", "self,test", "target", "60", NULL },
				 *const selecting[] = { "--phase", "it's", "-w", "job=a b", NULL };
	const struct fil_selection all = { 0 };
	struct scene scene;

	put_users(*state);
	set_scene(&scene, *state, &all, options, selecting);
	assert_string_equal(
	    fil_content_rows(&scene.content, FIL_NOW, "autonomy", "--source", "test", NULL)
		->command,
	    "fil-report autonomy --source test --phase 'it'\\''s' -w 'job=a b' --as-of 2024-03-31");
	assert_string_equal(
	    fil_content_rows(&scene.content, FIL_NOW, "forecast", "--score", NULL)->command,
	    "fil-report forecast --score --source self,test --target 60 --phase 'it'\\''s'"
	    " -w 'job=a b' --as-of 2024-03-31");
	assert_string_equal(fil_content_rows(&scene.content, FIL_NOW, "promises", NULL)->command,
	    "fil-report promises --phase 'it'\\''s' -w 'job=a b' --as-of 2024-03-31");
	clear_scene(&scene);
}

static void
rows__report_that_fails__keeps_the_first_fault(void **state)
{
	const struct fil_selection all = { 0 };
	const struct fil_rows *rows;
	struct scene scene;

	set_scene(&scene, *state, &all, NULL, NULL);
	rows = fil_content_rows(&scene.content, FIL_NOW, "autonomy", "--source", "tests", NULL);
	assert_int_equal(rows->n, 0);
	assert_string_equal(fil_rows_cell(rows, 0, "users"), "");
	fil_content_rows(&scene.content, FIL_NOW, "autonomy", "--depth", "0", NULL);
	assert_string_equal(fil_reports_fault(scene.week.reports)->text,
	    "'tests' is not a source; the nearest is 'test'");
	clear_scene(&scene);
}

static void
rows__order__is_that_of_folded_names_with_none_and_small_groups_last(void **state)
{
	static const char *const wanted[] = { "Écoles", "nord", "Œuvres", "Zoo", "(none)" };
	const struct fil_selection all = { 0 };
	const struct fil_rows *rows;
	struct scene scene;
	size_t *order;

	put_users(*state);
	set_scene(&scene, *state, &all, NULL, NULL);
	rows = fil_content_rows(
	    &scene.content, FIL_NOW, "autonomy", "--by", "unit", "--min-group", "0", NULL);
	assert_int_equal(rows->n, 5);
	order = fil_rows_order(rows, "group");
	for (size_t i = 0; i < rows->n; i++)
		assert_string_equal(fil_rows_cell(rows, order[i], "group"), wanted[i]);
	free(order);
	clear_scene(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_STAGE(rows__same_command_line__are_made_once),
		ON_STAGE(rows__options_of_the_page__go_to_subjects_that_take_them),
		ON_STAGE(rows__report_that_fails__keeps_the_first_fault),
		ON_STAGE(rows__order__is_that_of_folded_names_with_none_and_small_groups_last),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
