/* SPDX-License-Identifier: ISC */
/* The schema in a store's file: creation, verification, upgrade, and an inspection of the whole
 * file. A file is foreign unless its schema equals this program's, statement for statement. Further
 * triggers, views, tables or indexes make it foreign too. */
#ifndef FIL_SQLITE_SCHEMA_H
#define FIL_SQLITE_SCHEMA_H

#include "lib/store/sqlite/sqlite_connection.h"

/* Creates the tables in the empty database. Returns 0 or -1. */
int fil_sqlite_create(struct fil_sqlite *store, struct fil_fault *fault);

/* Checks that the store has exactly the schema of this version; opened for INSPECT, only that it is
 * of this version. A store of an older version is first copied to PATH.before-VERSION, then
 * upgraded, which becomes the store's caution. A copy that is only read stays as it is: an upgraded
 * file without a name is read in its place. Returns 0 or -1. */
int fil_sqlite_verify(struct fil_sqlite *store, struct fil_fault *fault);

/* Checks, within a transaction, that the version is still this program's. Returns 0 or -1. */
int fil_sqlite_verify_version(struct fil_sqlite *store, struct fil_fault *fault);

/* Copies all pages of a store in use into a file that waits for its place. Returns 0 or -1. */
int fil_sqlite_copy(struct fil_sqlite *from, struct fil_sqlite *into, struct fil_fault *fault);

/* Checks that a file that waits for its place is intact. Returns 0, or -1 with a fault (69). */
int fil_sqlite_check(struct fil_sqlite *store, struct fil_fault *fault);

/* For tests; the upgrade calls it. Copies the store into a file that is as open as the store. The
 * file is named `target` after it was checked and is on the disk. Returns 0 or -1. */
int fil_sqlite_backup(struct fil_sqlite *store, const char *target, struct fil_fault *fault);

/* Calls take for each defect of the file, its schema and who may read it that is quickly found, and
 * begins to check its pages, as fil_store_inspect says. Returns 0, or -1 with a fault. */
int fil_sqlite_inspect(
    struct fil_sqlite *store, fil_defect_take *take, void *context, struct fil_fault *fault);

/* Ends the check of the pages, as fil_store_inspected says. Returns 0, or -1 with a fault. */
int fil_sqlite_inspected(
    struct fil_sqlite *store, fil_defect_take *take, void *context, struct fil_fault *fault);

/* Ends a check of the pages whose result is not asked for. */
void fil_sqlite_inspection_free(struct fil_sqlite *store);

#endif
