/* SPDX-License-Identifier: ISC */
/* A digest: what a table holds, as 16 bytes a row: a hash of its key, a hash of its content, and
 * whether the row was seen, or is awaited. It answers "is this row known, and is it unchanged" for
 * millions of rows without the store. Both hashes have random secrets of each digest, so nobody can
 * make rows that share one. Keys: SipHash-2-4; two of a million share a hash with a probability of
 * 3e-8. Contents: a polynomial modulo 2^61 - 1 (Carter and Wegman 1979), several times as fast; a
 * changed row of n bytes passes for unchanged with a probability of n / 2^60. */
#ifndef FIL_ROW_HASHES_H
#define FIL_ROW_HASHES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fil_row_hashes;

/* One row of a digest. */
struct fil_row_hashes_entry;

/* The hashes of a row; content has 62 bits. */
struct fil_row_hashes_hash {
	uint64_t key, content;
};

/* Returns an empty digest with room for `expected` rows (0: unknown); the caller frees it. */
struct fil_row_hashes *fil_row_hashes_new(size_t expected);

/* Makes room for `expected` rows in all. */
void fil_row_hashes_reserve(struct fil_row_hashes *digest, size_t expected);

/* Has what a key's hash leads to come nearer, before fil_row_hashes_find or fil_row_hashes_add. */
void fil_row_hashes_seek(const struct fil_row_hashes *digest, uint64_t key);

/* Returns the hash of a key of one cell, as fil_row_hashes_row would. */
uint64_t fil_row_hashes_key(const struct fil_row_hashes *digest, const char *cell, size_t length);

/* Returns the hash of the contents of n cells, as fil_row_hashes_row would. */
uint64_t fil_row_hashes_cells(
    const struct fil_row_hashes *digest, const char *const *cells, const size_t *lengths, size_t n);

/* Returns the hashes of a row of n cells (each with its length; NULL is another cell than an
 * empty one), of which the first n_keys are its key. Hashes of one digest mean nothing to
 * another. */
struct fil_row_hashes_hash fil_row_hashes_row(struct fil_row_hashes *digest,
    const char *const *cells, const size_t *lengths, size_t n_keys, size_t n);

/* Returns the entry of a key's hash, or NULL. It is valid until the next fil_row_hashes_add. */
struct fil_row_hashes_entry *fil_row_hashes_find(const struct fil_row_hashes *digest, uint64_t key);

/* Adds a row that was not seen, or returns the entry that the key has, as it is; *fresh tells
 * which. */
struct fil_row_hashes_entry *
fil_row_hashes_add(struct fil_row_hashes *digest, struct fil_row_hashes_hash hash, bool *fresh);

/* Returns the hash of the row's content. */
uint64_t fil_row_hashes_content(const struct fil_row_hashes_entry *entry);

/* Sets the hash of the row's content. */
void fil_row_hashes_set_content(struct fil_row_hashes_entry *entry, uint64_t content);

/* Returns whether the row was marked as seen. */
bool fil_row_hashes_seen(const struct fil_row_hashes_entry *entry);

/* Marks the row as seen. */
void fil_row_hashes_see(struct fil_row_hashes_entry *entry);

/* Forgets what the row holds and that it was seen: its content is unlike any. */
void fil_row_hashes_forget(struct fil_row_hashes_entry *entry);

/* Marks the row as awaited. */
void fil_row_hashes_await(struct fil_row_hashes_entry *entry);

/* Hashes of keys; {0} has none. The caller frees them. */
struct fil_row_hashes_keys {
	uint64_t *hashes;
	size_t n, room;
};

/* Adds the keys' hashes of all rows that are awaited and were not seen. */
void fil_row_hashes_missing(const struct fil_row_hashes *digest, struct fil_row_hashes_keys *keys);

/* Returns the number of rows. */
size_t fil_row_hashes_count(const struct fil_row_hashes *digest);

/* Returns how many bytes the rows' room takes. */
size_t fil_row_hashes_bytes(const struct fil_row_hashes *digest);

/* Frees the digest; NULL is fine. */
void fil_row_hashes_free(struct fil_row_hashes *digest);

#endif
