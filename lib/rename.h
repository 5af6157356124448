/* SPDX-License-Identifier: ISC */
/* A renaming: a user under another key, with everything that is known of them. */
#ifndef FIL_RENAME_H
#define FIL_RENAME_H

#include "lib/changes.h"
#include "lib/fault.h"
#include "lib/run.h"

/* What came of a renaming. */
enum fil_renamed { FIL_RENAMED, FIL_RENAMED_BEFORE, FIL_RENAME_FAILED };

/* Gives the user `old` the key `new` within the run, in all tables and in the history, and adds the
 * user's row to the changes. The engine must be looking at references (no fil_store_trust).
 * RENAMED_BEFORE: nobody is `old`, and the history shows that `new` was. FAILED with a fault: of
 * the store, or 65 when nobody is `old`, or when both are somebody. */
enum fil_renamed fil_rename_user(struct fil_run *run, const char *old, const char *new,
    struct fil_changes *changes, struct fil_fault *fault);

#endif
