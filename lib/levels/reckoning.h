/* SPDX-License-Identifier: ISC */
/* A reckoning: for each user, the rows that the facts ask of the ledger, beside those that it
 * holds. */
#ifndef FIL_RECKONING_H
#define FIL_RECKONING_H

#include <stdbool.h>

#include "lib/levels/dimension.h"
#include "lib/base/fault.h"
#include "lib/store/store.h"
#include "lib/levels/trail.h"

struct fil_reckoning;

/* A user, until the next move. asked and held: one for each dimension, level -1 for no row. */
struct fil_reckoning_user {
	const char *user;
	const struct fil_standing *asked, *held;
	bool asks_total, holds_total;			/* a row of standings */
	fil_day asked_autonomous, held_autonomous;
};

/* Returns a reckoning of all users; the caller frees it. The dimensions must outlive it. */
struct fil_reckoning *fil_reckoning_new(
    struct fil_store *store, const struct fil_dimensions *dimensions);

/* Returns a reckoning of some users, at most n at a time, whom fil_reckoning_users names. */
struct fil_reckoning *fil_reckoning_of_users(
    struct fil_store *store, const struct fil_dimensions *dimensions, size_t n);

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
