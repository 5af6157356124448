/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <unistd.h>

#include "lib/audit/erasure.h"
#include "lib/levels/standing_update.h"
#include "lib/store/seal.h"
#include "lib/write/run.h"
#include "tests/unit/place.h"

enum { COLUMNS = 16 };

/* The rows of the tables that others refer to. */
static const char *const referred[][6] = {
	{ "phases", "ref", "P", "pilot", "2024-01-01" },
	{ "modules", "ref", "M", "course" },
	{ "routines", "ref", "R" },
	{ "promises", "ref", "promise", "S" },
	{ "dimensions", "tool", "T", "3" },
};

/* Returns a marker as long as the column allows, so that it lies on pages of its own too; the caller
 * frees it. */
static char *
make_marker(const struct fil_table *table, const struct fil_column *column, const char *version)
{
	size_t length = column->type == FIL_TYPE_LONG_TEXT ? 40000
	    : column->type == FIL_TYPE_TEXT                ? 1000
							   : 1;
	struct fil_bytes text = { 0 };

	while (text.length < length)
		fil_bytes_add_format(&text, "marker %s %s %s ", table->name, column->name,
		    column->key ? "key" : version);
	text.data[text.length - 1] = '\0';
	return text.data;
}

/* Fills the cells of a row about the person. Texts and keys of other things are markers. */
static void
fill(const struct fil_table *table, const char *version, const char **cells, char **own)
{
	for (size_t c = 0; c < table->n_columns; c++) {
		const struct fil_column *column = &table->columns[c];
		bool user = c == fil_table_user(table);

		free(own[c]);
		own[c] = NULL;
		if (user)
			cells[c] = "person-key";
		else if (column->references && strcmp(column->references, "users") == 0)
			cells[c] = NULL;
		else if (column->references)
			cells[c] = strcmp(column->references, "dimensions") == 0 ? "tool" : "ref";
		else if (column->type == FIL_TYPE_DATE)
			cells[c] = "2024-02-01";
		else if (column->type == FIL_TYPE_INTEGER || column->type == FIL_TYPE_AMOUNT)
			cells[c] = "3";
		else if (column->type == FIL_TYPE_CHOICE)
			cells[c] = column->choices[0];
		else
			cells[c] = own[c] = make_marker(table, column, version);
	}
}

/* Stores the row of each table in one version, and keeps in the history what it replaces. */
static void
write_version(struct place *place, struct fil_run *run, const char *version)
{
	size_t n;
	const struct fil_table *const *tables = fil_catalog_tables(&n);
	char *own[COLUMNS] = { NULL };
	const char *cells[COLUMNS];

	for (size_t t = 0; t < n; t++) {
		const struct fil_relation *relation = &tables[t]->relation;
		struct fil_batch *row = fil_batch_new(tables[t]->n_columns);
		struct fil_batch *found = fil_batch_new(tables[t]->n_columns + 1);
		size_t where;

		if (fil_table_user(tables[t]) != FIL_NOWHERE) {
			fill(tables[t], version, cells, own);
			fil_batch_add(row, cells);
			assert_int_equal(fil_store_fetch(place->store, relation, row, found, &where,
					     &place->fault),
			    0);
			assert_int_equal(
			    fil_run_keep(run, relation, found, NULL, FIL_CHANGED, &place->fault),
			    0);
			assert_int_equal(where == FIL_NOWHERE
				? fil_store_insert(place->store, relation, row, fil_run_number(run),
				      NULL, &place->fault)
				: fil_store_update(place->store, relation, row, fil_run_number(run),
				      &place->fault),
			    0);
		}
		fil_batch_free(row);
		fil_batch_free(found);
	}
	for (size_t c = 0; c < COLUMNS; c++)
		free(own[c]);
}

static void
write_referred(struct place *place, struct fil_run *run)
{
	for (size_t i = 0; i < sizeof referred / sizeof *referred; i++) {
		const struct fil_table *table = fil_catalog_table(referred[i][0]);
		struct fil_batch *row = fil_batch_new(table->n_columns);
		const char *cells[COLUMNS] = { NULL };

		memcpy(cells, referred[i] + 1, 5 * sizeof *cells);
		if (i == 3)
			cells[fil_table_column(table, "made")] = "2024-01-01";
		fil_batch_add(row, cells);
		assert_int_equal(fil_store_insert(place->store, &table->relation, row,
				     fil_run_number(run), NULL, &place->fault),
		    0);
		fil_batch_free(row);
	}
}

static void
write_standing(struct place *place, struct fil_run *run)
{
	struct fil_standing_update *update = fil_standing_update_new(place->store);

	fil_standing_update_note(update, "autonomy", "person-key");
	assert_int_equal(fil_standing_update_write(update, fil_run_number(run), &place->fault), 0);
	fil_standing_update_free(update);
}

/* Does the runs that write about the person. */
static void
write_all(struct place *place)
{
	static const char *const versions[] = { "old", "middle", "new" };
	static char command[] = "/home/person-key/bin/fil-import", row[] = "user=person-key",
		    note[] = "note=marker";
	const struct fil_counts counts = { .read = 1 };

	for (size_t i = 0; i < 3; i++) {
		struct fil_run *run = fil_run_begin(
		    place->store, (char *const[]){ command, row, note, NULL }, 0, &place->fault);

		if (i == 0)
			write_referred(place, run);
		write_version(place, run, versions[i]);
		write_standing(place, run);
		assert_true(fil_run_input(run, "of PERSON-KEY.csv", "hash", &place->fault) >= 0);
		assert_int_equal(fil_run_commit(run, &counts, &place->fault), 0);
	}
}

static void
ignore_row(void *context, const char *table, size_t rows)
{
	(void)table;
	*(size_t *)context += rows;
}

static void
ignore_words(void *context, const char *text)
{
	(void)context;
	(void)text;
}

static void
erase(struct place *place, bool anonymise)
{
	static char person[] = "person-key";
	char *const operands[] = { person, NULL };
	size_t rows = 0;
	const struct fil_erasure erasure = { .operands = operands,
		.anonymise = anonymise,
		.yes = true,
		.program = "fil-forget",
		.row = ignore_row,
		.say = ignore_words,
		.warn = ignore_words,
		.context = &rows };

	setenv("XDG_CONFIG_HOME", place->folder, 1);
	if (fil_erase(place->store, &erasure, &place->fault) != 0)
		fail_msg("%s", place->fault.text);
	assert_true(rows > 20);
}

static void
compare(void *context, int64_t run, const char *stored, const char *computed)
{
	(void)run;
	*(size_t *)context += strcmp(stored, computed) != 0;
}

/* Checks that the log is as it was sealed, and the derived tables as the events say. */
static void
check_store(struct place *place)
{
	const struct fil_standing_verification counted = { 0 };
	size_t differ = 0;

	assert_int_equal(fil_seal_each(place->store, compare, NULL, &differ, &place->fault), 0);
	assert_int_equal(differ, 0);
	assert_int_equal(fil_standing_verify(place->store, &counted, &place->fault), 0);
	assert_int_equal(place_number(place->store, "SELECT max(run) FROM runs"), 4);
	assert_int_equal(
	    place_number(place->store, "SELECT count(*) FROM history WHERE salt IS NULL"),
	    place_number(place->store, "SELECT count(*) FROM history WHERE digest IS NOT NULL"));
	assert_int_equal(
	    place_number(place->store, "SELECT count(*) FROM erased WHERE pending = 0 AND run > 0"),
	    1);
}

/* Returns whether the file of the store, which is closed first, holds a text. */
static bool
holds(struct place *place, const char *text)
{
	char *bytes;
	FILE *file;
	long size;
	bool found;

	fil_store_close(place->store);
	place->store = NULL;
	file = fopen(place->path, "r");
	assert_non_null(file);
	fseek(file, 0, SEEK_END);
	size = ftell(file);
	rewind(file);
	bytes = fil_alloc((size_t)size, 1);
	assert_int_equal(fread(bytes, 1, (size_t)size, file), size);
	found = memmem(bytes, (size_t)size, text, strlen(text));
	fclose(file);
	free(bytes);
	place->store = fil_store_open(place->path, FIL_STORE_WRITE, &place->fault);
	return found;
}

static void
erase__markers_in_every_text_of_every_table__are_in_no_byte(void **state)
{
	struct place *place = *state;

	write_all(place);
	assert_true(holds(place, "marker users name new"));
	assert_true(holds(place, "marker efforts item key"));
	erase(place, false);
	assert_false(holds(place, "marker"));
	assert_false(holds(place, "person-key"));
	assert_false(holds(place, "PERSON-KEY"));
	check_store(place);
	assert_int_equal(
	    place_number(place->store, "SELECT count(*) FROM users WHERE \"user\" LIKE 'p%'"), 0);
}

static void
erase__anonymous__no_text_is_left_and_all_rows_are(void **state)
{
	static const char rows[] =
	    "SELECT (SELECT count(*) FROM users) +"
	    " (SELECT count(*) FROM autonomy) + (SELECT count(*) FROM efforts) +"
	    " (SELECT count(*) FROM assignments) + (SELECT count(*) FROM history)";
	struct place *place = *state;
	int64_t before;

	write_all(place);
	before = place_number(place->store, rows);
	erase(place, true);
	assert_int_equal(place_number(place->store, rows), before);
	assert_false(holds(place, "marker users"));
	assert_false(holds(place, " note old"));
	assert_false(holds(place, " note new"));
	assert_false(holds(place, "assignments reason"));
	assert_false(holds(place, "person-key"));
	check_store(place);
	assert_int_equal(place_number(place->store,
			     "SELECT count(*) FROM history WHERE subject NOT LIKE 'anon-%'"),
	    0);
}

#define IN_STORE(test) cmocka_unit_test_setup_teardown(test, place_with_store, place_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_STORE(erase__markers_in_every_text_of_every_table__are_in_no_byte),
		IN_STORE(erase__anonymous__no_text_is_left_and_all_rows_are),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
