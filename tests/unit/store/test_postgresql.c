/* SPDX-License-Identifier: ISC */
/* The store on a PostgreSQL server: what the commands' tests do not reach, or not by name. Runs
 * beside a server (tests/cluster). */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/store/store.h"
#include "tests/unit/relations.h"
#include "tests/unit/statement.h"

static const char *const history_columns[] = { "number", "relation", "subject", "action", "was_run",
	"was" };
static const struct fil_relation history = { "history", history_columns, 6, 1 };

/* A new store on the server, open for writing. */
struct server {
	char *address;
	struct fil_store *store;
	struct fil_fault fault;
};

static int
connect_new(void **state)
{
	struct server *server = fil_alloc(1, sizeof *server);
	int id = (int)getpid();
	char *make = fil_format("psql -qXd postgres -c 'SET client_min_messages = error' "
				"-c 'DROP DATABASE IF EXISTS unit_%d WITH (FORCE)' "
				"-c 'CREATE DATABASE unit_%d TEMPLATE template'",
	    id, id);
	int made = system(make);

	*state = server;
	free(make);
	server->address =
	    fil_format("postgresql:///unit_%d?host=%s", id, getenv("FILROUGE_CLUSTER"));
	server->store =
	    made == 0 ? fil_store_open(server->address, FIL_STORE_WRITE, &server->fault) : NULL;
	return server->store ? 0 : -1;
}

static int
disconnect(void **state)
{
	struct server *server = *state;

	fil_store_close(server->store);
	free(server->address);
	free(server);
	return 0;
}

static void
begin(struct server *server)
{
	if (fil_store_begin(server->store, 5, &server->fault) < 0)
		fail_msg("%s", server->fault.text);
}

static void
run(struct server *server, const char *sql)
{
	if (run_statement(server->store, sql, &server->fault) < 0)
		fail_msg("%s: %s", sql, server->fault.text);
}

/* Returns the first cell of the answer as a number. */
static long long
number(struct server *server, const char *sql)
{
	struct fil_query *query = fil_query_new(server->store, sql);
	long long result;

	assert_int_equal(fil_query_step(query, &server->fault), 1);
	result = fil_query_number(query, 0);
	fil_query_free(query);
	return result;
}

/* Adds the users x000000 and on, in the transaction, as run 2. */
static void
crowd(struct server *server, int n)
{
	char *sql = fil_format("INSERT INTO users (\"user\", name, run) SELECT 'x' || "
			       "to_char(i, 'FM000000'), 'Name', 2 FROM generate_series(0, %d) AS i",
	    n - 1);

	run(server, sql);
	free(sql);
}

static void
insert__some_keys_are_there_some_twice__each_row_is_told(void **state)
{
	struct server *server = *state;
	struct fil_batch *rows = fil_batch_new(users.n_columns);
	bool inserted[5];

	begin(server);
	crowd(server, 1);
	add_user(rows, "b", "B");
	add_user(rows, "x000000", "Another");
	add_user(rows, "a", "A");
	add_user(rows, "b", "Twice");
	add_user(rows, "é'\"\\", "Quotes");
	assert_int_equal(
	    fil_store_insert(server->store, &users, rows, 3, inserted, &server->fault), 0);
	assert_true(inserted[0] && inserted[2] && inserted[4]);
	assert_false(inserted[1] || inserted[3]);
	assert_int_equal(number(server, "SELECT count(*) FROM users WHERE run = 3"), 3);
	assert_int_equal(number(server, "SELECT count(*) FROM users WHERE name = 'Twice'"), 0);
	/* All of them are there now. */
	assert_int_equal(
	    fil_store_insert(server->store, &users, rows, 4, inserted, &server->fault), 0);
	for (int i = 0; i < 5; i++)
		assert_false(inserted[i]);
	fil_store_rollback(server->store);
	fil_batch_free(rows);
}

static void
insert__many_batches_of_any_size__all_are_there(void **state)
{
	struct server *server = *state;
	struct fil_batch *rows = fil_batch_new(users.n_columns);
	bool inserted[1024];
	size_t made = 0, told = 0;
	char key[24];

	begin(server);
	for (size_t n = 1; n < 1024; n = n * 3 / 2 + 1) {
		fil_batch_clear(rows);
		for (size_t i = 0; i < n; i++) {
			snprintf(key, sizeof key, "%zu", made++);
			add_user(rows, key, "Name");
		}
		assert_int_equal(
		    fil_store_insert(server->store, &users, rows, 2, inserted, &server->fault), 0);
		for (size_t i = 0; i < n; i++)
			told += inserted[i];
	}
	assert_int_equal(told, made);
	assert_int_equal(number(server, "SELECT count(*) FROM users"), made);
	fil_store_rollback(server->store);
	fil_batch_free(rows);
}

static void
insert__run_is_one_of_the_keys__the_same_number_goes_in_again(void **state)
{
	struct server *server = *state;
	struct fil_batch *rows = fil_batch_new(history.n_columns);

	begin(server);
	fil_batch_add(rows, (const char *const[]){ "1", "users", "a", "changed", "1", "{}" });
	for (int64_t i = 2; i < 4; i++)
		assert_int_equal(
		    fil_store_insert(server->store, &history, rows, i, NULL, &server->fault), 0);
	assert_int_equal(
	    fil_store_insert(server->store, &history, rows, 3, NULL, &server->fault), 0);
	assert_int_equal(number(server, "SELECT count(*) FROM history"), 2);
	fil_store_rollback(server->store);
	fil_batch_free(rows);
}

static void
begin_insertion__queries_before_its_end__all_have_their_answers(void **state)
{
	struct server *server = *state;
	struct fil_batch *rows = fil_batch_new(users.n_columns);
	struct fil_query *walk =
	    fil_query_new(server->store, "SELECT \"user\" FROM users ORDER BY \"user\"");
	bool inserted[2];

	begin(server);
	crowd(server, 20000);
	assert_int_equal(fil_query_step(walk, &server->fault), 1);
	add_user(rows, "x000000", "Another");
	add_user(rows, "a", "A");
	assert_int_equal(
	    fil_store_begin_insertion(server->store, &users, rows, 3, inserted, &server->fault), 0);
	for (int i = 1; i < 20000; i++)
		assert_int_equal(fil_query_step(walk, &server->fault), 1);
	assert_string_equal(fil_query_text(walk, 0), "x019999");
	assert_int_equal(number(server, "SELECT count(*) FROM users WHERE run = 3"), 1);
	assert_int_equal(fil_store_end_insertion(server->store, &server->fault), 0);
	assert_true(inserted[1] && !inserted[0]);
	fil_query_free(walk);
	/* Ended by a rollback, the next can begin. */
	assert_int_equal(
	    fil_store_begin_insertion(server->store, &users, rows, 4, inserted, &server->fault), 0);
	fil_store_rollback(server->store);
	begin(server);
	assert_int_equal(
	    fil_store_insert(server->store, &users, rows, 5, inserted, &server->fault), 0);
	assert_int_equal(number(server, "SELECT count(*) FROM users"), 2);
	fil_store_rollback(server->store);
	fil_batch_free(rows);
}

static void
begin_insertion__server_refuses__whatever_comes_next_says_so(void **state)
{
	struct server *server = *state;
	struct fil_batch *rows = fil_batch_new(autonomy.n_columns);
	struct fil_query *query = fil_query_new(server->store, "SELECT count(*) FROM users");

	begin(server);
	fil_batch_add(
	    rows, (const char *const[]){ "nobody", "tool", "2024-02-01", "self", "2", NULL });
	assert_int_equal(
	    fil_store_begin_insertion(server->store, &autonomy, rows, 2, NULL, &server->fault), 0);
	assert_int_equal(fil_query_step(query, &server->fault), -1);
	assert_int_equal(server->fault.status, FIL_BAD_DATA);
	assert_string_equal(server->fault.text, "a reference does not exist");
	assert_int_equal(fil_store_end_insertion(server->store, &server->fault), -1);
	assert_string_equal(server->fault.text,
	    "autonomy: 'nobody', 'tool', '2024-02-01', 'self': a reference does not exist");
	fil_store_rollback(server->store);
	assert_int_equal(number(server, "SELECT count(*) FROM autonomy"), 0);
	fil_query_free(query);
	fil_batch_free(rows);
}

static void
batches__no_rows__do_nothing(void **state)
{
	struct server *server = *state;
	struct fil_batch *none = fil_batch_new(users.n_columns),
			 *found = fil_batch_new(users.n_columns + 1);

	begin(server);
	assert_int_equal(fil_store_insert(server->store, &users, none, 2, NULL, &server->fault), 0);
	assert_int_equal(fil_store_update(server->store, &users, none, 2, &server->fault), 0);
	assert_int_equal(fil_store_delete(server->store, &users, none, &server->fault), 0);
	assert_int_equal(
	    fil_store_fetch(server->store, &users, none, found, NULL, &server->fault), 0);
	fil_store_rollback(server->store);
	fil_batch_free(none);
	fil_batch_free(found);
}

static void
update_and_fetch__key_of_several_columns__set_and_place_each(void **state)
{
	struct server *server = *state;
	struct fil_batch *rows = fil_batch_new(autonomy.n_columns),
			 *found = fil_batch_new(autonomy.n_columns + 1);
	size_t place[3];

	begin(server);
	crowd(server, 2);
	fil_batch_add(
	    rows, (const char *const[]){ "x000001", "tool", "2024-03-01", "self", "2", "first" });
	fil_batch_add(
	    rows, (const char *const[]){ "x000000", "tool", "2024-03-01", "self", "0", NULL });
	assert_int_equal(
	    fil_store_insert(server->store, &autonomy, rows, 2, NULL, &server->fault), 0);
	fil_batch_clear(rows);
	fil_batch_add(rows,
	    (const char *const[]){ "x000000", "tool", "2024-03-01", "self", "5", "deux\nlignes" });
	fil_batch_add(
	    rows, (const char *const[]){ "nobody", "tool", "2024-03-01", "self", "4", NULL });
	fil_batch_add(
	    rows, (const char *const[]){ "x000001", "tool", "2024-03-01", "self", "4", NULL });
	assert_int_equal(fil_store_update(server->store, &autonomy, rows, 7, &server->fault), 0);
	assert_int_equal(
	    fil_store_fetch(server->store, &autonomy, rows, found, place, &server->fault), 0);
	assert_int_equal(fil_batch_rows(found), 2);
	assert_int_equal(place[1], FIL_NOWHERE);
	assert_string_equal(fil_batch_cell(found, place[0], 4, NULL), "5");
	assert_string_equal(fil_batch_cell(found, place[0], 5, NULL), "deux\nlignes");
	assert_null(fil_batch_cell(found, place[2], 5, NULL));
	assert_string_equal(fil_batch_cell(found, place[2], 6, NULL), "7");
	fil_store_rollback(server->store);
	fil_batch_free(rows);
	fil_batch_free(found);
}

/* Inserts one fact, which must be refused with that text. */
static void
refuse_fact(struct server *server, const char *const *cells, const char *text)
{
	struct fil_batch *rows = fil_batch_new(autonomy.n_columns);

	begin(server);
	crowd(server, 1);
	fil_batch_add(
	    rows, (const char *const[]){ "x000000", "tool", "2024-02-01", "self", "2", NULL });
	fil_batch_add(rows, cells);
	assert_int_equal(
	    fil_store_insert(server->store, &autonomy, rows, 2, NULL, &server->fault), -1);
	assert_int_equal(server->fault.status, FIL_BAD_DATA);
	assert_string_equal(server->fault.text, text);
	fil_store_rollback(server->store);
	fil_batch_free(rows);
}

static void
insert__row_that_the_server_refuses__is_named(void **state)
{
	struct server *server = *state;

	refuse_fact(server,
	    (const char *const[]){ "ada (x)", "tool", "2024-03-01", "self", "2", NULL },
	    "autonomy: 'ada (x)', 'tool', '2024-03-01', 'self': a reference does not exist");
	refuse_fact(server,
	    (const char *const[]){ "x000000", "tool", "2024-03-01", "self", "2x", NULL },
	    "autonomy: 'x000000', 'tool', '2024-03-01', 'self': a value is not of its column's "
	    "type");
	refuse_fact(server,
	    (const char *const[]){ "x000000", "tool", "2024-03-01", "self", "99999999999", NULL },
	    "autonomy: 'x000000', 'tool', '2024-03-01', 'self': a value is not of its column's "
	    "type");
	refuse_fact(server,
	    (const char *const[]){ "x000000", "tool", "2024-03-01", "self", NULL, NULL },
	    "autonomy: 'x000000', 'tool', '2024-03-01', 'self': a required value is missing");
}

static void
delete__others_name_the_row__it_is_named_and_the_transaction_goes_on(void **state)
{
	struct server *server = *state;
	struct fil_batch *keys = fil_batch_new(1);

	begin(server);
	crowd(server, 3);
	run(server,
	    "INSERT INTO needs (\"user\", need, date, run) VALUES "
	    "('x000001', 'time', '2024-03-01', 2)");
	fil_batch_add(keys, (const char *const[]){ "x000000" });
	fil_batch_add(keys, (const char *const[]){ "x000001" });
	assert_int_equal(fil_store_delete(server->store, &users, keys, &server->fault), -1);
	assert_int_equal(server->fault.status, FIL_BAD_DATA);
	assert_string_equal(server->fault.text, "users: 'x000001': other rows still refer to it");
	assert_int_equal(number(server, "SELECT count(*) FROM users"), 3);
	fil_batch_clear(keys);
	fil_batch_add(keys, (const char *const[]){ "x000002" });
	assert_int_equal(fil_store_delete(server->store, &users, keys, &server->fault), 0);
	assert_int_equal(fil_store_commit(server->store, &server->fault), FIL_COMMITTED);
	assert_int_equal(number(server, "SELECT count(*) FROM users"), 2);
	fil_batch_free(keys);
}

static void
trust__large_batch__is_not_looked_up_but_what_follows_is(void **state)
{
	struct server *server = *state;
	struct fil_batch *rows = fil_batch_new(autonomy.n_columns), *keys = fil_batch_new(1);
	char date[24];

	fil_store_trust(server->store);
	begin(server);
	crowd(server, 1);
	for (int i = 0; i < 300; i++) {
		snprintf(date, sizeof date, "2%03d-01-01", i);
		fil_batch_add(
		    rows, (const char *const[]){ "x000000", "tool", date, "self", "2", NULL });
	}
	fil_batch_add(
	    rows, (const char *const[]){ "nobody", "tool", "2024-03-01", "self", "2", NULL });
	assert_int_equal(
	    fil_store_insert(server->store, &autonomy, rows, 2, NULL, &server->fault), 0);
	fil_batch_add(keys, (const char *const[]){ "x000000" });
	assert_int_equal(fil_store_delete(server->store, &users, keys, &server->fault), -1);
	assert_string_equal(server->fault.text, "users: 'x000000': other rows still refer to it");
	/* A key that changes is followed. */
	run(server, "UPDATE users SET \"user\" = 'y' WHERE \"user\" = 'x000000'");
	assert_int_equal(number(server, "SELECT count(*) FROM autonomy WHERE \"user\" = 'y'"), 300);
	fil_store_rollback(server->store);
	fil_batch_free(rows);
	fil_batch_free(keys);
}

/* Walks over n rows, in the transaction or outside, and counts. */
static void
walk(struct server *server, int n)
{
	struct fil_query *query =
	    fil_query_new(server->store, "SELECT \"user\" FROM users ORDER BY \"user\"");
	char wanted[16];
	int got = 0, step;

	while ((step = fil_query_step(query, &server->fault)) == 1) {
		snprintf(wanted, sizeof wanted, "x%06d", got++);
		assert_string_equal(fil_query_text(query, 0), wanted);
		assert_int_equal(fil_query_length(query, 0), 7);
	}
	assert_int_equal(step, 0);
	assert_int_equal(got, n);
	fil_query_free(query);
}

static void
query__any_number_of_rows__gives_each_once(void **state)
{
	static const int sizes[] = { 0, 1, 8191, 8192, 8193, 16384, 40001 };
	struct server *server = *state;

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		begin(server);
		crowd(server, sizes[i]);
		walk(server, sizes[i]);
		walk(server, sizes[i]);
		fil_store_rollback(server->store);
	}
	begin(server);
	crowd(server, 9000);
	assert_int_equal(fil_store_commit(server->store, &server->fault), FIL_COMMITTED);
	walk(server, 9000);
	assert_int_equal(fil_store_snapshot(server->store, &server->fault), 0);
	walk(server, 9000);
	fil_store_rollback(server->store);
}

static void
query__several_walks_at_once_and_look_ups__do_not_disturb_each_other(void **state)
{
	struct server *server = *state;
	struct fil_query *first, *second, *lookup;
	char key[16];

	begin(server);
	crowd(server, 20000);
	first = fil_query_new(server->store, "SELECT \"user\" FROM users ORDER BY \"user\"");
	second = fil_query_new(server->store,
	    "SELECT \"user\" FROM users WHERE \"user\" >= $1 ORDER BY \"user\" DESC");
	lookup = fil_query_new(server->store,
	    "-- With a comment; and a $1 in it.\nSELECT \"user\", run FROM users "
	    "WHERE \"user\" = $1 AND run = CAST($2 AS INTEGER)");
	fil_query_bind(second, 1, "x000000");
	for (int i = 0; i < 20000; i++) {
		assert_int_equal(fil_query_step(first, &server->fault), 1);
		assert_int_equal(fil_query_step(second, &server->fault), 1);
		snprintf(key, sizeof key, "x%06d", i);
		assert_string_equal(fil_query_text(first, 0), key);
		if (i % 1000 == 0) {
			fil_query_bind(lookup, 1, key);
			fil_query_bind_number(lookup, 2, 2);
			assert_int_equal(fil_query_step(lookup, &server->fault), 1);
			assert_string_equal(fil_query_text(lookup, 0), key);
			assert_int_equal(fil_query_number(lookup, 1), 2);
			assert_int_equal(fil_query_step(lookup, &server->fault), 0);
		}
		snprintf(key, sizeof key, "x%06d", 19999 - i);
		assert_string_equal(fil_query_text(second, 0), key);
	}
	assert_int_equal(fil_query_step(first, &server->fault), 0);
	assert_int_equal(fil_query_step(second, &server->fault), 0);
	/* Ended in the middle, and begun anew. */
	assert_int_equal(fil_query_step(first, &server->fault), 1);
	fil_query_reset(first);
	assert_int_equal(fil_query_step(first, &server->fault), 1);
	assert_string_equal(fil_query_text(first, 0), "x000000");
	fil_query_free(first);
	fil_query_free(second);
	fil_query_free(lookup);
	fil_store_rollback(server->store);
}

static void
query__null_and_unbound__match_nothing(void **state)
{
	struct server *server = *state;
	struct fil_query *query = fil_query_new(
	    server->store, "SELECT \"user\", email FROM users WHERE \"user\" IN ($1, $2, $3)");

	begin(server);
	crowd(server, 2);
	for (int i = 0; i < 4; i++) {
		fil_query_bind(query, 2, i % 2 ? NULL : "x000001");
		if (i % 2 == 0) {
			assert_int_equal(fil_query_step(query, &server->fault), 1);
			assert_null(fil_query_text(query, 1));
			assert_int_equal(fil_query_number(query, 1), 0);
		}
		assert_int_equal(fil_query_step(query, &server->fault), 0);
	}
	fil_query_free(query);
	fil_store_rollback(server->store);
}

static void
snapshot__another_writes__reads_see_one_state(void **state)
{
	struct server *server = *state;
	struct fil_store *reader = fil_store_open(server->address, FIL_STORE_READ, &server->fault);
	struct server other = { .store = reader };

	assert_non_null(reader);
	assert_int_equal(fil_store_snapshot(reader, &server->fault), 0);
	begin(server);
	crowd(server, 3);
	assert_int_equal(fil_store_commit(server->store, &server->fault), FIL_COMMITTED);
	assert_int_equal(number(&other, "SELECT count(*) FROM users"), 0);
	fil_store_rollback(reader);
	assert_int_equal(number(&other, "SELECT count(*) FROM users"), 3);
	fil_store_close(reader);
}

static void
failure__within_a_transaction__all_else_fails_until_it_is_taken_back(void **state)
{
	struct server *server = *state;
	struct fil_query *query = fil_query_new(server->store, "SELECT 1 FROM users");

	begin(server);
	assert_int_equal(
	    run_statement(server->store,
		"INSERT INTO users (\"user\", name, run) VALUES ('a', NULL, 1)", &server->fault),
	    -1);
	assert_int_equal(server->fault.status, FIL_BAD_DATA);
	assert_int_equal(fil_query_step(query, &server->fault), -1);
	assert_int_equal(server->fault.status, FIL_UNAVAILABLE);
	fil_store_rollback(server->store);
	assert_int_equal(fil_query_step(query, &server->fault), 0);
	fil_query_free(query);
}

/* The rows of a query that another one's failure finds half read: those that were received are there. */
static void
read_past_failure(struct server *server, bool gathers, const char *failing, int n)
{
	struct fil_query *query =
	    fil_query_new(server->store, "SELECT \"user\", name FROM users ORDER BY \"user\"");
	const char *key, *name;
	char wanted[16];
	int got = 1;

	if (gathers)
		fil_query_gather(query);
	begin(server);
	crowd(server, n);
	assert_int_equal(fil_query_step(query, &server->fault), 1);
	key = fil_query_text(query, 0);
	name = fil_query_text(query, 1);
	assert_int_equal(run_statement(server->store, failing, &server->fault), -1);
	assert_int_equal(run_statement(server->store, "SELECT 1", &server->fault), -1);
	assert_ptr_equal(fil_query_text(query, 0), key);
	assert_string_equal(key, "x000000");
	assert_string_equal(name, "Name");
	for (; got < (n < 8192 || gathers ? n : 8192); got++) {
		assert_int_equal(fil_query_step(query, &server->fault), 1);
		snprintf(wanted, sizeof wanted, "x%06d", got);
		assert_string_equal(fil_query_text(query, 0), wanted);
	}
	if (got == n)
		assert_int_equal(fil_query_step(query, &server->fault), 0);
	fil_query_free(query);
	fil_store_rollback(server->store);
}

static void
failure__of_another_query__leaves_the_rows_that_were_received(void **state)
{
	static const char *const failing[] = { "SELECT pg_terminate_backend(pg_backend_pid())",
		"INSERT INTO users (\"user\", name, run) VALUES ('a', NULL, 1)" };

	for (int i = 0; i < 2; i++) {
		read_past_failure(*state, true, failing[i], 3);
		read_past_failure(*state, false, failing[i], 3);
		read_past_failure(*state, true, failing[i], 20000);
		read_past_failure(*state, false, failing[i], 20000);
	}
}

static void
crossed__serialisation_failure__is_told_and_forgotten_at_the_next_begin(void **state)
{
	struct server *server = *state;

	begin(server);
	assert_int_equal(
	    run_statement(server->store,
		"DO 'BEGIN RAISE EXCEPTION USING errcode = ''40001''; END'", &server->fault),
	    -1);
	assert_int_equal(server->fault.status, FIL_BUSY);
	assert_true(fil_store_crossed(server->store));
	fil_store_rollback(server->store);
	begin(server);
	assert_false(fil_store_crossed(server->store));
	fil_store_rollback(server->store);
}

static void
connection__is_lost__is_69_and_begins_anew(void **state)
{
	struct server *server = *state;
	struct fil_query *query =
	    fil_query_new(server->store, "SELECT count(*) FROM users WHERE \"user\" = $1");

	fil_query_bind(query, 1, "a");
	for (int i = 0; i < 3; i++) {
		assert_int_equal(fil_query_step(query, &server->fault), 1);
		assert_int_equal(fil_query_step(query, &server->fault), 0);
	}
	begin(server);
	crowd(server, 1);
	assert_int_equal(run_statement(server->store,
			     "SELECT pg_terminate_backend(pg_backend_pid())", &server->fault),
	    -1);
	assert_int_equal(server->fault.status, FIL_UNAVAILABLE);
	assert_int_equal(fil_query_step(query, &server->fault), -1);
	assert_int_equal(server->fault.status, FIL_UNAVAILABLE);
	fil_store_rollback(server->store);
	begin(server);
	crowd(server, 1);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(fil_query_step(query, &server->fault), 1);
		assert_int_equal(fil_query_number(query, 0), 0);
		assert_int_equal(fil_query_step(query, &server->fault), 0);
	}
	assert_int_equal(fil_store_commit(server->store, &server->fault), FIL_COMMITTED);
	assert_int_equal(number(server, "SELECT count(*) FROM users"), 1);
	fil_query_free(query);
}

static void
commit__connection_is_lost__is_unknown_and_can_be_asked(void **state)
{
	struct server *server = *state;

	begin(server);
	crowd(server, 1);
	/* A trigger that runs in the commit. */
	run(server,
	    "CREATE FUNCTION leave() RETURNS trigger LANGUAGE plpgsql AS "
	    "'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'");
	run(server,
	    "CREATE CONSTRAINT TRIGGER leave AFTER INSERT ON phases DEFERRABLE INITIALLY "
	    "DEFERRED FOR EACH ROW EXECUTE FUNCTION leave()");
	run(server,
	    "INSERT INTO phases (phase, title, kind, begins, run) VALUES "
	    "('p', 'P', 'pilot', '2024-01-01', 2)");
	assert_int_equal(fil_store_commit(server->store, &server->fault), FIL_COMMIT_UNKNOWN);
	assert_int_equal(server->fault.status, FIL_UNAVAILABLE);
	assert_int_equal(number(server, "SELECT count(*) FROM users"), 0);
	begin(server);
	fil_store_rollback(server->store);
}

static void
commit__constraint_fails_in_it__is_not_committed(void **state)
{
	struct server *server = *state;

	begin(server);
	run(server,
	    "ALTER TABLE needs ALTER CONSTRAINT needs_user_fkey DEFERRABLE INITIALLY DEFERRED");
	run(server,
	    "INSERT INTO needs (\"user\", need, date, run) VALUES "
	    "('nobody', 'time', '2024-03-01', 2)");
	assert_int_equal(fil_store_commit(server->store, &server->fault), FIL_NOT_COMMITTED);
	assert_int_equal(server->fault.status, FIL_BAD_DATA);
	begin(server);
	assert_int_equal(number(server, "SELECT count(*) FROM needs"), 0);
	fil_store_rollback(server->store);
}

static void
name_and_folder__of_an_address__are_the_given_and_the_temporary(void **state)
{
	struct server *server = *state;

	assert_string_equal(fil_store_name(server->store), server->address);
	assert_non_null(fil_store_folder(server->store));
	assert_null(fil_store_caution(server->store));
	assert_true(fil_store_on_server(server->address));
	assert_true(fil_store_on_server("service=x"));
	assert_true(fil_store_on_server("postgres://x"));
	assert_false(fil_store_on_server("postgresql"));
	assert_false(fil_store_on_server("./service=x"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, connect_new, disconnect)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(insert__some_keys_are_there_some_twice__each_row_is_told),
		TEST(insert__many_batches_of_any_size__all_are_there),
		TEST(insert__run_is_one_of_the_keys__the_same_number_goes_in_again),
		TEST(begin_insertion__queries_before_its_end__all_have_their_answers),
		TEST(begin_insertion__server_refuses__whatever_comes_next_says_so),
		TEST(batches__no_rows__do_nothing),
		TEST(update_and_fetch__key_of_several_columns__set_and_place_each),
		TEST(insert__row_that_the_server_refuses__is_named),
		TEST(delete__others_name_the_row__it_is_named_and_the_transaction_goes_on),
		TEST(trust__large_batch__is_not_looked_up_but_what_follows_is),
		TEST(query__any_number_of_rows__gives_each_once),
		TEST(query__several_walks_at_once_and_look_ups__do_not_disturb_each_other),
		TEST(query__null_and_unbound__match_nothing),
		TEST(snapshot__another_writes__reads_see_one_state),
		TEST(failure__within_a_transaction__all_else_fails_until_it_is_taken_back),
		TEST(failure__of_another_query__leaves_the_rows_that_were_received),
		TEST(crossed__serialisation_failure__is_told_and_forgotten_at_the_next_begin),
		TEST(connection__is_lost__is_69_and_begins_anew),
		TEST(commit__connection_is_lost__is_unknown_and_can_be_asked),
		TEST(commit__constraint_fails_in_it__is_not_committed),
		TEST(name_and_folder__of_an_address__are_the_given_and_the_temporary),
	};

	if (!getenv("FILROUGE_CLUSTER")) {
		puts("1..0 # SKIP there is no server: tests/cluster runs one");
		return 0;
	}
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
