/* SPDX-License-Identifier: ISC */
/* The lock: one file beside the store that each write transaction and each checkpoint holds. It is
 * what keeps SQLite before 3.51.3 from losing commits (sqlite.org/wal.html, "the WAL-reset bug"),
 * and it ends with its holder. */
#ifndef FIL_STORE_LOCK_H
#define FIL_STORE_LOCK_H

#include "lib/base/fault.h"

/* Takes the lock of the store at the path, waiting at most `seconds` for its holder (then 75,
 * naming it). The file takes the mode and, when root makes it, the owner of the store. Returns a
 * descriptor for fil_lock_release, or -1 with a fault in which the store is called name. */
int fil_lock_take(const char *path, const char *name, unsigned seconds, struct fil_fault *fault);

/* Gives the lock back; -1 is fine. */
void fil_lock_release(int lock);

#endif
