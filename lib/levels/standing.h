/* SPDX-License-Identifier: ISC */
/* Standing: the dimensions, the sources of levels, and where the autonomy facts of a user make
 * the user stand on a day (design, 4). But for the names of the dimensions it reads nothing from
 * a store. */
#ifndef FIL_STANDING_H
#define FIL_STANDING_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/store/store.h"

/* The dimensions in which a user can be autonomous, in the order of their keys. */
struct fil_dimensions {
	size_t n;
	char **names, **titles;
	int *thresholds; /* the level from which a user is autonomous */
};

/* Reads the dimensions. Returns 0, or -1 with a fault; the caller releases them. */
int fil_dimensions_read(
    struct fil_store *store, struct fil_dimensions *dimensions, struct fil_fault *fault);

/* Frees what the dimensions hold, and makes them none. */
void fil_dimensions_release(struct fil_dimensions *dimensions);

/* Returns the number of the dimension of that name, or FIL_NOWHERE. near is tried first: rows come
 * in runs. */
size_t fil_dimensions_find(const struct fil_dimensions *dimensions, const char *name, size_t near);

/* Sets *dimension to the number of the dimension of that name, or to FIL_NOWHERE for NULL.
 * Returns 0, or -1 with a usage fault that names the nearest dimension. */
int fil_dimensions_choose(const struct fil_dimensions *dimensions, const char *name,
    size_t *dimension, struct fil_fault *fault);

/* The sources of levels, by their places among the catalogue's choices. On one date the level of
 * the strongest source counts: test > trainer > manager > self > system. */
enum fil_source { FIL_SELF, FIL_TRAINER, FIL_MANAGER, FIL_TEST, FIL_SYSTEM, FIL_SOURCES };

/* All sources, as a set of bits. */
enum { FIL_ANY_SOURCE = (1 << FIL_SOURCES) - 1 };

/* Returns the number of the source of that exact name, or -1. */
int fil_source_number(const char *name);

/* Returns the name of a source, as the catalogue writes it. Static. */
const char *fil_source_name(int source);

/* Reads a comma-separated list of names into a set of bits; NULL means all sources. Returns 0, or
 * -1 with a usage fault that names the nearest. */
int fil_sources_read(const char *list, unsigned *set, struct fil_fault *fault);

/* No such day. */
#define FIL_NEVER INT_MIN

/* A user's standing in one dimension. level -1: unknown, all else then void. */
struct fil_standing {
	int level, previous; /* previous: the level of the day before it, -1 if none */
	fil_day date; /* of the newest level */
	fil_day risen; /* of the last rise; the first record counts as one */
	fil_day first; /* first day at or above the threshold, or FIL_NEVER */
	int source; /* enum fil_source */
};

/* The standing of a user without facts. */
#define FIL_UNKNOWN_STANDING ((struct fil_standing){ -1, -1, FIL_NEVER, FIL_NEVER, FIL_NEVER, -1 })

/* The autonomy facts of one user. */
struct fil_facts;

/* Returns no facts; the caller frees them. The dimensions must outlive them. */
struct fil_facts *fil_facts_new(const struct fil_dimensions *dimensions);

/* Begins another user. */
void fil_facts_clear(struct fil_facts *facts);

/* Adds a fact. Facts come by dimension, then by date; those of one date in any order. */
void fil_facts_add(struct fil_facts *facts, size_t dimension, fil_day date, int source, int level);

/* Fills in where the user stood on each of n_days days (ascending): out[day * dimensions +
 * dimension]. */
void fil_facts_stand(
    const struct fil_facts *facts, const fil_day *days, size_t n_days, struct fil_standing *out);

/* Returns the first day on which the user was at or above every threshold at once, or FIL_NEVER. */
fil_day fil_facts_autonomous(const struct fil_facts *facts);

/* Frees the facts; NULL is fine. */
void fil_facts_free(struct fil_facts *facts);

/* What a user's standings in all dimensions come to. */
struct fil_stance {
	bool measured; /* a level is known in every dimension */
	bool autonomous; /* every dimension stands at or above its threshold */
};

/* Returns what standings, one for each dimension, come to; NULL: no level is known. */
struct fil_stance
fil_stance_of(const struct fil_dimensions *dimensions, const struct fil_standing *standings);

/* When a user has stalled. */
struct fil_stall_rule {
	const struct fil_dimensions *dimensions;
	fil_day as_of;
	int days; /* without a rise */
};

/* Returns the day since which a user has stalled below the threshold of dimension d: that of the
 * last rise, or of the newest enrolment (or FIL_NEVER) if that is later. Returns FIL_NEVER when
 * the user has not stalled. */
fil_day fil_stalled_since(const struct fil_stall_rule *rule, size_t d,
    const struct fil_standing *standing, fil_day enrolled);

#endif
