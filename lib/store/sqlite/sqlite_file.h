/* SPDX-License-Identifier: ISC */
/* The file of a store: what stands at a path, told from its bytes before an engine opens it. */
#ifndef FIL_SQLITE_FILE_H
#define FIL_SQLITE_FILE_H

#include "lib/base/fault.h"

/* The bytes 68 to 71 of the file, "FILR". */
enum { FIL_FILE_ID = 0x46494C52 };

/* Returns the path, links resolved, of the store's file; the caller frees it. What is not a store
 * (another application's database, text, a folder …), has several names, or was made by a newer
 * program is a fault (69) that says what it is; nothing is written. *caution gets what the
 * administrator should know, or NULL; the caller frees it too. */
char *fil_file_find(const char *where, char **caution, struct fil_fault *fault);

/* Makes an empty file of mode 0600 for a store, and returns its path as fil_file_find does.
 * Whatever is there already is a fault (73), and so is a network file system, on which locks cannot
 * be relied upon. */
char *fil_file_create(const char *where, char **caution, struct fil_fault *fault);

/* Gives the open companion of the store at the path the store's permissions and, when root made it,
 * its owner, as far as it can: else whoever may write the store could not use it. */
void fil_file_adopt(int companion, const char *path);

/* Returns the folder in which a file of that absolute path lies; the caller frees it. */
char *fil_file_folder(const char *path);

/* Returns the folder where the file system of the path is mounted; the caller frees it. */
char *fil_file_mount(const char *path);

/* The lock: one file beside the store that each write transaction and each checkpoint holds. It is
 * what keeps SQLite before 3.51.3 from losing commits (sqlite.org/wal.html, "the WAL-reset bug"),
 * and it ends with its holder. */

/* Takes the lock of the store at the path, waiting at most `seconds` for its holder (then 75,
 * naming it). The file takes the mode and, when root makes it, the owner of the store. Returns a
 * descriptor for fil_lock_release, or -1 with a fault in which the store is called name. */
int fil_lock_take(const char *path, const char *name, unsigned seconds, struct fil_fault *fault);

/* Gives the lock back; -1 is fine. */
void fil_lock_release(int lock);

#endif
