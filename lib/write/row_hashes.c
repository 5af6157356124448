/* SPDX-License-Identifier: ISC */
#include "lib/write/row_hashes.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "lib/base/fault.h"
#include "lib/base/hash.h"
#include "lib/base/memory.h"
#include "lib/base/number.h"
#include "lib/write/hash_file.h"

/* Contents are hashed modulo this prime, 2^61 - 1, in blocks of BLOCK bytes. */
#define PRIME ((UINT64_C(1) << 61) - 1)
enum { BLOCK = 7 };

/* Bits of the hash of a key that are compared first. */
enum { FIRST_BITS = 16 };

__extension__ typedef unsigned __int128 wide;

_Static_assert(
    sizeof(struct fil_row_hashes_entry) == 2 * sizeof(uint64_t), "an entry is two words");

struct fil_row_hashes {
	struct fil_hash *rows;
	struct fil_bytes text; /* the key being hashed */
	unsigned char secret[crypto_shorthash_KEYBYTES];
	uint64_t factor; /* secret too */
	struct fil_hash_file *file; /* of the rows above `most`, or NULL: all are in memory */
	size_t most;
	struct fil_fault lost; /* why the file failed; FIL_OK: it did not */
};

/* Returns an empty set with room for `expected` rows. */
static struct fil_hash *
new_rows(size_t expected)
{
	return fil_hash_new(sizeof(struct fil_row_hashes_entry) / sizeof(uint64_t), expected);
}

struct fil_row_hashes *
fil_row_hashes_new(size_t expected)
{
	struct fil_row_hashes *hashes = fil_alloc(1, sizeof *hashes);

	if (sodium_init() < 0)
		fil_bug("libsodium does not start");
	crypto_shorthash_keygen(hashes->secret);
	randombytes_buf(&hashes->factor, sizeof hashes->factor);
	hashes->factor >>= 64 - 58;
	hashes->rows = new_rows(expected);
	return hashes;
}

void
fil_row_hashes_limit(struct fil_row_hashes *hashes, size_t most, const char *folder)
{
	hashes->most = most;
	if (!hashes->file)
		hashes->file = fil_hash_file_new(
		    sizeof(struct fil_row_hashes_entry) / sizeof(uint64_t), folder);
}

int
fil_row_hashes_check(const struct fil_row_hashes *hashes, struct fil_fault *fault)
{
	if (hashes->lost.status == FIL_OK)
		return 0;
	*fault = hashes->lost;
	return -1;
}

uint64_t
fil_row_hashes_key(const struct fil_row_hashes *hashes, const char *text, size_t n)
{
	uint64_t hash;

	crypto_shorthash((unsigned char *)&hash, (const unsigned char *)text, n, hashes->secret);
	return hash;
}

void
fil_row_hashes_reserve(struct fil_row_hashes *hashes, size_t expected)
{
	fil_hash_reserve(
	    hashes->rows, hashes->file && expected > hashes->most ? hashes->most : expected);
}

void
fil_row_hashes_seek(const struct fil_row_hashes *hashes, uint64_t key)
{
	fil_hash_prefetch(hashes->rows, key);
	if (hashes->file)
		fil_hash_file_prefetch(hashes->file, key);
}

/* Every cell has its length plus one in front, and 0 for NULL, so that different keys are different
 * bytes. */
static uint64_t
hash_cells(struct fil_row_hashes *hashes, const char *const *cells, const size_t *lengths, size_t n)
{
	size_t size = 0;
	char *end;

	if (n == 1 && cells[0])
		return fil_row_hashes_key(hashes, cells[0], lengths[0]);
	for (size_t i = 0; i < n; i++)
		size += sizeof(uint32_t) + (cells[i] ? lengths[i] : 0);
	fil_bytes_clear(&hashes->text);
	fil_bytes_reserve(&hashes->text, size);
	end = hashes->text.data;
	for (size_t i = 0; i < n; i++) {
		size_t length = cells[i] ? lengths[i] : 0;
		uint32_t mark = cells[i] ? (uint32_t)length + 1 : 0;

		memcpy(end, &mark, sizeof mark);
		if (length > 0)
			memcpy(end + sizeof mark, cells[i], length);
		end += sizeof mark + length;
	}
	return fil_row_hashes_key(hashes, hashes->text.data, size);
}

/* Returns n bytes, at most BLOCK of them, as a number. */
static inline uint64_t
load(const char *text, size_t n)
{
	const unsigned char *bytes = (const unsigned char *)text;
	uint32_t low, high;

	if (n >= sizeof low) {
		memcpy(&low, text, sizeof low);
		memcpy(&high, text + n - sizeof high, sizeof high);
		return low | (uint64_t)high << (8 * (n - sizeof high));
	}
	if (n == 0)
		return 0;
	return bytes[0] | (uint64_t)bytes[n / 2] << (8 * (n / 2)) |
	    (uint64_t)bytes[n - 1] << (8 * (n - 1));
}

/* Adds a block to a sum. With a factor below 2^58 the sum stays below 2^62. */
static inline uint64_t
add_block(uint64_t sum, uint64_t block, uint64_t factor)
{
	wide product = (wide)(sum + block) * factor;

	return (uint64_t)(product & PRIME) + (uint64_t)(product >> 61);
}

/* Adds a cell. Its last block holds their number above its bytes, so that different rows are
 * different blocks. */
static inline uint64_t
add_cell(uint64_t sum, const char *cell, size_t n, uint64_t factor)
{
	enum { NOTHING = BLOCK + 2 };
	const uint64_t whole = (UINT64_C(1) << (8 * BLOCK)) - 1;
	uint64_t block;

	if (!cell)
		return add_block(sum, (uint64_t)NOTHING << (8 * BLOCK), factor);
	for (; n > BLOCK; cell += BLOCK, n -= BLOCK) {
		memcpy(&block, cell, sizeof block);
		sum = add_block(sum, block & whole, factor);
	}
	return add_block(sum, load(cell, n) | (uint64_t)(n + 1) << (8 * BLOCK), factor);
}

/* The polynomial with the row's blocks as coefficients, at a secret point. Two different rows agree
 * at no more points than the longer one has blocks. */
uint64_t
fil_row_hashes_cells(
    const struct fil_row_hashes *hashes, const char *const *cells, const size_t *lengths, size_t n)
{
	uint64_t sum = 1;

	for (size_t i = 0; i < n; i++)
		sum = add_cell(sum, cells[i], lengths[i], hashes->factor);
	sum = (sum & PRIME) + (sum >> 61);
	return sum >= PRIME ? sum - PRIME : sum;
}

struct fil_row_hashes_hash
fil_row_hashes_row(struct fil_row_hashes *hashes, const char *const *cells, const size_t *lengths,
    size_t n_keys, size_t n)
{
	struct fil_row_hashes_hash hash;

	hash.key = hash_cells(hashes, cells, lengths, n_keys);
	hash.content = fil_row_hashes_cells(hashes, cells + n_keys, lengths + n_keys, n - n_keys);
	return hash;
}

/* Returns whether rows wait in the file. */
static bool
has_file(const struct fil_row_hashes *hashes)
{
	return hashes->file && fil_hash_file_count(hashes->file) > 0;
}

struct fil_row_hashes_entry *
fil_row_hashes_find(struct fil_row_hashes *hashes, uint64_t key)
{
	uint64_t *words = fil_hash_find(hashes->rows, key);

	if (words || !has_file(hashes))
		return (struct fil_row_hashes_entry *)words;
	if (fil_hash_file_find(hashes->file, key, &words, &hashes->lost) <= 0)
		return NULL;
	return (struct fil_row_hashes_entry *)words;
}

/* Moves the rows in memory to the file, if they are as many as may be. */
static void
make_room(struct fil_row_hashes *hashes)
{
	if (hashes->file && fil_hash_count(hashes->rows) >= hashes->most)
		fil_hash_file_move(hashes->file, hashes->rows, &hashes->lost);
}

struct fil_row_hashes_entry *
fil_row_hashes_add(struct fil_row_hashes *hashes, struct fil_row_hashes_hash hash, bool *fresh)
{
	struct fil_row_hashes_entry *entry =
	    has_file(hashes) ? fil_row_hashes_find(hashes, hash.key) : NULL;

	*fresh = false;
	if (entry)
		return entry;
	make_room(hashes);
	entry = (struct fil_row_hashes_entry *)fil_hash_add(hashes->rows, hash.key, fresh);
	if (*fresh)
		entry->content = hash.content & FIL_ROW_CONTENT;
	return entry;
}

void
fil_row_hashes_settle(struct fil_row_hashes *hashes)
{
	if (!has_file(hashes))
		return;
	if (fil_hash_file_move(hashes->file, hashes->rows, &hashes->lost) == 0)
		fil_hash_file_merge(hashes->file, &hashes->lost);
	fil_hash_free(hashes->rows);
	hashes->rows = new_rows(0);
}

/* Adds the key of an entry that is missing. */
static void
note_missing(void *context, const uint64_t *words)
{
	const struct fil_row_hashes_entry *entry = (const struct fil_row_hashes_entry *)words;
	struct fil_row_hashes_keys *keys = context;

	if (!entry->awaited || entry->seen)
		return;
	keys->hashes = fil_grow(keys->hashes, keys->n, &keys->room, sizeof *keys->hashes);
	keys->hashes[keys->n++] = entry->key;
}

void
fil_row_hashes_missing(struct fil_row_hashes *hashes, struct fil_row_hashes_keys *keys)
{
	fil_hash_each(hashes->rows, note_missing, keys);
	if (has_file(hashes))
		fil_hash_file_each(hashes->file, note_missing, keys, &hashes->lost);
	if (keys->n == 0)
		return;
	qsort(keys->hashes, keys->n, sizeof *keys->hashes, fil_number_compare);
	keys->firsts = fil_alloc((size_t)1 << FIRST_BITS, sizeof *keys->firsts);
	for (size_t i = 0; i < keys->n; i++)
		keys->firsts[keys->hashes[i] >> (64 - FIRST_BITS)] = true;
}

/* The first bits exclude nearly all of the others. */
bool
fil_row_hashes_has(const struct fil_row_hashes_keys *keys, uint64_t hash)
{
	return keys->n > 0 && keys->firsts[hash >> (64 - FIRST_BITS)] &&
	    bsearch(&hash, keys->hashes, keys->n, sizeof hash, fil_number_compare);
}

void
fil_row_hashes_release(struct fil_row_hashes_keys *keys)
{
	free(keys->hashes);
	free(keys->firsts);
}

size_t
fil_row_hashes_count(const struct fil_row_hashes *hashes)
{
	return fil_hash_count(hashes->rows) +
	    (hashes->file ? fil_hash_file_count(hashes->file) : 0);
}

size_t
fil_row_hashes_bytes(const struct fil_row_hashes *hashes)
{
	return fil_hash_bytes(hashes->rows);
}

void
fil_row_hashes_free(struct fil_row_hashes *hashes)
{
	if (!hashes)
		return;
	fil_hash_free(hashes->rows);
	fil_hash_file_free(hashes->file);
	fil_bytes_release(&hashes->text);
	free(hashes);
}
