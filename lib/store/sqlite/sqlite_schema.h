/* SPDX-License-Identifier: ISC */
/* The schema in a store's file: made, compared, brought up to date. A file is foreign until its
 * schema is, statement for statement, the one that this program makes: no trigger, view, table or
 * index more or less. */
#ifndef FIL_SQLITE_SCHEMA_H
#define FIL_SQLITE_SCHEMA_H

#include "lib/store/sqlite/sqlite_connection.h"

/* Makes the tables in the empty file, all or nothing. Returns 0 or -1. */
int fil_sqlite_create(struct fil_sqlite *store, struct fil_fault *fault);

/* Checks that the store holds exactly the schema of this version. A store of an older version is
 * first copied to PATH.before-VERSION, then brought up to date. Returns 0 or -1. */
int fil_sqlite_verify(struct fil_sqlite *store, struct fil_fault *fault);

/* Checks, within a transaction, that the version is still this program's. Returns 0 or -1. */
int fil_sqlite_verify_version(struct fil_sqlite *store, struct fil_fault *fault);

/* Copies the store into a file of mode 0600, which takes the name target once it is checked and on
 * the disk. For the migration and for tests. Returns 0 or -1. */
int fil_sqlite_backup(struct fil_sqlite *store, const char *target, struct fil_fault *fault);

#endif
