/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "lib/base/hash.h"
#include "lib/base/intern.h"
#include "lib/base/memory.h"
#include "lib/store/store.h"

enum { MANY = 100000 };

static size_t
key_of(unsigned i, char key[static 16])
{
	return (size_t)snprintf(key, 16, "%08u", i);
}

static void
index__many_keys__are_found_through_all_growth(void **state)
{
	struct fil_index *index = fil_index_new();
	char key[16];
	bool added;

	(void)state;
	for (unsigned i = 0; i < MANY; i++) {
		size_t n = key_of(i, key);

		assert_int_equal(fil_index_add(index, key, n, i, &added), i);
		assert_true(added);
	}
	assert_int_equal(fil_index_count(index), MANY);
	for (unsigned i = 0; i < MANY; i++) {
		size_t n = key_of(i, key);

		assert_int_equal(fil_index_find(index, key, n), i);
		assert_int_equal(fil_index_found(index, fil_index_seek(index, key, n)), i);
		n = key_of(i + MANY, key);
		assert_true(fil_index_find(index, key, n) == FIL_NOWHERE);
	}
	fil_index_free(index);
}

static void
index__known_key__keeps_its_number(void **state)
{
	struct fil_index *index = fil_index_new();
	bool added;

	(void)state;
	fil_index_add(index, "a", 1, 7, &added);
	assert_int_equal(fil_index_add(index, "a", 1, 9, &added), 7);
	assert_false(added);
	assert_int_equal(fil_index_count(index), 1);
	/* The end of a key counts: a, "a\0" and the empty key are three. */
	assert_true(fil_index_find(index, "a\0", 2) == FIL_NOWHERE);
	assert_true(fil_index_find(index, "", 0) == FIL_NOWHERE);
	fil_index_add(index, "", 0, 8, &added);
	assert_int_equal(fil_index_find(index, "", 0), 8);
	fil_index_free(index);
}

static void
index__keys_added_later__are_there_once_settled(void **state)
{
	static const unsigned counts[] = { 0, 1, 15, 16, 17, 1000 };
	char key[16];

	(void)state;
	for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
		struct fil_index *index = fil_index_new();

		for (unsigned i = 0; i < counts[c]; i++)
			fil_index_add_later(index, key, key_of(i, key), i);
		fil_index_settle(index);
		assert_int_equal(fil_index_count(index), counts[c]);
		for (unsigned i = 0; i < counts[c]; i++) {
			size_t n = key_of(i, key);

			assert_int_equal(fil_index_find(index, key, n), i);
		}
		fil_index_free(index);
	}
}

static void
names__texts__are_numbered_as_they_came(void **state)
{
	struct fil_names *names = fil_names_new();

	(void)state;
	assert_int_equal(fil_names_add(names, "Arts/X", 6), 0);
	assert_int_equal(fil_names_add(names, "Arts/X", 4), 1);
	assert_int_equal(fil_names_add(names, "Arts", 4), 1);
	assert_int_equal(fil_names_count(names), 2);
	assert_string_equal(fil_names_get(names, 1), "Arts");
	fil_names_free(names);
}

static void
tuples__distinct_ones__are_kept_once(void **state)
{
	struct fil_tuples *tuples = fil_tuples_new(2 * sizeof(uint32_t));

	(void)state;
	for (uint32_t i = 0; i < 1000; i++) {
		uint32_t tuple[2] = { i % 100, i % 2 };

		assert_int_equal(fil_tuples_add(tuples, tuple), i % 100);
		assert_memory_equal(fil_tuples_get(tuples, i % 100), tuple, sizeof tuple);
	}
	assert_int_equal(fil_tuples_count(tuples), 100);
	fil_tuples_free(tuples);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(index__many_keys__are_found_through_all_growth),
		cmocka_unit_test(index__known_key__keeps_its_number),
		cmocka_unit_test(index__keys_added_later__are_there_once_settled),
		cmocka_unit_test(names__texts__are_numbered_as_they_came),
		cmocka_unit_test(tuples__distinct_ones__are_kept_once),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
