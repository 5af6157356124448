/* SPDX-License-Identifier: ISC */
#include "lib/stats/median.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"

enum { FIRST_ROOM = 4096, RECENT = 4096 };

struct tally {
	int64_t value;
	uint32_t group, count;
};

/* Values repeat, so that most are found through `recent`, which remembers where some were put. The
 * others are put behind the rest; equal ones among these are merged before more room is taken. */
struct fil_median {
	struct tally *tallies;
	size_t n, room;
	bool settled; /* in order, each value of a group once */
	uint32_t recent[RECENT]; /* number of a tally, plus one */
};

struct fil_median *
fil_median_new(void)
{
	return fil_alloc(1, sizeof(struct fil_median));
}

static int
compare(const void *left, const void *right)
{
	const struct tally *a = left, *b = right;

	if (a->group != b->group)
		return a->group < b->group ? -1 : 1;
	return (a->value > b->value) - (a->value < b->value);
}

static void
settle(struct fil_median *spread)
{
	size_t kept = 0;

	if (spread->settled || spread->n == 0)
		return;
	qsort(spread->tallies, spread->n, sizeof *spread->tallies, compare);
	for (size_t i = 1; i < spread->n; i++) {
		struct tally *last = &spread->tallies[kept];

		/* A count that would not fit stays a tally of its own. */
		if (compare(last, &spread->tallies[i]) == 0 &&
		    last->count <= UINT32_MAX - spread->tallies[i].count)
			last->count += spread->tallies[i].count;
		else
			spread->tallies[++kept] = spread->tallies[i];
	}
	spread->n = kept + 1;
	spread->settled = true;
	memset(spread->recent, 0, sizeof spread->recent);
}

static void
make_room(struct fil_median *spread)
{
	settle(spread);
	if (spread->room > 0 && spread->n <= spread->room / 2)
		return;
	spread->room = spread->room == 0 ? FIRST_ROOM : 2 * spread->room;
	spread->tallies = fil_resize(spread->tallies, spread->room, sizeof *spread->tallies);
}

/* Returns the place in `recent` of a value: the high bits of a product with 2^64 / golden ratio
 * (Knuth, "The Art of Computer Programming", 3, 6.4). */
static size_t
place_of(uint32_t group, int64_t value)
{
	uint64_t mixed = ((uint64_t)value + ((uint64_t)group << 40)) * 0x9e3779b97f4a7c15U;

	return mixed >> 52;
}

void
fil_median_add(struct fil_median *spread, uint32_t group, int64_t value)
{
	uint32_t *recent = &spread->recent[place_of(group, value)];

	if (*recent > 0) {
		struct tally *tally = &spread->tallies[*recent - 1];

		if (tally->value == value && tally->group == group && tally->count < UINT32_MAX) {
			tally->count++;
			return;
		}
	}
	if (spread->n == spread->room)
		make_room(spread);
	spread->tallies[spread->n++] = (struct tally){ value, group, 1 };
	spread->settled = false;
	*recent = (uint32_t)spread->n;
}

/* Returns the number of the first tally of a group or a later one. */
static size_t
first_of(const struct fil_median *spread, uint32_t group)
{
	size_t low = 0, high = spread->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (spread->tallies[middle].group < group)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Returns the value of that rank, from 0, in the group whose tallies begin at i. */
static int64_t
value_at(const struct fil_median *spread, size_t i, uint64_t rank)
{
	while (rank >= spread->tallies[i].count)
		rank -= spread->tallies[i++].count;
	return spread->tallies[i].value;
}

bool
fil_median_value(struct fil_median *spread, uint32_t group, int64_t *twice)
{
	uint64_t total = 0;
	size_t first;

	settle(spread);
	first = first_of(spread, group);
	for (size_t i = first; i < spread->n && spread->tallies[i].group == group; i++)
		total += spread->tallies[i].count;
	if (total == 0)
		return false;
	*twice = value_at(spread, first, (total - 1) / 2) + value_at(spread, first, total / 2);
	return true;
}

void
fil_median_free(struct fil_median *spread)
{
	if (!spread)
		return;
	free(spread->tallies);
	free(spread);
}
