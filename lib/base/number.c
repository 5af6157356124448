/* SPDX-License-Identifier: ISC */
#include "lib/base/number.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/base/memory.h"

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Returns the absolute value, also of LLONG_MIN. */
static unsigned long long
magnitude(long long value)
{
	return value < 0 ? 0 - (unsigned long long)value : (unsigned long long)value;
}

int
fil_number_read(const char *text, long long min, long long max, long long *value)
{
	bool negative = *text == '-';
	long long read = 0;

	text += negative;
	if (*text == '\0')
		return -1;
	for (; *text != '\0'; text++) {
		int digit = *text - '0';
		if (!is_digit(*text) || __builtin_mul_overflow(read, 10, &read) ||
		    __builtin_add_overflow(read, negative ? -digit : digit, &read))
			return -1;
	}
	if (read < min || read > max)
		return -1;
	*value = read;
	return 0;
}

/* Returns the number of digits at the beginning of the text. */
static size_t
run_of_digits(const char *text)
{
	size_t n = 0;

	while (is_digit(text[n]))
		n++;
	return n;
}

char *
fil_decimal_read(const char *text)
{
	bool negative = *text == '-';
	const char *whole = text + negative, *fraction = "";
	size_t n = run_of_digits(whole), decimals = 0;

	if (n > 0 && (whole[n] == '.' || whole[n] == ',')) {
		fraction = whole + n + 1;
		decimals = run_of_digits(fraction);
	}
	if (n == 0 || (whole[n] != '\0' && (decimals == 0 || fraction[decimals] != '\0')))
		return NULL;
	for (; n > 1 && *whole == '0'; n--)
		whole++;
	while (decimals > 0 && fraction[decimals - 1] == '0')
		decimals--;
	if (n == 1 && *whole == '0' && decimals == 0)
		negative = false;
	return fil_format("%s%.*s%s%.*s", negative ? "-" : "", (int)n, whole,
	    decimals > 0 ? "." : "", (int)decimals, fraction);
}

bool
fil_decimal_is_plain(const char *text)
{
	const char *whole = text + (*text == '-'), *end = whole + run_of_digits(whole);

	if (end == whole || (*whole == '0' && end > whole + 1))
		return false;
	if (*end == '.' && is_digit(end[1]))
		end += 1 + run_of_digits(end + 1);
	return *end == '\0';
}

/* Compares the decimals; a missing digit counts as 0. */
static int
compare_fractions(const char *a, const char *b)
{
	a += *a == '.';
	b += *b == '.';
	while (is_digit(*a) || is_digit(*b)) {
		char x = is_digit(*a) ? *a++ : '0', y = is_digit(*b) ? *b++ : '0';
		if (x != y)
			return x - y;
	}
	return 0;
}

static int
compare_magnitudes(const char *a, const char *b)
{
	a += strspn(a, "0");
	b += strspn(b, "0");
	size_t m = run_of_digits(a), n = run_of_digits(b);
	int order = m == n ? memcmp(a, b, n) : m < n ? -1 : 1;

	return order != 0 ? order : compare_fractions(a + m, b + n);
}

int
fil_decimal_compare(const char *a, const char *b)
{
	bool a_negative = *a == '-', b_negative = *b == '-';
	int order = compare_magnitudes(a + a_negative, b + b_negative);

	if (a_negative == b_negative)
		return a_negative ? -order : order;
	order = compare_magnitudes(a + a_negative, "0") + compare_magnitudes(b + b_negative, "0");
	return order == 0 ? 0 : a_negative ? -1 : 1;
}

/* Returns the length of the grouping space at the beginning of the text, or 0. */
static size_t
space_length(const char *text)
{
	if (*text == ' ')
		return 1;
	if (strncmp(text, "\u00A0", 2) == 0)
		return 2;
	return strncmp(text, "\u202F", 3) == 0 ? 3 : 0;
}

/* Reads the whole part: digits, or groups of three separated by one kind of space. The first group
 * has one to three digits. Returns the place after it, or NULL. */
static const char *
read_whole(const char *text, long long *whole)
{
	size_t n = run_of_digits(text), space = space_length(text + n);
	const char *separator = text + n, *end = text + n;

	if (n == 0 || (space > 0 && n > 3))
		return NULL;
	while (space > 0 && strncmp(end, separator, space) == 0) {
		if (run_of_digits(end + space) != 3)
			return NULL;
		end += space + 3;
	}
	*whole = 0;
	for (; text < end; text++) {
		if (!is_digit(*text))
			continue;
		*whole = *whole * 10 + (*text - '0');
		if (*whole > 999999999999)
			return NULL;
	}
	return end;
}

void
fil_number_write(long long number, char text[static FIL_NUMBER_SIZE])
{
	char digits[FIL_NUMBER_SIZE], *from = digits + sizeof digits - 1;
	unsigned long long rest = (unsigned long long)number;

	/* For millions of rows: snprintf takes five times as long. */
	if (number < 0)
		rest = 0 - rest;
	*from = '\0';
	do
		*--from = (char)('0' + rest % 10);
	while ((rest /= 10) > 0);
	if (number < 0)
		*--from = '-';
	memcpy(text, from, (size_t)(digits + sizeof digits - from));
}

int
fil_amount_read(const char *text, char canonical[static FIL_AMOUNT_SIZE])
{
	bool negative = *text == '-';
	long long whole, thousandths = 0;

	text = read_whole(text + negative, &whole);
	if (!text)
		return -1;
	if (*text == '.' || *text == ',') {
		size_t n = run_of_digits(++text);
		if (n < 1 || n > 3)
			return -1;
		for (size_t i = 0; i < 3; i++)
			thousandths = thousandths * 10 + (i < n ? text[i] - '0' : 0);
		text += n;
	}
	if (*text != '\0')
		return -1;
	thousandths += whole * 1000;
	fil_amount_write(negative ? -thousandths : thousandths, canonical);
	return 0;
}

/* Returns the length of a number whose whole part is grouped by the sign in threes: "1,234,567"; 0
 * when it is none. */
static size_t
grouped_length(const char *text, char sign)
{
	size_t n = run_of_digits(text), end = n;

	if (n == 0 || n > 3 || *text == '0')
		return 0;
	while (text[end] == sign) {
		if (run_of_digits(text + end + 1) != 3)
			return 0;
		end += 4;
	}
	return end > n ? end : 0;
}

/* Returns whether the text is a number grouped by one sign, with decimals after the other or
 * without. */
static bool
is_grouped(const char *text, char group, char decimal)
{
	size_t end = grouped_length(text, group), decimals;

	if (end == 0 || text[end] != decimal)
		return end > 0 && text[end] == '\0';
	decimals = run_of_digits(text + end + 1);
	return decimals > 0 && text[end + 1 + decimals] == '\0';
}

enum fil_amount_writing
fil_amount_look(const char *text, bool point_groups, enum fil_decimal_sign *sign)
{
	const char *first = strpbrk(text, ",.");
	bool comma;

	if (!first)
		return FIL_AMOUNT_SILENT;
	text += *text == '-';
	comma = *first == ',';
	*sign = comma ? FIL_SIGN_COMMA : FIL_SIGN_POINT;
	if (run_of_digits(text) == 0 || run_of_digits(first + 1) == 0)
		return FIL_AMOUNT_SILENT;
	if ((comma || point_groups) && is_grouped(text, *first, comma ? '.' : ',')) {
		if (first[4] == '\0')
			return FIL_AMOUNT_OPEN;
		*sign = comma ? FIL_SIGN_POINT : FIL_SIGN_COMMA;
		return FIL_AMOUNT_GROUPED;
	}
	return first[1 + run_of_digits(first + 1)] == '\0' ? FIL_AMOUNT_PROVES : FIL_AMOUNT_SILENT;
}

bool
fil_amount_ungroup(
    const char *text, enum fil_decimal_sign sign, char plain[static FIL_AMOUNT_PLAIN])
{
	char decimal = sign == FIL_SIGN_COMMA ? ',' : '.', group = decimal == ',' ? '.' : ',';
	bool seen = false;
	size_t n = 0;

	if (strlen(text) >= FIL_AMOUNT_PLAIN)
		return false;
	for (; *text != '\0'; text++) {
		if (*text == group && seen)
			return false;
		seen |= *text == decimal;
		if (*text != group)
			plain[n++] = *text == decimal ? '.' : *text;
	}
	plain[n] = '\0';
	return true;
}

long long
fil_amount_thousandths(const char *canonical)
{
	bool negative = *canonical == '-';
	unsigned long long value = 0;
	int decimals = -1;

	for (const char *p = canonical + negative; *p != '\0' && decimals < 3; p++) {
		if (is_digit(*p))
			value = value * 10 + (unsigned long long)(*p - '0');
		decimals += decimals >= 0 || *p == '.';
	}
	for (decimals = decimals < 0 ? 0 : decimals; decimals < 3; decimals++)
		value *= 10;
	return (long long)(negative ? 0 - value : value);
}

/* Writes a number given in parts of one `unit`th; unit is a power of ten up to 10,000. */
static void
write_canonical(long long number, unsigned unit, char canonical[static FIL_AMOUNT_SIZE])
{
	unsigned long long value = magnitude(number);
	unsigned decimals = (unsigned)(value % unit) * (100000 / unit);
	char text[2 * FIL_AMOUNT_SIZE];
	int n = snprintf(
	    text, sizeof text, "%s%llu.%05u", number < 0 ? "-" : "", value / unit, decimals);

	while (text[n - 1] == '0')
		n--;
	n -= text[n - 1] == '.';
	memcpy(canonical, text, (size_t)n);
	canonical[n] = '\0';
}

void
fil_amount_write(long long thousandths, char canonical[static FIL_AMOUNT_SIZE])
{
	write_canonical(thousandths, 1000, canonical);
}

int
fil_amount_add(long long *thousandths, const char *canonical)
{
	long long sum;

	if (__builtin_add_overflow(*thousandths, fil_amount_thousandths(canonical), &sum))
		return -1;
	*thousandths = sum;
	return 0;
}

void
fil_half_write(long long twice, unsigned decimals, char canonical[static FIL_AMOUNT_SIZE])
{
	static const unsigned units[] = { 10, 100, 1000, 10000, 100000 };

	write_canonical(5 * twice, units[decimals], canonical);
}

/* Reads digits, and perhaps decimals, in thousandths. Moves the text past them. Returns whether
 * they are a number. */
static bool
read_thousandths(const char **text, long long *thousandths)
{
	const char *at = *text;
	size_t n = strspn(at, "0123456789");
	int decimals = 0;

	*thousandths = 0;
	if (n == 0 || n > 9)
		return false;
	while (n-- > 0)
		*thousandths = *thousandths * 10 + (*at++ - '0');
	if ((*at == '.' || *at == ',') && at[1] >= '0' && at[1] <= '9')
		for (at++; *at >= '0' && *at <= '9'; at++)
			if (decimals < 3) {
				*thousandths = *thousandths * 10 + (*at - '0');
				decimals++;
			}
	for (; decimals < 3; decimals++)
		*thousandths *= 10;
	*text = at;
	return true;
}

/* The seconds of each unit, from the largest to the smallest. */
static const long long unit_seconds[] = { 86400, 3600, 60, 1 };

enum { DAY_UNIT, HOUR_UNIT, MINUTE_UNIT, SECOND_UNIT, NO_UNIT };

/* Reads a unit in words. Moves the text past it. */
static int
read_unit(const char **text)
{
	static const struct {
		const char *word;
		int unit;
	} words[] = { { "h", HOUR_UNIT }, { "hr", HOUR_UNIT }, { "hrs", HOUR_UNIT },
		{ "heure", HOUR_UNIT }, { "heures", HOUR_UNIT }, { "hour", HOUR_UNIT },
		{ "hours", HOUR_UNIT }, { "m", MINUTE_UNIT }, { "mn", MINUTE_UNIT },
		{ "min", MINUTE_UNIT }, { "mins", MINUTE_UNIT }, { "minute", MINUTE_UNIT },
		{ "minutes", MINUTE_UNIT }, { "s", SECOND_UNIT }, { "sec", SECOND_UNIT },
		{ "secs", SECOND_UNIT }, { "seconde", SECOND_UNIT }, { "secondes", SECOND_UNIT },
		{ "second", SECOND_UNIT }, { "seconds", SECOND_UNIT } };
	size_t n = strspn(*text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strlen(words[i].word) == n && strncasecmp(words[i].word, *text, n) == 0) {
			*text += n + ((*text)[n] == '.');
			return words[i].unit;
		}
	return NO_UNIT;
}

/* Reads amounts with their units, "1h 31m 20s", in thousandths of a second. Returns whether the text is
 * so. */
static bool
read_units(const char *text, long long *time)
{
	long long number;
	int last = -1, unit;

	*time = 0;
	while (*text != '\0') {
		if (!read_thousandths(&text, &number))
			return false;
		text += strspn(text, " ");
		/* "1h30": minutes need no unit behind hours. */
		unit = last == HOUR_UNIT && *text == '\0' ? MINUTE_UNIT : read_unit(&text);
		if (unit == NO_UNIT || unit <= last)
			return false;
		last = unit;
		*time += number * unit_seconds[unit];
		text += *text == ',' && text[1] == ' ';
		text += strspn(text, " ");
	}
	return last >= 0;
}

/* Reads "01:31:20". Returns whether the text is so. */
static bool
read_clock(const char *text, long long *time)
{
	long long number;

	*time = 0;
	for (int unit = HOUR_UNIT; unit <= SECOND_UNIT; unit++) {
		if (!read_thousandths(&text, &number) || (unit > HOUR_UNIT && number >= 60000) ||
		    (unit < SECOND_UNIT && (number % 1000 != 0 || *text != ':')))
			return false;
		text += unit < SECOND_UNIT;
		*time += number * unit_seconds[unit];
	}
	return *text == '\0';
}

/* Reads an ISO 8601 duration of days and less, "P1DT2H", "PT26M12S". Returns whether the text is so. */
static bool
read_duration(const char *text, long long *time)
{
	static const char units[] = "DHMS";
	bool of_day = false;
	const char *sign;
	long long number;
	int last = -1;

	*time = 0;
	if (*text++ != 'P')
		return false;
	while (*text != '\0') {
		if (*text == 'T' && !of_day) {
			of_day = true;
			text++;
		}
		if (!read_thousandths(&text, &number) || *text == '\0')
			return false;
		sign = strchr(units, *text++);
		if (!sign || sign - units <= last || (sign > units) != of_day)
			return false;
		last = (int)(sign - units);
		*time += number * unit_seconds[last];
	}
	return last >= 0;
}

int
fil_minutes_read(const char *text, char canonical[static FIL_AMOUNT_SIZE])
{
	long long time; /* thousandths of a second */

	if (!read_units(text, &time) && !read_clock(text, &time) && !read_duration(text, &time))
		return -1;
	fil_amount_write((time + 30) / 60, canonical);
	return 0;
}

int
fil_number_compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}
