/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "lib/base/bytes.h"
#include "lib/input/sniff.h"
#include "tests/unit/input_of.h"

static enum fil_quoting
quoting_of(const char *text)
{
	const struct fil_format format = { .encoding = "UTF-8", .delimiter = '\t' };
	struct fil_input *input = input_of(text);
	enum fil_quoting quoting = fil_quoting_of(input, &format);

	fil_input_close(input);
	return quoting;
}

static void
quoting__texts__are_told_apart(void **state)
{
	static const struct {
		const char *text;
		enum fil_quoting quoting;
	} cases[] = {
		{ "a\tb\nc\td\n", FIL_QUOTING_NONE },
		{ "a\t24\"\nc\td\n", FIL_QUOTING_STRAY },
		{ "a\t24\" x\nc\"\td\n", FIL_QUOTING_STRAY },
		{ "a\t\"Bob\nc\td\n", FIL_QUOTING_STRAY },
		{ "a\t\"Bob\" x\nc\td\n", FIL_QUOTING_STRAY },
		{ "\"", FIL_QUOTING_STRAY },
		{ "a\"\"", FIL_QUOTING_STRAY },
		{ "a\t\"b\"\n", FIL_QUOTING_MEANT },
		{ "\"a\"\tb\n", FIL_QUOTING_MEANT },
		{ "\"a\"", FIL_QUOTING_MEANT },
		{ "\"\"\tb\n", FIL_QUOTING_MEANT },
		{ "\"\"b\n", FIL_QUOTING_STRAY }, /* doubled, and never closed */
		{ "\"a\"\"b\"\tc\n", FIL_QUOTING_MEANT },
		{ "x\ty\n\"a\nb\nc\"\td\n", FIL_QUOTING_MEANT },
		/* Behind stray ones. */
		{ "24\"\t\"b\"\n", FIL_QUOTING_MEANT },
		{ "\"Bob\t\"b\"\n", FIL_QUOTING_MEANT },
		{ "\"Bob\n\"b\"\n", FIL_QUOTING_MEANT },
		{ "\"Bob\n24\" x\n\"b\"\r\n", FIL_QUOTING_MEANT },
		{ "\"Bob\n\n\n", FIL_QUOTING_STRAY },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (quoting_of(cases[i].text) != cases[i].quoting)
			fail_msg("'%s' is %u", cases[i].text, quoting_of(cases[i].text));
}

static void
quoting__a_line_over_the_limit__does_not_end_the_search(void **state)
{
	struct fil_bytes text = { 0 };
	char block[1024];

	(void)state;
	memset(block, 'x', sizeof block);
	for (int i = 0; i < 5 * 1024; i++)
		fil_bytes_add(&text, block, sizeof block);
	fil_bytes_add_text(&text, "\n\"a\"\tb\n");
	assert_int_equal(quoting_of(text.data), FIL_QUOTING_MEANT);
	fil_bytes_release(&text);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(quoting__texts__are_told_apart),
		cmocka_unit_test(quoting__a_line_over_the_limit__does_not_end_the_search),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
