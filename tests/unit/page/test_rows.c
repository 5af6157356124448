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
	scene->week.reports = fil_reports_new(&(struct fil_rows_request){ .store = stage->store,
	    .today = today,
	    .selection = selection,
	    .options = options,
	    .selecting = selecting });
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

static void
rows__of_two_reports__are_matched_by_their_cells(void **state)
{
	static const size_t wanted[] = { 0, 1, 2, FIL_NOWHERE, 3 };
	const struct fil_selection all = { 0 };
	const struct fil_rows *rows, *other;
	struct scene scene;
	size_t *found;

	put_users(*state);
	stage_put(*state, "users", "u6|Fay||nord||2024-03-30||user");
	set_scene(&scene, *state, &all, NULL, NULL);
	stage_run(*state, "UPDATE users SET arrived = '2024-03-30' WHERE unit = 'Œuvres'");
	rows = fil_content_rows(
	    &scene.content, FIL_NOW, "autonomy", "--by", "unit", "--min-group", "0", NULL);
	other = fil_content_rows(
	    &scene.content, FIL_BEFORE, "autonomy", "--by", "unit", "--min-group", "0", NULL);
	found = fil_rows_match(rows, other, "group");
	for (size_t i = 0; i < rows->n; i++)
		assert_int_equal(found[i], wanted[i]);
	free(found);
	clear_scene(&scene);
}

/* Puts enrolments, and levels of users who know more and more. */
static void
put_levels(struct stage *stage)
{
	static const char *const rows[][2] = { { "dimensions", "tool|Tool|3" },
		{ "dimensions", "process|Process|3" }, { "phases", "p|Pilot|pilot|2024-01-01" },
		{ "enrolments", "u1|p|2024-01-08" }, { "enrolments", "u2|p|2024-03-18" },
		{ "autonomy", "u1|tool|2024-02-05|self|3" },
		{ "autonomy", "u1|process|2024-03-20|test|4" },
		{ "autonomy", "u1|tool|2024-03-28|trainer|5" },
		{ "autonomy", "u2|tool|2024-03-12|self|1" },
		{ "autonomy", "u3|tool|2024-03-26|trainer|4" },
		{ "autonomy", "u3|process|2024-03-29|manager|2" } };

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		stage_put(stage, rows[i][0], rows[i][1]);
}

/* Has reports made that read the same tables, those of a group or of a Sunday first. */
static void
make_reports(struct fil_content *content)
{
	for (enum fil_when when = FIL_NOW; when <= FIL_BEFORE; when++) {
		fil_content_rows(content, when, "autonomy", "--by", "unit", "--depth", "1",
		    "--min-group", "0", NULL);
		fil_content_rows(content, when, "autonomy", NULL);
		fil_content_rows(content, when, "autonomy", "--by", "kind", NULL);
		fil_content_rows(content, when, "autonomy", "--source", "test,trainer", NULL);
		fil_content_rows(content, when, "levels", NULL);
		fil_content_rows(content, when, "levels", "--by", "unit", "--depth", "1", NULL);
		fil_content_rows(content, when, "time", "--by", "kind", NULL);
		fil_content_rows(content, when, "time", "--by", "kind", "--curve", NULL);
		fil_content_rows(content, when, "time", "--by", "kind", "--from", "arrived", NULL);
		fil_content_rows(content, when, "time", "--dimension", "tool", NULL);
		fil_content_rows(content, when, "forecast", "--by", "kind", NULL);
		fil_content_rows(content, when, "forecast", "--score", NULL);
		fil_content_rows(content, when, "followup", NULL);
		fil_content_rows(content, when, "agreement", NULL);
	}
	fil_content_rows(content, FIL_NOW, "progress", "--weeks", "3", NULL);
	fil_content_rows(content, FIL_NOW, "progress", "--weeks", "9", NULL);
}

/* Has the page of a day make its reports. planned: of one reading. */
static void
set_page(struct scene *scene, struct stage *stage, fil_day as_of, bool planned)
{
	static const struct fil_selection all = { 0 };
	const fil_day sunday = fil_date_sunday(as_of),
		      days[] = { sunday - 14, as_of - 7, sunday, as_of };
	struct fil_rows_request request = {
		.store = stage->store, .today = as_of + 1, .selection = &all
	};

	if (planned)
		request.plan = (struct fil_readings_plan){ FIL_BY_UNIT, 1, days, 4 };
	*scene = (struct scene){ .week = { .as_of = as_of, .previous = as_of - 7 } };
	scene->content.week = &scene->week;
	scene->week.reports = fil_reports_new(&request);
	make_reports(&scene->content);
	assert_null(fil_reports_fault(scene->week.reports));
}

static void
same_rows(const struct fil_rows *rows, const struct fil_rows *wanted)
{
	assert_string_equal(rows->command, wanted->command);
	assert_int_equal(rows->n, wanted->n);
	for (size_t row = 0; row < wanted->n; row++)
		for (size_t i = 0; i < wanted->n_columns; i++) {
			const char *column = wanted->columns[i].name;

			assert_string_equal(
			    fil_rows_cell(rows, row, column), fil_rows_cell(wanted, row, column));
		}
}

/* Puts users, some of whom arrive or leave in each of some weeks. */
static void
put_arrivals(struct stage *stage)
{
	static const int arrivals[] = { 9, 6, 2, 0, 5, 1, 7, 4, 0, 6 };
	char arrived[FIL_DATE_SIZE], left[FIL_DATE_SIZE];
	fil_day sunday;

	assert_int_equal(fil_date_parse("2024-01-07", &sunday), 0);
	for (int week = 0, n = 0; week < 10; week++)
		for (int i = 0; i < arrivals[week]; i++, n++) {
			char *row;

			fil_date_write(sunday + 7 * week, arrived);
			fil_date_write(sunday + 7 * week + 30, left);
			row = fil_format("p%d|P||%s|||user|%s|%s", n, n % 3 ? "A" : "B", arrived,
			    n % 5 ? "" : left);
			stage_put(stage, "users", row);
			free(row);
		}
}

/* Returns the last Sunday but that of the page that progress prints, or FIL_NEVER. */
static fil_day
last_printed(struct scene *scene, const char *weeks, const char *by)
{
	const struct fil_rows *rows = fil_content_rows(
	    &scene->content, FIL_NOW, "progress", "--weeks", weeks, "--by", by, NULL);
	fil_day previous = FIL_NEVER, day;

	for (size_t row = 0; row < rows->n; row++) {
		assert_int_equal(fil_date_parse(fil_rows_cell(rows, row, "week"), &day), 0);
		if (day < scene->week.as_of)
			previous = day;
	}
	return previous;
}

static void
previous__of_any_sunday__is_the_last_that_progress_prints(void **state)
{
	static const char *const bys[] = { NULL, "unit" };
	const struct fil_selection all = { 0 };
	size_t week_before = 0, earlier = 0, none = 0;
	struct scene scene;

	put_arrivals(*state);
	for (size_t weeks = 2; weeks <= 9; weeks++)
		for (size_t i = 0; i < 2 * 12; i++) {
			char *text = fil_format("%zu", weeks);
			fil_day day, printed;

			set_scene(&scene, *state, &all, NULL, NULL);
			scene.week.as_of -= 7 * (fil_day)(i / 2);
			day = fil_reports_previous(
			    scene.week.reports, scene.week.as_of, weeks, "--by", bys[i % 2], NULL);
			printed = last_printed(&scene, text, bys[i % 2]);
			assert_int_equal(day, printed);
			week_before += day == scene.week.as_of - 7;
			earlier += day != FIL_NEVER && day < scene.week.as_of - 7;
			none += day == FIL_NEVER;
			assert_null(fil_reports_fault(scene.week.reports));
			clear_scene(&scene);
			free(text);
		}
	assert_true(week_before > 0 && earlier > 0 && none > 0);
}

static void
rows__where_no_day_may_stand_beside__are_none(void **state)
{
	const struct fil_selection all = { 0 };
	struct scene scene;

	put_users(*state);
	set_scene(&scene, *state, &all, NULL, NULL);
	scene.week.alone = true;
	assert_int_equal(fil_content_rows(&scene.content, FIL_BEFORE, "autonomy", NULL)->n, 0);
	assert_int_equal(fil_content_rows(&scene.content, FIL_EARLIER, "routines", NULL)->n, 0);
	assert_int_equal(scene.content.n_rows, 0);
	assert_int_equal(fil_content_rows(&scene.content, FIL_NOW, "autonomy", NULL)->n, 1);
	clear_scene(&scene);
}

static void
rows__reports_of_one_reading__have_the_figures_of_each_made_alone(void **state)
{
	struct scene planned, alone;
	fil_day tuesday;

	assert_int_equal(fil_date_parse("2024-03-26", &tuesday), 0);
	put_users(*state);
	put_levels(*state);
	for (fil_day as_of = tuesday; as_of <= tuesday + 6; as_of++) {
		set_page(&planned, *state, as_of, true);
		set_page(&alone, *state, as_of, false);
		assert_int_equal(planned.content.n_rows, 30);
		for (size_t i = 0; i < alone.content.n_rows; i++)
			same_rows(planned.content.rows[i], alone.content.rows[i]);
		clear_scene(&planned);
		clear_scene(&alone);
	}
}

static void
rows__reports_of_one_reading__read_the_store_once(void **state)
{
	struct scene scene;
	fil_day sunday;

	assert_int_equal(fil_date_parse("2024-03-31", &sunday), 0);
	put_users(*state);
	put_levels(*state);
	set_page(&scene, *state, sunday, true);
	stage_put(*state, "users", "u6|Fay||Zoo|||user");
	stage_put(*state, "enrolments", "u3|p|2024-03-18");
	assert_int_equal(fil_rows_count(fil_content_rows(&scene.content, FIL_NOW, "autonomy",
					    "--by", "unit", "--depth", "1", NULL),
			     0, "users"),
	    5);
	assert_int_equal(
	    fil_rows_count(fil_content_rows(&scene.content, FIL_NOW, "time", "--by", "kind",
			       "--curve", "--at", "7", "--min-group", "0", NULL),
		0, "at_risk"),
	    2);
	clear_scene(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_STAGE(rows__same_command_line__are_made_once),
		ON_STAGE(rows__options_of_the_page__go_to_subjects_that_take_them),
		ON_STAGE(rows__report_that_fails__keeps_the_first_fault),
		ON_STAGE(rows__of_two_reports__are_matched_by_their_cells),
		ON_STAGE(previous__of_any_sunday__is_the_last_that_progress_prints),
		ON_STAGE(rows__where_no_day_may_stand_beside__are_none),
		ON_STAGE(rows__reports_of_one_reading__have_the_figures_of_each_made_alone),
		ON_STAGE(rows__reports_of_one_reading__read_the_store_once),
		ON_STAGE(rows__order__is_that_of_folded_names_with_none_and_small_groups_last),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
