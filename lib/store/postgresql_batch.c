/* SPDX-License-Identifier: ISC */
/* Batches, the path of a million rows: each is one statement and one round trip, its columns sent as
 * arrays in PostgreSQL's binary form. */
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/bytes.h"
#include "lib/fault.h"
#include "lib/index.h"
#include "lib/memory.h"
#include "lib/number.h"
#include "lib/store/postgresql.h"
#include "lib/store/postgresql_statement.h"

/* The types' numbers, the same in every server (PostgreSQL's pg_type.dat). */
enum { TEXT = 25, INT4 = 23, INT8 = 20, TEXT_ARRAY = 1009, INT4_ARRAY = 1007 };

/* To have the server leave references out costs a few round trips itself. */
enum { UNCHECKED_WORTH = 128 };

enum operation { INSERT, INSERT_REPEATED, FETCH, UPDATE, DELETE, OPERATIONS };

static char *
insert_text(const struct fil_relation *relation)
{
	return fil_postgresql_insert(relation, false);
}

static char *
insert_repeated_text(const struct fil_relation *relation)
{
	return fil_postgresql_insert(relation, true);
}

static const struct {
	char *(*text)(const struct fil_relation *relation);
	bool keys_only;
	int behind;		/* parameters behind the arrays */
} operations[] = {
	[INSERT] = { insert_text, false, 2 },
	[INSERT_REPEATED] = { insert_repeated_text, false, 2 },
	[FETCH] = { fil_postgresql_fetch, true, 0 },
	[UPDATE] = { fil_postgresql_update, false, 1 },
	[DELETE] = { fil_postgresql_delete, true, 0 },
};

/* The statements on one relation, prepared when first used, and room for the arrays. */
struct fil_postgresql_plan {
	char *relation;
	bool *integers;		/* which columns are */
	struct fil_bytes *arrays;
	size_t n_columns;
	unsigned session;	/* in which the statements were prepared */
	char *texts[OPERATIONS], names[OPERATIONS][16];
	struct fil_postgresql_plan *next;
};

/* One operation on the rows of a batch. */
struct work {
	struct fil_postgresql *store;
	const struct fil_relation *relation;
	struct fil_postgresql_plan *plan;
	enum operation operation;
	const struct fil_batch *rows;
	size_t n_arrays;
	struct fil_postgresql_values parameters;
	char run[24], size[24];
};

static size_t
column_of(const struct fil_relation *relation, const char *name, size_t n)
{
	for (size_t c = 0; c < relation->n_columns; c++)
		if (strlen(relation->columns[c]) == n && memcmp(relation->columns[c], name, n) == 0)
			return c;
	return FIL_NOWHERE;
}

/* Finds out which columns hold integers. Returns 0 or -1. */
static int
learn_types(struct fil_postgresql *store, const struct fil_relation *relation, bool *integers,
    struct fil_fault *fault)
{
	static const char sql[] = "SELECT a.attname FROM pg_attribute AS a WHERE a.attrelid = "
		"to_regclass($1) AND a.atttypid = CAST('integer' AS REGTYPE)";
	PGresult *names = fil_postgresql_ask(store, sql,
	    &(struct fil_postgresql_values){ .n = 1, .values = &relation->name }, fault);
	const char *name;
	size_t c;

	if (!names)
		return -1;
	for (int row = 0; row < store->pq.ntuples(names); row++) {
		name = store->pq.getvalue(names, row, 0);
		c = column_of(relation, name, strlen(name));
		if (c != FIL_NOWHERE)
			integers[c] = true;
	}
	store->pq.clear(names);
	return 0;
}

/* Returns the relation's plan, or NULL with a fault. */
static struct fil_postgresql_plan *
plan_for(struct fil_postgresql *store, const struct fil_relation *relation, struct fil_fault *fault)
{
	struct fil_postgresql_plan *plan;
	bool *integers;

	for (plan = store->plans; plan; plan = plan->next)
		if (strcmp(plan->relation, relation->name) == 0)
			return plan;
	integers = fil_alloc(relation->n_columns, sizeof *integers);
	if (learn_types(store, relation, integers, fault) < 0) {
		free(integers);
		return NULL;
	}
	plan = fil_alloc(1, sizeof *plan);
	plan->relation = fil_copy(relation->name);
	plan->integers = integers;
	plan->n_columns = relation->n_columns;
	plan->arrays = fil_alloc(relation->n_columns, sizeof *plan->arrays);
	plan->next = store->plans;
	store->plans = plan;
	return plan;
}

static void
add_number(struct fil_bytes *array, uint32_t number)
{
	uint32_t bytes = htonl(number);

	fil_bytes_add(array, (const char *)&bytes, sizeof bytes);
}

/* Fills the fault, and names the row by its key. */
static int
refuse_row(const struct work *work, size_t row, const struct fil_fault *cause,
    struct fil_fault *fault)
{
	struct fil_bytes key = { 0 };

	for (size_t c = 0; c < work->relation->n_keys; c++)
		fil_bytes_add_format(
		    &key, "%s'%s'", c ? ", " : "", fil_batch_cell(work->rows, row, c, NULL));
	fil_fault_data(fault, cause->kind, "%s: %s: %s", work->relation->name, key.data,
	    work->operation == DELETE ? "other rows still name it" : cause->text);
	fil_bytes_release(&key);
	return -1;
}

static int
add_integer(const struct work *work, size_t row, const char *cell, struct fil_bytes *array,
    struct fil_fault *fault)
{
	struct fil_fault cause;
	long long number;

	if (fil_number_read(cell, INT32_MIN, INT32_MAX, &number) < 0) {
		fil_fault_data(&cause, "type-error", "a value is not of its column's type");
		return refuse_row(work, row, &cause, fault);
	}
	add_number(array, sizeof(uint32_t));
	add_number(array, (uint32_t)number);
	return 0;
}

/* Makes a column an array: dimensions, whether there are NULLs, element type, length, first index;
 * then each element behind its length, -1 for NULL. Returns 0, or -1 with a fault. */
static int
make_array(const struct work *work, size_t column, struct fil_fault *fault)
{
	struct fil_bytes *array = &work->plan->arrays[column];
	bool integer = work->plan->integers[column];
	size_t rows = fil_batch_rows(work->rows), length;
	const char *cell;

	fil_bytes_clear(array);
	add_number(array, 1);
	add_number(array, 1);
	add_number(array, integer ? INT4 : TEXT);
	add_number(array, (uint32_t)rows);
	add_number(array, 1);
	for (size_t row = 0; row < rows; row++) {
		cell = fil_batch_cell(work->rows, row, column, &length);
		if (!cell) {
			add_number(array, UINT32_MAX);
		} else if (integer) {
			if (add_integer(work, row, cell, array, fault) < 0)
				return -1;
		} else {
			add_number(array, (uint32_t)length);
			fil_bytes_add(array, cell, length);
		}
	}
	return 0;
}

/* Prepares the statement of the work, unless it is. Returns 0 or -1. */
static int
prepare(struct work *work, const Oid *types, struct fil_fault *fault)
{
	struct fil_postgresql_plan *plan = work->plan;
	char **text = &plan->texts[work->operation], *name = plan->names[work->operation];
	struct fil_postgresql_values typed = work->parameters;

	if (plan->session != work->store->session) {
		plan->session = work->store->session;
		memset(plan->names, 0, sizeof plan->names);
	}
	if (!*text)
		*text = operations[work->operation].text(work->relation);
	if (*name)
		return 0;
	typed.types = types;
	snprintf(name, sizeof plan->names[0], "b%u", work->store->names++);
	if (fil_postgresql_prepare(work->store, name, *text, &typed, fault) == 0)
		return 0;
	*name = '\0';
	return -1;
}

/* Sends the batch and returns the answer, or NULL with a fault. */
static PGresult *
send_batch(struct work *work, struct fil_fault *fault)
{
	size_t n = work->n_arrays + (size_t)operations[work->operation].behind;
	const char **values = fil_alloc(n, sizeof *values);
	int *lengths = fil_alloc(n, sizeof *lengths), *formats = fil_alloc(n, sizeof *formats);
	Oid *types = fil_alloc(n, sizeof *types);
	PGresult *result = NULL;

	for (size_t c = 0; c < work->n_arrays; c++) {
		values[c] = work->plan->arrays[c].data;
		lengths[c] = (int)work->plan->arrays[c].length;
		formats[c] = 1;
		types[c] = work->plan->integers[c] ? INT4_ARRAY : TEXT_ARRAY;
	}
	for (size_t c = work->n_arrays; c < n; c++) {
		values[c] = c == work->n_arrays ? work->run : work->size;
		types[c] = c == work->n_arrays ? INT4 : INT8;
	}
	work->parameters =
	    (struct fil_postgresql_values){ (int)n, NULL, values, lengths, formats };
	if (prepare(work, types, fault) == 0)
		result = fil_postgresql_execute(work->store, work->plan->names[work->operation],
		    work->plan->texts[work->operation], &work->parameters, fault);
	free(values);
	free(lengths);
	free(formats);
	free(types);
	return result;
}

/* Returns the row that the server's last refusal is about, or FIL_NOWHERE. It tells the column that
 * is missing, or `Key (column)=(value) …` in whatever language. */
static size_t
find_refused(const struct work *work)
{
	const char *detail = work->store->detail, *column = work->store->column, *value = NULL;
	size_t n = column ? strlen(column) : 0, length, c;

	if (!column && detail && (column = strchr(detail, '(')) && (value = strstr(column, ")=("))) {
		n = (size_t)(value - ++column);
		value += strlen(")=(");
	}
	c = column ? column_of(work->relation, column, n) : FIL_NOWHERE;
	for (size_t row = 0; c < work->n_arrays && row < fil_batch_rows(work->rows); row++) {
		const char *cell = fil_batch_cell(work->rows, row, c, &length);

		if (!value ? !cell : cell && strncmp(value, cell, length) == 0
				&& value[length] == ')')
			return row;
	}
	return FIL_NOWHERE;
}

/* Completes the fault of a batch that failed. Returns -1. */
static int
fail(const struct work *work, struct fil_fault *fault)
{
	struct fil_fault cause = *fault;
	size_t row;

	if (cause.status != FIL_BAD_DATA)
		return -1;
	row = find_refused(work);
	if (row != FIL_NOWHERE)
		return refuse_row(work, row, &cause, fault);
	return fil_fault_data(fault, cause.kind, "%s: %s", work->relation->name, cause.text);
}

/* Runs an operation on the rows of a batch that is not empty. Returns the answer, which the caller
 * clears, or NULL with a fault. */
static PGresult *
operate(struct work *work, int64_t run, struct fil_fault *fault)
{
	PGresult *result;

	work->plan = plan_for(work->store, work->relation, fault);
	if (!work->plan)
		return NULL;
	work->n_arrays = operations[work->operation].keys_only ? work->relation->n_keys
							       : work->relation->n_columns;
	for (size_t c = 0; c < work->n_arrays; c++)
		if (make_array(work, c, fault) < 0)
			return NULL;
	snprintf(work->run, sizeof work->run, "%lld", (long long)run);
	snprintf(work->size, sizeof work->size, "%zu", fil_batch_rows(work->rows));
	result = send_batch(work, fault);
	if (!result)
		fail(work, fault);
	return result;
}

/* Has the server leave out the look-up of each reference, which costs twice what the insertion
 * does, where the caller has checked them and the role may say so (GRANT SET ON PARAMETER
 * session_replication_role). Where it may not, they are looked up. */
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

int
fil_postgresql_recheck(struct fil_postgresql *store, struct fil_fault *fault)
{
	if (!store->unchecked)
		return 0;
	store->unchecked = false;
	return fil_postgresql_run(
	    store, "SET LOCAL session_replication_role = origin", fault);
}

/* Adds a cell to a key of several. */
static void
add_key(struct fil_bytes *key, const char *cell)
{
	fil_bytes_add_text(key, cell);
	fil_bytes_add(key, "\n", 1); /* keys hold no control character */
}

/* Makes the key of a row of the batch. */
static void
make_key(const struct work *work, size_t row, struct fil_bytes *key)
{
	fil_bytes_clear(key);
	for (size_t c = 0; c < work->relation->n_keys; c++)
		add_key(key, fil_batch_cell(work->rows, row, c, NULL));
}

/* Marks the first row of each key. Returns whether that is all rows. */
static bool
mark_firsts(const struct work *work, bool *first)
{
	struct fil_index *index = fil_index_new();
	struct fil_bytes key = { 0 };
	bool all = true;

	for (uint32_t row = 0; row < fil_batch_rows(work->rows); row++) {
		make_key(work, row, &key);
		fil_index_add(index, key.data, key.length, 0, &first[row]);
		all &= first[row];
	}
	fil_bytes_release(&key);
	fil_index_free(index);
	return all;
}

/* Leaves marked, of the first rows, those whose keys the answer names. */
static void
mark_inserted(const struct work *work, const PGresult *keys, bool *inserted)
{
	const struct fil_libpq *pq = &work->store->pq;
	struct fil_index *index = fil_index_new();
	struct fil_bytes key = { 0 };
	bool added;

	for (int row = 0; row < pq->ntuples(keys); row++) {
		fil_bytes_clear(&key);
		for (size_t c = 0; c < work->relation->n_keys; c++)
			add_key(&key, pq->getvalue(keys, row, (int)c + 1));
		fil_index_add(index, key.data, key.length, 0, &added);
	}
	for (size_t row = 0; row < fil_batch_rows(work->rows); row++) {
		make_key(work, row, &key);
		inserted[row] &= fil_index_find(index, key.data, key.length) != FIL_NOWHERE;
	}
	fil_bytes_release(&key);
	fil_index_free(index);
}

/* Inserts; first holds a mark for the first row of each key, and those that went in stay marked. */
static int
insert_marked(struct work *work, int64_t run, bool *first, struct fil_fault *fault)
{
	size_t n = fil_batch_rows(work->rows), n_inserted;
	PGresult *result = operate(work, run, fault);

	if (!result)
		return -1;
	n_inserted = strtoull(work->store->pq.getvalue(result, 0, 0), NULL, 10);
	if (n_inserted == 0)
		memset(first, 0, n * sizeof *first);
	else if (n_inserted < n)
		mark_inserted(work, result, first);
	work->store->pq.clear(result);
	return 0;
}

static int
insert(struct fil_store *base, const struct fil_relation *relation, const struct fil_batch *rows,
    int64_t run, bool *inserted, struct fil_fault *fault)
{
	struct work work = { .store = (struct fil_postgresql *)base, .relation = relation,
		.operation = INSERT, .rows = rows };
	size_t n = fil_batch_rows(rows);
	bool *marks;
	int result;

	if (n == 0)
		return 0;
	if (work.store->trusted && !work.store->unchecked && n >= UNCHECKED_WORTH)
		leave_unchecked(work.store);
	marks = inserted ? inserted : fil_alloc(n, sizeof *marks);
	if (!mark_firsts(&work, marks))
		work.operation = INSERT_REPEATED;
	result = insert_marked(&work, run, marks, fault);
	if (!inserted)
		free(marks);
	return result;
}

static int
update(struct fil_store *base, const struct fil_relation *relation, const struct fil_batch *rows,
    int64_t run, struct fil_fault *fault)
{
	struct work work = { .store = (struct fil_postgresql *)base, .relation = relation,
		.operation = UPDATE, .rows = rows };
	PGresult *result;

	if (fil_batch_rows(rows) == 0)
		return 0;
	result = operate(&work, run, fault);
	work.store->pq.clear(result);
	return result ? 0 : -1;
}

/* What the store refuses to delete leaves the transaction as it was, as on every engine. */
static int delete (struct fil_store *base, const struct fil_relation *relation,
    const struct fil_batch *keys, struct fil_fault *fault)
{
	struct work work = { .store = (struct fil_postgresql *)base, .relation = relation,
		.operation = DELETE, .rows = keys };
	struct fil_fault second;
	PGresult *result;

	if (fil_batch_rows(keys) == 0)
		return 0;
	if (fil_postgresql_recheck(work.store, fault) < 0
	    || fil_postgresql_run(work.store, "SAVEPOINT removal", fault) < 0)
		return -1;
	result = operate(&work, 0, fault);
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
	struct work work = { .store = (struct fil_postgresql *)base, .relation = relation,
		.operation = FETCH, .rows = keys };
	const struct fil_libpq *pq = &work.store->pq;
	size_t n_cells = relation->n_columns + 1, n = fil_batch_rows(keys);
	const char **cells;
	PGresult *result;

	for (size_t row = 0; row < n; row++)
		place[row] = FIL_NOWHERE;
	if (n == 0)
		return 0;
	result = operate(&work, 0, fault);
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

void
fil_postgresql_release_plans(struct fil_postgresql *store)
{
	struct fil_postgresql_plan *next;

	for (struct fil_postgresql_plan *plan = store->plans; plan; plan = next) {
		next = plan->next;
		for (size_t c = 0; c < plan->n_columns; c++)
			fil_bytes_release(&plan->arrays[c]);
		for (int i = 0; i < OPERATIONS; i++)
			free(plan->texts[i]);
		free(plan->relation);
		free(plan->integers);
		free(plan->arrays);
		free(plan);
	}
	store->plans = NULL;
}

const struct fil_batch_engine fil_postgresql_batches = {
	.insert = insert,
	.fetch = fetch,
	.update = update,
	.remove = delete,
};
