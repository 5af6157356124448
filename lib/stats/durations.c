/* SPDX-License-Identifier: ISC */
#include "lib/stats/durations.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/fault.h"
#include "lib/base/memory.h"

/* A block of this size is sorted within a processor's cache. */
enum { FIRST_CAPACITY = 32768 };

enum { DIGITS = 4, VALUES = 256 };

struct fil_durations {
	struct fil_day_count *counts;
	size_t n, capacity;
	bool settled; /* by group, then by day; each pair of them once */
};

enum field { DAY, GROUP };

struct fil_durations *
fil_durations_new(void)
{
	struct fil_durations *durations = fil_alloc(1, sizeof *durations);

	durations->settled = true;
	return durations;
}

static inline unsigned
digit(const struct fil_day_count *count, enum field field, unsigned d)
{
	return ((field == DAY ? count->day : count->group) >> (8 * d)) & (VALUES - 1);
}

/* Distributes the counts by one digit, keeping the order of equal digits. */
static void
scatter(const struct fil_day_count *from, struct fil_day_count *to, size_t n, enum field field,
    unsigned d, const size_t seen[static VALUES])
{
	size_t place[VALUES], sum = 0;

	for (size_t v = 0; v < VALUES; v++) {
		place[v] = sum;
		sum += seen[v];
	}
	for (size_t i = 0; i < n; i++)
		to[place[digit(&from[i], field, d)]++] = from[i];
}

/* Sorts stably by a field. Radix sort from the lowest digit; a digit equal in all counts costs
 * nothing. The result is in *counts. Both blocks have room for n, and may be swapped. */
static void
sort_by(struct fil_day_count **counts, struct fil_day_count **other, size_t n, enum field field)
{
	size_t seen[DIGITS][VALUES] = { { 0 } };

	for (size_t i = 0; i < n; i++)
		for (unsigned d = 0; d < DIGITS; d++)
			seen[d][digit(&(*counts)[i], field, d)]++;
	for (unsigned d = 0; d < DIGITS && n > 0; d++) {
		struct fil_day_count *sorted = *other;
		if (seen[d][digit(&(*counts)[0], field, d)] == n)
			continue;
		scatter(*counts, sorted, n, field, d, seen[d]);
		*other = *counts;
		*counts = sorted;
	}
}

/* Merges neighbours of the same group and day into one count. Returns the number of counts left. */
static size_t
merge_equal(struct fil_day_count *counts, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		struct fil_day_count *last = counts + kept - (kept > 0);
		if (kept > 0 && last->group == counts[i].group && last->day == counts[i].day) {
			last->reached += counts[i].reached;
			last->censored += counts[i].censored;
		} else {
			counts[kept++] = counts[i];
		}
	}
	return kept;
}

static void
settle(struct fil_durations *durations)
{
	struct fil_day_count *other;

	if (durations->settled)
		return;
	other = fil_resize(NULL, durations->capacity, sizeof *other);
	sort_by(&durations->counts, &other, durations->n, DAY);
	sort_by(&durations->counts, &other, durations->n, GROUP);
	durations->n = merge_equal(durations->counts, durations->n);
	durations->settled = true;
	free(other);
}

/* Merging is tried before more memory is taken. It must leave half of the room free, so that each
 * user is sorted about two times. */
static void
make_room(struct fil_durations *durations)
{
	settle(durations);
	if (durations->n <= durations->capacity / 2 && durations->capacity > 0)
		return;
	durations->capacity = durations->capacity == 0 ? FIRST_CAPACITY : durations->capacity * 2;
	durations->counts =
	    fil_resize(durations->counts, durations->capacity, sizeof *durations->counts);
}

void
fil_durations_add(
    struct fil_durations *durations, size_t group, int days, enum fil_follow_up outcome)
{
	if (days < 1 || group >= UINT32_MAX)
		fil_bug("a duration of %d days in group %zu", days, group);
	if (durations->n == durations->capacity)
		make_room(durations);
	durations->counts[durations->n++] = (struct fil_day_count){
		.group = (uint32_t)group,
		.day = (uint32_t)days,
		.reached = outcome == FIL_REACHED,
		.censored = outcome == FIL_CENSORED,
	};
	durations->settled = false;
}

size_t
fil_durations_groups(const struct fil_durations *durations)
{
	size_t groups = 0;

	for (size_t i = 0; i < durations->n; i++)
		if (durations->counts[i].group >= groups)
			groups = (size_t)durations->counts[i].group + 1;
	return groups;
}

void
fil_durations_regroup(struct fil_durations *durations, const size_t *into)
{
	for (size_t i = 0; i < durations->n; i++) {
		size_t group = into[durations->counts[i].group];
		if (group >= UINT32_MAX)
			fil_bug("durations moved to group %zu", group);
		durations->counts[i].group = (uint32_t)group;
	}
	durations->settled = durations->n == 0;
}

/* Returns the index of the first count of the group, or of a later group. */
static size_t
find_group(const struct fil_durations *durations, size_t group)
{
	size_t low = 0, high = durations->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (durations->counts[middle].group < group)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct fil_day_count *
fil_durations_of(struct fil_durations *durations, size_t group, size_t *n)
{
	size_t first;

	settle(durations);
	first = find_group(durations, group);
	*n = find_group(durations, group + 1) - first;
	return *n == 0 ? NULL : durations->counts + first;
}

struct fil_day_count *
fil_durations_by_day(struct fil_durations *durations, size_t *n)
{
	struct fil_day_count *counts, *other;

	settle(durations);
	*n = durations->n;
	counts = fil_resize(NULL, *n, sizeof *counts);
	other = fil_resize(NULL, *n, sizeof *other);
	if (*n > 0)
		memcpy(counts, durations->counts, *n * sizeof *counts);
	sort_by(&counts, &other, *n, DAY);
	free(other);
	return counts;
}

void
fil_durations_free(struct fil_durations *durations)
{
	if (!durations)
		return;
	free(durations->counts);
	free(durations);
}
