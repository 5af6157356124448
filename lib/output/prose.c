/* SPDX-License-Identifier: ISC */
#include "lib/output/prose.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/language.h"

enum { LONGEST = 40 }; /* bytes of a number that is grouped */

#define NARROW_SPACE "\u202F"
#define SPACE "\u00A0"
#define MINUS "\u2212"

/* How a language writes numbers and days. */
struct manner {
	const char *group, *point, *percent, *first, *space, *week;
	const char *months[12], *short_months[12], *weekdays[7];
};

static const struct manner french = {
	.group = NARROW_SPACE,
	.point = ",",
	.percent = NARROW_SPACE "%",
	.first = "er",
	.space = SPACE,
	.week = "S",
	.months = { "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août",
	    "septembre", "octobre", "novembre", "décembre" },
	.short_months = { "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.",
	    "oct.", "nov.", "déc." },
	.weekdays = { "dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi" },
};

static const struct manner english = {
	.group = ",",
	.point = ".",
	.percent = "%",
	.first = "",
	.space = " ",
	.week = "W",
	.months = { "January", "February", "March", "April", "May", "June", "July", "August",
	    "September", "October", "November", "December" },
	.short_months = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct",
	    "Nov", "Dec" },
	.weekdays = { "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
	    "Saturday" },
};

static const struct manner *
manner(void)
{
	return *fil_language() == 'f' ? &french : &english;
}

/* Adds a piece to a text that ends at *n. A piece without room is left out. */
static void
add(char *text, size_t *n, const char *piece, size_t length)
{
	if (*n + length >= FIL_PROSE_SIZE)
		return;
	memcpy(text + *n, piece, length);
	*n += length;
	text[*n] = '\0';
}

/* Returns whether the text is -?[0-9]+(\.[0-9]+)? of at most LONGEST bytes, and sets *whole to the
 * digits before the point. */
static bool
is_decimal(const char *text, size_t *whole)
{
	const char *digits = text + (*text == '-');
	const char *rest;

	*whole = strspn(digits, "0123456789");
	rest = digits + *whole;
	if (*rest == '.' && rest[1] != '\0')
		rest += 1 + strspn(rest + 1, "0123456789");
	return *whole > 0 && *rest == '\0' && rest - text <= LONGEST;
}

char *
fil_prose_number(char text[static FIL_PROSE_SIZE], const char *decimal)
{
	const struct manner *as = manner();
	const char *digits = decimal + (*decimal == '-');
	size_t n = 0, whole;

	if (!is_decimal(decimal, &whole)) {
		snprintf(text, FIL_PROSE_SIZE, "%s", decimal);
		return text;
	}
	text[0] = '\0';
	if (*decimal == '-')
		add(text, &n, MINUS, strlen(MINUS));
	for (size_t i = 0; i < whole; i++) {
		if (i > 0 && (whole - i) % 3 == 0)
			add(text, &n, as->group, strlen(as->group));
		add(text, &n, digits + i, 1);
	}
	if (digits[whole] == '.') {
		add(text, &n, as->point, strlen(as->point));
		add(text, &n, digits + whole + 1, strlen(digits + whole + 1));
	}
	return text;
}

char *
fil_prose_share(char text[static FIL_PROSE_SIZE], const char *decimal)
{
	const struct manner *as = manner();
	size_t n = strlen(fil_prose_number(text, decimal)), whole;

	if (is_decimal(decimal, &whole))
		add(text, &n, as->percent, strlen(as->percent));
	return text;
}

char *
fil_prose_change(char text[static FIL_PROSE_SIZE], long long change)
{
	char number[32], written[FIL_PROSE_SIZE];

	snprintf(number, sizeof number, "%lld", change);
	snprintf(
	    text, FIL_PROSE_SIZE, "%s%s", change > 0 ? "+" : "", fil_prose_number(written, number));
	return text;
}

char *
fil_prose_day(char text[static FIL_PROSE_SIZE], fil_day day, enum fil_prose_day form)
{
	const struct manner *as = manner();
	int year, month, number;
	const char *name;

	fil_date_split(day, &year, &month, &number);
	name = (form == FIL_DAY_SHORT ? as->short_months : as->months)[month - 1];
	if (form == FIL_DAY_ALONE)
		snprintf(text, FIL_PROSE_SIZE, "%d%s", number, number == 1 ? as->first : "");
	else
		snprintf(text, FIL_PROSE_SIZE, "%d%s%s%s", number, number == 1 ? as->first : "",
		    as->space, name);
	if (form == FIL_DAY_LONG)
		snprintf(
		    text + strlen(text), FIL_PROSE_SIZE - strlen(text), "%s%d", as->space, year);
	return text;
}

char *
fil_prose_weekday(char text[static FIL_PROSE_SIZE], fil_day day)
{
	snprintf(text, FIL_PROSE_SIZE, "%s", manner()->weekdays[day - fil_date_sunday(day)]);
	return text;
}

unsigned
fil_prose_week_number(fil_day day, int *year)
{
	fil_day thursday = fil_date_sunday(day + 6) - 3;
	int month, number;
	unsigned week = 1;

	fil_date_split(thursday, year, &month, &number);
	for (int other = *year; other == *year; week++)
		fil_date_split(thursday - 7 * (fil_day)week, &other, &month, &number);
	return week - 1;
}

char *
fil_prose_week(char text[static FIL_PROSE_SIZE], fil_day day)
{
	int year;
	unsigned week = fil_prose_week_number(day, &year);

	snprintf(text, FIL_PROSE_SIZE, "%d-%s%02u", year, manner()->week, week);
	return text;
}
