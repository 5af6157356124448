/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/catalog/value.h"
#include "lib/write/references.h"
#include "tests/unit/stage.h"

/* The columns of lessons that refer to something: phase, module. */
enum { PHASE = 1, MODULE = 4, LESSON_COLUMNS = 6, USER_COLUMNS = 10, MANAGER = 5 };

static struct fil_references *
references_of(struct stage *stage, const char *table)
{
	const struct fil_references_options options = { .stored = NULL };

	return fil_references_new(stage->store, fil_catalog_table(table), &options);
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
	assert_ptr_equal(fil_references_resolve(references, batch, &stage->fault), batch);
}

/* Knows that m is stored, and no other key. context counts the calls, up to a limit. */
static int
knows(const void *context, const char *key, size_t n)
{
	int *questions = (int *)(uintptr_t)context;

	if (++*questions > 3)
		return -1;
	return n == 1 && *key == 'm';
}

static void
stored__keys_that_are_known__spare_the_store(void **state)
{
	struct stage *stage = *state;
	int questions = 0;
	const struct fil_references_options options = { .stored = knows,
		.stored_context = &questions };
	struct fil_references *references =
	    fil_references_new(stage->store, fil_catalog_table("users"), &options);
	struct fil_batch *batch = fil_batch_new(USER_COLUMNS);

	stage_put(stage, "users", "x|X");
	add_user(batch, "a", "m");
	add_user(batch, "b", "x");
	resolve(stage, references, batch);
	assert_int_equal(questions, 2);
	assert_int_equal(fil_references_missing(references)[0], FIL_NOWHERE);
	assert_int_equal(fil_references_missing(references)[1], MANAGER);
	/* Who does not know any more leaves it to the store. */
	questions = 3;
	resolve(stage, references, batch);
	assert_int_equal(fil_references_missing(references)[0], FIL_NOWHERE);
	assert_int_equal(fil_references_missing(references)[1], FIL_NOWHERE);
	fil_batch_free(batch);
	fil_references_free(references);
}

/* Appends what a fault says to a text. */
static void
note_refused(
    void *context, size_t line, const struct fil_fault *fault, const char *const *duplicate)
{
	assert_null(duplicate);
	fil_bytes_add_format(context, "%zu: %s\n", line, fault->text);
}

/* Checks what is said of row i of a batch. */
static void
refuses(struct fil_references *references, const struct fil_batch *batch, size_t i,
    const char *expected)
{
	struct fil_bytes text = { 0 };
	struct fil_refusals refusals = { .refused = note_refused, .context = &text };

	fil_references_refuse(references, batch, i, i + 2, &refusals);
	assert_string_equal(text.data ? text.data : "", expected);
	fil_bytes_release(&text);
}

static void
resolve__references__exist_or_not(void **state)
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
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(fil_references_missing(references)[i], FIL_NOWHERE);
	add_lesson(batch, "p", "x");
	add_lesson(batch, "q", "x");
	add_lesson(batch, "q", NULL);
	add_lesson(batch, "", "m");
	resolve(stage, references, batch);
	assert_int_equal(fil_references_missing(references)[0], FIL_NOWHERE);
	assert_int_equal(fil_references_missing(references)[2], FIL_NOWHERE);
	assert_int_equal(fil_references_missing(references)[3], MODULE);
	assert_int_equal(fil_references_missing(references)[4], PHASE);
	assert_int_equal(fil_references_missing(references)[5], PHASE);
	assert_int_equal(fil_references_missing(references)[6], PHASE);
	refuses(references, batch, 2, "");
	refuses(references, batch, 3, "5: module: 'x' is not in modules\n");
	refuses(references, batch, 4,
	    "6: phase: 'q' is not in phases\n6: module: 'x' is not in modules\n");
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
			assert_int_equal(fil_references_missing(references)[i],
			    i % 2 == 0 ? FIL_NOWHERE : PHASE);
	}
	fil_batch_free(batch);
	fil_references_free(references);
}

/* The references, and how often they looked ahead. */
struct looking {
	struct fil_references *references;
	int looks;
};

static int
look_ahead(void *context, struct fil_fault *fault)
{
	struct looking *looking = context;

	(void)fault;
	looking->looks++;
	fil_references_add(looking->references, "later", 5);
	return 0;
}

static void
own__keys_of_the_batch_and_ahead__exist(void **state)
{
	struct stage *stage = *state;
	struct looking looking = { .looks = 0 };
	const struct fil_references_options options = { .look_ahead = look_ahead,
		.context = &looking };
	struct fil_batch *batch = fil_batch_new(USER_COLUMNS);

	looking.references = fil_references_new(stage->store, fil_catalog_table("users"), &options);
	assert_true(fil_references_own(looking.references));
	stage_put(stage, "users", "boss|B");
	add_user(batch, "a", "boss");
	add_user(batch, "b", "a");
	resolve(stage, looking.references, batch);
	assert_int_equal(fil_references_missing(looking.references)[0], FIL_NOWHERE);
	assert_int_equal(fil_references_missing(looking.references)[1], FIL_NOWHERE);
	assert_int_equal(looking.looks, 0);
	add_user(batch, "c", "later");
	add_user(batch, "d", "never");
	for (int i = 0; i < 2; i++) {
		resolve(stage, looking.references, batch);
		assert_int_equal(fil_references_missing(looking.references)[2], FIL_NOWHERE);
		assert_int_equal(fil_references_missing(looking.references)[3], MANAGER);
		assert_int_equal(looking.looks, 1);
	}
	fil_batch_free(batch);
	fil_references_free(looking.references);
}

static void
optional__a_reference_that_does_not_exist__is_left_out(void **state)
{
	struct stage *stage = *state;
	const bool optional[LESSON_COLUMNS] = { [MODULE] = true };
	const struct fil_references_options options = { .optional = optional };
	struct fil_references *references =
	    fil_references_new(stage->store, fil_catalog_table("lessons"), &options);
	struct fil_batch *batch = fil_batch_new(LESSON_COLUMNS);
	const struct fil_batch *rows;

	stage_put(stage, "phases", "p|P|pilot|2024-01-01");
	add_lesson(batch, "p", "x");
	add_lesson(batch, "q", "x");
	rows = fil_references_resolve(references, batch, &stage->fault);
	assert_int_equal(fil_batch_rows(rows), 2);
	assert_string_equal(fil_batch_cell(rows, 0, PHASE, NULL), "p");
	assert_true(fil_value_is_kept(fil_batch_cell(rows, 0, MODULE, NULL)));
	assert_int_equal(fil_references_missing(references)[0], FIL_NOWHERE);
	assert_int_equal(fil_references_missing(references)[1], PHASE);
	assert_string_equal(fil_batch_cell(rows, 1, MODULE, NULL), fil_value_unknown);
	fil_batch_free(batch);
	fil_references_free(references);
}

/* Has the key of a row of users withdrawn that names a manager. */
static int
withdraw(
    struct stage *stage, struct fil_references *references, const char *user, const char *manager)
{
	const char *values[USER_COLUMNS] = { user, "N", [MANAGER] = manager };

	return fil_references_withdraw(references, values, &stage->fault);
}

/* Returns whether a row of users may name a manager. */
static bool
holds(struct stage *stage, struct fil_references *references, const char *manager)
{
	struct fil_batch *batch = fil_batch_new(USER_COLUMNS);

	add_user(batch, "x", manager);
	resolve(stage, references, batch);
	fil_batch_free(batch);
	return fil_references_missing(references)[0] == FIL_NOWHERE;
}

static void
own__other_tables__note_no_keys(void **state)
{
	struct stage *stage = *state;
	struct fil_references *references = references_of(stage, "lessons");
	struct fil_batch *batch = fil_batch_new(LESSON_COLUMNS);

	fil_references_add(references, "p", 1);
	add_lesson(batch, "p", NULL);
	resolve(stage, references, batch);
	assert_int_equal(fil_references_missing(references)[0], PHASE);
	fil_batch_free(batch);
	fil_references_free(references);
}

/* Adds ten keys to references that keep three in memory. */
static struct fil_references *
of_many_keys(struct stage *stage, bool defers)
{
	const struct fil_references_options options = { .defers = defers, .keys_most = 3 };
	struct fil_references *references =
	    fil_references_new(stage->store, fil_catalog_table("users"), &options);

	for (char key[] = "k0"; key[1] <= '9'; key[1]++)
		fil_references_add(references, key, 2);
	return references;
}

static void
own__more_keys_than_are_kept_in_memory__exist(void **state)
{
	struct stage *stage = *state;
	struct fil_references *references = of_many_keys(stage, false);

	for (char key[] = "k0"; key[1] <= '9'; key[1]++)
		assert_true(holds(stage, references, key));
	assert_false(holds(stage, references, "never"));
	assert_int_equal(withdraw(stage, references, "k1", "nobody"), 1);
	assert_false(holds(stage, references, "k1"));
	fil_references_free(references);
}

static void
lack__keys_that_wait_in_a_file__are_not_lacking(void **state)
{
	struct stage *stage = *state;
	struct fil_references *references = of_many_keys(stage, true);

	for (char key[] = "k0"; key[1] <= '9'; key[1]++)
		assert_true(holds(stage, references, key));
	assert_int_equal(fil_references_lack(references, &stage->fault), 0);
	assert_true(holds(stage, references, "never"));
	assert_int_equal(fil_references_lack(references, &stage->fault), 1);
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
	assert_int_equal(withdraw(stage, references, "a", NULL), 0);
	assert_int_equal(withdraw(stage, references, "a", "b"), 0);
	assert_true(holds(stage, references, "a"));
	assert_int_equal(withdraw(stage, references, "a", "nobody"), 1);
	assert_int_equal(withdraw(stage, references, "a", "nobody"), 0);
	assert_int_equal(withdraw(stage, references, "never", "nobody"), 0);
	add_user(batch, "x", "a");
	add_user(batch, "y", "b");
	resolve(stage, references, batch);
	assert_int_equal(fil_references_missing(references)[0], MANAGER);
	assert_int_equal(fil_references_missing(references)[1], FIL_NOWHERE);
	refuses(references, batch, 0, "2: manager: 'a' is not in users\n");
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
	assert_int_equal(withdraw(stage, references, "boss", "nobody"), 0);
	assert_true(holds(stage, references, "boss"));
	fil_references_free(references);
}

static void
withdraw__an_optional_reference__takes_nothing_back(void **state)
{
	struct stage *stage = *state;
	const bool optional[USER_COLUMNS] = { [MANAGER] = true };
	const struct fil_references_options options = { .optional = optional };
	struct fil_references *references =
	    fil_references_new(stage->store, fil_catalog_table("users"), &options);

	fil_references_add(references, "a", 1);
	assert_int_equal(withdraw(stage, references, "a", "nobody"), 0);
	fil_references_free(references);
}

static void
withdraw__references__are_asked_of_the_store(void **state)
{
	struct stage *stage = *state;
	struct fil_references *references = references_of(stage, "users");
	char key[16];

	stage_put(stage, "users", "boss|B");
	fil_references_add(references, "a", 1);
	assert_int_equal(withdraw(stage, references, "a", "boss"), 0);
	/* So many that all keys are read at once in the end. */
	for (int i = 0; i < 600; i++) {
		snprintf(key, sizeof key, "k%d", i);
		fil_references_add(references, key, strlen(key));
		assert_int_equal(withdraw(stage, references, key, "nobody"), 1);
	}
	assert_int_equal(withdraw(stage, references, "a", "boss"), 0);
	fil_references_free(references);
}

static void
refuse__zeros_lost__names_the_key_that_has_them(void **state)
{
	struct stage *stage = *state;
	struct fil_references *references = references_of(stage, "users");
	struct fil_batch *batch = fil_batch_new(USER_COLUMNS);

	stage_put(stage, "users", "00421|Z");
	stage_put(stage, "users", "0000000000000007|Y");
	add_user(batch, "a", "421");
	add_user(batch, "b", "7");
	add_user(batch, "c", "422");
	add_user(batch, "d", "0421x");
	add_user(batch, "e", "u1");
	resolve(stage, references, batch);
	refuses(references, batch, 0,
	    "2: manager: '421' is not in users, but '00421' is: a spreadsheet may have taken its "
	    "zeros\n");
	refuses(references, batch, 1,
	    "3: manager: '7' is not in users, but '0000000000000007' is: a spreadsheet may have "
	    "taken its zeros\n");
	refuses(references, batch, 2, "4: manager: '422' is not in users\n");
	refuses(references, batch, 3, "5: manager: '0421x' is not in users\n");
	refuses(references, batch, 4, "6: manager: 'u1' is not in users\n");
	fil_batch_free(batch);
	fil_references_free(references);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_STAGE(stored__keys_that_are_known__spare_the_store),
		ON_STAGE(resolve__references__exist_or_not),
		ON_STAGE(resolve__more_keys_than_are_looked_up__are_all_found),
		ON_STAGE(own__keys_of_the_batch_and_ahead__exist),
		ON_STAGE(optional__a_reference_that_does_not_exist__is_left_out),
		ON_STAGE(own__other_tables__note_no_keys),
		ON_STAGE(own__more_keys_than_are_kept_in_memory__exist),
		ON_STAGE(lack__keys_that_wait_in_a_file__are_not_lacking),
		ON_STAGE(withdraw__a_noted_key__exists_no_more),
		ON_STAGE(withdraw__a_stored_key__stays),
		ON_STAGE(withdraw__an_optional_reference__takes_nothing_back),
		ON_STAGE(withdraw__references__are_asked_of_the_store),
		ON_STAGE(refuse__zeros_lost__names_the_key_that_has_them),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
