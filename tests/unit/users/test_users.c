/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "lib/base/memory.h"
#include "lib/users/users.h"

/* Adds a user whose tuple is a letter. */
static void
add(struct fil_users *users, const char *user, char letter)
{
	fil_users_add(users, user, strlen(user), &letter);
}

/* Returns the tuple of a user, or 0. */
static char
find(const struct fil_users *users, const char *user)
{
	size_t number = fil_users_found(users, fil_users_seek(users, user, strlen(user)));

	return number == FIL_NOWHERE ? 0 : *(const char *)fil_users_tuple(users, number, NULL);
}

/* Adds the users 00, 02 … 98: those below 50 with x, the others with y. */
static struct fil_users *
add_even(void)
{
	struct fil_users *users = fil_users_new(1);

	for (int i = 0; i < 100; i += 2) {
		const char user[] = { (char)('0' + i / 10), (char)('0' + i % 10), '\0' };

		add(users, user, i < 50 ? 'x' : 'y');
	}
	return users;
}

/* Checks that the users of add_even, and no others, are found in several orders. */
static void
check_even(const struct fil_users *users)
{
	static const int steps[] = { 1, 99, 37, 3 };

	for (size_t s = 0; s < sizeof steps / sizeof *steps; s++)
		for (int n = 0, i = 0; n < 100; n++, i = (i + steps[s]) % 100) {
			const char user[] = { (char)('0' + i / 10), (char)('0' + i % 10), '\0' };

			assert_int_equal(find(users, user), i % 2 ? 0 : i < 50 ? 'x' : 'y');
		}
	assert_int_equal(find(users, "0"), 0);
	assert_int_equal(find(users, "980"), 0);
	assert_int_equal(find(users, "99"), 0);
	assert_int_equal(find(users, ""), 0);
}

static void
seek__keys_added_in_their_order__finds_each(void **state)
{
	struct fil_users *users = add_even();

	(void)state;
	fil_users_settle(users);
	check_even(users);
	fil_users_free(users);
}

static void
seek__a_key_added_late__finds_each(void **state)
{
	struct fil_users *users = add_even();

	(void)state;
	add(users, "31a", 'z');
	fil_users_settle(users);
	check_even(users);
	assert_int_equal(find(users, "31a"), 'z');
	fil_users_free(users);
}

static void
seek__nobody_added__finds_none(void **state)
{
	struct fil_users *users = fil_users_new(1);

	(void)state;
	fil_users_settle(users);
	assert_int_equal(find(users, "a"), 0);
	fil_users_free(users);
}

/* Gives users of add_even new tuples, and adds one with this key. */
static void
check_renewed(const char *late)
{
	struct fil_users *users = add_even();
	uint64_t sought;

	fil_users_settle(users);
	fil_users_renew(users, 1);
	sought = fil_users_seek(users, "04", 2);
	assert_int_equal(*(const char *)fil_users_former(users, sought), 'x');
	fil_users_change(users, sought, "n");
	assert_null(fil_users_former(users, fil_users_seek(users, "05", 2)));
	add(users, late, 'l');
	sought = fil_users_seek(users, "98", 2);
	assert_int_equal(*(const char *)fil_users_former(users, sought), 'y');
	fil_users_change(users, sought, "m");
	fil_users_settle(users);
	assert_int_equal(find(users, "04"), 'n');
	assert_int_equal(find(users, "98"), 'm');
	assert_int_equal(find(users, late), 'l');
	assert_int_equal(find(users, "06"), 0);
	fil_users_free(users);
}

static void
renew__a_user_without_a_new_tuple__is_not_found(void **state)
{
	(void)state;
	check_renewed("99");
	check_renewed("05");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(seek__keys_added_in_their_order__finds_each),
		cmocka_unit_test(seek__a_key_added_late__finds_each),
		cmocka_unit_test(seek__nobody_added__finds_none),
		cmocka_unit_test(renew__a_user_without_a_new_tuple__is_not_found),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
