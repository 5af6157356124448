/* SPDX-License-Identifier: ISC */
/* A walk: over the users who have a level, in the order of their keys, as they stood on one day or
 * several. For a day that is not past it reads the standing tables and costs what the users cost;
 * for past days, or some sources only, it reads the events in one ordered pass. */
#ifndef FIL_WALK_H
#define FIL_WALK_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/date.h"
#include "lib/levels/dimension.h"
#include "lib/base/fault.h"
#include "lib/store/store.h"
#include "lib/levels/trail.h"

struct fil_walk;

/* What is asked. The dimensions must outlive the walk. */
struct fil_walk_request {
	const struct fil_dimensions *dimensions;
	const fil_day *days;		/* ascending; copied */
	size_t n_days;
	fil_day today;
	const char *sources;		/* comma-separated names that count, or NULL for all */
	bool rises;			/* fill in previous, risen and first too */
};

/* A user, until the next step. standings[day * dimensions + dimension]; at least one level is
 * known. */
struct fil_walk_user {
	const char *user;
	size_t length;
	const struct fil_standing *standings;
};

/* Returns a walk; NULL with a fault (64 for an unknown source). The caller frees it. */
struct fil_walk *fil_walk_new(
    struct fil_store *store, const struct fil_walk_request *request, struct fil_fault *fault);

/* Steps to the next user. Returns 1, 0 at the end, -1 with a fault. */
int fil_walk_step(struct fil_walk *walk, struct fil_walk_user *out, struct fil_fault *fault);

/* Frees the walk; NULL is fine. */
void fil_walk_free(struct fil_walk *walk);

#endif
