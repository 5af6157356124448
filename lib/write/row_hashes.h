/* SPDX-License-Identifier: ISC */
/* Row hashes: a set of rows in 16 bytes a row. An entry has hashes of the row's key and content,
 * and whether the row was seen, or is awaited. They find millions of rows, and whether each is
 * unchanged, without the store. Each hash has a random secret, so that rows which share one cannot
 * be made on purpose. Keys: SipHash-2-4; two of a million share a hash with a probability of 3e-8.
 * Contents: a polynomial modulo 2^61 - 1 (Carter and Wegman 1979), several times as fast. A changed
 * row of n bytes counts as unchanged with a probability of n / 2^60. */
#ifndef FIL_ROW_HASHES_H
#define FIL_ROW_HASHES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/fault.h"

struct fil_row_hashes;

/* The hashes of a row; of content 62 bits are kept. */
struct fil_row_hashes_hash {
	uint64_t key, content;
};

#define FIL_ROW_CONTENT ((UINT64_C(1) << 62) - 1)

/* One row. content, awaited and seen may be set. */
struct fil_row_hashes_entry {
	uint64_t key;
	uint64_t content : 62, awaited : 1, seen : 1;
};

/* Returns an empty set of rows with room for `expected` rows (0: unknown); the caller frees it. */
struct fil_row_hashes *fil_row_hashes_new(size_t expected);

/* Sets how many rows are kept in memory at most; the others wait in an unlinked file in the folder. It
 * may be set again, then the folder does not matter. */
void fil_row_hashes_limit(struct fil_row_hashes *hashes, size_t most, const char *folder);

/* Returns 0, or -1 with a fault when a row could not be kept or found, such as on a full disk. What was
 * found since is wrong. */
int fil_row_hashes_check(const struct fil_row_hashes *hashes, struct fil_fault *fault);

/* Moves all rows into the file, if most wait there already, so that each is found by one reading. Call
 * it when many rows were added, and as many are to be found. fil_row_hashes_check says how it failed. */
void fil_row_hashes_settle(struct fil_row_hashes *hashes);

/* Makes room for `expected` rows in all. */
void fil_row_hashes_reserve(struct fil_row_hashes *hashes, size_t expected);

/* Prefetches the entry of a key's hash, before fil_row_hashes_find or fil_row_hashes_add. */
void fil_row_hashes_seek(const struct fil_row_hashes *hashes, uint64_t key);

/* Returns the hash of a key of one cell, as fil_row_hashes_row would. */
uint64_t fil_row_hashes_key(const struct fil_row_hashes *hashes, const char *cell, size_t length);

/* Returns the hash of the contents of n cells, as fil_row_hashes_row would. */
uint64_t fil_row_hashes_cells(
    const struct fil_row_hashes *hashes, const char *const *cells, const size_t *lengths, size_t n);

/* Returns the hashes of a row of n cells and their lengths; the first n_keys cells are its key.
 * NULL and "" are different cells. Hashes are valid for this set only. */
struct fil_row_hashes_hash fil_row_hashes_row(struct fil_row_hashes *hashes,
    const char *const *cells, const size_t *lengths, size_t n_keys, size_t n);

/* Returns the entry of a key's hash, or NULL. It is valid until the next call of a function that finds,
 * adds or counts. */
struct fil_row_hashes_entry *fil_row_hashes_find(struct fil_row_hashes *hashes, uint64_t key);

/* Returns the entry of a key, as it is; or adds one, not seen, and sets *fresh. Valid as above. */
struct fil_row_hashes_entry *
fil_row_hashes_add(struct fil_row_hashes *hashes, struct fil_row_hashes_hash hash, bool *fresh);

/* Hashes of keys; {0} has none. */
struct fil_row_hashes_keys {
	uint64_t *hashes; /* sorted */
	size_t n, room;
	bool *firsts; /* of each value of their first bits, whether one has it */
};

/* Finds the hashes of the keys of all awaited rows that were not seen. Release them. */
void fil_row_hashes_missing(struct fil_row_hashes *hashes, struct fil_row_hashes_keys *keys);

/* Returns whether the hash of a key is one of those found. */
bool fil_row_hashes_has(const struct fil_row_hashes_keys *keys, uint64_t hash);

/* Frees the hashes found. */
void fil_row_hashes_release(struct fil_row_hashes_keys *keys);

/* Returns the number of rows. */
size_t fil_row_hashes_count(const struct fil_row_hashes *hashes);

/* Returns the memory of the entries, in bytes. For tests. */
size_t fil_row_hashes_bytes(const struct fil_row_hashes *hashes);

/* Frees the set; NULL is fine. */
void fil_row_hashes_free(struct fil_row_hashes *hashes);

#endif
