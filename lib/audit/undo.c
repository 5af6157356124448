/* SPDX-License-Identifier: ISC */
#include "lib/audit/undo.h"

#include <stdlib.h>
#include <string.h>

#include "lib/audit/history.h"
#include "lib/audit/log.h"
#include "lib/base/hash.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/number.h"
#include "lib/base/text.h"
#include "lib/levels/standing_update.h"
#include "lib/write/changes.h"
#include "lib/write/rename.h"

/* Rows written at once, and keys that one statement looks for. */
enum { ROWS = 1000, ASKED = 128 };

/* In place of `gone`: the first of all users who had a key. They lie together. */
#define ANY SIZE_MAX

/* What is to be done with a row. */
struct step {
	const struct fil_edited_row *row;
	const struct fil_version *now, *wanted; /* places of FIL_NOWHERE: no row */
	bool differs; /* now and wanted do */
	bool left; /* in conflict, or another row needs it */
	bool late; /* written once users have their former keys: it names a user with row->gone */
	size_t state, wanted_state; /* of the cells, now and wanted */
	const struct fil_version *former; /* that has the user's former key, or NULL */
	size_t key_state, former_state; /* of the key, now and when the user has the former one */
	const struct fil_edit *removal; /* that holds, of a user who does not stand, or NULL */
	bool waits, added; /* for a key; the row of a user who comes back late */
	const char *place; /* the key that a user who waits has, or comes back with */
	struct step *next; /* another user who waits, with this key */
	char *aside; /* a key between today's and the former one, or NULL */
	int64_t written; /* the run whose work on the cells stands, or 0 */
};

struct undoing {
	struct fil_run *run;
	struct fil_store *store;
	const struct fil_undo *undo;
	const int64_t *runs; /* to take back, ascending */
	size_t n_runs;
	struct fil_counts *counts;
	struct fil_history *history;
	struct fil_standing_update *standing;
	struct step *steps; /* one a row, in the order of fil_history_rows */
	size_t n;
	struct fil_hash *numbers; /* of the steps, by table, key and `gone`, or else ANY */
	struct fil_bytes name; /* of a row in numbers */
	const struct fil_table *const *tables;
	size_t n_tables;
	const char **cells; /* of a row of any table, and its run */
	size_t conflicts;
	bool late; /* users have their former keys */
	struct fil_hash *places; /* of the first users who wait for a key, by their place */
};

/* States of a row. State 0 is before its first edit. State i + 1 is that after edit i, unless the
 * edit took others back: then the state is the one before these. Two equal states mean that nothing
 * that still holds happened between them. */
struct states {
	const struct fil_edit *edits;
	size_t *own; /* numbers of the edits that count: renamings, or all others */
	size_t *after; /* the state after each of them */
	size_t n;
};

static size_t
state_before(const struct states *states, size_t i)
{
	return i == 0 ? 0 : states->after[i - 1];
}

/* Returns whether an edit leads back to the version before another one. */
static bool
leads_back(const struct fil_edit *edit, const struct fil_edit *other)
{
	bool is = edit->after.place != FIL_NOWHERE, was = other->before.place != FIL_NOWHERE;

	return is == was && (!is || edit->after.run == other->before.run);
}

/* Finds the state after each edit. */
static void
find_states(const struct fil_history *history, struct states *states)
{
	for (size_t i = 0; i < states->n; i++) {
		const struct fil_edit *edit = &states->edits[states->own[i]];

		states->after[i] = i + 1;
		for (size_t k = 0; k < i; k++) {
			const struct fil_edit *other = &states->edits[states->own[k]];

			if (fil_history_took_back(history, edit->run, other->run) &&
			    (edit->action == FIL_RENAMING || leads_back(edit, other))) {
				states->after[i] = state_before(states, k);
				break;
			}
		}
	}
}

/* Goes back from a state over the edits of one run. Returns the state before them, and sets *version
 * to that before; or the same state when the run has none; or FIL_NOWHERE when something that holds
 * came later. */
static size_t
go_back(const struct states *states, size_t state, int64_t run, const struct fil_version **version)
{
	size_t first = FIL_NOWHERE, last = FIL_NOWHERE;

	for (size_t i = 0; i < states->n; i++)
		if (states->edits[states->own[i]].run == run) {
			first = first == FIL_NOWHERE ? i : first;
			last = i;
		}
	if (first == FIL_NOWHERE)
		return state;
	if (states->after[last] != state)
		return FIL_NOWHERE;
	*version = &states->edits[states->own[first]].before;
	return state_before(states, first);
}

/* Adds the table and the key of a row, as words of a command line. key: its cells, a byte 1 between
 * them. */
static void
add_row_name(const struct fil_table *table, const char *key, struct fil_bytes *text)
{
	char *copy = fil_copy(key);
	const char **cells = fil_alloc(table->n_keys, sizeof *cells);

	fil_relation_split_key(&table->relation, copy, cells);
	fil_bytes_add_format(text, "%s ", table->name);
	fil_relation_words(&table->relation, cells, text);
	free(cells);
	free(copy);
}

/* Tells of a row that is left. */
static void
tell(struct undoing *undoing, struct step *step, const char *why)
{
	struct fil_bytes text = { 0 };

	add_row_name(step->row->table, step->row->key, &text);
	fil_bytes_add_format(&text, ": %s", why);
	undoing->undo->conflict(undoing->undo->context, text.data);
	undoing->conflicts++;
	step->left = true;
	fil_bytes_release(&text);
}

/* Takes the runs back from the newest on, among edits of one kind. Returns the state that is wanted,
 * and sets *version if that is another one; the row is left where a later run wrote it again. */
static size_t
find_wanted(struct undoing *undoing, struct step *step, const struct states *states, size_t now,
    const struct fil_version **version)
{
	size_t state = now, back;
	char *why;

	for (size_t r = undoing->n_runs; r-- > 0;) {
		back = go_back(states, state, undoing->runs[r], version);
		if (back != FIL_NOWHERE) {
			state = back;
			continue;
		}
		/* With --keep-later, what newer runs did is taken back all the same. */
		why = state == 0 ? fil_copy(_("taken back already"))
				 : fil_format(_("written again by run %lld"),
				       (long long)states->edits[states->own[state - 1]].run);
		tell(undoing, step, why);
		step->left = false;
		free(why);
		break;
	}
	return state;
}

/* Finds the states of the cells of a row, or of its key if `renamings`. The caller frees states->own. */
static void
read_states(const struct undoing *undoing, const struct fil_edited_row *row, bool renamings,
    struct states *states)
{
	size_t *numbers = fil_alloc(2 * row->n_edits, sizeof *numbers);

	*states = (struct states){ row->edits, numbers, numbers + row->n_edits, 0 };
	for (size_t e = 0; e < row->n_edits; e++)
		if ((row->edits[e].action == FIL_RENAMING) == renamings)
			numbers[states->n++] = e;
	find_states(undoing->history, states);
}

/* Returns the state before a moment. Rows are added at the end of their run. */
static size_t
state_at(const struct states *states, struct fil_moment moment)
{
	size_t i = states->n;

	while (i > 0) {
		const struct fil_edit *edit = &states->edits[states->own[i - 1]];

		if (edit->run < moment.run ||
		    (edit->run == moment.run && edit->number > 0 && edit->number < moment.number))
			break;
		i--;
	}
	return state_before(states, i);
}

/* Plans what is to be done with the cells of a row. */
static void
plan_cells(struct undoing *undoing, struct step *step)
{
	const struct fil_version *version = NULL;
	struct states states;

	read_states(undoing, step->row, false, &states);
	if (states.n > 0) {
		step->state = state_before(&states, states.n);
		if (step->state > 0)
			step->written = states.edits[states.own[step->state - 1]].run;
		step->wanted_state = find_wanted(undoing, step, &states, step->state, &version);
		step->differs = step->wanted_state != step->state;
		if (step->differs)
			step->wanted = version;
		if (step->now->place == FIL_NOWHERE &&
		    step->row->table == fil_catalog_table("users"))
			step->removal =
			    &states
				 .edits[states.own[(step->state > 0 ? step->state : states.n) - 1]];
	}
	free(states.own);
}

/* Plans what is to be done with the key of a user. */
static void
plan_key(struct undoing *undoing, struct step *step)
{
	const struct fil_version *version = NULL;
	struct states states;

	read_states(undoing, step->row, true, &states);
	step->key_state = step->removal ? state_at(&states, step->removal->before.moment)
					: state_before(&states, states.n);
	step->former_state = step->key_state;
	/* The user had the key of the removal, and may have had another one for a while since. */
	if (step->removal)
		version = &step->removal->before;
	if (states.n > 0)
		step->former_state = find_wanted(undoing, step, &states, step->key_state, &version);
	if (step->former_state != step->key_state || (step->removal && step->differs))
		step->former = version;
	free(states.own);
}

/* Tells of a renaming of a user whom another run has removed since. An undo only removes a user whom
 * the run that it took back had added. */
static void
check_renaming(struct undoing *undoing, struct step *step)
{
	char *why;

	if (!step->former || step->differs || step->written == 0 ||
	    step->now->place != FIL_NOWHERE ||
	    fil_history_took_back(undoing->history, step->written, 0))
		return;
	why = fil_format(_("written again by run %lld"), (long long)step->written);
	tell(undoing, step, why);
	step->former = NULL;
	free(why);
}

/* Writes the name of a row in undoing->numbers. */
static void
name_row(struct undoing *undoing, const struct fil_table *table, const char *key, size_t gone)
{
	fil_bytes_clear(&undoing->name);
	fil_bytes_add_format(&undoing->name, "%s\1%zu\1%s", table->name, gone, key);
}

/* Returns the step of the row of a table with a key, or NULL. gone: as in fil_edited_row. */
static struct step *
find_step(struct undoing *undoing, const struct fil_table *table, const char *key, size_t gone)
{
	size_t number;

	name_row(undoing, table, key, gone);
	number = fil_hash_number(undoing->numbers, undoing->name.data, undoing->name.length);
	return number == FIL_NOWHERE ? NULL : &undoing->steps[number];
}

/* Plans all rows. */
static void
plan_all(struct undoing *undoing)
{
	const struct fil_edited_row *rows = fil_history_rows(undoing->history, &undoing->n);
	bool fresh;

	undoing->steps = fil_alloc(undoing->n + 1, sizeof *undoing->steps);
	for (size_t i = 0; i < undoing->n; i++) {
		struct step *step = &undoing->steps[i];

		name_row(undoing, rows[i].table, rows[i].key, rows[i].gone);
		fil_hash_give(
		    undoing->numbers, undoing->name.data, undoing->name.length, i, &fresh);
		name_row(undoing, rows[i].table, rows[i].key, ANY);
		fil_hash_give(
		    undoing->numbers, undoing->name.data, undoing->name.length, i, &fresh);
		step->row = &rows[i];
		step->now = step->wanted = &rows[i].edits[rows[i].n_edits - 1].after;
		plan_cells(undoing, step);
		plan_key(undoing, step);
		check_renaming(undoing, step);
	}
}

static bool
stands(const struct fil_version *version)
{
	return version->place != FIL_NOWHERE;
}

/* Returns the version that a row will have. */
static const struct fil_version *
outcome(const struct step *step)
{
	return step->differs && !step->left ? step->wanted : step->now;
}

/* Fills cells with those of a version that stands, under today's names. */
static void
read_cells(const struct undoing *undoing, const struct step *step,
    const struct fil_version *version, const char **cells)
{
	fil_history_cells(undoing->history, step->row, version, FIL_NOW, cells);
}

/* Returns the key of a user in a version, as of its time. It belongs to the history. */
static const char *
raw_key(const struct undoing *undoing, const struct step *step, const struct fil_version *version)
{
	const char **cells = fil_alloc(step->row->table->n_columns, sizeof *cells);
	const char *key;

	fil_history_cells(undoing->history, step->row, version, version->moment, cells);
	key = cells[0];
	free(cells);
	return key;
}

/* Returns the key that a user has when all is done. It belongs to the history. */
static const char *
key_then(const struct undoing *undoing, const struct step *step)
{
	return step->former && stands(outcome(step)) ? raw_key(undoing, step, step->former)
						     : step->row->key;
}

/* Replaces today's keys of users in the cells of a version by those that they have when all is done. */
static void
name_users_then(struct undoing *undoing, const struct step *step, const struct fil_version *version,
    const char **cells)
{
	const struct fil_table *table = step->row->table, *users = fil_catalog_table("users");

	for (size_t c = 0; c < table->n_columns; c++) {
		const struct step *user;

		if (!cells[c] || !fil_table_names_user(table, c))
			continue;
		user = find_step(undoing, users, cells[c],
		    fil_history_gone(undoing->history, step->row, version, c));
		if (user)
			cells[c] = key_then(undoing, user);
	}
}

/* The keys of a table that some rows refer to, for one look at the store. */
struct wanting {
	const struct fil_table *table;
	struct fil_batch *keys;
	struct step **steps; /* that refer to the keys */
	size_t n;
};

/* Leaves the rows whose references are not stored. Returns 0 or -1. */
static int
look_for(struct undoing *undoing, struct wanting *wanting, struct fil_fault *fault)
{
	size_t places[ROWS];
	struct fil_batch *found = fil_batch_new(wanting->table->n_columns + 1);
	int result = fil_store_fetch(
	    undoing->store, &wanting->table->relation, wanting->keys, found, places, fault);

	for (size_t i = 0; i < wanting->n && result == 0; i++) {
		struct fil_bytes row = { 0 };
		char *why;

		if ((places[i] != FIL_NOWHERE &&
			!find_step(undoing, wanting->table,
			    fil_batch_cell(wanting->keys, i, 0, NULL), 0)) ||
		    wanting->steps[i]->left)
			continue;
		add_row_name(wanting->table, fil_batch_cell(wanting->keys, i, 0, NULL), &row);
		why = fil_format(_("refers to %s, which does not exist then"), row.data);
		tell(undoing, wanting->steps[i], why);
		free(why);
		fil_bytes_release(&row);
	}
	fil_batch_free(found);
	fil_batch_clear(wanting->keys);
	wanting->n = 0;
	return result;
}

/* Returns the last edit up to a state that gave the key of a user to another person, as a state; 0:
 * none. */
static size_t
last_arrival(const struct undoing *undoing, const struct step *step, const struct states *states,
    size_t state)
{
	size_t before;

	for (; state > 0; state = before) {
		before = state_before(states, state - 1);
		if (before > 0 &&
		    fil_history_is_other(undoing->history, step->row,
			&states->edits[states->own[before - 1]],
			&states->edits[states->own[state - 1]]))
			break;
	}
	return state;
}

/* Returns whether the user of a step was another person at a moment than when all is done: the key was
 * removed, and then given to another one. */
static bool
was_other(const struct undoing *undoing, const struct step *user, struct fil_moment moment)
{
	struct states states;
	bool was;

	read_states(undoing, user->row, false, &states);
	was = last_arrival(undoing, user, &states, state_at(&states, moment)) !=
	    last_arrival(undoing, user, &states,
		user->differs && !user->left ? user->wanted_state : user->state);
	free(states.own);
	return was;
}

/* Notes what a row to be put back refers to, in the columns that refer to the table. The row is left
 * if it refers to a user whose key is another user's. */
static void
note_wanted(struct undoing *undoing, struct step *step, struct wanting *wanting)
{
	const struct fil_table *table = step->row->table;

	for (size_t c = 0; c < table->n_columns && !step->left; c++) {
		const char *references = table->columns[c].references;
		struct step *other;
		size_t gone;

		if (!references || strcmp(references, wanting->table->name) != 0 ||
		    !undoing->cells[c])
			continue;
		gone = fil_history_gone(undoing->history, step->row, step->wanted, c);
		other = find_step(undoing, wanting->table, undoing->cells[c], gone);
		if (other && stands(outcome(other)) &&
		    (!fil_table_names_user(table, c) ||
			!was_other(undoing, other, step->wanted->moment)))
			continue;
		if (gone || (other && stands(outcome(other)))) {
			tell(undoing, step, _("another user has the former key"));
			continue;
		}
		/* One that goes too is not found either, and must not count as stored. */
		fil_batch_add(wanting->keys, &undoing->cells[c]);
		wanting->steps[wanting->n++] = step;
	}
}

/* Leaves the rows to be put back that refer to rows of a table which do not exist. Returns 0 or
 * -1. */
static int
find_missing(struct undoing *undoing, const struct fil_table *table, struct fil_fault *fault)
{
	struct wanting wanting = { .table = table, .keys = fil_batch_new(1) };
	int result = 0;

	wanting.steps = fil_alloc(ROWS, sizeof *wanting.steps);
	for (size_t i = 0; i < undoing->n && result == 0; i++) {
		struct step *step = &undoing->steps[i];

		if (!step->differs || step->left || !stands(step->wanted))
			continue;
		read_cells(undoing, step, step->wanted, undoing->cells);
		note_wanted(undoing, step, &wanting);
		/* A row has few references. */
		if (wanting.n + step->row->table->n_columns > ROWS)
			result = look_for(undoing, &wanting, fault);
	}
	if (wanting.n > 0 && result == 0)
		result = look_for(undoing, &wanting, fault);
	fil_batch_free(wanting.keys);
	free(wanting.steps);
	return result;
}

/* Returns whether a row of another table, at which the query stands, refers to a key when all is
 * done. Its cells are in undoing->cells. */
static bool
refers_in_the_end(struct undoing *undoing, const struct fil_table *table, size_t column)
{
	struct fil_bytes key = { 0 };
	const char *cell = undoing->cells[column];
	bool refers = true;
	struct step *step;

	fil_relation_add_key(&table->relation, undoing->cells, &key);
	step = find_step(undoing, table, key.data, 0);
	if (step && step->differs && !step->left) {
		const char **cells = fil_alloc(table->n_columns, sizeof *cells);

		refers = stands(step->wanted);
		if (refers) {
			read_cells(undoing, step, step->wanted, cells);
			refers = cells[column] && strcmp(cells[column], cell) == 0 &&
			    !fil_history_gone(undoing->history, step->row, step->wanted, column);
		}
		free(cells);
	}
	fil_bytes_release(&key);
	return refers;
}

/* Leaves the row that would go, if the row of another table in undoing->cells refers to it. */
static void
judge_reference(struct undoing *undoing, const struct fil_table *gone,
    const struct fil_table *table, size_t column)
{
	struct step *step = find_step(undoing, gone, undoing->cells[column], 0);
	struct fil_bytes row = { 0 };
	char *why;

	if (!step || stands(outcome(step)) || !stands(step->now) ||
	    !refers_in_the_end(undoing, table, column))
		return;
	fil_relation_words(&table->relation, undoing->cells, &row);
	/* TRANSLATORS: a column, a table and the key of its row: "still the module of assignments
	 * 'u1'". */
	why = fil_format(
	    _("still the %s of %s %s"), table->columns[column].name, table->name, row.data);
	tell(undoing, step, why);
	free(why);
	fil_bytes_release(&row);
}

/* Returns the statement for the rows of a table that refer to one of the keys, in the order of their
 * own: the first one is told, on every engine. Of many keys all rows that refer to any are read. The
 * caller frees it. */
static char *
referring_statement(const struct fil_table *table, size_t column, size_t n_keys)
{
	char *select = fil_relation_select(&table->relation, false);
	struct fil_bytes sql = { 0 };

	fil_bytes_add_text(&sql, select);
	if (n_keys <= ASKED)
		fil_relation_add_any_of(&sql, table->columns[column].name, n_keys);
	else {
		fil_bytes_add_text(&sql, " WHERE ");
		fil_relation_add_name(&sql, table->columns[column].name);
		fil_bytes_add_text(&sql, " IS NOT NULL");
	}
	fil_bytes_add_text(&sql, " ORDER BY ");
	fil_relation_add_columns(&sql, &table->relation, NULL, 0, table->relation.n_keys);
	free(select);
	return sql.data;
}

/* Leaves the rows that would go and that a column of a table refers to. Returns 0 or -1. */
static int
find_referring(struct undoing *undoing, const struct fil_table *gone, const struct fil_batch *keys,
    const struct fil_table *table, size_t column, struct fil_fault *fault)
{
	size_t n = fil_batch_rows(keys);
	char *sql = referring_statement(table, column, n);
	struct fil_query *query = fil_query_new(undoing->store, sql);
	int step;

	for (size_t i = 0; i < n && n <= ASKED; i++)
		fil_query_bind(query, (int)i + 1, fil_batch_cell(keys, i, 0, NULL));
	while ((step = fil_query_step(query, fault)) == 1) {
		for (size_t c = 0; c < table->n_columns; c++)
			undoing->cells[c] = fil_query_text(query, (int)c);
		judge_reference(undoing, gone, table, column);
	}
	fil_query_free(query);
	free(sql);
	return step;
}

/* Leaves the rows of a table that would go while other rows refer to them. Returns 0 or -1. */
static int
find_needed(struct undoing *undoing, const struct fil_table *gone, struct fil_fault *fault)
{
	struct fil_batch *keys = fil_batch_new(1);
	int result = 0;

	for (size_t i = 0; i < undoing->n; i++) {
		const struct step *step = &undoing->steps[i];

		if (step->row->table == gone && stands(step->now) && !stands(outcome(step)))
			fil_batch_add(keys, &step->row->key);
	}
	for (size_t t = 0; t < undoing->n_tables && fil_batch_rows(keys) > 0; t++)
		for (size_t c = 0; c < undoing->tables[t]->n_columns && result == 0; c++) {
			const char *references = undoing->tables[t]->columns[c].references;

			if (references && strcmp(references, gone->name) == 0)
				result = find_referring(
				    undoing, gone, keys, undoing->tables[t], c, fault);
		}
	fil_batch_free(keys);
	return result;
}

/* Leaves what references forbid: a row left can forbid others. Returns 0 or -1. */
static int
check_references(struct undoing *undoing, struct fil_fault *fault)
{
	size_t before;

	do {
		before = undoing->conflicts;
		for (size_t t = 0; t < undoing->n_tables; t++)
			if (undoing->tables[t]->n_keys == 1 &&
			    (find_missing(undoing, undoing->tables[t], fault) < 0 ||
				find_needed(undoing, undoing->tables[t], fault) < 0))
				return -1;
	} while (undoing->conflicts > before);
	return 0;
}

/* Returns whether a row that does not stand will. */
static bool
comes_back(const struct step *step)
{
	return stands(outcome(step)) && !stands(step->now);
}

/* Returns the key that a user has now, or comes back with: that of the removal. It belongs to the
 * history. */
static const char *
place_of(const struct undoing *undoing, const struct step *step)
{
	return step->removal && comes_back(step) ? raw_key(undoing, step, &step->removal->before)
						 : step->row->key;
}

/* Returns whether a user gets another key, or one that another user has now. */
static bool
gets_key(const struct step *step)
{
	return stands(outcome(step)) && (step->former || step->row->gone);
}

/* Returns the run that took from a user the key that the user gets. */
static int64_t
taken_by(const struct step *step)
{
	return step->former ? step->former->moment.run : step->written;
}

/* Sets *is to whether a user who gets no other key has a key when all is done. Returns 0 or -1. */
static int
find_holder(struct undoing *undoing, const char *key, bool *is, struct fil_fault *fault)
{
	const struct fil_table *users = fil_catalog_table("users");
	const struct step *step = find_step(undoing, users, key, 0);
	struct fil_batch *keys, *found;
	size_t place = FIL_NOWHERE;
	int result;

	*is = step && stands(outcome(step)) && !gets_key(step);
	if (step)
		return 0;
	keys = fil_batch_new(1);
	found = fil_batch_new(users->n_columns + 1);
	fil_batch_add(keys, &key);
	result = fil_store_fetch(undoing->store, &users->relation, keys, found, &place, fault);
	*is = place != FIL_NOWHERE;
	fil_batch_free(keys);
	fil_batch_free(found);
	return result;
}

/* Leaves the users who would get a key that another user has then. Of two who would get one key, the
 * one is left from whom the older run took it: that run is taken back last. Returns 0 or -1. */
static int
find_held(struct undoing *undoing, struct fil_fault *fault)
{
	struct fil_hash *keys = fil_hash_new_map();
	int result = 0;

	for (size_t i = 0; i < undoing->n && result == 0; i++) {
		struct step *step = &undoing->steps[i], *other;
		const char *key;
		bool fresh, held;

		if (step->row->table != fil_catalog_table("users") || !gets_key(step))
			continue;
		key = key_then(undoing, step);
		other = &undoing->steps[fil_hash_give(keys, key, strlen(key), i, &fresh)];
		result = find_holder(undoing, key, &held, fault);
		if (result == 0 && !held && comes_back(step))
			result = find_holder(undoing, place_of(undoing, step), &held, fault);
		if (result < 0 || (fresh && !held))
			continue;
		if (!held && taken_by(other) < taken_by(step))
			step = other;
		tell(undoing, step, _("another user has the former key"));
		step->former = NULL;
	}
	fil_hash_free(keys);
	return result;
}

/* Leaves what the keys of users forbid: a user who is left can forbid others. Returns 0 or -1. */
static int
check_keys(struct undoing *undoing, struct fil_fault *fault)
{
	size_t before;

	do {
		before = undoing->conflicts;
		if (find_held(undoing, fault) < 0)
			return -1;
	} while (undoing->conflicts > before);
	return 0;
}

/* Leaves the rows in conflict, until none forbids another one. Returns 0 or -1. */
static int
check_all(struct undoing *undoing, struct fil_fault *fault)
{
	size_t before;

	do {
		before = undoing->conflicts;
		if (check_references(undoing, fault) < 0 || check_keys(undoing, fault) < 0)
			return -1;
	} while (undoing->conflicts > before);
	return 0;
}

/* Work on rows of one kind. */
enum work { NOTHING, ADDING, CHANGING, REMOVING };

/* A step to be done, in the order in which rows are written: rows of one table, action and run lie
 * together. */
struct task {
	const struct step *step;
	size_t table;
	enum fil_action action;
	int64_t run; /* whose value it is again */
};

static int
compare_tasks(const void *a, const void *b)
{
	const struct task *x = a, *y = b;

	if (x->table != y->table)
		return x->table < y->table ? -1 : 1;
	if (x->action != y->action)
		return x->action < y->action ? -1 : 1;
	if (x->run != y->run)
		return x->run < y->run ? -1 : 1;
	return (x->step > y->step) - (x->step < y->step);
}

static bool
is_alike(const struct task *a, const struct task *b)
{
	return a->table == b->table && a->action == b->action && a->run == b->run;
}

/* Returns the action of a change: a user who is marked as left leaves, as in a sync. */
static enum fil_action
changing(const struct undoing *undoing, const struct step *step)
{
	const struct fil_table *table = step->row->table;
	size_t column = fil_table_column(table, "left");
	bool before, after;

	if (column == FIL_NOWHERE)
		return FIL_CHANGED;
	read_cells(undoing, step, step->now, undoing->cells);
	before = undoing->cells[column];
	read_cells(undoing, step, step->wanted, undoing->cells);
	after = undoing->cells[column];
	if (before == after)
		return FIL_CHANGED;
	return after ? FIL_LEFT : FIL_RETURNED;
}

/* Returns what is done with a row that stands now or not, and then or not. */
static enum work
kind_of(bool now, bool then)
{
	if (now == then)
		return now ? CHANGING : NOTHING;
	return now ? REMOVING : ADDING;
}

/* Returns the tasks of one kind, in order; the caller frees them. */
static struct task *
sort_tasks(const struct undoing *undoing, enum work work, size_t *n)
{
	struct task *tasks = fil_alloc(undoing->n + 1, sizeof *tasks);
	size_t table = 0;

	*n = 0;
	for (size_t i = 0; i < undoing->n; i++) {
		const struct step *step = &undoing->steps[i];
		bool now = stands(step->now), then = stands(outcome(step));
		struct task task = { step, 0, FIL_ADDED, outcome(step)->run };

		while (undoing->tables[table] != step->row->table)
			table++;
		if (!step->differs || step->left || step->added || work != kind_of(now, then) ||
		    step->late != undoing->late)
			continue;
		/* Rows of later tables refer to those of earlier ones. */
		task.table = work == REMOVING ? undoing->n_tables - table : table;
		task.action = work == REMOVING ? FIL_REMOVED
		    : work == CHANGING         ? changing(undoing, step)
					       : FIL_ADDED;
		tasks[(*n)++] = task;
	}
	qsort(tasks, *n, sizeof *tasks, compare_tasks);
	return tasks;
}

/* Adds the cells of a version and its run to a batch. keys: those of the key alone. */
static void
add_version(struct undoing *undoing, const struct step *step, const struct fil_version *version,
    bool keys, struct fil_batch *rows)
{
	const struct fil_table *table = step->row->table;
	char run[FIL_NUMBER_SIZE];

	read_cells(undoing, step, version, undoing->cells);
	if (undoing->late)
		name_users_then(undoing, step, version, undoing->cells);
	for (size_t c = table->n_keys; c < table->n_columns && keys; c++)
		undoing->cells[c] = NULL;
	fil_number_write(version->run, run);
	undoing->cells[table->n_columns] = run;
	fil_batch_add(rows, undoing->cells);
}

/* Writes rows of one table, action and run, and keeps what was there. Returns 0 or -1. */
static int
write_rows(const struct undoing *undoing, const struct fil_table *table, enum fil_action action,
    int64_t run, const struct fil_batch *kept, const struct fil_batch *rows,
    struct fil_fault *fault)
{
	if (fil_run_keep(undoing->run, &table->relation, kept, rows, action, fault) < 0)
		return -1;
	if (action == FIL_REMOVED)
		return fil_store_delete(undoing->store, &table->relation, rows, fault);
	if (action == FIL_ADDED)
		return fil_store_insert(undoing->store, &table->relation, rows, run, NULL, fault);
	return fil_store_update(undoing->store, &table->relation, rows, run, fault);
}

/* Does tasks that are alike. Returns 0 or -1. */
static int
do_alike(struct undoing *undoing, const struct task *tasks, size_t n, struct fil_fault *fault)
{
	const struct fil_table *table = tasks->step->row->table;
	bool adding = tasks->action == FIL_ADDED, removing = tasks->action == FIL_REMOVED;
	struct fil_batch *kept = fil_batch_new(table->n_columns + 1);
	struct fil_batch *rows = fil_batch_new(removing ? table->n_columns + 1 : table->n_columns);
	int result;

	for (size_t i = 0; i < n; i++) {
		const struct step *step = tasks[i].step;

		add_version(undoing, step, adding ? step->wanted : step->now, adding, kept);
		add_version(undoing, step, removing ? step->now : step->wanted, false, rows);
		fil_standing_update_note(undoing->standing, table->name, undoing->cells[0]);
	}
	result = write_rows(undoing, table, tasks->action, tasks->run, kept, rows, fault);
	fil_batch_free(kept);
	fil_batch_free(rows);
	return result;
}

/* Counts rows by what was done with them. */
static void
count(struct fil_counts *counts, enum fil_action action, size_t n)
{
	size_t *const of[] = { [FIL_ADDED] = &counts->added,
		[FIL_CHANGED] = &counts->changed,
		[FIL_LEFT] = &counts->left,
		[FIL_RETURNED] = &counts->returned,
		[FIL_REMOVED] = &counts->removed };

	*of[action] += n;
}

/* Returns whether two versions of a row that stands in both have the same cells. */
static bool
are_same(const struct undoing *undoing, const struct step *step, const struct fil_version *a,
    const struct fil_version *b)
{
	size_t n = step->row->table->n_columns;
	const char **cells;
	bool same = stands(a) && stands(b);

	if (!same)
		return false;
	cells = fil_alloc(2 * n, sizeof *cells);
	read_cells(undoing, step, a, cells);
	read_cells(undoing, step, b, cells + n);
	for (size_t c = 0; c < n && same; c++)
		same = cells[c] && cells[n + c] ? strcmp(cells[c], cells[n + c]) == 0
						: cells[c] == cells[n + c];
	free(cells);
	return same;
}

/* Returns how many rows have the same cells again. They count as erased if that is all that is left of
 * the change: no run writes a row that is the same. */
static size_t
count_same(struct undoing *undoing, const struct task *tasks, size_t n)
{
	size_t same = 0;

	for (size_t i = 0; i < n; i++) {
		const struct step *step = tasks[i].step;
		const struct fil_edit *edits = step->row->edits;
		bool erased = false;

		if (!are_same(undoing, step, step->now, step->wanted))
			continue;
		same++;
		for (size_t e = 0; e < step->row->n_edits && !erased; e++)
			for (size_t r = 0; r < undoing->n_runs; r++)
				erased = erased ||
				    (edits[e].run == undoing->runs[r] &&
					are_same(undoing, step, &edits[e].before, &edits[e].after));
		undoing->counts->unknown += erased;
	}
	return same;
}

/* Adds, changes or removes rows. Returns 0 or -1. */
static int
do_all(struct undoing *undoing, enum work work, struct fil_fault *fault)
{
	struct task *tasks;
	size_t n, end, same;
	int result = 0;

	tasks = sort_tasks(undoing, work, &n);
	for (size_t i = 0; i < n && result == 0; i = end) {
		for (end = i + 1; end < n && end - i < ROWS && is_alike(&tasks[i], &tasks[end]);)
			end++;
		result = do_alike(undoing, &tasks[i], end - i, fault);
		same = count_same(undoing, &tasks[i], end - i);
		count(undoing->counts, tasks[i].action, end - i - same);
	}
	free(tasks);
	return result;
}

/* Returns whether another user has still to give up a key, or to come back with it before. since: only
 * users whom a later run removed. */
static bool
is_awaited(struct undoing *undoing, const struct step *step, const char *key, int64_t since)
{
	size_t number = fil_hash_number(undoing->places, key, strlen(key));
	const struct step *other = number == FIL_NOWHERE ? NULL : &undoing->steps[number];

	for (; other; other = other->next)
		if (other != step && other->waits && !other->aside &&
		    (!other->removal || other->removal->run > since))
			return true;
	return false;
}

/* Adds the row of a user whose key another user had until now. The manager may not be there yet. Returns
 * 0 or -1. */
static int
add_user(struct undoing *undoing, struct step *step, struct fil_fault *fault)
{
	const struct fil_table *users = step->row->table;
	struct fil_batch *kept = fil_batch_new(users->n_columns + 1);
	struct fil_batch *rows = fil_batch_new(users->n_columns);
	char run[FIL_NUMBER_SIZE];
	int result;

	memset(undoing->cells, 0, (users->n_columns + 1) * sizeof *undoing->cells);
	fil_number_write(step->wanted->run, run);
	undoing->cells[0] = place_of(undoing, step);
	undoing->cells[users->n_columns] = run;
	fil_batch_add(kept, undoing->cells);
	read_cells(undoing, step, step->wanted, undoing->cells);
	undoing->cells[0] = place_of(undoing, step);
	for (size_t c = users->n_keys; c < users->n_columns; c++)
		if (fil_table_names_user(users, c))
			undoing->cells[c] = NULL;
	fil_batch_add(rows, undoing->cells);
	result = write_rows(undoing, users, FIL_ADDED, step->wanted->run, kept, rows, fault);
	fil_batch_free(kept);
	fil_batch_free(rows);
	undoing->counts->added++;
	return result;
}

/* Gives a user the key. Returns 0 or -1. */
static int
rename_user(struct undoing *undoing, struct step *step, const char *key, struct fil_fault *fault)
{
	struct fil_changes *changes = fil_changes_new(step->row->table, NULL, fault);
	size_t moved = 0;
	int result = fil_rename_user(undoing->run, changes, step->aside ? step->aside : step->place,
			 key, NULL, &moved, fault) == FIL_RENAMED
	    ? 0
	    : -1;

	fil_changes_free(changes);
	return result;
}

/* Returns the run whose value the row of a renamed user is again: that before the renamings, unless
 * another run wrote the row between them. */
static int64_t
run_then(const struct undoing *undoing, const struct step *step)
{
	int64_t run = outcome(step)->run;
	const struct fil_version *version;
	struct states states;
	size_t state = step->key_state;

	read_states(undoing, step->row, true, &states);
	for (size_t r = undoing->n_runs; step->former && state != step->former_state && r-- > 0;) {
		state = go_back(&states, state, undoing->runs[r], &version);
		for (size_t i = states.n; i-- > 0;) {
			const struct fil_edit *renaming = &states.edits[states.own[i]];

			if (renaming->run == undoing->runs[r] && renaming->after.run == run)
				run = renaming->before.run;
		}
	}
	free(states.own);
	return run;
}

/* Does the next part of what a user waits for: the row is added, then renamed. Returns 1, 0 when
 * another user is in the way, or -1. */
static int
take_key(struct undoing *undoing, struct step *step, struct fil_fault *fault)
{
	const char *key = key_then(undoing, step);

	if (step->late && comes_back(step) && !step->added) {
		if (is_awaited(undoing, step, step->place, step->removal->run))
			return 0;
		step->added = true;
		step->waits = strcmp(key, step->place) != 0;
		return add_user(undoing, step, fault) < 0 ? -1 : 1;
	}
	if (is_awaited(undoing, step, key, 0))
		return 0;
	step->waits = false;
	undoing->counts->changed++;
	if (rename_user(undoing, step, key, fault) < 0)
		return -1;
	return fil_rename_sign(undoing->store, run_then(undoing, step), key, fault) < 0 ? -1 : 1;
}

/* Gives the first user who waits a key that nobody has, so that others get the one that this user had:
 * keys passed round in a circle. Returns 0 or -1. */
static int
step_aside(struct undoing *undoing, struct step *step, struct fil_fault *fault)
{
	char *key = fil_format("%s~", step->place), *longer;
	bool held;
	int result;

	while ((result = find_holder(undoing, key, &held, fault)) == 0 &&
	    (held || find_step(undoing, step->row->table, key, 0))) {
		longer = fil_format("%s~", key);
		free(key);
		key = longer;
	}
	if (result == 0)
		result = rename_user(undoing, step, key, fault);
	step->aside = key;
	return result;
}

/* Notes that a user who was renamed and has the former key again keeps it, so that this can be taken
 * back. Returns 0 or -1. */
static int
keep_key(struct undoing *undoing, const struct step *step, struct fil_fault *fault)
{
	const struct fil_table *users = step->row->table;
	struct fil_batch *row = fil_batch_new(users->n_columns + 1);
	int64_t run = run_then(undoing, step);
	int result = 0;

	if (step->former && step->former_state != step->key_state) {
		add_version(undoing, step, outcome(step), false, row);
		result = fil_run_keep_user(
		    undoing->run, &users->relation, row, FIL_RENAMING, step->place, fault);
		if (result == 0)
			result = fil_rename_sign(undoing->store, run, step->place, fault);
	}
	fil_batch_free(row);
	return result;
}

/* Finds whether a user waits for a key. One who was renamed and has the former key again does not.
 * Returns 0 or -1. */
static int
begin_key(struct undoing *undoing, struct step *step, struct fil_fault *fault)
{
	struct step *first;
	bool fresh;

	if (step->row->table != fil_catalog_table("users") || !gets_key(step))
		return 0;
	step->place = place_of(undoing, step);
	step->waits = (step->late && comes_back(step) && !step->added) ||
	    strcmp(key_then(undoing, step), step->place) != 0;
	if (!step->waits)
		return step->added ? 0 : keep_key(undoing, step, fault);
	first = &undoing->steps[fil_hash_give(undoing->places, step->place, strlen(step->place),
	    (size_t)(step - undoing->steps), &fresh)];
	if (!fresh) {
		step->next = first->next;
		first->next = step;
	}
	return 0;
}

/* Gives users their former keys. A key passes from one user to another when the first has given it up.
 * Returns 0 or -1. */
static int
move_keys(struct undoing *undoing, struct fil_fault *fault)
{
	struct step *waiting;
	bool moved;
	int did = 0;

	for (size_t i = 0; i < undoing->n && did >= 0; i++)
		did = begin_key(undoing, &undoing->steps[i], fault);
	do {
		waiting = NULL;
		moved = false;
		for (size_t i = 0; i < undoing->n && did >= 0; i++) {
			struct step *step = &undoing->steps[i];

			if (!step->waits)
				continue;
			did = take_key(undoing, step, fault);
			moved = moved || did == 1;
			if (step->waits && !step->aside &&
			    (!step->late || !comes_back(step) || step->added))
				waiting = step;
		}
		if (did >= 0 && !moved && waiting)
			did = step_aside(undoing, waiting, fault);
	} while (did >= 0 && (moved || waiting));
	return did < 0 ? -1 : 0;
}

/* Returns whether a row to be put back names a user whose key another user has now, or refers to a row
 * that does and is not there yet. */
static bool
is_late(struct undoing *undoing, const struct step *step)
{
	const struct fil_table *table = step->row->table;

	if (table == fil_catalog_table("users") && comes_back(step) &&
	    strcmp(place_of(undoing, step), step->row->key) != 0)
		return true;
	read_cells(undoing, step, step->wanted, undoing->cells);
	for (size_t c = 0; c < table->n_columns; c++) {
		const char *references = table->columns[c].references;
		const struct step *other;

		if (fil_history_gone(undoing->history, step->row, step->wanted, c))
			return true;
		if (!references || !undoing->cells[c])
			continue;
		other = find_step(undoing, fil_catalog_table(references), undoing->cells[c], 0);
		if (other && other->late && !other->added && !stands(other->now))
			return true;
	}
	return false;
}

/* Finds the rows that are written late. A user whose manager alone is late is added at once, without
 * one: other rows need the user. Returns 0 or -1. */
static int
find_late(struct undoing *undoing, struct fil_fault *fault)
{
	for (size_t i = 0; i < undoing->n; i++) {
		struct step *step = &undoing->steps[i];

		if (!step->differs || step->left || !stands(step->wanted))
			continue;
		step->late = is_late(undoing, step);
		step->added = step->late && !step->row->gone && comes_back(step) &&
		    step->row->table == fil_catalog_table("users") &&
		    strcmp(place_of(undoing, step), step->row->key) == 0;
		if (step->added && add_user(undoing, step, fault) < 0)
			return -1;
	}
	return 0;
}

/* Writes the managers of users who were added before all keys were free. Returns 0 or -1. */
static int
write_managers(struct undoing *undoing, struct fil_fault *fault)
{
	const struct fil_table *users = fil_catalog_table("users");
	struct fil_batch *row = fil_batch_new(users->n_columns);
	int result = 0;

	for (size_t i = 0; i < undoing->n && result == 0; i++) {
		const struct step *step = &undoing->steps[i];

		if (!step->added)
			continue;
		fil_batch_clear(row);
		add_version(undoing, step, step->wanted, false, row);
		result = fil_store_update(
		    undoing->store, &users->relation, row, run_then(undoing, step), fault);
	}
	fil_batch_free(row);
	return result;
}

/* Writes what was planned, early or late. References go from later tables to earlier ones. Returns 0
 * or -1. */
static int
write_part(struct undoing *undoing, struct fil_fault *fault)
{
	int result = -1;

	undoing->standing = fil_standing_update_new(undoing->store);
	if (do_all(undoing, ADDING, fault) == 0 && do_all(undoing, CHANGING, fault) == 0 &&
	    do_all(undoing, REMOVING, fault) == 0)
		result = fil_standing_update_write(
		    undoing->standing, fil_run_number(undoing->run), fault);
	fil_standing_update_free(undoing->standing);
	return result;
}

/* Writes all that was planned. Returns 0 or -1. */
static int
write_all(struct undoing *undoing, struct fil_fault *fault)
{
	if (find_late(undoing, fault) < 0 || write_part(undoing, fault) < 0 ||
	    move_keys(undoing, fault) < 0)
		return -1;
	undoing->late = true;
	return write_managers(undoing, fault) < 0 ? -1 : write_part(undoing, fault);
}

/* Refuses a run with a command line that cannot be taken back. Returns 0 or -1. */
static int
check_command(const char *command, int64_t run, struct fil_fault *fault)
{
	if (fil_text_is_program(command, "fil-init"))
		return fil_fault_set(fault, FIL_REFUSED,
		    "run %lld cannot be taken back: it made the store", (long long)run);
	if (fil_text_is_program(command, "fil-forget"))
		return fil_fault_set(fault, FIL_REFUSED,
		    "run %lld cannot be taken back: it erased users", (long long)run);
	return 0;
}

/* Refuses a run that was taken back. left: the rows that this left, since later runs had written them.
 * Returns -1. */
static int
refuse_again(int64_t run, int64_t by, int64_t left, struct fil_fault *fault)
{
	if (left == 0)
		return fil_fault_set(fault, FIL_REFUSED,
		    "run %lld was taken back by run %lld: 'fil-undo %lld' does its work again",
		    (long long)run, (long long)by, (long long)by);
	return fil_fault_set(fault, FIL_REFUSED,
	    ngettext("run %lld was taken back by run %lld, which left %lld row of later runs: "
		     "'fil-undo %lld', then 'fil-undo %lld' takes it back too",
		"run %lld was taken back by run %lld, which left %lld rows of later runs: "
		"'fil-undo %lld', then 'fil-undo %lld' takes them back too",
		(unsigned long)left),
	    (long long)run, (long long)by, (long long)left, (long long)by, (long long)run);
}

/* Checks that the run can be taken back. Returns 0 or -1. */
static int
check_run(const struct undoing *undoing, int64_t run, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(undoing->store,
	    "SELECT r.command, u.unchanged FROM (SELECT command FROM runs"
	    " WHERE run = CAST($1 AS INTEGER)) AS r LEFT JOIN runs AS u"
	    " ON u.run = CAST($2 AS INTEGER)");
	int64_t by = fil_history_undone_by(undoing->history, run);
	int step;

	fil_query_bind_number(query, 1, run);
	fil_query_bind_number(query, 2, by);
	step = fil_query_step(query, fault);
	if (step == 1 && check_command(fil_query_text(query, 0), run, fault) < 0)
		step = -1;
	else if (step == 1 && by > 0)
		step = refuse_again(run, by, fil_query_number(query, 1), fault);
	fil_query_free(query);
	return step < 0 ? -1 : 0;
}

/* Finds the newest run that is neither an undo nor undone, and that changed something. An erasure is
 * one too: the run before it is not what the caller means. */
static int
find_last(const struct undoing *undoing, int64_t *run, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(undoing->store,
	    "SELECT run, command FROM runs WHERE undid IS NULL AND"
	    " added + changed + departed + returned + removed > 0 ORDER BY run DESC");
	int step;

	while ((step = fil_query_step(query, fault)) == 1) {
		*run = fil_query_number(query, 0);
		if (!fil_text_is_program(fil_query_text(query, 1), "fil-init") &&
		    fil_history_undone_by(undoing->history, *run) == 0)
			break;
	}
	fil_query_free(query);
	return step == 0
	    ? fil_fault_set(fault, FIL_REFUSED, "there is no run to take back: see fil-log")
	    : step;
}

/* Notes in the undo's own run which runs it takes back. */
static void
note_runs(struct undoing *undoing)
{
	struct fil_bytes text = { 0 };

	for (size_t i = 0; i < undoing->n_runs; i++)
		fil_bytes_add_format(
		    &text, "%s%lld", i > 0 ? " " : "", (long long)undoing->runs[i]);
	fil_run_undid(undoing->run, text.data);
	fil_bytes_release(&text);
}

/* Takes the runs back. Returns 0 or -1. */
static int
take_back(struct undoing *undoing, struct fil_fault *fault)
{
	if (fil_log_find(undoing->store, undoing->runs, undoing->n_runs, fault) < 0)
		return -1;
	for (size_t i = 0; i < undoing->n_runs; i++)
		if (check_run(undoing, undoing->runs[i], fault) < 0)
			return -1;
	if (fil_history_read_runs(undoing->history, undoing->runs, undoing->n_runs, fault) < 0)
		return -1;
	plan_all(undoing);
	if (check_all(undoing, fault) < 0)
		return -1;
	undoing->counts->unknown = fil_history_erased(undoing->history);
	undoing->counts->unchanged = undoing->conflicts;
	if (undoing->conflicts > 0 && !undoing->undo->keep_later)
		return fil_fault_set(fault, FIL_REFUSED,
		    ngettext("refused: %zu row cannot be put back; nothing was changed "
			     "(--keep-later takes back the rest)",
			"refused: %zu rows cannot be put back; nothing was changed (--keep-later "
			"takes back the rest)",
			undoing->conflicts),
		    undoing->conflicts);
	note_runs(undoing);
	return write_all(undoing, fault);
}

int
fil_undo_runs(struct fil_run *run, const struct fil_undo *undo, struct fil_counts *counts,
    struct fil_fault *fault)
{
	struct undoing undoing = { .run = run,
		.store = fil_run_store(run),
		.undo = undo,
		.counts = counts,
		.runs = undo->runs,
		.n_runs = undo->n_runs,
		.numbers = fil_hash_new_map(),
		.places = fil_hash_new_map() };
	int64_t last = 0;
	int result = -1;

	undoing.tables = fil_catalog_tables(&undoing.n_tables);
	undoing.cells = fil_alloc(fil_catalog_widest() + 1, sizeof *undoing.cells);
	undoing.history = fil_history_new(undoing.store, fault);
	if (undoing.history && undo->n_runs == 0) {
		undoing.runs = &last;
		undoing.n_runs = 1;
		result = find_last(&undoing, &last, fault);
	}
	if (undoing.history && (undo->n_runs > 0 || result >= 0))
		result = take_back(&undoing, fault);
	fil_history_free(undoing.history);
	fil_hash_free(undoing.numbers);
	fil_hash_free(undoing.places);
	fil_bytes_release(&undoing.name);
	for (size_t i = 0; i < undoing.n; i++)
		free(undoing.steps[i].aside);
	free(undoing.steps);
	free(undoing.cells);
	return result;
}
