/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "lib/load/messages.h"

static void
check(const struct fil_summary *summary, const char *expected)
{
	char *text = fil_summary_text(summary);

	assert_string_equal(text, expected);
	free(text);
}

static void
text__what_was_done__is_counted_in_the_order_of_the_contract(void **state)
{
	struct fil_counts counts = {
		.read = 238, .added = 12, .changed = 3, .left = 1, .unchanged = 222
	};
	struct fil_summary summary = {
		.table = "users", .counts = &counts, .written = true, .last = true, .run = 214
	};

	(void)state;
	check(&summary, "users: 238 read, 12 added, 3 changed, 1 left, 222 unchanged (run 214)");
	counts = (struct fil_counts){ .read = 2, .unchanged = 2 };
	check(&summary, "users: 2 read, 0 added, 0 changed, 2 unchanged (run 214)");
	counts =
	    (struct fil_counts){ .read = 5, .added = 1, .returned = 2, .left = 3, .rejected = 1 };
	counts.unknown = 4;
	counts.replaced = 5;
	check(&summary,
	    "users: 5 read, 1 added, 0 changed, 3 left, 2 returned, 0 unchanged, "
	    "4 of unknown users ignored, 5 replaced by a later row, "
	    "1 refused (run 214)");
}

static void
text__nothing_written__says_so_and_names_no_run(void **state)
{
	struct fil_counts counts = { .read = 9, .added = 8, .rejected = 1 };
	struct fil_summary summary = { .table = "needs", .counts = &counts, .run = 3 };

	(void)state;
	check(&summary, "needs: 9 read, 1 refused; nothing was written");
}

static void
text__a_removal__counts_rows_removed_and_not_found(void **state)
{
	struct fil_counts counts = { .read = 3, .removed = 3 };
	struct fil_summary summary = {
		.table = "users", .counts = &counts, .removing = true, .written = true, .run = 5
	};

	(void)state;
	check(&summary, "users: 3 read, 3 removed (run 5)");
	counts.removed = 1;
	counts.rejected = 1;
	counts.unknown = 1;
	check(&summary, "users: 3 read, 1 removed, 1 not found, 1 refused (run 5)");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text__what_was_done__is_counted_in_the_order_of_the_contract),
		cmocka_unit_test(text__nothing_written__says_so_and_names_no_run),
		cmocka_unit_test(text__a_removal__counts_rows_removed_and_not_found),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
