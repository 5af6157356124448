/* SPDX-License-Identifier: ISC */
/* A commit that fails although it may have happened: the log's last sync does not come through. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>

#include "lib/store/sqlite/sqlite_connection.h"
#include "lib/write/run.h"
#include "tests/unit/place.h"

static char word[] = "fil-record";
static char *const command_line[] = { word, NULL };

static int
fail_to_sync(sqlite3_file *file, int flags)
{
	(void)file;
	(void)flags;
	return SQLITE_IOERR_FSYNC;
}

/* Makes the next sync of the store's log fail, and all after it, until the store is closed. */
static void
break_log(struct fil_store *store, sqlite3_io_methods *methods)
{
	sqlite3_file *log = NULL;

	sqlite3_file_control(
	    ((struct fil_sqlite *)store)->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
	assert_non_null(log);
	*methods = *log->pMethods;
	methods->xSync = fail_to_sync;
	log->pMethods = methods;
}

static const char add_level[] = "INSERT INTO levels (level, title, run) VALUES (7, 'seven', 1)";

static void
commit_one(struct place *place)
{
	const struct fil_counts counts = { 0 };
	struct fil_run *run = fil_run_begin(place->store, command_line, 0, &place->fault);

	assert_non_null(run);
	assert_int_equal(fil_run_commit(run, &counts, &place->fault), 0);
}

/* Commits run 2 with a broken log, and returns what that says. The log's head was written, and
 * synced, with run 1, so that what fails is the sync behind the frames of run 2. */
static int
commit_with_broken_log(struct place *place)
{
	const struct fil_counts counts = { .added = 1 };
	sqlite3_io_methods methods;
	struct fil_run *run;
	int failed;

	run = fil_run_begin(place->store, command_line, 0, &place->fault);
	assert_non_null(run);
	assert_int_equal(run_statement(place->store, add_level, &place->fault), 0);
	break_log(place->store, &methods);
	failed = fil_run_commit(run, &counts, &place->fault);
	return failed;
}

static int64_t
count_stored(struct fil_store *store)
{
	return place_number(
	    store, "SELECT (SELECT count(*) FROM runs) * 10 + count(*) FROM levels");
}

static void
commit__sync_fails_and_nobody_else_is_there__tells_what_is_stored(void **state)
{
	struct place *place = *state;
	int failed;

	commit_one(place);
	failed = commit_with_broken_log(place);
	if (failed) {
		assert_int_equal(place->fault.status, FIL_IO_ERROR);
		assert_non_null(strstr(place->fault.text, "; run 2 is not stored"));
	}
	fil_store_close(place->store);
	place->store = fil_store_open(place->path, FIL_STORE_READ, &place->fault);
	assert_int_equal(count_stored(place->store), failed ? 10 : 21);
}

static void
commit__sync_fails_and_a_reader_is_there__stays_as_it_was_told(void **state)
{
	struct place *place = *state;
	struct fil_store *reader = fil_store_open(place->path, FIL_STORE_READ, &place->fault);
	char *copy = place_file(place, "copy.db"), *command;
	int failed;

	assert_non_null(reader);
	assert_int_equal(count_stored(reader), 0);
	commit_one(place);
	failed = commit_with_broken_log(place);
	assert_int_equal(count_stored(reader), failed ? 10 : 21);
	assert_int_equal(count_stored(place->store), failed ? 10 : 21);
	/* As after a crash of the machine: who comes next has only the file and its log. */
	command = fil_format("cp %s %s && cp %s-wal %s-wal", place->path, copy, place->path, copy);
	assert_int_equal(system(command), 0);
	fil_store_close(reader);
	fil_store_close(place->store);
	place->store = fil_store_open(copy, FIL_STORE_READ, &place->fault);
	assert_non_null(place->store);
	assert_int_equal(count_stored(place->store), failed ? 10 : 21);
	free(command);
	free(copy);
}

static void
commit__failed_and_reopened__queries_and_batches_go_on(void **state)
{
	struct place *place = *state;
	struct fil_query *query;

	query = fil_query_new(
	    place->store, "SELECT count(*) FROM levels WHERE level < CAST($1 AS INTEGER)");
	fil_query_bind_number(query, 1, 9);
	assert_int_equal(fil_query_step(query, &place->fault), 1);
	assert_int_equal(fil_query_step(query, &place->fault), 0);
	commit_one(place);
	commit_with_broken_log(place);
	fil_query_bind_number(query, 1, 9);
	assert_int_equal(fil_query_step(query, &place->fault), 1);
	fil_query_free(query);
	commit_one(place);
}

/* A limit of the files' size holds for the reopened store as well. */
static void
commit__nothing_can_be_written_any_more__says_that_it_is_in_doubt(void **state)
{
	struct place *place = *state;
	struct rlimit before;
	int failed;

	commit_one(place);
	getrlimit(RLIMIT_FSIZE, &before);
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &(struct rlimit){ 1024, before.rlim_max });
	failed = commit_with_broken_log(place);
	setrlimit(RLIMIT_FSIZE, &before);
	assert_int_equal(failed, -1);
	assert_non_null(strstr(place->fault.text, "whether run 2 is stored is unknown"));
	assert_null(fil_run_begin(place->store, command_line, 0, &place->fault));
	assert_int_equal(place->fault.status, FIL_IO_ERROR);
}

static void
commit__log_grows_beyond_a_thousand_pages__is_copied_into_the_file(void **state)
{
	struct place *place = *state;
	struct stat file;

	assert_int_equal(fil_store_begin(place->store, 0, &place->fault), 0);
	assert_int_equal(
	    run_statement(place->store,
		"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 5000)"
		"INSERT INTO levels (level, title, run) SELECT i, hex(zeroblob(600)), 1 FROM n",
		&place->fault),
	    0);
	assert_int_equal(fil_store_commit(place->store, &place->fault), FIL_COMMITTED);
	assert_int_equal(stat(place->path, &file), 0);
	assert_true(file.st_size > 5000 * 1200);
}

#define WITH_STORE(f) cmocka_unit_test_setup_teardown(f, place_with_store, place_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_STORE(commit__sync_fails_and_nobody_else_is_there__tells_what_is_stored),
		WITH_STORE(commit__sync_fails_and_a_reader_is_there__stays_as_it_was_told),
		WITH_STORE(commit__failed_and_reopened__queries_and_batches_go_on),
		WITH_STORE(commit__nothing_can_be_written_any_more__says_that_it_is_in_doubt),
		WITH_STORE(commit__log_grows_beyond_a_thousand_pages__is_copied_into_the_file),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
