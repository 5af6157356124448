/* SPDX-License-Identifier: ISC */
/* Copies between stores: pages where one engine has both, else rows. */
#include <stdlib.h>
#include <string.h>

#include "lib/base/fault.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/store/engine.h"
#include "lib/store/schema.h"
#include "lib/store/store.h"

/* A batch is written when it has as many rows or bytes. */
enum { BATCH_ROWS = 4096, BATCH_BYTES = 1 << 20 };

/* The copying of one table. */
struct copying {
	struct fil_store *into;
	const struct fil_relation *relation;
	struct fil_query *rows; /* of the store that is copied */
	struct fil_batch *batch;
	const char **cells; /* of the current row */
};

/* Reads the cells of the current row. Another program may have stored bytes that no command stores:
 * a NUL, or text that is not UTF-8. Returns 0, or -1 with a fault. */
static int
read_cells(const struct copying *copying, struct fil_fault *fault)
{
	const struct fil_relation *relation = copying->relation;

	for (size_t c = 0; c < relation->n_columns; c++) {
		size_t n;
		const char *cell = fil_query_cell(copying->rows, (int)c, &n);

		copying->cells[c] = cell;
		if (cell && (strlen(cell) < n || fil_utf8_check(cell, n) < n))
			return fil_store_damaged(
			    fault, relation->name, fil_query_text(copying->rows, 0));
	}
	return 0;
}

/* Writes the batch and clears it. Returns 0 or -1. */
static int
flush(const struct copying *copying, struct fil_fault *fault)
{
	int failed =
	    fil_store_insert(copying->into, copying->relation, copying->batch, 0, NULL, fault);

	fil_batch_clear(copying->batch);
	return failed;
}

static int
copy_rows(const struct copying *copying, struct fil_fault *fault)
{
	int step;

	while ((step = fil_query_step(copying->rows, fault)) == 1) {
		if (read_cells(copying, fault) < 0)
			return -1;
		fil_batch_add(copying->batch, copying->cells);
		if (fil_batch_rows(copying->batch) < BATCH_ROWS &&
		    fil_batch_bytes(copying->batch) < BATCH_BYTES)
			continue;
		if (flush(copying, fault) < 0)
			return -1;
	}
	return step < 0 ? -1 : flush(copying, fault);
}

/* Rows in the order of their key are inserted at the end of a table that is stored in that order. */
static int
copy_table(struct fil_store *from, struct fil_store *into, const struct fil_relation *relation,
    struct fil_fault *fault)
{
	char *sql = fil_relation_select(relation, true);
	struct copying copying = { .into = into,
		.relation = relation,
		.rows = fil_query_new(from, sql),
		.batch = fil_batch_new(relation->n_columns),
		.cells = fil_alloc(relation->n_columns, sizeof *copying.cells) };
	int failed = copy_rows(&copying, fault);

	free(copying.cells);
	fil_batch_free(copying.batch);
	fil_query_free(copying.rows);
	free(sql);
	return failed;
}

/* Copies the rows of all tables. Each reference of a store exists, so that it is not checked
 * again. Returns 0 or -1. */
static int
copy_tables(struct fil_store *from, struct fil_store *into, struct fil_fault *fault)
{
	struct fil_schema_tables *tables = fil_schema_tables();
	int failed = 0;

	fil_store_trust(into);
	for (size_t i = 0; !failed && i < tables->n; i++)
		failed = copy_table(from, into, &tables->all[i], fault);
	fil_schema_tables_free(tables);
	return failed;
}

int
fil_store_copy(struct fil_store *from, struct fil_store *into, struct fil_fault *fault)
{
	if (from->engine == into->engine && from->engine->copy)
		return from->engine->copy(from, into, fault);
	return copy_tables(from, into, fault);
}
