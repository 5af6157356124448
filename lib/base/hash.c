/* SPDX-License-Identifier: ISC */
#include "lib/base/hash.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/base/fault.h"
#include "lib/base/memory.h"

enum {
	SEGMENTS = 256, /* of a set: one for each first byte of a hash */
	MAP_SLOTS = 64, /* of an empty map, which is one segment */
	WAITING = 16,
	HUGE_PAGE = 2 << 20, /* bytes */
};

/* `capacity` slots for each segment, one segment after the other; a slot is free if its first word
 * is 0 */
struct fil_hash {
	size_t words; /* words of a slot, a power of two: 1 << wide */
	unsigned wide;
	size_t segments, capacity, length; /* capacity: slots of a segment; length: its words */
	unsigned shift; /* see place_of */
	uint64_t *slots;
	size_t count, most; /* entries above this number need more room */
	size_t used[SEGMENTS], most_used;
	unsigned char secret[crypto_shorthash_KEYBYTES];
	uint64_t waiting[WAITING][2]; /* a ring of entries that wait to be added to a map */
	size_t n_waited; /* number of entries that ever waited */
};

/* Sets the slots of a segment and the fill limits. A map is at most three quarters full, so that
 * probes stay short. A set uses at most four fifths of all slots, and at most nine tenths of a
 * segment. Small segments may fill unevenly by chance. */
static void
set_capacity(struct fil_hash *table, size_t capacity)
{
	table->capacity = capacity;
	table->length = capacity * table->words;
	table->most = table->segments == 1 ? capacity / 4 * 3 : SEGMENTS * capacity / 5 * 4;
	table->most_used = capacity * 9 / 10;
}

/* Asks for huge pages: lookups are at random places, and most would wait for the address of a small page.
 * Without huge pages all is as before. The pages at both ends are asked for too: the kernel moves memory
 * only if it was asked the same for all of it, and to copy it would take both at a time. */
static void
ask_huge_pages(uint64_t *slots, size_t bytes)
{
#ifdef MADV_HUGEPAGE
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uintptr_t before = (uintptr_t)slots % page;

	if (bytes >= HUGE_PAGE)
		madvise((char *)slots - before, (before + bytes + page - 1) / page * page,
		    MADV_HUGEPAGE);
#else
	(void)slots;
	(void)bytes;
#endif
}

static struct fil_hash *
new_table(size_t words, size_t segments, size_t capacity)
{
	struct fil_hash *table = fil_alloc(1, sizeof *table);

	if (sodium_init() < 0)
		fil_bug("libsodium does not start");
	crypto_shorthash_keygen(table->secret);
	table->words = words;
	table->wide = (unsigned)__builtin_ctzl(words);
	table->segments = segments;
	table->shift = segments == 1 ? 32 : 24;
	set_capacity(table, capacity);
	table->slots = fil_alloc(segments * capacity, words * sizeof(uint64_t));
	ask_huge_pages(table->slots, fil_hash_bytes(table));
	return table;
}

/* Returns the slots that a segment needs for that many entries in all. The room allows for segments
 * that chance fills more than others. */
static size_t
capacity_for(size_t expected)
{
	size_t each = expected / SEGMENTS + 1;

	return each / 4 * 5 + each / 64 + 8;
}

struct fil_hash *
fil_hash_new(size_t words, size_t expected)
{
	return new_table(words, SEGMENTS, capacity_for(expected));
}

struct fil_hash *
fil_hash_new_set(void)
{
	return fil_hash_new(1, 0);
}

struct fil_hash *
fil_hash_new_map(void)
{
	return new_table(2, 1, MAP_SLOTS);
}

/* 0 marks a free slot, so the hash 0 is replaced by 1. */
static uint64_t
not_zero(uint64_t hash)
{
	return hash == 0 ? 1 : hash;
}

static size_t
segment_of(const struct fil_hash *table, uint64_t hash)
{
	return (hash >> 56) & (table->segments - 1);
}

/* Returns the first slot to try for a hash. The first byte of the hash selects the segment, if
 * there are many. The next 32 bits select the slot within it, for any capacity. One product of
 * these 40 bits gives both, for up to 2^24 slots a segment. */
static uint64_t *
place_of(const struct fil_hash *table, uint64_t hash)
{
	return table->slots + ((hash >> table->shift) * table->capacity >> 32 << table->wide);
}

/* Returns the slot of a hash, or the free slot where it belongs, behind a slot that is taken. */
static __attribute__((noinline)) uint64_t *
probe(const struct fil_hash *table, uint64_t *slot, uint64_t hash)
{
	const uint64_t *end = table->slots + (segment_of(table, hash) + 1) * table->length;

	do {
		slot += table->words;
		if (slot == end)
			slot -= table->length;
	} while (*slot != hash && *slot != 0);
	return slot;
}

/* Returns the slot of a hash, or the free slot where it belongs. */
static inline uint64_t *
slot_of(const struct fil_hash *table, uint64_t hash)
{
	uint64_t *slot = place_of(table, hash);

	return *slot == hash || *slot == 0 ? slot : probe(table, slot, hash);
}

/* Adds the entries of n slots. */
static void
move_in(struct fil_hash *table, const uint64_t *from, size_t n)
{
	size_t words = table->words;

	for (const uint64_t *end = from + n * words; from < end; from += words) {
		uint64_t *slot;

		if (*from == 0)
			continue;
		slot = slot_of(table, *from);
		slot[0] = from[0];
		for (size_t word = 1; word < words; word++)
			slot[word] = from[word];
	}
}

/* Moves a map to new memory. */
static void
move_out(struct fil_hash *map, size_t new)
{
	uint64_t *old = map->slots;
	size_t n = map->capacity;

	map->slots = fil_alloc(new, map->words * sizeof(uint64_t));
	set_capacity(map, new);
	move_in(map, old, n);
	free(old);
}

/* Grows a set in place, so that old and new memory never exist together. Each segment moves up, the
 * last one first, over the room that later ones have left. `aside` holds the segment that moves. */
static void
stretch(struct fil_hash *set, size_t new)
{
	size_t words = set->words, size = words * sizeof(uint64_t), old = set->capacity;
	uint64_t *aside = fil_alloc(old, size);

	set->slots = fil_resize(set->slots, SEGMENTS * new, size);
	set_capacity(set, new);
	ask_huge_pages(set->slots, fil_hash_bytes(set));
	for (size_t s = SEGMENTS; s-- > 0;) {
		memcpy(aside, set->slots + s * old * words, old * size);
		memset(set->slots + s * new *words, 0, new *size);
		move_in(set, aside, old);
	}
	free(aside);
}

/* A map doubles. A set grows by an eighth: each entry moves nine times in all, and at most three
 * tenths of the room are free. */
static void
grow(struct fil_hash *table)
{
	size_t old = table->capacity;

	if (table->segments == 1)
		move_out(table, 2 * old);
	else
		stretch(table, old + old / 8 + 8);
}

void
fil_hash_reserve(struct fil_hash *set, size_t expected)
{
	size_t wanted = capacity_for(expected);

	if (wanted > set->capacity)
		stretch(set, wanted);
}

size_t
fil_hash_count(const struct fil_hash *table)
{
	return table->count;
}

size_t
fil_hash_bytes(const struct fil_hash *table)
{
	return table->segments * table->capacity * table->words * sizeof(uint64_t);
}

void
fil_hash_clear(struct fil_hash *set)
{
	memset(set->slots, 0, fil_hash_bytes(set));
	memset(set->used, 0, sizeof set->used);
	set->count = 0;
}

void
fil_hash_each(const struct fil_hash *table, void (*visit)(void *context, const uint64_t *words),
    void *context)
{
	const uint64_t *end = table->slots + table->segments * table->capacity * table->words;

	for (const uint64_t *slot = table->slots; slot < end; slot += table->words)
		if (*slot != 0)
			visit(context, slot);
}

void
fil_hash_free(struct fil_hash *table)
{
	if (!table)
		return;
	free(table->slots);
	free(table);
}

void
fil_hash_prefetch(const struct fil_hash *table, uint64_t hash)
{
	__builtin_prefetch(place_of(table, hash));
}

uint64_t *
fil_hash_find(const struct fil_hash *table, uint64_t hash)
{
	uint64_t *slot = slot_of(table, not_zero(hash));

	return *slot == 0 ? NULL : slot;
}

/* Returns whether one entry more needs more room. */
static bool
is_full(const struct fil_hash *table, uint64_t hash)
{
	return table->count >= table->most ||
	    (table->segments > 1 && table->used[segment_of(table, hash)] >= table->most_used);
}

uint64_t *
fil_hash_add(struct fil_hash *table, uint64_t hash, bool *fresh)
{
	uint64_t *slot = slot_of(table, not_zero(hash));

	*fresh = *slot == 0;
	if (!*fresh)
		return slot;
	while (is_full(table, hash)) {
		grow(table);
		slot = slot_of(table, not_zero(hash));
	}
	*slot = not_zero(hash);
	table->count++;
	if (table->segments > 1)
		table->used[segment_of(table, hash)]++;
	return slot;
}

static uint64_t
hash_of(const struct fil_hash *table, const void *key, size_t n)
{
	uint64_t hash;

	crypto_shorthash((unsigned char *)&hash, key, n, table->secret);
	return hash;
}

uint64_t
fil_hash_seek(const struct fil_hash *table, const void *key, size_t n)
{
	uint64_t hash = hash_of(table, key, n);

	fil_hash_prefetch(table, hash);
	return hash;
}

bool
fil_hash_has(const struct fil_hash *set, const void *key, size_t n)
{
	return fil_hash_find(set, hash_of(set, key, n)) != NULL;
}

bool
fil_hash_put(struct fil_hash *set, const void *key, size_t n)
{
	bool fresh;

	fil_hash_add(set, hash_of(set, key, n), &fresh);
	return fresh;
}

size_t
fil_hash_number(const struct fil_hash *map, const void *key, size_t n)
{
	return fil_hash_found(map, hash_of(map, key, n));
}

size_t
fil_hash_found(const struct fil_hash *map, uint64_t hash)
{
	const uint64_t *entry = fil_hash_find(map, hash);

	return entry ? entry[1] : FIL_NOWHERE;
}

size_t
fil_hash_give(struct fil_hash *map, const void *key, size_t n, size_t number, bool *fresh)
{
	uint64_t *entry = fil_hash_add(map, hash_of(map, key, n), fresh);

	if (*fresh)
		entry[1] = number;
	return entry[1];
}

/* Adds a waiting entry. A key that exists keeps its number. */
static void
seat(struct fil_hash *map, const uint64_t *waiting)
{
	bool fresh;
	uint64_t *entry = fil_hash_add(map, waiting[0], &fresh);

	if (fresh)
		entry[1] = waiting[1];
}

void
fil_hash_give_later(struct fil_hash *map, const void *key, size_t n, size_t number)
{
	uint64_t *place = map->waiting[map->n_waited % WAITING];

	if (map->n_waited++ >= WAITING)
		seat(map, place);
	place[0] = fil_hash_seek(map, key, n);
	place[1] = number;
}

void
fil_hash_settle(struct fil_hash *map)
{
	size_t n = map->n_waited < WAITING ? map->n_waited : WAITING;

	for (size_t i = 0; i < n; i++)
		seat(map, map->waiting[i]);
	map->n_waited = 0;
}

/* A text is a block of its own, to which data points. Tuples follow each other in data. */
struct fil_intern {
	struct fil_hash *numbers;
	void *data;
	size_t width, room, n;
	uint32_t last; /* the last string asked for: the same ones come in runs */
};

struct fil_intern *
fil_intern_new(size_t width)
{
	struct fil_intern *intern = fil_alloc(1, sizeof *intern);

	intern->numbers = fil_hash_new_map();
	intern->width = width;
	return intern;
}

static bool
is_last(const struct fil_intern *intern, const void *bytes, size_t n)
{
	const char *last;

	if (intern->n == 0)
		return false;
	last = fil_intern_get(intern, intern->last);
	if (intern->width > 0)
		return memcmp(last, bytes, n) == 0;
	return strncmp(last, bytes, n) == 0 && last[n] == '\0';
}

static void
keep(struct fil_intern *intern, const void *bytes, size_t n)
{
	size_t width = intern->width > 0 ? intern->width : sizeof(char *);

	intern->data = fil_grow(intern->data, intern->n, &intern->room, width);
	if (intern->width > 0)
		memcpy((char *)intern->data + intern->n * width, bytes, n);
	else
		((char **)intern->data)[intern->n] = fil_copy_bytes(bytes, n);
	intern->n++;
}

uint32_t
fil_intern_add(struct fil_intern *intern, const void *bytes, size_t n)
{
	bool fresh;

	if (is_last(intern, bytes, n))
		return intern->last;
	intern->last = (uint32_t)fil_hash_give(intern->numbers, bytes, n, intern->n, &fresh);
	if (fresh)
		keep(intern, bytes, n);
	return intern->last;
}

uint32_t
fil_intern_add_text(struct fil_intern *intern, const char *text)
{
	return text ? fil_intern_add(intern, text, strlen(text)) : FIL_NO_TEXT;
}

const char *
fil_intern_text(const struct fil_intern *intern, uint32_t number)
{
	return number == FIL_NO_TEXT ? NULL : fil_intern_get(intern, number);
}

size_t
fil_intern_find(const struct fil_intern *intern, const void *bytes, size_t n)
{
	return fil_hash_number(intern->numbers, bytes, n);
}

const void *
fil_intern_get(const struct fil_intern *intern, uint32_t i)
{
	if (intern->width > 0)
		return (const char *)intern->data + i * intern->width;
	return ((char *const *)intern->data)[i];
}

size_t
fil_intern_count(const struct fil_intern *intern)
{
	return intern->n;
}

void
fil_intern_free(struct fil_intern *intern)
{
	if (!intern)
		return;
	for (size_t i = 0; intern->width == 0 && i < intern->n; i++)
		free(((char **)intern->data)[i]);
	free(intern->data);
	fil_hash_free(intern->numbers);
	free(intern);
}
