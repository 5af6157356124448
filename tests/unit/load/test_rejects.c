/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/load/rejects.h"
#include "lib/mapping/profile.h"
#include "tests/unit/place.h"

#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, place_empty, place_remove)

/* The most bytes of a file here. */
enum { MOST = 4096 };

/* One input, and what is refused of it. */
struct refusing {
	struct place *place;
	const struct fil_table *table;
	struct fil_load_options *options;
	struct fil_request *request;
	struct fil_load_input *input;
	struct fil_counts *counts;
	struct fil_rejects *rejects;
	char written[MOST];
	size_t n;
};

static struct refusing
begin(struct place *place, const char *bytes, size_t n, const char *encoding)
{
	struct refusing refusing = { .place = place, .table = fil_catalog_table("users") };
	char *path = place_file(place, "input.csv");
	FILE *file = fopen(path, "w");

	assert_int_equal(fwrite(bytes, 1, n, file), n);
	assert_int_equal(fclose(file), 0);
	refusing.options = fil_alloc(1, sizeof *refusing.options);
	refusing.input = fil_alloc(1, sizeof *refusing.input);
	refusing.counts = fil_alloc(1, sizeof *refusing.counts);
	refusing.options->format.encoding = encoding;
	refusing.request =
	    fil_request_new(NULL, refusing.table, refusing.options, false, &place->fault);
	assert_non_null(refusing.request);
	if (fil_load_input_open(refusing.input, path, place->folder, refusing.request,
		refusing.options, &place->fault) < 0)
		fail_msg("%s", place->fault.text);
	refusing.rejects = fil_rejects_new(refusing.table, 100, refusing.counts);
	assert_int_equal(fil_rejects_keep(refusing.rejects, place->folder, &place->fault), 0);
	fil_rejects_begin(refusing.rejects, "input.csv", NULL);
	free(path);
	return refusing;
}

static struct refusing
begin_text(struct place *place, const char *text)
{
	return begin(place, text, strlen(text), NULL);
}

static void
refuse(struct refusing *refusing, size_t line, const char *kind, const char *text)
{
	struct fil_fault fault;

	fil_fault_data(&fault, kind, "%s", text);
	fil_rejects_add(refusing->rejects, line, &fault, NULL);
}

/* Writes the rejects, and checks the file's bytes. */
static void
end(struct refusing *refusing, const char *expected, size_t n)
{
	char *path = place_file(refusing->place, "rejects.csv");
	FILE *file;

	assert_int_equal(fil_rejects_close(refusing->rejects, NULL, refusing->input, path,
			     &refusing->place->fault),
	    0);
	file = fopen(path, "r");
	refusing->n = fread(refusing->written, 1, MOST - 1, file);
	fclose(file);
	free(path);
	if (refusing->n != n || memcmp(refusing->written, expected, n) != 0)
		fail_msg("'%s', not '%s'", refusing->written, expected);
	fil_rejects_free(refusing->rejects);
	fil_load_input_release(refusing->input);
	fil_request_free(refusing->request);
	free(refusing->options);
	free(refusing->input);
	free(refusing->counts);
}

static void
end_text(struct refusing *refusing, const char *expected)
{
	end(refusing, expected, strlen(expected));
}

static void
write__refused_rows__keep_their_own_form(void **state)
{
	struct refusing refusing = begin_text(*state,
	    "user;name\r\nu1;A\r\nu2; \"B \"\"b\"\"\" \r\n\r\n"
	    "u3;\"x\r\ny\"\r\nu4;D");

	refuse(&refusing, 3, "type-error", "name: wrong");
	refuse(&refusing, 3, "constraint-error", "user: too");
	refuse(&refusing, 5, NULL, "name: 'x' \"y\"");
	refuse(&refusing, 7, "type-error", "last");
	end_text(&refusing,
	    "user;name;reject_line;reject_reason\r\n"
	    "u2; \"B \"\"b\"\"\" ;3;"
	    "\"type-error: name: wrong; constraint-error: user: too\"\r\n"
	    "u3;\"x\r\ny\";5;\"name: 'x' \"\"y\"\"\"\r\n"
	    "u4;D;7;\"type-error: last\"\r\n");
}

static void
write__nothing_refused__is_the_header(void **state)
{
	struct refusing refusing = begin_text(*state, "user,name\nu1,A\n");

	end_text(&refusing, "user,name,reject_line,reject_reason\n");
}

static void
write__rejects_refused_again__get_new_columns_for_the_old(void **state)
{
	struct refusing refusing = begin_text(*state,
	    "user,name,reject_line,reject_reason\n"
	    "u1,\"A,a\",7,\"old: a, b\"\nu2,B\nu3,\"C,7,\"x\"\n");

	refuse(&refusing, 2, "type-error", "new");
	refuse(&refusing, 3, "missing-cell", "short");
	refuse(&refusing, 4, "source-error", "quote");
	end_text(&refusing,
	    "user,name,reject_line,reject_reason\n"
	    "u1,\"A,a\",2,\"type-error: new\"\n"
	    "u2,B,3,\"missing-cell: short\"\n"
	    "u3,\"C,7,\"x\",4,\"source-error: quote\"\n");
}

static void
write__utf16__is_utf16_with_its_mark(void **state)
{
	static const char input[] = "\xff\xfe"
				    "u\0s\0e\0r\0\t\0n\0a\0m\0e\0\n\0"
				    "1\0\t\0\xe9\0\n";
	static const char expected[] = "\xff\xfe"
				       "u\0s\0e\0r\0\t\0n\0a\0m\0e\0"
				       "\t\0r\0e\0j\0e\0c\0t\0_\0l\0i\0n\0e\0"
				       "\t\0r\0e\0j\0e\0c\0t\0_\0r\0e\0a\0s\0o\0n\0\n\0"
				       "1\0\t\0\xe9\0\t\0"
				       "2\0\t\0\"\0t\0:\0 \0\xe9\0 \0?\0\"\0\n";
	struct refusing refusing = begin(*state, input, sizeof input, NULL);

	refuse(&refusing, 2, "t", "é ?");
	end(&refusing, expected, sizeof expected);
}

static void
write__what_the_encoding_lacks__is_a_question_mark(void **state)
{
	static const char input[] = "user;name\n1;\xe9\n";
	static const char expected[] = "user;name;reject_line;reject_reason\n"
				       "1;\xe9;2;\"t: \xe9 ? \x80\"\n";
	struct refusing refusing = begin(*state, input, sizeof input - 1, NULL);

	refuse(&refusing, 2, "t", "é 日 €");
	end(&refusing, expected, sizeof expected - 1);
}

static void
write__bytes_that_are_no_utf8__stay(void **state)
{
	struct refusing refusing = begin(*state, "user,name\n1,\xc3\xa9\xff\n", 15, "UTF-8");

	refuse(&refusing, 2, "encoding-error", "bad");
	end_text(&refusing,
	    "user,name,reject_line,reject_reason\n"
	    "1,\xc3\xa9\xff,2,\"encoding-error: bad\"\n");
}

static void
write__one_column__is_quoted_where_ours_divide_it(void **state)
{
	struct refusing refusing = begin_text(*state, "user\n\"a,b\"\nc d\n");

	refuse(&refusing, 2, "t", "x");
	refuse(&refusing, 3, "t", "y");
	end_text(&refusing, "user,reject_line,reject_reason\n\"a,b\",2,\"t: x\"\nc d,3,\"t: y\"\n");
}

static void
add__faults_of_one_line__refuse_one_row_and_are_said_once(void **state)
{
	struct refusing refusing = begin_text(*state, "user,name\nu1,A\nu2,B\n");
	const struct fil_faults *faults = fil_rejects_faults(refusing.rejects);

	refuse(&refusing, 2, "type-error", "job: wrong");
	refuse(&refusing, 2, "type-error", "job: wrong");
	assert_int_equal(fil_faults_count(faults), 1);
	refuse(&refusing, 2, "type-error", "unit: wrong");
	assert_int_equal(fil_faults_count(faults), 2);
	assert_int_equal(refusing.counts->rejected, 1);
	refuse(&refusing, 3, "type-error", "job: wrong");
	assert_int_equal(fil_faults_count(faults), 3);
	assert_int_equal(refusing.counts->rejected, 2);
	fil_rejects_remark(refusing.rejects, "a word about the file");
	assert_int_equal(fil_faults_count(faults), 4);
	assert_int_equal(refusing.counts->rejected, 2);
	end_text(&refusing,
	    "user,name,reject_line,reject_reason\n"
	    "u1,A,2,\"type-error: job: wrong; type-error: unit: wrong\"\n"
	    "u2,B,3,\"type-error: job: wrong\"\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_PLACE(write__refused_rows__keep_their_own_form),
		IN_PLACE(write__nothing_refused__is_the_header),
		IN_PLACE(write__rejects_refused_again__get_new_columns_for_the_old),
		IN_PLACE(write__utf16__is_utf16_with_its_mark),
		IN_PLACE(write__what_the_encoding_lacks__is_a_question_mark),
		IN_PLACE(write__bytes_that_are_no_utf8__stay),
		IN_PLACE(write__one_column__is_quoted_where_ours_divide_it),
		IN_PLACE(add__faults_of_one_line__refuse_one_row_and_are_said_once),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
