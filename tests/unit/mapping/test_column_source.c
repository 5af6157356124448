/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "lib/mapping/column_source.h"

static const char *const labels[] = { "A", "B", "", "", "", "", "", "N° {x}" };

/* Returns what a column that is mapped to this template is bound to, and the cell. */
static enum fil_source_kind
kind_of(const char *template, size_t *cell)
{
	struct fil_column_source source;
	struct fil_header header;
	struct fil_fault fault;
	enum fil_source_kind kind;

	fil_column_source_init(&source, "name");
	source.map = fil_template_new(template, strlen(template), &fault);
	assert_non_null(source.map);
	fil_header_init(&header, labels, 8, 1);
	assert_int_equal(fil_column_source_bind(&source, &header, &fault), 1);
	assert_true(header.used[source.cell]);
	kind = source.kind;
	*cell = source.cell;
	fil_header_release(&header);
	fil_column_source_release(&source);
	return kind;
}

static void
bind__header_alone__is_one_cell(void **state)
{
	size_t cell;

	(void)state;
	assert_int_equal(kind_of(" N° {{x} ", &cell), FIL_CELL);
	assert_int_equal(cell, 7);
	assert_int_equal(kind_of("{B}", &cell), FIL_CELL);
	assert_int_equal(cell, 1);
}

static void
bind__more_than_a_header__is_composed(void **state)
{
	static const char *const texts[] = { "{A}.", ".{A}", "{A}{B}" };
	size_t cell;

	(void)state;
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(kind_of(texts[i], &cell), FIL_COMPOSED);
}

static void
bind__headers_taken_last__give_way_and_words_may_be_joined(void **state)
{
	static const char *const both[] = { "Title", "jobTitle" }, *const last[] = { "Title" };
	struct fil_column_source source;
	struct fil_header header;
	struct fil_fault fault;

	(void)state;
	fil_column_source_init(&source, "job");
	fil_column_source_know(&source, "job title", "title", NULL);
	fil_header_init(&header, both, 2, 1);
	assert_int_equal(fil_column_source_bind(&source, &header, &fault), 1);
	assert_string_equal(source.label, "jobTitle");
	fil_header_release(&header);
	fil_header_init(&header, last, 1, 1);
	assert_int_equal(fil_column_source_bind(&source, &header, &fault), 1);
	assert_string_equal(source.label, "Title");
	assert_true(fil_column_source_knows(&source, "title"));
	fil_header_release(&header);
	fil_column_source_release(&source);
}

static void
header__labels__are_spelt(void **state)
{
	static const char *const written[] = { " A\u00A0 b", "\u00A0", "c ", " \t", "" };
	struct fil_header header;

	(void)state;
	fil_header_init(&header, written, 5, 1);
	assert_int_equal(header.n, 3);
	assert_string_equal(header.labels[0], "A b");
	assert_string_equal(header.labels[1], "");
	assert_string_equal(header.labels[2], "c");
	fil_header_release(&header);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(bind__headers_taken_last__give_way_and_words_may_be_joined),
		cmocka_unit_test(header__labels__are_spelt),
		cmocka_unit_test(bind__header_alone__is_one_cell),
		cmocka_unit_test(bind__more_than_a_header__is_composed),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
