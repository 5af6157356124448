/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/store/batch.h"

static void
new__empty__has_no_rows(void **state)
{
	(void)state;
	struct fil_batch *batch = fil_batch_new(3);

	assert_int_equal(fil_batch_rows(batch), 0);
	assert_int_equal(fil_batch_columns(batch), 3);
	assert_int_equal(fil_batch_bytes(batch), 0);
	fil_batch_free(batch);
	fil_batch_free(NULL);
}

static void
add__null_and_empty_cells__stay_apart(void **state)
{
	(void)state;
	struct fil_batch *batch = fil_batch_new(4);
	size_t length = 99;

	assert_int_equal(fil_batch_add(batch, (const char *[]){ NULL, "", NULL, "é" }), 0);
	assert_int_equal(fil_batch_add(batch, (const char *[]){ "", NULL, "x", NULL }), 1);
	assert_null(fil_batch_cell(batch, 0, 0, &length));
	assert_int_equal(length, 0);
	assert_string_equal(fil_batch_cell(batch, 0, 1, &length), "");
	assert_int_equal(length, 0);
	assert_null(fil_batch_cell(batch, 0, 2, NULL));
	assert_string_equal(fil_batch_cell(batch, 0, 3, &length), "é");
	assert_int_equal(length, 2);
	assert_string_equal(fil_batch_cell(batch, 1, 0, NULL), "");
	assert_null(fil_batch_cell(batch, 1, 1, NULL));
	assert_string_equal(fil_batch_cell(batch, 1, 2, &length), "x");
	assert_int_equal(length, 1);
	assert_null(fil_batch_cell(batch, 1, 3, NULL));
	assert_int_equal(fil_batch_bytes(batch), 1 + 3 + 1 + 2);
	fil_batch_free(batch);
}

static void
add__nothing_but_null__takes_no_bytes(void **state)
{
	(void)state;
	struct fil_batch *batch = fil_batch_new(2);

	for (size_t i = 0; i < 1000; i++)
		assert_int_equal(fil_batch_add(batch, (const char *[]){ NULL, NULL }), i);
	assert_int_equal(fil_batch_bytes(batch), 0);
	assert_null(fil_batch_cell(batch, 999, 1, NULL));
	fil_batch_free(batch);
}

static void
add__many_rows__keeps_them_all(void **state)
{
	(void)state;
	struct fil_batch *batch = fil_batch_new(3);
	char key[32], text[200];
	size_t length;

	for (size_t i = 0; i < 20000; i++) {
		snprintf(key, sizeof key, "%zu", i);
		memset(text, 'a' + (int)(i % 26), i % 199);
		text[i % 199] = '\0';
		fil_batch_add(batch, (const char *[]){ key, i % 3 == 0 ? NULL : text, key });
	}
	for (size_t i = 0; i < 20000; i++) {
		snprintf(key, sizeof key, "%zu", i);
		assert_string_equal(fil_batch_cell(batch, i, 0, &length), key);
		assert_int_equal(length, strlen(key));
		const char *middle = fil_batch_cell(batch, i, 1, &length);
		assert_int_equal(!middle, i % 3 == 0);
		assert_int_equal(length, !middle ? 0 : i % 199);
		assert_true(!middle || strlen(middle) == length);
		assert_string_equal(fil_batch_cell(batch, i, 2, NULL), key);
	}
	fil_batch_free(batch);
}

static void
add__a_cell_of_a_mebibyte__is_whole(void **state)
{
	(void)state;
	struct fil_batch *batch = fil_batch_new(1);
	char *large = fil_alloc((1 << 20) + 1, 1);
	size_t length;

	memset(large, 'x', 1 << 20);
	for (size_t i = 0; i < 4; i++)
		fil_batch_add(batch, (const char *[]){ large });
	assert_string_equal(fil_batch_cell(batch, 3, 0, &length), large);
	assert_int_equal(length, 1 << 20);
	free(large);
	fil_batch_free(batch);
}

static void
clear__filled_batch__can_be_filled_again(void **state)
{
	(void)state;
	struct fil_batch *batch = fil_batch_new(2);
	size_t length;

	for (int round = 0; round < 3; round++) {
		assert_int_equal(fil_batch_add(batch, (const char *[]){ NULL, "seven" }), 0);
		assert_int_equal(fil_batch_add(batch, (const char *[]){ "one", NULL }), 1);
		assert_null(fil_batch_cell(batch, 0, 0, NULL));
		assert_string_equal(fil_batch_cell(batch, 0, 1, &length), "seven");
		assert_int_equal(length, 5);
		fil_batch_clear(batch);
		assert_int_equal(fil_batch_rows(batch), 0);
		assert_int_equal(fil_batch_bytes(batch), 0);
	}
	fil_batch_free(batch);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(new__empty__has_no_rows),
		cmocka_unit_test(add__null_and_empty_cells__stay_apart),
		cmocka_unit_test(add__nothing_but_null__takes_no_bytes),
		cmocka_unit_test(add__many_rows__keeps_them_all),
		cmocka_unit_test(add__a_cell_of_a_mebibyte__is_whole),
		cmocka_unit_test(clear__filled_batch__can_be_filled_again),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
