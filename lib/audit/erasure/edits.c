/* SPDX-License-Identifier: ISC */
#include "lib/audit/erasure/edits.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/audit/history.h"
#include "lib/base/hash.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/store/image.h"
#include "lib/store/query.h"
#include "lib/store/relation.h"
#include "lib/write/rename.h"
#include "lib/store/seal.h"

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

/* Returns whether the rows of a table go, since a key of theirs identifies the person. */
static bool
removes_rows(const struct fil_table *table)
{
	size_t user = fil_table_user(table);

	for (size_t c = 0; c < table->n_keys; c++)
		if (c != user && table->columns[c].personal == FIL_IDENTITY)
			return true;
	return false;
}

bool
fil_anonymous_row(struct fil_anonymous *anonymous, const struct fil_table *table,
    const struct fil_subject *person, const char **cells)
{
	bool users = strcmp(table->name, "users") == 0;
	const char *unit =
	    users ? cut_unit(anonymous, cells[fil_table_column(table, "unit")]) : NULL;

	if (removes_rows(table))
		return false;
	for (size_t c = 0; c < table->n_columns; c++)
		if (goes(&table->columns[c]))
			cells[c] = NULL;
	cells[fil_table_user(table)] = person->anonymous;
	if (!users)
		return true;
	cells[fil_table_column(table, "name")] = person->anonymous;
	cells[fil_table_column(table, "unit")] = unit;
	cells[fil_table_column(table, "manager")] = NULL;
	cells[fil_table_column(table, "feed")] = FIL_ANONYMOUS_FEED;
	return true;
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

	any = removes_rows(table);
	fil_bytes_add_text(&sql, any ? "DELETE FROM " : "UPDATE ");
	fil_relation_add_name(&sql, table->name);
	for (size_t c = 0; !removes_rows(table) && c < table->n_columns; c++) {
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

/* Clears the cells that name a person, in rows about any of the people. Returns 0 or -1. */
static int
clear_references(struct fil_store *store, const struct fil_table *table, const char *key,
    struct fil_fault *fault)
{
	size_t column = fil_table_user_reference(table);
	struct fil_bytes sql = { 0 };
	int result;

	if (column == FIL_NOWHERE)
		return 0;
	fil_bytes_add_text(&sql, "UPDATE ");
	fil_relation_add_name(&sql, table->name);
	fil_bytes_add_text(&sql, " SET ");
	fil_relation_add_name(&sql, table->columns[column].name);
	fil_bytes_add_text(&sql, " = NULL WHERE ");
	fil_relation_add_name(&sql, table->columns[column].name);
	fil_bytes_add_text(&sql, " = $1");
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
		    (clear_texts(store, tables[t], person->anonymous, fault) < 0 ||
			clear_references(store, tables[t], person->anonymous, fault) < 0))
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

/* The image of a row that is unknown. */
static const char nothing[] = "{}";

/* The cells of an edit of `history`, in the order of its statement. */
enum { SUBJECT, ACTION, BECAME, NAMED, WAS, DIGEST, RUN, NUMBER, HISTORY_CELLS };

static const char update_history[] =
    "UPDATE history SET subject = $1, action = $2, became = $3, named = $4, was = $5, digest = $6,"
    " salt = NULL WHERE run = CAST($7 AS INTEGER) AND number = CAST($8 AS INTEGER)";

/* The cells of an edit of `runs`. */
enum { WHO, COMMAND, INPUT, RUN_DIGEST, OF_RUN, RUN_CELLS };

static const char update_runs[] =
    "UPDATE runs SET who = $1, command = $2, input = $3, digest = $4, salt = NULL"
    " WHERE run = CAST($5 AS INTEGER)";

/* A pass over the log. */
struct pass {
	const struct fil_subjects *subjects;
	struct fil_log_edits *edits;
	const char **cells; /* of the row of an image */
	struct fil_hash
	    *moved; /* rows that joins gave to other users, to the number of the person */
	struct fil_hash *moved_runs; /* runs that wrote these rows */
	struct fil_hash *keys; /* of the people */
	struct fil_batch
	    *kept; /* runs, and keys, names and e-mails of the people that their rows keep */
	struct fil_bytes text, image, written, all;
};

static void
note_explained(void *explained, size_t number, size_t at, size_t end)
{
	(void)at;
	(void)end;
	((bool *)explained)[number] = true;
}

/* Notes the texts that a row holds which stays: its cells are stored one after the other. */
static void
explain(struct pass *pass, const char *const *cells, size_t n)
{
	fil_bytes_clear(&pass->all);
	for (size_t c = 0; c < n; c++)
		fil_bytes_add_text(&pass->all, cells[c] ? cells[c] : "");
	fil_search_each(pass->subjects->identifiers->texts, pass->all.data, pass->all.length,
	    note_explained, pass->edits->explained);
}

/* Adds the edit of a row. named: the user whom its image names now, or NULL. */
static void
add_edit(struct pass *pass, const char *const *row, const char *subject, const char *action,
    const char *became, const char *named, const char *was)
{
	const char *cells[HISTORY_CELLS] = { subject, action, became,
		row[FIL_HISTORY_NAMED] ? named : NULL, was, row[FIL_HISTORY_DIGEST],
		row[FIL_HISTORY_RUN], row[FIL_HISTORY_NUMBER] };
	char digest[FIL_SEAL_SIZE];

	if (!row[FIL_HISTORY_DIGEST]) {
		fil_seal_digest(row, FIL_HISTORY_CELLS, digest);
		cells[DIGEST] = digest;
	}
	fil_batch_add(pass->edits->history, cells);
	explain(pass,
	    (const char *const[]){ row[FIL_HISTORY_RELATION], subject, action, became, cells[NAMED],
		was, cells[DIGEST] },
	    7);
}

/* Returns the user whom a row of the batch names outside its key, or NULL. */
static const char *
named_user(const struct fil_table *table, const struct fil_batch *rows, size_t row)
{
	size_t column = fil_table_user_reference(table);

	return column == FIL_NOWHERE ? NULL : fil_batch_cell(rows, row, column, NULL);
}

/* Adds the edit of a row that is anonymous now: pass->cells. A row whose key still mentions one of the
 * people goes. Returns 0 or -1. */
static int
add_anonymous(struct pass *pass, const char *const *row, const struct fil_table *table,
    const struct fil_subject *person, struct fil_moment moment, struct fil_fault *fault)
{
	struct fil_batch *written = fil_batch_new(table->n_columns);
	int result = 0;

	if (fil_subjects_rewrite(pass->subjects, table, pass->cells, moment, written) ==
	    FIL_KEY_MENTIONS)
		add_edit(pass, row, NULL, row[FIL_HISTORY_ACTION], NULL, NULL, nothing);
	else if ((result = fil_image_write(&pass->image, &table->relation, written, 0, fault)) == 0)
		add_edit(pass, row, person->anonymous,
		    row[FIL_HISTORY_BECAME] ? "changed" : row[FIL_HISTORY_ACTION], NULL,
		    named_user(table, written, 0), pass->image.data);
	fil_batch_free(written);
	return result;
}

/* Writes a name of the version of a row that a run wrote, in which `user` of the moment stands for the
 * user of the row. It has the keys of today. Returns 0, or -1 if the row cannot be read. */
static int
name_version(struct pass *pass, const char *const *row, const struct fil_table *table,
    const char *user, struct fil_moment moment, const char *run)
{
	struct fil_bytes *name = &pass->written;

	if (fil_image_read(&table->relation, row[FIL_HISTORY_WAS], &pass->text, pass->cells) < 0)
		return -1;
	user = fil_holders_key(pass->subjects->holders, user, moment, FIL_NOW);
	fil_bytes_clear(name);
	fil_bytes_add_format(name, "%s %s", run, table->name);
	for (size_t c = 0; c < table->n_keys; c++) {
		const char *cell = c == fil_table_user(table) ? user : pass->cells[c];

		fil_bytes_add(name, "", 1);
		fil_bytes_add_text(name, cell ? cell : "");
	}
	return 0;
}

/* Returns the person from whom a join, undone since, gave the row to the user who has it; or NULL. */
static const struct fil_subject *
find_moved(struct pass *pass, const char *const *row, const struct fil_table *table,
    struct fil_moment moment)
{
	const char *user = row[FIL_HISTORY_SUBJECT];
	size_t number;

	if (!user || fil_hash_count(pass->moved) == 0 ||
	    name_version(pass, row, table, user, moment, row[FIL_HISTORY_WAS_RUN]) < 0)
		return NULL;
	number = fil_hash_number(pass->moved, pass->written.data, pass->written.length);
	if (number == FIL_NOWHERE)
		return NULL;
	fil_hash_put(pass->moved_runs, row[FIL_HISTORY_WAS_RUN], strlen(row[FIL_HISTORY_WAS_RUN]));
	return &pass->subjects->list[number];
}

/* Notes the version of a row about a person that its run gave to another user: the run joined both, or
 * changed a row that a join gave. */
static void
note_moved(struct pass *pass, const char *const *row, const struct fil_table *table,
    const struct fil_subject *person, bool moved, struct fil_moment moment)
{
	const char *old = row[FIL_HISTORY_SUBJECT];
	const char *user = fil_holders_joined(pass->subjects->holders, old, moment);
	bool fresh;

	user = user || !moved ? user : old;
	if (user && name_version(pass, row, table, user, moment, row[FIL_HISTORY_RUN]) == 0)
		fil_hash_give(pass->moved, pass->written.data, pass->written.length,
		    (size_t)(person - pass->subjects->list), &fresh);
}

/* Edits a row about a person: it goes, or becomes anonymous. A renaming is then an empty change, so
 * that the versions of the row still follow each other. Returns 0 or -1. */
static int
edit_own(struct pass *pass, const char *const *row, const struct fil_table *table,
    const struct fil_subject *person, struct fil_moment moment, struct fil_fault *fault)
{
	const char *now =
	    fil_holders_key(pass->subjects->holders, row[FIL_HISTORY_SUBJECT], moment, FIL_NOW);

	if (!person->anonymous || !pass->edits->anonymous || removes_rows(table) ||
	    strcmp(now, person->key) != 0) {
		add_edit(pass, row, NULL, row[FIL_HISTORY_ACTION], NULL, NULL, nothing);
		return 0;
	}
	if (fil_image_read(&table->relation, row[FIL_HISTORY_WAS], &pass->text, pass->cells) < 0)
		return fil_history_damaged(strtoll(row[FIL_HISTORY_RUN], NULL, 10), fault);
	fil_anonymous_row(pass->edits->anonymous, table, person, pass->cells);
	return add_anonymous(pass, row, table, person, moment, fault);
}

/* Notes the texts of a row of the history that stays as it is. */
static void
explain_row(struct pass *pass, const char *const *row)
{
	explain(pass,
	    (const char *const[]){ row[FIL_HISTORY_RELATION], row[FIL_HISTORY_SUBJECT],
		row[FIL_HISTORY_ACTION], row[FIL_HISTORY_BECAME], row[FIL_HISTORY_NAMED],
		row[FIL_HISTORY_WAS], row[FIL_HISTORY_SALT], row[FIL_HISTORY_DIGEST] },
	    8);
}

static void
note_any(void *any, size_t number, size_t at, size_t end)
{
	(void)number;
	(void)at;
	(void)end;
	*(bool *)any = true;
}

/* Returns whether an image may name one of the people. */
static bool
may_name(const struct pass *pass, const char *image)
{
	const struct fil_identifiers *identifiers = pass->subjects->identifiers;
	size_t n = strlen(image);
	bool any = false;

	fil_search_each(identifiers->cells, image, n, note_any, &any);
	if (!any)
		fil_search_each(identifiers->texts, image, n, note_any, &any);
	return any;
}

/* Returns whether a cell of a row about something else is a key, name or e-mail of one of the people. */
static bool
is_identifier(struct pass *pass, const struct fil_table *table, size_t column, const char *cell)
{
	const struct fil_column *declared = &table->columns[column];

	if (fil_table_names_user(table, column))
		return fil_hash_has(pass->keys, cell, strlen(cell));
	return (declared->personal == FIL_IDENTITY || declared->personal == FIL_CONTACT) &&
	    fil_identifiers_replace(
		pass->subjects->identifiers, cell, FIL_IN_ROW, &pass->written) &&
	    strcmp(pass->written.data, FIL_ERASED_WORD) == 0;
}

/* Notes the keys, names and e-mails of the people that a row about something else keeps, of which
 * image is the row, or NULL: they were another user's. */
static void
note_kept(struct pass *pass, const char *const *row, const struct fil_table *table,
    const struct fil_batch *image, const char *became)
{
	const char *kept[2] = { row[FIL_HISTORY_RUN], became };

	if (became && fil_hash_has(pass->keys, became, strlen(became)))
		fil_batch_add(pass->kept, kept);
	for (size_t c = 0; image && fil_batch_rows(image) > 0 && c < table->n_columns; c++) {
		kept[1] = fil_batch_cell(image, 0, c, NULL);
		if (kept[1] && is_identifier(pass, table, c, kept[1]))
			fil_batch_add(pass->kept, kept);
	}
}

/* Keeps a row about something else as it is. It loses the key of one of the people, to whom a join that
 * was undone joined the user. */
static void
keep_row(struct pass *pass, const char *const *row, const char *became)
{
	if (became == row[FIL_HISTORY_BECAME])
		explain_row(pass, row);
	else
		add_edit(pass, row, row[FIL_HISTORY_SUBJECT], row[FIL_HISTORY_ACTION], became,
		    row[FIL_HISTORY_NAMED], row[FIL_HISTORY_WAS]);
}

/* Edits a row about something else, where it names one of the people. Returns 0 or -1. */
static int
edit_other(struct pass *pass, const char *const *row, const struct fil_table *table,
    struct fil_moment moment, struct fil_fault *fault)
{
	const char *became = row[FIL_HISTORY_BECAME];
	const struct fil_subject *joined =
	    became ? fil_subjects_find(pass->subjects, became, moment) : NULL;
	enum fil_rewritten rewritten;
	struct fil_batch *written;
	int result = 0;

	became = joined ? joined->anonymous : became;
	if (!may_name(pass, row[FIL_HISTORY_WAS])) {
		keep_row(pass, row, became);
		note_kept(pass, row, table, NULL, became);
		return 0;
	}
	/* An alias of theirs was another person's before. */
	if (removes_rows(table)) {
		add_edit(pass, row, NULL, row[FIL_HISTORY_ACTION], NULL, NULL, nothing);
		return 0;
	}
	if (fil_image_read(&table->relation, row[FIL_HISTORY_WAS], &pass->text, pass->cells) < 0)
		return fil_history_damaged(strtoll(row[FIL_HISTORY_RUN], NULL, 10), fault);
	written = fil_batch_new(table->n_columns);
	rewritten = fil_subjects_rewrite(pass->subjects, table, pass->cells, moment, written);
	if (rewritten == FIL_NOT_REWRITTEN)
		keep_row(pass, row, became);
	else if (rewritten == FIL_KEY_MENTIONS)
		add_edit(pass, row, NULL, row[FIL_HISTORY_ACTION], NULL, NULL, nothing);
	else if ((result = fil_image_write(&pass->image, &table->relation, written, 0, fault)) == 0)
		add_edit(pass, row, row[FIL_HISTORY_SUBJECT], row[FIL_HISTORY_ACTION], became,
		    named_user(table, written, 0), pass->image.data);
	note_kept(pass, row, table, written, rewritten == FIL_KEY_MENTIONS ? NULL : became);
	fil_batch_free(written);
	return result;
}

/* Looks at a row of the history. Returns 0 or -1. */
static int
edit_history(
    struct pass *pass, const char *const *row, struct fil_moment moment, struct fil_fault *fault)
{
	const struct fil_table *table = fil_catalog_table(row[FIL_HISTORY_RELATION]);
	const struct fil_subject *person = row[FIL_HISTORY_SUBJECT]
	    ? fil_subjects_find(pass->subjects, row[FIL_HISTORY_SUBJECT], moment)
	    : NULL;
	bool moved = false;

	if (!table)
		return fil_history_damaged(strtoll(row[FIL_HISTORY_RUN], NULL, 10), fault);
	if (!person)
		moved = (person = find_moved(pass, row, table, moment)) != NULL;
	if (!person)
		return edit_other(pass, row, table, moment, fault);
	note_moved(pass, row, table, person, moved, moment);
	return edit_own(pass, row, table, person, moment, fault);
}

static int
read_history(struct pass *pass, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(pass->subjects->store,
	    "SELECT " FIL_HISTORY_SEALED ", digest, named FROM history ORDER BY run, number");
	const char *row[FIL_HISTORY_NAMED + 1];
	int step;

	while ((step = fil_query_step(query, fault)) == 1) {
		struct fil_moment moment = { fil_query_number(query, FIL_HISTORY_RUN),
			fil_query_number(query, FIL_HISTORY_NUMBER) };

		for (int c = 0; c <= FIL_HISTORY_NAMED; c++)
			row[c] = fil_query_text(query, c);
		if (edit_history(pass, row, moment, fault) < 0) {
			step = -1;
			break;
		}
	}
	fil_query_free(query);
	return step;
}

/* The columns of a row of `runs`. */
enum {
	R_SALT,
	R_WHO,
	R_COMMAND,
	R_INPUT,
	R_DIGEST,
	R_RUN,
	R_STARTED,
	R_TODAY,
	R_HASH,
	R_MARK,
	R_UNDID,
	R_SEAL,
	R_CELLS
};

static const char select_runs[] = "SELECT " FIL_RUN_TEXTS ", digest, run, started, today, hash,"
				  " mark, undid, seal FROM runs ORDER BY run";

/* Writes a text of a run without the people. What a command line under another key wrote into a row of
 * theirs goes too. Returns whether it changed. */
static bool
edit_text(struct pass *pass, const char **row, int c)
{
	if (c != R_COMMAND)
		return fil_identifiers_replace(
		    pass->subjects->identifiers, row[c], FIL_IN_LOG, &pass->written);
	return fil_identifiers_replace(
		   pass->subjects->identifiers, row[c], FIL_IN_COMMAND_LINE, &pass->written) ||
	    (fil_hash_has(pass->moved_runs, row[R_RUN], strlen(row[R_RUN])) &&
		fil_text_empty_values(row[c], &pass->written));
}

/* Looks at a row of `runs`. */
static void
edit_run(struct pass *pass, const char **row)
{
	char *texts[R_INPUT + 1] = { NULL }, digest[FIL_SEAL_SIZE];
	bool named = false;

	if (!row[R_DIGEST])
		fil_seal_digest(row, FIL_RUN_TEXT_CELLS, digest);
	for (int c = R_WHO; c <= R_INPUT; c++) {
		if (!row[c] || !edit_text(pass, row, c))
			continue;
		row[c] = texts[c] = fil_copy(pass->written.data);
		named = true;
	}
	if (named) {
		if (!row[R_DIGEST])
			row[R_DIGEST] = digest;
		row[R_SALT] = NULL;
		fil_batch_add(pass->edits->runs,
		    (const char *const[RUN_CELLS]){
			row[R_WHO], row[R_COMMAND], row[R_INPUT], row[R_DIGEST], row[R_RUN] });
	}
	explain(pass,
	    (const char *const[]){ row[R_STARTED], row[R_TODAY], row[R_WHO], row[R_COMMAND],
		row[R_INPUT], row[R_HASH], row[R_MARK], row[R_UNDID], row[R_SALT], row[R_DIGEST],
		row[R_SEAL] },
	    11);
	for (int c = R_WHO; c <= R_INPUT; c++)
		free(texts[c]);
}

static int
read_runs(struct pass *pass, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(pass->subjects->store, select_runs);
	const char *row[R_CELLS];
	int step;

	while ((step = fil_query_step(query, fault)) == 1) {
		for (int c = 0; c < R_CELLS; c++)
			row[c] = fil_query_text(query, c);
		edit_run(pass, row);
	}
	fil_query_free(query);
	return step;
}

/* Returns 1 if a user who stands, and is none of the people, has a key, name or e-mail; else 0, or -1 with
 * a fault. */
static int
is_of_another(const struct pass *pass, const char *cell, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(pass->subjects->store,
	    "SELECT \"user\" FROM users WHERE \"user\" = $1 OR name = $1 OR email = $1");
	int step;

	fil_query_bind(query, 1, cell);
	while ((step = fil_query_step(query, fault)) == 1)
		if (!fil_subjects_find(pass->subjects, fil_query_text(query, 0), FIL_NOW))
			break;
	fil_query_free(query);
	return step;
}

/* Finds the runs whose rows keep what no user who stands has. Returns 0 or -1. */
static int
find_shared(struct pass *pass, struct fil_fault *fault)
{
	struct fil_hash *known = fil_hash_new_map();
	int result = 0;

	for (size_t i = 0; i < fil_batch_rows(pass->kept) && result >= 0; i++) {
		const char *run = fil_batch_cell(pass->kept, i, 0, NULL);
		const char *cell = fil_batch_cell(pass->kept, i, 1, NULL);
		size_t last = fil_batch_rows(pass->edits->shared);
		size_t of_another = fil_hash_number(known, cell, strlen(cell));
		bool fresh;

		if (of_another == FIL_NOWHERE) {
			result = is_of_another(pass, cell, fault);
			of_another =
			    fil_hash_give(known, cell, strlen(cell), result != 0 ? 1 : 0, &fresh);
		}
		if (of_another == 0 &&
		    (last == 0 ||
			strcmp(fil_batch_cell(pass->edits->shared, last - 1, 0, NULL), run) != 0))
			fil_batch_add(pass->edits->shared, &run);
	}
	fil_hash_free(known);
	return result < 0 ? -1 : 0;
}

int
fil_log_edits_find(
    const struct fil_subjects *subjects, struct fil_log_edits *edits, struct fil_fault *fault)
{
	struct pass pass = { .subjects = subjects, .edits = edits };
	int result;

	pass.cells = fil_alloc(fil_catalog_widest(), sizeof *pass.cells);
	pass.moved = fil_hash_new_map();
	pass.moved_runs = fil_hash_new_set();
	edits->history = fil_batch_new(HISTORY_CELLS);
	edits->runs = fil_batch_new(RUN_CELLS);
	edits->shared = fil_batch_new(1);
	pass.kept = fil_batch_new(2);
	pass.keys = fil_hash_new_set();
	for (size_t i = 0; i < fil_batch_rows(subjects->keys); i++) {
		const char *key = fil_batch_cell(subjects->keys, i, 0, NULL);

		fil_hash_put(pass.keys, key, strlen(key));
	}
	result = read_history(&pass, fault) < 0 || find_shared(&pass, fault) < 0
	    ? -1
	    : read_runs(&pass, fault);
	free(pass.cells);
	fil_batch_free(pass.kept);
	fil_hash_free(pass.keys);
	fil_hash_free(pass.moved);
	fil_hash_free(pass.moved_runs);
	fil_bytes_release(&pass.text);
	fil_bytes_release(&pass.image);
	fil_bytes_release(&pass.written);
	fil_bytes_release(&pass.all);
	return result;
}

/* Runs a statement for each row of the batch. Returns 0 or -1. */
static int
write_each(
    struct fil_store *store, const char *sql, const struct fil_batch *rows, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(store, sql);
	int step = 0;

	for (size_t i = 0; i < fil_batch_rows(rows) && step == 0; i++) {
		for (size_t c = 0; c < fil_batch_columns(rows); c++)
			fil_query_bind(query, (int)c + 1, fil_batch_cell(rows, i, c, NULL));
		step = fil_query_step(query, fault);
	}
	fil_query_free(query);
	return step;
}

int
fil_log_edits_write(
    const struct fil_subjects *subjects, struct fil_log_edits *edits, struct fil_fault *fault)
{
	if (write_each(subjects->store, update_history, edits->history, fault) < 0)
		return -1;
	return write_each(subjects->store, update_runs, edits->runs, fault);
}

void
fil_log_edits_release(struct fil_log_edits *edits)
{
	fil_batch_free(edits->history);
	fil_batch_free(edits->runs);
	fil_batch_free(edits->shared);
}
