/* SPDX-License-Identifier: ISC */
/* The connection to a server: libpq, statements, the writers' turn and faults. The schema, queries
 * and batches stand on it. The caller clears an answer; NULL comes with a fault. The answer to a
 * statement that was sent ahead is taken in before the next statement is sent. Host, role, TLS,
 * password file and time limits are libpq's to read: from the address, a service, the environment,
 * ~/.pgpass.
 *
 * Writers take turns: each begins by locking the one row of the table `filrouge`, which also holds
 * the version, and the lock ends with the transaction or with the connection. It is a row and no
 * advisory lock, which engines that distribute do not have. All writers wait there before they
 * read anything, so READ COMMITTED gives each the whole work of those before it. Two of them can
 * neither lose anything nor meet a serialisation failure. Another program still may cross them, or
 * an engine that makes every transaction serialisable: then the store is `crossed`, and the caller
 * may run the transaction again.
 *
 * Readers see one snapshot (REPEATABLE READ, READ ONLY). Row versions keep readers and writers out
 * of each other's way. */
#ifndef FIL_POSTGRESQL_CONNECTION_H
#define FIL_POSTGRESQL_CONNECTION_H

#include <stdbool.h>

#include "lib/base/fault.h"
#include "lib/store/engine.h"

/* libpq is opened when a store on a server is: to link it would cost each start of each command more
 * than all else together. */
#if __has_include(<libpq-fe.h>)
#include <libpq-fe.h>
#else
#include <postgresql/libpq-fe.h>
#endif

/* The functions that the engine calls; the member x is PQx. */
struct fil_libpq {
	__typeof__(PQclear) *clear;
	__typeof__(PQcmdStatus) *cmdStatus;
	__typeof__(PQconnectdbParams) *connectdbParams;
	__typeof__(PQconnectionUsedPassword) *connectionUsedPassword;
	__typeof__(PQconnectionNeedsPassword) *connectionNeedsPassword;
	__typeof__(PQconninfoFree) *conninfoFree;
	__typeof__(PQconninfoParse) *conninfoParse;
	__typeof__(PQconsumeInput) *consumeInput;
	__typeof__(PQerrorMessage) *errorMessage;
	__typeof__(PQexec) *exec;
	__typeof__(PQexecParams) *execParams;
	__typeof__(PQexecPrepared) *execPrepared;
	__typeof__(PQfinish) *finish;
	__typeof__(PQgetResult) *getResult;
	__typeof__(PQgetisnull) *getisnull;
	__typeof__(PQgetlength) *getlength;
	__typeof__(PQgetvalue) *getvalue;
	__typeof__(PQntuples) *ntuples;
	__typeof__(PQprepare) *prepare;
	__typeof__(PQresultErrorField) *resultErrorField;
	__typeof__(PQresultStatus) *resultStatus;
	__typeof__(PQsendQuery) *sendQuery;
	__typeof__(PQsendQueryPrepared) *sendQueryPrepared;
	__typeof__(PQsetNoticeReceiver) *setNoticeReceiver;
	__typeof__(PQstatus) *status;
	__typeof__(PQtransactionStatus) *transactionStatus;
};

struct fil_postgresql_insertion;

struct fil_postgresql {
	struct fil_store base;
	struct fil_libpq pq;
	PGconn *connection; /* NULL: a reconnecting failed */
	char *name; /* as it was given, without a password */
	enum fil_store_mode mode;
	bool verified; /* it holds our schema */
	bool trusted; /* the caller has checked all references */
	bool unchecked; /* the server checks none in this transaction */
	char *detail, *column; /* of the server's last refusal, or NULL */
	unsigned session; /* the number of connections: each loses what was prepared */
	unsigned names; /* names given to cursors and prepared statements */
	PGresult **ahead; /* gets the answer to the statement sent ahead; NULL: none was */
	struct fil_postgresql_insertion *insertion; /* begun and not ended, or NULL */
	PGresult *inserted; /* its answer, once settled */
	struct fil_postgresql_plan *plans; /* the statements for batches */
};

/* Parameters of a statement. With NULL types the server finds them out; NULL formats mean text. */
struct fil_postgresql_values {
	int n;
	const Oid *types;
	const char *const *values;
	const int *lengths, *formats;
};

/* Opens libpq and connects to the address, in which a password is refused. Returns the store, which
 * has no engine yet, or NULL with a fault. */
struct fil_postgresql *
fil_postgresql_open(const char *where, enum fil_store_mode mode, struct fil_fault *fault);

/* Closes the connection, which rolls back, and frees the store. */
void fil_postgresql_close(struct fil_postgresql *store);

/* Connects again if the connection was lost outside a transaction, as it may be while a command
 * waits for its input. Returns whether it did, so that the caller tries once more. */
bool fil_postgresql_recover(struct fil_postgresql *store);

/* Connects again after a commit without an answer, as soon as the server is back, and waits until
 * that transaction has ended: it holds the writers' turn until then. If that fails the store stays
 * closed, and the outcome unknown. */
void fil_postgresql_reconnect(struct fil_postgresql *store);

/* Returns whether the store is connected and within a transaction. */
bool fil_postgresql_in_transaction(const struct fil_postgresql *store);

/* Runs statements without parameters. Returns the last answer. */
PGresult *
fil_postgresql_exec(struct fil_postgresql *store, const char *sql, struct fil_fault *fault);

/* Runs statements whose rows are ignored. Returns 0 or -1. */
int fil_postgresql_run(struct fil_postgresql *store, const char *sql, struct fil_fault *fault);

/* Runs one statement with parameters. */
PGresult *fil_postgresql_ask(struct fil_postgresql *store, const char *sql,
    const struct fil_postgresql_values *values, struct fil_fault *fault);

/* Prepares a statement under a name. Returns 0 or -1. */
int fil_postgresql_prepare(struct fil_postgresql *store, const char *name, const char *sql,
    const struct fil_postgresql_values *values, struct fil_fault *fault);

/* Runs the prepared statement; its text, sql, is for messages. */
PGresult *fil_postgresql_execute(struct fil_postgresql *store, const char *name, const char *sql,
    const struct fil_postgresql_values *values, struct fil_fault *fault);

/* Sends the prepared statement and does not wait. fil_postgresql_settle puts the answer, good or bad,
 * into *answer, which is NULL until then. Returns 0 or -1. */
int fil_postgresql_send(struct fil_postgresql *store, const char *name, const char *sql,
    const struct fil_postgresql_values *values, PGresult **answer, struct fil_fault *fault);

/* Returns the answer, or clears it and returns NULL when it is an error. */
PGresult *fil_postgresql_check(
    struct fil_postgresql *store, PGresult *result, const char *sql, struct fil_fault *fault);

/* Takes in the answer to the statement sent ahead, if any: then the connection is free. */
void fil_postgresql_settle(struct fil_postgresql *store);

/* Begins to write once no other writer does, waiting at most `seconds`, and checks the version.
 * Returns 0, or -1 and then holds nothing. */
int fil_postgresql_lock(struct fil_postgresql *store, unsigned seconds, struct fil_fault *fault);

/* Begins to read one state of the database. Returns 0 or -1. */
int fil_postgresql_snapshot(struct fil_postgresql *store, struct fil_fault *fault);

/* Has the server check references again if it does not within this transaction. Returns 0 or -1. */
int fil_postgresql_recheck(struct fil_postgresql *store, struct fil_fault *fault);

/* Rolls back the transaction, if there is one. */
void fil_postgresql_rollback(struct fil_postgresql *store);

#endif
