/* SPDX-License-Identifier: ISC */
/* The keys of erased users. The store keeps hashes of them, by a secret that lies in a file of mode
 * 0600 beside the settings, never in the store or a copy: staff numbers can be tried one by one. */
#ifndef FIL_ERASED_H
#define FIL_ERASED_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/fault.h"
#include "lib/store/batch.h"
#include "lib/store/store.h"

/* The kind of a fault: a secret is lost, or is in the file of another account. */
#define FIL_ERASED_LOST "lost-secret"

struct fil_erased;

/* Reads the secrets from `erased.key` in the folder of settings: $XDG_CONFIG_HOME/filrouge, else
 * ~/.config/filrouge, else /etc/filrouge. Each line is one: accounts that share a store may each have
 * begun with their own. make: makes the file where there is none. Returns no keys yet, or NULL with a
 * fault: 77, 78 when the file is missing, damaged or open to others. The caller frees them. */
struct fil_erased *fil_erased_new(bool make, struct fil_fault *fault);

/* Chooses the secret by which the store's users were erased, else the first. *missing becomes a fault
 * (78) where the store has hashes by a secret that is not there. Returns 0, or -1 with a fault. */
int fil_erased_choose(struct fil_erased *erased, struct fil_store *store, struct fil_fault *missing,
    struct fil_fault *fault);

/* Reads the hashes of the store; pending: of erasures that are not finished. Returns 0, or -1 with a
 * fault. */
int fil_erased_read(
    struct fil_erased *erased, struct fil_store *store, bool pending, struct fil_fault *fault);

/* Returns whether the user of a key is among those read. */
bool fil_erased_has(const struct fil_erased *erased, const char *key);

/* Notes keys as erased by a run that is not finished, by their hashes and the chosen secret: the
 * first column of the batch. Returns 0, or -1 with a fault. */
int fil_erased_note(const struct fil_erased *erased, struct fil_store *store,
    const struct fil_batch *keys, int64_t run, struct fil_fault *fault);

/* Frees what it holds; NULL is fine. */
void fil_erased_free(struct fil_erased *erased);

#endif
