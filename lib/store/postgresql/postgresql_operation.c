/* SPDX-License-Identifier: ISC */
#include "lib/store/postgresql/postgresql_operation.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/fault.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/number.h"
#include "lib/base/text.h"
#include "lib/store/batch.h"
#include "lib/store/postgresql/postgresql_connection.h"

/* The statements: each column of the batch is one array, $1 … in the order of the columns (or of
 * the keys alone). One prepared statement serves batches of any size, without a temporary table and
 * without escapes. The caller frees the returned statements. */

/* Adds ` (SELECT unnest($1) AS "key", …) AS s` for the first n columns. Arrays in the SELECT list
 * are expanded row by row. A function in FROM would store all rows first. */
static void
add_source(struct fil_bytes *sql, const struct fil_relation *relation, size_t n)
{
	fil_bytes_add_text(sql, " (SELECT ");
	for (size_t c = 0; c < n; c++) {
		fil_bytes_add_format(sql, "%sunnest($%zu) AS ", c ? ", " : "", c + 1);
		fil_relation_add_name(sql, relation->columns[c]);
	}
	fil_bytes_add_text(sql, ") AS s");
}

/* Adds ` t."key" = s."key" AND …`. */
static void
add_match(struct fil_bytes *sql, const struct fil_relation *relation)
{
	for (size_t c = 0; c < relation->n_keys; c++) {
		fil_bytes_add_text(sql, c ? " AND t." : " t.");
		fil_relation_add_name(sql, relation->columns[c]);
		fil_bytes_add_text(sql, " = s.");
		fil_relation_add_name(sql, relation->columns[c]);
	}
}

/* Adds `INSERT INTO relation (…) SELECT … FROM the arrays`. */
static void
add_insert(struct fil_bytes *sql, const struct fil_relation *relation)
{
	size_t n = relation->n_columns;

	fil_bytes_add_text(sql, "INSERT INTO ");
	fil_relation_add_name(sql, relation->name);
	fil_bytes_add_text(sql, " (");
	fil_relation_add_columns(sql, relation, NULL, 0, n);
	fil_bytes_add_text(
	    sql, fil_relation_has_run(relation) ? ") SELECT " : ", \"run\") SELECT ");
	fil_relation_add_columns(sql, relation, "s", 0, n);
	if (!fil_relation_has_run(relation))
		fil_bytes_add_format(sql, ", $%zu", n + 1);
	fil_bytes_add_text(sql, " FROM");
	add_source(sql, relation, n);
}

/* Adds the result of the insertion. */
static void
add_result(struct fil_bytes *sql, const struct fil_relation *relation)
{
	fil_bytes_add_text(sql, " RETURNING ");
	fil_relation_add_columns(sql, relation, NULL, 0, relation->n_keys);
	fil_bytes_add_format(sql,
	    ") SELECT c.n, i.* FROM (SELECT count(*) AS n FROM i) AS c LEFT JOIN i ON c.n < $%zu",
	    relation->n_columns + 2);
}

/* Inserts the rows whose key does not exist. The parameters are the columns, then run, then the
 * number of rows. run_is_key: the primary key includes `run`. Each row of the result begins with
 * the number of inserted rows. Their keys follow unless none or all were inserted. The statement
 * first checks whether the key exists. Under the writers' lock no other writer can add it, and ON
 * CONFLICT would take twice as long. */
static char *
insert_sql(const struct fil_relation *relation, bool run_is_key)
{
	struct fil_bytes sql = { 0 };

	fil_bytes_add_text(&sql, "WITH i AS (");
	add_insert(&sql, relation);
	fil_bytes_add_text(&sql, " WHERE NOT EXISTS (SELECT 1 FROM ");
	fil_relation_add_name(&sql, relation->name);
	fil_bytes_add_text(&sql, " AS t WHERE");
	add_match(&sql, relation);
	if (run_is_key)
		fil_bytes_add_format(&sql, " AND t.\"run\" = $%zu", relation->n_columns + 1);
	fil_bytes_add_text(&sql, ")");
	add_result(&sql, relation);
	return sql.data;
}

/* Inserts rows that give their own runs: those of a copy, into an empty table. */
static char *
insert_copied_sql(const struct fil_relation *relation)
{
	struct fil_bytes sql = { 0 };

	fil_bytes_add_text(&sql, "WITH i AS (");
	add_insert(&sql, relation);
	fil_bytes_add_text(&sql, " RETURNING 1) SELECT count(*) FROM i");
	return sql.data;
}

/* Inserts the rows of a batch with duplicate keys, each key once. Also for a table on several nodes,
 * where a statement may not ask for the keys of an array. */
static char *
insert_repeated_sql(const struct fil_relation *relation)
{
	struct fil_bytes sql = { 0 };

	fil_bytes_add_text(&sql, "WITH i AS (");
	add_insert(&sql, relation);
	fil_bytes_add_text(&sql, " ON CONFLICT DO NOTHING");
	add_result(&sql, relation);
	return sql.data;
}

/* Selects the rows with the keys: the place of the key in the batch from 1, the columns, run. A
 * function in FROM numbers the keys. For other functions the server would expect a thousand rows,
 * and scan the whole table. */
static char *
fetch_sql(const struct fil_relation *relation)
{
	struct fil_bytes sql = { 0 };

	fil_bytes_add_text(&sql, "SELECT s.\"#\", ");
	fil_relation_add_columns(&sql, relation, "t", 0, relation->n_columns);
	fil_bytes_add_text(&sql, ", t.\"run\" FROM unnest(");
	for (size_t c = 1; c <= relation->n_keys; c++)
		fil_bytes_add_format(&sql, "%s$%zu", c > 1 ? ", " : "", c);
	fil_bytes_add_text(&sql, ") WITH ORDINALITY AS s(");
	fil_relation_add_columns(&sql, relation, NULL, 0, relation->n_keys);
	fil_bytes_add_text(&sql, ", \"#\") JOIN ");
	fil_relation_add_name(&sql, relation->name);
	fil_bytes_add_text(&sql, " AS t ON");
	add_match(&sql, relation);
	return sql.data;
}

/* Adds `"column" = SOURCE."column", ` for each column outside the key. */
static void
add_values(struct fil_bytes *sql, const struct fil_relation *relation, const char *source)
{
	for (size_t c = relation->n_keys; c < relation->n_columns; c++) {
		fil_relation_add_name(sql, relation->columns[c]);
		fil_bytes_add_format(sql, " = %s.", source);
		fil_relation_add_name(sql, relation->columns[c]);
		fil_bytes_add_text(sql, ", ");
	}
}

/* Updates all columns outside the key: columns, then run. */
static char *
update_sql(const struct fil_relation *relation)
{
	struct fil_bytes sql = { 0 };
	size_t n = relation->n_columns;

	fil_bytes_add_text(&sql, "UPDATE ");
	fil_relation_add_name(&sql, relation->name);
	fil_bytes_add_text(&sql, " AS t SET ");
	add_values(&sql, relation, "s");
	fil_bytes_add_format(&sql, "\"run\" = $%zu FROM", n + 1);
	add_source(&sql, relation, n);
	fil_bytes_add_text(&sql, " WHERE");
	add_match(&sql, relation);
	return sql.data;
}

/* The same where Citus places the rows on nodes. It sends a row to be inserted to the node of its key
 * alone, and the arrays of an UPDATE to each part of the table. The keys are stored, so that no row is
 * inserted. */
static char *
update_placed_sql(const struct fil_relation *relation)
{
	struct fil_bytes sql = { 0 };

	add_insert(&sql, relation);
	fil_bytes_add_text(&sql, " ON CONFLICT (");
	fil_relation_add_columns(&sql, relation, NULL, 0, relation->n_keys);
	fil_bytes_add_text(&sql, ") DO UPDATE SET ");
	add_values(&sql, relation, "excluded");
	fil_bytes_add_text(&sql, "\"run\" = excluded.\"run\"");
	return sql.data;
}

/* Deletes the rows with the keys. */
static char *
delete_sql(const struct fil_relation *relation)
{
	struct fil_bytes sql = { 0 };

	fil_bytes_add_text(&sql, "DELETE FROM ");
	fil_relation_add_name(&sql, relation->name);
	fil_bytes_add_text(&sql, " AS t USING");
	add_source(&sql, relation, relation->n_keys);
	fil_bytes_add_text(&sql, " WHERE");
	add_match(&sql, relation);
	return sql.data;
}

/* Type numbers, the same on every server (PostgreSQL's pg_type.dat). */
enum { TEXT = 25, INT4 = 23, INT8 = 20, TEXT_ARRAY = 1009, INT4_ARRAY = 1007 };

static const struct {
	bool keys_only;
	size_t behind; /* parameters after the arrays: run, number of rows */
} operations[] = {
	[FIL_INSERT] = { false, 2 },
	[FIL_INSERT_REPEATED] = { false, 2 },
	[FIL_FETCH] = { true, 0 },
	[FIL_UPDATE] = { false, 1 },
	[FIL_DELETE] = { true, 0 },
};

/* The statements of one relation, each prepared at its first use, and room for the arrays. */
struct fil_postgresql_plan {
	char *relation;
	bool *integers; /* whether each column is an integer */
	bool run_is_key; /* the last column of the primary key is `run` */
	bool placed; /* Citus places its rows on nodes */
	bool refers; /* to other tables */
	bool stored; /* keys of the last rows inserted were stored: the next ones may be too */
	struct fil_bytes *arrays;
	size_t n_columns;
	unsigned session, uses; /* session of the statements; number of uses */
	char *texts[FIL_OPERATIONS], names[FIL_OPERATIONS][16];
	struct fil_postgresql_plan *next;
};

static size_t
column_of(const struct fil_relation *relation, const char *name, size_t n)
{
	for (size_t c = 0; c < relation->n_columns; c++)
		if (strlen(relation->columns[c]) == n && memcmp(relation->columns[c], name, n) == 0)
			return c;
	return FIL_NOWHERE;
}

/* Finds out whether the table has its rows on nodes. Returns 0 or -1. */
static int
learn_place(struct fil_postgresql *store, const struct fil_relation *relation,
    struct fil_postgresql_plan *plan, struct fil_fault *fault)
{
	static const char sql[] =
	    "SELECT EXISTS (SELECT 1 FROM pg_constraint WHERE conrelid = logicalrelid AND "
	    "contype = 'f') FROM pg_catalog.pg_dist_partition WHERE logicalrelid = to_regclass($1)";
	PGresult *place;

	if (!store->distributes)
		return 0;
	place = fil_postgresql_ask(store, sql,
	    &(struct fil_postgresql_values){ .n = 1, .values = &relation->name }, fault);
	plan->placed = place && store->pq.ntuples(place) > 0;
	plan->refers = plan->placed && *store->pq.getvalue(place, 0, 0) == 't';
	store->pq.clear(place);
	return place ? 0 : -1;
}

/* Finds the integer columns, and whether `run` is part of the key. Returns 0 or -1. */
static int
learn(struct fil_postgresql *store, const struct fil_relation *relation,
    struct fil_postgresql_plan *plan, struct fil_fault *fault)
{
	static const char sql[] =
	    "SELECT a.attname, a.attnum = ANY (i.indkey) "
	    "FROM pg_attribute AS a "
	    "JOIN pg_index AS i ON i.indrelid = a.attrelid AND i.indisprimary "
	    "WHERE a.attrelid = to_regclass($1) AND a.atttypid = CAST('integer' AS REGTYPE)";
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
			plan->integers[c] = true;
		else if (strcmp(name, "run") == 0)
			plan->run_is_key = *store->pq.getvalue(names, row, 1) == 't';
	}
	store->pq.clear(names);
	return 0;
}

static void
plan_free(struct fil_postgresql_plan *plan)
{
	for (size_t c = 0; c < plan->n_columns; c++)
		fil_bytes_release(&plan->arrays[c]);
	for (int i = 0; i < FIL_OPERATIONS; i++)
		free(plan->texts[i]);
	free(plan->relation);
	free(plan->integers);
	free(plan->arrays);
	free(plan);
}

/* Returns the relation's plan, or NULL with a fault. */
static struct fil_postgresql_plan *
plan_for(struct fil_postgresql *store, const struct fil_relation *relation, struct fil_fault *fault)
{
	struct fil_postgresql_plan *plan;

	for (plan = store->plans; plan; plan = plan->next)
		if (strcmp(plan->relation, relation->name) == 0 &&
		    plan->n_columns == relation->n_columns)
			return plan;
	plan = fil_alloc(1, sizeof *plan);
	plan->relation = fil_copy(relation->name);
	plan->n_columns = relation->n_columns;
	plan->integers = fil_alloc(relation->n_columns, sizeof *plan->integers);
	plan->arrays = fil_alloc(relation->n_columns, sizeof *plan->arrays);
	if (learn(store, relation, plan, fault) < 0 ||
	    learn_place(store, relation, plan, fault) < 0) {
		plan_free(plan);
		return NULL;
	}
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

static int
add_integer(const struct fil_postgresql_work *work, size_t row, const char *cell,
    struct fil_bytes *array, struct fil_fault *fault)
{
	long long number;

	if (fil_number_read(cell, INT32_MIN, INT32_MAX, &number) < 0)
		return fil_relation_refuse(work->relation, work->rows, row, "type-error",
		    _("a value is not of its column's type"), fault);
	add_number(array, sizeof(uint32_t));
	add_number(array, (uint32_t)number);
	return 0;
}

/* Encodes a column as an array: dimensions, NULL flag, element type, length, first index. Each
 * element follows its length, -1 for NULL. Returns 0, or -1 with a fault. */
static int
make_array(const struct fil_postgresql_work *work, size_t column, struct fil_fault *fault)
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

/* Drops the prepared statements at the 1st, 2nd, 4th, 8th … use of the relation in a session. Their
 * plans depend on its size, and it may have been empty before. */
static void
forget_plans(struct fil_postgresql_plan *plan, unsigned session)
{
	if (plan->session != session)
		plan->uses = 0;
	plan->session = session;
	plan->uses++;
	if ((plan->uses & (plan->uses - 1)) == 0)
		memset(plan->names, 0, sizeof plan->names);
}

static char *
write_statement(const struct fil_postgresql_work *work)
{
	switch (work->operation) {
	case FIL_INSERT:
		if (fil_relation_has_run(work->relation))
			return insert_copied_sql(work->relation);
		if (work->plan->placed)
			return insert_repeated_sql(work->relation);
		return insert_sql(work->relation, work->plan->run_is_key);
	case FIL_INSERT_REPEATED: return insert_repeated_sql(work->relation);
	case FIL_FETCH: return fetch_sql(work->relation);
	case FIL_UPDATE:
		return work->plan->placed ? update_placed_sql(work->relation)
					  : update_sql(work->relation);
	case FIL_DELETE: return delete_sql(work->relation);
	case FIL_OPERATIONS: break;
	}
	fil_bug("there is no operation %u on a batch", work->operation);
}

/* Prepares the statement of the operation if needed. Returns 0 or -1. */
static int
prepare(struct fil_postgresql_work *work, const Oid *types, struct fil_fault *fault)
{
	struct fil_postgresql_plan *plan = work->plan;
	char **text = &plan->texts[work->operation], *name = plan->names[work->operation];
	struct fil_postgresql_values typed = work->parameters;

	forget_plans(plan, work->store->session);
	if (!*text)
		*text = write_statement(work);
	if (*name)
		return 0;
	typed.types = types;
	snprintf(name, sizeof plan->names[0], "b%u", work->store->names++);
	if (fil_postgresql_prepare(work->store, name, *text, &typed, fault) == 0)
		return 0;
	*name = '\0';
	return -1;
}

/* Sends the batch. Returns 0 or -1. */
static int
send_batch(struct fil_postgresql_work *work, PGresult **result, struct fil_fault *fault)
{
	size_t n = work->n_arrays + operations[work->operation].behind;
	const char **values = fil_alloc(n, sizeof *values);
	int *lengths = fil_alloc(n, sizeof *lengths), *formats = fil_alloc(n, sizeof *formats);
	Oid *types = fil_alloc(n, sizeof *types);
	int failed;

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
	work->parameters = (struct fil_postgresql_values){ (int)n, NULL, values, lengths, formats };
	failed = prepare(work, types, fault);
	if (!failed)
		failed = fil_postgresql_send(work->store, work->plan->names[work->operation],
		    work->plan->texts[work->operation], &work->parameters, result, fault);
	free(values);
	free(lengths);
	free(formats);
	free(types);
	return failed;
}

/* Returns the row of the server's last refusal, or FIL_NOWHERE. The server names the missing
 * column, or `Key (column)=(value) …` in any language. */
static size_t
find_refused(const struct fil_postgresql_work *work)
{
	const char *detail = work->store->detail, *column = work->store->column, *value = NULL;
	size_t n = column ? strlen(column) : 0, length, c;

	if (!column && detail && (column = strchr(detail, '(')) &&
	    (value = strstr(column, ")=("))) {
		n = (size_t)(value - ++column);
		value += strlen(")=(");
	}
	c = column ? column_of(work->relation, column, n) : FIL_NOWHERE;
	for (size_t row = 0; c < work->n_arrays && row < fil_batch_rows(work->rows); row++) {
		const char *cell = fil_batch_cell(work->rows, row, c, &length);

		if (!value ? !cell
			   : cell && strncmp(value, cell, length) == 0 && value[length] == ')')
			return row;
	}
	return FIL_NOWHERE;
}

/* Completes the fault of a failed batch. Returns -1. */
static int
fail(const struct fil_postgresql_work *work, struct fil_fault *fault)
{
	struct fil_fault cause = *fault;
	size_t row;

	if (cause.status != FIL_BAD_DATA)
		return -1;
	row = find_refused(work);
	if (row != FIL_NOWHERE)
		return fil_relation_refuse(work->relation, work->rows, row, cause.kind,
		    work->operation == FIL_DELETE ? _("other rows still refer to it") : cause.text,
		    fault);
	return fil_fault_data(fault, cause.kind, "%s: %s", work->relation->name, cause.text);
}

int
fil_postgresql_send_work(
    struct fil_postgresql_work *work, int64_t run, PGresult **result, struct fil_fault *fault)
{
	work->plan = plan_for(work->store, work->relation, fault);
	if (!work->plan)
		return -1;
	work->n_arrays = operations[work->operation].keys_only ? work->relation->n_keys
							       : work->relation->n_columns;
	for (size_t c = 0; c < work->n_arrays; c++)
		if (make_array(work, c, fault) < 0)
			return -1;
	snprintf(work->run, sizeof work->run, "%lld", (long long)run);
	snprintf(work->size, sizeof work->size, "%zu", fil_batch_rows(work->rows));
	return send_batch(work, result, fault);
}

PGresult *
fil_postgresql_judge_work(
    const struct fil_postgresql_work *work, PGresult *result, struct fil_fault *fault)
{
	result =
	    fil_postgresql_check(work->store, result, work->plan->texts[work->operation], fault);

	if (!result)
		fail(work, fault);
	else if (work->operation == FIL_INSERT)
		work->plan->stored = strtoull(work->store->pq.getvalue(result, 0, 0), NULL, 10) <
		    fil_batch_rows(work->rows);
	return result;
}

/* Adds a cell in the text form of COPY. Only a backslash and control characters have another
 * form. */
static void
add_cell(struct fil_bytes *text, const char *cell)
{
	static const char special[] = "\\\n\r\t", letters[] = "\\nrt";

	while (cell) {
		size_t n = strcspn(cell, special);

		fil_bytes_add(text, cell, n);
		if (cell[n] == '\0')
			return;
		fil_bytes_add_format(text, "\\%c", letters[strchr(special, cell[n]) - special]);
		cell += n + 1;
	}
	fil_bytes_add_text(text, "\\N");
}

/* Bytes of rows that are sent at once. */
enum { COPY_BYTES = 64 * 1024 };

/* The rows of a COPY. */
struct copying {
	const struct fil_postgresql_work *work;
	const bool *marks;
	int64_t run;
	size_t row; /* the next one */
};

/* Adds the next marked rows. Returns whether there were any. */
static bool
add_rows(void *context, struct fil_bytes *text)
{
	struct copying *copying = context;
	const struct fil_batch *rows = copying->work->rows;
	size_t n_columns = copying->work->relation->n_columns;

	for (; copying->row < fil_batch_rows(rows) && text->length < COPY_BYTES; copying->row++) {
		if (!copying->marks[copying->row])
			continue;
		for (size_t c = 0; c < n_columns; c++) {
			add_cell(text, fil_batch_cell(rows, copying->row, c, NULL));
			fil_bytes_add(text, "\t", 1);
		}
		fil_bytes_add_format(text, "%lld\n", (long long)copying->run);
	}
	return text->length > 0;
}

static char *
copy_sql(const struct fil_relation *relation)
{
	struct fil_bytes sql = { 0 };

	fil_bytes_add_text(&sql, "COPY ");
	fil_relation_add_name(&sql, relation->name);
	fil_bytes_add_text(&sql, " (");
	fil_relation_add_columns(&sql, relation, NULL, 0, relation->n_columns);
	fil_bytes_add_text(&sql, ", \"run\") FROM STDIN");
	return sql.data;
}

/* How many connections to a node a transaction may use. */
#define CONNECTIONS(mode) "SELECT set_config('citus.multi_shard_modify_mode', '" mode "', true)"

/* Copies the marked rows to the table. One that refers to no other is filled by several connections to
 * each node. Returns 1; 0 for rows that the server refuses, with none inserted; or -1 with a fault. */
static int
copy_marked(
    const struct fil_postgresql_work *work, int64_t run, const bool *marks, struct fil_fault *fault)
{
	static const char before[] = "SAVEPOINT copying";
	static const char before_all[] = "SAVEPOINT copying; " CONNECTIONS("parallel");
	static const char after[] = "RELEASE SAVEPOINT copying; " CONNECTIONS("sequential");
	static const char back[] = "ROLLBACK TO SAVEPOINT copying; RELEASE SAVEPOINT copying";
	struct fil_postgresql *store = work->store;
	struct copying copying = { work, marks, run, 0 };
	PGresult *result;
	int copied = -1;
	char *sql;

	if (fil_postgresql_run(store, work->plan->refers ? before : before_all, fault) < 0)
		return -1;
	sql = copy_sql(work->relation);
	result = fil_postgresql_copy(store, sql, add_rows, &copying, fault);
	if (result) {
		copied = store->pq.resultStatus(result) == PGRES_COMMAND_OK;
		if (fil_postgresql_run(store, copied ? after : back, fault) < 0)
			copied = -1;
	}
	store->pq.clear(result);
	free(sql);
	return copied;
}

int
fil_postgresql_copy_work(
    struct fil_postgresql_work *work, int64_t run, const bool *marks, struct fil_fault *fault)
{
	int copied;

	work->plan = plan_for(work->store, work->relation, fault);
	if (!work->plan)
		return -1;
	if (!work->plan->placed || work->plan->stored || fil_relation_has_run(work->relation))
		return 0;
	copied = copy_marked(work, run, marks, fault);
	work->plan->stored = copied == 0;
	return copied;
}

PGresult *
fil_postgresql_operate(struct fil_postgresql_work *work, int64_t run, struct fil_fault *fault)
{
	PGresult *result = NULL;

	if (fil_postgresql_send_work(work, run, &result, fault) < 0)
		return NULL;
	fil_postgresql_settle(work->store);
	return fil_postgresql_judge_work(work, result, fault);
}

void
fil_postgresql_free_plans(struct fil_postgresql *store)
{
	struct fil_postgresql_plan *next;

	for (struct fil_postgresql_plan *plan = store->plans; plan; plan = next) {
		next = plan->next;
		plan_free(plan);
	}
}
