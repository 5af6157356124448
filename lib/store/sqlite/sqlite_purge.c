/* SPDX-License-Identifier: ISC */
/* secure_delete overwrites the cells and pages that a deletion frees. The copies of them go too: in
 * the write-ahead log by a checkpoint, in the free space of pages that were split by VACUUM. */
#include "lib/store/sqlite/sqlite_purge.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/store/sqlite/sqlite_connection.h"
#include "lib/store/sqlite/sqlite_file.h"

enum { MILLISECONDS = 1000, PATIENCE = 30000, BLOCK = 1 << 20 };

/* A file of more bytes is rebuilt in a file, not in memory. */
enum { IN_MEMORY = 64 << 20 };

/* Adds to a fault that the erasure is not finished. Returns -1. */
static int
not_finished(struct fil_fault *fault)
{
	const struct fil_fault cause = *fault;

	return fil_fault_set(fault, cause.status,
	    "%s; the rows are gone, their bytes not yet: the same command finishes it", cause.text);
}

/* Copies the write-ahead log into the file, and empties it. Returns 0, or -1 with a fault. */
static int
empty_log(struct fil_sqlite *store, struct fil_fault *fault)
{
	int error =
	    sqlite3_wal_checkpoint_v2(store->db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);

	if (error == SQLITE_OK)
		return 0;
	if ((error & 0xFF) == SQLITE_BUSY || (error & 0xFF) == SQLITE_LOCKED)
		return fil_fault_set(fault, FIL_BUSY,
		    "%s: the rows are gone, their bytes not yet: a reader holds old pages; try "
		    "again, and the same command finishes it",
		    store->name);
	fil_sqlite_fault(store, error, "PRAGMA wal_checkpoint(TRUNCATE)", fault);
	return not_finished(fault);
}

/* Returns the size of the file in bytes, by its pages. */
static int64_t
size_of(const struct fil_sqlite *store)
{
	static const char sql[] =
	    "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
	sqlite3_stmt *statement = NULL;
	int64_t size = 0;

	if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) == SQLITE_OK &&
	    sqlite3_step(statement) == SQLITE_ROW)
		size = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return size;
}

/* Writes all pages again. What is written in between is of the rows that stand, so that a large
 * file may be rebuilt beside the store. Returns 0 or -1. */
static int
rebuild(struct fil_sqlite *store, struct fil_fault *fault)
{
	bool large = size_of(store) > IN_MEMORY;
	int failed = 0;

	if (large) {
		sqlite3_temp_directory = store->folder;
		failed = fil_sqlite_run(store, "PRAGMA temp_store=FILE", fault);
	}
	if (!failed)
		failed = fil_sqlite_run(store, "VACUUM", fault);
	if (large && !failed)
		failed = fil_sqlite_run(store, "PRAGMA temp_store=MEMORY", fault);
	sqlite3_temp_directory = NULL;
	return failed ? not_finished(fault) : 0;
}

static void
note_found(void *found, size_t number, size_t at, size_t end)
{
	(void)at;
	(void)end;
	((bool *)found)[number] = true;
}

static int
cannot_read(const char *path, struct fil_fault *fault)
{
	return fil_fault_set(
	    fault, FIL_IO_ERROR, "%s: cannot be searched: %s", path, fil_language_error(errno));
}

/* Searches an open file block by block; each overlaps the one before. Returns 0 or -1. */
static int
search_open(int file, const char *path, const struct fil_search *texts, bool *found,
    struct fil_fault *fault)
{
	size_t overlap = fil_search_longest(texts), kept = 0;
	char *block = fil_alloc(BLOCK + overlap, 1);
	ssize_t n;

	while ((n = read(file, block + kept, BLOCK)) > 0) {
		size_t all = kept + (size_t)n;

		fil_search_each(texts, block, all, note_found, found);
		kept = all < overlap ? all : overlap;
		memmove(block, block + all - kept, kept);
	}
	free(block);
	return n < 0 ? cannot_read(path, fault) : 0;
}

/* Searches the store's file and those beside it. The store is closed: closing one of these files
 * would drop SQLite's locks on it. Returns 0 or -1. */
static int
search_files(const struct fil_sqlite *store, const struct fil_search *texts, bool *found,
    struct fil_fault *fault)
{
	static const char *const endings[] = { "", "-wal", "-shm", ".lock" };
	int failed = 0;

	for (size_t i = 0; i < sizeof endings / sizeof *endings && !failed; i++) {
		char *path = fil_format("%s%s", store->path, endings[i]);
		int file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

		if (file >= 0) {
			failed = search_open(file, path, texts, found, fault);
			close(file);
		} else if (errno != ENOENT)
			failed = cannot_read(path, fault);
		free(path);
	}
	return failed;
}

/* The texts that the schema has. */
struct schema_words {
	const struct fil_search *texts;
	bool *found;
};

static void
note_own(void *found, size_t number, size_t at, size_t end)
{
	(void)at;
	(void)end;
	((bool *)found)[number] = false;
}

static int
search_schema_row(void *context, int n, char **cells, char **names)
{
	const struct schema_words *words = context;

	(void)n;
	(void)names;
	fil_search_each(words->texts, cells[0], strlen(cells[0]), note_own, words->found);
	return 0;
}

/* Searches the files with the store closed, and opens it again. Returns 0 or -1. */
static int
search(
    struct fil_sqlite *store, const struct fil_search *texts, bool *found, struct fil_fault *fault)
{
	static const char schema[] =
	    "SELECT type || name || tbl_name || ' ' || coalesce(sql, '') FROM sqlite_schema";
	struct schema_words words = { texts, found };
	struct fil_fault second;
	int failed, error;

	fil_sqlite_disconnect(store);
	failed = search_files(store, texts, found, fault);
	if (fil_sqlite_connect(store, failed ? &second : fault) < 0 || failed)
		return -1;
	error = sqlite3_exec(store->db, schema, search_schema_row, &words, NULL);
	return error ? fil_sqlite_fault(store, error, schema, fault) : 0;
}

int
fil_sqlite_purge(struct fil_store *base, unsigned seconds, const struct fil_search *texts,
    bool *found, struct fil_fault *fault)
{
	struct fil_sqlite *store = (struct fil_sqlite *)base;
	int failed;

	store->lock = fil_lock_take(store->path, store->name, seconds, fault);
	if (store->lock < 0)
		return not_finished(fault);
	sqlite3_busy_timeout(
	    store->db, seconds < PATIENCE / MILLISECONDS ? (int)seconds * MILLISECONDS : PATIENCE);
	failed =
	    empty_log(store, fault) < 0 || rebuild(store, fault) < 0 || empty_log(store, fault) < 0
	    ? -1
	    : 0;
	if (!failed && search(store, texts, found, fault) < 0)
		failed = not_finished(fault);
	if (store->db)
		sqlite3_busy_timeout(store->db, PATIENCE);
	fil_sqlite_rollback(store);
	return failed;
}
