/* SPDX-License-Identifier: ISC */
#include "lib/stats/median.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"

enum { FIRST_ROOM = 4096, RECENT = 4096 };

struct value_count {
	int64_t value;
	uint32_t group, count;
};

/* The distinct values with their counts. Most values repeat and are found through the cache
 * `recent`. Other values are appended. Equal ones among these are merged before more memory is
 * taken. */
struct fil_median {
	struct value_count *counts;
	size_t n, room;
	bool settled; /* sorted, each value of a group once */
	uint32_t recent[RECENT]; /* index of a count, plus one */
};

struct fil_median *
fil_median_new(void)
{
	return fil_alloc(1, sizeof(struct fil_median));
}

static int
compare(const void *left, const void *right)
{
	const struct value_count *a = left, *b = right;

	if (a->group != b->group)
		return a->group < b->group ? -1 : 1;
	return (a->value > b->value) - (a->value < b->value);
}

static void
settle(struct fil_median *medians)
{
	size_t kept = 0;

	if (medians->settled || medians->n == 0)
		return;
	qsort(medians->counts, medians->n, sizeof *medians->counts, compare);
	for (size_t i = 1; i < medians->n; i++) {
		struct value_count *last = &medians->counts[kept];

		/* A count that would overflow stays separate. */
		if (compare(last, &medians->counts[i]) == 0 &&
		    last->count <= UINT32_MAX - medians->counts[i].count)
			last->count += medians->counts[i].count;
		else
			medians->counts[++kept] = medians->counts[i];
	}
	medians->n = kept + 1;
	medians->settled = true;
	memset(medians->recent, 0, sizeof medians->recent);
}

static void
make_room(struct fil_median *medians)
{
	settle(medians);
	if (medians->room > 0 && medians->n <= medians->room / 2)
		return;
	medians->room = medians->room == 0 ? FIRST_ROOM : 2 * medians->room;
	medians->counts = fil_resize(medians->counts, medians->room, sizeof *medians->counts);
}

/* Returns the place of a value in `recent`: the high bits of a product with 2^64 / golden ratio
 * (Knuth, "The Art of Computer Programming", 3, 6.4). */
static size_t
place_of(uint32_t group, int64_t value)
{
	uint64_t mixed = ((uint64_t)value + ((uint64_t)group << 40)) * 0x9e3779b97f4a7c15U;

	return mixed >> 52;
}

void
fil_median_add(struct fil_median *medians, uint32_t group, int64_t value)
{
	uint32_t *recent = &medians->recent[place_of(group, value)];

	if (*recent > 0) {
		struct value_count *entry = &medians->counts[*recent - 1];

		if (entry->value == value && entry->group == group && entry->count < UINT32_MAX) {
			entry->count++;
			return;
		}
	}
	if (medians->n == medians->room)
		make_room(medians);
	medians->counts[medians->n++] = (struct value_count){ value, group, 1 };
	medians->settled = false;
	*recent = (uint32_t)medians->n;
}

void
fil_median_count(struct fil_median *medians, uint32_t group, int64_t value, size_t n)
{
	for (size_t i = 0; i < n; i++)
		fil_median_add(medians, group, value);
}

/* Returns the index of the first count of a group, or of a later group. */
static size_t
first_of(const struct fil_median *medians, uint32_t group)
{
	size_t low = 0, high = medians->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (medians->counts[middle].group < group)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void
fil_median_add_group(struct fil_median *medians, uint32_t into, uint32_t from)
{
	size_t first, n = 0;

	settle(medians);
	first = first_of(medians, from);
	while (first + n < medians->n && medians->counts[first + n].group == from)
		n++;
	if (n == 0)
		return;
	medians->room = medians->n + n;
	medians->counts = fil_resize(medians->counts, medians->room, sizeof *medians->counts);
	for (size_t i = 0; i < n; i++) {
		medians->counts[medians->n] = medians->counts[first + i];
		medians->counts[medians->n++].group = into;
	}
	medians->settled = false;
}

void
fil_median_regroup(struct fil_median *medians, const size_t *into)
{
	for (size_t i = 0; i < medians->n; i++)
		medians->counts[i].group = (uint32_t)into[medians->counts[i].group];
	medians->settled = false;
	memset(medians->recent, 0, sizeof medians->recent);
}

/* Returns the value with that rank, from 0, in the group whose counts begin at i. */
static int64_t
value_at(const struct fil_median *medians, size_t i, uint64_t rank)
{
	while (rank >= medians->counts[i].count)
		rank -= medians->counts[i++].count;
	return medians->counts[i].value;
}

bool
fil_median_value(struct fil_median *medians, uint32_t group, int64_t *twice)
{
	uint64_t total = 0;
	size_t first;

	settle(medians);
	first = first_of(medians, group);
	for (size_t i = first; i < medians->n && medians->counts[i].group == group; i++)
		total += medians->counts[i].count;
	if (total == 0)
		return false;
	*twice = value_at(medians, first, (total - 1) / 2) + value_at(medians, first, total / 2);
	return true;
}

/* Moves the value of that rank, from 0, to its place; none before it is larger, none after it is
 * smaller. */
static void
find_rank(int64_t *values, size_t n, size_t rank)
{
	size_t first = 0, last = n - 1;

	while (first < last) {
		int64_t middle = values[first + (last - first) / 2], held;
		size_t i = first, j = last;

		for (;;) {
			while (values[i] < middle)
				i++;
			while (values[j] > middle)
				j--;
			if (i >= j)
				break;
			held = values[i];
			values[i++] = values[j];
			values[j--] = held;
		}
		if (rank <= j)
			last = j;
		else
			first = j + 1;
	}
}

int64_t
fil_median_twice(int64_t *values, size_t n)
{
	size_t rank = n / 2;
	int64_t below;

	find_rank(values, n, rank);
	if (n % 2 == 1)
		return 2 * values[rank];
	below = values[0];
	for (size_t i = 1; i < rank; i++)
		below = values[i] > below ? values[i] : below;
	return below + values[rank];
}

void
fil_median_free(struct fil_median *medians)
{
	if (!medians)
		return;
	free(medians->counts);
	free(medians);
}
