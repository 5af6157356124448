/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "lib/base/hash.h"

static void
has__keys_added_or_not__tells_them_apart(void **state)
{
	(void)state;
	struct fil_keyset *set = fil_keyset_new(0);
	char key[16];

	for (int i = 0; i < 200000; i++) {
		int n = snprintf(key, sizeof key, "%05d", i);
		if (fil_keyset_has(set, key, (size_t)n) || !fil_keyset_add(set, key, (size_t)n))
			fail_msg("%s is there too early", key);
	}
	assert_int_equal(fil_keyset_count(set), 200000);
	for (int i = 0; i < 400000; i++) {
		int n = snprintf(key, sizeof key, "%05d", i);
		if (fil_keyset_has(set, key, (size_t)n) != (i < 200000))
			fail_msg("%s is lost, or found without being there", key);
	}
	fil_keyset_free(set);
	fil_keyset_free(NULL);
}

static void
has__leading_zeros_and_length__matter(void **state)
{
	(void)state;
	struct fil_keyset *set = fil_keyset_new(1000);

	assert_true(fil_keyset_add(set, "00421", 5));
	assert_false(fil_keyset_add(set, "00421", 5));
	assert_false(fil_keyset_has(set, "421", 3));
	assert_false(fil_keyset_has(set, "00421", 4));
	assert_false(fil_keyset_has(set, "", 0));
	assert_true(fil_keyset_add(set, "", 0));
	assert_true(fil_keyset_has(set, "x", 0));
	assert_int_equal(fil_keyset_count(set), 2);
	fil_keyset_free(set);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has__keys_added_or_not__tells_them_apart),
		cmocka_unit_test(has__leading_zeros_and_length__matter),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
