/* SPDX-License-Identifier: ISC */
/* Members: users by the phases they are in, and which phases' counts may stand beside each other. Users
 * in few of the sets that are counted are found by adding and subtracting the counts. */
#ifndef FIL_MEMBERS_H
#define FIL_MEMBERS_H

#include <stdbool.h>
#include <stddef.h>

struct fil_users;

/* The members. Each tuple of users tells for each phase whether they are in it. */
struct fil_members {
	const struct fil_users *users;
	size_t phases;
	size_t all; /* also those who are in no phase, and may have no tuple */
	size_t minimum; /* fewer users, but at least one, are few; 0: none are */
};

/* The users of any of some phases, given by their numbers; NULL: all users. */
struct fil_members_set {
	const size_t *phases;
	size_t n;
};

/* Returns whether the counts of n sets, less that of another one, are those of few users. These users
 * count in the n sets more times, or fewer, than in the other one. */
bool fil_members_tell(const struct fil_members *members, const struct fil_members_set *sets,
    size_t n, struct fil_members_set other);

/* Withholds phases, the smallest first, until the others tell of no few users. One may not beside another
 * one, nor may one, two or all of them beside all users. Sets withheld[phase], but not for phases of few
 * users or of none. Returns how many are withheld beside all users; sets *beside to the others. */
size_t fil_members_withhold(const struct fil_members *members, bool *withheld, size_t *beside);

/* Returns whether a set's count tells of few users beside those of n phases and of all users. One phase is
 * compared, and of those within the set two, and all. */
bool fil_members_are_told(
    const struct fil_members *members, struct fil_members_set set, const size_t *phases, size_t n);

#endif
