/* SPDX-License-Identifier: ISC */
#include "lib/base/hash.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/fault.h"
#include "lib/base/memory.h"

enum { SEGMENTS = 256 }; /* one for each value of the hash's first byte */

/* The segments lie one behind the other, `capacity` slots each; a slot whose first word is 0 is
 * free. */
struct fil_hashes {
	size_t words; /* of a slot */
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
	struct fil_hashes *hashes = fil_alloc(1, sizeof *hashes);

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
		memset(hashes->slots + s * new *words, 0, new *size);
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
	if (!hashes)
		return;
	free(hashes->slots);
	free(hashes);
}

enum { FEWEST_SLOTS = 64, WAITING = 16 };

/* number holds the number plus one, so that zeroed memory is an empty slot. */
struct slot {
	uint64_t hash;
	uint32_t number;
};

struct fil_index {
	unsigned char secret[crypto_shorthash_KEYBYTES];
	struct slot *slots;
	size_t mask, n;
	struct slot waiting[WAITING]; /* a ring of those to be added; number is the number itself */
	size_t n_waited; /* how many ever were */
};

struct fil_index *
fil_index_new(void)
{
	struct fil_index *index = fil_alloc(1, sizeof *index);

	crypto_shorthash_keygen(index->secret);
	index->slots = fil_alloc(FEWEST_SLOTS, sizeof *index->slots);
	index->mask = FEWEST_SLOTS - 1;
	return index;
}

static uint64_t
hash_of(const struct fil_index *index, const void *key, size_t n)
{
	union {
		unsigned char bytes[crypto_shorthash_BYTES];
		uint64_t number;
	} hash;

	crypto_shorthash(hash.bytes, key, n, index->secret);
	return hash.number;
}

/* Returns the slot that holds the hash, or the empty one where it would go. */
static struct slot *
index_slot(const struct fil_index *index, uint64_t hash)
{
	size_t i = hash & index->mask;

	while (index->slots[i].number != 0 && index->slots[i].hash != hash)
		i = (i + 1) & index->mask;
	return &index->slots[i];
}

static void
index_grow(struct fil_index *index)
{
	struct slot *old = index->slots;
	size_t n_old = index->mask + 1;

	index->slots = fil_alloc(2 * n_old, sizeof *index->slots);
	index->mask = 2 * n_old - 1;
	for (size_t i = 0; i < n_old; i++)
		if (old[i].number != 0)
			*index_slot(index, old[i].hash) = old[i];
	free(old);
}

uint64_t
fil_index_seek(const struct fil_index *index, const void *key, size_t n)
{
	uint64_t hash = hash_of(index, key, n);

	__builtin_prefetch(&index->slots[hash & index->mask]);
	return hash;
}

size_t
fil_index_found(const struct fil_index *index, uint64_t hash)
{
	const struct slot *slot = index_slot(index, hash);

	return slot->number == 0 ? FIL_NOWHERE : slot->number - 1;
}

static uint32_t
put(struct fil_index *index, uint64_t hash, uint32_t number, bool *added)
{
	struct slot *slot = index_slot(index, hash);

	*added = slot->number == 0;
	if (!*added)
		return slot->number - 1;
	slot->hash = hash;
	slot->number = number + 1;
	index->n++;
	/* Three quarters full: probes stay short, and a million keys fit in 2^21 slots. */
	if (index->n > (index->mask + 1) / 4 * 3)
		index_grow(index);
	return number;
}

uint32_t
fil_index_add(struct fil_index *index, const void *key, size_t n, uint32_t number, bool *added)
{
	return put(index, hash_of(index, key, n), number, added);
}

void
fil_index_add_later(struct fil_index *index, const void *key, size_t n, uint32_t number)
{
	struct slot *place = &index->waiting[index->n_waited % WAITING];
	bool added;

	if (index->n_waited++ >= WAITING)
		put(index, place->hash, place->number, &added);
	*place = (struct slot){ fil_index_seek(index, key, n), number };
}

void
fil_index_settle(struct fil_index *index)
{
	size_t n = index->n_waited < WAITING ? index->n_waited : WAITING;
	bool added;

	for (size_t i = 0; i < n; i++)
		put(index, index->waiting[i].hash, index->waiting[i].number, &added);
	index->n_waited = 0;
}

size_t
fil_index_find(const struct fil_index *index, const void *key, size_t n)
{
	return fil_index_found(index, hash_of(index, key, n));
}

size_t
fil_index_count(const struct fil_index *index)
{
	return index->n;
}

void
fil_index_free(struct fil_index *index)
{
	if (!index)
		return;
	free(index->slots);
	free(index);
}

struct fil_keyset {
	struct fil_hashes *keys;
	unsigned char secret[crypto_shorthash_KEYBYTES];
};

struct fil_keyset *
fil_keyset_new(size_t expected)
{
	struct fil_keyset *set = fil_alloc(1, sizeof *set);

	if (sodium_init() < 0)
		fil_bug("libsodium does not start");
	crypto_shorthash_keygen(set->secret);
	set->keys = fil_hashes_new(1, expected);
	return set;
}

uint64_t
fil_keyset_hash(const struct fil_keyset *set, const char *key, size_t n)
{
	uint64_t hash;

	crypto_shorthash((unsigned char *)&hash, (const unsigned char *)key, n, set->secret);
	return hash;
}

bool
fil_keyset_add(struct fil_keyset *set, const char *key, size_t n)
{
	bool fresh;

	fil_hashes_add(set->keys, fil_keyset_hash(set, key, n), &fresh);
	return fresh;
}

bool
fil_keyset_has(const struct fil_keyset *set, const char *key, size_t n)
{
	return fil_keyset_has_hash(set, fil_keyset_hash(set, key, n));
}

void
fil_keyset_seek(const struct fil_keyset *set, uint64_t hash)
{
	fil_hashes_seek(set->keys, hash);
}

bool
fil_keyset_has_hash(const struct fil_keyset *set, uint64_t hash)
{
	return fil_hashes_find(set->keys, hash) != NULL;
}

size_t
fil_keyset_count(const struct fil_keyset *set)
{
	return fil_hashes_count(set->keys);
}

void
fil_keyset_free(struct fil_keyset *set)
{
	if (!set)
		return;
	fil_hashes_free(set->keys);
	free(set);
}
