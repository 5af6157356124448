/* SPDX-License-Identifier: ISC */
#include "lib/stats/waiting.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* The module in question, and the day on which a user completed it. */
enum { MODULE = 2500, COMPLETED = 19800, AS_OF = COMPLETED + 200 };

/* Adds a user of a group whose level rises in dimension 1 after the day of completion. */
static void
add_rising_in(struct fil_waiting *waiting, size_t group, int from, int to)
{
	fil_waiting_user(waiting, group);
	fil_waiting_dimension(waiting, 0);
	fil_waiting_level(waiting, COMPLETED - 10, 5);
	fil_waiting_level(waiting, COMPLETED + 10, 5);
	fil_waiting_dimension(waiting, 1);
	fil_waiting_level(waiting, COMPLETED - 10, from);
	fil_waiting_level(waiting, COMPLETED + 10, to);
}

static void
add_rising(struct fil_waiting *waiting, int from, int to)
{
	add_rising_in(waiting, 0, from, to);
}

/* Compares a gain of 2 levels with one more user, who rises by 1 and was assigned these modules. */
static struct fil_waited
compare_with(const size_t *modules, size_t n, fil_day assigned)
{
	static const size_t into[] = { 0 };
	struct fil_waiting *waiting = fil_waiting_new(AS_OF);
	struct fil_waited waited;

	add_rising(waiting, 1, 3);
	fil_waiting_assigned(waiting, MODULE, COMPLETED - 5);
	fil_waiting_gained(waiting, &(struct fil_waiting_gain){ MODULE, COMPLETED, 1, 1, 2 });
	add_rising(waiting, 1, 2);
	for (size_t i = 0; i < n; i++)
		fil_waiting_assigned(waiting, modules[i], assigned);
	waited = fil_waiting_compare(waiting, MODULE, into, 0);
	fil_waiting_free(waiting);
	return waited;
}

/* Modules lie far apart where there are thousands: 1,023 is the longest step from one to the next. */
static void
waiting__module_far_from_the_one_before__ends_the_waiting(void **state)
{
	static const size_t lists[][3] = { { MODULE, MODULE, MODULE }, { 0, 1, MODULE },
		{ 0, 1023, MODULE }, { 1022, MODULE - 1, MODULE }, { 454, MODULE - 1023, MODULE } };

	(void)state;
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		struct fil_waited waited =
		    compare_with(lists[i], 3, COMPLETED + FIL_EFFECT_DAYS + 1);

		assert_int_equal(waited.gains, 1);
		assert_float_equal(waited.waiting, 1, 0);
		assert_float_equal(waited.difference, 1, 0);
		waited = compare_with(lists[i], 3, COMPLETED + FIL_EFFECT_DAYS);
		assert_int_equal(waited.gains, 0);
		assert_true(isnan(waited.difference));
	}
}

static void
waiting__other_modules__do_not_end_the_waiting(void **state)
{
	static const size_t others[] = { 0, 1023, 2046, MODULE - 1, MODULE + 1, MODULE + 1023 };

	(void)state;
	assert_int_equal(compare_with(others, 6, COMPLETED).gains, 1);
	assert_int_equal(compare_with(others, 0, COMPLETED).gains, 1);
}

/* The first of two assignments of a module counts. */
static void
waiting__module_assigned_twice__ends_with_the_first(void **state)
{
	static const size_t into[] = { 0 };
	struct fil_waiting *waiting = fil_waiting_new(AS_OF);

	(void)state;
	add_rising(waiting, 1, 3);
	fil_waiting_assigned(waiting, 0, COMPLETED);
	fil_waiting_gained(waiting, &(struct fil_waiting_gain){ 0, COMPLETED, 1, 1, 2 });
	add_rising(waiting, 1, 2);
	fil_waiting_assigned(waiting, 0, COMPLETED);
	fil_waiting_assigned(waiting, 0, AS_OF);
	assert_int_equal(fil_waiting_compare(waiting, 0, into, 0).gains, 0);
	fil_waiting_free(waiting);
}

/* The first and the last day of any date. The user with the gain was not assigned the module, and waited
 * too, beside one of six others at each level. */
static void
waiting__days_of_all_years__are_kept(void **state)
{
	static const size_t into[] = { 0 };
	enum { FIRST = -141351, LAST = 2932896 }; /* 1583-01-01 and 9999-12-31 */
	struct fil_waiting *waiting = fil_waiting_new(LAST);

	(void)state;
	fil_waiting_user(waiting, 0);
	fil_waiting_dimension(waiting, 0);
	fil_waiting_level(waiting, FIRST, 0);
	fil_waiting_level(waiting, LAST, 3);
	fil_waiting_gained(waiting, &(struct fil_waiting_gain){ 0, LAST - 1, 0, 0, 3 });
	for (int level = 0; level < 6; level++) {
		fil_waiting_user(waiting, 0);
		fil_waiting_dimension(waiting, 0);
		fil_waiting_level(waiting, FIRST, level);
		fil_waiting_level(waiting, LAST, 5);
	}
	assert_float_equal(fil_waiting_compare(waiting, 0, into, 0).waiting, (3.0 + 5) / 2, 1e-12);
	fil_waiting_free(waiting);
}

/* The gain is of a user of group 3, after one of group 1. */
static void
waiting__groups_of_a_row__are_compared_alone(void **state)
{
	static const size_t into[] = { 9, 0, 9, 0, 1 }, apart[] = { 9, 9, 9, 2, 9 };
	struct fil_waiting *waiting = fil_waiting_new(AS_OF);

	(void)state;
	add_rising_in(waiting, 1, 1, 4);
	add_rising_in(waiting, 3, 1, 3);
	fil_waiting_assigned(waiting, 0, COMPLETED - 5);
	fil_waiting_gained(waiting, &(struct fil_waiting_gain){ 0, COMPLETED, 1, 1, 2 });
	add_rising_in(waiting, 4, 1, 5);
	add_rising_in(waiting, 3, 1, 2);
	assert_float_equal(fil_waiting_compare(waiting, 0, into, 0).waiting, 2, 0);
	assert_int_equal(fil_waiting_compare(waiting, 0, into, 0).waiters, 2);
	assert_int_equal(fil_waiting_compare(waiting, 0, into, 1).gains, 0);
	assert_int_equal(fil_waiting_compare(waiting, 0, into, 5).gains, 0);
	assert_float_equal(fil_waiting_compare(waiting, 0, apart, 2).waiting, 1, 0);
	assert_float_equal(
	    fil_waiting_total(waiting, 1, &(bool){ true }).difference, -2.0 / 3, 1e-12);
	fil_waiting_free(waiting);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waiting__module_far_from_the_one_before__ends_the_waiting),
		cmocka_unit_test(waiting__other_modules__do_not_end_the_waiting),
		cmocka_unit_test(waiting__module_assigned_twice__ends_with_the_first),
		cmocka_unit_test(waiting__days_of_all_years__are_kept),
		cmocka_unit_test(waiting__groups_of_a_row__are_compared_alone),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
