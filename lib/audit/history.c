/* SPDX-License-Identifier: ISC */
#include "lib/audit/history.h"

#include <stdlib.h>
#include <string.h>

#include "lib/audit/erasure/subjects.h"
#include "lib/base/hash.h"
#include "lib/base/memory.h"
#include "lib/base/number.h"
#include "lib/store/image.h"
#include "lib/users/holders.h"
#include "lib/write/people/identity.h"

/* Rows whose standing version is fetched at once. */
enum { FETCHED = 1000 };

/* An entry of the history. */
struct entry {
	size_t row;
	int64_t run, number, was_run;
	enum fil_action action;
	size_t place; /* of its image among the versions of the table */
};

/* A row that was found, before its edits are known. */
struct found {
	size_t table, key; /* key: its offset in keys */
	size_t n_entries, first; /* its entries, once they are in order */
	size_t gone; /* of its user, as in fil_edited_row */
	bool asked; /* its last entry is of a run that was asked for */
	size_t standing; /* the place of the row that stands, or FIL_NOWHERE */
	int64_t standing_run;
};

struct fil_history {
	struct fil_store *store;
	struct fil_holders *holders;
	struct fil_undoings *undoings;
	int64_t *
	    redacting; /* runs that left texts without an erased person in the history, ascending */
	size_t n_redacting;
	const struct fil_table *const *tables;
	size_t n_tables;
	struct fil_batch **versions; /* of each table, as they are stored */
	struct found *found;
	size_t n_found, found_room;
	struct fil_hash *numbers; /* of found, by table and key */
	struct fil_bytes keys, key, text;
	size_t place, gone; /* of the key of a row in `key`, and of its user */
	struct entry *entries;
	size_t n_entries, entries_room;
	int64_t *runs; /* that were asked for; NULL: all */
	size_t n_runs;
	struct fil_edit *edits;
	struct fil_edited_row *rows;
	size_t n_rows, erased;
	const char **cells; /* of one row of any table, and its run */
	const char **keys_now; /* of one row, as of today */
};

int64_t
fil_history_undone_by(const struct fil_history *history, int64_t run)
{
	return fil_undoings_by(history->undoings, run);
}

void
fil_history_take_back(struct fil_history *history, const int64_t *runs, size_t n)
{
	fil_undoings_take_back(history->undoings, runs, n);
}

bool
fil_history_took_back(const struct fil_history *history, int64_t by, int64_t run)
{
	return fil_undoings_took_back(history->undoings, by, run);
}

/* Reads the runs that erased people, and those that left texts that mention them. Returns 0 or -1. */
static int
read_redacting(struct fil_history *history, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(
	    history->store, "SELECT DISTINCT run FROM erased WHERE run > 0 ORDER BY run");
	size_t room = 0;
	int step;

	while ((step = fil_query_step(query, fault)) == 1) {
		history->redacting = fil_grow(
		    history->redacting, history->n_redacting, &room, sizeof *history->redacting);
		history->redacting[history->n_redacting++] = fil_query_number(query, 0);
	}
	fil_query_free(query);
	return step;
}

/* Forgets the rows that were read. */
static void
forget_rows(struct fil_history *history)
{
	for (size_t t = 0; t < history->n_tables; t++)
		fil_batch_clear(history->versions[t]);
	fil_hash_free(history->numbers);
	history->numbers = fil_hash_new_map();
	fil_bytes_clear(&history->keys);
	free(history->edits);
	free(history->rows);
	free(history->runs);
	history->edits = NULL;
	history->rows = NULL;
	history->runs = NULL;
	history->n_runs = 0;
	history->n_found = history->n_entries = history->n_rows = history->erased = 0;
}

struct fil_history *
fil_history_new(struct fil_store *store, struct fil_fault *fault)
{
	struct fil_history *history = fil_alloc(1, sizeof *history);

	history->store = store;
	history->tables = fil_catalog_tables(&history->n_tables);
	history->versions = fil_alloc(history->n_tables, sizeof *history->versions);
	for (size_t t = 0; t < history->n_tables; t++)
		history->versions[t] = fil_batch_new(history->tables[t]->n_columns);
	history->cells = fil_alloc(fil_catalog_widest() + 1, sizeof *history->cells);
	history->keys_now = fil_alloc(fil_catalog_widest(), sizeof *history->keys_now);
	forget_rows(history);
	history->undoings = fil_undoings_new(store, fault);
	if (history->undoings && read_redacting(history, fault) == 0)
		history->holders = fil_holders_new(store, history->undoings, fault);
	if (!history->holders) {
		fil_history_free(history);
		return NULL;
	}
	return history;
}

/* Writes the key of a row as of today, after the number of its table and that of a user who is gone, into
 * history->key. Returns whether the cells have a whole key. */
static bool
write_key(
    struct fil_history *history, size_t table, const char *const *cells, struct fil_moment moment)
{
	const struct fil_table *declared = history->tables[table];

	history->gone = 0;
	for (size_t c = 0; c < declared->n_keys; c++) {
		if (!cells[c])
			return false;
		history->keys_now[c] = fil_table_names_user(declared, c)
		    ? fil_holders_today(history->holders, cells[c], moment, &history->gone)
		    : cells[c];
	}
	fil_bytes_clear(&history->key);
	fil_bytes_add_format(&history->key, "%c%zu\1", (char)('A' + table), history->gone);
	history->place = history->key.length;
	fil_relation_add_key(&declared->relation, history->keys_now, &history->key);
	return true;
}

/* Returns the number of the row with history->key, or FIL_NOWHERE. */
static size_t
find_row(const struct fil_history *history)
{
	return fil_hash_number(history->numbers, history->key.data, history->key.length);
}

/* Returns the number of the row with history->key, which is added unless it is there. */
static size_t
add_row(struct fil_history *history, size_t table)
{
	size_t next = history->n_found, number;
	bool fresh;

	number =
	    fil_hash_give(history->numbers, history->key.data, history->key.length, next, &fresh);
	if (!fresh)
		return number;
	if (next == history->found_room) {
		history->found_room += next / 2 + 64;
		history->found =
		    fil_resize(history->found, history->found_room, sizeof *history->found);
	}
	history->found[history->n_found++] = (struct found){ .table = table,
		.key = history->keys.length,
		.standing = FIL_NOWHERE,
		.gone = history->gone };
	/* With the NUL. */
	fil_bytes_add(&history->keys, history->key.data + history->place,
	    history->key.length - history->place + 1);
	return next;
}

/* The columns of an entry. */
static const char select_entries[] =
    "SELECT run, number, relation, action, was_run, subject, became, was FROM history";
enum { RUN, NUMBER, RELATION, ACTION, WAS_RUN, SUBJECT, BECAME, WAS };

int
fil_history_damaged(int64_t run, struct fil_fault *fault)
{
	return fil_fault_set(fault, FIL_UNAVAILABLE,
	    "the store is damaged: the history of run '%lld' is not as it was written",
	    (long long)run);
}

static int
damaged(struct fil_query *query, struct fil_fault *fault)
{
	return fil_history_damaged(fil_query_number(query, RUN), fault);
}

/* Returns the number of the table of that name, or FIL_NOWHERE. */
static size_t
find_table(const struct fil_history *history, const char *name)
{
	for (size_t t = 0; t < history->n_tables; t++)
		if (strcmp(history->tables[t]->name, name) == 0)
			return t;
	return FIL_NOWHERE;
}

/* Reads the action of an entry. Returns 0 or -1. */
static int
read_action(const char *name, enum fil_action *action)
{
	for (*action = FIL_ADDED; *action <= FIL_RENAMING; ++*action)
		if (strcmp(fil_action_name(*action), name) == 0)
			return 0;
	return -1;
}

/* Returns whether the run was asked for. */
static bool
is_asked(const struct fil_history *history, int64_t run)
{
	for (size_t i = 0; i < history->n_runs; i++)
		if (history->runs[i] == run)
			return true;
	return !history->runs;
}

/* Adds an entry of the row. history->cells are its image, which is kept if an edit that was asked for
 * leads from it (`whole`) or to it. */
static void
add_entry(struct fil_history *history, size_t row, struct fil_query *query, enum fil_action action,
    bool whole)
{
	struct found *found = &history->found[row];
	size_t n = history->n_entries, place = FIL_UNREAD;

	if (whole || found->asked)
		place = fil_batch_add(history->versions[found->table], history->cells);
	found->asked = is_asked(history, fil_query_number(query, RUN)) ||
	    (action == FIL_REMOVED && history->tables[found->table] == fil_catalog_table("users"));

	if (n == history->entries_room) {
		history->entries_room += n / 2 + 64;
		history->entries =
		    fil_resize(history->entries, history->entries_room, sizeof *history->entries);
	}
	history->entries[history->n_entries++] = (struct entry){ .row = row,
		.run = fil_query_number(query, RUN),
		.number = fil_query_number(query, NUMBER),
		.was_run = fil_query_number(query, WAS_RUN),
		.action = action,
		.place = place };
	found->n_entries++;
}

/* Reads the entry at which the query stands. It is added if `whole`, or if its row is known. *erased
 * is set when its row is unknown for good. Returns 0, or -1 with a fault. */
static int
read_entry(struct fil_history *history, struct fil_query *query, bool whole, bool *erased,
    struct fil_fault *fault)
{
	size_t table = find_table(history, fil_query_text(query, RELATION)), row;
	struct fil_moment moment = { fil_query_number(query, RUN),
		fil_query_number(query, NUMBER) };
	enum fil_action action;

	*erased = false;
	if (table == FIL_NOWHERE || read_action(fil_query_text(query, ACTION), &action) < 0 ||
	    fil_image_read(&history->tables[table]->relation, fil_query_text(query, WAS),
		&history->text, history->cells) < 0)
		return damaged(query, fault);
	if (!write_key(history, table, history->cells, moment)) {
		*erased = true;
		return 0;
	}
	row = whole ? add_row(history, table) : find_row(history);
	if (row != FIL_NOWHERE)
		add_entry(history, row, query, action, whole);
	return 0;
}

/* Returns whether the entry at which the query stands removed a user. */
static bool
removes_user(struct fil_query *query)
{
	return strcmp(fil_query_text(query, RELATION), "users") == 0 &&
	    strcmp(fil_query_text(query, ACTION), "removed") == 0;
}

/* Reads the entries of the runs, those of later runs that overwrote a row of theirs, and all later
 * ones of these rows and of users who were removed. *renames is set if a run renamed or joined users.
 * Returns 0 or -1. */
static int
read_entries(struct fil_history *history, int64_t first, bool *renames, struct fil_fault *fault)
{
	char *sql = fil_format("%s WHERE run >= $1 ORDER BY run, number", select_entries);
	struct fil_query *query = fil_query_new(history->store, sql);
	bool own, whole, erased;
	int step;

	fil_query_bind_number(query, 1, first);
	while ((step = fil_query_step(query, fault)) == 1) {
		own = is_asked(history, fil_query_number(query, RUN));
		whole = own || removes_user(query) ||
		    (is_asked(history, fil_query_number(query, WAS_RUN)) &&
			strcmp(fil_query_text(query, ACTION), "added") != 0);
		if (!whole && history->n_found == 0)
			continue;
		if (read_entry(history, query, whole, &erased, fault) < 0) {
			step = -1;
			break;
		}
		history->erased +=
		    own && erased && strcmp(fil_query_text(query, ACTION), "added") != 0;
		*renames = *renames || (own && fil_query_text(query, BECAME));
	}
	fil_query_free(query);
	free(sql);
	return step;
}

/* Adds a row that stands, at which the query stands. */
static void
add_standing(struct fil_history *history, size_t table, struct fil_query *query)
{
	size_t n = history->tables[table]->n_columns;
	struct found *found;
	size_t row;

	for (size_t c = 0; c < n; c++)
		history->cells[c] = fil_query_text(query, (int)c);
	write_key(history, table, history->cells, FIL_NOW);
	row = add_row(history, table);
	found = &history->found[row];
	if (found->standing != FIL_NOWHERE)
		return;
	found->standing = fil_batch_add(history->versions[table], history->cells);
	found->standing_run = fil_query_number(query, (int)n);
}

/* Adds the standing rows of a table that have one of n values in a column. Returns 0 or -1. */
static int
select_standing(struct fil_history *history, size_t table, const char *column,
    const char *const *values, size_t n, struct fil_fault *fault)
{
	char *select = fil_relation_select(&history->tables[table]->relation, false);
	struct fil_bytes sql = { 0 };
	struct fil_query *query;
	int step;

	fil_bytes_add_text(&sql, select);
	fil_relation_add_any_of(&sql, column, n);
	query = fil_query_new(history->store, sql.data);
	/* A person has few rows, a run many. */
	if (!history->runs)
		fil_query_gather(query);
	for (size_t i = 0; i < n; i++)
		fil_query_bind(query, (int)i + 1, values[i]);
	while ((step = fil_query_step(query, fault)) == 1)
		add_standing(history, table, query);
	fil_query_free(query);
	fil_bytes_release(&sql);
	free(select);
	return step;
}

/* Returns how many rows the runs added as they count them, or -1 with a fault. *thresholds is set if one of
 * them also wrote thresholds, which a change of dimensions does not count. */
static int64_t
count_added(const struct fil_history *history, bool *thresholds, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(history->store,
	    "SELECT r.added, (SELECT count(*) FROM thresholds AS t WHERE t.run = r.run)"
	    " FROM runs AS r WHERE r.run = CAST($1 AS INTEGER)");
	int64_t added = 0;
	int step = 0;

	*thresholds = false;
	for (size_t i = 0; i < history->n_runs && step >= 0; i++) {
		fil_query_bind_number(query, 1, history->runs[i]);
		step = fil_query_step(query, fault);
		if (step == 1) {
			added += fil_query_number(query, 0);
			*thresholds = *thresholds || fil_query_number(query, 1) > 0;
		}
		fil_query_reset(query);
	}
	fil_query_free(query);
	return step < 0 ? -1 : added;
}

/* Adds the rows that stand as one of the runs wrote them. No table has an index of runs, so that all
 * are read whole. Returns 0 or -1. */
static int
read_written(struct fil_history *history, struct fil_fault *fault)
{
	size_t n = history->n_runs;
	const char **values = fil_alloc(n, sizeof *values);
	char(*numbers)[FIL_NUMBER_SIZE] = fil_alloc(n, sizeof *numbers);
	int result = 0;

	for (size_t i = 0; i < n; i++) {
		fil_number_write(history->runs[i], numbers[i]);
		values[i] = numbers[i];
	}
	for (size_t t = 0; t < history->n_tables && result == 0; t++)
		result = select_standing(history, t, "run", values, n, fault);
	free(numbers);
	free(values);
	return result;
}

/* Adds the cells of the key of a row, as of today, to a batch. */
static void
add_key(const struct fil_history *history, const struct found *found, struct fil_batch *keys)
{
	char *key = fil_copy(history->keys.data + found->key);

	fil_relation_split_key(&history->tables[found->table]->relation, key, history->cells);
	fil_batch_add(keys, history->cells);
	free(key);
}

/* Fetches the rows of the numbers, of one table, as they stand. Returns 0 or -1. */
static int
fetch(struct fil_history *history, size_t table, const size_t *numbers, size_t n,
    struct fil_fault *fault)
{
	const struct fil_table *declared = history->tables[table];
	struct fil_batch *keys = fil_batch_new(declared->n_keys);
	struct fil_batch *rows = fil_batch_new(declared->n_columns + 1);
	size_t *places = fil_alloc(n, sizeof *places);
	int result;

	for (size_t i = 0; i < n; i++)
		add_key(history, &history->found[numbers[i]], keys);
	result = fil_store_fetch(history->store, &declared->relation, keys, rows, places, fault);
	for (size_t i = 0; i < n && result == 0; i++) {
		struct found *found = &history->found[numbers[i]];

		if (places[i] == FIL_NOWHERE)
			continue;
		fil_batch_row(rows, places[i], history->cells, NULL);
		found->standing = fil_batch_add(history->versions[table], history->cells);
		found->standing_run = strtoll(history->cells[declared->n_columns], NULL, 10);
	}
	fil_batch_free(keys);
	fil_batch_free(rows);
	free(places);
	return result;
}

/* Fetches the rows whose standing version is not known yet. Returns 0 or -1. */
static int
fetch_standing(struct fil_history *history, struct fil_fault *fault)
{
	size_t *numbers = fil_alloc(FETCHED, sizeof *numbers);
	int result = 0;

	for (size_t t = 0; t < history->n_tables; t++) {
		size_t n = 0;

		for (size_t i = 0; i < history->n_found && result == 0; i++) {
			const struct found *found = &history->found[i];

			if (found->table == t && found->standing == FIL_NOWHERE && !found->gone)
				numbers[n++] = i;
			if (n == FETCHED) {
				result = fetch(history, t, numbers, n, fault);
				n = 0;
			}
		}
		if (n > 0 && result == 0)
			result = fetch(history, t, numbers, n, fault);
	}
	free(numbers);
	return result;
}

/* Edits as they are made, row by row. */
struct making {
	struct fil_history *history;
	size_t n_edits, room;
	size_t first; /* the row's first edit */
};

static void
add_edit(struct making *making, const struct fil_edit *edit)
{
	if (making->n_edits == making->room) {
		making->room += making->room / 2 + 64;
		making->history->edits = fil_resize(
		    making->history->edits, making->room, sizeof *making->history->edits);
	}
	making->history->edits[making->n_edits++] = *edit;
}

/* Sets the version to which the last edit leads, unless it removed the row. A version that no edit
 * leads to was added by its run. Edits before the first of the runs that were asked for are unknown. */
static void
lead_to(struct making *making, const struct fil_version *version)
{
	struct fil_edit *last =
	    making->n_edits > making->first ? &making->history->edits[making->n_edits - 1] : NULL;

	if (version->place == FIL_NOWHERE)
		return;
	if (last && last->action != FIL_REMOVED)
		last->after = *version;
	else if (last || is_asked(making->history, version->run))
		add_edit(making,
		    &(struct fil_edit){ version->run, 0, FIL_ADDED,
			{ FIL_NOWHERE, 0, version->moment }, *version });
}

/* Makes the edits of a row from its entries, in order of time. */
static void
make_edits(struct making *making, const struct found *found, const struct entry *const *entries)
{
	struct fil_version version;

	making->first = making->n_edits;
	for (size_t i = 0; i < found->n_entries; i++) {
		const struct entry *entry = entries[found->first + i];
		struct fil_moment moment = { entry->run, entry->number };

		version = (struct fil_version){ entry->place, entry->was_run, moment };
		/* What an undoing put back was no row before. */
		if (entry->action == FIL_ADDED)
			version = (struct fil_version){ FIL_NOWHERE, 0, moment };
		lead_to(making, &version);
		add_edit(making,
		    &(struct fil_edit){ entry->run, entry->number, entry->action, version,
			{ FIL_NOWHERE, 0, moment } });
	}
	version = (struct fil_version){ found->standing, found->standing_run, FIL_NOW };
	lead_to(making, &version);
}

/* Returns the entries row by row, each row's in the order in which they were read, which is that of
 * time. The caller frees the array. */
static const struct entry **
order_entries(struct fil_history *history)
{
	const struct entry **entries = fil_alloc(history->n_entries + 1, sizeof *entries);
	size_t next = 0;

	for (size_t i = 0; i < history->n_found; i++) {
		history->found[i].first = next;
		next += history->found[i].n_entries;
		history->found[i].n_entries = 0;
	}
	for (size_t i = 0; i < history->n_entries; i++) {
		struct found *found = &history->found[history->entries[i].row];

		entries[found->first + found->n_entries++] = &history->entries[i];
	}
	return entries;
}

static int
compare_found(const void *a, const void *b, void *context)
{
	const struct fil_history *history = context;
	const struct found *x = &history->found[*(const size_t *)a],
			   *y = &history->found[*(const size_t *)b];
	int order;

	if (x->table != y->table)
		return x->table < y->table ? -1 : 1;
	order = strcmp(history->keys.data + x->key, history->keys.data + y->key);
	return order != 0 ? order : (x->gone > y->gone) - (x->gone < y->gone);
}

/* Makes the rows with their edits, in order. A row whose edits all come before the runs that were
 * asked for has none. */
static void
make_rows(struct fil_history *history)
{
	size_t *order = fil_alloc(history->n_found + 1, sizeof *order);
	const struct entry **entries = order_entries(history);
	struct making making = { .history = history };
	const struct fil_edit *edits;

	for (size_t i = 0; i < history->n_found; i++)
		order[i] = i;
	qsort_r(order, history->n_found, sizeof *order, compare_found, history);
	history->rows = fil_alloc(history->n_found + 1, sizeof *history->rows);
	for (size_t i = 0; i < history->n_found; i++) {
		const struct found *found = &history->found[order[i]];

		make_edits(&making, found, entries);
		if (making.n_edits > making.first)
			history->rows[history->n_rows++] =
			    (struct fil_edited_row){ history->tables[found->table],
				    history->keys.data + found->key, found->gone, NULL,
				    making.n_edits - making.first };
	}
	edits = history->edits;
	for (size_t i = 0; i < history->n_rows; edits += history->rows[i++].n_edits)
		history->rows[i].edits = edits;
	free(entries);
	free(order);
}

/* Counts the rows that the runs added and that were erased: an erasure leaves nothing else of them than
 * the number of rows that their run added. No run that writes thresholds adds rows of users. Returns 0,
 * or -1 with a fault. */
static int
count_lost(struct fil_history *history, int64_t added, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(history->store, "SELECT 1 FROM erased");
	int step = fil_query_step(query, fault);
	size_t n_edits = 0, known = 0;

	fil_query_free(query);
	for (size_t i = 0; i < history->n_rows; i++)
		n_edits += history->rows[i].n_edits;
	for (size_t i = 0; i < n_edits; i++)
		known += history->edits[i].action == FIL_ADDED &&
		    is_asked(history, history->edits[i].run);
	if (step == 1 && added > (int64_t)known)
		history->erased += (size_t)added - known;
	return step < 0 ? -1 : 0;
}

int
fil_history_read_runs(
    struct fil_history *history, const int64_t *runs, size_t n, struct fil_fault *fault)
{
	int64_t first = INT64_MAX;
	bool renames = false, thresholds;
	int64_t added;

	forget_rows(history);
	history->runs = fil_alloc(n + 1, sizeof *history->runs);
	history->n_runs = n;
	for (size_t i = 0; i < n; i++) {
		history->runs[i] = runs[i];
		if (runs[i] < first)
			first = runs[i];
	}
	added = count_added(history, &thresholds, fault);
	if (added < 0 || read_entries(history, first, &renames, fault) < 0 ||
	    ((added > 0 || thresholds || renames) && read_written(history, fault) < 0) ||
	    fetch_standing(history, fault) < 0)
		return -1;
	make_rows(history);
	return count_lost(history, added, fault);
}

/* Reads the entries about a person who had these n keys. Returns 0 or -1. */
static int
read_entries_about(struct fil_history *history, const char *const *keys, size_t n,
    const struct fil_former *former, struct fil_fault *fault)
{
	struct fil_bytes sql = { 0 };
	struct fil_query *query;
	size_t gone;
	int step;
	bool erased;

	fil_bytes_add_text(&sql, select_entries);
	fil_relation_add_any_of(&sql, "subject", n);
	fil_bytes_add_text(&sql, " ORDER BY run, number");
	query = fil_query_new(history->store, sql.data);
	fil_query_gather(query);
	for (size_t i = 0; i < n; i++)
		fil_query_bind(query, (int)i + 1, keys[i]);
	while ((step = fil_query_step(query, fault)) == 1) {
		struct fil_moment moment = { fil_query_number(query, RUN),
			fil_query_number(query, NUMBER) };
		const char *subject = fil_query_text(query, SUBJECT);

		/* Another person may have had one of the keys. */
		if (strcmp(fil_holders_person(history->holders, subject, moment, &gone), keys[0]) !=
			0 ||
		    fil_former_has(former, gone))
			continue;
		if (read_entry(history, query, true, &erased, fault) < 0) {
			step = -1;
			break;
		}
	}
	fil_query_free(query);
	fil_bytes_release(&sql);
	return step;
}

bool
fil_former_has(const struct fil_former *former, size_t gone)
{
	for (size_t i = 0; i < former->n; i++)
		if (former->gone[i] == gone)
			return true;
	return false;
}

int
fil_history_read_user(struct fil_history *history, const char *user,
    const struct fil_former *former, struct fil_fault *fault)
{
	const char **keys;
	size_t n;
	int result;

	forget_rows(history);
	keys = fil_holders_keys(history->holders, user, &n);
	result = read_entries_about(history, keys, n, former, fault);
	for (size_t t = 0; t < history->n_tables && result == 0; t++) {
		size_t column = fil_table_user(history->tables[t]);

		if (column != FIL_NOWHERE)
			result = select_standing(
			    history, t, history->tables[t]->columns[column].name, &user, 1, fault);
	}
	free(keys);
	if (result == 0)
		make_rows(history);
	return result;
}

const struct fil_edited_row *
fil_history_rows(const struct fil_history *history, size_t *n)
{
	*n = history->n_rows;
	return history->rows;
}

int64_t *
fil_history_runs(const struct fil_history *history, size_t *n)
{
	size_t n_edits = 0;
	int64_t *runs;

	for (size_t i = 0; i < history->n_rows; i++)
		n_edits += history->rows[i].n_edits;
	runs = fil_alloc(n_edits + 1, sizeof *runs);
	for (size_t i = 0; i < n_edits; i++)
		runs[i] = history->edits[i].run;
	qsort(runs, n_edits, sizeof *runs, fil_number_compare);
	*n = 0;
	for (size_t i = 0; i < n_edits; i++)
		if (*n == 0 || runs[i] != runs[*n - 1])
			runs[(*n)++] = runs[i];
	return runs;
}

size_t
fil_history_erased(const struct fil_history *history)
{
	return history->erased;
}

void
fil_history_cells(const struct fil_history *history, const struct fil_edited_row *row,
    const struct fil_version *version, struct fil_moment moment, const char **cells)
{
	size_t table = find_table(history, row->table->name);

	fil_batch_row(history->versions[table], version->place, cells, NULL);
	for (size_t c = 0; c < row->table->n_columns; c++) {
		if (!cells[c] || !fil_table_names_user(row->table, c))
			continue;
		cells[c] = fil_holders_key(history->holders, cells[c], version->moment, moment);
	}
}

size_t
fil_history_gone(const struct fil_history *history, const struct fil_edited_row *row,
    const struct fil_version *version, size_t column)
{
	size_t table = find_table(history, row->table->name);
	const char *cell = fil_batch_cell(history->versions[table], version->place, column, NULL);
	size_t gone;

	if (!cell || !fil_table_names_user(row->table, column))
		return 0;
	fil_holders_today(history->holders, cell, version->moment, &gone);
	return gone;
}

bool
fil_history_differs(
    const struct fil_history *history, const struct fil_version *old, const struct fil_version *new)
{
	static const char *const columns[] = { "name", "email" };
	size_t table = find_table(history, "users");
	const struct fil_batch *versions = history->versions[table];
	const char *before[2], *after[2];

	for (size_t i = 0; i < 2; i++) {
		size_t column = fil_table_column(history->tables[table], columns[i]);

		before[i] = fil_batch_cell(versions, old->place, column, NULL);
		after[i] = fil_batch_cell(versions, new->place, column, NULL);
	}
	/* A damaged row may have no name. */
	return before[0] && after[0] &&
	    fil_identity_differs(before[0], before[1], after[0], after[1]);
}

bool
fil_history_is_other(const struct fil_history *history, const struct fil_edit *removal,
    const struct fil_edit *arrival)
{
	return arrival->action == FIL_ADDED && arrival->number == 0 &&
	    removal->action == FIL_REMOVED &&
	    fil_history_differs(history, &removal->before, &arrival->after);
}

bool
fil_history_leaves(const struct fil_history *history, const struct fil_edit *edit,
    const char *before, const char *after)
{
	const char *word = before && after ? strstr(before, FIL_ERASED_WORD) : NULL, *rest = word;
	size_t n, begins;

	if (!word || edit->action != FIL_CHANGED ||
	    !bsearch(&edit->run, history->redacting, history->n_redacting, sizeof edit->run,
		fil_number_compare))
		return false;
	for (; word; word = strstr(rest, FIL_ERASED_WORD))
		rest = word + strlen(FIL_ERASED_WORD);
	begins = (size_t)(strstr(before, FIL_ERASED_WORD) - before);
	n = strlen(after);
	return n >= begins + strlen(rest) && strncmp(before, after, begins) == 0 &&
	    strcmp(after + n - strlen(rest), rest) == 0;
}

const char *
fil_history_key(struct fil_history *history, const struct fil_table *table,
    const char *const *cells, struct fil_moment moment, size_t *n)
{
	if (!write_key(history, find_table(history, table->name), cells, moment))
		return NULL;
	*n = history->key.length;
	return history->key.data;
}

const struct fil_undoings *
fil_history_undoings(const struct fil_history *history)
{
	return history->undoings;
}

const struct fil_holders *
fil_history_holders(const struct fil_history *history)
{
	return history->holders;
}

void
fil_history_free(struct fil_history *history)
{
	if (!history)
		return;
	for (size_t t = 0; t < history->n_tables; t++)
		fil_batch_free(history->versions[t]);
	fil_holders_free(history->holders);
	fil_hash_free(history->numbers);
	fil_bytes_release(&history->keys);
	fil_bytes_release(&history->key);
	fil_bytes_release(&history->text);
	free(history->versions);
	fil_undoings_free(history->undoings);
	free(history->redacting);
	free(history->found);
	free(history->entries);
	free(history->edits);
	free(history->rows);
	free(history->runs);
	free(history->cells);
	free(history->keys_now);
	free(history);
}
