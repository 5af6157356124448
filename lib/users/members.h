/* SPDX-License-Identifier: ISC */
/* Members: users by the phases they are in, and which phases' counts may stand beside each other. Users
 * in few of the sets that are counted are found by adding and subtracting the counts. So are the states of
 * users beside the table of autonomy by unit. */
#ifndef FIL_MEMBERS_H
#define FIL_MEMBERS_H

#include <stdbool.h>
#include <stddef.h>

struct fil_users;

/* A row of autonomy by unit. */
struct fil_members_row {
	size_t users, autonomous;
};

/* The members. Each tuple of users tells for each phase whether they are in it. */
struct fil_members {
	struct fil_users *users, *placed; /* placed: tuples with the state and the unit too */
	size_t phases;
	size_t all; /* also those who are in no phase, and may have no tuple */
	size_t minimum; /* fewer users, but at least one, are few; 0: none are */
	/* The table by unit that phases are held against. NULL: against none. */
	struct fil_members_row *rows;
	size_t n_rows, *row_of; /* row_of: of each unit */
};

/* Returns no members of so many phases. The caller releases them. */
struct fil_members fil_members_new(size_t phases, size_t minimum);

/* Adds users of a unit who are in the same phases; autonomous of them are. */
void fil_members_add(
    struct fil_members *members, const bool *inside, size_t unit, size_t users, size_t autonomous);

/* Returns whether a phase of enough users has some of all, and not all. Only then is the table by unit
 * needed. */
bool fil_members_are_parted(const struct fil_members *members);

/* Frees what the members hold. */
void fil_members_release(struct fil_members *members);

/* The users of any of some phases, given by their numbers; NULL: all users. */
struct fil_members_set {
	const size_t *phases;
	size_t n;
};

/* Returns whether the counts of n sets, less that of another one, are those of few users. These users
 * count in the n sets more times, or fewer, than in the other one. */
bool fil_members_tell(const struct fil_members *members, const struct fil_members_set *sets,
    size_t n, struct fil_members_set other);

/* The phases that are withheld: for the sake of the table by unit, of another phase, and of all users. */
struct fil_members_withheld {
	size_t units, beside, all;
};

/* Withholds phases, the smallest first, until the others tell of no few users. One may not beside another
 * one, nor may one, two or all of them beside all users; and none may tell the state of a user beside the
 * table by unit, together with phases that no user of it is in. Sets withheld[phase], but not for phases of
 * few users or of none. */
struct fil_members_withheld fil_members_withhold(const struct fil_members *members, bool *withheld);

/* Returns whether a set's count tells of few users beside those of n phases and of all users, or of any
 * beside the table by unit. One phase is compared, and of those within the set two, and all. */
bool fil_members_are_told(
    const struct fil_members *members, struct fil_members_set set, const size_t *phases, size_t n);

#endif
