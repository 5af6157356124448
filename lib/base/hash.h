/* SPDX-License-Identifier: ISC */
/* A hash table with open addressing: 64-bit hashes, each with further words. A set grows in place
 * by small steps, so a set of millions never needs twice its memory. An entry of a set takes 10 to
 * 12 bytes for each of its words. A map of keys to numbers doubles, which is faster. Hashes must be
 * keyed: an attacker who chooses hashes can make the table slow.
 *
 * Keys are not kept. The table hashes them by SipHash-2-4 with a random secret. Two keys with the
 * same hash count as one key. With n keys that happens once in 2^65 / n^2 runs: for ten million
 * keys, once in 300,000. */
#ifndef FIL_HASH_H
#define FIL_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fil_hash;

/* Returns an empty set of keys, 10 to 12 bytes a key; the caller frees it. */
struct fil_hash *fil_hash_new_set(void);

/* Returns an empty map of keys to numbers; the caller frees it. It doubles when it is three
 * quarters full. It takes 21 to 43 bytes a key, and half as much again while it grows. */
struct fil_hash *fil_hash_new_map(void);

/* Returns an empty set of entries of `words` words; the caller frees it. `words` is a power of two
 * and counts the hash. The set has room for `expected` entries (0: unknown). */
struct fil_hash *fil_hash_new(size_t words, size_t expected);

/* Makes room in a set for `expected` entries in all. No entry has to move again until then. */
void fil_hash_reserve(struct fil_hash *set, size_t expected);

/* Returns the number of entries. */
size_t fil_hash_count(const struct fil_hash *table);

/* Returns the memory of the entries in bytes. */
size_t fil_hash_bytes(const struct fil_hash *table);

/* Removes all entries, and keeps their room. */
void fil_hash_clear(struct fil_hash *set);

/* Calls visit with the words of each entry: of a set by the first byte of their hashes, else in no
 * particular order. */
void fil_hash_each(const struct fil_hash *table,
    void (*visit)(void *context, const uint64_t *words), void *context);

/* Frees the table; NULL is fine. */
void fil_hash_free(struct fil_hash *table);

/* Entries found by a hash that the caller computes. */

/* Prefetches the memory of an entry while the caller does other work. With millions of entries,
 * waiting for memory takes most of the time. */
void fil_hash_prefetch(const struct fil_hash *table, uint64_t hash);

/* Returns the first word of the entry with this hash, or NULL. It is valid until an entry is
 * added. */
uint64_t *fil_hash_find(const struct fil_hash *table, uint64_t hash);

/* Returns the entry with this hash and creates it if needed, its further words 0. Sets *fresh if
 * the entry is new. */
uint64_t *fil_hash_add(struct fil_hash *table, uint64_t hash, bool *fresh);

/* Entries found by a key of n bytes. */

/* Begins a look-up: returns the key's hash and prefetches its entry. fil_hash_find,
 * fil_hash_found or fil_hash_add ends the look-up. */
uint64_t fil_hash_seek(const struct fil_hash *table, const void *key, size_t n);

/* Returns whether a set contains the key. */
bool fil_hash_has(const struct fil_hash *set, const void *key, size_t n);

/* Adds a key to a set. Returns whether the key is new. */
bool fil_hash_put(struct fil_hash *set, const void *key, size_t n);

/* Returns the number of a key in a map, or FIL_NOWHERE. */
size_t fil_hash_number(const struct fil_hash *map, const void *key, size_t n);

/* Ends a look-up in a map. Returns the number of the key with that hash, or FIL_NOWHERE. */
size_t fil_hash_found(const struct fil_hash *map, uint64_t hash);

/* Returns the number of a key in a map. A new key gets `number`, and *fresh is set. */
size_t fil_hash_give(struct fil_hash *map, const void *key, size_t n, size_t number, bool *fresh);

/* Adds a new key with its number later, so that its memory can be prefetched. Look nothing up
 * before fil_hash_settle. */
void fil_hash_give_later(struct fil_hash *map, const void *key, size_t n, size_t number);

/* Adds the keys that wait since fil_hash_give_later. */
void fil_hash_settle(struct fil_hash *map);

/* An interner: stores each distinct string of bytes once, numbered from 0 in the order of arrival.
 * The strings are texts of any length, or tuples of one width. */
struct fil_intern;

/* Returns an empty interner; the caller frees it. Its strings have `width` bytes each, or are texts
 * of any length (0). Tuples must not have padding. */
struct fil_intern *fil_intern_new(size_t width);

/* Returns the number of the string of n bytes, and copies the string if it is new. n is the width,
 * if the interner has one. */
uint32_t fil_intern_add(struct fil_intern *intern, const void *bytes, size_t n);

/* The number of no text. */
#define FIL_NO_TEXT UINT32_MAX

/* As fil_intern_add for a text, of an interner without a width. Returns FIL_NO_TEXT for NULL. */
uint32_t fil_intern_add_text(struct fil_intern *intern, const char *text);

/* Returns the text of such a number, as fil_intern_get does; NULL for FIL_NO_TEXT. */
const char *fil_intern_text(const struct fil_intern *intern, uint32_t number);

/* Returns the number of the string of n bytes, or FIL_NOWHERE for one that was not added. */
size_t fil_intern_find(const struct fil_intern *intern, const void *bytes, size_t n);

/* Returns string i. A text ends with a NUL and is valid until the interner is freed. A tuple is
 * valid until the next fil_intern_add, and aligned for uint64_t if its width is. */
const void *fil_intern_get(const struct fil_intern *intern, uint32_t i);

/* Returns the number of strings. */
size_t fil_intern_count(const struct fil_intern *intern);

/* Frees the interner; NULL is fine. */
void fil_intern_free(struct fil_intern *intern);

#endif
