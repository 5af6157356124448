/* SPDX-License-Identifier: ISC */
#include "lib/store/lookup_table.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/store/batch.h"

struct fil_lookup_table {
	struct fil_batch *rows;
};

struct fil_lookup_table *
fil_lookup_table_new(struct fil_query *query, size_t n_columns, struct fil_fault *fault)
{
	struct fil_lookup_table *table = fil_alloc(1, sizeof *table);
	const char **cells = fil_alloc(n_columns, sizeof *cells);
	int got;

	table->rows = fil_batch_new(n_columns);
	while ((got = fil_query_step(query, fault)) == 1) {
		for (size_t c = 0; c < n_columns; c++)
			cells[c] = fil_query_text(query, (int)c);
		fil_batch_add(table->rows, cells);
	}
	fil_query_free(query);
	free(cells);
	if (got < 0) {
		fil_lookup_table_free(table);
		return NULL;
	}
	return table;
}

size_t
fil_lookup_table_rows(const struct fil_lookup_table *table)
{
	return fil_batch_rows(table->rows);
}

const char *
fil_lookup_table_cell(const struct fil_lookup_table *table, size_t row, size_t column)
{
	return fil_batch_cell(table->rows, row, column, NULL);
}

static int
compare(const struct fil_lookup_table *table, const char *key, size_t row)
{
	return strcmp(key, fil_lookup_table_cell(table, row, 0));
}

size_t
fil_lookup_table_find(const struct fil_lookup_table *table, const char *key, size_t near)
{
	size_t low = 0, high = fil_lookup_table_rows(table);

	for (size_t row = near; row < high && row - near < 2; row++)
		if (compare(table, key, row) == 0)
			return row;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare(table, key, middle);

		if (order == 0)
			return middle;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return FIL_NOWHERE;
}

void
fil_lookup_table_free(struct fil_lookup_table *table)
{
	if (!table)
		return;
	fil_batch_free(table->rows);
	free(table);
}
