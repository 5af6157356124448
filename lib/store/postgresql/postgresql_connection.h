/* SPDX-License-Identifier: ISC */
/* The connection to PostgreSQL, and what is asked on it. An answer is the caller's to clear; NULL
 * comes with a fault. The answer to what was asked ahead is taken in before anything else is
 * asked. */
#ifndef FIL_POSTGRESQL_CONNECTION_H
#define FIL_POSTGRESQL_CONNECTION_H

#include <stdbool.h>

#include "lib/base/fault.h"
#include "lib/store/engine.h"

/* libpq, opened when a store of PostgreSQL's is: linking it would cost each start of each command
 * more than all else together. */

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
	__typeof__(PQdb) *db;
	__typeof__(PQerrorMessage) *errorMessage;
	__typeof__(PQexec) *exec;
	__typeof__(PQexecParams) *execParams;
	__typeof__(PQexecPrepared) *execPrepared;
	__typeof__(PQfinish) *finish;
	__typeof__(PQfreemem) *freemem;
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

/* Opens the library, which stays open. Returns 0, or -1 with a fault when it is not installed. */
int fil_libpq_open(struct fil_libpq *pq, struct fil_fault *fault);

struct fil_postgresql_insertion;

struct fil_postgresql {
	struct fil_store base;
	struct fil_libpq pq;
	PGconn *connection; /* NULL: a reconnecting failed */
	char *name; /* as it was given, without a password */
	enum fil_store_mode mode;
	bool verified; /* it holds our schema */
	bool trusted; /* references that come in were checked */
	bool unchecked; /* the server has been told, for this transaction */
	char *detail, *column; /* of the server's last refusal, or NULL */
	unsigned session; /* how often it was connected: with each all is new */
	unsigned names; /* names given to cursors and prepared statements */
	PGresult **ahead; /* gets the answer to what was asked ahead; NULL: nothing was */
	struct fil_postgresql_insertion *insertion; /* begun and not ended, or NULL */
	PGresult *inserted; /* its answer, once that is taken in */
	struct fil_postgresql_plan *plans; /* the statements for batches */
};

/* Parameters of a statement: NULL types leave it to the server to find them out; NULL formats are
 * all text. */
struct fil_postgresql_values {
	int n;
	const Oid *types;
	const char *const *values;
	const int *lengths, *formats;
};

/* Refuses an address that libpq cannot read, or that holds a password. Returns 0 or -1. */
int fil_postgresql_check_address(
    const struct fil_libpq *pq, const char *where, struct fil_fault *fault);

/* Connects. Returns 0 or -1. */
int fil_postgresql_connect(struct fil_postgresql *store, struct fil_fault *fault);

/* Closes the connection, which rolls back; queries and plans prepare themselves anew. */
void fil_postgresql_disconnect(struct fil_postgresql *store);

/* Returns whether the connection is there and within a transaction. */
bool fil_postgresql_in_transaction(const struct fil_postgresql *store);

/* Runs statements without parameters. Returns the last answer. */
PGresult *
fil_postgresql_exec(struct fil_postgresql *store, const char *sql, struct fil_fault *fault);

/* The same for statements whose rows do not matter. Returns 0 or -1. */
int fil_postgresql_run(struct fil_postgresql *store, const char *sql, struct fil_fault *fault);

/* Runs one statement with parameters. */
PGresult *fil_postgresql_ask(struct fil_postgresql *store, const char *sql,
    const struct fil_postgresql_values *values, struct fil_fault *fault);

/* Prepares a statement under a name. Returns 0 or -1. */
int fil_postgresql_prepare(struct fil_postgresql *store, const char *name, const char *sql,
    const struct fil_postgresql_values *values, struct fil_fault *fault);

/* Runs the prepared statement; sql serves the messages. */
PGresult *fil_postgresql_execute(struct fil_postgresql *store, const char *name, const char *sql,
    const struct fil_postgresql_values *values, struct fil_fault *fault);

/* Sends for the prepared statement to be run, ahead: fil_postgresql_settle puts the answer, good or
 * bad, into *answer, which is NULL until then. Returns 0 or -1. */
int fil_postgresql_send(struct fil_postgresql *store, const char *name, const char *sql,
    const struct fil_postgresql_values *values, PGresult **answer, struct fil_fault *fault);

/* Returns the answer, or clears it and returns NULL when it is an error. */
PGresult *fil_postgresql_check(
    struct fil_postgresql *store, PGresult *result, const char *sql, struct fil_fault *fault);

/* Takes in the answer to what was asked ahead, if anything was, so that the connection is free. */
void fil_postgresql_settle(struct fil_postgresql *store);

/* Fills the fault for an error that the server or libpq has just returned (result NULL: there was
 * none), in the administrator's words. What only a bug explains ends the program, showing sql.
 * Returns -1. */
int fil_postgresql_fault(
    struct fil_postgresql *store, const PGresult *result, const char *sql, struct fil_fault *fault);

/* Returns whether the error, or without one the connection's state, says that it is gone. */
bool fil_postgresql_lost(const struct fil_postgresql *store, const PGresult *result);

#endif
