/* SPDX-License-Identifier: ISC */
#include "lib/write/people/redacted.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/hash.h"
#include "lib/base/memory.h"
#include "lib/base/number.h"
#include "lib/base/text.h"
#include "lib/store/image.h"
#include "lib/store/query.h"
#include "lib/store/relation.h"
#include "lib/store/seal.h"

/* Marks have pending = -1: the texts that a run wrote again, by their digests (see schema.sql). */
static const char select_runs[] =
    "SELECT run, pending, hash FROM erased WHERE run > 0 AND pending < 0"
    " UNION SELECT DISTINCT run, 0, '' FROM erased WHERE run > 0 AND pending >= 0"
    " ORDER BY 1, 2 DESC";
static const char insert_mark[] =
    "INSERT INTO erased (hash, run, pending) VALUES ($1, CAST($2 AS INTEGER), -1)"
    " ON CONFLICT (hash) DO NOTHING";
static const char select_images[] =
    "SELECT was FROM history WHERE run = CAST($1 AS INTEGER) AND relation = $2";

static const char select_renaming[] =
    "SELECT subject, run, number FROM history WHERE became = $1 AND action = 'renamed'"
    " AND run > CAST($2 AS INTEGER)"
    " AND (run < CAST($3 AS INTEGER) OR (run = CAST($3 AS INTEGER) AND number < CAST($4 AS "
    "INTEGER)))"
    " ORDER BY run DESC, number DESC LIMIT 1";

/* A run whose rows may mention somebody: it erased people, or wrote such texts again. */
struct source {
	int64_t run;
	bool erased;
};

struct fil_redacted {
	struct fil_store *store;
	struct source *runs;
	size_t n, room;
	bool read;
	struct fil_intern *marks; /* of all runs that wrote such texts again */
	struct fil_bytes text; /* of the last image */
	const char **cells;
	char *user; /* the key of the last row's user when the erasure ran */
	/* What this run has overwritten: marks without a run, and what the history keeps instead. */
	struct fil_hash *held;
	char **instead; /* NULL: nothing of the row */
	const struct fil_table **tables; /* of each */
	size_t n_held, room_held, room_tables;
	bool released; /* a text that had a mark */
};

struct fil_redacted *
fil_redacted_new(struct fil_store *store)
{
	struct fil_redacted *redacted = fil_alloc(1, sizeof *redacted);

	redacted->store = store;
	redacted->cells = fil_alloc(fil_catalog_widest(), sizeof *redacted->cells);
	redacted->marks = fil_intern_new(0);
	redacted->held = fil_hash_new_map();
	return redacted;
}

static void
add_run(struct fil_redacted *redacted, int64_t run, bool erased)
{
	if (redacted->n > 0 && redacted->runs[redacted->n - 1].run == run)
		return;
	redacted->runs =
	    fil_grow(redacted->runs, redacted->n, &redacted->room, sizeof *redacted->runs);
	redacted->runs[redacted->n++] = (struct source){ run, erased };
}

/* Reads the runs whose rows may mention somebody, and the marks. Returns 0 or -1. */
static int
read_runs(struct fil_redacted *redacted, struct fil_fault *fault)
{
	struct fil_query *query;
	int step;

	if (redacted->read)
		return 0;
	query = fil_query_new(redacted->store, select_runs);
	while ((step = fil_query_step(query, fault)) == 1) {
		add_run(redacted, fil_query_number(query, 0), fil_query_number(query, 1) == 0);
		if (*fil_query_text(query, 2) != '\0')
			fil_intern_add_text(redacted->marks, fil_query_text(query, 2));
	}
	fil_query_free(query);
	redacted->read = step == 0;
	return step;
}

/* Returns the run of a row if its rows may mention somebody, or NULL. */
static const struct source *
find_source(const struct fil_redacted *redacted, const char *run)
{
	int64_t number = redacted->n > 0 && run ? strtoll(run, NULL, 10) : 0;

	for (size_t i = 0; i < redacted->n; i++)
		if (redacted->runs[i].run == number)
			return &redacted->runs[i];
	return NULL;
}

/* Writes the mark of a text: the digest of its table, column and value; of a key (FIL_NOWHERE) without the
 * users in it. Returns whether there is any text. */
static bool
write_mark(const struct fil_table *table, size_t column, const char *const *cells, const char *run,
    char mark[static FIL_SEAL_SIZE])
{
	const char **parts = fil_alloc(table->n_keys + 4, sizeof *parts);
	size_t n = 0;

	parts[n++] = run;
	parts[n++] = table->name;
	parts[n++] = column == FIL_NOWHERE ? NULL : table->columns[column].name;
	if (column != FIL_NOWHERE && cells[column])
		parts[n++] = cells[column];
	for (size_t c = 0; column == FIL_NOWHERE && c < table->n_keys; c++)
		if (!table->columns[c].references && c != fil_table_user(table))
			parts[n++] = cells[c];
	if (n > 3)
		fil_seal_digest(parts, n, mark);
	free(parts);
	return n > 3;
}

/* Returns whether the run of a row wrote a text of it again that mentions somebody. */
static bool
has_mark(const struct fil_redacted *redacted, const struct fil_table *table, size_t column,
    const char *const *cells)
{
	char mark[FIL_SEAL_SIZE];

	return write_mark(table, column, cells, cells[table->n_columns], mark) &&
	    fil_intern_find(redacted->marks, mark, strlen(mark)) != FIL_NOWHERE;
}

/* Returns whether a column may mention somebody outside the key. */
static bool
may_mention(const struct fil_table *table, size_t column)
{
	return column >= table->n_keys && !table->columns[column].references;
}

/* Finds the key that a user had when a run erased others, renaming by renaming, as a key may come back.
 * Returns 0 or -1. */
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
	sql = fil_format("%s%s ORDER BY number DESC", select_images,
	    user == FIL_NOWHERE ? "" : " AND subject = $3");
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

/* Replaces the cells of a row that mention somebody, if its run erased people, or wrote texts of it again
 * that do. Returns 0 or -1. */
static int
redact(struct fil_redacted *redacted, const struct fil_table *table, const char **cells,
    enum fil_kept *kept, struct fil_fault *fault)
{
	const struct source *source = find_source(redacted, cells[table->n_columns]);
	bool marked = false;
	int found;

	*kept = FIL_KEPT_WHOLE;
	for (size_t c = 0; source && !source->erased && c < table->n_columns; c++)
		marked |= may_mention(table, c) && has_mark(redacted, table, c, cells);
	if (!source ||
	    (!source->erased && !marked && !has_mark(redacted, table, FIL_NOWHERE, cells)))
		return 0;
	found = source->erased || marked ? find_image(redacted, table, cells, fault) : 0;
	if (found == 0)
		*kept = FIL_KEPT_NOTHING;
	/* The erasure changed nothing but references. */
	for (size_t c = 0; found == 1 && c < table->n_columns; c++)
		if (may_mention(table, c) && !fil_text_is_same(redacted->cells[c], cells[c]) &&
		    (source->erased || has_mark(redacted, table, c, cells))) {
			cells[c] = redacted->cells[c];
			*kept = FIL_KEPT_REDACTED;
		}
	return found < 0 ? -1 : 0;
}

/* Holds a text that the run overwrites, and what the history keeps instead. */
static void
hold(struct fil_redacted *redacted, const struct fil_table *table, size_t column,
    const char *const *cells, const char *instead)
{
	char mark[FIL_SEAL_SIZE];
	bool fresh;

	if (!write_mark(table, column, cells, NULL, mark))
		return;
	fil_hash_give(redacted->held, mark, strlen(mark), redacted->n_held, &fresh);
	if (!fresh)
		return;
	redacted->instead = fil_grow(
	    redacted->instead, redacted->n_held, &redacted->room_held, sizeof *redacted->instead);
	redacted->tables = fil_grow(
	    redacted->tables, redacted->n_held, &redacted->room_tables, sizeof *redacted->tables);
	redacted->tables[redacted->n_held] = table;
	redacted->instead[redacted->n_held++] = instead ? fil_copy(instead) : NULL;
}

int
fil_redacted_row(struct fil_redacted *redacted, const struct fil_table *table, const char **cells,
    enum fil_kept *kept, struct fil_fault *fault)
{
	const char **before;
	int failed;

	*kept = FIL_KEPT_WHOLE;
	if (read_runs(redacted, fault) < 0)
		return -1;
	if (!find_source(redacted, cells[table->n_columns]))
		return 0;
	before = fil_alloc(table->n_columns + 1, sizeof *before);
	memcpy(before, cells, (table->n_columns + 1) * sizeof *before);
	failed = redact(redacted, table, cells, kept, fault);
	if (!failed && *kept == FIL_KEPT_NOTHING)
		hold(redacted, table, FIL_NOWHERE, before, NULL);
	for (size_t c = 0; !failed && *kept == FIL_KEPT_REDACTED && c < table->n_columns; c++)
		if (cells[c] != before[c])
			hold(redacted, table, c, before, cells[c]);
	if (*kept != FIL_KEPT_WHOLE && !find_source(redacted, cells[table->n_columns])->erased)
		redacted->released = true;
	free(before);
	return failed;
}

/* Reads the rows of a table that a run wrote, or with 0 all those that may mention somebody. Returns 0 or
 * -1. */
static int
read_rows(struct fil_redacted *redacted, const struct fil_table *table, int64_t run,
    struct fil_batch *rows,
    bool (*wants)(const struct fil_redacted *, const struct fil_table *, const char *const *),
    struct fil_fault *fault)
{
	char *select = fil_relation_select(&table->relation, false);
	char *sql = run > 0
	    ? fil_format("%s WHERE run = $1", select)
	    : fil_format("%s WHERE run IN (SELECT run FROM erased WHERE run > 0)", select);
	struct fil_query *query = fil_query_new(redacted->store, sql);
	const char **cells = fil_alloc(table->n_columns + 1, sizeof *cells);
	int step;

	if (run > 0)
		fil_query_bind_number(query, 1, run);
	while ((step = fil_query_step(query, fault)) == 1) {
		for (size_t c = 0; c <= table->n_columns; c++)
			cells[c] = fil_query_text(query, (int)c);
		if (wants(redacted, table, cells))
			fil_batch_add(rows, cells);
	}
	fil_query_free(query);
	free(cells);
	free(sql);
	free(select);
	return step;
}

/* Returns the number of a text that the run has overwritten, or FIL_NOWHERE. */
static size_t
find_held(const struct fil_redacted *redacted, const struct fil_table *table, size_t column,
    const char *const *cells)
{
	char mark[FIL_SEAL_SIZE];

	return write_mark(table, column, cells, NULL, mark)
	    ? fil_hash_number(redacted->held, mark, strlen(mark))
	    : FIL_NOWHERE;
}

/* Returns whether a row has a text that the run has overwritten elsewhere, or in another column only. */
static bool
wants_held(
    const struct fil_redacted *redacted, const struct fil_table *table, const char *const *cells)
{
	bool held = find_held(redacted, table, FIL_NOWHERE, cells) != FIL_NOWHERE;

	for (size_t c = 0; c < table->n_columns && !held; c++)
		held = may_mention(table, c) && find_held(redacted, table, c, cells) != FIL_NOWHERE;
	return held;
}

/* Returns whether a row has a mark, or is of a run that erased people. */
static bool
wants_marked(
    const struct fil_redacted *redacted, const struct fil_table *table, const char *const *cells)
{
	const struct source *source = find_source(redacted, cells[table->n_columns]);
	bool marked = source && (source->erased || has_mark(redacted, table, FIL_NOWHERE, cells));

	for (size_t c = 0; source && c < table->n_columns && !marked; c++)
		marked = may_mention(table, c) && has_mark(redacted, table, c, cells);
	return marked;
}

/* Marks a text of a row. Returns 0 or -1. */
static int
add_mark(struct fil_redacted *redacted, const struct fil_table *table, size_t column,
    const char *const *cells, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(redacted->store, insert_mark);
	const char *run = cells[table->n_columns];
	char mark[FIL_SEAL_SIZE];
	int step = 0;

	if (write_mark(table, column, cells, run, mark)) {
		fil_query_bind(query, 1, mark);
		fil_query_bind(query, 2, run);
		step = fil_query_step(query, fault);
	}
	fil_query_free(query);
	return step;
}

/* Marks the texts of a row, and adds the row without them to `rows`, or to `keyed`. Returns 0 or -1. */
static int
mark_row(struct fil_redacted *redacted, const struct fil_table *table, const char *const *cells,
    struct fil_batch *rows, struct fil_batch *keyed, struct fil_fault *fault)
{
	const char **kept = fil_alloc(table->n_columns + 1, sizeof *kept);
	int failed = 0;

	memcpy(kept, cells, (table->n_columns + 1) * sizeof *kept);
	for (size_t c = 0; c < table->n_columns && !failed; c++) {
		size_t held =
		    may_mention(table, c) ? find_held(redacted, table, c, cells) : FIL_NOWHERE;

		if (held == FIL_NOWHERE)
			continue;
		kept[c] = redacted->instead[held];
		failed = add_mark(redacted, table, c, cells, fault);
	}
	if (find_held(redacted, table, FIL_NOWHERE, cells) != FIL_NOWHERE) {
		fil_batch_add(keyed, cells);
		failed |= add_mark(redacted, table, FIL_NOWHERE, cells, fault);
	} else
		fil_batch_add(rows, kept);
	free(kept);
	return failed;
}

/* Finds, keeps and marks the rows of a table that the run wrote with texts which it overwrote. Returns 0 or
 * -1. */
static int
settle_table(struct fil_redacted *redacted, const struct fil_table *table, int64_t run,
    fil_redacted_keep *keep, void *context, struct fil_fault *fault)
{
	size_t width = table->n_columns + 1;
	struct fil_batch *all = fil_batch_new(width), *rows = fil_batch_new(width),
			 *keyed = fil_batch_new(width);
	const char **cells = fil_alloc(width, sizeof *cells);
	int failed = read_rows(redacted, table, run, all, wants_held, fault);

	for (size_t i = 0; i < fil_batch_rows(all) && !failed; i++) {
		fil_batch_row(all, i, cells, NULL);
		failed = mark_row(redacted, table, cells, rows, keyed, fault);
	}
	if (!failed)
		failed = keep(context, table, rows, keyed, fault);
	fil_batch_free(all);
	fil_batch_free(rows);
	fil_batch_free(keyed);
	free(cells);
	return failed ? -1 : 0;
}

/* Removes the marks that were not seen. Returns 0 or -1. */
static int
remove_unseen(struct fil_redacted *redacted, const struct fil_hash *seen, struct fil_fault *fault)
{
	struct fil_query *query =
	    fil_query_new(redacted->store, "DELETE FROM erased WHERE hash = $1 AND pending = -1");
	int step = 0;

	for (uint32_t i = 0; i < fil_intern_count(redacted->marks) && step == 0; i++) {
		const char *mark = fil_intern_get(redacted->marks, i);

		if (fil_hash_has(seen, mark, strlen(mark)))
			continue;
		fil_query_bind(query, 1, mark);
		step = fil_query_step(query, fault);
	}
	fil_query_free(query);
	return step;
}

/* Notes the marks that a row may have. */
static void
see(struct fil_hash *seen, const struct fil_table *table, const char *const *cells)
{
	char mark[FIL_SEAL_SIZE];

	if (write_mark(table, FIL_NOWHERE, cells, cells[table->n_columns], mark))
		fil_hash_put(seen, mark, strlen(mark));
	for (size_t c = 0; c < table->n_columns; c++)
		if (may_mention(table, c) &&
		    write_mark(table, c, cells, cells[table->n_columns], mark))
			fil_hash_put(seen, mark, strlen(mark));
}

int
fil_redacted_sweep(struct fil_redacted *redacted, struct fil_fault *fault)
{
	struct fil_hash *seen = fil_hash_new_set();
	const char **cells = fil_alloc(fil_catalog_widest() + 1, sizeof *cells);
	size_t n;
	const struct fil_table *const *tables = fil_catalog_tables(&n);
	int failed = read_runs(redacted, fault);

	for (size_t t = 0; t < n && !failed && fil_intern_count(redacted->marks) > 0; t++) {
		struct fil_batch *rows = fil_batch_new(tables[t]->n_columns + 1);

		failed = read_rows(redacted, tables[t], 0, rows, wants_marked, fault);
		for (size_t i = 0; i < fil_batch_rows(rows); i++) {
			fil_batch_row(rows, i, cells, NULL);
			see(seen, tables[t], cells);
		}
		fil_batch_free(rows);
	}
	if (!failed)
		failed = remove_unseen(redacted, seen, fault);
	fil_hash_free(seen);
	free(cells);
	return failed;
}

/* Returns whether text i is the first one of its table. */
static bool
is_first(const struct fil_redacted *redacted, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (redacted->tables[k] == redacted->tables[i])
			return false;
	return true;
}

/* Returns 1 if the run erases people, else 0, or -1 with a fault. */
static int
erases(struct fil_redacted *redacted, int64_t run, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(
	    redacted->store, "SELECT 1 FROM erased WHERE run = $1 AND pending >= 0 LIMIT 1");
	int step;

	fil_query_bind_number(query, 1, run);
	step = fil_query_step(query, fault);
	fil_query_free(query);
	return step;
}

int
fil_redacted_settle(struct fil_redacted *redacted, int64_t run, fil_redacted_keep *keep,
    void *context, struct fil_fault *fault)
{
	size_t n = redacted->n_held;
	int step = n > 0 ? erases(redacted, run, fault) : 0;

	/* The rows of an erasure need no marks. */
	for (size_t i = 0; i < n && step == 0; i++)
		if (is_first(redacted, i))
			step =
			    settle_table(redacted, redacted->tables[i], run, keep, context, fault);
	if (step < 0)
		return -1;
	return redacted->released ? fil_redacted_sweep(redacted, fault) : 0;
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
	failed = redact(redacted, table, kept_cells, &kept, fault);
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
	int failed = read_runs(redacted, fault);

	for (size_t t = 0; t < n && !failed; t++) {
		struct fil_batch *rows = fil_batch_new(tables[t]->n_columns + 1);

		failed = read_rows(redacted, tables[t], 0, rows, wants_marked, fault);
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
	fil_intern_free(redacted->marks);
	fil_hash_free(redacted->held);
	for (size_t i = 0; i < redacted->n_held; i++)
		free(redacted->instead[i]);
	free(redacted->instead);
	free(redacted->tables);
	free(redacted);
}
