/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/load/load.h"
#include "tests/unit/place.h"
#include "lib/load/request.h"

#define IN_STORE(test) cmocka_unit_test_setup_teardown(test, place_with_store, place_remove)

/* One load of the file "input.csv", and what it said. */
struct trial {
	struct place *place;
	const char *table;
	struct fil_load_options options;
	struct fil_bytes words, rows;
	char *summary;
	size_t faults, done, total;
	enum fil_status status;
};

static char name[] = "test";
static char *const argv[] = { name, NULL };

static struct trial
prepare(struct place *place, const char *table)
{
	struct trial trial = { .place = place, .table = table };

	trial.options = (struct fil_load_options){ .max_faults = 100,
		.max_churn = 10,
		.max_rejects = SIZE_MAX,
		.tell_all = true,
		.argv = argv };
	assert_int_equal(fil_date_parse("2024-03-15", &trial.options.today), 0);
	return trial;
}

static void
say(void *context, const char *text)
{
	struct trial *trial = context;

	fil_bytes_add_format(&trial->words, "%s\n", text);
}

static void
progress(void *context, size_t done, size_t total)
{
	struct trial *trial = context;

	assert_true(done >= trial->done && done <= total);
	trial->done = done;
	trial->total = total;
}

/* Writes the file; returns its path, which the caller frees. */
static char *
write_input(const struct place *place, const char *text)
{
	char *path = place_file(place, "input.csv");
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	return path;
}

/* Loads what the request asks for, keeping what the stream got. */
static void
load_request(struct trial *trial, struct fil_request *request)
{
	struct fil_load_hooks hooks = { say, progress, trial };
	struct fil_load *load = fil_load_new(
	    trial->place->store, request, &trial->options, &hooks, &trial->place->fault);
	char *text = NULL;
	size_t n;
	FILE *stream = open_memstream(&text, &n);

	assert_non_null(load);
	fil_bytes_clear(&trial->words);
	fil_bytes_clear(&trial->rows);
	trial->done = 0;
	trial->place->fault.status = FIL_OK;
	trial->status = fil_load_go(load, stream,
	    &(const struct fil_output_style){ .format = FIL_CSV }, &trial->place->fault);
	fclose(stream);
	fil_bytes_add_text(&trial->rows, text);
	free(text);
	free(trial->summary);
	trial->summary = fil_copy(fil_load_summary(load));
	trial->faults = fil_faults_count(fil_load_faults(load));
	fil_load_free(load);
}

/* Loads operands, separated by spaces, and the text as a file if it is not NULL. */
static void
load(struct trial *trial, const char *operands, const char *text)
{
	struct fil_fault *fault = &trial->place->fault;
	char *path = text ? write_input(trial->place, text) : NULL;
	char *copy = fil_copy(operands), *rest = copy;
	struct fil_request *request = fil_request_new(
	    trial->place->store, fil_catalog_table(trial->table), &trial->options, false, fault);

	assert_non_null(request);
	for (char *word; (word = strsep(&rest, " "));)
		if (*word != '\0')
			assert_int_equal(fil_request_operand(request, word, fault), 0);
	if (path)
		assert_int_equal(fil_request_operand(request, path, fault), 0);
	load_request(trial, request);
	fil_request_free(request);
	free(path);
	free(copy);
}

static void
release(struct trial *trial)
{
	fil_bytes_release(&trial->words);
	fil_bytes_release(&trial->rows);
	free(trial->summary);
}

static int64_t
count(struct trial *trial, const char *sql)
{
	return place_number(trial->place->store, sql);
}

#define HEADER "action,user,name,email,unit,job,manager,role,arrived,left,feed\n"

static void
go__a_file__is_loaded_and_reported(void **state)
{
	struct trial trial = prepare(*state, "users");
	static const char text[] = "user;name;arrived;x\r\nu1;Ada;13/02/2024;1\r\n;;;\r\nu2;Bo;;";

	load(&trial, "job=agent", text);
	assert_int_equal(trial.status, FIL_OK);
	assert_string_equal(trial.rows.data,
	    HEADER "added,u1,Ada,,,agent,,user,2024-02-13,,hr\nadded,u2,Bo,,,agent,,user,,,hr\n");
	assert_string_equal(
	    trial.summary, "users: 2 read, 2 added, 0 changed, 0 unchanged (run 1)");
	assert_non_null(strstr(trial.words.data, "UTF-8, ';', CRLF, dates day first\n"));
	assert_non_null(strstr(trial.words.data, "not stored: x\n"));
	assert_non_null(strstr(trial.words.data, "1 empty row ignored\n"));
	assert_non_null(strstr(trial.words.data, "the last line has no newline"));
	assert_int_equal(trial.total, sizeof text - 1);
	assert_int_equal(trial.done, trial.total);
	load(&trial, "job=agent", text);
	assert_string_equal(trial.rows.data, HEADER);
	assert_string_equal(
	    trial.summary, "users: 2 read, 0 added, 0 changed, 2 unchanged (run 2)");
	assert_non_null(strstr(trial.words.data, "run 1 has read the same bytes\n"));
	release(&trial);
}

static void
go__set_columns_alone__are_a_row(void **state)
{
	struct trial trial = prepare(*state, "phases");

	load(&trial, "phase=p title=P kind=pilot begins=today", NULL);
	assert_int_equal(trial.status, FIL_OK);
	assert_string_equal(
	    trial.rows.data, "action,phase,title,kind,begins,ends\nadded,p,P,pilot,2024-03-15,\n");
	assert_string_equal(trial.words.data ? trial.words.data : "", "");
	load(&trial, "phase=p title=P kind=pilot begins=today", NULL);
	assert_string_equal(
	    trial.summary, "phases: 1 read, 0 added, 0 changed, 1 unchanged (run 2)");
	release(&trial);
}

static void
go__a_bad_row__writes_nothing(void **state)
{
	struct trial trial = prepare(*state, "users");

	load(&trial, "", "user,name,role\na,A,\nb,,\nc,C,boss\nd,D,,\na,Other,\n");
	assert_int_equal(trial.status, FIL_BAD_DATA);
	assert_int_equal(trial.faults, 4);
	assert_string_equal(trial.rows.data, "");
	assert_string_equal(trial.summary, "users: 5 read, 4 refused; nothing was written");
	assert_int_equal(count(&trial, "SELECT count(*) FROM users"), 0);
	assert_int_equal(count(&trial, "SELECT count(*) FROM runs"), 0);
	release(&trial);
}

static void
go__keep_going__writes_the_rest(void **state)
{
	struct trial trial = prepare(*state, "users");

	trial.options.keep_going = true;
	load(&trial, "", "user,name,role\na,A,\nb,,\nc,C,boss\n");
	assert_int_equal(trial.status, FIL_REFUSED);
	assert_string_equal(trial.rows.data, HEADER "added,a,A,,,,,user,,,hr\n");
	assert_string_equal(
	    trial.summary, "users: 3 read, 1 added, 0 changed, 0 unchanged, 2 refused (run 1)");
	assert_int_equal(count(&trial, "SELECT rejected FROM runs"), 2);
	release(&trial);
}

static void
go__over_the_limit_of_rejects__writes_nothing(void **state)
{
	struct trial trial = prepare(*state, "users");

	trial.options.keep_going = true;
	trial.options.max_rejects = 1;
	load(&trial, "", "user,name\na,A\nb,\n");
	assert_int_equal(trial.status, FIL_REFUSED);
	load(&trial, "", "user,name\nc,C\nb,\nd,\n");
	assert_int_equal(trial.status, FIL_BAD_DATA);
	assert_int_equal(count(&trial, "SELECT count(*) FROM users"), 1);
	trial.options.max_rejects_share = true;
	trial.options.max_rejects = 50;
	load(&trial, "", "user,name\nc,C\nb,\n");
	assert_int_equal(trial.status, FIL_REFUSED);
	load(&trial, "", "user,name\nd,D\nb,\ne,\n");
	assert_int_equal(trial.status, FIL_BAD_DATA);
	assert_int_equal(count(&trial, "SELECT count(*) FROM users"), 2);
	release(&trial);
}

static void
go__dry_run__says_the_same_and_keeps_nothing(void **state)
{
	struct trial trial = prepare(*state, "users");
	char *rows, *summary;

	load(&trial, "user=a name=A", NULL);
	trial.options.dry_run = true;
	load(&trial, "", "user,name\na,B\nb,B\n");
	assert_int_equal(trial.status, FIL_OK);
	assert_non_null(strstr(trial.words.data, "dry run: nothing is kept\n"));
	rows = fil_copy(trial.rows.data);
	summary = fil_copy(trial.summary);
	assert_int_equal(count(&trial, "SELECT count(*) FROM users WHERE name = 'A'"), 1);
	assert_int_equal(count(&trial, "SELECT count(*) FROM runs"), 1);
	trial.options.dry_run = false;
	load(&trial, "", "user,name\na,B\nb,B\n");
	assert_string_equal(trial.rows.data, rows);
	assert_string_equal(trial.summary, summary);
	free(rows);
	free(summary);
	release(&trial);
}

static void
go__only__shows_these_actions(void **state)
{
	struct trial trial = prepare(*state, "users");

	load(&trial, "user=a name=A", NULL);
	trial.options.only = "changed";
	load(&trial, "", "user,name\na,B\nb,B\n");
	assert_string_equal(trial.rows.data, HEADER "changed,a,B,,,,,user,,,hr\n");
	release(&trial);
}

static void
go__an_order_of_dates_in_doubt__writes_nothing(void **state)
{
	struct trial trial = prepare(*state, "users");

	for (int keep_going = 0; keep_going < 2; keep_going++) {
		trial.options.keep_going = keep_going;
		load(&trial, "", "user,name,arrived\na,A,\nb,B,01/02/2024\nc,C,02/03/2024\n");
		assert_int_equal(trial.status, FIL_BAD_DATA);
		assert_int_equal(trial.faults, 1);
	}
	trial.options.prefer = FIL_PREFER_LAST;
	load(&trial, "", "user,name,arrived\na,A,\nb,B,01/02/2024\nc,C,02/03/2024\n");
	assert_int_equal(trial.status, FIL_BAD_DATA);
	assert_int_equal(count(&trial, "SELECT count(*) FROM users"), 0);
	release(&trial);
}

static void
go__an_order_of_dates_in_doubt__does_not_lose_the_row(void **state)
{
	struct trial trial = prepare(*state, "users");

	load(&trial, "", "user,name,manager,arrived\na,A,d,\nb,,nobody,01/02/2024\nc,C,,\nd,D,,\n");
	assert_int_equal(trial.status, FIL_BAD_DATA);
	assert_int_equal(trial.faults, 2);
	release(&trial);
}

static void
go__an_order_of_dates_in_doubt__hides_no_row_that_others_name(void **state)
{
	struct trial trial = prepare(*state, "users");

	trial.options.keep_going = true;
	load(&trial, "", "user,name,manager,arrived\na,A,,01/02/2024\nb,B,,\nc,C,b,\n");
	assert_int_equal(trial.status, FIL_BAD_DATA);
	assert_int_equal(trial.faults, 1);
	release(&trial);
}

static void
go__an_order_of_dates_in_doubt__hides_no_row_that_replaces_another(void **state)
{
	struct trial trial = prepare(*state, "users");

	trial.options.prefer = FIL_PREFER_LAST;
	load(&trial, "", "user,name,manager,arrived\na,A,,\nb,B,,01/02/2024\na,A,nobody,\n");
	assert_int_equal(trial.status, FIL_BAD_DATA);
	assert_int_equal(trial.faults, 2);
	release(&trial);
}

static void
go__last__keeps_the_last_row_of_each_duplicate_key(void **state)
{
	struct trial trial = prepare(*state, "users");

	trial.options.prefer = FIL_PREFER_LAST;
	load(&trial, "", "user,name,arrived\na,A,13/02/2024\nb,B,\na,Other,01/02/2024\nb,,\n");
	assert_int_equal(trial.status, FIL_BAD_DATA);
	load(&trial, "", "user,name,arrived\na,A,13/02/2024\nb,B,\na,Other,01/02/2024\n");
	assert_int_equal(trial.status, FIL_OK);
	assert_string_equal(trial.rows.data,
	    HEADER "added,b,B,,,,,user,,,hr\nadded,a,Other,,,,,user,2024-02-01,,hr\n");
	release(&trial);
}

static void
go__last__a_replaced_row__refuses_no_other(void **state)
{
	struct trial trial = prepare(*state, "users");

	trial.options.prefer = FIL_PREFER_LAST;
	trial.options.keep_going = true;
	load(&trial, "", "user,name,manager\na,A,nobody\nb,B,a\na,A,\n");
	assert_int_equal(trial.status, FIL_OK);
	assert_int_equal(count(&trial, "SELECT count(*) FROM users"), 2);
	release(&trial);
}

static void
go__columns_that_make_no_row__names_headers_not_used(void **state)
{
	struct trial trial = prepare(*state, "users");

	load(&trial, "", "Student,name\na,A\n");
	assert_int_equal(trial.status, FIL_BAD_DATA);
	assert_non_null(strstr(trial.place->fault.text, "user is missing"));
	assert_non_null(strstr(trial.place->fault.text, "not used yet: Student"));
	assert_null(trial.summary);
	release(&trial);
}

/* Keys a to h may stand in a file, and be named as managers together with i and j. */
enum { PEOPLE = 8, NAMED = 10 };

struct person {
	bool stored, listed, nameless;
	int old_manager, manager; /* NAMED: none */
};

/* Returns whether a key will be there if the rows `good` are written. */
static bool
is_there(const struct person *people, const bool *good, int who)
{
	return who == NAMED || (who < PEOPLE && (people[who].stored || good[who]));
}

/* Finds by brute force which rows can be written: takes bad ones away until none is left. */
static void
find_good(const struct person *people, bool *good)
{
	bool more = true;

	for (int i = 0; i < PEOPLE; i++)
		good[i] = people[i].listed && !people[i].nameless;
	while (more) {
		more = false;
		for (int i = 0; i < PEOPLE; i++) {
			if (!good[i] || is_there(people, good, people[i].manager))
				continue;
			good[i] = false;
			more = true;
		}
	}
}

static void
invent(struct person *people, unsigned *seed)
{
	for (int i = 0; i < PEOPLE; i++) {
		people[i].stored = rand_r(seed) % 4 == 0;
		people[i].listed = rand_r(seed) % 5 != 0;
		people[i].nameless = rand_r(seed) % 4 == 0;
		people[i].old_manager = NAMED;
		people[i].manager = rand_r(seed) % (NAMED + 1);
	}
}

static void
add_person(struct fil_bytes *text, int who, const char *called, int manager)
{
	fil_bytes_add_format(text, "%c,%s,%.*s\n", 'a' + who, called, manager == NAMED ? 0 : 1,
	    &"abcdefghij"[manager == NAMED ? 0 : manager]);
}

/* Loads those stored, then the list in random order. */
static void
load_people(struct trial *trial, const struct person *people, unsigned *seed)
{
	struct fil_bytes old = { 0 }, new = { 0 };
	int first = rand_r(seed) % PEOPLE;

	fil_bytes_add_text(&old, "user,name,manager\n");
	fil_bytes_add_text(&new, "user,name,manager\n");
	for (int k = 0; k < PEOPLE; k++) {
		int i = (first + k * 3) % PEOPLE;

		if (people[i].stored)
			add_person(&old, i, "Old", NAMED);
		if (people[i].listed)
			add_person(&new, i, people[i].nameless ? "" : "New", people[i].manager);
	}
	load(trial, "", old.data);
	assert_int_equal(trial->status, FIL_OK);
	load(trial, "", new.data);
	fil_bytes_release(&old);
	fil_bytes_release(&new);
}

static void
expect_person(struct trial *trial, const struct person *people, const bool *good, int who)
{
	const char *called = good[who] ? "New" : people[who].stored ? "Old" : "nobody";
	char *sql = fil_format("SELECT count(*) FROM users WHERE \"user\" = '%c' AND name = '%s' "
			       "AND coalesce(manager, 'k') = '%c'",
	    'a' + who, called, good[who] ? 'a' + people[who].manager : 'k');

	assert_int_equal(count(trial, sql), good[who] || people[who].stored);
	free(sql);
}

/* Every manager who is named is there, and every row that can be written is. */
static void
go__keep_going__a_row_that_refers_to_a_refused_row_is_refused(void **state)
{
	struct trial trial = prepare(*state, "users");
	unsigned seed = 3;

	trial.options.keep_going = true;
	for (int i = 0; i < 80; i++) {
		struct person people[PEOPLE];
		bool good[PEOPLE];

		assert_int_equal(fil_store_begin(trial.place->store, 0, &trial.place->fault), 0);
		run_statement(
		    trial.place->store, "UPDATE users SET manager = NULL", &trial.place->fault);
		run_statement(trial.place->store, "DELETE FROM users", &trial.place->fault);
		assert_int_equal(fil_store_commit(trial.place->store, &trial.place->fault), 0);
		invent(people, &seed);
		find_good(people, good);
		load_people(&trial, people, &seed);
		for (int who = 0; who < PEOPLE; who++)
			expect_person(&trial, people, good, who);
		assert_int_equal(count(&trial,
				     "SELECT count(*) FROM users AS u WHERE u.manager IS NOT NULL "
				     "AND u.manager NOT IN (SELECT \"user\" FROM users)"),
		    0);
	}
	release(&trial);
}

static void
go__too_long_a_line_of_refused__is_refused_whole(void **state)
{
	struct trial trial = prepare(*state, "users");
	struct fil_bytes text = { 0 };

	trial.options.keep_going = true;
	fil_bytes_add_text(&text, "user,name,manager\n");
	for (int i = 0; i < 100; i++)
		fil_bytes_add_format(&text, "u%d,N,u%d\n", i, i + 1);
	load(&trial, "", text.data);
	assert_int_equal(trial.status, FIL_BAD_DATA);
	assert_non_null(strstr(trial.place->fault.text, "correct that row first"));
	assert_int_equal(count(&trial, "SELECT count(*) FROM users"), 0);
	fil_bytes_release(&text);
	release(&trial);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_STORE(go__a_file__is_loaded_and_reported),
		IN_STORE(go__set_columns_alone__are_a_row),
		IN_STORE(go__a_bad_row__writes_nothing),
		IN_STORE(go__keep_going__writes_the_rest),
		IN_STORE(go__over_the_limit_of_rejects__writes_nothing),
		IN_STORE(go__dry_run__says_the_same_and_keeps_nothing),
		IN_STORE(go__only__shows_these_actions),
		IN_STORE(go__an_order_of_dates_in_doubt__writes_nothing),
		IN_STORE(go__an_order_of_dates_in_doubt__does_not_lose_the_row),
		IN_STORE(go__an_order_of_dates_in_doubt__hides_no_row_that_others_name),
		IN_STORE(go__an_order_of_dates_in_doubt__hides_no_row_that_replaces_another),
		IN_STORE(go__last__keeps_the_last_row_of_each_duplicate_key),
		IN_STORE(go__last__a_replaced_row__refuses_no_other),
		IN_STORE(go__columns_that_make_no_row__names_headers_not_used),
		IN_STORE(go__keep_going__a_row_that_refers_to_a_refused_row_is_refused),
		IN_STORE(go__too_long_a_line_of_refused__is_refused_whole),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
