/* SPDX-License-Identifier: ISC */
/* A trail: the autonomy facts of one user in their order, and where they make the user stand on a
 * day. Knows no store. */
#ifndef FIL_TRAIL_H
#define FIL_TRAIL_H

#include <limits.h>
#include <stddef.h>

#include "lib/base/date.h"
#include "lib/levels/dimension.h"

/* No such day. */
#define FIL_NEVER INT_MIN

/* A user's standing in one dimension. level -1: unknown, all else then void. On one date the level
 * of the strongest source counts: test > trainer > manager > self > system. */
struct fil_standing {
	int level, previous;	/* previous: the level of the day before it, -1 if none */
	fil_day date;		/* of the newest level */
	fil_day risen;		/* of the last rise; the first record counts as one */
	fil_day first;		/* first day at or above the threshold, or FIL_NEVER */
	int source;		/* enum fil_source */
};

/* The standing of one of whom nothing is known. */
#define FIL_UNKNOWN_STANDING ((struct fil_standing){ -1, -1, FIL_NEVER, FIL_NEVER, FIL_NEVER, -1 })

struct fil_trail;

/* Returns an empty trail; the caller frees it. The dimensions must outlive it. */
struct fil_trail *fil_trail_new(const struct fil_dimensions *dimensions);

/* Begins another user. */
void fil_trail_clear(struct fil_trail *trail);

/* Adds a fact. Facts come by dimension, then by date; those of one date in any order. */
void fil_trail_add(struct fil_trail *trail, size_t dimension, fil_day date, int source, int level);

/* Returns how many days have a level, all dimensions together. */
size_t fil_trail_length(const struct fil_trail *trail);

/* Fills in where the user stood on each of n_days days (ascending): out[day * dimensions +
 * dimension]. */
void fil_trail_stand(
    const struct fil_trail *trail, const fil_day *days, size_t n_days, struct fil_standing *out);

/* Returns the first day on which the user was at or above every threshold at once, or FIL_NEVER. */
fil_day fil_trail_autonomous(const struct fil_trail *trail);

/* Frees the trail; NULL is fine. */
void fil_trail_free(struct fil_trail *trail);

#endif
