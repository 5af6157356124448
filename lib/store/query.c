/* SPDX-License-Identifier: ISC */
#include "lib/store/query.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/fault.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/base/worker.h"
#include "lib/store/batch.h"
#include "lib/store/engine.h"
#include "lib/store/relation.h"

int
fil_values_refuse(const struct fil_store *store, const char *table, const char *column,
    const char *text, struct fil_fault *fault)
{
	char *shown = text ? fil_text_escape(text) : NULL;

	fil_fault_set(fault, FIL_UNAVAILABLE,
	    "%s: the store is damaged: %s.%s is %s%.100s%s, which was never written: restore it "
	    "from a backup",
	    store->name, table, column, shown ? "'" : "", shown ? shown : "empty",
	    shown ? "'" : "");
	free(shown);
	return -1;
}

struct fil_query *
fil_query_new(struct fil_store *store, const char *sql)
{
	struct fil_query *query = store->engine->queries->new (store, sql);

	query->engine = store->engine->queries;
	query->store = store;
	query->sql = sql;
	return query;
}

void
fil_query_trust(struct fil_query *query)
{
	query->trusted = true;
}

void
fil_query_read(struct fil_query *query)
{
	query->reads = true;
}

void
fil_query_gather(struct fil_query *query)
{
	query->gathers = true;
}

void
fil_query_alone(struct fil_query *query)
{
	query->alone = true;
}

void
fil_query_bind(struct fil_query *query, int n, const char *text)
{
	query->engine->bind(query, n, text);
}

void
fil_query_bind_number(struct fil_query *query, int n, int64_t number)
{
	query->engine->bind_number(query, n, number);
}

/* Returns whether the rows of a table may not be there: it is that of a LEFT JOIN, or of a SELECT
 * within the statement. */
static bool
is_joined(const char *sql, const char *table)
{
	static const char join[] = "LEFT JOIN ";
	size_t n = strlen(table);

	if (strstr(sql, "(SELECT"))
		return true;
	while ((sql = strstr(sql, join))) {
		sql += sizeof join - 1;
		if (strncmp(sql, table, n) == 0 && sql[n] == ' ')
			return true;
	}
	return false;
}

/* Returns whether the values of the rows are checked. */
static bool
checks(const struct fil_query *query)
{
	return query->store->values && !query->trusted;
}

/* Returns whether the values of a column are never empty. declaration: the column's, or NULL. */
static bool
is_required(struct fil_query *query, const char *table, const char *column, const void *declaration)
{
	if (is_joined(query->sql, table))
		return false;
	if (declaration)
		return !query->store->values->holds(declaration, NULL, 0);
	return query->engine->required && query->engine->required(query, table, column);
}

/* Waits for rows that are read ahead, of this query or of another. */
static void
wait_ahead(struct fil_query *query)
{
	if (query->engine->wait)
		query->engine->wait(query);
}

/* Finds what the columns of the current row show. */
static void
find_columns(struct fil_query *query)
{
	const char *table, *column;

	wait_ahead(query);
	query->n_columns = query->engine->columns(query);
	query->columns = fil_alloc((size_t)query->n_columns + 1, sizeof *query->columns);
	for (int n = 0; n < query->n_columns; n++) {
		struct fil_query_column *found = &query->columns[n];
		bool integers = query->engine->origin(query, n, &table, &column);

		if (checks(query) && table && column) {
			found->declaration = query->store->values->column(table, column);
			found->required = is_required(query, table, column, found->declaration);
		}
		if (found->declaration || found->required || (query->reads && !integers))
			found->reading = integers ? FIL_READ_INTEGER : FIL_READ_TEXT;
	}
}

/* A portion has at most ROWS_AHEAD rows, and ends after BYTES_AHEAD of texts. The thread begins after
 * ROWS_ALONE: for fewer rows it costs more than it saves. */
enum { ROWS_AHEAD = 2048, ROWS_ALONE = 16384, BYTES_AHEAD = 1 << 20 };

/* A value that was read ahead. */
struct cell {
	union {
		const char *text; /* the engine's, until it is copied */
		size_t place; /* of the copy */
		int64_t number;
	};
	uint32_t length; /* of a text; SQLite's are shorter than 2^31 bytes */
	/* IS_DIGIT: a number of one digit in a column of texts */
	enum { IS_NULL, IS_TEXT, IS_NUMBER, IS_DIGIT } kind;
};

/* The digits as texts, each with its NUL. */
static const char digits[] = "0\0001\0002\0003\0004\0005\0006\0007\0008\0009";

/* A portion of the rows that are read ahead. */
struct portion {
	struct fil_bytes texts; /* each ends with a NUL */
	struct cell *cells; /* row by row */
	size_t rows;
	int next; /* what the step after them returned */
	struct fil_fault fault;
};

struct fil_query_ahead {
	size_t n_texts;
	size_t alone; /* rows that were read one by one */
	struct fil_worker *worker; /* NULL: it does not read ahead, or not yet */
	size_t n_columns;
	bool *integers; /* of each column: it is one of integers */
	struct portion portions[2];
	struct portion *taking; /* whose rows are taken while the other is filled */
	size_t taken; /* rows of it; the last is the current row */
};

bool
fil_query_read_ahead(struct fil_query *query, size_t n_texts)
{
	if (!query->engine->worker)
		return false;
	query->ahead = fil_alloc(1, sizeof *query->ahead);
	query->ahead->n_texts = n_texts;
	return true;
}

bool
fil_query_read_ahead_all(struct fil_query *query, size_t n_texts)
{
	if (!fil_query_read_ahead(query, n_texts))
		return false;
	query->ahead->alone = ROWS_ALONE;
	return true;
}

/* Returns the portion that is filled. */
static struct portion *
filling(struct fil_query_ahead *ahead)
{
	return &ahead->portions[ahead->taking == ahead->portions];
}

/* Reads column n of the row at which the engine is; a text stays the engine's. What is no integer, in a
 * column of integers, is a text; and so is an integer that is wanted as one, but for a digit: SQLite takes
 * long to write it. Returns the bytes that the text needs. */
static size_t
read_cell(struct fil_query *query, int n, struct cell *cell)
{
	size_t length;

	if (query->ahead->integers[n]) {
		int known = query->engine->integer(query, n, &cell->number);
		bool text = (size_t)n < query->ahead->n_texts;
		bool digit = cell->number >= 0 && cell->number <= 9;

		cell->kind = text ? IS_DIGIT : IS_NUMBER;
		if (known > 0 && (digit || !text))
			return 0;
	}
	cell->text = query->engine->cell(query, n, &length);
	cell->kind = cell->text ? IS_TEXT : IS_NULL;
	cell->length = (uint32_t)length;
	return cell->text ? length + 1 : 0;
}

/* Copies the texts of n cells, which have so many bytes. */
static void
copy_texts(struct fil_bytes *texts, struct cell *cells, size_t n, size_t bytes)
{
	fil_bytes_reserve(texts, bytes);
	for (struct cell *cell = cells; cell < cells + n; cell++)
		if (cell->kind == IS_TEXT) {
			memcpy(texts->data + texts->length, cell->text, cell->length + (size_t)1);
			cell->place = texts->length;
			texts->length += cell->length + (size_t)1;
		}
}

/* Fills a portion, in the thread. */
static void
fill(void *context)
{
	struct fil_query *query = context;
	struct portion *portion = filling(query->ahead);
	size_t n_columns = query->ahead->n_columns;
	struct cell *cells = portion->cells;

	fil_bytes_clear(&portion->texts);
	portion->rows = 0;
	while (portion->rows < ROWS_AHEAD && portion->texts.length < BYTES_AHEAD) {
		size_t bytes = 0;

		portion->next = query->engine->advance(query, &portion->fault);
		if (portion->next != 1)
			return;
		for (size_t n = 0; n < n_columns; n++)
			bytes += read_cell(query, (int)n, &cells[n]);
		copy_texts(&portion->texts, cells, n_columns, bytes);
		cells += n_columns;
		portion->rows++;
	}
}

/* Takes the portion that was filled, and has the other one filled. */
static void
take_portion(struct fil_query *query)
{
	struct fil_query_ahead *ahead = query->ahead;

	fil_worker_wait(ahead->worker);
	ahead->taking = filling(ahead);
	ahead->taken = 0;
	if (ahead->taking->next == 1)
		fil_worker_begin(ahead->worker, fill, query);
}

/* Begins to read ahead, if there is a thread. */
static void
begin_ahead(struct fil_query *query)
{
	struct fil_query_ahead *ahead = query->ahead;
	const char *table, *column;

	ahead->worker = query->engine->worker(query);
	if (!ahead->worker)
		return;
	ahead->n_columns = (size_t)query->engine->columns(query);
	ahead->integers = fil_alloc(ahead->n_columns, sizeof *ahead->integers);
	for (size_t n = 0; n < ahead->n_columns; n++)
		ahead->integers[n] = query->engine->origin(query, (int)n, &table, &column);
	for (int i = 0; i < 2; i++)
		ahead->portions[i].cells = fil_resize(
		    NULL, ROWS_AHEAD * ahead->n_columns, sizeof *ahead->portions[i].cells);
	ahead->taking = ahead->portions;
	ahead->taking->next = 1;
	fil_worker_begin(ahead->worker, fill, query);
}

/* Moves to the next row of a query that is read ahead, or may be. */
static int
step_ahead(struct fil_query *query, struct fil_fault *fault)
{
	struct fil_query_ahead *ahead = query->ahead;

	/* The row before is no longer needed. */
	if (ahead->alone == ROWS_ALONE)
		begin_ahead(query);
	if (!ahead->worker) {
		ahead->alone++;
		return query->engine->step(query, fault);
	}
	ahead->alone = 0;
	if (ahead->taken == ahead->taking->rows && ahead->taking->next == 1)
		take_portion(query);
	if (ahead->taken < ahead->taking->rows) {
		ahead->taken++;
		return 1;
	}
	if (ahead->taking->next < 0)
		*fault = ahead->taking->fault;
	return ahead->taking->next;
}

/* Returns whether the current row was read ahead. */
static inline bool
is_ahead(const struct fil_query *query)
{
	return query->ahead && query->ahead->worker;
}

/* Returns a value of the current row, which was read ahead. */
static const struct cell *
cell_ahead(const struct fil_query *query, int n)
{
	const struct fil_query_ahead *ahead = query->ahead;

	return &ahead->taking->cells[(ahead->taken - 1) * ahead->n_columns + (size_t)n];
}

static bool
is_number(const struct cell *cell)
{
	return cell->kind == IS_NUMBER || cell->kind == IS_DIGIT;
}

/* Returns a value of a column of texts that was read ahead, or NULL. */
static inline const char *
text_ahead(const struct fil_query *query, const struct cell *cell, size_t *length)
{
	*length = 0;
	switch (cell->kind) {
	case IS_NULL: break;
	case IS_TEXT: *length = cell->length; return query->ahead->taking->texts.data + cell->place;
	case IS_DIGIT: *length = 1; return &digits[2 * cell->number];
	case IS_NUMBER: fil_bug("a column is read ahead as a number: %s", query->sql);
	}
	return NULL;
}

/* Returns a column of texts of the current row, or NULL. */
static const char *
cell_of(struct fil_query *query, int n, size_t *length)
{
	if (!is_ahead(query))
		return query->engine->cell(query, n, length);
	return text_ahead(query, cell_ahead(query, n), length);
}

/* Reads a column of integers of the current row, as the engine does. */
static int
integer_of(struct fil_query *query, int n, int64_t *number)
{
	const struct cell *cell;

	if (!is_ahead(query))
		return query->engine->integer(query, n, number);
	cell = cell_ahead(query, n);
	*number = is_number(cell) ? cell->number : 0;
	if (cell->kind == IS_NULL)
		return 0;
	return is_number(cell) ? 1 : -1;
}

/* Returns column n of the current row, which was read ahead, as a number. */
static int64_t
number_ahead(const struct fil_query *query, int n)
{
	const struct cell *cell = cell_ahead(query, n);

	if (cell->kind == IS_TEXT)
		return strtoll(query->ahead->taking->texts.data + cell->place, NULL, 10);
	return is_number(cell) ? cell->number : 0;
}

/* Reads a column of integers of the current row. Returns whether it may hold its value. */
static bool
read_integer(struct fil_query *query, int n)
{
	struct fil_query_column *column = &query->columns[n];
	int known = integer_of(query, n, &column->number);

	if (known == 0)
		return !column->required;
	return !column->declaration ||
	    (known == 1 && query->store->values->holds_number(column->declaration, column->number));
}

/* Reads a column of texts of the current row. Returns whether it may hold its value. */
static bool
read_text(struct fil_query *query, int n)
{
	struct fil_query_column *column = &query->columns[n];

	column->text = cell_of(query, n, &column->length);
	if (!column->text) {
		column->length = 0;
		return !column->required;
	}
	return !column->declaration ||
	    query->store->values->holds(column->declaration, column->text, column->length);
}

/* Reads a column of the current row, unless it waits. Returns whether it may hold its value. */
static bool
read_column(struct fil_query *query, int n)
{
	switch (query->columns[n].reading) {
	case FIL_READ_INTEGER: return read_integer(query, n);
	case FIL_READ_TEXT: return read_text(query, n);
	case FIL_READ_LATER: break;
	}
	return true;
}

/* Returns column n of the current row as text, or NULL; number gets that of a number read ahead. */
static const char *
shown(struct fil_query *query, int n, char number[24])
{
	size_t length;

	if (!is_ahead(query))
		return query->engine->text(query, n);
	if (cell_ahead(query, n)->kind != IS_NUMBER)
		return cell_of(query, n, &length);
	snprintf(number, 24, "%" PRId64, cell_ahead(query, n)->number);
	return number;
}

static int
refuse(struct fil_query *query, int n, struct fil_fault *fault)
{
	const char *table, *column;
	char number[24];

	wait_ahead(query);
	query->engine->origin(query, n, &table, &column);
	return fil_values_refuse(query->store, table, column, shown(query, n, number), fault);
}

static void
free_ahead(struct fil_query_ahead *ahead)
{
	if (!ahead)
		return;
	fil_worker_wait(ahead->worker);
	for (int i = 0; i < 2; i++) {
		fil_bytes_release(&ahead->portions[i].texts);
		free(ahead->portions[i].cells);
	}
	free(ahead->integers);
	free(ahead);
}

int
fil_query_step(struct fil_query *query, struct fil_fault *fault)
{
	int got = query->ahead ? step_ahead(query, fault) : query->engine->step(query, fault);

	if (got != 1)
		return got;
	/* What was read ahead need not be read once more. */
	if (!checks(query) && (!query->reads || is_ahead(query))) {
		free(query->columns);
		query->columns = NULL;
		return got;
	}
	if (!query->columns)
		find_columns(query);
	for (int n = 0; n < query->n_columns; n++)
		if (!read_column(query, n)) {
			refuse(query, n, fault);
			query->engine->reset(query);
			return -1;
		}
	return got;
}

/* Returns a column of the current row that was read in this way, or NULL. */
static const struct fil_query_column *
read_as(const struct fil_query *query, int n, enum fil_query_reading reading)
{
	return query->columns && query->columns[n].reading == reading ? &query->columns[n] : NULL;
}

const char *
fil_query_text(struct fil_query *query, int n)
{
	const struct fil_query_column *column = read_as(query, n, FIL_READ_TEXT);
	size_t length;

	if (column)
		return column->text;
	if (is_ahead(query))
		return cell_of(query, n, &length);
	wait_ahead(query);
	return query->engine->text(query, n);
}

const char *
fil_query_required(struct fil_query *query, int n)
{
	const char *text = fil_query_text(query, n);

	return text ? text : "";
}

const char *
fil_query_cell(struct fil_query *query, int n, size_t *length)
{
	const struct fil_query_column *column = read_as(query, n, FIL_READ_TEXT);

	if (!column) {
		if (!is_ahead(query))
			wait_ahead(query);
		return cell_of(query, n, length);
	}
	*length = column->length;
	return column->text;
}

void
fil_query_cells(struct fil_query *query, size_t n, const char **cells, size_t *lengths)
{
	const struct cell *ahead;

	if (!is_ahead(query) || query->columns) {
		for (size_t i = 0; i < n; i++)
			cells[i] = fil_query_cell(query, (int)i, &lengths[i]);
		return;
	}
	ahead = cell_ahead(query, 0);
	for (size_t i = 0; i < n; i++)
		cells[i] = text_ahead(query, &ahead[i], &lengths[i]);
}

size_t
fil_query_length(struct fil_query *query, int n)
{
	size_t length;

	fil_query_cell(query, n, &length);
	return length;
}

int64_t
fil_query_number(struct fil_query *query, int n)
{
	const struct fil_query_column *column = read_as(query, n, FIL_READ_INTEGER);

	if (column)
		return column->number;
	if (is_ahead(query))
		return number_ahead(query, n);
	wait_ahead(query);
	return query->engine->number(query, n);
}

bool
fil_query_is_null(struct fil_query *query, int n)
{
	return is_ahead(query) ? cell_ahead(query, n)->kind == IS_NULL : !fil_query_text(query, n);
}

void
fil_query_reset(struct fil_query *query)
{
	query->engine->reset(query);
}

void
fil_query_free(struct fil_query *query)
{
	if (!query)
		return;
	free_ahead(query->ahead);
	free(query->columns);
	query->engine->free(query);
}

long long
fil_query_count(struct fil_store *store, const struct fil_relation *relation, size_t most,
    struct fil_fault *fault)
{
	struct fil_bytes sql = { 0 };
	struct fil_query *query;
	long long count = -1;
	char *keys;

	fil_bytes_add_text(&sql, "SELECT count(*) FROM ");
	if (most > 0) {
		keys = fil_relation_keys(relation);
		fil_bytes_add_format(&sql, "(%s LIMIT %zu) AS t", keys, most);
		free(keys);
	} else {
		fil_relation_add_name(&sql, relation->name);
	}
	query = fil_query_new(store, sql.data);
	if (fil_query_step(query, fault) == 1)
		count = fil_query_number(query, 0);
	fil_query_free(query);
	fil_bytes_release(&sql);
	return count;
}

enum state {
	BEFORE,
	AT_USER,
	AT_NEXT_USER, /* the query's row belongs to the next user */
	AT_END, /* the query has no more rows; the last user is still current */
	AFTER,
};

struct fil_cursor {
	struct fil_query *query;
	char *sql; /* the query's SQL, if the cursor made it */
	struct fil_bytes user; /* a copy: the query's own text is void after a step */
	enum state state;
	void (*row)(void *context, struct fil_query *query); /* or NULL */
	void *context; /* of row */
	size_t n_users; /* most users at a time; 0: the cursor is over all users */
};

struct fil_cursor *
fil_cursor_new(struct fil_query *query)
{
	struct fil_cursor *cursor = fil_alloc(1, sizeof *cursor);

	cursor->query = query;
	return cursor;
}

struct fil_cursor *
fil_cursor_ahead(struct fil_query *query)
{
	fil_query_read_ahead(query, 0);
	return fil_cursor_new(query);
}

struct fil_query *
fil_cursor_query(const struct fil_cursor *cursor)
{
	return cursor->query;
}

void
fil_cursor_watch(
    struct fil_cursor *cursor, void (*row)(void *context, struct fil_query *query), void *context)
{
	cursor->row = row;
	cursor->context = context;
}

struct fil_cursor *
fil_cursor_of_users(struct fil_store *store, const char *select, const char *order, size_t n)
{
	struct fil_bytes sql = { 0 };
	struct fil_cursor *cursor;

	fil_bytes_add_text(&sql, select);
	fil_relation_add_any_of(&sql, "user", n);
	fil_bytes_add_format(&sql, " ORDER BY \"user\"%s%s", order ? ", " : "", order ? order : "");
	cursor = fil_cursor_new(fil_query_new(store, sql.data));
	cursor->sql = sql.data;
	cursor->n_users = n;
	return cursor;
}

void
fil_cursor_users(struct fil_cursor *cursor, const char *const *users, size_t n)
{
	if (n == 0 || n > cursor->n_users)
		fil_bug("a cursor of %zu users is asked for %zu", cursor->n_users, n);
	fil_query_reset(cursor->query);
	cursor->state = BEFORE;
	/* Parameters beyond n repeat the last user, who is found once all the same. */
	for (size_t i = 0; i < cursor->n_users; i++)
		fil_query_bind(cursor->query, (int)i + 1, users[i < n ? i : n - 1]);
}

/* Moves the query, as fil_query_step does. */
static int
step(struct fil_cursor *cursor, struct fil_fault *fault)
{
	int got = fil_query_step(cursor->query, fault);

	if (got == 1 && cursor->row)
		cursor->row(cursor->context, cursor->query);
	return got;
}

int
fil_cursor_row(struct fil_cursor *cursor, struct fil_fault *fault)
{
	const char *user;
	size_t length;
	int got;

	if (cursor->state != AT_USER)
		return 0;
	if ((got = step(cursor, fault)) != 1) {
		cursor->state = got == 0 ? AT_END : AFTER;
		return got;
	}
	/* The key of a damaged row is NULL. */
	user = fil_query_cell(cursor->query, 0, &length);
	if (length == cursor->user.length &&
	    (length == 0 || memcmp(user, cursor->user.data, length) == 0))
		return 1;
	cursor->state = AT_NEXT_USER;
	return 0;
}

int
fil_cursor_next(struct fil_cursor *cursor, struct fil_fault *fault)
{
	const char *user;
	size_t length;
	int got;

	if (cursor->state == BEFORE) {
		got = step(cursor, fault);
		cursor->state = got == 1 ? AT_NEXT_USER : AFTER;
		if (got < 0)
			return -1;
	}
	while ((got = fil_cursor_row(cursor, fault)) == 1)
		continue;
	if (got < 0)
		return -1;
	if (cursor->state != AT_NEXT_USER) {
		cursor->state = AFTER;
		return 0;
	}
	user = fil_query_cell(cursor->query, 0, &length);
	fil_bytes_clear(&cursor->user);
	fil_bytes_add(&cursor->user, user, length);
	cursor->state = AT_USER;
	return 1;
}

int
fil_cursor_seek(struct fil_cursor *cursor, const char *user, struct fil_fault *fault)
{
	int got = cursor->state == BEFORE ? fil_cursor_next(cursor, fault) : cursor->state != AFTER;

	while (got == 1) {
		int order = strcmp(cursor->user.data, user);

		if (order >= 0)
			return order == 0;
		got = fil_cursor_next(cursor, fault);
	}
	return got;
}

const char *
fil_cursor_user(const struct fil_cursor *cursor, size_t *length)
{
	bool none = cursor->state == BEFORE || cursor->state == AFTER;

	if (length)
		*length = none ? 0 : cursor->user.length;
	return none ? NULL : cursor->user.data;
}

void
fil_cursor_free(struct fil_cursor *cursor)
{
	if (!cursor)
		return;
	fil_query_free(cursor->query);
	free(cursor->sql);
	fil_bytes_release(&cursor->user);
	free(cursor);
}

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
