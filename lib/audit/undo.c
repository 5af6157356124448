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

/* What is to be done with a row. */
struct step {
	const struct fil_edited_row *row;
	const struct fil_version *now, *wanted; /* places of FIL_NOWHERE: no row */
	bool differs; /* now and wanted do */
	bool left; /* in conflict, or another row needs it */
	const struct fil_edit *renaming; /* the first of a user's to be taken back, or NULL */
	int64_t renamed; /* the run of the row after the last renaming */
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
	struct fil_hash *numbers; /* of the steps, by table and key */
	struct fil_bytes name; /* of a row in numbers */
	const struct fil_table *const *tables;
	size_t n_tables;
	const char **cells; /* of a row of any table, and its run */
	size_t conflicts;
};

/* States of a row. State 0 is before its first edit. State i + 1 is that after edit i, unless the
 * edit took others back: then the state is the one before these. Two equal states mean that nothing
 * that still holds happened between them. */
struct states {
	const struct fil_edit *edits;
	const size_t *own; /* numbers of the edits that count: renamings, or all others */
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
find_wanted(struct undoing *undoing, struct step *step, const struct states *states,
    const struct fil_version **version)
{
	size_t now = state_before(states, states->n), state = now, back;
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

/* Plans what is to be done with the cells of a row, or with its key if `renamings`. */
static void
plan(struct undoing *undoing, struct step *step, bool renamings)
{
	const struct fil_edited_row *row = step->row;
	size_t *numbers = fil_alloc(2 * row->n_edits, sizeof *numbers), wanted;
	struct states states = { row->edits, numbers, numbers + row->n_edits, 0 };
	const struct fil_version *version;

	for (size_t e = 0; e < row->n_edits; e++)
		if ((row->edits[e].action == FIL_RENAMING) == renamings)
			numbers[states.n++] = e;
	if (states.n > 0) {
		find_states(undoing->history, &states);
		if (!renamings && state_before(&states, states.n) > 0)
			step->written =
			    row->edits[numbers[state_before(&states, states.n) - 1]].run;
		version = NULL;
		wanted = find_wanted(undoing, step, &states, &version);
		if (wanted != state_before(&states, states.n)) {
			if (renamings) {
				step->renaming = &row->edits[numbers[wanted]];
				step->renamed = row->edits[numbers[states.n - 1]].after.run;
			} else {
				step->wanted = version;
				step->differs = true;
			}
		}
	}
	free(numbers);
}

/* Tells of a renaming of a user whom another run has removed since. An undo only removes a user whom
 * the run that it took back had added. */
static void
check_renaming(struct undoing *undoing, struct step *step)
{
	char *why;

	if (!step->renaming || step->differs || step->written == 0 ||
	    step->now->place != FIL_NOWHERE ||
	    fil_history_took_back(undoing->history, step->written, 0))
		return;
	why = fil_format(_("written again by run %lld"), (long long)step->written);
	tell(undoing, step, why);
	step->renaming = NULL;
	free(why);
}

/* Writes the name of a row in undoing->numbers. */
static void
name_row(struct undoing *undoing, const struct fil_table *table, const char *key)
{
	fil_bytes_clear(&undoing->name);
	fil_bytes_add_format(&undoing->name, "%s\1%s", table->name, key);
}

/* Returns the step of the row of a table with a key, or NULL. */
static struct step *
find_step(struct undoing *undoing, const struct fil_table *table, const char *key)
{
	size_t number;

	name_row(undoing, table, key);
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

		name_row(undoing, rows[i].table, rows[i].key);
		fil_hash_give(
		    undoing->numbers, undoing->name.data, undoing->name.length, i, &fresh);
		step->row = &rows[i];
		step->now = step->wanted = &rows[i].edits[rows[i].n_edits - 1].after;
		plan(undoing, step, false);
		plan(undoing, step, true);
		check_renaming(undoing, step);
		if (rows[i].gone && step->differs && step->wanted->place != FIL_NOWHERE)
			tell(undoing, step, _("another user has the former key"));
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
			!find_step(
			    undoing, wanting->table, fil_batch_cell(wanting->keys, i, 0, NULL))) ||
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

/* Notes what a row to be put back refers to, in the columns that refer to the table. */
static void
note_wanted(struct undoing *undoing, struct step *step, struct wanting *wanting)
{
	const struct fil_table *table = step->row->table;

	for (size_t c = 0; c < table->n_columns; c++) {
		const char *references = table->columns[c].references;
		struct step *other;

		if (!references || strcmp(references, wanting->table->name) != 0 ||
		    !undoing->cells[c])
			continue;
		other = find_step(undoing, wanting->table, undoing->cells[c]);
		if (other && stands(outcome(other)))
			continue;
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
	step = find_step(undoing, table, key.data);
	if (step && step->differs && !step->left) {
		const char **cells = fil_alloc(table->n_columns, sizeof *cells);

		refers = stands(step->wanted);
		if (refers) {
			read_cells(undoing, step, step->wanted, cells);
			refers = cells[column] && strcmp(cells[column], cell) == 0;
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
	struct step *step = find_step(undoing, gone, undoing->cells[column]);
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

/* Returns the key that a user had before the renaming that is taken back. It belongs to the history. */
static const char *
former_key(const struct undoing *undoing, const struct step *step)
{
	return fil_renamings_key(fil_history_renamings(undoing->history), step->row->key, FIL_NOW,
	    (struct fil_moment){ step->renaming->run, step->renaming->number });
}

/* Leaves the users whose former key is that of another user. Returns 0 or -1. */
static int
check_keys(struct undoing *undoing, struct fil_fault *fault)
{
	const struct fil_table *users = fil_catalog_table("users");
	struct fil_batch *keys = fil_batch_new(1), *found = fil_batch_new(users->n_columns + 1);
	int result = 0;

	for (size_t i = 0; i < undoing->n && result == 0; i++) {
		struct step *step = &undoing->steps[i], *other;
		const char *key;
		size_t place;

		if (!step->renaming || !stands(outcome(step)))
			continue;
		key = former_key(undoing, step);
		other = find_step(undoing, users, key);
		fil_batch_clear(keys);
		fil_batch_clear(found);
		fil_batch_add(keys, &key);
		result =
		    fil_store_fetch(undoing->store, &users->relation, keys, found, &place, fault);
		if (other && other->differs ? !stands(outcome(other)) : place == FIL_NOWHERE)
			continue;
		tell(undoing, step, _("another user has the former key"));
		step->renaming = NULL;
	}
	fil_batch_free(keys);
	fil_batch_free(found);
	return result;
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
		if (!step->differs || step->left || work != kind_of(now, then))
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
add_version(const struct undoing *undoing, const struct step *step,
    const struct fil_version *version, bool keys, struct fil_batch *rows)
{
	const struct fil_table *table = step->row->table;
	char run[FIL_NUMBER_SIZE];

	read_cells(undoing, step, version, undoing->cells);
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
do_alike(const struct undoing *undoing, const struct task *tasks, size_t n, struct fil_fault *fault)
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

/* Adds, changes or removes rows. Returns 0 or -1. */
static int
do_all(struct undoing *undoing, enum work work, struct fil_fault *fault)
{
	struct task *tasks;
	size_t n, end;
	int result = 0;

	tasks = sort_tasks(undoing, work, &n);
	for (size_t i = 0; i < n && result == 0; i = end) {
		for (end = i + 1; end < n && end - i < ROWS && is_alike(&tasks[i], &tasks[end]);)
			end++;
		result = do_alike(undoing, &tasks[i], end - i, fault);
		count(undoing->counts, tasks[i].action, end - i);
	}
	free(tasks);
	return result;
}

/* Renames users back. Their rows then count as written by the run before the renaming, unless a
 * later run wrote them. Returns 0 or -1. */
static int
rename_back(struct undoing *undoing, struct fil_fault *fault)
{
	struct fil_changes *changes = fil_changes_new(fil_catalog_table("users"), NULL, fault);
	int result = 0;

	for (size_t i = 0; i < undoing->n && result == 0; i++) {
		const struct step *step = &undoing->steps[i];
		const char *key;
		size_t moved = 0;

		if (!step->renaming || !stands(outcome(step)))
			continue;
		key = former_key(undoing, step);
		if (fil_rename_user(undoing->run, changes, step->row->key, key, NULL, &moved,
			fault) != FIL_RENAMED)
			result = -1;
		else if (!step->differs && step->now->run == step->renamed)
			result =
			    fil_rename_sign(undoing->store, step->renaming->before.run, key, fault);
		undoing->counts->changed++;
	}
	fil_changes_free(changes);
	return result;
}

/* Writes all that was planned. References go from later tables to earlier ones. Returns 0 or -1. */
static int
write_all(struct undoing *undoing, struct fil_fault *fault)
{
	if (do_all(undoing, ADDING, fault) < 0 || do_all(undoing, CHANGING, fault) < 0 ||
	    do_all(undoing, REMOVING, fault) < 0 ||
	    fil_standing_update_write(undoing->standing, fil_run_number(undoing->run), fault) < 0)
		return -1;
	return rename_back(undoing, fault);
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

/* Checks that the run exists and can be taken back. Returns 0 or -1. */
static int
check_run(const struct undoing *undoing, int64_t run, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(
	    undoing->store, "SELECT command FROM runs WHERE run = CAST($1 AS INTEGER)");
	int64_t by = fil_history_undone_by(undoing->history, run);
	int step;

	if (fil_log_find(undoing->store, &run, 1, fault) < 0) {
		fil_query_free(query);
		return -1;
	}
	fil_query_bind_number(query, 1, run);
	step = fil_query_step(query, fault);
	if (step == 1 && check_command(fil_query_text(query, 0), run, fault) < 0)
		step = -1;
	else if (step == 1 && by > 0)
		step = fil_fault_set(fault, FIL_REFUSED,
		    "run %lld was taken back by run %lld: 'fil-undo %lld' does its work again",
		    (long long)run, (long long)by, (long long)by);
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
	for (size_t i = 0; i < undoing->n_runs; i++)
		if (check_run(undoing, undoing->runs[i], fault) < 0)
			return -1;
	if (fil_history_read_runs(undoing->history, undoing->runs, undoing->n_runs, fault) < 0)
		return -1;
	plan_all(undoing);
	if (check_references(undoing, fault) < 0 || check_keys(undoing, fault) < 0)
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
		.numbers = fil_hash_new_map() };
	int64_t last = 0;
	int result = -1;

	undoing.tables = fil_catalog_tables(&undoing.n_tables);
	undoing.cells = fil_alloc(fil_catalog_widest() + 1, sizeof *undoing.cells);
	undoing.standing = fil_standing_update_new(undoing.store);
	undoing.history = fil_history_new(undoing.store, fault);
	if (undoing.history && undo->n_runs == 0) {
		undoing.runs = &last;
		undoing.n_runs = 1;
		result = find_last(&undoing, &last, fault);
	}
	if (undoing.history && (undo->n_runs > 0 || result >= 0))
		result = take_back(&undoing, fault);
	fil_history_free(undoing.history);
	fil_standing_update_free(undoing.standing);
	fil_hash_free(undoing.numbers);
	fil_bytes_release(&undoing.name);
	free(undoing.steps);
	free(undoing.cells);
	return result;
}
