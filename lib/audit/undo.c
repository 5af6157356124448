/* SPDX-License-Identifier: ISC */
#include "lib/audit/undo.h"

#include <stdlib.h>
#include <string.h>

#include "lib/audit/log.h"
#include "lib/audit/undo/states.h"
#include "lib/audit/undo/steps.h"
#include "lib/base/hash.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/number.h"
#include "lib/base/text.h"
#include "lib/levels/standing_update.h"
#include "lib/write/changes.h"
#include "lib/write/rename.h"

/* Rows written at once. */
enum { ROWS = 1000 };

/* Replaces today's keys of users in the cells of a version by those that they have when all is done. */
static void
name_users_then(struct fil_undoing *undoing, const struct fil_undo_step *step,
    const struct fil_version *version, const char **cells)
{
	const struct fil_table *table = step->row->table, *users = fil_catalog_table("users");

	for (size_t c = 0; c < table->n_columns; c++) {
		const struct fil_undo_step *user;

		if (!cells[c] || !fil_table_names_user(table, c))
			continue;
		user = fil_undoing_step(undoing, users, cells[c],
		    fil_history_gone(undoing->history, step->row, version, c));
		if (user)
			cells[c] = fil_undo_step_key(undoing, user);
	}
}

/* Work on rows of one kind. */
enum work { NOTHING, ADDING, CHANGING, REMOVING };

/* A step to be done, in the order in which rows are written: rows of one table, action and run lie
 * together. */
struct task {
	const struct fil_undo_step *step;
	size_t table;
	enum fil_action action;
	int64_t run; /* whose value it is again */
	bool kept; /* in the history already */
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
	if (x->kept != y->kept)
		return x->kept ? -1 : 1;
	return (x->step > y->step) - (x->step < y->step);
}

static bool
is_alike(const struct task *a, const struct task *b)
{
	return a->table == b->table && a->action == b->action && a->run == b->run &&
	    a->kept == b->kept;
}

/* Returns the action of a change: a user who is marked as left leaves, as in a sync. */
static enum fil_action
changing(const struct fil_undoing *undoing, const struct fil_undo_step *step)
{
	const struct fil_table *table = step->row->table;
	size_t column = fil_table_column(table, "left");
	bool before, after;

	if (column == FIL_NOWHERE)
		return FIL_CHANGED;
	fil_undo_step_cells(undoing, step, step->now, undoing->cells);
	before = undoing->cells[column];
	fil_undo_step_cells(undoing, step, step->wanted, undoing->cells);
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
sort_tasks(const struct fil_undoing *undoing, enum work work, size_t *n)
{
	struct task *tasks = fil_alloc(undoing->n + 1, sizeof *tasks);
	size_t table = 0;

	*n = 0;
	for (size_t i = 0; i < undoing->n; i++) {
		const struct fil_undo_step *step = &undoing->steps[i];
		bool now = fil_version_stands(step->now),
		     then = fil_version_stands(fil_undo_step_outcome(step));
		struct task task = { step, 0, FIL_ADDED, fil_undo_step_outcome(step)->run,
			step->kept };

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
add_version(struct fil_undoing *undoing, const struct fil_undo_step *step,
    const struct fil_version *version, bool keys, struct fil_batch *rows)
{
	const struct fil_table *table = step->row->table;
	char run[FIL_NUMBER_SIZE];

	fil_undo_step_cells(undoing, step, version, undoing->cells);
	if (undoing->late)
		name_users_then(undoing, step, version, undoing->cells);
	for (size_t c = table->n_keys; c < table->n_columns && keys; c++)
		undoing->cells[c] = NULL;
	fil_number_write(version->run, run);
	undoing->cells[table->n_columns] = run;
	fil_batch_add(rows, undoing->cells);
}

/* Writes rows of one table, action and run, and keeps what was there unless kept is NULL. Returns 0 or
 * -1. */
static int
write_rows(const struct fil_undoing *undoing, const struct fil_table *table, enum fil_action action,
    int64_t run, const struct fil_batch *kept, const struct fil_batch *rows,
    struct fil_fault *fault)
{
	if (kept && fil_run_keep(undoing->run, &table->relation, kept, rows, action, fault) < 0)
		return -1;
	if (action == FIL_REMOVED)
		return fil_store_delete(undoing->store, &table->relation, rows, fault);
	if (action == FIL_ADDED)
		return fil_store_insert(undoing->store, &table->relation, rows, run, NULL, fault);
	/* A row that let_go deleted is inserted again. */
	if (undoing->late &&
	    fil_store_insert(undoing->store, &table->relation, rows, run, NULL, fault) < 0)
		return -1;
	return fil_store_update(undoing->store, &table->relation, rows, run, fault);
}

/* Does tasks that are alike. Returns 0 or -1. */
static int
do_alike(struct fil_undoing *undoing, const struct task *tasks, size_t n, struct fil_fault *fault)
{
	const struct fil_table *table = tasks->step->row->table;
	bool adding = tasks->action == FIL_ADDED, removing = tasks->action == FIL_REMOVED;
	struct fil_batch *kept = fil_batch_new(table->n_columns + 1);
	struct fil_batch *rows = fil_batch_new(removing ? table->n_columns + 1 : table->n_columns);
	int result;

	for (size_t i = 0; i < n; i++) {
		const struct fil_undo_step *step = tasks[i].step;

		add_version(undoing, step, adding ? step->wanted : step->now, adding, kept);
		add_version(undoing, step, removing ? step->now : step->wanted, false, rows);
		fil_standing_update_note(undoing->standing, table->name, undoing->cells[0]);
	}
	result = write_rows(
	    undoing, table, tasks->action, tasks->run, tasks->kept ? NULL : kept, rows, fault);
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

/* Returns whether two versions of a row that stands in both have the same cells, and name the same
 * persons. */
static bool
are_same(struct fil_undoing *undoing, const struct fil_undo_step *step, const struct fil_version *a,
    const struct fil_version *b)
{
	size_t n = step->row->table->n_columns;
	const char **cells;
	bool same = fil_version_stands(a) && fil_version_stands(b);

	if (!same)
		return false;
	cells = fil_alloc(2 * n, sizeof *cells);
	fil_undo_step_cells(undoing, step, a, cells);
	fil_undo_step_cells(undoing, step, b, cells + n);
	for (size_t c = 0; c < n && same; c++)
		same = fil_text_is_same(cells[c], cells[n + c]) &&
		    (!cells[c] || !fil_table_names_user(step->row->table, c) ||
			!fil_undo_step_is_other(undoing, step, a, b, c, cells[c]));
	free(cells);
	return same;
}

/* Returns how many rows have the same cells again. They count as erased if that is all that is left of
 * the change: no run writes a row that is the same. */
static size_t
count_same(struct fil_undoing *undoing, const struct task *tasks, size_t n)
{
	size_t same = 0;

	for (size_t i = 0; i < n; i++) {
		const struct fil_undo_step *step = tasks[i].step;
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
do_all(struct fil_undoing *undoing, enum work work, struct fil_fault *fault)
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
is_awaited(
    struct fil_undoing *undoing, const struct fil_undo_step *step, const char *key, int64_t since)
{
	size_t number = fil_hash_number(undoing->places, key, strlen(key));
	const struct fil_undo_step *other = number == FIL_NOWHERE ? NULL : &undoing->steps[number];

	for (; other; other = other->next)
		if (other != step && other->waits && !other->aside &&
		    (!other->removal || other->removal->run > since))
			return true;
	return false;
}

/* Refuses to add a user whose key another user has still. Returns 0 or -1. */
static int
check_free(
    const struct fil_undoing *undoing, const struct fil_undo_step *step, struct fil_fault *fault)
{
	const struct fil_table *users = step->row->table;
	const char *key = fil_undo_step_place(undoing, step);
	struct fil_batch *keys = fil_batch_new(1), *found = fil_batch_new(users->n_columns + 1);
	size_t place;
	int result;

	fil_batch_add(keys, &key);
	result = fil_store_fetch(undoing->store, &users->relation, keys, found, &place, fault);
	if (result == 0 && place != FIL_NOWHERE)
		result = fil_fault_set(
		    fault, FIL_REFUSED, "users user=%s: another user has the former key", key);
	fil_batch_free(keys);
	fil_batch_free(found);
	return result;
}

/* Adds the row of a user whose key another user had until now. The manager may not be there yet. Returns
 * 0 or -1. */
static int
add_user(struct fil_undoing *undoing, struct fil_undo_step *step, struct fil_fault *fault)
{
	const struct fil_table *users = step->row->table;
	struct fil_batch *kept = fil_batch_new(users->n_columns + 1);
	struct fil_batch *rows = fil_batch_new(users->n_columns);
	char run[FIL_NUMBER_SIZE];
	int result = check_free(undoing, step, fault);

	memset(undoing->cells, 0, (users->n_columns + 1) * sizeof *undoing->cells);
	fil_number_write(step->wanted->run, run);
	undoing->cells[0] = fil_undo_step_place(undoing, step);
	undoing->cells[users->n_columns] = run;
	fil_batch_add(kept, undoing->cells);
	fil_undo_step_cells(undoing, step, step->wanted, undoing->cells);
	undoing->cells[0] = fil_undo_step_place(undoing, step);
	for (size_t c = users->n_keys; c < users->n_columns; c++)
		if (fil_table_names_user(users, c))
			undoing->cells[c] = NULL;
	fil_batch_add(rows, undoing->cells);
	if (result == 0)
		result =
		    write_rows(undoing, users, FIL_ADDED, step->wanted->run, kept, rows, fault);
	fil_batch_free(kept);
	fil_batch_free(rows);
	undoing->counts->added++;
	return result;
}

/* Gives a user the key. Returns 0 or -1. */
static int
rename_user(struct fil_undoing *undoing, struct fil_undo_step *step, const char *key,
    struct fil_fault *fault)
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
run_then(const struct fil_undoing *undoing, const struct fil_undo_step *step)
{
	int64_t run = fil_undo_step_outcome(step)->run;
	const struct fil_version *version;
	struct fil_states states;
	size_t state = step->key_state;

	fil_states_read(undoing->history, step->row, true, &states);
	for (size_t r = undoing->n_runs; step->former && state != step->former_state && r-- > 0;) {
		state = fil_states_go_back(&states, state, undoing->runs[r], &version);
		for (size_t i = states.n; i-- > 0;) {
			const struct fil_edit *renaming = states.own[i];

			if (renaming->run == undoing->runs[r] && renaming->after.run == run)
				run = renaming->before.run;
		}
	}
	fil_states_release(&states);
	return run;
}

/* Notes that a user who was renamed and has the former key again keeps it, so that this can be taken
 * back. Returns 0 or -1. */
static int
keep_key(struct fil_undoing *undoing, const struct fil_undo_step *step, struct fil_fault *fault)
{
	const struct fil_table *users = step->row->table;
	struct fil_batch *row = fil_batch_new(users->n_columns + 1);
	int64_t run = run_then(undoing, step);
	int result = 0;

	if (step->former && step->former_state != step->key_state) {
		add_version(undoing, step, fil_undo_step_outcome(step), false, row);
		result = fil_run_keep_user(
		    undoing->run, &users->relation, row, FIL_RENAMING, step->place, fault);
		if (result == 0)
			result = fil_rename_sign(undoing->store, run, step->place, fault);
	}
	fil_batch_free(row);
	return result;
}

/* Does the next part of what a user waits for: the row is added, then renamed. Returns 1, 0 when
 * another user is in the way, or -1. */
static int
take_key(struct fil_undoing *undoing, struct fil_undo_step *step, struct fil_fault *fault)
{
	const char *key = fil_undo_step_key(undoing, step);

	if (step->late && fil_undo_step_returns(step) && !step->added) {
		if (is_awaited(undoing, step, step->place, step->removal->run))
			return 0;
		step->added = true;
		step->waits = strcmp(key, step->place) != 0;
		return add_user(undoing, step, fault) < 0 ? -1 : 1;
	}
	if (is_awaited(undoing, step, key, 0))
		return 0;
	step->waits = false;
	if (!step->aside && strcmp(key, step->place) == 0)
		return keep_key(undoing, step, fault) < 0 ? -1 : 1;
	undoing->counts->changed++;
	if (rename_user(undoing, step, key, fault) < 0)
		return -1;
	return fil_rename_sign(undoing->store, run_then(undoing, step), key, fault) < 0 ? -1 : 1;
}

/* Gives the first user who waits a key that no user has, so that others get the one that this user had:
 * keys passed round in a circle. Returns 0 or -1. */
static int
step_aside(struct fil_undoing *undoing, struct fil_undo_step *step, struct fil_fault *fault)
{
	char *key = fil_format("%s~", step->place), *longer;
	bool held;
	int result;

	while ((result = fil_undoing_holder(undoing, key, &held, fault)) == 0 &&
	    (held || fil_undoing_step(undoing, step->row->table, key, 0))) {
		longer = fil_format("%s~", key);
		free(key);
		key = longer;
	}
	if (result == 0)
		result = rename_user(undoing, step, key, fault);
	step->aside = key;
	return result;
}

/* Finds whether a user waits for a key. One who was renamed and has the former key again does not.
 * Returns 0 or -1. */
static int
begin_key(struct fil_undoing *undoing, struct fil_undo_step *step, struct fil_fault *fault)
{
	struct fil_undo_step *first;
	bool fresh;

	if (step->row->table != fil_catalog_table("users") || !fil_undo_step_gets_key(step))
		return 0;
	step->place = fil_undo_step_place(undoing, step);
	/* One who has the former key already makes way for another who comes back with it. */
	step->waits = (step->late && fil_undo_step_returns(step) && !step->added) ||
	    (step->shares && fil_version_stands(step->now)) ||
	    strcmp(fil_undo_step_key(undoing, step), step->place) != 0;
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
move_keys(struct fil_undoing *undoing, struct fil_fault *fault)
{
	struct fil_undo_step *waiting;
	bool moved;
	int did = 0;

	for (size_t i = 0; i < undoing->n && did >= 0; i++)
		did = begin_key(undoing, &undoing->steps[i], fault);
	do {
		waiting = NULL;
		moved = false;
		for (size_t i = 0; i < undoing->n && did >= 0; i++) {
			struct fil_undo_step *step = &undoing->steps[i];

			if (!step->waits)
				continue;
			did = take_key(undoing, step, fault);
			moved = moved || did == 1;
			if (step->waits && !step->aside &&
			    (!step->late || !fil_undo_step_returns(step) || step->added))
				waiting = step;
		}
		if (did >= 0 && !moved && waiting)
			did = step_aside(undoing, waiting, fault);
	} while (did >= 0 && (moved || waiting));
	return did < 0 ? -1 : 0;
}

/* Finds the users who have, or come back with, the same key at different times. */
static void
find_shared(struct fil_undoing *undoing)
{
	struct fil_hash *places = fil_hash_new_map();

	for (size_t i = 0; i < undoing->n; i++) {
		struct fil_undo_step *step = &undoing->steps[i], *first;
		const char *place;
		bool fresh;

		if (step->row->table != fil_catalog_table("users") || !fil_undo_step_gets_key(step))
			continue;
		place = fil_undo_step_place(undoing, step);
		first = &undoing->steps[fil_hash_give(places, place, strlen(place), i, &fresh)];
		first->shares = step->shares = !fresh || first->shares;
	}
	fil_hash_free(places);
}

/* Returns whether a row to be put back names a user whose key another user has now, or refers to a row
 * that does and is not there yet. */
static bool
is_late(struct fil_undoing *undoing, const struct fil_undo_step *step)
{
	const struct fil_table *table = step->row->table;

	if (table == fil_catalog_table("users") && fil_undo_step_returns(step) &&
	    (step->shares || strcmp(fil_undo_step_place(undoing, step), step->row->key) != 0))
		return true;
	fil_undo_step_cells(undoing, step, step->wanted, undoing->cells);
	for (size_t c = 0; c < table->n_columns; c++) {
		const char *references = table->columns[c].references;
		const struct fil_undo_step *other;

		if (fil_history_gone(undoing->history, step->row, step->wanted, c))
			return true;
		if (!references || !undoing->cells[c])
			continue;
		other =
		    fil_undoing_step(undoing, fil_catalog_table(references), undoing->cells[c], 0);
		if (other && other->late && !other->added && !fil_version_stands(other->now))
			return true;
	}
	return false;
}

/* Finds the rows that are written late. A user whose manager alone is late is added at once, without
 * one: other rows need the user. Returns 0 or -1. */
static int
find_late(struct fil_undoing *undoing, struct fil_fault *fault)
{
	find_shared(undoing);
	for (size_t i = 0; i < undoing->n; i++) {
		struct fil_undo_step *step = &undoing->steps[i];

		if (!step->differs || step->left || !fil_version_stands(step->wanted))
			continue;
		step->late = is_late(undoing, step);
		step->added = step->late && !step->row->gone && fil_undo_step_returns(step) &&
		    step->row->table == fil_catalog_table("users") && !step->shares &&
		    strcmp(fil_undo_step_place(undoing, step), step->row->key) == 0;
		if (step->added && add_user(undoing, step, fault) < 0)
			return -1;
	}
	return 0;
}

/* Writes the managers of users who were added before all keys were free. Returns 0 or -1. */
static int
write_managers(struct fil_undoing *undoing, struct fil_fault *fault)
{
	const struct fil_table *users = fil_catalog_table("users");
	struct fil_batch *row = fil_batch_new(users->n_columns);
	int result = 0;

	for (size_t i = 0; i < undoing->n && result == 0; i++) {
		const struct fil_undo_step *step = &undoing->steps[i];

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

/* Returns whether a key names a row that goes. */
static bool
names_going(struct fil_undoing *undoing, const struct fil_column *column, const char *key)
{
	const struct fil_undo_step *step =
	    fil_undoing_step(undoing, fil_catalog_table(column->references), key, 0);

	return step && fil_version_stands(step->now) &&
	    !fil_version_stands(fil_undo_step_outcome(step));
}

/* Empties in undoing->cells the references to rows that go. Returns how many; *required is set if a row must
 * have one of them. */
static size_t
empty_going(struct fil_undoing *undoing, const struct fil_table *table, bool *required)
{
	size_t n = 0;

	*required = false;
	for (size_t c = table->n_keys; c < table->n_columns; c++) {
		const struct fil_column *column = &table->columns[c];

		if (!column->references || !undoing->cells[c] ||
		    !names_going(undoing, column, undoing->cells[c]))
			continue;
		n++;
		*required = *required || column->required;
		undoing->cells[c] = NULL;
	}
	return n;
}

/* Writes a row without its references to rows that go, or deletes one that must have them: nothing refers
 * to such a row. The history keeps it as long as it names those who go. Returns 0 or -1. */
static int
let_go_of(struct fil_undoing *undoing, struct fil_undo_step *step, struct fil_fault *fault)
{
	const struct fil_table *table = step->row->table;
	enum fil_action action = changing(undoing, step);
	struct fil_batch *kept = fil_batch_new(table->n_columns + 1);
	struct fil_batch *row = fil_batch_new(table->n_columns);
	bool required;
	int result = 0;

	add_version(undoing, step, step->now, false, kept);
	step->kept = empty_going(undoing, table, &required) > 0;
	fil_batch_add(row, undoing->cells);
	if (step->kept)
		result = fil_run_keep(undoing->run, &table->relation, kept, row, action, fault);
	if (result == 0 && required)
		result = fil_store_delete(undoing->store, &table->relation, row, fault);
	else if (result == 0 && step->kept)
		result =
		    fil_store_update(undoing->store, &table->relation, row, step->now->run, fault);
	fil_batch_free(kept);
	fil_batch_free(row);
	return result;
}

/* Lets rows that are changed late refer to none that goes before. Returns 0 or -1. */
static int
let_go(struct fil_undoing *undoing, struct fil_fault *fault)
{
	int result = 0;

	for (size_t i = 0; i < undoing->n && result == 0; i++) {
		struct fil_undo_step *step = &undoing->steps[i];

		if (step->late && fil_version_stands(step->now))
			result = let_go_of(undoing, step, fault);
	}
	return result;
}

/* Writes what was planned, early or late. References go from later tables to earlier ones. Returns 0
 * or -1. */
static int
write_part(struct fil_undoing *undoing, struct fil_fault *fault)
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
write_all(struct fil_undoing *undoing, struct fil_fault *fault)
{
	if (find_late(undoing, fault) < 0 || let_go(undoing, fault) < 0 ||
	    write_part(undoing, fault) < 0 || move_keys(undoing, fault) < 0)
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
check_run(const struct fil_undoing *undoing, int64_t run, struct fil_fault *fault)
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
find_last(const struct fil_undoing *undoing, int64_t *run, struct fil_fault *fault)
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
note_runs(struct fil_undoing *undoing)
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
take_back(struct fil_undoing *undoing, bool keep_later, struct fil_fault *fault)
{
	if (fil_log_find(undoing->store, undoing->runs, undoing->n_runs, fault) < 0)
		return -1;
	/* The newest go first: an undo and what it took back can go together. */
	fil_history_take_back(undoing->history, undoing->runs, undoing->n_runs);
	for (size_t i = 0; i < undoing->n_runs; i++)
		if (check_run(undoing, undoing->runs[i], fault) < 0)
			return -1;
	if (fil_history_read_runs(undoing->history, undoing->runs, undoing->n_runs, fault) < 0)
		return -1;
	fil_undoing_plan(undoing);
	if (fil_undoing_check(undoing, fault) < 0)
		return -1;
	undoing->counts->unknown = fil_history_erased(undoing->history);
	undoing->counts->unchanged = undoing->conflicts;
	if (undoing->conflicts > 0 && !keep_later)
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
	struct fil_undoing undoing = { .run = run,
		.store = fil_run_store(run),
		.conflict = undo->conflict,
		.context = undo->context,
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
		result = take_back(&undoing, undo->keep_later, fault);
	fil_history_free(undoing.history);
	fil_hash_free(undoing.numbers);
	fil_hash_free(undoing.places);
	fil_bytes_release(&undoing.name);
	for (size_t i = 0; i < undoing.n; i++) {
		free(undoing.steps[i].aside);
		free(undoing.steps[i].empty);
	}
	free(undoing.steps);
	free(undoing.cells);
	return result;
}
