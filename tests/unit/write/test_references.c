/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/write/references.h"
#include "tests/unit/stage.h"

/* The columns of lessons that refer to something: phase, module. */
enum { PHASE = 1, MODULE = 4, LESSON_COLUMNS = 6, USER_COLUMNS = 10, MANAGER = 5 };

static struct fil_references *
references_of(struct stage *stage, const char *table)
{
	return fil_references_new(stage->store, fil_catalog_table(table));
}

static void
add_lesson(struct fil_batch *batch, const char *phase, const char *module)
{
	const char *cells[LESSON_COLUMNS] = { "l", phase, "o", "c", module, "2024-03-01" };

	fil_batch_add(batch, cells);
}

static void
add_user(struct fil_batch *batch, const char *user, const char *manager)
{
	const char *cells[USER_COLUMNS] = { user, "N", [MANAGER] = manager };

	fil_batch_add(batch, cells);
}

static void
resolve(struct stage *stage, struct fil_references *references, const struct fil_batch *batch)
{
	assert_int_equal(fil_references_resolve(references, batch, &stage->fault), 0);
}

/* Knows that m is stored, and nobody else; context counts the questions, until it has enough. */
static int
knows(const void *context, const char *key, size_t n)
{
	int *questions = (int *)(uintptr_t)context;

	if (++*questions > 3)
		return -1;
	return n == 1 && *key == 'm';
}

static void
ask__who_knows__spares_the_store(void **state)
{
	struct stage *stage = *state;
	struct fil_references *references = references_of(stage, "users");
	struct fil_batch *batch = fil_batch_new(USER_COLUMNS);
	int questions = 0;

	stage_put(stage, "users", "x|X");
	fil_references_ask(references, knows, &questions);
	add_user(batch, "a", "m");
	add_user(batch, "b", "x");
	resolve(stage, references, batch);
	assert_int_equal(questions, 2);
	assert_int_equal(fil_references_missing(references, 0), FIL_NOWHERE);
	assert_int_equal(fil_references_missing(references, 1), MANAGER);
	/* Who does not know any more leaves it to the store. */
	questions = 3;
	resolve(stage, references, batch);
	assert_false(fil_references_any_missing(references));
	fil_batch_free(batch);
	fil_references_free(references);
}

static void
resolve__cells__name_what_is_stored_or_nothing(void **state)
{
	struct stage *stage = *state;
	struct fil_references *references = references_of(stage, "lessons");
	struct fil_batch *batch = fil_batch_new(LESSON_COLUMNS);

	stage_put(stage, "phases", "p|P|pilot|2024-01-01");
	stage_put(stage, "modules", "m|M|course");
	assert_false(fil_references_own(references));
	add_lesson(batch, "p", "m");
	add_lesson(batch, "p", "m");
	add_lesson(batch, NULL, NULL);
	resolve(stage, references, batch);
	assert_false(fil_references_any_missing(references));
	add_lesson(batch, "p", "x");
	add_lesson(batch, "q", "x");
	add_lesson(batch, "q", NULL);
	add_lesson(batch, "", "m");
	resolve(stage, references, batch);
	assert_true(fil_references_any_missing(references));
	assert_int_equal(fil_references_missing(references, 0), FIL_NOWHERE);
	assert_int_equal(fil_references_missing(references, 2), FIL_NOWHERE);
	assert_int_equal(fil_references_missing(references, 3), MODULE);
	assert_int_equal(fil_references_missing(references, 4), PHASE);
	assert_int_equal(fil_references_missing(references, 5), PHASE);
	assert_int_equal(fil_references_missing(references, 6), PHASE);
	assert_true(fil_references_knows(references, MODULE, "m"));
	assert_false(fil_references_knows(references, MODULE, "p"));
	assert_true(fil_references_knows(references, 0, "whatever: no reference"));
	fil_batch_free(batch);
	fil_references_free(references);
}

static void
resolve__more_keys_than_are_looked_up__are_all_found(void **state)
{
	struct stage *stage = *state;
	struct fil_references *references = references_of(stage, "lessons");
	struct fil_batch *batch = fil_batch_new(LESSON_COLUMNS);
	char phase[16];

	for (int i = 0; i < 1000; i += 2) {
		char *row = fil_format("p%d|P|pilot|2024-01-01", i);

		stage_put(stage, "phases", row);
		free(row);
	}
	for (int first = 0; first < 1000; first += 100) {
		fil_batch_clear(batch);
		for (int i = first; i < first + 100; i++) {
			snprintf(phase, sizeof phase, "p%d", i);
			add_lesson(batch, phase, NULL);
		}
		resolve(stage, references, batch);
		for (size_t i = 0; i < 100; i++)
			assert_int_equal(fil_references_missing(references, i),
			    i % 2 == 0 ? FIL_NOWHERE : PHASE);
	}
	fil_batch_free(batch);
	fil_references_free(references);
}

static void
own__added_keys__exist_after_a_review(void **state)
{
	struct stage *stage = *state;
	struct fil_references *references = references_of(stage, "users");
	struct fil_batch *batch = fil_batch_new(USER_COLUMNS);

	assert_true(fil_references_own(references));
	stage_put(stage, "users", "boss|B");
	add_user(batch, "a", "boss");
	add_user(batch, "b", "a");
	add_user(batch, "c", "later");
	fil_references_add(references, "a", 1);
	resolve(stage, references, batch);
	assert_int_equal(fil_references_missing(references, 0), FIL_NOWHERE);
	assert_int_equal(fil_references_missing(references, 1), FIL_NOWHERE);
	assert_int_equal(fil_references_missing(references, 2), MANAGER);
	fil_references_add(references, "later", 5);
	fil_references_review(references, batch);
	assert_int_equal(fil_references_missing(references, 2), FIL_NOWHERE);
	assert_false(fil_references_any_missing(references));
	fil_batch_free(batch);
	fil_references_free(references);
}

static void
own__other_tables__note_no_keys(void **state)
{
	struct stage *stage = *state;
	struct fil_references *references = references_of(stage, "lessons");

	fil_references_add(references, "p", 1);
	assert_int_equal(fil_references_find(references, PHASE, "p", &stage->fault), 0);
	fil_references_free(references);
}

static void
withdraw__a_noted_key__exists_no_more(void **state)
{
	struct stage *stage = *state;
	struct fil_references *references = references_of(stage, "users");
	struct fil_batch *batch = fil_batch_new(USER_COLUMNS);

	fil_references_add(references, "a", 1);
	fil_references_add(references, "b", 1);
	assert_int_equal(fil_references_withdraw(references, "a", &stage->fault), 1);
	assert_int_equal(fil_references_withdraw(references, "a", &stage->fault), 0);
	assert_int_equal(fil_references_withdraw(references, "never", &stage->fault), 0);
	add_user(batch, "x", "a");
	add_user(batch, "y", "b");
	resolve(stage, references, batch);
	assert_int_equal(fil_references_missing(references, 0), MANAGER);
	assert_int_equal(fil_references_missing(references, 1), FIL_NOWHERE);
	assert_false(fil_references_knows(references, MANAGER, "a"));
	fil_batch_free(batch);
	fil_references_free(references);
}

static void
withdraw__a_stored_key__stays(void **state)
{
	struct stage *stage = *state;
	struct fil_references *references = references_of(stage, "users");

	stage_put(stage, "users", "boss|B");
	fil_references_add(references, "boss", 4);
	assert_int_equal(fil_references_withdraw(references, "boss", &stage->fault), 0);
	assert_int_equal(fil_references_find(references, MANAGER, "boss", &stage->fault), 1);
	fil_references_free(references);
}

static void
find__a_key__is_asked_of_the_store(void **state)
{
	struct stage *stage = *state;
	struct fil_references *references = references_of(stage, "users");
	char key[16];

	stage_put(stage, "users", "boss|B");
	assert_int_equal(fil_references_find(references, MANAGER, "boss", &stage->fault), 1);
	assert_int_equal(fil_references_find(references, MANAGER, "nobody", &stage->fault), 0);
	/* So many that all keys are read at once in the end. */
	for (int i = 0; i < 600; i++) {
		snprintf(key, sizeof key, "k%d", i);
		assert_int_equal(fil_references_find(references, MANAGER, key, &stage->fault), 0);
	}
	assert_int_equal(fil_references_find(references, MANAGER, "boss", &stage->fault), 1);
	fil_references_free(references);
}

static void
nearest__zeros_lost__are_found(void **state)
{
	struct stage *stage = *state;
	struct fil_references *references = references_of(stage, "users");
	char *nearest;

	stage_put(stage, "users", "00421|Z");
	stage_put(stage, "users", "0000000000000007|Y");
	nearest = fil_references_nearest(references, MANAGER, "421");
	assert_string_equal(nearest, "00421");
	free(nearest);
	nearest = fil_references_nearest(references, MANAGER, "7");
	assert_string_equal(nearest, "0000000000000007");
	free(nearest);
	assert_null(fil_references_nearest(references, MANAGER, "422"));
	assert_null(fil_references_nearest(references, MANAGER, "0421x"));
	assert_null(fil_references_nearest(references, MANAGER, "u1"));
	fil_references_free(references);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_STAGE(ask__who_knows__spares_the_store),
		ON_STAGE(resolve__cells__name_what_is_stored_or_nothing),
		ON_STAGE(resolve__more_keys_than_are_looked_up__are_all_found),
		ON_STAGE(own__added_keys__exist_after_a_review),
		ON_STAGE(own__other_tables__note_no_keys),
		ON_STAGE(withdraw__a_noted_key__exists_no_more),
		ON_STAGE(withdraw__a_stored_key__stays),
		ON_STAGE(find__a_key__is_asked_of_the_store),
		ON_STAGE(nearest__zeros_lost__are_found),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
