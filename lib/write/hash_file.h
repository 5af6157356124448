/* SPDX-License-Identifier: ISC */
/* A hash file: entries of a set of hashes that would take too much memory. Each time the set is
 * full, its entries go into an unlinked file, sorted. A filter of a fixed size says of most other
 * hashes that they are not there; else one block is read for each time that the set was full. */
#ifndef FIL_HASH_FILE_H
#define FIL_HASH_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/fault.h"
#include "lib/base/hash.h"

struct fil_hash_file;

/* Returns an empty file for entries of `words` words, at most 2, of which the first is the hash. It
 * lies in the folder, and is made when it is needed. The caller frees it. */
struct fil_hash_file *fil_hash_file_new(size_t words, const char *folder);

/* Moves all entries of a set of so many words to the file. Returns 0, or -1 with a fault, such as a
 * full disk. */
int fil_hash_file_move(struct fil_hash_file *file, struct fil_hash *set, struct fil_fault *fault);

/* Merges what was moved at several times, each hash once, so that a look-up reads one block. Returns 0,
 * or -1 with a fault. */
int fil_hash_file_merge(struct fil_hash_file *file, struct fil_fault *fault);

/* Prefetches the memory that fil_hash_file_find needs for a hash. */
void fil_hash_file_prefetch(const struct fil_hash_file *file, uint64_t hash);

/* Finds the entry of a hash, that which was moved last. Its further words may be changed until the next
 * call for the file. To change the highest bit of the last one costs no writing. Returns 1, 0 if there
 * is none, or -1 with a fault. */
int fil_hash_file_find(
    struct fil_hash_file *file, uint64_t hash, uint64_t **words, struct fil_fault *fault);

/* Calls visit with the words of each entry. Returns 0, or -1 with a fault. */
int fil_hash_file_each(struct fil_hash_file *file,
    void (*visit)(void *context, const uint64_t *words), void *context, struct fil_fault *fault);

/* Returns the number of entries. */
size_t fil_hash_file_count(const struct fil_hash_file *file);

/* Frees the file; NULL is fine. */
void fil_hash_file_free(struct fil_hash_file *file);

#endif
