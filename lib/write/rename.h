/* SPDX-License-Identifier: ISC */
/* A renaming: a user under another key, with everything that is known of them. */
#ifndef FIL_RENAME_H
#define FIL_RENAME_H

#include "lib/base/fault.h"
#include "lib/write/changes.h"
#include "lib/write/join.h"
#include "lib/write/run.h"

/* What came of a renaming. */
enum fil_renamed { FIL_RENAMED, FIL_RENAMED_BEFORE, FIL_JOINED, FIL_RENAME_FAILED };

/* Gives the user `old` the key `new` within the run, in all tables and in the history; the changes
 * get the row. Where a user has the key `new` already both are joined (fil_join_users): JOINED, the
 * changes get the row of `old` as removed, and *moved is increased by the rows that follow. The
 * engine must check references (no fil_store_trust). RENAMED_BEFORE: no user has the key `old`, and
 * the history shows that it became `new`, now or earlier. FAILED with a fault: of the store, 65 when
 * no user has the key `old`, or FIL_REFUSED when the facts of two users differ. */
enum fil_renamed
fil_rename_user(struct fil_run *run, struct fil_changes *changes, const char *old, const char *new,
    const struct fil_join_options *options, size_t *moved, struct fil_fault *fault);

/* Notes the run as the one that last wrote the row of the user renamed to `new`, if a user still has
 * that key. Call it once the rows of an input are written: these take a row with this
 * run's number for one of theirs. Returns 0, or -1 with a fault of the store. */
int fil_rename_sign(struct fil_run *run, const char *new, struct fil_fault *fault);

#endif
