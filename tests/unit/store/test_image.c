/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "lib/base/fault.h"
#include "lib/base/memory.h"
#include "lib/store/batch.h"
#include "lib/store/image.h"
#include "lib/store/relation.h"

static const char *const columns[] = { "key", "note", "level" };
static const struct fil_relation relation = { "facts", columns, 3, 1 };

static void
image__any_text__is_read_as_it_was_written(void **state)
{
	static const char *const notes[] = { NULL, "", "plain",
		"\"quoted\" \\ back\tslash\nline \x01", "é 😀 </script>", "\\u0041",
		"{\"key\":\"x\"}" };
	struct fil_bytes image = { 0 }, text = { 0 };
	struct fil_fault fault;

	(void)state;
	for (size_t i = 0; i < sizeof notes / sizeof *notes; i++) {
		struct fil_batch *rows = fil_batch_new(4);
		const char *cells[3];

		fil_batch_add(rows, (const char *const[]){ "k", notes[i], "3", "12" });
		assert_int_equal(fil_image_write(&image, &relation, rows, 0, &fault), 0);
		assert_int_equal(fil_image_read(&relation, image.data, &text, cells), 0);
		assert_string_equal(cells[0], "k");
		if (notes[i])
			assert_string_equal(cells[1], notes[i]);
		else
			assert_null(cells[1]);
		assert_string_equal(cells[2], "3");
		fil_batch_free(rows);
	}
	fil_bytes_release(&image);
	fil_bytes_release(&text);
}

static void
read__other_columns_or_none__are_ignored_or_null(void **state)
{
	struct fil_bytes text = { 0 };
	const char *cells[3];

	(void)state;
	assert_int_equal(fil_image_read(&relation, "{}", &text, cells), 0);
	assert_null(cells[0]);
	assert_int_equal(fil_image_read(&relation, "{\"level\":\"2\",\"more\":\"x\",\"key\":\"k\"}",
			     &text, cells),
	    0);
	assert_string_equal(cells[0], "k");
	assert_null(cells[1]);
	assert_string_equal(cells[2], "2");
	fil_bytes_release(&text);
}

static void
read__something_else__is_no_image(void **state)
{
	static const char *const texts[] = { "", "{", "[]", "{\"key\"}", "{\"key\":}",
		"{\"key\":1}", "{\"key\":\"k}", "{\"key\":\"k\"", "{\"key\":\"k\"}x",
		"{\"key\":\"k\",}", "{\"key\":\"\\n\"}", "{\"key\":\"\\u12\"}",
		"{\"key\":\"\\u00e9\"}", "{\"key\":\"\\u0000\"}", "{\"key\":\"k\\" };
	struct fil_bytes text = { 0 };
	const char *cells[3];

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		assert_int_equal(fil_image_read(&relation, texts[i], &text, cells), -1);
	fil_bytes_release(&text);
}

static void
write__cell_is_no_utf8__is_a_fault(void **state)
{
	struct fil_batch *rows = fil_batch_new(4);
	struct fil_bytes image = { 0 };
	struct fil_fault fault;

	(void)state;
	fil_batch_add(rows, (const char *const[]){ "k", "\xFF", NULL, "1" });
	assert_int_equal(fil_image_write(&image, &relation, rows, 0, &fault), -1);
	assert_string_equal(fault.text,
	    "facts: note: a stored value is not UTF-8: restore the store from a backup");
	fil_bytes_release(&image);
	fil_batch_free(rows);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(image__any_text__is_read_as_it_was_written),
		cmocka_unit_test(read__other_columns_or_none__are_ignored_or_null),
		cmocka_unit_test(read__something_else__is_no_image),
		cmocka_unit_test(write__cell_is_no_utf8__is_a_fault),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
