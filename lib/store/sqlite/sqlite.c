/* SPDX-License-Identifier: ISC */
/* Each transaction and each checkpoint holds the lock file. */
#include "lib/store/sqlite/sqlite.h"

#include <stdlib.h>
#include <unistd.h>

#include "lib/base/fault.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/store/schema.h"
#include "lib/store/sqlite/sqlite_batch.h"
#include "lib/store/sqlite/sqlite_connection.h"
#include "lib/store/sqlite/sqlite_file.h"
#include "lib/store/sqlite/sqlite_inspect.h"
#include "lib/store/sqlite/sqlite_purge.h"
#include "lib/store/sqlite/sqlite_query.h"
#include "lib/store/sqlite/sqlite_schema.h"

/* A write-ahead log of more than WAL_PAGES is copied into the file at the end of a transaction. One
 * of WAL_LONG bytes that cannot be copied is told. */
enum { WAL_PAGES = 1000, WAL_LONG = 64 << 20, PAGE = 4096 };

/* Switches to the write-ahead log, so that readers and a writer work at the same time. A copy made
 * for reading has none. */
static int
prepare_to_write(struct fil_sqlite *store, struct fil_fault *fault)
{
	if (!sqlite3_db_readonly(store->db, "main"))
		return fil_sqlite_run(store, "PRAGMA journal_mode=WAL", fault);
	/* SQLite opens a file for reading whatever keeps it from writing. */
	if (access(store->path, W_OK) == 0)
		return fil_fault_set(
		    fault, FIL_IO_ERROR, "%s: opening the store for writing failed", store->name);
	return fil_fault_set(
	    fault, FIL_NOT_PERMITTED, "%s: not permitted to write the store", store->name);
}

/* Fills a file that waits for its place with tables, in the transaction that inserts the rows. */
static int
start_hidden(struct fil_sqlite *store, struct fil_fault *fault)
{
	return fil_sqlite_create(store, fault) || fil_sqlite_run(store, "BEGIN", fault) ? -1 : 0;
}

static int
start(struct fil_sqlite *store, struct fil_fault *fault)
{
	if (fil_sqlite_connect(store, fault))
		return -1;
	if (store->target)
		return start_hidden(store, fault);
	if (store->unmade && fil_sqlite_create(store, fault))
		return -1;
	if (store->mode == FIL_STORE_WRITE && prepare_to_write(store, fault))
		return -1;
	if (store->mode == FIL_STORE_ORIGINAL && !fil_sqlite_has_log(store) &&
	    fil_file_check_signed(store->path, store->name, fault))
		return -1;
	if (fil_sqlite_verify(store, fault))
		return -1;
	store->verified = true;
	return 0;
}

static void
sqlite_close(struct fil_store *base)
{
	struct fil_sqlite *store = (struct fil_sqlite *)base;

	fil_sqlite_inspection_free(store);
	fil_sqlite_disconnect(store);
	fil_sqlite_free_batches(store);
	fil_sqlite_free(store);
}

static struct fil_store *
sqlite_open(const char *where, enum fil_store_mode mode, struct fil_fault *fault)
{
	struct fil_sqlite *store = fil_sqlite_new(where, mode, fault);

	if (!store)
		return NULL;
	store->base.engine = &fil_sqlite_engine;
	if (start(store, fault) == 0)
		return &store->base;
	sqlite_close(&store->base);
	return NULL;
}

/* If this fails, the engine checks each reference itself. */
static void
trust(struct fil_store *base)
{
	struct fil_fault fault;

	fil_sqlite_run((struct fil_sqlite *)base, "PRAGMA foreign_keys=OFF", &fault);
}

static int
begin(struct fil_store *base, unsigned seconds, struct fil_fault *fault)
{
	struct fil_sqlite *store = (struct fil_sqlite *)base;

	if (fil_sqlite_begin(store, seconds, fault))
		return -1;
	if (fil_sqlite_verify_version(store, fault) == 0)
		return 0;
	fil_sqlite_rollback(store);
	return -1;
}

static void
rollback(struct fil_store *base)
{
	fil_sqlite_rollback((struct fil_sqlite *)base);
}

/* Opens the store again after a commit with unknown outcome, and writes to it. The failed
 * transaction may be complete in the log, but invisible while other processes have the store open.
 * This transaction then replaces it for good. If that fails too, the store stays closed and the
 * outcome unknown. */
static void
settle(struct fil_sqlite *store)
{
	struct fil_fault ignored;
	char *sql =
	    fil_format("BEGIN IMMEDIATE; PRAGMA user_version=%d; COMMIT", FIL_SCHEMA_VERSION);

	fil_sqlite_disconnect(store);
	if (fil_sqlite_connect(store, &ignored) == 0 && fil_sqlite_run(store, sql, &ignored))
		fil_sqlite_disconnect(store);
	free(sql);
}

/* Makes the file of a store in memory, and opens it. A store that exists is a commit, even if it
 * cannot be opened now. */
static enum fil_commit
make_file(struct fil_sqlite *store, struct fil_fault *fault)
{
	sqlite3_int64 n = 0;
	unsigned char *bytes = sqlite3_serialize(store->db, "main", &n, 0);
	struct fil_fault ignored;
	int failed = -1;

	if (bytes)
		failed = fil_file_create(store->path, store->name, bytes, (size_t)n, fault);
	else
		fil_memory_die();
	sqlite3_free(bytes);
	if (failed)
		return FIL_NOT_COMMITTED;
	fil_sqlite_disconnect(store);
	store->unmade = false;
	if (fil_sqlite_connect(store, &ignored) == 0)
		prepare_to_write(store, &ignored);
	return FIL_COMMITTED;
}

/* Copies the log into the file. A failed checkpoint is repeated next time. A long reader keeps the
 * log from beginning anew, so that it grows. */
static void
checkpoint(struct fil_sqlite *store)
{
	int pages = 0, copied = 0;
	long long megabytes;

	if (sqlite3_wal_checkpoint_v2(
		store->db, "main", SQLITE_CHECKPOINT_PASSIVE, &pages, &copied) != SQLITE_OK)
		return;
	megabytes = (long long)pages * PAGE / 1000000;
	if (copied == pages || pages < WAL_LONG / PAGE)
		return;
	free(store->caution);
	store->caution =
	    fil_format(_("%s: the write-ahead log has %lld MB, since a program has been "
			 "reading the store for long: it grows until that program ends"),
		store->name, megabytes);
	store->base.caution = store->caution;
}

static enum fil_commit
commit(struct fil_store *base, struct fil_fault *fault)
{
	struct fil_sqlite *store = (struct fil_sqlite *)base;
	enum fil_commit known = FIL_COMMITTED;

	if (fil_sqlite_run(store, "COMMIT", fault)) {
		known = FIL_COMMIT_UNKNOWN;
		if (fault->status == FIL_BUSY || fault->status == FIL_BAD_DATA)
			known = FIL_NOT_COMMITTED;
		else
			settle(store);
	} else if (store->unmade) {
		known = make_file(store, fault);
	} else if (store->wal_pages > WAL_PAGES) {
		checkpoint(store);
	}
	fil_sqlite_rollback(store);
	return known;
}

static int
snapshot(struct fil_store *base, struct fil_fault *fault)
{
	/* BEGIN alone reads nothing, and so fixes no state yet. */
	return fil_sqlite_run(
	    (struct fil_sqlite *)base, "BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1", fault);
}

static int
copy(struct fil_store *from, struct fil_store *into, struct fil_fault *fault)
{
	return fil_sqlite_copy((struct fil_sqlite *)from, (struct fil_sqlite *)into, fault);
}

/* The pages come first: the schema of a damaged file says nothing. */
static int
check(struct fil_store *base, const char *name, struct fil_fault *fault)
{
	struct fil_sqlite *store = (struct fil_sqlite *)base;
	char *own = store->name;

	store->name = fil_copy(name);
	store->verified =
	    fil_sqlite_check(store, fault) == 0 && fil_sqlite_verify(store, fault) == 0;
	free(store->name);
	store->name = own;
	/* SQLite needs the name until the file is no longer in the mode of a write-ahead log. */
	if (store->mode == FIL_STORE_TEMPORARY)
		unlink(store->path);
	return store->verified ? 0 : -1;
}

/* Only a store in use has the mode of a write-ahead log. */
static bool
is_copy(struct fil_store *base)
{
	return !fil_sqlite_has_log((struct fil_sqlite *)base);
}

static int
place(struct fil_store *base, bool replace, struct fil_fault *fault)
{
	return fil_sqlite_place((struct fil_sqlite *)base, replace, fault);
}

static void
share(struct fil_store *base)
{
	fil_file_share(((struct fil_sqlite *)base)->path);
}

static int
inspect(struct fil_store *base, fil_defect_take *take, void *context, struct fil_fault *fault)
{
	return fil_sqlite_inspect((struct fil_sqlite *)base, take, context, fault);
}

static int
inspected(struct fil_store *base, fil_defect_take *take, void *context, struct fil_fault *fault)
{
	return fil_sqlite_inspected((struct fil_sqlite *)base, take, context, fault);
}

const struct fil_engine fil_sqlite_engine = {
	.open = sqlite_open,
	.close = sqlite_close,
	.trust = trust,
	.begin = begin,
	.commit = commit,
	.rollback = rollback,
	.snapshot = snapshot,
	.copy = copy,
	.check = check,
	.place = place,
	.share = share,
	.is_copy = is_copy,
	.inspect = inspect,
	.purge = fil_sqlite_purge,
	.inspected = inspected,
	.queries = &fil_sqlite_queries,
	.batches = &fil_sqlite_batches,
};
