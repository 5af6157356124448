/* SPDX-License-Identifier: ISC */
#include "lib/report/figures.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
	fil_share_write(part, whole, figures->texts[column]);
	show(figures, column);
}

void
fil_figures_fraction(struct fil_figures *figures, size_t column, double fraction)
{
	/* A half of a tenth that a sum of fractions has missed by its last digits is still a half. */
	if (!isnan(fraction))
		fil_figures_share(
		    figures, column, llround(1000 * fraction + copysign(1e-9, fraction)), 1000);
}

void
fil_figures_mean(struct fil_figures *figures, size_t column, long long sum, long long count)
{
	fil_mean_write(sum, count, figures->texts[column]);
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
