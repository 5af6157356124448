/* SPDX-License-Identifier: ISC */
#include "lib/store/sqlite/sqlite_values.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/store/values.h"

/* Returns whether the table is that of a LEFT JOIN. */
static bool
is_joined(const char *sql, const char *table)
{
	static const char join[] = "LEFT JOIN ";
	size_t n = strlen(table);

	while ((sql = strstr(sql, join))) {
		sql += sizeof join - 1;
		if (strncmp(sql, table, n) == 0 && sql[n] == ' ')
			return true;
	}
	return false;
}

/* Returns whether the schema says that a column, which the catalogue does not declare, is never
 * NULL. */
static bool
is_required(const struct fil_sqlite *store, const char *table, const char *column)
{
	int required = 0;

	return sqlite3_table_column_metadata(store->db, "main", table, column, NULL, NULL,
		   &required, NULL, NULL) == SQLITE_OK &&
	    required;
}

void
fil_sqlite_values_find(
    const struct fil_sqlite *store, sqlite3_stmt *statement, struct fil_sqlite_values *values)
{
	const char *sql = sqlite3_sql(statement);
	const struct fil_values *declared = store->base.values;

	fil_sqlite_values_release(values);
	if (!declared || !sqlite3_stmt_readonly(statement))
		return;
	values->n = sqlite3_column_count(statement);
	values->columns = fil_alloc((size_t)values->n + 1, sizeof *values->columns);
	for (int c = 0; c < values->n; c++) {
		const char *table = sqlite3_column_table_name(statement, c),
			   *column = sqlite3_column_origin_name(statement, c),
			   *type = sqlite3_column_decltype(statement, c);

		if (table && column) {
			values->columns[c].declaration = declared->column(table, column);
			values->columns[c].joined = is_joined(sql, table);
			values->columns[c].required =
			    !values->columns[c].declaration && is_required(store, table, column);
		}
		values->columns[c].number = type && strcmp(type, "INTEGER") == 0;
	}
}

static bool
holds_number(const struct fil_values *declared, sqlite3_stmt *statement, int c,
    const struct fil_sqlite_value *value)
{
	switch (sqlite3_column_type(statement, c)) {
	case SQLITE_NULL: return value->joined || declared->holds(value->declaration, NULL, 0);
	case SQLITE_INTEGER:
		return declared->holds_number(
		    value->declaration, sqlite3_column_int64(statement, c));
	default: return false;
	}
}

static bool
holds_text(const struct fil_values *declared, sqlite3_stmt *statement, int c,
    struct fil_sqlite_value *value)
{
	value->text = fil_sqlite_text(statement, c);
	if (!value->text)
		return value->joined || declared->holds(value->declaration, NULL, 0);
	value->length = (size_t)sqlite3_column_bytes(statement, c);
	return declared->holds(value->declaration, value->text, value->length);
}

static int
refuse(const struct fil_sqlite *store, sqlite3_stmt *statement, int c, struct fil_fault *fault)
{
	const char *text = fil_sqlite_text(statement, c);
	char *shown = text ? fil_text_escape(text) : NULL;

	fil_fault_set(fault, FIL_UNAVAILABLE,
	    "%s: the store is damaged: %s.%s is %s%.100s%s, which was never written: restore it "
	    "from a backup",
	    store->name, sqlite3_column_table_name(statement, c),
	    sqlite3_column_origin_name(statement, c), shown ? "'" : "", shown ? shown : "empty",
	    shown ? "'" : "");
	free(shown);
	return -1;
}

int
fil_sqlite_values_check(const struct fil_sqlite *store, sqlite3_stmt *statement,
    struct fil_sqlite_values *values, struct fil_fault *fault)
{
	const struct fil_values *declared = store->base.values;

	for (int c = 0; c < values->n; c++) {
		struct fil_sqlite_value *value = &values->columns[c];

		if (value->required && !value->joined &&
		    sqlite3_column_type(statement, c) == SQLITE_NULL)
			return refuse(store, statement, c, fault);
		if (!value->declaration)
			continue;
		if (!(value->number ? holds_number(declared, statement, c, value)
				    : holds_text(declared, statement, c, value)))
			return refuse(store, statement, c, fault);
	}
	return 0;
}

void
fil_sqlite_values_release(struct fil_sqlite_values *values)
{
	free(values->columns);
	*values = (struct fil_sqlite_values){ .columns = NULL };
}
