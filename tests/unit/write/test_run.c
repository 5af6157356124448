/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <pwd.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "lib/catalog/catalog.h"
#include "lib/write/changes.h"
#include "lib/write/run.h"
#include "tests/unit/place.h"
#include "tests/unit/relations.h"

static const char *const module_columns[] = { "module", "title", "kind", "dimension", "level",
	"minutes", "url" };
static const struct fil_relation modules = { "modules", module_columns, 7, 1 };

static char words[][32] = { "fil-import", "users", "name={Prénom} {Nom}", "it's", "", "bad\xFF\n" };
static char *const command_line[] = { words[0], words[1], words[2], words[3], words[4], words[5],
	NULL };
static const char as_shell_reads_it[] =
    "fil-import users 'name={Prénom} {Nom}' 'it'\\''s' '' $'bad\\xff\\x0a'";

static char *
text_of(struct fil_store *store, const char *sql)
{
	struct fil_fault fault;
	struct fil_query *query = fil_query_new(store, sql);
	char *text = fil_query_step(query, &fault) == 1 ? fil_copy(fil_query_text(query, 0)) : NULL;

	fil_query_free(query);
	return text;
}

static void
assert_text(struct fil_store *store, const char *sql, const char *want)
{
	char *text = text_of(store, sql);

	if (want)
		assert_string_equal(text, want);
	else
		assert_null(text);
	free(text);
}

static void
commit__a_run__leaves_its_row(void **state)
{
	const struct fil_counts counts = { .read = 9,
		.added = 1,
		.changed = 2,
		.left = 3,
		.returned = 4,
		.removed = 5,
		.unchanged = 6,
		.rejected = 7,
		.unknown = 8 };
	struct place *place = *state;
	struct fil_run *run = fil_run_begin(place->store, command_line, 0, &place->fault);

	unsetenv("SUDO_USER");
	assert_non_null(run);
	assert_int_equal(fil_run_number(run), 1);
	assert_ptr_equal(fil_run_store(run), place->store);
	assert_int_equal(fil_run_input(run, "sirh.csv", "ab12", &place->fault), 0);
	assert_int_equal(fil_run_commit(run, &counts, &place->fault), 0);
	assert_text(place->store, "SELECT command FROM runs", as_shell_reads_it);
	assert_text(place->store, "SELECT who FROM runs", getpwuid(getuid())->pw_name);
	assert_text(place->store, "SELECT input || hash FROM runs", "sirh.csvab12");
	assert_int_equal(
	    place_number(place->store,
		"SELECT read * 10000000 + added * 1000000 + changed * 100000 + departed * 10000 + "
		"returned * 1000 + removed * 100 + unchanged * 10 + rejected FROM runs"),
	    91234567);
	assert_int_equal(place_number(place->store,
			     "SELECT length(started) FROM runs WHERE started LIKE "
			     "'20__-__-__T__:__:__.______Z'"),
	    27);
	assert_int_equal(place_number(place->store, "SELECT length(mark) FROM runs"), 32);
}

static void
begin__today_is_set__is_the_day_of_the_run(void **state)
{
	const struct fil_counts counts = { 0 };
	struct place *place = *state;

	setenv("FILROUGE_TODAY", "2024-02-29", 1);
	assert_int_equal(fil_run_commit(fil_run_begin(place->store, command_line, 0, &place->fault),
			     &counts, &place->fault),
	    0);
	assert_text(place->store, "SELECT today FROM runs", "2024-02-29");
	setenv("FILROUGE_TODAY", "2024-02-30", 1);
	assert_null(fil_run_begin(place->store, command_line, 0, &place->fault));
	assert_int_equal(place->fault.status, FIL_BAD_CONFIG);
	unsetenv("FILROUGE_TODAY");
}

static void
commit__several_inputs__joins_names_and_hashes_hashes(void **state)
{
	const struct fil_counts counts = { 0 };
	struct place *place = *state;
	struct fil_run *run = fil_run_begin(place->store, command_line, 0, &place->fault);

	assert_int_equal(fil_run_input(run, "a.csv", "00", &place->fault), 0);
	assert_int_equal(fil_run_input(run, "-", "11", &place->fault), 0);
	assert_int_equal(fil_run_commit(run, &counts, &place->fault), 0);
	assert_text(place->store, "SELECT input FROM runs", "a.csv -");
	/* printf 0011 | b2sum -l 256 */
	assert_text(place->store, "SELECT hash FROM runs",
	    "f98fc40a96bf31da9dacd6f90b2a68b83be1e2b963bd193b0ec93df270505534");
}

static void
begin__after_a_commit_and_an_abandon__numbers_have_no_gap(void **state)
{
	const struct fil_counts counts = { 0 };
	struct place *place = *state;

	assert_int_equal(fil_run_commit(fil_run_begin(place->store, command_line, 0, &place->fault),
			     &counts, &place->fault),
	    0);
	fil_run_abandon(fil_run_begin(place->store, command_line, 0, &place->fault));
	fil_run_abandon(NULL);
	assert_int_equal(fil_run_commit(fil_run_begin(place->store, command_line, 0, &place->fault),
			     &counts, &place->fault),
	    0);
	assert_int_equal(
	    place_number(place->store, "SELECT max(run) * 10 + count(*) FROM runs"), 22);
	assert_text(place->store, "SELECT coalesce(input, hash, 'none') FROM runs", "none");
}

static void
initial__new_store__has_dimensions_and_levels(void **state)
{
	struct place *place = *state;

	assert_int_equal(fil_run_initial(place->store, command_line, &place->fault), 0);
	assert_int_equal(place_number(place->store,
			     "SELECT count(*) FROM dimensions WHERE threshold = 3 AND run = 1"),
	    2);
	assert_int_equal(place_number(place->store,
			     "SELECT count(*) FROM levels WHERE level BETWEEN 0 AND 5 AND run = 1"),
	    6);
	assert_text(
	    place->store, "SELECT title FROM levels WHERE level = 2", "alone, help when stuck");
	assert_int_equal(place_number(place->store, "SELECT added FROM runs WHERE run = 1"), 8);
}

static void
input__known_and_unknown_bytes__gives_the_newest_run(void **state)
{
	const struct fil_counts counts = { 0 };
	struct place *place = *state;
	struct fil_run *run;

	for (int i = 0; i < 2; i++) {
		run = fil_run_begin(place->store, command_line, 0, &place->fault);
		assert_int_equal(fil_run_input(run, "a.csv", "ab12", &place->fault), i);
		assert_int_equal(fil_run_commit(run, &counts, &place->fault), 0);
	}
	run = fil_run_begin(place->store, command_line, 0, &place->fault);
	assert_int_equal(fil_run_input(run, "a.csv", "ab12", &place->fault), 2);
	assert_int_equal(fil_run_input(run, "a.csv", "ab13", &place->fault), 0);
	fil_run_abandon(run);
}

static void
keep__rows_of_a_person__are_whole_json_with_the_subject(void **state)
{
	static const char nasty[] = "\"quoted\" \\ back\tslash\nline \x01 é 😀 </script>";
	const struct fil_counts counts = { 0 };
	struct place *place = *state;
	struct fil_run *run = fil_run_begin(place->store, command_line, 0, &place->fault);
	struct fil_batch *rows = fil_batch_new(11);
	json_t *was, *want;
	char *image;

	fil_batch_add(rows,
	    (const char *const[]){
		"00421", nasty, NULL, "", NULL, NULL, "user", NULL, NULL, "hr", "12" });
	fil_batch_add(rows,
	    (const char *const[]){
		"7", "Bo", NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, "13" });
	assert_int_equal(fil_run_keep(run, &users, rows, NULL, FIL_CHANGED, &place->fault), 0);
	assert_int_equal(fil_run_keep(run, &users, rows, NULL, FIL_REMOVED, &place->fault), 0);
	assert_int_equal(fil_run_commit(run, &counts, &place->fault), 0);
	assert_int_equal(place_number(place->store,
			     "SELECT count(*) * 100 + max(number) * 10 + min(number) FROM history "
			     "WHERE run = 1"),
	    441);
	assert_int_equal(
	    place_number(place->store,
		"SELECT was_run FROM history WHERE subject = '7' AND action = 'removed' AND "
		"relation = 'users'"),
	    13);
	assert_text(place->store, "SELECT was FROM history WHERE number = 2",
	    "{\"user\":\"7\",\"name\":\"Bo\"}");
	image = text_of(place->store, "SELECT was FROM history WHERE number = 1");
	was = json_loads(image, JSON_REJECT_DUPLICATES, NULL);
	want = json_pack("{ssssssssss}", "user", "00421", "name", nasty, "unit", "", "role", "user",
	    "feed", "hr");
	assert_true(json_equal(was, want));
	json_decref(was);
	json_decref(want);
	free(image);
	fil_batch_free(rows);
}

/* Returns the history of a table, "NUMBER NAMED, …"; the caller frees it. */
static char *
named_in(struct place *place, const char *table)
{
	struct fil_query *query = fil_query_new(place->store,
	    "SELECT number, coalesce(named, '-') FROM history WHERE relation = $1 ORDER BY number");
	struct fil_bytes text = { 0 };

	fil_query_bind(query, 1, table);
	while (fil_query_step(query, &place->fault) == 1)
		fil_bytes_add_format(
		    &text, "%s %s, ", fil_query_text(query, 0), fil_query_text(query, 1));
	fil_query_free(query);
	return text.data;
}

static void
keep__reference_that_ends__names_the_user_of_before(void **state)
{
	static const char *const before[][11] = {
		{ "1", "A", NULL, NULL, NULL, "m", NULL, NULL, NULL, NULL, "1" },
		{ "2", "B", NULL, NULL, NULL, "m", NULL, NULL, NULL, NULL, "1" },
		{ "3", "C", NULL, NULL, NULL, "m", NULL, NULL, NULL, NULL, "1" },
		{ "4", "D", NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, "1" },
	};
	static const char *const managers[] = { "m", "n", NULL, "m" };
	static const char *const routine[] = { "r", "R", NULL, NULL, NULL, "m", "1" };
	const struct fil_relation *routines = &fil_catalog_table("routines")->relation;
	const struct fil_counts counts = { 0 };
	struct place *place = *state;
	struct fil_run *run = fil_run_begin(place->store, command_line, 0, &place->fault);
	struct fil_batch *rows = fil_batch_new(11), *after = fil_batch_new(10),
			 *things = fil_batch_new(7);
	char *named;

	for (size_t i = 0; i < 4; i++) {
		const char *cells[11];

		fil_batch_add(rows, before[i]);
		memcpy(cells, before[i], sizeof cells);
		cells[5] = managers[i];
		fil_batch_add(after, cells);
	}
	fil_batch_add(things, routine);
	assert_int_equal(fil_run_keep(run, &users, rows, after, FIL_CHANGED, &place->fault), 0);
	assert_int_equal(fil_run_keep(run, &users, rows, NULL, FIL_LEFT, &place->fault), 0);
	assert_int_equal(fil_run_keep_user(run, &users, rows, FIL_RENAMING, "x", &place->fault), 0);
	assert_int_equal(fil_run_keep(run, &users, rows, NULL, FIL_REMOVED, &place->fault), 0);
	assert_int_equal(
	    fil_run_keep(run, routines, things, things, FIL_CHANGED, &place->fault), 0);
	assert_int_equal(fil_run_commit(run, &counts, &place->fault), 0);
	named = named_in(place, "users");
	assert_string_equal(named,
	    "1 -, 2 m, 3 m, 4 -, 5 -, 6 -, 7 -, 8 -, 9 -, 10 -, 11 -, 12 -, "
	    "13 m, 14 m, 15 m, 16 -, ");
	free(named);
	named = named_in(place, "routines");
	assert_string_equal(named, "17 m, ");
	free(named);
	fil_batch_free(rows);
	fil_batch_free(after);
	fil_batch_free(things);
}

static void
keep__rows_about_no_person__have_no_subject(void **state)
{
	const struct fil_counts counts = { 0 };
	struct place *place = *state;
	struct fil_run *run = fil_run_begin(place->store, command_line, 0, &place->fault);
	struct fil_batch *rows = fil_batch_new(8);

	for (int i = 0; i < 2500; i++)
		fil_batch_add(rows,
		    (const char *const[]){
			"excel", "Excel", "course", NULL, "3", "90", NULL, "1" });
	assert_int_equal(fil_run_keep(run, &modules, rows, NULL, FIL_CHANGED, &place->fault), 0);
	assert_int_equal(fil_run_commit(run, &counts, &place->fault), 0);
	assert_int_equal(
	    place_number(place->store, "SELECT count(*) FROM history WHERE subject IS NULL"), 2500);
	assert_int_equal(place_number(place->store, "SELECT max(number) FROM history"), 2500);
	fil_batch_free(rows);
}

static void
keep__stored_value_is_no_utf8__is_a_fault(void **state)
{
	struct place *place = *state;
	struct fil_run *run = fil_run_begin(place->store, command_line, 0, &place->fault);
	struct fil_batch *rows = fil_batch_new(8);

	fil_batch_add(
	    rows, (const char *const[]){ "excel", "\xFF", "course", NULL, NULL, NULL, NULL, "1" });
	assert_int_equal(fil_run_keep(run, &modules, rows, NULL, FIL_CHANGED, &place->fault), -1);
	assert_int_equal(place->fault.status, FIL_UNAVAILABLE);
	fil_run_abandon(run);
	fil_batch_free(rows);
}

/* Returns whether --only takes the list. */
static bool
takes(const char *only)
{
	struct fil_fault fault;
	struct fil_changes *changes = fil_changes_new(fil_catalog_table("users"), only, &fault);

	fil_changes_free(changes);
	return changes;
}

static void
action_name__each__is_read_back(void **state)
{
	(void)state;
	for (int i = FIL_ADDED; i <= FIL_UNCHANGED; i++)
		assert_true(takes(fil_action_name((enum fil_action)i)));
	assert_true(takes("added,left"));
	assert_false(takes("Added"));
	assert_false(takes(""));
}

static void
begin__under_sudo__names_who_called(void **state)
{
	const struct fil_counts counts = { 0 };
	struct place *place = *state;
	char *want = fil_format("%s (ada)", getpwuid(getuid())->pw_name);
	struct fil_run *run;

	setenv("SUDO_USER", "ada", 1);
	run = fil_run_begin(place->store, command_line, 0, &place->fault);
	unsetenv("SUDO_USER");
	assert_int_equal(fil_run_commit(run, &counts, &place->fault), 0);
	assert_text(place->store, "SELECT who FROM runs", want);
	free(want);
}

/* In a child process: adds users until the files reach a limit, and commits. Returns the fault's
 * status, 0 when all went well; 1 when the fault does not say that the run is not stored. */
static int
import_without_room(const char *path, size_t rows, rlim_t bytes)
{
	const struct fil_counts counts = { 0 };
	struct fil_fault fault = { 0 };
	struct fil_store *store = fil_store_open(path, FIL_STORE_WRITE, &fault);
	struct fil_run *run = fil_run_begin(store, command_line, 0, &fault);
	struct fil_batch *batch = fil_batch_new(10);
	char key[32];

	for (size_t i = 0; i < rows; i++) {
		snprintf(key, sizeof key, "%05zu", i);
		fil_batch_add(batch,
		    (const char *const[]){
			key, "Name", "a@example.org", "U", NULL, NULL, "user", NULL, NULL, "hr" });
	}
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &(struct rlimit){ bytes, bytes });
	if (fil_store_insert(store, &users, batch, 1, NULL, &fault))
		return (int)fault.status;
	if (fil_run_commit(run, &counts, &fault) == 0)
		return 0;
	fil_store_close(store);
	return strstr(fault.text, "a file's size (ulimit -f); run 1 is not stored")
	    ? (int)fault.status
	    : 1;
}

static void
commit__no_room_for_it__says_that_the_run_is_not_stored(void **state)
{
	struct place *place = *state;
	int status, failures = 0;

	fil_store_close(place->store);
	place->store = NULL;
	for (rlim_t bytes = 40000; bytes < 800000; bytes += 36000) {
		pid_t child = fork();

		if (child == 0)
			_exit(import_without_room(place->path, 1000, bytes));
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFEXITED(status));
		place->store = fil_store_open(place->path, FIL_STORE_READ, &place->fault);
		assert_non_null(place->store);
		assert_int_equal(place_number(place->store, "SELECT count(*) FROM users"),
		    WEXITSTATUS(status) == 0 ? 1000 : 0);
		assert_int_equal(place_number(place->store, "SELECT count(*) FROM runs"),
		    WEXITSTATUS(status) == 0 ? 1 : 0);
		fil_store_close(place->store);
		place->store = NULL;
		if (WEXITSTATUS(status) == 0)
			break;
		assert_int_equal(WEXITSTATUS(status), FIL_IO_ERROR);
		failures++;
	}
	assert_true(failures > 1);
	assert_int_equal(WEXITSTATUS(status), 0);
}

#define WITH_STORE(f) cmocka_unit_test_setup_teardown(f, place_with_store, place_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_STORE(commit__a_run__leaves_its_row),
		WITH_STORE(begin__today_is_set__is_the_day_of_the_run),
		WITH_STORE(commit__several_inputs__joins_names_and_hashes_hashes),
		WITH_STORE(begin__after_a_commit_and_an_abandon__numbers_have_no_gap),
		WITH_STORE(initial__new_store__has_dimensions_and_levels),
		WITH_STORE(input__known_and_unknown_bytes__gives_the_newest_run),
		WITH_STORE(keep__rows_of_a_person__are_whole_json_with_the_subject),
		WITH_STORE(keep__reference_that_ends__names_the_user_of_before),
		WITH_STORE(keep__rows_about_no_person__have_no_subject),
		WITH_STORE(keep__stored_value_is_no_utf8__is_a_fault),
		cmocka_unit_test(action_name__each__is_read_back),
		WITH_STORE(begin__under_sudo__names_who_called),
		WITH_STORE(commit__no_room_for_it__says_that_the_run_is_not_stored),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
