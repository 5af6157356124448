/* SPDX-License-Identifier: ISC */
#include "lib/users/users.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/hash.h"
#include "lib/base/memory.h"

/* A look-up passes so many users, one after the other, before it searches. */
enum { PASSED_MOST = 8 };

/* A user of the list. */
struct listed {
	uint32_t end; /* of the key, among the keys */
	uint32_t number; /* as in the index */
};

/* Users in the order of their keys, which is that of most tables: look-ups in the same order go
 * along it. */
struct list {
	struct listed *users;
	size_t n, room;
	struct fil_bytes keys;
	size_t *at; /* where the last look-up ended */
};

struct fil_users {
	struct list list;
	/* To the number of a former tuple, or n_former and that of a tuple. NULL as long as users are
	 * listed. */
	struct fil_hash *index;
	struct fil_intern *tuples, *former;
	size_t n_former;
	size_t width; /* of a tuple */
	size_t *counts, room; /* users of each tuple */
};

struct fil_users *
fil_users_new(size_t tuple)
{
	struct fil_users *users = fil_alloc(1, sizeof *users);

	users->list.at = fil_alloc(1, sizeof *users->list.at);
	users->tuples = fil_intern_new(tuple);
	users->width = tuple;
	return users;
}

/* Counts n users with a tuple. Returns its number. */
static uint32_t
count(struct fil_users *users, const void *tuple, size_t n)
{
	uint32_t number = fil_intern_add(users->tuples, tuple, users->width);

	if (number >= users->room) {
		size_t room = 2 * (size_t)number + 16;

		users->counts = fil_resize(users->counts, room, sizeof *users->counts);
		memset(
		    users->counts + users->room, 0, (room - users->room) * sizeof *users->counts);
		users->room = room;
	}
	users->counts[number] += n;
	return number;
}

/* Returns the key of user i of the list, and its length. */
static const char *
listed_key(const struct list *list, size_t i, size_t *n)
{
	size_t begin = i > 0 ? list->users[i - 1].end : 0;

	*n = list->users[i].end - begin;
	return list->keys.data + begin;
}

/* Compares a key of n bytes with that of user i of the list. */
static int
compare_listed(const struct list *list, const char *user, size_t n, size_t i)
{
	size_t length;
	const char *key = listed_key(list, i, &length);
	int order = memcmp(user, key, n < length ? n : length);

	return order ? order : (n > length) - (n < length);
}

/* Returns the number of the first user of the list, from `low` to before `high`, whose key is not
 * below that of n bytes. */
static size_t
search_list(const struct list *list, const char *user, size_t n, size_t low, size_t high)
{
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_listed(list, user, n, middle) > 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Returns the number of a user of the list, from 1, or 0. */
static uint64_t
seek_listed(const struct list *list, const char *user, size_t n)
{
	size_t i = *list->at, end = list->n - i < PASSED_MOST ? list->n : i + PASSED_MOST;
	int order = -1;

	while (i < end && (order = compare_listed(list, user, n, i)) > 0)
		i++;
	if (order > 0 && i < list->n)
		i = search_list(list, user, n, i, list->n);
	else if (order < 0 && i > 0 && compare_listed(list, user, n, i - 1) <= 0)
		i = search_list(list, user, n, 0, i);
	*list->at = i;
	return i < list->n && compare_listed(list, user, n, i) == 0 ? i + 1 : 0;
}

/* Adds a user to the list. Returns whether that is possible: the key is above the others. */
static bool
add_listed(struct list *list, const char *user, size_t n, size_t number)
{
	if ((list->n > 0 && compare_listed(list, user, n, list->n - 1) <= 0) ||
	    n > UINT32_MAX - list->keys.length || number > UINT32_MAX)
		return false;
	list->users = fil_grow(list->users, list->n, &list->room, sizeof *list->users);
	fil_bytes_add(&list->keys, user, n);
	list->users[list->n++] = (struct listed){ (uint32_t)list->keys.length, (uint32_t)number };
	return true;
}

static void
release_list(struct list *list)
{
	free(list->users);
	free(list->at);
	fil_bytes_release(&list->keys);
	*list = (struct list){ .n = 0 };
}

/* Moves the users of the list to an index, so that they are found at once. */
static void
make_index(struct fil_users *users)
{
	struct list *list = &users->list;

	users->index = fil_hash_new_map();
	for (size_t i = 0; i < list->n; i++) {
		size_t n;
		const char *key = listed_key(list, i, &n);

		fil_hash_give_later(users->index, key, n, list->users[i].number);
	}
	fil_hash_settle(users->index);
	release_list(list);
}

void
fil_users_add(struct fil_users *users, const char *user, size_t n, const void *tuple)
{
	size_t number = users->n_former + count(users, tuple, 1);

	if (!users->index && add_listed(&users->list, user, n, number))
		return;
	if (!users->index)
		make_index(users);
	fil_hash_give_later(users->index, user, n, number);
}

void
fil_users_count(struct fil_users *users, const void *tuple, size_t n)
{
	count(users, tuple, n);
}

void
fil_users_renew(struct fil_users *users, size_t tuple)
{
	fil_intern_free(users->former);
	users->former = users->tuples;
	users->n_former = fil_intern_count(users->former);
	users->tuples = fil_intern_new(tuple);
	users->width = tuple;
	free(users->counts);
	users->counts = NULL;
	users->room = 0;
}

/* Returns the number of the tuple of a user who was looked up, or FIL_NOWHERE. */
static size_t
number_of(const struct fil_users *users, uint64_t sought)
{
	if (users->index)
		return fil_hash_found(users->index, sought);
	return sought == 0 ? FIL_NOWHERE : users->list.users[sought - 1].number;
}

const void *
fil_users_former(const struct fil_users *users, uint64_t sought)
{
	size_t number = number_of(users, sought);

	return number < users->n_former ? fil_intern_get(users->former, (uint32_t)number) : NULL;
}

void
fil_users_change(struct fil_users *users, uint64_t sought, const void *tuple)
{
	size_t number = users->n_former + count(users, tuple, 1);

	if (users->index)
		fil_hash_find(users->index, sought)[1] = number;
	else
		users->list.users[sought - 1].number = (uint32_t)number;
}

void
fil_users_settle(struct fil_users *users)
{
	if (users->index)
		fil_hash_settle(users->index);
}

size_t
fil_users_tuples(const struct fil_users *users)
{
	return fil_intern_count(users->tuples);
}

const void *
fil_users_tuple(const struct fil_users *users, size_t i, size_t *n)
{
	if (n)
		*n = users->counts[i];
	return fil_intern_get(users->tuples, (uint32_t)i);
}

uint64_t
fil_users_seek(const struct fil_users *users, const char *user, size_t n)
{
	return users->index ? fil_hash_seek(users->index, user, n)
			    : seek_listed(&users->list, user, n);
}

size_t
fil_users_found(const struct fil_users *users, uint64_t sought)
{
	size_t number = number_of(users, sought);

	return number == FIL_NOWHERE || number < users->n_former ? FIL_NOWHERE
								 : number - users->n_former;
}

void
fil_users_free(struct fil_users *users)
{
	if (!users)
		return;
	release_list(&users->list);
	fil_hash_free(users->index);
	fil_intern_free(users->tuples);
	fil_intern_free(users->former);
	free(users->counts);
	free(users);
}
