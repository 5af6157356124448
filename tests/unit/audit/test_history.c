/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/audit/history.h"
#include "lib/write/rename.h"
#include "tests/unit/place.h"

#define IN_STORE(test) cmocka_unit_test_setup_teardown(test, place_with_store, place_remove)

/* Fills cells with those of a text, divided by '|'; the text is taken apart. */
static void
split(char *text, const char **cells, size_t n)
{
	for (size_t c = 0; c < n; c++) {
		const char *cell = text ? strsep(&text, "|") : NULL;

		cells[c] = cell && *cell ? cell : NULL;
	}
}

/* Keeps the stored row that has the key of the cells, as changed or removed. */
static void
keep(struct place *place, struct fil_run *run, const struct fil_table *table,
    const struct fil_batch *row, enum fil_action action)
{
	struct fil_batch *found = fil_batch_new(table->n_columns + 1);
	size_t where;

	assert_int_equal(
	    fil_store_fetch(place->store, &table->relation, row, found, &where, &place->fault), 0);
	assert_int_equal(where, 0);
	assert_int_equal(
	    fil_run_keep(run, &table->relation, found, NULL, action, &place->fault), 0);
	fil_batch_free(found);
}

/* Does one thing of a run: "+users u1|Ada", "~users u1|Ada B", "-users u1", "=u1 n1" renames. Counts
 * what it adds. */
static void
do_one(struct place *place, struct fil_run *run, char *what, struct fil_counts *counts)
{
	const struct fil_join_options join = { FIL_JOIN_OLD, NULL };
	char action = *what++, *name = strsep(&what, " ");
	const struct fil_table *table = fil_catalog_table(action == '=' ? "users" : name);
	struct fil_batch *row = fil_batch_new(table->n_columns);
	const char *cells[16];
	size_t moved = 0;

	split(what, cells, table->n_columns);
	fil_batch_add(row, cells);
	if (action == '+') {
		counts->added++;
		assert_int_equal(fil_store_insert(place->store, &table->relation, row,
				     fil_run_number(run), NULL, &place->fault),
		    0);
	} else if (action == '~') {
		keep(place, run, table, row, FIL_CHANGED);
		assert_int_equal(fil_store_update(place->store, &table->relation, row,
				     fil_run_number(run), &place->fault),
		    0);
	} else if (action == '-') {
		keep(place, run, table, row, FIL_REMOVED);
		assert_int_equal(
		    fil_store_delete(place->store, &table->relation, row, &place->fault), 0);
	} else {
		struct fil_changes *changes = fil_changes_new(table, NULL, &place->fault);

		assert_int_not_equal(
		    fil_rename_user(run, changes, name, cells[0], &join, &moved, &place->fault),
		    FIL_RENAME_FAILED);
		fil_changes_free(changes);
	}
	fil_batch_free(row);
}

/* Does a run that does these things, divided by ';', and takes back the runs `undid`, or NULL. */
static void
do_run(struct place *place, const char *things, const char *undid)
{
	static char name[] = "test";
	struct fil_counts counts = { 0 };
	struct fil_run *run =
	    fil_run_begin(place->store, (char *const[]){ name, NULL }, 0, &place->fault);
	char *copy = fil_copy(things), *rest = copy;

	assert_non_null(run);
	while (rest)
		do_one(place, run, strsep(&rest, ";"), &counts);
	if (undid)
		fil_run_undid(run, undid);
	assert_int_equal(fil_run_commit(run, &counts, &place->fault), 0);
	free(copy);
}

static void
add_version(struct fil_bytes *text, const struct fil_history *history,
    const struct fil_edited_row *row, const struct fil_version *version, struct fil_moment moment)
{
	const char *cells[16];

	if (version->place == FIL_NOWHERE) {
		fil_bytes_add_text(text, " none");
		return;
	}
	if (version->place == FIL_UNREAD) {
		fil_bytes_add_format(text, " %lld?", (long long)version->run);
		return;
	}
	fil_bytes_add_format(text, " %lld(", (long long)version->run);
	fil_history_cells(history, row, version, moment, cells);
	for (size_t c = 0; c < row->table->n_columns; c++)
		if (cells[c])
			fil_bytes_add_format(text, "%s%s", c > 0 ? "|" : "", cells[c]);
	fil_bytes_add_text(text, ")");
}

/* Compares the rows read with lines "TABLE KEY: RUN.NUMBER ACTION BEFORE AFTER; …". Users are named as
 * at the time of each edit, or as today. */
static void
expect(struct place *place, const struct fil_history *history, bool today, const char *expected)
{
	struct fil_bytes text = { 0 };
	size_t n;
	const struct fil_edited_row *rows = fil_history_rows(history, &n);

	(void)place;
	fil_bytes_add_text(&text, "");
	for (size_t i = 0; i < n; i++) {
		fil_bytes_add_format(&text, "%s %s:", rows[i].table->name, rows[i].key);
		for (size_t e = 0; e < rows[i].n_edits; e++) {
			const struct fil_edit *edit = &rows[i].edits[e];
			struct fil_moment at = { edit->run, edit->number }, after = at;

			after.number++;
			fil_bytes_add_format(&text, "%s %lld.%lld %s", e > 0 ? ";" : "",
			    (long long)edit->run, (long long)edit->number,
			    fil_action_name(edit->action));
			add_version(&text, history, &rows[i], &edit->before, today ? FIL_NOW : at);
			add_version(
			    &text, history, &rows[i], &edit->after, today ? FIL_NOW : after);
		}
		fil_bytes_add_text(&text, "\n");
	}
	assert_string_equal(text.data, expected);
	fil_bytes_release(&text);
}

static struct fil_history *
history_of_run(struct place *place, int64_t run)
{
	struct fil_history *history = fil_history_new(place->store, &place->fault);

	assert_non_null(history);
	assert_int_equal(fil_history_read_runs(history, &run, 1, &place->fault), 0);
	return history;
}

static void
expect_run(struct place *place, int64_t run, const char *expected)
{
	struct fil_history *history = history_of_run(place, run);

	expect(place, history, false, expected);
	fil_history_free(history);
}

static void
runs__added_changed_and_removed__are_found_from_each(void **state)
{
	struct place *place = *state;

	do_run(place, "+users u1|Ada;+users u2|Bo;+dimensions tool|T|3", NULL);
	do_run(place, "~users u1|Ada B", NULL);
	do_run(place, "-users u1", NULL);
	do_run(place, "+users u1|New", NULL);
	expect_run(place, 1,
	    "users u1: 1.0 added none 1(u1|Ada); 2.1 changed 1(u1|Ada) 2(u1|Ada B);"
	    " 3.1 removed 2(u1|Ada B) none; 4.0 added none 4(u1|New)\n"
	    "users u2: 1.0 added none 1(u2|Bo)\n"
	    "dimensions tool: 1.0 added none 1(tool|T|3)\n");
	expect_run(place, 2,
	    "users u1: 2.1 changed 1(u1|Ada) 2(u1|Ada B); 3.1 removed 2(u1|Ada B) none;"
	    " 4.0 added none 4(u1|New)\n");
	expect_run(place, 3, "users u1: 3.1 removed 2(u1|Ada B) none; 4.0 added none 4(u1|New)\n");
	expect_run(place, 4, "users u1: 4.0 added none 4(u1|New)\n");
	expect_run(place, 5, "");
}

static void
runs__several__have_one_row_each(void **state)
{
	struct place *place = *state;
	const int64_t runs[] = { 4, 2 };
	struct fil_history *history;

	do_run(place, "+users u1|Ada;+users u2|Bo", NULL);
	do_run(place, "~users u1|Ada B", NULL);
	do_run(place, "~users u2|Bo C", NULL);
	do_run(place, "~users u1|Ada C;~users u2|Bo D", NULL);
	history = history_of_run(place, 1);
	assert_int_equal(fil_history_read_runs(history, runs, 2, &place->fault), 0);
	expect(place, history, false,
	    "users u1: 2.1 changed 1(u1|Ada) 2(u1|Ada B); 4.1 changed 2(u1|Ada B) 4(u1|Ada C)\n"
	    "users u2: 4.2 changed 3(u2|Bo C) 4(u2|Bo D)\n");
	fil_history_free(history);
}

static void
runs__users_renamed_since__have_the_keys_of_that_time_or_today(void **state)
{
	struct place *place = *state;
	struct fil_history *history;

	do_run(place, "+users u1|Ada;+users u2|Bo||||u1;+needs u1|x|2024-01-01", NULL);
	do_run(place, "~users u2|Bo B||||u1;~needs u1|x|2024-01-01|n", NULL);
	do_run(place, "=u1 n1", NULL);
	do_run(place, "~needs n1|x|2024-01-01|o", NULL);
	do_run(place, "=n1 z1", NULL);
	/* Another user gets the key that is free. */
	do_run(place, "+users u1|New", NULL);
	expect_run(place, 2,
	    "users u2: 2.1 changed 1(u2|Bo|u1) 2(u2|Bo B|u1)\n"
	    "needs z1\1x\1"
	    "2024-01-01: 2.2 changed 1(u1|x|2024-01-01) 2(u1|x|2024-01-01|n);"
	    " 4.1 changed 2(n1|x|2024-01-01|n) 4(n1|x|2024-01-01|o)\n");
	expect_run(place, 3,
	    "users z1: 3.1 renamed 1(u1|Ada) 1(n1|Ada); 5.1 renamed 1(n1|Ada) 1(z1|Ada)\n");
	expect_run(place, 6, "users u1: 6.0 added none 6(u1|New)\n");
	history = history_of_run(place, 2);
	expect(place, history, true,
	    "users u2: 2.1 changed 1(u2|Bo|z1) 2(u2|Bo B|z1)\n"
	    "needs z1\1x\1"
	    "2024-01-01: 2.2 changed 1(z1|x|2024-01-01) 2(z1|x|2024-01-01|n);"
	    " 4.1 changed 2(z1|x|2024-01-01|n) 4(z1|x|2024-01-01|o)\n");
	fil_history_free(history);
}

static void
runs__users_joined__lose_and_gain_their_rows(void **state)
{
	struct place *place = *state;

	do_run(place, "+users u1|Ada;+users u2|Bo;+users u3|Cy||||u1;+needs u1|x|2024-01-01", NULL);
	do_run(place, "=u1 u2", NULL);
	expect_run(place, 2,
	    "users u1: 2.3 removed 1(u1|Ada) none\n"
	    "users u3: 2.2 changed 1(u3|Cy|u1) 1(u3|Cy|u2)\n"
	    "needs u1\1x\1"
	    "2024-01-01: 2.1 removed 1(u1|x|2024-01-01) none\n"
	    "needs u2\1x\1"
	    "2024-01-01: 2.0 added none 2(u2|x|2024-01-01)\n");
}

static void
user__with_all_keys__has_all_rows(void **state)
{
	struct place *place = *state;
	struct fil_history *history;

	do_run(place, "+users u1|Ada;+users u2|Bo;+users u3|Cy;+needs u1|x|2024-01-01", NULL);
	do_run(place, "+needs u2|y|2024-01-01;+needs u3|z|2024-01-01", NULL);
	do_run(place, "~needs u1|x|2024-01-01|n;=u1 n1", NULL);
	do_run(place, "-needs n1|x|2024-01-01;=u2 n1", NULL);
	do_run(place, "+users u1|Another;~users u1|Other", NULL);
	history = fil_history_new(place->store, &place->fault);
	assert_int_equal(
	    fil_history_read_user(history, "n1", &(struct fil_former){ 0 }, &place->fault), 0);
	expect(place, history, false,
	    "users n1: 1.0 added none 1(u1|Ada); 3.2 renamed 1(u1|Ada) 1(n1|Ada)\n"
	    "users u2: 1.0 added none 1(u2|Bo); 4.3 removed 1(u2|Bo) none\n"
	    "needs n1\1x\1"
	    "2024-01-01: 1.0 added none 1(u1|x|2024-01-01);"
	    " 3.1 changed 1(u1|x|2024-01-01) 3(u1|x|2024-01-01|n);"
	    " 4.1 removed 3(n1|x|2024-01-01|n) none\n"
	    "needs n1\1y\1"
	    "2024-01-01: 4.0 added none 4(n1|y|2024-01-01)\n"
	    "needs u2\1y\1"
	    "2024-01-01: 2.0 added none 2(u2|y|2024-01-01);"
	    " 4.2 removed 2(u2|y|2024-01-01) none\n");
	assert_int_equal(
	    fil_history_read_user(history, "u1", &(struct fil_former){ 0 }, &place->fault), 0);
	expect(place, history, false,
	    "users u1: 5.0 added none 5(u1|Another); 5.1 changed 5(u1|Another) 5(u1|Other)\n");
	assert_int_equal(
	    fil_history_read_user(history, "nobody", &(struct fil_former){ 0 }, &place->fault), 0);
	expect(place, history, false, "");
	fil_history_free(history);
}

/* Puts a removed row back as an undo does: it leaves an entry, and is the value of the run that wrote
 * it. */
static void
put_back(struct place *place, const char *undid)
{
	static char name[] = "test";
	const struct fil_table *users = fil_catalog_table("users");
	const struct fil_counts counts = { .added = 1 };
	struct fil_run *run =
	    fil_run_begin(place->store, (char *const[]){ name, NULL }, 0, &place->fault);
	struct fil_batch *key = fil_batch_new(11), *row = fil_batch_new(10);

	fil_batch_add(key, (const char *const[11]){ "u1", [10] = "1" });
	fil_batch_add(row, (const char *const[10]){ "u1", "Ada" });
	assert_int_equal(
	    fil_run_keep(run, &users->relation, key, NULL, FIL_ADDED, &place->fault), 0);
	assert_int_equal(
	    fil_store_insert(place->store, &users->relation, row, 1, NULL, &place->fault), 0);
	fil_run_undid(run, undid);
	assert_int_equal(fil_run_commit(run, &counts, &place->fault), 0);
	fil_batch_free(key);
	fil_batch_free(row);
}

static void
runs__put_back__is_added_by_its_first_run_and_by_the_undo(void **state)
{
	struct place *place = *state;
	struct fil_history *history;

	do_run(place, "+users u1|Ada", NULL);
	do_run(place, "-users u1", NULL);
	put_back(place, "2");
	expect_run(place, 1,
	    "users u1: 1.0 added none 1(u1|Ada); 2.1 removed 1(u1|Ada) none;"
	    " 3.1 added none 1(u1|Ada)\n");
	expect_run(place, 3, "users u1: 3.1 added none 1(u1|Ada)\n");
	do_run(place, "-users u1", "3");
	expect_run(place, 3, "users u1: 3.1 added none 1(u1|Ada); 4.1 removed 1(u1|Ada) none\n");
	history = history_of_run(place, 4);
	assert_int_equal(fil_history_undone_by(history, 1), 0);
	/* The undo of run 2 was taken back. */
	assert_int_equal(fil_history_undone_by(history, 2), 0);
	assert_int_equal(fil_history_undone_by(history, 3), 4);
	fil_history_free(history);
	put_back(place, "4");
	do_run(place, "~users u1|Bo", "1 10");
	history = history_of_run(place, 4);
	assert_int_equal(fil_history_undone_by(history, 1), 6);
	assert_int_equal(fil_history_undone_by(history, 2), 3);
	assert_int_equal(fil_history_undone_by(history, 3), 0);
	assert_int_equal(fil_history_undone_by(history, 4), 5);
	assert_int_equal(fil_history_undone_by(history, 10), 6);
	fil_history_free(history);
}

static void
runs__erased_entries__are_counted(void **state)
{
	struct place *place = *state;
	struct fil_history *history;

	do_run(place, "+users u1|Ada;+users u2|Bo", NULL);
	do_run(place, "~users u1|A;~users u2|B", NULL);
	assert_int_equal(fil_store_begin(place->store, 0, &place->fault), 0);
	place_number(place->store,
	    "UPDATE history SET was = '{}', subject = NULL, salt = NULL, digest = 'd' WHERE number "
	    "= 1");
	assert_int_equal(fil_store_commit(place->store, &place->fault), FIL_COMMITTED);
	history = history_of_run(place, 2);
	assert_int_equal(fil_history_erased(history), 1);
	expect(place, history, false, "users u2: 2.2 changed 1(u2|Bo) 2(u2|B)\n");
	fil_history_free(history);
}

static void
runs__an_entry_that_no_command_wrote__is_a_fault(void **state)
{
	static const char *const alterations[] = { "UPDATE history SET was = 'x'",
		"UPDATE history SET relation = 'x'", "UPDATE history SET action = 'x'" };
	struct place *place = *state;

	do_run(place, "+users u1|Ada", NULL);
	do_run(place, "~users u1|A", NULL);
	for (size_t i = 0; i < sizeof alterations / sizeof *alterations; i++) {
		struct fil_history *history = fil_history_new(place->store, &place->fault);
		const int64_t run = 2;

		assert_int_equal(fil_store_begin(place->store, 0, &place->fault), 0);
		place_number(place->store, alterations[i]);
		assert_int_equal(fil_history_read_runs(history, &run, 1, &place->fault), -1);
		assert_string_equal(place->fault.text,
		    "the store is damaged: the history of run '2' is not as it was written");
		fil_store_rollback(place->store);
		fil_history_free(history);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_STORE(runs__added_changed_and_removed__are_found_from_each),
		IN_STORE(runs__several__have_one_row_each),
		IN_STORE(runs__users_renamed_since__have_the_keys_of_that_time_or_today),
		IN_STORE(runs__users_joined__lose_and_gain_their_rows),
		IN_STORE(user__with_all_keys__has_all_rows),
		IN_STORE(runs__put_back__is_added_by_its_first_run_and_by_the_undo),
		IN_STORE(runs__erased_entries__are_counted),
		IN_STORE(runs__an_entry_that_no_command_wrote__is_a_fault),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
