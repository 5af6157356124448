/* SPDX-License-Identifier: ISC */
/* The SQLite engine, as its own files see it. */
#ifndef FIL_STORE_SQLITE_H
#define FIL_STORE_SQLITE_H

#include <sqlite3.h>
#include <stdbool.h>

#include "lib/store/engine.h"

struct fil_sqlite {
	struct fil_store base;
	char *path, *name, *folder,
	    *caution; /* path: absolute, links resolved; name: as it was given */
	sqlite3 *db; /* NULL: a reopening failed */
	enum fil_store_mode mode;
	bool verified; /* the file holds our schema */
	int lock; /* -1: not held */
	int wal_pages; /* in the write-ahead log after the last commit */
	struct fil_sqlite_query *queries; /* all that live */
	struct fil_sqlite_plan *plans; /* the statements for batches */
};

extern const struct fil_query_engine fil_sqlite_queries;
extern const struct fil_batch_engine fil_sqlite_batches;

/* Opens the file with all settings, creating nothing in it. Returns 0 or -1. */
int fil_sqlite_connect(struct fil_sqlite *store, struct fil_fault *fault);

/* Lets go of all statements, rolls back and closes. Queries prepare themselves anew when they are
 * next used. */
void fil_sqlite_disconnect(struct fil_sqlite *store);

/* Makes the tables in the empty file, all or nothing. Returns 0 or -1. */
int fil_sqlite_create(struct fil_sqlite *store, struct fil_fault *fault);

/* Checks that the store holds the schema of this version, nothing less and nothing more; one of an
 * older version is first brought up to date, after a backup beside it. Returns 0 or -1. */
int fil_sqlite_verify(struct fil_sqlite *store, struct fil_fault *fault);

/* Checks, within a transaction, that the version is still this program's. Returns 0 or -1. */
int fil_sqlite_verify_version(struct fil_sqlite *store, struct fil_fault *fault);

/* Copies the store as it is now into a file of mode 0600, checked and on the disk before it takes
 * the name target. Returns 0 or -1. */
int fil_sqlite_backup(struct fil_sqlite *store, const char *target, struct fil_fault *fault);

/* Begins to write, with the lock file held. Returns 0, or -1 and holds nothing. */
int fil_sqlite_begin(struct fil_sqlite *store, unsigned seconds, struct fil_fault *fault);

/* Rolls back, if need be, and gives the lock file back. */
void fil_sqlite_rollback(struct fil_sqlite *store);

/* Fills the fault for an error that SQLite has just returned, in the administrator's words. What
 * only a bug explains ends the program, showing sql. Returns -1. */
int fil_sqlite_fault(struct fil_sqlite *store, int error, const char *sql, struct fil_fault *fault);

/* Prepares a statement that will be used often, which the caller finalises. Returns 0 or -1. */
int fil_sqlite_prepare(
    struct fil_sqlite *store, const char *sql, sqlite3_stmt **statement, struct fil_fault *fault);

/* Runs statements whose rows do not matter. Returns 0 or -1. */
int fil_sqlite_run(struct fil_sqlite *store, const char *sql, struct fil_fault *fault);

/* Lets go of the statements of all queries. */
void fil_sqlite_release_queries(struct fil_sqlite *store);

/* Lets go of the statements for batches. */
void fil_sqlite_release_plans(struct fil_sqlite *store);

#endif
