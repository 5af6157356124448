/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/load/row.h"

enum { WIDTH = 16 };

/* The cells of an input, by column. */
struct cells {
	const char *text[WIDTH];
	size_t lengths[WIDTH];
	const char *gives[WIDTH];
};

static fil_day
day(const char *text)
{
	fil_day result;

	assert_int_equal(fil_date_parse(text, &result), 0);
	return result;
}

static void
give(struct cells *cells, size_t c, const char *text)
{
	cells->gives[c] = "header";
	cells->text[c] = text;
	cells->lengths[c] = text ? strlen(text) : 0;
}

static size_t
column(const char *table, const char *name)
{
	size_t c = fil_table_column(fil_catalog_table(table), name);

	assert_true(c != FIL_NOWHERE);
	return c;
}

static struct fil_row *
new_row(const char *table, bool fill_today)
{
	const struct fil_row_options options = { .today = day("2024-03-15"),
		.fill_today = fill_today };

	return fil_row_new(fil_catalog_table(table), &options);
}

/* Spells the cells, and makes the row. */
static const struct fil_row_made *
make(struct fil_row *row, struct cells *cells, enum fil_date_order order, size_t facet)
{
	assert_int_equal(fil_row_spell(row, cells->text, cells->lengths), 0);
	return fil_row_make(row, cells->text, cells->lengths, order, facet);
}

static void
row__an_empty_cell__restores_the_default(void **state)
{
	struct fil_row *row = new_row("users", false);
	struct cells cells = { 0 };
	const struct fil_row_made *made;
	struct fil_fault fault;

	(void)state;
	give(&cells, column("users", "user"), "00421");
	give(&cells, column("users", "role"), NULL);
	give(&cells, column("users", "email"), NULL);
	made = fil_row_bind(row, cells.gives, NULL, &fault);
	assert_non_null(made);
	made = make(row, &cells, FIL_ORDER_YMD, FIL_NOWHERE);
	assert_int_equal(made->undecided, FIL_NOWHERE);
	assert_int_equal(made->n_faults, 0);
	assert_string_equal(made->values[column("users", "user")], "00421");
	assert_string_equal(made->values[column("users", "role")], "user");
	assert_null(made->values[column("users", "email")]);
	assert_true(made->given[column("users", "email")]);
	assert_false(made->given[column("users", "name")]);
	fil_row_free(row);
}

static void
row__cells_with_white_space_only__are_empty(void **state)
{
	struct fil_row *row = new_row("users", false);
	struct cells cells = { 0 };
	const struct fil_row_made *made;
	struct fil_fault fault;

	(void)state;
	give(&cells, column("users", "user"), " 00421\u200B ");
	give(&cells, column("users", "role"), "\u00A0");
	give(&cells, column("users", "email"), "\uFEFF");
	give(&cells, column("users", "unit"), "A / B");
	give(&cells, column("users", "job"), "Chargé\u00A0de  mission");
	made = fil_row_bind(row, cells.gives, NULL, &fault);
	assert_non_null(made);
	assert_int_equal(fil_row_spell(row, cells.text, cells.lengths), 2);
	assert_null(cells.text[column("users", "email")]);
	made = fil_row_make(row, cells.text, cells.lengths, FIL_ORDER_YMD, FIL_NOWHERE);
	assert_int_equal(made->n_faults, 0);
	assert_string_equal(made->values[column("users", "user")], "00421");
	assert_string_equal(made->values[column("users", "role")], "user");
	assert_null(made->values[column("users", "email")]);
	assert_string_equal(made->values[column("users", "unit")], "A/B");
	assert_string_equal(made->values[column("users", "job")], "Chargé de mission");
	fil_row_free(row);
}

static void
row__two_bad_cells__are_two_faults(void **state)
{
	struct fil_row *row = new_row("users", false);
	struct cells cells = { 0 };
	const struct fil_row_made *made;
	struct fil_fault fault;

	(void)state;
	give(&cells, column("users", "user"), "1");
	give(&cells, column("users", "name"), NULL);
	give(&cells, column("users", "arrived"), "31/02/2024");
	made = fil_row_bind(row, cells.gives, NULL, &fault);
	assert_non_null(made);
	made = make(row, &cells, FIL_ORDER_DMY, FIL_NOWHERE);
	assert_int_equal(made->undecided, FIL_NOWHERE);
	assert_int_equal(made->n_faults, 2);
	assert_string_equal(made->faults[0].text, "name: is required but empty");
	assert_string_equal(made->faults[1].text, "arrived: '31/02/2024' is not a date");
	fil_row_free(row);
}

static void
row__a_date_without_known_order__asks_for_one(void **state)
{
	struct fil_row *row = new_row("users", false);
	struct cells cells = { 0 };
	const struct fil_row_made *made;
	struct fil_fault fault;
	size_t arrived = column("users", "arrived");

	(void)state;
	give(&cells, column("users", "user"), "1");
	give(&cells, arrived, "25/12/2024");
	made = fil_row_bind(row, cells.gives, NULL, &fault);
	assert_non_null(made);
	made = make(row, &cells, FIL_ORDER_UNKNOWN, FIL_NOWHERE);
	assert_int_equal(made->undecided, arrived);
	give(&cells, arrived, "2024-12-25");
	made = make(row, &cells, FIL_ORDER_UNKNOWN, FIL_NOWHERE);
	assert_int_equal(made->undecided, FIL_NOWHERE);
	assert_int_equal(made->n_faults, 0);
	assert_string_equal(made->values[arrived], "2024-12-25");
	fil_row_free(row);
}

static void
row__an_event_after_today__is_a_fault(void **state)
{
	struct fil_row *row = new_row("needs", false);
	struct fil_fault fault;

	(void)state;
	assert_int_equal(fil_row_set(row, column("needs", "date"), "2024-03-16", &fault), -1);
	assert_string_equal(fault.text, "date: '2024-03-16' is after today, 2024-03-15");
	assert_int_equal(fil_row_set(row, column("needs", "date"), "today", &fault), 0);
	fil_row_free(row);
}

static void
row__constants_alone__make_a_whole_row(void **state)
{
	struct fil_row *row = new_row("needs", true);
	struct fil_fault fault;

	(void)state;
	assert_non_null(fil_row_lacks(row));
	assert_int_equal(fil_row_set(row, column("needs", "user"), "1", &fault), 0);
	assert_non_null(fil_row_lacks(row));
	assert_int_equal(fil_row_set(row, column("needs", "need"), "help", &fault), 0);
	assert_null(fil_row_lacks(row));
	fil_row_free(row);
}

static void
row__without_filling__a_date_is_needed(void **state)
{
	struct fil_row *row = new_row("needs", false);
	struct cells cells = { 0 };
	struct fil_fault fault;

	(void)state;
	give(&cells, column("needs", "user"), "1");
	give(&cells, column("needs", "need"), "help");
	assert_null(fil_row_bind(row, cells.gives, NULL, &fault));
	assert_int_equal(fault.status, FIL_BAD_DATA);
	assert_non_null(strstr(fault.text, "date is missing"));
	fil_row_free(row);
}

static void
row__due_of_an_assignment__counts_from_assigned(void **state)
{
	struct fil_row *row = new_row("assignments", true);
	struct cells cells = { 0 };
	const struct fil_row_made *made;
	struct fil_fault fault;
	size_t assigned = column("assignments", "assigned"), due = column("assignments", "due");

	(void)state;
	assert_int_equal(fil_row_set(row, due, "+14d", &fault), 0);
	give(&cells, column("assignments", "user"), "1");
	give(&cells, column("assignments", "module"), "guide");
	made = fil_row_bind(row, cells.gives, NULL, &fault);
	assert_non_null(made);
	made = make(row, &cells, FIL_ORDER_YMD, FIL_NOWHERE);
	assert_int_equal(made->undecided, FIL_NOWHERE);
	assert_int_equal(made->n_faults, 0);
	assert_string_equal(made->values[assigned], "2024-03-15");
	assert_string_equal(made->values[due], "2024-03-29");
	give(&cells, assigned, "2024-01-01");
	made = fil_row_bind(row, cells.gives, NULL, &fault);
	assert_non_null(made);
	made = make(row, &cells, FIL_ORDER_YMD, FIL_NOWHERE);
	assert_int_equal(made->undecided, FIL_NOWHERE);
	assert_int_equal(made->n_faults, 0);
	assert_string_equal(made->values[due], "2024-01-15");
	fil_row_free(row);
}

/* A row of autonomy with two dimensions as facets. */
static struct fil_row *
new_faceted_row(void)
{
	static char process[] = "process", tool[] = "tool";
	static char *const names[] = { process, tool };
	const struct fil_row_options options = {
		.today = day("2024-03-15"), .fill_today = true, .facets = names, .n_facets = 2
	};

	return fil_row_new(fil_catalog_table("autonomy"), &options);
}

static void
row__facets__make_a_row_each(void **state)
{
	const struct fil_table *table = fil_catalog_table("autonomy");
	struct fil_row *row = new_faceted_row();
	struct cells cells = { 0 };
	const struct fil_row_made *made;
	struct fil_fault fault;

	(void)state;
	give(&cells, column("autonomy", "user"), "1");
	give(&cells, table->n_columns, "3");
	give(&cells, table->n_columns + 1, NULL);
	assert_int_equal(fil_row_set(row, column("autonomy", "source"), "trainer", &fault), 0);
	made = fil_row_bind(row, cells.gives, NULL, &fault);
	assert_non_null(made);
	assert_true(made->faceted);
	assert_null(make(row, &cells, FIL_ORDER_YMD, 1));
	made = make(row, &cells, FIL_ORDER_YMD, 0);
	assert_int_equal(made->undecided, FIL_NOWHERE);
	assert_int_equal(made->n_faults, 0);
	assert_string_equal(made->values[column("autonomy", "dimension")], "process");
	assert_string_equal(made->values[column("autonomy", "level")], "3");
	fil_row_free(row);
}

static void
row__a_facet_with_a_bad_level__names_the_facet(void **state)
{
	const struct fil_table *table = fil_catalog_table("autonomy");
	struct fil_row *row = new_faceted_row();
	struct fil_fault fault;

	(void)state;
	assert_int_equal(fil_row_set(row, table->n_columns + 1, "9", &fault), -1);
	assert_int_equal(strncmp(fault.text, "tool: '9' ", 10), 0);
	fil_row_free(row);
}

static void
row__a_level_beside_a_facet__is_refused(void **state)
{
	const struct fil_table *table = fil_catalog_table("autonomy");
	struct fil_row *row = new_faceted_row();
	struct cells cells = { 0 };
	struct fil_fault fault;

	(void)state;
	give(&cells, column("autonomy", "user"), "1");
	give(&cells, column("autonomy", "source"), "self");
	give(&cells, column("autonomy", "level"), "2");
	give(&cells, table->n_columns, "3");
	assert_null(fil_row_bind(row, cells.gives, NULL, &fault));
	assert_non_null(strstr(fault.text, "'process'"));
	fil_row_free(row);
}

static void
row__an_item_not_given__is_the_empty_key(void **state)
{
	struct fil_row *row = new_row("efforts", true);
	struct cells cells = { 0 };
	const struct fil_row_made *made;
	struct fil_fault fault;

	(void)state;
	give(&cells, column("efforts", "user"), "1");
	give(&cells, column("efforts", "activity"), "tutoring");
	give(&cells, column("efforts", "minutes"), "0,80");
	made = fil_row_bind(row, cells.gives, NULL, &fault);
	assert_non_null(made);
	assert_true(made->given[column("efforts", "item")]);
	made = make(row, &cells, FIL_ORDER_YMD, FIL_NOWHERE);
	assert_int_equal(made->undecided, FIL_NOWHERE);
	assert_int_equal(made->n_faults, 0);
	assert_string_equal(made->values[column("efforts", "item")], "");
	assert_string_equal(made->values[column("efforts", "minutes")], "0.8");
	fil_row_free(row);
}

/* Returns how far a row of an event is filled in whose input gives these columns. cells: "COL=VALUE",
 * the value empty or not, ended by NULL. */
static enum fil_row_filled
filled(const char *event, bool sheet, const char *const *given)
{
	static char tool[] = "tool", *const facets[] = { tool };
	const struct fil_row_options options = { .today = day("2024-03-15"),
		.fill_today = true,
		.facets = facets,
		.n_facets = strcmp(event, "autonomy") == 0 };
	struct fil_row *row = fil_row_new(fil_catalog_table(event), &options);
	struct cells cells = { 0 };
	enum fil_row_filled result;
	struct fil_fault fault;

	for (; *given; given++) {
		const char *equals = strchr(*given, '=');
		char *name = fil_copy_bytes(*given, (size_t)(equals - *given));

		give(&cells,
		    strcmp(name, tool) == 0 ? fil_catalog_table(event)->n_columns
					    : column(event, name),
		    equals[1] == '\0' ? NULL : equals + 1);
		free(name);
	}
	assert_non_null(fil_row_bind(row, cells.gives, NULL, &fault));
	fil_row_sheet(row, sheet);
	result = fil_row_filled(row, cells.text);
	fil_row_free(row);
	return result;
}

static void
filled__a_row_as_a_sheet_was_printed__is_blank(void **state)
{
	static const struct {
		const char *event, *cells[6];
		enum fil_row_filled in_sheet, elsewhere;
	} rows[] = {
		{ "autonomy", { "user=u", "source=self", "date=", "tool=", "note=" }, FIL_ROW_BLANK,
		    FIL_ROW_BLANK },
		{ "autonomy", { "user=u", "source=self", "tool=", "note=x" }, FIL_ROW_REMARK,
		    FIL_ROW_REMARK },
		{ "autonomy", { "user=u", "source=self", "tool=0", "note=" }, FIL_ROW_FILLED,
		    FIL_ROW_FILLED },
		{ "completions", { "user=u", "module=m", "date=2024-03-14", "outcome=", "note=" },
		    FIL_ROW_BLANK, FIL_ROW_FILLED },
		{ "completions", { "user=u", "module=m", "outcome=", "note=x" }, FIL_ROW_FILLED,
		    FIL_ROW_FILLED },
		/* No box is there to be filled in. */
		{ "completions", { "user=u", "module=m" }, FIL_ROW_FILLED, FIL_ROW_FILLED },
		{ "needs", { "user=u", "need=", "date=", "note=" }, FIL_ROW_BLANK, FIL_ROW_FILLED },
		{ "needs", { "user=u", "need=x", "date=", "note=" }, FIL_ROW_FILLED,
		    FIL_ROW_FILLED },
		{ "verdicts", { "promise=p", "user=u", "verdict=", "note=" }, FIL_ROW_BLANK,
		    FIL_ROW_FILLED },
		{ "efforts", { "user=u", "activity=a", "item=i", "phase=p", "minutes=" },
		    FIL_ROW_BLANK, FIL_ROW_FILLED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_int_equal(filled(rows[i].event, true, rows[i].cells), rows[i].in_sheet);
		assert_int_equal(filled(rows[i].event, false, rows[i].cells), rows[i].elsewhere);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(row__an_empty_cell__restores_the_default),
		cmocka_unit_test(row__cells_with_white_space_only__are_empty),
		cmocka_unit_test(row__two_bad_cells__are_two_faults),
		cmocka_unit_test(row__a_date_without_known_order__asks_for_one),
		cmocka_unit_test(row__an_event_after_today__is_a_fault),
		cmocka_unit_test(row__constants_alone__make_a_whole_row),
		cmocka_unit_test(row__without_filling__a_date_is_needed),
		cmocka_unit_test(row__due_of_an_assignment__counts_from_assigned),
		cmocka_unit_test(row__facets__make_a_row_each),
		cmocka_unit_test(row__a_facet_with_a_bad_level__names_the_facet),
		cmocka_unit_test(row__a_level_beside_a_facet__is_refused),
		cmocka_unit_test(row__an_item_not_given__is_the_empty_key),
		cmocka_unit_test(filled__a_row_as_a_sheet_was_printed__is_blank),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
