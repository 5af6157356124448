/* SPDX-License-Identifier: ISC */
#include "lib/store/postgresql/postgresql.h"

#include <string.h>

#include "lib/base/fault.h"
#include "lib/store/postgresql/postgresql_batch.h"
#include "lib/store/postgresql/postgresql_connection.h"
#include "lib/store/postgresql/postgresql_operation.h"
#include "lib/store/postgresql/postgresql_purge.h"
#include "lib/store/postgresql/postgresql_query.h"
#include "lib/store/postgresql/postgresql_schema.h"

static void
postgresql_close(struct fil_store *base)
{
	struct fil_postgresql *store = (struct fil_postgresql *)base;

	fil_postgresql_drop_insertion(store);
	fil_postgresql_free_plans(store);
	fil_postgresql_close(store);
}

static int
start(struct fil_postgresql *store, struct fil_fault *fault)
{
	if ((store->mode == FIL_STORE_CREATE || store->mode == FIL_STORE_RESTORE) &&
	    fil_postgresql_create(store, fault) < 0)
		return -1;
	if (fil_postgresql_verify(store, fault) < 0)
		return -1;
	store->verified = true;
	return 0;
}

static struct fil_store *
postgresql_open(const char *where, enum fil_store_mode mode, struct fil_fault *fault)
{
	struct fil_postgresql *store = fil_postgresql_open(where, mode, fault);

	if (!store)
		return NULL;
	store->base.engine = &fil_postgresql_engine;
	if (start(store, fault) == 0)
		return &store->base;
	postgresql_close(&store->base);
	return NULL;
}

static void
trust(struct fil_store *base)
{
	((struct fil_postgresql *)base)->trusted = true;
}

static void
rollback(struct fil_store *base)
{
	struct fil_postgresql *store = (struct fil_postgresql *)base;

	fil_postgresql_drop_insertion(store);
	fil_postgresql_end_snapshot(store);
}

static int
begin(struct fil_store *base, unsigned seconds, struct fil_fault *fault)
{
	struct fil_postgresql *store = (struct fil_postgresql *)base;

	if (store->mode == FIL_STORE_READ || store->mode == FIL_STORE_INSPECT)
		fil_bug("a store opened for reading is written");
	base->crossed = false;
	if (fil_postgresql_lock(store, seconds, fault) == 0)
		return 0;
	return fil_postgresql_recover(store) ? fil_postgresql_lock(store, seconds, fault) : -1;
}

static int
snapshot(struct fil_store *base, struct fil_fault *fault)
{
	struct fil_postgresql *store = (struct fil_postgresql *)base;

	if (fil_postgresql_snapshot(store, fault) == 0)
		return 0;
	return fil_postgresql_recover(store) ? fil_postgresql_snapshot(store, fault) : -1;
}

/* Has Citus commit in two phases on all nodes. It takes one phase where a single node was written,
 * though the log is written on the coordinator. It also forgets that rows were copied by a
 * connection that had read. A statement that writes no row on any node reminds it. Returns 0 or
 * -1. */
static int
commit_in_two_phases(struct fil_postgresql *store, struct fil_fault *fault)
{
	return store->distributes
	    ? fil_postgresql_run(store, "DELETE FROM standings WHERE \"user\" < ''", fault)
	    : 0;
}

static enum fil_commit
commit(struct fil_store *base, struct fil_fault *fault)
{
	struct fil_postgresql *store = (struct fil_postgresql *)base;
	PGresult *result;
	bool done;

	if (commit_in_two_phases(store, fault) < 0) {
		rollback(base);
		return FIL_NOT_COMMITTED;
	}
	result = fil_postgresql_exec(store, "COMMIT", fault);
	if (!result && fault->status == FIL_UNAVAILABLE) {
		fil_postgresql_reconnect(store);
		rollback(base);
		return FIL_COMMIT_UNKNOWN;
	}
	/* After a failed transaction the server answers COMMIT with ROLLBACK. */
	done = result && strcmp(store->pq.cmdStatus(result), "COMMIT") == 0;
	if (result && !done)
		fil_bug("a transaction that had failed was to be committed");
	store->pq.clear(result);
	rollback(base);
	return done ? FIL_COMMITTED : FIL_NOT_COMMITTED;
}

/* Commits the transaction that created the store and filled it. After a lost answer, a new connection
 * that holds the store's lock shows that the store is there. */
static int
place(struct fil_store *base, bool replace, struct fil_fault *fault)
{
	const struct fil_postgresql *store = (struct fil_postgresql *)base;
	enum fil_commit outcome = commit(base, fault);

	(void)replace;
	if (outcome == FIL_COMMITTED || (outcome == FIL_COMMIT_UNKNOWN && store->connection))
		return 0;
	if (outcome == FIL_COMMIT_UNKNOWN)
		fil_fault_set(fault, FIL_UNAVAILABLE,
		    "%s: the connection to the server was lost; whether the store is complete is "
		    "unknown: fil-check -d %s",
		    store->name, store->name);
	return -1;
}

static int
grant(struct fil_store *base, struct fil_fault *fault)
{
	return fil_postgresql_grant((struct fil_postgresql *)base, fault);
}

static int
inspect(struct fil_store *base, fil_defect_take *take, void *context, struct fil_fault *fault)
{
	return fil_postgresql_inspect((struct fil_postgresql *)base, take, context, fault);
}

const struct fil_engine fil_postgresql_engine = {
	.open = postgresql_open,
	.close = postgresql_close,
	.trust = trust,
	.begin = begin,
	.commit = commit,
	.rollback = rollback,
	.snapshot = snapshot,
	.inspect = inspect,
	.grant = grant,
	.place = place,
	.purge = fil_postgresql_purge,
	.queries = &fil_postgresql_queries,
	.batches = &fil_postgresql_batches,
	.counts = true,
};
