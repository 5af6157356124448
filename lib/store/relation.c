/* SPDX-License-Identifier: ISC */
#include "lib/store/relation.h"

#include <string.h>

#include "lib/base/text.h"

void
fil_relation_add_name(struct fil_bytes *sql, const char *name)
{
	fil_bytes_add(sql, "\"", 1);
	for (const char *quote; (quote = strchr(name, '"')); name = quote + 1) {
		fil_bytes_add(sql, name, (size_t)(quote - name));
		fil_bytes_add(sql, "\"\"", 2);
	}
	fil_bytes_add_text(sql, name);
	fil_bytes_add(sql, "\"", 1);
}

void
fil_relation_add_columns(struct fil_bytes *sql, const struct fil_relation *relation,
    const char *prefix, size_t first, size_t end)
{
	for (size_t c = first; c < end; c++) {
		if (c > first)
			fil_bytes_add(sql, ", ", 2);
		if (prefix)
			fil_bytes_add_format(sql, "%s.", prefix);
		fil_relation_add_name(sql, relation->columns[c]);
	}
}

/* Adds ` WHERE "key" = $n AND …`, the first parameter being n. */
static void
add_key(struct fil_bytes *sql, const struct fil_relation *relation, size_t n)
{
	fil_bytes_add_text(sql, " WHERE ");
	for (size_t c = 0; c < relation->n_keys; c++) {
		if (c)
			fil_bytes_add_text(sql, " AND ");
		fil_relation_add_name(sql, relation->columns[c]);
		fil_bytes_add_format(sql, " = $%zu", n + c);
	}
}

/* Adds `SELECT columns, run FROM relation`. */
static void
add_select(struct fil_bytes *sql, const struct fil_relation *relation)
{
	fil_bytes_add_text(sql, "SELECT ");
	fil_relation_add_columns(sql, relation, NULL, 0, relation->n_columns);
	fil_bytes_add_text(sql, ", \"run\" FROM ");
	fil_relation_add_name(sql, relation->name);
}

/* Adds `INTO relation (columns, run) VALUES `. */
static void
add_into(struct fil_bytes *sql, const struct fil_relation *relation)
{
	fil_bytes_add_text(sql, "INTO ");
	fil_relation_add_name(sql, relation->name);
	fil_bytes_add_text(sql, " (");
	fil_relation_add_columns(sql, relation, NULL, 0, relation->n_columns);
	fil_bytes_add_text(sql, ", \"run\") VALUES ");
}

/* Adds a row of parameters, its columns from $first, its run $run. */
static void
add_row(struct fil_bytes *sql, const struct fil_relation *relation, size_t first, size_t run)
{
	for (size_t c = 0; c < relation->n_columns; c++)
		fil_bytes_add_format(sql, "%s$%zu", c ? ", " : "(", first + c);
	fil_bytes_add_format(sql, ", $%zu)", run);
}

char *
fil_relation_insert(const struct fil_relation *relation)
{
	struct fil_bytes sql = { 0 };

	fil_bytes_add_text(&sql, "INSERT ");
	add_into(&sql, relation);
	add_row(&sql, relation, 1, relation->n_columns + 1);
	/* No table has another unique key, and `history` counts `run` among its keys. */
	fil_bytes_add_text(&sql, " ON CONFLICT DO NOTHING");
	return sql.data;
}

char *
fil_relation_insert_many(const struct fil_relation *relation, size_t n)
{
	struct fil_bytes sql = { 0 };
	size_t run = relation->n_columns + 1;

	fil_bytes_add_text(&sql, "INSERT OR FAIL ");
	add_into(&sql, relation);
	for (size_t row = 0; row < n; row++) {
		fil_bytes_add_text(&sql, row ? ", " : "");
		add_row(&sql, relation, row ? run + 1 + (row - 1) * relation->n_columns : 1, run);
	}
	return sql.data;
}

char *
fil_relation_fetch(const struct fil_relation *relation)
{
	struct fil_bytes sql = { 0 };

	add_select(&sql, relation);
	add_key(&sql, relation, 1);
	return sql.data;
}

char *
fil_relation_update(const struct fil_relation *relation)
{
	struct fil_bytes sql = { 0 };
	size_t n = 1;

	fil_bytes_add_text(&sql, "UPDATE ");
	fil_relation_add_name(&sql, relation->name);
	fil_bytes_add_text(&sql, " SET ");
	for (size_t c = relation->n_keys; c < relation->n_columns; c++) {
		fil_relation_add_name(&sql, relation->columns[c]);
		fil_bytes_add_format(&sql, " = $%zu, ", n++);
	}
	fil_bytes_add_format(&sql, "\"run\" = $%zu", n);
	add_key(&sql, relation, n + 1);
	return sql.data;
}

char *
fil_relation_delete(const struct fil_relation *relation)
{
	struct fil_bytes sql = { 0 };

	fil_bytes_add_text(&sql, "DELETE FROM ");
	fil_relation_add_name(&sql, relation->name);
	add_key(&sql, relation, 1);
	return sql.data;
}

char *
fil_relation_select(const struct fil_relation *relation, bool ordered)
{
	struct fil_bytes sql = { 0 };

	add_select(&sql, relation);
	if (ordered) {
		fil_bytes_add_text(&sql, " ORDER BY ");
		fil_relation_add_columns(&sql, relation, NULL, 0, relation->n_keys);
	}
	return sql.data;
}

static void
add_keys_of(struct fil_bytes *sql, const struct fil_relation *relation)
{
	fil_bytes_add_text(sql, "SELECT ");
	fil_relation_add_columns(sql, relation, NULL, 0, 1);
	fil_bytes_add_text(sql, " FROM ");
	fil_relation_add_name(sql, relation->name);
}

char *
fil_relation_keys(const struct fil_relation *relation)
{
	struct fil_bytes sql = { 0 };

	add_keys_of(&sql, relation);
	return sql.data;
}

void
fil_relation_add_any_of(struct fil_bytes *sql, const char *column, size_t n)
{
	fil_bytes_add_text(sql, " WHERE ");
	fil_relation_add_name(sql, column);
	for (size_t i = 1; i <= n; i++)
		fil_bytes_add_format(sql, "%s$%zu", i > 1 ? ", " : " IN (", i);
	fil_bytes_add_text(sql, ")");
}

char *
fil_relation_lookup(const struct fil_relation *relation, size_t n)
{
	struct fil_bytes sql = { 0 };

	add_keys_of(&sql, relation);
	fil_relation_add_any_of(&sql, relation->columns[0], n);
	return sql.data;
}

char *
fil_relation_named(const struct fil_relation *relation, size_t column, size_t n)
{
	struct fil_bytes sql = { 0 };

	fil_bytes_add_text(&sql, "SELECT DISTINCT ");
	fil_relation_add_name(&sql, relation->columns[column]);
	fil_bytes_add_text(&sql, " FROM ");
	fil_relation_add_name(&sql, relation->name);
	fil_relation_add_any_of(&sql, relation->columns[column], n);
	return sql.data;
}

char *
fil_relation_names(const struct fil_relation *relation, size_t column)
{
	struct fil_bytes sql = { 0 };

	fil_bytes_add_text(&sql, "SELECT ");
	fil_relation_add_columns(&sql, relation, NULL, 0, 1);
	fil_bytes_add_text(&sql, ", ");
	fil_relation_add_name(&sql, relation->columns[column]);
	fil_bytes_add_text(&sql, " FROM ");
	fil_relation_add_name(&sql, relation->name);
	fil_bytes_add_text(&sql, " WHERE ");
	fil_relation_add_name(&sql, relation->columns[column]);
	fil_bytes_add_text(&sql, " IS NOT NULL");
	return sql.data;
}
