/* SPDX-License-Identifier: ISC */
#include "lib/base/time_zone.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/memory.h"

enum { DAY = 86400, DAYS = 47482 }; /* the days from 1970 to 2099 */

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
	for (int64_t day = 1; day <= DAYS; day++) {
		long before = zone->changes[zone->n - 1].offset;

		if (offset_at(day * DAY) != before)
			find_change(zone, (day - 1) * DAY, day * DAY, before);
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

fil_day
fil_time_zone_day(const struct fil_time_zone *zone, int64_t seconds)
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
	return (fil_day)(seconds / DAY - (seconds % DAY < 0));
}

void
fil_time_zone_free(struct fil_time_zone *zone)
{
	if (!zone)
		return;
	free(zone->changes);
	free(zone);
}
