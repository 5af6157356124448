/* SPDX-License-Identifier: ISC */
/* The digests and seals that are expected here were computed by hashlib of Python. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "lib/store/seal.h"
#include "lib/write/run.h"
#include "tests/unit/place.h"
#include "tests/unit/relations.h"

static const char *const row[FIL_HISTORY_CELLS] = { "aa", "2", "1", "users", "u1", "changed", "1",
	NULL, "{\"user\":\"u1\"}" };
static const char row_digest[] = "a98661c7851097aa1f7612b7deba839426e7630c9c89bed083c514906511b34f";
static const char *const texts[FIL_RUN_TEXT_CELLS] = { "bb", "ada", "fil-import é", NULL };
static const char *const first[FIL_RUN_CELLS] = { "1", "t", "2024-03-15", NULL, NULL, "0", "0", "0",
	"0", "0", "0", "0", "0", "m" };
static const char first_seal[] = "7bd50482ce9f7283637dd3d3a778849130d7536958b408e2e12263cec341e583";
static const char *const second[FIL_RUN_CELLS] = { "2", "t", "2024-03-15", NULL, NULL, "0", "0",
	"0", "0", "0", "0", "0", "0", "m" };
static const char second_seal[] =
    "d16434b384b7cf9344521705636d537aae0dd6f17b9e9b62d4bcceed19793c9b";

static void
run__two_in_turn__are_sealed_as_documented(void **state)
{
	struct fil_seal *seal = fil_seal_new(NULL);
	char text[FIL_SEAL_SIZE];

	(void)state;
	fil_seal_digest(row, FIL_HISTORY_CELLS, text);
	assert_string_equal(text, row_digest);
	fil_seal_run(seal, texts, NULL, first, text);
	assert_string_equal(text, first_seal);
	fil_seal_history(seal, row, NULL);
	fil_seal_run(seal, texts, NULL, second, text);
	assert_string_equal(text, second_seal);
	fil_seal_free(seal);
	seal = fil_seal_new(first_seal);
	fil_seal_history(seal, row, NULL);
	fil_seal_run(seal, texts, NULL, second, text);
	assert_string_equal(text, second_seal);
	fil_seal_free(seal);
}

static void
run__erased_texts__are_sealed_by_their_digests(void **state)
{
	static const char *const nothing[FIL_HISTORY_CELLS] = { 0 };
	struct fil_seal *seal = fil_seal_new(first_seal);
	char text[FIL_SEAL_SIZE], digest[FIL_SEAL_SIZE];

	(void)state;
	fil_seal_digest(texts, FIL_RUN_TEXT_CELLS, digest);
	fil_seal_history(seal, nothing, row_digest);
	fil_seal_run(seal, nothing, digest, second, text);
	assert_string_equal(text, second_seal);
	fil_seal_history(seal, nothing, "not a digest");
	fil_seal_run(seal, nothing, digest, second, text);
	fil_seal_free(seal);
}

static void
salt__many__are_different(void **state)
{
	struct fil_seal *seal = fil_seal_new(NULL);
	char salts[600][FIL_SALT_SIZE];

	(void)state;
	for (int i = 0; i < 600; i++) {
		fil_seal_salt(seal, salts[i]);
		assert_int_equal(strspn(salts[i], "0123456789abcdef"), FIL_SALT_SIZE - 1);
		for (int k = 0; k < i; k++)
			assert_string_not_equal(salts[i], salts[k]);
	}
	fil_seal_free(seal);
}

/* The runs whose stored seal is not that of the log. */
struct broken {
	int runs, first;
};

static void
compare(void *context, int64_t run, const char *stored, const char *computed)
{
	struct broken *broken = context;

	if (strcmp(stored, computed) != 0 && broken->runs++ == 0)
		broken->first = (int)run;
}

static struct broken
find_broken(struct place *place)
{
	struct broken broken = { 0 };

	assert_int_equal(fil_seal_each(place->store, compare, NULL, &broken, &place->fault), 0);
	return broken;
}

/* Does a run that overwrites two rows of users. */
static void
do_run(struct place *place)
{
	static char name[] = "fil-import";
	const struct fil_counts counts = { .read = 2, .changed = 2 };
	struct fil_run *run =
	    fil_run_begin(place->store, (char *const[]){ name, NULL }, 0, &place->fault);
	struct fil_batch *rows = fil_batch_new(11);

	for (int i = 0; i < 2; i++)
		fil_batch_add(rows,
		    (const char *const[]){ i ? "7" : "00421", "Ada", NULL, NULL, NULL, NULL, NULL,
			NULL, NULL, NULL, "1" });
	assert_int_equal(fil_run_keep(run, &users, rows, NULL, FIL_CHANGED, &place->fault), 0);
	fil_run_undid(run, "1 2");
	assert_int_equal(fil_run_commit(run, &counts, &place->fault), 0);
	fil_batch_free(rows);
}

static void
each__any_cell_of_the_log_altered__is_found_at_its_run(void **state)
{
	static const char *const alterations[] = { "UPDATE runs SET who = 'x' WHERE run = 3",
		"UPDATE runs SET started = '' WHERE run = 3",
		"UPDATE runs SET read = 9 WHERE run = 3",
		"UPDATE runs SET today = '' WHERE run = 3",
		"UPDATE runs SET undid = NULL WHERE run = 3",
		"UPDATE runs SET mark = '' WHERE run = 3",
		"UPDATE runs SET input = '' WHERE run = 3",
		"UPDATE runs SET seal = '' WHERE run = 3",
		"UPDATE runs SET salt = NULL WHERE run = 3",
		"UPDATE history SET was = '{}' WHERE run = 3 AND number = 2",
		"UPDATE history SET subject = 'x' WHERE run = 3 AND number = 1",
		"UPDATE history SET salt = NULL WHERE run = 3 AND number = 1",
		"UPDATE history SET became = '' WHERE run = 3 AND number = 1",
		"UPDATE history SET number = 3 WHERE run = 3 AND number = 1",
		"DELETE FROM history WHERE run = 3 AND number = 2" };
	struct place *place = *state;

	for (int i = 0; i < 4; i++)
		do_run(place);
	assert_int_equal(find_broken(place).runs, 0);
	for (size_t i = 0; i < sizeof alterations / sizeof *alterations; i++) {
		assert_int_equal(fil_store_begin(place->store, 0, &place->fault), 0);
		place_number(place->store, alterations[i]);
		assert_int_equal(find_broken(place).first, 3);
		fil_store_rollback(place->store);
	}
	assert_int_equal(find_broken(place).runs, 0);
}

#define WITH_STORE(f) cmocka_unit_test_setup_teardown(f, place_with_store, place_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(run__two_in_turn__are_sealed_as_documented),
		cmocka_unit_test(run__erased_texts__are_sealed_by_their_digests),
		cmocka_unit_test(salt__many__are_different),
		WITH_STORE(each__any_cell_of_the_log_altered__is_found_at_its_run),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
