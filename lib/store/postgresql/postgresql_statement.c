/* SPDX-License-Identifier: ISC */
#include "lib/store/postgresql/postgresql_statement.h"

#include "lib/base/text.h"

/* Adds ` (SELECT unnest($1) AS "key", …) AS s`: the first n columns. Arrays side by side are taken
 * apart row by row; by a function in FROM the server would have all rows written down first. */
static void
add_source(struct fil_bytes *sql, const struct fil_relation *relation, size_t n)
{
	fil_bytes_add_text(sql, " (SELECT ");
	for (size_t c = 0; c < n; c++) {
		fil_bytes_add_format(sql, "%sunnest($%zu) AS ", c ? ", " : "", c + 1);
		fil_relation_add_name(sql, relation->columns[c]);
	}
	fil_bytes_add_text(sql, ") AS s");
}

/* Adds ` t."key" = s."key" AND …`. */
static void
add_match(struct fil_bytes *sql, const struct fil_relation *relation)
{
	for (size_t c = 0; c < relation->n_keys; c++) {
		fil_bytes_add_text(sql, c ? " AND t." : " t.");
		fil_relation_add_name(sql, relation->columns[c]);
		fil_bytes_add_text(sql, " = s.");
		fil_relation_add_name(sql, relation->columns[c]);
	}
}

/* Adds `INSERT INTO relation (…) SELECT … FROM the arrays`. */
static void
add_insert(struct fil_bytes *sql, const struct fil_relation *relation)
{
	size_t n = relation->n_columns;

	fil_bytes_add_text(sql, "INSERT INTO ");
	fil_relation_add_name(sql, relation->name);
	fil_bytes_add_text(sql, " (");
	fil_relation_add_columns(sql, relation, NULL, 0, n);
	fil_bytes_add_text(sql, ", \"run\") SELECT ");
	fil_relation_add_columns(sql, relation, "s", 0, n);
	fil_bytes_add_format(sql, ", $%zu FROM", n + 1);
	add_source(sql, relation, n);
}

/* Adds what the insertion answers. */
static void
add_answer(struct fil_bytes *sql, const struct fil_relation *relation)
{
	fil_bytes_add_text(sql, " RETURNING ");
	fil_relation_add_columns(sql, relation, NULL, 0, relation->n_keys);
	fil_bytes_add_format(sql,
	    ") SELECT c.n, i.* FROM (SELECT count(*) AS n FROM i) AS c LEFT JOIN i ON c.n < $%zu",
	    relation->n_columns + 2);
}

/* Whether the key is there is asked before: under the writers' turn nobody can add it in between,
 * and ON CONFLICT, which minds that too, takes twice as long. */
char *
fil_postgresql_insert(const struct fil_relation *relation, bool run_is_key)
{
	struct fil_bytes sql = { 0 };

	fil_bytes_add_text(&sql, "WITH i AS (");
	add_insert(&sql, relation);
	fil_bytes_add_text(&sql, " WHERE NOT EXISTS (SELECT 1 FROM ");
	fil_relation_add_name(&sql, relation->name);
	fil_bytes_add_text(&sql, " AS t WHERE");
	add_match(&sql, relation);
	if (run_is_key)
		fil_bytes_add_format(&sql, " AND t.\"run\" = $%zu", relation->n_columns + 1);
	fil_bytes_add_text(&sql, ")");
	add_answer(&sql, relation);
	return sql.data;
}

char *
fil_postgresql_insert_repeated(const struct fil_relation *relation)
{
	struct fil_bytes sql = { 0 };

	fil_bytes_add_text(&sql, "WITH i AS (");
	add_insert(&sql, relation);
	fil_bytes_add_text(&sql, " ON CONFLICT DO NOTHING");
	add_answer(&sql, relation);
	return sql.data;
}

/* The place of a key is asked of a function in FROM: of those beside unnest, the server would think
 * that they give a thousand rows, and look through the whole table. */
char *
fil_postgresql_fetch(const struct fil_relation *relation)
{
	struct fil_bytes sql = { 0 };

	fil_bytes_add_text(&sql, "SELECT s.\"#\", ");
	fil_relation_add_columns(&sql, relation, "t", 0, relation->n_columns);
	fil_bytes_add_text(&sql, ", t.\"run\" FROM unnest(");
	for (size_t c = 1; c <= relation->n_keys; c++)
		fil_bytes_add_format(&sql, "%s$%zu", c > 1 ? ", " : "", c);
	fil_bytes_add_text(&sql, ") WITH ORDINALITY AS s(");
	fil_relation_add_columns(&sql, relation, NULL, 0, relation->n_keys);
	fil_bytes_add_text(&sql, ", \"#\") JOIN ");
	fil_relation_add_name(&sql, relation->name);
	fil_bytes_add_text(&sql, " AS t ON");
	add_match(&sql, relation);
	return sql.data;
}

char *
fil_postgresql_update(const struct fil_relation *relation)
{
	struct fil_bytes sql = { 0 };
	size_t n = relation->n_columns;

	fil_bytes_add_text(&sql, "UPDATE ");
	fil_relation_add_name(&sql, relation->name);
	fil_bytes_add_text(&sql, " AS t SET ");
	for (size_t c = relation->n_keys; c < n; c++) {
		fil_relation_add_name(&sql, relation->columns[c]);
		fil_bytes_add_text(&sql, " = s.");
		fil_relation_add_name(&sql, relation->columns[c]);
		fil_bytes_add_text(&sql, ", ");
	}
	fil_bytes_add_format(&sql, "\"run\" = $%zu FROM", n + 1);
	add_source(&sql, relation, n);
	fil_bytes_add_text(&sql, " WHERE");
	add_match(&sql, relation);
	return sql.data;
}

char *
fil_postgresql_delete(const struct fil_relation *relation)
{
	struct fil_bytes sql = { 0 };

	fil_bytes_add_text(&sql, "DELETE FROM ");
	fil_relation_add_name(&sql, relation->name);
	fil_bytes_add_text(&sql, " AS t USING");
	add_source(&sql, relation, relation->n_keys);
	fil_bytes_add_text(&sql, " WHERE");
	add_match(&sql, relation);
	return sql.data;
}
