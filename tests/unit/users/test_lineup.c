/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/store/store.h"
#include "lib/users/groups.h"

enum { GROUPS = 5 };

static const char *const names[GROUPS] = { "d", "(none)", "a", "c", "b" };

static void
check(enum fil_by by, size_t minimum, const size_t *users, const size_t *others,
    const char *const *rows, const size_t *into)
{
	const struct fil_group_rows_request request = { by, minimum, by == FIL_BY_NONE ? 1 : GROUPS,
		names, users, others };
	struct fil_group_rows lineup;
	size_t n = 0;

	fil_group_rows_init(&lineup, &request);
	while (rows[n])
		n++;
	assert_int_equal(lineup.n, n);
	for (size_t i = 0; i < n; i++)
		assert_string_equal(lineup.names[i], rows[i]);
	for (size_t g = 0; g < request.n; g++)
		assert_int_equal(lineup.into[g], into[g]);
	fil_group_rows_release(&lineup);
}

static void
lineup__no_minimum__shows_all_in_order(void **state)
{
	(void)state;
	check(FIL_BY_UNIT, 0, (size_t[]){ 1, 2, 3, 4, 5 }, NULL,
	    (const char *[]){ "a", "b", "c", "d", "(none)", NULL }, (size_t[]){ 3, 4, 0, 2, 1 });
}

static void
lineup__small_groups__are_merged_up_to_the_minimum(void **state)
{
	(void)state;
	/* d and (none) are 3 together, and take a along. */
	check(FIL_BY_UNIT, 5, (size_t[]){ 1, 2, 6, 7, 8 }, NULL,
	    (const char *[]){ "b", "c", "(small groups)", NULL }, (size_t[]){ 2, 2, 2, 1, 0 });
	check(FIL_BY_UNIT, 3, (size_t[]){ 1, 2, 6, 7, 8 }, NULL,
	    (const char *[]){ "a", "b", "c", "(small groups)", NULL }, (size_t[]){ 3, 3, 0, 2, 1 });
}

static void
lineup__group_of_nobody__has_no_row(void **state)
{
	(void)state;
	check(FIL_BY_UNIT, 5, (size_t[]){ 0, 9, 9, 0, 9 }, NULL,
	    (const char *[]){ "a", "b", "(none)", NULL },
	    (size_t[]){ FIL_NOWHERE, 2, 0, FIL_NOWHERE, 1 });
	check(FIL_BY_UNIT, 5, (size_t[]){ 0, 0, 0, 0, 0 }, (size_t[]){ 0, 0, 0, 0, 0 },
	    (const char *[]){ NULL },
	    (size_t[]){ FIL_NOWHERE, FIL_NOWHERE, FIL_NOWHERE, FIL_NOWHERE, FIL_NOWHERE });
}

static void
lineup__group_of_others_only__is_shown_or_merged(void **state)
{
	(void)state;
	check(FIL_BY_UNIT, 0, (size_t[]){ 0, 9, 9, 0, 9 }, (size_t[]){ 1, 0, 0, 0, 5 },
	    (const char *[]){ "a", "b", "d", "(none)", NULL },
	    (size_t[]){ 2, 3, 0, FIL_NOWHERE, 1 });
	/* However many others there are, they stand in for no user: 4 and b's 5 are needed. */
	check(FIL_BY_UNIT, 5, (size_t[]){ 0, 0, 4, 0, 5 }, (size_t[]){ 90, 90, 90, 90, 90 },
	    (const char *[]){ "(small groups)", NULL }, (size_t[]){ 0, 0, 0, 0, 0 });
	check(FIL_BY_UNIT, 5, (size_t[]){ 0, 0, 5, 0, 6 }, (size_t[]){ 90, 0, 0, 0, 0 },
	    (const char *[]){ "b", "(small groups)", NULL },
	    (size_t[]){ 1, FIL_NOWHERE, 1, FIL_NOWHERE, 0 });
}

static void
lineup__the_whole__is_shown_whatever_its_size(void **state)
{
	const char *const rows[] = { "d", NULL };
	const size_t into[] = { 0 };

	(void)state;
	check(FIL_BY_NONE, 5, (size_t[]){ 0 }, NULL, rows, into);
	check(FIL_BY_NONE, 5, (size_t[]){ 3 }, NULL, rows, into);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lineup__no_minimum__shows_all_in_order),
		cmocka_unit_test(lineup__small_groups__are_merged_up_to_the_minimum),
		cmocka_unit_test(lineup__group_of_nobody__has_no_row),
		cmocka_unit_test(lineup__group_of_others_only__is_shown_or_merged),
		cmocka_unit_test(lineup__the_whole__is_shown_whatever_its_size),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
