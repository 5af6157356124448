/* SPDX-License-Identifier: ISC */
#include "lib/write/people/redacted.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/store/image.h"
#include "lib/store/query.h"
#include "lib/store/relation.h"

static const char select_runs[] = "SELECT DISTINCT run FROM erased WHERE run > 0";
static const char select_images[] =
    "SELECT was FROM history WHERE run = CAST($1 AS INTEGER) AND relation = $2";

static const char select_renaming[] =
    "SELECT subject, run, number FROM history WHERE became = $1 AND action = 'renamed'"
    " AND run > CAST($2 AS INTEGER)"
    " AND (run < CAST($3 AS INTEGER) OR (run = CAST($3 AS INTEGER) AND number < CAST($4 AS "
    "INTEGER)))"
    " ORDER BY run DESC, number DESC LIMIT 1";

struct fil_redacted {
	struct fil_store *store;
	int64_t *runs; /* that erased people */
	size_t n, room;
	bool read;
	struct fil_bytes text; /* of the last image */
	const char **cells;
	char *user; /* the key of the last row's user when the erasure ran */
};

struct fil_redacted *
fil_redacted_new(struct fil_store *store)
{
	struct fil_redacted *redacted = fil_alloc(1, sizeof *redacted);

	redacted->store = store;
	redacted->cells = fil_alloc(fil_catalog_widest(), sizeof *redacted->cells);
	return redacted;
}

/* Reads the runs that erased people. Returns 0 or -1. */
static int
read_runs(struct fil_redacted *redacted, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(redacted->store, select_runs);
	int step;

	while ((step = fil_query_step(query, fault)) == 1) {
		redacted->runs =
		    fil_grow(redacted->runs, redacted->n, &redacted->room, sizeof *redacted->runs);
		redacted->runs[redacted->n++] = fil_query_number(query, 0);
	}
	fil_query_free(query);
	redacted->read = step == 0;
	return step;
}

static bool
has_run(const struct fil_redacted *redacted, const char *run)
{
	int64_t number = redacted->n > 0 && run ? strtoll(run, NULL, 10) : 0;

	for (size_t i = 0; i < redacted->n; i++)
		if (redacted->runs[i] == number)
			return true;
	return false;
}

/* Finds the key that a user had when a run erased others: it goes back from renaming to renaming, as a key may
 * come back. Returns 0 or -1. */
static int
find_user(struct fil_redacted *redacted, const char *user, const char *run, struct fil_fault *fault)
{
	static const char latest[] = "2147483647";
	struct fil_query *query = fil_query_new(redacted->store, select_renaming);
	char *before = fil_copy(latest), *number = fil_copy(latest);
	int step;

	free(redacted->user);
	redacted->user = fil_copy(user);
	do {
		fil_query_bind(query, 1, redacted->user);
		fil_query_bind(query, 2, run);
		fil_query_bind(query, 3, before);
		fil_query_bind(query, 4, number);
		step = fil_query_step(query, fault);
		if (step == 1) {
			free(redacted->user);
			free(before);
			free(number);
			redacted->user = fil_copy(fil_query_text(query, 0));
			before = fil_copy(fil_query_text(query, 1));
			number = fil_copy(fil_query_text(query, 2));
			fil_query_reset(query);
		}
	} while (step == 1);
	fil_query_free(query);
	free(before);
	free(number);
	return step < 0 ? -1 : 0;
}

/* Returns whether the image that was read is of the row with these cells. */
static bool
is_of(const struct fil_redacted *redacted, const struct fil_table *table, const char *const *cells)
{
	for (size_t c = 0; c < table->n_keys; c++) {
		const char *key = c == fil_table_user(table) ? redacted->user : cells[c];

		if (!fil_text_is_same(redacted->cells[c], key))
			return false;
	}
	return true;
}

/* Reads the image that an erasure kept of the row. Returns 1, 0 if there is none, or -1. */
static int
find_image(struct fil_redacted *redacted, const struct fil_table *table, const char *const *cells,
    struct fil_fault *fault)
{
	size_t user = fil_table_user(table);
	const char *run = cells[table->n_columns];
	struct fil_query *query;
	char *sql;
	int step;

	if (user != FIL_NOWHERE && find_user(redacted, cells[user], run, fault) < 0)
		return -1;
	sql = fil_format("%s%s", select_images, user == FIL_NOWHERE ? "" : " AND subject = $3");
	query = fil_query_new(redacted->store, sql);
	fil_query_bind(query, 1, run);
	fil_query_bind(query, 2, table->name);
	if (user != FIL_NOWHERE)
		fil_query_bind(query, 3, redacted->user);
	while ((step = fil_query_step(query, fault)) == 1)
		if (fil_image_read(&table->relation, fil_query_text(query, 0), &redacted->text,
			redacted->cells) == 0 &&
		    is_of(redacted, table, cells))
			break;
	fil_query_free(query);
	free(sql);
	return step;
}

int
fil_redacted_row(struct fil_redacted *redacted, const struct fil_table *table, const char **cells,
    enum fil_kept *kept, struct fil_fault *fault)
{
	int found;

	*kept = FIL_KEPT_WHOLE;
	if (!redacted->read && read_runs(redacted, fault) < 0)
		return -1;
	if (!has_run(redacted, cells[table->n_columns]))
		return 0;
	found = find_image(redacted, table, cells, fault);
	if (found == 0)
		*kept = FIL_KEPT_NOTHING;
	/* The erasure changed nothing but references. */
	for (size_t c = table->n_keys; found == 1 && c < table->n_columns; c++)
		if (!table->columns[c].references &&
		    !fil_text_is_same(redacted->cells[c], cells[c])) {
			cells[c] = redacted->cells[c];
			*kept = FIL_KEPT_REDACTED;
		}
	return found < 0 ? -1 : 0;
}

/* Reads the rows of a table that runs wrote which erased people. Returns 0 or -1. */
static int
read_rows(struct fil_redacted *redacted, const struct fil_table *table, struct fil_batch *rows,
    struct fil_fault *fault)
{
	static const char of_erasures[] = " WHERE run IN (SELECT run FROM erased WHERE run > 0)";
	char *select = fil_relation_select(&table->relation, false);
	char *sql = fil_format("%s%s", select, of_erasures);
	struct fil_query *query = fil_query_new(redacted->store, sql);
	const char **cells = fil_alloc(table->n_columns + 1, sizeof *cells);
	int step;

	while ((step = fil_query_step(query, fault)) == 1) {
		for (size_t c = 0; c <= table->n_columns; c++)
			cells[c] = fil_query_text(query, (int)c);
		fil_batch_add(rows, cells);
	}
	fil_query_free(query);
	free(cells);
	free(sql);
	free(select);
	return step;
}

/* Returns the column of a key that may mention somebody. */
static size_t
keyed_column(const struct fil_table *table)
{
	size_t c = 0;

	while (c + 1 < table->n_keys && table->columns[c].references)
		c++;
	return c;
}

/* Takes the cells of a row that mention somebody. Returns 0 or -1. */
static int
take_row(struct fil_redacted *redacted, const struct fil_table *table, const char *const *cells,
    fil_mention_take *take, void *context, struct fil_fault *fault)
{
	const char **kept_cells = fil_alloc(table->n_columns + 1, sizeof *kept_cells);
	enum fil_kept kept;
	int failed;

	memcpy(kept_cells, cells, (table->n_columns + 1) * sizeof *kept_cells);
	failed = fil_redacted_row(redacted, table, kept_cells, &kept, fault);
	if (!failed && kept == FIL_KEPT_NOTHING)
		take(context, table, cells, keyed_column(table));
	for (size_t c = 0; !failed && kept == FIL_KEPT_REDACTED && c < table->n_columns; c++)
		if (kept_cells[c] != cells[c])
			take(context, table, cells, c);
	free(kept_cells);
	return failed;
}

int
fil_redacted_each(
    struct fil_redacted *redacted, fil_mention_take *take, void *context, struct fil_fault *fault)
{
	const char **cells = fil_alloc(fil_catalog_widest() + 1, sizeof *cells);
	size_t n;
	const struct fil_table *const *tables = fil_catalog_tables(&n);
	int failed = 0;

	for (size_t t = 0; t < n && !failed; t++) {
		struct fil_batch *rows = fil_batch_new(tables[t]->n_columns + 1);

		failed = read_rows(redacted, tables[t], rows, fault);
		for (size_t i = 0; i < fil_batch_rows(rows) && !failed; i++) {
			fil_batch_row(rows, i, cells, NULL);
			failed = take_row(redacted, tables[t], cells, take, context, fault);
		}
		fil_batch_free(rows);
	}
	free(cells);
	return failed;
}

void
fil_redacted_free(struct fil_redacted *redacted)
{
	if (!redacted)
		return;
	fil_bytes_release(&redacted->text);
	free(redacted->cells);
	free(redacted->user);
	free(redacted->runs);
	free(redacted);
}
