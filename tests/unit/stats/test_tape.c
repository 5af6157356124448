/* SPDX-License-Identifier: ISC */
#include "lib/stats/tape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { TAPES = 5, LONGEST = 40 };

/* Record i goes to this tape, and has so many words, each of which is its number. */
static size_t
tape_of(size_t i)
{
	return i * 7 % TAPES;
}

static size_t
length_of(size_t i)
{
	return i % (LONGEST + 1);
}

/* Returns tapes with n records. */
static struct fil_tapes *
record(size_t n)
{
	struct fil_tapes *tapes = fil_tapes_new();
	uint32_t words[LONGEST];

	for (size_t i = 0; i < n; i++) {
		for (size_t w = 0; w < LONGEST; w++)
			words[w] = (uint32_t)i;
		fil_tapes_add(tapes, tape_of(i), words, length_of(i));
	}
	return tapes;
}

/* Checks that a reader gives n records of these tapes in their order. */
static void
assert_reads(struct fil_tapes *tapes, size_t n, const bool *chosen)
{
	struct fil_tape_reader *reader = fil_tape_reader_new(tapes, chosen);
	const uint32_t *words;
	size_t length;

	for (size_t i = 0; i < n; i++) {
		if (!chosen[tape_of(i)])
			continue;
		words = fil_tape_reader_next(reader, &length);
		assert_non_null(words);
		assert_int_equal(length, length_of(i));
		for (size_t w = 0; w < length; w++)
			assert_int_equal(words[w], i);
	}
	assert_null(fil_tape_reader_next(reader, &length));
	assert_null(fil_tape_reader_next(reader, &length));
	fil_tape_reader_free(reader);
}

/* From no record to several times what is kept in memory. */
static void
tapes__any_number_of_records__are_read_in_their_order(void **state)
{
	static const size_t numbers[] = { 0, 1, 2, 1000, 100000, 600000 };
	static const bool chosen[][TAPES] = { { true, true, true, true, true },
		{ false, true, false, false, true }, { false, false, false, true, false },
		{ false } };

	(void)state;
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		struct fil_tapes *tapes = record(numbers[i]);

		for (size_t c = 0; c < sizeof chosen / sizeof *chosen; c++)
			assert_reads(tapes, numbers[i], chosen[c]);
		assert_int_equal(fil_tapes_check(tapes, NULL), 0);
		fil_tapes_free(tapes);
	}
}

/* A record may be longer than a block. */
static void
tapes__long_record__is_read_whole(void **state)
{
	static const bool chosen[] = { true };
	const size_t n = FIL_TAPE_BLOCK;
	uint32_t *words = calloc(n, sizeof *words);
	struct fil_tapes *tapes = fil_tapes_new();
	struct fil_tape_reader *reader;
	size_t length;

	(void)state;
	words[n - 1] = 9;
	for (int i = 0; i < 3; i++)
		fil_tapes_add(tapes, 0, words, n);
	reader = fil_tape_reader_new(tapes, chosen);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(fil_tape_reader_next(reader, &length)[n - 1], 9);
		assert_int_equal(length, n);
	}
	fil_tape_reader_free(reader);
	fil_tapes_free(tapes);
	free(words);
}

static void
tapes__folder_that_is_not_there__is_a_fault(void **state)
{
	static const bool chosen[TAPES] = { true, true, true, true, true };
	struct fil_tapes *tapes;
	struct fil_tape_reader *reader;
	struct fil_fault fault;
	size_t length;

	(void)state;
	setenv("TMPDIR", "/nonexistent", 1);
	tapes = record(600000);
	assert_int_equal(fil_tapes_check(tapes, &fault), -1);
	assert_non_null(strstr(fault.text, "/nonexistent"));
	reader = fil_tape_reader_new(tapes, chosen);
	while (fil_tape_reader_next(reader, &length))
		continue;
	fil_tape_reader_free(reader);
	fil_tapes_free(tapes);
	unsetenv("TMPDIR");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tapes__any_number_of_records__are_read_in_their_order),
		cmocka_unit_test(tapes__long_record__is_read_whole),
		cmocka_unit_test(tapes__folder_that_is_not_there__is_a_fault),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
