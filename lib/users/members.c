/* SPDX-License-Identifier: ISC */
#include "lib/users/members.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/users/users.h"

static const struct fil_members_set everybody = { NULL, 0 };

static bool
is_inside(const bool *inside, struct fil_members_set set)
{
	for (size_t i = 0; i < set.n; i++)
		if (inside[set.phases[i]])
			return true;
	return !set.phases;
}

bool
fil_members_tell(const struct fil_members *members, const struct fil_members_set *sets, size_t n,
    struct fil_members_set other)
{
	size_t told = 0, enrolled = 0;

	for (size_t t = 0; t < fil_users_tuples(members->users); t++) {
		size_t users, times = 0;
		const bool *inside = fil_users_tuple(members->users, t, &users);

		for (size_t i = 0; i < n; i++)
			times += is_inside(inside, sets[i]);
		told += times == is_inside(inside, other) ? 0 : users;
		enrolled += users;
	}
	if (!other.phases)
		told += members->all - enrolled;
	return told > 0 && told < members->minimum;
}

/* The phases that may be shown, those of the most users first. */
struct list {
	const struct fil_members *members;
	struct fil_members_set *sets; /* of one phase each */
	size_t *phases, *users; /* users: of every phase, by its number */
	size_t n;
};

/* Counts the users of each phase. */
static void
count_users(struct list *list)
{
	const struct fil_members *members = list->members;

	for (size_t t = 0; t < fil_users_tuples(members->users); t++) {
		size_t users;
		const bool *inside = fil_users_tuple(members->users, t, &users);

		for (size_t phase = 0; phase < members->phases; phase++)
			list->users[phase] += inside[phase] ? users : 0;
	}
}

/* Puts a phase behind those of as many users or more. */
static void
insert(struct list *list, size_t phase)
{
	size_t i = list->n++;

	for (; i > 0 && list->users[list->phases[i - 1]] < list->users[phase]; i--)
		list->phases[i] = list->phases[i - 1];
	list->phases[i] = phase;
}

/* Lists the phases of enough users. */
static void
init(struct list *list, const struct fil_members *members)
{
	size_t n = members->phases;

	*list = (struct list){ .members = members,
		.sets = fil_alloc(n, sizeof *list->sets),
		.phases = fil_alloc(n, sizeof *list->phases),
		.users = fil_alloc(n, sizeof *list->users) };
	count_users(list);
	for (size_t phase = 0; phase < n; phase++)
		if (list->users[phase] > 0 && list->users[phase] >= members->minimum)
			insert(list, phase);
	for (size_t i = 0; i < list->n; i++)
		list->sets[i] = (struct fil_members_set){ &list->phases[i], 1 };
}

static void
release(struct list *list)
{
	free(list->sets);
	free(list->phases);
	free(list->users);
}

/* Takes a phase, by its place, from the list. */
static void
withhold(struct list *list, size_t i, bool *withheld)
{
	withheld[list->phases[i]] = true;
	list->n--;
	memmove(list->phases + i, list->phases + i + 1, (list->n - i) * sizeof *list->phases);
}

/* Returns whether sums of users are so near that they can differ by few users. */
static bool
are_near(const struct list *list, size_t one, size_t other)
{
	return one < other + list->members->minimum && other < one + list->members->minimum;
}

/* Returns whether a phase, by its place, tells of few beside a larger one. */
static bool
tells_beside(const struct list *list, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (are_near(list, list->users[list->phases[i]], list->users[list->phases[j]]) &&
		    fil_members_tell(list->members, &list->sets[i], 1, list->sets[j]))
			return true;
	return false;
}

/* Returns whether a phase, by its place, tells of few beside all users: alone or with a larger one. */
static bool
tells_with_all(const struct list *list, size_t i)
{
	const struct fil_members *members = list->members;
	size_t users = list->users[list->phases[i]];

	if (are_near(list, users, members->all) &&
	    fil_members_tell(members, &list->sets[i], 1, everybody))
		return true;
	for (size_t j = 0; j < i; j++)
		if (are_near(list, users + list->users[list->phases[j]], members->all) &&
		    fil_members_tell(members,
			(const struct fil_members_set[]){ list->sets[i], list->sets[j] }, 2,
			everybody))
			return true;
	return false;
}

size_t
fil_members_withhold(const struct fil_members *members, bool *withheld, size_t *beside)
{
	struct list list;
	size_t n;

	init(&list, members);
	n = list.n;
	for (size_t i = n; i-- > 0;)
		if (tells_beside(&list, i))
			withhold(&list, i, withheld);
	*beside = n - list.n;
	n = list.n;
	for (size_t i = n; i-- > 0;)
		if (tells_with_all(&list, i))
			withhold(&list, i, withheld);
	while (list.n > 0 && fil_members_tell(members, list.sets, list.n, everybody))
		withhold(&list, list.n - 1, withheld);
	n -= list.n;
	release(&list);
	return n;
}

/* Returns whether two of n phases within a set, or all, tell of few of its users. */
static bool
are_told_within(const struct fil_members *members, struct fil_members_set set,
    const struct fil_members_set *within, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < i; j++)
			if (fil_members_tell(members,
				(const struct fil_members_set[]){ within[i], within[j] }, 2, set))
				return true;
	return fil_members_tell(members, within, n, set);
}

bool
fil_members_are_told(
    const struct fil_members *members, struct fil_members_set set, const size_t *phases, size_t n)
{
	struct fil_members_set *within = fil_alloc(n, sizeof *within);
	size_t inside = 0;
	bool told = fil_members_tell(members, &set, 1, everybody);

	for (size_t i = 0; !told && i < n; i++) {
		const struct fil_members_set pair[] = { set, { &phases[i], 1 } };

		told = fil_members_tell(members, &set, 1, pair[1]) ||
		    fil_members_tell(members, pair, 2, everybody);
		for (size_t j = 0; j < set.n; j++)
			if (set.phases[j] == phases[i])
				within[inside++] = pair[1];
	}
	told = told || are_told_within(members, set, within, inside);
	free(within);
	return told;
}
