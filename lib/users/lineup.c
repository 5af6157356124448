/* SPDX-License-Identifier: ISC */
#include "lib/users/lineup.h"

#include <stdlib.h>

#include "lib/users/groups.h"
#include "lib/base/memory.h"
#include "lib/store/store.h"

/* Merges by the numbers of users. A group that has others only counts as less than a user, so that
 * however many such there are, they neither vanish nor stand in for one. */
static void
merge(struct fil_lineup *lineup, const struct fil_lineup_request *request)
{
	size_t n = request->n, user = n + 1, *sizes = fil_alloc(n, sizeof(*sizes));
	bool merged;

	for (size_t g = 0; g < n; g++) {
		bool shown = request->others != NULL && request->others[g] > 0;

		sizes[g] = request->users[g] * user;
		if (sizes[g] == 0 && shown)
			sizes[g] = 1;
	}
	lineup->n = fil_groups_merge(
	    sizes, request->names, n, request->minimum * user, lineup->into, &merged);
	for (size_t g = 0; g < n; g++)
		if (lineup->into[g] != FIL_NOWHERE)
			lineup->names[lineup->into[g]] = request->names[g];
	if (merged)
		lineup->names[lineup->n - 1] = FIL_GROUP_SMALL;
	free(sizes);
}

void
fil_lineup_init(struct fil_lineup *lineup, const struct fil_lineup_request *request)
{
	lineup->names = fil_alloc(request->n, sizeof(*lineup->names));
	lineup->into = fil_alloc(request->n, sizeof(*lineup->into));
	if (request->by != FIL_BY_NONE) {
		merge(lineup, request);
		return;
	}
	lineup->n = 1;
	lineup->names[0] = request->names[0];
}

void
fil_lineup_release(struct fil_lineup *lineup)
{
	free(lineup->names);
	free(lineup->into);
	*lineup = (struct fil_lineup){ 0 };
}
