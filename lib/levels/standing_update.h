/* SPDX-License-Identifier: ISC */
/* Keeps the derived tables in step with the autonomy events, in the transaction that records
 * these. standing has a row for each user and dimension with a level; standings has a row for
 * each user who has been autonomous, with the first such day. */
#ifndef FIL_STANDING_UPDATE_H
#define FIL_STANDING_UPDATE_H

#include <stdint.h>

#include "lib/base/fault.h"
#include "lib/store/store.h"

/* Notes the users whose events a run changes, then updates their derived rows: one user at a time
 * for few, in one ordered pass for many. */
struct fil_standing_update;

/* Returns an update that has nothing to do; the caller frees it. */
struct fil_standing_update *fil_standing_update_new(struct fil_store *store);

/* Notes that a row with this first key was written to a table, or removed from it. An autonomy
 * event concerns its user, a dimension all users, a row of another table nobody. */
void
fil_standing_update_note(struct fil_standing_update *update, const char *table, const char *key);

/* Writes the derived rows of the noted users, as rows of this run, within the transaction.
 * Returns 0, or -1 with a fault. */
int
fil_standing_update_write(struct fil_standing_update *update, int64_t run, struct fil_fault *fault);

/* Frees the update, without writing; NULL is fine. */
void fil_standing_update_free(struct fil_standing_update *update);

/* For tests. Compares the derived tables with what the events give. Returns the number of rows that
 * differ, the first of them named in the fault's text, or -1 with a fault. */
long long fil_standing_verify(struct fil_store *store, struct fil_fault *fault);

#endif
