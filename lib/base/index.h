/* SPDX-License-Identifier: ISC */
/* An index: keys to numbers, by a keyed 64-bit hash of the key (SipHash-2-4); the keys themselves
 * are not kept, so that a million of them take some 20 MiB. Two keys with the same hash would be
 * taken for one: for n keys that happens once in 2^65 / n^2 runs, which for ten million keys is
 * once in 300,000. */
#ifndef FIL_INDEX_H
#define FIL_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fil_index;

/* Returns an empty index; the caller frees it. */
struct fil_index *fil_index_new(void);

/* Returns the number of a key of n bytes, giving it `number` where it has none yet; *added tells
 * which. A number is less than UINT32_MAX. */
uint32_t fil_index_add(
    struct fil_index *index, const void *key, size_t n, uint32_t number, bool *added);

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

#endif
