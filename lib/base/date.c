/* SPDX-License-Identifier: ISC */
#include "lib/base/date.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { FIRST_YEAR = 1583, LAST_YEAR = 9999 };

/* A civil date; month from 1. */
struct civil {
	int year, month, day;
};

static bool
is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int
days_in_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return days[month - 1] + (month == 2 && is_leap(year));
}

static bool
is_date(struct civil c)
{
	return c.year >= FIRST_YEAR && c.year <= LAST_YEAR && c.month >= 1 && c.month <= 12 &&
	    c.day >= 1 && c.day <= days_in_month(c.year, c.month);
}

/* Hinnant's days_from_civil, for years after 0. Years begin in March, so the leap day is last. */
static fil_day
day_of(struct civil c)
{
	int year = c.year - (c.month <= 2);
	int era = year / 400, of_era = year % 400;
	int of_year = (153 * (c.month + (c.month > 2 ? -3 : 9)) + 2) / 5 + c.day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* Hinnant's civil_from_days, the inverse. */
static struct civil
civil_of(fil_day day)
{
	int z = day + 719468, era = z / 146097, in_era = z % 146097;
	int of_era = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	int of_year = in_era - (365 * of_era + of_era / 4 - of_era / 100);
	int m = (5 * of_year + 2) / 153, month = m < 10 ? m + 3 : m - 9;
	struct civil c = { 0, month, of_year - (153 * m + 2) / 5 + 1 };

	c.year = era * 400 + of_era + (c.month <= 2);
	return c;
}

/* Reads between `least` and `most` digits and moves the text past them. Returns their value, or
 * -1. */
static int
digits(const char **text, int least, int most)
{
	int value = 0, n = 0;

	for (; n < most && **text >= '0' && **text <= '9'; n++)
		value = value * 10 + (*(*text)++ - '0');
	return n < least ? -1 : value;
}

/* Skips the character. Returns whether it was there. */
static bool
step_over(const char **text, char c)
{
	if (**text != c || c == '\0')
		return false;
	(*text)++;
	return true;
}

/* Reads a date that begins with the year: yyyy-mm-dd, yyyy/mm/dd, yyyymmdd. Moves the text past it.
 * Returns whether the form is one of these. */
static bool
read_year_first(const char **text, struct civil *c)
{
	c->year = digits(text, 4, 4);
	char separator = **text == '-' || **text == '/' ? **text : '\0';
	if (separator != '\0')
		(*text)++;
	c->month = c->year < 0 ? -1 : digits(text, 2, 2);
	if (c->month < 0 || (separator != '\0' && !step_over(text, separator)))
		return false;
	c->day = digits(text, 2, 2);
	return c->day >= 0;
}

/* Reads d/m/yyyy, d.m.yyyy or d-m-yyyy, day first or month first. Moves the text past it. Returns
 * the number of digits of the year, or 0 for another form. */
static int
read_year_last(const char **text, int *first, int *second, int *year)
{
	*first = digits(text, 1, 2);
	char separator = **text;
	if (*first < 0 || (separator != '/' && separator != '.' && separator != '-'))
		return 0;
	(*text)++;
	*second = digits(text, 1, 2);
	if (*second < 0 || !step_over(text, separator))
		return 0;
	const char *before = *text;
	*year = digits(text, 2, 4);
	return *year < 0 ? 0 : (int)(*text - before);
}

/* Skips a time zone: "Z", "+01:00", "-0500", "UTC", "GMT+1". Returns whether the text was a zone or
 * empty. */
static bool
step_over_zone(const char **text)
{
	int hours, minutes = 0, letters = 0;

	for (; **text >= 'A' && **text <= 'Z' && letters < 5; letters++)
		(*text)++;
	if (**text != '+' && **text != '-')
		return letters == 0 || letters >= 3 || (letters == 1 && (*text)[-1] == 'Z');
	(*text)++;
	hours = digits(text, 1, 2);
	if (step_over(text, ':') || (**text >= '0' && **text <= '9'))
		minutes = digits(text, 2, 2);
	return (letters == 0 || letters >= 3) && hours >= 0 && hours <= 14 && minutes >= 0 &&
	    minutes <= 59;
}

/* Skips a time: 8:00, 08:00:00, 08:00:00.123, 080000, optionally with "AM" or "PM". Returns whether
 * the text was a time. */
static bool
step_over_time(const char **text)
{
	int hours = digits(text, 1, 2), minutes, seconds = 0;
	bool colon = step_over(text, ':');

	minutes = hours < 0 ? -1 : digits(text, 2, 2);
	if (step_over(text, ':') || (!colon && **text >= '0' && **text <= '9'))
		seconds = digits(text, 2, 2);
	if (hours > 24 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 60)
		return false;
	if ((**text == '.' || **text == ',') && (*text)[1] >= '0' && (*text)[1] <= '9') {
		(*text)++;
		while (**text >= '0' && **text <= '9')
			(*text)++;
	}
	const char *noon = *text + (**text == ' ');
	if ((*noon == 'A' || *noon == 'P') && noon[1] == 'M')
		*text = noon + 2;
	return true;
}

/* Returns whether only a time and a zone follow the date. The day counts as it is written, in any
 * zone. */
static bool
ends_well(const char *text)
{
	if (*text == '\0')
		return true;
	text += *text == ',' && text[1] == ' ';
	if (*text != 'T' && *text != ' ')
		return false;
	for (text++; *text == ' '; text++)
		continue;
	if (!step_over_time(&text))
		return false;
	text += *text == ' ' && text[1] != '\0';
	return step_over_zone(&text) && *text == '\0';
}

int
fil_date_parse(const char *text, fil_day *day)
{
	const char *rest = text;
	struct civil c;

	if (!read_year_first(&rest, &c) || *rest != '\0' || text[4] != '-' || !is_date(c))
		return -1;
	*day = day_of(c);
	return 0;
}

enum fil_date_found
fil_date_read(const char *text, enum fil_date_order order, fil_day *day)
{
	struct civil c, dmy, mdy;
	int first, second, year;
	const char *rest = text;

	if (read_year_first(&rest, &c) && ends_well(rest)) {
		if (!is_date(c))
			return FIL_DATE_BAD;
		*day = day_of(c);
		return FIL_DATE_OK;
	}
	if (read_year_last(&text, &first, &second, &year) != 4 || !ends_well(text))
		return FIL_DATE_BAD;
	dmy = (struct civil){ year, second, first };
	mdy = (struct civil){ year, first, second };
	bool day_first = is_date(dmy) && (order == FIL_ORDER_UNKNOWN || order == FIL_ORDER_DMY);
	bool month_first = is_date(mdy) && (order == FIL_ORDER_UNKNOWN || order == FIL_ORDER_MDY);
	if (!day_first && !month_first)
		return FIL_DATE_BAD;
	if (day_first && month_first && first != second)
		return FIL_DATE_UNPROVED;
	*day = day_of(day_first ? dmy : mdy);
	if (order != FIL_ORDER_UNKNOWN || first == second)
		return FIL_DATE_OK;
	return day_first ? FIL_DATE_PROVES_DMY : FIL_DATE_PROVES_MDY;
}

bool
fil_date_widen(const char *text, int pivot, char wide[static FIL_DATE_WIDE])
{
	const char *rest = text;
	int first, second, year;
	size_t before, n = strlen(text);

	if (read_year_last(&rest, &first, &second, &year) != 2 || !ends_well(rest) ||
	    n + 3 > FIL_DATE_WIDE)
		return false;
	before = (size_t)(rest - text) - 2;
	memcpy(wide, text, before);
	memcpy(wide + before, year <= pivot ? "20" : "19", 2);
	memcpy(wide + before + 2, text + before, n - before + 1);
	return true;
}

/* Returns the day that many months later, at most the last day of its month. */
static struct civil
months_later(struct civil c, int months)
{
	int month = c.year * 12 + c.month - 1 + months;

	if (month < FIRST_YEAR * 12 || month >= (LAST_YEAR + 1) * 12)
		return (struct civil){ 0 };
	c.year = month / 12;
	c.month = month % 12 + 1;
	if (c.day > days_in_month(c.year, c.month))
		c.day = days_in_month(c.year, c.month);
	return c;
}

/* Reads +N or -N with a unit. */
static int
read_offset(const char *text, fil_day from, fil_day *day)
{
	int sign = *text == '-' ? -1 : 1;
	struct civil c;

	text++;
	int n = digits(&text, 1, 7);
	if (n < 0 || *text == '\0' || text[1] != '\0')
		return -1;
	if (*text == 'd' || *text == 'w') {
		int later = from + sign * n * (*text == 'w' ? 7 : 1);
		if (later < day_of((struct civil){ FIRST_YEAR, 1, 1 }) ||
		    later > day_of((struct civil){ LAST_YEAR, 12, 31 }))
			return -1;
		*day = later;
		return 0;
	}
	if (*text != 'm' && *text != 'y')
		return -1;
	c = months_later(civil_of(from), sign * n * (*text == 'y' ? 12 : 1));
	if (!is_date(c))
		return -1;
	*day = day_of(c);
	return 0;
}

int
fil_date_relative(const char *text, fil_day today, fil_day from, fil_day *day)
{
	if (*text == '+' || *text == '-')
		return read_offset(text, from, day);
	if (strcmp(text, "today") == 0)
		*day = today;
	else if (strcmp(text, "yesterday") == 0)
		*day = today - 1;
	else if (strcmp(text, "tomorrow") == 0)
		*day = today + 1;
	else if (strcmp(text, "last-sunday") == 0)
		*day = fil_date_sunday(today - 1);
	else
		return fil_date_parse(text, day);
	return 0;
}

void
fil_date_write(fil_day day, char text[static FIL_DATE_SIZE])
{
	struct civil c = civil_of(day);
	int number = c.year * 10000 + c.month * 100 + c.day;

	text[FIL_DATE_SIZE - 1] = '\0';
	for (int i = FIL_DATE_SIZE - 2; i >= 0; i--) {
		if (i == 4 || i == 7) {
			text[i] = '-';
			continue;
		}
		text[i] = (char)('0' + number % 10);
		number /= 10;
	}
}

fil_day
fil_date_sunday(fil_day day)
{
	/* Day 0 was a Thursday. The added multiple of 7 makes the sum positive for every year. */
	return day - (day + 4 + 7 * 100000) % 7;
}

int
fil_date_today(fil_day *day, struct fil_fault *fault)
{
	const char *set = getenv("FILROUGE_TODAY");
	time_t now = time(NULL);
	struct tm local;

	if (set && *set != '\0') {
		if (fil_date_parse(set, day) == 0)
			return 0;
		return fil_fault_set(
		    fault, FIL_BAD_CONFIG, "FILROUGE_TODAY: '%s' is not a date YYYY-MM-DD", set);
	}
	tzset();
	if (!localtime_r(&now, &local))
		return fil_fault_set(fault, FIL_BAD_CONFIG, "the clock gives no date");
	struct civil c = { local.tm_year + 1900, local.tm_mon + 1, local.tm_mday };
	if (!is_date(c))
		return fil_fault_set(fault, FIL_BAD_CONFIG, "the clock is in the year %d", c.year);
	*day = day_of(c);
	return 0;
}
