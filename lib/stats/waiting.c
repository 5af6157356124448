/* SPDX-License-Identifier: ISC */
#include "lib/stats/waiting.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/levels/standing.h"
#include "lib/stats/tape.h"

/* A user is a record of words of 32 bits: the number of words of levels and these, the same for
 * assignments, then gains. A day, of the years of lib/base/date.h, has 22 bits.
 *
 * A level is its day and three bits. Before the levels of a dimension stands its number, with the
 * highest bit set. An assignment is a step of ten bits, from the module before, and its day. The
 * longest step is none: it only leads to a module that is farther. */
enum { DAY_BITS = 22, FIRST_DAY = -150000, LEVEL_BITS = 3, LONGEST_STEP = 1023 };

#define DIMENSION (UINT32_C(1) << 31)

/* The words of a gain, the last one of which has its dimension, the level, and the change of FIL_LEVELS
 * more. */
enum { MODULE, COMPLETED, CHANGE, GAIN };
enum { DIMENSION_SHIFT = 16, LEVEL_SHIFT = 8, CHANGE_BITS = 255 };

struct words {
	uint32_t *list;
	size_t n, room;
};

/* A user, as a record has it. */
struct user {
	const uint32_t *levels, *assigned, *gains;
	size_t n_levels, n_assigned, n_gains; /* words */
};

/* Days of completion; none where first is after last. */
struct range {
	fil_day first, last;
};

/* The days of the gains after a module, by dimension. */
struct ranges {
	struct range *of;
	size_t n;
};

struct fil_waiting {
	fil_day as_of;
	struct fil_tapes *tapes; /* the users, by group */
	/* The last user, who is on no tape yet. */
	bool open;
	size_t group;
	struct words levels, assigned, gains, record;
	size_t module; /* of the last assignment; 0 before the first one */
	struct ranges *ranges; /* by module */
	size_t n_modules;
};

/* The means of those who waited, by level and day of completion, in a dimension. All arrays are of
 * `days` + 1 numbers for each level, from the day `first` on. */
struct means {
	fil_day first;
	size_t days; /* 0: there is no gain */
	double *users, *changes; /* of those who waited */
	double *weights, *weighted; /* sums of 1 / users and mean / users over the gains before */
};

/* A module whose gains are compared: its means, by dimension. */
struct compared {
	size_t module;
	struct means *of;
	size_t n;
};

/* A comparison of the gains after some modules, of the users of some groups. */
struct comparison {
	struct fil_waiting *waiting;
	const bool *chosen; /* groups */
	struct compared *modules;
	size_t n;
	struct fil_waited waited;
	double waiting_sum, difference;
	/* The parts of users in the sum of differences and in the gains: the first ones, then all. */
	double (*parts)[2];
	size_t n_parts;
	struct fil_bootstrap *resamples; /* NULL as long as the parts are kept */
};

/* Days of completion from which a user changes alike: from to until, the last one excluded. */
struct span {
	fil_day from, to;
	size_t level;
	int change;
};

/* A walk through the levels of a user in one dimension. */
struct walk {
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
	waiting->tapes = fil_tapes_new();
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

/* Adds n words to a record, after their number. */
static void
add_words(struct words *record, const struct words *words)
{
	add_word(record, (uint32_t)words->n);
	for (size_t i = 0; i < words->n; i++)
		add_word(record, words->list[i]);
}

/* Puts the last user on the tape of the group. */
static void
end_user(struct fil_waiting *waiting)
{
	if (!waiting->open)
		return;
	waiting->record.n = 0;
	add_words(&waiting->record, &waiting->levels);
	add_words(&waiting->record, &waiting->assigned);
	add_words(&waiting->record, &waiting->gains);
	fil_tapes_add(waiting->tapes, waiting->group, waiting->record.list, waiting->record.n);
	waiting->open = false;
}

void
fil_waiting_user(struct fil_waiting *waiting, size_t group)
{
	end_user(waiting);
	waiting->open = true;
	waiting->group = group;
	waiting->levels.n = waiting->assigned.n = waiting->gains.n = 0;
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

	if (step == 0 && waiting->assigned.n > 0)
		return;
	for (; step >= LONGEST_STEP; step -= LONGEST_STEP)
		add_word(&waiting->assigned, (uint32_t)LONGEST_STEP << DAY_BITS);
	add_word(&waiting->assigned, (uint32_t)step << DAY_BITS | word_of_day(day));
	waiting->module = module;
}

static fil_day
earlier(fil_day a, fil_day b)
{
	return a < b ? a : b;
}

/* Returns the days of the gains after a module in a dimension. */
static struct range *
range_of(struct fil_waiting *waiting, size_t module, size_t dimension)
{
	struct ranges *ranges;

	if (module >= waiting->n_modules) {
		waiting->ranges = fil_resize(waiting->ranges, module + 1, sizeof *ranges);
		memset(waiting->ranges + waiting->n_modules, 0,
		    (module + 1 - waiting->n_modules) * sizeof *ranges);
		waiting->n_modules = module + 1;
	}
	ranges = &waiting->ranges[module];
	if (dimension >= ranges->n)
		ranges->of = fil_resize(ranges->of, dimension + 1, sizeof *ranges->of);
	for (; ranges->n <= dimension; ranges->n++)
		ranges->of[ranges->n] = (struct range){ INT32_MAX, INT32_MIN };
	return &ranges->of[dimension];
}

void
fil_waiting_gained(struct fil_waiting *waiting, const struct fil_waiting_gain *gain)
{
	struct range *range;

	if (gain->level < 0 || gain->level >= FIL_LEVELS)
		return;
	range = range_of(waiting, gain->module, gain->dimension);
	range->first = earlier(range->first, gain->completed);
	range->last = gain->completed > range->last ? gain->completed : range->last;
	add_word(&waiting->gains, gain->module);
	add_word(&waiting->gains, word_of_day(gain->completed));
	add_word(&waiting->gains,
	    (uint32_t)gain->dimension << DIMENSION_SHIFT | (uint32_t)gain->level << LEVEL_SHIFT |
		(uint32_t)(gain->change + FIL_LEVELS));
}

/* Reads the next user. Returns false at the end. */
static bool
next_user(struct fil_tape_reader *reader, struct user *user)
{
	size_t n;
	const uint32_t *words = fil_tape_reader_next(reader, &n);

	if (!words)
		return false;
	user->n_levels = *words++;
	user->levels = words;
	words += user->n_levels;
	user->n_assigned = *words++;
	user->assigned = words;
	words += user->n_assigned;
	user->n_gains = *words++;
	user->gains = words;
	return true;
}

/* Reads the gain of a user from word *i on after a module in a dimension. Returns false when there is
 * none. */
static bool
next_gain(const struct user *user, size_t module, size_t dimension, size_t *i,
    struct fil_waiting_gain *gain)
{
	for (; *i < user->n_gains; *i += GAIN) {
		const uint32_t *words = user->gains + *i;
		uint32_t change = words[CHANGE];

		if (words[MODULE] != module || change >> DIMENSION_SHIFT != dimension)
			continue;
		*gain = (struct fil_waiting_gain){ (uint32_t)module, day_of_word(words[COMPLETED]),
			(uint16_t)dimension, (int8_t)(change >> LEVEL_SHIFT & CHANGE_BITS),
			(int8_t)((int)(change & CHANGE_BITS) - FIL_LEVELS) };
		*i += GAIN;
		return true;
	}
	return false;
}

/* Returns the last day of completion for which a user waited: the effect ends before the first
 * assignment. */
static fil_day
last_day(const struct fil_waiting *waiting, const struct user *user, size_t module)
{
	for (size_t i = 0, at = 0; i < user->n_assigned && at <= module; i++) {
		uint32_t word = user->assigned[i];
		size_t step = word >> DAY_BITS;

		at += step;
		if (at == module && step < LONGEST_STEP)
			return earlier(waiting->as_of,
			    day_of_word(word & ((1U << DAY_BITS) - 1)) - 1 - FIL_EFFECT_DAYS);
	}
	return waiting->as_of;
}

/* Begins a walk through the levels of a user over the days of completion. */
static struct walk
begin_walk(const struct fil_waiting *waiting, const struct user *user, size_t module,
    size_t dimension, const struct means *means)
{
	size_t i = 0, end = user->n_levels;
	struct walk walk = { .day = means->first, .until = waiting->as_of };

	while (i < end && user->levels[i] != (DIMENSION | (uint32_t)dimension))
		i++;
	if (i < end)
		walk.levels = user->levels + ++i;
	while (i + walk.n < end && (user->levels[i + walk.n] & DIMENSION) == 0)
		walk.n++;
	walk.last =
	    earlier(means->first + (fil_day)means->days - 1, last_day(waiting, user, module));
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

/* Steps to the next span, and sets the places of its first day and of the day after it. Returns false at
 * the end. */
static bool
next_waited(struct walk *walk, const struct means *means, struct span *span, size_t places[2])
{
	if (!next_span(walk, span))
		return false;
	places[0] = place_of(means, span->level, span->from);
	places[1] = place_of(means, span->level, span->to);
	return true;
}

/* What is done with a user, a module and a dimension in which it has gains. */
typedef void take_dimension(struct comparison *comparison, const struct user *user,
    const struct compared *module, size_t dimension);

static void
take_dimensions(struct comparison *comparison, const struct user *user, take_dimension *take)
{
	for (size_t m = 0; m < comparison->n; m++)
		for (size_t d = 0; d < comparison->modules[m].n; d++)
			if (comparison->modules[m].of[d].days > 0)
				take(comparison, user, &comparison->modules[m], d);
}

/* Does it with each user. */
static void
take_users(struct comparison *comparison, take_dimension *take)
{
	struct fil_tape_reader *reader =
	    fil_tape_reader_new(comparison->waiting->tapes, comparison->chosen);
	struct user user;

	while (next_user(reader, &user))
		take_dimensions(comparison, &user, take);
	fil_tape_reader_free(reader);
}

/* Counts a user who waited, and the changes. */
static void
count_waiting(struct comparison *comparison, const struct user *user, const struct compared *module,
    size_t dimension)
{
	struct means *means = &module->of[dimension];
	struct walk walk = begin_walk(comparison->waiting, user, module->module, dimension, means);
	struct span span;
	size_t places[2];

	while (next_waited(&walk, means, &span, places)) {
		means->users[places[0]]++;
		means->users[places[1]]--;
		means->changes[places[0]] += span.change;
		means->changes[places[1]] -= span.change;
	}
}

/* Compares the gains of a user with the means of those who waited. The sums of weights are kept one place
 * later, so that they are those before each place. */
static void
compare_gains(struct comparison *comparison, const struct user *user, const struct compared *module,
    size_t dimension)
{
	struct means *means = &module->of[dimension];
	struct fil_waiting_gain gain;
	size_t i = 0;

	while (next_gain(user, module->module, dimension, &i, &gain)) {
		size_t place = place_of(means, (size_t)gain.level, gain.completed);
		double users = means->users[place], mean = means->changes[place] / users;

		if (users == 0)
			continue;
		comparison->waited.gains++;
		comparison->waiting_sum += mean;
		comparison->difference += gain.change - mean;
		means->weights[place + 1] += 1 / users;
		means->weighted[place + 1] += mean / users;
	}
}

/* The part of a user in a comparison. */
struct part {
	double difference;
	size_t gains;
	bool waited; /* for a gain */
};

/* Adds the part of the gains of a user. */
static void
add_gains(
    const struct user *user, const struct compared *module, size_t dimension, struct part *part)
{
	const struct means *means = &module->of[dimension];
	struct fil_waiting_gain gain;
	size_t i = 0;

	while (next_gain(user, module->module, dimension, &i, &gain)) {
		size_t place = place_of(means, (size_t)gain.level, gain.completed);

		if (means->users[place] == 0)
			continue;
		part->difference += gain.change - means->changes[place] / means->users[place];
		part->gains++;
	}
}

/* Adds the part of a user who waited, who moves the means by the distance of the user's change from
 * them. */
static void
add_waiting(const struct fil_waiting *waiting, const struct user *user,
    const struct compared *module, size_t dimension, struct part *part)
{
	const struct means *means = &module->of[dimension];
	struct walk walk = begin_walk(waiting, user, module->module, dimension, means);
	struct span span;
	size_t places[2];

	while (next_waited(&walk, means, &span, places)) {
		double weight = means->weights[places[1]] - means->weights[places[0]];

		part->difference -= span.change * weight -
		    (means->weighted[places[1]] - means->weighted[places[0]]);
		part->waited |= weight > 0;
	}
}

/* Adds the part of a user to the resamples. The first parts are kept, until it is known that there are more
 * than are drawn one by one. */
static void
add_part(struct comparison *comparison, const struct part *part)
{
	double *sums = comparison->parts[comparison->n_parts];

	sums[0] = part->difference;
	sums[1] = (double)part->gains;
	comparison->n_parts += comparison->n_parts < FIL_BOOTSTRAP_MOST;
	if (comparison->resamples) {
		fil_bootstrap_add(comparison->resamples, sums, 1);
	} else if (sums == comparison->parts[FIL_BOOTSTRAP_MOST]) {
		comparison->resamples = fil_bootstrap_new(2, (size_t)FIL_BOOTSTRAP_MOST + 1);
		for (size_t i = 0; i <= FIL_BOOTSTRAP_MOST; i++)
			fil_bootstrap_add(comparison->resamples, comparison->parts[i], 1);
	}
}

/* Adds the parts of all users. */
static void
add_parts(struct comparison *comparison)
{
	struct fil_tape_reader *reader =
	    fil_tape_reader_new(comparison->waiting->tapes, comparison->chosen);
	struct user user;

	while (next_user(reader, &user)) {
		struct part part = { 0 };

		for (size_t m = 0; m < comparison->n; m++) {
			const struct compared *module = &comparison->modules[m];

			for (size_t d = 0; d < module->n; d++) {
				if (module->of[d].days == 0)
					continue;
				add_gains(&user, module, d, &part);
				add_waiting(comparison->waiting, &user, module, d, &part);
			}
		}
		comparison->waited.users += part.gains > 0;
		comparison->waited.waiters += part.waited;
		if (part.gains > 0 || part.difference != 0)
			add_part(comparison, &part);
	}
	fil_tape_reader_free(reader);
}

/* Returns the mean difference of resampled users. */
static double
difference_of(const double *sums)
{
	return sums[1] > 0 ? sums[0] / sums[1] : NAN;
}

/* Sets the limits of the difference. */
static void
resample(struct comparison *comparison)
{
	if (!comparison->resamples) {
		comparison->resamples = fil_bootstrap_new(2, comparison->n_parts);
		for (size_t i = 0; i < comparison->n_parts; i++)
			fil_bootstrap_add(comparison->resamples, comparison->parts[i], 1);
	}
	comparison->waited.limits = fil_bootstrap_interval(comparison->resamples, difference_of);
	fil_bootstrap_free(comparison->resamples);
}

/* Makes room for the means of a dimension. */
static void
begin_means(struct means *means, const struct range *range)
{
	size_t n;

	if (range->first > range->last)
		return;
	means->first = range->first;
	means->days = (size_t)(range->last - range->first) + 1;
	n = (means->days + 1) * FIL_LEVELS + 1;
	means->users = fil_alloc(n, sizeof *means->users);
	means->changes = fil_alloc(n, sizeof *means->changes);
	means->weights = fil_alloc(n, sizeof *means->weights);
	means->weighted = fil_alloc(n, sizeof *means->weighted);
}

/* Adds a module to a comparison. */
static void
add_module(struct comparison *comparison, size_t module)
{
	const struct fil_waiting *waiting = comparison->waiting;
	struct compared *compared = &comparison->modules[comparison->n];

	if (module >= waiting->n_modules || waiting->ranges[module].n == 0)
		return;
	compared->module = module;
	compared->n = waiting->ranges[module].n;
	compared->of = fil_alloc(compared->n, sizeof *compared->of);
	for (size_t d = 0; d < compared->n; d++)
		begin_means(&compared->of[d], &waiting->ranges[module].of[d]);
	comparison->n++;
}

/* Sums up the users who waited in all dimensions, or the weights. */
static void
add_all_up(struct comparison *comparison, bool weights)
{
	for (size_t m = 0; m < comparison->n; m++)
		for (size_t d = 0; d < comparison->modules[m].n; d++) {
			struct means *means = &comparison->modules[m].of[d];

			if (means->days == 0)
				continue;
			add_up(means, weights ? means->weights : means->users);
			add_up(means, weights ? means->weighted : means->changes);
		}
}

static void
release(struct comparison *comparison)
{
	for (size_t m = 0; m < comparison->n; m++) {
		for (size_t d = 0; d < comparison->modules[m].n; d++) {
			struct means *means = &comparison->modules[m].of[d];

			free(means->users);
			free(means->changes);
			free(means->weights);
			free(means->weighted);
		}
		free(comparison->modules[m].of);
	}
	free(comparison->modules);
	free(comparison->parts);
}

/* Compares the gains after the modules of a comparison, and releases it. */
static struct fil_waited
compare(struct comparison *comparison)
{
	struct fil_waited *waited = &comparison->waited;

	comparison->parts = fil_alloc((size_t)FIL_BOOTSTRAP_MOST + 1, sizeof *comparison->parts);
	take_users(comparison, count_waiting);
	add_all_up(comparison, false);
	take_users(comparison, compare_gains);
	add_all_up(comparison, true);
	waited->waiting = waited->difference = NAN;
	if (waited->gains > 0) {
		waited->waiting = comparison->waiting_sum / (double)waited->gains;
		waited->difference = comparison->difference / (double)waited->gains;
	}
	add_parts(comparison);
	resample(comparison);
	release(comparison);
	return *waited;
}

struct fil_waited
fil_waiting_compare(struct fil_waiting *waiting, size_t module, const size_t *into, size_t row)
{
	struct comparison comparison = { .waiting = waiting };
	bool *chosen;
	struct fil_waited waited;

	end_user(waiting);
	chosen = fil_alloc(fil_tapes_count(waiting->tapes), sizeof *chosen);
	for (size_t g = 0; g < fil_tapes_count(waiting->tapes); g++)
		chosen[g] = into[g] == row;
	comparison.chosen = chosen;
	comparison.modules = fil_alloc(1, sizeof *comparison.modules);
	add_module(&comparison, module);
	waited = compare(&comparison);
	free(chosen);
	return waited;
}

struct fil_waited
fil_waiting_total(struct fil_waiting *waiting, size_t n, const bool *marked)
{
	struct comparison comparison = { .waiting = waiting };
	bool *chosen;
	struct fil_waited waited;

	end_user(waiting);
	chosen = fil_alloc(fil_tapes_count(waiting->tapes), sizeof *chosen);
	memset(chosen, true, fil_tapes_count(waiting->tapes));
	comparison.chosen = chosen;
	comparison.modules = fil_alloc(n, sizeof *comparison.modules);
	for (size_t module = 0; module < n; module++)
		if (marked[module])
			add_module(&comparison, module);
	waited = compare(&comparison);
	free(chosen);
	return waited;
}

int
fil_waiting_check(const struct fil_waiting *waiting, struct fil_fault *fault)
{
	return fil_tapes_check(waiting->tapes, fault);
}

void
fil_waiting_free(struct fil_waiting *waiting)
{
	if (!waiting)
		return;
	fil_tapes_free(waiting->tapes);
	free(waiting->levels.list);
	free(waiting->assigned.list);
	free(waiting->gains.list);
	free(waiting->record.list);
	for (size_t module = 0; module < waiting->n_modules; module++)
		free(waiting->ranges[module].of);
	free(waiting->ranges);
	free(waiting);
}
