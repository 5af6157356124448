/* SPDX-License-Identifier: ISC */
/* Facts: the autonomy events as the store holds them, user by user, each onto a trail. */
#ifndef FIL_FACTS_H
#define FIL_FACTS_H

#include "lib/store/cursor.h"
#include "lib/base/fault.h"
#include "lib/store/store.h"
#include "lib/levels/trail.h"

/* Returns a cursor over all facts in the order of a trail; the caller frees it. */
struct fil_cursor *fil_facts_new(struct fil_store *store);

/* Returns such a cursor of some users, at most n at a time (fil_cursor_of_users). */
struct fil_cursor *fil_facts_of_users(struct fil_store *store, size_t n);

/* Fills the trail anew with the facts of the user at hand, those of the sources in the set of bits.
 * Returns 0 or -1. */
int fil_facts_take(struct fil_cursor *facts, const struct fil_dimensions *dimensions,
    unsigned sources, struct fil_trail *trail, struct fil_fault *fault);

#endif
