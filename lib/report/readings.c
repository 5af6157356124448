/* SPDX-License-Identifier: ISC */
#include "lib/report/readings.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"

/* A reading that is kept. */
struct kept {
	char *key;
	void *reading;
	void (*release)(void *reading);
};

struct fil_readings {
	struct fil_readings_plan plan;
	fil_day *days;
	struct fil_kept_facts *facts;
	struct fil_kept_enrolments *enrolments;
	struct kept *kept;
	size_t n;
};

struct fil_readings *
fil_readings_new(const struct fil_readings_plan *plan)
{
	struct fil_readings *readings = fil_alloc(1, sizeof *readings);

	readings->days = fil_alloc(plan->n_days, sizeof *readings->days);
	for (size_t i = 0; i < plan->n_days; i++)
		readings->days[i] = plan->days[i];
	readings->facts = fil_kept_facts_new();
	readings->enrolments = fil_kept_enrolments_new();
	readings->plan = *plan;
	readings->plan.days = readings->days;
	return readings;
}

const struct fil_readings_plan *
fil_readings_planned(const struct fil_readings *readings)
{
	return &readings->plan;
}

struct fil_kept_facts *
fil_readings_facts(struct fil_readings *readings)
{
	return readings ? readings->facts : NULL;
}

struct fil_kept_enrolments *
fil_readings_enrolments(struct fil_readings *readings)
{
	return readings ? readings->enrolments : NULL;
}

void *
fil_readings_find(const struct fil_readings *readings, const char *key)
{
	for (size_t i = 0; readings && i < readings->n; i++)
		if (strcmp(readings->kept[i].key, key) == 0)
			return readings->kept[i].reading;
	return NULL;
}

void
fil_readings_keep(
    struct fil_readings *readings, const char *key, void *reading, void (*release)(void *reading))
{
	readings->kept = fil_resize(readings->kept, readings->n + 1, sizeof *readings->kept);
	readings->kept[readings->n++] = (struct kept){ fil_copy(key), reading, release };
}

void
fil_readings_free(struct fil_readings *readings)
{
	if (!readings)
		return;
	for (size_t i = 0; i < readings->n; i++) {
		readings->kept[i].release(readings->kept[i].reading);
		free(readings->kept[i].key);
	}
	fil_kept_facts_free(readings->facts);
	fil_kept_enrolments_free(readings->enrolments);
	free(readings->kept);
	free(readings->days);
	free(readings);
}
