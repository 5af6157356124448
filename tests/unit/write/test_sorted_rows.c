/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "lib/base/memory.h"
#include "lib/base/temp_file.h"
#include "lib/write/sorted_rows.h"

enum { COLUMNS = 3 };

static struct fil_sorted_rows *
begin(void)
{
	struct fil_fault fault;
	struct fil_sorted_rows *sorted =
	    fil_sorted_rows_new(COLUMNS, fil_temp_file_folder(), &fault);

	assert_non_null(sorted);
	return sorted;
}

static void
add(struct fil_sorted_rows *sorted, const char *first, const char *second, const char *third)
{
	const char *cells[] = { first, second, third };
	size_t lengths[COLUMNS];
	struct fil_fault fault;

	for (size_t c = 0; c < COLUMNS; c++)
		lengths[c] = cells[c] ? strlen(cells[c]) : 0;
	assert_int_equal(fil_sorted_rows_add(sorted, cells, lengths, &fault), 0);
}

/* Reads the next row, with a '/' between its cells and a '-' for an empty one. */
static void
next_is(struct fil_sorted_rows *sorted, const char *expected)
{
	const char *cells[COLUMNS];
	size_t lengths[COLUMNS];
	struct fil_fault fault;
	char *row;

	assert_int_equal(fil_sorted_rows_next(sorted, cells, lengths, &fault), 1);
	for (size_t c = 0; c < COLUMNS; c++)
		assert_int_equal(lengths[c], cells[c] ? strlen(cells[c]) : 0);
	row = fil_format("%s/%s/%s", cells[0], cells[1], cells[2] ? cells[2] : "-");
	assert_string_equal(row, expected);
	free(row);
}

static void
end(struct fil_sorted_rows *sorted)
{
	const char *cells[COLUMNS];
	size_t lengths[COLUMNS];
	struct fil_fault fault;

	for (int again = 0; again < 2; again++)
		assert_int_equal(fil_sorted_rows_next(sorted, cells, lengths, &fault), 0);
	fil_sorted_rows_free(sorted);
}

static void
next__no_row__is_the_end(void **state)
{
	(void)state;
	end(begin());
}

static void
next__some_rows__by_the_bytes_of_each_cell(void **state)
{
	struct fil_sorted_rows *sorted = begin();

	(void)state;
	add(sorted, "b", "1", "x");
	add(sorted, "é", "1", NULL);
	add(sorted, "ab", "", NULL);
	add(sorted, "a", "b", "");
	add(sorted, "a long key of a user 2", "1", "x");
	add(sorted, "a long key of a user 10", "1", "x");
	add(sorted, "a", "bc", NULL);
	next_is(sorted, "a/b/");
	next_is(sorted, "a/bc/-");
	next_is(sorted, "a long key of a user 10/1/x");
	next_is(sorted, "a long key of a user 2/1/x");
	next_is(sorted, "ab//-");
	next_is(sorted, "b/1/x");
	next_is(sorted, "é/1/-");
	end(sorted);
}

/* 40,000 rows, half of them of 500 bytes, and one of 9 MB: more than two portions. */
static void
next__more_than_memory__all_are_merged(void **state)
{
	enum { ROWS = 40000, STEP = 7919, WIDE = 500, LARGE = 9000000 };
	struct fil_sorted_rows *sorted = begin();
	char key[16], row[WIDE + 32], *wide = fil_alloc(WIDE + 1, 1),
				      *large = fil_alloc(LARGE + 1, 1);

	(void)state;
	memset(wide, 'w', WIDE);
	memset(large, 'z', LARGE);
	for (unsigned i = 0; i < ROWS; i++) {
		snprintf(key, sizeof key, "u%05u", i * STEP % ROWS);
		add(sorted, key, "1", i * STEP % ROWS % 2 ? wide : NULL);
		if (i == ROWS / 2)
			add(sorted, large, "2", "3");
	}
	for (unsigned i = 0; i < ROWS; i++) {
		snprintf(row, sizeof row, "u%05u/1/%s", i, i % 2 ? wide : "-");
		next_is(sorted, row);
	}
	memcpy(large + LARGE - 4, "/2/3", 4);
	free(wide);
	wide = fil_format("%.*szzzz/2/3", LARGE - 4, large);
	next_is(sorted, wide);
	end(sorted);
	free(wide);
	free(large);
}

/* A file may not grow beyond 1 MB, as if the disk were full. */
static void
next__no_room_on_the_disk__is_a_fault(void **state)
{
	struct rlimit old, low;
	struct fil_sorted_rows *sorted = begin();
	const char *cells[COLUMNS];
	size_t lengths[COLUMNS];
	char *wide = fil_alloc(2000001, 1);
	struct fil_fault fault;

	(void)state;
	memset(wide, 'w', 2000000);
	add(sorted, "a", "b", wide);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	low = old;
	low.rlim_cur = 1000000;
	setrlimit(RLIMIT_FSIZE, &low);
	assert_int_equal(fil_sorted_rows_next(sorted, cells, lengths, &fault), -1);
	setrlimit(RLIMIT_FSIZE, &old);
	assert_int_equal(fault.status, FIL_IO_ERROR);
	assert_string_equal(fault.text, "the rows to sort cannot be kept: File too large");
	fil_sorted_rows_free(sorted);
	free(wide);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(next__no_row__is_the_end),
		cmocka_unit_test(next__some_rows__by_the_bytes_of_each_cell),
		cmocka_unit_test(next__more_than_memory__all_are_merged),
		cmocka_unit_test(next__no_room_on_the_disk__is_a_fault),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
