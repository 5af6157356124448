/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/users/keylist.h"

struct list {
	struct fil_batch *keys;
	struct fil_fault fault;
	int result;
};

/* Reads n bytes as a list; fil_batch_free frees its keys. */
static struct list
read_bytes(const char *bytes, size_t n)
{
	struct list list = { .keys = fil_batch_new(1) };
	int fd = memfd_create("list", 0);
	char path[64];

	assert_int_equal(write(fd, bytes, n), n);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	list.result = fil_keylist_read(path, "/tmp", 0, list.keys, &list.fault);
	close(fd);
	return list;
}

/* Checks that the text names these keys, divided by spaces, and no others. */
static void
expect(const char *text, const char *keys)
{
	struct list list = read_bytes(text, strlen(text));
	char *copy = strdup(keys), *rest = copy, *key;
	size_t n = 0;

	if (list.result != 0)
		fail_msg("%s", list.fault.text);
	while (*copy != '\0' && (key = strsep(&rest, " "))) {
		assert_true(n < fil_batch_rows(list.keys));
		assert_string_equal(fil_batch_cell(list.keys, n++, 0, NULL), key);
	}
	assert_int_equal(fil_batch_rows(list.keys), n);
	fil_batch_free(list.keys);
	free(copy);
}

/* Checks the fault's text behind the input's name. */
static void
refuse(const char *bytes, size_t n, const char *expected)
{
	struct list list = read_bytes(bytes, n);
	const char *text = strchr(list.fault.text, ':');

	assert_int_equal(list.result, -1);
	assert_int_equal(list.fault.status, FIL_BAD_DATA);
	assert_non_null(text);
	assert_string_equal(text, expected);
	fil_batch_free(list.keys);
}

static void
keylist__bare_keys__are_taken_line_by_line(void **state)
{
	(void)state;
	expect("a\n", "a");
	expect("a", "a");
	expect("00421\r\n0x\r\n\r\n00421\r\n", "00421 0x 00421");
	expect("\xEF\xBB\xBF"
	       "a\nb",
	    "a b");
	expect("-rf\n$(id)\n%s\n", "-rf $(id) %s");
	/* Keys are compared as they are stored: composed. */
	expect("e\xCC\x81\n", "é");
}

static void
keylist__a_header_alone__is_nobody(void **state)
{
	(void)state;
	expect("user\n", "");
	expect("name,user\n", "");
}

static void
keylist__known_headers__name_the_column(void **state)
{
	(void)state;
	expect("user,name\na,X\nb,Y\n", "a b");
	expect("name;unit;user\nX;U;a\nY;U;\"b;c\"\n", "a b;c");
	expect("MATRICULE\tNom\n1\tX\n", "1");
	expect("Nom,N\xC2\xB0 matricule\nX,7\n", "7");
	expect("sep=;\nuser;name\na;X\n", "a");
}

static void
keylist__empty_cells__name_nobody(void **state)
{
	(void)state;
	expect("user,name\n,X\nb,Y\n,\n", "b");
}

static void
keylist__no_column_of_users__is_refused(void **state)
{
	(void)state;
	refuse("name,unit\nx,y\n", 14, ":1: no column 'user' says whom it is about");
	refuse("a,b\nc,d\n", 8, ":1: no column 'user' says whom it is about");
}

static void
keylist__bad_rows__are_named_by_their_line(void **state)
{
	(void)state;
	refuse("unit,user\nx,a\nx\n", 16, ":3: there is no cell for the user");
	refuse("user\na\n\"b\n", 10, ":3: cell 1: a quote that is never closed");
	refuse("user\na\0b\n", 9, ":2: a NUL byte: is this text?");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keylist__bare_keys__are_taken_line_by_line),
		cmocka_unit_test(keylist__a_header_alone__is_nobody),
		cmocka_unit_test(keylist__known_headers__name_the_column),
		cmocka_unit_test(keylist__empty_cells__name_nobody),
		cmocka_unit_test(keylist__no_column_of_users__is_refused),
		cmocka_unit_test(keylist__bad_rows__are_named_by_their_line),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
