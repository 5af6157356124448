/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/base/temp_file.h"
#include "lib/write/people/written.h"

/* More than three blocks. */
enum { ROWS = 200000 };

static struct fil_written_rows *
fill(const char *folder)
{
	struct fil_written_rows *rows = fil_written_rows_new(folder);

	for (uint32_t i = 0; i < ROWS; i++)
		*fil_written_rows_add(rows) =
		    (struct fil_written){ i + 1, 2 * i, (uint64_t)i << 20, i & 7, i & 1 };
	return rows;
}

static void
written_rows__many__read_back_again_and_again(void **state)
{
	struct fil_written_rows *rows = fill(fil_temp_file_folder());
	struct fil_fault fault;

	(void)state;
	for (int pass = 0; pass < 2; pass++)
		for (uint32_t i = 0; i < ROWS; i++) {
			const struct fil_written *row = fil_written_rows_at(rows, i);

			assert_int_equal(row->key, i + 1);
			assert_int_equal(row->manager, 2 * i);
			assert_int_equal(row->email, (uint64_t)i << 20);
			assert_int_equal(row->name, i & 7);
			assert_int_equal(row->added, i & 1);
		}
	/* Further rows go behind those before. */
	fil_written_rows_at(rows, 5);
	fil_written_rows_add(rows)->key = 7;
	assert_int_equal(fil_written_rows_at(rows, ROWS - 1)->key, ROWS);
	assert_int_equal(fil_written_rows_at(rows, ROWS)->key, 7);
	assert_int_equal(fil_written_rows_check(rows, &fault), 0);
	fil_written_rows_free(rows);
}

static void
written_rows__no_folder__fault_once_they_are_checked(void **state)
{
	struct fil_written_rows *rows = fill("/nowhere/to/be/found");
	struct fil_fault fault;

	(void)state;
	assert_int_equal(fil_written_rows_at(rows, 0)->key, 0);
	assert_int_equal(fil_written_rows_check(rows, &fault), -1);
	assert_int_equal(fault.status, FIL_CANT_CREATE);
	fil_written_rows_free(rows);
	fil_written_rows_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(written_rows__many__read_back_again_and_again),
		cmocka_unit_test(written_rows__no_folder__fault_once_they_are_checked),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
