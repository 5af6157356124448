/* SPDX-License-Identifier: ISC */
#include "lib/users/members.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/users/groups.h"
#include "lib/users/users.h"

static const struct fil_members_set everybody = { NULL, 0 };

struct fil_members
fil_members_new(size_t phases, size_t minimum)
{
	return (struct fil_members){ .users = fil_users_new(phases * sizeof(bool)),
		.placed = fil_users_new((phases + 1) * sizeof(bool) + sizeof(uint32_t)),
		.phases = phases,
		.minimum = minimum };
}

void
fil_members_add(
    struct fil_members *members, const bool *inside, size_t unit, size_t users, size_t autonomous)
{
	size_t flags = members->phases * sizeof *inside;
	char *tuple = fil_alloc(flags + sizeof(bool) + sizeof(uint32_t), 1);

	fil_users_count(members->users, inside, users);
	memcpy(tuple, inside, flags);
	memcpy(tuple + flags + sizeof(bool), &(uint32_t){ (uint32_t)unit }, sizeof(uint32_t));
	if (autonomous < users)
		fil_users_count(members->placed, tuple, users - autonomous);
	tuple[flags] = true;
	if (autonomous > 0)
		fil_users_count(members->placed, tuple, autonomous);
	free(tuple);
}

void
fil_members_release(struct fil_members *members)
{
	fil_users_free(members->users);
	fil_users_free(members->placed);
	free(members->rows);
	free(members->row_of);
	*members = (struct fil_members){ 0 };
}

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

/* Returns the users of each phase. The caller frees them. */
static size_t *
count_users(const struct fil_members *members)
{
	size_t *counts = fil_alloc(members->phases, sizeof *counts);

	for (size_t t = 0; t < fil_users_tuples(members->users); t++) {
		size_t users;
		const bool *inside = fil_users_tuple(members->users, t, &users);

		for (size_t phase = 0; phase < members->phases; phase++)
			counts[phase] += inside[phase] ? users : 0;
	}
	return counts;
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

bool
fil_members_are_parted(const struct fil_members *members)
{
	size_t *users = count_users(members);
	bool parted = false;

	for (size_t phase = 0; phase < members->phases && members->minimum > 0; phase++)
		parted |= users[phase] >= members->minimum && users[phase] < members->all;
	free(users);
	return parted;
}

/* Lists the phases of enough users. */
static void
init(struct list *list, const struct fil_members *members)
{
	size_t n = members->phases;

	*list = (struct list){ .members = members,
		.sets = fil_alloc(n, sizeof *list->sets),
		.phases = fil_alloc(n, sizeof *list->phases),
		.users = count_users(members) };
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

/* Returns the first of n sets that has users of a tuple, or n. */
static size_t
find_set(const bool *inside, const struct fil_members_set *sets, size_t n)
{
	size_t set = 0;

	while (set < n && !is_inside(inside, sets[set]))
		set++;
	return set;
}

/* Fills in the users of n sets by the rows of units, and those in none of them as set n. Returns the number
 * of cells. */
static size_t
fill_cells(const struct fil_members *members, const struct fil_members_set *sets, size_t n,
    struct fil_group_cell *cells)
{
	struct fil_members_row *rest = fil_alloc(members->n_rows, sizeof *rest);
	size_t n_cells = 0;

	memcpy(rest, members->rows, members->n_rows * sizeof *rest);
	for (size_t t = 0; t < fil_users_tuples(members->placed); t++) {
		struct fil_group_cell cell = { 0 };
		const bool *inside = fil_users_tuple(members->placed, t, &cell.users);
		uint32_t unit;

		memcpy(&unit, inside + members->phases + 1, sizeof unit);
		cell.group = find_set(inside, sets, n);
		cell.row = members->row_of[unit];
		cell.holding = inside[members->phases] ? cell.users : 0;
		if (cell.group == n)
			continue;
		rest[cell.row].users -= cell.users;
		rest[cell.row].autonomous -= cell.holding;
		cells[n_cells++] = cell;
	}
	for (size_t row = 0; row < members->n_rows; row++)
		if (rest[row].users > 0)
			cells[n_cells++] = (struct fil_group_cell){ n, row, rest[row].users,
				rest[row].autonomous };
	free(rest);
	return n_cells;
}

/* Merges n sets, and the rest behind them, until their rows tell the state of no user beside other rows.
 * Marks the sets that are merged. */
static void
merge(const struct fil_group_crossing *units, const size_t *users, size_t n, bool *marked)
{
	char **names = fil_alloc(n + 1, sizeof *names);
	bool *forced = fil_alloc(n + 1, sizeof *forced);
	const struct fil_group_rows_request request = { .by = FIL_BY_PHASE,
		.minimum = 1, /* few are withheld for themselves */
		.n = n + 1,
		.names = (const char *const *)names,
		.users = users,
		.forced = forced,
		.crossings = units,
		.n_crossings = 1 };
	struct fil_group_rows rows;

	for (size_t set = 0; set <= n; set++)
		names[set] = fil_format("%zu", set);
	forced[n] = true;
	fil_group_rows_init(&rows, &request);
	for (size_t set = 0; set < n; set++)
		marked[set] = users[set] > 0 && fil_group_merged(rows.names[rows.into[set]]) == 0;
	fil_group_rows_release(&rows);
	for (size_t set = 0; set <= n; set++)
		free(names[set]);
	free(names);
	free(forced);
}

/* Marks those of n sets, without common users, which tell the state of a user beside the table by unit. The
 * others do not, with those that are marked taken for one with the rest. */
static void
hold(const struct fil_members *members, const struct fil_members_set *sets, size_t n, bool *marked)
{
	size_t room = fil_users_tuples(members->placed) + members->n_rows,
	       *users = fil_alloc(n + 1, sizeof *users);
	struct fil_group_cell *cells = fil_alloc(room, sizeof *cells);
	const struct fil_group_crossing units = { cells, fill_cells(members, sets, n, cells),
		members->n_rows };

	for (size_t i = 0; i < units.n_cells; i++)
		users[cells[i].group] += cells[i].users;
	merge(&units, users, n, marked);
	free(users);
	free(cells);
}

/* Returns whether a user is in two phases. */
static bool
have_common(const struct fil_members *members, size_t one, size_t other)
{
	for (size_t t = 0; t < fil_users_tuples(members->users); t++) {
		const bool *inside = fil_users_tuple(members->users, t, NULL);

		if (inside[one] && inside[other])
			return true;
	}
	return false;
}

/* Fills in the places of phases in the list that no user is in two of: the first that is not taken yet, and
 * those behind it that fit. Takes them. Returns how many. */
static size_t
take_apart(const struct list *list, bool *taken, size_t *places)
{
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++) {
		bool fits = !taken[i];

		for (size_t k = 0; fits && k < n; k++)
			fits =
			    !have_common(list->members, list->phases[i], list->phases[places[k]]);
		if (!fits)
			continue;
		taken[i] = true;
		places[n++] = i;
	}
	return n;
}

/* Withholds the phases that tell the state of a user beside the table by unit. */
static void
hold_against_units(struct list *list, bool *withheld)
{
	size_t n, *places = fil_alloc(list->n, sizeof *places);
	bool *taken = fil_alloc(list->n, sizeof *taken), *marked = fil_alloc(list->n, 1),
	     *telling = fil_alloc(list->n, sizeof *telling);
	struct fil_members_set *sets = fil_alloc(list->n, sizeof *sets);

	while (list->members->rows && (n = take_apart(list, taken, places)) > 0) {
		for (size_t i = 0; i < n; i++)
			sets[i] = list->sets[places[i]];
		hold(list->members, sets, n, marked);
		for (size_t i = 0; i < n; i++)
			telling[places[i]] = marked[i];
	}
	for (size_t i = list->n; i-- > 0;)
		if (telling[i])
			withhold(list, i, withheld);
	free(sets);
	free(telling);
	free(marked);
	free(taken);
	free(places);
}

/* Withholds the phases that tell of few beside another one. */
static void
hold_against_others(struct list *list, bool *withheld)
{
	for (size_t i = list->n; i-- > 0;)
		if (tells_beside(list, i))
			withhold(list, i, withheld);
}

/* Withholds the phases that tell of few beside all users. */
static void
hold_against_all(struct list *list, bool *withheld)
{
	for (size_t i = list->n; i-- > 0;)
		if (tells_with_all(list, i))
			withhold(list, i, withheld);
	while (list->n > 0 && fil_members_tell(list->members, list->sets, list->n, everybody))
		withhold(list, list->n - 1, withheld);
}

struct fil_members_withheld
fil_members_withhold(const struct fil_members *members, bool *withheld)
{
	struct fil_members_withheld n = { 0 };
	struct list list;
	size_t shown[4];

	init(&list, members);
	/* Phases that are withheld leave others, beside the units, alone with the rest. */
	do {
		shown[0] = list.n;
		hold_against_units(&list, withheld);
		shown[1] = list.n;
		hold_against_others(&list, withheld);
		shown[2] = list.n;
		hold_against_all(&list, withheld);
		shown[3] = list.n;
		n.units += shown[0] - shown[1];
		n.beside += shown[1] - shown[2];
		n.all += shown[2] - shown[3];
	} while (shown[3] < shown[0]);
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

	if (!told && members->rows)
		hold(members, &set, 1, &told);
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
