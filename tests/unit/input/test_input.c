/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "lib/input/input.h"
#include "tests/unit/input_of.h"

static void
input_open__no_such_file__is_no_input(void **state)
{
	struct fil_fault fault;

	(void)state;
	assert_null(fil_input_open("/nowhere/at/all.csv", "/tmp", &fault));
	assert_int_equal(fault.status, FIL_NO_INPUT);
	assert_string_equal(
	    fault.text, "/nowhere/at/all.csv: cannot be opened: No such file or directory");
}

static void
input_open__directory__is_no_input(void **state)
{
	struct fil_fault fault;

	(void)state;
	assert_null(fil_input_open("/tmp", "/tmp", &fault));
	assert_int_equal(fault.status, FIL_NO_INPUT);
	assert_string_equal(fault.text, "/tmp: is a directory");
}

static void
input_open__no_bytes__is_no_input(void **state)
{
	struct fil_fault fault;

	(void)state;
	assert_null(fil_input_open("/dev/null", "/tmp", &fault));
	assert_int_equal(fault.status, FIL_NO_INPUT);
	assert_null(input_of_bytes("", 0, &fault));
	assert_int_equal(fault.status, FIL_NO_INPUT);
}

static void
input_open__read_error__is_an_io_error(void **state)
{
	struct fil_fault fault;

	(void)state;
	/* The kernel refuses to read what is not mapped. */
	assert_null(fil_input_open("/proc/self/mem", "/tmp", &fault));
	assert_int_equal(fault.status, FIL_IO_ERROR);
	assert_string_equal(fault.text, "/proc/self/mem: cannot be read: Input/output error");
}

static void
input_open__folder_missing__cannot_create(void **state)
{
	struct fil_fault fault;
	char path[64];
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	snprintf(path, sizeof path, "/proc/self/fd/%d", ends[0]);
	assert_null(fil_input_open(path, "/nowhere/at/all", &fault));
	assert_int_equal(fault.status, FIL_CANT_CREATE);
	close(ends[0]);
	close(ends[1]);
}

static void
input_open__pipe__can_be_read_from_any_place(void **state)
{
	struct fil_fault fault;
	struct fil_input *input;
	char path[64], got[8] = "";
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "abcdef", 6), 6);
	close(ends[1]);
	snprintf(path, sizeof path, "/proc/self/fd/%d", ends[0]);
	input = fil_input_open(path, "/tmp", &fault);
	close(ends[0]);
	assert_non_null(input);
	assert_int_equal(fil_input_size(input), 6);
	for (int again = 0; again < 2; again++) {
		assert_int_equal(fil_input_read(input, 4, got, 8, &fault), 2);
		assert_memory_equal(got, "ef", 2);
		assert_int_equal(fil_input_read(input, 0, got, 3, &fault), 3);
		assert_memory_equal(got, "abc", 3);
	}
	assert_int_equal(fil_input_read(input, 6, got, 8, &fault), 0);
	assert_int_equal(fil_input_read(input, 600, got, 8, &fault), 0);
	fil_input_close(input);
}

static void
input_open__standard_input_in_mid_file__begins_there(void **state)
{
	char path[] = "/tmp/test_input-XXXXXX", got[8] = "";
	int saved = dup(STDIN_FILENO), fd = mkstemp(path);
	struct fil_fault fault;
	struct fil_input *input;

	(void)state;
	unlink(path);
	assert_int_equal(write(fd, "title\nuser\n1\n", 13), 13);
	assert_int_equal(lseek(fd, 6, SEEK_SET), 6);
	dup2(fd, STDIN_FILENO);
	input = fil_input_open("-", "/tmp", &fault);
	assert_non_null(input);
	assert_string_equal(fil_input_name(input), "-");
	assert_int_equal(fil_input_size(input), 7);
	assert_int_equal(fil_input_read(input, 0, got, 4, &fault), 4);
	assert_string_equal(got, "user");
	fil_input_close(input);
	assert_int_equal(fcntl(STDIN_FILENO, F_GETFD) >= 0, 1);
	dup2(saved, STDIN_FILENO);
	close(saved);
	close(fd);
}

static void
input_read__file_cut_short__is_an_io_error(void **state)
{
	char path[] = "/tmp/test_input-XXXXXX", got[8];
	int fd = mkstemp(path);
	struct fil_fault fault;
	struct fil_input *input;

	(void)state;
	assert_int_equal(write(fd, "abcdef", 6), 6);
	input = fil_input_open(path, "/tmp", &fault);
	assert_non_null(input);
	assert_int_equal(ftruncate(fd, 2), 0);
	assert_int_equal(fil_input_read(input, 3, got, 3, &fault), -1);
	assert_int_equal(fault.status, FIL_IO_ERROR);
	fil_input_close(input);
	close(fd);
	unlink(path);
}

static void
input_hash__known_bytes__is_blake2b_256(void **state)
{
	struct fil_input *input = input_of("abc");
	struct fil_fault fault;

	(void)state;
	/* b2sum -l 256 */
	assert_string_equal(fil_input_hash(input, &fault),
	    "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
	fil_input_close(input);
}

/* A thread hashes it. */
static void
input_hash__large__is_the_same(void **state)
{
	enum { N = 1100000 };
	struct fil_fault fault;
	struct fil_input *input;
	char *bytes = malloc(N);

	(void)state;
	for (size_t i = 0; i < N; i++)
		bytes[i] = (char)('a' + i % 25);
	input = input_of_bytes(bytes, N, &fault);
	assert_non_null(input);
	/* perl -e 'print chr(97 + $_ % 25) for 0..1099999' | b2sum -l 256 */
	assert_string_equal(fil_input_hash(input, &fault),
	    "3095f477fcfa0eb36d945805ab810a26881cbeb091b5efd9cba96edf08bd509e");
	assert_string_equal(fil_input_hash(input, &fault),
	    "3095f477fcfa0eb36d945805ab810a26881cbeb091b5efd9cba96edf08bd509e");
	fil_input_close(input);
	free(bytes);
}

/* Returns how an input of n bytes was judged, against one look at the whole. */
static void
judge(const char *bytes, size_t n, size_t invalid, size_t multibyte, size_t bad)
{
	struct fil_fault fault;
	struct fil_input *input = input_of_bytes(bytes, n, &fault);
	size_t found;

	assert_non_null(input);
	assert_int_equal(fil_input_utf8(input), invalid);
	assert_int_equal(fil_input_multibyte(input, &found), multibyte);
	assert_int_equal(found, bad);
	fil_input_close(input);
}

static void
input_utf8__small_files__finds_the_first_bad_byte(void **state)
{
	(void)state;
	judge("abc", 3, 3, 0, 0);
	judge("\xC3\xA9t\xC3\xA9", 5, 5, 4, 0);
	judge("\xE9t\xE9", 3, 0, 0, 2);
	judge("\xC3\xA9 \xE9", 4, 3, 2, 1);
	/* A character that the end cuts. */
	judge("a\xE2\x82", 3, 1, 0, 2);
	/* Overlong, a surrogate, beyond U+10FFFF: bad, yet of UTF-8's form. */
	judge("\xC0\xAF", 2, 0, 2, 1);
	judge("\xED\xA0\x80", 3, 0, 3, 1);
	judge("\xF5\x80\x80\x80", 4, 0, 4, 1);
	judge("\xFF\xFE", 2, 0, 0, 2);
}

static void
input_utf8__character_across_blocks__is_whole(void **state)
{
	enum { BLOCK = 256 * 1024 };
	char *bytes = malloc(BLOCK + 8);

	(void)state;
	for (size_t before = 0; before < 5; before++) {
		memset(bytes, 'a', BLOCK + 8);
		memcpy(bytes + BLOCK - before, "\xF0\x9F\x98\x80", 4);
		judge(bytes, BLOCK + 8, BLOCK + 8, 4, 0);
		bytes[BLOCK - before + 3] = 'a';
		judge(bytes, BLOCK + 8, BLOCK - before, 0, 3);
	}
	free(bytes);
}

static void
input_multibyte__many_high_bytes__counts_them_all(void **state)
{
	enum { PAIRS = 40000 };
	char *bytes = malloc(2 * PAIRS);

	(void)state;
	for (size_t i = 0; i < PAIRS; i++)
		memcpy(bytes + 2 * i, "\xC3\xA9", 2);
	judge(bytes, 2 * PAIRS, 2 * PAIRS, 2 * PAIRS, 0);
	free(bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(input_open__no_such_file__is_no_input),
		cmocka_unit_test(input_open__directory__is_no_input),
		cmocka_unit_test(input_open__no_bytes__is_no_input),
		cmocka_unit_test(input_open__read_error__is_an_io_error),
		cmocka_unit_test(input_open__folder_missing__cannot_create),
		cmocka_unit_test(input_open__pipe__can_be_read_from_any_place),
		cmocka_unit_test(input_open__standard_input_in_mid_file__begins_there),
		cmocka_unit_test(input_read__file_cut_short__is_an_io_error),
		cmocka_unit_test(input_hash__known_bytes__is_blake2b_256),
		cmocka_unit_test(input_hash__large__is_the_same),
		cmocka_unit_test(input_utf8__small_files__finds_the_first_bad_byte),
		cmocka_unit_test(input_utf8__character_across_blocks__is_whole),
		cmocka_unit_test(input_multibyte__many_high_bytes__counts_them_all),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
