/* SPDX-License-Identifier: ISC */
/* Stances: where single users stand on a day, in all dimensions together, sought in the order of
 * their keys. */
#ifndef FIL_STANCE_H
#define FIL_STANCE_H

#include <stdbool.h>

#include "lib/base/date.h"
#include "lib/levels/dimension.h"
#include "lib/base/fault.h"
#include "lib/store/store.h"
#include "lib/levels/trail.h"
#include "lib/levels/walk.h"

struct fil_stances;

/* What a user's standings come to (design, 4). */
struct fil_stance {
	bool measured;		/* a level is known in every dimension */
	bool autonomous;	/* every dimension stands at or above its threshold */
};

/* Returns the stances of a walk's users on its first day; NULL with a fault. The caller frees it. */
struct fil_stances *fil_stances_new(
    struct fil_store *store, const struct fil_walk_request *request, struct fil_fault *fault);

/* Seeks a user, passing over those before; sets *standings to one standing for each dimension, until
 * the next call, or to NULL when no level is known. Returns 0 or -1. */
int fil_stances_seek(struct fil_stances *stances, const char *user,
    const struct fil_standing **standings, struct fil_fault *fault);

/* Frees the stances; NULL is fine. */
void fil_stances_free(struct fil_stances *stances);

/* Returns what standings come to; NULL is of nobody known. */
struct fil_stance fil_stance_of(
    const struct fil_dimensions *dimensions, const struct fil_standing *standings);

/* When somebody has stalled (design, 4). */
struct fil_stall_rule {
	const struct fil_dimensions *dimensions;
	fil_day as_of;
	int days;		/* without a rise */
};

/* Returns the day from which a user has stood still below the threshold of dimension d: of the last
 * rise, or of the newest enrolment (or FIL_NEVER) if that is later. FIL_NEVER when the user has not
 * stalled. */
fil_day fil_stalled_since(const struct fil_stall_rule *rule, size_t d,
    const struct fil_standing *standing, fil_day enrolled);

#endif
