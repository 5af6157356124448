/* SPDX-License-Identifier: ISC */
#include "lib/store/postgresql/postgresql_connection.h"

#include <errno.h>
#include <netdb.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/base/fault.h"
#include "lib/base/language.h"
#include "lib/base/library.h"
#include "lib/base/memory.h"
#include "lib/base/temp_file.h"
#include "lib/store/schema.h"

/* Seconds to wait for a server that was lost during a commit, and then for the end of that
 * transaction. After that the outcome stays unknown. */
enum { ABSENCE = 10, PATIENCE = 30 };

/* Seconds for which a reader waits until nodes have finished a commit, and tries for each. */
enum { NODE_PATIENCE = 2, NODE_TRIES = 10 };

/* Settings for the planner, if the server has them. Compiling an expression costs more than these
 * statements, and cursors are read to their end. */
#define SETTINGS(list) \
	"SELECT set_config(s.name, s.value, true) FROM (VALUES ('jit', 'off'), " \
	"('cursor_tuple_fraction', '1')" list ") AS s (name, value) " \
	"WHERE current_setting(s.name, true) IS NOT NULL; "

/* Statements are planned when they are prepared, not for each batch; Citus plans none without their
 * parameters. One connection to each node does all, since two may not touch rows and the rows that
 * these refer to in one transaction. Settings of the transaction hold on all nodes. A commit is on the
 * disk, whatever the role's setting. */
#define WRITING \
	", ('plan_cache_mode', CASE WHEN current_setting('citus.multi_shard_modify_mode', true) " \
	"IS NULL THEN 'force_generic_plan' ELSE 'auto' END), " \
	"('citus.multi_shard_modify_mode', 'sequential'), " \
	"('citus.propagate_set_commands', 'local'), ('synchronous_commit', " \
	"CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' " \
	"ELSE current_setting('synchronous_commit') END)"

#define FUNCTION(name) \
	{ \
		"PQ" #name, offsetof(struct fil_libpq, name) \
	}
static const struct fil_function functions[] = {
	FUNCTION(clear),
	FUNCTION(cmdStatus),
	FUNCTION(connectdbParams),
	FUNCTION(connectionUsedPassword),
	FUNCTION(connectionNeedsPassword),
	FUNCTION(conninfoFree),
	FUNCTION(conninfoParse),
	FUNCTION(consumeInput),
	FUNCTION(describePrepared),
	FUNCTION(errorMessage),
	FUNCTION(exec),
	FUNCTION(execParams),
	FUNCTION(execPrepared),
	FUNCTION(finish),
	FUNCTION(freemem),
	FUNCTION(ftable),
	FUNCTION(ftablecol),
	FUNCTION(getResult),
	FUNCTION(getisnull),
	FUNCTION(getlength),
	FUNCTION(getvalue),
	FUNCTION(nfields),
	FUNCTION(ntuples),
	FUNCTION(prepare),
	FUNCTION(putCopyData),
	FUNCTION(putCopyEnd),
	FUNCTION(resultErrorField),
	FUNCTION(resultStatus),
	FUNCTION(sendQuery),
	FUNCTION(sendQueryPrepared),
	FUNCTION(setNoticeReceiver),
	FUNCTION(status),
	FUNCTION(transactionStatus),
	FUNCTION(user),
};
#undef FUNCTION

/* Loads the library, which stays loaded. Returns 0, or -1 with a fault if it is not installed. */
static int
open_libpq(struct fil_libpq *pq, struct fil_fault *fault)
{
	int loaded = fil_library_load(
	    "libpq.so.5", pq, functions, sizeof functions / sizeof *functions, fault);

	if (loaded == 0)
		return fil_fault_set(fault, FIL_UNAVAILABLE,
		    "PostgreSQL's client library is not installed (libpq.so.5, in Debian's package "
		    "libpq5)");
	return loaded < 0 ? -1 : 0;
}

/* The messages for SQLSTATEs that begin so; the first match counts. %s is replaced by the server's
 * message, which names the table or role. */
static const struct meaning {
	const char *state;
	enum fil_status status;
	const char *kind;
	const char *text;
} meanings[] = {
	{ "0A000", FIL_UNAVAILABLE, NULL,
	    N_("the server does not support a statement of this command (%s): place the tables as "
	       "filrouge-postgresql(7) says, or move the store to a server without the extension "
	       "that places them") },
	{ "08", FIL_UNAVAILABLE, NULL, N_("the connection to the server was lost: try again") },
	{ "22001", FIL_BAD_DATA, "constraint-error", N_("a value is too long") },
	{ "22003", FIL_BAD_DATA, "type-error", N_("a value is not of its column's type") },
	{ "22P02", FIL_BAD_DATA, "type-error", N_("a value is not of its column's type") },
	{ "23502", FIL_BAD_DATA, "constraint-error", N_("a required value is missing") },
	{ "23503", FIL_BAD_DATA, "reference-error", N_("a reference does not exist") },
	{ "23505", FIL_BUSY, NULL, N_("another program wrote to the store in between: try again") },
	{ "25006", FIL_NOT_PERMITTED, NULL,
	    N_("nothing can be written: the server is a standby, or set to read only") },
	{ "25P02", FIL_UNAVAILABLE, NULL,
	    N_("a failure before this one has ended the transaction") },
	{ "25P03", FIL_UNAVAILABLE, NULL,
	    N_("the server gave up a transaction that was idle for too long (%s)") },
	{ "40001", FIL_BUSY, NULL, N_("another transaction came in between: try again") },
	{ "40003", FIL_UNAVAILABLE, NULL,
	    N_("the server does not know the outcome of the commit") },
	{ "40P01", FIL_BUSY, NULL, N_("another transaction came in between: try again") },
	{ "42501", FIL_NOT_PERMITTED, NULL, N_("this role may not do that (%s)") },
	{ "42704", FIL_UNAVAILABLE, NULL,
	    N_("the server lacks what this command needs (%s): make it, on each node if there "
	       "are several") },
	{ "42710", FIL_BUSY, NULL, N_("another program wrote to the store in between: try again") },
	{ "42P07", FIL_CANT_CREATE, NULL, N_("exists already") },
	{ "53100", FIL_IO_ERROR, NULL, N_("the server's disk is full") },
	{ "53300", FIL_BUSY, NULL, N_("the server has no connection left: try again") },
	{ "53", FIL_UNAVAILABLE, NULL, N_("the server lacks resources (%s)") },
	{ "54", FIL_BAD_DATA, "constraint-error", N_("a value is too long") },
	{ "55P03", FIL_BUSY, NULL, N_("another program holds the store: try again") },
	{ "57014", FIL_BUSY, NULL, N_("the server broke off (%s): try again") },
	{ "57P", FIL_UNAVAILABLE, NULL, N_("the connection to the server was lost: try again") },
	{ "58", FIL_IO_ERROR, NULL, N_("the server cannot read or write its files (%s)") },
	{ "XX001", FIL_UNAVAILABLE, NULL, N_("the database is damaged: restore it from a backup") },
	{ "XX002", FIL_UNAVAILABLE, NULL, N_("the database is damaged: restore it from a backup") },
};

/* Returns whether the error, or else the state of the connection, shows that the connection is
 * lost. */
static bool
is_lost(const struct fil_postgresql *store, const PGresult *result)
{
	const char *state = result ? store->pq.resultErrorField(result, PG_DIAG_SQLSTATE) : NULL;

	if (!store->connection || store->pq.status(store->connection) != CONNECTION_OK)
		return true;
	return state && (strncmp(state, "08", 2) == 0 || strncmp(state, "57P", 3) == 0);
}

/* An error of the server that is not its own: it has lost the connection to one of its nodes. */
static const struct meaning lost_node = { "", FIL_UNAVAILABLE, NULL,
	N_("a node of the server does not answer (%s): start it, or let the coordinator in, and "
	   "try again") };

/* Returns the words of the server for a lost connection to one of its nodes, or NULL for other
 * errors. The caller frees them. The end of a session is fatal, what nodes say is not. */
static char *
read_node(const struct fil_postgresql *store, const PGresult *result)
{
	const struct fil_libpq *pq = &store->pq;
	const char *state = pq->resultErrorField(result, PG_DIAG_SQLSTATE),
		   *severity = pq->resultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED),
		   *words = pq->resultErrorField(result, PG_DIAG_MESSAGE_PRIMARY),
		   *context = pq->resultErrorField(result, PG_DIAG_CONTEXT),
		   *place = context ? strstr(context, "while executing command on ") : NULL;

	if (!store->distributes || !state || !severity || !words || strcmp(severity, "ERROR") != 0)
		return NULL;
	if (strncmp(state, "08", 2) != 0 &&
	    (!place || (strncmp(state, "57P", 3) != 0 && strcmp(state, "XX000") != 0)))
		return NULL;
	return fil_format("%.*s%s%.*s", (int)strcspn(words, "\n"), words, place ? ", " : "",
	    place ? (int)strcspn(place, "\n") : 0, place ? place : "");
}

/* Ends the program if a message of libpq says that this process has no memory: "out of memory", "cannot
 * allocate memory for input buffer", the same in French, or what the C library says of an address. */
static void
check_words(const char *words)
{
	if (strstr(words, " memory") || strstr(words, "mémoire") ||
	    strstr(words, gai_strerror(EAI_MEMORY)))
		fil_memory_die();
}

/* As check_words, of libpq's last message. */
static void
check_memory(const struct fil_postgresql *store)
{
	if (store->connection)
		check_words(store->pq.errorMessage(store->connection));
}

static const struct meaning *
meaning_of(const char *state)
{
	for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
		if (strncmp(state, meanings[i].state, strlen(meanings[i].state)) == 0)
			return &meanings[i];
	return NULL;
}

/* Fills the fault with the message. Faults of data omit the name of the store: the caller names the
 * row. */
static int
explain(struct fil_postgresql *store, const struct meaning *meaning, const char *words,
    struct fil_fault *fault)
{
	const char *said = _(meaning->text), *hole = strstr(said, "%s");
	char *text = hole ? fil_format("%.*s%s%s", (int)(hole - said), said, words, hole + 2)
			  : fil_copy(said);

	if (meaning->kind)
		fil_fault_data(fault, meaning->kind, "%s", text);
	else
		fil_fault_set(fault, meaning->status, "%s: %s", store->name, text);
	free(text);
	return -1;
}

/* Keeps the details of the refused row: names and values, not words. */
static void
note_detail(struct fil_postgresql *store, const PGresult *result)
{
	free(store->detail);
	free(store->column);
	store->detail = store->column = NULL;
	if (!result)
		return;
	store->detail = fil_copy(store->pq.resultErrorField(result, PG_DIAG_MESSAGE_DETAIL));
	store->column = fil_copy(store->pq.resultErrorField(result, PG_DIAG_COLUMN_NAME));
}

/* Fills the fault for the last error of the server or libpq (result NULL), in words for
 * administrators. An error that only a bug explains ends the program and shows sql. Returns -1. */
static int
fail(struct fil_postgresql *store, const PGresult *result, const char *sql, struct fil_fault *fault)
{
	const char *state = NULL, *words = NULL;
	char *node = result ? read_node(store, result) : NULL;
	const struct meaning *meaning;

	if (node) {
		store->base.crossed = false;
		note_detail(store, NULL);
		explain(store, &lost_node, node, fault);
		free(node);
		return -1;
	}
	if (result) {
		state = store->pq.resultErrorField(result, PG_DIAG_SQLSTATE);
		words = store->pq.resultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	}
	if (!state)
		check_memory(store);
	if (!state || is_lost(store, result))
		state = "08006";
	if (!words)
		words = _("no reason given");
	store->base.crossed = strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0 ||
	    strcmp(state, "23505") == 0;
	note_detail(store, result);
	meaning = meaning_of(state);
	if (meaning)
		return explain(store, meaning, words, fault);
	if (!store->verified && strcmp(state, "42P01") == 0)
		return fil_fault_set(
		    fault, FIL_UNAVAILABLE, "%s: no store there: fil-init makes one", store->name);
	/* Until the database is verified, an unexpected error is the database's fault, not a
	 * bug. */
	if (!store->verified)
		return fil_fault_set(
		    fault, FIL_UNAVAILABLE, "%s: not a store (%s)", store->name, words);
	fil_bug("%s: %s: in: %s", state, words, sql);
}

/* Every user of the machine can see a command line, and the run stores it. */
static int
refuse_password(const PQconninfoOption *options, struct fil_fault *fault)
{
	for (; options->keyword; options++)
		if (options->dispchar[0] == '*' && options->val && *options->val)
			return fil_fault_set(fault, FIL_USAGE,
			    "the store's address holds a password (%s), which others could see: "
			    "put it into ~/.pgpass or into a service",
			    options->keyword);
	return 0;
}

static int
check_address(const struct fil_libpq *pq, const char *where, struct fil_fault *fault)
{
	char *words = NULL;
	PQconninfoOption *options = pq->conninfoParse(where, &words);
	int refused;

	/* Without memory there may be no message either. Others quote the address, which may contain
	 * a password. */
	if (!options && (!words || !*words))
		fil_memory_die();
	if (words && !strchr(words, '"'))
		check_words(words);
	pq->freemem(words);
	if (!options)
		return fil_fault_set(fault, FIL_USAGE,
		    "the store's address is not one of PostgreSQL: "
		    "postgresql://[USER@]HOST[:PORT]/DATABASE or service=NAME");
	refused = refuse_password(options, fault);
	pq->conninfoFree(options);
	return refused;
}

/* Notices of the server belong in its own log. */
static void
ignore_notice(void *context, const PGresult *result)
{
	(void)context;
	(void)result;
}

/* Fills the fault for a failed connection with libpq's message, which names host, port and
 * database. */
static int
refuse_connection(struct fil_postgresql *store, struct fil_fault *fault)
{
	const struct fil_libpq *pq = &store->pq;
	const char *words = pq->errorMessage(store->connection);
	int n = (int)strcspn(words, "\n");

	check_memory(store);
	if (pq->connectionNeedsPassword(store->connection))
		return fil_fault_set(fault, FIL_NOT_PERMITTED,
		    "%s: the server wants a password: put it into ~/.pgpass", store->name);
	if (pq->connectionUsedPassword(store->connection))
		return fil_fault_set(fault, FIL_NOT_PERMITTED, "%s: %.*s", store->name, n, words);
	return fil_fault_set(fault, FIL_UNAVAILABLE, "%s: %.*s", store->name, n, words);
}

/* Closes the connection, which rolls back. Prepared statements end with the session. */
static void
disconnect(struct fil_postgresql *store)
{
	store->ahead = NULL;
	store->unchecked = false;
	store->pq.finish(store->connection);
	store->connection = NULL;
}

static void
free_store(struct fil_postgresql *store)
{
	free(store->name);
	free(store->role);
	free(store->detail);
	free(store->column);
	free(store->caution);
	free(store->columns);
	free(store->names_of_columns);
	free(store);
}

/* Connects. Returns 0 or -1. */
static int
connect_to(struct fil_postgresql *store, struct fil_fault *fault)
{
	const char *keywords[] = { "dbname", "client_encoding", "fallback_application_name", NULL };
	const char *values[] = { store->name, "UTF8", program_invocation_short_name, NULL };

	store->connection = store->pq.connectdbParams(keywords, values, 1);
	store->session++;
	if (!store->connection)
		fil_memory_die();
	if (store->pq.status(store->connection) != CONNECTION_OK) {
		refuse_connection(store, fault);
		disconnect(store);
		return -1;
	}
	store->pq.setNoticeReceiver(store->connection, ignore_notice, NULL);
	free(store->role);
	store->role = fil_copy(store->pq.user(store->connection));
	store->base.role = store->role;
	return 0;
}

/* Returns a store that is not connected, or NULL with a fault. */
static struct fil_postgresql *
postgresql_new(const char *where, enum fil_store_mode mode, struct fil_fault *fault)
{
	struct fil_postgresql *store = fil_alloc(1, sizeof *store);

	if (open_libpq(&store->pq, fault) < 0 || check_address(&store->pq, where, fault) < 0) {
		free_store(store);
		return NULL;
	}
	store->name = fil_copy(where);
	store->mode = mode;
	store->base.name = store->name;
	store->base.folder = fil_temp_file_folder();
	return store;
}

struct fil_postgresql *
fil_postgresql_open(const char *where, enum fil_store_mode mode, struct fil_fault *fault)
{
	struct fil_postgresql *store = postgresql_new(where, mode, fault);

	if (store && connect_to(store, fault) < 0) {
		free_store(store);
		return NULL;
	}
	return store;
}

void
fil_postgresql_close(struct fil_postgresql *store)
{
	disconnect(store);
	free_store(store);
}

bool
fil_postgresql_in_transaction(const struct fil_postgresql *store)
{
	return store->connection && store->pq.transactionStatus(store->connection) != PQTRANS_IDLE;
}

void
fil_postgresql_settle(struct fil_postgresql *store)
{
	PGresult **place = store->ahead, *result;

	if (!place)
		return;
	store->ahead = NULL;
	while ((result = store->pq.getResult(store->connection))) {
		store->pq.clear(*place);
		*place = result;
	}
}

/* Returns whether the result is not an error. */
static bool
is_good(const struct fil_postgresql *store, const PGresult *result)
{
	ExecStatusType status = store->pq.resultStatus(result);

	return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

PGresult *
fil_postgresql_check(
    struct fil_postgresql *store, PGresult *result, const char *sql, struct fil_fault *fault)
{
	if (result && is_good(store, result))
		return result;
	fail(store, result, sql, fault);
	store->pq.clear(result);
	return NULL;
}

/* Receives a pending result, so that the connection is free. Returns 0, or -1 with a fault if there
 * is no connection or an insertion has failed. The server would only report a failed
 * transaction. */
static int
prepare_to_ask(struct fil_postgresql *store, const char *sql, struct fil_fault *fault)
{
	if (!store->connection)
		return fail(store, NULL, sql, fault);
	fil_postgresql_settle(store);
	if (store->inserted && !is_good(store, store->inserted))
		return fail(store, store->inserted, sql, fault);
	return 0;
}

PGresult *
fil_postgresql_exec(struct fil_postgresql *store, const char *sql, struct fil_fault *fault)
{
	if (prepare_to_ask(store, sql, fault) < 0)
		return NULL;
	return fil_postgresql_check(store, store->pq.exec(store->connection, sql), sql, fault);
}

PGresult *
fil_postgresql_ask(struct fil_postgresql *store, const char *sql,
    const struct fil_postgresql_values *values, struct fil_fault *fault)
{
	if (prepare_to_ask(store, sql, fault) < 0)
		return NULL;
	return fil_postgresql_check(store,
	    store->pq.execParams(store->connection, sql, values->n, values->types, values->values,
		values->lengths, values->formats, 0),
	    sql, fault);
}

int
fil_postgresql_prepare(struct fil_postgresql *store, const char *name, const char *sql,
    const struct fil_postgresql_values *values, struct fil_fault *fault)
{
	PGresult *result;

	if (prepare_to_ask(store, sql, fault) < 0)
		return -1;
	result = fil_postgresql_check(store,
	    store->pq.prepare(
		store->connection, name, sql, values->types ? values->n : 0, values->types),
	    sql, fault);
	store->pq.clear(result);
	return result ? 0 : -1;
}

PGresult *
fil_postgresql_execute(struct fil_postgresql *store, const char *name, const char *sql,
    const struct fil_postgresql_values *values, struct fil_fault *fault)
{
	if (prepare_to_ask(store, sql, fault) < 0)
		return NULL;
	return fil_postgresql_check(store,
	    store->pq.execPrepared(store->connection, name, values->n, values->values,
		values->lengths, values->formats, 0),
	    sql, fault);
}

int
fil_postgresql_send(struct fil_postgresql *store, const char *name, const char *sql,
    const struct fil_postgresql_values *values, PGresult **result, struct fil_fault *fault)
{
	if (prepare_to_ask(store, sql, fault) < 0)
		return -1;
	*result = NULL;
	if (!store->pq.sendQueryPrepared(store->connection, name, values->n, values->values,
		values->lengths, values->formats, 0))
		return fail(store, NULL, sql, fault);
	store->ahead = result;
	return 0;
}

/* Sends rows to a server that waits for them, and waits for the result, an error too. Returns NULL
 * without one. */
static PGresult *
put_rows(struct fil_postgresql *store, fil_postgresql_rows *next, void *context)
{
	const struct fil_libpq *pq = &store->pq;
	struct fil_bytes rows = { 0 };
	PGresult *result = NULL, *other;
	bool sent = true;

	while (sent && next(context, &rows)) {
		sent = pq->putCopyData(store->connection, rows.data, (int)rows.length) >= 0;
		fil_bytes_clear(&rows);
	}
	fil_bytes_release(&rows);
	if (!sent || pq->putCopyEnd(store->connection, NULL) < 0)
		return NULL;
	while ((other = pq->getResult(store->connection))) {
		pq->clear(result);
		result = other;
	}
	return result;
}

PGresult *
fil_postgresql_copy(struct fil_postgresql *store, const char *sql, fil_postgresql_rows *next,
    void *context, struct fil_fault *fault)
{
	PGresult *result;

	if (prepare_to_ask(store, sql, fault) < 0)
		return NULL;
	result = store->pq.exec(store->connection, sql);
	if (store->pq.resultStatus(result) == PGRES_COPY_IN) {
		store->pq.clear(result);
		result = put_rows(store, next, context);
	}
	if (!result)
		fail(store, NULL, sql, fault);
	return result;
}

int
fil_postgresql_run(struct fil_postgresql *store, const char *sql, struct fil_fault *fault)
{
	PGresult *result = fil_postgresql_exec(store, sql, fault);

	store->pq.clear(result);
	return result ? 0 : -1;
}

int
fil_postgresql_recheck(struct fil_postgresql *store, struct fil_fault *fault)
{
	if (!store->unchecked)
		return 0;
	store->unchecked = false;
	return fil_postgresql_run(store, "SET LOCAL session_replication_role = origin", fault);
}

void
fil_postgresql_rollback(struct fil_postgresql *store)
{
	struct fil_fault ignored;

	if (fil_postgresql_in_transaction(store))
		fil_postgresql_run(store, "ROLLBACK", &ignored);
	store->unmade = false;
	store->unchecked = false;
}

/* Names the holder of the writers' lock, as far as the server shows it. The row names the holder's
 * transaction. */
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

/* Waits for the writers' lock. Returns the version in the row, or NULL with a fault. */
static PGresult *
take_turn(struct fil_postgresql *store, unsigned seconds, struct fil_fault *fault)
{
	/* 0 would wait without limit. */
	char *sql = fil_format("%sSET LOCAL lock_timeout = %u; " SETTINGS(
				   WRITING) "SELECT version FROM filrouge FOR UPDATE",
	    store->unmade ? "" : "BEGIN ISOLATION LEVEL READ COMMITTED; ",
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

/* Returns whether each node has finished the commits that are visible, or -1 with a fault: one does not
 * answer. Citus notes a commit before it tells nodes, and keeps the notes for a minute or so. */
static int
nodes_are_done(struct fil_postgresql *store, struct fil_fault *fault)
{
	static const char sql[] =
	    "SELECT n.success, n.nodename || ':' || n.nodeport || ': ' || n.result FROM "
	    "pg_catalog.run_command_on_workers($$SELECT coalesce(string_agg(gid, ' '), '') FROM "
	    "pg_prepared_xacts WHERE database = current_database()$$) AS n WHERE NOT n.success OR "
	    "EXISTS (SELECT 1 FROM pg_catalog.pg_dist_transaction AS t WHERE t.gid = ANY "
	    "(string_to_array(n.result, ' '))) ORDER BY n.success LIMIT 1";
	PGresult *result = fil_postgresql_exec(
	    store, "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_dist_transaction)", fault);
	bool noted = result && *store->pq.getvalue(result, 0, 0) == 't';
	int done = result ? 1 : -1;

	store->pq.clear(result);
	if (!noted)
		return done;
	result = fil_postgresql_exec(store, sql, fault);
	if (!result)
		return -1;
	done = store->pq.ntuples(result) == 0;
	if (!done && *store->pq.getvalue(result, 0, 0) == 'f')
		done = explain(store, &lost_node, store->pq.getvalue(result, 0, 1), fault);
	store->pq.clear(result);
	return done;
}

/* Waits until nodes have finished the commits that are visible. Returns 1 if they have, 0, or -1 with a
 * fault. */
static int
await_nodes(struct fil_postgresql *store, unsigned seconds, struct fil_fault *fault)
{
	const struct timespec pause = { 0, 1000000000 / NODE_TRIES };
	int done = 1;

	if (!store->distributes)
		return 1;
	for (unsigned tries = 0; tries <= seconds * NODE_TRIES; tries++) {
		if (tries > 0)
			nanosleep(&pause, NULL);
		done = nodes_are_done(store, fault);
		if (done != 0)
			break;
	}
	return done;
}

/* Checks that a writer who has the lock sees all rows of earlier writers. Returns 0 or -1. */
static int
check_nodes(struct fil_postgresql *store, unsigned seconds, struct fil_fault *fault)
{
	int done = await_nodes(store, seconds, fault);

	if (done == 0)
		fil_fault_set(fault, FIL_BUSY,
		    "%s: a node has not finished the commit of an earlier run, for over %u s: try "
		    "again in a minute, or run SELECT recover_prepared_transactions() on the "
		    "coordinator",
		    store->name, seconds);
	if (done <= 0)
		fil_postgresql_rollback(store);
	return done > 0 ? 0 : -1;
}

/* Waits for the writers' lock, and checks the version. Returns 0 or -1. */
static int
take_lock(struct fil_postgresql *store, unsigned seconds, struct fil_fault *fault)
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

int
fil_postgresql_lock(struct fil_postgresql *store, unsigned seconds, struct fil_fault *fault)
{
	return take_lock(store, seconds, fault) < 0 ? -1 : check_nodes(store, seconds, fault);
}

int
fil_postgresql_snapshot(struct fil_postgresql *store, struct fil_fault *fault)
{
	/* BEGIN alone reads nothing, and so fixes no state yet. */
	PGresult *last = fil_postgresql_exec(store,
	    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; " SETTINGS(
		"") "SELECT coalesce(max(run), 0) FROM runs",
	    fault);

	if (!last)
		return -1;
	store->seen = store->distributes ? strtoll(store->pq.getvalue(last, 0, 0), NULL, 10) : 0;
	store->base.crossed = false;
	store->pq.clear(last);
	/* What a command reads may be on other nodes than one that does not answer. */
	store->behind = await_nodes(store, NODE_PATIENCE, fault) != 1;
	return is_lost(store, NULL) ? -1 : 0;
}

/* Has the caution say that what was read is not exact. The store takes over the words. */
static void
note_caution(struct fil_postgresql *store, char *words)
{
	free(store->caution);
	store->base.caution = store->caution = words;
	store->base.crossed = true;
}

void
fil_postgresql_end_snapshot(struct fil_postgresql *store)
{
	int64_t seen = store->seen, last;
	struct fil_fault ignored;
	PGresult *now;

	fil_postgresql_rollback(store);
	store->seen = 0;
	if (seen == 0 || !(now = fil_postgresql_exec(store, "SELECT max(run) FROM runs", &ignored)))
		return;
	last = strtoll(store->pq.getvalue(now, 0, 0), NULL, 10);
	store->pq.clear(now);
	if (store->behind)
		note_caution(store,
		    fil_format(_("a node has not finished the commit of a run: what was read may "
				 "lack rows of the runs up to %lld; run the command again"),
			(long long)seen));
	else if (last != seen)
		note_caution(store,
		    fil_format(_("the store was written while it was read from several nodes: what "
				 "was read is exact up to run %lld, and may have parts of the runs "
				 "up to %lld; run the command again"),
			(long long)seen, (long long)last));
}

bool
fil_postgresql_recover(struct fil_postgresql *store)
{
	struct fil_fault ignored;

	if (!is_lost(store, NULL))
		return false;
	disconnect(store);
	return connect_to(store, &ignored) == 0;
}

void
fil_postgresql_reconnect(struct fil_postgresql *store)
{
	struct fil_fault ignored;
	long waited = 0, pause = 10; /* milliseconds */
	int failed;

	disconnect(store);
	failed = connect_to(store, &ignored);
	while (failed && waited < ABSENCE * 1000) {
		nanosleep(&(struct timespec){ 0, pause * 1000000 }, NULL);
		waited += pause;
		pause = pause < 160 ? 2 * pause : pause;
		disconnect(store);
		failed = connect_to(store, &ignored);
	}
	if (!failed)
		failed = take_lock(store, PATIENCE, &ignored);
	if (failed)
		disconnect(store);
}
