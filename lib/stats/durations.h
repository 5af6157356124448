/* SPDX-License-Identifier: ISC */
/* Durations: how many users of each group reached the event, or were last seen without it, on each
 * day of their follow-up. What lib/stats/survival computes from. */
#ifndef FIL_DURATIONS_H
#define FIL_DURATIONS_H

#include <stddef.h>
#include <stdint.h>

struct fil_durations;

/* How a follow-up ended. */
enum fil_follow_up { FIL_CENSORED, FIL_REACHED };

/* The users of one group whose follow-up ended on one day (from 1). */
struct fil_day_count {
	uint32_t group, day;
	uint32_t reached, censored;
};

/* Returns durations of nobody; the caller frees them. */
struct fil_durations *fil_durations_new(void);

/* Adds a user of a group (numbered from 0, without large gaps) who was followed for that many days,
 * 1 or more; fewer is a bug. Takes memory for each different day of a group, not for each user. */
void fil_durations_add(
    struct fil_durations *durations, size_t group, int days, enum fil_follow_up outcome);

/* Returns the highest group's number and one, 0 without any. */
size_t fil_durations_groups(const struct fil_durations *durations);

/* Moves the users of each group g to the group into[g]; groups may become one. into is not read for
 * groups of nobody. */
void fil_durations_regroup(struct fil_durations *durations, const size_t *into);

/* Returns the counts of a group in the order of days, each day once, and their number (0 for a
 * group of nobody). They belong to the durations, until users are added or regrouped. */
const struct fil_day_count *
fil_durations_of(struct fil_durations *durations, size_t group, size_t *n);

/* Returns all counts in the order of days, then of groups, and their number; the caller frees
 * them. */
struct fil_day_count *fil_durations_by_day(struct fil_durations *durations, size_t *n);

/* Frees the durations; NULL is fine. */
void fil_durations_free(struct fil_durations *durations);

#endif
