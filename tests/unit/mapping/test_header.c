/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "lib/mapping/header.h"

/* Compares what the template makes of three cells, bound to its parts in their order, with what is
 * expected (NULL: nothing). */
static void
fills(const char *text, const char *a, const char *b, const char *c, const char *expected)
{
	const char *const cells[] = { a, b, c };
	const size_t lengths[] = { strlen(a), strlen(b), strlen(c) };
	struct fil_fault fault;
	struct fil_template *template = fil_template_new(text, strlen(text), &fault);
	const char *got;
	size_t n;

	assert_non_null(template);
	for (size_t i = 0; i < template->n; i++)
		template->parts[i].cell = i;
	/* Twice: nothing of the first record may stay. */
	fil_template_fill(template, cells, lengths, template->n, &n);
	got = fil_template_fill(template, cells, lengths, template->n, &n);
	if (!expected) {
		assert_null(got);
		assert_int_equal(n, 0);
	} else {
		assert_string_equal(got, expected);
		assert_int_equal(n, strlen(expected));
	}
	fil_template_free(template);
}

static void
fill__all_parts__are_joined(void **state)
{
	(void)state;
	fills("{A} {B}", "Zoé", "Marchais", "", "Zoé Marchais");
	fills("{A}/{B}/{C}", "x", "y", "z", "x/y/z");
	fills("M. {A} ({B})", "x", "y", "", "M. x (y)");
	fills("{{{A}}", "x", "", "", "{x}");
	fills("{A}{B}", "x", "y", "", "xy");
	fills("A", "x", "", "", "x");
}

static void
fill__empty_part__takes_its_separator_along(void **state)
{
	(void)state;
	fills("{A}/{B}", "x", "", "", "x");
	fills("{A}/{B}", "", "y", "", "y");
	fills("{A}/{B}/{C}", "x", "", "z", "x/z");
	fills("{A}/{B}/{C}", "", "", "z", "z");
	fills("{A}/{B}/{C}", "x", "", "", "x");
	fills("{A} ({B})", "x", "", "", "x");
	fills("M. {A} {B}", "", "y", "", "y");
	fills("{A}/{B}/{C}", "", "", "", NULL);
	fills("M. {A}!", "", "", "", NULL);
}

static void
new__header_alone__is_one_part(void **state)
{
	struct fil_fault fault;
	struct fil_template *template = fil_template_new(" N° {{x} ", 9, &fault);

	(void)state;
	assert_non_null(template);
	assert_int_equal(template->n, 1);
	assert_string_equal(template->parts[0].header, " N° {x}");
	fil_template_free(template);
}

static void
new__headers__are_folded(void **state)
{
	struct fil_fault fault;
	struct fil_template *template = fil_template_new("{Prénom} {NOM_usuel}", 21, &fault);

	(void)state;
	assert_int_equal(template->n, 2);
	assert_string_equal(template->parts[0].header, "Prénom");
	assert_string_equal(template->parts[0].folded, "prenom");
	assert_string_equal(template->parts[1].folded, "nom usuel");
	fil_template_free(template);
}

static void
new__bad_text__is_a_usage_fault(void **state)
{
	static const struct {
		const char *text, *fault;
	} cases[] = {
		{ "{A", "'{' without a '}'" },
		{ "{A} {", "'{' without a '}'" },
		{ "{}", "no header between '{' and '}'" },
		{ "{A}{ _}", "no header between '{' and '}'" },
		{ "", "no header" },
		{ "  ", "no header" },
	};
	struct fil_fault fault;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_null(fil_template_new(cases[i].text, strlen(cases[i].text), &fault));
		assert_int_equal(fault.status, FIL_USAGE);
		assert_string_equal(fault.text, cases[i].fault);
	}
	fil_template_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fill__all_parts__are_joined),
		cmocka_unit_test(fill__empty_part__takes_its_separator_along),
		cmocka_unit_test(new__header_alone__is_one_part),
		cmocka_unit_test(new__headers__are_folded),
		cmocka_unit_test(new__bad_text__is_a_usage_fault),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
