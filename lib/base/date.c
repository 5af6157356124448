/* SPDX-License-Identifier: ISC */
#include "lib/base/date.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"

enum { FIRST_YEAR = 1583, LAST_YEAR = 9999, DAY_SECONDS = 86400 };

enum { ZONE_DAYS = 47482 }; /* the days from 1970 to 2099 */

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
	    c.day >= 1 && (c.day <= 28 || c.day <= days_in_month(c.year, c.month));
}

/* Hinnant's days_from_civil, for years after 0. Years begin in March, so the leap day is last. */
static fil_day
day_of(struct civil c)
{
	unsigned year = (unsigned)(c.year - (c.month <= 2));
	unsigned month = (unsigned)(c.month + (c.month > 2 ? -3 : 9));
	unsigned days = year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5;

	return (fil_day)days + c.day - 1 - 719468;
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

/* The forms of a date. */
enum form { YEAR_FIRST, YEAR_LAST, WORDS };

/* A time behind a date, as it is written. */
struct clock {
	int seconds; /* since midnight */
	bool has_offset;
	int offset; /* minutes before UTC */
};

/* A date as it is written. */
struct written {
	enum form form;
	int year, month, day; /* YEAR_LAST: month and day may be each other */
	const char *year_end; /* the place after the year */
	size_t year_digits;
	int weekday; /* from 0, Monday; -1: none is written */
	struct clock clock;
};

/* Reads a date that begins with the year: yyyy-mm-dd, yyyy/m/d, yyyymmdd. Moves the text past it.
 * Returns whether the form is one of these. */
static bool
read_year_first(const char **text, struct written *date)
{
	date->form = YEAR_FIRST;
	date->year = digits(text, 4, 4);
	date->year_digits = 4;
	char separator = **text == '-' || **text == '/' ? **text : '\0';
	int least = separator == '\0' ? 2 : 1;
	if (separator != '\0')
		(*text)++;
	date->month = date->year < 0 ? -1 : digits(text, least, 2);
	if (date->month < 0 || (separator != '\0' && !step_over(text, separator)))
		return false;
	date->day = digits(text, least, 2);
	return date->day >= 0;
}

/* Reads a year of two to four digits. Moves the text past it. Returns whether it was there. */
static bool
read_year(const char **text, struct written *date)
{
	const char *before = *text;

	date->year = digits(text, 2, 4);
	date->year_end = *text;
	date->year_digits = (size_t)(*text - before);
	return date->year >= 0;
}

/* Reads d/m/yyyy, d.m.yyyy or d-m-yyyy, day first or month first. Moves the text past it. Returns
 * whether the form is one of these. */
static bool
read_year_last(const char **text, struct written *date)
{
	date->form = YEAR_LAST;
	date->day = digits(text, 1, 2);
	char separator = **text;
	if (date->day < 0 || (separator != '/' && separator != '.' && separator != '-'))
		return false;
	(*text)++;
	date->month = digits(text, 1, 2);
	return date->month >= 0 && step_over(text, separator) && read_year(text, date);
}

enum { WORD_SIZE = 12 }; /* the longest name of a month or weekday, and its NUL */

/* Reads the letter at the text, in lower case and without accent. Returns it with its bytes, or
 * '\0'. */
static char
read_letter(const char *text, size_t *n)
{
	unsigned char c = (unsigned char)text[0], next = c == '\0' ? 0 : (unsigned char)text[1];

	*n = 1;
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	if (c >= 'a' && c <= 'z')
		return (char)c;
	*n = 2;
	if (c != 0xc3)
		return '\0';
	next |= 0x20; /* the small letter */
	return next == 0xa9 ? 'e' : next == 0xbb ? 'u' : next == 0xa0 ? 'a' : '\0';
}

/* Reads a word of letters, in lower case and without accents. Moves the text past it. Returns its
 * length; 0 if it is too long or none. */
static size_t
read_word(const char **text, char word[static WORD_SIZE])
{
	size_t length = 0, n;
	char letter;

	for (; (letter = read_letter(*text, &n)) != '\0'; *text += n) {
		if (length + 1 == WORD_SIZE)
			return 0;
		word[length++] = letter;
		/* A decomposed accent. */
		if (strncmp(*text + n, "\u0301", 2) == 0 || strncmp(*text + n, "\u0302", 2) == 0)
			n += 2;
	}
	word[length] = '\0';
	return length;
}

/* Reads a name of a list that holds n French names, then n English ones, or the beginning of one:
 * at least `least` letters. Moves the text past it. Returns its number in its language, or -1. */
static int
read_name(const char **text, const char *const *names, int n, size_t least)
{
	char word[WORD_SIZE];
	size_t length = read_word(text, word);
	int found = -1;

	for (int i = 0; length >= least && i < 2 * n; i++) {
		if (strncmp(names[i], word, length) != 0)
			continue;
		if (found >= 0 && found != i % n)
			return -1; /* "jui" */
		found = i % n;
	}
	return found;
}

/* Reads a month in words. Returns it, from 1, or 0. */
static int
read_month(const char **text)
{
	static const char *const months[] = { "janvier", "fevrier", "mars", "avril", "mai", "juin",
		"juillet", "aout", "septembre", "octobre", "novembre", "decembre", "january",
		"february", "march", "april", "may", "june", "july", "august", "september",
		"october", "november", "december" };

	return read_name(text, months, 12, 3) + 1;
}

/* Reads a weekday and skips what separates it from a date. Returns it, from 0, or -1. */
static int
read_weekday(const char **text)
{
	static const char *const days[] = { "lundi", "mardi", "mercredi", "jeudi", "vendredi",
		"samedi", "dimanche", "monday", "tuesday", "wednesday", "thursday", "friday",
		"saturday", "sunday" };
	int weekday = read_name(text, days, 7, 2);

	step_over(text, '.');
	step_over(text, ',');
	return step_over(text, ' ') ? weekday : -1;
}

/* Reads the day of a date in words: "13", "1er", "2nd". Returns it, or -1. */
static int
read_day(const char **text)
{
	static const char *const endings[] = { "er", "st", "nd", "rd", "th" };
	int day = digits(text, 1, 2);

	for (size_t i = 0; day >= 0 && i < sizeof endings / sizeof *endings; i++)
		if (strncasecmp(*text, endings[i], 2) == 0 &&
		    !((*text)[2] >= 'a' && (*text)[2] <= 'z'))
			*text += 2;
	return day;
}

/* Skips what separates the parts of a date in words. Returns whether there was anything. */
static bool
step_over_separators(const char **text)
{
	size_t n = strspn(*text, " -/.,");

	*text += n;
	return n > 0;
}

/* Reads a date whose month is a word: "3 févr. 2024", "03-févr.-2024", "Feb 13, 2024". Moves the
 * text past it. Returns whether the form is one of these. */
static bool
read_words(const char **text, struct written *date)
{
	bool day_first = **text >= '0' && **text <= '9';

	date->form = WORDS;
	date->day = day_first ? read_day(text) : 0;
	if (day_first)
		step_over_separators(text);
	date->month = date->day < 0 ? 0 : read_month(text);
	if (date->month == 0 || (!step_over_separators(text) && !day_first))
		return false;
	if (!day_first) {
		date->day = read_day(text);
		if (date->day < 0 || !step_over_separators(text))
			return false;
	}
	return read_year(text, date);
}

/* Skips a time zone: "Z", "+01:00", "-0500", "UTC", "GMT+1". Returns whether the text was a zone or
 * empty. */
static bool
step_over_zone(const char **text, struct clock *clock)
{
	const char *begin = *text;
	int hours, minutes = 0, letters = 0, sign;

	for (; **text >= 'A' && **text <= 'Z' && letters < 5; letters++)
		(*text)++;
	clock->has_offset = (letters == 1 && *begin == 'Z') ||
	    (letters == 3 && (strncmp(begin, "UTC", 3) == 0 || strncmp(begin, "GMT", 3) == 0));
	if (**text != '+' && **text != '-')
		return letters == 0 || letters >= 3 || (letters == 1 && *begin == 'Z');
	sign = **text == '-' ? -1 : 1;
	(*text)++;
	hours = digits(text, 1, 2);
	if (step_over(text, ':') || (**text >= '0' && **text <= '9'))
		minutes = digits(text, 2, 2);
	clock->has_offset |= letters == 0;
	clock->offset = sign * (hours * 60 + minutes);
	return (letters == 0 || letters >= 3) && hours >= 0 && hours <= 14 && minutes >= 0 &&
	    minutes <= 59;
}

/* Skips "AM", "PM", "am", "p.m." and the like, after a space or none. Returns the hours of the day for
 * those that are written. */
static int
step_over_noon(const char **text, int hours)
{
	static const char *const halves[] = { "AM", "PM", "A.M.", "P.M." };
	const char *noon = *text + (**text == ' ');

	for (size_t i = 0; i < sizeof halves / sizeof *halves; i++) {
		if (strncasecmp(noon, halves[i], strlen(halves[i])) != 0)
			continue;
		*text = noon + strlen(halves[i]);
		hours = hours % 12 + (i % 2 == 1 ? 12 : 0);
	}
	return hours;
}

/* Skips a time: 8:00, 08:00:00, 08:00:00.123, 080000, optionally with "AM" or "PM". Returns whether
 * the text was a time. */
static bool
step_over_time(const char **text, struct clock *clock)
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
	clock->seconds = (step_over_noon(text, hours) * 60 + minutes) * 60 + seconds;
	return true;
}

/* Skips what links a date and its time: "- ", "à ", "at ". */
static void
step_over_link(const char **text)
{
	static const char *const links[] = { "- ", "à ", "a\u0300 ", "at " };

	for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
		if (strncmp(*text, links[i], strlen(links[i])) != 0)
			continue;
		*text += strlen(links[i]);
		return;
	}
}

/* Returns whether only a time and a zone follow the date, and reads them. The day counts as it is
 * written, in any zone. */
static bool
ends_well(const char *text, struct clock *clock)
{
	*clock = (struct clock){ 0 };
	if (*text == '\0')
		return true;
	text += *text == ',' && text[1] == ' ';
	if (*text != 'T' && *text != ' ')
		return false;
	for (text++; *text == ' '; text++)
		continue;
	step_over_link(&text);
	if (!step_over_time(&text, clock))
		return false;
	text += *text == ' ' && text[1] != '\0';
	return step_over_zone(&text, clock) && *text == '\0';
}

/* Reads a whole text as a date, in one of the forms. Returns whether it is in that form. */
static bool
read_form(const char *text, enum form form, struct written *date)
{
	bool read = form == YEAR_FIRST ? read_year_first(&text, date)
	    : form == YEAR_LAST        ? read_year_last(&text, date)
				       : read_words(&text, date);

	return read && ends_well(text, &date->clock);
}

/* Reads a whole text as a date, perhaps with a weekday before it. Returns whether it is one. */
static bool
read_written(const char *text, struct written *date)
{
	bool has_digit = *text >= '0' && *text <= '9';

	date->weekday = -1;
	/* A month goes before a weekday: "mar. 13, 2024". */
	for (int tries = 0; tries < 2; tries++) {
		for (enum form form = has_digit ? YEAR_FIRST : WORDS; form <= WORDS; form++)
			if (read_form(text, form, date))
				return true;
		date->weekday = has_digit ? -1 : read_weekday(&text);
		if (date->weekday < 0)
			return false;
		has_digit = *text >= '0' && *text <= '9';
	}
	return false;
}

static struct civil
civil_written(const struct written *date)
{
	return (struct civil){ date->year, date->month, date->day };
}

/* The day of which a spreadsheet's serial number is 0. */
enum { SERIAL_ZERO = -25569 };

/* Reads a spreadsheet's serial number: five digits, and perhaps a part of a day. Returns whether
 * the text is one. */
static bool
read_serial(const char *text, fil_day *day)
{
	int serial = digits(&text, 5, 5);

	if (serial < 10000)
		return false;
	if ((*text == '.' || *text == ',') && text[1] != '\0')
		for (text++; *text >= '0' && *text <= '9'; text++)
			continue;
	if (*text != '\0')
		return false;
	*day = serial + SERIAL_ZERO;
	return true;
}

/* Reads seconds since 1970, or thousandths of them from 12 digits on, and perhaps a part. Returns
 * whether the text is so. */
static bool
read_epoch(const char *text, int64_t *seconds)
{
	size_t n = strspn(text, "0123456789"), part = 0;

	if (n < 9 || n > 14)
		return false;
	*seconds = 0;
	for (size_t i = 0; i < n; i++)
		*seconds = *seconds * 10 + (text[i] - '0');
	if (n >= 12)
		*seconds /= 1000;
	if (text[n] == '.' || text[n] == ',')
		part = 1 + strspn(text + n + 1, "0123456789");
	return part != 1 && text[n + part] == '\0';
}

/* Returns the number of the two digits at the text, or 100. */
static inline int
two_digits(const char *text)
{
	if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
		return 100;
	return (text[0] - '0') * 10 + text[1] - '0';
}

/* Called for millions of rows. */
int
fil_date_parse(const char *text, fil_day *day)
{
	struct civil date;
	int century, year;

	if ((century = two_digits(text)) > 99 || (year = two_digits(text + 2)) > 99 ||
	    text[4] != '-' || (date.month = two_digits(text + 5)) > 99 || text[7] != '-' ||
	    (date.day = two_digits(text + 8)) > 99 || text[10] != '\0')
		return -1;
	date.year = century * 100 + year;
	if (!is_date(date))
		return -1;
	*day = day_of(date);
	return 0;
}

/* Reads d/m/yyyy in an order. Returns as fil_date_read. */
static enum fil_date_found
read_in_order(const struct written *date, enum fil_date_order order, fil_day *day)
{
	bool open =
	    order == FIL_ORDER_UNKNOWN || order == FIL_ORDER_EXCEL || order == FIL_ORDER_EPOCH;
	struct civil dmy = { date->year, date->month, date->day };
	struct civil mdy = { date->year, date->day, date->month };
	bool day_first = is_date(dmy) && (open || order == FIL_ORDER_DMY);
	bool month_first = is_date(mdy) && (open || order == FIL_ORDER_MDY);

	if (!day_first && !month_first)
		return FIL_DATE_BAD;
	if (day_first && month_first && dmy.day != dmy.month)
		return FIL_DATE_UNPROVED;
	*day = day_of(day_first ? dmy : mdy);
	if (order != FIL_ORDER_UNKNOWN || dmy.day == dmy.month)
		return FIL_DATE_OK;
	return day_first ? FIL_DATE_PROVES_DMY : FIL_DATE_PROVES_MDY;
}

/* Returns the weekday of a day, from 0, Monday. Day 0 was a Thursday. */
static int
weekday_of(fil_day day)
{
	/* The added multiple of 7 makes the sum positive for every year. */
	return (day + 3 + 7 * 100000) % 7;
}

/* Reads a date in an order, whatever its weekday. Returns as fil_date_read. */
static enum fil_date_found
read_day_of(const struct written *date, enum fil_date_order order, fil_day *day)
{
	if (date->year_digits != 4)
		return FIL_DATE_BAD;
	if (date->form == YEAR_LAST)
		return read_in_order(date, order, day);
	if (!is_date(civil_written(date)))
		return FIL_DATE_BAD;
	*day = day_of(civil_written(date));
	return FIL_DATE_OK;
}

enum fil_date_found
fil_date_read(const char *text, enum fil_date_order order, fil_day *day)
{
	struct written date;
	enum fil_date_found found;
	int64_t seconds;
	fil_day read = 0;

	if (order == FIL_ORDER_EXCEL && read_serial(text, day))
		return FIL_DATE_OK;
	if (order == FIL_ORDER_EPOCH && read_epoch(text, &seconds)) {
		*day = (fil_day)(seconds / DAY_SECONDS);
		return FIL_DATE_OK;
	}
	if (!read_written(text, &date))
		return FIL_DATE_BAD;
	found = read_day_of(&date, order, &read);
	if (found == FIL_DATE_BAD || found == FIL_DATE_UNPROVED)
		return found;
	if (date.weekday >= 0 && date.weekday != weekday_of(read))
		return FIL_DATE_BAD;
	*day = read;
	return found;
}

/* Reads a date with a time and an offset from UTC, or with FIL_ORDER_EPOCH seconds. Sets the seconds since
 * 1970 in UTC. */
static enum fil_date_found
read_moment(const char *text, enum fil_date_order order, int64_t *seconds)
{
	struct written date;
	enum fil_date_found found;
	fil_day day;

	if (order == FIL_ORDER_EPOCH && read_epoch(text, seconds))
		return FIL_DATE_OK;
	if (!read_written(text, &date) || !date.clock.has_offset)
		return FIL_DATE_BAD;
	found = read_day_of(&date, order, &day);
	if (found != FIL_DATE_BAD && found != FIL_DATE_UNPROVED)
		*seconds = (int64_t)day * DAY_SECONDS + date.clock.seconds - date.clock.offset * 60;
	return found;
}

const char *
fil_date_remedy(const char *text, enum fil_date_order order)
{
	static const char *const weekdays[] = { N_("that day is a Monday"),
		N_("that day is a Tuesday"), N_("that day is a Wednesday"),
		N_("that day is a Thursday"), N_("that day is a Friday"),
		N_("that day is a Saturday"), N_("that day is a Sunday") };
	struct written date;
	int64_t seconds;
	fil_day day = 0;

	if (read_epoch(text, &seconds))
		return _("--dates epoch reads seconds since 1970");
	if (read_serial(text, &day))
		return _("--dates excel reads a spreadsheet's serial number");
	if (!read_written(text, &date))
		return NULL;
	if (date.weekday >= 0 && read_day_of(&date, order, &day) != FIL_DATE_BAD)
		return _(weekdays[weekday_of(day)]);
	if (date.year_digits != 2)
		return NULL;
	date.year += 2000;
	if (date.form == YEAR_LAST ? read_in_order(&date, FIL_ORDER_UNKNOWN, &day) == FIL_DATE_BAD
				   : !is_date(civil_written(&date)))
		return NULL;
	return _("a year of two digits needs --pivot NN");
}

bool
fil_date_widen(const char *text, int pivot, char wide[static FIL_DATE_WIDE])
{
	struct written date;
	size_t before, n = strlen(text);

	if (n + 3 > FIL_DATE_WIDE || !read_written(text, &date) || date.year_digits != 2)
		return false;
	before = (size_t)(date.year_end - text) - 2;
	memcpy(wide, text, before);
	memcpy(wide + before, date.year <= pivot ? "20" : "19", 2);
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
fil_date_split(fil_day day, int *year, int *month, int *number)
{
	struct civil civil = civil_of(day);

	*year = civil.year;
	*month = civil.month;
	*number = civil.day;
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

/* The offset from UTC, in seconds, from a moment on. */
struct change {
	int64_t from;
	long offset;
};

struct fil_time_zone {
	struct change *changes;
	size_t n; /* at least 1 */
};

/* Returns whether a zone of that name is installed. The C library takes any other name as UTC. */
static bool
is_installed(const char *name)
{
	static const char letters[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	    "_+-/";
	const char *folder = getenv("TZDIR");
	char *path;
	bool found;

	if (*name == '\0' || *name == '/' || name[strspn(name, letters)] != '\0')
		return false;
	path = fil_format("%s/%s", folder ? folder : "/usr/share/zoneinfo", name);
	found = access(path, R_OK) == 0;
	free(path);
	return found;
}

/* Returns the offset of the process's zone at a moment. */
static long
offset_at(int64_t seconds)
{
	time_t moment = (time_t)seconds;
	struct tm local;

	return localtime_r(&moment, &local) ? local.tm_gmtoff : 0;
}

static void
add_change(struct fil_time_zone *zone, int64_t from, long offset)
{
	zone->changes = fil_resize(zone->changes, zone->n + 1, sizeof *zone->changes);
	zone->changes[zone->n++] = (struct change){ from, offset };
}

/* Finds the moment between two at which the offset changes. No day has two. */
static void
find_change(struct fil_time_zone *zone, int64_t low, int64_t high, long before)
{
	while (high - low > 1) {
		int64_t middle = low + (high - low) / 2;

		if (offset_at(middle) == before)
			low = middle;
		else
			high = middle;
	}
	add_change(zone, high, offset_at(high));
}

/* Reads the changes of the process's zone. */
static void
read_changes(struct fil_time_zone *zone)
{
	add_change(zone, 0, offset_at(0));
	for (int64_t day = 1; day <= ZONE_DAYS; day++) {
		long before = zone->changes[zone->n - 1].offset;

		if (offset_at(day * DAY_SECONDS) != before)
			find_change(zone, (day - 1) * DAY_SECONDS, day * DAY_SECONDS, before);
	}
}

struct fil_time_zone *
fil_time_zone_new(const char *name, struct fil_fault *fault)
{
	const char *before = getenv("TZ");
	char *kept = before ? fil_copy(before) : NULL;
	struct fil_time_zone *zone;

	if (!is_installed(name)) {
		free(kept);
		fil_fault_set(fault, FIL_USAGE,
		    "'%s' is not a time zone that is installed: give one such as Europe/Paris",
		    name);
		return NULL;
	}
	zone = fil_alloc(1, sizeof *zone);
	if (setenv("TZ", name, 1) < 0)
		fil_memory_die();
	tzset();
	read_changes(zone);
	if (kept ? setenv("TZ", kept, 1) < 0 : unsetenv("TZ") < 0)
		fil_memory_die();
	tzset();
	free(kept);
	return zone;
}

/* Returns the day in the zone, that many seconds after 1970-01-01 in UTC. */
static fil_day
day_there(const struct fil_time_zone *zone, int64_t seconds)
{
	size_t low = 0, high = zone->n;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (zone->changes[middle].from <= seconds)
			low = middle;
		else
			high = middle;
	}
	seconds += zone->changes[low].offset;
	return (fil_day)(seconds / DAY_SECONDS - (seconds % DAY_SECONDS < 0));
}

enum fil_date_found
fil_time_zone_date(
    const struct fil_time_zone *zone, const char *text, enum fil_date_order order, fil_day *day)
{
	int64_t seconds;
	enum fil_date_found found = read_moment(text, order, &seconds);

	if (found != FIL_DATE_BAD && found != FIL_DATE_UNPROVED)
		*day = day_there(zone, seconds);
	return found;
}

void
fil_time_zone_free(struct fil_time_zone *zone)
{
	if (!zone)
		return;
	free(zone->changes);
	free(zone);
}
