/* SPDX-License-Identifier: ISC */
#include "lib/store/query.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/store/engine.h"

int
fil_values_refuse(const struct fil_store *store, const char *table, const char *column,
    const char *text, struct fil_fault *fault)
{
	char *shown = text ? fil_text_escape(text) : NULL;

	fil_fault_set(fault, FIL_UNAVAILABLE,
	    "%s: the store is damaged: %s.%s is %s%.100s%s, which was never written: restore it "
	    "from a backup",
	    store->name, table, column, shown ? "'" : "", shown ? shown : "empty",
	    shown ? "'" : "");
	free(shown);
	return -1;
}

struct fil_query *
fil_query_new(struct fil_store *store, const char *sql)
{
	struct fil_query *query = store->engine->queries->new (store, sql);

	query->engine = store->engine->queries;
	query->store = store;
	query->sql = sql;
	return query;
}

void
fil_query_trust(struct fil_query *query)
{
	query->trusted = true;
}

void
fil_query_read(struct fil_query *query)
{
	query->reads = true;
}

void
fil_query_gather(struct fil_query *query)
{
	query->gathers = true;
}

void
fil_query_bind(struct fil_query *query, int n, const char *text)
{
	query->engine->bind(query, n, text);
}

void
fil_query_bind_number(struct fil_query *query, int n, int64_t number)
{
	query->engine->bind_number(query, n, number);
}

/* Returns whether the rows of a table may not be there: it is that of a LEFT JOIN, or of a SELECT
 * within the statement. */
static bool
is_joined(const char *sql, const char *table)
{
	static const char join[] = "LEFT JOIN ";
	size_t n = strlen(table);

	if (strstr(sql, "(SELECT"))
		return true;
	while ((sql = strstr(sql, join))) {
		sql += sizeof join - 1;
		if (strncmp(sql, table, n) == 0 && sql[n] == ' ')
			return true;
	}
	return false;
}

/* Returns whether the values of the rows are checked. */
static bool
checks(const struct fil_query *query)
{
	return query->store->values && !query->trusted;
}

/* Finds what the columns of the current row show. */
static void
find_columns(struct fil_query *query)
{
	const char *table, *column;

	query->n_columns = query->engine->columns(query);
	query->columns = fil_alloc((size_t)query->n_columns + 1, sizeof *query->columns);
	for (int n = 0; n < query->n_columns; n++) {
		struct fil_query_column *found = &query->columns[n];

		found->integers = query->engine->origin(query, n, &table, &column);
		if (checks(query) && table && column) {
			found->declaration = query->store->values->column(table, column);
			found->joined = is_joined(query->sql, table);
			found->required = !found->declaration && !found->joined &&
			    query->engine->required &&
			    query->engine->required(query, table, column);
		}
		found->read = !found->integers && (query->reads || found->declaration);
	}
}

/* Returns whether a column that has a declaration may hold its value. */
static bool
check_column(struct fil_query *query, int n)
{
	struct fil_query_column *column = &query->columns[n];
	const struct fil_values *values = query->store->values;
	int64_t number;

	if (column->integers) {
		int known = query->engine->integer(query, n, &number);

		if (known != 0)
			return known == 1 && values->holds_number(column->declaration, number);
	} else if (column->text) {
		return values->holds(column->declaration, column->text, column->length);
	}
	return column->joined || values->holds(column->declaration, NULL, 0);
}

/* Reads a column of the current row. Returns whether it may hold its value. */
static bool
read_column(struct fil_query *query, int n)
{
	struct fil_query_column *column = &query->columns[n];

	if (column->read) {
		column->text = query->engine->cell(query, n, &column->length);
		if (!column->text)
			column->length = 0;
	}
	if (column->declaration)
		return check_column(query, n);
	return !column->required || query->engine->text(query, n);
}

static int
refuse(struct fil_query *query, int n, struct fil_fault *fault)
{
	const char *table, *column;

	query->engine->origin(query, n, &table, &column);
	return fil_values_refuse(query->store, table, column, query->engine->text(query, n), fault);
}

int
fil_query_step(struct fil_query *query, struct fil_fault *fault)
{
	int got = query->engine->step(query, fault);

	if (got != 1)
		return got;
	if (!checks(query) && !query->reads) {
		free(query->columns);
		query->columns = NULL;
		return got;
	}
	if (!query->columns)
		find_columns(query);
	for (int n = 0; n < query->n_columns; n++)
		if (!read_column(query, n)) {
			refuse(query, n, fault);
			query->engine->reset(query);
			return -1;
		}
	return got;
}

/* Returns a column of the current row that was read as text, or NULL. */
static const struct fil_query_column *
read_as_text(const struct fil_query *query, int n)
{
	return query->columns && query->columns[n].read ? &query->columns[n] : NULL;
}

const char *
fil_query_text(struct fil_query *query, int n)
{
	const struct fil_query_column *column = read_as_text(query, n);

	return column ? column->text : query->engine->text(query, n);
}

const char *
fil_query_required(struct fil_query *query, int n)
{
	const char *text = fil_query_text(query, n);

	return text ? text : "";
}

const char *
fil_query_cell(struct fil_query *query, int n, size_t *length)
{
	const struct fil_query_column *column = read_as_text(query, n);

	if (!column)
		return query->engine->cell(query, n, length);
	*length = column->length;
	return column->text;
}

size_t
fil_query_length(struct fil_query *query, int n)
{
	size_t length;

	fil_query_cell(query, n, &length);
	return length;
}

int64_t
fil_query_number(struct fil_query *query, int n)
{
	return query->engine->number(query, n);
}

void
fil_query_reset(struct fil_query *query)
{
	query->engine->reset(query);
}

void
fil_query_free(struct fil_query *query)
{
	if (!query)
		return;
	free(query->columns);
	query->engine->free(query);
}
