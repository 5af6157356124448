/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "lib/input/sniff.h"
#include "tests/unit/input_of.h"

static bool
find(const char *text, struct fil_table_lines *found)
{
	const struct fil_format format = { .encoding = "UTF-8" };
	struct fil_fault fault;
	struct fil_input *input = input_of_bytes(text, strlen(text), &fault);
	bool result;

	assert_non_null(input);
	result = fil_table_lines_find(input, &format, found);
	fil_input_close(input);
	return result;
}

static void
lines__the_largest_table__is_found_by_its_shape(void **state)
{
	static const struct {
		const char *text;
		size_t above;
		char delimiter;
		const char *title;
		bool ends_blank;
	} cases[] = {
		{ "a,b\n1,2\n", 0, ',', NULL, false },
		/* Titles, also with cells, and with as many delimiters as the table has. */
		{ "March, 2024\n\na;b;c\n1;2;3\n4;5;6\n", 2, ';', NULL, false },
		{ "Form\t\t\t\t\n\t\tDetails\t\t\nid\tday\tx\ty\tz\n1\t2\t3\t4\t5\n", 2, '\t', NULL,
		    false },
		/* Several tables. A header may lack cells, and a cell may have several lines. */
		{ "1. Sum\nx|y\n\n2. People\na|b|c\n1|2|3\n4|5|6\n\n3. More\na|b\n1|2\n", 4, '|',
		    "2. People", true },
		{ ",a,b,,c,\n1,2,3,4,5,6\n\"x\n\ny\",2,3,4,5,6\n", 0, ',', NULL, false },
		/* A blank line within a table does not end it. */
		{ "a,b,c\n1,2,3\n\n4,5,6\n7,8,9\n1,2,3\n", 0, ',', NULL, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fil_table_lines found;

		assert_true(find(cases[i].text, &found));
		assert_int_equal(found.above, cases[i].above);
		assert_int_equal(found.delimiter, cases[i].delimiter);
		assert_int_equal(found.ends_blank, cases[i].ends_blank);
		assert_int_equal(found.title != NULL, cases[i].title != NULL);
		if (found.title)
			assert_string_equal(found.title, cases[i].title);
		free(found.title);
	}
}

static void
lines__without_two_cells__are_no_table(void **state)
{
	struct fil_table_lines found;

	(void)state;
	assert_false(find("user\n1\n2\n", &found));
	assert_null(found.title);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines__the_largest_table__is_found_by_its_shape),
		cmocka_unit_test(lines__without_two_cells__are_no_table),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
