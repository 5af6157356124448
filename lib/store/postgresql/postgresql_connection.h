/* SPDX-License-Identifier: ISC */
/* The connection to a server: libpq, statements, the writers' lock and faults. The schema, queries
 * and batches use it.
 *
 * The caller clears a result; NULL comes with a fault. The result of a statement sent ahead is
 * received before the next statement is sent. libpq reads host, role, TLS, password file and time
 * limits: from the address, a service, the environment or ~/.pgpass.
 *
 * Writers take turns: each first locks the one row of the table `filrouge`, which also holds the
 * version. The lock ends with the transaction or the connection. It is a row lock, since
 * distributed engines have no advisory locks. All writers wait there before they read anything. So
 * with READ COMMITTED each sees all work of earlier writers, and no two of them conflict. Another
 * program, or an engine with only serialisable transactions, may still conflict. Then the store is
 * `crossed`, and the caller may retry the transaction.
 *
 * Readers see one snapshot (REPEATABLE READ, READ ONLY). Row versions keep readers and writers from
 * blocking each other. */
#ifndef FIL_POSTGRESQL_CONNECTION_H
#define FIL_POSTGRESQL_CONNECTION_H

#include <stdbool.h>

#include "lib/base/fault.h"
#include "lib/store/engine.h"

struct fil_bytes;

/* libpq is loaded only for a store on a server. Linking it would cost each start of each command
 * more than all else together. */
#if __has_include(<libpq-fe.h>)
#include <libpq-fe.h>
#else
#include <postgresql/libpq-fe.h>
#endif

/* The functions of libpq in use; member x is PQx. */
struct fil_libpq {
	__typeof__(PQclear) *clear;
	__typeof__(PQcmdStatus) *cmdStatus;
	__typeof__(PQconnectdbParams) *connectdbParams;
	__typeof__(PQconnectionUsedPassword) *connectionUsedPassword;
	__typeof__(PQconnectionNeedsPassword) *connectionNeedsPassword;
	__typeof__(PQconninfoFree) *conninfoFree;
	__typeof__(PQconninfoParse) *conninfoParse;
	__typeof__(PQconsumeInput) *consumeInput;
	__typeof__(PQdescribePrepared) *describePrepared;
	__typeof__(PQerrorMessage) *errorMessage;
	__typeof__(PQexec) *exec;
	__typeof__(PQexecParams) *execParams;
	__typeof__(PQexecPrepared) *execPrepared;
	__typeof__(PQfinish) *finish;
	__typeof__(PQfreemem) *freemem;
	__typeof__(PQftable) *ftable;
	__typeof__(PQftablecol) *ftablecol;
	__typeof__(PQgetResult) *getResult;
	__typeof__(PQgetisnull) *getisnull;
	__typeof__(PQgetlength) *getlength;
	__typeof__(PQgetvalue) *getvalue;
	__typeof__(PQnfields) *nfields;
	__typeof__(PQntuples) *ntuples;
	__typeof__(PQprepare) *prepare;
	__typeof__(PQputCopyData) *putCopyData;
	__typeof__(PQputCopyEnd) *putCopyEnd;
	__typeof__(PQresultErrorField) *resultErrorField;
	__typeof__(PQresultStatus) *resultStatus;
	__typeof__(PQsendQuery) *sendQuery;
	__typeof__(PQsendQueryPrepared) *sendQueryPrepared;
	__typeof__(PQsetNoticeReceiver) *setNoticeReceiver;
	__typeof__(PQstatus) *status;
	__typeof__(PQtransactionStatus) *transactionStatus;
	__typeof__(PQuser) *user;
};

struct fil_postgresql_insertion;

/* A column of a table, as a result names it. */
struct fil_postgresql_column {
	Oid table;
	int number;
	const char *table_name, *name;
};

struct fil_postgresql {
	struct fil_store base;
	struct fil_libpq pq;
	PGconn *connection; /* NULL: reconnecting failed */
	char *name; /* as it was given, without a password */
	char *role;
	enum fil_store_mode mode;
	bool unmade; /* its tables are in an open transaction: the first commit makes it */
	bool verified; /* the database has the schema of this program */
	bool trusted; /* the caller checks all references */
	bool unchecked; /* the server checks no references in this transaction */
	bool distributes; /* the database has the extension Citus, which places rows on nodes */
	int64_t
	    seen; /* the last run that the current snapshot sees, where the database distributes */
	bool behind; /* a node may not have finished its commit */
	char *caution; /* about the last snapshot, or NULL */
	struct fil_postgresql_column *columns; /* of its tables, once it is verified */
	size_t n_columns;
	char *names_of_columns;
	char *detail, *column; /* of the last refused row, or NULL */
	unsigned session; /* number of connections; each loses what was prepared */
	unsigned names; /* number of names given to cursors and statements */
	PGresult **ahead; /* place for the result of the statement sent ahead, or NULL */
	struct fil_postgresql_insertion *insertion; /* the open insertion, or NULL */
	PGresult *inserted; /* its result, once received */
	struct fil_postgresql_plan *plans; /* the statements for batches */
};

/* Parameters of a statement. NULL types: the server infers them. NULL formats: text. */
struct fil_postgresql_values {
	int n;
	const Oid *types;
	const char *const *values;
	const int *lengths, *formats;
};

/* Loads libpq and connects to the address; a password in it is refused. Returns the store, without
 * an engine yet, or NULL with a fault. */
struct fil_postgresql *
fil_postgresql_open(const char *where, enum fil_store_mode mode, struct fil_fault *fault);

/* Closes the connection, which rolls back, and frees the store. */
void fil_postgresql_close(struct fil_postgresql *store);

/* Reconnects if the connection was lost outside a transaction, as while a command waits for its
 * input. Returns whether it did, so that the caller retries once. */
bool fil_postgresql_recover(struct fil_postgresql *store);

/* Reconnects after a commit without a result, as soon as the server is back. Waits until that
 * transaction has ended, since it holds the writers' lock. On failure the store stays closed, and
 * the outcome unknown. */
void fil_postgresql_reconnect(struct fil_postgresql *store);

/* Returns whether the store is connected and within a transaction. */
bool fil_postgresql_in_transaction(const struct fil_postgresql *store);

/* Runs statements without parameters. Returns the last result. */
PGresult *
fil_postgresql_exec(struct fil_postgresql *store, const char *sql, struct fil_fault *fault);

/* Runs statements and ignores their rows. Returns 0 or -1. */
int fil_postgresql_run(struct fil_postgresql *store, const char *sql, struct fil_fault *fault);

/* Runs one statement with parameters. Returns the result. */
PGresult *fil_postgresql_ask(struct fil_postgresql *store, const char *sql,
    const struct fil_postgresql_values *values, struct fil_fault *fault);

/* Prepares a statement under a name. Returns 0 or -1. */
int fil_postgresql_prepare(struct fil_postgresql *store, const char *name, const char *sql,
    const struct fil_postgresql_values *values, struct fil_fault *fault);

/* Runs the prepared statement. Messages show its text, sql. Returns the result. */
PGresult *fil_postgresql_execute(struct fil_postgresql *store, const char *name, const char *sql,
    const struct fil_postgresql_values *values, struct fil_fault *fault);

/* Sends the prepared statement without waiting. fil_postgresql_settle sets *result to the result,
 * an error too; until then it is NULL. Returns 0 or -1. */
int fil_postgresql_send(struct fil_postgresql *store, const char *name, const char *sql,
    const struct fil_postgresql_values *values, PGresult **result, struct fil_fault *fault);

/* Adds the next rows in PostgreSQL's text form to empty bytes. Returns whether there were any. */
typedef bool fil_postgresql_rows(void *context, struct fil_bytes *rows);

/* Runs COPY … FROM STDIN with the rows. Returns its result, an error too, or NULL with a fault. */
PGresult *fil_postgresql_copy(struct fil_postgresql *store, const char *sql,
    fil_postgresql_rows *next, void *context, struct fil_fault *fault);

/* Returns the result. An error is cleared, and gives NULL. */
PGresult *fil_postgresql_check(
    struct fil_postgresql *store, PGresult *result, const char *sql, struct fil_fault *fault);

/* Receives the result of the statement sent ahead, if any. Then the connection is free. */
void fil_postgresql_settle(struct fil_postgresql *store);

/* Begins a write transaction: takes the writers' lock, waiting at most `seconds`, and checks the
 * version. Nodes have then finished the commits of earlier writers, or `seconds` are over. Returns
 * 0, or -1 without holding anything. */
int fil_postgresql_lock(struct fil_postgresql *store, unsigned seconds, struct fil_fault *fault);

/* Begins a read transaction on one snapshot. Each node has a snapshot of its own. Returns 0 or -1. */
int fil_postgresql_snapshot(struct fil_postgresql *store, struct fil_fault *fault);

/* Ends a read transaction. If the database distributes, and runs were stored since it began, or a
 * node had not finished the commit of one, the store is crossed and gets a caution: nodes may have
 * shown parts of these runs. */
void fil_postgresql_end_snapshot(struct fil_postgresql *store);

/* Switches the server's reference checks on again if they are off in this transaction. Returns 0 or
 * -1. */
int fil_postgresql_recheck(struct fil_postgresql *store, struct fil_fault *fault);

/* Rolls back an open transaction. */
void fil_postgresql_rollback(struct fil_postgresql *store);

#endif
