/* SPDX-License-Identifier: ISC */
/* Each transaction and each checkpoint holds the lock file. */
#include "lib/store/sqlite/sqlite.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/fault.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/worker.h"
#include "lib/store/schema.h"
#include "lib/store/sqlite/sqlite_batch.h"
#include "lib/store/sqlite/sqlite_connection.h"
#include "lib/store/sqlite/sqlite_file.h"
#include "lib/store/sqlite/sqlite_purge.h"
#include "lib/store/sqlite/sqlite_schema.h"

struct fil_sqlite_query {
	struct fil_query base;
	struct fil_sqlite *store;
	const char *sql;
	sqlite3_stmt *statement; /* NULL: not prepared yet */
	unsigned session; /* session of the statement, which ends with it */
};

static struct fil_sqlite_query *
of(struct fil_query *query)
{
	return (struct fil_sqlite_query *)query;
}

/* Returns the statement, or NULL if it is not prepared in this session. */
static sqlite3_stmt *
statement_of(const struct fil_sqlite_query *query)
{
	return query->session == query->store->session ? query->statement : NULL;
}

/* Prepares the statement, if it is not yet. Returns SQLite's status. */
static int
prepare(struct fil_sqlite_query *query)
{
	int error;

	fil_worker_wait(query->store->worker);
	if (statement_of(query))
		return SQLITE_OK;
	query->session = query->store->session;
	error = fil_sqlite_prepare(query->store, query->sql, &query->statement);
	if (error == SQLITE_ERROR)
		fil_bug("%s: in: %s", sqlite3_errmsg(query->store->db), query->sql);
	return error;
}

static struct fil_query *
query_new(struct fil_store *base, const char *sql)
{
	struct fil_sqlite_query *query = fil_alloc(1, sizeof *query);

	query->store = (struct fil_sqlite *)base;
	query->sql = sql;
	prepare(query);
	return &query->base;
}

static void
bind(struct fil_query *base, int n, const char *text)
{
	struct fil_sqlite_query *query = of(base);

	/* NULL binds NULL. */
	if (prepare(query) == SQLITE_OK)
		fil_sqlite_bound(query->store,
		    sqlite3_bind_text(query->statement, n, text, -1, SQLITE_TRANSIENT));
}

static void
bind_number(struct fil_query *base, int n, int64_t number)
{
	struct fil_sqlite_query *query = of(base);

	if (prepare(query) == SQLITE_OK)
		fil_sqlite_bound(query->store, sqlite3_bind_int64(query->statement, n, number));
}

/* Returns the result of a step with that status. */
static int
end_step(struct fil_sqlite_query *query, int error, struct fil_fault *fault)
{
	if (error == SQLITE_ROW)
		return 1;
	/* The reset returns the error of the step, and its own. */
	if (error == SQLITE_DONE)
		error = sqlite3_reset(query->statement);
	else
		sqlite3_reset(statement_of(query));
	return error ? fil_sqlite_fault(query->store, error, query->sql, fault) : 0;
}

static int
step(struct fil_query *base, struct fil_fault *fault)
{
	struct fil_sqlite_query *query = of(base);
	int error = prepare(query);

	if (error == SQLITE_OK) {
		if (!sqlite3_stmt_readonly(query->statement))
			fil_sqlite_in_transaction(query->store);
		error = sqlite3_step(query->statement);
	}
	return end_step(query, error, fault);
}

static int
advance(struct fil_query *base, struct fil_fault *fault)
{
	return end_step(of(base), sqlite3_step(statement_of(of(base))), fault);
}

static struct fil_worker *
worker(struct fil_query *base)
{
	struct fil_sqlite *store = of(base)->store;

	fil_worker_wait(store->worker);
	/* Queries that are read in turn are all read ahead, or none is. */
	if (!store->worker && !store->unthreaded)
		store->worker = fil_worker_new();
	store->unthreaded = !store->worker;
	return store->worker;
}

static void
wait_for(struct fil_query *base)
{
	fil_worker_wait(of(base)->store->worker);
}

static const char *
text_of(struct fil_query *base, int n)
{
	return fil_sqlite_text(of(base)->statement, n);
}

/* Asks SQLite for the column once: that costs more than the text and its length do. */
static const char *
cell_of(struct fil_query *base, int n, size_t *length)
{
	struct fil_sqlite_query *query = of(base);
	sqlite3_value *value = sqlite3_column_value(query->statement, n);
	const char *text = (const char *)sqlite3_value_text(value);

	*length = text ? (size_t)sqlite3_value_bytes(value) : 0;
	/* The value's type is no sign: without memory SQLite may change it to NULL. */
	if (!text && sqlite3_errcode(query->store->db) == SQLITE_NOMEM)
		fil_memory_die();
	return text;
}

static int64_t
number_of(struct fil_query *base, int n)
{
	return sqlite3_column_int64(of(base)->statement, n);
}

static int
columns(struct fil_query *base)
{
	return sqlite3_column_count(of(base)->statement);
}

static bool
origin(struct fil_query *base, int n, const char **table, const char **column)
{
	sqlite3_stmt *statement = of(base)->statement;
	const char *type = sqlite3_column_decltype(statement, n);

	*table = sqlite3_column_table_name(statement, n);
	*column = sqlite3_column_origin_name(statement, n);
	return type && strcmp(type, "INTEGER") == 0;
}

/* Returns whether the schema says that a column is never NULL. */
static bool
required(struct fil_query *base, const char *table, const char *column)
{
	int never_null = 0;

	return sqlite3_table_column_metadata(of(base)->store->db, "main", table, column, NULL, NULL,
		   &never_null, NULL, NULL) == SQLITE_OK &&
	    never_null;
}

static int
integer(struct fil_query *base, int n, int64_t *number)
{
	sqlite3_value *value = sqlite3_column_value(of(base)->statement, n);
	int type = sqlite3_value_type(value);

	*number = sqlite3_value_int64(value);
	if (type == SQLITE_NULL)
		return 0;
	return type == SQLITE_INTEGER ? 1 : -1;
}

static void
reset(struct fil_query *base)
{
	fil_worker_wait(of(base)->store->worker);
	sqlite3_reset(statement_of(of(base)));
}

static void
query_free(struct fil_query *base)
{
	struct fil_sqlite_query *query = of(base);

	fil_worker_wait(query->store->worker);
	sqlite3_finalize(statement_of(query));
	free(query);
}

/* Damage, a busy file or a store that was not reopened prevents a statement from preparing. The first
 * step then returns the fault. */
static const struct fil_query_engine queries = {
	.new = query_new,
	.bind = bind,
	.bind_number = bind_number,
	.step = step,
	.text = text_of,
	.cell = cell_of,
	.number = number_of,
	.columns = columns,
	.origin = origin,
	.required = required,
	.integer = integer,
	.worker = worker,
	.wait = wait_for,
	.advance = advance,
	.reset = reset,
	.free = query_free,
};

/* A write-ahead log of more than WAL_PAGES is copied into the file at the end of a transaction. One
 * of WAL_LONG bytes that cannot be copied is reported. */
enum { WAL_PAGES = 1000, WAL_LONG = 64 << 20, PAGE = 4096 };

/* Prepares a connection for writing. A copy has no write-ahead log before something is written: a trial or
 * a run that is refused leaves it as it was, with its digest. Returns 0 or -1. */
static int
prepare_to_write(struct fil_sqlite *store, struct fil_fault *fault)
{
	if (sqlite3_db_readonly(store->db, "main"))
		return fil_sqlite_only_read(store, fault);
	store->without_log = !fil_sqlite_has_log(store);
	return 0;
}

/* Switches to the write-ahead log, so that readers and a writer work at the same time. A reader of the
 * copy may prevent that until the next commit. */
static void
begin_log(struct fil_sqlite *store)
{
	struct fil_fault ignored;

	if (fil_sqlite_run(store, "PRAGMA journal_mode=WAL", &ignored) == 0)
		store->without_log = false;
}

/* Fills a file that waits for its place with tables, in the transaction that inserts the rows. */
static int
start_hidden(struct fil_sqlite *store, struct fil_fault *fault)
{
	return fil_sqlite_create(store, fault) || fil_sqlite_run(store, "BEGIN", fault) ? -1 : 0;
}

/* Refuses a copy that was changed after it was made. Returns 0 or -1. */
static int
check_original(struct fil_sqlite *store, struct fil_fault *fault)
{
	enum fil_signed is = FIL_UNCHANGED_COPY;

	if (!fil_sqlite_has_log(store) && fil_file_compare(store->path, store->name, &is, fault))
		return -1;
	if (is != FIL_CHANGED_COPY)
		return 0;
	return fil_fault_set(fault, FIL_UNAVAILABLE,
	    "%s: the copy is damaged: its bytes are not those that were written; take another copy",
	    store->name);
}

static int
start(struct fil_sqlite *store, struct fil_fault *fault)
{
	if (fil_sqlite_connect(store, fault))
		return -1;
	if (store->hidden.path)
		return start_hidden(store, fault);
	if (store->unmade && fil_sqlite_create(store, fault))
		return -1;
	if ((store->mode == FIL_STORE_WRITE || store->mode == FIL_STORE_TRIAL) &&
	    prepare_to_write(store, fault))
		return -1;
	if (store->mode == FIL_STORE_ORIGINAL && check_original(store, fault))
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
 * log from beginning again, so that it grows. */
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
	} else if (store->without_log) {
		begin_log(store);
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
	if (store->mode == FIL_STORE_TEMPORARY && store->hidden.temporary)
		unlink(store->hidden.temporary);
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

static void
earlier(struct fil_store *base, fil_earlier_take *take, void *context)
{
	fil_file_earlier(((struct fil_sqlite *)base)->path, take, context);
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
	.earlier = earlier,
	.inspect = inspect,
	.purge = fil_sqlite_purge,
	.inspected = inspected,
	.queries = &queries,
	.batches = &fil_sqlite_batches,
};
