/* SPDX-License-Identifier: ISC */
/* A person named on a command line, by key, e-mail or name. */
#ifndef FIL_PERSON_NAMED_H
#define FIL_PERSON_NAMED_H

#include "lib/users/renamings.h"
#include "lib/base/fault.h"
#include "lib/load/matching.h"
#include "lib/store/store.h"

/* Reads the argument of --match, "email" or "name". Returns 0, or -1 with a usage fault. */
int fil_person_match(const char *text, enum fil_match *match, struct fil_fault *fault);

/* Returns today's key of the person with a key, e-mail or name; the caller frees it. A former key
 * leads to the person who had it first, and the key of a removed user is found in the history.
 * Returns NULL with a fault (65) that begins with `place` and names the nearest, or one of the
 * store. */
char *fil_person_find(struct fil_store *store, const struct fil_renamings *renamings,
    enum fil_match match, const char *place, const char *text, struct fil_fault *fault);

#endif
