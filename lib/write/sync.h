/* SPDX-License-Identifier: ISC */
/* A roster: the whole list of one feed's people, held against those whom the store has of that
 * feed: who left, how much would change, and who may only have another key. */
#ifndef FIL_SYNC_H
#define FIL_SYNC_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/load/rejects.h"
#include "lib/write/changes.h"
#include "lib/write/known_rows.h"
#include "lib/write/run.h"

/* A feed with fewer active users than this may change as it likes (design: "--max-churn"). */
enum { FIL_ROSTER_SMALL = 20 };

struct fil_sync_options {
	const char *feed;
	bool take; /* take users over from other feeds */
	bool force; /* no guard */
	unsigned max_churn; /* percent of the feed's active users */
	fil_day today;
};

struct fil_refusals;
struct fil_sync;

/* Returns a roster within the run; the caller frees it. options->feed must live as long. */
struct fil_sync *fil_sync_new(struct fil_run *run, const struct fil_sync_options *options);

/* Returns in which column users end, and today; it belongs to the roster. */
const struct fil_term *fil_sync_term(const struct fil_sync *roster);

/* Returns the number of the column of feeds. */
size_t fil_sync_feed(const struct fil_sync *roster);

/* Has every stored row learnt, and awaits those who are active in the feed. Call it before the
 * first row is judged. Returns 0, or -1 with a fault of the store. */
int fil_sync_learn(struct fil_sync *roster, struct fil_known_rows *known, struct fil_fault *fault);

/* Returns whether a row may stand in the list: its own word for its feed is this one, or the list
 * takes users over. */
bool fil_sync_lists(const struct fil_sync *roster, const char *const *values);

/* Notes a row that was changed, and the feed that it had before: taken over, it joins. */
void fil_sync_note_change(struct fil_sync *roster, const char *feed);

/* Finds the users who were awaited and did not come. Call it after the last row. Returns 0, or -1
 * with a fault of the store. */
int fil_sync_find_leavers(
    struct fil_sync *roster, struct fil_known_rows *known, struct fil_fault *fault);

/* Returns 0 when so much change is let through, else -1 with a fault (1) that has the figures. */
int fil_sync_guard(
    const struct fil_sync *roster, const struct fil_counts *counts, struct fil_fault *fault);

/* Tells the pairs of a leaver and a joiner of this run who have the same name or e-mail, the first
 * twenty, each as a text. Returns 0, or -1 with a fault of the store. */
int fil_sync_renames(struct fil_sync *roster, struct fil_known_rows *known,
    void (*tell)(void *context, const char *text), void *context, struct fil_fault *fault);

/* Marks the leavers as left today, in the order of their keys, and counts them. Returns 0 or -1. */
int fil_sync_mark(struct fil_sync *roster, struct fil_changes *changes, struct fil_counts *counts,
    struct fil_fault *fault);

/* Does all of that after the last row: marks who left, unless the list changes too much; then the
 * probable renames are listed beside the refusals. Where rows were refused nobody is marked: the
 * people in them may be there. Returns 0, or -1 with a fault. */
int fil_sync_close(struct fil_sync *roster, struct fil_known_rows *known,
    struct fil_refusals *refusals, struct fil_changes *changes, struct fil_fault *fault);

/* Frees what it holds; NULL is fine. */
void fil_sync_free(struct fil_sync *roster);

/* Namesakes: joiners who have the name or the e-mail of somebody who left, and may be the same
 * person under another key. */

struct fil_namesakes;

/* Knows of nobody; the caller frees it. */
struct fil_namesakes *fil_namesakes_new(void);

/* Adds a leaver; name and e-mail may be NULL. The key must live as long. */
void fil_namesakes_add(
    struct fil_namesakes *namesakes, const char *key, const char *name, const char *email);

/* Tells of the users whom the run has added, and who are like a leaver: the first twenty in the
 * order of their keys, each as a text. Returns 0, or -1 with a fault of the store. */
int fil_namesakes_tell(struct fil_namesakes *namesakes, struct fil_run *run,
    struct fil_known_rows *known, void (*tell)(void *context, const char *text), void *context,
    struct fil_fault *fault);

/* Frees what it holds; NULL is fine. */
void fil_namesakes_free(struct fil_namesakes *namesakes);

#endif
