/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "lib/store/query.h"
#include "tests/unit/stage.h"

static struct fil_lookup_table *
table_of(struct stage *stage)
{
	struct fil_lookup_table *table = fil_lookup_table_new(
	    fil_query_new(stage->store, "SELECT module, title, url FROM modules ORDER BY module"),
	    3, &stage->fault);

	assert_non_null(table);
	return table;
}

static void
table__no_rows__finds_nothing(void **state)
{
	struct fil_lookup_table *table = table_of(*state);

	assert_int_equal(fil_lookup_table_rows(table), 0);
	assert_int_equal(fil_lookup_table_find(table, "a", 0), FIL_NOWHERE);
	assert_int_equal(fil_lookup_table_find(table, "a", 7), FIL_NOWHERE);
	fil_lookup_table_free(table);
	fil_lookup_table_free(NULL);
}

static void
table__rows__keep_their_cells_in_order(void **state)
{
	struct fil_lookup_table *table;

	stage_put(*state, "modules", "b|Bb|course||||http://b");
	stage_put(*state, "modules", "é|Ee|course");
	stage_put(*state, "modules", "B|Capital|course");
	table = table_of(*state);
	assert_int_equal(fil_lookup_table_rows(table), 3);
	assert_string_equal(fil_lookup_table_cell(table, 0, 0), "B");
	assert_string_equal(fil_lookup_table_cell(table, 1, 1), "Bb");
	assert_string_equal(fil_lookup_table_cell(table, 1, 2), "http://b");
	assert_null(fil_lookup_table_cell(table, 2, 2));
	assert_int_equal(fil_lookup_table_find(table, "é", 0), 2);
	fil_lookup_table_free(table);
}

static void
table__any_near__finds_all(void **state)
{
	enum { ROWS = 50 };
	struct fil_lookup_table *table;
	char row[32];

	for (int i = 0; i < ROWS; i++) {
		snprintf(row, sizeof row, "m%02d|M|course", i);
		stage_put(*state, "modules", row);
	}
	table = table_of(*state);
	for (size_t i = 0; i < ROWS; i++)
		for (size_t near = 0; near < ROWS + 2; near++) {
			snprintf(row, sizeof row, "m%02d", (int)i);
			assert_int_equal(fil_lookup_table_find(table, row, near), i);
			snprintf(row, sizeof row, "m%02dx", (int)i);
			assert_int_equal(fil_lookup_table_find(table, row, near), FIL_NOWHERE);
		}
	fil_lookup_table_free(table);
}

enum { MANY = 20000 };

/* Returns a query of MANY rows: a number as text, a text or NULL, a text that grows, and the number. */
static struct fil_query *
query_of_many(struct stage *stage)
{
	struct fil_query *query = fil_query_new(stage->store,
	    "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 20000) "
	    "SELECT CAST(i AS TEXT), CASE WHEN i % 3 = 0 THEN 'x' || i END, "
	    "printf('%.*c', i / 10, 'y'), i FROM n");

	fil_query_trust(query);
	fil_query_read_ahead(query, 3);
	return query;
}

/* Steps, and checks row i. */
static void
expect_row(struct stage *stage, struct fil_query *query, int i)
{
	char number[16], text[16];
	const char *cell;
	size_t length;

	snprintf(number, sizeof number, "%d", i);
	snprintf(text, sizeof text, "x%d", i);
	assert_int_equal(fil_query_step(query, &stage->fault), 1);
	assert_string_equal(fil_query_text(query, 0), number);
	cell = fil_query_cell(query, 1, &length);
	assert_int_equal(length, i % 3 == 0 ? strlen(text) : 0);
	if (i % 3 == 0)
		assert_string_equal(cell, text);
	else
		assert_null(cell);
	assert_int_equal(fil_query_length(query, 2), i / 10 > 0 ? i / 10 : 1);
	assert_int_equal(fil_query_number(query, 3), i);
}

static void
query_read_ahead__two_and_other_uses__give_all_rows(void **state)
{
	struct stage *stage = *state;
	struct fil_query *one = query_of_many(stage), *two = query_of_many(stage);
	char row[32];

	for (int i = 1; i <= MANY; i++) {
		expect_row(stage, one, i);
		expect_row(stage, two, i);
		if (i % 1000 == 0) {
			snprintf(row, sizeof row, "m%d|M|course", i);
			stage_put(stage, "modules", row);
		}
	}
	for (int again = 0; again < 2; again++) {
		assert_int_equal(fil_query_step(one, &stage->fault), 0);
		assert_int_equal(fil_query_step(two, &stage->fault), 0);
	}
	fil_query_free(one);
	fil_query_free(two);
}

static void
query_read_ahead__integers_as_texts__are_as_stored(void **state)
{
	static const char *const texts[] = { NULL, "0", "3", "9", "10", "-1" };
	struct stage *stage = *state;
	struct fil_query *query;
	char row[64];

	for (int i = 0; i < 6; i++) {
		snprintf(row, sizeof row, "m%d|M|course||%s", i, texts[i] ? texts[i] : "");
		stage_put(stage, "modules", row);
	}
	query = fil_query_new(stage->store, "SELECT level, module FROM modules ORDER BY module");
	fil_query_trust(query);
	fil_query_read_ahead_all(query, 2);
	for (int i = 0; i < 6; i++) {
		const char *text;

		assert_int_equal(fil_query_step(query, &stage->fault), 1);
		text = fil_query_text(query, 0);
		assert_int_equal(fil_query_length(query, 0), texts[i] ? strlen(texts[i]) : 0);
		assert_int_equal(
		    fil_query_number(query, 0), texts[i] ? strtol(texts[i], NULL, 10) : 0);
		if (texts[i])
			assert_string_equal(text, texts[i]);
		else
			assert_null(text);
	}
	assert_int_equal(fil_query_step(query, &stage->fault), 0);
	fil_query_free(query);
}

static void
query_read_ahead__freed_early__ends(void **state)
{
	struct stage *stage = *state;
	struct fil_query *query = query_of_many(stage);

	for (int i = 1; i <= MANY / 2; i++)
		expect_row(stage, query, i);
	fil_query_free(query);
}

/* The rows before the fault come first. */
static void
query_read_ahead__fault__comes_after_the_rows_before(void **state)
{
	struct stage *stage = *state;
	struct fil_query *query = fil_query_new(stage->store,
	    "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 20000) "
	    "SELECT CASE WHEN i < 19000 THEN 'x' ELSE hex(zeroblob(2000000000)) END, i FROM n");

	fil_query_trust(query);
	fil_query_read_ahead(query, 1);
	for (int i = 1; i < 19000; i++)
		assert_int_equal(fil_query_step(query, &stage->fault), 1);
	assert_int_equal(fil_query_step(query, &stage->fault), -1);
	assert_string_equal(stage->fault.text, "a value is too long");
	fil_query_free(query);
}

/* A declaration is the name of the column: of short numbers, or of texts that are never empty. */
static const void *
declared(const char *table, const char *column)
{
	(void)table;
	return column;
}

static bool
holds(const void *column, const char *text, size_t n)
{
	return text ? !memchr(text, '!', n) : strcmp(column, "text") != 0;
}

static bool
holds_number(const void *column, int64_t number)
{
	(void)column;
	return number <= 5;
}

/* Reads the rows of the table ahead. Returns how many there are up to the end or a fault. */
static int
read_checked(struct stage *stage)
{
	struct fil_cursor *cursor = fil_cursor_ahead(
	    fil_query_new(stage->store, "SELECT text, number, 1 + number FROM checked ORDER BY i"));
	struct fil_query *query = fil_cursor_query(cursor);
	int rows = 0;

	while (fil_cursor_next(cursor, &stage->fault) == 1) {
		int number = ++rows % 7 == 6 ? -1 : rows % 7;
		char text[16];

		snprintf(text, sizeof text, "x%d", rows);
		assert_string_equal(fil_cursor_user(cursor, NULL), text);
		assert_int_equal(fil_query_number(query, 1), number < 0 ? 0 : number);
		assert_int_equal(fil_query_number(query, 2), number + 1);
	}
	fil_cursor_free(cursor);
	return rows;
}

static void
query_read_ahead__damaged_values__are_refused(void **state)
{
	static const struct fil_values values = { declared, holds, holds_number };
	static const char *const damage[][2] = {
		{ "text = 'a!'", "text is 'a!'" },
		{ "text = NULL", "text is empty" },
		{ "text = 'x19000', number = 6", "number is '6'" },
		{ "number = 'six'", "number is 'six'" },
	};
	struct stage *stage = *state;

	stage_run(stage, "CREATE TABLE checked (i INTEGER PRIMARY KEY, text TEXT, number INTEGER)");
	stage_run(stage,
	    "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 20000) "
	    "INSERT INTO checked SELECT i, 'x' || i, CASE WHEN i % 7 < 6 THEN i % 7 END FROM n");
	fil_store_expect(stage->store, &values);
	assert_int_equal(read_checked(stage), MANY);
	for (size_t i = 0; i < sizeof damage / sizeof *damage; i++) {
		char *sql = fil_format("UPDATE checked SET %s WHERE i = 19000", damage[i][0]);

		stage_run(stage, sql);
		assert_int_equal(read_checked(stage), 18999);
		assert_non_null(strstr(stage->fault.text, damage[i][1]));
		free(sql);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_STAGE(table__no_rows__finds_nothing),
		ON_STAGE(table__rows__keep_their_cells_in_order),
		ON_STAGE(table__any_near__finds_all),
		ON_STAGE(query_read_ahead__two_and_other_uses__give_all_rows),
		ON_STAGE(query_read_ahead__integers_as_texts__are_as_stored),
		ON_STAGE(query_read_ahead__freed_early__ends),
		ON_STAGE(query_read_ahead__fault__comes_after_the_rows_before),
		ON_STAGE(query_read_ahead__damaged_values__are_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
