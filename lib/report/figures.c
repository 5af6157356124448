/* SPDX-License-Identifier: ISC */
#include "lib/report/figures.h"

#include <stdio.h>

#include "lib/levels/standing.h"

_Static_assert(FIL_AMOUNT_SIZE >= 16, "a text has room for a share and for a date");

/* Sets the cell to its text, unless that is empty. */
static void
show(struct fil_figures *figures, size_t column)
{
	if (*figures->texts[column] != '\0')
		figures->cells[column] = figures->texts[column];
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
fil_figures_mean(struct fil_figures *figures, size_t column, long long sum, long long count)
{
	fil_mean_write(sum, count, figures->texts[column]);
	show(figures, column);
}

void
fil_figures_median(struct fil_figures *figures, size_t column, struct fil_median *spread,
    uint32_t group, unsigned decimals)
{
	int64_t twice;

	if (!fil_median_value(spread, group, &twice))
		return;
	fil_half_write(twice, decimals, figures->texts[column]);
	show(figures, column);
}
