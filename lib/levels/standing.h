/* SPDX-License-Identifier: ISC */
/* Standing: where each user stands now in each dimension, derived from the autonomy events. Kept in
 * the tables standing (a row for each user and dimension) and standings (a row for each user who has
 * been autonomous), in the transaction that records; recomputed by fil-check. */
#ifndef FIL_STANDING_H
#define FIL_STANDING_H

#include <stdint.h>

#include "lib/levels/dimension.h"
#include "lib/base/fault.h"
#include "lib/store/store.h"

/* The upkeep: notes users whose events a run touched, then brings the tables up to date, one user
 * at a time for few, in one ordered pass for many. */
struct fil_standing_keeper;

/* Returns a keeper that has nothing to do; the caller frees it. */
struct fil_standing_keeper *fil_standing_keeper_new(struct fil_store *store);

/* Notes a user: cheap, also for the same user over and over. */
void fil_standing_touch(struct fil_standing_keeper *keeper, const char *user);

/* A threshold or a dimension changed: everything is recomputed. */
void fil_standing_touch_all(struct fil_standing_keeper *keeper);

/* Notes that a row of a table, of that first key, was written or removed: a fact touches its user, a
 * dimension touches all, other tables touch nobody. */
void fil_standing_note(struct fil_standing_keeper *keeper, const char *table, const char *key);

/* Writes the standings of what was touched, as rows of this run, within the transaction. Returns 0
 * or -1. */
int fil_standing_keep(struct fil_standing_keeper *keeper, int64_t run, struct fil_fault *fault);

/* Frees the keeper, without writing; NULL is fine. */
void fil_standing_keeper_free(struct fil_standing_keeper *keeper);

/* Compares the tables with a recomputation. Returns the number of rows that differ, the first of
 * them named in the fault's text, or -1 with a fault. */
long long fil_standing_verify(struct fil_store *store, struct fil_fault *fault);

#endif
