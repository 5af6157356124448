/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/date.h"

#define COUNT(array) (sizeof array / sizeof((array)[0]))

/* A calendar that only knows how to turn its leaves. */
struct leaf {
	int year, month, day, weekday; /* weekday 0: Sunday */
};

static int
length_of(int year, int month)
{
	if (month == 2)
		return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28;
	return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

static void
turn(struct leaf *leaf)
{
	leaf->weekday = (leaf->weekday + 1) % 7;
	if (leaf->day++ < length_of(leaf->year, leaf->month))
		return;
	leaf->day = 1;
	if (leaf->month++ < 12)
		return;
	leaf->month = 1;
	leaf->year++;
}

static fil_day
day(const char *text)
{
	fil_day value = INT32_MIN;

	assert_int_equal(fil_date_parse(text, &value), 0);
	return value;
}

static void
parse__every_day_of_the_calendar__is_one_more_than_the_last(void **state)
{
	(void)state;
	struct leaf leaf = { 1583, 1, 1, 6 }; /* a Saturday */
	fil_day expected = day("1583-01-01"), sunday = expected - 6, read;
	char text[40], written[FIL_DATE_SIZE];

	for (; leaf.year <= 9999; turn(&leaf), expected++) {
		snprintf(text, sizeof text, "%04d-%02d-%02d", leaf.year, leaf.month, leaf.day);
		sunday = leaf.weekday == 0 ? expected : sunday;
		if (fil_date_parse(text, &read) != 0 || read != expected)
			fail_msg("%s is read as %d, not %d", text, read, expected);
		fil_date_write(expected, written);
		if (strcmp(written, text) != 0)
			fail_msg("%s is written as %s", text, written);
		if (fil_date_sunday(expected) != sunday)
			fail_msg("the Sunday before %s is not %d", text, sunday);
	}
	assert_int_equal(expected - 1, day("9999-12-31"));
}

static void
parse__known_days__have_their_numbers(void **state)
{
	(void)state;
	assert_int_equal(day("1970-01-01"), 0);
	assert_int_equal(day("1969-12-31"), -1);
	assert_int_equal(day("2000-03-01"), 11017);
	assert_int_equal(day("2038-01-19"), 24855);
}

static void
parse__every_impossible_day__is_refused(void **state)
{
	(void)state;
	char text[40];
	fil_day read = 7;

	for (int i = 15830000; i <= 21009999; i++) {
		int year = i / 10000, month = i / 100 % 100, d = i % 100;
		if (month >= 1 && month <= 12 && d >= 1 && d <= length_of(year, month))
			continue;
		snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, d);
		if (fil_date_parse(text, &read) == 0)
			fail_msg("%s is read", text);
	}
	assert_int_equal(read, 7);
}

static void
parse__anything_but_the_iso_form__is_refused(void **state)
{
	(void)state;
	static const char *const wrong[] = { "", " ", "2024", "2024-", "2024-01", "2024-01-",
		"2024-1-1", "2024-01-1", "2024-01-011", "2024-01-01 ", " 2024-01-01", "2024/01/01",
		"20240101", "2024-01/01", "2024-0a-01", "-024-01-01", "+2024-01-01", "02024-01-01",
		"1582-12-31", "0000-00-00", "0000-01-01", "today", "2024-01-01T00:00:00",
		"2024-01-01\n", "٢٠٢٤-01-01" };
	fil_day read = 7;

	for (size_t i = 0; i < COUNT(wrong); i++)
		if (fil_date_parse(wrong[i], &read) != -1 || read != 7)
			fail_msg("'%s' is read", wrong[i]);
}

struct reading {
	const char *text;
	enum fil_date_order order;
	enum fil_date_found found;
	const char *date;
};

static void
read__each_form_and_order__is_found(void **state)
{
	(void)state;
	static const struct reading cases[] = {
		{ "2024-02-29", FIL_ORDER_UNKNOWN, FIL_DATE_OK, "2024-02-29" },
		{ "2024-02-29", FIL_ORDER_DMY, FIL_DATE_OK, "2024-02-29" },
		{ "2024/02/29", FIL_ORDER_MDY, FIL_DATE_OK, "2024-02-29" },
		{ "20240229", FIL_ORDER_YMD, FIL_DATE_OK, "2024-02-29" },
		{ "20240229", FIL_ORDER_DMY, FIL_DATE_OK, "2024-02-29" },
		{ "03/04/2024", FIL_ORDER_DMY, FIL_DATE_OK, "2024-04-03" },
		{ "03/04/2024", FIL_ORDER_MDY, FIL_DATE_OK, "2024-03-04" },
		{ "3.4.2024", FIL_ORDER_DMY, FIL_DATE_OK, "2024-04-03" },
		{ "3-4-2024", FIL_ORDER_DMY, FIL_DATE_OK, "2024-04-03" },
		{ "3/04/2024", FIL_ORDER_MDY, FIL_DATE_OK, "2024-03-04" },
		{ "03/04/2024", FIL_ORDER_UNKNOWN, FIL_DATE_UNPROVED, NULL },
		{ "1.2.2024", FIL_ORDER_UNKNOWN, FIL_DATE_UNPROVED, NULL },
		{ "05/05/2024", FIL_ORDER_UNKNOWN, FIL_DATE_OK, "2024-05-05" },
		{ "13/04/2024", FIL_ORDER_UNKNOWN, FIL_DATE_PROVES_DMY, "2024-04-13" },
		{ "04/13/2024", FIL_ORDER_UNKNOWN, FIL_DATE_PROVES_MDY, "2024-04-13" },
		{ "31/12/9999", FIL_ORDER_DMY, FIL_DATE_OK, "9999-12-31" },
		{ "31/12/9999", FIL_ORDER_UNKNOWN, FIL_DATE_PROVES_DMY, "9999-12-31" },
		{ "29/02/2024", FIL_ORDER_UNKNOWN, FIL_DATE_PROVES_DMY, "2024-02-29" },
		{ "29/02/2023", FIL_ORDER_UNKNOWN, FIL_DATE_BAD, NULL },
		{ "31/02/2024", FIL_ORDER_DMY, FIL_DATE_BAD, NULL },
		{ "04/13/2024", FIL_ORDER_DMY, FIL_DATE_BAD, NULL },
		{ "13/04/2024", FIL_ORDER_MDY, FIL_DATE_BAD, NULL },
		{ "03/04/2024", FIL_ORDER_YMD, FIL_DATE_BAD, NULL },
		{ "31/12/1582", FIL_ORDER_DMY, FIL_DATE_BAD, NULL },
		{ "2024-02-30", FIL_ORDER_UNKNOWN, FIL_DATE_BAD, NULL },
		{ "20240230", FIL_ORDER_UNKNOWN, FIL_DATE_BAD, NULL },
		{ "31122024", FIL_ORDER_DMY, FIL_DATE_BAD, NULL },
		{ "2024/2/3", FIL_ORDER_DMY, FIL_DATE_OK, "2024-02-03" },
		{ "2024-2-3", FIL_ORDER_UNKNOWN, FIL_DATE_OK, "2024-02-03" },
		{ "2024/2/30", FIL_ORDER_YMD, FIL_DATE_BAD, NULL },
		{ "45335", FIL_ORDER_EXCEL, FIL_DATE_OK, "2024-02-13" },
		{ "45335.669", FIL_ORDER_EXCEL, FIL_DATE_OK, "2024-02-13" },
		{ "45335,5", FIL_ORDER_EXCEL, FIL_DATE_OK, "2024-02-13" },
		{ "2024-02-13", FIL_ORDER_EXCEL, FIL_DATE_OK, "2024-02-13" },
		{ "13/02/2024", FIL_ORDER_EXCEL, FIL_DATE_OK, "2024-02-13" },
		{ "03/02/2024", FIL_ORDER_EXCEL, FIL_DATE_UNPROVED, NULL },
		{ "45335x", FIL_ORDER_EXCEL, FIL_DATE_BAD, NULL },
		{ "00421", FIL_ORDER_EXCEL, FIL_DATE_BAD, NULL },
		{ "2024", FIL_ORDER_EXCEL, FIL_DATE_BAD, NULL },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		fil_day read = 7;
		enum fil_date_found found = fil_date_read(cases[i].text, cases[i].order, &read);
		if (found != cases[i].found)
			fail_msg("%s under order %u: %u", cases[i].text, cases[i].order, found);
		assert_int_equal(read, !cases[i].date ? 7 : day(cases[i].date));
	}
}

static void
read__other_forms__are_bad(void **state)
{
	(void)state;
	static const char *const wrong[] = { "", "/", "//", "1/2", "1/2/", "1/2/24", "1/2/20245",
		"001/2/2024", "1/002/2024", "1/2.2024", "1.2/2024", "1//2024", "0/1/2024",
		"1/0/2024", "1 2 2024", "1/2/2024 ", " 1/2/2024", "1,2,2024", "2024.02.03",
		"2024-02/03", "202402", "2024023", "202402031", "45352", "1/jui/2024", "2024-W09-1",
		"févr. 2024", "3 févr.", "Mai 24", "3 ma 2024", "3 Foo 2024", "3 févr. 24",
		"lun. 3", "xyz 3/2/2024", "31 juin 2024", "Feb 30, 2024", "mardi13/02/2024",
		"Feb132024", "3 févr. 20245", "3 févr. 2024 x", "-1/2/2024", "１/２/2024" };

	static const enum fil_date_order orders[] = { FIL_ORDER_UNKNOWN, FIL_ORDER_YMD,
		FIL_ORDER_DMY, FIL_ORDER_MDY };
	fil_day read = 7;

	for (size_t i = 0; i < COUNT(wrong); i++)
		for (size_t k = 0; k < COUNT(orders); k++)
			if (fil_date_read(wrong[i], orders[k], &read) != FIL_DATE_BAD)
				fail_msg("'%s' is read", wrong[i]);
	assert_int_equal(read, 7);
}

static void
read__months_in_words__are_read_under_any_order(void **state)
{
	(void)state;
	static const char *const cases[][2] = {
		{ "mardi 13 février 2024, 16:04", "2024-02-13" },
		{ "3 févr. 2024", "2024-02-03" },
		{ "03-févr.-2024", "2024-02-03" },
		{ "3 fe\u0301vr. 2024", "2024-02-03" },
		{ "1er août 2024", "2024-08-01" },
		{ "1ER AOÛT 2024", "2024-08-01" },
		{ "13 Feb 2024", "2024-02-13" },
		{ "13-Feb-2024", "2024-02-13" },
		{ "13feb2024", "2024-02-13" },
		{ "1/fév/2024", "2024-02-01" },
		{ "Feb 13, 2024", "2024-02-13" },
		{ "February 2nd, 2024 4:04 pm", "2024-02-02" },
		{ "Tuesday, 13 February 2024, 4:04 PM", "2024-02-13" },
		{ "Tuesday, February 13, 2024 at 4:04 p.m.", "2024-02-13" },
		{ "Tue, 13 Feb 2024 16:04:00 +0100", "2024-02-13" },
		{ "mar. 13, 2024", "2024-03-13" },
		{ "mar. 13 févr. 2024", "2024-02-13" },
		{ "mer. 13 mars 2024 à 16:04", "2024-03-13" },
		{ "13/02/2024 - 16:04", "2024-02-13" },
		{ "2024-02-13 à 16:04:00", "2024-02-13" },
		{ "31 déc. 2024", "2024-12-31" },
		{ "31 juil. 2024", "2024-07-31" },
		{ "30 juin 2024", "2024-06-30" },
		{ "14 Sept 2024 16:04 UTC+1", "2024-09-14" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		enum fil_date_order order = i % 2 == 0 ? FIL_ORDER_UNKNOWN : FIL_ORDER_DMY;
		fil_day read = 7;
		enum fil_date_found found = fil_date_read(cases[i][0], order, &read);

		if (read != day(cases[i][1]))
			fail_msg("'%s' is day %d", cases[i][0], read);
		/* Words prove the order of no other date. */
		if (cases[i][0][2] != '/')
			assert_int_equal(found, FIL_DATE_OK);
	}
}

static void
read__another_weekday__is_bad(void **state)
{
	(void)state;
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
	char text[32];

	for (size_t i = 0; i < COUNT(days); i++) {
		fil_day read = 7;
		bool right = i == 1;

		snprintf(text, sizeof text, "%s 2024-03-26", days[i]);
		assert_int_equal(fil_date_read(text, FIL_ORDER_UNKNOWN, &read),
		    right ? FIL_DATE_OK : FIL_DATE_BAD);
		assert_int_equal(read, right ? day("2024-03-26") : 7);
		snprintf(text, sizeof text, "%s 04/03/2024", days[i]);
		assert_int_equal(
		    fil_date_read(text, FIL_ORDER_DMY, &read), i == 0 ? FIL_DATE_OK : FIL_DATE_BAD);
		assert_int_equal(fil_date_read(text, FIL_ORDER_UNKNOWN, &read), FIL_DATE_UNPROVED);
	}
	/* The first and the last day. */
	assert_int_equal(
	    fil_date_read("Sat 1583-01-01", FIL_ORDER_YMD, &(fil_day){ 0 }), FIL_DATE_OK);
	assert_int_equal(
	    fil_date_read("Fri 9999-12-31", FIL_ORDER_YMD, &(fil_day){ 0 }), FIL_DATE_OK);
}

static void
remedy__dates_that_an_option_reads__name_it(void **state)
{
	(void)state;
	static const char pivot[] = "a year of two digits needs --pivot NN";
	static const char excel[] = "--dates excel reads a spreadsheet's serial number";

	assert_string_equal(fil_date_remedy("03-févr.-24", FIL_ORDER_UNKNOWN), pivot);
	assert_string_equal(fil_date_remedy("31/01/19", FIL_ORDER_UNKNOWN), pivot);
	assert_string_equal(fil_date_remedy("lun. 1/31/19 08:00", FIL_ORDER_UNKNOWN), pivot);
	assert_string_equal(fil_date_remedy("45335", FIL_ORDER_UNKNOWN), excel);
	assert_string_equal(fil_date_remedy("45335,669", FIL_ORDER_UNKNOWN), excel);
	assert_string_equal(
	    fil_date_remedy("lun. 26/03/2024", FIL_ORDER_DMY), "that day is a Tuesday");
	assert_string_equal(
	    fil_date_remedy("lundi 3 mars 2024", FIL_ORDER_UNKNOWN), "that day is a Sunday");
	assert_null(fil_date_remedy("31/31/19", FIL_ORDER_UNKNOWN));
	assert_null(fil_date_remedy("31-févr.-24", FIL_ORDER_UNKNOWN));
	assert_null(fil_date_remedy("3/2/2024", FIL_ORDER_UNKNOWN));
	assert_null(fil_date_remedy("4533", FIL_ORDER_UNKNOWN));
	assert_null(fil_date_remedy("today", FIL_ORDER_UNKNOWN));
	assert_null(fil_date_remedy("", FIL_ORDER_UNKNOWN));
}

static void
read__a_time_and_a_zone_behind__leave_the_day(void **state)
{
	(void)state;
	static const char *const behind[] = { "T08:00:00Z", "T23:59:60Z", "T08:00", "T24:00:00",
		"T08:00:00.123456+01:00", "T08:00:00,5", "T080000Z", "T0800", "T08:00:00.000+0000",
		"T08:00:00-05", " 08:00", " 8:00:00", " 8:00:00 AM", " 8:00 PM", " 8:00PM",
		"  08:00:00 UTC", " 8:53:12 AM UTC+1", " 8:53:12 PM GMT+5:30", " 08:00:00 CEST",
		" 08:00:00+01", ", 08:00:00", " - 08:00", " à 08:00", ", at 8:00 pm",
		" 8:00 a.m." };
	static const struct reading dates[] = {
		{ "2024-03-01", FIL_ORDER_UNKNOWN, FIL_DATE_OK, "2024-03-01" },
		{ "2024/03/01", FIL_ORDER_DMY, FIL_DATE_OK, "2024-03-01" },
		{ "20240301", FIL_ORDER_YMD, FIL_DATE_OK, "2024-03-01" },
		{ "01/03/2024", FIL_ORDER_DMY, FIL_DATE_OK, "2024-03-01" },
		{ "3.1.2024", FIL_ORDER_MDY, FIL_DATE_OK, "2024-03-01" },
		{ "1-3-2024", FIL_ORDER_UNKNOWN, FIL_DATE_UNPROVED, NULL },
		{ "31/3/2024", FIL_ORDER_UNKNOWN, FIL_DATE_PROVES_DMY, "2024-03-31" },
		{ "31/03/2024", FIL_ORDER_MDY, FIL_DATE_BAD, NULL },
	};
	char text[64];

	for (size_t i = 0; i < COUNT(dates) * COUNT(behind); i++) {
		const struct reading *date = &dates[i / COUNT(behind)];
		fil_day read = 7;

		snprintf(text, sizeof text, "%s%s", date->text, behind[i % COUNT(behind)]);
		if (fil_date_read(text, date->order, &read) != date->found)
			fail_msg("'%s' is not %u", text, date->found);
		assert_int_equal(read, !date->date ? 7 : day(date->date));
	}
}

static void
read__what_is_no_time_behind__is_bad(void **state)
{
	(void)state;
	static const char *const behind[] = { "T", " ", "  ", ",", ", ", "Z", "+01:00", "T8",
		"T25:00", "T08:60", "T08:00:61", "T08:00:", "T08:", "T:00", "T08:0", "T08:00:00.",
		"T08:00:00.Z", "T08:00ZZ", "T08:00:00XY", "T08:00X", "T08:00+", "T08:00+15:00",
		"T08:00+01:60", "T08:00Z+1", "T08:00+01:0", " 08:00 ", " 08:00  UTC", " 08:00 AMM",
		" 08:00 UTC ", " 08:00 Paris", "t08:00", " 8h00", "-08:00", ",08:00",
		" 08:00 ABCDEF", "T08:00:00\t" };
	char text[64];
	fil_day read;

	for (size_t i = 0; i < 2 * COUNT(behind); i++) {
		snprintf(text, sizeof text, "%s%s", i % 2 == 0 ? "2024-03-01" : "1/3/2024",
		    behind[i / 2]);
		if (fil_date_read(text, FIL_ORDER_DMY, &read) != FIL_DATE_BAD)
			fail_msg("'%s' is read", text);
	}
	/* A person types no time. */
	assert_int_equal(fil_date_parse("2024-03-01T08:00", &read), -1);
}

static void
widen__two_digits__fall_on_either_side_of_the_pivot(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int pivot;
		const char *wide;
	} cases[] = { { "01/03/24", 30, "01/03/2024" }, { "01/03/30", 30, "01/03/2030" },
		{ "01/03/31", 30, "01/03/1931" }, { "1.3.00", 0, "1.3.2000" },
		{ "1.3.01", 0, "1.3.1901" }, { "1-3-99", 99, "1-3-2099" },
		{ "1/3/24 08:00", 30, "1/3/2024 08:00" },
		{ "1/3/24 8:00:00 AM UTC+1", 30, "1/3/2024 8:00:00 AM UTC+1" },
		{ "01/03/2024", 30, NULL }, { "01/03/202", 30, NULL }, { "01/03/2", 30, NULL },
		{ "2024-03-01", 30, NULL }, { "24-03-2001", 30, NULL }, { "", 30, NULL },
		{ "03-févr.-24", 30, "03-févr.-2024" },
		{ "Feb 3, 99 08:00", 30, "Feb 3, 1999 08:00" },
		{ "mar. 13/02/24", 30, "mar. 13/02/2024" }, { "3 févr. 2024", 30, NULL },
		{ "01/03/24x", 30, NULL }, { "01/03-24", 30, NULL },
		{ "1/3/24 08:00:00.000000000000000000000000000000000000000000000000001", 30,
		    NULL } };

	for (size_t i = 0; i < COUNT(cases); i++) {
		char wide[FIL_DATE_WIDE] = "untouched";
		bool done = fil_date_widen(cases[i].text, cases[i].pivot, wide);

		assert_int_equal(done, cases[i].wide != NULL);
		assert_string_equal(wide, done ? cases[i].wide : "untouched");
	}
}

static void
relative__what_a_person_types__counts_from_there(void **state)
{
	(void)state;
	static const struct {
		const char *text, *from, *date; /* today is Sunday 2024-03-31 */
	} cases[] = {
		{ "today", "2020-01-01", "2024-03-31" },
		{ "yesterday", "2020-01-01", "2024-03-30" },
		{ "tomorrow", "2020-01-01", "2024-04-01" },
		{ "last-sunday", "2020-01-01", "2024-03-24" },
		{ "2021-07-14", "2020-01-01", "2021-07-14" },
		{ "+14d", "2024-03-31", "2024-04-14" },
		{ "-31d", "2024-03-31", "2024-02-29" },
		{ "+0d", "2024-03-31", "2024-03-31" },
		{ "-2w", "2024-03-31", "2024-03-17" },
		{ "+1m", "2024-01-31", "2024-02-29" },
		{ "+1m", "2023-01-31", "2023-02-28" },
		{ "-1m", "2024-03-31", "2024-02-29" },
		{ "+1m", "2024-12-15", "2025-01-15" },
		{ "-3m", "2024-03-01", "2023-12-01" },
		{ "+13m", "2024-01-31", "2025-02-28" },
		{ "+1y", "2024-02-29", "2025-02-28" },
		{ "-2y", "2024-02-29", "2022-02-28" },
		{ "+4y", "2024-02-29", "2028-02-29" },
		{ "-441y", "2024-03-31", "1583-03-31" },
		{ "+7975y", "2024-12-31", "9999-12-31" },
	};

	fil_day today = day("2024-03-31"), read = 7;

	for (size_t i = 0; i < COUNT(cases); i++)
		if (fil_date_relative(cases[i].text, today, day(cases[i].from), &read) != 0 ||
		    read != day(cases[i].date))
			fail_msg("%s from %s is day %d", cases[i].text, cases[i].from, read);
}

static void
relative__from_a_monday__last_sunday_is_the_day_before(void **state)
{
	(void)state;
	fil_day read;

	assert_int_equal(fil_date_relative("last-sunday", day("2024-04-01"), 0, &read), 0);
	assert_int_equal(read, day("2024-03-31"));
	assert_int_equal(fil_date_relative("last-sunday", day("2024-04-06"), 0, &read), 0);
	assert_int_equal(read, day("2024-03-31"));
}

static void
relative__anything_else__is_refused(void **state)
{
	(void)state;
	static const char *const wrong[] = { "", "+", "-", "+d", "14d", "+14", "+14D", "+14 d",
		"+14dd", "++1d", "+-1d", "+1.5d", "+99999999d", "+99999999999999999999d",
		"+9999999d", "-9999999w", "+9999999m", "-9999999y", "-442y", "+7976y", "now",
		"Today", "last sunday", "last-monday", "31/03/2024", "20240331", " today" };
	fil_day today = day("2024-03-31"), read = 7;

	for (size_t i = 0; i < COUNT(wrong); i++)
		if (fil_date_relative(wrong[i], today, today, &read) != -1 || read != 7)
			fail_msg("'%s' is read", wrong[i]);
}

static void
today__set_in_the_environment__is_that_day(void **state)
{
	(void)state;
	struct fil_fault fault;
	fil_day read;

	setenv("FILROUGE_TODAY", "2024-02-29", 1);
	assert_int_equal(fil_date_today(&read, &fault), 0);
	assert_int_equal(read, day("2024-02-29"));
}

static void
today__set_to_what_is_no_date__is_a_fault(void **state)
{
	(void)state;
	struct fil_fault fault;
	fil_day read = 7;

	setenv("FILROUGE_TODAY", "yesterday", 1);
	assert_int_equal(fil_date_today(&read, &fault), -1);
	assert_int_equal(read, 7);
	assert_int_equal(fault.status, FIL_BAD_CONFIG);
	assert_string_equal(fault.text, "FILROUGE_TODAY: 'yesterday' is not a date YYYY-MM-DD");
}

static void
today__not_set__follows_the_local_clock(void **state)
{
	(void)state;
	struct fil_fault fault;
	fil_day east, west;

	setenv("FILROUGE_TODAY", "", 1);
	setenv("TZ", "XXX-14", 1);
	assert_int_equal(fil_date_today(&east, &fault), 0);
	unsetenv("FILROUGE_TODAY");
	setenv("TZ", "XXX+12", 1);
	assert_int_equal(fil_date_today(&west, &fault), 0);
	assert_true(east == west + 1 || east == west + 2);
	assert_true(west >= day("2024-01-01"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parse__every_day_of_the_calendar__is_one_more_than_the_last),
		cmocka_unit_test(parse__known_days__have_their_numbers),
		cmocka_unit_test(parse__every_impossible_day__is_refused),
		cmocka_unit_test(parse__anything_but_the_iso_form__is_refused),
		cmocka_unit_test(read__each_form_and_order__is_found),
		cmocka_unit_test(read__other_forms__are_bad),
		cmocka_unit_test(read__months_in_words__are_read_under_any_order),
		cmocka_unit_test(read__another_weekday__is_bad),
		cmocka_unit_test(remedy__dates_that_an_option_reads__name_it),
		cmocka_unit_test(read__a_time_and_a_zone_behind__leave_the_day),
		cmocka_unit_test(read__what_is_no_time_behind__is_bad),
		cmocka_unit_test(widen__two_digits__fall_on_either_side_of_the_pivot),
		cmocka_unit_test(relative__what_a_person_types__counts_from_there),
		cmocka_unit_test(relative__from_a_monday__last_sunday_is_the_day_before),
		cmocka_unit_test(relative__anything_else__is_refused),
		cmocka_unit_test(today__set_in_the_environment__is_that_day),
		cmocka_unit_test(today__set_to_what_is_no_date__is_a_fault),
		cmocka_unit_test(today__not_set__follows_the_local_clock),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
