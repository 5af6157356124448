/* SPDX-License-Identifier: ISC */
/* Standing: where each user stands now in each dimension, derived from the autonomy events. Kept in
 * the tables standing (a row for each user and dimension) and standings (a row for each user who has
 * been autonomous), in the transaction that records; recomputed by fil-check. */
#ifndef FIL_STANDING_UPDATE_H
#define FIL_STANDING_UPDATE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/fault.h"
#include "lib/levels/standing.h"
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

/* A reckoning: for each user, the rows that the facts ask of the ledger, beside those that it
 * holds. */

struct fil_reckoning;

/* A user, until the next move. asked and held: one for each dimension, level -1 for no row. */
struct fil_reckoning_user {
	const char *user;
	const struct fil_standing *asked, *held;
	bool asks_total, holds_total; /* a row of standings */
	fil_day asked_autonomous, held_autonomous;
};

/* Returns a reckoning of all users; the caller frees it. The dimensions must outlive it. */
struct fil_reckoning *
fil_reckoning_new(struct fil_store *store, const struct fil_dimensions *dimensions);

/* Returns a reckoning of some users, at most n at a time, whom fil_reckoning_users names. */
struct fil_reckoning *
fil_reckoning_of_users(struct fil_store *store, const struct fil_dimensions *dimensions, size_t n);

/* Begins anew with these users, one at least. */
void fil_reckoning_users(struct fil_reckoning *reckoning, const char *const *users, size_t n);

/* Moves to the next user of whom there are facts or a ledger, in the order of the keys. The caller
 * may write ledger rows of the users that have gone by. Returns 1, 0 at the end, or -1 with a
 * fault. */
int fil_reckoning_step(
    struct fil_reckoning *reckoning, struct fil_reckoning_user *out, struct fil_fault *fault);

/* Frees the reckoning; NULL is fine. */
void fil_reckoning_free(struct fil_reckoning *reckoning);

/* Returns whether two standings are the same row. */
bool fil_standing_equal(const struct fil_standing *a, const struct fil_standing *b);

#endif
