/* SPDX-License-Identifier: ISC */
#include "lib/report/figures.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/stats/median.h"
#include "lib/store/statement.h"

/* Wide enough for a thousand times any long long. */
__extension__ typedef unsigned __int128 wide;

/* Sums of that many digits can be added up. */
enum { MOST_DIGITS = 15 };

_Static_assert(FIL_AMOUNT_SIZE >= 16, "a text has room for a share and for a date");

/* Writes tenths, or nothing when they have more than 11 digits before the point. */
static const char *
write_tenths(wide tenths, bool negative, char buffer[static 16])
{
	unsigned long long shown = (unsigned long long)tenths;

	if (tenths > 999999999999) {
		buffer[0] = '\0';
		return buffer;
	}
	snprintf(
	    buffer, 16, "%s%llu.%llu", negative && shown > 0 ? "-" : "", shown / 10, shown % 10);
	return buffer;
}

/* Returns the absolute value, LLONG_MIN's too. */
static unsigned long long
magnitude(long long value)
{
	return value < 0 ? 0 - (unsigned long long)value : (unsigned long long)value;
}

/* Returns scale * part / whole, rounded half up; whole is not 0. */
static wide
round_ratio(long long part, long long whole, unsigned scale)
{
	wide divisor = magnitude(whole);

	return ((wide)magnitude(part) * 2 * scale + divisor) / (divisor * 2);
}

const char *
fil_share_write(long long part, long long whole, char buffer[static 16])
{
	buffer[0] = '\0';
	if (whole == 0)
		return buffer;
	return write_tenths(round_ratio(part, whole, 1000), (part < 0) != (whole < 0), buffer);
}

const char *
fil_mean_write(long long sum, long long count, char buffer[static 16])
{
	buffer[0] = '\0';
	if (count == 0)
		return buffer;
	return write_tenths(round_ratio(sum, count, 10), (sum < 0) != (count < 0), buffer);
}

/* Copies a number with decimals, without the zeros at its end, and a point before them. Frees it. */
static void
keep_number(char *number, char buffer[static FIL_AMOUNT_SIZE])
{
	size_t n = strlen(number);

	while (number[n - 1] == '0')
		n--;
	n -= number[n - 1] == '.';
	number[n] = '\0';
	snprintf(buffer, FIL_AMOUNT_SIZE, "%s", strcmp(number, "-0") == 0 ? "0" : number);
	free(number);
}

/* Writes scale * part / whole, cut after ten decimals, or nothing with more than 11 digits before the
 * point. */
static const char *
write_exact(long long part, long long whole, unsigned scale, char buffer[static FIL_AMOUNT_SIZE])
{
	enum { DECIMALS = 10 };
	const wide unit = 10000000000, divisor = magnitude(whole);
	wide product = (wide)magnitude(part) * scale;
	bool negative = (part < 0) != (whole < 0);

	buffer[0] = '\0';
	if (whole == 0 || product / divisor > 99999999999)
		return buffer;
	keep_number(fil_format("%s%llu.%0*llu", negative ? "-" : "",
			(unsigned long long)(product / divisor), DECIMALS,
			(unsigned long long)(product % divisor * unit / divisor)),
	    buffer);
	return buffer;
}

const char *
fil_share_exact(long long part, long long whole, char buffer[static FIL_AMOUNT_SIZE])
{
	return write_exact(part, whole, 100, buffer);
}

const char *
fil_figure_round(const char *exact, unsigned decimals, char buffer[static FIL_AMOUNT_SIZE])
{
	bool negative = *exact == '-';
	const char *at = exact + negative;
	unsigned long long units = 0;

	for (; *at >= '0' && *at <= '9'; at++)
		units = units * 10 + (unsigned long long)(*at - '0');
	at += *at == '.';
	for (unsigned i = 0; i < decimals; i++)
		units = units * 10 + (*at != '\0' ? (unsigned long long)(*at++ - '0') : 0);
	units += *at >= '5';
	if (decimals == 1)
		return write_tenths(units, negative, buffer);
	for (; decimals < 3; decimals++)
		units *= 10;
	fil_amount_write(negative ? -(long long)units : (long long)units, buffer);
	return buffer;
}

/* Sets the cell to its text, unless that is empty. */
static void
show(struct fil_figures *figures, size_t column)
{
	if (*figures->texts[column] != '\0')
		figures->cells[column] = figures->texts[column];
}

void
fil_figures_amounts_add(struct fil_statement *statement, const char *column)
{
	fil_statement_add(statement, "sum(trunc(CAST(%s AS NUMERIC) * 1000))", column);
}

int
fil_figures_amounts_take(long long *thousandths, const char *sum)
{
	if (!sum)
		return 0;
	if (strlen(sum) > MOST_DIGITS)
		return -1;
	*thousandths += strtoll(sum, NULL, 10);
	return 0;
}

void
fil_figures_count(struct fil_figures *figures, size_t column, size_t count)
{
	snprintf(figures->texts[column], sizeof figures->texts[column], "%zu", count);
	show(figures, column);
}

void
fil_figures_day(struct fil_figures *figures, size_t column, fil_day day)
{
	if (day == FIL_NEVER)
		return;
	fil_date_write(day, figures->texts[column]);
	show(figures, column);
}

void
fil_figures_amount(struct fil_figures *figures, size_t column, long long thousandths)
{
	fil_amount_write(thousandths, figures->texts[column]);
	show(figures, column);
}

void
fil_figures_share(struct fil_figures *figures, size_t column, long long part, long long whole)
{
	fil_share_exact(part, whole, figures->texts[column]);
	show(figures, column);
}

void
fil_figures_real(struct fil_figures *figures, size_t column, double number)
{
	if (isnan(number))
		return;
	/* A half that a sum of fractions has missed by its last digits is still a half. */
	keep_number(fil_format("%.9f", number), figures->texts[column]);
	show(figures, column);
}

void
fil_figures_fraction(struct fil_figures *figures, size_t column, double fraction)
{
	fil_figures_real(figures, column, 100 * fraction);
}

void
fil_figures_mean(struct fil_figures *figures, size_t column, long long sum, long long count)
{
	write_exact(sum, count, 1, figures->texts[column]);
	show(figures, column);
}

void
fil_figures_median(struct fil_figures *figures, size_t column, struct fil_median *median,
    uint32_t group, unsigned decimals)
{
	int64_t twice;

	if (!fil_median_value(median, group, &twice))
		return;
	fil_half_write(twice, decimals, figures->texts[column]);
	show(figures, column);
}
