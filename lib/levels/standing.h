/* SPDX-License-Identifier: ISC */
/* A trail: the autonomy facts of one user in their order, and where they make the user stand on a
 * day. Knows no store. */
#ifndef FIL_STANDING_H
#define FIL_STANDING_H

#include <limits.h>
#include <stddef.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/store/store.h"

/* Dimensions: in what a user can be autonomous, each with its threshold. */

/* The dimensions in the order of their keys. */
struct fil_dimensions {
	size_t n;
	char **names, **titles;
	int *thresholds;
};

/* Reads the dimensions. Returns 0 or -1; the caller releases them. */
int fil_dimensions_read(
    struct fil_store *store, struct fil_dimensions *dimensions, struct fil_fault *fault);

/* Frees what they hold, and makes them none. */
void fil_dimensions_release(struct fil_dimensions *dimensions);

/* Returns the number of the dimension of that name, or FIL_NOWHERE. near is tried first: rows come
 * in runs. */
size_t fil_dimensions_find(const struct fil_dimensions *dimensions, const char *name, size_t near);

/* Sets *dimension to the number of the dimension that somebody asks for by name, FIL_NOWHERE when
 * the name is NULL. Returns 0, or -1 with a usage fault that names the nearest. */
int fil_dimensions_choose(const struct fil_dimensions *dimensions, const char *name,
    size_t *dimension, struct fil_fault *fault);

/* No such day. */
#define FIL_NEVER INT_MIN

/* A user's standing in one dimension. level -1: unknown, all else then void. On one date the level
 * of the strongest source counts: test > trainer > manager > self > system. */
struct fil_standing {
	int level, previous; /* previous: the level of the day before it, -1 if none */
	fil_day date; /* of the newest level */
	fil_day risen; /* of the last rise; the first record counts as one */
	fil_day first; /* first day at or above the threshold, or FIL_NEVER */
	int source; /* enum fil_source */
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

/* Sources: who says that a user has a level, and whose word counts on one and the same day. */

/* The numbers of the sources: their places among the catalogue's choices. */
enum fil_source { FIL_SELF, FIL_TRAINER, FIL_MANAGER, FIL_TEST, FIL_SYSTEM, FIL_SOURCES };

/* All sources, as a set of bits. */
enum { FIL_ANY_SOURCE = (1 << FIL_SOURCES) - 1 };

/* Returns the number of the source of that exact name, or -1. */
int fil_source_number(const char *name);

/* Returns the name of a source, as the catalogue writes it. Static. */
const char *fil_source_name(int source);

/* Returns how strong the source's word is: test > trainer > manager > self > system. */
int fil_source_strength(int source);

/* Reads a comma-separated list of names into a set of bits; NULL is all of them. Returns 0, or -1
 * with a usage fault that names the nearest. */
int fil_sources_read(const char *list, unsigned *set, struct fil_fault *fault);

#endif
