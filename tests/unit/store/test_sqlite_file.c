/* SPDX-License-Identifier: ISC */
/* The file of a store: what is refused, by what name, and that it is left as it was. Its lock file,
 * with other processes. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>

#include "lib/store/sqlite/sqlite_file.h"
#include "tests/unit/place.h"

static void
write_file(const char *path, const void *bytes, size_t n)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, n, file), n);
	assert_int_equal(fclose(file), 0);
}

/* Returns the first bytes of the file and its size, to compare. */
static size_t
read_file(const char *path, char bytes[static 8192])
{
	FILE *file = fopen(path, "r");
	size_t n;

	assert_non_null(file);
	n = fread(bytes, 1, 8192, file);
	fclose(file);
	return n;
}

/* Opens what is at the path in both modes: it is refused with the text behind its name, and no file
 * appears beside it. */
static void
assert_refused(struct place *place, const char *path, const char *text)
{
	char *want = fil_format("%s: %s", path, text), *lock = fil_format("%s.lock", path),
	     *wal = fil_format("%s-wal", path);

	for (int mode = FIL_STORE_READ; mode <= FIL_STORE_WRITE; mode++) {
		assert_null(fil_store_open(path, (enum fil_store_mode)mode, &place->fault));
		assert_string_equal(place->fault.text, want);
		assert_int_equal(place->fault.status, FIL_UNAVAILABLE);
	}
	assert_int_not_equal(access(lock, F_OK), 0);
	assert_int_not_equal(access(wal, F_OK), 0);
	free(want);
	free(lock);
	free(wal);
}

static void
open__other_bytes__says_what_they_are(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *text;
	} cases[] = {
		{ "", 0, "an empty file, no store" },
		{ "x", 1, "a text file, no store" },
		{ "Matricule;Nom\r\n00421;Lef\xE8vre\r\n", 30, "a text file, no store" },
		{ "\x1F\x8B\x08\x00\x00", 5, "a gzip file, no store" },
		{ "PK\3\4\x14\0\6\0", 8, "a zip file or a workbook, no store" },
		{ "SQLite format 3\0\x10\0\2\2", 20, "the beginning of something, no store" },
		{ "\0\1\2", 3, "the beginning of something, no store" },
	};
	struct place *place = *state;
	char after[8192];

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		write_file(place->path, cases[i].bytes, cases[i].n);
		assert_refused(place, place->path, cases[i].text);
		assert_int_equal(read_file(place->path, after), cases[i].n);
		assert_memory_equal(after, cases[i].bytes, cases[i].n);
	}
}

static void
open__no_regular_file__says_what_it_is(void **state)
{
	struct place *place = *state;
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char *folder = place_file(place, "folder"), *pipe_name = place_file(place, "pipe"),
	     *socket_name = place_file(place, "socket");
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strcpy(address.sun_path, socket_name);
	assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(mkdir(folder, 0700), 0);
	assert_int_equal(mkfifo(pipe_name, 0600), 0);
	assert_refused(place, folder, "a folder, no store");
	assert_refused(place, pipe_name, "a pipe, no store");
	assert_refused(place, socket_name, "a socket, no store");
	assert_refused(place, "/dev/null", "a device, no store");
	assert_refused(place, "/dev/zero", "a device, no store");
	close(fd);
	rmdir(folder);
	free(folder);
	free(pipe_name);
	free(socket_name);
}

static void
open__nothing_there__says_what_makes_one(void **state)
{
	struct place *place = *state;

	assert_refused(place, place->path, "no store there: fil-init makes one");
	assert_int_not_equal(access(place->path, F_OK), 0);
}

/* Makes another application's database with SQLite itself. */
static void
make_database(const char *path, const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void
open__another_applications_database__names_its_id(void **state)
{
	struct place *place = *state;
	char before[8192], after[8192];
	size_t n;

	make_database(place->path, "CREATE TABLE t (x)");
	assert_refused(place, place->path, "a database of another application, without an id");
	make_database(place->path, "PRAGMA application_id=0x0F055112");
	assert_refused(place, place->path, "a database of another application (id 0x0F055112)");
	make_database(place->path, "PRAGMA application_id=0x47504B47");
	n = read_file(place->path, before);
	assert_refused(
	    place, place->path, "a database of another application (id 0x47504B47, GPKG)");
	assert_int_equal(read_file(place->path, after), n);
	assert_memory_equal(before, after, n);
}

static void
open__newer_schema__is_left_untouched(void **state)
{
	struct place *place = *state;
	char before[8192], after[8192];
	size_t n;

	fil_store_close(place->store);
	place->store = NULL;
	make_database(place->path, "PRAGMA user_version=999");
	n = read_file(place->path, before);
	assert_null(fil_store_open(place->path, FIL_STORE_WRITE, &place->fault));
	assert_int_equal(place->fault.status, FIL_UNAVAILABLE);
	assert_non_null(
	    strstr(place->fault.text, "made by a newer filrouge (schema 999; this one knows 5)"));
	assert_int_equal(read_file(place->path, after), n);
	assert_memory_equal(before, after, n);
}

static void
open__newer_file_format__is_named(void **state)
{
	struct place *place = *state;
	int fd;

	fil_store_close(place->store);
	place->store = NULL;
	fd = open(place->path, O_WRONLY);
	assert_int_equal(pwrite(fd, "\3", 1, 18), 1);
	close(fd);
	assert_null(fil_store_open(place->path, FIL_STORE_READ, &place->fault));
	assert_int_equal(place->fault.status, FIL_UNAVAILABLE);
	assert_non_null(
	    strstr(place->fault.text, "made by a newer SQLite (format 3; this one knows 2)"));
}

static void
open__hard_link__is_refused_and_symbolic_link_is_followed(void **state)
{
	struct place *place = *state;
	char *link_name = place_file(place, "h.db");
	struct fil_store *store;

	fil_store_close(place->store);
	place->store = NULL;
	assert_int_equal(symlink("s.db", link_name), 0);
	store = fil_store_open(link_name, FIL_STORE_READ, &place->fault);
	assert_non_null(store);
	assert_string_equal(fil_store_name(store), link_name);
	assert_string_equal(fil_store_folder(store), place->folder);
	fil_store_close(store);
	unlink(link_name);
	assert_int_equal(link(place->path, link_name), 0);
	assert_null(fil_store_open(link_name, FIL_STORE_READ, &place->fault));
	assert_int_equal(place->fault.status, FIL_UNAVAILABLE);
	assert_non_null(strstr(place->fault.text, "has 2 names (hard links)"));
	free(link_name);
}

static void
create__names_that_sqlite_reads_otherwise__are_paths(void **state)
{
	static const char *const names[] = { ":memory:", "file:x?mode=memory", "-rf" };
	struct place *place = *state;
	char *back = realpath(".", NULL);
	struct stat status;

	assert_int_equal(chdir(place->folder), 0);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char *path = place->path;
		struct fil_store *store;

		place->path = fil_copy(names[i]);
		assert_int_equal(place_create(place), 0);
		fil_store_close(place->store);
		place->store = NULL;
		free(place->path);
		place->path = path;
		assert_int_equal(stat(names[i], &status), 0);
		assert_true(status.st_size > 4096);
		store = fil_store_open(names[i], FIL_STORE_READ, &place->fault);
		assert_non_null(store);
		fil_store_close(store);
	}
	assert_int_equal(chdir(back), 0);
	free(back);
}

static void
create__something_is_there__is_refused_and_left(void **state)
{
	struct place *place = *state;
	char after[8192];

	write_file(place->path, "mine", 4);
	assert_null(fil_store_open(place->path, FIL_STORE_CREATE, &place->fault));
	assert_int_equal(place->fault.status, FIL_CANT_CREATE);
	assert_non_null(strstr(place->fault.text, "s.db: exists already"));
	assert_int_equal(read_file(place->path, after), 4);
	assert_null(fil_store_open("/nowhere/at/all", FIL_STORE_CREATE, &place->fault));
	assert_int_equal(place->fault.status, FIL_CANT_CREATE);
	assert_null(fil_store_open("/tmp/", FIL_STORE_CREATE, &place->fault));
	assert_int_equal(place->fault.status, FIL_CANT_CREATE);
}

static void
create__until_the_first_commit__is_nowhere(void **state)
{
	struct place *place = *state;
	struct fil_store *store = fil_store_open(place->path, FIL_STORE_CREATE, &place->fault);

	assert_non_null(store);
	assert_int_equal(fil_store_begin(store, 0, &place->fault), 0);
	assert_int_equal(access(place->path, F_OK), -1);
	fil_store_close(store);
	assert_int_equal(rmdir(place->folder), 0);
	assert_int_equal(mkdir(place->folder, 0700), 0);
}

static void
create__two_at_once__makes_the_first(void **state)
{
	struct place *place = *state;
	struct fil_store *second = fil_store_open(place->path, FIL_STORE_CREATE, &place->fault);
	char before[8192], after[8192];
	size_t n;

	assert_non_null(second);
	assert_int_equal(fil_store_begin(second, 0, &place->fault), 0);
	assert_int_equal(place_create(place), 0);
	n = read_file(place->path, before);
	assert_int_equal(fil_store_commit(second, &place->fault), FIL_NOT_COMMITTED);
	assert_int_equal(place->fault.status, FIL_CANT_CREATE);
	assert_non_null(strstr(place->fault.text, "s.db: exists already"));
	fil_store_close(second);
	assert_int_equal(read_file(place->path, after), n);
	assert_memory_equal(before, after, n);
}

static void
create__open_umask__only_the_owner_has_access(void **state)
{
	static const char *const companions[] = { "s.db", "s.db-wal", "s.db-shm", "s.db.lock" };
	struct place *place = *state;
	mode_t before = umask(0);
	struct stat status;

	assert_int_equal(place_create(place), 0);
	assert_int_equal(fil_store_begin(place->store, 0, &place->fault), 0);
	umask(before);
	for (size_t i = 0; i < sizeof companions / sizeof *companions; i++) {
		char *file = place_file(place, companions[i]);

		assert_int_equal(stat(file, &status), 0);
		assert_int_equal(status.st_mode & 07777, 0600);
		free(file);
	}
}

static void
open__others_have_access__cautions(void **state)
{
	struct place *place = *state;

	fil_store_close(place->store);
	assert_int_equal(chmod(place->path, 0640), 0);
	place->store = fil_store_open(place->path, FIL_STORE_READ, &place->fault);
	assert_non_null(place->store);
	assert_non_null(strstr(fil_store_caution(place->store),
	    "users other than its owner have access to the store (mode 0640"));
}

static void
mount__of_a_path__is_found(void **state)
{
	char *text;

	(void)state;
	text = fil_file_mount("/proc/self/status");
	assert_string_equal(text, "/proc");
	free(text);
}

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
		    run_statement(
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
	assert_int_equal(run_statement(place->store,
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
		IN_FOLDER(open__other_bytes__says_what_they_are),
		IN_FOLDER(open__no_regular_file__says_what_it_is),
		IN_FOLDER(open__nothing_there__says_what_makes_one),
		IN_FOLDER(open__another_applications_database__names_its_id),
		WITH_STORE(open__newer_schema__is_left_untouched),
		WITH_STORE(open__newer_file_format__is_named),
		WITH_STORE(open__hard_link__is_refused_and_symbolic_link_is_followed),
		IN_FOLDER(create__names_that_sqlite_reads_otherwise__are_paths),
		IN_FOLDER(create__something_is_there__is_refused_and_left),
		IN_FOLDER(create__until_the_first_commit__is_nowhere),
		IN_FOLDER(create__two_at_once__makes_the_first),
		IN_FOLDER(create__open_umask__only_the_owner_has_access),
		WITH_STORE(open__others_have_access__cautions),
		cmocka_unit_test(mount__of_a_path__is_found),
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
