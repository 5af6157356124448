/* SPDX-License-Identifier: ISC */
/* The connection to a store's file: settings, statements, write lock and faults. The schema,
 * queries and batches use it. */
#ifndef FIL_SQLITE_CONNECTION_H
#define FIL_SQLITE_CONNECTION_H

#include <sqlite3.h>
#include <stdbool.h>

#include "lib/base/temp_file.h"
#include "lib/store/engine.h"

struct fil_sqlite {
	struct fil_store base;
	char *path; /* absolute, links resolved; of a hidden file, what leads to it */
	struct fil_new_file hidden; /* the file until it is placed; path NULL: it has its place */
	char *name; /* as it was given */
	char *folder, *caution;
	sqlite3 *db; /* NULL: reopening failed */
	unsigned session; /* number of disconnections; each ends all statements */
	enum fil_store_mode mode;
	bool unmade; /* in memory: the first commit makes the file */
	bool without_log; /* a copy, opened to be written, before its first commit */
	bool verified; /* the file has the schema of this program */
	bool threads; /* two threads of this process may use connections at the same time */
	struct fil_sqlite_inspection *inspection; /* of the pages, or NULL */
	int lock; /* -1: not held */
	int wal_pages; /* pages in the write-ahead log after the last commit */
	struct fil_sqlite_plan *plans; /* the statements for batches */
	/* Inserts a batch while its owner fills the next, or NULL. Nothing else uses SQLite
	 * meanwhile: all other functions of the store wait for it. */
	struct fil_worker *worker;
	bool unthreaded; /* no thread could be made to read ahead */
	struct fil_sqlite_insertion *insertion; /* the last one, or NULL */
};

/* Returns the store at a path, not connected: found, created, or created beside `where` until it is
 * placed. Returns NULL with a fault; the caller frees it. */
struct fil_sqlite *
fil_sqlite_new(const char *where, enum fil_store_mode mode, struct fil_fault *fault);

/* Disconnects, releases the lock, and frees the store. A file without its place is removed. */
void fil_sqlite_free(struct fil_sqlite *store);

/* Returns whether the file is in the mode of a write-ahead log, in which a store is used. */
bool fil_sqlite_has_log(struct fil_sqlite *store);

/* Disconnects, and gives the file its place, as fil_store_place does. Returns 0 or -1. */
int fil_sqlite_place(struct fil_sqlite *store, bool replace, struct fil_fault *fault);

/* Opens the file, or memory for a store not made yet, with all settings. Creates nothing in it.
 * Returns 0 or -1. */
int fil_sqlite_connect(struct fil_sqlite *store, struct fil_fault *fault);

/* Ends all statements, rolls back and closes the file. Statements of earlier sessions are void. */
void fil_sqlite_disconnect(struct fil_sqlite *store);

/* Prepares a statement for frequent use. The caller finalises it, unless its session has ended.
 * Returns SQLite's status. */
int fil_sqlite_prepare(struct fil_sqlite *store, const char *sql, sqlite3_stmt **statement);

/* Returns the text of a column of the current row, NULL for SQL's NULL. It belongs to the
 * statement. Ends the program without memory. */
const char *fil_sqlite_text(sqlite3_stmt *statement, int column);

/* Ends the program if binding a parameter failed with SQLite's status `error`. */
void fil_sqlite_bound(const struct fil_sqlite *store, int error);

/* Ends the program unless a transaction is open. SQLite rolls back by itself after some errors;
 * each later statement would then commit alone. */
void fil_sqlite_in_transaction(const struct fil_sqlite *store);

/* Runs statements and ignores their rows. Returns 0 or -1. */
int fil_sqlite_run(struct fil_sqlite *store, const char *sql, struct fil_fault *fault);

/* Takes the lock file unless the store is not made yet, waiting at most `seconds`, and begins a write
 * transaction. Returns 0, or -1 without holding anything. */
int fil_sqlite_begin(struct fil_sqlite *store, unsigned seconds, struct fil_fault *fault);

/* Rolls back an open transaction, and releases the lock file. */
void fil_sqlite_rollback(struct fil_sqlite *store);

/* Fills the fault for a finding of SQLite's check: 69 for damage, 74 if the machine failed. Without
 * memory, which SQLite reports as a finding too, the program ends. Returns -1. */
int fil_sqlite_found(struct fil_sqlite *store, const char *finding, struct fil_fault *fault);

/* Fills the fault for a store that SQLite opened for reading alone: 77, or 74 with the words of the system
 * where the machine fails. Returns -1. */
int fil_sqlite_only_read(struct fil_sqlite *store, struct fil_fault *fault);

/* Fills the fault for the last error of SQLite, in words for administrators. An error that only a
 * bug explains ends the program and shows sql. Returns -1. */
int fil_sqlite_fault(struct fil_sqlite *store, int error, const char *sql, struct fil_fault *fault);

#endif
