/* SPDX-License-Identifier: ISC */
/* Date cells: rewrites the dates of an input as they are read elsewhere. A year of two digits gets
 * four, and a moment becomes the day in a time zone. */
#ifndef FIL_DATE_CELLS_H
#define FIL_DATE_CELLS_H

#include <stddef.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/base/time_zone.h"

struct fil_date_cells;

/* Returns date cells of n columns that change nothing yet; the caller frees them. */
struct fil_date_cells *fil_date_cells_new(size_t n);

/* Accepts years of two digits: up to the pivot (0 to 99) as 20yy, above it as 19yy. */
void fil_date_cells_pivot(struct fil_date_cells *cells, int pivot);

/* Turns moments into days of a zone, which must live longer. order: of dates, if it is given. */
void fil_date_cells_zone(
    struct fil_date_cells *cells, const struct fil_time_zone *zone, enum fil_date_order order);

/* Rewrites the cell of a column, if it is such a date. It then belongs to the date cells, until the
 * next one of that column. Returns 0, or -1 with a fault that begins with the column's name: a
 * moment whose day and month may be each other. */
int fil_date_cells_rewrite(struct fil_date_cells *cells, size_t column, const char *name,
    const char **cell, size_t *length, struct fil_fault *fault);

/* Frees the date cells; NULL is fine. */
void fil_date_cells_free(struct fil_date_cells *cells);

#endif
