/* SPDX-License-Identifier: ISC */
#include "lib/store/relation.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/fault.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/store/batch.h"

bool
fil_relation_has_run(const struct fil_relation *relation)
{
	for (size_t c = 0; c < relation->n_columns; c++)
		if (strcmp(relation->columns[c], "run") == 0)
			return true;
	return false;
}

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

void
fil_relation_add_any_of(struct fil_bytes *sql, const char *column, size_t n)
{
	fil_bytes_add_text(sql, " WHERE ");
	fil_relation_add_name(sql, column);
	for (size_t i = 1; i <= n; i++)
		fil_bytes_add_format(sql, "%s$%zu", i > 1 ? ", " : " IN (", i);
	fil_bytes_add_text(sql, ")");
}

int
fil_relation_refuse(const struct fil_relation *relation, const struct fil_batch *rows, size_t row,
    const char *kind, const char *cause, struct fil_fault *fault)
{
	struct fil_bytes key = { 0 };

	for (size_t c = 0; c < relation->n_keys; c++)
		fil_bytes_add_format(
		    &key, "%s'%s'", c ? ", " : "", fil_batch_cell(rows, row, c, NULL));
	fil_fault_data(fault, kind, "%s: %s: %s", relation->name, key.data, cause);
	fil_bytes_release(&key);
	return -1;
}

char *
fil_relation_select(const struct fil_relation *relation, bool ordered)
{
	struct fil_bytes sql = { 0 };

	fil_bytes_add_text(&sql, "SELECT ");
	fil_relation_add_columns(&sql, relation, NULL, 0, relation->n_columns);
	fil_bytes_add_text(&sql, fil_relation_has_run(relation) ? " FROM " : ", \"run\" FROM ");
	fil_relation_add_name(&sql, relation->name);
	if (ordered) {
		fil_bytes_add_text(&sql, " ORDER BY ");
		fil_relation_add_columns(&sql, relation, NULL, 0, relation->n_keys);
	}
	return sql.data;
}

char *
fil_relation_keys(const struct fil_relation *relation)
{
	struct fil_bytes sql = { 0 };

	fil_bytes_add_text(&sql, "SELECT ");
	fil_relation_add_name(&sql, relation->columns[0]);
	fil_bytes_add_text(&sql, " FROM ");
	fil_relation_add_name(&sql, relation->name);
	return sql.data;
}

char *
fil_relation_named(const struct fil_relation *relation, size_t column, size_t n)
{
	struct fil_bytes sql = { 0 };

	fil_bytes_add_text(
	    &sql, column == 0 && relation->n_keys == 1 ? "SELECT " : "SELECT DISTINCT ");
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
	fil_relation_add_name(&sql, relation->columns[0]);
	fil_bytes_add_text(&sql, ", ");
	fil_relation_add_name(&sql, relation->columns[column]);
	fil_bytes_add_text(&sql, " FROM ");
	fil_relation_add_name(&sql, relation->name);
	fil_bytes_add_text(&sql, " WHERE ");
	fil_relation_add_name(&sql, relation->columns[column]);
	fil_bytes_add_text(&sql, " IS NOT NULL");
	return sql.data;
}

char *
fil_relation_begun(const struct fil_relation *relation, size_t column, size_t most, size_t rows)
{
	struct fil_bytes sql = { 0 }, name = { 0 };

	fil_relation_add_name(&name, relation->columns[column]);
	if (rows == 0)
		fil_bytes_add_format(&sql,
		    "SELECT DISTINCT %s FROM \"%s\" WHERE %s >= $1 AND %s < $2", name.data,
		    relation->name, name.data, name.data);
	else
		fil_bytes_add_format(&sql,
		    "SELECT DISTINCT value FROM"
		    " (SELECT CAST(%s AS TEXT) AS value FROM \"%s\" LIMIT %zu) AS sought"
		    " WHERE substr(value, 1, length($1)) = $1",
		    name.data, relation->name, rows);
	fil_bytes_add_format(&sql, " ORDER BY 1 LIMIT %zu", most);
	fil_bytes_release(&name);
	return sql.data;
}

static const char between[] = "\1";

void
fil_relation_add_key(
    const struct fil_relation *relation, const char *const *cells, struct fil_bytes *key)
{
	for (size_t c = 0; c < relation->n_keys; c++) {
		if (c > 0)
			fil_bytes_add_text(key, between);
		fil_bytes_add_text(key, cells[c] ? cells[c] : "");
	}
}

void
fil_relation_split_key(const struct fil_relation *relation, char *key, const char **cells)
{
	for (size_t c = 0; c < relation->n_keys; c++)
		cells[c] = strsep(&key, between);
}

void
fil_relation_words(
    const struct fil_relation *relation, const char *const *cells, struct fil_bytes *words)
{
	struct fil_bytes word = { 0 };

	for (size_t c = 0; c < relation->n_keys; c++) {
		fil_bytes_clear(&word);
		fil_bytes_add_text(&word, relation->columns[c]);
		fil_bytes_add_text(&word, "=");
		fil_bytes_add_text(&word, cells[c] ? cells[c] : "");
		if (c > 0)
			fil_bytes_add_text(words, " ");
		fil_text_quote(word.data, words);
	}
	fil_bytes_release(&word);
}
