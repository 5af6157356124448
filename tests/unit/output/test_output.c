/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "lib/output/csv.h"
#include "lib/output/output.h"

#define CELLS(...) \
	(const char *const[]) \
	{ \
		__VA_ARGS__ \
	}

static const struct fil_output_column two[] = { { "user", FIL_CELL_TEXT },
	{ "minutes", FIL_CELL_NUMBER } };

/* Writes rows of `n` cells, given one after another, and returns the whole output; the caller frees
 * it. */
static char *
written(enum fil_output_format format, const struct fil_output_column *columns, size_t n,
    const char *const *cells, size_t n_rows)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	const struct fil_output_style style = { .format = format, .title = "rows" };
	struct fil_output *output = fil_output_new(stream, &style, columns, n);
	struct fil_fault fault;

	for (size_t i = 0; i < n_rows; i++)
		fil_output_row(output, cells + i * n);
	assert_int_equal(fil_output_end(output, &fault), 0);
	assert_int_equal(fclose(stream), 0);
	return text;
}

static void
expect(enum fil_output_format format, const char *const *cells, size_t n_rows, const char *wanted)
{
	char *text = written(format, two, 2, cells, n_rows);

	assert_string_equal(text, wanted);
	free(text);
}

/* Returns one CSV record; the caller frees it. */
static char *
record(char delimiter, const char *const *cells, size_t n)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	fil_csv_record(stream, delimiter, cells, n);
	assert_int_equal(fclose(stream), 0);
	return text;
}

static void
expect_record(const char *cell, const char *wanted)
{
	char *text = record(',', CELLS("k", cell), 2);

	assert_string_equal(text, wanted);
	free(text);
}

static void
format__known_names__are_found(void **state)
{
	enum fil_output_format format;
	struct fil_fault fault;

	(void)state;
	assert_int_equal(fil_output_format("csv", &format, &fault), 0);
	assert_int_equal(format, FIL_CSV);
	assert_int_equal(fil_output_format("json", &format, &fault), 0);
	assert_int_equal(format, FIL_JSON);
	assert_int_equal(fil_output_format("table", &format, &fault), 0);
	assert_int_equal(format, FIL_TABLE);
	assert_int_equal(fil_output_format("markdown", &format, &fault), 0);
	assert_int_equal(format, FIL_MARKDOWN);
}

static void
format__other_names__are_refused_and_change_nothing(void **state)
{
	enum fil_output_format format = FIL_JSON;
	struct fil_fault fault;

	(void)state;
	assert_int_equal(fil_output_format("xml", &format, &fault), -1);
	assert_int_equal(fil_output_format("CSV", &format, &fault), -1);
	assert_int_equal(fil_output_format("", &format, &fault), -1);
	assert_int_equal(format, FIL_JSON);
}

static void
format__each_that_is_named__is_known(void **state)
{
	char names[] = "csv, json, table, markdown, html or xlsx", *rest = names;
	enum fil_output_format format;
	struct fil_fault fault;

	(void)state;
	assert_int_equal(fil_output_format("xml", &format, &fault), -1);
	assert_string_equal(
	    fault.text, "'xml' is not one of csv, json, table, markdown, html or xlsx");
	for (char *name; (name = strsep(&rest, ", ")) != NULL;)
		if (*name != '\0' && strcmp(name, "or") != 0)
			assert_int_equal(fil_output_format(name, &format, &fault), 0);
}

static void
csv__no_rows__is_a_header(void **state)
{
	(void)state;
	expect(FIL_CSV, NULL, 0, "user,minutes\n");
}

static void
csv__unknown_and_empty__are_empty_cells(void **state)
{
	(void)state;
	expect(FIL_CSV, CELLS("u1", NULL, "", "2"), 2, "user,minutes\nu1,\n,2\n");
}

static void
csv__plain_text__is_verbatim(void **state)
{
	(void)state;
	expect_record("a b;c|d'e\\", "k,a b;c|d'e\\\n");
	expect_record("=1+1", "k,=1+1\n");
	expect_record("00421", "k,00421\n");
	expect_record("Zoé 日本 \xf0\x9f\x98\x80", "k,Zoé 日本 \xf0\x9f\x98\x80\n");
}

static void
csv__special_characters__are_quoted(void **state)
{
	(void)state;
	expect_record("a,b", "k,\"a,b\"\n");
	expect_record(",", "k,\",\"\n");
	expect_record("\"", "k,\"\"\"\"\n");
	expect_record("say \"no\"", "k,\"say \"\"no\"\"\"\n");
	expect_record("a\nb", "k,\"a\nb\"\n");
	expect_record("a\r\nb", "k,\"a\r\nb\"\n");
	expect_record("\r", "k,\"\r\"\n");
}

static void
csv__blanks_at_the_ends__are_quoted(void **state)
{
	(void)state;
	expect_record(" a", "k,\" a\"\n");
	expect_record("a ", "k,\"a \"\n");
	expect_record("\ta", "k,\"\ta\"\n");
	expect_record("a\t", "k,\"a\t\"\n");
	expect_record(" ", "k,\" \"\n");
	expect_record("a\tb", "k,a\tb\n");
	expect_record("\u00a0a", "k,\"\u00a0a\"\n");
	expect_record("a\u202f", "k,\"a\u202f\"\n");
	expect_record("\u3000", "k,\"\u3000\"\n");
	expect_record("é\u00a0é", "k,é\u00a0é\n");
}

static void
csv__other_delimiter__is_the_one_quoted(void **state)
{
	char *text = record(';', CELLS("a,b", "a;b", NULL, "c"), 4);

	(void)state;
	assert_string_equal(text, "a,b;\"a;b\";;c\n");
	free(text);
}

static void
csv__only_cell_empty__is_not_an_empty_line(void **state)
{
	char *unknown = record(',', CELLS(NULL), 1), *empty = record(',', CELLS(""), 1);

	(void)state;
	assert_string_equal(unknown, "\"\"\n");
	assert_string_equal(empty, "\"\"\n");
	free(unknown);
	free(empty);
}

static void
csv__many_rows__are_all_there(void **state)
{
	char *text = NULL;
	size_t size, commas = 0;
	FILE *stream = open_memstream(&text, &size);
	const struct fil_output_style style = { .format = FIL_CSV };
	struct fil_output *output = fil_output_new(stream, &style, two, 2);
	struct fil_fault fault;

	(void)state;
	for (size_t i = 0; i < 500000; i++)
		fil_output_row(output, CELLS("00421", i % 2 ? "a,b" : "7"));
	assert_int_equal(fil_output_end(output, &fault), 0);
	assert_int_equal(fclose(stream), 0);
	assert_int_equal(size,
	    strlen("user,minutes\n") + 250000 * (strlen("00421,7\n") + strlen("00421,\"a,b\"\n")));
	for (const char *p = text; *p != '\0'; p++)
		commas += *p == ',';
	assert_int_equal(commas, 1 + 500000 + 250000);
	free(text);
}

static void
json__no_rows__is_an_empty_array(void **state)
{
	(void)state;
	expect(FIL_JSON, NULL, 0, "[\n]\n");
}

static void
json__rows__are_objects_one_a_line(void **state)
{
	(void)state;
	expect(FIL_JSON, CELLS("u1", "12", "", NULL), 2,
	    "[\n{\"user\":\"u1\",\"minutes\":12},\n{\"user\":\"\",\"minutes\":null}\n]\n");
}

static void
json__cells_of_numbers__are_numbers_only_where_json_has_them(void **state)
{
	static const char *const numbers[] = { "0", "-0", "7", "-3.25", "0.8", "100.0",
		"12345678901234567890" };
	static const char *const texts[] = { "007", "+1", ".5", "1.", "-", "", "1 ", "NaN", "1e5",
		"0x10", "1,5", "--1" };
	char wanted[128];

	(void)state;
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		snprintf(
		    wanted, sizeof wanted, "[\n{\"user\":\"1\",\"minutes\":%s}\n]\n", numbers[i]);
		expect(FIL_JSON, CELLS("1", numbers[i]), 1, wanted);
	}
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		snprintf(
		    wanted, sizeof wanted, "[\n{\"user\":\"1\",\"minutes\":\"%s\"}\n]\n", texts[i]);
		expect(FIL_JSON, CELLS("1", texts[i]), 1, wanted);
	}
}

/* What a program reads back is what was written, whatever the text. */
static void
json__any_text__is_read_back_the_same(void **state)
{
	static const char *const texts[] = { "\"", "\\", "\\\"", "/", "</script>", "\b\f\n\r\t",
		"\x01\x1f", "\x7f", "Zoé", "日本", "\xf0\x9f\x98\x80",
		"\xc2\x9b"
		"31m",
		"\xe2\x80\xa8", "\xe2\x80\xae", "a\xcc\x80", "%s%n" };

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		char *text = written(FIL_JSON, two, 2, CELLS(texts[i], NULL), 1);
		json_t *array = json_loads(text, 0, NULL), *row = json_array_get(array, 0);

		assert_non_null(row);
		assert_string_equal(json_string_value(json_object_get(row, "user")), texts[i]);
		json_decref(array);
		free(text);
	}
}

static void
json__controls_of_terminals__are_escaped(void **state)
{
	(void)state;
	expect(FIL_JSON, CELLS("\x1b[31m", NULL), 1,
	    "[\n{\"user\":\"\\u001B[31m\",\"minutes\":null}\n]\n");
	expect(FIL_JSON,
	    CELLS("\xc2\x9b"
		  "31m",
		NULL),
	    1, "[\n{\"user\":\"\\u009B31m\",\"minutes\":null}\n]\n");
}

static void
json__bytes_that_are_not_utf8__stay_json(void **state)
{
	(void)state;
	expect(FIL_JSON, CELLS("caf\xe9", NULL), 1,
	    "[\n{\"user\":\"caf\\\\xe9\",\"minutes\":null}\n]\n");
}

static void
json__names_of_columns__are_escaped(void **state)
{
	static const struct fil_output_column odd[] = { { "a\"b\nc", FIL_CELL_TEXT } };
	char *text = written(FIL_JSON, odd, 1, CELLS("x"), 1);

	(void)state;
	assert_string_equal(text, "[\n{\"a\\\"b\\nc\":\"x\"}\n]\n");
	free(text);
}

static void
table__no_rows__is_a_header(void **state)
{
	(void)state;
	expect(FIL_TABLE, NULL, 0, "user minutes\n");
}

static void
table__columns__are_aligned_by_what_is_seen(void **state)
{
	(void)state;
	expect(FIL_TABLE, CELLS("Zoé", "7", "日本語", "1234", "u", NULL), 3,
	    "user   minutes\n"
	    "Zoé          7\n"
	    "日本語    1234\n"
	    "u\n");
}

static void
table__controls__are_shown(void **state)
{
	(void)state;
	expect(FIL_TABLE, CELLS("\x1b[2J", "1", "a\nb", "2"), 2,
	    "user    minutes\n"
	    "\\x1b[2J       1\n"
	    "a\\x0ab        2\n");
}

static void
table__long_text__is_whole_where_there_is_no_terminal(void **state)
{
	char cell[2001], *text;

	(void)state;
	memset(cell, 'x', sizeof cell - 1);
	cell[sizeof cell - 1] = '\0';
	text = written(FIL_TABLE, two, 2, CELLS(cell, "1"), 1);
	assert_int_equal(strspn(text + strcspn(text, "\n") + 1, "x"), 2000);
	free(text);
}

static void
markdown__no_rows__is_header_and_rule(void **state)
{
	(void)state;
	expect(FIL_MARKDOWN, NULL, 0, "| user | minutes |\n| --- | ---: |\n");
}

static void
markdown__unknown__is_an_empty_cell(void **state)
{
	(void)state;
	expect(
	    FIL_MARKDOWN, CELLS("u1", NULL), 1, "| user | minutes |\n| --- | ---: |\n| u1 |  |\n");
}

static void
expect_markdown(const char *cell, const char *wanted)
{
	char row[256];

	snprintf(row, sizeof row, "| user | minutes |\n| --- | ---: |\n| %s | 1 |\n", wanted);
	expect(FIL_MARKDOWN, CELLS(cell, "1"), 1, row);
}

static void
markdown__markup__is_text(void **state)
{
	(void)state;
	expect_markdown("a|b", "a\\|b");
	expect_markdown("a\\|b", "a\\\\\\|b");
	expect_markdown("<b>&amp;", "&lt;b&gt;&amp;amp;");
	expect_markdown("*a* `b` ~c~", "\\*a\\* \\`b\\` \\~c\\~");
	expect_markdown("[x](javascript:y)", "\\[x\\](javascript:y)");
	expect_markdown("_a_ share_min é_é _", "\\_a\\_ share_min é_é \\_");
}

static void
markdown__line_breaks__keep_the_row_on_one_line(void **state)
{
	(void)state;
	expect_markdown("a\nb", "a<br>b");
	expect_markdown("a\r\nb\rc\n", "a<br>b<br>c<br>");
	expect_markdown("a\tb", "a b");
	expect_markdown("\x1b[31m", "\\\\x1b\\[31m");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(format__known_names__are_found),
		cmocka_unit_test(format__other_names__are_refused_and_change_nothing),
		cmocka_unit_test(format__each_that_is_named__is_known),
		cmocka_unit_test(csv__no_rows__is_a_header),
		cmocka_unit_test(csv__unknown_and_empty__are_empty_cells),
		cmocka_unit_test(csv__plain_text__is_verbatim),
		cmocka_unit_test(csv__special_characters__are_quoted),
		cmocka_unit_test(csv__blanks_at_the_ends__are_quoted),
		cmocka_unit_test(csv__other_delimiter__is_the_one_quoted),
		cmocka_unit_test(csv__only_cell_empty__is_not_an_empty_line),
		cmocka_unit_test(csv__many_rows__are_all_there),
		cmocka_unit_test(json__no_rows__is_an_empty_array),
		cmocka_unit_test(json__rows__are_objects_one_a_line),
		cmocka_unit_test(json__cells_of_numbers__are_numbers_only_where_json_has_them),
		cmocka_unit_test(json__any_text__is_read_back_the_same),
		cmocka_unit_test(json__controls_of_terminals__are_escaped),
		cmocka_unit_test(json__bytes_that_are_not_utf8__stay_json),
		cmocka_unit_test(json__names_of_columns__are_escaped),
		cmocka_unit_test(table__no_rows__is_a_header),
		cmocka_unit_test(table__columns__are_aligned_by_what_is_seen),
		cmocka_unit_test(table__controls__are_shown),
		cmocka_unit_test(table__long_text__is_whole_where_there_is_no_terminal),
		cmocka_unit_test(markdown__no_rows__is_header_and_rule),
		cmocka_unit_test(markdown__unknown__is_an_empty_cell),
		cmocka_unit_test(markdown__markup__is_text),
		cmocka_unit_test(markdown__line_breaks__keep_the_row_on_one_line),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
