/* SPDX-License-Identifier: ISC */
/* Keeps the derived tables in step with the autonomy events, in the transaction that records these.
 * The table standing has a row for each user and dimension with a level. The table standings has a
 * row, with the first such day, for each user who has been autonomous. */
#ifndef FIL_STANDING_UPDATE_H
#define FIL_STANDING_UPDATE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/fault.h"
#include "lib/store/store.h"

/* Both tables, which the catalogue lacks. */
extern const struct fil_relation fil_standing_table, fil_standings_table;

/* Notes the users whose events a run changes, then updates their derived rows alone. They are looked
 * up; for a large share of all users, all are read in one ordered pass. Of more than 131,072 noted
 * users, the rows of all users are updated. */
struct fil_standing_update;

/* Returns an update without users; the caller frees it. */
struct fil_standing_update *fil_standing_update_new(struct fil_store *store);

/* Notes that a row with this first key was written to a table, or removed from it. A row of
 * autonomy concerns its user; a row of dimensions or thresholds concerns all users; other tables
 * are ignored. */
void
fil_standing_update_note(struct fil_standing_update *update, const char *table, const char *key);

/* Writes the derived rows of the noted users, as rows of this run, within the transaction. Returns
 * 0, or -1 with a fault. */
int
fil_standing_update_write(struct fil_standing_update *update, int64_t run, struct fil_fault *fault);

/* Frees the update, without writing; NULL is fine. */
void fil_standing_update_free(struct fil_standing_update *update);

/* A comparison of the derived tables with the events. */
struct fil_standing_verification {
	/* Takes a derived row that is not what the events say: the one of a user in a dimension, of
	 * `standing`; or with NULL the user's row of `standings`. NULL: rows are only counted. */
	void (*take)(void *context, const char *user, const char *dimension);
	/* NULL, or takes each row of autonomy, in the order of the keys, also after one that is
	 * damaged: all columns, then run. */
	void (*event)(void *context, struct fil_query *query);
	/* NULL, or takes each row of the derived table: all columns, then run. */
	void (*derived)(void *context, const struct fil_relation *table, struct fil_query *query);
	void *context; /* of all three */
	bool ahead; /* rows are read ahead: `event` and `derived` are given, and read no query */
};

/* Compares the derived tables with the events, by user and dimension. Returns the number of rows
 * that differ, or -1 with a fault. */
long long fil_standing_verify(struct fil_store *store,
    const struct fil_standing_verification *verification, struct fil_fault *fault);

#endif
