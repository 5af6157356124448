/* SPDX-License-Identifier: ISC */
#include "lib/users/users.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/hash.h"
#include "lib/base/memory.h"

struct fil_users {
	struct fil_hash
	    *index; /* to the number of a former tuple, or n_former and that of a tuple */
	struct fil_intern *tuples, *former;
	size_t n_former;
	size_t width; /* of a tuple */
	size_t *counts, room; /* users of each tuple */
};

struct fil_users *
fil_users_new(size_t tuple)
{
	struct fil_users *users = fil_alloc(1, sizeof *users);

	users->index = fil_hash_new_map();
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

void
fil_users_add(struct fil_users *users, const char *user, size_t n, const void *tuple)
{
	fil_hash_give_later(users->index, user, n, users->n_former + count(users, tuple, 1));
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

const void *
fil_users_former(const struct fil_users *users, uint64_t sought)
{
	size_t number = fil_hash_found(users->index, sought);

	return number < users->n_former ? fil_intern_get(users->former, (uint32_t)number) : NULL;
}

void
fil_users_change(struct fil_users *users, uint64_t sought, const void *tuple)
{
	uint64_t *entry = fil_hash_find(users->index, sought);

	entry[1] = users->n_former + count(users, tuple, 1);
}

void
fil_users_settle(struct fil_users *users)
{
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
	return fil_hash_seek(users->index, user, n);
}

size_t
fil_users_found(const struct fil_users *users, uint64_t sought)
{
	size_t number = fil_hash_found(users->index, sought);

	return number == FIL_NOWHERE || number < users->n_former ? FIL_NOWHERE
								 : number - users->n_former;
}

void
fil_users_free(struct fil_users *users)
{
	if (!users)
		return;
	fil_hash_free(users->index);
	fil_intern_free(users->tuples);
	fil_intern_free(users->former);
	free(users->counts);
	free(users);
}
