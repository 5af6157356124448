/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/store/store.h"
#include "lib/users/groups.h"

enum { MOST = 40 };

/* Merges n groups by their users. Fills in the row of each; returns the number of rows. */
static size_t
merge(const size_t *users, const char *const *names, size_t n, size_t minimum, size_t *into,
    bool *merged)
{
	const struct fil_group_rows_request request = { FIL_BY_UNIT, minimum, n, names, users,
		NULL };
	struct fil_group_rows rows;
	size_t count;

	fil_group_rows_init(&rows, &request);
	count = rows.n;
	*merged = count > 0 && strcmp(rows.names[count - 1], FIL_GROUP_SMALL) == 0;
	for (size_t g = 0; g < n; g++)
		into[g] = rows.into[g];
	fil_group_rows_release(&rows);
	return count;
}

static void
groups__all_large__are_ordered_by_name(void **state)
{
	const size_t sizes[] = { 5, 9, 7 };
	const char *const names[] = { "b", "(none)", "a" };
	size_t into[3];
	bool merged;

	(void)state;
	assert_int_equal(merge(sizes, names, 3, 5, into, &merged), 3);
	assert_false(merged);
	assert_int_equal(into[2], 0);
	assert_int_equal(into[0], 1);
	assert_int_equal(into[1], 2);
}

static void
groups__names__are_compared_byte_for_byte(void **state)
{
	const size_t sizes[] = { 5, 5, 5 };
	const char *const names[] = { "\xc3\x89tat", "a", "B" };
	size_t into[3];
	bool merged;

	(void)state;
	assert_int_equal(merge(sizes, names, 3, 5, into, &merged), 3);
	assert_int_equal(into[2], 0);
	assert_int_equal(into[1], 1);
	assert_int_equal(into[0], 2);
}

static void
groups__one_small__takes_the_next_smallest_along(void **state)
{
	const size_t sizes[] = { 20, 4, 6, 6 };
	const char *const names[] = { "a", "b", "d", "c" };
	size_t into[4];
	bool merged;

	(void)state;
	assert_int_equal(merge(sizes, names, 4, 5, into, &merged), 3);
	assert_true(merged);
	assert_int_equal(into[0], 0);
	assert_int_equal(into[2], 1);
	assert_int_equal(into[1], 2);
	assert_int_equal(into[3], 2);
}

static void
groups__small_ones_that_reach_the_minimum__take_nobody_along(void **state)
{
	const size_t sizes[] = { 2, 3, 5 };
	const char *const names[] = { "a", "b", "c" };
	size_t into[3];
	bool merged;

	(void)state;
	assert_int_equal(merge(sizes, names, 3, 5, into, &merged), 2);
	assert_true(merged);
	assert_int_equal(into[2], 0);
	assert_int_equal(into[0], 1);
	assert_int_equal(into[1], 1);
}

static void
groups__everything_under_the_minimum__is_one_row(void **state)
{
	const size_t sizes[] = { 1, 2 };
	const char *const names[] = { "a", "b" };
	size_t into[2];
	bool merged;

	(void)state;
	assert_int_equal(merge(sizes, names, 2, 5, into, &merged), 1);
	assert_true(merged);
	assert_int_equal(into[0], 0);
	assert_int_equal(into[1], 0);
}

static void
groups__minimum_0__shows_all_that_have_somebody(void **state)
{
	const size_t sizes[] = { 1, 0, 2 };
	const char *const names[] = { "b", "c", "a" };
	size_t into[3];
	bool merged;

	(void)state;
	assert_int_equal(merge(sizes, names, 3, 0, into, &merged), 2);
	assert_false(merged);
	assert_int_equal(into[2], 0);
	assert_int_equal(into[0], 1);
	assert_true(into[1] == FIL_NOWHERE);
}

static void
groups__none_at_all__are_no_rows(void **state)
{
	size_t size = 0, into = 0;
	const char *name = "a";
	bool merged;

	(void)state;
	assert_int_equal(merge(&size, &name, 0, 5, &into, &merged), 0);
	assert_false(merged);
}

static uint32_t
draw(uint32_t *seed)
{
	*seed = *seed * 1664525U + 1013904223U;
	return *seed >> 8;
}

/* Checks one random set: every printed row reaches the minimum, unless everything together does
 * not. */
static void
check_set(uint32_t *seed)
{
	char text[MOST][24];
	const char *names[MOST];
	size_t n = draw(seed) % MOST + 1, minimum = draw(seed) % 12, total = 0, sums[MOST] = { 0 },
	       rows;
	size_t sizes[MOST], into[MOST], printed = 0;
	bool merged;

	for (size_t g = 0; g < n; g++) {
		snprintf(text[g], sizeof text[g], "g%zu", g);
		names[g] = text[g];
		sizes[g] = draw(seed) % (draw(seed) % 2 == 0 ? 4 : 30);
		total += sizes[g];
	}
	rows = merge(sizes, names, n, minimum, into, &merged);
	for (size_t g = 0; g < n; g++) {
		assert_int_equal(into[g] == FIL_NOWHERE, sizes[g] == 0);
		if (into[g] != FIL_NOWHERE)
			sums[into[g]] += sizes[g];
	}
	for (size_t row = 0; row < rows; row++) {
		assert_true(sums[row] > 0);
		assert_true(sums[row] >= minimum || total < minimum);
		printed += sums[row];
	}
	assert_int_equal(printed, total);
	assert_true(total >= minimum || rows <= 1);
}

static void
groups__random_sets__show_no_small_group_and_add_up(void **state)
{
	uint32_t seed = 7;

	(void)state;
	for (int i = 0; i < 1000; i++)
		check_set(&seed);
}

enum { GROUPS = 5 };

static const char *const row_names[GROUPS] = { "d", "(none)", "a", "c", "b" };

static void
check_rows(enum fil_by by, size_t minimum, const size_t *users, const size_t *others,
    const char *const *rows, const size_t *into)
{
	const struct fil_group_rows_request request = { by, minimum, by == FIL_BY_NONE ? 1 : GROUPS,
		row_names, users, others };
	struct fil_group_rows got;
	size_t n = 0;

	fil_group_rows_init(&got, &request);
	while (rows[n])
		n++;
	assert_int_equal(got.n, n);
	for (size_t i = 0; i < n; i++)
		assert_string_equal(got.names[i], rows[i]);
	for (size_t g = 0; g < request.n; g++)
		assert_int_equal(got.into[g], into[g]);
	fil_group_rows_release(&got);
}

static void
rows__no_minimum__shows_all_in_order(void **state)
{
	(void)state;
	check_rows(FIL_BY_UNIT, 0, (size_t[]){ 1, 2, 3, 4, 5 }, NULL,
	    (const char *[]){ "a", "b", "c", "d", "(none)", NULL }, (size_t[]){ 3, 4, 0, 2, 1 });
}

static void
rows__small_groups__are_merged_up_to_the_minimum(void **state)
{
	(void)state;
	/* d and (none) are 3 together, and take a along. */
	check_rows(FIL_BY_UNIT, 5, (size_t[]){ 1, 2, 6, 7, 8 }, NULL,
	    (const char *[]){ "b", "c", "(small groups)", NULL }, (size_t[]){ 2, 2, 2, 1, 0 });
	check_rows(FIL_BY_UNIT, 3, (size_t[]){ 1, 2, 6, 7, 8 }, NULL,
	    (const char *[]){ "a", "b", "c", "(small groups)", NULL }, (size_t[]){ 3, 3, 0, 2, 1 });
}

static void
rows__group_of_nobody__has_no_row(void **state)
{
	(void)state;
	check_rows(FIL_BY_UNIT, 5, (size_t[]){ 0, 9, 9, 0, 9 }, NULL,
	    (const char *[]){ "a", "b", "(none)", NULL },
	    (size_t[]){ FIL_NOWHERE, 2, 0, FIL_NOWHERE, 1 });
	check_rows(FIL_BY_UNIT, 5, (size_t[]){ 0, 0, 0, 0, 0 }, (size_t[]){ 0, 0, 0, 0, 0 },
	    (const char *[]){ NULL },
	    (size_t[]){ FIL_NOWHERE, FIL_NOWHERE, FIL_NOWHERE, FIL_NOWHERE, FIL_NOWHERE });
}

static void
rows__group_of_others_only__is_shown_or_merged(void **state)
{
	(void)state;
	check_rows(FIL_BY_UNIT, 0, (size_t[]){ 0, 9, 9, 0, 9 }, (size_t[]){ 1, 0, 0, 0, 5 },
	    (const char *[]){ "a", "b", "d", "(none)", NULL },
	    (size_t[]){ 2, 3, 0, FIL_NOWHERE, 1 });
	/* However many others there are, they stand in for no user: 4 and b's 5 are needed. */
	check_rows(FIL_BY_UNIT, 5, (size_t[]){ 0, 0, 4, 0, 5 }, (size_t[]){ 90, 90, 90, 90, 90 },
	    (const char *[]){ "(small groups)", NULL }, (size_t[]){ 0, 0, 0, 0, 0 });
	check_rows(FIL_BY_UNIT, 5, (size_t[]){ 0, 0, 5, 0, 6 }, (size_t[]){ 90, 0, 0, 0, 0 },
	    (const char *[]){ "b", "(small groups)", NULL },
	    (size_t[]){ 1, FIL_NOWHERE, 1, FIL_NOWHERE, 0 });
}

static void
rows__the_whole__is_shown_whatever_its_size(void **state)
{
	const char *const rows[] = { "d", NULL };
	const size_t into[] = { 0 };

	(void)state;
	check_rows(FIL_BY_NONE, 5, (size_t[]){ 0 }, NULL, rows, into);
	check_rows(FIL_BY_NONE, 5, (size_t[]){ 3 }, NULL, rows, into);
}

/* Three groups and two things: of the first thing one group is small, of the second two are. */
static void
things__small_groups_of_each__are_merged_and_come_last(void **state)
{
	const size_t users[] = { 7, 5, 2, 0, 3, 2 };
	const char *const names[] = { "b", "a", "(none)" };
	const struct fil_group_rows_request request = {
		.by = FIL_BY_UNIT, .minimum = 5, .n = 3, .names = names, .users = users
	};
	static const struct {
		const char *group;
		size_t thing;
	} expected[] = { { "b", 0 }, { "(small groups)", 0 }, { "(small groups)", 1 } };
	static const size_t into[] = { 0, 1, 1, FIL_NOWHERE, 2, 2 };
	struct fil_thing_rows rows;

	(void)state;
	fil_thing_rows_init(&rows, &request, 2);
	assert_int_equal(rows.n, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_string_equal(rows.rows[i].group, expected[i].group);
		assert_int_equal(rows.rows[i].thing, expected[i].thing);
	}
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(rows.into[i], into[i]);
	fil_thing_rows_release(&rows);
}

static void
things__by_group__come_by_group_then_thing(void **state)
{
	const size_t users[] = { 5, 6, 7, 8 };
	const char *const names[] = { "(none)", "a" };
	const struct fil_group_rows_request request = {
		.by = FIL_BY_JOB, .minimum = 0, .n = 2, .names = names, .users = users
	};
	static const size_t into[] = { 2, 0, 3, 1 };
	struct fil_thing_rows rows;

	(void)state;
	fil_thing_rows_init(&rows, &request, 2);
	assert_int_equal(rows.n, 4);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(rows.into[i], into[i]);
	fil_thing_rows_release(&rows);
}

static void
things__without_groups__have_a_row_each(void **state)
{
	const size_t users[] = { 0, 3 };
	const char *const names[] = { FIL_GROUP_ALL };
	const struct fil_group_rows_request request = {
		.by = FIL_BY_NONE, .minimum = 5, .n = 1, .names = names, .users = users
	};
	struct fil_thing_rows rows;

	(void)state;
	fil_thing_rows_init(&rows, &request, 2);
	assert_int_equal(rows.n, 2);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(rows.rows[i].thing, i);
		assert_int_equal(rows.into[i], i);
	}
	fil_thing_rows_release(&rows);
}

/* Checks the rows of n groups by unit, with those who are in the state. */
static void
check_units(size_t n, const char *const *names, const size_t *users, const size_t *inside,
    const char *const *rows, const size_t *into)
{
	size_t states[2 * GROUPS];
	struct fil_group_rows_request request = {
		.by = FIL_BY_UNIT, .minimum = 5, .n = n, .names = names, .users = users
	};
	struct fil_group_rows got;

	for (size_t g = 0; g < n; g++) {
		states[2 * g] = inside[g];
		states[2 * g + 1] = users[g] - inside[g];
	}
	request.states = states;
	request.n_states = 2;
	fil_group_rows_init(&got, &request);
	for (size_t i = 0; rows[i] || i < got.n; i++) {
		assert_true(rows[i] && i < got.n);
		assert_string_equal(got.names[i], rows[i]);
	}
	for (size_t g = 0; g < n; g++)
		assert_int_equal(got.into[g], into[g]);
	assert_false(got.hidden);
	fil_group_rows_release(&got);
}

static void
rows__small_units__are_merged_under_their_parent(void **state)
{
	(void)state;
	/* A/x-1 lies between A/x and A/x/1, and is a sibling of A/x. */
	check_units(5, (const char *[]){ "A/x/1", "A/x-1", "A/x/2", "A/x", "B" },
	    (size_t[]){ 2, 6, 2, 2, 7 }, (size_t[]){ 1, 1, 1, 1, 1 },
	    (const char *[]){ "A/x-1", "A/x/(small groups)", "B", NULL },
	    (size_t[]){ 1, 0, 1, 1, 2 });
	/* A/y takes A/x along. A/ and A//b are units like others. */
	check_units(5, (const char *[]){ "A/x", "A/y", "A/z", "A/", "A//b" },
	    (size_t[]){ 6, 2, 7, 5, 6 }, (size_t[]){ 1, 1, 1, 1, 1 },
	    (const char *[]){ "A/", "A//b", "A/z", "A/(small groups)", NULL },
	    (size_t[]){ 3, 3, 2, 0, 1 });
	/* Units of several parents that are small at the top stay together at every depth. */
	check_units(4, (const char *[]){ "A/x", "B/x", "B/y", "/C" }, (size_t[]){ 4, 1, 3, 9 },
	    (size_t[]){ 1, 1, 1, 1 }, (const char *[]){ "/C", "(small groups)", NULL },
	    (size_t[]){ 1, 1, 1, 0 });
}

static void
rows__uniform_groups__are_merged_below_twice_the_minimum(void **state)
{
	(void)state;
	check_units(4, (const char *[]){ "a", "b", "c", "d" }, (size_t[]){ 9, 9, 10, 8 },
	    (size_t[]){ 9, 0, 10, 7 }, (const char *[]){ "c", "d", "(small groups)", NULL },
	    (size_t[]){ 2, 2, 0, 1 });
	/* Nine who are all alike take the next ones along. */
	check_units(3, (const char *[]){ "a", "b", "c" }, (size_t[]){ 9, 12, 11 },
	    (size_t[]){ 9, 5, 11 }, (const char *[]){ "b", "(small groups)", NULL },
	    (size_t[]){ 1, 0, 1 });
}

/* A random organisation. A unit is a path of one to four parts, and has users who are in some of the
 * states, or all alike. States 0 and 1, and 2 and 3, exclude each other. */
enum { PARTS = 4, STATES = 4 };

struct organisation {
	size_t n, minimum;
	char paths[MOST][32];
	size_t users[MOST], states[MOST][STATES];
};

static void
draw_organisation(uint32_t *seed, struct organisation *made)
{
	static const char *const parts[] = { "a", "b", "c", "a-1", "d" };

	*made = (struct organisation){ .n = draw(seed) % (MOST - 1) + 1,
		.minimum = draw(seed) % 9 + 2 };
	for (size_t u = 0; u < made->n; u++) {
		char *end = made->paths[u];
		unsigned depth = draw(seed) % PARTS;

		/* Units of one name count as one. */
		for (unsigned part = 0; part <= depth; part++)
			end += sprintf(end, "%s%s", part > 0 ? "/" : "", parts[draw(seed) % 5]);
		made->users[u] = draw(seed) % (draw(seed) % 3 == 0 ? 25 : 5);
		for (size_t s = 0; s < STATES; s += 2) {
			unsigned kind = draw(seed) % 4;
			size_t n = made->users[u],
			       in = kind == 0 ? 0
			    : kind == 1       ? n
					      : draw(seed) % (n + 1);

			made->states[u][s] = in;
			made->states[u][s + 1] = n - in;
		}
	}
}

/* The rows of an organisation at a depth. */
struct published {
	size_t n;
	size_t row[MOST]; /* of each unit */
	size_t users[MOST], states[MOST][STATES]; /* of each row */
};

static void
publish(const struct organisation *made, unsigned depth, struct published *published)
{
	char *names[MOST];
	size_t group[MOST], users[MOST] = { 0 }, states[MOST * STATES] = { 0 };
	struct fil_group_rows_request request = { .by = FIL_BY_UNIT,
		.minimum = made->minimum,
		.names = (const char *const *)names,
		.users = users,
		.states = states,
		.n_states = STATES };
	struct fil_group_rows rows;

	*published = (struct published){ 0 };
	for (size_t u = 0; u < made->n; u++) {
		const char *path = made->paths[u];
		size_t length = fil_group_value(&path, depth), g = 0;

		while (g < request.n &&
		    (strlen(names[g]) != length || memcmp(names[g], path, length) != 0))
			g++;
		if (g == request.n)
			names[request.n++] = fil_copy_bytes(path, length);
		group[u] = g;
		users[g] += made->users[u];
		for (size_t s = 0; s < STATES; s++)
			states[g * STATES + s] += made->states[u][s];
	}
	fil_group_rows_init(&rows, &request);
	published->n = rows.n;
	for (size_t u = 0; u < made->n; u++) {
		size_t row = rows.into[group[u]];

		published->row[u] = row;
		assert_true(row < rows.n || made->users[u] == 0);
		for (size_t s = 0; row < rows.n && s < STATES; s++)
			published->states[row][s] += made->states[u][s];
		if (row < rows.n)
			published->users[row] += made->users[u];
	}
	fil_group_rows_release(&rows);
	for (size_t g = 0; g < request.n; g++)
		free(names[g]);
}

/* Returns whether so many users may be told apart: nobody, or enough of them, who are in no state
 * together unless they are many. */
static bool
can_be_told(size_t minimum, size_t users, const size_t *states)
{
	if (users == 0 || users >= 2 * minimum)
		return true;
	for (size_t s = 0; s < STATES; s++)
		if (states[s] == users)
			return false;
	return users >= minimum;
}

/* Checks what each row of a depth tells, and what is left of it without a row of the next depth. */
static void
check_depths(
    const struct organisation *made, const struct published *above, const struct published *below)
{
	for (size_t row = 0; above->n > 1 && row < above->n; row++)
		assert_true(can_be_told(made->minimum, above->users[row], above->states[row]));
	for (size_t u = 0; u < made->n; u++) {
		size_t p = above->row[u], c = below->row[u], rest[STATES];

		if (made->users[u] == 0)
			continue;
		/* The users of one row are in one row above, with all that belong to it. */
		for (size_t other = 0; other < made->n; other++)
			if (made->users[other] > 0 && below->row[other] == c)
				assert_int_equal(above->row[other], p);
		for (size_t s = 0; s < STATES; s++)
			rest[s] = above->states[p][s] - below->states[c][s];
		assert_true(can_be_told(made->minimum, above->users[p] - below->users[c], rest));
	}
}

static void
rows__random_organisations__tell_nobody_by_difference(void **state)
{
	int rounds = getenv("FILROUGE_TORTURE") ? 100000 : 1000;
	uint32_t seed = 58;

	(void)state;
	for (int i = 0; i < rounds; i++) {
		struct organisation made;
		struct published depths[PARTS + 1]; /* from 1 on */

		draw_organisation(&seed, &made);
		for (unsigned depth = 1; depth <= PARTS; depth++)
			publish(&made, depth, &depths[depth]);
		for (unsigned depth = 1; depth < PARTS; depth++)
			check_depths(&made, &depths[depth], &depths[depth + 1]);
	}
}

static void
rows__few_selected__are_hidden(void **state)
{
	const size_t users[] = { 4, 5, 7 }, states[] = { 1, 3, 5, 0, 6, 1 };
	const bool hidden[] = { true, true, false };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		const struct fil_group_rows_request request = { .by = FIL_BY_NONE,
			.minimum = 5,
			.n = 1,
			.names = (const char *[]){ "all" },
			.users = &users[i],
			.states = &states[2 * i],
			.n_states = 2,
			.narrowed = true };
		struct fil_group_rows got;

		fil_group_rows_init(&got, &request);
		assert_int_equal(got.hidden, hidden[i]);
		fil_group_rows_release(&got);
	}
}

static void
rows__another_table__tells_no_state(void **state)
{
	/* Of 10 in the other table's first row 5 have job a, one of whom is in the state, and 5 job b:
	 * where 6 of the 10 are, all of b are. */
	const struct fil_group_cell cells[] = { { 0, 0, 5, 1 }, { 1, 0, 5, 5 }, { 1, 1, 9, 4 },
		{ 2, 1, 7, 2 }, { 3, 1, 6, 3 } };
	/* A table before it tells nothing: all users are in one row of it. */
	const struct fil_group_cell whole[] = { { 0, 0, 5, 1 }, { 1, 0, 14, 9 }, { 2, 0, 7, 2 },
		{ 3, 0, 6, 3 } };
	const struct fil_group_rows_request request = { .by = FIL_BY_JOB,
		.minimum = 5,
		.n = 4,
		.names = (const char *[]){ "a", "b", "c", "d" },
		.users = (size_t[]){ 5, 14, 7, 6 },
		.states = (size_t[]){ 1, 4, 9, 5, 2, 5, 3, 3 },
		.n_states = 2,
		.crossings =
		    (const struct fil_group_crossing[]){ { whole, 4, 1 }, { cells, 5, 2 } },
		.n_crossings = 2 };
	struct fil_group_rows got;

	(void)state;
	fil_group_rows_init(&got, &request);
	/* a alone tells b's. With the smallest other group both are unknown. */
	assert_int_equal(got.n, 3);
	assert_string_equal(got.names[0], "b");
	assert_string_equal(got.names[1], "c");
	assert_string_equal(got.names[2], "(small groups)");
	assert_int_equal(got.into[0], 2);
	assert_int_equal(got.into[3], 2);
	fil_group_rows_release(&got);
}

static void
names__merged__end_in_small_groups(void **state)
{
	(void)state;
	assert_int_equal(fil_group_merged("(small groups)"), 0);
	assert_int_equal(fil_group_merged("A/b/(small groups)"), 4);
	assert_true(fil_group_merged("A(small groups)") == FIL_NOWHERE);
	assert_true(fil_group_merged("A") == FIL_NOWHERE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(groups__all_large__are_ordered_by_name),
		cmocka_unit_test(groups__names__are_compared_byte_for_byte),
		cmocka_unit_test(groups__one_small__takes_the_next_smallest_along),
		cmocka_unit_test(groups__small_ones_that_reach_the_minimum__take_nobody_along),
		cmocka_unit_test(groups__everything_under_the_minimum__is_one_row),
		cmocka_unit_test(groups__minimum_0__shows_all_that_have_somebody),
		cmocka_unit_test(groups__none_at_all__are_no_rows),
		cmocka_unit_test(groups__random_sets__show_no_small_group_and_add_up),
		cmocka_unit_test(rows__no_minimum__shows_all_in_order),
		cmocka_unit_test(rows__small_groups__are_merged_up_to_the_minimum),
		cmocka_unit_test(rows__group_of_nobody__has_no_row),
		cmocka_unit_test(rows__group_of_others_only__is_shown_or_merged),
		cmocka_unit_test(rows__the_whole__is_shown_whatever_its_size),
		cmocka_unit_test(things__small_groups_of_each__are_merged_and_come_last),
		cmocka_unit_test(things__by_group__come_by_group_then_thing),
		cmocka_unit_test(things__without_groups__have_a_row_each),
		cmocka_unit_test(rows__small_units__are_merged_under_their_parent),
		cmocka_unit_test(rows__uniform_groups__are_merged_below_twice_the_minimum),
		cmocka_unit_test(rows__random_organisations__tell_nobody_by_difference),
		cmocka_unit_test(rows__few_selected__are_hidden),
		cmocka_unit_test(rows__another_table__tells_no_state),
		cmocka_unit_test(names__merged__end_in_small_groups),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
