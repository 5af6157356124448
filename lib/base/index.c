/* SPDX-License-Identifier: ISC */
#include "lib/base/index.h"

#include <sodium.h>
#include <stdlib.h>

#include "lib/base/memory.h"
#include "lib/store/store.h"

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
	size_t n_waited;		/* how many ever were */
};

struct fil_index *
fil_index_new(void)
{
	struct fil_index *index = fil_alloc(1, sizeof(*index));

	crypto_shorthash_keygen(index->secret);
	index->slots = fil_alloc(FEWEST_SLOTS, sizeof(*index->slots));
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
slot_of(const struct fil_index *index, uint64_t hash)
{
	size_t i = hash & index->mask;

	while (index->slots[i].number != 0 && index->slots[i].hash != hash)
		i = (i + 1) & index->mask;
	return &index->slots[i];
}

static void
grow(struct fil_index *index)
{
	struct slot *old = index->slots;
	size_t n_old = index->mask + 1;

	index->slots = fil_alloc(2 * n_old, sizeof(*index->slots));
	index->mask = 2 * n_old - 1;
	for (size_t i = 0; i < n_old; i++)
		if (old[i].number != 0)
			*slot_of(index, old[i].hash) = old[i];
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
	const struct slot *slot = slot_of(index, hash);

	return slot->number == 0 ? FIL_NOWHERE : slot->number - 1;
}

static uint32_t
put(struct fil_index *index, uint64_t hash, uint32_t number, bool *added)
{
	struct slot *slot = slot_of(index, hash);

	*added = slot->number == 0;
	if (!*added)
		return slot->number - 1;
	slot->hash = hash;
	slot->number = number + 1;
	index->n++;
	/* Three quarters full: probes stay short, and a million keys fit in 2^21 slots. */
	if (index->n > (index->mask + 1) / 4 * 3)
		grow(index);
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
	if (index == NULL)
		return;
	free(index->slots);
	free(index);
}
