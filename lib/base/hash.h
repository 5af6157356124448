/* SPDX-License-Identifier: ISC */
/* A hash table of open addressing: 64-bit hashes, each with further words behind it. A set grows by
 * small steps and in place, so that one of millions never needs twice its room: an entry takes 10
 * to 12 bytes for each of its words. A map of keys to numbers doubles, which is faster. The hashes
 * must be keyed ones: whoever can choose them can make it slow.
 *
 * Keys are not kept. They are hashed by SipHash-2-4 under a random secret of each table, and two
 * keys with one hash are taken for one: for n keys that happens once in 2^65 / n^2 runs, which for
 * ten million keys is once in 300,000. */
#ifndef FIL_HASH_H
#define FIL_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fil_hash;

/* Returns an empty set of keys, which takes 10 to 12 bytes a key; the caller frees it. */
struct fil_hash *fil_hash_new_set(void);

/* Returns an empty map of keys to numbers, which doubles when it is three quarters full: 21 to 43
 * bytes a key, and while it grows half as much again; the caller frees it. */
struct fil_hash *fil_hash_new_map(void);

/* Returns an empty set of entries of so many words, a power of two, the hash counted, with room for
 * `expected` of them (0: unknown); the caller frees it. */
struct fil_hash *fil_hash_new(size_t words, size_t expected);

/* Makes room in a set for `expected` entries in all, so that none of them has to move again. */
void fil_hash_reserve(struct fil_hash *set, size_t expected);

/* Returns how many entries there are. */
size_t fil_hash_count(const struct fil_hash *table);

/* Returns how many bytes the entries' room takes. */
size_t fil_hash_bytes(const struct fil_hash *table);

/* Calls visit with the words of each entry, in no order that means anything. */
void fil_hash_each(const struct fil_hash *table,
    void (*visit)(void *context, const uint64_t *words), void *context);

/* Frees the table; NULL is fine. */
void fil_hash_free(struct fil_hash *table);

/* Entries by a hash of the caller's own. */

/* Fetches the memory where the entry of a hash would be, while the caller does something else: with
 * millions of entries, waiting for memory takes longer than all the rest. */
void fil_hash_prefetch(const struct fil_hash *table, uint64_t hash);

/* Returns the entry of a hash, its first word, or NULL. It is valid until the next one is added. */
uint64_t *fil_hash_find(const struct fil_hash *table, uint64_t hash);

/* Returns the entry of a hash, made with its further words 0 if there was none, as *fresh tells. */
uint64_t *fil_hash_add(struct fil_hash *table, uint64_t hash, bool *fresh);

/* Entries by a key of n bytes. */

/* Begins a look-up: returns the key's hash and prefetches its entry. fil_hash_find or
 * fil_hash_found ends it. */
uint64_t fil_hash_seek(const struct fil_hash *table, const void *key, size_t n);

/* Returns whether a set has the key. */
bool fil_hash_has(const struct fil_hash *set, const void *key, size_t n);

/* Adds a key to a set. Returns whether it is new. */
bool fil_hash_put(struct fil_hash *set, const void *key, size_t n);

/* Returns the number of a key in a map, or FIL_NOWHERE. */
size_t fil_hash_number(const struct fil_hash *map, const void *key, size_t n);

/* Ends a look-up in a map: returns the number of the key with that hash, or FIL_NOWHERE. */
size_t fil_hash_found(const struct fil_hash *map, uint64_t hash);

/* Returns the number of a key in a map, giving it `number` where it is new, as *fresh tells. */
size_t fil_hash_give(struct fil_hash *map, const void *key, size_t n, size_t number, bool *fresh);

/* Gives a number to a new key, but later, so that the memory it goes to can be fetched until then.
 * Nothing may be looked up before fil_hash_settle. */
void fil_hash_give_later(struct fil_hash *map, const void *key, size_t n, size_t number);

/* Adds the keys that fil_hash_give_later holds back. */
void fil_hash_settle(struct fil_hash *map);

#endif
