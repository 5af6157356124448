/* SPDX-License-Identifier: ISC */
/* A renaming: gives a user another key, in all tables. If another user has the key already, both are
 * one person and are joined: the facts of the one go to the other, and so do references to the one;
 * the row of the one goes. */
#ifndef FIL_RENAME_H
#define FIL_RENAME_H

#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/write/changes.h"
#include "lib/write/refusals.h"
#include "lib/write/run.h"

/* Which row stays where both users have a row with the same other keys. */
enum fil_join_prefer { FIL_JOIN_NEITHER, FIL_JOIN_OLD, FIL_JOIN_NEW };

/* How users are joined. */
struct fil_join_options {
	enum fil_join_prefer prefer;
	const struct fil_refusals *refusals; /* get a remark for each fact that differs */
};

/* The result of a renaming. */
enum fil_renamed { FIL_RENAMED, FIL_RENAMED_BEFORE, FIL_JOINED, FIL_RENAME_FAILED };

/* Gives the user `old` the key `new` within the run, in all tables. The history keeps the key of
 * its time, and what became of it. The changes get the row. If a user has the key `new` already,
 * both are joined: JOINED, the changes get the row of `old` as removed, and *moved grows by the
 * rows that follow. The engine must check references (no fil_store_trust). RENAMED_BEFORE: no
 * user has the key `old`, and the history shows that it became `new`. FAILED with a fault: of the
 * store, or 65 when no user has the key `old`. The fault is FIL_REFUSED where rows of the same
 * keys differ and neither user is preferred. */
enum fil_renamed
fil_rename_user(struct fil_run *run, struct fil_changes *changes, const char *old, const char *new,
    const struct fil_join_options *options, size_t *moved, struct fil_fault *fault);

/* Gives the rows of the user `old` in all tables to the key `new`, which no user has. They keep their
 * runs. Returns 0, or -1 with a fault of the store. */
int
fil_rename_key(struct fil_store *store, const char *old, const char *new, struct fil_fault *fault);

/* Sets the run's number in the row of the user renamed to `new`, if there is one. Call it after the
 * rows of an input are written: before, that number marks a row of the input. Returns 0, or -1 with
 * a fault of the store. */
int fil_rename_sign(struct fil_store *store, int64_t run, const char *new, struct fil_fault *fault);

/* Notes the run as the one that last wrote the users whom it has changed, as fil_rename_sign does.
 * Returns 0, or -1 with a fault of the store. */
int fil_join_sign(struct fil_run *run, struct fil_fault *fault);

#endif
