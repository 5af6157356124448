/* SPDX-License-Identifier: ISC */
#include "lib/audit/undo/steps.h"

#include <stdlib.h>
#include <string.h>

#include "lib/audit/undo/states.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/number.h"
#include "lib/base/text.h"
#include "lib/write/people/redacted.h"

/* Rows looked for at once, and keys for which one statement looks. */
enum { ROWS = 1000, ASKED = 128 };

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
tell(struct fil_undoing *undoing, struct fil_undo_step *step, const char *why)
{
	struct fil_bytes text = { 0 };

	add_row_name(step->row->table, step->row->key, &text);
	fil_bytes_add_format(&text, ": %s", why);
	undoing->conflict(undoing->context, text.data);
	undoing->conflicts++;
	step->left = true;
	fil_bytes_release(&text);
}

/* Goes back from a state over the edits of one run, as fil_states_go_back does. Returns FIL_NOWHERE, and
 * tells of the row, where a later run wrote it again. */
static size_t
go_back(struct fil_undoing *undoing, struct fil_undo_step *step, const struct fil_states *states,
    size_t state, int64_t run, const struct fil_version **version)
{
	size_t back = fil_states_go_back(states, state, run, version);
	char *why;

	if (back != FIL_NOWHERE)
		return back;
	/* With --keep-later, what newer runs did is taken back all the same. */
	why = state == 0
	    ? fil_copy(_("taken back already"))
	    : fil_format(_("written again by run %lld"), (long long)states->own[state - 1]->run);
	tell(undoing, step, why);
	step->left = false;
	free(why);
	return FIL_NOWHERE;
}

/* Takes the runs back from the newest on, among the edits of the cells, and finds the version that is
 * wanted. */
static void
find_wanted(
    struct fil_undoing *undoing, struct fil_undo_step *step, const struct fil_states *states)
{
	bool is_user = step->row->table == fil_catalog_table("users");
	const struct fil_version *version = step->now;
	size_t back;

	step->wanted_state = step->state;
	for (size_t r = undoing->n_runs; r-- > 0; step->wanted_state = back) {
		bool stood = fil_version_stands(version);

		back =
		    go_back(undoing, step, states, step->wanted_state, undoing->runs[r], &version);
		if (back == FIL_NOWHERE)
			break;
		if (is_user && !stood && fil_version_stands(version))
			step->returned = version;
	}
	step->differs = step->wanted_state != step->state;
	if (step->differs)
		step->wanted = version;
}

/* Plans what is to be done with the cells of a row. */
static void
plan_cells(struct fil_undoing *undoing, struct fil_undo_step *step)
{
	struct fil_states states;

	fil_states_read(undoing->history, step->row, false, &states);
	if (states.n > 0) {
		step->state = fil_states_before(&states, states.n);
		if (step->state > 0)
			step->written = states.own[step->state - 1]->run;
		find_wanted(undoing, step, &states);
		if (step->now->place == FIL_NOWHERE &&
		    step->row->table == fil_catalog_table("users"))
			step->removal = fil_states_written(&states, step->state);
	}
	if (states.n_empty > 0) {
		step->empty = states.empty;
		states.empty = NULL;
	}
	fil_states_release(&states);
}

/* Takes the runs back from the newest on, among the renamings of a user, and finds the version that has
 * the former key. A user who comes back from a removal has the key of that time. */
static const struct fil_version *
find_former(
    struct fil_undoing *undoing, struct fil_undo_step *step, const struct fil_states *states)
{
	const struct fil_version *returned = step->returned, *version = NULL;
	size_t back;

	/* The user had the key of the removal, and may have had another one for a while since. */
	if (step->removal)
		version = &step->removal->before;
	for (size_t r = undoing->n_runs; r-- > 0; step->former_state = back) {
		if (returned && undoing->runs[r] <= returned->moment.run) {
			step->former_state = fil_states_at(states, returned->moment);
			version = returned;
			returned = NULL;
		}
		back =
		    go_back(undoing, step, states, step->former_state, undoing->runs[r], &version);
		if (back == FIL_NOWHERE)
			break;
	}
	return version;
}

/* Plans what is to be done with the key of a user. */
static void
plan_key(struct fil_undoing *undoing, struct fil_undo_step *step)
{
	const struct fil_version *version;
	struct fil_states states;

	fil_states_read(undoing->history, step->row, true, &states);
	step->key_state = step->removal ? fil_states_at(&states, step->removal->before.moment)
					: fil_states_before(&states, states.n);
	step->former_state = step->key_state;
	version = find_former(undoing, step, &states);
	if (step->former_state != step->key_state || (step->removal && step->differs))
		step->former = version;
	fil_states_release(&states);
}

/* Tells of a renaming of a user whom another run has removed since. An undo only removes a user whom
 * the run that it took back had added. */
static void
check_renaming(struct fil_undoing *undoing, struct fil_undo_step *step)
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
name_row(struct fil_undoing *undoing, const struct fil_table *table, const char *key, size_t gone)
{
	fil_bytes_clear(&undoing->name);
	fil_bytes_add_format(&undoing->name, "%s\1%zu\1%s", table->name, gone, key);
}

struct fil_undo_step *
fil_undoing_step(
    struct fil_undoing *undoing, const struct fil_table *table, const char *key, size_t gone)
{
	size_t number;

	name_row(undoing, table, key, gone);
	number = fil_hash_number(undoing->numbers, undoing->name.data, undoing->name.length);
	return number == FIL_NOWHERE ? NULL : &undoing->steps[number];
}

void
fil_undoing_plan(struct fil_undoing *undoing)
{
	const struct fil_edited_row *rows = fil_history_rows(undoing->history, &undoing->n);
	bool fresh;

	undoing->steps = fil_alloc(undoing->n + 1, sizeof *undoing->steps);
	for (size_t i = 0; i < undoing->n; i++) {
		struct fil_undo_step *step = &undoing->steps[i];

		name_row(undoing, rows[i].table, rows[i].key, rows[i].gone);
		fil_hash_give(
		    undoing->numbers, undoing->name.data, undoing->name.length, i, &fresh);
		step->row = &rows[i];
		step->now = step->wanted = &rows[i].edits[rows[i].n_edits - 1].after;
		plan_cells(undoing, step);
		plan_key(undoing, step);
		check_renaming(undoing, step);
	}
}

void
fil_undo_step_cells(const struct fil_undoing *undoing, const struct fil_undo_step *step,
    const struct fil_version *version, const char **cells)
{
	fil_history_cells(undoing->history, step->row, version, FIL_NOW, cells);
}

/* Returns the key of a user in a version, as of its time. It belongs to the history. */
static const char *
raw_key(const struct fil_undoing *undoing, const struct fil_undo_step *step,
    const struct fil_version *version)
{
	const char **cells = fil_alloc(step->row->table->n_columns, sizeof *cells);
	const char *key;

	fil_history_cells(undoing->history, step->row, version, version->moment, cells);
	key = cells[0];
	free(cells);
	return key;
}

const char *
fil_undo_step_key(const struct fil_undoing *undoing, const struct fil_undo_step *step)
{
	return step->former && step->former->place < FIL_UNREAD &&
		fil_version_stands(fil_undo_step_outcome(step))
	    ? raw_key(undoing, step, step->former)
	    : step->row->key;
}

/* The keys of a table that some rows refer to, for one look at the store. */
struct wanting {
	const struct fil_table *table;
	struct fil_batch *keys;
	struct fil_undo_step **steps; /* that refer to the keys */
	size_t n;
};

/* Leaves the rows whose references are not stored. Returns 0 or -1. */
static int
look_for(struct fil_undoing *undoing, struct wanting *wanting, struct fil_fault *fault)
{
	size_t places[ROWS];
	struct fil_batch *found = fil_batch_new(wanting->table->n_columns + 1);
	int result = fil_store_fetch(
	    undoing->store, &wanting->table->relation, wanting->keys, found, places, fault);

	for (size_t i = 0; i < wanting->n && result == 0; i++) {
		struct fil_bytes row = { 0 };
		char *why;

		if ((places[i] != FIL_NOWHERE &&
			!fil_undoing_step(undoing, wanting->table,
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
last_arrival(const struct fil_undoing *undoing, const struct fil_states *states, size_t state)
{
	size_t before;

	for (; state > 0; state = before) {
		before = fil_states_before(states, state - 1);
		if (before > 0 &&
		    fil_history_is_other(
			undoing->history, states->own[before - 1], states->own[state - 1]))
			break;
	}
	return state;
}

/* Returns whether the user of a step was another person at a moment than when all is done: the key was
 * removed, and then given to another one. */
static bool
was_other(
    const struct fil_undoing *undoing, const struct fil_undo_step *user, struct fil_moment moment)
{
	struct fil_states states;
	bool was;

	fil_states_read(undoing->history, user->row, false, &states);
	was = last_arrival(undoing, &states, fil_states_at(&states, moment)) !=
	    last_arrival(
		undoing, &states, user->differs && !user->left ? user->wanted_state : user->state);
	fil_states_release(&states);
	return was;
}

/* Returns whether a user gives way to another person who had the key before. */
static bool
gives_way(const struct fil_undoing *undoing, const struct fil_undo_step *step)
{
	return step->returned && fil_version_stands(step->now) &&
	    fil_version_stands(fil_undo_step_outcome(step)) && was_other(undoing, step, FIL_NOW);
}

/* Returns whether the present row of a step is there no more when all is done. */
static bool
goes(const struct fil_undoing *undoing, const struct fil_undo_step *step)
{
	return (fil_version_stands(step->now) &&
		   !fil_version_stands(fil_undo_step_outcome(step))) ||
	    gives_way(undoing, step);
}

bool
fil_undo_step_is_other(struct fil_undoing *undoing, const struct fil_undo_step *step,
    const struct fil_version *a, const struct fil_version *b, size_t column, const char *key)
{
	size_t gone = fil_history_gone(undoing->history, step->row, a, column);
	const struct fil_undo_step *user =
	    fil_undoing_step(undoing, fil_catalog_table("users"), key, gone);
	struct fil_states states;
	bool is;

	if (gone != fil_history_gone(undoing->history, step->row, b, column))
		return true;
	if (!user)
		return false;
	fil_states_read(undoing->history, user->row, false, &states);
	is = last_arrival(undoing, &states, fil_states_at(&states, a->moment)) !=
	    last_arrival(undoing, &states, fil_states_at(&states, b->moment));
	fil_states_release(&states);
	return is;
}

/* Notes what a row to be put back refers to, in the columns that refer to the table. The row is left
 * if it refers to a user whose key is another user's. */
static void
note_wanted(struct fil_undoing *undoing, struct fil_undo_step *step, struct wanting *wanting)
{
	const struct fil_table *table = step->row->table;

	for (size_t c = 0; c < table->n_columns && !step->left; c++) {
		const char *references = table->columns[c].references;
		struct fil_undo_step *other;
		size_t gone;

		if (!references || strcmp(references, wanting->table->name) != 0 ||
		    !undoing->cells[c])
			continue;
		gone = fil_history_gone(undoing->history, step->row, step->wanted, c);
		other = fil_undoing_step(undoing, wanting->table, undoing->cells[c], gone);
		if (other && fil_version_stands(fil_undo_step_outcome(other)) &&
		    (!fil_table_names_user(table, c) ||
			!was_other(undoing, other, step->wanted->moment)))
			continue;
		if (gone || (other && fil_version_stands(fil_undo_step_outcome(other)))) {
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
find_missing(struct fil_undoing *undoing, const struct fil_table *table, struct fil_fault *fault)
{
	struct wanting wanting = { .table = table, .keys = fil_batch_new(1) };
	int result = 0;

	wanting.steps = fil_alloc(ROWS, sizeof *wanting.steps);
	for (size_t i = 0; i < undoing->n && result == 0; i++) {
		struct fil_undo_step *step = &undoing->steps[i];

		if (!step->differs || step->left || !fil_version_stands(step->wanted))
			continue;
		fil_undo_step_cells(undoing, step, step->wanted, undoing->cells);
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

/* Returns whether a row of another table, at which the query stands, refers to the row of a step that goes
 * when all is done. Its cells are in undoing->cells. */
static bool
refers_in_the_end(struct fil_undoing *undoing, const struct fil_undo_step *gone,
    const struct fil_table *table, size_t column)
{
	struct fil_bytes key = { 0 };
	const char *cell = undoing->cells[column];
	bool refers = true;
	struct fil_undo_step *step;

	fil_relation_add_key(&table->relation, undoing->cells, &key);
	step = fil_undoing_step(undoing, table, key.data, 0);
	if (step && step->differs && !step->left) {
		const char **cells = fil_alloc(table->n_columns, sizeof *cells);

		/* What is put back refers to the person who comes back. */
		refers = fil_version_stands(step->wanted) && !gives_way(undoing, gone);
		if (refers) {
			fil_undo_step_cells(undoing, step, step->wanted, cells);
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
judge_reference(struct fil_undoing *undoing, const struct fil_table *gone,
    const struct fil_table *table, size_t column)
{
	struct fil_undo_step *step = fil_undoing_step(undoing, gone, undoing->cells[column], 0);
	struct fil_bytes row = { 0 };
	char *why;

	if (!step || !goes(undoing, step) || !refers_in_the_end(undoing, step, table, column))
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
 * own: the fault names the first one, on every engine. Of many keys all rows that refer to any are read. The
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
find_referring(struct fil_undoing *undoing, const struct fil_table *gone,
    const struct fil_batch *keys, const struct fil_table *table, size_t column,
    struct fil_fault *fault)
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
find_needed(struct fil_undoing *undoing, const struct fil_table *gone, struct fil_fault *fault)
{
	struct fil_batch *keys = fil_batch_new(1);
	int result = 0;

	for (size_t i = 0; i < undoing->n; i++) {
		const struct fil_undo_step *step = &undoing->steps[i];

		if (step->row->table == gone && goes(undoing, step))
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

/* Leaves rows by one look after another, as a row left can forbid others, until no other one is. Returns 0 or
 * -1. */
static int
settle(struct fil_undoing *undoing,
    int (*look)(struct fil_undoing *undoing, struct fil_fault *fault), struct fil_fault *fault)
{
	size_t before;

	do {
		before = undoing->conflicts;
		if (look(undoing, fault) < 0)
			return -1;
	} while (undoing->conflicts > before);
	return 0;
}

/* Leaves what references forbid. Returns 0 or -1. */
static int
find_forbidden(struct fil_undoing *undoing, struct fil_fault *fault)
{
	for (size_t t = 0; t < undoing->n_tables; t++)
		if (undoing->tables[t]->n_keys == 1 &&
		    (find_missing(undoing, undoing->tables[t], fault) < 0 ||
			find_needed(undoing, undoing->tables[t], fault) < 0))
			return -1;
	return 0;
}

bool
fil_undo_step_returns(const struct fil_undo_step *step)
{
	return fil_version_stands(fil_undo_step_outcome(step)) && !fil_version_stands(step->now);
}

const char *
fil_undo_step_place(const struct fil_undoing *undoing, const struct fil_undo_step *step)
{
	return step->removal && step->removal->before.place < FIL_UNREAD &&
		fil_undo_step_returns(step)
	    ? raw_key(undoing, step, &step->removal->before)
	    : step->row->key;
}

bool
fil_undo_step_gets_key(const struct fil_undo_step *step)
{
	return fil_version_stands(fil_undo_step_outcome(step)) && (step->former || step->row->gone);
}

/* Returns the run that took from a user the key that the user gets. */
static int64_t
taken_by(const struct fil_undo_step *step)
{
	return step->former ? step->former->moment.run : step->written;
}

int
fil_undoing_holder(struct fil_undoing *undoing, const char *key, bool *is, struct fil_fault *fault)
{
	const struct fil_table *users = fil_catalog_table("users");
	const struct fil_undo_step *step = fil_undoing_step(undoing, users, key, 0);
	struct fil_batch *keys, *found;
	size_t place = FIL_NOWHERE;
	int result;

	*is = step && fil_version_stands(fil_undo_step_outcome(step)) &&
	    !fil_undo_step_gets_key(step);
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
find_held(struct fil_undoing *undoing, struct fil_fault *fault)
{
	struct fil_hash *keys = fil_hash_new_map();
	int result = 0;

	for (size_t i = 0; i < undoing->n && result == 0; i++) {
		struct fil_undo_step *step = &undoing->steps[i], *other;
		const char *key;
		bool fresh, held;

		if (step->row->table != fil_catalog_table("users") || !fil_undo_step_gets_key(step))
			continue;
		key = fil_undo_step_key(undoing, step);
		other = &undoing->steps[fil_hash_give(keys, key, strlen(key), i, &fresh)];
		result = fil_undoing_holder(undoing, key, &held, fault);
		if (result == 0 && !held && fil_undo_step_returns(step))
			result = fil_undoing_holder(
			    undoing, fil_undo_step_place(undoing, step), &held, fault);
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

/* Leaves what references forbid, then what the keys of users forbid. Returns 0 or -1. */
static int
check_all(struct fil_undoing *undoing, struct fil_fault *fault)
{
	return settle(undoing, find_forbidden, fault) < 0 || settle(undoing, find_held, fault) < 0
	    ? -1
	    : 0;
}

/* Sets *is to whether the row of a step, as it stands, is one of which the history keeps nothing. Returns 0 or
 * -1. */
static int
is_unknown(const struct fil_undoing *undoing, struct fil_redacted *redacted,
    const struct fil_undo_step *step, bool *is, struct fil_fault *fault)
{
	char run[FIL_NUMBER_SIZE];
	enum fil_kept kept;

	fil_number_write(step->now->run, run);
	fil_undo_step_cells(undoing, step, step->now, undoing->cells);
	undoing->cells[step->row->table->n_columns] = run;
	if (fil_redacted_row(redacted, step->row->table, undoing->cells, &kept, fault) < 0)
		return -1;
	*is = kept == FIL_KEPT_NOTHING;
	return 0;
}

/* Leaves the rows that would go, and that seem new only because the history keeps nothing of what stood
 * before. Returns 0 or -1. */
static int
find_unknown(struct fil_undoing *undoing, struct fil_fault *fault)
{
	struct fil_redacted *redacted = fil_redacted_new(undoing->store);
	int result = 0;

	for (size_t i = 0; i < undoing->n && result == 0; i++) {
		struct fil_undo_step *step = &undoing->steps[i];
		bool is;

		if (!step->differs || step->left || !fil_version_stands(step->now) ||
		    fil_version_stands(step->wanted))
			continue;
		result = is_unknown(undoing, redacted, step, &is, fault);
		if (result == 0 && is)
			tell(undoing, step,
			    _("its key mentions an erased user, so that the history lacks what "
			      "it was"));
	}
	fil_redacted_free(redacted);
	return result;
}

int
fil_undoing_check(struct fil_undoing *undoing, struct fil_fault *fault)
{
	if (find_unknown(undoing, fault) < 0)
		return -1;
	return settle(undoing, check_all, fault);
}
