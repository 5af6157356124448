/* SPDX-License-Identifier: ISC */
/* The faults of a connection: stores that may not be written, or are damaged. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <sys/wait.h>

#include "lib/store/sqlite/sqlite_schema.h"
#include "tests/unit/place.h"

static const uid_t nobody = 65534;

/* Opens the store as nobody, in a child process, and counts what it holds. Returns the status, and
 * the fault's text in place. */
static int
open_as_nobody(struct place *place, const char *path, enum fil_store_mode mode)
{
	int ends[2], status;
	ssize_t n;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		struct fil_fault fault = { 0 };
		struct fil_store *store;

		if (setgid(nobody) || setuid(nobody))
			_exit(1);
		store = fil_store_open(path, mode, &fault);
		if (store && place_number(store, "SELECT count(*) FROM users") != 0)
			_exit(2);
		_exit(write(ends[1], &fault, sizeof fault) == sizeof fault ? (int)fault.status : 3);
	}
	close(ends[1]);
	n = read(ends[0], &place->fault, sizeof place->fault);
	close(ends[0]);
	assert_int_equal(n, sizeof place->fault);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* Lets everybody read the folder and the store, and nobody write them. */
static void
let_read(struct place *place, const char *path)
{
	assert_int_equal(chmod(path, 0444), 0);
	assert_int_equal(chmod(place->folder, 0555), 0);
}

static void
open__folder_of_another__names_the_shm_and_the_cure(void **state)
{
	struct place *place = *state;

	if (geteuid() != 0)
		return;
	fil_store_close(place->store);
	place->store = NULL;
	let_read(place, place->path);
	assert_int_equal(open_as_nobody(place, place->path, FIL_STORE_READ), FIL_NOT_PERMITTED);
	assert_non_null(strstr(place->fault.text, "s.db-shm is not there and cannot be made"));
	assert_non_null(strstr(place->fault.text, "fil-backup"));
	assert_int_equal(open_as_nobody(place, place->path, FIL_STORE_WRITE), FIL_NOT_PERMITTED);
}

static void
open__backup_in_a_folder_of_another__can_be_read(void **state)
{
	struct place *place = *state;
	char *copy = place_file(place, "copy.db");

	if (geteuid() != 0) {
		free(copy);
		return;
	}
	assert_int_equal(
	    fil_sqlite_backup((struct fil_sqlite *)place->store, copy, &place->fault), 0);
	let_read(place, copy);
	assert_int_equal(open_as_nobody(place, copy, FIL_STORE_READ), 0);
	assert_int_equal(open_as_nobody(place, copy, FIL_STORE_WRITE), FIL_NOT_PERMITTED);
	assert_non_null(strstr(place->fault.text, "not permitted to write the store"));
	free(copy);
}

static void
open__store_of_another__is_not_permitted(void **state)
{
	struct place *place = *state;

	if (geteuid() != 0)
		return;
	assert_int_equal(chmod(place->folder, 0755), 0);
	assert_int_equal(open_as_nobody(place, place->path, FIL_STORE_READ), FIL_NOT_PERMITTED);
	assert_int_equal(chmod(place->folder, 0700), 0);
	assert_int_equal(open_as_nobody(place, place->path, FIL_STORE_READ), FIL_NOT_PERMITTED);
	assert_int_equal(open_as_nobody(place, "/root/x.db", FIL_STORE_CREATE), FIL_NOT_PERMITTED);
}

static void
open__older_schema_that_may_not_be_written__says_who_can(void **state)
{
	static const char *const beside[] = { "s.db-wal", "s.db-shm" };
	struct place *place = *state;

	if (geteuid() != 0)
		return;
	assert_int_equal(fil_sqlite_run((struct fil_sqlite *)place->store, "PRAGMA user_version=1",
			     &place->fault),
	    0);
	for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
		char *file = place_file(place, beside[i]);

		assert_int_equal(chmod(file, 0444), 0);
		free(file);
	}
	let_read(place, place->path);
	assert_int_equal(open_as_nobody(place, place->path, FIL_STORE_READ), FIL_UNAVAILABLE);
	assert_non_null(strstr(place->fault.text,
	    "made by an older filrouge (schema 1; this one "
	    "works with 5), and this user may not bring it up to date"));
}

/* Changes bytes of the closed store: at a random place a byte, or a block of zeros. */
static void
damage(const char *path, unsigned seed)
{
	static const char zeros[512];
	struct stat status;
	unsigned at;
	int fd = open(path, O_RDWR);

	assert_int_equal(fstat(fd, &status), 0);
	/* A linear congruence (Numerical Recipes): the same places on each run. */
	seed = (seed + 1) * 1664525u + 1013904223u;
	at = seed / 7 % (unsigned)status.st_size;
	if (seed & 1024)
		assert_true(pwrite(fd, zeros, sizeof zeros, at & ~511u) > 0);
	else
		assert_int_equal(pwrite(fd, &seed, 1, at), 1);
	if (seed & 2048 && seed & 4096)
		assert_int_equal(ftruncate(fd, (off_t)at), 0);
	close(fd);
}

/* In a child process: reads all of the store and writes to it. Exits with 0 or a fault's status. */
static int
use(const char *path)
{
	struct fil_fault fault = { 0 };
	struct fil_store *store = fil_store_open(path, FIL_STORE_WRITE, &fault);
	struct fil_query *query;
	int step;

	if (!store)
		return (int)fault.status;
	query = fil_query_new(store, "SELECT count(*), max(length(title)), min(run) FROM levels");
	while ((step = fil_query_step(query, &fault)) == 1)
		;
	fil_query_free(query);
	if (step == 0 &&
	    (fil_store_begin(store, 0, &fault) ||
		run_statement(store, "UPDATE levels SET run = run + 1", &fault) ||
		fil_store_commit(store, &fault) != FIL_COMMITTED))
		step = -1;
	fil_store_close(store);
	return step ? (int)fault.status : 0;
}

static void
open__damaged_in_many_places__is_a_fault_or_works(void **state)
{
	struct place *place = *state;
	char *copy = place_file(place, "copy.db");
	int status, faults = 0;
	unsigned tries = getenv("FILROUGE_TORTURE") ? 500 : 50;

	assert_int_equal(fil_store_begin(place->store, 0, &place->fault), 0);
	assert_int_equal(
	    run_statement(place->store,
		"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 500)"
		"INSERT INTO levels (level, title, run) SELECT i, hex(zeroblob(200)), 1 FROM n",
		&place->fault),
	    0);
	assert_int_equal(fil_store_commit(place->store, &place->fault), FIL_COMMITTED);
	for (unsigned i = 0; i < tries; i++) {
		pid_t child;

		unlink(copy);
		assert_int_equal(
		    fil_sqlite_backup((struct fil_sqlite *)place->store, copy, &place->fault), 0);
		damage(copy, i);
		child = fork();
		if (child == 0) {
			if (!freopen("/dev/null", "w", stderr))
				_exit(1);
			_exit(use(copy));
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFEXITED(status));
		if (WEXITSTATUS(status) == FIL_UNAVAILABLE)
			faults++;
		else
			assert_true(
			    WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == FIL_IO_ERROR);
	}
	assert_true(faults > (int)tries / 10);
	free(copy);
}

#define WITH_STORE(f) cmocka_unit_test_setup_teardown(f, place_with_store, place_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_STORE(open__folder_of_another__names_the_shm_and_the_cure),
		WITH_STORE(open__backup_in_a_folder_of_another__can_be_read),
		WITH_STORE(open__store_of_another__is_not_permitted),
		WITH_STORE(open__older_schema_that_may_not_be_written__says_who_can),
		WITH_STORE(open__damaged_in_many_places__is_a_fault_or_works),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
