/* SPDX-License-Identifier: ISC */
#include "lib/users/audience.h"

#include <stdlib.h>

#include "lib/base/memory.h"
#include "lib/users/population.h"

struct fil_audience {
	struct fil_population *population;	/* NULL: everybody */
};

struct fil_audience *
fil_audience_new(struct fil_store *store, const struct fil_selection *selection, fil_day day,
    struct fil_fault *fault)
{
	bool chooses = selection->active || selection->phase != NULL ||
	    (selection->filter != NULL && fil_filter_count(selection->filter) > 0);
	struct fil_audience *audience = fil_alloc(1, sizeof(*audience));

	if (!chooses)
		return audience;
	audience->population = fil_population_new(store, selection, FIL_BY_NONE, 0, day, fault);
	if (audience->population == NULL) {
		free(audience);
		return NULL;
	}
	return audience;
}

bool
fil_audience_has(const struct fil_audience *audience, const char *user, size_t n)
{
	return audience->population == NULL ||
	    fil_population_find(audience->population, user, n) != FIL_NOWHERE;
}

void
fil_audience_free(struct fil_audience *audience)
{
	if (audience == NULL)
		return;
	fil_population_free(audience->population);
	free(audience);
}
