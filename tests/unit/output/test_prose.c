/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "lib/base/language.h"
#include "lib/output/prose.h"

#define COUNT(array) (sizeof array / sizeof((array)[0]))

static void
choose(const char *language)
{
	assert_true(fil_language_choose(language));
	assert_string_equal(fil_language(), language);
}

static void
number__decimal__has_groups_and_a_point(void **state)
{
	static const struct {
		const char *decimal, *french, *english;
	} cases[] = {
		{ "0", "0", "0" },
		{ "12.5", "12,5", "12.5" },
		{ "999", "999", "999" },
		{ "1000", "1\u202F000", "1,000" },
		{ "-1234567.25", "\u22121\u202F234\u202F567,25", "\u22121,234,567.25" },
		{ "00421", "00\u202F421", "00,421" },
		/* No decimal numbers. */
		{ "", "", "" },
		{ "1e5", "1e5", "1e5" },
		{ "1.", "1.", "1." },
		{ ".5", ".5", ".5" },
		{ "-", "-", "-" },
		{ "2024-03-31", "2024-03-31", "2024-03-31" },
		{ "12345678901234567890123456789012345678901",
		    "12345678901234567890123456789012345678901",
		    "12345678901234567890123456789012345678901" },
	};
	char text[FIL_PROSE_SIZE];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		choose("fr");
		assert_string_equal(fil_prose_number(text, cases[i].decimal), cases[i].french);
		choose("en");
		assert_string_equal(fil_prose_number(text, cases[i].decimal), cases[i].english);
	}
}

static void
number__the_longest__fits(void **state)
{
	char text[FIL_PROSE_SIZE];

	(void)state;
	choose("fr");
	fil_prose_number(text, "-123456789012345678901234567890123456789");
	assert_int_equal(strlen(text), 3 + 39 + 12 * 3);
	fil_prose_share(text, "1234567890123456789012345678901234567890");
	assert_true(strlen(text) < sizeof text);
}

static void
share__and_change__have_their_signs(void **state)
{
	char text[FIL_PROSE_SIZE];

	(void)state;
	choose("fr");
	assert_string_equal(fil_prose_share(text, "71.3"), "71,3\u202F%");
	assert_string_equal(fil_prose_share(text, ""), "");
	assert_string_equal(fil_prose_change(text, 24), "+24");
	assert_string_equal(fil_prose_change(text, 0), "0");
	assert_string_equal(fil_prose_change(text, -1280), "\u22121\u202F280");
	choose("en");
	assert_string_equal(fil_prose_share(text, "71.3"), "71.3%");
	assert_string_equal(fil_prose_change(text, -3), "\u22123");
}

static void
day__every_form__is_as_people_write_it(void **state)
{
	fil_day first, nineteenth;
	char text[FIL_PROSE_SIZE];

	(void)state;
	fil_date_parse("2024-03-01", &first);
	fil_date_parse("2024-02-19", &nineteenth);
	choose("fr");
	assert_string_equal(fil_prose_day(text, first, FIL_DAY_LONG), "1er\u00A0mars\u00A02024");
	assert_string_equal(fil_prose_day(text, first, FIL_DAY_MONTH), "1er\u00A0mars");
	assert_string_equal(fil_prose_day(text, first, FIL_DAY_ALONE), "1er");
	assert_string_equal(fil_prose_day(text, nineteenth, FIL_DAY_SHORT), "19\u00A0févr.");
	choose("en");
	assert_string_equal(fil_prose_day(text, first, FIL_DAY_LONG), "1 March 2024");
	assert_string_equal(fil_prose_day(text, nineteenth, FIL_DAY_SHORT), "19 Feb");
	assert_string_equal(fil_prose_day(text, nineteenth, FIL_DAY_ALONE), "19");
}

/* The C library knows the weeks of ISO 8601 too: strftime's %G and %V. */
static void
week__thirty_years__are_those_of_strftime(void **state)
{
	char text[FIL_PROSE_SIZE], expected[FIL_PROSE_SIZE];
	fil_day from, to;

	(void)state;
	choose("en");
	fil_date_parse("1999-12-20", &from);
	fil_date_parse("2029-01-20", &to);
	for (fil_day day = from; day < to; day++) {
		time_t seconds = (time_t)day * 86400;
		struct tm utc;

		strftime(expected, sizeof expected, "%G-W%V", gmtime_r(&seconds, &utc));
		assert_string_equal(fil_prose_week(text, day), expected);
	}
	choose("fr");
	fil_date_parse("2024-03-31", &from);
	assert_string_equal(fil_prose_week(text, from), "2024-S13");
}

static void
language__of_another_name__is_not_taken(void **state)
{
	(void)state;
	choose("fr");
	assert_false(fil_language_choose("de"));
	assert_false(fil_language_choose("fr_FR"));
	assert_string_equal(fil_language(), "fr");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(number__decimal__has_groups_and_a_point),
		cmocka_unit_test(number__the_longest__fits),
		cmocka_unit_test(share__and_change__have_their_signs),
		cmocka_unit_test(day__every_form__is_as_people_write_it),
		cmocka_unit_test(week__thirty_years__are_those_of_strftime),
		cmocka_unit_test(language__of_another_name__is_not_taken),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
