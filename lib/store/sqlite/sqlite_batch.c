/* SPDX-License-Identifier: ISC */
#include "lib/store/sqlite/sqlite_batch.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/fault.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/worker.h"
#include "lib/store/batch.h"
#include "lib/store/relation.h"

/* Rows of one INSERT statement of many rows. Half of the work of a single row is the
 * statement's. */
enum { MANY = 16 };

/* Rows that are inserted before a thread is worth it. */
enum { ROWS_ALONE = 8192 };

enum operation { INSERT, INSERT_MANY, FETCH, UPDATE, DELETE, OPERATIONS };

/* Adds ` WHERE "key" = $n AND …`; n is the first parameter. */
static void
add_key(struct fil_bytes *sql, const struct fil_relation *relation, size_t n)
{
	fil_bytes_add_text(sql, " WHERE ");
	for (size_t c = 0; c < relation->n_keys; c++) {
		if (c)
			fil_bytes_add_text(sql, " AND ");
		fil_relation_add_name(sql, relation->columns[c]);
		fil_bytes_add_format(sql, " = $%zu", n + c);
	}
}

/* Adds `INTO relation (columns, run) VALUES `. */
static void
add_into(struct fil_bytes *sql, const struct fil_relation *relation)
{
	fil_bytes_add_text(sql, "INTO ");
	fil_relation_add_name(sql, relation->name);
	fil_bytes_add_text(sql, " (");
	fil_relation_add_columns(sql, relation, NULL, 0, relation->n_columns);
	fil_bytes_add_text(
	    sql, fil_relation_has_run(relation) ? ") VALUES " : ", \"run\") VALUES ");
}

/* Returns the number of parameters of the first row of an insertion: the columns, then run. */
static size_t
first_row(const struct fil_relation *relation)
{
	return relation->n_columns + (fil_relation_has_run(relation) ? 0 : 1);
}

/* Adds the parameters of a row: columns from $first, then run, which all rows share. */
static void
add_row(struct fil_bytes *sql, const struct fil_relation *relation, size_t first)
{
	for (size_t c = 0; c < relation->n_columns; c++)
		fil_bytes_add_format(sql, "%s$%zu", c ? ", " : "(", first + c);
	if (fil_relation_has_run(relation))
		fil_bytes_add_text(sql, ")");
	else
		fil_bytes_add_format(sql, ", $%zu)", first_row(relation));
}

/* Inserts a row unless its key exists: $1 … are the columns, then run. */
static char *
insert_sql(const struct fil_relation *relation)
{
	struct fil_bytes sql = { 0 };

	fil_bytes_add_text(&sql, "INSERT ");
	add_into(&sql, relation);
	add_row(&sql, relation, 1);
	/* No table has another unique key, and `run` is part of the key of `history`. */
	fil_bytes_add_text(&sql, " ON CONFLICT DO NOTHING");
	return sql.data;
}

/* Inserts MANY rows. Stops at the first row whose key exists, and keeps the rows before it. $1 …
 * are the columns of the first row, then run, then the columns of the others. */
static char *
insert_many_sql(const struct fil_relation *relation)
{
	struct fil_bytes sql = { 0 };
	size_t next = first_row(relation) + 1;

	fil_bytes_add_text(&sql, "INSERT OR FAIL ");
	add_into(&sql, relation);
	for (size_t row = 0; row < MANY; row++) {
		fil_bytes_add_text(&sql, row ? ", " : "");
		add_row(&sql, relation, row ? next + (row - 1) * relation->n_columns : 1);
	}
	return sql.data;
}

/* Selects the columns, then run, of the row whose key is $1 …. */
static char *
fetch_sql(const struct fil_relation *relation)
{
	struct fil_bytes sql = { 0 };
	char *select = fil_relation_select(relation, false);

	fil_bytes_add_text(&sql, select);
	free(select);
	add_key(&sql, relation, 1);
	return sql.data;
}

/* Updates the columns outside the key ($1 …) and run of the row with the key in the parameters
 * after them. */
static char *
update_sql(const struct fil_relation *relation)
{
	struct fil_bytes sql = { 0 };
	size_t n = 1;

	fil_bytes_add_text(&sql, "UPDATE ");
	fil_relation_add_name(&sql, relation->name);
	fil_bytes_add_text(&sql, " SET ");
	for (size_t c = relation->n_keys; c < relation->n_columns; c++) {
		fil_relation_add_name(&sql, relation->columns[c]);
		fil_bytes_add_format(&sql, " = $%zu, ", n++);
	}
	fil_bytes_add_format(&sql, "\"run\" = $%zu", n);
	add_key(&sql, relation, n + 1);
	return sql.data;
}

/* Deletes the row whose key is $1 …. */
static char *
delete_sql(const struct fil_relation *relation)
{
	struct fil_bytes sql = { 0 };

	fil_bytes_add_text(&sql, "DELETE FROM ");
	fil_relation_add_name(&sql, relation->name);
	add_key(&sql, relation, 1);
	return sql.data;
}

static char *(*const texts[])(const struct fil_relation *relation) = {
	[INSERT] = insert_sql,
	[INSERT_MANY] = insert_many_sql,
	[FETCH] = fetch_sql,
	[UPDATE] = update_sql,
	[DELETE] = delete_sql,
};

/* Bytes of a cell that has room beside its parameter. */
enum { BOUND_BYTES = 30 };

/* What is bound to a parameter of INSERT_MANY. Most cells are short, and as long as the cell MANY rows
 * before: SQLite knows of the room already, and only the bytes are copied. Half of the cells are even the
 * same. To bind each took a third of an insertion. */
struct bound {
	enum { NOTHING, EMPTY, NUMBER, ELSEWHERE, ROOM } what;
	size_t length; /* of the text, in its room */
	char text[BOUND_BYTES];
};

/* The statements of one relation, each prepared at its first use. */
struct fil_sqlite_plan {
	char *relation;
	size_t n_columns;
	unsigned session; /* session of the statements, which end with it */
	sqlite3_stmt *statements[OPERATIONS];
	struct bound *bound; /* one for each cell of MANY rows, or NULL */
	struct fil_sqlite_plan *next;
};

static struct fil_sqlite_plan *
plan_for(struct fil_sqlite *store, const struct fil_relation *relation)
{
	struct fil_sqlite_plan *plan = store->plans;

	while (plan &&
	    (strcmp(plan->relation, relation->name) != 0 || plan->n_columns != relation->n_columns))
		plan = plan->next;
	if (plan) {
		if (plan->session != store->session)
			memset(plan->statements, 0, sizeof plan->statements);
		plan->session = store->session;
		return plan;
	}
	plan = fil_alloc(1, sizeof *plan);
	plan->session = store->session;
	plan->relation = fil_copy(relation->name);
	plan->n_columns = relation->n_columns;
	plan->next = store->plans;
	store->plans = plan;
	return plan;
}

/* One operation on the rows of a batch. */
struct work {
	struct fil_sqlite *store;
	const struct fil_relation *relation;
	enum operation operation;
	const struct fil_batch *rows;
	sqlite3_stmt *statement; /* belongs to the plan */
	struct bound *bound; /* to it, for INSERT_MANY: belongs to the plan */
};

/* Finds the statement of the operation. Returns 0 or -1. */
static int
prepare(struct work *work, struct fil_fault *fault)
{
	struct fil_sqlite *store = work->store;
	struct fil_sqlite_plan *plan = plan_for(store, work->relation);
	sqlite3_stmt **statement = &plan->statements[work->operation];
	int error;
	char *sql;

	if (!*statement) {
		sql = texts[work->operation](work->relation);
		error = fil_sqlite_prepare(store, sql, statement);
		if (error)
			fil_sqlite_fault(store, error, sql, fault);
		free(sql);
		if (work->operation == INSERT_MANY) {
			free(plan->bound);
			plan->bound =
			    fil_alloc(MANY * work->relation->n_columns, sizeof *plan->bound);
		}
	}
	work->statement = *statement;
	work->bound = plan->bound;
	return work->statement ? 0 : -1;
}

/* Returns whether a cell is a level, which is stored as a number. Binding it as one saves parsing. */
static inline bool
is_digit(const char *cell, size_t length)
{
	return length == 1 && *cell >= '0' && *cell <= '9';
}

/* Binds the cells of the columns from `first` to before `end` without copying: the rows are valid
 * until the statement was stepped. */
static inline void
bind_columns(const struct work *work, int n, size_t row, size_t first, size_t end)
{
	size_t length;
	const char *cell;
	int error;

	for (size_t c = first; c < end; c++, n++) {
		/* A NULL cell binds NULL. */
		cell = fil_batch_cell(work->rows, row, c, &length);
		if (cell && is_digit(cell, length))
			error = sqlite3_bind_int(work->statement, n, *cell - '0');
		else
			error =
			    sqlite3_bind_text(work->statement, n, cell, (int)length, SQLITE_STATIC);
		if (error)
			fil_sqlite_bound(work->store, error);
	}
}

/* Returns the index of the parameter for the run. */
static int
place_of_run(const struct work *work)
{
	const struct fil_relation *relation = work->relation;

	return 1 + (int)(relation->n_columns - (work->operation == UPDATE ? relation->n_keys : 0));
}

/* Binds a row in the order of the parameters. */
static inline void
bind_row(const struct work *work, size_t row)
{
	const struct fil_relation *relation = work->relation;

	if (work->operation == INSERT) {
		bind_columns(work, 1, row, 0, relation->n_columns);
	} else if (work->operation == UPDATE) {
		bind_columns(work, 1, row, relation->n_keys, relation->n_columns);
		bind_columns(work, place_of_run(work) + 1, row, 0, relation->n_keys);
	} else {
		bind_columns(work, 1, row, 0, relation->n_keys);
	}
}

/* Binds the run, unless it is a column. */
static void
bind_run(const struct work *work, int64_t run)
{
	if (!fil_relation_has_run(work->relation))
		fil_sqlite_bound(
		    work->store, sqlite3_bind_int64(work->statement, place_of_run(work), run));
}

/* Fills the fault for a failed row, and names a refused row by its key. Returns -1. */
static int
row_fault(const struct work *work, size_t row, struct fil_fault *fault)
{
	struct fil_fault cause;

	fil_sqlite_fault(work->store, sqlite3_extended_errcode(work->store->db),
	    sqlite3_sql(work->statement), &cause);
	sqlite3_reset(work->statement);
	if (cause.status != FIL_BAD_DATA) {
		*fault = cause;
		return -1;
	}
	return fil_relation_refuse(work->relation, work->rows, row, cause.kind,
	    work->operation == DELETE ? _("other rows still refer to it") : cause.text, fault);
}

/* Runs the statement, which gives no rows. Returns SQLite's status. */
static inline int
step_once(const struct work *work)
{
	fil_sqlite_in_transaction(work->store);
	sqlite3_step(work->statement);
	/* The reset returns the error of the step, and its own. */
	return sqlite3_reset(work->statement);
}

/* Steps once for each of some rows. `inserted`, unless NULL, is set for the inserted ones. Returns
 * 0 or -1. */
static int
execute(const struct work *work, size_t first, size_t end, bool *inserted, struct fil_fault *fault)
{
	for (size_t row = first; row < end; row++) {
		bind_row(work, row);
		if (step_once(work))
			return row_fault(work, row, fault);
		if (inserted)
			inserted[row] = sqlite3_changes(work->store->db) != 0;
	}
	sqlite3_clear_bindings(work->statement);
	return 0;
}

/* Inserts rows one by one, and sets `inserted`. Returns 0 or -1. */
static int
insert_each(struct work *work, size_t first, size_t end, int64_t run, bool *inserted,
    struct fil_fault *fault)
{
	if (first == end)
		return 0;
	work->operation = INSERT;
	if (prepare(work, fault))
		return -1;
	bind_run(work, run);
	return execute(work, first, end, inserted, fault);
}

/* Binds a cell of MANY rows to parameter n, unless that is bound to it. Returns SQLite's status. */
static inline int
bind_cell(sqlite3_stmt *statement, int n, struct bound *bound, const char *cell, size_t length)
{
	struct bound before = { .what = bound->what, .length = bound->length };

	bound->what = !cell                ? EMPTY
	    : is_digit(cell, length)       ? NUMBER
	    : length <= sizeof bound->text ? ROOM
					   : ELSEWHERE;
	switch (bound->what) {
	case NOTHING:
	case EMPTY: return before.what == EMPTY ? SQLITE_OK : sqlite3_bind_null(statement, n);
	case NUMBER: return sqlite3_bind_int(statement, n, *cell - '0');
	case ELSEWHERE: return sqlite3_bind_text(statement, n, cell, (int)length, SQLITE_STATIC);
	case ROOM: break;
	}
	memcpy(bound->text, cell, length);
	bound->length = length;
	if (before.what == ROOM && before.length == length)
		return SQLITE_OK;
	return sqlite3_bind_text(statement, n, bound->text, (int)length, SQLITE_STATIC);
}

/* Binds MANY rows from `first` on, which are valid until the statement was stepped. */
static void
bind_many(const struct work *work, size_t first)
{
	const struct fil_relation *relation = work->relation;
	struct bound *bound = work->bound;
	int n = 1;

	for (size_t row = 0; row < MANY; row++) {
		for (size_t c = 0; c < relation->n_columns; c++, n++, bound++) {
			size_t length;
			const char *cell = fil_batch_cell(work->rows, first + row, c, &length);
			int error = bind_cell(work->statement, n, bound, cell, length);

			if (error)
				fil_sqlite_bound(work->store, error);
		}
		/* The run is behind the first row. */
		n += row == 0 && !fil_relation_has_run(relation);
	}
}

/* Inserts MANY rows at once, and sets `inserted`. Returns 0 or -1. */
static int
insert_many(struct work *work, size_t first, int64_t run, bool *inserted, struct fil_fault *fault)
{
	size_t done;
	int error;

	work->operation = INSERT_MANY;
	if (prepare(work, fault))
		return -1;
	bind_run(work, run);
	bind_many(work, first);
	error = step_once(work);
	done = error == SQLITE_OK ? MANY : (size_t)sqlite3_changes(work->store->db);
	for (size_t row = 0; row < done; row++)
		inserted[first + row] = true;
	if (error == SQLITE_OK)
		return 0;
	if (error == SQLITE_CONSTRAINT_PRIMARYKEY || error == SQLITE_CONSTRAINT_ROWID) {
		/* The statement stopped at an existing key. */
		inserted[first + done] = false;
		return insert_each(work, first + done + 1, first + MANY, run, inserted, fault);
	}
	/* A repetition one by one shows which row the store refuses. Other errors are not retried:
	 * SQLite may have rolled back, and then each row would be a commit. */
	if ((error & 0xFF) == SQLITE_CONSTRAINT)
		return insert_each(work, first, first + MANY, run, inserted, fault);
	return row_fault(work, first, fault);
}

/* An insertion, which belongs to the thread while it works. */
struct fil_sqlite_insertion {
	struct work work;
	int64_t run;
	bool *inserted; /* or NULL */
	size_t rows; /* of all insertions so far */
	bool open; /* in the thread */
	int result;
	struct fil_fault fault;
};

/* Inserts all rows. Returns 0 or -1. */
static int
insert(const struct fil_sqlite_insertion *insertion, struct fil_fault *fault)
{
	struct work work = insertion->work;
	size_t n = fil_batch_rows(work.rows), row = 0;
	bool *told = insertion->inserted ? insertion->inserted : fil_alloc(n, sizeof *told);
	int result = 0;

	for (; result == 0 && n - row >= MANY; row += MANY)
		result = insert_many(&work, row, insertion->run, told, fault);
	if (result == 0)
		result = insert_each(&work, row, n, insertion->run, told, fault);
	if (!insertion->inserted)
		free(told);
	return result;
}

static void
insert_in_thread(void *context)
{
	struct fil_sqlite_insertion *insertion = context;

	insertion->result = insert(insertion, &insertion->fault);
}

/* Inserts the rows, or has the thread begin to. Returns 0 or -1. */
static int
begin_insertion(struct fil_store *base, const struct fil_relation *relation,
    const struct fil_batch *rows, int64_t run, bool *inserted, struct fil_fault *fault)
{
	struct fil_sqlite *store = (struct fil_sqlite *)base;
	struct fil_sqlite_insertion *insertion;
	size_t before;

	fil_worker_wait(store->worker);
	if (!store->insertion)
		store->insertion = fil_alloc(1, sizeof *store->insertion);
	insertion = store->insertion;
	before = insertion->rows;
	*insertion = (struct fil_sqlite_insertion){ { store, relation, INSERT, rows, NULL, NULL },
		run, inserted, before + fil_batch_rows(rows) };
	if (before < ROWS_ALONE && insertion->rows >= ROWS_ALONE && !store->worker)
		store->worker = fil_worker_new();
	if (!store->worker)
		return insert(insertion, fault);
	insertion->open = true;
	fil_worker_begin(store->worker, insert_in_thread, insertion);
	return 0;
}

static int
end_insertion(struct fil_store *base, struct fil_fault *fault)
{
	struct fil_sqlite *store = (struct fil_sqlite *)base;
	struct fil_sqlite_insertion *insertion = store->insertion;

	if (!insertion || !insertion->open)
		return 0;
	fil_worker_wait(store->worker);
	insertion->open = false;
	if (insertion->result < 0)
		*fault = insertion->fault;
	return insertion->result;
}

static int
update(struct fil_store *store, const struct fil_relation *relation, const struct fil_batch *rows,
    int64_t run, struct fil_fault *fault)
{
	struct work work = { (struct fil_sqlite *)store, relation, UPDATE, rows, NULL, NULL };

	fil_worker_wait(work.store->worker);
	if (prepare(&work, fault))
		return -1;
	bind_run(&work, run);
	return execute(&work, 0, fil_batch_rows(rows), NULL, fault);
}

static int
remove_rows(struct fil_store *store, const struct fil_relation *relation,
    const struct fil_batch *keys, struct fil_fault *fault)
{
	struct work work = { (struct fil_sqlite *)store, relation, DELETE, keys, NULL, NULL };

	fil_worker_wait(work.store->worker);
	if (prepare(&work, fault))
		return -1;
	return execute(&work, 0, fil_batch_rows(keys), NULL, fault);
}

/* Copies the statement's current row to `found`. Returns its number there. */
static size_t
add_found(const struct work *work, struct fil_batch *found, const char **cells, size_t n)
{
	for (size_t c = 0; c < n; c++)
		cells[c] = fil_sqlite_text(work->statement, (int)c);
	return fil_batch_add(found, cells);
}

static int
fetch(struct fil_store *store, const struct fil_relation *relation, const struct fil_batch *keys,
    struct fil_batch *found, size_t *place, struct fil_fault *fault)
{
	struct work work = { (struct fil_sqlite *)store, relation, FETCH, keys, NULL, NULL };
	size_t n = fil_batch_rows(keys), n_cells = relation->n_columns + 1;
	const char **cells;
	int step = SQLITE_OK;

	fil_worker_wait(work.store->worker);
	if (prepare(&work, fault))
		return -1;
	cells = fil_alloc(n_cells, sizeof *cells);
	for (size_t row = 0; row < n; row++) {
		bind_row(&work, row);
		step = sqlite3_step(work.statement);
		if (step != SQLITE_ROW && step != SQLITE_DONE)
			break;
		place[row] = FIL_NOWHERE;
		if (step == SQLITE_ROW)
			place[row] = add_found(&work, found, cells, n_cells);
		step = sqlite3_reset(work.statement);
		if (step != SQLITE_OK)
			break;
	}
	free(cells);
	if (step != SQLITE_OK)
		return row_fault(&work, 0, fault);
	sqlite3_clear_bindings(work.statement);
	return 0;
}

void
fil_sqlite_free_batches(struct fil_sqlite *store)
{
	struct fil_sqlite_plan *next;

	fil_worker_free(store->worker);
	store->worker = NULL;
	free(store->insertion);
	for (struct fil_sqlite_plan *plan = store->plans; plan; plan = next) {
		next = plan->next;
		free(plan->relation);
		free(plan->bound);
		free(plan);
	}
}

const struct fil_batch_engine fil_sqlite_batches = {
	.begin_insertion = begin_insertion,
	.end_insertion = end_insertion,
	.fetch = fetch,
	.update = update,
	.remove = remove_rows,
};
