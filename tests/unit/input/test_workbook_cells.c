/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "lib/input/workbook_cells.h"

static void
read__codes__show_days_times_or_numbers(void **state)
{
	static const struct {
		const char *code;
		enum fil_number_format shown;
	} cases[] = {
		{ "General", FIL_SHOWN_NUMBER },
		{ "0.00E+00", FIL_SHOWN_NUMBER },
		{ "#,##0.00\\ \"days\"", FIL_SHOWN_NUMBER },
		{ "[Red]0;[Magenta]-0", FIL_SHOWN_NUMBER },
		{ "@", FIL_SHOWN_NUMBER },
		{ "", FIL_SHOWN_NUMBER },
		{ "0\\d", FIL_SHOWN_NUMBER },
		{ "_(* #,##0_);_(* yyyy", FIL_SHOWN_NUMBER },
		{ "\"an open quote yyyy", FIL_SHOWN_NUMBER },
		{ "0.0\"%\"", FIL_SHOWN_NUMBER },
		{ "0\\%", FIL_SHOWN_NUMBER },
		{ "0%", FIL_SHOWN_PERCENT },
		{ "0.00\\ %;[Red]-0.00\\ %", FIL_SHOWN_PERCENT },
		{ "dd/mm/yyyy", FIL_SHOWN_DAY },
		{ "[$-40C]d\\ mmmm\\ yyyy;@", FIL_SHOWN_DAY },
		{ "mmm", FIL_SHOWN_DAY },
		{ "YYYY-MM-DD", FIL_SHOWN_DAY },
		{ "m/d/yy\\ h:mm:ss", FIL_SHOWN_DAY_TIME },
		{ "d/m/yyyy h:mm AM/PM", FIL_SHOWN_DAY_TIME },
		{ "[h]:mm:ss", FIL_SHOWN_TIME },
		{ "[mm]", FIL_SHOWN_TIME },
		{ "h:mm AM/PM", FIL_SHOWN_TIME },
		{ "mm:ss.0", FIL_SHOWN_TIME },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (fil_number_format_read(cases[i].code) != cases[i].shown)
			fail_msg("%s", cases[i].code);
	assert_int_equal(fil_number_format_known(0), FIL_SHOWN_NUMBER);
	assert_int_equal(fil_number_format_known(9), FIL_SHOWN_PERCENT);
	assert_int_equal(fil_number_format_known(10), FIL_SHOWN_PERCENT);
	assert_int_equal(fil_number_format_known(14), FIL_SHOWN_DAY);
	assert_int_equal(fil_number_format_known(22), FIL_SHOWN_DAY_TIME);
	assert_int_equal(fil_number_format_known(46), FIL_SHOWN_TIME);
	assert_int_equal(fil_number_format_known(49), FIL_SHOWN_NUMBER);
}

static void
written(const char *value, enum fil_number_format shown, bool system_1904, const char *wanted)
{
	struct fil_bytes text = { 0 };

	fil_number_format_write(value, strlen(value), shown, system_1904, &text);
	assert_string_equal(text.data, wanted);
	fil_bytes_release(&text);
}

/* What is wanted is Python's repr of the number, without an exponent. */
static void
write__numbers__are_their_shortest_exact_decimal(void **state)
{
	static const char *const cases[][2] = { { "0", "0" }, { "-0", "0" }, { "7", "7" },
		{ "007", "7" }, { "999999999999999", "999999999999999" },
		{ "1234567890123456", "1234567890123456" }, { "0.1", "0.1" },
		{ "0.10000000000000001", "0.1" }, { "0.30000000000000004", "0.30000000000000004" },
		{ "1.1000000000000001", "1.1" }, { "2.50", "2.5" },
		{ "0.000000000000001", "0.000000000000001" }, { "00.5", "0.5" }, { ".5", "0.5" },
		{ "5.", "5" }, { "0.0", "0" }, { "12345678901234.5", "12345678901234.5" },
		{ "123456789012345.25", "123456789012345.25" }, { "-12.50", "-12.5" },
		{ "1E3", "1000" }, { "1.5e-7", "0.00000015" },
		{ "1e22", "10000000000000000000000" }, { "9007199254740993", "9007199254740993" },
		{ "9007199254740993.0", "9007199254740992" }, { "123.456", "123.456" },
		{ "1,5", "1,5" }, { "abc", "abc" }, { "1e999", "1e999" }, { "nan", "nan" },
		{ "0x3", "0x3" }, { "0x1p4", "0x1p4" } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		written(cases[i][0], FIL_SHOWN_NUMBER, false, cases[i][1]);
}

static void
write__percentages__have_their_sign(void **state)
{
	static const char *const cases[][2] = { { "0.85", "85%" }, { "0.07", "7%" },
		{ "0.28499999999999998", "28.5%" }, { "1", "100%" }, { "12", "1200%" },
		{ "0", "0%" }, { "-0.5", "-50%" }, { "0.001", "0.1%" },
		{ "0.33333333333333331", "33.33333333333333%" }, { "1E-3", "0.1%" },
		{ "abc", "abc" } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		written(cases[i][0], FIL_SHOWN_PERCENT, false, cases[i][1]);
}

/* The days are those of ECMA-376, part 1, 18.17.4.1. */
static void
write__days__are_counted_from_1900_or_1904(void **state)
{
	(void)state;
	written("1", FIL_SHOWN_DAY, false, "1900-01-01");
	written("59", FIL_SHOWN_DAY, false, "1900-02-28");
	written("60", FIL_SHOWN_DAY, false, "60");
	written("61", FIL_SHOWN_DAY, false, "1900-03-01");
	written("3687.4207639", FIL_SHOWN_DAY_TIME, false, "1910-02-03 10:05:54");
	written("2958465.9999884", FIL_SHOWN_DAY_TIME, false, "9999-12-31 23:59:59");
	written("2958465.9999999", FIL_SHOWN_DAY_TIME, false, "2958465.9999999");
	written("45365.99999999", FIL_SHOWN_DAY_TIME, false, "2024-03-15");
	written("45365.75", FIL_SHOWN_DAY, false, "2024-03-14");
	written("0", FIL_SHOWN_DAY, true, "1904-01-01");
	written("2225.4207639", FIL_SHOWN_DAY_TIME, true, "1910-02-03 10:05:54");
	written("2957003", FIL_SHOWN_DAY, true, "9999-12-31");
	written("0", FIL_SHOWN_DAY, false, "0");
	written("-1", FIL_SHOWN_DAY, true, "-1");
	written("1e300", FIL_SHOWN_TIME, false,
	    "10000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
	    "00"
	    "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
	    "00"
	    "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
	    "00"
	    "0000000000000000000000000000000000000");
	written("1.5", FIL_SHOWN_TIME, false, "36:00:00");
	written("-0.5", FIL_SHOWN_TIME, false, "-0.5");
}

/* Texts of 0 to 40,000 bytes: those of half the numbers are short, so that all are over 16 MiB. */
enum { TEXTS = 4000 };

static size_t
text_of(size_t number, char text[static 40001])
{
	size_t n = number % 2 == 0 ? number % 50 : number * 7919 % 40000;

	memset(text, 'a' + (int)(number % 26), n);
	text[n] = '\0';
	return n;
}

static void
get__texts_in_a_file_and_in_memory__are_as_they_were_added(void **state)
{
	struct fil_shared_strings *strings = fil_shared_strings_new("/tmp");
	struct fil_bytes text = { 0 };
	struct fil_fault fault;
	char wanted[40001];
	size_t n;

	(void)state;
	assert_int_equal(fil_shared_strings_get(strings, 0, &text, &fault), 0);
	for (size_t i = 0; i < TEXTS; i++) {
		n = text_of(i, wanted);
		assert_int_equal(fil_shared_strings_add(strings, wanted, n, &fault), 0);
	}
	/* In an order that leaves the pages in memory often. */
	for (size_t i = 0, number = 0; i < TEXTS; i++, number = (number + 1117) % TEXTS) {
		n = text_of(number, wanted);
		assert_int_equal(fil_shared_strings_get(strings, number, &text, &fault), 1);
		assert_int_equal(text.length, n);
		assert_string_equal(text.data, wanted);
	}
	assert_int_equal(fil_shared_strings_get(strings, TEXTS, &text, &fault), 0);
	fil_bytes_release(&text);
	fil_shared_strings_free(strings);
}

static void
add__no_folder_for_the_file__is_a_fault(void **state)
{
	struct fil_shared_strings *strings = fil_shared_strings_new("/nowhere");
	static char text[1024 * 1024];
	struct fil_fault fault;
	int result = 0;

	(void)state;
	for (size_t i = 0; i < 17 && result == 0; i++)
		result = fil_shared_strings_add(strings, text, sizeof text, &fault);
	assert_int_equal(result, -1);
	assert_string_equal(
	    fault.text, "cannot make a temporary file in /nowhere: No such file or directory");
	fil_shared_strings_free(strings);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(read__codes__show_days_times_or_numbers),
		cmocka_unit_test(write__numbers__are_their_shortest_exact_decimal),
		cmocka_unit_test(write__percentages__have_their_sign),
		cmocka_unit_test(write__days__are_counted_from_1900_or_1904),
		cmocka_unit_test(get__texts_in_a_file_and_in_memory__are_as_they_were_added),
		cmocka_unit_test(add__no_folder_for_the_file__is_a_fault),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
