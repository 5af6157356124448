/* SPDX-License-Identifier: ISC */
/* Sync: compares the whole list of a feed's users with the stored users of that feed. It marks
 * users who left, and lists users who may only have a new key. Its churn guard refuses too much
 * change. */
#ifndef FIL_SYNC_H
#define FIL_SYNC_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/write/changes.h"
#include "lib/write/known_rows.h"
#include "lib/write/people/people.h"
#include "lib/write/refusals.h"
#include "lib/write/run.h"

/* A feed with fewer active users has no churn guard. */
enum { FIL_SYNC_SMALL = 20 };

struct fil_sync_options {
	const char *feed;
	bool take; /* take users over from other feeds */
	bool force; /* no churn guard */
	unsigned max_churn; /* percent of the feed's active users */
	fil_day today;
	struct fil_doubts *doubts; /* get probable renames, or NULL */
};

struct fil_sync;

/* Returns a sync within the run; the caller frees it. The options must live as long. */
struct fil_sync *fil_sync_new(struct fil_run *run, const struct fil_sync_options *options);

/* Returns the column `left`, and today; it belongs to the sync. */
const struct fil_term *fil_sync_term(const struct fil_sync *sync);

/* Has known read every stored row, and await the active users of the feed. The people, or NULL, learn each
 * user, by fil_sync_settle at the latest. Both must live as long. Call it before the first row is judged.
 * Returns 0, or -1 with a fault of the store. */
int fil_sync_learn(struct fil_sync *sync, struct fil_known_rows *known, struct fil_people *people,
    struct fil_fault *fault);

/* Returns whether the list may have a row: of this feed or none, or --take is given. */
bool fil_sync_lists(const struct fil_sync *sync, const char *const *values);

/* Notes a changed row by its previous cells: a user taken over from another feed joins. */
void fil_sync_note_change(struct fil_sync *sync, const char *const *before);

/* Notes the cells of a user who was added. */
void fil_sync_note_joiner(struct fil_sync *sync, const char *const *cells);

/* Finds the awaited users who did not come. Call it once, after the last row. Returns 0, or -1 with a
 * fault. */
int fil_sync_settle(struct fil_sync *sync, struct fil_fault *fault);

/* Marks the users found as left today, in the order of their keys, and counts them. After a refused row no user is marked: that row may be theirs.
 * Returns 0, or -1 with a fault: FIL_REFUSED when the list changes too much of its feed. The
 * refusals then get a remark for each of the first twenty probable renames. These are users who
 * join with the name or e-mail of a user who leaves. When the list is accepted, users who join with
 * the e-mail, or with the name and unit, of one who leaves are doubts instead. */
int fil_sync_close(struct fil_sync *sync, struct fil_changes *changes, struct fil_counts *counts,
    const struct fil_refusals *refusals, struct fil_fault *fault);

/* Frees what it holds; NULL is fine. */
void fil_sync_free(struct fil_sync *sync);

#endif
