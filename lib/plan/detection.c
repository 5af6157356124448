/* SPDX-License-Identifier: ISC */
#include "lib/plan/detection.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "lib/levels/dimension.h"
#include "lib/base/memory.h"
#include "lib/users/population.h"
#include "lib/stats/power.h"
#include "lib/levels/walk.h"

#define HALF 0.5

/* Thousandths of a point in the whole. */
#define WHOLE 100000.0

static bool
is_autonomous(const struct fil_walk_user *user, const struct fil_dimensions *dimensions)
{
	for (size_t d = 0; d < dimensions->n; d++)
		if (user->standings[d].level < dimensions->thresholds[d])
			return false;
	return true;
}

static int
count(struct fil_store *store, const struct fil_walk_request *request,
    const struct fil_population *population, struct fil_detection *detection,
    struct fil_fault *fault)
{
	struct fil_walk *walk = fil_walk_new(store, request, fault);
	struct fil_walk_user user;
	int got = -1;

	while (walk != NULL && (got = fil_walk_step(walk, &user, fault)) == 1)
		if (is_autonomous(&user, request->dimensions) &&
		    fil_population_find(population, user.user, user.length) != FIL_NOWHERE)
			detection->autonomous++;
	fil_walk_free(walk);
	return got;
}

/* Reads on the snapshot. Returns 0 or -1. */
static int
read_today(struct fil_store *store, const struct fil_selection *selection, fil_day today,
    struct fil_detection *detection, struct fil_fault *fault)
{
	struct fil_dimensions dimensions;
	struct fil_walk_request request = { &dimensions, &today, 1, today, NULL, false };
	struct fil_population *population =
	    fil_population_new(store, selection, FIL_BY_NONE, 0, today, fault);
	int got;

	if (population == NULL)
		return -1;
	detection->users = fil_population_users(population);
	if ((got = fil_dimensions_read(store, &dimensions, fault)) == 0) {
		got = count(store, &request, population, detection, fault);
		fil_dimensions_release(&dimensions);
	}
	fil_population_free(population);
	return got;
}

int
fil_detection_read(struct fil_store *store, const struct fil_selection *selection, fil_day today,
    struct fil_detection *detection, struct fil_fault *fault)
{
	struct fil_selection active = *selection;
	int got = fil_store_snapshot(store, fault);

	active.active = true;
	*detection = (struct fil_detection){ 0 };
	if (got == 0)
		got = read_today(store, &active, today, detection, fault);
	fil_store_rollback(store);
	return got;
}

/* Returns the words for a share: "today's 22.5 % (18 of 80)", "50.0 %". The caller frees it. */
static char *
name_base(const struct fil_detection *today, double base)
{
	return today == NULL ? fil_format("%.1f %%", 100 * base)
	    : fil_format("today's %.1f %% (%zu of %zu)", 100 * base, today->autonomous,
		  today->users);
}

char *
fil_detection_needs(const struct fil_detection *today, long long points)
{
	double base = today == NULL ? HALF
	    : today->users == 0 ? 0 : (double)today->autonomous / (double)today->users;
	double difference = (double)points / WHOLE;
	size_t users = fil_power_users(base, difference);
	char *name = name_base(today, base), *text;

	if (users == 0)
		text = fil_format("above %s there is no room for %.1f points more", name,
		    100 * difference);
	else
		text = fil_format("to tell %.1f %% of autonomous users from %s takes %zu in the "
		    "pilot, and %zu to compare with (power 80 %%, two-sided test at 5 %%)",
		    100 * (base + difference), name, users, users);
	free(name);
	return text;
}

char *
fil_detection_sees(size_t users)
{
	double difference = fil_power_difference(HALF, users);

	if (isnan(difference))
		return fil_format("%zu in the pilot, and %zu to compare with, are too few to tell "
		    "any share from %.1f %%", users, users, 100 * HALF);
	/* Rounded up: what is said to be seen must be seen. */
	return fil_format(
	    "%zu in the pilot, and %zu to compare with, can tell %.1f %% from %.1f %%", users,
	    users, ceil(1000 * (HALF + difference)) / 10, 100 * HALF);
}
