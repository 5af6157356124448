/* SPDX-License-Identifier: ISC */
/* Bytes that wait to be written: they are read back, and others neither miss nor lose any. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <sqlite3.h>

#include "lib/store/sqlite/sqlite_vfs.h"
#include "tests/unit/place.h"

/* Rows of this many bytes fill more pages than the cache holds, and more than wait at once. */
#define ROWS "WITH r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < 2000) "
#define INSERT(letter) \
	ROWS "INSERT INTO t SELECT i * 7919 % 2003, replace(hex(zeroblob(150)), '00', '" letter \
	     "') FROM r"

static void
run(sqlite3 *db, const char *sql)
{
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
}

static sqlite3 *
open_by(const struct place *place, const char *module)
{
	sqlite3 *db;

	assert_int_equal(
	    sqlite3_open_v2(place->path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, module),
	    SQLITE_OK);
	run(db,
	    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; "
	    "PRAGMA cache_size=5; CREATE TABLE IF NOT EXISTS t (i INTEGER PRIMARY KEY, x TEXT)");
	return db;
}

/* Asserts what the one value of a query is. */
static void
expect(sqlite3 *db, const char *sql, const char *value)
{
	sqlite3_stmt *statement;

	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	assert_string_equal((const char *)sqlite3_column_text(statement, 0), value);
	sqlite3_finalize(statement);
}

static void
copy_log(sqlite3 *db)
{
	assert_int_equal(
	    sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL), SQLITE_OK);
}

/* Asserts that SQLite's own module finds all rows with the letter. */
static void
expect_stored(const struct place *place, const char *count)
{
	sqlite3 *other = open_by(place, "unix");

	expect(other, "PRAGMA integrity_check", "ok");
	expect(other, "SELECT count(*) FROM t WHERE x = replace(hex(zeroblob(150)), '00', 'b')",
	    count);
	sqlite3_close(other);
}

static void
waiting__read_in_the_transaction__is_there(void **state)
{
	const struct place *place = *state;
	sqlite3 *db = open_by(place, fil_sqlite_vfs());

	run(db, "BEGIN;" INSERT("a"));
	run(db, "UPDATE t SET x = replace(x, 'a', 'b')");
	expect(db, "SELECT count(*) FROM t WHERE x LIKE 'bbb%'", "2000");
	run(db, "COMMIT");
	expect_stored(place, "2000");
	sqlite3_close(db);
}

static void
log__copied__all_is_stored(void **state)
{
	const struct place *place = *state;
	sqlite3 *db = open_by(place, fil_sqlite_vfs());

	run(db, INSERT("b"));
	copy_log(db);
	run(db, "UPDATE t SET x = 'c' WHERE i % 2");
	copy_log(db);
	expect_stored(place, "1000");
	sqlite3_close(db);
	expect_stored(place, "1000");
}

static void
waiting__rolled_back__is_not_written_over_another_commit(void **state)
{
	const struct place *place = *state;
	sqlite3 *db = open_by(place, fil_sqlite_vfs()), *other = open_by(place, "unix");

	run(db, "BEGIN IMMEDIATE;" INSERT("a") "; ROLLBACK");
	run(other, INSERT("b"));
	run(db, "INSERT INTO t VALUES (5000, 'c')");
	expect_stored(place, "2000");
	sqlite3_close(other);
	sqlite3_close(db);
	expect_stored(place, "2000");
}

static ssize_t
fail_to_write(int fd, const void *bytes, size_t n, off_t at)
{
	(void)fd, (void)bytes, (void)n, (void)at;
	errno = EIO;
	return -1;
}

/* Has SQLite write by that function, NULL for its own. */
static void
write_by(ssize_t (*function)(int, const void *, size_t, off_t))
{
	sqlite3_vfs *unix_vfs = sqlite3_vfs_find("unix");

	unix_vfs->xSetSystemCall(unix_vfs, "pwrite", (sqlite3_syscall_ptr)function);
	unix_vfs->xSetSystemCall(unix_vfs, "pwrite64", (sqlite3_syscall_ptr)function);
}

static void
copy__fails__is_not_written_over_another_copy(void **state)
{
	const struct place *place = *state;
	sqlite3 *db = open_by(place, fil_sqlite_vfs()), *other = open_by(place, "unix");

	run(db, INSERT("a"));
	write_by(fail_to_write);
	assert_int_equal(sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL),
	    SQLITE_IOERR);
	write_by(NULL);
	run(other, "UPDATE t SET x = replace(x, 'a', 'b')");
	copy_log(other);
	run(db, "INSERT INTO t VALUES (5000, 'c')");
	copy_log(db);
	expect_stored(place, "2000");
	sqlite3_close(other);
	sqlite3_close(db);
	expect_stored(place, "2000");
}

/* Nothing syncs the file after a copy of a part of the log: each failure must come before its end. */
static void
part_of_the_log__copy_fails__is_copied_again(void **state)
{
	const struct place *place = *state;
	sqlite3 *db = open_by(place, fil_sqlite_vfs()), *reader = open_by(place, "unix");

	run(db, "INSERT INTO t VALUES (1, replace(hex(zeroblob(150)), '00', 'b'))");
	run(reader, "BEGIN; SELECT count(*) FROM t");
	run(db, "INSERT INTO t VALUES (2, 'c')");
	write_by(fail_to_write);
	assert_int_equal(sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL),
	    SQLITE_IOERR);
	write_by(NULL);
	run(reader, "COMMIT");
	copy_log(db);
	sqlite3_close(reader);
	sqlite3_close(db);
	expect_stored(place, "1");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    waiting__read_in_the_transaction__is_there, place_empty, place_remove),
		cmocka_unit_test_setup_teardown(
		    log__copied__all_is_stored, place_empty, place_remove),
		cmocka_unit_test_setup_teardown(
		    waiting__rolled_back__is_not_written_over_another_commit, place_empty,
		    place_remove),
		cmocka_unit_test_setup_teardown(
		    copy__fails__is_not_written_over_another_copy, place_empty, place_remove),
		cmocka_unit_test_setup_teardown(
		    part_of_the_log__copy_fails__is_copied_again, place_empty, place_remove),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
