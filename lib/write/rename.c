/* SPDX-License-Identifier: ISC */
#include "lib/write/rename.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/catalog/catalog.h"
#include "lib/levels/standing_update.h"
#include "lib/store/batch.h"

/* A join: two users who are one person become one. */
struct join {
	struct fil_run *run;
	struct fil_store *store;
	const char *old, *new;
	const struct fil_join_options *options;
	size_t differing; /* rows of the same keys, with other values */
	size_t moved;
};

/* Runs a statement with two keys of users. Returns 0 or -1. */
static int
update(struct fil_store *store, const char *sql, const char *new, const char *old,
    struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(store, sql);
	int step;

	fil_query_bind(query, 1, new);
	fil_query_bind(query, 2, old);
	while ((step = fil_query_step(query, fault)) == 1)
		continue;
	fil_query_free(query);
	return step;
}

/* Removes the rows with a key. Returns 0 or -1. */
static int
remove_key(struct fil_store *store, const struct fil_relation *relation, size_t column,
    const char *key, struct fil_fault *fault)
{
	struct fil_bytes sql = { 0 };
	struct fil_query *query;
	int step;

	fil_bytes_add_text(&sql, "DELETE FROM ");
	fil_relation_add_name(&sql, relation->name);
	fil_bytes_add_text(&sql, " WHERE ");
	fil_relation_add_name(&sql, relation->columns[column]);
	fil_bytes_add_text(&sql, " = $1");
	query = fil_query_new(store, sql.data);
	fil_query_bind(query, 1, key);
	step = fil_query_step(query, fault);
	fil_query_free(query);
	fil_bytes_release(&sql);
	return step;
}

/* Adds `INSERT INTO relation (…, "run") SELECT …, "run" FROM relation WHERE`: rows are copied with
 * $1 in the column. */
static void
add_copy(struct fil_bytes *sql, const struct fil_relation *relation, size_t column)
{
	fil_bytes_add_text(sql, "INSERT INTO ");
	fil_relation_add_name(sql, relation->name);
	fil_bytes_add_text(sql, " (");
	fil_relation_add_columns(sql, relation, NULL, 0, relation->n_columns);
	fil_bytes_add_text(sql, ", run) SELECT ");
	for (size_t c = 0; c < relation->n_columns; c++) {
		if (c == column)
			fil_bytes_add_text(sql, "CAST($1 AS TEXT)");
		else
			fil_relation_add_name(sql, relation->columns[c]);
		fil_bytes_add_text(sql, ", ");
	}
	fil_bytes_add_text(sql, "run FROM ");
	fil_relation_add_name(sql, relation->name);
	fil_bytes_add_text(sql, " WHERE ");
}

/* Replaces `old` by `new` in a column. A key is copied, and the old row removed: an engine that places
 * rows by the user's key does not change it. Returns 0 or -1. */
static int
replace_key(struct fil_store *store, const struct fil_relation *relation, size_t column,
    const char *new, const char *old, struct fil_fault *fault)
{
	struct fil_bytes sql = { 0 };
	int result;

	if (column < relation->n_keys) {
		add_copy(&sql, relation, column);
	} else {
		fil_bytes_add_text(&sql, "UPDATE ");
		fil_relation_add_name(&sql, relation->name);
		fil_bytes_add_text(&sql, " SET ");
		fil_relation_add_name(&sql, relation->columns[column]);
		fil_bytes_add_text(&sql, " = $1 WHERE ");
	}
	fil_relation_add_name(&sql, relation->columns[column]);
	fil_bytes_add_text(&sql, " = $2");
	result = update(store, sql.data, new, old, fault);
	fil_bytes_release(&sql);
	return result == 0 && column < relation->n_keys
	    ? remove_key(store, relation, column, old, fault)
	    : result;
}

int
fil_rename_key(struct fil_store *store, const char *old, const char *new, struct fil_fault *fault)
{
	static const struct fil_relation *const derived[] = { &fil_standing_table,
		&fil_standings_table };
	const struct fil_relation *users = &fil_catalog_table("users")->relation;
	size_t n;
	const struct fil_table *const *tables = fil_catalog_tables(&n);
	struct fil_bytes sql = { 0 };
	int result;

	/* References lead to the new row before the old one goes. */
	add_copy(&sql, users, 0);
	fil_bytes_add_text(&sql, "\"user\" = $2");
	result = update(store, sql.data, new, old, fault);
	fil_bytes_release(&sql);
	for (size_t t = 0; t < n; t++)
		for (size_t c = 0; result == 0 && c < tables[t]->n_columns; c++)
			if (fil_column_refers_to_user(&tables[t]->columns[c]))
				result =
				    replace_key(store, &tables[t]->relation, c, new, old, fault);
	for (size_t t = 0; result == 0 && t < sizeof derived / sizeof *derived; t++)
		result = replace_key(store, derived[t], 0, new, old, fault);
	return result == 0 ? remove_key(store, users, 0, old, fault) : result;
}

/* Renames the user found. */
static int
rename_found(struct fil_run *run, struct fil_changes *changes, const struct fil_batch *found,
    const char *new, struct fil_fault *fault)
{
	const struct fil_table *users = fil_catalog_table("users");
	const char *old = fil_batch_cell(found, 0, 0, NULL);
	const char **cells;

	if (fil_run_keep_user(run, &users->relation, found, FIL_RENAMING, new, fault) < 0)
		return -1;
	if (fil_rename_key(fil_run_store(run), old, new, fault) < 0)
		return -1;
	cells = fil_alloc(fil_batch_columns(found), sizeof *cells);
	fil_batch_row(found, 0, cells, NULL);
	cells[0] = new;
	fil_changes_row(changes, FIL_CHANGED, cells);
	free(cells);
	return 0;
}

/* Finds in the history the present key of the user who was last `old`, or NULL. Returns 0 or -1. */
static int
find_renamed(struct fil_store *store, const char *old, char **now, struct fil_fault *fault)
{
	/* The newest bearer of the key counts, and from there the next renaming each time. */
	static const char first[] =
	    "SELECT became, run, number FROM history WHERE became IS NOT NULL"
	    " AND subject = $1 ORDER BY run DESC, number DESC LIMIT 1";
	static const char next[] =
	    "SELECT became, run, number FROM history WHERE became IS NOT NULL"
	    " AND subject = $1 AND (run > CAST($2 AS INTEGER)"
	    " OR run = CAST($2 AS INTEGER) AND number > CAST($3 AS INTEGER))"
	    " ORDER BY run, number LIMIT 1";
	struct fil_query *query = fil_query_new(store, first);
	int step;

	*now = NULL;
	fil_query_bind(query, 1, old);
	while ((step = fil_query_step(query, fault)) == 1) {
		int64_t run = fil_query_number(query, 1), number = fil_query_number(query, 2);

		free(*now);
		*now = fil_copy(fil_query_text(query, 0));
		fil_query_free(query);
		query = fil_query_new(store, next);
		fil_query_bind(query, 1, *now);
		fil_query_bind_number(query, 2, run);
		fil_query_bind_number(query, 3, number);
	}
	fil_query_free(query);
	if (step == 0)
		return 0;
	free(*now);
	*now = NULL;
	return -1;
}

/* Judges the renaming of a key that no user has. It was done before when the user who was `old` is
 * `new` now, or what `new` has become since. */
static enum fil_renamed
judge_absent(
    struct fil_store *store, const char *old, const char *new, bool is_new, struct fil_fault *fault)
{
	enum fil_renamed result = FIL_RENAME_FAILED;
	char *now, *new_now = NULL;

	if (find_renamed(store, old, &now, fault) < 0)
		return FIL_RENAME_FAILED;
	if (now && !is_new && find_renamed(store, new, &new_now, fault) < 0)
		goto out;
	if (now && strcmp(now, is_new || !new_now ? new : new_now) == 0)
		result = FIL_RENAMED_BEFORE;
	else
		fil_fault_data(fault, "reference-error", "--rename: '%s' is not in users", old);
out:
	free(now);
	free(new_now);
	return result;
}

/* Returns a key in the spelling that is stored, or NULL if it is spelt so. The caller frees it. */
static char *
respell(const char *key)
{
	struct fil_bytes spelt = { 0 };

	fil_text_spell(key, strlen(key), FIL_SPELL_KEY, &spelt);
	if (strcmp(spelt.data, key) != 0)
		return spelt.data;
	fil_bytes_release(&spelt);
	return NULL;
}

/* Adds the stored rows that name `old` in a column to the batch: n_columns + 1 cells, as
 * fil_store_fetch gives them. Returns 0 or -1. */
static int
select_rows(const struct join *join, const struct fil_table *table, size_t column,
    struct fil_batch *rows, struct fil_fault *fault)
{
	char *select = fil_relation_select(&table->relation, false);
	struct fil_bytes sql = { 0 };
	const char **cells = fil_alloc(table->n_columns + 1, sizeof *cells);
	struct fil_query *query;
	int step;

	fil_bytes_add_format(&sql, "%s WHERE ", select);
	fil_relation_add_name(&sql, table->columns[column].name);
	fil_bytes_add_text(&sql, " = $1 ORDER BY ");
	fil_relation_add_columns(&sql, &table->relation, NULL, 0, table->n_keys);
	query = fil_query_new(join->store, sql.data);
	fil_query_bind(query, 1, join->old);
	while ((step = fil_query_step(query, fault)) == 1) {
		for (size_t c = 0; c <= table->n_columns; c++)
			cells[c] = fil_query_text(query, (int)c);
		fil_batch_add(rows, cells);
	}
	fil_query_free(query);
	fil_bytes_release(&sql);
	free(cells);
	free(select);
	return step;
}

/* Fills cells with a row in which `new` stands wherever `old` stood. A user who would
 * become the manager of the same user has none. */
static void
replace_user(const struct join *join, const struct fil_table *table, const struct fil_batch *rows,
    size_t i, const char **cells)
{
	fil_batch_row(rows, i, cells, NULL);
	for (size_t c = 0; c < table->n_columns; c++)
		if (fil_column_refers_to_user(&table->columns[c]) && cells[c] &&
		    strcmp(cells[c], join->old) == 0)
			cells[c] = !table->columns[c].key && strcmp(cells[0], join->new) == 0 &&
				strcmp(table->name, "users") == 0
			    ? NULL
			    : join->new;
}

/* Tells how two rows of the same keys differ. */
static void
remark_difference(const struct join *join, const struct fil_table *table,
    const struct fil_batch *rows, size_t i, const struct fil_batch *others, size_t other)
{
	const struct fil_refusals *refusals = join->options->refusals;
	struct fil_bytes text = { 0 };

	fil_bytes_add_format(&text, "%s: '", table->name);
	for (size_t c = 0; c < table->n_keys; c++)
		fil_bytes_add_format(
		    &text, "%s%s", c > 0 ? ", " : "", fil_batch_cell(others, other, c, NULL));
	fil_bytes_add_text(&text, "'");
	for (size_t c = table->n_keys; c < table->n_columns; c++) {
		const char *a = fil_batch_cell(rows, i, c, NULL);
		const char *b = fil_batch_cell(others, other, c, NULL);

		if (fil_text_is_same(a, b))
			continue;
		/* TRANSLATORS: how two rows differ: "lessons: 'x': note is 'a' for 'u1', 'b' for
		 * 'u2'". */
		fil_bytes_add_format(&text, _(": %s is '%s' for '%s', '%s' for '%s'"),
		    table->columns[c].name, a ? a : "", join->old, b ? b : "", join->new);
	}
	if (refusals && refusals->remark)
		refusals->remark(refusals->context, text.data);
	fil_bytes_release(&text);
}

/* Returns whether two rows agree in all that is no key. */
static bool
agree(const struct fil_table *table, const struct fil_batch *rows, size_t i,
    const struct fil_batch *others, size_t other)
{
	for (size_t c = table->n_keys; c < table->n_columns; c++) {
		const char *a = fil_batch_cell(rows, i, c, NULL);
		const char *b = fil_batch_cell(others, other, c, NULL);

		if (!fil_text_is_same(a, b))
			return false;
	}
	return true;
}

/* The rows of `old` in one table, on their way to `new`. */
struct move {
	const struct fil_table *table;
	struct fil_batch *rows, *moved; /* as they are, and as they will be */
	struct fil_batch *found; /* rows of `new` with the same keys */
	struct fil_batch *added, *changed, *before;
	size_t *places;
};

/* Sorts the rows out: those to add, and those that replace a row of `new`. */
static void
sort_out(struct join *join, struct move *move)
{
	const char **cells = fil_alloc(move->table->n_columns + 1, sizeof *cells);

	for (size_t i = 0; i < fil_batch_rows(move->moved); i++) {
		size_t place = move->places[i];

		if (place == FIL_NOWHERE) {
			fil_batch_row(move->moved, i, cells, NULL);
			fil_batch_add(move->added, cells);
			continue;
		}
		if (agree(move->table, move->moved, i, move->found, place))
			continue;
		join->differing++;
		if (join->options->prefer == FIL_JOIN_NEITHER)
			remark_difference(join, move->table, move->moved, i, move->found, place);
		if (join->options->prefer != FIL_JOIN_OLD)
			continue;
		fil_batch_row(move->found, place, cells, NULL);
		fil_batch_add(move->before, cells);
		fil_batch_row(move->moved, i, cells, NULL);
		fil_batch_add(move->changed, cells);
	}
	free(cells);
}

/* Stores what was sorted out, and keeps what was there. Returns 0 or -1. */
static int
store_move(struct join *join, struct move *move, struct fil_fault *fault)
{
	const struct fil_relation *relation = &move->table->relation;
	int64_t run = fil_run_number(join->run);

	join->moved += fil_batch_rows(move->rows);
	if (fil_run_keep(join->run, relation, move->rows, NULL, FIL_REMOVED, fault) < 0 ||
	    fil_store_delete(join->store, relation, move->rows, fault) < 0 ||
	    fil_run_keep(join->run, relation, move->before, move->changed, FIL_CHANGED, fault) < 0)
		return -1;
	if (fil_batch_rows(move->added) > 0 &&
	    fil_store_insert(join->store, relation, move->added, run, NULL, fault) < 0)
		return -1;
	return fil_batch_rows(move->changed) > 0
	    ? fil_store_update(join->store, relation, move->changed, run, fault)
	    : 0;
}

static void
release_move(struct move *move)
{
	fil_batch_free(move->rows);
	fil_batch_free(move->moved);
	fil_batch_free(move->found);
	fil_batch_free(move->added);
	fil_batch_free(move->changed);
	fil_batch_free(move->before);
	free(move->places);
}

/* Gives the rows whose key names `old` to `new`. Returns 0 or -1. */
static int
move_rows(struct join *join, const struct fil_table *table, size_t column, struct fil_fault *fault)
{
	size_t width = table->n_columns;
	struct move move = { .table = table,
		.rows = fil_batch_new(width + 1),
		.moved = fil_batch_new(width),
		.found = fil_batch_new(width + 1),
		.added = fil_batch_new(width),
		.changed = fil_batch_new(width),
		.before = fil_batch_new(width + 1) };
	const char **cells = fil_alloc(width + 1, sizeof *cells);
	int result = select_rows(join, table, column, move.rows, fault);
	size_t n = fil_batch_rows(move.rows);

	for (size_t i = 0; i < n; i++) {
		replace_user(join, table, move.rows, i, cells);
		fil_batch_add(move.moved, cells);
	}
	move.places = fil_alloc(n + 1, sizeof *move.places);
	if (result == 0 && n > 0)
		result = fil_store_fetch(
		    join->store, &table->relation, move.moved, move.found, move.places, fault);
	if (result == 0 && n > 0) {
		sort_out(join, &move);
		result = store_move(join, &move, fault);
	}
	release_move(&move);
	free(cells);
	return result;
}

/* Gives the references to `old` in a column that is no key to `new`: they still name the same person.
 * The rows keep their run, which an import that follows must not take for its own. Returns 0 or -1. */
static int
move_references(
    struct join *join, const struct fil_table *table, size_t column, struct fil_fault *fault)
{
	struct fil_batch *rows = fil_batch_new(table->n_columns + 1);
	struct fil_batch *changed = fil_batch_new(table->n_columns);
	const char **cells = fil_alloc(table->n_columns + 1, sizeof *cells);
	bool own = strcmp(table->name, "users") == 0;
	int result = select_rows(join, table, column, rows, fault);

	for (size_t i = 0; i < fil_batch_rows(rows); i++) {
		replace_user(join, table, rows, i, cells);
		fil_batch_add(changed, cells);
	}
	join->moved += fil_batch_rows(rows);
	if (result == 0)
		result = fil_run_keep(join->run, &table->relation, rows, NULL, FIL_CHANGED, fault);
	if (result == 0 && own)
		result = update(join->store,
		    "UPDATE users SET manager = CASE WHEN \"user\" = $1 THEN NULL ELSE $1 END"
		    " WHERE manager = $2",
		    join->new, join->old, fault);
	else if (result == 0 && fil_batch_rows(changed) > 0)
		result = fil_store_update(
		    join->store, &table->relation, changed, fil_run_number(join->run), fault);
	fil_batch_free(rows);
	fil_batch_free(changed);
	free(cells);
	return result;
}

/* Calls move for each column of all tables that names a user and is a key, or is none. Returns 0 or
 * -1. */
static int
each_column(struct join *join, bool keys,
    int (*move)(
	struct join *join, const struct fil_table *table, size_t column, struct fil_fault *fault),
    struct fil_fault *fault)
{
	size_t n;
	const struct fil_table *const *tables = fil_catalog_tables(&n);

	for (size_t t = 0; t < n; t++)
		for (size_t c = 0; c < tables[t]->n_columns; c++)
			if (fil_column_refers_to_user(&tables[t]->columns[c]) &&
			    tables[t]->columns[c].key == keys &&
			    move(join, tables[t], c, fault) < 0)
				return -1;
	return 0;
}

/* Removes the row of `old` from users, and keeps it. Returns 0 or -1. */
static int
remove_old(const struct join *join, struct fil_fault *fault)
{
	const struct fil_table *users = fil_catalog_table("users");
	struct fil_batch *rows = fil_batch_new(users->n_columns + 1);
	int result = select_rows(join, users, 0, rows, fault);

	if (result == 0)
		result = fil_run_keep_user(
		    join->run, &users->relation, rows, FIL_REMOVED, join->new, fault);
	if (result == 0)
		result = fil_store_delete(join->store, &users->relation, rows, fault);
	fil_batch_free(rows);
	return result;
}

/* Computes the standing of both from their events. Returns 0 or -1. */
static int
update_standing(const struct join *join, struct fil_fault *fault)
{
	struct fil_standing_update *update = fil_standing_update_new(join->store);
	int result;

	fil_standing_update_note(update, "autonomy", join->old);
	fil_standing_update_note(update, "autonomy", join->new);
	result = fil_standing_update_write(update, fil_run_number(join->run), fault);
	fil_standing_update_free(update);
	return result;
}

/* Joins the user `old` to the user `new` within the run, in all tables. The history keeps every row
 * as it was. Both are stored. The engine must check references (no fil_store_trust).
 * *moved is increased by the rows that follow. Returns 0, or -1 with a fault: of the store, or
 * FIL_REFUSED where rows of the same keys differ and neither user is preferred. */
static int
join_users(struct fil_run *run, const char *old, const char *new,
    const struct fil_join_options *options, size_t *moved, struct fil_fault *fault)
{
	struct join join = {
		.run = run, .store = fil_run_store(run), .old = old, .new = new, .options = options
	};

	if (each_column(&join, true, move_rows, fault) < 0)
		return -1;
	if (join.differing > 0 && options->prefer == FIL_JOIN_NEITHER)
		return fil_fault_set(fault, FIL_REFUSED,
		    ngettext(
			"refused: --rename %s=%s joins two users, and %zu row of theirs differs; "
			"nothing was written (--prefer old or --prefer new says which stays)",
			"refused: --rename %s=%s joins two users, and %zu rows of theirs differ; "
			"nothing was written (--prefer old or --prefer new says which stay)",
			join.differing),
		    old, new, join.differing);
	if (each_column(&join, false, move_references, fault) < 0 || remove_old(&join, fault) < 0 ||
	    update_standing(&join, fault) < 0)
		return -1;
	*moved += join.moved;
	return 0;
}

/* Joins a user who was found to the user `new`. */
static enum fil_renamed
join_found(struct fil_run *run, struct fil_changes *changes, const struct fil_batch *found,
    size_t row, const char *new, const struct fil_join_options *options, size_t *moved,
    struct fil_fault *fault)
{
	const char **cells = fil_alloc(fil_batch_columns(found), sizeof *cells);
	int result;

	fil_batch_row(found, row, cells, NULL);
	result = join_users(run, cells[0], new, options, moved, fault);
	if (result == 0)
		fil_changes_row(changes, FIL_REMOVED, cells);
	free(cells);
	return result < 0 ? FIL_RENAME_FAILED : FIL_JOINED;
}

enum fil_renamed
fil_rename_user(struct fil_run *run, struct fil_changes *changes, const char *old, const char *new,
    const struct fil_join_options *options, size_t *moved, struct fil_fault *fault)
{
	const struct fil_table *users = fil_catalog_table("users");
	struct fil_batch *keys = fil_batch_new(1), *found = fil_batch_new(users->n_columns + 1);
	struct fil_store *store = fil_run_store(run);
	enum fil_renamed result = FIL_RENAME_FAILED;
	char *spelt = NULL;
	size_t places[2];

	fil_batch_add(keys, &old);
	fil_batch_add(keys, &new);
	if (fil_store_fetch(store, &users->relation, keys, found, places, fault) < 0)
		goto out;
	if (places[0] == FIL_NOWHERE && (spelt = respell(old)))
		result = fil_rename_user(run, changes, spelt, new, options, moved, fault);
	else if (places[0] == FIL_NOWHERE)
		result = judge_absent(store, old, new, places[1] != FIL_NOWHERE, fault);
	else if (places[1] != FIL_NOWHERE)
		result = join_found(run, changes, found, places[0], new, options, moved, fault);
	else if (rename_found(run, changes, found, new, fault) == 0)
		result = FIL_RENAMED;
out:
	free(spelt);
	fil_batch_free(keys);
	fil_batch_free(found);
	return result;
}

int
fil_rename_sign(struct fil_store *store, int64_t run, const char *new, struct fil_fault *fault)
{
	struct fil_query *query =
	    fil_query_new(store, "UPDATE users SET run = $1 WHERE \"user\" = $2");
	int step;

	fil_query_bind_number(query, 1, run);
	fil_query_bind(query, 2, new);
	step = fil_query_step(query, fault);
	fil_query_free(query);
	return step;
}

int
fil_join_sign(struct fil_run *run, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(fil_run_store(run),
	    "UPDATE users SET run = $1 WHERE \"user\" IN (SELECT subject FROM history"
	    " WHERE run = $1 AND relation = 'users' AND action = 'changed')");
	int step;

	fil_query_bind_number(query, 1, fil_run_number(run));
	step = fil_query_step(query, fault);
	fil_query_free(query);
	return step;
}
