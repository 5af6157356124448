/* SPDX-License-Identifier: ISC */
/* The connection, and what runs on it. Everything about it that a user can choose (host, role, TLS,
 * password file, time limits) is libpq's own to read: from the address, a service, the environment,
 * ~/.pgpass. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/fault.h"
#include "lib/base/memory.h"
#include "lib/store/postgresql/postgresql_connect.h"

/* A command line is seen by everybody on the machine, and kept with the run. */
static int
refuse_password(
    const PQconninfoOption *options, struct fil_fault *fault)
{
	for (; options->keyword; options++)
		if (options->dispchar[0] == '*' && options->val && *options->val)
			return fil_fault_set(fault, FIL_USAGE,
			    "the store's address holds a password (%s), which others could see: "
			    "put it into ~/.pgpass or into a service",
			    options->keyword);
	return 0;
}

int
fil_postgresql_check_address(
    const struct fil_libpq *pq, const char *where, struct fil_fault *fault)
{
	PQconninfoOption *options = pq->conninfoParse(where, NULL);
	int refused;

	/* libpq's reason quotes the address, which may hold a password. */
	if (!options)
		return fil_fault_set(fault, FIL_USAGE,
		    "the store's address is none that PostgreSQL knows: "
		    "postgresql://[USER@]HOST[:PORT]/DATABASE or service=NAME");
	refused = refuse_password(options, fault);
	pq->conninfoFree(options);
	return refused;
}

/* What the server remarks is for its log. */
static void
ignore_notice(void *context, const PGresult *result)
{
	(void)context;
	(void)result;
}

/* Says why there is no connection, in libpq's words: they tell which host, port and database. */
static int
refuse_connection(struct fil_postgresql *store, struct fil_fault *fault)
{
	const struct fil_libpq *pq = &store->pq;
	const char *words = pq->errorMessage(store->connection);
	int n = (int)strcspn(words, "\n");

	if (pq->connectionNeedsPassword(store->connection))
		return fil_fault_set(fault, FIL_NOT_PERMITTED,
		    "%s: the server wants a password: put it into ~/.pgpass", store->name);
	if (pq->connectionUsedPassword(store->connection))
		return fil_fault_set(fault, FIL_NOT_PERMITTED, "%s: %.*s", store->name, n, words);
	return fil_fault_set(fault, FIL_UNAVAILABLE, "%s: %.*s", store->name, n, words);
}

int
fil_postgresql_connect(struct fil_postgresql *store, struct fil_fault *fault)
{
	const char *keywords[] = { "dbname", "client_encoding", "fallback_application_name", NULL };
	const char *values[] = { store->name, "UTF8", program_invocation_short_name, NULL };

	store->connection = store->pq.connectdbParams(keywords, values, 1);
	store->session++;
	if (!store->connection)
		fil_memory_die();
	if (store->pq.status(store->connection) != CONNECTION_OK) {
		refuse_connection(store, fault);
		fil_postgresql_disconnect(store);
		return -1;
	}
	store->pq.setNoticeReceiver(store->connection, ignore_notice, NULL);
	return 0;
}

void
fil_postgresql_disconnect(struct fil_postgresql *store)
{
	store->ahead = NULL;
	store->unchecked = false;
	store->pq.finish(store->connection);
	store->connection = NULL;
}

bool
fil_postgresql_in_transaction(const struct fil_postgresql *store)
{
	return store->connection &&
	    store->pq.transactionStatus(store->connection) != PQTRANS_IDLE;
}

void
fil_postgresql_settle(struct fil_postgresql *store)
{
	PGresult **answer = store->ahead, *result;

	if (!answer)
		return;
	store->ahead = NULL;
	while ((result = store->pq.getResult(store->connection))) {
		store->pq.clear(*answer);
		*answer = result;
	}
}

/* Returns whether the answer is no error. */
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
	if (is_good(store, result))
		return result;
	fil_postgresql_fault(store, result, sql, fault);
	store->pq.clear(result);
	return NULL;
}

/* Makes the connection free. Returns 0, or -1 with a fault when there is none, or when an insertion
 * has failed meanwhile: the server would only say that something had. */
static int
prepare_to_ask(struct fil_postgresql *store, const char *sql, struct fil_fault *fault)
{
	if (!store->connection)
		return fil_postgresql_fault(store, NULL, sql, fault);
	fil_postgresql_settle(store);
	if (store->inserted && !is_good(store, store->inserted))
		return fil_postgresql_fault(store, store->inserted, sql, fault);
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
	    store->pq.prepare(store->connection, name, sql, values->types ? values->n : 0,
		values->types),
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
    const struct fil_postgresql_values *values, PGresult **answer, struct fil_fault *fault)
{
	if (prepare_to_ask(store, sql, fault) < 0)
		return -1;
	*answer = NULL;
	if (!store->pq.sendQueryPrepared(store->connection, name, values->n, values->values,
		values->lengths, values->formats, 0))
		return fil_postgresql_fault(store, NULL, sql, fault);
	store->ahead = answer;
	return 0;
}

int
fil_postgresql_run(struct fil_postgresql *store, const char *sql, struct fil_fault *fault)
{
	PGresult *result = fil_postgresql_exec(store, sql, fault);

	store->pq.clear(result);
	return result ? 0 : -1;
}
