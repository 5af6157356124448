/* SPDX-License-Identifier: ISC */
/* Stored users: those who have something in common with a row that a run has written, and groups of
 * them who share it. */
#ifndef FIL_STORED_USERS_H
#define FIL_STORED_USERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The hashes of a row that was written; 0: there is none, or it did not change. */
struct fil_written {
	uint64_t key, email, manager;
	uint64_t name; /* of an added row; with the unit, unless the list is whole */
	uint64_t mail; /* of an added row of a whole list: the folded e-mail */
	bool added;
};

/* A stored user. The texts belong to it. */
struct fil_stored_user {
	char *key, *name, *email, *manager;
	const struct fil_written *row; /* written by this run, or NULL */
	uint64_t like; /* the hash of name and unit */
	bool active;
	bool listed; /* of the feed whose whole list the input is */
	const char *file; /* where the inputs have the key, or NULL */
	size_t line;
};

/* A list; {0} is empty. */
struct fil_stored_users {
	struct fil_stored_user *list;
	size_t n, room;
};

/* Adds a user, whose texts then belong to the list. */
void fil_stored_users_add(struct fil_stored_users *users, const struct fil_stored_user *user);

/* Sorts the list by key. */
void fil_stored_users_sort(struct fil_stored_users *users);

/* Returns the user with that key, or NULL. The list is sorted. */
struct fil_stored_user *
fil_stored_users_find(const struct fil_stored_users *users, const char *key);

/* Removes all users and frees their texts; the caller frees the list. */
void fil_stored_users_release(struct fil_stored_users *users);

/* Users of a list, in an order. The caller frees the list of the group. */
struct fil_user_group {
	struct fil_stored_user **list;
	size_t n;
};

/* Compares two users of a group's list by e-mail, then by key. */
int fil_user_compare_emails(const void *a, const void *b);

/* Compares two users of a group's list by name and unit, then by key. */
int fil_user_compare_likes(const void *a, const void *b);

/* Returns whether two users have the same e-mail. */
bool fil_user_same_email(const struct fil_stored_user *a, const struct fil_stored_user *b);

/* Returns whether two users have the same name and unit. */
bool fil_user_same_like(const struct fil_stored_user *a, const struct fil_stored_user *b);

/* Leaves of a sorted group the users who are the same as another, and at least one of whom the run
 * has written. */
void fil_user_group_share(struct fil_user_group *group,
    bool (*same)(const struct fil_stored_user *, const struct fil_stored_user *));

/* Leaves out, once their places are known, those who leave by not being on a whole list. */
void fil_user_group_drop_leavers(struct fil_user_group *group);

#endif
