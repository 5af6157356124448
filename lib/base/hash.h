/* SPDX-License-Identifier: ISC */
/* Hashes: a set of 64-bit hashes, each with words of the owner's behind it. Open addressing that
 * grows by small steps and in place, so that a set of millions never needs twice its room. The
 * hashes must be keyed ones: whoever can choose them can make it slow. */
#ifndef FIL_HASH_H
#define FIL_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fil_hashes;

/* Returns an empty set of entries of the given number of words, the hash counted, with room for
 * `expected` entries (0: unknown); the caller frees it. */
struct fil_hashes *fil_hashes_new(size_t words, size_t expected);

/* Makes room for `expected` entries in all, so that none of them has to move again. */
void fil_hashes_reserve(struct fil_hashes *hashes, size_t expected);

/* Has the memory where a hash would be come nearer, while the caller does something else before it
 * asks for it: with millions of hashes, waiting for it takes longer than all the rest. */
void fil_hashes_seek(const struct fil_hashes *hashes, uint64_t hash);

/* Returns the entry of a hash, its first word, or NULL. It is valid until the next
 * fil_hashes_add. */
uint64_t *fil_hashes_find(const struct fil_hashes *hashes, uint64_t hash);

/* Returns the entry of a hash, made with its further words 0 if there was none, as *fresh tells. */
uint64_t *fil_hashes_add(struct fil_hashes *hashes, uint64_t hash, bool *fresh);

/* Calls visit with the words of each entry, in no order that means anything. */
void fil_hashes_each(const struct fil_hashes *hashes,
    void (*visit)(void *context, const uint64_t *words), void *context);

/* Returns the number of entries. */
size_t fil_hashes_count(const struct fil_hashes *hashes);

/* Returns how many bytes the entries' room takes. */
size_t fil_hashes_bytes(const struct fil_hashes *hashes);

/* Frees the set; NULL is fine. */
void fil_hashes_free(struct fil_hashes *hashes);

/* An index: keys to numbers, by a keyed 64-bit hash of the key (SipHash-2-4); the keys themselves
 * are not kept, so that a million of them take some 20 MiB. Two keys with the same hash would be
 * taken for one: for n keys that happens once in 2^65 / n^2 runs, which for ten million keys is
 * once in 300,000. */

struct fil_index;

/* Returns an empty index; the caller frees it. */
struct fil_index *fil_index_new(void);

/* Returns the number of a key of n bytes, giving it `number` where it has none yet; *added tells
 * which. A number is less than UINT32_MAX. */
uint32_t
fil_index_add(struct fil_index *index, const void *key, size_t n, uint32_t number, bool *added);

/* Returns the number of a key, or FIL_NOWHERE (lib/store/store.h). */
size_t fil_index_find(const struct fil_index *index, const void *key, size_t n);

/* Adds a key that it does not have: with millions of keys an addition is little else than waiting
 * for memory, which is on its way while the caller does other work. Nothing is looked up before
 * fil_index_settle. */
void fil_index_add_later(struct fil_index *index, const void *key, size_t n, uint32_t number);

/* Adds what fil_index_add_later holds back. */
void fil_index_settle(struct fil_index *index);

/* Begins a look-up in the same way. Returns the key's hash. */
uint64_t fil_index_seek(const struct fil_index *index, const void *key, size_t n);

/* Ends a look-up as fil_index_find would. */
size_t fil_index_found(const struct fil_index *index, uint64_t hash);

/* Returns how many keys it has. */
size_t fil_index_count(const struct fil_index *index);

/* Frees the index; NULL is fine. */
void fil_index_free(struct fil_index *index);

/* A set of keys, as 8 bytes a key: a SipHash-2-4 under a random key of each set. It answers "is
 * this reference known"; that a key passes for known by its hash has a probability of 5e-14 in a
 * set of a million, and nobody can make one that does. */

struct fil_keyset;

/* Returns an empty set with room for `expected` keys (0: unknown); the caller frees it. */
struct fil_keyset *fil_keyset_new(size_t expected);

/* Adds a key of n bytes. Returns whether it was not there. */
bool fil_keyset_add(struct fil_keyset *set, const char *key, size_t n);

/* Returns whether the key of n bytes is there. */
bool fil_keyset_has(const struct fil_keyset *set, const char *key, size_t n);

/* The two halves of fil_keyset_has: keys that are hashed a batch at a time, and then looked up in
 * one loop, wait less for memory. A hash is of this set only. */
uint64_t fil_keyset_hash(const struct fil_keyset *set, const char *key, size_t n);

/* Has the memory where the hash would be come nearer, while the caller does something else. */
void fil_keyset_seek(const struct fil_keyset *set, uint64_t hash);

/* Returns whether the key of that hash is there. */
bool fil_keyset_has_hash(const struct fil_keyset *set, uint64_t hash);

/* Returns the number of keys. */
size_t fil_keyset_count(const struct fil_keyset *set);

/* Frees the set; NULL is fine. */
void fil_keyset_free(struct fil_keyset *set);

#endif
