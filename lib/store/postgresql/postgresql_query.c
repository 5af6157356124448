/* SPDX-License-Identifier: ISC */
#include "lib/store/postgresql/postgresql_query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/fault.h"
#include "lib/base/memory.h"
#include "lib/store/postgresql/postgresql_connection.h"
#include "lib/store/postgresql/postgresql_schema.h"

/* PORTION: rows of a portion. GLANCE: rows after which data of the next portion is read from the
 * socket. The socket has a small buffer, and the server can then go on. */
enum { PORTION = 8192, GLANCE = 512 };

enum { FETCH_SIZE = 48 };

enum state {
	AT_REST,
	WHOLE, /* the result is complete */
	IN_PORTIONS, /* the cursor may have more */
};

struct fil_postgresql_query {
	struct fil_query base;
	struct fil_postgresql *store;
	char *sql;
	bool selects, short_result;
	struct fil_postgresql_values parameters;
	char **texts; /* the parameters */
	enum state state;
	PGresult *rows, *next; /* next: of the portion requested ahead, once received */
	PGresult *description; /* of the columns, where rows have none, or NULL */
	int row, n_rows;
	char cursor[16], statement[16];
	unsigned session, uses; /* session of the statement; number of uses */
};

static struct fil_postgresql_query *
of(struct fil_query *query)
{
	return (struct fil_postgresql_query *)query;
}

/* Returns whether the statement is a SELECT after its comments. */
static bool
is_select(const char *sql)
{
	for (;;) {
		sql += strspn(sql, " \t\n");
		if (strncmp(sql, "--", 2) != 0)
			break;
		sql += strcspn(sql, "\n");
	}
	return strncmp(sql, "SELECT", 6) == 0 || strncmp(sql, "WITH", 4) == 0;
}

/* Returns the highest n of the parameters $n. */
static int
count_parameters(const char *sql)
{
	int most = 0;

	while ((sql = strchr(sql, '$'))) {
		long n = strtol(++sql, NULL, 10);

		if (n > most)
			most = (int)n;
	}
	return most;
}

static struct fil_query *
query_new(struct fil_store *base, const char *sql)
{
	struct fil_postgresql_query *query = fil_alloc(1, sizeof *query);

	query->store = (struct fil_postgresql *)base;
	query->sql = fil_copy(sql);
	query->selects = is_select(sql);
	query->parameters.n = count_parameters(sql);
	query->texts = fil_alloc((size_t)query->parameters.n + 1, sizeof *query->texts);
	query->parameters.values = (const char *const *)query->texts;
	return &query->base;
}

static void
bind(struct fil_query *base, int n, const char *text)
{
	struct fil_postgresql_query *query = of(base);

	if (n < 1 || n > query->parameters.n)
		fil_bug("cannot bind $%d: in: %s", n, query->sql);
	free(query->texts[n - 1]);
	query->texts[n - 1] = fil_copy(text);
}

static void
bind_number(struct fil_query *base, int n, int64_t number)
{
	char text[24];

	snprintf(text, sizeof text, "%lld", (long long)number);
	bind(base, n, text);
}

/* Ends reading: a portion requested ahead is received and dropped. */
static void
reset(struct fil_query *base)
{
	struct fil_postgresql_query *query = of(base);
	struct fil_postgresql *store = query->store;

	if (store->ahead == &query->next)
		fil_postgresql_settle(store);
	store->pq.clear(query->rows);
	store->pq.clear(query->next);
	query->rows = query->next = NULL;
	query->state = AT_REST;
}

static void
write_fetch(const struct fil_postgresql_query *query, char sql[static FETCH_SIZE])
{
	snprintf(sql, FETCH_SIZE, "FETCH %d FROM %s", PORTION, query->cursor);
}

static void
ask_ahead(struct fil_postgresql_query *query)
{
	struct fil_postgresql *store = query->store;
	char sql[FETCH_SIZE];

	fil_postgresql_settle(store);
	write_fetch(query, sql);
	/* A failure here is reported when the rows are needed. */
	if (store->connection && store->pq.sendQuery(store->connection, sql))
		store->ahead = &query->next;
}

/* Takes the rows of a result or portion, and requests the next portion if there is one. Returns 0,
 * or -1 without a result. */
static int
take(struct fil_postgresql_query *query, PGresult *rows, enum state state)
{
	query->rows = rows;
	if (!rows)
		return -1;
	query->state = state;
	query->row = -1;
	query->n_rows = query->store->pq.ntuples(rows);
	if (state == IN_PORTIONS && query->n_rows == PORTION)
		ask_ahead(query);
	return 0;
}

/* Opens a cursor and fetches the first portion, in one round trip if there are no parameters. */
static int
open_cursor(struct fil_postgresql_query *query, struct fil_fault *fault)
{
	struct fil_postgresql *store = query->store;
	char *sql, fetch[FETCH_SIZE];
	PGresult *rows;

	snprintf(query->cursor, sizeof query->cursor, "c%u", store->names++);
	write_fetch(query, fetch);
	sql = fil_format("DECLARE %s NO SCROLL CURSOR FOR %s%s%s", query->cursor, query->sql,
	    query->parameters.n ? "" : "; ", query->parameters.n ? "" : fetch);
	if (query->parameters.n == 0)
		rows = fil_postgresql_exec(store, sql, fault);
	else if ((rows = fil_postgresql_ask(store, sql, &query->parameters, fault))) {
		store->pq.clear(rows);
		rows = fil_postgresql_exec(store, fetch, fault);
	}
	free(sql);
	if (take(query, rows, IN_PORTIONS) < 0)
		return -1;
	query->short_result = query->n_rows < PORTION;
	return 0;
}

/* Requests the whole result. The statement is prepared at its second use, and again at the 4th,
 * 8th, 16th … use. Its plan depends on the size of the tables, which may grow. */
static int
ask_whole(struct fil_postgresql_query *query, struct fil_fault *fault)
{
	struct fil_postgresql *store = query->store;

	if (query->session != store->session) {
		query->session = store->session;
		query->uses = 0;
	}
	if (query->uses++ == 0)
		return take(
		    query, fil_postgresql_ask(store, query->sql, &query->parameters, fault), WHOLE);
	if ((query->uses & (query->uses - 1)) == 0) {
		snprintf(query->statement, sizeof query->statement, "q%u", store->names++);
		if (fil_postgresql_prepare(
			store, query->statement, query->sql, &query->parameters, fault) < 0)
			return -1;
	}
	return take(query,
	    fil_postgresql_execute(store, query->statement, query->sql, &query->parameters, fault),
	    WHOLE);
}

/* Has the queries of the transaction run in one process, and count in a table of hashes: a planner takes
 * each expression for one more key of many values, and would sort the users. Tables that were filled
 * since the last ANALYZE seem empty to it: it would read all levels again for each user. The nodes of a
 * cluster plan for themselves, and get these settings too. Returns 0 or -1. */
static int
leave_alone(struct fil_postgresql *store, struct fil_fault *fault)
{
	static const char all_nodes[] =
	    "SET LOCAL citus.propagate_set_commands = 'local'; SET LOCAL jit = off; ";
	static const char settings[] =
	    "SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL enable_sort = off; "
	    "SET LOCAL enable_nestloop = off";
	char *sql;
	int failed;

	if (!fil_postgresql_in_transaction(store))
		return 0;
	sql = fil_format("%s%s", store->distributes ? all_nodes : "", settings);
	failed = fil_postgresql_run(store, sql, fault);
	free(sql);
	return failed;
}

static int
start(struct fil_postgresql_query *query, struct fil_fault *fault)
{
	if (query->base.alone && leave_alone(query->store, fault) < 0)
		return -1;
	if (query->selects && !query->short_result && !query->base.gathers &&
	    fil_postgresql_in_transaction(query->store))
		return open_cursor(query, fault);
	if (!query->selects && fil_postgresql_recheck(query->store, fault) < 0)
		return -1;
	return ask_whole(query, fault);
}

/* Fetches the next portion. */
static int
advance(struct fil_postgresql_query *query, struct fil_fault *fault)
{
	struct fil_postgresql *store = query->store;
	PGresult *rows;

	if (!query->next && store->ahead != &query->next)
		ask_ahead(query);
	fil_postgresql_settle(store);
	store->pq.clear(query->rows);
	query->rows = NULL;
	rows = query->next;
	query->next = NULL;
	return take(query, fil_postgresql_check(store, rows, query->sql, fault), IN_PORTIONS);
}

static int
step(struct fil_query *base, struct fil_fault *fault)
{
	struct fil_postgresql_query *query = of(base);
	int failed = 0;

	if (query->state == AT_REST)
		failed = start(query, fault);
	else if (query->state == IN_PORTIONS && query->row + 1 == PORTION)
		failed = advance(query, fault);
	else if (query->row % GLANCE == 0 && query->store->ahead == &query->next)
		query->store->pq.consumeInput(query->store->connection);
	if (!failed && ++query->row < query->n_rows)
		return 1;
	reset(base);
	return failed;
}

static const char *
text_of(struct fil_query *base, int n)
{
	const struct fil_postgresql_query *query = of(base);

	if (query->store->pq.getisnull(query->rows, query->row, n))
		return NULL;
	return query->store->pq.getvalue(query->rows, query->row, n);
}

static const char *
cell_of(struct fil_query *base, int n, size_t *length)
{
	const struct fil_postgresql_query *query = of(base);

	*length = (size_t)query->store->pq.getlength(query->rows, query->row, n);
	return text_of(base, n);
}

static int64_t
number_of(struct fil_query *base, int n)
{
	const char *text = text_of(base, n);

	return text ? strtoll(text, NULL, 10) : 0;
}

static int
columns(struct fil_query *base)
{
	return of(base)->store->pq.nfields(of(base)->rows);
}

/* Asks for the tables and columns of the rows, which Citus does not send with them. The description is
 * that of the statement before it is planned. */
static void
describe(struct fil_postgresql_query *query)
{
	struct fil_postgresql *store = query->store;
	struct fil_fault ignored;

	fil_postgresql_settle(store);
	if (fil_postgresql_prepare(store, "", query->sql, &query->parameters, &ignored) == 0)
		query->description = store->pq.describePrepared(store->connection, "");
}

static bool
origin(struct fil_query *base, int n, const char **table, const char **column)
{
	struct fil_postgresql_query *query = of(base);

	if (query->store->distributes && !query->description)
		describe(query);
	fil_postgresql_origin(
	    query->store, query->description ? query->description : query->rows, n, table, column);
	return false;
}

static void
query_free(struct fil_query *base)
{
	struct fil_postgresql_query *query = of(base);

	reset(base);
	query->store->pq.clear(query->description);
	for (int i = 0; i < query->parameters.n; i++)
		free(query->texts[i]);
	free(query->texts);
	free(query->sql);
	free(query);
}

const struct fil_query_engine fil_postgresql_queries = {
	.new = query_new,
	.bind = bind,
	.bind_number = bind_number,
	.step = step,
	.text = text_of,
	.cell = cell_of,
	.number = number_of,
	.columns = columns,
	.origin = origin,
	.reset = reset,
	.free = query_free,
};
