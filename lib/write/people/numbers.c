/* SPDX-License-Identifier: ISC */
#include "lib/write/people/numbers.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"

/* Steps from user to manager after which no circle is looked for. */
enum { STEPS_MOST = 64 };

/* Bits of a set. */
enum { BITS = 1 << 22 };

/* Returns the last bytes of a text of n < 8, or all 8 before its end, as a number. */
static inline uint64_t
last_word(const char *text, size_t n)
{
	uint64_t word = 0;
	uint32_t first, last;

	if (n >= sizeof word) {
		memcpy(&word, text + n - sizeof word, sizeof word);
		return word;
	}
	if (n >= sizeof first) {
		memcpy(&first, text, sizeof first);
		memcpy(&last, text + n - sizeof last, sizeof last);
		return (uint64_t)first << 32 | last;
	}
	for (size_t i = 0; i < n; i++)
		word = word << 8 | (unsigned char)text[i];
	return word;
}

static inline uint64_t
mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * UINT64_C(0xd6e8feb86659fd93);
	return hash ^ hash >> 32;
}

uint64_t
fil_numbers_hash(const char *text, size_t n, bool any_case)
{
	const uint64_t small = any_case ? UINT64_C(0x2020202020202020) : 0;
	uint64_t hash = n * UINT64_C(0x9e3779b97f4a7c15), word;
	size_t i = 0;

	for (; i + sizeof word < n; i += sizeof word) {
		memcpy(&word, text + i, sizeof word);
		hash = mix(hash, word | small);
	}
	hash = mix(hash, last_word(text, n) | small);
	return hash ? hash : 1;
}

int
fil_numbers_compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

void
fil_numbers_add(struct fil_numbers *numbers, uint64_t number)
{
	numbers->list = fil_resize(numbers->list, numbers->n + 1, sizeof *numbers->list);
	numbers->list[numbers->n++] = number;
}

void
fil_numbers_sort(struct fil_numbers *numbers)
{
	if (numbers->n > 0)
		qsort(numbers->list, numbers->n, sizeof *numbers->list, fil_numbers_compare);
}

void
fil_numbers_repeated(struct fil_numbers *numbers)
{
	size_t kept = 0;

	for (size_t i = 1; i < numbers->n; i++)
		if (numbers->list[i] == numbers->list[i - 1] &&
		    (kept == 0 || numbers->list[kept - 1] != numbers->list[i]))
			numbers->list[kept++] = numbers->list[i];
	numbers->n = kept;
}

bool
fil_bits_set(uint64_t *bits, uint64_t number)
{
	uint64_t *word = &bits[number % BITS / 64], bit = UINT64_C(1) << number % 64;
	bool was = *word & bit;

	*word |= bit;
	return was;
}

bool
fil_bits_has(const uint64_t *bits, uint64_t number)
{
	return bits[number % BITS / 64] >> number % 64 & 1;
}

bool
fil_numbers_has(const struct fil_numbers *numbers, uint64_t number)
{
	return number && numbers->n > 0 &&
	    bsearch(&number, numbers->list, numbers->n, sizeof number, fil_numbers_compare);
}

uint64_t *
fil_bits_new(void)
{
	return fil_alloc(BITS / 64, sizeof(uint64_t));
}

bool
fil_edges_manages(const struct fil_edges *edges, uint64_t key)
{
	return edges->managers && fil_bits_has(edges->managers, key);
}

void
fil_edges_add(struct fil_edges *edges, uint64_t key, uint64_t manager)
{
	if (edges->n == edges->room) {
		edges->room += edges->room / 2 + 512;
		edges->list = fil_resize(edges->list, edges->room, sizeof *edges->list);
	}
	if (!edges->managers)
		edges->managers = fil_bits_new();
	fil_bits_set(edges->managers, manager);
	edges->list[edges->n++] = (struct fil_edge){ key, manager };
}

static int
compare_edges(const void *a, const void *b)
{
	return fil_numbers_compare(
	    &((const struct fil_edge *)a)->key, &((const struct fil_edge *)b)->key);
}

/* Returns the hash of a user's manager, or 0. The edges are sorted. */
static uint64_t
manager_of(const struct fil_edges *edges, uint64_t key)
{
	const struct fil_edge wanted = { key, 0 };
	const struct fil_edge *edge = edges->n > 0
	    ? bsearch(&wanted, edges->list, edges->n, sizeof wanted, compare_edges)
	    : NULL;

	return edge ? edge->manager : 0;
}

void
fil_edges_circle(const struct fil_edges *edges, uint64_t start, struct fil_numbers *members)
{
	uint64_t at = start;
	size_t steps = 0;

	do
		at = manager_of(edges, at);
	while (at && at != start && ++steps < STEPS_MOST);
	if (at != start)
		return;
	do {
		fil_numbers_add(members, at);
		at = manager_of(edges, at);
	} while (at != start);
}

void
fil_edges_settle(struct fil_edges *edges)
{
	size_t kept = 0;

	for (size_t i = 0; i < edges->n; i++)
		if (fil_edges_manages(edges, edges->list[i].key))
			edges->list[kept++] = edges->list[i];
	edges->n = kept;
	if (kept > 0)
		qsort(edges->list, kept, sizeof *edges->list, compare_edges);
}

void
fil_edges_release(struct fil_edges *edges)
{
	free(edges->list);
	free(edges->managers);
}
