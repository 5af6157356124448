/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/users/intern.h"

static void
intern__texts__are_numbered_as_they_came(void **state)
{
	struct fil_intern *names = fil_intern_new(0);

	(void)state;
	assert_int_equal(fil_intern_add(names, "Arts/X", 6), 0);
	assert_int_equal(fil_intern_add(names, "Arts/X", 4), 1);
	assert_int_equal(fil_intern_add(names, "Arts", 4), 1);
	assert_int_equal(fil_intern_count(names), 2);
	assert_string_equal(fil_intern_get(names, 1), "Arts");
	fil_intern_free(names);
}

static void
intern__tuples__are_kept_once(void **state)
{
	struct fil_intern *tuples = fil_intern_new(2 * sizeof(uint32_t));

	(void)state;
	for (uint32_t i = 0; i < 1000; i++) {
		uint32_t tuple[2] = { i % 100, i % 2 };

		assert_int_equal(fil_intern_add(tuples, tuple, sizeof tuple), i % 100);
		assert_memory_equal(fil_intern_get(tuples, i % 100), tuple, sizeof tuple);
	}
	assert_int_equal(fil_intern_count(tuples), 100);
	fil_intern_free(tuples);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(intern__texts__are_numbered_as_they_came),
		cmocka_unit_test(intern__tuples__are_kept_once),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
