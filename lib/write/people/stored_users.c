/* SPDX-License-Identifier: ISC */
#include "lib/write/people/stored_users.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/memory.h"
#include "lib/write/people/numbers.h"

void
fil_stored_users_add(struct fil_stored_users *users, const struct fil_stored_user *user)
{
	if (users->n == users->room) {
		users->room += users->room / 2 + 64;
		users->list = fil_resize(users->list, users->room, sizeof *users->list);
	}
	users->list[users->n++] = *user;
}

static int
compare_keys(const void *a, const void *b)
{
	return strcmp(
	    ((const struct fil_stored_user *)a)->key, ((const struct fil_stored_user *)b)->key);
}

void
fil_stored_users_sort(struct fil_stored_users *users)
{
	if (users->n > 0)
		qsort(users->list, users->n, sizeof *users->list, compare_keys);
}

struct fil_stored_user *
fil_stored_users_find(const struct fil_stored_users *users, const char *key)
{
	struct fil_stored_user wanted = { .key = (char *)(uintptr_t)key };

	return users->n > 0 ? bsearch(&wanted, users->list, users->n, sizeof wanted, compare_keys)
			    : NULL;
}

void
fil_stored_users_release(struct fil_stored_users *users)
{
	for (size_t i = 0; i < users->n; i++) {
		free(users->list[i].key);
		free(users->list[i].name);
		free(users->list[i].email);
		free(users->list[i].manager);
	}
	users->n = 0;
}

int
fil_user_compare_emails(const void *a, const void *b)
{
	const struct fil_stored_user *x = *(struct fil_stored_user *const *)a,
				     *y = *(struct fil_stored_user *const *)b;
	int order = strcasecmp(x->email, y->email);

	return order ? order : strcmp(x->key, y->key);
}

int
fil_user_compare_likes(const void *a, const void *b)
{
	const struct fil_stored_user *x = *(struct fil_stored_user *const *)a,
				     *y = *(struct fil_stored_user *const *)b;
	int order = fil_numbers_compare(&x->like, &y->like);

	return order ? order : strcmp(x->key, y->key);
}

bool
fil_user_same_email(const struct fil_stored_user *a, const struct fil_stored_user *b)
{
	return strcasecmp(a->email, b->email) == 0;
}

bool
fil_user_same_like(const struct fil_stored_user *a, const struct fil_stored_user *b)
{
	return a->like == b->like;
}

void
fil_user_group_share(struct fil_user_group *group,
    bool (*same)(const struct fil_stored_user *, const struct fil_stored_user *))
{
	size_t kept = 0, end;

	for (size_t first = 0; first < group->n; first = end) {
		bool written = false;

		for (end = first; end < group->n && same(group->list[first], group->list[end]);
		     end++)
			written |= group->list[end]->row != NULL;
		if (end - first < 2 || !written)
			continue;
		for (size_t i = first; i < end; i++)
			group->list[kept++] = group->list[i];
	}
	group->n = kept;
}

void
fil_user_group_drop_leavers(struct fil_user_group *group)
{
	size_t kept = 0;

	for (size_t i = 0; i < group->n; i++)
		if (!group->list[i]->listed || group->list[i]->file || group->list[i]->row)
			group->list[kept++] = group->list[i];
	group->n = kept;
}
