/* SPDX-License-Identifier: ISC */
/* Forecasts: for each group, the day by which a target share of its users will have been
 * autonomous, as they could be made on a day from what was known by then, and what came of them.
 * Knows no store. */
#ifndef FIL_FORECAST_H
#define FIL_FORECAST_H

#include <stddef.h>

#include "lib/base/date.h"
#include "lib/report/journey.h"
#include "lib/stats/outlook.h"
#include "lib/users/population.h"

/* Forecasts: for each group, the day by which a target share of its users will have been
 * autonomous, as they could be made on a day from what was known by then, and what came of them.
 * Knows no store. */

/* What is asked. */
struct fil_forecasts_request {
	enum fil_by by;
	size_t min_group; /* users that a row must have */
	unsigned target; /* percent */
	fil_day day; /* nothing dated later is used but for what came of it */
	fil_day as_of; /* up to when what came is known, as in the journeys */
};

/* A row. Days are FIL_NEVER (lib/levels/trail.h) where there is none. */
struct fil_forecast {
	const char *group; /* belongs to the journeys */
	size_t users; /* who had an origin by the day, and had not left */
	size_t reached; /* of them who had been autonomous by the day */
	fil_day date, low, high;
	enum fil_basis basis;
	fil_day actual; /* the first day behind `day` on which the target was reached by
				 * these users, without those who left before they were there */
};

struct fil_forecasts;

/* Makes the forecasts of all groups of the journeys, small ones merged, in the order of a report.
 * The journeys must live as long; the caller frees. */
struct fil_forecasts *
fil_forecasts_new(const struct fil_journeys *journeys, const struct fil_forecasts_request *request);

/* Returns the rows and their number. They belong to the forecasts. */
const struct fil_forecast *fil_forecasts_list(const struct fil_forecasts *forecasts, size_t *n);

/* Frees the forecasts; NULL is fine. */
void fil_forecasts_free(struct fil_forecasts *forecasts);

#endif
