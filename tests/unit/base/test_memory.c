/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lib/base/memory.h"
#include "tests/unit/child.h"

static void
alloc__any_size__is_zeroed(void **state)
{
	(void)state;
	unsigned char *block = fil_alloc(1000, 3);

	for (size_t i = 0; i < 3000; i++)
		assert_int_equal(block[i], 0);
	free(block);
}

static void
alloc__no_bytes__is_a_block(void **state)
{
	(void)state;
	void *a = fil_alloc(0, 8), *b = fil_resize(NULL, 0, 8);
	void *c = fil_resize(fil_alloc(1, 1), 0, 0);

	assert_non_null(a);
	assert_non_null(b);
	assert_non_null(c);
	free(a);
	free(b);
	free(c);
}

static void
resize__larger__keeps_what_was_there(void **state)
{
	(void)state;
	char *text = fil_copy("filrouge");

	text = fil_resize(text, 100000, 10);
	assert_string_equal(text, "filrouge");
	free(text);
}

static void
copy__null__is_null(void **state)
{
	(void)state;
	assert_null(fil_copy(NULL));
}

static void
copy_bytes__with_nul_inside__copies_all(void **state)
{
	(void)state;
	char *copy = fil_copy_bytes("a\0bc", 3);

	assert_memory_equal(copy, "a\0b\0", 4);
	free(copy);
	copy = fil_copy_bytes(NULL, 0);
	assert_string_equal(copy, "");
	free(copy);
}

static void
format__long_text__is_whole(void **state)
{
	(void)state;
	char *text = fil_format("%05d|%*s|%s", 42, 3000, "x", "é");

	assert_int_equal(strlen(text), 5 + 1 + 3000 + 1 + 2);
	assert_memory_equal(text, "00042|  ", 8);
	assert_string_equal(text + 3005, "x|é");
	free(text);
}

static void
ask_for_an_overflow(void)
{
	volatile size_t huge = SIZE_MAX / 2 + 2;

	free(fil_alloc(huge, 2));
}

static void
ask_for_everything(void)
{
	volatile size_t huge = SIZE_MAX;

	free(fil_resize(NULL, huge, 1));
}

static void
alloc__product_overflows__ends_the_program(void **state)
{
	(void)state;
	char said[200];

	assert_int_equal(child_status(ask_for_an_overflow, said, sizeof said), 70);
	assert_string_equal(said, "test_memory: out of memory\n");
}

static void
resize__more_than_there_is__ends_the_program(void **state)
{
	(void)state;
	char said[200];

	assert_int_equal(child_status(ask_for_everything, said, sizeof said), 70);
	assert_string_equal(said, "test_memory: out of memory\n");
}

static void
bytes_add__nothing__leaves_an_empty_string(void **state)
{
	(void)state;
	struct fil_bytes bytes = { 0 };

	fil_bytes_add(&bytes, NULL, 0);
	assert_string_equal(bytes.data, "");
	assert_int_equal(bytes.length, 0);
	fil_bytes_release(&bytes);
}

static void
bytes_add__byte_by_byte__always_ends_in_nul(void **state)
{
	(void)state;
	struct fil_bytes bytes = { 0 };

	for (size_t i = 0; i < 10000; i++) {
		fil_bytes_add(&bytes, "abc" + i % 3, 1);
		assert_int_equal(bytes.length, i + 1);
		assert_true(bytes.capacity > bytes.length);
		assert_int_equal(bytes.data[i], "abc"[i % 3]);
		assert_int_equal(bytes.data[i + 1], '\0');
	}
	fil_bytes_release(&bytes);
	assert_null(bytes.data);
	assert_int_equal(bytes.length + bytes.capacity, 0);
}

static void
bytes_add__text_and_format__stand_in_a_row(void **state)
{
	(void)state;
	struct fil_bytes bytes = { 0 };

	fil_bytes_add_text(&bytes, "é");
	fil_bytes_add_format(&bytes, "[%3d|%s]", 7, "x");
	fil_bytes_add(&bytes, "a\0b", 3);
	assert_int_equal(bytes.length, 12);
	assert_memory_equal(bytes.data, "é[  7|x]a\0b", 13);
	fil_bytes_release(&bytes);
}

static void
bytes_clear__filled__keeps_the_room(void **state)
{
	(void)state;
	struct fil_bytes bytes = { 0 };

	fil_bytes_clear(&bytes);
	assert_null(bytes.data);
	fil_bytes_reserve(&bytes, 5000);
	const char *data = bytes.data;
	fil_bytes_add_text(&bytes, "filrouge");
	fil_bytes_clear(&bytes);
	assert_string_equal(bytes.data, "");
	for (size_t i = 0; i < 5000; i++)
		fil_bytes_add(&bytes, "x", 1);
	assert_ptr_equal(bytes.data, data);
	fil_bytes_release(&bytes);
}

static void
grow__element_by_element__keeps_those_before(void **state)
{
	size_t *list = NULL, room = 0, moves = 0;

	(void)state;
	for (size_t n = 0; n < 10000; n++) {
		size_t before = room;

		list = fil_grow(list, n, &room, sizeof *list);
		assert_true(room > n);
		moves += room > before;
		list[n] = n;
	}
	for (size_t n = 0; n < 10000; n++)
		assert_int_equal(list[n], n);
	assert_in_range(moves, 2, 20);
	free(list);
}

static void
memory_stream__closed__has_what_was_written(void **state)
{
	struct fil_memory_stream memory;

	(void)state;
	fil_memory_stream_open(&memory);
	fprintf(memory.stream, "%s %d", "filrouge", 7);
	fil_memory_stream_close(&memory);
	assert_string_equal(memory.text, "filrouge 7");
	assert_int_equal(memory.n, 10);
	free(memory.text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(alloc__any_size__is_zeroed),
		cmocka_unit_test(alloc__no_bytes__is_a_block),
		cmocka_unit_test(resize__larger__keeps_what_was_there),
		cmocka_unit_test(copy__null__is_null),
		cmocka_unit_test(copy_bytes__with_nul_inside__copies_all),
		cmocka_unit_test(format__long_text__is_whole),
		cmocka_unit_test(alloc__product_overflows__ends_the_program),
		cmocka_unit_test(resize__more_than_there_is__ends_the_program),
		cmocka_unit_test(bytes_add__nothing__leaves_an_empty_string),
		cmocka_unit_test(bytes_add__byte_by_byte__always_ends_in_nul),
		cmocka_unit_test(bytes_add__text_and_format__stand_in_a_row),
		cmocka_unit_test(bytes_clear__filled__keeps_the_room),
		cmocka_unit_test(grow__element_by_element__keeps_those_before),
		cmocka_unit_test(memory_stream__closed__has_what_was_written),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
