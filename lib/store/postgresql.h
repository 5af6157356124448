/* SPDX-License-Identifier: ISC */
/* The PostgreSQL engine, as its own files see it. */
#ifndef FIL_STORE_POSTGRESQL_H
#define FIL_STORE_POSTGRESQL_H

#include <stdbool.h>

#include "lib/store/engine.h"
#include "lib/store/libpq.h"

struct fil_postgresql_query;

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
	unsigned session;		/* how often it was connected: what was prepared before is gone */
	unsigned names;			/* names given to cursors and prepared statements */
	struct fil_postgresql_query *ahead; /* that has been sent for more rows, unanswered */
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

extern const struct fil_query_engine fil_postgresql_queries;
extern const struct fil_batch_engine fil_postgresql_batches;

/* Connects. Returns 0 or -1. */
int fil_postgresql_connect(struct fil_postgresql *store, struct fil_fault *fault);

/* Closes the connection, which rolls back; queries and plans prepare themselves anew. */
void fil_postgresql_disconnect(struct fil_postgresql *store);

/* Refuses an address that libpq cannot read, or that holds a password. Returns 0 or -1. */
int fil_postgresql_check_address(
    const struct fil_libpq *pq, const char *where, struct fil_fault *fault);

/* Returns whether the connection is there and within a transaction. */
bool fil_postgresql_in_transaction(const struct fil_postgresql *store);

/* Runs statements without parameters; what a query has asked for ahead is taken in first. Returns
 * the last result, which the caller clears, or NULL with a fault. */
PGresult *fil_postgresql_exec(
    struct fil_postgresql *store, const char *sql, struct fil_fault *fault);

/* Runs one statement with parameters, likewise. */
PGresult *fil_postgresql_ask(struct fil_postgresql *store, const char *sql,
    const struct fil_postgresql_values *values, struct fil_fault *fault);

/* Prepares a statement under a name; runs it, likewise, sql serving the messages only. */
int fil_postgresql_prepare(struct fil_postgresql *store, const char *name, const char *sql,
    const struct fil_postgresql_values *values, struct fil_fault *fault);
PGresult *fil_postgresql_execute(struct fil_postgresql *store, const char *name, const char *sql,
    const struct fil_postgresql_values *values, struct fil_fault *fault);

/* Runs statements whose rows do not matter. Returns 0 or -1. */
int fil_postgresql_run(struct fil_postgresql *store, const char *sql, struct fil_fault *fault);

/* Returns the result, or clears it and returns NULL with a fault when it is an error. */
PGresult *fil_postgresql_check(struct fil_postgresql *store, PGresult *result, const char *sql,
    struct fil_fault *fault);

/* Takes in what a query has asked for ahead, so that the connection is free. */
void fil_postgresql_settle(struct fil_postgresql *store);

/* Fills the fault for an error that the server or libpq has just returned (result NULL: there was
 * none), in the administrator's words. What only a bug explains ends the program, showing sql.
 * Returns -1. */
int fil_postgresql_fault(struct fil_postgresql *store, const PGresult *result, const char *sql,
    struct fil_fault *fault);

/* Returns whether the error means that the connection is gone. */
bool fil_postgresql_lost(const struct fil_postgresql *store, const PGresult *result);

/* Makes the tables in the empty schema, all or nothing. Returns 0 or -1. */
int fil_postgresql_create(struct fil_postgresql *store, struct fil_fault *fault);

/* Checks that the database holds a store of this version with our columns; one of an older version
 * is first brought up to date. Returns 0 or -1. */
int fil_postgresql_verify(struct fil_postgresql *store, struct fil_fault *fault);

/* Sets up the roles that may read, and those that may record. Returns 0 or -1. */
int fil_postgresql_grant(struct fil_postgresql *store, struct fil_fault *fault);

/* Begins to write once no other writer does, waiting at most `seconds`, and checks the version.
 * Returns 0, or -1 and then holds nothing. */
int fil_postgresql_lock(
    struct fil_postgresql *store, unsigned seconds, struct fil_fault *fault);

void fil_postgresql_rollback(struct fil_postgresql *store);

void fil_postgresql_release_plans(struct fil_postgresql *store);

/* Has the server check references again, and follow them, should it not within this transaction.
 * Returns 0 or -1. */
int fil_postgresql_recheck(struct fil_postgresql *store, struct fil_fault *fault);

#endif
