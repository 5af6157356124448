/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/fault.h"
#include "tests/unit/child.h"

static void
set__any_text__fills_and_returns_minus_one(void **state)
{
	(void)state;
	struct fil_fault fault = { .kind = "type-error" };

	assert_int_equal(fil_fault_set(&fault, FIL_BUSY, "held by %d", 42), -1);
	assert_int_equal(fault.status, FIL_BUSY);
	assert_null(fault.kind);
	assert_string_equal(fault.text, "held by 42");
}

static void
data__a_kind__is_bad_data_of_that_kind(void **state)
{
	(void)state;
	struct fil_fault fault;

	assert_int_equal(fil_fault_data(&fault, "type-error", "'%s' is not a date", "x"), -1);
	assert_int_equal(fault.status, FIL_BAD_DATA);
	assert_string_equal(fault.kind, "type-error");
	assert_string_equal(fault.text, "'x' is not a date");
}

static void
set__own_text_among_the_arguments__is_put_in_front_of(void **state)
{
	(void)state;
	struct fil_fault fault;

	fil_fault_set(&fault, FIL_USAGE, "not a date");
	fil_fault_set(&fault, FIL_USAGE, "arrived: %s", fault.text);
	assert_string_equal(fault.text, "arrived: not a date");
}

static void
set__text_too_long__is_cut_at_a_character(void **state)
{
	(void)state;
	static const char *const characters[] = { "a", "é", "€", "\U0001F9F5" };
	struct fil_fault fault;
	char text[1200];
	const size_t room = sizeof fault.text - 1;

	for (size_t k = 0; k < 4; k++)
		for (size_t before = 0; before < 4; before++) {
			size_t length = strlen(characters[k]), n = before;
			memset(text, 'x', before);
			for (; n + length < sizeof text; n += length)
				memcpy(text + n, characters[k], length);
			text[n] = '\0';
			fil_fault_set(&fault, FIL_USAGE, "%s", text);
			n = before + (room - before) / length * length;
			assert_int_equal(strlen(fault.text), n);
			assert_memory_equal(fault.text, text, n);
		}
}

static void
set__long_text_that_is_no_utf8__is_cut_all_the_same(void **state)
{
	(void)state;
	struct fil_fault fault;
	char text[1200];

	memset(text, 0x80, sizeof text - 1);
	text[sizeof text - 1] = '\0';
	fil_fault_set(&fault, FIL_USAGE, "%s", text);
	assert_in_range(strlen(fault.text), sizeof fault.text - 8, sizeof fault.text - 1);
}

static void
warn_with_controls(void)
{
	fil_warn("f.csv:3: '%s' is no %s", "\x1b[31mé\n\xff", "key");
}

static void
warn__controls_in_the_text__are_escaped_in_one_line(void **state)
{
	(void)state;
	char said[200];

	assert_int_equal(child_status(warn_with_controls, said, sizeof said), 0);
	assert_string_equal(said, "test_fault: f.csv:3: '\\x1b[31mé\\x0a\\xff' is no key\n");
}

static void
warn_as_another(void)
{
	static char name[] = "fil-\x1b"
			     "import";

	program_invocation_short_name = name;
	fil_warn("hello");
}

static void
warn__strange_program_name__is_escaped_too(void **state)
{
	(void)state;
	char said[200];

	child_status(warn_as_another, said, sizeof said);
	assert_string_equal(said, "fil-\\x1bimport: hello\n");
}

static void
die_with_output_pending(void)
{
	dup2(STDERR_FILENO, STDOUT_FILENO);
	setvbuf(stdout, NULL, _IOFBF, BUFSIZ);
	fputs("half an answer", stdout);
	fil_die(FIL_BUSY, "the store is busy");
}

static void
die__output_pending__is_dropped(void **state)
{
	(void)state;
	char said[200];

	assert_int_equal(child_status(die_with_output_pending, said, sizeof said), 75);
	assert_string_equal(said, "test_fault: the store is busy\n");
}

static void
die_of_a_fault(void)
{
	struct fil_fault fault;

	fil_fault_set(&fault, FIL_NO_INPUT, "100%% of %s", "nothing");
	fil_die_fault(&fault);
}

static void
die_fault__a_percent_sign__is_text(void **state)
{
	(void)state;
	char said[200];

	assert_int_equal(child_status(die_of_a_fault, said, sizeof said), 66);
	assert_string_equal(said, "test_fault: 100% of nothing\n");
}

static void
die_of_a_bug(void)
{
	fil_bug("level %d", 9);
}

static void
bug__any__ends_with_70_and_asks_for_a_report(void **state)
{
	(void)state;
	char said[200];

	assert_int_equal(child_status(die_of_a_bug, said, sizeof said), 70);
	assert_string_equal(said, "test_fault: this is a bug, please report it: level 9\n");
}

static void
print_five_of_which_two_are_kept(void)
{
	struct fil_faults *list = fil_faults_new(2);
	struct fil_fault fault;

	for (size_t i = 0; i < 5; i++) {
		fil_fault_set(&fault, FIL_BAD_DATA, "number %zu", i);
		fil_faults_add(list, i == 0 ? "-" : "f.csv", i, &fault);
	}
	fil_faults_print(list);
	fil_faults_free(list);
}

static void
faults__more_than_are_kept__are_counted(void **state)
{
	(void)state;
	char said[400];

	child_status(print_five_of_which_two_are_kept, said, sizeof said);
	assert_string_equal(said,
	    "test_fault: -: number 0\n"
	    "test_fault: f.csv:1: number 1\n"
	    "test_fault: and 3 more faults\n");
}

static void
print_two_of_which_one_is_kept(void)
{
	struct fil_faults *list = fil_faults_new(1);
	struct fil_fault fault;

	fil_fault_set(&fault, FIL_BAD_DATA, "bad");
	fil_faults_add(list, "f.csv", 2, &fault);
	fil_faults_add(list, "f.csv", 3, &fault);
	fil_faults_print(list);
	fil_faults_free(list);
}

static void
faults__one_more_than_is_kept__is_in_the_singular(void **state)
{
	(void)state;
	char said[200];

	child_status(print_two_of_which_one_is_kept, said, sizeof said);
	assert_string_equal(said, "test_fault: f.csv:2: bad\ntest_fault: and 1 more fault\n");
}

static void
faults__a_million__are_counted_and_bounded(void **state)
{
	(void)state;
	struct fil_faults *list = fil_faults_new(1000), *none = fil_faults_new(0);
	struct fil_fault fault;

	fil_fault_set(&fault, FIL_BAD_DATA, "bad");
	for (size_t i = 0; i < 1000000; i++)
		fil_faults_add(list, "f.csv", i, &fault);
	fil_faults_add(none, "f.csv", 1, &fault);
	assert_int_equal(fil_faults_count(list), 1000000);
	assert_int_equal(fil_faults_count(none), 1);
	fil_faults_free(list);
	fil_faults_free(none);
	fil_faults_free(NULL);
}

static void
is_about__the_name_or_what_begins_with_it__only_that_name(void **state)
{
	(void)state;
	assert_true(fil_fault_is_about("user: '9' is not in users", "user"));
	assert_true(fil_fault_is_about("user", "user"));
	assert_false(fil_fault_is_about("users: '9'", "user"));
	assert_false(fil_fault_is_about("use: '9'", "user"));
}

static void
suggest__near_or_not__adds_the_nearest_and_keeps_the_kind(void **state)
{
	static const char *const words[] = { "unit", "user" };
	struct fil_fault fault;

	(void)state;
	fil_fault_data(&fault, "missing-label", "no header '%s'", "uint");
	assert_true(fil_fault_suggest(&fault, "uint", words, 2));
	assert_string_equal(fault.text, "no header 'uint'; the nearest is 'unit'");
	assert_string_equal(fault.kind, "missing-label");
	assert_int_equal(fault.status, FIL_BAD_DATA);
	fil_fault_set(&fault, FIL_USAGE, "no phase");
	assert_false(fil_fault_suggest(&fault, "phase", words, 2));
	assert_string_equal(fault.text, "no phase");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_about__the_name_or_what_begins_with_it__only_that_name),
		cmocka_unit_test(suggest__near_or_not__adds_the_nearest_and_keeps_the_kind),
		cmocka_unit_test(set__any_text__fills_and_returns_minus_one),
		cmocka_unit_test(data__a_kind__is_bad_data_of_that_kind),
		cmocka_unit_test(set__own_text_among_the_arguments__is_put_in_front_of),
		cmocka_unit_test(set__text_too_long__is_cut_at_a_character),
		cmocka_unit_test(set__long_text_that_is_no_utf8__is_cut_all_the_same),
		cmocka_unit_test(warn__controls_in_the_text__are_escaped_in_one_line),
		cmocka_unit_test(warn__strange_program_name__is_escaped_too),
		cmocka_unit_test(die__output_pending__is_dropped),
		cmocka_unit_test(die_fault__a_percent_sign__is_text),
		cmocka_unit_test(bug__any__ends_with_70_and_asks_for_a_report),
		cmocka_unit_test(faults__more_than_are_kept__are_counted),
		cmocka_unit_test(faults__one_more_than_is_kept__is_in_the_singular),
		cmocka_unit_test(faults__a_million__are_counted_and_bounded),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
