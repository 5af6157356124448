/* SPDX-License-Identifier: ISC */
#include "lib/audit/check/namings.h"

#include <stdlib.h>
#include <string.h>

#include "lib/audit/history.h"
#include "lib/base/hash.h"
#include "lib/base/memory.h"
#include "lib/store/image.h"

/* The words of an entry of `waiting`, behind the hash of its row: the hash of the person whom the row
 * named, 0 once its next version was seen; and the entry of the history. */
enum { ROW, PERSON, RUN, NUMBER, WORDS };

struct namings {
	struct fil_store *store;
	struct fil_findings *findings;
	struct fil_history *history;
	/* Entries that name no user, though their rows do: right if the next version names the same
	 * person. */
	struct fil_hash *waiting;
	size_t n_waiting;
	/* Runs that joined users: for them the joined user and the other are one, also where the join
	 * was taken back. */
	struct fil_hash *joins;
	struct fil_bytes text;
	const char **cells; /* of a version of a row */
};

static void
tell(struct namings *namings, int64_t run, int64_t number)
{
	fil_findings_add_logged(namings->findings, FIL_FINDING_LOG, run, number, "named",
	    "is not the user whom the row named until this run");
}

/* Returns the hash of the person whom a version names, or 0. */
static uint64_t
hash_person(const struct namings *namings, const struct fil_table *table, struct fil_moment moment)
{
	const char *person = namings->cells[fil_table_user_reference(table)];

	if (!person)
		return 0;
	person = fil_renamings_person(fil_history_renamings(namings->history), person, moment);
	return fil_hash_seek(namings->waiting, person, strlen(person));
}

/* Decides about the entry of a row that waits, by the next version of the row. */
static void
settle(
    struct namings *namings, uint64_t row, const struct fil_table *table, struct fil_moment moment)
{
	uint64_t *waiting = fil_hash_find(namings->waiting, row);

	if (!waiting || waiting[PERSON] == 0)
		return;
	if (waiting[PERSON] != hash_person(namings, table, moment) &&
	    !fil_hash_has(namings->joins, &waiting[RUN], sizeof waiting[RUN]))
		tell(namings, (int64_t)waiting[RUN], (int64_t)waiting[NUMBER]);
	waiting[PERSON] = 0;
	namings->n_waiting--;
}

/* Has an entry that names no user wait for the next version of its row. */
static void
await_version(
    struct namings *namings, uint64_t row, const struct fil_table *table, struct fil_moment moment)
{
	bool fresh;
	uint64_t *waiting = fil_hash_add(namings->waiting, row, &fresh);

	waiting[PERSON] = hash_person(namings, table, moment);
	waiting[RUN] = (uint64_t)moment.run;
	waiting[NUMBER] = (uint64_t)moment.number;
	namings->n_waiting++;
}

/* The columns of an entry. */
static const char select_entries[] =
    "SELECT run, number, relation, action, became, named, was FROM history";
enum { E_RUN, E_NUMBER, E_RELATION, E_ACTION, E_BECAME, E_NAMED, E_WAS };

/* Checks the entry at which the query stands. One that was never written is told by others. */
static void
check_entry(struct namings *namings, struct fil_query *query)
{
	const struct fil_table *table = fil_catalog_table(fil_query_text(query, E_RELATION));
	const char *action = fil_query_text(query, E_ACTION),
		   *named = fil_query_text(query, E_NAMED), *was = fil_query_text(query, E_WAS),
		   *old, *key;
	struct fil_moment moment = { fil_query_number(query, E_RUN),
		fil_query_number(query, E_NUMBER) };
	size_t n, reference;
	bool removed, last;
	uint64_t row, run = (uint64_t)moment.run;

	if (!table || !action || !was ||
	    fil_image_read(&table->relation, was, &namings->text, namings->cells) < 0)
		return;
	reference = fil_table_user_reference(table);
	old = reference == FIL_NOWHERE ? NULL : namings->cells[reference];
	removed = strcmp(action, "removed") == 0;
	/* Rows without a user have theirs noted at each change, and so do rows that go. */
	last = removed || fil_table_user(table) == FIL_NOWHERE;
	if (removed && fil_query_text(query, E_BECAME))
		fil_hash_put(namings->joins, &run, sizeof run);
	if (named ? !old || strcmp(named, old) != 0 : old && last)
		tell(namings, moment.run, moment.number);
	/* What a run took back and put there was no row before. */
	if (reference == FIL_NOWHERE || fil_table_user(table) == FIL_NOWHERE ||
	    strcmp(action, "added") == 0)
		return;
	key = fil_history_key(namings->history, table, namings->cells, moment, &n);
	if (!key)
		return;
	row = fil_hash_seek(namings->waiting, key, n);
	settle(namings, row, table, moment);
	if (!named && old && !last)
		await_version(namings, row, table, moment);
}

/* Reads the entries of the tables whose rows name users outside their keys, and others that name one.
 * Returns 0 or -1. */
static int
check_entries(struct namings *namings, struct fil_fault *fault)
{
	size_t n, naming = 0;
	const struct fil_table *const *tables = fil_catalog_tables(&n);
	const char **names = fil_alloc(n, sizeof *names);
	struct fil_bytes sql = { 0 };
	struct fil_query *query;
	int step;

	for (size_t t = 0; t < n; t++)
		if (fil_table_user_reference(tables[t]) != FIL_NOWHERE)
			names[naming++] = tables[t]->name;
	fil_bytes_add_text(&sql, select_entries);
	fil_relation_add_any_of(&sql, "relation", naming);
	fil_bytes_add_text(&sql, " OR named IS NOT NULL ORDER BY run, number");
	query = fil_query_new(namings->store, sql.data);
	for (size_t i = 0; i < naming; i++)
		fil_query_bind(query, (int)i + 1, names[i]);
	while ((step = fil_query_step(query, fault)) == 1)
		check_entry(namings, query);
	fil_query_free(query);
	fil_bytes_release(&sql);
	free(names);
	return step;
}

/* Returns the selection of the keys of a table and of the users whom its rows name. */
static struct fil_query *
select_standing(struct namings *namings, const struct fil_table *table, size_t reference)
{
	struct fil_bytes sql = { 0 };
	struct fil_query *query;

	fil_bytes_add_text(&sql, "SELECT ");
	fil_relation_add_columns(&sql, &table->relation, NULL, 0, table->n_keys);
	fil_bytes_add_text(&sql, ", ");
	fil_relation_add_columns(&sql, &table->relation, NULL, reference, reference + 1);
	fil_bytes_add_text(&sql, " FROM ");
	fil_relation_add_name(&sql, table->name);
	query = fil_query_new(namings->store, sql.data);
	fil_bytes_release(&sql);
	return query;
}

/* Decides about the entries that still wait, by the rows of a table that stand. Returns 0 or -1. */
static int
check_standing(struct namings *namings, const struct fil_table *table, struct fil_fault *fault)
{
	size_t n, keys = table->n_keys, reference = fil_table_user_reference(table);
	struct fil_query *query = select_standing(namings, table, reference);
	const char *key;
	int step;

	while ((step = fil_query_step(query, fault)) == 1) {
		for (size_t c = 0; c < keys; c++)
			namings->cells[c] = fil_query_text(query, (int)c);
		namings->cells[reference] = fil_query_text(query, (int)keys);
		key = fil_history_key(namings->history, table, namings->cells, FIL_NOW, &n);
		if (key)
			settle(namings, fil_hash_seek(namings->waiting, key, n), table, FIL_NOW);
	}
	fil_query_free(query);
	return step;
}

int
fil_check_namings(struct fil_store *store, struct fil_findings *findings, struct fil_fault *fault)
{
	size_t n;
	const struct fil_table *const *tables = fil_catalog_tables(&n);
	struct namings namings = { .store = store, .findings = findings };
	int result;

	namings.history = fil_history_new(store, fault);
	if (!namings.history)
		return -1;
	namings.waiting = fil_hash_new(WORDS, 0);
	namings.joins = fil_hash_new_set();
	namings.cells = fil_alloc(fil_catalog_widest(), sizeof *namings.cells);
	result = check_entries(&namings, fault);
	for (size_t t = 0; t < n && result == 0 && namings.n_waiting > 0; t++)
		if (fil_table_user(tables[t]) != FIL_NOWHERE &&
		    fil_table_user_reference(tables[t]) != FIL_NOWHERE)
			result = check_standing(&namings, tables[t], fault);
	fil_history_free(namings.history);
	fil_hash_free(namings.waiting);
	fil_hash_free(namings.joins);
	fil_bytes_release(&namings.text);
	free(namings.cells);
	return result;
}
