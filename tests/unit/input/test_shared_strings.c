/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "lib/input/shared_strings.h"

/* Texts of 0 to 40,000 bytes: those of half the numbers are short, so that all are over 16 MiB. */
enum { TEXTS = 4000 };

static size_t
text_of(size_t number, char text[static 40001])
{
	size_t n = number % 2 == 0 ? number % 50 : number * 7919 % 40000;

	memset(text, 'a' + (int)(number % 26), n);
	text[n] = '\0';
	return n;
}

static void
get__texts_in_a_file_and_in_memory__are_as_they_were_added(void **state)
{
	struct fil_shared_strings *strings = fil_shared_strings_new("/tmp");
	struct fil_bytes text = { 0 };
	struct fil_fault fault;
	char wanted[40001];
	size_t n;

	(void)state;
	assert_int_equal(fil_shared_strings_get(strings, 0, &text, &fault), 0);
	for (size_t i = 0; i < TEXTS; i++) {
		n = text_of(i, wanted);
		assert_int_equal(fil_shared_strings_add(strings, wanted, n, &fault), 0);
	}
	/* In an order that leaves the pages in memory often. */
	for (size_t i = 0, number = 0; i < TEXTS; i++, number = (number + 1117) % TEXTS) {
		n = text_of(number, wanted);
		assert_int_equal(fil_shared_strings_get(strings, number, &text, &fault), 1);
		assert_int_equal(text.length, n);
		assert_string_equal(text.data, wanted);
	}
	assert_int_equal(fil_shared_strings_get(strings, TEXTS, &text, &fault), 0);
	fil_bytes_release(&text);
	fil_shared_strings_free(strings);
}

static void
add__no_folder_for_the_file__is_a_fault(void **state)
{
	struct fil_shared_strings *strings = fil_shared_strings_new("/nowhere");
	static char text[1024 * 1024];
	struct fil_fault fault;
	int result = 0;

	(void)state;
	for (size_t i = 0; i < 17 && result == 0; i++)
		result = fil_shared_strings_add(strings, text, sizeof text, &fault);
	assert_int_equal(result, -1);
	assert_string_equal(
	    fault.text, "cannot make a temporary file in /nowhere: No such file or directory");
	fil_shared_strings_free(strings);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(get__texts_in_a_file_and_in_memory__are_as_they_were_added),
		cmocka_unit_test(add__no_folder_for_the_file__is_a_fault),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
