/* SPDX-License-Identifier: ISC */
/* The connection to PostgreSQL, and what is asked on it. An answer is the caller's to clear; NULL
 * comes with a fault. The answer to what was asked ahead is taken in before anything else is
 * asked. */
#ifndef FIL_STORE_POSTGRESQL_CONNECT_H
#define FIL_STORE_POSTGRESQL_CONNECT_H

#include <stdbool.h>

#include "lib/store/engine.h"
#include "lib/store/postgresql/libpq.h"

struct fil_postgresql_insertion;

struct fil_postgresql {
	struct fil_store base;
	struct fil_libpq pq;
	PGconn *connection;		/* NULL: a reconnecting failed */
	char *name;			/* as it was given, without a password */
	enum fil_store_mode mode;
	bool verified;			/* it holds our schema */
	bool trusted;			/* references that come in were checked */
	bool unchecked;			/* the server has been told, for this transaction */
	char *detail, *column;		/* of the server's last refusal, or NULL */
	unsigned session;		/* how often it was connected: with each all is new */
	unsigned names;			/* names given to cursors and prepared statements */
	PGresult **ahead;		/* gets the answer to what was asked ahead; NULL: nothing was */
	struct fil_postgresql_insertion *insertion; /* begun and not ended, or NULL */
	PGresult *inserted;		/* its answer, once that is taken in */
	struct fil_postgresql_plan *plans;  /* the statements for batches */
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
PGresult *fil_postgresql_exec(
    struct fil_postgresql *store, const char *sql, struct fil_fault *fault);

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
PGresult *fil_postgresql_check(struct fil_postgresql *store, PGresult *result, const char *sql,
    struct fil_fault *fault);

/* Takes in the answer to what was asked ahead, if anything was, so that the connection is free. */
void fil_postgresql_settle(struct fil_postgresql *store);

/* Fills the fault for an error that the server or libpq has just returned (result NULL: there was
 * none), in the administrator's words. What only a bug explains ends the program, showing sql.
 * Returns -1. */
int fil_postgresql_fault(struct fil_postgresql *store, const PGresult *result, const char *sql,
    struct fil_fault *fault);

/* Returns whether the error, or without one the connection's state, says that it is gone. */
bool fil_postgresql_lost(const struct fil_postgresql *store, const PGresult *result);

#endif
