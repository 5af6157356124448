/* SPDX-License-Identifier: ISC */
/* PostgreSQL: opening, transactions, the turn of the writers.
 *
 * Writers take turns: each begins by locking the one row of the table `filrouge`, which also holds
 * the version, and the lock ends with the transaction or with the connection. It is a row and no
 * advisory lock, which engines that distribute do not have. As all writers wait there before they
 * read anything, READ COMMITTED gives each the whole work of those before it, and two of them can
 * neither lose anything nor meet a serialisation failure; what may still cross them is another
 * program, or an engine that makes every transaction serialisable, and then the caller is told that
 * the transaction can be run again.
 *
 * Readers see one snapshot (REPEATABLE READ, READ ONLY); row versions keep them and the writers out
 * of each other's way. */
#include "lib/store/postgresql/postgresql.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/base/fault.h"
#include "lib/base/memory.h"
#include "lib/store/schema.h"

/* Seconds for which a server that a commit was lost with may be away before the doubt stays, and
 * for which the end of that transaction is then waited for. */
enum { ABSENCE = 10, PATIENCE = 30 };

/* How the server is to go about the work, as far as it knows these settings. To compile an
 * expression costs more than our statements do, and a cursor of ours is read to its end. */
#define SETTINGS(list) \
	"SELECT set_config(s.name, s.value, true) FROM (VALUES ('jit', 'off'), " \
	"('cursor_tuple_fraction', '1')" list ") AS s (name, value) " \
	"WHERE current_setting(s.name, true) IS NOT NULL; "

/* Statements are planned when they are prepared, not with each batch. A commit is on the disk,
 * whatever the role's setting. */
#define WRITING \
	", ('plan_cache_mode', 'force_generic_plan'), ('synchronous_commit', " \
	"CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' " \
	"ELSE current_setting('synchronous_commit') END)"

static const char snapshot_sql[] =
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; " SETTINGS("") "SELECT 1 FROM filrouge";

static void
release(struct fil_postgresql *store)
{
	free(store->name);
	free(store->detail);
	free(store->column);
	free(store);
}

/* Returns a store that is not connected, or NULL with a fault. */
static struct fil_postgresql *
postgresql_new(const char *where, enum fil_store_mode mode, struct fil_fault *fault)
{
	struct fil_postgresql *store = fil_alloc(1, sizeof *store);
	const char *folder = getenv("TMPDIR");

	if (fil_libpq_open(&store->pq, fault) < 0 ||
	    fil_postgresql_check_address(&store->pq, where, fault) < 0) {
		release(store);
		return NULL;
	}
	store->name = fil_copy(where);
	store->mode = mode;
	store->base.engine = &fil_postgresql_engine;
	store->base.name = store->name;
	store->base.folder = folder && *folder ? folder : "/tmp";
	return store;
}

static void
postgresql_close(struct fil_store *base)
{
	struct fil_postgresql *store = (struct fil_postgresql *)base;

	fil_postgresql_forget_insertion(store);
	fil_postgresql_release_plans(store);
	fil_postgresql_disconnect(store);
	release(store);
}

static int
start(struct fil_postgresql *store, struct fil_fault *fault)
{
	if (fil_postgresql_connect(store, fault) < 0)
		return -1;
	if (store->mode == FIL_STORE_CREATE && fil_postgresql_create(store, fault) < 0)
		return -1;
	if (fil_postgresql_verify(store, fault) < 0)
		return -1;
	store->verified = true;
	return 0;
}

static struct fil_store *
postgresql_open(const char *where, enum fil_store_mode mode, struct fil_fault *fault)
{
	struct fil_postgresql *store = postgresql_new(where, mode, fault);

	if (!store)
		return NULL;
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

void
fil_postgresql_rollback(struct fil_postgresql *store)
{
	struct fil_fault ignored;

	fil_postgresql_forget_insertion(store);
	if (fil_postgresql_in_transaction(store))
		fil_postgresql_run(store, "ROLLBACK", &ignored);
	store->unchecked = false;
}

static void
rollback(struct fil_store *base)
{
	fil_postgresql_rollback((struct fil_postgresql *)base);
}

/* Says who has the turn, as far as the server tells: the holder's transaction is the one that the
 * row names. */
static int
tell_holder(struct fil_postgresql *store, unsigned seconds, struct fil_fault *fault)
{
	static const char sql[] =
	    "SELECT a.application_name, a.usename, a.pid "
	    "FROM filrouge AS f JOIN pg_locks AS l ON l.transactionid = f.xmax AND l.granted "
	    "AND l.mode = 'ExclusiveLock' JOIN pg_stat_activity AS a ON a.pid = l.pid";
	struct fil_fault ignored;
	PGresult *holder = fil_postgresql_exec(store, sql, &ignored);

	if (holder && store->pq.ntuples(holder) > 0)
		fil_fault_set(fault, FIL_BUSY,
		    "%s: %s of %s (process %s of the server) is writing to the store, for over %u "
		    "s: try again",
		    store->name, store->pq.getvalue(holder, 0, 0), store->pq.getvalue(holder, 0, 1),
		    store->pq.getvalue(holder, 0, 2), seconds);
	else
		fil_fault_set(fault, FIL_BUSY,
		    "%s: another process is writing to the store, for over %u s: try again",
		    store->name, seconds);
	store->pq.clear(holder);
	return -1;
}

/* Waits for the turn. Returns the version as the row has it now, or NULL with a fault. */
static PGresult *
take_turn(struct fil_postgresql *store, unsigned seconds, struct fil_fault *fault)
{
	/* 0 would be to wait for ever. */
	char *sql = fil_format(
	    "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = %u; " SETTINGS(
		WRITING) "SELECT version FROM filrouge FOR UPDATE",
	    seconds ? seconds * 1000 : 1);
	PGresult *version = fil_postgresql_exec(store, sql, fault);
	bool busy = !version && fault->status == FIL_BUSY && !store->base.crossed;

	free(sql);
	if (version)
		return version;
	fil_postgresql_rollback(store);
	if (busy)
		tell_holder(store, seconds, fault);
	return NULL;
}

int
fil_postgresql_lock(struct fil_postgresql *store, unsigned seconds, struct fil_fault *fault)
{
	PGresult *version = take_turn(store, seconds, fault);
	const char *text;
	int failed = 0;

	if (!version)
		return -1;
	text = store->pq.ntuples(version) == 1 ? store->pq.getvalue(version, 0, 0) : "0";
	if (store->verified && strtol(text, NULL, 10) != FIL_SCHEMA_VERSION) {
		fil_fault_set(fault, FIL_UNAVAILABLE,
		    "%s: made by a newer filrouge (schema %s; this one knows %d)", store->name,
		    text, FIL_SCHEMA_VERSION);
		fil_postgresql_rollback(store);
		failed = -1;
	}
	store->pq.clear(version);
	return failed;
}

/* Connects anew when the connection was lost while nothing was going on, as it may be while a
 * command waits for its input. Returns whether it is worth trying once more. */
static bool
recovered(struct fil_postgresql *store)
{
	struct fil_fault ignored;

	if (!fil_postgresql_lost(store, NULL))
		return false;
	fil_postgresql_disconnect(store);
	return fil_postgresql_connect(store, &ignored) == 0;
}

static int
begin(struct fil_store *base, unsigned seconds, struct fil_fault *fault)
{
	struct fil_postgresql *store = (struct fil_postgresql *)base;

	if (store->mode == FIL_STORE_READ)
		fil_bug("a store opened for reading is written");
	base->crossed = false;
	if (fil_postgresql_lock(store, seconds, fault) == 0)
		return 0;
	return recovered(store) ? fil_postgresql_lock(store, seconds, fault) : -1;
}

static int
snapshot(struct fil_store *base, struct fil_fault *fault)
{
	struct fil_postgresql *store = (struct fil_postgresql *)base;

	/* BEGIN alone reads nothing, and so sees nothing yet. */
	if (fil_postgresql_run(store, snapshot_sql, fault) == 0)
		return 0;
	return recovered(store) ? fil_postgresql_run(store, snapshot_sql, fault) : -1;
}

/* Connects anew after a commit that was not answered, as soon as the server is back, and waits
 * until its transaction has ended one way or the other: it holds the writers' turn until then.
 * Where that fails the store stays closed, and the doubt stays. */
static void
reconnect(struct fil_postgresql *store)
{
	const struct timespec pause = { 0, 250000000 };
	struct fil_fault ignored;
	int failed = -1;

	for (int tries = 0; failed && tries < ABSENCE * 4; tries++) {
		if (tries)
			nanosleep(&pause, NULL);
		fil_postgresql_disconnect(store);
		failed = fil_postgresql_connect(store, &ignored);
	}
	if (!failed)
		failed = fil_postgresql_lock(store, PATIENCE, &ignored);
	if (failed)
		fil_postgresql_disconnect(store);
}

static enum fil_commit
commit(struct fil_store *base, struct fil_fault *fault)
{
	struct fil_postgresql *store = (struct fil_postgresql *)base;
	PGresult *result = fil_postgresql_exec(store, "COMMIT", fault);
	bool done;

	store->unchecked = false;
	if (!result && fault->status == FIL_UNAVAILABLE) {
		reconnect(store);
		fil_postgresql_rollback(store);
		return FIL_COMMIT_UNKNOWN;
	}
	/* The server answers the COMMIT of a transaction that has failed with ROLLBACK. */
	done = result && strcmp(store->pq.cmdStatus(result), "COMMIT") == 0;
	if (result && !done)
		fil_bug("a transaction that had failed was to be committed");
	store->pq.clear(result);
	fil_postgresql_rollback(store);
	return done ? FIL_COMMITTED : FIL_NOT_COMMITTED;
}

static int
run(struct fil_store *base, const char *sql, struct fil_fault *fault)
{
	struct fil_postgresql *store = (struct fil_postgresql *)base;

	if (fil_postgresql_recheck(store, fault) < 0)
		return -1;
	return fil_postgresql_run(store, sql, fault);
}

static int
grant(struct fil_store *base, struct fil_fault *fault)
{
	return fil_postgresql_grant((struct fil_postgresql *)base, fault);
}

const struct fil_engine fil_postgresql_engine = {
	.open = postgresql_open,
	.close = postgresql_close,
	.trust = trust,
	.begin = begin,
	.commit = commit,
	.rollback = rollback,
	.snapshot = snapshot,
	.run = run,
	.grant = grant,
	.queries = &fil_postgresql_queries,
	.batches = &fil_postgresql_batches,
};
