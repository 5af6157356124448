/* SPDX-License-Identifier: ISC */
/* Time zones: the day in a place at a moment, by the zones of the C library (Europe/Paris). */
#ifndef FIL_TIME_ZONE_H
#define FIL_TIME_ZONE_H

#include <stdint.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"

struct fil_time_zone;

/* Returns the zone of that name; the caller frees it. NULL with a usage fault: no such zone is
 * installed. The zone of the process is the same afterwards. */
struct fil_time_zone *fil_time_zone_new(const char *name, struct fil_fault *fault);

/* Returns the day in the zone, that many seconds after 1970-01-01 in UTC. Before 1970 and after
 * 2099 the zone is as at that time. */
fil_day fil_time_zone_day(const struct fil_time_zone *zone, int64_t seconds);

/* Frees the zone; NULL is fine. */
void fil_time_zone_free(struct fil_time_zone *zone);

#endif
