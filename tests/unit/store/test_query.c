/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_STAGE(table__no_rows__finds_nothing),
		ON_STAGE(table__rows__keep_their_cells_in_order),
		ON_STAGE(table__any_near__finds_all),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
