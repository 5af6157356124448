/* SPDX-License-Identifier: ISC */
/* Readings: what the reports of one page have read from the store, kept for the other reports of the
 * page. These reports are made in one snapshot, with one selection but for its roles. */
#ifndef FIL_READINGS_H
#define FIL_READINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/date.h"
#include "lib/levels/standing_reader.h"
#include "lib/users/enrolment.h"
#include "lib/users/groups.h"

/* What a page counts: on these days (ascending), for all users and by these groups. */
struct fil_readings_plan {
	enum fil_by by;
	unsigned depth; /* parts of a unit's path, 0: all */
	const fil_day *days;
	size_t n_days;
	const char *sources; /* of the levels that count; NULL: all; outlives the readings */
};

struct fil_readings;

/* Returns readings, of which none is kept yet. The days are copied. The caller frees them. */
struct fil_readings *fil_readings_new(const struct fil_readings_plan *plan);

/* Returns the plan of the page. It belongs to the readings. */
const struct fil_readings_plan *fil_readings_planned(const struct fil_readings *readings);

/* Returns the autonomy facts that the readers of the page share; NULL for NULL. They belong to the
 * readings. */
struct fil_kept_facts *fil_readings_facts(struct fil_readings *readings);

/* Returns the enrolments that the reports of the page share; NULL for NULL. They belong to the
 * readings. */
struct fil_kept_enrolments *fil_readings_enrolments(struct fil_readings *readings);

/* Returns the reading kept under a key, or NULL; readings: or NULL. It belongs to the readings. */
void *fil_readings_find(const struct fil_readings *readings, const char *key);

/* Keeps a reading under a key, which is copied. release frees it with the readings. */
void fil_readings_keep(
    struct fil_readings *readings, const char *key, void *reading, void (*release)(void *reading));

/* Frees the readings and what they keep; NULL is fine. */
void fil_readings_free(struct fil_readings *readings);

#endif
