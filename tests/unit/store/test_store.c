/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/store/store.h"
#include "tests/unit/place.h"
#include "tests/unit/relations.h"

static const char *const need_columns[] = { "user", "need", "date", "note" };
static const struct fil_relation needs = { "needs", need_columns, 4, 3 };

/* Inserts users of these keys as run 1, and commits. */
static void
store_users(struct place *place, const char *const *keys, size_t n)
{
	struct fil_batch *rows = fil_batch_new(users.n_columns);

	for (size_t i = 0; i < n; i++)
		add_user(rows, keys[i], "Name");
	assert_int_equal(fil_store_begin(place->store, 0, &place->fault), 0);
	assert_int_equal(fil_store_insert(place->store, &users, rows, 1, NULL, &place->fault), 0);
	assert_int_equal(fil_store_commit(place->store, &place->fault), FIL_COMMITTED);
	fil_batch_free(rows);
}

static void
begin_insertion__rows_by_then_told__ended_or_rolled_back(void **state)
{
	struct place *place = *state;
	struct fil_batch *rows = fil_batch_new(users.n_columns);
	bool inserted[1] = { false };

	add_user(rows, "ada", "Ada");
	for (int i = 0; i < 2; i++) {
		assert_int_equal(fil_store_begin(place->store, 0, &place->fault), 0);
		assert_int_equal(fil_store_begin_insertion(
				     place->store, &users, rows, 1, inserted, &place->fault),
		    0);
		if (i == 0)
			fil_store_rollback(place->store);
	}
	assert_int_equal(fil_store_end_insertion(place->store, &place->fault), 0);
	assert_true(inserted[0]);
	assert_int_equal(fil_store_commit(place->store, &place->fault), FIL_COMMITTED);
	assert_int_equal(place_number(place->store, "SELECT count(*) FROM users"), 1);
	fil_batch_free(rows);
}

static void
insert__key_is_there__row_is_left_alone(void **state)
{
	struct place *place = *state;
	struct fil_batch *rows = fil_batch_new(users.n_columns);
	bool inserted[4];

	store_users(place, (const char *const[]){ "00421" }, 1);
	add_user(rows, "421", "Other");
	add_user(rows, "00421", "Other");
	add_user(rows, "ada", "Ada");
	add_user(rows, "ada", "Twice");
	assert_int_equal(fil_store_begin(place->store, 0, &place->fault), 0);
	assert_int_equal(
	    fil_store_insert(place->store, &users, rows, 2, inserted, &place->fault), 0);
	assert_int_equal(fil_store_commit(place->store, &place->fault), FIL_COMMITTED);
	assert_true(inserted[0]);
	assert_false(inserted[1]);
	assert_true(inserted[2]);
	assert_false(inserted[3]);
	assert_int_equal(
	    place_number(place->store, "SELECT count(*) FROM users WHERE name = 'Name'"), 1);
	assert_int_equal(place_number(place->store, "SELECT count(*) FROM users WHERE run = 2"), 2);
	fil_batch_free(rows);
}

static void
fetch__some_keys_unknown__places_say_so(void **state)
{
	struct place *place = *state;
	struct fil_batch *keys = fil_batch_new(1), *found = fil_batch_new(users.n_columns + 1);
	size_t at[3];

	store_users(place, (const char *const[]){ "ada", "bob" }, 2);
	fil_batch_add(keys, (const char *const[]){ "bob" });
	fil_batch_add(keys, (const char *const[]){ "nobody" });
	fil_batch_add(keys, (const char *const[]){ "ada" });
	assert_int_equal(fil_store_fetch(place->store, &users, keys, found, at, &place->fault), 0);
	assert_int_equal(fil_batch_rows(found), 2);
	assert_int_equal(at[1], FIL_NOWHERE);
	assert_string_equal(fil_batch_cell(found, at[0], 0, NULL), "bob");
	assert_string_equal(fil_batch_cell(found, at[2], 0, NULL), "ada");
	assert_null(fil_batch_cell(found, at[2], 2, NULL));
	assert_string_equal(fil_batch_cell(found, at[2], 10, NULL), "1");
	fil_batch_free(keys);
	fil_batch_free(found);
}

static void
update__key_of_several_columns__sets_all_others(void **state)
{
	struct place *place = *state;
	struct fil_batch *rows = fil_batch_new(autonomy.n_columns),
			 *found = fil_batch_new(autonomy.n_columns + 1);
	size_t at[1];

	store_users(place, (const char *const[]){ "ada" }, 1);
	assert_int_equal(fil_store_begin(place->store, 0, &place->fault), 0);
	assert_int_equal(run_statement(place->store,
			     "INSERT INTO dimensions (dimension, title, threshold, run) VALUES "
			     "('tool', 'Tool', 3, 1)",
			     &place->fault),
	    0);
	fil_batch_add(
	    rows, (const char *const[]){ "ada", "tool", "2024-03-01", "self", "2", "first" });
	assert_int_equal(
	    fil_store_insert(place->store, &autonomy, rows, 1, NULL, &place->fault), 0);
	fil_batch_clear(rows);
	fil_batch_add(
	    rows, (const char *const[]){ "ada", "tool", "2024-03-01", "self", "4", NULL });
	assert_int_equal(fil_store_update(place->store, &autonomy, rows, 7, &place->fault), 0);
	assert_int_equal(
	    fil_store_fetch(place->store, &autonomy, rows, found, at, &place->fault), 0);
	assert_string_equal(fil_batch_cell(found, at[0], 4, NULL), "4");
	assert_null(fil_batch_cell(found, at[0], 5, NULL));
	assert_string_equal(fil_batch_cell(found, at[0], 6, NULL), "7");
	fil_store_rollback(place->store);
	fil_batch_free(rows);
	fil_batch_free(found);
}

static void
delete__row_is_named_by_others__names_the_key(void **state)
{
	struct place *place = *state;
	struct fil_batch *keys = fil_batch_new(1);

	store_users(place, (const char *const[]){ "ada", "bob" }, 2);
	assert_int_equal(fil_store_begin(place->store, 0, &place->fault), 0);
	assert_int_equal(run_statement(place->store,
			     "INSERT INTO needs (\"user\", need, date, run) VALUES ('bob', 'time', "
			     "'2024-03-01', 1)",
			     &place->fault),
	    0);
	fil_batch_add(keys, (const char *const[]){ "ada" });
	fil_batch_add(keys, (const char *const[]){ "bob" });
	assert_int_equal(fil_store_delete(place->store, &users, keys, &place->fault), -1);
	assert_int_equal(place->fault.status, FIL_BAD_DATA);
	assert_string_equal(place->fault.text, "users: 'bob': other rows still refer to it");
	fil_store_rollback(place->store);
	assert_int_equal(place_number(place->store, "SELECT count(*) FROM users"), 2);
	fil_batch_free(keys);
}

static void
insert__reference_to_nobody__names_the_row(void **state)
{
	struct place *place = *state;
	struct fil_batch *rows = fil_batch_new(autonomy.n_columns);

	fil_batch_add(
	    rows, (const char *const[]){ "ada", "tool", "2024-03-01", "self", "2", NULL });
	assert_int_equal(fil_store_begin(place->store, 0, &place->fault), 0);
	assert_int_equal(
	    fil_store_insert(place->store, &autonomy, rows, 1, NULL, &place->fault), -1);
	assert_int_equal(place->fault.status, FIL_BAD_DATA);
	assert_string_equal(place->fault.text,
	    "autonomy: 'ada', 'tool', '2024-03-01', 'self': a reference does not exist");
	fil_store_rollback(place->store);
	fil_batch_free(rows);
}

/* Adds rows about needs to a batch: of user bob, but for the row in which nobody is. */
static void
add_needs(struct fil_batch *rows, size_t n, size_t nobody)
{
	char need[32];

	for (size_t i = 0; i < n; i++) {
		snprintf(need, sizeof need, "%02zu", i);
		fil_batch_add(rows,
		    (const char *const[]){
			i == nobody ? "nobody" : "bob", need, "2024-03-01", NULL });
	}
}

static void
insert__many_rows_and_one_reference_to_nobody__names_that_row(void **state)
{
	static const size_t places[] = { 0, 5, 15, 16, 30, 39 };
	struct place *place = *state;
	struct fil_batch *rows = fil_batch_new(needs.n_columns);
	char want[128];

	store_users(place, (const char *const[]){ "bob" }, 1);
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		fil_batch_clear(rows);
		add_needs(rows, 40, places[i]);
		assert_int_equal(fil_store_begin(place->store, 0, &place->fault), 0);
		assert_int_equal(
		    fil_store_insert(place->store, &needs, rows, 1, NULL, &place->fault), -1);
		snprintf(want, sizeof want,
		    "needs: 'nobody', '%02zu', '2024-03-01': a reference does not exist",
		    places[i]);
		assert_string_equal(place->fault.text, want);
		fil_store_rollback(place->store);
	}
	assert_int_equal(place_number(place->store, "SELECT count(*) FROM needs"), 0);
	fil_batch_free(rows);
}

static void
insert__many_rows_and_some_keys_there__tells_each(void **state)
{
	struct place *place = *state;
	struct fil_batch *rows = fil_batch_new(users.n_columns);
	bool inserted[100];
	char key[16];

	store_users(place, (const char *const[]){ "00", "07", "31", "32", "33", "50" }, 6);
	for (int i = 0; i < 100; i++) {
		/* 90 to 99 are 10 to 19 again. */
		snprintf(key, sizeof key, "%02d", i < 90 ? i : i - 80);
		add_user(rows, key, "Name");
	}
	assert_int_equal(fil_store_begin(place->store, 0, &place->fault), 0);
	assert_int_equal(
	    fil_store_insert(place->store, &users, rows, 2, inserted, &place->fault), 0);
	for (int i = 0; i < 100; i++)
		assert_int_equal(inserted[i],
		    i != 0 && i != 7 && i != 31 && i != 32 && i != 33 && i != 50 && i < 90);
	assert_int_equal(
	    place_number(place->store, "SELECT count(*) FROM users WHERE run = 2"), 84);
	assert_int_equal(place_number(place->store, "SELECT count(*) FROM users"), 90);
	fil_store_rollback(place->store);
	fil_batch_free(rows);
}

/* Fills the name of user i: the same place of 16 rows gets none, digits, and short and long texts in
 * turn. Returns it. */
static const char *
name_of(size_t i, char name[static 64])
{
	static const size_t lengths[] = { 1, 7, 7, 30, 31, 30, 0, 63, 2, 1 };
	size_t n = lengths[i / 16 % 10];

	memset(name, "x5y"[i % 3], n);
	name[n] = '\0';
	return i / 16 % 11 == 5 ? NULL : name;
}

static void
insert__cells_of_any_length_in_turn__all_are_stored(void **state)
{
	struct place *place = *state;
	struct fil_batch *rows = fil_batch_new(needs.n_columns), *found;
	size_t places[1024], n = 1024;
	const char *row[5];
	char key[8], name[64];

	store_users(place, (const char *const[]){ "ada" }, 1);
	for (size_t i = 0; i < n; i++) {
		snprintf(key, sizeof key, "%zu", i);
		fil_batch_add(
		    rows, (const char *const[]){ "ada", key, "2024-01-08", name_of(i, name) });
	}
	assert_int_equal(fil_store_begin(place->store, 0, &place->fault), 0);
	assert_int_equal(fil_store_insert(place->store, &needs, rows, 2, NULL, &place->fault), 0);
	found = fil_batch_new(needs.n_columns + 1);
	assert_int_equal(
	    fil_store_fetch(place->store, &needs, rows, found, places, &place->fault), 0);
	for (size_t i = 0; i < n; i++) {
		const char *expected = name_of(i, name);

		assert_int_not_equal(places[i], FIL_NOWHERE);
		fil_batch_row(found, places[i], row, NULL);
		assert_int_equal(!row[3], !expected);
		if (expected)
			assert_string_equal(row[3], expected);
		assert_string_equal(row[4], "2");
	}
	fil_store_rollback(place->store);
	fil_batch_free(rows);
	fil_batch_free(found);
}

static void
rollback__after_insert__nothing_is_left(void **state)
{
	struct place *place = *state;
	struct fil_batch *rows = fil_batch_new(users.n_columns);

	add_user(rows, "ada", "Ada");
	assert_int_equal(fil_store_begin(place->store, 0, &place->fault), 0);
	assert_int_equal(fil_store_insert(place->store, &users, rows, 1, NULL, &place->fault), 0);
	fil_store_rollback(place->store);
	assert_int_equal(place_number(place->store, "SELECT count(*) FROM users"), 0);
	fil_batch_free(rows);
}

static void
snapshot__another_writes__reads_see_one_state(void **state)
{
	struct place *place = *state;
	struct fil_store *reader = fil_store_open(place->path, FIL_STORE_READ, &place->fault);

	assert_non_null(reader);
	assert_int_equal(fil_store_snapshot(reader, &place->fault), 0);
	store_users(place, (const char *const[]){ "ada" }, 1);
	assert_int_equal(place_number(reader, "SELECT count(*) FROM users"), 0);
	fil_store_rollback(reader);
	assert_int_equal(place_number(reader, "SELECT count(*) FROM users"), 1);
	fil_store_close(reader);
}

static void
query__bound_stepped_and_bound_anew__gives_each_answer(void **state)
{
	struct place *place = *state;
	struct fil_query *query;

	store_users(place, (const char *const[]){ "é'\"; DROP TABLE users", "b" }, 2);
	query = fil_query_new(place->store,
	    "SELECT \"user\", email, run FROM users WHERE \"user\" = $1 AND run = CAST($2 AS "
	    "INTEGER)");
	for (int i = 0; i < 2; i++) {
		fil_query_bind(query, 1, i ? "b" : "é'\"; DROP TABLE users");
		fil_query_bind_number(query, 2, 1);
		assert_int_equal(fil_query_step(query, &place->fault), 1);
		assert_string_equal(fil_query_text(query, 0), i ? "b" : "é'\"; DROP TABLE users");
		assert_int_equal(fil_query_length(query, 0), strlen(fil_query_text(query, 0)));
		assert_null(fil_query_text(query, 1));
		assert_int_equal(fil_query_number(query, 2), 1);
		assert_int_equal(fil_query_step(query, &place->fault), 0);
	}
	fil_query_bind(query, 1, NULL);
	assert_int_equal(fil_query_step(query, &place->fault), 0);
	fil_query_free(query);
}

static void
relation_select__reserved_words__are_quoted(void **state)
{
	char *sql = fil_relation_select(&autonomy, true);

	(void)state;
	assert_string_equal(sql,
	    "SELECT \"user\", \"dimension\", \"date\", \"source\", \"level\", \"note\", \"run\" "
	    "FROM \"autonomy\""
	    " ORDER BY \"user\", \"dimension\", \"date\", \"source\"");
	free(sql);
}

static void
name_and_folder__of_a_path__are_the_given_and_the_real(void **state)
{
	struct place *place = *state;

	assert_string_equal(fil_store_name(place->store), place->path);
	assert_string_equal(fil_store_folder(place->store), place->folder);
	assert_null(fil_store_caution(place->store));
}

static void
open__no_name__is_refused(void **state)
{
	struct fil_fault fault;

	(void)state;
	assert_null(fil_store_open("", FIL_STORE_READ, &fault));
	assert_int_equal(fault.status, FIL_USAGE);
}

static void
trust__references_were_checked__are_not_looked_up(void **state)
{
	struct place *place = *state;
	struct fil_batch *rows = fil_batch_new(needs.n_columns);

	add_needs(rows, 20, 3);
	fil_store_trust(place->store);
	assert_int_equal(fil_store_begin(place->store, 0, &place->fault), 0);
	assert_int_equal(fil_store_insert(place->store, &needs, rows, 1, NULL, &place->fault), 0);
	fil_store_rollback(place->store);
	fil_store_close(place->store);
	place->store = fil_store_open(place->path, FIL_STORE_WRITE, &place->fault);
	assert_int_equal(fil_store_begin(place->store, 0, &place->fault), 0);
	assert_int_equal(fil_store_insert(place->store, &needs, rows, 1, NULL, &place->fault), -1);
	fil_batch_free(rows);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, place_with_store, place_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(insert__key_is_there__row_is_left_alone),
		TEST(begin_insertion__rows_by_then_told__ended_or_rolled_back),
		TEST(fetch__some_keys_unknown__places_say_so),
		TEST(update__key_of_several_columns__sets_all_others),
		TEST(delete__row_is_named_by_others__names_the_key),
		TEST(insert__reference_to_nobody__names_the_row),
		TEST(insert__many_rows_and_one_reference_to_nobody__names_that_row),
		TEST(insert__many_rows_and_some_keys_there__tells_each),
		TEST(insert__cells_of_any_length_in_turn__all_are_stored),
		TEST(trust__references_were_checked__are_not_looked_up),
		TEST(rollback__after_insert__nothing_is_left),
		TEST(snapshot__another_writes__reads_see_one_state),
		TEST(query__bound_stepped_and_bound_anew__gives_each_answer),
		cmocka_unit_test(relation_select__reserved_words__are_quoted),
		TEST(name_and_folder__of_a_path__are_the_given_and_the_real),
		cmocka_unit_test(open__no_name__is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
