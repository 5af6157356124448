/* SPDX-License-Identifier: ISC */
/* Sync: the whole list of one feed's users, compared with the users that the store has of that feed.
 * It marks users who left, guards against too much change (the churn guard), and lists users who may
 * only have another key. */
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

/* A feed with fewer active users than this may change as it likes (design: "--max-churn"). */
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

/* Returns in which column users end, and today; it belongs to the sync. */
const struct fil_term *fil_sync_term(const struct fil_sync *sync);

/* Has every stored row scanned into known, which must live as long, and awaits the users who are
 * active in the feed. Call it before the first row is judged. Returns 0, or -1 with a fault of the
 * store. */
int fil_sync_learn(struct fil_sync *sync, struct fil_known_rows *known, struct fil_fault *fault);

/* Returns whether a row may stand in the list: it names this feed or none, or the list takes users
 * over. */
bool fil_sync_lists(const struct fil_sync *sync, const char *const *values);

/* Notes a changed row by the cells that it had before: a user taken over from another feed joins. */
void fil_sync_note_change(struct fil_sync *sync, const char *const *before);

/* Marks the awaited users who did not come as left today, in the order of their keys, and counts
 * them. Call it after the last row. Where rows were refused no user is marked: the missing rows may
 * be among these. When the list changes too much of its feed no user is marked either. The refusals
 * get a remark for each of the first twenty users who join and have the name or e-mail of a user who
 * leaves: probably renamed. When the list is accepted these are doubts instead, unless people, or
 * NULL, tell that no user who joins is like one who leaves. Returns 0, or -1 with a fault:
 * FIL_REFUSED for too much change. */
int fil_sync_close(struct fil_sync *sync, struct fil_changes *changes, struct fil_counts *counts,
    const struct fil_refusals *refusals, const struct fil_people *people, struct fil_fault *fault);

/* Frees what it holds; NULL is fine. */
void fil_sync_free(struct fil_sync *sync);

#endif
