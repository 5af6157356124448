/* SPDX-License-Identifier: ISC */
/* A digest: what a table holds, as 16 bytes a row: a hash of its key, a hash of its content, and
 * whether the row was seen, or is awaited. It answers "is this row known, and is it unchanged" for
 * millions of rows without the store. Both hashes have random secrets of each digest, so nobody can
 * make rows that share one. Keys: SipHash-2-4; two of a million share a hash with a probability of
 * 3e-8. Contents: a polynomial modulo 2^61 - 1 (Carter and Wegman 1979), several times as fast; a
 * changed row of n bytes passes for unchanged with a probability of n / 2^60. */
#ifndef FIL_DIGEST_H
#define FIL_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fil_digest;

/* One row of a digest. */
struct fil_digest_entry;

/* The hashes of a row; content has 62 bits. */
struct fil_digest_hash {
	uint64_t key, content;
};

/* Returns an empty digest with room for `expected` rows (0: unknown); the caller frees it. */
struct fil_digest *fil_digest_new(size_t expected);

/* Makes room for `expected` rows in all. */
void fil_digest_reserve(struct fil_digest *digest, size_t expected);

/* Has what a key's hash leads to come nearer, before fil_digest_find or fil_digest_add. */
void fil_digest_seek(const struct fil_digest *digest, uint64_t key);

/* Returns the hash of a key of one cell, as fil_digest_row would. */
uint64_t fil_digest_key(const struct fil_digest *digest, const char *cell, size_t length);

/* Returns the hash of the contents of n cells, as fil_digest_row would. */
uint64_t fil_digest_cells(const struct fil_digest *digest, const char *const *cells,
    const size_t *lengths, size_t n);

/* Returns the hashes of a row of n cells (each with its length; NULL is another cell than an
 * empty one), of which the first n_keys are its key. Hashes of one digest mean nothing to
 * another. */
struct fil_digest_hash fil_digest_row(struct fil_digest *digest, const char *const *cells,
    const size_t *lengths, size_t n_keys, size_t n);

/* Returns the entry of a key's hash, or NULL. It is valid until the next fil_digest_add. */
struct fil_digest_entry *fil_digest_find(const struct fil_digest *digest, uint64_t key);

/* Adds a row that was not seen, or returns the entry that the key has, as it is; *fresh tells
 * which. */
struct fil_digest_entry *fil_digest_add(struct fil_digest *digest, struct fil_digest_hash hash,
    bool *fresh);

/* Returns the hash of the row's content. */
uint64_t fil_digest_content(const struct fil_digest_entry *entry);

/* Sets the hash of the row's content. */
void fil_digest_set_content(struct fil_digest_entry *entry, uint64_t content);

/* Returns whether the row was marked as seen. */
bool fil_digest_seen(const struct fil_digest_entry *entry);

/* Marks the row as seen. */
void fil_digest_see(struct fil_digest_entry *entry);

/* Forgets what the row holds and that it was seen: its content is unlike any. */
void fil_digest_forget(struct fil_digest_entry *entry);

/* Marks the row as awaited. */
void fil_digest_await(struct fil_digest_entry *entry);

/* Hashes of keys; {0} has none. The caller frees them. */
struct fil_digest_keys {
	uint64_t *hashes;
	size_t n, room;
};

/* Adds the keys' hashes of all rows that are awaited and were not seen. */
void fil_digest_missing(const struct fil_digest *digest, struct fil_digest_keys *keys);

/* Returns the number of rows. */
size_t fil_digest_count(const struct fil_digest *digest);

/* Returns how many bytes the rows' room takes. */
size_t fil_digest_bytes(const struct fil_digest *digest);

/* Frees the digest; NULL is fine. */
void fil_digest_free(struct fil_digest *digest);

#endif
