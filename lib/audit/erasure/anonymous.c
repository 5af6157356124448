/* SPDX-License-Identifier: ISC */
#include "lib/audit/erasure/anonymous.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/hash.h"
#include "lib/base/memory.h"
#include "lib/store/query.h"
#include "lib/store/relation.h"
#include "lib/write/rename.h"

/* The users from whom on the first part of their unit stays. */
enum { ENOUGH = 5 };

struct fil_anonymous {
	struct fil_hash *units; /* the first part of each unit */
	size_t *users; /* in each */
	size_t n;
	struct fil_bytes unit;
};

static void
count_unit(struct fil_anonymous *anonymous, const char *unit)
{
	bool fresh;
	size_t number =
	    fil_hash_give(anonymous->units, unit, strcspn(unit, "/"), anonymous->n, &fresh);

	if (fresh) {
		anonymous->users =
		    fil_resize(anonymous->users, anonymous->n + 1, sizeof *anonymous->users);
		anonymous->users[anonymous->n++] = 0;
	}
	anonymous->users[number]++;
}

struct fil_anonymous *
fil_anonymous_new(struct fil_store *store, struct fil_fault *fault)
{
	struct fil_anonymous *anonymous = fil_alloc(1, sizeof *anonymous);
	struct fil_query *query =
	    fil_query_new(store, "SELECT unit FROM users WHERE unit IS NOT NULL");
	int step;

	anonymous->units = fil_hash_new_map();
	while ((step = fil_query_step(query, fault)) == 1)
		count_unit(anonymous, fil_query_text(query, 0));
	fil_query_free(query);
	if (step == 0)
		return anonymous;
	fil_anonymous_free(anonymous);
	return NULL;
}

/* Returns the first part of a unit, or NULL. It is valid until the next call. */
static const char *
cut_unit(struct fil_anonymous *anonymous, const char *unit)
{
	size_t length = unit ? strcspn(unit, "/") : 0, number;

	number = unit ? fil_hash_number(anonymous->units, unit, length) : FIL_NOWHERE;
	if (number == FIL_NOWHERE || anonymous->users[number] < ENOUGH)
		return NULL;
	fil_bytes_clear(&anonymous->unit);
	fil_bytes_add(&anonymous->unit, unit, length);
	return anonymous->unit.data;
}

/* Returns whether a column of a row about a person goes. */
static bool
goes(const struct fil_column *column)
{
	return !column->required &&
	    (column->type == FIL_TYPE_TEXT || column->type == FIL_TYPE_LONG_TEXT);
}

bool
fil_anonymous_removes(const struct fil_table *table)
{
	size_t user = fil_table_user(table);

	for (size_t c = 0; c < table->n_keys; c++)
		if (c != user && table->columns[c].personal == FIL_IDENTITY)
			return true;
	return false;
}

void
fil_anonymous_cells(struct fil_anonymous *anonymous, const struct fil_table *table,
    const struct fil_subject *person, const char **cells)
{
	bool users = strcmp(table->name, "users") == 0;
	const char *unit =
	    users ? cut_unit(anonymous, cells[fil_table_column(table, "unit")]) : NULL;

	for (size_t c = 0; c < table->n_columns; c++)
		if (goes(&table->columns[c]))
			cells[c] = NULL;
	cells[fil_table_user(table)] = person->anonymous;
	if (!users)
		return;
	cells[fil_table_column(table, "name")] = person->anonymous;
	cells[fil_table_column(table, "unit")] = unit;
	cells[fil_table_column(table, "manager")] = NULL;
	cells[fil_table_column(table, "feed")] = FIL_ANONYMOUS_FEED;
}

/* Runs a statement with up to three texts. Returns 0 or -1. */
static int
run(struct fil_store *store, const char *sql, const char *const *texts, int n,
    struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(store, sql);
	int step;

	for (int i = 0; i < n; i++)
		fil_query_bind(query, i + 1, texts[i]);
	step = fil_query_step(query, fault);
	fil_query_free(query);
	return step < 0 ? -1 : 0;
}

/* Reads the unit of a person. Returns 0 or -1. */
static int
read_unit(struct fil_anonymous *anonymous, struct fil_store *store, const char *key,
    const char **unit, struct fil_fault *fault)
{
	struct fil_query *query =
	    fil_query_new(store, "SELECT unit FROM users WHERE \"user\" = $1");
	int step;

	fil_query_bind(query, 1, key);
	step = fil_query_step(query, fault);
	*unit = step == 1 ? cut_unit(anonymous, fil_query_text(query, 0)) : NULL;
	fil_query_free(query);
	return step < 0 ? -1 : 0;
}

/* Clears the texts of a table about a person, or removes the rows. Returns 0 or -1. */
static int
clear_texts(struct fil_store *store, const struct fil_table *table, const char *key,
    struct fil_fault *fault)
{
	struct fil_bytes sql = { 0 };
	bool any = false;
	int result = 0;

	any = fil_anonymous_removes(table);
	fil_bytes_add_text(&sql, any ? "DELETE FROM " : "UPDATE ");
	fil_relation_add_name(&sql, table->name);
	for (size_t c = 0; !fil_anonymous_removes(table) && c < table->n_columns; c++) {
		if (!goes(&table->columns[c]))
			continue;
		fil_bytes_add_text(&sql, any ? ", " : " SET ");
		fil_relation_add_name(&sql, table->columns[c].name);
		fil_bytes_add_text(&sql, " = NULL");
		any = true;
	}
	fil_bytes_add_text(&sql, " WHERE \"user\" = $1");
	if (any)
		result = run(store, sql.data, &key, 1, fault);
	fil_bytes_release(&sql);
	return result;
}

int
fil_anonymous_write(struct fil_anonymous *anonymous, struct fil_store *store,
    const struct fil_subject *person, struct fil_fault *fault)
{
	const char *unit;
	const struct fil_table *const *tables;
	size_t n;

	if (fil_rename_key(store, person->key, person->anonymous, fault) < 0)
		return -1;
	if (read_unit(anonymous, store, person->anonymous, &unit, fault) < 0)
		return -1;
	tables = fil_catalog_tables(&n);
	for (size_t t = 0; t < n; t++)
		if (fil_table_user(tables[t]) != FIL_NOWHERE &&
		    clear_texts(store, tables[t], person->anonymous, fault) < 0)
			return -1;
	return run(store,
	    "UPDATE users SET name = $1, manager = NULL, unit = $2, feed = $3 WHERE \"user\" = $1",
	    (const char *const[]){ person->anonymous, unit, FIL_ANONYMOUS_FEED }, 3, fault);
}

void
fil_anonymous_free(struct fil_anonymous *anonymous)
{
	if (!anonymous)
		return;
	fil_hash_free(anonymous->units);
	fil_bytes_release(&anonymous->unit);
	free(anonymous->users);
	free(anonymous);
}
