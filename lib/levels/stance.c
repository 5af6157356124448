/* SPDX-License-Identifier: ISC */
#include "lib/levels/stance.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"

struct fil_stances {
	struct fil_walk *walk;
	struct fil_walk_user user;	/* the one that the walk has reached */
	bool begun, ended;
};

struct fil_stances *
fil_stances_new(
    struct fil_store *store, const struct fil_walk_request *request, struct fil_fault *fault)
{
	struct fil_walk *walk = fil_walk_new(store, request, fault);
	struct fil_stances *stances;

	if (walk == NULL)
		return NULL;
	stances = fil_alloc(1, sizeof(*stances));
	stances->walk = walk;
	return stances;
}

int
fil_stances_seek(struct fil_stances *stances, const char *user,
    const struct fil_standing **standings, struct fil_fault *fault)
{
	*standings = NULL;
	while (!stances->ended) {
		int order = stances->begun ? strcmp(stances->user.user, user) : -1, got;

		if (order == 0)
			*standings = stances->user.standings;
		if (order >= 0)
			return 0;
		if ((got = fil_walk_step(stances->walk, &stances->user, fault)) < 0)
			return -1;
		stances->begun = true;
		stances->ended = got == 0;
	}
	return 0;
}

void
fil_stances_free(struct fil_stances *stances)
{
	if (stances == NULL)
		return;
	fil_walk_free(stances->walk);
	free(stances);
}

struct fil_stance
fil_stance_of(const struct fil_dimensions *dimensions, const struct fil_standing *standings)
{
	size_t known = 0, met = 0;

	for (size_t d = 0; standings != NULL && d < dimensions->n; d++) {
		known += standings[d].level >= 0;
		met += standings[d].level >= 0 && standings[d].level >= dimensions->thresholds[d];
	}
	return (struct fil_stance){ known == dimensions->n, met == dimensions->n };
}

fil_day
fil_stalled_since(const struct fil_stall_rule *rule, size_t d, const struct fil_standing *standing,
    fil_day enrolled)
{
	fil_day since = standing->risen > enrolled ? standing->risen : enrolled;

	if (standing->level < 0 || standing->level >= rule->dimensions->thresholds[d])
		return FIL_NEVER;
	return rule->as_of - since >= rule->days ? since : FIL_NEVER;
}
