/* SPDX-License-Identifier: ISC */
/* A set of keys, as 8 bytes a key: a SipHash-2-4 under a random key of each set. It answers "is
 * this reference known"; that a key passes for known by its hash has a probability of 5e-14 in a
 * set of a million, and nobody can make one that does. */
#ifndef FIL_KEYSET_H
#define FIL_KEYSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
