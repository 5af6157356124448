/* SPDX-License-Identifier: ISC */
/* Queries, and two readers of their rows: a cursor reads them user by user, a lookup table all at once.
 *
 * A query is one SQL statement: bound, stepped and bound again. It uses the SQL that all
 * engines have, with parameters $1 … $n in the order of first use. A statement that does not
 * prepare is a bug: the program ends and shows it. */
#ifndef FIL_QUERY_H
#define FIL_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fil_fault;
struct fil_query;
struct fil_relation;
struct fil_store;

/* Returns a query; the caller frees it before closing the store. sql must outlive the query (a
 * literal or embedded text). */
struct fil_query *fil_query_new(struct fil_store *store, const char *sql);

/* Leaves the values of a query unchecked: for rows that are only compared. */
void fil_query_trust(struct fil_query *query);

/* Has all texts of a row read at once, with each step: for rows that are read several times. Texts that are
 * read ahead need not be. */
void fil_query_read(struct fil_query *query);

/* Has all rows received at once: for queries that find few. A server then has half the round trips, and
 * may search a large table in several processes, as it never does for rows in portions. */
void fil_query_gather(struct fil_query *query);

/* Has a server run the query in one process, and those that follow in the transaction: for sums over
 * what is joined, which each of several processes would make again. */
void fil_query_alone(struct fil_query *query);

/* Has the engine's thread read rows ahead, once many were read one by one: for a table that is read to its
 * end. The first n_texts columns are read as texts; of the others, columns of integers are read as
 * numbers alone. A column of integers among the first ones is not checked (fil_query_trust).
 * The transaction writes no such rows meanwhile. After the end, or a fault, the query cannot be bound
 * again. Returns whether the engine can do so. */
bool fil_query_read_ahead(struct fil_query *query, size_t n_texts);

/* The same from the first row on. */
bool fil_query_read_ahead_all(struct fil_query *query, size_t n_texts);

/* Binds parameter $n (from 1). Text is copied; NULL binds NULL. */
void fil_query_bind(struct fil_query *query, int n, const char *text);

/* Binds parameter $n to a number. */
void fil_query_bind_number(struct fil_query *query, int n, int64_t number);

/* Moves to the next row. Returns 1 with a row, 0 at the end, or -1 with a fault. After 0 or -1 the
 * query is reset and can be bound again. Where another query fails, this one keeps the rows that it
 * has received. */
int fil_query_step(struct fil_query *query, struct fil_fault *fault);

/* Returns column n (from 0) of the row as text, or NULL; valid until the next step. */
const char *fil_query_text(struct fil_query *query, int n);

/* Returns column n, which is never NULL in an intact store, '' where it is: that is damage too. */
const char *fil_query_required(struct fil_query *query, int n);

/* Returns column n of the row as fil_query_text does; *length gets its bytes, 0 for NULL. */
const char *fil_query_cell(struct fil_query *query, int n, size_t *length);

/* Fills cells and lengths with the first n columns of the row, as fil_query_cell does each. */
void fil_query_cells(struct fil_query *query, size_t n, const char **cells, size_t *lengths);

/* Returns the length of the text of column n in bytes; call it after fil_query_text. */
size_t fil_query_length(struct fil_query *query, int n);

/* Returns column n as a number, 0 for NULL. */
int64_t fil_query_number(struct fil_query *query, int n);

/* Returns whether column n is NULL. */
bool fil_query_is_null(struct fil_query *query, int n);

/* Resets a query before its last row. */
void fil_query_reset(struct fil_query *query);

/* Frees the query; NULL is fine. */
void fil_query_free(struct fil_query *query);

/* Returns how many rows a relation has, counting no further than most (0: all, for which its name is
 * enough), or -1 with a fault. */
long long fil_query_count(struct fil_store *store, const struct fil_relation *relation, size_t most,
    struct fil_fault *fault);

/* What the columns of tables may hold, so that a damaged value is a fault (69) wherever it is read. The
 * store does not know: who declares the tables says so, and owns a declaration. */
struct fil_values {
	/* Returns the declaration of a column, or NULL without one. */
	const void *(*column)(const char *table, const char *column);
	/* Returns whether the column may hold the text of n bytes, which a NUL follows. text NULL: no
	 * value. */
	bool (*holds)(const void *column, const char *text, size_t n);
	bool (*holds_number)(const void *column, int64_t number);
};

/* Fills the fault (69) for a stored value that its column may not hold; text NULL: for none. Returns
 * -1. */
int fil_values_refuse(const struct fil_store *store, const char *table, const char *column,
    const char *text, struct fil_fault *fault);

/* A cursor: reads the rows of a query user by user. The query is ordered by its first column, the
 * user. Cursors that move to the same user in turn merge several tables without a join. */
struct fil_cursor;

/* Returns a cursor over a query; the caller frees the cursor, and the cursor frees the query. */
struct fil_cursor *fil_cursor_new(struct fil_query *query);

/* As fil_cursor_new, of a query whose rows are read ahead, each column by its type. */
struct fil_cursor *fil_cursor_ahead(struct fil_query *query);

/* Has `row` called with the query at each row to which the cursor moves, also at rows that it skips. */
void fil_cursor_watch(
    struct fil_cursor *cursor, void (*row)(void *context, struct fil_query *query), void *context);

/* Returns a cursor over the rows of chosen users, at most n at a time; the caller frees it.
 * `select` is the SELECT up to its FROM and table. `order` lists the columns that order the rows of
 * one user, or is NULL. The cursor has no rows before fil_cursor_users. */
struct fil_cursor *
fil_cursor_of_users(struct fil_store *store, const char *select, const char *order, size_t n);

/* Restarts a cursor over chosen users with these users, at least one; it copies them. */
void fil_cursor_users(struct fil_cursor *cursor, const char *const *users, size_t n);

/* Returns the query, to read the columns of the current row. It belongs to the cursor. */
struct fil_query *fil_cursor_query(const struct fil_cursor *cursor);

/* Moves to the first row of the next user, skipping the rest of the current user's rows. Returns 1,
 * 0 at the end, or -1 with a fault. */
int fil_cursor_next(struct fil_cursor *cursor, struct fil_fault *fault);

/* Moves to the next row of the current user. Returns 1, 0 when there is none, or -1 with a fault. */
int fil_cursor_row(struct fil_cursor *cursor, struct fil_fault *fault);

/* Moves to the first row of this user, skipping the users before. Seek users in ascending order.
 * Returns 1, 0 when the user has no row, or -1 with a fault. */
int fil_cursor_seek(struct fil_cursor *cursor, const char *user, struct fil_fault *fault);

/* Returns the current user, NULL before the first and after the last. Fills in the length in bytes,
 * unless length is NULL. The text belongs to the cursor until it moves to another user. */
const char *fil_cursor_user(const struct fil_cursor *cursor, size_t *length);

/* Frees the cursor and its query; NULL is fine. */
void fil_cursor_free(struct fil_cursor *cursor);

/* A lookup table: the rows of a small table, read once, sorted by key and found by key. */
struct fil_lookup_table;

/* Reads all rows of the query, and frees the query. The rows have n_columns cells and are ordered
 * by the first column, the key. Returns the table, or NULL with a fault; the caller frees the
 * table. */
struct fil_lookup_table *
fil_lookup_table_new(struct fil_query *query, size_t n_columns, struct fil_fault *fault);

/* Returns the number of rows. */
size_t fil_lookup_table_rows(const struct fil_lookup_table *table);

/* Returns a cell, or NULL for an unknown value. It belongs to the table. */
const char *fil_lookup_table_cell(const struct fil_lookup_table *table, size_t row, size_t column);

/* Returns the number of the row with this key, or FIL_NOWHERE. The rows `near` and near + 1 are
 * tried first, because equal keys come in runs. */
size_t fil_lookup_table_find(const struct fil_lookup_table *table, const char *key, size_t near);

/* Frees the table; NULL is fine. */
void fil_lookup_table_free(struct fil_lookup_table *table);

#endif
