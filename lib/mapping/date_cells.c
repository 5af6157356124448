/* SPDX-License-Identifier: ISC */
#include "lib/mapping/date_cells.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/utf8.h"

struct fil_date_cells {
	int pivot; /* -1: years have four digits */
	const struct fil_time_zone *zone; /* or NULL: the day as it is written */
	enum fil_date_order order;
	char (*days)[FIL_DATE_WIDE]; /* rewritten, one for each column */
};

struct fil_date_cells *
fil_date_cells_new(size_t n)
{
	struct fil_date_cells *cells = fil_alloc(1, sizeof *cells);

	cells->pivot = -1;
	cells->days = fil_alloc(n, sizeof *cells->days);
	return cells;
}

void
fil_date_cells_pivot(struct fil_date_cells *cells, int pivot)
{
	cells->pivot = pivot;
}

void
fil_date_cells_zone(
    struct fil_date_cells *cells, const struct fil_time_zone *zone, enum fil_date_order order)
{
	cells->zone = zone;
	cells->order = order;
}

/* Rewrites a moment as the day in the zone. Returns 1, 0 if it is none, or -1 with a fault. */
static int
take_day(struct fil_date_cells *cells, size_t column, const char *name, const char *date,
    struct fil_fault *fault)
{
	int64_t seconds;
	enum fil_date_found found =
	    cells->zone ? fil_date_moment(date, cells->order, &seconds) : FIL_DATE_BAD;

	if (found == FIL_DATE_BAD)
		return 0;
	if (found == FIL_DATE_UNPROVED)
		return fil_fault_data(fault, "date-order",
		    "%s: '%s' may be day first or month first: timezone needs --dates dmy or "
		    "--dates mdy",
		    name, date);
	fil_date_write(fil_time_zone_day(cells->zone, seconds), cells->days[column]);
	return 1;
}

int
fil_date_cells_rewrite(struct fil_date_cells *cells, size_t column, const char *name,
    const char **cell, size_t *length, struct fil_fault *fault)
{
	char date[FIL_DATE_WIDE];
	size_t n = *length, from = fil_utf8_trim(*cell, &n);
	bool widened;
	int day;

	if (n >= sizeof date)
		return 0;
	*(char *)mempcpy(date, *cell + from, n) = '\0';
	widened = cells->pivot >= 0 && fil_date_widen(date, cells->pivot, cells->days[column]);
	if (widened)
		memcpy(date, cells->days[column], n + 3);
	day = take_day(cells, column, name, date, fault);
	if (day < 0 || (day == 0 && !widened))
		return day;
	*cell = cells->days[column];
	*length = strlen(*cell);
	return 0;
}

void
fil_date_cells_free(struct fil_date_cells *cells)
{
	if (!cells)
		return;
	free(cells->days);
	free(cells);
}
