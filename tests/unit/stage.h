/* SPDX-License-Identifier: ISC */
/* A stage for tests of what reads the store: a store of its own in a folder of its own, in one open
 * transaction, and short ways to put rows into it. */
#ifndef STAGE_H
#define STAGE_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/memory.h"
#include "lib/catalog/catalog.h"
#include "lib/store/batch.h"
#include "lib/store/store.h"
#include "tests/unit/statement.h"

/* A test on a stage of its own. */
#define ON_STAGE(test) cmocka_unit_test_setup_teardown(test, stage_set_up, stage_tear_down)

struct stage {
	char folder[32];
	char *path;
	struct fil_store *store;
	struct fil_fault fault;
};

static inline int
stage_set_up(void **state)
{
	struct stage *stage = fil_alloc(1, sizeof *stage);

	*state = stage;
	snprintf(stage->folder, sizeof stage->folder, "/tmp/stage.XXXXXX");
	if (!mkdtemp(stage->folder))
		return -1;
	stage->path = fil_format("%s/s.db", stage->folder);
	stage->store = fil_store_open(stage->path, FIL_STORE_CREATE, &stage->fault);
	return !stage->store ? -1 : fil_store_begin(stage->store, 1, &stage->fault);
}

static inline int
stage_tear_down(void **state)
{
	static const char *const companions[] = { "", "-wal", "-shm", ".lock" };
	struct stage *stage = *state;

	fil_store_close(stage->store);
	for (size_t i = 0; i < sizeof companions / sizeof *companions; i++) {
		char *file = fil_format("%s%s", stage->path, companions[i]);

		unlink(file);
		free(file);
	}
	rmdir(stage->folder);
	free(stage->path);
	free(stage);
	return 0;
}

/* Runs a statement that must succeed. */
static inline void
stage_run(struct stage *stage, const char *sql)
{
	if (run_statement(stage->store, sql, &stage->fault) < 0)
		fail_msg("%s: %s", sql, stage->fault.text);
}

/* Puts a row into a table: its first columns' cells, divided by '|'; an empty one is NULL. */
static inline void
stage_put(struct stage *stage, const char *name, const char *row)
{
	const struct fil_table *table = fil_catalog_table(name);
	const char **cells = fil_alloc(table->n_columns, sizeof *cells);
	struct fil_batch *batch = fil_batch_new(table->n_columns);
	char *copy = fil_copy(row), *rest = copy;
	bool inserted;

	for (size_t c = 0; rest != NULL; c++) {
		const char *cell = strsep(&rest, "|");

		cells[c] = *cell == '\0' ? NULL : cell;
	}
	fil_batch_add(batch, cells);
	if (fil_store_insert(stage->store, &table->relation, batch, 1, &inserted, &stage->fault) <
	    0)
		fail_msg("%s: %s", row, stage->fault.text);
	assert_true(inserted);
	fil_batch_free(batch);
	free(copy);
	free(cells);
}

/* Returns the rows of a query as text: cells divided by '|', rows by line ends. The caller frees
 * it. */
static inline char *
stage_ask(struct stage *stage, const char *sql, int n_columns)
{
	struct fil_query *query = fil_query_new(stage->store, sql);
	char *text = fil_copy("");

	while (fil_query_step(query, &stage->fault) == 1)
		for (int c = 0; c < n_columns; c++) {
			const char *cell = fil_query_text(query, c);
			char *longer = fil_format(
			    "%s%s%s", text, !cell ? "" : cell, c == n_columns - 1 ? "\n" : "|");

			free(text);
			text = longer;
		}
	fil_query_free(query);
	return text;
}

/* Checks that a query gives these rows. */
static inline void
stage_expect(struct stage *stage, const char *sql, int n_columns, const char *expected)
{
	char *text = stage_ask(stage, sql, n_columns);

	assert_string_equal(text, expected);
	free(text);
}

#endif
