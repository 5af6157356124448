/* SPDX-License-Identifier: ISC */
#include "lib/digest.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "lib/bytes.h"
#include "lib/fault.h"
#include "lib/hashes.h"
#include "lib/memory.h"

/* The bit of an entry's second word that is not of the content's hash. */
#define SEEN (~(UINT64_MAX >> 1))

struct fil_digest_entry {
	uint64_t key, content;
};

struct fil_digest {
	struct fil_hashes *rows;
	struct fil_bytes text;		/* what is hashed, kept for its room */
	unsigned char secret[crypto_shorthash_KEYBYTES];
};

struct fil_digest *
fil_digest_new(size_t expected)
{
	struct fil_digest *digest = fil_alloc(1, sizeof(*digest));

	if (sodium_init() < 0)
		fil_bug("libsodium does not start");
	crypto_shorthash_keygen(digest->secret);
	digest->rows = fil_hashes_new(sizeof(struct fil_digest_entry) / sizeof(uint64_t), expected);
	return digest;
}

/* Every cell has its length in front, one more than it is, and 0 for NULL: no two rows of cells
 * are the same bytes. */
static uint64_t
hash_cells(struct fil_digest *digest, const char *const *cells, const size_t *lengths, size_t n)
{
	uint64_t hash;
	size_t size = 0;

	for (size_t i = 0; i < n; i++)
		size += sizeof(size_t) + (cells[i] == NULL ? 0 : lengths[i]);
	fil_bytes_clear(&digest->text);
	fil_bytes_reserve(&digest->text, size);
	char *end = digest->text.data;
	for (size_t i = 0; i < n; i++) {
		size_t length = cells[i] == NULL ? 0 : lengths[i];
		size_t mark = cells[i] == NULL ? 0 : length + 1;
		memcpy(end, &mark, sizeof(mark));
		if (length > 0)
			memcpy(end + sizeof(mark), cells[i], length);
		end += sizeof(mark) + length;
	}
	crypto_shorthash((unsigned char *)&hash, (const unsigned char *)digest->text.data, size,
	    digest->secret);
	return hash;
}

struct fil_digest_hash
fil_digest_row(struct fil_digest *digest, const char *const *cells, const size_t *lengths,
    size_t n_keys, size_t n)
{
	struct fil_digest_hash hash;

	hash.key = hash_cells(digest, cells, lengths, n_keys);
	hash.content = hash_cells(digest, cells + n_keys, lengths + n_keys, n - n_keys) & ~SEEN;
	return hash;
}

struct fil_digest_entry *
fil_digest_find(const struct fil_digest *digest, uint64_t key)
{
	return (struct fil_digest_entry *)fil_hashes_find(digest->rows, key);
}

struct fil_digest_entry *
fil_digest_add(struct fil_digest *digest, struct fil_digest_hash hash, bool *fresh)
{
	uint64_t *words = fil_hashes_add(digest->rows, hash.key, fresh);
	struct fil_digest_entry *entry = (struct fil_digest_entry *)words;

	if (*fresh)
		entry->content = hash.content & ~SEEN;
	return entry;
}

uint64_t
fil_digest_content(const struct fil_digest_entry *entry)
{
	return entry->content & ~SEEN;
}

void
fil_digest_set_content(struct fil_digest_entry *entry, uint64_t content)
{
	entry->content = (entry->content & SEEN) | (content & ~SEEN);
}

bool
fil_digest_seen(const struct fil_digest_entry *entry)
{
	return (entry->content & SEEN) != 0;
}

void
fil_digest_see(struct fil_digest_entry *entry)
{
	entry->content |= SEEN;
}

size_t
fil_digest_count(const struct fil_digest *digest)
{
	return fil_hashes_count(digest->rows);
}

size_t
fil_digest_bytes(const struct fil_digest *digest)
{
	return fil_hashes_bytes(digest->rows);
}

void
fil_digest_free(struct fil_digest *digest)
{
	if (digest == NULL)
		return;
	fil_hashes_free(digest->rows);
	fil_bytes_release(&digest->text);
	free(digest);
}
