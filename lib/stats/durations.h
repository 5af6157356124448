/* SPDX-License-Identifier: ISC */
/* Durations: the number of users whose follow-up ended on each day, by group, with or without the
 * event. lib/stats/survival computes curves from them. */
#ifndef FIL_DURATIONS_H
#define FIL_DURATIONS_H

#include <stddef.h>
#include <stdint.h>

struct fil_durations;

/* The end of a follow-up. */
enum fil_follow_up { FIL_CENSORED, FIL_REACHED };

/* The users of one group whose follow-up ended on one day, counted from 1. */
struct fil_day_count {
	uint32_t group, day;
	uint32_t reached, censored;
};

/* Returns empty durations; the caller frees them. */
struct fil_durations *fil_durations_new(void);

/* Adds a user of a group with a follow-up of that many days. Groups are numbered from 0, without
 * large gaps. Fewer than 1 day is a bug. The memory grows with the distinct days of a group, not
 * with the users. */
void fil_durations_add(
    struct fil_durations *durations, size_t group, int days, enum fil_follow_up outcome);

/* Returns the highest group number plus one, 0 without users. */
size_t fil_durations_groups(const struct fil_durations *durations);

/* Moves the users of each group g to the group into[g]; several groups may move into one. into is
 * not read for empty groups. */
void fil_durations_regroup(struct fil_durations *durations, const size_t *into);

/* Returns the counts of a group by ascending day, each day once, and their number (0 for an empty
 * group). They belong to the durations until users are added or regrouped. */
const struct fil_day_count *
fil_durations_of(struct fil_durations *durations, size_t group, size_t *n);

/* Returns all counts by ascending day, then group, and their number; the caller frees them. */
struct fil_day_count *fil_durations_by_day(struct fil_durations *durations, size_t *n);

/* Frees the durations; NULL is fine. */
void fil_durations_free(struct fil_durations *durations);

#endif
