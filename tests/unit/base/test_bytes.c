/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "lib/base/bytes.h"

static void
add__nothing__leaves_an_empty_string(void **state)
{
	(void)state;
	struct fil_bytes bytes = { 0 };

	fil_bytes_add(&bytes, NULL, 0);
	assert_string_equal(bytes.data, "");
	assert_int_equal(bytes.length, 0);
	fil_bytes_release(&bytes);
}

static void
add__byte_by_byte__always_ends_in_nul(void **state)
{
	(void)state;
	struct fil_bytes bytes = { 0 };

	for (size_t i = 0; i < 10000; i++) {
		fil_bytes_add(&bytes, "abc" + i % 3, 1);
		assert_int_equal(bytes.length, i + 1);
		assert_true(bytes.capacity > bytes.length);
		assert_int_equal(bytes.data[i], "abc"[i % 3]);
		assert_int_equal(bytes.data[i + 1], '\0');
	}
	fil_bytes_release(&bytes);
	assert_null(bytes.data);
	assert_int_equal(bytes.length + bytes.capacity, 0);
}

static void
add__text_and_format__stand_in_a_row(void **state)
{
	(void)state;
	struct fil_bytes bytes = { 0 };

	fil_bytes_add_text(&bytes, "é");
	fil_bytes_add_format(&bytes, "[%3d|%s]", 7, "x");
	fil_bytes_add(&bytes, "a\0b", 3);
	assert_int_equal(bytes.length, 12);
	assert_memory_equal(bytes.data, "é[  7|x]a\0b", 13);
	fil_bytes_release(&bytes);
}

static void
clear__filled__keeps_the_room(void **state)
{
	(void)state;
	struct fil_bytes bytes = { 0 };

	fil_bytes_clear(&bytes);
	assert_null(bytes.data);
	fil_bytes_reserve(&bytes, 5000);
	const char *data = bytes.data;
	fil_bytes_add_text(&bytes, "filrouge");
	fil_bytes_clear(&bytes);
	assert_string_equal(bytes.data, "");
	for (size_t i = 0; i < 5000; i++)
		fil_bytes_add(&bytes, "x", 1);
	assert_ptr_equal(bytes.data, data);
	fil_bytes_release(&bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(add__nothing__leaves_an_empty_string),
		cmocka_unit_test(add__byte_by_byte__always_ends_in_nul),
		cmocka_unit_test(add__text_and_format__stand_in_a_row),
		cmocka_unit_test(clear__filled__keeps_the_room),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
