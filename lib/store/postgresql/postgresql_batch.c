/* SPDX-License-Identifier: ISC */
#include "lib/store/postgresql/postgresql_batch.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/fault.h"
#include "lib/base/hash.h"
#include "lib/base/memory.h"
#include "lib/store/batch.h"
#include "lib/store/postgresql/postgresql_operation.h"

/* Fewer rows than this are not worth the round trips that switch off the server's checks. */
enum { UNCHECKED_WORTH = 128 };

/* Switches off the server's reference checks, which cost twice the insertion, if the caller has
 * checked the references. The role needs GRANT SET ON PARAMETER session_replication_role; without
 * it the checks stay on. */
static void
leave_unchecked(struct fil_postgresql *store)
{
	static const char off[] = "SAVEPOINT trust; SET LOCAL session_replication_role = replica; "
				  "RELEASE SAVEPOINT trust";
	static const char back[] = "ROLLBACK TO SAVEPOINT trust; RELEASE SAVEPOINT trust";
	PGresult *result;

	fil_postgresql_settle(store);
	result = store->pq.exec(store->connection, off);
	store->unchecked = store->pq.resultStatus(result) == PGRES_COMMAND_OK;
	store->pq.clear(result);
	if (store->unchecked)
		return;
	store->trusted = false;
	store->pq.clear(store->pq.exec(store->connection, back));
}

/* Adds a cell to a key of several cells. */
static void
add_key(struct fil_bytes *key, const char *cell)
{
	fil_bytes_add_text(key, cell);
	fil_bytes_add(key, "\n", 1); /* no key has a control character */
}

/* Composes the key of a row of the batch. */
static void
make_key(const struct fil_postgresql_work *work, size_t row, struct fil_bytes *key)
{
	fil_bytes_clear(key);
	for (size_t c = 0; c < work->relation->n_keys; c++)
		add_key(key, fil_batch_cell(work->rows, row, c, NULL));
}

/* Marks the first row of each key. Returns whether these are all rows. */
static bool
mark_firsts(const struct fil_postgresql_work *work, bool *first)
{
	struct fil_hash *index = fil_hash_new_map();
	struct fil_bytes key = { 0 };
	bool all = true;

	for (uint32_t row = 0; row < fil_batch_rows(work->rows); row++) {
		make_key(work, row, &key);
		fil_hash_give(index, key.data, key.length, 0, &first[row]);
		all &= first[row];
	}
	fil_bytes_release(&key);
	fil_hash_free(index);
	return all;
}

/* Keeps the marks of those first rows whose keys the result contains. */
static void
mark_inserted(const struct fil_postgresql_work *work, const PGresult *keys, bool *inserted)
{
	const struct fil_libpq *pq = &work->store->pq;
	struct fil_hash *index = fil_hash_new_map();
	struct fil_bytes key = { 0 };
	bool added;

	for (int row = 0; row < pq->ntuples(keys); row++) {
		fil_bytes_clear(&key);
		for (size_t c = 0; c < work->relation->n_keys; c++)
			add_key(&key, pq->getvalue(keys, row, (int)c + 1));
		fil_hash_give(index, key.data, key.length, 0, &added);
	}
	for (size_t row = 0; row < fil_batch_rows(work->rows); row++) {
		make_key(work, row, &key);
		inserted[row] &= fil_hash_number(index, key.data, key.length) != FIL_NOWHERE;
	}
	fil_bytes_release(&key);
	fil_hash_free(index);
}

static struct fil_postgresql_work
work_on(struct fil_store *store, const struct fil_relation *relation,
    enum fil_postgresql_kind operation, const struct fil_batch *rows)
{
	return (struct fil_postgresql_work){ .store = (struct fil_postgresql *)store,
		.relation = relation,
		.operation = operation,
		.rows = rows };
}

/* An insertion in progress on the server. */
struct fil_postgresql_insertion {
	struct fil_postgresql_work work;
	bool *marks; /* for each row: first of its key, then inserted */
	bool *told; /* the caller's marks; NULL: own ones */
};

/* Keeps the marks of those first rows that were inserted. */
static void
tell(const struct fil_postgresql_insertion *insertion, const PGresult *result)
{
	const struct fil_postgresql_work *work = &insertion->work;
	size_t n = fil_batch_rows(work->rows);
	size_t n_inserted = strtoull(work->store->pq.getvalue(result, 0, 0), NULL, 10);

	if (n_inserted == 0)
		memset(insertion->marks, 0, n * sizeof *insertion->marks);
	else if (n_inserted < n)
		mark_inserted(work, result, insertion->marks);
}

static void
release(struct fil_postgresql *store)
{
	struct fil_postgresql_insertion *insertion = store->insertion;

	store->insertion = NULL;
	store->pq.clear(store->inserted);
	store->inserted = NULL;
	if (insertion && !insertion->told)
		free(insertion->marks);
	free(insertion);
}

void
fil_postgresql_drop_insertion(struct fil_postgresql *store)
{
	if (store->ahead == &store->inserted)
		fil_postgresql_settle(store);
	release(store);
}

static int
begin_insertion(struct fil_store *base, const struct fil_relation *relation,
    const struct fil_batch *rows, int64_t run, bool *inserted, struct fil_fault *fault)
{
	struct fil_postgresql *store = (struct fil_postgresql *)base;
	struct fil_postgresql_insertion *insertion;
	size_t n = fil_batch_rows(rows);
	int copied;
	bool once;

	if (store->insertion)
		fil_bug("an insertion is begun before the last one was ended");
	if (n == 0)
		return 0;
	if (store->trusted && !store->unchecked && n >= UNCHECKED_WORTH)
		leave_unchecked(store);
	insertion = fil_alloc(1, sizeof *insertion);
	insertion->work = work_on(base, relation, FIL_INSERT, rows);
	insertion->told = inserted;
	insertion->marks = inserted ? inserted : fil_alloc(n, sizeof *inserted);
	once = mark_firsts(&insertion->work, insertion->marks);
	store->insertion = insertion;
	copied = fil_postgresql_copy_work(&insertion->work, run, insertion->marks, fault);
	if (!once)
		insertion->work.operation = FIL_INSERT_REPEATED;
	if (copied == 0 &&
	    fil_postgresql_send_work(&insertion->work, run, &store->inserted, fault) == 0)
		return 0;
	release(store);
	return copied > 0 ? 0 : -1;
}

static int
end_insertion(struct fil_store *base, struct fil_fault *fault)
{
	struct fil_postgresql *store = (struct fil_postgresql *)base;
	struct fil_postgresql_insertion *insertion = store->insertion;
	PGresult *result;

	if (!insertion)
		return 0;
	fil_postgresql_settle(store);
	result = fil_postgresql_judge_work(&insertion->work, store->inserted, fault);
	store->inserted = NULL;
	if (result)
		tell(insertion, result);
	store->pq.clear(result);
	release(store);
	return result ? 0 : -1;
}

static int
update(struct fil_store *base, const struct fil_relation *relation, const struct fil_batch *rows,
    int64_t run, struct fil_fault *fault)
{
	struct fil_postgresql_work work = work_on(base, relation, FIL_UPDATE, rows);
	PGresult *result;

	if (fil_batch_rows(rows) == 0)
		return 0;
	result = fil_postgresql_operate(&work, run, fault);
	work.store->pq.clear(result);
	return result ? 0 : -1;
}

/* A refused deletion leaves the transaction usable, as with every engine. */
static int delete (struct fil_store *base, const struct fil_relation *relation,
    const struct fil_batch *keys, struct fil_fault *fault)
{
	struct fil_postgresql_work work = work_on(base, relation, FIL_DELETE, keys);
	struct fil_fault second;
	PGresult *result;

	if (fil_batch_rows(keys) == 0)
		return 0;
	if (fil_postgresql_recheck(work.store, fault) < 0 ||
	    fil_postgresql_run(work.store, "SAVEPOINT removal", fault) < 0)
		return -1;
	result = fil_postgresql_operate(&work, 0, fault);
	fil_postgresql_run(work.store,
	    result ? "RELEASE SAVEPOINT removal"
		   : "ROLLBACK TO SAVEPOINT removal; RELEASE SAVEPOINT removal",
	    result ? fault : &second);
	work.store->pq.clear(result);
	return result ? 0 : -1;
}

static int
fetch(struct fil_store *base, const struct fil_relation *relation, const struct fil_batch *keys,
    struct fil_batch *found, size_t *place, struct fil_fault *fault)
{
	struct fil_postgresql_work work = work_on(base, relation, FIL_FETCH, keys);
	const struct fil_libpq *pq = &work.store->pq;
	size_t n_cells = relation->n_columns + 1, n = fil_batch_rows(keys);
	const char **cells;
	PGresult *result;

	for (size_t row = 0; row < n; row++)
		place[row] = FIL_NOWHERE;
	if (n == 0)
		return 0;
	result = fil_postgresql_operate(&work, 0, fault);
	if (!result)
		return -1;
	cells = fil_alloc(n_cells, sizeof *cells);
	for (int row = 0; row < pq->ntuples(result); row++) {
		for (size_t c = 0; c < n_cells; c++)
			cells[c] = pq->getisnull(result, row, (int)c + 1)
			    ? NULL
			    : pq->getvalue(result, row, (int)c + 1);
		place[strtoull(pq->getvalue(result, row, 0), NULL, 10) - 1] =
		    fil_batch_add(found, cells);
	}
	free(cells);
	pq->clear(result);
	return 0;
}

const struct fil_batch_engine fil_postgresql_batches = {
	.begin_insertion = begin_insertion,
	.end_insertion = end_insertion,
	.fetch = fetch,
	.update = update,
	.remove = delete,
};
