/* SPDX-License-Identifier: ISC */
/* Each transaction and each checkpoint holds the lock file. */
#include "lib/store/sqlite/sqlite.h"

#include <stdlib.h>
#include <unistd.h>

#include "lib/base/fault.h"
#include "lib/base/memory.h"
#include "lib/store/schema.h"
#include "lib/store/sqlite/sqlite_batch.h"
#include "lib/store/sqlite/sqlite_connection.h"
#include "lib/store/sqlite/sqlite_file.h"
#include "lib/store/sqlite/sqlite_purge.h"
#include "lib/store/sqlite/sqlite_query.h"
#include "lib/store/sqlite/sqlite_schema.h"

/* A write-ahead log of more pages is copied into the file at the end of a transaction. */
enum { WAL_PAGES = 1000 };

static void
release(struct fil_sqlite *store)
{
	free(store->path);
	free(store->name);
	free(store->folder);
	free(store->caution);
	free(store);
}

static struct fil_sqlite *
sqlite_new(const char *where, enum fil_store_mode mode, struct fil_fault *fault)
{
	struct fil_sqlite *store = fil_alloc(1, sizeof *store);

	if (mode == FIL_STORE_CREATE)
		store->path = fil_file_create(where, &store->caution, fault);
	else
		store->path = fil_file_find(where, &store->caution, fault);
	if (!store->path) {
		release(store);
		return NULL;
	}
	store->name = fil_copy(where);
	store->folder = fil_file_folder(store->path);
	store->mode = mode;
	store->lock = -1;
	store->base.engine = &fil_sqlite_engine;
	store->base.name = store->name;
	store->base.folder = store->folder;
	store->base.caution = store->caution;
	return store;
}

/* Switches to the write-ahead log, so that readers and a writer work at the same time. A copy made
 * for reading has none. */
static int
prepare_to_write(struct fil_sqlite *store, struct fil_fault *fault)
{
	if (sqlite3_db_readonly(store->db, "main"))
		return fil_fault_set(
		    fault, FIL_NOT_PERMITTED, "%s: not permitted to write the store", store->name);
	return fil_sqlite_run(store, "PRAGMA journal_mode=WAL", fault);
}

static int
start(struct fil_sqlite *store, struct fil_fault *fault)
{
	if (fil_sqlite_connect(store, fault))
		return -1;
	if (store->mode == FIL_STORE_CREATE && fil_sqlite_create(store, fault))
		return -1;
	if (store->mode != FIL_STORE_READ && prepare_to_write(store, fault))
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

	fil_sqlite_disconnect(store);
	fil_sqlite_free_plans(store);
	fil_lock_release(store->lock);
	release(store);
}

static struct fil_store *
sqlite_open(const char *where, enum fil_store_mode mode, struct fil_fault *fault)
{
	struct fil_sqlite *store = sqlite_new(where, mode, fault);

	if (!store)
		return NULL;
	if (start(store, fault) == 0)
		return &store->base;
	fil_sqlite_disconnect(store);
	if (mode == FIL_STORE_CREATE)
		unlink(store->path);
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
	} else if (store->wal_pages > WAL_PAGES) {
		/* A failed checkpoint is repeated next time. */
		sqlite3_wal_checkpoint_v2(store->db, "main", SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
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

const struct fil_engine fil_sqlite_engine = {
	.open = sqlite_open,
	.close = sqlite_close,
	.trust = trust,
	.begin = begin,
	.commit = commit,
	.rollback = rollback,
	.snapshot = snapshot,
	.purge = fil_sqlite_purge,
	.queries = &fil_sqlite_queries,
	.batches = &fil_sqlite_batches,
};
