/* SPDX-License-Identifier: ISC */
#include "lib/store/sqlite/sqlite_query.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/fault.h"
#include "lib/base/memory.h"
#include "lib/base/worker.h"
#include "lib/store/sqlite/sqlite_connection.h"

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

	query->base.engine = &fil_sqlite_queries;
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
	if (error == SQLITE_ROW)
		return 1;
	/* The reset returns the error of the step, and its own. */
	if (error == SQLITE_DONE)
		error = sqlite3_reset(query->statement);
	else
		sqlite3_reset(statement_of(query));
	return error ? fil_sqlite_fault(query->store, error, query->sql, fault) : 0;
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
	sqlite3_stmt *statement = of(base)->statement;
	int type = sqlite3_column_type(statement, n);

	*number = sqlite3_column_int64(statement, n);
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

const struct fil_query_engine fil_sqlite_queries = {
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
	.reset = reset,
	.free = query_free,
};
