/* SPDX-License-Identifier: ISC */
/* The module by which SQLite reads and writes the store's file and its log: SQLite's own, which here
 * writes many pages by one call. */
#ifndef FIL_SQLITE_VFS_H
#define FIL_SQLITE_VFS_H

/* Returns the module's name for sqlite3_open_v2. Bytes wait in memory until others may see them or
 * until they are synced: a checkpoint and a commit end with a sync, so that `synchronous` must be FULL.
 * While bytes wait, this process holds the lock under which they are written. */
const char *fil_sqlite_vfs(void);

#endif
