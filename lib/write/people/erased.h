/* SPDX-License-Identifier: ISC */
/* The keys of erased users. The store keeps hashes of them, by a secret that lies in a file of mode
 * 0600 beside the settings, never in the store or a copy: staff numbers can be tried one by one. */
#ifndef FIL_ERASED_H
#define FIL_ERASED_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/store/store.h"

/* The size of a hash in hexadecimal with a NUL. */
enum { FIL_ERASED_SIZE = 65 };

struct fil_erased;

/* Reads the secret from `erased.key` in the folder of settings: $XDG_CONFIG_HOME/filrouge, else
 * ~/.config/filrouge, else /etc/filrouge. make: makes the file where there is none. Returns no keys
 * yet, or NULL with a fault: 77, 78 when the file is missing, damaged or open to others. The caller
 * frees them. */
struct fil_erased *fil_erased_new(bool make, struct fil_fault *fault);

/* Reads the hashes of the store; pending: of erasures that are not finished. Returns 0, or -1 with a
 * fault. */
int fil_erased_read(
    struct fil_erased *erased, struct fil_store *store, bool pending, struct fil_fault *fault);

/* Returns whether the user of a key is among those read. */
bool fil_erased_has(const struct fil_erased *erased, const char *key);

/* Writes the hash of a key: BLAKE2b-256 keyed by the secret. */
void fil_erased_hash(
    const struct fil_erased *erased, const char *key, char hash[static FIL_ERASED_SIZE]);

/* Frees what it holds; NULL is fine. */
void fil_erased_free(struct fil_erased *erased);

#endif
