/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/load/sheet.h"
#include "tests/unit/stage.h"

static const struct fil_selection everybody = { 0 };

static fil_day
day(const char *text)
{
	fil_day result;

	assert_int_equal(fil_date_parse(text, &result), 0);
	return result;
}

/* Returns a sheet for all users with an operand, or none for NULL; or NULL with the fault of the
 * stage. */
static struct fil_sheet *
make(struct stage *stage, const char *event, const char *operand, bool blind)
{
	char *operands[] = { fil_copy(operand), NULL };
	const struct fil_sheet_request request = { .event = fil_catalog_table(event),
		.operands = operands,
		.selection = &everybody,
		.blind = blind,
		.today = day("2024-03-15") };
	struct fil_sheet *sheet = fil_sheet_new(stage->store, &request, &stage->fault);

	free(operands[0]);
	return sheet;
}

/* Puts two users, and ends the transaction of the stage. */
static void
put_users(struct stage *stage)
{
	stage_put(stage, "dimensions", "process|Process|3");
	stage_put(stage, "dimensions", "tool|Tool|3");
	stage_put(stage, "users", "a|Ada||Dons");
	stage_put(stage, "users", "b|Bo||Dons");
	stage_run(stage,
	    "INSERT INTO standing (\"user\", dimension, level, date, source, risen, run)"
	    " VALUES ('b', 'tool', 4, '2024-03-01', 'test', '2024-03-01', 1)");
	assert_int_equal(fil_store_commit(stage->store, &stage->fault), FIL_COMMITTED);
}

/* Checks the names of the columns, with a space between; a box has its first and last value. */
static void
check_columns(const struct fil_sheet *sheet, const char *expected)
{
	char *text = fil_copy("");

	for (size_t c = 0; c < sheet->n; c++) {
		const struct fil_output_column *column = &sheet->columns[c].output;
		size_t last = 0;
		char *longer;

		while (column->values && column->values[last + 1])
			last++;
		longer = column->values
		    ? fil_format("%s%s[%s-%s] ", text, column->name, column->values[0],
			  column->values[last])
		    : fil_format("%s%s%s ", text, column->name, column->box ? "[]" : "");
		free(text);
		text = longer;
	}
	assert_string_equal(text, expected);
	free(text);
}

static void
sheet__of_levels__has_a_box_for_each_dimension(void **state)
{
	struct stage *stage = *state;
	struct fil_sheet *sheet;

	put_users(stage);
	sheet = make(stage, "autonomy", "source=Trainer", false);
	assert_non_null(sheet);
	check_columns(sheet,
	    "user name now_process process[0-5] now_tool tool[0-5] source[self-system] date[] "
	    "note[] ");
	assert_string_equal(sheet->columns[6].value, "trainer");
	assert_true(sheet->columns[6].given);
	assert_string_equal(sheet->columns[7].value, "2024-03-15");
	assert_false(sheet->columns[7].given);
	assert_null(sheet->columns[8].value);
	assert_null(fil_sheet_now(sheet, 0, &sheet->columns[4]));
	assert_null(fil_sheet_now(sheet, 1, &sheet->columns[2]));
	assert_int_equal(fil_sheet_now(sheet, 1, &sheet->columns[4])->level, 4);
	fil_sheet_free(sheet);
}

static void
sheet__blind__has_no_newest_level(void **state)
{
	struct stage *stage = *state;
	struct fil_sheet *sheet;

	put_users(stage);
	sheet = make(stage, "autonomy", NULL, true);
	assert_non_null(sheet);
	check_columns(sheet, "user name process[0-5] tool[0-5] source[self-system] date[] note[] ");
	assert_null(fil_sheet_now(sheet, 1, &sheet->columns[3]));
	fil_sheet_free(sheet);
}

static void
sheet__of_another_event__has_its_columns_without_the_user(void **state)
{
	struct stage *stage = *state;
	struct fil_sheet *sheet;

	put_users(stage);
	sheet = make(stage, "practices", "uses=3", false);
	assert_non_null(sheet);
	/* A million numbers are no list. */
	check_columns(sheet,
	    "user name routine[] date[] method[old-new] item[] uses[] minutes[] "
	    "result[better-failed] acceptance[1-5] power[1-5] note[] ");
	assert_null(sheet->columns[3].value);
	assert_string_equal(sheet->columns[6].value, "3");
	fil_sheet_free(sheet);
}

static void
sheet__wrong_operands__are_refused_as_the_command_line_or_as_data(void **state)
{
	struct stage *stage = *state;
	static const struct {
		const char *operand;
		enum fil_status status;
	} wrong[] = { { "dimension=tool", FIL_USAGE }, { "level=3", FIL_USAGE },
		{ "user=a", FIL_USAGE }, { "file", FIL_USAGE }, { "levl=3", FIL_USAGE },
		{ "tool=6", FIL_BAD_DATA }, { "date=2024-03-16", FIL_BAD_DATA } };

	put_users(stage);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		assert_null(make(stage, "autonomy", wrong[i].operand, false));
		assert_int_equal(stage->fault.status, wrong[i].status);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_STAGE(sheet__of_levels__has_a_box_for_each_dimension),
		ON_STAGE(sheet__blind__has_no_newest_level),
		ON_STAGE(sheet__of_another_event__has_its_columns_without_the_user),
		ON_STAGE(sheet__wrong_operands__are_refused_as_the_command_line_or_as_data),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
