/* SPDX-License-Identifier: ISC */
/* A renaming: a user under another key, with everything that is known of them. */
#ifndef FIL_RENAME_H
#define FIL_RENAME_H

#include "lib/base/fault.h"
#include "lib/write/changes.h"
#include "lib/write/run.h"

struct fil_rename;

/* Returns a renaming within the run; the rows of those renamed go to the changes. The engine must
 * be looking at references (no fil_store_trust). The caller frees it. */
struct fil_rename *fil_rename_new(struct fil_run *run, struct fil_changes *changes);

/* What came of it. */
enum fil_renamed { FIL_RENAMED, FIL_RENAMED_BEFORE, FIL_RENAME_FAILED };

/* Gives the user `old` the key `new`, in all tables and in the history. RENAMED_BEFORE: nobody is
 * `old`, and the history shows that who was is `new` now, or has been since. FAILED with a fault:
 * of the store, or 65 when nobody is `old`, or when both are somebody. */
enum fil_renamed fil_rename_user(
    struct fil_rename *rename, const char *old, const char *new, struct fil_fault *fault);

/* Notes the run as the one that last wrote the rows of those renamed: once the rows of an input are
 * written, which take a row with this run's number for one of theirs. Returns 0 or -1. */
int fil_rename_sign(struct fil_rename *rename, struct fil_fault *fault);

/* Frees what it holds; NULL is fine. */
void fil_rename_free(struct fil_rename *rename);

#endif
