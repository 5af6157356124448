/* SPDX-License-Identifier: ISC */
#include "lib/write/thresholds.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"

/* The dimensions, each with the threshold that the table gives for the day $1: the newest by then, else
 * the first. */
static const char select_both[] =
    "SELECT d.dimension, d.threshold,"
    " (SELECT t.threshold FROM thresholds AS t WHERE t.dimension = d.dimension"
    " ORDER BY CASE WHEN t.begins <= $1 THEN 0 ELSE 1 END,"
    " CASE WHEN t.begins <= $1 THEN t.begins ELSE '' END DESC, t.begins LIMIT 1)"
    " FROM dimensions AS d ORDER BY d.dimension";
enum { DIMENSION, THRESHOLD, DATED };

/* Writes rows of a table: those whose keys are stored change, the others are new. Returns 0 or -1. */
static int
put_rows(struct fil_run *run, const struct fil_table *table, const struct fil_batch *rows,
    struct fil_fault *fault)
{
	struct fil_store *store = fil_run_store(run);
	size_t n = fil_batch_rows(rows), *places = fil_alloc(n + 1, sizeof *places);
	struct fil_batch *found = fil_batch_new(table->n_columns + 1);
	int result = 0;

	if (n > 0)
		result = fil_store_fetch(store, &table->relation, rows, found, places, fault);
	if (result == 0 && fil_batch_rows(found) > 0)
		result = fil_run_keep(run, &table->relation, found, NULL, FIL_CHANGED, fault);
	if (result == 0 && fil_batch_rows(found) > 0)
		result =
		    fil_store_update(store, &table->relation, rows, fil_run_number(run), fault);
	if (result == 0 && n > fil_batch_rows(found))
		result = fil_store_insert(
		    store, &table->relation, rows, fil_run_number(run), NULL, fault);
	fil_batch_free(found);
	free(places);
	return result;
}

/* Adds the row of a dimension with another threshold. Returns 0 or -1. */
static int
add_dimension(struct fil_run *run, const char *dimension, const char *threshold,
    struct fil_batch *rows, struct fil_fault *fault)
{
	const struct fil_table *table = fil_catalog_table("dimensions");
	const char **cells = fil_alloc(table->n_columns + 1, sizeof *cells);
	struct fil_batch *key = fil_batch_new(1), *found = fil_batch_new(table->n_columns + 1);
	size_t place;
	int result;

	fil_batch_add(key, &dimension);
	result = fil_store_fetch(fil_run_store(run), &table->relation, key, found, &place, fault);
	if (result == 0 && place != FIL_NOWHERE) {
		fil_batch_row(found, place, cells, NULL);
		cells[fil_table_column(table, "threshold")] = threshold;
		fil_batch_add(rows, cells);
	}
	fil_batch_free(key);
	fil_batch_free(found);
	free(cells);
	return result;
}

/* Reads the dimensions whose two thresholds differ: their keys, and both. Returns 0 or -1. */
static int
read_differing(struct fil_run *run, struct fil_batch *differing, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(fil_run_store(run), select_both);
	int step;

	fil_query_bind(query, 1, fil_run_today(run));
	while ((step = fil_query_step(query, fault)) == 1) {
		const char *cells[] = { fil_query_text(query, DIMENSION),
			fil_query_text(query, THRESHOLD), fil_query_text(query, DATED) };

		if (!cells[DATED] || strcmp(cells[THRESHOLD], cells[DATED]) != 0)
			fil_batch_add(differing, cells);
	}
	fil_query_free(query);
	return step;
}

int
fil_thresholds_settle(struct fil_run *run, const struct fil_table *table, struct fil_fault *fault)
{
	bool dated = strcmp(table->name, "thresholds") == 0;
	const struct fil_table *other = fil_catalog_table(dated ? "dimensions" : "thresholds");
	struct fil_batch *differing, *rows;
	int result;

	if (!dated && strcmp(table->name, "dimensions") != 0)
		return 0;
	differing = fil_batch_new(DATED + 1);
	rows = fil_batch_new(other->n_columns);
	result = read_differing(run, differing, fault);
	for (size_t i = 0; i < fil_batch_rows(differing) && result == 0; i++) {
		const char *cells[DATED + 1];

		fil_batch_row(differing, i, cells, NULL);
		if (!dated)
			fil_batch_add(rows,
			    (const char *const[]){
				cells[DIMENSION], fil_run_today(run), cells[THRESHOLD] });
		else if (cells[DATED])
			result = add_dimension(run, cells[DIMENSION], cells[DATED], rows, fault);
	}
	if (result == 0)
		result = put_rows(run, other, rows, fault);
	fil_batch_free(differing);
	fil_batch_free(rows);
	return result;
}

int
fil_thresholds_remove(
    struct fil_run *run, const struct fil_batch *dimensions, struct fil_fault *fault)
{
	const struct fil_table *table = fil_catalog_table("thresholds");
	char *select = fil_relation_select(&table->relation, false);
	struct fil_bytes sql = { 0 };
	struct fil_batch *rows = fil_batch_new(table->n_columns + 1);
	struct fil_query *query;
	int result = 0;

	fil_bytes_add_text(&sql, select);
	fil_relation_add_any_of(&sql, "dimension", 1);
	query = fil_query_new(fil_run_store(run), sql.data);
	for (size_t i = 0; i < fil_batch_rows(dimensions) && result == 0; i++) {
		fil_query_bind(query, 1, fil_batch_cell(dimensions, i, 0, NULL));
		while ((result = fil_query_step(query, fault)) == 1)
			fil_batch_add(rows,
			    (const char *const[]){ fil_query_text(query, 0),
				fil_query_text(query, 1), fil_query_text(query, 2),
				fil_query_text(query, 3) });
	}
	fil_query_free(query);
	if (result == 0 && fil_batch_rows(rows) > 0)
		result = fil_run_keep(run, &table->relation, rows, NULL, FIL_REMOVED, fault);
	if (result == 0 && fil_batch_rows(rows) > 0)
		result = fil_store_delete(fil_run_store(run), &table->relation, rows, fault);
	fil_batch_free(rows);
	fil_bytes_release(&sql);
	free(select);
	return result;
}
