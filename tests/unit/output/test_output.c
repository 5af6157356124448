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

#include "lib/base/date.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/output/csv.h"
#include "lib/output/output.h"
#include "tests/unit/place.h"

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
written_in(const struct fil_output_style *style, const struct fil_output_column *columns, size_t n,
    const char *const *cells, size_t n_rows)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	struct fil_output *output = fil_output_new(stream, style, columns, n);
	struct fil_fault fault;

	for (size_t i = 0; i < n_rows; i++)
		fil_output_row(output, cells + i * n);
	assert_int_equal(fil_output_end(output, &fault), 0);
	assert_int_equal(fclose(stream), 0);
	return text;
}

static char *
written(enum fil_output_format format, const struct fil_output_column *columns, size_t n,
    const char *const *cells, size_t n_rows)
{
	return written_in(&(const struct fil_output_style){ .format = format, .title = "rows" },
	    columns, n, cells, n_rows);
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
		if (*name != '\0' && strcmp(name, "or") != 0 &&
		    fil_output_format(name, &format, &fault) != 0)
			assert_int_equal(fault.status, FIL_UNAVAILABLE);
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

/* Keeps the last remark. */
static void
keep_remark(void *context, const char *text)
{
	char **remark = context;

	free(*remark);
	*remark = fil_copy(text);
}

/* Checks a table on a terminal, and what is said of it; NULL: nothing. */
static void
expect_on_terminal(size_t width, const struct fil_output_column *columns, size_t n,
    const char *const *cells, size_t n_rows, const char *wanted, const char *wanted_remark)
{
	char *remark = NULL, *text;
	const struct fil_output_style style = {
		.format = FIL_TABLE, .width = width, .say = keep_remark, .context = &remark
	};

	text = written_in(&style, columns, n, cells, n_rows);
	assert_string_equal(text, wanted);
	if (wanted_remark)
		assert_string_equal(remark, wanted_remark);
	else
		assert_null(remark);
	free(text);
	free(remark);
}

static const struct fil_output_column group[] = { { "group", FIL_CELL_TEXT },
	{ "autonomous_tool", FIL_CELL_NUMBER }, { "due date", FIL_CELL_DAY } };

static const char *const dons[] = { "Mécénat/Dons", "12", "2024-03-01" };

static void
table__wide_headings__are_broken_before_a_text_is_cut(void **state)
{
	(void)state;
	expect_on_terminal(39, group, 3, dons, 1,
	    "group        autonomous_tool due date\n"
	    "Mécénat/Dons              12 2024-03-01\n",
	    NULL);
	expect_on_terminal(38, group, 3, dons, 1,
	    "             autonomous_\n"
	    "group               tool due date\n"
	    "Mécénat/Dons          12 2024-03-01\n",
	    NULL);
	expect_on_terminal(29, group, 3, dons, 1,
	    "             auton\n"
	    "             omous\n"
	    "group        _tool due date\n"
	    "Mécénat/Dons    12 2024-03-01\n",
	    NULL);
}

static void
table__narrow_terminal__cuts_headings_then_texts_in_the_middle(void **state)
{
	static const struct fil_output_column columns[] = { { "group", FIL_CELL_TEXT },
		{ "count_of_them", FIL_CELL_NUMBER }, { "due date", FIL_CELL_DAY } };

	(void)state;
	expect_on_terminal(27, columns, 3, dons, 1,
	    "             cou\n"
	    "             n…t\n"
	    "group        hem due date\n"
	    "Mécénat/Dons  12 2024-03-01\n",
	    "1 column is cut to fit 27 columns: -f csv or -o FILE has it whole");
	expect_on_terminal(25, columns, 3, dons, 1,
	    "           cou\n"
	    "           n…t\n"
	    "group      hem due date\n"
	    "Mécén…Dons  12 2024-03-01\n",
	    "2 columns are cut to fit 25 columns: -f csv or -o FILE has them whole");
}

static void
table__too_little_left__is_printed_in_parts(void **state)
{
	static const struct fil_output_column columns[] = { { "unit", FIL_CELL_TEXT },
		{ "since", FIL_CELL_DAY }, { "users", FIL_CELL_NUMBER }, { "note", FIL_CELL_TEXT },
		{ "share_max", FIL_CELL_SHARE } };

	(void)state;
	expect_on_terminal(20, group, 3, dons, 1,
	    "             autonom\n"
	    "                ous_\n"
	    "group           tool\n"
	    "Mécénat/Dons      12\n"
	    "\n"
	    "group     due date\n"
	    "Mécé…Dons 2024-03-01\n",
	    "1 column is cut to fit 20 columns: -f csv or -o FILE has it whole");
	/* The unit does not tell the rows apart, and the day does. */
	expect_on_terminal(30, columns, 5,
	    CELLS("Achats", "2024-03-01", "7", "in the morning", "100.0", "Achats", "2024-03-02",
		"12", NULL, NULL),
	    2,
	    "unit   since      users\n"
	    "Achats 2024-03-01     7\n"
	    "Achats 2024-03-02    12\n"
	    "\n"
	    "unit   since      note\n"
	    "Achats 2024-03-01 in the…rning\n"
	    "Achats 2024-03-02\n"
	    "\n"
	    "unit   since      share_max\n"
	    "Achats 2024-03-01     100.0\n"
	    "Achats 2024-03-02\n",
	    "1 column is cut to fit 30 columns: -f csv or -o FILE has it whole");
}

static void
table__days_and_numbers__are_never_cut(void **state)
{
	(void)state;
	expect_on_terminal(5, group, 3, dons, 1,
	    "    au\n"
	    "gro t…\n"
	    "up  ol\n"
	    "M…s 12\n"
	    "\n"
	    "gro\n"
	    "up  due date\n"
	    "M…s 2024-03-01\n",
	    "2 columns are cut to fit 5 columns: -f csv or -o FILE has them whole");
}

static void
table__wide_and_combining_characters__are_cut_by_what_is_seen(void **state)
{
	(void)state;
	expect_on_terminal(14, two, 2,
	    CELLS("日本語日本語", "7", "e\u0301e\u0301e\u0301abcde\u0301", "12"), 2,
	    "           min\n"
	    "           ute\n"
	    "user         s\n"
	    "日本…本語    7\n"
	    "e\u0301e\u0301e\u0301abcde\u0301    12\n",
	    "1 column is cut to fit 14 columns: -f csv or -o FILE has it whole");
	expect_on_terminal(9, two, 2, CELLS("e\u0301e\u0301e\u0301abcde\u0301", "12"), 1,
	    "       mi\n"
	    "       n…\n"
	    "user   es\n"
	    "e\u0301e\u0301e\u0301…de\u0301 12\n",
	    "2 columns are cut to fit 9 columns: -f csv or -o FILE has them whole");
}

/* Whatever the texts and the terminal: no line is wider, unless numbers and days alone are. */
static void
table__any_text__fits_the_terminal(void **state)
{
	static const char *const texts[] = { "", "x", "Œuvres et établissements/Hébergement",
		"日本語", "\x1b[31m\n", "e\u0301\u0301\u0301", "caf\xe9", "a_b_c_d" };
	enum { TEXTS = sizeof texts / sizeof *texts };

	(void)state;
	for (size_t width = 22; width < 60; width++)
		for (size_t i = 0; i < TEXTS * TEXTS; i++) {
			const struct fil_output_style style = { .format = FIL_TABLE,
				.width = width };
			const struct fil_output_column columns[] = { { "a long_heading",
									 FIL_CELL_TEXT },
				{ "日本語日本語", FIL_CELL_TEXT }, { "b", FIL_CELL_NUMBER },
				{ "since", FIL_CELL_DAY } };
			char *text = written_in(&style, columns, 4,
				 CELLS(texts[i % TEXTS], texts[i / TEXTS], "100", "2024-03-01"), 1),
			     *rest = text, *line;

			while ((line = strsep(&rest, "\n")))
				assert_true(fil_text_width(line, strlen(line)) <= width);
			free(text);
		}
}

static void
csv__for_a_spreadsheet__runs_nothing(void **state)
{
	static const struct fil_output_style style = { .format = FIL_CSV, .for_excel = true };
	char *text = written_in(&style, two, 2,
	    CELLS("=1+1", "-1.5", "+33 1", "-x", "@x", "12", "\tx", NULL, "\rx", "", "a;b", "=1",
		"-5", "1,5", "＝1", "007"),
	    8);

	(void)state;
	assert_string_equal(text,
	    "\xEF\xBB\xBFuser;minutes\r\n"
	    "'=1+1;-1.5\r\n"
	    "'+33 1;'-x\r\n"
	    "'@x;12\r\n"
	    "'\tx;\r\n"
	    "\"'\rx\";\r\n"
	    "\"a;b\";'=1\r\n"
	    "'-5;1,5\r\n"
	    "'＝1;007\r\n");
	free(text);
}

static const struct fil_output_column kinds[] = { { "user", FIL_CELL_TEXT },
	{ "users", FIL_CELL_NUMBER }, { "share", FIL_CELL_SHARE }, { "due", FIL_CELL_DAY },
	{ "run", FIL_CELL_RUN } };

static const char *const figures[] = { "1234.5", "33705", "12.5", "2024-03-01", "1234", NULL, "-7",
	"x", "March", NULL };

static void
french__people__read_numbers_and_days_as_they_write_them(void **state)
{
	static const struct fil_output_style style = { .format = FIL_CSV, .for_excel = true };
	char *text;

	(void)state;
	assert_true(fil_language_choose("fr"));
	text = written(FIL_TABLE, kinds, 5, figures, 2);
	assert_string_equal(text,
	    "user    users share due            run\n"
	    "1234.5 33\u202f705  12,5 1er\u00a0mars\u00a02024 1234\n"
	    "           \u22127     x March\n");
	free(text);
	text = written_in(&style, kinds, 5, figures, 2);
	assert_string_equal(text,
	    "\xEF\xBB\xBFuser;users;share;due;run\r\n"
	    "1234.5;33705;12,5;2024-03-01;1234\r\n"
	    ";-7;x;March;\r\n");
	free(text);
	text = written(FIL_CSV, kinds, 5, figures, 2);
	assert_true(fil_language_choose("en"));
	assert_string_equal(text,
	    "user,users,share,due,run\n1234.5,33705,12.5,2024-03-01,1234\n"
	    ",-7,x,March,\n");
	free(text);
}

static void
english__people__read_what_commands_read(void **state)
{
	char *text = written(FIL_TABLE, kinds, 5, figures, 2);

	(void)state;
	assert_string_equal(text,
	    "user   users share due         run\n"
	    "1234.5 33705  12.5 2024-03-01 1234\n"
	    "          -7     x March\n");
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

#ifdef FIL_HAS_XLSX

/* Writes a workbook of the output's rows into the file "got" of the place, and reads it back as CSV, by
 * another program. The caller frees the text. */
static char *
read_back(const struct place *place, FILE *workbook)
{
	char *path = place_file(place, "got"),
	     *command = fil_format("perl tests/cli/xlsx.pl %s", path);
	char *text = NULL, block[4096];
	size_t size, n;
	FILE *file = fopen(path, "w"), *memory = open_memstream(&text, &size), *pipe;

	assert_non_null(file);
	rewind(workbook);
	while ((n = fread(block, 1, sizeof block, workbook)) > 0)
		fwrite(block, 1, n, file);
	assert_int_equal(fclose(file), 0);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	while ((n = fread(block, 1, sizeof block, pipe)) > 0)
		fwrite(block, 1, n, memory);
	assert_int_equal(pclose(pipe), 0);
	assert_int_equal(fclose(memory), 0);
	free(command);
	free(path);
	return text;
}

static const struct fil_output_style workbook = { .format = FIL_XLSX, .title = "rows" };

/* Checks the cells of a workbook with one column of texts: a line of CSV each. */
static void
expect_workbook(const struct place *place, const char *const *cells, size_t n, const char *wanted)
{
	FILE *stream = tmpfile();
	struct fil_output *output = fil_output_new(stream, &workbook, two, 1);
	struct fil_fault fault;
	char *text;

	for (size_t i = 0; i < n; i++)
		fil_output_row(output, cells + i);
	assert_int_equal(fil_output_end(output, &fault), 0);
	text = read_back(place, stream);
	assert_string_equal(text, wanted);
	free(text);
	fclose(stream);
}

static void
xlsx__controls__are_shown_and_line_breaks_stay(void **state)
{
	expect_workbook(*state,
	    CELLS(
		"\x1b[2J", "a\r\nb\rc\n", "a\tb", "caf\xe9", "\u202e", "\x01", "_x0041_", "_x41_"),
	    8, "user\n\\x1b[2J\n\"a\nb\nc\n\"\na\tb\ncaf\\xe9\n\\u{202e}\n\\x01\n_x0041_\n_x41_\n");
}

static void
xlsx__formulas_and_numbers_in_texts__stay_text(void **state)
{
	expect_workbook(*state,
	    CELLS("=1+1", "007", "1E5", "2024-03-01", "TRUE", "#N/A", "'x", "http://a.b"), 8,
	    "user\n=1+1\n007\n1E5\n2024-03-01\nTRUE\n#N/A\n'x\nhttp://a.b\n");
}

static unsigned
draw(uint64_t *seed, unsigned n)
{
	*seed = *seed * 6364136223846793005U + 1442695040888963407U;
	return (unsigned)(*seed >> 33) % n;
}

/* Adds a character that a store may hold in a text. */
static void
add_character(struct fil_bytes *text, uint64_t *seed)
{
	static const char *const odd[] = { "_", "x", "0", "&", "<", ">", "\"", "'", "=", ",", " ",
		"\n", "\t", "é", "日", "\U0001F600", "]]>", "&lt;", "_x000D_", "e\u0301" };

	fil_bytes_add_text(text, odd[draw(seed, sizeof odd / sizeof *odd)]);
}

/* Fills a row of cells of the kinds, as reports and lists have them. */
static void
draw_row(struct fil_bytes *cells, uint64_t *seed)
{
	char day[FIL_DATE_SIZE];

	for (size_t i = 0; i < 5; i++)
		fil_bytes_clear(&cells[i]);
	fil_bytes_add_text(&cells[0], "k");
	for (unsigned n = draw(seed, 12); n > 0; n--)
		add_character(&cells[0], seed);
	fil_bytes_add_text(&cells[0], "k");
	fil_bytes_add_format(&cells[1], "%u.%u5", draw(seed, 1000000), draw(seed, 100));
	fil_bytes_add_format(
	    &cells[2], "%s%u.%u", draw(seed, 2) ? "-" : "", 1 + draw(seed, 100), 1 + draw(seed, 9));
	fil_date_write((fil_day)draw(seed, 3000000) - 141000, day);
	fil_bytes_add_text(&cells[3], day);
	fil_bytes_add_format(&cells[4], "%u%u", 1 + draw(seed, 999999999), draw(seed, 999999999));
}

/* Property: all cells come back as they were, as CSV has them. */
static void
xlsx__any_cell__comes_back(void **state)
{
	uint64_t seed = 20240301;
	FILE *stream = tmpfile();
	char *wanted = NULL, *got;
	size_t size;
	FILE *memory = open_memstream(&wanted, &size);
	static const struct fil_output_style plain = { .format = FIL_CSV };
	struct fil_output *csv = fil_output_new(memory, &plain, kinds, 5),
			  *xlsx = fil_output_new(stream, &workbook, kinds, 5);
	struct fil_bytes row[5] = { 0 };
	struct fil_fault fault;

	for (size_t i = 0; i < 3000; i++) {
		draw_row(row, &seed);
		fil_output_row(
		    csv, CELLS(row[0].data, row[1].data, row[2].data, row[3].data, row[4].data));
		fil_output_row(
		    xlsx, CELLS(row[0].data, row[1].data, row[2].data, row[3].data, row[4].data));
	}
	assert_int_equal(fil_output_end(csv, &fault), 0);
	assert_int_equal(fil_output_end(xlsx, &fault), 0);
	fclose(memory);
	got = read_back(*state, stream);
	assert_string_equal(got, wanted);
	for (size_t i = 0; i < 5; i++)
		fil_bytes_release(&row[i]);
	free(got);
	free(wanted);
	fclose(stream);
}

static void
xlsx__too_many_rows__are_a_fault_and_nothing_is_written(void **state)
{
	for (size_t extra = 0; extra < 2; extra++) {
		FILE *stream = tmpfile();
		struct fil_output *output = fil_output_new(stream, &workbook, two, 2);
		struct fil_fault fault = { .status = FIL_OK };

		(void)state;
		for (size_t i = 0; i < 1048575 + extra; i++)
			fil_output_row(output, CELLS(NULL, ""));
		assert_int_equal(fil_output_end(output, &fault), extra == 0 ? 0 : -1);
		assert_int_equal(fault.status, extra == 0 ? FIL_OK : FIL_CANT_CREATE);
		if (extra > 0)
			assert_string_equal(fault.text,
			    "rows: there are more than the 1048575 rows that a sheet of a "
			    "workbook holds; -f csv has them all");
		assert_int_equal(ftell(stream) == 0, extra > 0);
		fclose(stream);
	}
}

#endif

int
main(void)
{
	const struct CMUnitTest tests[] = {
#ifdef FIL_HAS_XLSX
		cmocka_unit_test_setup_teardown(
		    xlsx__controls__are_shown_and_line_breaks_stay, place_empty, place_remove),
		cmocka_unit_test_setup_teardown(
		    xlsx__formulas_and_numbers_in_texts__stay_text, place_empty, place_remove),
		cmocka_unit_test_setup_teardown(
		    xlsx__any_cell__comes_back, place_empty, place_remove),
		cmocka_unit_test(xlsx__too_many_rows__are_a_fault_and_nothing_is_written),
#endif
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
		cmocka_unit_test(table__wide_headings__are_broken_before_a_text_is_cut),
		cmocka_unit_test(table__narrow_terminal__cuts_headings_then_texts_in_the_middle),
		cmocka_unit_test(table__too_little_left__is_printed_in_parts),
		cmocka_unit_test(table__days_and_numbers__are_never_cut),
		cmocka_unit_test(table__wide_and_combining_characters__are_cut_by_what_is_seen),
		cmocka_unit_test(table__any_text__fits_the_terminal),
		cmocka_unit_test(csv__for_a_spreadsheet__runs_nothing),
		cmocka_unit_test(french__people__read_numbers_and_days_as_they_write_them),
		cmocka_unit_test(english__people__read_what_commands_read),
		cmocka_unit_test(markdown__no_rows__is_header_and_rule),
		cmocka_unit_test(markdown__unknown__is_an_empty_cell),
		cmocka_unit_test(markdown__markup__is_text),
		cmocka_unit_test(markdown__line_breaks__keep_the_row_on_one_line),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
