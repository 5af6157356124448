/* SPDX-License-Identifier: ISC */
/* The lock file, with other processes. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <time.h>

#include "lib/store/sqlite/sqlite_file.h"
#include "tests/unit/place.h"

/* Starts a process that takes the lock and holds it until it is killed; returns once it has it. */
static pid_t
start_holder(const char *path)
{
	struct fil_fault fault;
	char ready;
	int ends[2];
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		if (fil_lock_take(path, path, 0, &fault) < 0 || write(ends[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ends[1]);
	assert_int_equal(read(ends[0], &ready, 1), 1);
	close(ends[0]);
	return child;
}

static void
stop(pid_t child)
{
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, NULL, 0), child);
}

static double
seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void
take__another_process_holds_it__is_busy_and_names_it(void **state)
{
	struct place *place = *state;
	pid_t holder = start_holder(place->path);
	char *want = fil_format(
	    "s: process %ld is writing to the store, for over 0 s: try again", (long)holder);

	assert_int_equal(fil_lock_take(place->path, "s", 0, &place->fault), -1);
	assert_int_equal(place->fault.status, FIL_BUSY);
	assert_string_equal(place->fault.text, want);
	stop(holder);
	free(want);
}

static void
take__holder_outlasts_the_patience__waits_that_long(void **state)
{
	struct place *place = *state;
	pid_t holder = start_holder(place->path);
	double begun = seconds();

	assert_int_equal(fil_lock_take(place->path, "s", 1, &place->fault), -1);
	assert_true(seconds() - begun > 0.99);
	stop(holder);
}

static void
take__holder_was_killed__is_free(void **state)
{
	struct place *place = *state;
	int lock;

	stop(start_holder(place->path));
	lock = fil_lock_take(place->path, "s", 0, &place->fault);
	assert_true(lock >= 0);
	fil_lock_release(lock);
	lock = fil_lock_take(place->path, "s", 0, &place->fault);
	assert_true(lock >= 0);
	fil_lock_release(lock);
	fil_lock_release(-1);
}

static void
take__file_is_a_symbolic_link__is_refused(void **state)
{
	struct place *place = *state;
	char *file = place_file(place, "s.db.lock"), *target = place_file(place, "target");

	assert_int_equal(symlink(target, file), 0);
	assert_int_equal(fil_lock_take(place->path, "s", 0, &place->fault), -1);
	assert_int_equal(place->fault.status, FIL_IO_ERROR);
	assert_int_not_equal(access(target, F_OK), 0);
	free(file);
	free(target);
}

static void
take__store_of_a_group__can_be_locked_by_the_group(void **state)
{
	struct place *place = *state;
	char *file = place_file(place, "s.db.lock");
	FILE *store = fopen(place->path, "w");
	struct stat status;

	fclose(store);
	assert_int_equal(chmod(place->path, 0660), 0);
	if (geteuid() == 0)
		assert_int_equal(chown(place->path, 65534, 65534), 0);
	fil_lock_release(fil_lock_take(place->path, "s", 0, &place->fault));
	assert_int_equal(stat(file, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0660);
	if (geteuid() == 0)
		assert_int_equal(status.st_uid, 65534);
	free(file);
}

static void
begin__another_command_writes__is_busy(void **state)
{
	struct place *place = *state;
	pid_t holder = start_holder(place->path);

	assert_int_equal(fil_store_begin(place->store, 0, &place->fault), -1);
	assert_int_equal(place->fault.status, FIL_BUSY);
	assert_non_null(strstr(place->fault.text, "is writing to the store"));
	stop(holder);
	assert_int_equal(fil_store_begin(place->store, 0, &place->fault), 0);
	fil_store_rollback(place->store);
	assert_int_equal(fil_store_begin(place->store, 0, &place->fault), 0);
}

static void
begin__another_program_writes__is_busy_and_lets_the_lock_go(void **state)
{
	struct place *place = *state;
	sqlite3 *db;
	int lock;

	assert_int_equal(sqlite3_open(place->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(fil_store_begin(place->store, 0, &place->fault), -1);
	assert_int_equal(place->fault.status, FIL_BUSY);
	assert_non_null(strstr(place->fault.text, "another program holds the store"));
	lock = fil_lock_take(place->path, "s", 0, &place->fault);
	assert_true(lock >= 0);
	fil_lock_release(lock);
	sqlite3_close(db);
}

/* Counts up by one, so many times, each in a transaction and a connection of its own. */
static int
count_up(const char *path, int times)
{
	struct fil_fault fault;

	for (int i = 0; i < times; i++) {
		struct fil_store *store = fil_store_open(path, FIL_STORE_WRITE, &fault);
		int failed = !store || fil_store_begin(store, 30, &fault) ||
		    fil_store_run(
			store, "UPDATE dimensions SET threshold = threshold + 1", &fault) ||
		    fil_store_commit(store, &fault) != FIL_COMMITTED;

		fil_store_close(store);
		if (failed)
			return 1;
	}
	return 0;
}

static void
commit__four_processes_count_up__no_step_is_lost(void **state)
{
	enum { PROCESSES = 4, STEPS = 25 };
	struct place *place = *state;
	pid_t children[PROCESSES];
	int status;

	assert_int_equal(fil_store_begin(place->store, 0, &place->fault), 0);
	assert_int_equal(fil_store_run(place->store,
			     "INSERT INTO dimensions (dimension, title, threshold, run) VALUES "
			     "('tool', 'Tool', 0, 1)",
			     &place->fault),
	    0);
	assert_int_equal(fil_store_commit(place->store, &place->fault), FIL_COMMITTED);
	fil_store_close(place->store);
	place->store = NULL;
	for (int i = 0; i < PROCESSES; i++) {
		children[i] = fork();
		if (children[i] == 0)
			_exit(count_up(place->path, STEPS));
	}
	for (int i = 0; i < PROCESSES; i++) {
		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_int_equal(status, 0);
	}
	place->store = fil_store_open(place->path, FIL_STORE_READ, &place->fault);
	assert_int_equal(
	    place_number(place->store, "SELECT threshold FROM dimensions"), PROCESSES * STEPS);
}

#define IN_FOLDER(f) cmocka_unit_test_setup_teardown(f, place_empty, place_remove)
#define WITH_STORE(f) cmocka_unit_test_setup_teardown(f, place_with_store, place_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(take__another_process_holds_it__is_busy_and_names_it),
		IN_FOLDER(take__holder_outlasts_the_patience__waits_that_long),
		IN_FOLDER(take__holder_was_killed__is_free),
		IN_FOLDER(take__file_is_a_symbolic_link__is_refused),
		IN_FOLDER(take__store_of_a_group__can_be_locked_by_the_group),
		WITH_STORE(begin__another_command_writes__is_busy),
		WITH_STORE(begin__another_program_writes__is_busy_and_lets_the_lock_go),
		WITH_STORE(commit__four_processes_count_up__no_step_is_lost),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
