/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/number.h"

#define COUNT(array) (sizeof array / sizeof((array)[0]))

static void
number__digits__are_read(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		long long value;
	} cases[] = { { "0", 0 }, { "-0", 0 }, { "7", 7 }, { "007", 7 }, { "-12", -12 },
		{ "4294967297", 4294967297 }, { "9223372036854775807", LLONG_MAX },
		{ "-9223372036854775808", LLONG_MIN }, { "00000000000000000000000000000001", 1 } };
	long long value;

	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(fil_number_read(cases[i].text, LLONG_MIN, LLONG_MAX, &value), 0);
		assert_true(value == cases[i].value);
	}
}

static void
number__anything_else__is_refused(void **state)
{
	(void)state;
	static const char *const wrong[] = { "", "-", "+7", " 7", "7 ", "12abc", "0x10", "1e3",
		"1.0", "1,0", "--1", "- 1", "9223372036854775808", "-9223372036854775809",
		"99999999999999999999999", "١٢", "1 000", "\t1", "inf" };
	long long value = 42;

	for (size_t i = 0; i < COUNT(wrong); i++)
		if (fil_number_read(wrong[i], LLONG_MIN, LLONG_MAX, &value) != -1 || value != 42)
			fail_msg("'%s' is read", wrong[i]);
}

static void
number__any__is_written_as_it_is_read(void **state)
{
	(void)state;
	static const char *const texts[] = { "0", "7", "10", "-12", "4294967297",
		"9223372036854775807", "-9223372036854775808" };
	char written[FIL_NUMBER_SIZE];
	long long value;

	for (size_t i = 0; i < COUNT(texts); i++) {
		assert_int_equal(fil_number_read(texts[i], LLONG_MIN, LLONG_MAX, &value), 0);
		fil_number_write(value, written);
		assert_string_equal(written, texts[i]);
	}
}

static void
number__out_of_bounds__is_refused(void **state)
{
	(void)state;
	long long value = 42;

	assert_int_equal(fil_number_read("6", 1, 5, &value), -1);
	assert_int_equal(fil_number_read("0", 1, 5, &value), -1);
	assert_int_equal(value, 42);
	assert_int_equal(fil_number_read("5", 1, 5, &value), 0);
	assert_int_equal(value, 5);
	assert_int_equal(fil_number_read("1", 1, 5, &value), 0);
	assert_int_equal(value, 1);
}

static void
amount__as_people_write_it__becomes_canonical(void **state)
{
	(void)state;
	static const char *const cases[][2] = { { "12", "12" }, { "0,80", "0.8" },
		{ "0.80", "0.8" }, { "1,5", "1.5" }, { "1 234,5", "1234.5" },
		{ "1\u00A0234,5", "1234.5" }, { "1\u202F234\u202F567", "1234567" },
		{ "12 345 678.125", "12345678.125" }, { "-3.25", "-3.25" }, { "-3,250", "-3.25" },
		{ "0", "0" }, { "-0", "0" }, { "-0,00", "0" }, { "0.000", "0" }, { "007", "7" },
		{ "10", "10" }, { "100", "100" }, { "0.001", "0.001" }, { "0,01", "0.01" },
		{ "999999999999.999", "999999999999.999" }, { "1,234", "1.234" },
		{ "-999 999 999 999,999", "-999999999999.999" },
		{ "0000000000000000000001", "1" } };
	char canonical[FIL_AMOUNT_SIZE];

	for (size_t i = 0; i < COUNT(cases); i++) {
		if (fil_amount_read(cases[i][0], canonical) != 0)
			fail_msg("'%s' is refused", cases[i][0]);
		assert_string_equal(canonical, cases[i][1]);
	}
}

static void
amount__anything_doubtful__is_refused(void **state)
{
	(void)state;
	static const char *const wrong[] = { "", "-", ".", ",", ".5", ",5", "5.", "5,", "1.234,56",
		"1,234.56", "1,2,3", "1.2.3", "1.2345", "0.0000", "+1", " 1", "1 ", "1 23",
		"1 2345", "1234 567", "12 34", "1  234", "1 234\u00A0567", "1\u202F234 567",
		"1 234 ", "1 234,", "1'234", "1_000", "1e3", "0x1", "inf", "nan", "1000000000000",
		"999 999 999 999 999", "99999999999999999999999999", "1,-5", "12€", "12abc",
		"\u00A0", "1\u00A0", "1\xC2", "1\xE2\x80", "--1", "- 1", "-1-" };
	char canonical[FIL_AMOUNT_SIZE];

	for (size_t i = 0; i < COUNT(wrong); i++)
		if (fil_amount_read(wrong[i], canonical) != -1)
			fail_msg("'%s' is read as %s", wrong[i], canonical);
}

static void
amount__its_signs__say_which_is_the_decimal_one(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum fil_amount_writing writing;
		enum fil_decimal_sign sign; /* UNKNOWN: unset */
		const char *comma, *point; /* ungrouped under each sign */
	} cases[] = {
		{ "12", FIL_AMOUNT_SILENT, FIL_SIGN_UNKNOWN, NULL, NULL },
		{ "1,234", FIL_AMOUNT_OPEN, FIL_SIGN_COMMA, "1.234", "1234" },
		{ "-12,345", FIL_AMOUNT_OPEN, FIL_SIGN_COMMA, "-12.345", "-12345" },
		{ "12.345", FIL_AMOUNT_OPEN, FIL_SIGN_POINT, "12345", "12.345" },
		{ "1,5", FIL_AMOUNT_PROVES, FIL_SIGN_COMMA, NULL, NULL },
		{ "0,125", FIL_AMOUNT_PROVES, FIL_SIGN_COMMA, NULL, NULL },
		{ "1234.567", FIL_AMOUNT_PROVES, FIL_SIGN_POINT, NULL, NULL },
		{ "1 234,567", FIL_AMOUNT_PROVES, FIL_SIGN_COMMA, NULL, NULL },
		{ "1,234.5", FIL_AMOUNT_GROUPED, FIL_SIGN_POINT, NULL, "1234.5" },
		{ "1.234,56", FIL_AMOUNT_GROUPED, FIL_SIGN_COMMA, "1234.56", NULL },
		{ "1,234,567", FIL_AMOUNT_GROUPED, FIL_SIGN_POINT, NULL, "1234567" },
		{ "1,23,4", FIL_AMOUNT_SILENT, FIL_SIGN_UNKNOWN, NULL, NULL },
		{ "1,234,56", FIL_AMOUNT_SILENT, FIL_SIGN_UNKNOWN, NULL, NULL },
		{ "1,234x", FIL_AMOUNT_SILENT, FIL_SIGN_UNKNOWN, NULL, NULL },
		{ ",5", FIL_AMOUNT_SILENT, FIL_SIGN_UNKNOWN, NULL, NULL },
		{ "5,", FIL_AMOUNT_SILENT, FIL_SIGN_UNKNOWN, NULL, NULL },
	};
	char plain[FIL_AMOUNT_PLAIN];

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		enum fil_decimal_sign sign = FIL_SIGN_UNKNOWN;

		if (fil_amount_look(cases[i].text, true, &sign) != cases[i].writing)
			fail_msg("'%s'", cases[i].text);
		if (cases[i].writing != FIL_AMOUNT_SILENT)
			assert_int_equal(sign, cases[i].sign);
		if (cases[i].comma) {
			assert_true(fil_amount_ungroup(cases[i].text, FIL_SIGN_COMMA, plain));
			assert_string_equal(plain, cases[i].comma);
		}
		if (cases[i].point) {
			assert_true(fil_amount_ungroup(cases[i].text, FIL_SIGN_POINT, plain));
			assert_string_equal(plain, cases[i].point);
		}
	}
	enum fil_decimal_sign sign;
	assert_int_equal(fil_amount_look("12.345", false, &sign), FIL_AMOUNT_PROVES);
	assert_int_equal(sign, FIL_SIGN_POINT);
	assert_false(fil_amount_ungroup("1,234.5", FIL_SIGN_COMMA, plain));
}

static void
amount__any_thousandths__come_back(void **state)
{
	(void)state;
	static const long long far[] = { LLONG_MAX, LLONG_MIN, LLONG_MIN + 1, 999999999999999,
		-999999999999999 };
	char written[FIL_AMOUNT_SIZE], read[FIL_AMOUNT_SIZE];

	for (long long value = -20000; value <= 20000; value++) {
		fil_amount_write(value, written);
		assert_int_equal(fil_amount_thousandths(written), value);
		assert_int_equal(fil_amount_read(written, read), 0);
		assert_string_equal(read, written);
	}
	for (size_t i = 0; i < COUNT(far); i++) {
		fil_amount_write(far[i], written);
		assert_true(fil_amount_thousandths(written) == far[i]);
	}
	fil_amount_write(LLONG_MIN, written);
	assert_string_equal(written, "-9223372036854775.808");
}

static void
decimal__as_people_write_it__becomes_canonical(void **state)
{
	(void)state;
	static const char *const cases[][2] = { { "0", "0" }, { "-0,0", "0" },
		{ "00012.500", "12.5" }, { "0,000000001", "0.000000001" }, { "-3,25", "-3.25" },
		{ "10", "10" }, { "-0.5", "-0.5" }, { "100.00", "100" },
		{ "123456789012345678901234567890.1", "123456789012345678901234567890.1" } };

	for (size_t i = 0; i < COUNT(cases); i++) {
		char *read = fil_decimal_read(cases[i][0]);
		assert_non_null(read);
		assert_string_equal(read, cases[i][1]);
		free(read);
	}
}

static void
decimal__anything_else__is_refused(void **state)
{
	(void)state;
	static const char *const wrong[] = { "", "-", ".", ".5", "5.", "1.2.3", "1,2.3", "+1", " 1",
		"1 ", "1 000", "1e3", "abc", "12%", "--1" };

	for (size_t i = 0; i < COUNT(wrong); i++)
		assert_null(fil_decimal_read(wrong[i]));
}

static void
decimal__in_rising_order__compare_so(void **state)
{
	(void)state;
	static const char *const rising[] = { "-99999999999999999999.5", "-10", "-9.51", "-9.5",
		"-1", "-0.001", "0", "0.000000001", "0.09", "0.1", "0.25", "1", "1.05", "1.5", "2",
		"9", "10", "33.3", "100", "9223372036854775807", "9223372036854775808",
		"99999999999999999999" };

	for (size_t i = 0; i < COUNT(rising); i++)
		for (size_t j = 0; j < COUNT(rising); j++) {
			int order = fil_decimal_compare(rising[i], rising[j]);
			assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
		}
	assert_int_equal(fil_decimal_compare("1.50", "01.5"), 0);
	assert_int_equal(fil_decimal_compare("-0", "0.0"), 0);
	assert_int_equal(fil_decimal_compare("7.", "7"), 0);
}

static void
half__any_number__is_exact(void **state)
{
	(void)state;
	static const struct {
		long long twice;
		unsigned decimals;
		const char *half;
	} cases[] = { { 25, 0, "12.5" }, { 24, 0, "12" }, { 0, 0, "0" }, { -1, 0, "-0.5" },
		{ 1, 1, "0.05" }, { 1, 3, "0.0005" }, { 53000, 3, "26.5" }, { 90000, 3, "45" },
		{ 3, 2, "0.015" }, { 5, 4, "0.00025" },
		{ 1999999999999999, 3, "999999999999.9995" },
		{ (1LL << 60) - 1, 0, "576460752303423487.5" },
		{ 1 - (1LL << 60), 0, "-576460752303423487.5" } };
	char buffer[FIL_AMOUNT_SIZE];

	for (size_t i = 0; i < COUNT(cases); i++) {
		fil_half_write(cases[i].twice, cases[i].decimals, buffer);
		assert_string_equal(buffer, cases[i].half);
	}
}

static void
amount__sum_too_large__is_left_alone(void **state)
{
	(void)state;
	long long sum = 0;

	assert_int_equal(fil_amount_add(&sum, "12.25"), 0);
	assert_int_equal(fil_amount_add(&sum, "0.005"), 0);
	assert_true(sum == 12255);
	sum = LLONG_MAX - 999;
	assert_int_equal(fil_amount_add(&sum, "1"), -1);
	assert_true(sum == LLONG_MAX - 999);
	assert_int_equal(fil_amount_add(&sum, "0.999"), 0);
	assert_true(sum == LLONG_MAX);
}

static void
minutes__amounts_of_time__are_minutes(void **state)
{
	(void)state;
	static const struct {
		const char *text, *minutes;
	} cases[] = { { "1h 31m 20s", "91.333" }, { "45m 20s", "45.333" }, { "01:31:20", "91.333" },
		{ "0:00:30", "0.5" }, { "26 min", "26" }, { "PT26M12S", "26.2" }, { "1,5 h", "90" },
		{ "1.5h", "90" }, { "1h30", "90" }, { "2 h 5", "125" }, { "PT1H", "60" },
		{ "P1DT2H", "1560" }, { "PT0.5S", "0.008" }, { "1 heure 5 minutes", "65" },
		{ "2 hours, 3 mins", "123" }, { "20 secondes", "0.333" }, { "3 Min.", "3" },
		{ "PT100H", "6000" }, { "100:00:00", "6000" }, { "999999999 s", "16666666.65" } };
	char canonical[FIL_AMOUNT_SIZE];

	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(fil_minutes_read(cases[i].text, canonical), 0);
		assert_string_equal(canonical, cases[i].minutes);
	}
}

static void
minutes__anything_else__is_refused(void **state)
{
	(void)state;
	/* 31:20 may be hours or minutes. */
	static const char *const wrong[] = { "", "h", "31:20", "1:60:00", "1:00:60", "1:2:3:4",
		"30m 1h", "1h 2h", "5 d", "P", "PT", "P1M", "PT1D", "P1H", "PT5", "-1h", "1h -5m",
		"12", "1h30x", "1:00:00 h", "9999999999 s", "PT5M12S3", "1,5:00:00" };
	char canonical[FIL_AMOUNT_SIZE];

	for (size_t i = 0; i < COUNT(wrong); i++)
		if (fil_minutes_read(wrong[i], canonical) == 0)
			fail_msg("'%s' is read as %s", wrong[i], canonical);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(number__digits__are_read),
		cmocka_unit_test(number__anything_else__is_refused),
		cmocka_unit_test(number__any__is_written_as_it_is_read),
		cmocka_unit_test(number__out_of_bounds__is_refused),
		cmocka_unit_test(decimal__as_people_write_it__becomes_canonical),
		cmocka_unit_test(decimal__anything_else__is_refused),
		cmocka_unit_test(decimal__in_rising_order__compare_so),
		cmocka_unit_test(amount__as_people_write_it__becomes_canonical),
		cmocka_unit_test(amount__anything_doubtful__is_refused),
		cmocka_unit_test(amount__its_signs__say_which_is_the_decimal_one),
		cmocka_unit_test(amount__any_thousandths__come_back),
		cmocka_unit_test(half__any_number__is_exact),
		cmocka_unit_test(amount__sum_too_large__is_left_alone),
		cmocka_unit_test(minutes__amounts_of_time__are_minutes),
		cmocka_unit_test(minutes__anything_else__is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
