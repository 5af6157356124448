/* SPDX-License-Identifier: ISC */
#include "lib/audit/person.h"

#include <stdlib.h>
#include <string.h>

#include "lib/audit/erasure/mentions.h"
#include "lib/audit/undo/states.h"
#include "lib/base/hash.h"
#include "lib/base/memory.h"
#include "lib/base/number.h"
#include "lib/base/text.h"
#include "lib/catalog/catalog.h"
#include "lib/levels/standing_update.h"
#include "lib/output/json.h"
#include "lib/store/image.h"

int
fil_person_match(const char *text, enum fil_match *match, struct fil_fault *fault)
{
	if (strcmp(text, "email") == 0)
		*match = FIL_MATCH_EMAIL;
	else if (strcmp(text, "name") == 0)
		*match = FIL_MATCH_NAME;
	else
		return fil_fault_set(
		    fault, FIL_USAGE, "--match takes email or name, not '%s'", text);
	return 0;
}

/* Finds the person with an e-mail or a name. */
static char *
match_user(struct fil_store *store, enum fil_match match, const char *place, const char *text,
    struct fil_fault *fault)
{
	struct fil_matching *matching = fil_matching_new(fil_catalog_table("users"));
	size_t length = strlen(text);
	const char *key = text;
	struct fil_fault found;
	char *user = NULL;

	matching->match = match;
	if (fil_matching_read(matching, store, fault) == 0) {
		if (fil_matching_cell(matching, 0, true, &key, &length, &found) == FIL_MATCHED)
			user = fil_copy(key);
		else
			fil_fault_set(fault, FIL_BAD_DATA, "%s: %s", place, found.text);
	}
	fil_matching_free(matching);
	return user;
}

/* Returns 1 if a query with the key gives a row, else 0, or -1 with a fault. */
static int
is_known(struct fil_store *store, const char *sql, const char *key, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(store, sql);
	int step;

	fil_query_gather(query);
	fil_query_bind(query, 1, key);
	step = fil_query_step(query, fault);
	fil_query_free(query);
	return step;
}

char *
fil_person_find(struct fil_store *store, const struct fil_holders *holders, enum fil_match match,
    const char *place, const char *text, struct fil_fault *fault)
{
	int known;

	if (match != FIL_MATCH_KEY)
		return match_user(store, match, place, text, fault);
	known = is_known(store, "SELECT 1 FROM users WHERE \"user\" = $1", text, fault);
	if (known == 0) {
		text = fil_holders_person(holders, text, (struct fil_moment){ 0, 0 }, NULL);
		known = is_known(store, "SELECT 1 FROM users WHERE \"user\" = $1", text, fault);
	}
	if (known == 0)
		known = is_known(
		    store, "SELECT 1 FROM history WHERE subject = $1 LIMIT 1", text, fault);
	if (known < 0 ||
	    (known == 0 &&
		fil_name_check(store, fil_catalog_table("users"), place, text, fault) < 0))
		return NULL;
	return fil_copy(text);
}

const struct fil_output_column fil_datum_columns[FIL_DATUM_CELLS] = { { "state", FIL_CELL_TEXT },
	{ "table", FIL_CELL_TEXT }, { "key", FIL_CELL_TEXT }, { "column", FIL_CELL_TEXT },
	{ "value", FIL_CELL_TEXT }, { "run", FIL_CELL_RUN }, { "recorded", FIL_CELL_DAY },
	{ "until", FIL_CELL_RUN } };

static const char now[] = "now", before[] = "before", named[] = "named", logged[] = "log";

static const char select_run[] = "SELECT today, command, changed + departed + returned + removed"
				 " FROM runs WHERE run = CAST($1 AS INTEGER)";

/* A run that is named in the data. */
struct known_run {
	char *day; /* NULL: there is no such run */
	char *command; /* its name alone */
	bool overwrites; /* it changed or removed rows that stood */
};

/* The person who has the key from a run on. */
struct tenure {
	int64_t run;
	size_t person;
};

/* Data as they are read. */
struct reading {
	struct fil_store *store;
	struct fil_history *history;
	const char *user; /* today's key */
	/* The edits of the person's row of users: which run made each, and who had the key then, by the
	 * number of the edit that brought them first. */
	struct tenure *tenures;
	size_t n_tenures;
	struct fil_former
	    former; /* other people who had the key, and were removed before the person got it */
	struct fil_query *query; /* select_run */
	struct known_run *runs; /* in the order in which they were asked for */
	size_t n_runs, runs_room;
	struct fil_hash *run_places; /* by their numbers */
	struct fil_batch *data;
	struct fil_fault *fault;
	bool failed; /* fault says why */
	struct fil_bytes words, keys, version;
	/* Versions of rows that joins of users gave to the person, where the other user is apart again. */
	struct fil_hash *given;
	/* Of one row: its cells before and after an edit, as of today and as of then. */
	const char **old, **new, **then;
	int64_t *since; /* the run that wrote each cell */
};

/* One value, before it is added. */
struct datum {
	const char *state, *table, *column, *value;
	int64_t run, until; /* until 0: it stands */
};

/* Reads the row of a run once. Returns the run. A fault is kept. */
static const struct known_run *
find_run(struct reading *reading, int64_t run)
{
	struct known_run *known;
	size_t place;
	bool fresh;
	int step;

	place = fil_hash_give(reading->run_places, &run, sizeof run, reading->n_runs, &fresh);
	if (!fresh)
		return &reading->runs[place];
	if (place == reading->runs_room) {
		reading->runs_room += place / 2 + 64;
		reading->runs = fil_resize(reading->runs, reading->runs_room, sizeof *known);
	}
	known = &reading->runs[reading->n_runs++];
	*known = (struct known_run){ 0 };
	if (reading->failed)
		return known;
	fil_query_bind_number(reading->query, 1, run);
	step = fil_query_step(reading->query, reading->fault);
	reading->failed = step < 0;
	if (step == 1) {
		size_t n;
		const char *program = fil_text_program(fil_query_text(reading->query, 1), &n);

		known->day = fil_copy(fil_query_text(reading->query, 0));
		known->command = fil_copy_bytes(program, n);
		known->overwrites = fil_query_number(reading->query, 2) > 0;
		fil_query_reset(reading->query);
	}
	return known;
}

/* Adds a value, of the row whose key was set. */
static void
add(struct reading *reading, const struct datum *datum)
{
	const char *cells[FIL_DATUM_ALL] = { datum->state, datum->table,
		reading->words.length > 0 ? reading->words.data : NULL, datum->column,
		datum->value };
	char run[FIL_NUMBER_SIZE], until[FIL_NUMBER_SIZE];

	fil_number_write(datum->run, run);
	fil_number_write(datum->until, until);
	cells[FIL_DATUM_RUN] = run;
	cells[FIL_DATUM_RECORDED] = find_run(reading, datum->run)->day;
	cells[FIL_DATUM_UNTIL] = datum->until > 0 ? until : NULL;
	cells[FIL_DATUM_KEYS] = reading->keys.length > 0 ? reading->keys.data : NULL;
	cells[FIL_DATUM_UNTIL_DAY] = datum->until > 0 ? find_run(reading, datum->until)->day : NULL;
	fil_batch_add(reading->data, cells);
}

/* Clears the key: the values that are added next are of rows of others. */
static void
clear_key(struct reading *reading)
{
	fil_bytes_clear(&reading->words);
	fil_bytes_clear(&reading->keys);
}

/* Sets the key of the values that are added next. cells: the row's. */
static void
set_key(struct reading *reading, const struct fil_relation *relation, const char *const *cells)
{
	clear_key(reading);
	fil_relation_words(relation, cells, &reading->words);
	fil_relation_add_key(relation, cells, &reading->keys);
}

/* Writes the name of the version of a row that a run wrote. cells: the row's, as of the moment. */
static void
name_version(struct reading *reading, const struct fil_table *table, const char *const *cells,
    struct fil_moment moment, int64_t run)
{
	size_t n;
	const char *key = fil_history_key(reading->history, table, cells, moment, &n);

	fil_bytes_clear(&reading->version);
	fil_bytes_add_format(&reading->version, "%lld ", (long long)run);
	if (key)
		fil_bytes_add(&reading->version, key, n);
}

/* Returns whether a run gave the person the version of a row from another user. As name_version. */
static bool
is_given_at(struct reading *reading, const struct fil_table *table, const char *const *cells,
    struct fil_moment moment, int64_t run)
{
	if (fil_hash_count(reading->given) == 0)
		return false;
	name_version(reading, table, cells, moment, run);
	return fil_hash_has(reading->given, reading->version.data, reading->version.length);
}

/* Returns whether a run gave the person the row, whose old cells are read. */
static bool
is_given(struct reading *reading, const struct fil_table *table, int64_t run)
{
	return is_given_at(reading, table, reading->old, FIL_NOW, run);
}

/* Notes a row of a user whom a run joined to the person, if that user is another one today, or had the row
 * from one. */
static void
note_given(struct reading *reading, struct fil_query *query, struct fil_bytes *text)
{
	const struct fil_holders *holders = fil_history_holders(reading->history);
	struct fil_moment moment = { fil_query_number(query, 0), fil_query_number(query, 1) };
	const struct fil_table *table = fil_catalog_table(fil_query_text(query, 2));
	const char *other = fil_query_text(query, 3),
		   *joined = fil_holders_joined(holders, other, moment);

	if (!table || !joined ||
	    strcmp(fil_holders_person(holders, joined, moment, NULL), reading->user) != 0 ||
	    fil_image_read(&table->relation, fil_query_text(query, 4), text, reading->old) < 0)
		return;
	if (strcmp(fil_holders_person(holders, other, moment, NULL), reading->user) == 0 &&
	    !is_given_at(reading, table, reading->old, moment, fil_query_number(query, 5)))
		return;
	reading->old[fil_table_user(table)] = joined;
	name_version(reading, table, reading->old, moment, moment.run);
	fil_hash_put(reading->given, reading->version.data, reading->version.length);
}

/* Finds what joins, undone since, gave to the person. Returns 0 or -1. */
static int
find_given(struct reading *reading)
{
	struct fil_bytes sql = { 0 }, text = { 0 };
	struct fil_query *query;
	size_t n;
	const char **keys =
	    fil_holders_keys(fil_history_holders(reading->history), reading->user, &n);
	int step;

	fil_bytes_add_text(&sql,
	    "SELECT h.run, h.number, h.relation, h.subject, h.was, h.was_run"
	    " FROM (SELECT run, subject FROM history");
	fil_relation_add_any_of(&sql, "became", n);
	fil_bytes_add_text(&sql,
	    " AND action = 'removed') AS j JOIN history AS h"
	    " ON h.subject = j.subject AND h.run = j.run AND h.relation <> 'users'"
	    " ORDER BY h.run, h.number");
	query = fil_query_new(reading->store, sql.data);
	fil_query_gather(query);
	for (size_t k = 0; k < n; k++)
		fil_query_bind(query, (int)k + 1, keys[k]);
	while ((step = fil_query_step(query, reading->fault)) == 1)
		note_given(reading, query, &text);
	fil_query_free(query);
	fil_bytes_release(&sql);
	fil_bytes_release(&text);
	free(keys);
	return step;
}

/* Fills cells with those of a version, or with NULL where there was no row. */
static void
read_version(struct reading *reading, const struct fil_edited_row *row,
    const struct fil_version *version, struct fil_moment moment, const char **cells)
{
	if (version->place == FIL_NOWHERE)
		memset(cells, 0, row->table->n_columns * sizeof *cells);
	else
		fil_history_cells(reading->history, row, version, moment, cells);
}

/* Returns whether an edit changed a cell. */
static bool
has_changed(const struct reading *reading, const struct fil_edit *edit, size_t c)
{
	const char *old = reading->old[c], *new = reading->new[c];

	return !fil_text_is_same(old, new) && !fil_history_leaves(reading->history, edit, old, new);
}

/* Adds the values that an edit overwrote or removed, with the keys of their time. */
static void
add_overwritten(
    struct reading *reading, const struct fil_edited_row *row, const struct fil_edit *edit)
{
	struct fil_moment moment = { edit->run, edit->number };
	const struct fil_table *table = row->table;
	struct datum datum = { before, table->name, .run = edit->before.run, .until = edit->run };
	bool removed = edit->after.place == FIL_NOWHERE, any = false;

	if (edit->before.place == FIL_NOWHERE)
		return;
	read_version(reading, row, &edit->before, moment, reading->then);
	set_key(reading, &table->relation, reading->then);
	if (edit->action == FIL_RENAMING) {
		datum.column = table->columns[0].name;
		datum.value = reading->then[0];
		add(reading, &datum);
	}
	for (size_t c = table->n_keys; c < table->n_columns; c++) {
		if (!reading->old[c] || !has_changed(reading, edit, c) ||
		    is_given(reading, table, reading->since[c]))
			continue;
		datum.column = table->columns[c].name;
		datum.value = reading->then[c];
		datum.run = reading->since[c];
		add(reading, &datum);
		any = true;
	}
	if (removed && !any && !is_given(reading, table, edit->before.run))
		add(reading, &datum);
}

/* Adds the values that stand. */
static void
add_standing(struct reading *reading, const struct fil_edited_row *row, int64_t run)
{
	const struct fil_table *table = row->table;
	struct datum datum = { now, table->name, .run = run };
	bool any = false;

	set_key(reading, &table->relation, reading->new);
	for (size_t c = table->n_keys; c < table->n_columns; c++) {
		if (!reading->new[c])
			continue;
		datum.column = table->columns[c].name;
		datum.value = reading->new[c];
		datum.run = reading->since[c];
		add(reading, &datum);
		any = true;
	}
	if (!any)
		add(reading, &datum);
}

/* Finds which run wrote each cell after an edit. A cell that the edit left alone was written by an earlier
 * run than its row, and one that an undo put back by the run that wrote it then. at: the runs in each
 * state; i: the number of the edit among own. */
static void
follow_edit(
    struct reading *reading, const struct fil_states *states, size_t i, size_t n, int64_t *at)
{
	const struct fil_edit *edit = states->own[i];
	int64_t *since = reading->since;

	if (states->after[i] != i + 1)
		memcpy(since, at + states->after[i] * n, n * sizeof *since);
	else
		for (size_t c = 0; c < n; c++)
			if (has_changed(reading, edit, c))
				since[c] = edit->after.run;
	memcpy(at + (i + 1) * n, since, n * sizeof *since);
}

/* Returns whether the person had the key at the end of a run. */
static bool
had_tenure(const struct reading *reading, int64_t run)
{
	const struct tenure *tenures = reading->tenures;
	size_t i = reading->n_tenures, last = i > 0 ? i - 1 : 0;

	while (i > 1 && tenures[i - 1].run > run)
		i--;
	return reading->n_tenures == 0 || tenures[i - 1].person == tenures[last].person;
}

/* Returns whether what an edit overwrote is about the person, and not about another one who had the key. An
 * undo may have brought the other one back for a while. Rows of users who were joined have keys of their
 * own: they are about the person who had the key when they came to it. */
static bool
is_own(const struct reading *reading, const struct fil_edited_row *row, const struct fil_edit *edit)
{
	const char *user = reading->old[fil_table_user(row->table)];
	bool joined = row->gone || !fil_text_is_same(user, reading->user);

	return had_tenure(reading, joined ? row->edits[row->n_edits - 1].run : edit->before.run);
}

/* Follows the edits of a row. Adds what was overwritten, or what stands. */
static void
add_row(struct reading *reading, const struct fil_edited_row *row, bool stands)
{
	size_t n = row->table->n_columns, i = 0;
	const struct fil_edit *edit = row->edits, *last = &row->edits[row->n_edits - 1];
	struct fil_states states;
	int64_t *at;

	fil_states_read(reading->history, row, false, &states);
	at = fil_alloc((states.n + 1) * n, sizeof *at);
	for (size_t c = 0; c < n; c++)
		at[c] = reading->since[c] = edit->before.run;
	for (; edit <= last; edit++) {
		read_version(reading, row, &edit->before, FIL_NOW, reading->old);
		read_version(reading, row, &edit->after, FIL_NOW, reading->new);
		if (!stands && is_own(reading, row, edit))
			add_overwritten(reading, row, edit);
		if (edit->action == FIL_RENAMING)
			continue;
		while (states.own[i] != edit)
			follow_edit(reading, &states, i++, n, at);
		follow_edit(reading, &states, i++, n, at);
	}
	if (stands && last->after.place != FIL_NOWHERE)
		add_standing(reading, row, last->after.run);
	free(at);
	fil_states_release(&states);
}

/* Adds the row of a derived table that the query stands on. Returns 0, or -1 for one never written, or
 * when a run cannot be read. */
static int
add_derived_row(
    struct reading *reading, const struct fil_relation *relation, struct fil_query *query)
{
	struct datum datum = { now, relation->name,
		.run = fil_query_number(query, (int)relation->n_columns) };

	for (size_t c = 0; c < relation->n_columns; c++)
		reading->new[c] = fil_query_text(query, (int)c);
	set_key(reading, relation, reading->new);
	for (size_t c = relation->n_keys; c < relation->n_columns; c++) {
		const char *value = reading->new[c];

		if (!value)
			continue;
		if (fil_text_control(value, strlen(value), false) < strlen(value))
			return fil_store_damaged_user(
			    reading->fault, relation->name, reading->user);
		datum.column = relation->columns[c];
		datum.value = value;
		add(reading, &datum);
		if (reading->failed)
			return -1;
	}
	return 0;
}

/* Adds the rows of a derived table. Returns 0 or -1. */
static int
add_derived(struct reading *reading, const struct fil_relation *relation)
{
	char *select = fil_relation_select(relation, false);
	struct fil_bytes sql = { 0 };
	struct fil_query *query;
	int step, failed = 0;

	fil_bytes_add_text(&sql, select);
	fil_relation_add_any_of(&sql, relation->columns[0], 1);
	fil_bytes_add_text(&sql, " ORDER BY 2");
	query = fil_query_new(reading->store, sql.data);
	fil_query_gather(query);
	fil_query_bind(query, 1, reading->user);
	while (!failed && (step = fil_query_step(query, reading->fault)) != 0)
		failed = step < 0 ? -1 : add_derived_row(reading, relation, query);
	fil_query_free(query);
	fil_bytes_release(&sql);
	free(select);
	return failed;
}

/* A time in which another row named the person in a column. */
struct naming {
	size_t table, column;
	const char *value; /* the key of the person, as the row has it last */
	int64_t since; /* the run that wrote it */
	int64_t until; /* the run that overwrote it, or INT64_MAX: it stands */
	size_t row; /* its number */
	size_t previous; /* the naming of the same row before, or FIL_NOWHERE */
	bool continued; /* a later naming of the row says since when */
	bool joined; /* it named a user who was joined to the person later */
};

/* A row that named the person. */
struct naming_row {
	size_t newest; /* its last naming, or FIL_NOWHERE */
	char *user; /* the user whom it is about, by today's key, or NULL */
};

/* The times in which rows named the person, as they are read. */
struct namings {
	struct naming *all;
	size_t n;
	struct fil_hash *numbers; /* of the rows, by their keys */
	struct naming_row *rows;
	size_t n_rows;
	struct fil_bytes key, text;
	const char **keys; /* all keys that the person had, today's first */
	size_t n_keys;
};

/* Returns the number of a row, by its table and its key as of today. */
static size_t
find_row(struct reading *reading, struct namings *namings, const struct fil_table *table,
    const char *const *cells, struct fil_moment moment)
{
	const struct fil_holders *holders = fil_history_holders(reading->history);
	size_t row, own = fil_table_user(table);
	const char *user = NULL;
	bool fresh;

	if (own != FIL_NOWHERE && cells[own])
		user = fil_holders_key(holders, cells[own], moment, FIL_NOW);
	fil_bytes_clear(&namings->key);
	fil_bytes_add_text(&namings->key, table->name);
	for (size_t c = 0; c < table->n_keys; c++) {
		const char *cell = c == own ? user : cells[c];

		fil_bytes_add_format(&namings->key, "\1%s", cell ? cell : "");
	}
	row = fil_hash_give(
	    namings->numbers, namings->key.data, namings->key.length, namings->n_rows, &fresh);
	if (fresh) {
		namings->rows = fil_resize(namings->rows, ++namings->n_rows, sizeof *namings->rows);
		namings->rows[row] =
		    (struct naming_row){ FIL_NOWHERE, user ? fil_copy(user) : NULL };
	}
	return row;
}

/* Returns whether the person had a key at a moment. */
static bool
had_key(struct reading *reading, const char *key, struct fil_moment moment)
{
	size_t gone;

	return strcmp(fil_holders_person(fil_history_holders(reading->history), key, moment, &gone),
		   reading->user) == 0 &&
	    !fil_former_has(&reading->former, gone);
}

/* Returns whether a version of a row names the person. cells: the row's, as of the moment. Rows about
 * the person are no rows of others. */
static bool
names_person(struct reading *reading, const struct fil_table *table, const char *const *cells,
    struct fil_moment moment)
{
	const char *cell = cells[fil_table_user_reference(table)];
	size_t own = fil_table_user(table);

	if (!cell || !had_key(reading, cell, moment))
		return false;
	return own == FIL_NOWHERE || (cells[own] && !had_key(reading, cells[own], moment));
}

/* Notes the naming of a version of a row. cells: the row's, as of the moment. Versions of a row come
 * in order of time. */
static void
note_version(struct reading *reading, struct namings *namings, struct naming naming,
    const char *const *cells, struct fil_moment moment)
{
	size_t n;
	const struct fil_table *table = fil_catalog_tables(&n)[naming.table];

	if (!names_person(reading, table, cells, moment))
		return;
	for (size_t k = 0; k < namings->n_keys; k++)
		if (strcmp(namings->keys[k], cells[naming.column]) == 0)
			naming.value = namings->keys[k];
	naming.joined = strcmp(fil_holders_key(fil_history_holders(reading->history),
				   cells[naming.column], moment, FIL_NOW),
			    reading->user) != 0;
	naming.row = find_row(reading, namings, table, cells, moment);
	naming.previous = namings->rows[naming.row].newest;
	namings->rows[naming.row].newest = namings->n;
	namings->all = fil_resize(namings->all, namings->n + 1, sizeof *namings->all);
	namings->all[namings->n++] = naming;
}

/* Notes the naming of an entry of the history, at which the query stands. */
static void
read_former_naming(struct reading *reading, struct namings *namings, struct fil_query *query)
{
	struct fil_moment moment = { fil_query_number(query, 0), fil_query_number(query, 1) };
	struct naming naming = { .since = fil_query_number(query, 3), .until = moment.run };
	const struct fil_table *table = fil_catalog_table(fil_query_text(query, 2));
	size_t n;

	naming.column = table ? fil_table_user_reference(table) : FIL_NOWHERE;
	if (naming.column == FIL_NOWHERE ||
	    fil_image_read(
		&table->relation, fil_query_text(query, 4), &namings->text, reading->old) < 0)
		return;
	while (fil_catalog_tables(&n)[naming.table] != table)
		naming.table++;
	note_version(reading, namings, naming, reading->old, moment);
}

/* Notes the namings of the history, by its index. Returns 0 or -1. */
static int
read_former_namings(struct reading *reading, struct namings *namings)
{
	struct fil_bytes sql = { 0 };
	struct fil_query *query;
	int step;

	fil_bytes_add_text(&sql, "SELECT run, number, relation, was_run, was FROM history");
	fil_relation_add_any_of(&sql, "named", namings->n_keys);
	fil_bytes_add_text(&sql, " ORDER BY run, number");
	query = fil_query_new(reading->store, sql.data);
	fil_query_gather(query);
	for (size_t k = 0; k < namings->n_keys; k++)
		fil_query_bind(query, (int)k + 1, namings->keys[k]);
	while ((step = fil_query_step(query, reading->fault)) == 1)
		read_former_naming(reading, namings, query);
	fil_query_free(query);
	fil_bytes_release(&sql);
	return step;
}

/* Notes the rows of a table that name the person. Returns 0 or -1. */
static int
read_namings(struct reading *reading, struct namings *namings, size_t t)
{
	size_t n;
	const struct fil_table *table = fil_catalog_tables(&n)[t];
	struct naming naming = {
		.table = t, .column = fil_table_user_reference(table), .until = INT64_MAX
	};
	char *select = fil_relation_select(&table->relation, false);
	struct fil_bytes sql = { 0 };
	struct fil_query *query;
	int step;

	fil_bytes_add_text(&sql, select);
	fil_relation_add_any_of(&sql, table->columns[naming.column].name, 1);
	query = fil_query_new(reading->store, sql.data);
	fil_query_gather(query);
	fil_query_bind(query, 1, reading->user);
	while ((step = fil_query_step(query, reading->fault)) == 1) {
		for (size_t c = 0; c < table->n_columns; c++)
			reading->old[c] = fil_query_text(query, (int)c);
		naming.since = fil_query_number(query, (int)table->n_columns);
		note_version(reading, namings, naming, reading->old, FIL_NOW);
	}
	fil_query_free(query);
	fil_bytes_release(&sql);
	free(select);
	return step;
}

static const char select_changes[] =
    "SELECT run, number, was_run, was FROM history WHERE subject = $1 AND run = CAST($2 AS INTEGER)"
    " AND relation = $3 ORDER BY number";

/* Looks for the version of the row that the run of a naming overwrote. If it named the person too, the
 * naming begins with it. Returns 1 then, else 0, or -1. */
static int
step_back(struct reading *reading, struct namings *namings, struct naming *naming,
    struct fil_query *query)
{
	size_t n;
	const struct fil_table *table = fil_catalog_tables(&n)[naming->table];
	int64_t run = naming->since;
	int step;

	fil_query_bind(query, 1,
	    fil_holders_key(fil_history_holders(reading->history), namings->rows[naming->row].user,
		FIL_NOW, (struct fil_moment){ run, 0 }));
	fil_query_bind_number(query, 2, run);
	fil_query_bind(query, 3, table->name);
	while ((step = fil_query_step(query, reading->fault)) == 1) {
		struct fil_moment moment = { run, fil_query_number(query, 1) };

		if (fil_image_read(&table->relation, fil_query_text(query, 3), &namings->text,
			reading->old) < 0 ||
		    find_row(reading, namings, table, reading->old, moment) != naming->row)
			continue;
		if (names_person(reading, table, reading->old, moment))
			naming->since = fil_query_number(query, 2);
		fil_query_reset(query);
		break;
	}
	return step < 0 ? -1 : naming->since < run;
}

/* Finds since when a naming lasts: a run that changed another cell began none. A naming may continue
 * the one before, and a run that wrote a row twice has two of the same time. Returns 0 or -1. */
static int
find_beginning(struct reading *reading, struct namings *namings, struct naming *naming,
    struct fil_query *query)
{
	struct naming *earlier =
	    naming->previous == FIL_NOWHERE ? NULL : &namings->all[naming->previous];
	int step = 1;

	while (step > 0) {
		if (earlier &&
		    (earlier->until == naming->since || earlier->until == naming->until)) {
			earlier->continued = true;
			naming->since = earlier->since;
			naming->previous = earlier->previous;
			return 0;
		}
		step =
		    namings->rows[naming->row].user && find_run(reading, naming->since)->overwrites
		    ? step_back(reading, namings, naming, query)
		    : 0;
	}
	return step;
}

/* Finds since when each naming lasts. Returns 0 or -1. */
static int
find_beginnings(struct reading *reading, struct namings *namings)
{
	struct fil_query *query = fil_query_new(reading->store, select_changes);
	int result = 0;

	fil_query_gather(query);
	for (size_t i = 0; i < namings->n && result == 0; i++)
		result = find_beginning(reading, namings, &namings->all[i], query);
	fil_query_free(query);
	return result;
}

static int
compare_namings(const void *a, const void *b)
{
	const struct naming *x = a, *y = b;

	if (x->table != y->table)
		return x->table < y->table ? -1 : 1;
	if (x->until != y->until)
		return x->until < y->until ? -1 : 1;
	if (x->since != y->since)
		return x->since < y->since ? -1 : 1;
	return strcmp(x->value, y->value);
}

/* Adds a value for each time in which another row named the person. Returns 0 or -1. */
static int
add_namings(struct reading *reading)
{
	struct namings namings = { .numbers = fil_hash_new_map() };
	size_t n;
	const struct fil_table *const *tables = fil_catalog_tables(&n);
	int result;

	namings.keys =
	    fil_holders_keys(fil_history_holders(reading->history), reading->user, &namings.n_keys);
	result = read_former_namings(reading, &namings);
	for (size_t t = 0; t < n && result == 0; t++)
		if (fil_table_user_reference(tables[t]) != FIL_NOWHERE)
			result = read_namings(reading, &namings, t);
	if (result == 0)
		result = find_beginnings(reading, &namings);
	if (namings.n > 0)
		qsort(namings.all, namings.n, sizeof *namings.all, compare_namings);
	clear_key(reading);
	for (size_t i = 0; i < namings.n && result == 0; i++) {
		const struct naming *naming = &namings.all[i];
		const struct fil_table *table = tables[naming->table];

		if (naming->continued ||
		    (naming->until < INT64_MAX &&
			!had_tenure(reading, naming->joined ? naming->until : naming->since)))
			continue;
		add(reading,
		    &(struct datum){ named, table->name, table->columns[naming->column].name,
			naming->value, naming->since,
			naming->until < INT64_MAX ? naming->until : 0 });
	}
	for (size_t i = 0; i < namings.n_rows; i++)
		free(namings.rows[i].user);
	fil_hash_free(namings.numbers);
	fil_bytes_release(&namings.key);
	fil_bytes_release(&namings.text);
	free(namings.all);
	free(namings.rows);
	free(namings.keys);
	return result;
}

/* Adds each run that changed a row about the person. */
static void
add_log(struct reading *reading)
{
	size_t n;
	int64_t *runs = fil_history_runs(reading->history, &n);

	for (size_t i = 0; i < n; i++) {
		struct datum datum = { logged, "runs", "command", .run = runs[i] };

		if (!had_tenure(reading, runs[i]) && !had_tenure(reading, runs[i] - 1))
			continue;
		fil_bytes_clear(&reading->words);
		fil_bytes_add_format(&reading->words, "run=%lld", (long long)runs[i]);
		datum.value = find_run(reading, runs[i])->command;
		add(reading, &datum);
	}
	free(runs);
}

/* Adds all values. Returns 0 or -1. */
static int
add_all(struct reading *reading)
{
	size_t n;
	const struct fil_edited_row *rows = fil_history_rows(reading->history, &n);

	for (size_t i = 0; i < n; i++)
		add_row(reading, &rows[i], true);
	if (add_derived(reading, &fil_standing_table) < 0 ||
	    add_derived(reading, &fil_standings_table) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		add_row(reading, &rows[i], false);
	if (add_namings(reading) < 0)
		return -1;
	add_log(reading);
	return reading->failed ? -1 : 0;
}

/* Returns who has the key after an edit of a row of users, as a tenure says it. What an undo puts back
 * counts as written by the run whose value it is. */
static size_t
find_tenant(const struct reading *reading, const struct fil_edited_row *row, size_t i)
{
	const struct fil_edit *edits = row->edits, *edit = &edits[i];
	const struct tenure *tenures = reading->tenures;
	size_t e = i;

	if (edit->after.place == FIL_NOWHERE)
		return tenures[i - 1].person;
	if (edit->after.run != edit->run) {
		while (e > 1 && edits[e - 1].run > edit->after.run)
			e--;
		return tenures[e - 1].person;
	}
	if (!fil_history_is_other(reading->history, &edits[i - 1], edit))
		return tenures[i - 1].person;
	while (e-- > 0)
		if (edits[e].after.place != FIL_NOWHERE &&
		    !fil_history_differs(reading->history, &edits[e].after, &edit->after))
			return tenures[e].person;
	return i;
}

/* Finds who had the key when, and since which run the person has it whom fil-show is asked for. row: of
 * users, of the last one who has or had the key. */
static void
find_tenures(struct reading *reading, const struct fil_edited_row *row, struct fil_person *person)
{
	struct tenure *tenures = fil_alloc(row->n_edits, sizeof *tenures);
	size_t last = row->n_edits - 1;

	reading->tenures = tenures;
	reading->n_tenures = row->n_edits;
	for (size_t i = 0; i <= last; i++)
		tenures[i] =
		    (struct tenure){ row->edits[i].run, i == 0 ? 0 : find_tenant(reading, row, i) };
	for (size_t i = 1; i <= last; i++)
		if (tenures[i].person != tenures[i - 1].person &&
		    tenures[i].person == tenures[last].person) {
			const struct fil_edit *old = &row->edits[i - 1];

			person->since = tenures[i].run;
			person->former = old->action == FIL_REMOVED ? old->run : person->since;
		}
}

/* Returns the run that last gave a user another key. */
static int64_t
last_renaming(const struct fil_edited_row *row)
{
	size_t i = row->n_edits;

	while (i > 1 && row->edits[i - 1].action != FIL_RENAMING)
		i--;
	return row->edits[i - 1].run;
}

/* Adds the user of a row of users who had the key, unless it is the same person. own: as in
 * find_tenures; passed: another one had the key of that row. */
static void
add_former(struct reading *reading, const struct fil_edited_row *row,
    const struct fil_edited_row *own, bool passed, struct fil_person *person)
{
	struct fil_former *former = &reading->former;
	const struct fil_edit *removal = &row->edits[row->n_edits - 1],
			      *last = &own->edits[own->n_edits - 1];
	const struct fil_version *version =
	    last->after.place == FIL_NOWHERE ? &last->before : &last->after;

	if (strcmp(row->key, own->key) != 0 || removal->action != FIL_REMOVED ||
	    !fil_history_differs(reading->history, &removal->before, version))
		return;
	former->gone = fil_resize(former->gone, former->n + 1, sizeof *former->gone);
	former->gone[former->n++] = row->gone;
	if (removal->run > person->former && !passed) {
		person->former = removal->run;
		person->since = last_renaming(own);
	}
}

/* Finds who else had the key of the person. Returns 0, or -1 with a fault. */
static int
find_others(struct reading *reading, struct fil_person *person)
{
	size_t n;
	const struct fil_table *users = fil_catalog_table("users");
	const struct fil_edited_row *rows = fil_history_rows(reading->history, &n), *own = NULL;
	bool passed;

	for (size_t i = 0; i < n && !own; i++)
		if (rows[i].table == users && !rows[i].gone &&
		    strcmp(rows[i].key, reading->user) == 0)
			own = &rows[i];
	if (!own)
		return 0;
	find_tenures(reading, own, person);
	passed = person->since > 0;
	for (size_t i = 0; i < n; i++)
		if (rows[i].table == users && rows[i].gone)
			add_former(reading, &rows[i], own, passed, person);
	return reading->former.n == 0 ? 0
				      : fil_history_read_user(reading->history, reading->user,
					    &reading->former, reading->fault);
}

/* Reads the data about a person of today, whose key is set. The history then has the rows about all who
 * had the key. Returns 0, or -1 with a fault. */
static int
read_data(struct fil_store *store, struct fil_history *history, struct fil_person *person,
    struct fil_fault *fault)
{
	struct reading reading = {
		.store = store, .history = history, .user = person->user, .fault = fault
	};
	size_t widest = fil_catalog_widest(); /* the derived tables are narrower */

	if (fil_history_read_user(history, person->user, &reading.former, fault) < 0)
		return -1;
	reading.query = fil_query_new(store, select_run);
	fil_query_gather(reading.query);
	reading.data = person->data = fil_batch_new(FIL_DATUM_ALL);
	reading.run_places = fil_hash_new_map();
	reading.old = fil_alloc(widest, sizeof *reading.old);
	reading.new = fil_alloc(widest, sizeof *reading.new);
	reading.then = fil_alloc(widest, sizeof *reading.then);
	reading.since = fil_alloc(widest, sizeof *reading.since);
	reading.given = fil_hash_new_set();
	reading.failed =
	    find_others(&reading, person) < 0 || find_given(&reading) < 0 || add_all(&reading) < 0;
	for (size_t i = 0; i < reading.n_runs; i++) {
		free(reading.runs[i].day);
		free(reading.runs[i].command);
	}
	fil_hash_free(reading.run_places);
	fil_hash_free(reading.given);
	fil_query_free(reading.query);
	fil_bytes_release(&reading.words);
	fil_bytes_release(&reading.keys);
	fil_bytes_release(&reading.version);
	free(reading.runs);
	free(reading.old);
	free(reading.new);
	free(reading.then);
	free(reading.since);
	free(reading.former.gone);
	free(reading.tenures);
	return reading.failed ? -1 : 0;
}

/* Returns whether a person is one of the people. */
static bool
is_among(const struct fil_persons *people, const char *user)
{
	for (size_t i = 0; i < people->n; i++)
		if (strcmp(people->list[i].user, user) == 0)
			return true;
	return false;
}

/* Reads the data about the person whom an operand names, unless an earlier one names the same. Returns
 * 0, or -1 with a fault. */
static int
read_person(struct fil_store *store, struct fil_history *history, char *user, bool mentions,
    struct fil_persons *people, struct fil_fault *fault)
{
	struct fil_person *person;

	if (is_among(people, user)) {
		free(user);
		return 0;
	}
	people->list = fil_resize(people->list, people->n + 1, sizeof *people->list);
	person = &people->list[people->n++];
	*person = (struct fil_person){ .user = user };
	if (read_data(store, history, person, fault) < 0)
		return -1;
	return mentions ? fil_mentions_count(
			      store, fil_history_holders(history), user, &person->mentions, fault)
			: 0;
}

int
fil_persons_read(struct fil_store *store, enum fil_match match, char *const *operands,
    bool mentions, struct fil_persons *people, struct fil_fault *fault)
{
	struct fil_history *history =
	    fil_store_snapshot(store, fault) == 0 ? fil_history_new(store, fault) : NULL;
	int result = history ? 0 : -1;

	*people = (struct fil_persons){ 0 };
	for (; *operands && result == 0; operands++) {
		char *user = fil_person_find(
		    store, fil_history_holders(history), match, "user", *operands, fault);

		result = user ? read_person(store, history, user, mentions, people, fault) : -1;
	}
	fil_history_free(history);
	return result;
}

void
fil_persons_release(struct fil_persons *people)
{
	for (size_t i = 0; i < people->n; i++) {
		fil_batch_free(people->list[i].data);
		free(people->list[i].user);
	}
	free(people->list);
}

void
fil_persons_rows(const struct fil_persons *people, struct fil_output *output)
{
	const char *cells[FIL_DATUM_ALL];

	for (size_t i = 0; i < people->n; i++)
		for (size_t row = 0; row < fil_batch_rows(people->list[i].data); row++) {
			fil_batch_row(people->list[i].data, row, cells, NULL);
			fil_output_row(output, cells);
		}
}

/* Writes the values of a table as an array of objects. */
static void
write_table(FILE *stream, const struct fil_batch *data, const char *table)
{
	static const struct fil_output_style style = { .format = FIL_JSON };
	struct fil_output_column columns[FIL_DATUM_CELLS];
	const char *cells[FIL_DATUM_ALL];
	struct fil_output *output;
	struct fil_fault fault;
	size_t n = 0;

	for (size_t c = 0; c < FIL_DATUM_CELLS; c++)
		if (c != FIL_DATUM_TABLE)
			columns[n++] = fil_datum_columns[c];
	output = fil_output_new(stream, &style, columns, n);
	for (size_t i = 0; i < fil_batch_rows(data); i++) {
		fil_batch_row(data, i, cells, NULL);
		if (strcmp(cells[FIL_DATUM_TABLE], table) != 0)
			continue;
		memmove(&cells[FIL_DATUM_TABLE], &cells[FIL_DATUM_TABLE + 1],
		    (n - FIL_DATUM_TABLE) * sizeof *cells);
		fil_output_row(output, cells);
	}
	fil_output_end(output, &fault);
}

/* Returns whether the table is the first of its name, and adds it to those seen. */
static bool
is_new(const char *table, const char **seen, size_t *n)
{
	for (size_t i = 0; i < *n; i++)
		if (strcmp(seen[i], table) == 0)
			return false;
	seen[(*n)++] = table;
	return true;
}

static void
write_object(FILE *stream, const char *user, const struct fil_batch *data)
{
	const char **seen;
	size_t n_seen = 0;

	fil_catalog_tables(&n_seen);
	/* Besides the tables of the catalogue: two derived ones, and the runs. */
	seen = fil_alloc(n_seen + 3, sizeof *seen);
	n_seen = 0;
	fputs("{\"user\":", stream);
	fil_json_text(stream, user);
	fputs(",\"tables\":{", stream);
	for (size_t i = 0; i < fil_batch_rows(data); i++) {
		const char *table = fil_batch_cell(data, i, FIL_DATUM_TABLE, NULL);

		if (!is_new(table, seen, &n_seen))
			continue;
		fputs(n_seen == 1 ? "\n" : ",\n", stream);
		fil_json_text(stream, table);
		putc(':', stream);
		write_table(stream, data, table);
	}
	fputs("}}", stream);
	free(seen);
}

void
fil_persons_json(const struct fil_persons *people, FILE *stream)
{
	for (size_t i = 0; i < people->n; i++) {
		fputs(i == 0 ? "[\n" : ",\n", stream);
		write_object(stream, people->list[i].user, people->list[i].data);
	}
	fputs("\n]\n", stream);
}
