/* SPDX-License-Identifier: ISC */
/* A renaming: a user under another key, with everything that is known of them. */
#ifndef FIL_RENAME_H
#define FIL_RENAME_H

#include "lib/base/fault.h"
#include "lib/write/changes.h"
#include "lib/write/run.h"

/* What came of a renaming. */
enum fil_renamed { FIL_RENAMED, FIL_RENAMED_BEFORE, FIL_RENAME_FAILED };

/* Gives the user `old` the key `new` within the run, in all tables and in the history; the changes
 * get the row. The engine must check references (no fil_store_trust). RENAMED_BEFORE: no user has the
 * key `old`, and the history shows that it became `new`, now or earlier. FAILED with a fault: of the
 * store, or 65 when no user has the key `old`, or when both keys have a user. */
enum fil_renamed fil_rename_user(struct fil_run *run, struct fil_changes *changes, const char *old,
    const char *new, struct fil_fault *fault);

/* Notes the run as the one that last wrote the row of the user renamed to `new`, if a user still has
 * that key. Call it once the rows of an input are written: these take a row with this
 * run's number for one of theirs. Returns 0, or -1 with a fault of the store. */
int fil_rename_sign(struct fil_run *run, const char *new, struct fil_fault *fault);

#endif
