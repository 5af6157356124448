/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "lib/input/row_file.h"

enum { ROWS = 40000, WIDER = 30000 };

/* Rows of two cells that a thread adds. */
struct source {
	struct fil_row_file *file;
	size_t wider; /* the number of a row with a third cell, or 0 */
};

static int
add_rows(void *context, struct fil_fault *fault)
{
	static const char text[] = "a text that fills the file";
	const struct source *source = context;

	for (size_t row = 1; row <= ROWS; row++) {
		source->file->share = (double)row / ROWS;
		for (size_t c = 0; c < 2 + (size_t)(row == source->wider); c++)
			fil_row_file_cell(source->file, c, text, strlen(text), false);
		if (fil_row_file_end(source->file, row, row, fault) < 0)
			return -1;
	}
	return fil_row_file_finish(source->file, fault);
}

/* Begins the rows in a thread. Skips the test where none can be made. */
static void
begin(struct source *source, size_t wider)
{
	struct fil_fault fault;

	source->wider = wider;
	source->file = fil_row_file_new("/tmp", false, &fault);
	assert_non_null(source->file);
	if (fil_row_file_grow(source->file, add_rows, source))
		return;
	fil_row_file_free(source->file);
	skip();
}

static void
growth__rows_are_read__as_they_come(void **state)
{
	struct source source;
	size_t at = 0, size;

	(void)state;
	begin(&source, 0);
	assert_int_equal(fil_row_file_width(source.file), 2);
	while (fil_row_file_wait(source.file, at, &size) == 0 && size > at) {
		assert_true(fil_row_file_size(source.file) >= size);
		at = size;
	}
	assert_true(fil_row_file_ends(source.file, at));
	assert_false(fil_row_file_ends(source.file, at - 1));
	assert_true(fil_row_file_complete(source.file));
	assert_int_equal(at, source.file->size);
	assert_int_equal(at, fil_row_file_size(source.file));
	assert_int_equal(source.file->width, 2);
	fil_row_file_free(source.file);
}

static void
growth__a_row_is_wider_than_those_read__the_rows_end_early(void **state)
{
	struct source source;
	size_t at = 0, size;

	(void)state;
	begin(&source, WIDER);
	assert_int_equal(fil_row_file_width(source.file), 2);
	while (fil_row_file_wait(source.file, at, &size) == 0)
		at = size;
	assert_true(at > 0 && at < (size_t)ROWS * 60);
	assert_false(fil_row_file_ends(source.file, at));
	assert_false(fil_row_file_complete(source.file));
	fil_row_file_free(source.file);
}

static void
growth__a_wide_row_among_the_first__widens_all(void **state)
{
	struct source source;

	(void)state;
	begin(&source, 2);
	assert_int_equal(fil_row_file_width(source.file), 3);
	assert_true(fil_row_file_complete(source.file));
	fil_row_file_free(source.file);
}

static void
growth__nothing_more_is_wanted__the_thread_ends(void **state)
{
	struct source source;
	size_t size;

	(void)state;
	for (int i = 0; i < 20; i++) {
		begin(&source, 0);
		if (i % 2)
			fil_row_file_wait(source.file, 0, &size);
		fil_row_file_free(source.file);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(growth__rows_are_read__as_they_come),
		cmocka_unit_test(growth__a_row_is_wider_than_those_read__the_rows_end_early),
		cmocka_unit_test(growth__a_wide_row_among_the_first__widens_all),
		cmocka_unit_test(growth__nothing_more_is_wanted__the_thread_ends),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
