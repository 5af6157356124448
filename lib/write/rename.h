/* SPDX-License-Identifier: ISC */
/* A renaming: gives a user another key, in all tables. */
#ifndef FIL_RENAME_H
#define FIL_RENAME_H

#include "lib/base/fault.h"
#include "lib/write/changes.h"
#include "lib/write/join.h"
#include "lib/write/run.h"

/* The result of a renaming. */
enum fil_renamed { FIL_RENAMED, FIL_RENAMED_BEFORE, FIL_JOINED, FIL_RENAME_FAILED };

/* Gives the user `old` the key `new` within the run, in all tables and in the history. The changes
 * get the row. If a user has the key `new` already, both are joined (fil_join_users): JOINED, the
 * changes get the row of `old` as removed, and *moved grows by the rows that follow. The engine must
 * check references (no fil_store_trust). RENAMED_BEFORE: no user has the key `old`, and the history
 * shows that it became `new`. FAILED with a fault of the store, 65 when no user has the key `old`,
 * or FIL_REFUSED when facts of the two users differ. */
enum fil_renamed
fil_rename_user(struct fil_run *run, struct fil_changes *changes, const char *old, const char *new,
    const struct fil_join_options *options, size_t *moved, struct fil_fault *fault);

/* Sets the run's number in the row of the user renamed to `new`, if there is one. Call it after the
 * rows of an input are written: before, that number marks a row of the input. Returns 0, or -1 with
 * a fault of the store. */
int fil_rename_sign(struct fil_run *run, const char *new, struct fil_fault *fault);

#endif
