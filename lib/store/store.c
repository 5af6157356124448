/* SPDX-License-Identifier: ISC */
#include "lib/store/store.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/utf8.h"
#include "lib/store/engine.h"
#include "lib/store/postgresql/postgresql.h"
#include "lib/store/schema.h"
#include "lib/store/sqlite/sqlite.h"
#include "lib/store/sqlite/sqlite_file.h"

/* A batch is written when it has as many rows or bytes. */
enum { BATCH_ROWS = 4096, BATCH_BYTES = 1 << 20 };

bool
fil_store_on_server(const char *where)
{
	static const char *const beginnings[] = { "postgresql://", "postgres://", "service=" };

	for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++)
		if (strncmp(where, beginnings[i], strlen(beginnings[i])) == 0)
			return true;
	return false;
}

void
fil_store_expect(struct fil_store *store, const struct fil_values *values)
{
	store->values = values;
}

bool
fil_store_at(const char *path)
{
	return fil_file_is_store(path);
}

struct fil_store *
fil_store_open(const char *where, enum fil_store_mode mode, struct fil_fault *fault)
{
	if (*where == '\0') {
		fil_fault_set(fault, FIL_USAGE, "the store's name is empty");
		return NULL;
	}
	if (!fil_store_on_server(where))
		return fil_sqlite_engine.open(where, mode, fault);
#ifdef FIL_POSTGRESQL
	return fil_postgresql_engine.open(where, mode, fault);
#else
	fil_fault_set(fault, FIL_UNAVAILABLE,
	    "this filrouge was built without PostgreSQL: it opens files only");
	return NULL;
#endif
}

void
fil_store_close(struct fil_store *store)
{
	if (store)
		store->engine->close(store);
}

const char *
fil_store_folder(const struct fil_store *store)
{
	return store->folder;
}

const char *
fil_store_name(const struct fil_store *store)
{
	return store->name;
}

const char *
fil_store_caution(const struct fil_store *store)
{
	return store->caution;
}

void
fil_store_trust(struct fil_store *store)
{
	store->engine->trust(store);
}

int
fil_store_begin(struct fil_store *store, unsigned seconds, struct fil_fault *fault)
{
	return store->engine->begin(store, seconds, fault);
}

enum fil_commit
fil_store_commit(struct fil_store *store, struct fil_fault *fault)
{
	return store->engine->commit(store, fault);
}

void
fil_store_rollback(struct fil_store *store)
{
	store->engine->rollback(store);
}

int
fil_store_snapshot(struct fil_store *store, struct fil_fault *fault)
{
	return store->engine->snapshot(store, fault);
}

bool
fil_store_counts(const struct fil_store *store)
{
	return store->engine->counts;
}

int
fil_store_grant(struct fil_store *store, struct fil_fault *fault)
{
	if (!store->engine->grant)
		fil_bug("a file has no roles");
	return store->engine->grant(store, fault);
}

const char *
fil_store_role(const struct fil_store *store)
{
	return store->role;
}

int
fil_store_group(const char *where, const char *group, struct fil_fault *fault)
{
	return fil_file_prepare_group(where, group, fault);
}

void
fil_store_share(struct fil_store *store)
{
	store->engine->share(store);
}

bool
fil_store_is_copy(struct fil_store *store)
{
	return store->engine->is_copy && store->engine->is_copy(store);
}

void
fil_store_earlier(struct fil_store *store, fil_earlier_take *take, void *context)
{
	if (store->engine->earlier)
		store->engine->earlier(store, take, context);
}

int
fil_store_remove_earlier(const char *path, struct fil_fault *fault)
{
	return fil_file_remove(path, fault);
}

int
fil_store_check(struct fil_store *store, const char *name, struct fil_fault *fault)
{
	return store->engine->check ? store->engine->check(store, name, fault) : 0;
}

int
fil_store_place(struct fil_store *store, bool replace, struct fil_fault *fault)
{
	return store->engine->place(store, replace, fault);
}

bool
fil_store_crossed(const struct fil_store *store)
{
	return store->crossed;
}

int
fil_store_damaged(struct fil_fault *fault, const char *table, const char *key)
{
	return fil_fault_set(fault, FIL_UNAVAILABLE,
	    "the store is damaged: %s '%s' is not as it was written", table, key);
}

int
fil_store_damaged_user(struct fil_fault *fault, const char *table, const char *user)
{
	return fil_fault_set(fault, FIL_UNAVAILABLE,
	    "the store is damaged: %s of '%s' is not as it was written", table, user);
}

int
fil_store_inspect(
    struct fil_store *store, fil_defect_take *take, void *context, struct fil_fault *fault)
{
	store->values = NULL;
	return store->engine->inspect(store, take, context, fault);
}

int
fil_store_inspected(
    struct fil_store *store, fil_defect_take *take, void *context, struct fil_fault *fault)
{
	if (!store->engine->inspected)
		return 0;
	return store->engine->inspected(store, take, context, fault);
}

size_t
fil_store_batch_rows(const struct fil_store *store)
{
	return store->batch_rows > 0 ? store->batch_rows : FIL_BATCH_ROWS;
}

size_t
fil_store_new_rows(const struct fil_store *store)
{
	return store->new_rows > 0 ? store->new_rows : fil_store_batch_rows(store);
}

int
fil_store_insert(struct fil_store *store, const struct fil_relation *relation,
    const struct fil_batch *rows, int64_t run, bool *inserted, struct fil_fault *fault)
{
	if (fil_store_begin_insertion(store, relation, rows, run, inserted, fault) < 0)
		return -1;
	return fil_store_end_insertion(store, fault);
}

int
fil_store_begin_insertion(struct fil_store *store, const struct fil_relation *relation,
    const struct fil_batch *rows, int64_t run, bool *inserted, struct fil_fault *fault)
{
	return store->engine->batches->begin_insertion(store, relation, rows, run, inserted, fault);
}

int
fil_store_end_insertion(struct fil_store *store, struct fil_fault *fault)
{
	if (!store->engine->batches->end_insertion)
		return 0;
	return store->engine->batches->end_insertion(store, fault);
}

/* Checks a column of the rows that were found, from a row on. Returns 0 or -1. */
static int
check_column(const struct fil_store *store, const struct fil_relation *relation, size_t c,
    const struct fil_batch *found, size_t row, struct fil_fault *fault)
{
	const char *name = relation->columns[c];
	const void *declaration = store->values->column(relation->name, name);
	size_t n;

	for (; declaration && row < fil_batch_rows(found); row++) {
		const char *cell = fil_batch_cell(found, row, c, &n);

		if (!store->values->holds(declaration, cell, cell ? n : 0))
			return fil_values_refuse(store, relation->name, name, cell, fault);
	}
	return 0;
}

int
fil_store_fetch(struct fil_store *store, const struct fil_relation *relation,
    const struct fil_batch *keys, struct fil_batch *found, size_t *place, struct fil_fault *fault)
{
	size_t before = fil_batch_rows(found);

	if (store->engine->batches->fetch(store, relation, keys, found, place, fault) < 0)
		return -1;
	for (size_t c = 0; store->values && c < relation->n_columns; c++)
		if (check_column(store, relation, c, found, before, fault) < 0)
			return -1;
	return 0;
}

int
fil_store_update(struct fil_store *store, const struct fil_relation *relation,
    const struct fil_batch *rows, int64_t run, struct fil_fault *fault)
{
	return store->engine->batches->update(store, relation, rows, run, fault);
}

int
fil_store_delete(struct fil_store *store, const struct fil_relation *relation,
    const struct fil_batch *keys, struct fil_fault *fault)
{
	return store->engine->batches->remove(store, relation, keys, fault);
}

int
fil_store_purge(struct fil_store *store, unsigned seconds, const struct fil_search *texts,
    bool *found, struct fil_fault *fault)
{
	return store->engine->purge(store, seconds, texts, found, fault);
}

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

/* Pages are copied where one engine has both stores, else rows. */
int
fil_store_copy(struct fil_store *from, struct fil_store *into, struct fil_fault *fault)
{
	if (from->engine == into->engine && from->engine->copy)
		return from->engine->copy(from, into, fault);
	return copy_tables(from, into, fault);
}
