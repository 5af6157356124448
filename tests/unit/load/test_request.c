/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/load/request.h"
#include "tests/unit/stage.h"

typedef int taker(struct fil_request *request, const char *text, struct fil_fault *fault);

static struct fil_request *
request_of(struct stage *stage, const char *table)
{
	static struct fil_load_options options;
	struct fil_request *request;

	assert_int_equal(fil_date_parse("2024-03-15", &options.today), 0);
	request =
	    fil_request_new(stage->store, fil_catalog_table(table), &options, false, &stage->fault);
	assert_non_null(request);
	return request;
}

/* Checks that a text is refused as a wrong use, with that fault. */
static void
refuses(struct stage *stage, const char *table, taker *take, const char *text, const char *fault)
{
	struct fil_request *request = request_of(stage, table);

	assert_int_equal(take(request, text, &stage->fault), -1);
	assert_string_equal(stage->fault.text, fault);
	assert_int_equal(stage->fault.status, FIL_USAGE);
	fil_request_free(request);
}

static void
operand__value_or_file__is_recognized(void **state)
{
	struct stage *stage = *state;
	struct fil_request *request = request_of(stage, "users");
	char *const *paths;
	bool set;
	size_t n;

	assert_int_equal(fil_request_operand(request, "unit=A=B", &stage->fault), 0);
	assert_int_equal(fil_request_operand(request, "./a=b.csv", &stage->fault), 0);
	assert_int_equal(fil_request_operand(request, "list.csv", &stage->fault), 0);
	assert_int_equal(fil_request_operand(request, "-", &stage->fault), 0);
	paths = fil_request_paths(request, &n);
	assert_int_equal(n, 3);
	assert_string_equal(paths[0], "./a=b.csv");
	assert_string_equal(paths[2], "-");
	assert_string_equal(fil_row_constant(fil_request_row(request),
				fil_table_column(fil_catalog_table("users"), "unit"), &set),
	    "A=B");
	assert_true(set);
	assert_int_equal(fil_request_operand(request, "-", &stage->fault), -1);
	assert_string_equal(stage->fault.text, "standard input can be read only once");
	fil_request_free(request);
}

static void
operand__unknown_column__names_the_nearest_or_the_file(void **state)
{
	struct stage *stage = *state;

	refuses(stage, "users", fil_request_operand, "nam=x",
	    "users has no column 'nam'; did you mean 'name'?");
	refuses(stage, "users", fil_request_operand, "2024=x.csv",
	    "users has no column '2024'; a file of that name is written './2024=…'");
}

static void
operand__dimension__is_a_column_of_autonomy_only(void **state)
{
	struct stage *stage = *state;
	struct fil_request *request;

	stage_put(stage, "dimensions", "fil|Fil|3");
	request = request_of(stage, "autonomy");
	assert_int_equal(fil_request_operand(request, "fil=3", &stage->fault), 0);
	assert_int_equal(fil_request_operand(request, "fil=9", &stage->fault), -1);
	assert_int_equal(stage->fault.status, FIL_BAD_DATA);
	assert_int_equal(request->width, fil_catalog_table("autonomy")->n_columns + 1);
	fil_request_free(request);
	request = request_of(stage, "needs");
	assert_int_equal(fil_request_operand(request, "fil=3", &stage->fault), -1);
	fil_request_free(request);
}

static void
paths__none__are_standard_input_unless_the_operands_make_a_row(void **state)
{
	struct stage *stage = *state;
	struct fil_request *request = request_of(stage, "users");
	size_t n;

	assert_false(fil_request_whole(request));
	assert_int_equal(fil_request_operand(request, "user=u1", &stage->fault), 0);
	assert_false(fil_request_whole(request));
	assert_int_equal(fil_request_operand(request, "name=Ada", &stage->fault), 0);
	assert_true(fil_request_whole(request));
	fil_request_paths(request, &n);
	assert_int_equal(n, 0);
	fil_request_free(request);
	request = request_of(stage, "users");
	assert_string_equal(fil_request_paths(request, &n)[0], "-");
	assert_int_equal(n, 1);
	fil_request_free(request);
}

static void
default__of_a_column__gives_way_to_an_operand(void **state)
{
	struct stage *stage = *state;
	struct fil_request *request = request_of(stage, "users");
	size_t feed = fil_table_column(fil_catalog_table("users"), "feed");
	bool set;

	assert_int_equal(fil_request_default(request, "feed", "hr", &stage->fault), 0);
	assert_string_equal(fil_row_constant(fil_request_row(request), feed, &set), "hr");
	fil_request_free(request);
	request = request_of(stage, "users");
	assert_int_equal(fil_request_operand(request, "feed=sirh", &stage->fault), 0);
	assert_int_equal(fil_request_default(request, "feed", "hr", &stage->fault), 0);
	assert_string_equal(fil_row_constant(fil_request_row(request), feed, &set), "sirh");
	fil_request_free(request);
}

static void
pad__takes_a_column_and_a_length(void **state)
{
	struct stage *stage = *state;
	struct fil_request *request = request_of(stage, "users");

	assert_int_equal(fil_request_pad(request, "user=5", &stage->fault), 0);
	assert_int_equal(fil_request_pad(request, "manager=64", &stage->fault), 0);
	fil_request_free(request);
	refuses(stage, "users", fil_request_pad, "user", "--pad takes COL=…, not 'user'");
	refuses(stage, "users", fil_request_pad, "user=0",
	    "--pad user: a length from 1 to 64, not '0'");
	refuses(stage, "users", fil_request_pad, "user=65",
	    "--pad user: a length from 1 to 64, not '65'");
	refuses(stage, "users", fil_request_pad, "usr=5",
	    "users has no column 'usr'; did you mean 'user'?");
}

static void
unknown__takes_a_reference_that_may_be_empty(void **state)
{
	struct stage *stage = *state;
	struct fil_request *request = request_of(stage, "users");
	size_t manager = fil_table_column(fil_catalog_table("users"), "manager");

	assert_false(request->optional[manager]);
	assert_int_equal(fil_request_unknown(request, "manager=empty", &stage->fault), 0);
	assert_true(request->optional[manager]);
	fil_request_free(request);
	refuses(stage, "users", fil_request_unknown, "name=empty",
	    "--unknown: 'name' is not a reference that may be empty");
	refuses(stage, "needs", fil_request_unknown, "user=empty",
	    "--unknown: 'user' is not a reference that may be empty");
	refuses(stage, "users", fil_request_unknown,
	    "manager=", "--unknown takes manager=empty, not 'manager='");
}

static void
match__takes_email_or_name(void **state)
{
	struct stage *stage = *state;
	struct fil_request *request = request_of(stage, "needs");

	assert_int_equal(request->matching->match, FIL_MATCH_KEY);
	assert_int_equal(fil_request_match(request, "email", &stage->fault), 0);
	assert_int_equal(request->matching->match, FIL_MATCH_EMAIL);
	assert_int_equal(fil_request_match(request, "name", &stage->fault), 0);
	assert_int_equal(request->matching->match, FIL_MATCH_NAME);
	fil_request_free(request);
	refuses(
	    stage, "needs", fil_request_match, "Email", "--match takes email, name or alias, not 'Email'");
}

static void
rename__several__are_kept_in_their_order_and_need_no_input(void **state)
{
	struct stage *stage = *state;
	struct fil_request *request = request_of(stage, "users");

	assert_int_equal(request->n_renamings, 0);
	assert_int_equal(fil_request_rename(request, "a=b=c", &stage->fault), 0);
	assert_int_equal(fil_request_rename(request, "d=e", &stage->fault), 0);
	assert_int_equal(request->n_renamings, 2);
	assert_string_equal(request->olds[0], "a");
	assert_string_equal(request->news[0], "b=c");
	assert_string_equal(request->olds[1], "d");
	assert_true(fil_request_whole(request));
	assert_int_equal(fil_request_operand(request, "-", &stage->fault), 0);
	assert_false(fil_request_whole(request));
	fil_request_free(request);
}

static void
rename__an_invalid_renaming__is_refused(void **state)
{
	struct stage *stage = *state;
	struct fil_request *request = request_of(stage, "users");

	refuses(stage, "needs", fil_request_rename, "a=b", "--rename is for users");
	refuses(stage, "users", fil_request_rename, "a", "--rename takes OLD=NEW, not 'a'");
	refuses(stage, "users", fil_request_rename, "=b", "--rename takes OLD=NEW, not '=b'");
	refuses(stage, "users", fil_request_rename, "a=", "--rename takes OLD=NEW, not 'a='");
	refuses(stage, "users", fil_request_rename, "a=a", "--rename a=a: both are the same key");
	assert_int_equal(fil_request_rename(request, "a= ", &stage->fault), -1);
	assert_int_equal(stage->fault.status, FIL_BAD_DATA);
	assert_string_equal(stage->fault.text, "--rename: ' ' holds nothing but white space");
	assert_int_equal(fil_request_rename(request, "a= b", &stage->fault), 0);
	assert_string_equal(request->news[0], "b");
	fil_request_free(request);
	fil_request_free(NULL);
}

static void
map__wrong__is_refused_at_once(void **state)
{
	struct stage *stage = *state;
	struct fil_request *request = request_of(stage, "users");
	struct fil_profile *profile;

	assert_int_equal(fil_request_map(request, "name={Prénom} {Nom}", &stage->fault), 0);
	profile = fil_request_profile(request);
	assert_non_null(profile);
	fil_profile_free(profile);
	fil_request_free(request);
	request = request_of(stage, "users");
	/* A column without a header is declined. */
	assert_int_equal(fil_request_map(request, "unit=", &stage->fault), 0);
	assert_int_equal(fil_request_map(request, "name={Nom", &stage->fault), -1);
	assert_int_equal(stage->fault.status, FIL_USAGE);
	fil_request_free(request);
}

static void
map__bad_argument__is_a_usage_fault(void **state)
{
	struct stage *stage = *state;

	refuses(stage, "users", fil_request_map, "user",
	    "--map takes COL=HEADER or 'COL={HEADER} {HEADER}', not 'user'");
	refuses(stage, "users", fil_request_map, "=x",
	    "--map takes COL=HEADER or 'COL={HEADER} {HEADER}', not '=x'");
	refuses(stage, "users", fil_request_map, "user= ", "--map 'user= ': no header");
	refuses(stage, "users", fil_request_map, "name={x", "--map 'name={x': '{' without a '}'");
	refuses(stage, "users", fil_request_map, "emial=x",
	    "--map 'emial=x': users has no column 'emial'; the nearest is email");
	refuses(stage, "users", fil_request_map, "zzzzzzzz=x",
	    "--map 'zzzzzzzz=x': users has no column 'zzzzzzzz'");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_STAGE(operand__value_or_file__is_recognized),
		ON_STAGE(operand__unknown_column__names_the_nearest_or_the_file),
		ON_STAGE(operand__dimension__is_a_column_of_autonomy_only),
		ON_STAGE(paths__none__are_standard_input_unless_the_operands_make_a_row),
		ON_STAGE(default__of_a_column__gives_way_to_an_operand),
		ON_STAGE(pad__takes_a_column_and_a_length),
		ON_STAGE(unknown__takes_a_reference_that_may_be_empty),
		ON_STAGE(match__takes_email_or_name),
		ON_STAGE(rename__several__are_kept_in_their_order_and_need_no_input),
		ON_STAGE(rename__an_invalid_renaming__is_refused),
		ON_STAGE(map__wrong__is_refused_at_once),
		ON_STAGE(map__bad_argument__is_a_usage_fault),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
