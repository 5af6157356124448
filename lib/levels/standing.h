/* SPDX-License-Identifier: ISC */
/* Standing: dimensions, sources of levels, and the standing of a user on a day by the autonomy
 * facts (design, 4). Only the dimensions and their thresholds are read from a store.
 *
 * A dimension counts from one day to another, and its threshold changes with time. So a user can become
 * autonomous on a day without a level: when a threshold is lowered, or a dimension ends. */
#ifndef FIL_STANDING_H
#define FIL_STANDING_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"

struct fil_store;

/* A threshold, and the day from which it holds. */
struct fil_threshold {
	fil_day begins;
	int level;
};

/* When a dimension counts, and its thresholds by their days, of which there is one at least. */
struct fil_dimension_times {
	fil_day begins, ends; /* FIL_NEVER and INT_MAX: always */
	struct fil_threshold *thresholds;
	size_t n;
};

/* The dimensions in which a user can be autonomous, in the order of their keys. */
struct fil_dimensions {
	size_t n;
	fil_day day;
	char **names, **titles;
	int *thresholds; /* on the day: the level from which a user is autonomous */
	bool *counts; /* on the day: whether the dimension counts */
	struct fil_dimension_times *times;
	fil_day *
	    changes; /* ascending: days on which a threshold or what counts may differ from before */
	size_t n_changes;
};

/* Reads the dimensions as of a day. Returns 0, or -1 with a fault; the caller releases them. */
int fil_dimensions_read(struct fil_store *store, fil_day day, struct fil_dimensions *dimensions,
    struct fil_fault *fault);

/* Returns the level from which a user is autonomous in dimension d on a day. The first threshold holds
 * before its day too. */
int fil_dimension_threshold(const struct fil_dimensions *dimensions, size_t d, fil_day day);

/* Returns whether dimension d counts on a day: from its first day to its last. */
bool fil_dimension_counts(const struct fil_dimensions *dimensions, size_t d, fil_day day);

/* Frees what the dimensions hold, and sets their number to 0. */
void fil_dimensions_release(struct fil_dimensions *dimensions);

/* Returns the number of the dimension of that name, or FIL_NOWHERE. near is tried first: successive
 * rows often have the same dimension. */
size_t fil_dimensions_find(const struct fil_dimensions *dimensions, const char *name, size_t near);

/* Sets *dimension to the number of the dimension of that name, or to FIL_NOWHERE for NULL. Returns
 * 0, or -1 with a fault (65) that names the nearest dimension. */
int fil_dimensions_choose(const struct fil_dimensions *dimensions, const char *name,
    size_t *dimension, struct fil_fault *fault);

/* The sources of levels, in the order of the choices in the catalogue. On one date the level of the
 * strongest source counts: test > trainer > manager > self > system. */
enum fil_source { FIL_SELF, FIL_TRAINER, FIL_MANAGER, FIL_TEST, FIL_SYSTEM, FIL_SOURCES };

/* All sources, as a set of bits. */
enum { FIL_ANY_SOURCE = (1 << FIL_SOURCES) - 1 };

/* Returns the number of the source of that exact name, or -1. */
int fil_source_number(const char *name);

/* Returns the name of a source, as in the catalogue. The text is static. */
const char *fil_source_name(int source);

/* Returns the strength of a source, from 0 to 9. */
int fil_source_strength(int source);

/* Reads a comma-separated list of names into a set of bits; NULL means all sources. Returns 0, or
 * -1 with a usage fault that names the nearest. */
int fil_sources_read(const char *list, unsigned *set, struct fil_fault *fault);

/* Levels are 0 to FIL_LEVELS - 1, as in the catalogue. */
enum { FIL_LEVELS = 6 };

/* The standing of a user in one dimension. level -1: unknown; then no other field has a meaning. */
struct fil_standing {
	int level, previous; /* previous: the level before date, -1 if none */
	fil_day date; /* of the newest level */
	fil_day risen; /* of the last rise; the first record counts as one */
	fil_day
	    first; /* first day at or above the threshold while the dimension counts, or FIL_NEVER */
	int source; /* enum fil_source */
};

/* The standing of a user without facts. */
#define FIL_UNKNOWN_STANDING ((struct fil_standing){ -1, -1, FIL_NEVER, FIL_NEVER, FIL_NEVER, -1 })

/* The autonomy facts of one user. */
struct fil_facts;

/* Returns an empty list of facts; the caller frees it. The dimensions must outlive it. */
struct fil_facts *fil_facts_new(const struct fil_dimensions *dimensions);

/* Removes all facts, before those of another user. */
void fil_facts_clear(struct fil_facts *facts);

/* Adds a fact. Facts are added by dimension, then by date; those of one date in any order. */
void fil_facts_add(struct fil_facts *facts, size_t dimension, fil_day date, int source, int level);

/* Fills in the standings of the user on n_days days (ascending): out[day * dimensions +
 * dimension]. */
void fil_facts_stand(
    const struct fil_facts *facts, const fil_day *days, size_t n_days, struct fil_standing *out);

/* Sets *date and *level to level i of the user in a dimension, in the order of days. On one day only
 * the strongest source counts. Returns false after the last one. */
bool fil_facts_level(
    const struct fil_facts *facts, size_t dimension, size_t i, fil_day *date, int *level);

/* Returns the first day on which the user was at or above the threshold of every dimension that
 * counted, or FIL_NEVER. On a day without any dimension nobody is. */
fil_day fil_facts_autonomous(const struct fil_facts *facts);

/* Frees the facts; NULL is fine. */
void fil_facts_free(struct fil_facts *facts);

/* The standings of a user in all dimensions, summed up. */
struct fil_stance {
	bool measured; /* a level is known in every dimension that counts, of which there is one */
	bool autonomous; /* measured, and every such level is at or above its threshold */
};

/* Sums up standings on the day of the dimensions, one for each. NULL: no level is known. */
struct fil_stance
fil_stance_of(const struct fil_dimensions *dimensions, const struct fil_standing *standings);

/* As fil_stance_of, on any day. only: the one dimension that counts, or FIL_NOWHERE. */
struct fil_stance fil_stance_on(const struct fil_dimensions *dimensions, size_t only,
    const struct fil_standing *standings, fil_day day);

/* The rule by which a user has stalled. */
struct fil_stall_rule {
	const struct fil_dimensions *dimensions;
	fil_day as_of;
	int days; /* without a rise */
};

/* Returns the day since which a user has stalled below the threshold of dimension d, or FIL_NEVER.
 * Nobody stalls in a dimension that does not count. The day is that of the last rise, or enrolled
 * if that is later. enrolled: the newest enrolment, or FIL_NEVER. */
fil_day fil_stalled_since(const struct fil_stall_rule *rule, size_t d,
    const struct fil_standing *standing, fil_day enrolled);

#endif
