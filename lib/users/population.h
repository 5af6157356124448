/* SPDX-License-Identifier: ISC */
/* The population: which users count on a date, and in which groups (design, 4). */
#ifndef FIL_POPULATION_H
#define FIL_POPULATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/catalog/filter.h"
#include "lib/store/store.h"
#include "lib/users/groups.h"

struct fil_population;

/* What is asked, for one day or several (ascending). */
struct fil_population_request {
	const struct fil_selection *selection;
	enum fil_by by;
	unsigned depth; /* parts of a unit's path, 0: all */
	const fil_day *days;
	size_t n_days;
};

/* Reads, in one pass, the users that the selection lets through on each of the days, with their
 * group's value: "all" for FIL_BY_NONE, "(none)" for an empty one; units are cut after depth parts
 * of their path. Active means: role among the roles, arrived on or before the day or unknown, and
 * not left by then (left on the day itself is left). Memory: some 20 to 40 bytes a user. Returns
 * NULL with a fault (64 for an unknown role); the caller frees it. */
struct fil_population *fil_population_over(
    struct fil_store *store, const struct fil_population_request *request, struct fil_fault *fault);

/* As fil_population_over for one day. */
struct fil_population *
fil_population_new(struct fil_store *store, const struct fil_selection *selection, enum fil_by by,
    unsigned depth, fil_day as_of, struct fil_fault *fault);

/* Returns how many users count on some day. */
size_t fil_population_users(const struct fil_population *population);

/* Returns the number of distinct group values. With FIL_BY_NONE there always is one. */
size_t fil_population_groups(const struct fil_population *population);

/* Returns the value of group g. It belongs to the population. */
const char *fil_population_group(const struct fil_population *population, size_t g);

/* Returns how many users group g has on the day of that number. */
size_t fil_population_size_on(const struct fil_population *population, size_t day, size_t g);

/* Returns how many users group g has on the first day. */
size_t fil_population_size(const struct fil_population *population, size_t g);

/* Returns the group of a user on the first day, or FIL_NOWHERE when it is not of the population.
 * Fast: one keyed hash. */
size_t fil_population_find(const struct fil_population *population, const char *user, size_t n);

/* No group: the user does not count. */
#define FIL_ABSENT UINT32_MAX

/* Returns the user's group on each day, FIL_ABSENT where it does not count; NULL when it does not
 * on any. Belongs to the population. */
const uint32_t *
fil_population_places(const struct fil_population *population, const char *user, size_t n);

/* Begins a look-up, as fil_hash_seek does. */
uint64_t fil_population_seek(const struct fil_population *population, const char *user, size_t n);

/* Ends a look-up that fil_population_seek has begun, as fil_population_places would. */
const uint32_t *fil_population_found(const struct fil_population *population, uint64_t sought);

/* Frees the population; NULL is fine. */
void fil_population_free(struct fil_population *population);

/* An audience: the users whose rows count in a report that asks for no population: everybody, unless
 * a selection chooses. */

struct fil_audience;

/* Returns the users that the selection lets through on the day. Costs nothing when it lets everybody
 * through. Returns NULL with a fault; the caller frees it. */
struct fil_audience *fil_audience_new(struct fil_store *store,
    const struct fil_selection *selection, fil_day day, struct fil_fault *fault);

/* Returns whether the rows of a user, a key of n bytes, count. */
bool fil_audience_has(const struct fil_audience *audience, const char *user, size_t n);

/* Frees the audience; NULL is fine. */
void fil_audience_free(struct fil_audience *audience);

#endif
