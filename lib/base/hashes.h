/* SPDX-License-Identifier: ISC */
/* Hashes: a set of 64-bit hashes, each with words of the owner's behind it. Open addressing that
 * grows by small steps and in place, so that a set of millions never needs twice its room. The
 * hashes must be keyed ones: whoever can choose them can make it slow. */
#ifndef FIL_HASHES_H
#define FIL_HASHES_H

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

#endif
