/* SPDX-License-Identifier: ISC */
#include "lib/store/postgresql/postgresql_purge.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/base/fault.h"
#include "lib/base/memory.h"
#include "lib/store/postgresql/postgresql_connection.h"

enum { MILLISECONDS = 1000, TRIES = 10 };

/* The tables of the store, and whether this role may vacuum them. */
static const char select_tables[] =
    "SELECT c.oid::regclass, pg_has_role(c.relowner, 'USAGE') FROM pg_class AS c"
    " WHERE c.relkind = 'r' AND c.relnamespace ="
    " (SELECT relnamespace FROM pg_class WHERE oid = 'runs'::regclass) ORDER BY c.relname";

static int
still_held(const struct fil_postgresql *store, struct fil_fault *fault)
{
	return fil_fault_set(fault, FIL_BUSY,
	    "%s: the rows are gone, their bytes not yet: a reader holds old pages; try again, and "
	    "the same command finishes it",
	    store->name);
}

static const char select_samples[] =
#include "sql/postgresql-samples.inc"
    ;

/* Waits until no transaction is as old as this one, which could see deleted rows. The server keeps them
 * for one that writes in another of its databases too, for a prepared one, and for a reader on a standby,
 * of which a slot or a sender tells. Returns 0 or -1. */
static int
await_readers(struct fil_postgresql *store, unsigned seconds, struct fil_fault *fault)
{
	static const char now[] = "SELECT pg_current_xact_id()";
	const struct timespec pause = { 0, 1000000000 / TRIES };
	PGresult *result = fil_postgresql_exec(store, now, fault);
	bool held = true, failed = false;
	char *sql;

	if (!result)
		return -1;
	sql = fil_format("SELECT 1 WHERE pg_snapshot_xmin(pg_current_snapshot()) <= '%s'::xid8"
			 " OR EXISTS (SELECT FROM pg_stat_activity"
			 " WHERE (datname = current_database() AND pid <> pg_backend_pid()"
			 " AND backend_type = 'client backend' OR backend_type = 'walsender')"
			 " AND age(backend_xmin) > age('%s'::xid8::xid))"
			 " OR EXISTS (SELECT FROM pg_replication_slots"
			 " WHERE age(xmin) > age('%s'::xid8::xid))",
	    store->pq.getvalue(result, 0, 0), store->pq.getvalue(result, 0, 0),
	    store->pq.getvalue(result, 0, 0));
	store->pq.clear(result);
	for (unsigned tries = 0; held && !failed && tries <= seconds * TRIES; tries++) {
		if (tries > 0)
			nanosleep(&pause, NULL);
		result = fil_postgresql_exec(store, sql, fault);
		failed = !result;
		held = result && store->pq.ntuples(result) > 0;
		store->pq.clear(result);
	}
	free(sql);
	if (failed)
		return -1;
	return held ? still_held(store, fault) : 0;
}

/* Writes a table again, and the server's samples of its values. Returns 0 or -1. */
static int
rebuild(struct fil_postgresql *store, const char *table, struct fil_fault *fault)
{
	char *sql = fil_format("VACUUM (FULL, ANALYZE) %s", table);
	int failed = fil_postgresql_run(store, sql, fault);
	struct fil_fault cause;

	free(sql);
	if (failed && fault->status == FIL_BUSY)
		return still_held(store, fault);
	cause = *fault;
	if (failed)
		fil_fault_set(fault, cause.status,
		    "%s; the rows are gone, their bytes not yet: the same command finishes it",
		    cause.text);
	return failed;
}

/* Writes all tables again; each statement is a transaction of its own. Returns 0 or -1. */
static int
rebuild_all(struct fil_postgresql *store, const PGresult *tables, struct fil_fault *fault)
{
	int n = store->pq.ntuples(tables);

	for (int i = 0; i < n; i++)
		if (*store->pq.getvalue(tables, i, 1) != 't')
			return fil_fault_set(fault, FIL_NOT_PERMITTED,
			    "%s: the rows are gone, their bytes not yet: only the owner of the "
			    "tables may vacuum them; let the owner give the same command",
			    store->name);
	for (int i = 0; i < n; i++)
		if (rebuild(store, store->pq.getvalue(tables, i, 0), fault) < 0)
			return -1;
	return 0;
}

/* Writes the server's samples of values again: ANALYZE has left those before, and those of empty
 * tables. Returns 0 or -1. */
static int
rebuild_samples(struct fil_postgresql *store, unsigned seconds, struct fil_fault *fault)
{
	PGresult *samples = fil_postgresql_exec(store, select_samples, fault);
	int failed = samples ? 0 : -1;
	bool all = samples && *store->pq.getvalue(samples, 0, 1) == 't' && !store->distributes;

	/* An owner of the tables alone removes what ANALYZE leaves, and cannot vacuum it. */
	if (samples && !store->distributes && !store->pq.getisnull(samples, 0, 0))
		failed = fil_postgresql_run(store, store->pq.getvalue(samples, 0, 0), fault);
	if (all && !failed)
		failed = await_readers(store, seconds, fault) < 0 ||
		    rebuild(store, "pg_catalog.pg_statistic", fault) < 0;
	if (!failed && !all)
		fil_warn("the server's samples of values (pg_statistic) may still hold theirs: let "
			 "its administrator remove them, and run VACUUM (FULL) pg_statistic");
	store->pq.clear(samples);
	return failed ? -1 : 0;
}

int
fil_postgresql_purge(struct fil_store *base, unsigned seconds, const struct fil_search *texts,
    bool *found, struct fil_fault *fault)
{
	struct fil_postgresql *store = (struct fil_postgresql *)base;
	/* 0 would wait without limit. */
	char *wait = fil_format("SET lock_timeout = %u", seconds > 0 ? seconds * MILLISECONDS : 1);
	struct fil_fault ignored;
	PGresult *tables = NULL;
	int failed = -1;

	(void)texts;
	(void)found;
	if (await_readers(store, seconds, fault) == 0 &&
	    fil_postgresql_run(store, wait, fault) == 0)
		tables = fil_postgresql_exec(store, select_tables, fault);
	if (tables)
		failed = rebuild_all(store, tables, fault);
	if (tables && !failed)
		failed = rebuild_samples(store, seconds, fault);
	store->pq.clear(tables);
	fil_postgresql_run(store, "RESET lock_timeout", failed ? &ignored : fault);
	free(wait);
	return failed;
}
