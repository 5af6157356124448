/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/levels/fact_reader.h"
#include "tests/unit/stage.h"

static void
put_facts(struct stage *stage)
{
	static const char *const rows[] = { "u1|tool|2024-02-05|self|3",
		"u1|tool|2024-02-05|test|4", "u1|process|2024-03-20|test|0",
		"u10|tool|2024-01-08|manager|5", "u2|process|2024-01-09|system|1" };

	stage_put(stage, "users", "u1|Ada");
	stage_put(stage, "users", "u10|Bo");
	stage_put(stage, "users", "u2|Cy");
	stage_put(stage, "dimensions", "tool|Tool|3");
	stage_put(stage, "dimensions", "process|Process|3");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		stage_put(stage, "autonomy", rows[i]);
}

/* Checks that a reader gives the facts of put_facts. */
static void
gives_all(struct stage *stage, const struct fil_dimensions *dimensions, struct fil_kept_facts *kept)
{
	static const struct fil_fact_row rows[] = { { 19802, 0, 0, FIL_TEST },
		{ 19758, 3, 1, FIL_SELF }, { 19758, 4, 1, FIL_TEST }, { 19730, 5, 1, FIL_MANAGER },
		{ 19731, 1, 0, FIL_SYSTEM } };
	static const struct {
		const char *user;
		size_t first, n;
	} wanted[] = { { "u1", 0, 3 }, { "u10", 3, 1 }, { "u2", 4, 1 } };
	struct fil_fact_reader *reader =
	    fil_fact_reader_new(stage->store, dimensions, kept, &stage->fault);
	struct fil_fact_user user;

	assert_non_null(reader);
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
		assert_int_equal(fil_fact_reader_next(reader, &user, &stage->fault), 1);
		assert_string_equal(user.user, wanted[i].user);
		assert_int_equal(user.length, strlen(wanted[i].user));
		assert_int_equal(user.n, wanted[i].n);
		assert_memory_equal(user.facts, rows + wanted[i].first, wanted[i].n * sizeof *rows);
	}
	assert_int_equal(fil_fact_reader_next(reader, &user, &stage->fault), 0);
	fil_fact_reader_free(reader);
}

static void
facts__of_all_users__are_the_same_kept_or_not(void **state)
{
	struct stage *stage = *state;
	struct fil_kept_facts *kept = fil_kept_facts_new();
	struct fil_dimensions dimensions;

	put_facts(stage);
	assert_int_equal(fil_dimensions_read(stage->store, INT_MAX, &dimensions, &stage->fault), 0);
	gives_all(stage, &dimensions, NULL);
	gives_all(stage, &dimensions, kept);
	stage_run(stage, "DELETE FROM autonomy");
	gives_all(stage, &dimensions, kept);
	fil_kept_facts_free(kept);
	fil_dimensions_release(&dimensions);
}

static void
facts__of_an_empty_store__are_none(void **state)
{
	struct stage *stage = *state;
	struct fil_kept_facts *kept = fil_kept_facts_new();
	struct fil_dimensions dimensions;
	struct fil_fact_reader *reader;
	struct fil_fact_user user;

	assert_int_equal(fil_dimensions_read(stage->store, INT_MAX, &dimensions, &stage->fault), 0);
	reader = fil_fact_reader_new(stage->store, &dimensions, kept, &stage->fault);
	assert_int_equal(fil_fact_reader_next(reader, &user, &stage->fault), 0);
	fil_fact_reader_free(reader);
	fil_kept_facts_free(kept);
	fil_dimensions_release(&dimensions);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_STAGE(facts__of_all_users__are_the_same_kept_or_not),
		ON_STAGE(facts__of_an_empty_store__are_none),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
