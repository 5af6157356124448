/* SPDX-License-Identifier: ISC */
/* The connection to a store's file: its settings, statements, write lock and faults. The schema,
 * queries and batches stand on it. */
#ifndef FIL_SQLITE_CONNECTION_H
#define FIL_SQLITE_CONNECTION_H

#include <sqlite3.h>
#include <stdbool.h>

#include "lib/store/engine.h"

struct fil_sqlite {
	struct fil_store base;
	char *path; /* absolute, links resolved */
	char *name; /* as it was given */
	char *folder, *caution;
	sqlite3 *db; /* NULL: a reopening failed */
	unsigned session; /* the number of disconnections: each ends all statements */
	enum fil_store_mode mode;
	bool verified; /* the file holds our schema */
	int lock; /* -1: not held */
	int wal_pages; /* in the write-ahead log after the last commit */
	struct fil_sqlite_plan *plans; /* the batches' statements */
};

/* Opens the file with all settings, and makes nothing in it. Returns 0 or -1. */
int fil_sqlite_connect(struct fil_sqlite *store, struct fil_fault *fault);

/* Ends all statements, rolls back and closes. A statement of an earlier session is void. */
void fil_sqlite_disconnect(struct fil_sqlite *store);

/* Prepares a statement that will be used often; the caller finalises it, unless its session has
 * ended. Returns SQLite's status. */
int fil_sqlite_prepare(struct fil_sqlite *store, const char *sql, sqlite3_stmt **statement);

/* Runs statements whose rows are ignored. Returns 0 or -1. */
int fil_sqlite_run(struct fil_sqlite *store, const char *sql, struct fil_fault *fault);

/* Takes the lock file, waiting at most `seconds`, and begins to write. Returns 0, or -1 and then
 * holds nothing. */
int fil_sqlite_begin(struct fil_sqlite *store, unsigned seconds, struct fil_fault *fault);

/* Rolls back, if a transaction is open, and releases the lock file. */
void fil_sqlite_rollback(struct fil_sqlite *store);

/* Fills the fault for an error that SQLite has just returned, in the administrator's words. An
 * error that only a bug explains ends the program, showing sql. Returns -1. */
int fil_sqlite_fault(struct fil_sqlite *store, int error, const char *sql, struct fil_fault *fault);

#endif
