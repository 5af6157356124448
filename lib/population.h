/* SPDX-License-Identifier: ISC */
/* The population: which users count on a date, and in which groups (design, 4). */
#ifndef FIL_POPULATION_H
#define FIL_POPULATION_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/date.h"
#include "lib/fault.h"
#include "lib/filter.h"
#include "lib/store.h"

/* How users are grouped: a column of users, or the newest enrolment's phase or kind. */
enum fil_by { FIL_BY_NONE, FIL_BY_UNIT, FIL_BY_JOB, FIL_BY_MANAGER, FIL_BY_PHASE, FIL_BY_KIND, FIL_BY_ROLE };

/* Returns the grouping of that name in *by and 0, or -1. */
int fil_by_read(const char *name, enum fil_by *by);

struct fil_population;

/* Reads the users that the selection lets through on the date, each with its group's value: "all" for FIL_BY_NONE,
 * "(none)" for an empty one; units are cut after depth parts of their path (0: not at all). Memory: some 40 bytes a user.
 * Returns NULL with a fault; the caller frees it. */
struct fil_population *fil_population_new(struct fil_store *store, const struct fil_selection *selection, enum fil_by by,
    unsigned depth, fil_day as_of, struct fil_fault *fault);

size_t fil_population_users(const struct fil_population *population);

/* Returns the number of distinct group values; the value of group g; how many users it has. */
size_t fil_population_groups(const struct fil_population *population);
const char *fil_population_group(const struct fil_population *population, size_t g);
size_t fil_population_size(const struct fil_population *population, size_t g);

/* Returns the group of a user, or FIL_NOWHERE when it is not of the population. Fast: one keyed hash. */
size_t fil_population_find(const struct fil_population *population, const char *user, size_t n);

void fil_population_free(struct fil_population *population);

/* Merges small groups: into[g] gets, for each of n groups of the given sizes and names, its place in the printed order: names byte
 * for byte, then (none), then (small groups). Groups under minimum go to (small groups), which takes in the next
 * smallest shown group (by size, then name) until it reaches minimum itself or nothing is left. Returns the number of rows to print; the
 * last is "(small groups)" when *merged. minimum 0 merges nothing. */
size_t fil_groups_merge(const size_t *sizes, const char *const *names, size_t n, size_t minimum, size_t *into, bool *merged);

#endif
