/* SPDX-License-Identifier: ISC */
#include "lib/input/number_format.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/date.h"

/* Day 0 of a fil_day in the two systems, and the first day of that of 1900 that is no mistake:
 * before it stands a 29 February 1900, which never was. The last day is in the year 9999. */
enum {
	EPOCH_1900 = 25569,
	EPOCH_1904 = 24107,
	FIRST_1900 = 61,
	LAST = 2932896,
	SECONDS = 24 * 60 * 60
};

/* Amounts of time end below a million days. */
enum { DAYS_MOST = 1000000 };

enum fil_number_format
fil_number_format_read(const char *code)
{
	bool day = false, time = false, month = false;

	for (const char *at = code; *at != '\0' && *at != ';'; at++) {
		const char *end;

		if (*at == '"' || *at == '[') {
			time |= *at == '[' && strchr("hHmMsS", at[1]) && at[1] != '\0';
			end = strchr(at + 1, *at == '"' ? '"' : ']');
			at = end ? end : at + strlen(at) - 1;
		} else if (strchr("\\_*", *at)) {
			at += at[1] != '\0';
		} else if (strncasecmp(at, "general", 7) == 0) {
			at += 6;
		} else if (strncasecmp(at, "am/pm", 5) == 0) {
			at += 4;
		} else {
			day |= strchr("yYdD", *at) != NULL;
			time |= strchr("hHsS", *at) != NULL;
			month |= *at == 'm' || *at == 'M';
		}
	}
	if (day || (month && !time))
		return time ? FIL_SHOWN_DAY_TIME : FIL_SHOWN_DAY;
	return time ? FIL_SHOWN_TIME : FIL_SHOWN_NUMBER;
}

enum fil_number_format
fil_number_format_known(size_t number)
{
	/* 27 to 36 and 50 to 58 are of East Asia. */
	if ((number >= 14 && number <= 17) || (number >= 27 && number <= 31) || number == 36 ||
	    (number >= 50 && number <= 58))
		return FIL_SHOWN_DAY;
	if (number == 22)
		return FIL_SHOWN_DAY_TIME;
	if ((number >= 18 && number <= 21) || (number >= 32 && number <= 35) ||
	    (number >= 45 && number <= 47))
		return FIL_SHOWN_TIME;
	return FIL_SHOWN_NUMBER;
}

static void
add_zeros(struct fil_bytes *text, long n)
{
	for (; n > 0; n--)
		fil_bytes_add(text, "0", 1);
}

/* Adds a number as its shortest decimal that is exact, without an exponent. */
static void
add_number(struct fil_bytes *text, double number)
{
	char digits[32];
	long n, exponent;

	for (int precision = 14; precision <= 16; precision++) {
		snprintf(digits, sizeof digits, "%.*e", precision, fabs(number));
		if (strtod(digits, NULL) == fabs(number))
			break;
	}
	exponent = strtol(strchr(digits, 'e') + 1, NULL, 10);
	n = (long)strcspn(digits, "e") - 1; /* without the point */
	memmove(digits + 1, digits + 2, (size_t)n - 1);
	while (n > 1 && digits[n - 1] == '0')
		n--;
	if (number < 0)
		fil_bytes_add_text(text, "-");
	if (exponent < 0) {
		fil_bytes_add_text(text, "0.");
		add_zeros(text, -exponent - 1);
		fil_bytes_add(text, digits, (size_t)n);
	} else if (exponent >= n - 1) {
		fil_bytes_add(text, digits, (size_t)n);
		add_zeros(text, exponent - (n - 1));
	} else {
		fil_bytes_add(text, digits, (size_t)exponent + 1);
		fil_bytes_add_text(text, ".");
		fil_bytes_add(text, digits + exponent + 1, (size_t)(n - exponent - 1));
	}
}

/* Adds the day and time that a number is in a system. Returns whether it is one. */
static bool
add_day(struct fil_bytes *text, double number, int epoch, bool with_time)
{
	char written[FIL_DATE_SIZE];
	double whole = floor(number);
	long seconds = lround((number - whole) * SECONDS);
	/* Between the first days of a system and the end of the year 9999. */
	double least = epoch == EPOCH_1900 ? 1 : 0;

	if (!(whole >= least && whole <= LAST + epoch) ||
	    (epoch == EPOCH_1900 && whole == FIRST_1900 - 1))
		return false;
	whole -= epoch;
	if (epoch == EPOCH_1900 && number < FIRST_1900)
		whole++;
	if (seconds == SECONDS) {
		whole++;
		seconds = 0;
	}
	if (whole > LAST)
		return false;
	fil_date_write((fil_day)whole, written);
	fil_bytes_add_text(text, written);
	if (with_time && seconds > 0)
		fil_bytes_add_format(
		    text, " %02ld:%02ld:%02ld", seconds / 3600, seconds / 60 % 60, seconds % 60);
	return true;
}

/* Returns whether a value of n bytes is its shortest exact decimal as it stands: digits alone, which a
 * double may not hold, as those of a person's number; or at most 15 digits with a point, which a
 * double tells apart. */
static bool
is_shortest(const char *value, size_t n)
{
	size_t whole = strspn(value, "0123456789"), part;

	if (whole == n)
		return *value != '0';
	part = n - whole - 1;
	return n <= 16 && value[whole] == '.' && (*value != '0' ? whole > 0 : whole == 1) &&
	    part > 0 && strspn(value + whole + 1, "0123456789") == part && value[n - 1] != '0';
}

void
fil_number_format_write(const char *value, size_t n, enum fil_number_format shown, bool system_1904,
    struct fil_bytes *text)
{
	char *end;
	double number;
	long seconds;

	if (shown == FIL_SHOWN_NUMBER && is_shortest(value, n)) {
		fil_bytes_add(text, value, n);
		return;
	}
	number = strtod(value, &end);
	if (end == value || *end != '\0' || !isfinite(number)) {
		fil_bytes_add(text, value, n);
	} else if (shown == FIL_SHOWN_TIME && number >= 0 && number < DAYS_MOST) {
		seconds = lround(number * SECONDS);
		fil_bytes_add_format(
		    text, "%02ld:%02ld:%02ld", seconds / 3600, seconds / 60 % 60, seconds % 60);
	} else if (shown == FIL_SHOWN_NUMBER || shown == FIL_SHOWN_TIME ||
	    !add_day(
		text, number, system_1904 ? EPOCH_1904 : EPOCH_1900, shown == FIL_SHOWN_DAY_TIME)) {
		add_number(text, number);
	}
}
