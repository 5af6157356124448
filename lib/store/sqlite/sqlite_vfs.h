/* SPDX-License-Identifier: ISC */
/* The module by which SQLite reads and writes the store's file and its log: SQLite's own, which here
 * writes many pages of the log by one call. */
#ifndef FIL_SQLITE_VFS_H
#define FIL_SQLITE_VFS_H

/* Returns the module's name for sqlite3_open_v2. Bytes of the log wait in memory until they are synced,
 * as a commit does before others see it: `synchronous` must be FULL. While bytes wait, this process holds
 * the lock under which they are written. The store's own file is written at once. */
const char *fil_sqlite_vfs(void);

#endif
