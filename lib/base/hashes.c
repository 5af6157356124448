/* SPDX-License-Identifier: ISC */
#include "lib/base/hashes.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"

enum { SEGMENTS = 256 };		/* one for each value of the hash's first byte */

/* The segments lie one behind the other, `capacity` slots each; a slot whose first word is 0 is
 * free. */
struct fil_hashes {
	size_t words;			/* of a slot */
	size_t capacity;
	uint64_t *slots;
	size_t count, used[SEGMENTS];
};

/* Returns how many slots a segment has for so many entries in all: none of them may be fuller than
 * fil_hashes_add lets it be, and chance fills some more than others. */
static size_t
capacity_for(size_t expected)
{
	size_t each = expected / SEGMENTS + 1;

	return each / 4 * 5 + each / 64 + 8;
}

struct fil_hashes *
fil_hashes_new(size_t words, size_t expected)
{
	struct fil_hashes *hashes = fil_alloc(1, sizeof(*hashes));

	hashes->words = words;
	hashes->capacity = capacity_for(expected);
	hashes->slots = fil_alloc(SEGMENTS * hashes->capacity, words * sizeof(uint64_t));
	return hashes;
}

/* 0 marks a free slot, so the one hash that is 0 takes the place of its neighbour. */
static uint64_t
not_zero(uint64_t hash)
{
	return hash == 0 ? 1 : hash;
}

/* Returns the number of the slot in its segment that a hash would have alone. Its first byte names
 * the segment, the next four its share of it, whose capacity need not be a power of two then. */
static size_t
place_of(const struct fil_hashes *hashes, uint64_t hash)
{
	return (size_t)(((hash << 8 >> 32) * hashes->capacity) >> 32);
}

static uint64_t *
segment_of(const struct fil_hashes *hashes, uint64_t hash)
{
	return hashes->slots + (hash >> 56) * hashes->capacity * hashes->words;
}

/* Returns the slot of a hash or the free one where it belongs. */
static uint64_t *
slot_of(const struct fil_hashes *hashes, uint64_t hash)
{
	uint64_t *segment = segment_of(hashes, hash);
	size_t i = place_of(hashes, hash);

	for (;;) {
		uint64_t *slot = segment + i * hashes->words;
		if (*slot == hash || *slot == 0)
			return slot;
		i = i + 1 == hashes->capacity ? 0 : i + 1;
	}
}

/* Grows in place, so that old and new room never stand side by side. The last segment goes first,
 * since each moves up, over what its followers have left; aside holds the one that moves. */
static void
grow_to(struct fil_hashes *hashes, size_t new)
{
	size_t words = hashes->words, size = words * sizeof(uint64_t), old = hashes->capacity;
	uint64_t *aside = fil_alloc(old, size);

	hashes->slots = fil_resize(hashes->slots, SEGMENTS * new, size);
	hashes->capacity = new;
	for (size_t s = SEGMENTS; s-- > 0;) {
		memcpy(aside, hashes->slots + s * old * words, old * size);
		memset(hashes->slots + s * new * words, 0, new * size);
		for (size_t i = 0; i < old; i++)
			if (aside[i * words] != 0)
				memcpy(slot_of(hashes, aside[i * words]), aside + i * words, size);
	}
	free(aside);
}

/* Grows by an eighth: an entry moves nine times in all, and never are more than three tenths of the
 * room free. */
static void
grow(struct fil_hashes *hashes)
{
	grow_to(hashes, hashes->capacity + hashes->capacity / 8 + 8);
}

void
fil_hashes_reserve(struct fil_hashes *hashes, size_t expected)
{
	size_t wanted = capacity_for(expected);

	if (wanted > hashes->capacity)
		grow_to(hashes, wanted);
}

void
fil_hashes_seek(const struct fil_hashes *hashes, uint64_t hash)
{
	__builtin_prefetch(segment_of(hashes, hash) + place_of(hashes, hash) * hashes->words);
}

uint64_t *
fil_hashes_find(const struct fil_hashes *hashes, uint64_t hash)
{
	uint64_t *slot = slot_of(hashes, not_zero(hash));

	return *slot == 0 ? NULL : slot;
}

/* Four fifths of all slots are used at most, and nine tenths of any segment's, which in small
 * ones chance may fill. */
uint64_t *
fil_hashes_add(struct fil_hashes *hashes, uint64_t hash, bool *fresh)
{
	size_t *used = &hashes->used[hash >> 56];
	uint64_t *slot = slot_of(hashes, not_zero(hash));

	*fresh = *slot == 0;
	if (!*fresh)
		return slot;
	while ((hashes->count + 1) * 5 > SEGMENTS * hashes->capacity * 4 ||
	    (*used + 1) * 10 > hashes->capacity * 9) {
		grow(hashes);
		slot = slot_of(hashes, not_zero(hash));
	}
	*slot = not_zero(hash);
	hashes->count++;
	++*used;
	return slot;
}

void
fil_hashes_each(const struct fil_hashes *hashes,
    void (*visit)(void *context, const uint64_t *words), void *context)
{
	const uint64_t *end = hashes->slots + SEGMENTS * hashes->capacity * hashes->words;

	for (const uint64_t *slot = hashes->slots; slot < end; slot += hashes->words)
		if (*slot != 0)
			visit(context, slot);
}

size_t
fil_hashes_count(const struct fil_hashes *hashes)
{
	return hashes->count;
}

size_t
fil_hashes_bytes(const struct fil_hashes *hashes)
{
	return SEGMENTS * hashes->capacity * hashes->words * sizeof(uint64_t);
}

void
fil_hashes_free(struct fil_hashes *hashes)
{
	if (hashes == NULL)
		return;
	free(hashes->slots);
	free(hashes);
}
