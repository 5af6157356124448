/* SPDX-License-Identifier: ISC */
#include "lib/base/keyset.h"

#include <stdlib.h>

#include <sodium.h>

#include "lib/base/fault.h"
#include "lib/base/hashes.h"
#include "lib/base/memory.h"

struct fil_keyset {
	struct fil_hashes *keys;
	unsigned char secret[crypto_shorthash_KEYBYTES];
};

struct fil_keyset *
fil_keyset_new(size_t expected)
{
	struct fil_keyset *set = fil_alloc(1, sizeof(*set));

	if (sodium_init() < 0)
		fil_bug("libsodium does not start");
	crypto_shorthash_keygen(set->secret);
	set->keys = fil_hashes_new(1, expected);
	return set;
}

uint64_t
fil_keyset_hash(const struct fil_keyset *set, const char *key, size_t n)
{
	uint64_t hash;

	crypto_shorthash((unsigned char *)&hash, (const unsigned char *)key, n, set->secret);
	return hash;
}

bool
fil_keyset_add(struct fil_keyset *set, const char *key, size_t n)
{
	bool fresh;

	fil_hashes_add(set->keys, fil_keyset_hash(set, key, n), &fresh);
	return fresh;
}

bool
fil_keyset_has(const struct fil_keyset *set, const char *key, size_t n)
{
	return fil_keyset_has_hash(set, fil_keyset_hash(set, key, n));
}

void
fil_keyset_seek(const struct fil_keyset *set, uint64_t hash)
{
	fil_hashes_seek(set->keys, hash);
}

bool
fil_keyset_has_hash(const struct fil_keyset *set, uint64_t hash)
{
	return fil_hashes_find(set->keys, hash) != NULL;
}

size_t
fil_keyset_count(const struct fil_keyset *set)
{
	return fil_hashes_count(set->keys);
}

void
fil_keyset_free(struct fil_keyset *set)
{
	if (set == NULL)
		return;
	fil_hashes_free(set->keys);
	free(set);
}
