/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/write/people/identity.h"

static void
differs__shared_word__is_the_same_person(void **state)
{
	(void)state;
	assert_false(fil_identity_differs("Ada King", NULL, "KING Ada", NULL));
	assert_false(fil_identity_differs("Ada King", NULL, "Ada Lovelace", NULL));
	assert_false(fil_identity_differs("Élodie", NULL, "DUPRÉ, Elodie", NULL));
	assert_false(fil_identity_differs("Dov Bar-Lev", NULL, "BAR LEV", NULL));
	assert_false(fil_identity_differs("Cléo", NULL, "Cléo!", NULL));
	assert_true(fil_identity_differs("Ada King", NULL, "Bo Fox", NULL));
	assert_true(fil_identity_differs("Ada King", NULL, "Adam Kingsley", NULL));
}

static void
differs__same_address__is_the_same_person(void **state)
{
	(void)state;
	assert_false(fil_identity_differs("Ada", "a@x", "Bo", "A@X"));
	assert_true(fil_identity_differs("Ada", "a@x", "Bo", "b@x"));
	assert_true(fil_identity_differs("Ada", "a@x", "Bo", NULL));
	assert_true(fil_identity_differs("Ada", NULL, "Bo", "a@x"));
	assert_false(fil_identity_differs("Ada", "a@x", "Ada", "b@x"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(differs__shared_word__is_the_same_person),
		cmocka_unit_test(differs__same_address__is_the_same_person),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
