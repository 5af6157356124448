/* SPDX-License-Identifier: ISC */
/* Practice counts: the practices of users in each routine, by the old method and by the new, summed up
 * and counted. Users with equal figures are one row, so that an engine that is far away sends few. */
#ifndef FIL_PRACTICE_COUNTS_H
#define FIL_PRACTICE_COUNTS_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/fault.h"
#include "lib/report/report.h"
#include "lib/stats/interval.h"
#include "lib/stats/median.h"
#include "lib/store/query.h"
#include "lib/store/store.h"
#include "lib/users/population.h"

enum fil_method { FIL_OLD, FIL_NEW, FIL_METHODS };

/* Sums over the users of a group in a routine. A user adopts it whose last day with a practice has one
 * by the new method. The answers are those of users who have some, the newest of each. */
struct fil_practice_sums {
	size_t users, adopters, uses[FIL_METHODS], acceptances, powers;
	size_t better; /* results by the new method */
	size_t timed[FIL_METHODS]; /* users with a median of minutes */
	struct fil_ratios ratios; /* of new to old medians */
	long long acceptance, power;
};

/* Adds sums to others. */
void fil_practice_sums_add(struct fil_practice_sums *into, const struct fil_practice_sums *sums);

/* The figures that each user has, two numbers each:
 *   FIL_OF_RESULTS  by each method, FIL_PER_RESULT times the results, and those that are equivalent or
 *                   better
 *   FIL_OF_BACK     the days from the first practice by the new method to one that is as fast as the
 *                   median of the old, or to the last one; and enum fil_follow_up */
enum fil_practice_kind { FIL_OF_RESULTS, FIL_OF_BACK };

enum { FIL_PRACTICE_VALUES = 2, FIL_PER_RESULT = 1 << 24 };

/* A figure of some users: a tuple, which has no padding. */
struct fil_practice_figure {
	uint32_t place; /* group * routines + routine */
	uint32_t kind;
	int64_t values[FIL_PRACTICE_VALUES];
};

struct fil_practice_counts;
struct fil_users;

/* Counts the practices of the users whom the request selects, up to its day. routines: the table of the
 * keys of routines, which must outlive the counts. Memory: 40 bytes for each distinct figure of a
 * group, and 16 to 32 for each distinct median; none for a user. Returns NULL with a fault. The caller
 * frees them. */
struct fil_practice_counts *
fil_practice_counts_new(struct fil_store *store, const struct fil_report_request *request,
    const struct fil_lookup_table *routines, struct fil_fault *fault);

/* Returns the users' groups. No user can be looked up. They belong to the counts. */
const struct fil_population *
fil_practice_counts_population(const struct fil_practice_counts *counts);

/* Returns the sums of all places, and their number. They belong to the counts. */
const struct fil_practice_sums *
fil_practice_counts_sums(const struct fil_practice_counts *counts, size_t *n);

/* Returns the figures, in which users have them. They belong to the counts. */
const struct fil_users *fil_practice_counts_figures(const struct fil_practice_counts *counts);

/* Returns the medians of minutes of users, in ten-thousandths times 2. Those of a place and a method are
 * the group place * FIL_METHODS + method. They belong to the counts. */
struct fil_median *fil_practice_counts_minutes(const struct fil_practice_counts *counts);

/* Frees the counts; NULL is fine. */
void fil_practice_counts_free(struct fil_practice_counts *counts);

#endif
