/* SPDX-License-Identifier: ISC */
/* The file of a store, and the lock file beside it. The type of a file is read from its first bytes
 * before SQLite opens it. */
#ifndef FIL_SQLITE_FILE_H
#define FIL_SQLITE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "lib/base/fault.h"
#include "lib/base/temp_file.h"
#include "lib/store/transaction.h"

/* The bytes 68 to 71 of the file, "FILR". */
enum { FIL_FILE_ID = 0x46494C52 };

/* Returns the path of a store's file, links resolved; the caller frees it. *caution gets a warning
 * for the administrator, which the caller frees, or NULL. Writes nothing. Returns NULL with a fault
 * (69) that names the type: another application's database, text, a folder, a file with several
 * names, a store of a newer program. */
char *fil_file_find(const char *where, char **caution, struct fil_fault *fault);

/* Returns whether the path leads to a store, or to a file that belongs to one: a log, a lock. */
bool fil_file_is_store(const char *path);

/* What the name of the copy that an upgrade makes has behind that of the store, before the version. */
#define FIL_EARLIER ".before-"

/* Calls take with the path of each copy that an upgrade left beside the store, and the day it was made:
 * in the order of their names, without those that were written to since. */
void fil_file_earlier(const char *path, fil_earlier_take *take, void *context);

/* Removes such a copy, with what another program left beside it. Returns 0, or -1 with a fault. */
int fil_file_remove(const char *path, struct fil_fault *fault);

/* Checks that a store can be made there. Returns its path and *caution as fil_file_find does. An
 * existing file is a fault (73). So is a network file system, whose locks are not reliable. */
char *fil_file_vacant(const char *where, char **caution, struct fil_fault *fault);

/* Makes the file of mode 0600 from the bytes of a database, whole or not at all. They get the mark
 * of the write-ahead log. Messages call the file `where`. Returns 0, or -1 with a fault: 73 if it
 * exists already. */
int fil_file_create(
    const char *path, const char *where, unsigned char *bytes, size_t n, struct fil_fault *fault);

/* Creates an empty file of mode 0600, without a name where the file system can. It is to get the name
 * `where`, or the name behind that link. in_use: `where` becomes a store in use, so that an existing
 * file and a network file system are faults (73). Returns the path that leads to it; the caller frees
 * it, and releases the file. Returns NULL with a fault, and nothing to release. */
char *fil_file_create_hidden(
    const char *where, bool in_use, struct fil_new_file *file, struct fil_fault *fault);

/* Removes the file unless it was placed. */
void fil_file_release_hidden(struct fil_new_file *file);

/* Marks a file that is not open as one with a write-ahead log, as a store in use has it, or as one
 * without. Messages call it `name`. Returns 0 or -1. */
int fil_file_set_log(
    const struct fil_new_file *file, bool with_log, const char *name, struct fil_fault *fault);

/* Waits until the file is on the disk, and gives it its name. Without `replace` an existing file is a
 * fault (73). Messages call it `name`. Returns 0 or -1. */
int
fil_file_place(struct fil_new_file *file, bool replace, const char *name, struct fil_fault *fault);

/* Adds the digest of its bytes to the end of a copy: SQLite reads a file as far as its pages go. The
 * copy is not open. Messages call it `name`. Returns 0 or -1. */
int fil_file_sign(const char *path, const char *name, struct fil_fault *fault);

/* Whether a copy has the bytes that were signed. One without a digest ends with a page: it was written to,
 * or is of an earlier version. */
enum fil_signed { FIL_CHANGED_COPY, FIL_UNCHANGED_COPY, FIL_UNSIGNED_COPY };

/* Compares a copy with its digest. No transaction is open on the file. Sets *is. Returns 0, or -1 with a
 * fault. */
int
fil_file_compare(const char *path, const char *name, enum fil_signed *is, struct fil_fault *fault);

/* Makes the folder of a new store for a group, or checks that it is the group's, as fil_store_group
 * does. */
int fil_file_prepare_group(const char *where, const char *group, struct fil_fault *fault);

/* Returns whether the file of this status lies in a folder of its group alone. */
bool fil_file_in_group(const char *path, const struct stat *file);

/* Returns whether the file of this status is open to the group of its folder alone: a group's store,
 * or a file beside it. */
bool fil_file_of_group(const char *path, const struct stat *file);

/* Opens a new store, with the files beside it, to the group of its folder. */
void fil_file_share(const char *path);

/* Gives an open file beside the store the store's permissions and, if this process is root, its
 * owner. Otherwise users of the store could not use it. Failures are ignored. */
void fil_file_adopt(int companion, const char *path);

/* Returns the mount point of the file system at the path; the caller frees it. */
char *fil_file_mount(const char *path);

/* Takes the lock of the store at the path. Each write transaction and each checkpoint holds it. It
 * keeps SQLite before 3.51.3 from losing commits (sqlite.org/wal.html, "the WAL-reset bug"), and
 * ends with its process. Waits at most `seconds`; then the fault (75) names the holder. The lock
 * file has the store's mode and, if created by root, its owner. Messages call the store `name`.
 * Returns a descriptor for fil_lock_release, or -1 with a fault. */
int fil_lock_take(const char *path, const char *name, unsigned seconds, struct fil_fault *fault);

/* Releases the lock; -1 is fine. */
void fil_lock_release(int lock);

#endif
