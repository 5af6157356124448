/* SPDX-License-Identifier: ISC */
#include "lib/stats/waiting.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/levels/standing.h"

struct level {
	fil_day day;
	uint16_t dimension, level;
};

struct assigned {
	uint32_t module;
	fil_day day;
};

/* A user. The user's levels, assignments and gains end where those of the next one begin. */
struct user {
	uint32_t group, levels, assigned, gains;
};

struct fil_waiting {
	fil_day as_of;
	struct user *users;
	struct level *levels;
	struct assigned *assigned;
	struct fil_waiting_gain *gains;
	size_t n, n_levels, n_assigned, n_gains;
	size_t room, level_room, assigned_room, gain_room;
};

/* The means of those who waited, by level and day of completion. All arrays are of `days` + 1 numbers
 * for each level, from the day `first` on. */
struct means {
	fil_day first;
	size_t days;
	double *users, *changes; /* of those who waited */
	double *weights, *weighted; /* sums of 1 / users and mean / users over the gains before */
};

/* The users' parts of a comparison. */
struct parts {
	size_t gains;
	double waiting, difference; /* sums */
	double *of_users; /* of each user, in the sum of differences */
	uint32_t *own; /* gains of each user */
};

/* A choice of gains: those after a module, in a dimension, of users in a row. into NULL: all users. */
struct choice {
	size_t module, dimension;
	const size_t *into;
	size_t row;
};

/* Days of completion from which a user changes alike: from to until, the last one excluded. */
struct span {
	fil_day from, to;
	size_t level;
	int change;
};

/* A walk through the levels of a user in one dimension, then of the next user. */
struct walk {
	size_t user, next; /* the number of the user, and of the next one */
	const struct level *levels;
	size_t n;
	size_t known, seen; /* levels up to the day, and up to the end of its effect */
	fil_day day, last; /* of completion */
	fil_day until; /* later levels do not count */
};

struct fil_waiting *
fil_waiting_new(fil_day as_of)
{
	struct fil_waiting *waiting = fil_alloc(1, sizeof *waiting);

	waiting->as_of = as_of;
	return waiting;
}

/* Returns the list, with room for one more element than n. */
static void *
grow(void *list, size_t n, size_t *room, size_t size)
{
	if (n < *room)
		return list;
	*room += *room / 2 + 64;
	return fil_resize(list, *room, size);
}

void
fil_waiting_user(struct fil_waiting *waiting, size_t group)
{
	waiting->users = grow(waiting->users, waiting->n, &waiting->room, sizeof *waiting->users);
	waiting->users[waiting->n++] = (struct user){ (uint32_t)group, (uint32_t)waiting->n_levels,
		(uint32_t)waiting->n_assigned, (uint32_t)waiting->n_gains };
}

void
fil_waiting_level(struct fil_waiting *waiting, size_t dimension, fil_day day, int level)
{
	if (level < 0 || level >= FIL_LEVELS)
		return;
	waiting->levels =
	    grow(waiting->levels, waiting->n_levels, &waiting->level_room, sizeof *waiting->levels);
	waiting->levels[waiting->n_levels++] =
	    (struct level){ day, (uint16_t)dimension, (uint16_t)level };
}

void
fil_waiting_assigned(struct fil_waiting *waiting, size_t module, fil_day day)
{
	waiting->assigned = grow(waiting->assigned, waiting->n_assigned, &waiting->assigned_room,
	    sizeof *waiting->assigned);
	waiting->assigned[waiting->n_assigned++] = (struct assigned){ (uint32_t)module, day };
}

void
fil_waiting_gained(struct fil_waiting *waiting, const struct fil_waiting_gain *gain)
{
	if (gain->level < 0 || gain->level >= FIL_LEVELS)
		return;
	waiting->gains =
	    grow(waiting->gains, waiting->n_gains, &waiting->gain_room, sizeof *waiting->gains);
	waiting->gains[waiting->n_gains++] = *gain;
}

/* Returns the end of user u's levels, assignments and gains. */
static struct user
end_of(const struct fil_waiting *waiting, size_t u)
{
	if (u + 1 < waiting->n)
		return waiting->users[u + 1];
	return (struct user){ 0, (uint32_t)waiting->n_levels, (uint32_t)waiting->n_assigned,
		(uint32_t)waiting->n_gains };
}

static bool
is_chosen(const struct fil_waiting *waiting, const struct choice *choice, size_t u)
{
	return !choice->into || choice->into[waiting->users[u].group] == choice->row;
}

static fil_day
earlier(fil_day a, fil_day b)
{
	return a < b ? a : b;
}

/* Returns the last day of completion for which user u waited: the effect ends before the first
 * assignment. */
static fil_day
last_day(const struct fil_waiting *waiting, size_t u, size_t module)
{
	fil_day last = waiting->as_of;

	for (size_t i = waiting->users[u].assigned; i < end_of(waiting, u).assigned; i++)
		if (waiting->assigned[i].module == module)
			last = earlier(last, waiting->assigned[i].day - 1 - FIL_EFFECT_DAYS);
	return last;
}

/* Begins a walk through the levels of user u over the days of completion. */
static struct walk
begin_walk(const struct fil_waiting *waiting, const struct choice *choice, size_t u,
    const struct means *means)
{
	size_t i = waiting->users[u].levels, end = end_of(waiting, u).levels, n = 0;
	struct walk walk = { .day = means->first, .until = waiting->as_of };

	while (i < end && waiting->levels[i].dimension != choice->dimension)
		i++;
	while (i + n < end && waiting->levels[i + n].dimension == choice->dimension)
		n++;
	walk.levels = waiting->levels + i;
	walk.n = n;
	walk.last =
	    earlier(means->first + (fil_day)means->days - 1, last_day(waiting, u, choice->module));
	return walk;
}

/* Steps to the next span in which a level is known and a later one within its effect. Returns false
 * at the end. */
static bool
next_span(struct walk *walk, struct span *span)
{
	while (walk->day <= walk->last) {
		fil_day end = earlier(walk->day + FIL_EFFECT_DAYS, walk->until);
		fil_day next = walk->last + 1;

		while (walk->known < walk->n && walk->levels[walk->known].day <= walk->day)
			walk->known++;
		while (walk->seen < walk->n && walk->levels[walk->seen].day <= end)
			walk->seen++;
		if (walk->known < walk->n)
			next = earlier(next, walk->levels[walk->known].day);
		if (walk->seen < walk->n && walk->levels[walk->seen].day <= walk->until)
			next = earlier(next, walk->levels[walk->seen].day - FIL_EFFECT_DAYS);
		*span = (struct span){ walk->day, next, 0, 0 };
		walk->day = next;
		if (walk->known == 0 || walk->seen == walk->known)
			continue;
		span->level = walk->levels[walk->known - 1].level;
		span->change = walk->levels[walk->seen - 1].level - (int)span->level;
		return true;
	}
	return false;
}

/* Returns the place of a level and day in the arrays. */
static size_t
place_of(const struct means *means, size_t level, fil_day day)
{
	return level * (means->days + 1) + (size_t)(day - means->first);
}

/* Makes each number the sum of those up to it, within each level. */
static void
add_up(const struct means *means, double *numbers)
{
	for (size_t i = 0; i < (means->days + 1) * FIL_LEVELS; i++)
		if (i % (means->days + 1) > 0)
			numbers[i] += numbers[i - 1];
}

/* Finds the days of completion of the gains. Returns whether there are any. */
static bool
find_days(const struct fil_waiting *waiting, const struct choice *choice, struct means *means)
{
	fil_day first = INT32_MAX, last = INT32_MIN;

	for (size_t u = 0; u < waiting->n; u++)
		for (size_t i = waiting->users[u].gains;
		     is_chosen(waiting, choice, u) && i < end_of(waiting, u).gains; i++) {
			const struct fil_waiting_gain *gain = &waiting->gains[i];

			if (gain->module != choice->module || gain->dimension != choice->dimension)
				continue;
			first = earlier(first, gain->completed);
			last = gain->completed > last ? gain->completed : last;
		}
	if (first > last)
		return false;
	means->first = first;
	means->days = (size_t)(last - first) + 1;
	return true;
}

/* Steps to the next span of the users who are chosen. A walk begins as { .day = 1 }: before any user.
 * Sets the places of the first day of the span and of the day after it. Returns false at the end. */
static bool
next_waited(const struct fil_waiting *waiting, const struct choice *choice,
    const struct means *means, struct walk *walk, struct span *span, size_t places[2])
{
	while (!next_span(walk, span)) {
		size_t u = walk->next;

		while (u < waiting->n && !is_chosen(waiting, choice, u))
			u++;
		if (u == waiting->n)
			return false;
		*walk = begin_walk(waiting, choice, u, means);
		walk->user = u;
		walk->next = u + 1;
	}
	places[0] = place_of(means, span->level, span->from);
	places[1] = place_of(means, span->level, span->to);
	return true;
}

/* Counts the users who waited, and their changes. */
static void
count_waiting(const struct fil_waiting *waiting, const struct choice *choice, struct means *means)
{
	struct walk walk = { .day = 1 };
	struct span span;
	size_t places[2];

	while (next_waited(waiting, choice, means, &walk, &span, places)) {
		means->users[places[0]]++;
		means->users[places[1]]--;
		means->changes[places[0]] += span.change;
		means->changes[places[1]] -= span.change;
	}
	add_up(means, means->users);
	add_up(means, means->changes);
}

/* Compares a gain of user u with the mean of those who waited. The sums of weights are kept one place
 * later, so that they are those before each place. */
static void
compare_gain(
    const struct fil_waiting_gain *gain, size_t u, struct means *means, struct parts *parts)
{
	size_t place = place_of(means, (size_t)gain->level, gain->completed);
	double users = means->users[place], mean = means->changes[place] / users;

	if (users == 0)
		return;
	parts->gains++;
	parts->waiting += mean;
	parts->difference += gain->change - mean;
	parts->of_users[u] += gain->change - mean;
	parts->own[u]++;
	means->weights[place + 1] += 1 / users;
	means->weighted[place + 1] += mean / users;
}

static void
compare_gains(const struct fil_waiting *waiting, const struct choice *choice, struct means *means,
    struct parts *parts)
{
	for (size_t u = 0; u < waiting->n; u++)
		for (size_t i = waiting->users[u].gains;
		     is_chosen(waiting, choice, u) && i < end_of(waiting, u).gains; i++)
			if (waiting->gains[i].module == choice->module &&
			    waiting->gains[i].dimension == choice->dimension)
				compare_gain(&waiting->gains[i], u, means, parts);
	add_up(means, means->weights);
	add_up(means, means->weighted);
}

/* Adds the parts of the users who waited: each moves the means by the distance of the user's change
 * from them. */
static void
add_waiting(const struct fil_waiting *waiting, const struct choice *choice,
    const struct means *means, struct parts *parts)
{
	struct walk walk = { .day = 1 };
	struct span span;
	size_t places[2];

	while (next_waited(waiting, choice, means, &walk, &span, places))
		parts->of_users[walk.user] -=
		    span.change * (means->weights[places[1]] - means->weights[places[0]]) -
		    (means->weighted[places[1]] - means->weighted[places[0]]);
}

/* Compares the chosen gains. */
static void
compare(const struct fil_waiting *waiting, const struct choice *choice, struct parts *parts)
{
	struct means means;
	size_t n;

	if (!find_days(waiting, choice, &means))
		return;
	n = (means.days + 1) * FIL_LEVELS + 1;
	means.users = fil_alloc(n, sizeof *means.users);
	means.changes = fil_alloc(n, sizeof *means.changes);
	means.weights = fil_alloc(n, sizeof *means.weights);
	means.weighted = fil_alloc(n, sizeof *means.weighted);
	count_waiting(waiting, choice, &means);
	compare_gains(waiting, choice, &means, parts);
	add_waiting(waiting, choice, &means, parts);
	free(means.users);
	free(means.changes);
	free(means.weights);
	free(means.weighted);
}

/* Returns the mean difference of resampled users. */
static double
difference_of(const double *sums)
{
	return sums[1] > 0 ? sums[0] / sums[1] : NAN;
}

static bool
has_part(const struct parts *parts, size_t u)
{
	return parts->own[u] > 0 || parts->of_users[u] != 0;
}

/* Sums up the parts, and frees them. */
static struct fil_waited
sum_up(const struct fil_waiting *waiting, struct parts *parts)
{
	struct fil_waited waited = { parts->gains, NAN, NAN, { NAN, NAN } };
	struct fil_bootstrap *resamples;
	size_t users = 0;

	if (parts->gains > 0) {
		waited.waiting = parts->waiting / (double)parts->gains;
		waited.difference = parts->difference / (double)parts->gains;
	}
	for (size_t u = 0; u < waiting->n; u++)
		users += has_part(parts, u);
	resamples = fil_bootstrap_new(2, users);
	for (size_t u = 0; u < waiting->n; u++)
		if (has_part(parts, u))
			fil_bootstrap_add(
			    resamples, (const double[]){ parts->of_users[u], parts->own[u] }, 1);
	waited.limits = fil_bootstrap_interval(resamples, difference_of);
	fil_bootstrap_free(resamples);
	free(parts->of_users);
	free(parts->own);
	return waited;
}

/* Returns parts without gains. */
static struct parts
begin_parts(const struct fil_waiting *waiting)
{
	return (struct parts){ .of_users = fil_alloc(waiting->n, sizeof(double)),
		.own = fil_alloc(waiting->n, sizeof(uint32_t)) };
}

/* Compares the gains after the module of the choice in each dimension. */
static void
compare_module(const struct fil_waiting *waiting, struct choice choice, struct parts *parts)
{
	size_t dimensions = 0;

	for (size_t i = 0; i < waiting->n_gains; i++)
		if (waiting->gains[i].dimension >= dimensions)
			dimensions = waiting->gains[i].dimension + 1;
	for (choice.dimension = 0; choice.dimension < dimensions; choice.dimension++)
		compare(waiting, &choice, parts);
}

struct fil_waited
fil_waiting_compare(
    const struct fil_waiting *waiting, size_t module, const size_t *into, size_t row)
{
	struct parts parts = begin_parts(waiting);

	compare_module(
	    waiting, (struct choice){ .module = module, .into = into, .row = row }, &parts);
	return sum_up(waiting, &parts);
}

struct fil_waited
fil_waiting_total(const struct fil_waiting *waiting, size_t n, const bool *marked)
{
	struct parts parts = begin_parts(waiting);

	for (size_t module = 0; module < n; module++)
		if (marked[module])
			compare_module(waiting, (struct choice){ .module = module }, &parts);
	return sum_up(waiting, &parts);
}

void
fil_waiting_free(struct fil_waiting *waiting)
{
	if (!waiting)
		return;
	free(waiting->users);
	free(waiting->levels);
	free(waiting->assigned);
	free(waiting->gains);
	free(waiting);
}
