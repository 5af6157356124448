/* SPDX-License-Identifier: ISC */
#include "lib/stats/waiting.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/levels/standing.h"

/* Levels and assignments are words of 32 bits: half of the memory of a report is theirs. A day, of the
 * years of lib/base/date.h, has 22 bits.
 *
 * A level is its day and three bits. Before the levels of a dimension stands its number, with the
 * highest bit set. An assignment is a step of ten bits, from the module before, and its day. The
 * longest step is none: it only leads to a module that is farther. */
enum { DAY_BITS = 22, FIRST_DAY = -150000, LEVEL_BITS = 3, LONGEST_STEP = 1023 };

#define DIMENSION (UINT32_C(1) << 31)

struct words {
	uint32_t *list;
	size_t n, room;
};

/* A user. The user's levels and assignments end where those of the next one begin. */
struct user {
	uint32_t group, levels, assigned;
};

struct gain {
	uint32_t user;
	fil_day completed;
	uint16_t dimension;
	int8_t level, change;
};

/* The gains after a module. */
struct gains {
	struct gain *list;
	size_t n, room;
};

struct fil_waiting {
	fil_day as_of;
	struct user *users;
	struct words levels, assigned;
	struct gains *gains; /* by module */
	size_t n, n_modules;
	size_t room;
	size_t module; /* of the last assignment of the last user; 0 before the first one */
	bool several; /* there are several groups */
	/* Users by group, then by number, and the place of the first of each group; NULL: not sorted yet. */
	uint32_t *sorted;
	size_t *starts, n_groups;
};

/* The means of those who waited, by level and day of completion. All arrays are of `days` + 1 numbers
 * for each level, from the day `first` on. */
struct means {
	fil_day first;
	size_t days;
	double *users, *changes; /* of those who waited */
	double *weights, *weighted; /* sums of 1 / users and mean / users over the gains before */
};

/* The users' parts of a comparison. Users are numbered as in the choice. */
struct parts {
	size_t gains;
	double waiting, difference; /* sums */
	size_t waiters, last; /* last: the number of the user counted last, plus one */
	double *of_users; /* of each user, in the sum of differences */
	uint32_t *own; /* gains of each user */
};

/* A choice of users, and of their gains after a module in a dimension. */
struct choice {
	size_t module, dimension;
	uint32_t *users; /* ascending; NULL: all */
	size_t n;
	const struct gain *gains; /* after the module; their users are numbered as here */
	size_t n_gains;
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
	const uint32_t *levels;
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

static void
add_word(struct words *words, uint32_t word)
{
	words->list = fil_grow(words->list, words->n, &words->room, sizeof word);
	words->list[words->n++] = word;
}

static uint32_t
word_of_day(fil_day day)
{
	return (uint32_t)(day - FIRST_DAY);
}

static fil_day
day_of_word(uint32_t word)
{
	return (fil_day)word + FIRST_DAY;
}

void
fil_waiting_user(struct fil_waiting *waiting, size_t group)
{
	waiting->users =
	    fil_grow(waiting->users, waiting->n, &waiting->room, sizeof *waiting->users);
	waiting->users[waiting->n++] = (struct user){ (uint32_t)group, (uint32_t)waiting->levels.n,
		(uint32_t)waiting->assigned.n };
	waiting->several |= group != waiting->users[0].group;
	waiting->module = 0;
}

void
fil_waiting_dimension(struct fil_waiting *waiting, size_t dimension)
{
	add_word(&waiting->levels, DIMENSION | (uint32_t)dimension);
}

void
fil_waiting_level(struct fil_waiting *waiting, fil_day day, int level)
{
	if (level >= 0 && level < FIL_LEVELS)
		add_word(&waiting->levels, word_of_day(day) << LEVEL_BITS | (uint32_t)level);
}

void
fil_waiting_assigned(struct fil_waiting *waiting, size_t module, fil_day day)
{
	size_t step = module - waiting->module;

	if (step == 0 && waiting->assigned.n > waiting->users[waiting->n - 1].assigned)
		return;
	for (; step >= LONGEST_STEP; step -= LONGEST_STEP)
		add_word(&waiting->assigned, (uint32_t)LONGEST_STEP << DAY_BITS);
	add_word(&waiting->assigned, (uint32_t)step << DAY_BITS | word_of_day(day));
	waiting->module = module;
}

/* Returns the gains after a module, to add to them. */
static struct gains *
gains_of(struct fil_waiting *waiting, size_t module)
{
	if (module >= waiting->n_modules) {
		waiting->gains = fil_resize(waiting->gains, module + 1, sizeof *waiting->gains);
		memset(waiting->gains + waiting->n_modules, 0,
		    (module + 1 - waiting->n_modules) * sizeof *waiting->gains);
		waiting->n_modules = module + 1;
	}
	return &waiting->gains[module];
}

void
fil_waiting_gained(struct fil_waiting *waiting, const struct fil_waiting_gain *gain)
{
	struct gains *gains;

	if (gain->level < 0 || gain->level >= FIL_LEVELS)
		return;
	gains = gains_of(waiting, gain->module);
	gains->list = fil_grow(gains->list, gains->n, &gains->room, sizeof *gains->list);
	gains->list[gains->n++] = (struct gain){ (uint32_t)waiting->n - 1, gain->completed,
		gain->dimension, gain->level, gain->change };
}

/* Returns the end of user u's levels and assignments. */
static struct user
end_of(const struct fil_waiting *waiting, size_t u)
{
	if (u + 1 < waiting->n)
		return waiting->users[u + 1];
	return (struct user){ 0, (uint32_t)waiting->levels.n, (uint32_t)waiting->assigned.n };
}

/* Steps to the next gain of the choice, from *i on. Returns NULL at the end. */
static const struct gain *
next_gain(const struct choice *choice, size_t *i)
{
	while (*i < choice->n_gains) {
		const struct gain *gain = &choice->gains[(*i)++];

		if (gain->dimension == choice->dimension)
			return gain;
	}
	return NULL;
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
	const uint32_t *word = waiting->assigned.list + waiting->users[u].assigned;
	const uint32_t *end = waiting->assigned.list + end_of(waiting, u).assigned;

	for (size_t at = 0; word < end && at <= module; word++) {
		size_t step = *word >> DAY_BITS;

		at += step;
		if (at == module && step < LONGEST_STEP)
			return earlier(waiting->as_of,
			    day_of_word(*word & ((1U << DAY_BITS) - 1)) - 1 - FIL_EFFECT_DAYS);
	}
	return waiting->as_of;
}

/* Begins a walk through the levels of user u over the days of completion. */
static struct walk
begin_walk(const struct fil_waiting *waiting, const struct choice *choice, size_t u,
    const struct means *means)
{
	const uint32_t *list = waiting->levels.list;
	size_t i = waiting->users[u].levels, end = end_of(waiting, u).levels;
	struct walk walk = { .day = means->first, .until = waiting->as_of };

	while (i < end && list[i] != (DIMENSION | (uint32_t)choice->dimension))
		i++;
	if (i < end)
		walk.levels = list + ++i;
	while (i + walk.n < end && (list[i + walk.n] & DIMENSION) == 0)
		walk.n++;
	walk.last =
	    earlier(means->first + (fil_day)means->days - 1, last_day(waiting, u, choice->module));
	return walk;
}

/* Returns the day of level i of a walk. */
static fil_day
level_day(const struct walk *walk, size_t i)
{
	return day_of_word(walk->levels[i] >> LEVEL_BITS);
}

static int
level_of(const struct walk *walk, size_t i)
{
	return (int)(walk->levels[i] & ((1U << LEVEL_BITS) - 1));
}

/* Steps to the next span in which a level is known and a later one within its effect. Returns false
 * at the end. */
static bool
next_span(struct walk *walk, struct span *span)
{
	while (walk->day <= walk->last) {
		fil_day end = earlier(walk->day + FIL_EFFECT_DAYS, walk->until);
		fil_day next = walk->last + 1;

		while (walk->known < walk->n && level_day(walk, walk->known) <= walk->day)
			walk->known++;
		while (walk->seen < walk->n && level_day(walk, walk->seen) <= end)
			walk->seen++;
		if (walk->known < walk->n)
			next = earlier(next, level_day(walk, walk->known));
		if (walk->seen < walk->n && level_day(walk, walk->seen) <= walk->until)
			next = earlier(next, level_day(walk, walk->seen) - FIL_EFFECT_DAYS);
		*span = (struct span){ walk->day, next, 0, 0 };
		walk->day = next;
		if (walk->known == 0 || walk->seen == walk->known)
			continue;
		span->level = (size_t)level_of(walk, walk->known - 1);
		span->change = level_of(walk, walk->seen - 1) - (int)span->level;
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
find_days(const struct choice *choice, struct means *means)
{
	fil_day first = INT32_MAX, last = INT32_MIN;
	const struct gain *gain;
	size_t i = 0;

	while ((gain = next_gain(choice, &i))) {
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

		if (u == choice->n)
			return false;
		*walk = begin_walk(waiting, choice, choice->users ? choice->users[u] : u, means);
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

/* Compares a gain with the mean of those who waited. The sums of weights are kept one place
 * later, so that they are those before each place. */
static void
compare_gain(const struct gain *gain, struct means *means, struct parts *parts)
{
	size_t place = place_of(means, (size_t)gain->level, gain->completed);
	double users = means->users[place], mean = means->changes[place] / users;

	if (users == 0)
		return;
	parts->gains++;
	parts->waiting += mean;
	parts->difference += gain->change - mean;
	parts->of_users[gain->user] += gain->change - mean;
	parts->own[gain->user]++;
	means->weights[place + 1] += 1 / users;
	means->weighted[place + 1] += mean / users;
}

static void
compare_gains(const struct choice *choice, struct means *means, struct parts *parts)
{
	const struct gain *gain;
	size_t i = 0;

	while ((gain = next_gain(choice, &i)))
		compare_gain(gain, means, parts);
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

	while (next_waited(waiting, choice, means, &walk, &span, places)) {
		double weight = means->weights[places[1]] - means->weights[places[0]];

		parts->of_users[walk.user] -= span.change * weight -
		    (means->weighted[places[1]] - means->weighted[places[0]]);
		if (weight > 0 && parts->last != walk.user + 1) {
			parts->waiters++;
			parts->last = walk.user + 1;
		}
	}
}

/* Compares the chosen gains. */
static void
compare(const struct fil_waiting *waiting, const struct choice *choice, struct parts *parts)
{
	struct means means;
	size_t n;

	if (!find_days(choice, &means))
		return;
	n = (means.days + 1) * FIL_LEVELS + 1;
	means.users = fil_alloc(n, sizeof *means.users);
	means.changes = fil_alloc(n, sizeof *means.changes);
	means.weights = fil_alloc(n, sizeof *means.weights);
	means.weighted = fil_alloc(n, sizeof *means.weighted);
	count_waiting(waiting, choice, &means);
	compare_gains(choice, &means, parts);
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

/* Sums up the parts of n users, and frees them. */
static struct fil_waited
sum_up(struct parts *parts, size_t n)
{
	struct fil_waited waited = {
		.gains = parts->gains, .waiters = parts->waiters, .waiting = NAN, .difference = NAN
	};
	struct fil_bootstrap *resamples;
	size_t users = 0;

	if (parts->gains > 0) {
		waited.waiting = parts->waiting / (double)parts->gains;
		waited.difference = parts->difference / (double)parts->gains;
	}
	for (size_t u = 0; u < n; u++) {
		waited.users += parts->own[u] > 0;
		users += has_part(parts, u);
	}
	resamples = fil_bootstrap_new(2, users);
	for (size_t u = 0; u < n; u++)
		if (has_part(parts, u))
			fil_bootstrap_add(
			    resamples, (const double[]){ parts->of_users[u], parts->own[u] }, 1);
	waited.limits = fil_bootstrap_interval(resamples, difference_of);
	fil_bootstrap_free(resamples);
	free(parts->of_users);
	free(parts->own);
	return waited;
}

/* Returns parts of n users without gains. */
static struct parts
begin_parts(size_t n)
{
	return (struct parts){ .of_users = fil_alloc(n, sizeof(double)),
		.own = fil_alloc(n, sizeof(uint32_t)) };
}

/* Compares the gains of the choice in each dimension. */
static void
compare_module(const struct fil_waiting *waiting, struct choice choice, struct parts *parts)
{
	size_t dimensions = 0;

	for (size_t i = 0; i < choice.n_gains; i++)
		if (choice.gains[i].dimension >= dimensions)
			dimensions = choice.gains[i].dimension + 1;
	for (choice.dimension = 0; choice.dimension < dimensions; choice.dimension++)
		compare(waiting, &choice, parts);
}

/* Returns the choice of all users, and of their gains after a module. */
static struct choice
choose_all(const struct fil_waiting *waiting, size_t module)
{
	struct choice choice = { .module = module, .n = waiting->n };

	if (module < waiting->n_modules) {
		choice.gains = waiting->gains[module].list;
		choice.n_gains = waiting->gains[module].n;
	}
	return choice;
}

/* Sorts the users by group, those of a group by number. */
static void
sort_users(struct fil_waiting *waiting)
{
	size_t *next;

	for (size_t u = 0; u < waiting->n; u++)
		if (waiting->users[u].group >= waiting->n_groups)
			waiting->n_groups = waiting->users[u].group + (size_t)1;
	waiting->sorted = fil_alloc(waiting->n, sizeof *waiting->sorted);
	waiting->starts = fil_alloc(waiting->n_groups + 1, sizeof *waiting->starts);
	next = fil_alloc(waiting->n_groups + 1, sizeof *next);
	for (size_t u = 0; u < waiting->n; u++)
		waiting->starts[waiting->users[u].group + 1]++;
	for (size_t g = 0; g < waiting->n_groups; g++)
		next[g + 1] = waiting->starts[g + 1] += waiting->starts[g];
	for (size_t u = 0; u < waiting->n; u++)
		waiting->sorted[next[waiting->users[u].group]++] = (uint32_t)u;
	free(next);
}

static int
by_number(const void *left, const void *right)
{
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

	return (a > b) - (a < b);
}

/* Chooses the users of the groups of a row. */
static void
choose_users(
    const struct fil_waiting *waiting, const size_t *into, size_t row, struct choice *choice)
{
	size_t groups = 0;

	choice->n = 0;
	for (size_t g = 0; g < waiting->n_groups; g++)
		choice->n += into[g] == row ? waiting->starts[g + 1] - waiting->starts[g] : 0;
	choice->users = fil_alloc(choice->n, sizeof *choice->users);
	choice->n = 0;
	for (size_t g = 0; g < waiting->n_groups; g++) {
		size_t n = waiting->starts[g + 1] - waiting->starts[g];

		if (into[g] != row || n == 0)
			continue;
		memcpy(choice->users + choice->n, waiting->sorted + waiting->starts[g],
		    n * sizeof *choice->users);
		choice->n += n;
		groups++;
	}
	if (groups > 1)
		qsort(choice->users, choice->n, sizeof *choice->users, by_number);
}

/* Chooses the gains of the users of the choice, who are numbered in it. Gains are by user. The caller
 * frees them. */
static struct gain *
choose_gains(struct choice *choice)
{
	struct gain *gains = NULL;
	size_t n = 0, room = 0, u = 0;

	for (size_t i = 0; i < choice->n_gains; i++) {
		while (u < choice->n && choice->users[u] < choice->gains[i].user)
			u++;
		if (u == choice->n || choice->users[u] != choice->gains[i].user)
			continue;
		gains = fil_grow(gains, n, &room, sizeof *gains);
		gains[n] = choice->gains[i];
		gains[n++].user = (uint32_t)u;
	}
	choice->gains = gains;
	choice->n_gains = n;
	return gains;
}

/* Returns whether all users are in one group, which goes into the row. */
static bool
is_whole(const struct fil_waiting *waiting, const size_t *into, size_t row)
{
	return !waiting->several && waiting->n > 0 && into[waiting->users[0].group] == row;
}

struct fil_waited
fil_waiting_compare(struct fil_waiting *waiting, size_t module, const size_t *into, size_t row)
{
	struct choice choice = choose_all(waiting, module);
	struct gain *gains = NULL;
	struct parts parts;

	if (!is_whole(waiting, into, row)) {
		if (!waiting->sorted)
			sort_users(waiting);
		choose_users(waiting, into, row, &choice);
		gains = choose_gains(&choice);
	}
	parts = begin_parts(choice.n);
	compare_module(waiting, choice, &parts);
	free(choice.users);
	free(gains);
	return sum_up(&parts, choice.n);
}

struct fil_waited
fil_waiting_total(const struct fil_waiting *waiting, size_t n, const bool *marked)
{
	struct parts parts = begin_parts(waiting->n);

	for (size_t module = 0; module < n; module++)
		if (marked[module])
			compare_module(waiting, choose_all(waiting, module), &parts);
	return sum_up(&parts, waiting->n);
}

void
fil_waiting_free(struct fil_waiting *waiting)
{
	if (!waiting)
		return;
	free(waiting->users);
	free(waiting->levels.list);
	free(waiting->assigned.list);
	free(waiting->sorted);
	free(waiting->starts);
	for (size_t module = 0; module < waiting->n_modules; module++)
		free(waiting->gains[module].list);
	free(waiting->gains);
	free(waiting);
}
