/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/store/statement.h"
#include "tests/unit/stage.h"

static void
value__any_text__is_bound(void **state)
{
	struct fil_statement statement = { 0 };
	struct stage *stage = *state;
	struct fil_query *query;

	fil_statement_add(&statement, "SELECT %d + 1, ", 2);
	fil_statement_add_value(&statement, "it's; -- %s $1");
	fil_statement_add(&statement, " || ");
	fil_statement_add_day(&statement, 19783);
	fil_statement_add(&statement, " || ");
	fil_statement_add_value(&statement, "");
	assert_string_equal(statement.sql.data, "SELECT 2 + 1, $1 || $2 || $3");
	query = fil_statement_query(&statement, stage->store);
	assert_int_equal(fil_query_step(query, &stage->fault), 1);
	assert_int_equal(fil_query_number(query, 0), 3);
	assert_string_equal(fil_query_text(query, 1), "it's; -- %s $12024-03-01");
	assert_int_equal(fil_query_step(query, &stage->fault), 0);
	fil_query_free(query);
	fil_statement_release(&statement);
	assert_null(statement.values);
	assert_int_equal(statement.n, 0);
}

static void
value__added_again__keeps_its_parameter(void **state)
{
	static const char *const values[] = { "a", "b", "a", "A", "b", "2024-03-01" };
	struct fil_statement statement = { 0 };
	struct stage *stage = *state;
	struct fil_query *query;

	for (size_t i = 0; i < 6; i++) {
		fil_statement_add(&statement, i == 0 ? "SELECT " : " || ");
		fil_statement_add_value(&statement, values[i]);
	}
	fil_statement_add(&statement, " || ");
	fil_statement_add_day(&statement, 19783);
	assert_string_equal(statement.sql.data, "SELECT $1 || $2 || $1 || $3 || $2 || $4 || $4");
	assert_int_equal(statement.n, 4);
	query = fil_statement_query(&statement, stage->store);
	assert_int_equal(fil_query_step(query, &stage->fault), 1);
	assert_string_equal(fil_query_text(query, 0), "abaAb2024-03-012024-03-01");
	fil_query_free(query);
	fil_statement_release(&statement);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_STAGE(value__any_text__is_bound),
		ON_STAGE(value__added_again__keeps_its_parameter),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
