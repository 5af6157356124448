/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "lib/audit/erasure/subjects.h"

/* Checks what a text becomes without Ada, whose keys are 00421 and u1. */
static void
expect(const char *text, enum fil_text_place place, const char *wanted)
{
	struct fil_identifiers *ada = fil_identifiers_new();
	struct fil_bytes written = { 0 };

	fil_identifiers_add(ada, "00421", true);
	fil_identifiers_add(ada, "u1", true);
	fil_identifiers_add(ada, "Zoé Anne O'NEIL", false);
	fil_identifiers_add(ada, "zoe@example.org", false);
	assert_int_equal(
	    fil_identifiers_replace(ada, text, place, &written), strcmp(text, wanted) != 0);
	assert_string_equal(written.data, wanted);
	fil_bytes_release(&written);
	fil_identifiers_free(ada);
}

static void
replace__texts__lose_whole_words_only(void **state)
{
	(void)state;
	expect("", FIL_IN_ROW, "");
	expect("ask 00421, not 004210 or x00421", FIL_IN_ROW, "ask ERASED, not 004210 or x00421");
	expect("zoé anne o'neil, Zoé Anne O'NEILL", FIL_IN_ROW, "ERASED, Zoé Anne O'NEILL");
	expect("O'Neil, Zoé Anne; ZOE ANNE O'NEIL", FIL_IN_ROW, "ERASED; ERASED");
	expect("<Zoe@Example.org>", FIL_IN_ROW, "<ERASED>");
	expect(
	    "ANNE O’NEIL-ZOË; o_neil zoé, anne; anne zoé", FIL_IN_ROW, "ERASED; ERASED; anne zoé");
	/* Beside marks of more than one byte, in a word of more than one byte. */
	expect("«Zoé Anne O'Neil», l’00421… é00421", FIL_IN_ROW, "«ERASED», l’ERASED… é00421");
	/* With accents apart, as in names of files. */
	expect("Zoe\u0301 Anne O'Neil.csv", FIL_IN_ROW, "ERASED.csv");
	/* In bytes that are not UTF-8. */
	expect("lettre Zo\\xe9 Anne O'NEIL.csv, Zo\\xe9 B", FIL_IN_ROW,
	    "lettre ERASED.csv, Zo\\xe9 B");
	/* A short key may be anything. */
	expect("u1 level=u1", FIL_IN_ROW, "u1 level=u1");
}

static void
replace__names_of_many_words__have_any_word_first(void **state)
{
	static const char *const texts[] = { "DE LA TOUR D'AUVERGNE HÉLÈNE",
		"helene-de-la-tour-d-auvergne", "Hélène de La Tour d’Auvergne" };
	struct fil_identifiers *people = fil_identifiers_new();
	struct fil_bytes written = { 0 };

	(void)state;
	fil_identifiers_add(people, "Hélène de La Tour d'Auvergne", false);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		assert_true(fil_identifiers_replace(people, texts[i], FIL_IN_ROW, &written));
		assert_string_equal(written.data, FIL_ERASED_WORD);
	}
	fil_bytes_release(&written);
	fil_identifiers_free(people);
}

static void
replace__command_lines__lose_the_values_beside_a_user(void **state)
{
	(void)state;
	expect("fil-record needs user=u1 need=x", FIL_IN_COMMAND_LINE,
	    "fil-record needs user=ERASED need=ERASED");
	expect("fil-record autonomy level=1 --weeks u1", FIL_IN_COMMAND_LINE,
	    "fil-record autonomy level=1 --weeks u1");
	expect("fil-import users --rename u1=7 --rename 8=u1 x.csv", FIL_IN_COMMAND_LINE,
	    "fil-import users --rename ERASED=7 --rename 8=ERASED x.csv");
	expect("fil-import users 'name=Zoé Anne O'\\''NEIL' 'unit=a b' manager=",
	    FIL_IN_COMMAND_LINE, "fil-import users name=ERASED unit=ERASED manager=ERASED");
	expect("/home/00421/fil-import users 00421.csv", FIL_IN_COMMAND_LINE,
	    "/home/ERASED/fil-import users ERASED.csv");
	expect("00421 users", FIL_IN_COMMAND_LINE, "00421 users");
}

static void
replace__words_in_quotes__are_read_as_a_shell_does(void **state)
{
	(void)state;
	expect("fil-record needs user=00421 $'note=a\\x09\\'b\\\\'", FIL_IN_COMMAND_LINE,
	    "fil-record needs user=ERASED note=ERASED");
	expect("fil-import x $'job=by Zo\\xc3\\xa9\\x09Anne O\\'NEIL' 'unit=a b'",
	    FIL_IN_COMMAND_LINE, "fil-import x job=ERASED unit=ERASED");
	expect("fil-import --map $'Zo\\xc3\\xa9 Anne O\\'Neil\\x0a' x", FIL_IN_COMMAND_LINE,
	    "fil-import --map ERASED x");
	expect("fil-import x $'job=a\\x09b'", FIL_IN_COMMAND_LINE, "fil-import x $'job=a\\x09b'");
	expect("fil-record needs 'need=a\\' user=00421 'note=a b'", FIL_IN_COMMAND_LINE,
	    "fil-record needs need=ERASED user=ERASED note=ERASED");
	expect("'/home/my 00421/fil-import' users", FIL_IN_COMMAND_LINE,
	    "'/home/my ERASED/fil-import' users");
}

static void
replace__short_keys_in_quotes__are_found_as_users(void **state)
{
	struct fil_identifiers *people = fil_identifiers_new();
	struct fil_bytes written = { 0 };

	(void)state;
	fil_identifiers_add(people, "x 3", true);
	fil_identifiers_add(people, "k'q", true);
	assert_true(fil_identifiers_replace(
	    people, "fil-record needs 'user=x 3' 'note=a b'", FIL_IN_COMMAND_LINE, &written));
	assert_string_equal(written.data, "fil-record needs user=ERASED note=ERASED");
	assert_true(fil_identifiers_replace(
	    people, "fil-import --rename 'k'\\''q=new' users", FIL_IN_COMMAND_LINE, &written));
	assert_string_equal(written.data, "fil-import --rename ERASED users");
	assert_false(fil_identifiers_replace(
	    people, "fil-record 'need=x 3'", FIL_IN_COMMAND_LINE, &written));
	fil_bytes_release(&written);
	fil_identifiers_free(people);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(replace__texts__lose_whole_words_only),
		cmocka_unit_test(replace__names_of_many_words__have_any_word_first),
		cmocka_unit_test(replace__command_lines__lose_the_values_beside_a_user),
		cmocka_unit_test(replace__words_in_quotes__are_read_as_a_shell_does),
		cmocka_unit_test(replace__short_keys_in_quotes__are_found_as_users),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
