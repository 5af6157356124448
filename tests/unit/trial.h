/* SPDX-License-Identifier: ISC */
/* A trial of what writes: a run on a stage's store, and the rows that it answers with. */
#ifndef TRIAL_H
#define TRIAL_H

#include "lib/write/changes.h"
#include "lib/write/run.h"
#include "tests/unit/place.h"

#define IN_STORE(test) cmocka_unit_test_setup_teardown(test, place_with_store, place_remove)

struct trial {
	struct place *place;
	struct fil_run *run;
	struct fil_changes *changes;
};

/* Begins a run whose changes to the table are kept. */
static inline struct trial
trial_begin(struct place *place, const char *table)
{
	static char name[] = "test";
	static char *const argv[] = { name, NULL };
	struct trial trial = { .place = place };

	trial.run = fil_run_begin(place->store, argv, 0, &place->fault);
	assert_non_null(trial.run);
	trial.changes = fil_changes_new(fil_catalog_table(table), NULL, &place->fault);
	assert_non_null(trial.changes);
	assert_int_equal(fil_changes_open(trial.changes, place->folder,
			     &(const struct fil_output_style){ .format = FIL_CSV }, &place->fault),
	    0);
	return trial;
}

/* Stores a row of a table within the run: its first columns' cells, divided by '|'. */
static inline void
trial_put(const struct trial *trial, const char *name, const char *row)
{
	const struct fil_table *table = fil_catalog_table(name);
	const char **cells = fil_alloc(table->n_columns, sizeof *cells);
	struct fil_batch *batch = fil_batch_new(table->n_columns);
	char *copy = fil_copy(row), *rest = copy;
	bool inserted;

	for (size_t c = 0; rest; c++) {
		const char *cell = strsep(&rest, "|");

		cells[c] = *cell == '\0' ? NULL : cell;
	}
	fil_batch_add(batch, cells);
	if (fil_store_insert(trial->place->store, &table->relation, batch,
		fil_run_number(trial->run), &inserted, &trial->place->fault) < 0)
		fail_msg("%s: %s", row, trial->place->fault.text);
	assert_true(inserted);
	fil_batch_free(batch);
	free(copy);
	free(cells);
}

/* Checks that a query gives these rows: cells divided by '|', rows by line ends. */
static inline void
trial_expect(const struct trial *trial, const char *sql, int n, const char *expected)
{
	struct fil_query *query = fil_query_new(trial->place->store, sql);
	struct fil_fault fault;
	char *text = fil_copy("");

	while (fil_query_step(query, &fault) == 1)
		for (int c = 0; c < n; c++) {
			const char *cell = fil_query_text(query, c);
			char *longer =
			    fil_format("%s%s%s", text, cell ? cell : "", c == n - 1 ? "\n" : "|");

			free(text);
			text = longer;
		}
	fil_query_free(query);
	assert_string_equal(text, expected);
	free(text);
}

/* Ends the run, and checks the rows that it answers with, behind their header. */
static inline void
trial_end(struct trial *trial, const char *expected)
{
	const struct fil_counts counts = { 0 };
	char *text = NULL;
	size_t n;
	FILE *stream = open_memstream(&text, &n);

	assert_int_equal(fil_changes_close(trial->changes, &trial->place->fault), 0);
	assert_int_equal(fil_run_commit(trial->run, &counts, &trial->place->fault), 0);
	assert_int_equal(fil_changes_pour(trial->changes, stream, &trial->place->fault), 0);
	fclose(stream);
	assert_string_equal(strchr(text, '\n') + 1, expected);
	free(text);
	fil_changes_free(trial->changes);
}

#endif
