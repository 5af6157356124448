/* SPDX-License-Identifier: ISC */
/* The schema in the file: refused when altered, brought up to date when old. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "lib/base/text.h"
#include "lib/catalog/catalog.h"
#include "lib/store/schema.h"
#include "lib/store/seal.h"
#include "tests/unit/place.h"

static void
execute(const char *path, const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

/* Returns the texts of a statement's first column, a line each; the caller frees them. */
static char *
lines_of(const char *path, const char *sql)
{
	struct fil_bytes lines = { 0 };
	sqlite3_stmt *statement;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
	while (sqlite3_step(statement) == SQLITE_ROW)
		fil_bytes_add_format(&lines, "%s\n", sqlite3_column_text(statement, 0));
	sqlite3_finalize(statement);
	sqlite3_close(db);
	return lines.data ? lines.data : fil_copy("");
}

static char *
schema_of(const char *path)
{
	return lines_of(path, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name");
}

static void
assert_lines(const char *path, const char *sql, const char *want)
{
	char *lines = lines_of(path, sql);

	assert_string_equal(lines, want);
	free(lines);
}

/* Makes the store of a file of statements at the place. */
static void
make_of(struct place *place, const char *statements)
{
	char text[65536];
	FILE *file = fopen(statements, "r");
	size_t n;

	assert_non_null(file);
	n = fread(text, 1, sizeof text - 1, file);
	text[n] = '\0';
	fclose(file);
	execute(place->path, text);
	assert_int_equal(chmod(place->path, 0600), 0);
}

/* Makes a store of schema 1 at the place, with so many more runs. */
static void
make_version_1(struct place *place, int runs)
{
	char *more = fil_format("WITH RECURSIVE n (i) AS (SELECT 3 UNION ALL SELECT i + 1 FROM n "
				"LIMIT %d) INSERT INTO runs "
				"SELECT i, '2024-03-02', 'ada', 'fil-record ' || "
				"hex(zeroblob(100)), NULL, NULL, 0, 0, 0, 0, 0, 0, 0, 0 FROM n",
	    runs);

	make_of(place, "tests/data/stores/schema-1.sql");
	execute(place->path, more);
	free(more);
}

/* The store reads its own schema to copy all tables, whatever a later version adds. */
static void
tables__of_the_schema__are_those_of_the_file(void **state)
{
	struct place *place = *state;
	struct fil_schema_tables *tables = fil_schema_tables();
	char *sql, *columns, *keys;
	struct fil_bytes have = { 0 };

	assert_int_equal(place_create(place), 0);
	for (size_t i = 0; i < tables->n; i++) {
		const struct fil_relation *table = &tables->all[i];

		for (int key = 0; key < 2; key++) {
			sql = fil_format("SELECT name FROM pragma_table_info('%s')%s", table->name,
			    key ? " WHERE pk ORDER BY pk" : "");
			columns = lines_of(place->path, sql);
			fil_bytes_clear(&have);
			fil_bytes_add(&have, "", 0);
			for (size_t c = 0; c < (key ? table->n_keys : table->n_columns); c++)
				fil_bytes_add_format(&have, "%s\n", table->columns[c]);
			assert_string_equal(have.data, columns);
			free(columns);
			free(sql);
		}
	}
	sql = fil_format("%zu\n", tables->n);
	keys = lines_of(place->path,
	    "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'");
	assert_string_equal(sql, keys);
	free(keys);
	free(sql);
	fil_bytes_release(&have);
	fil_schema_tables_free(tables);
}

/* Counts a run whose stored seal is not that of the log. */
static void
compare_seals(void *context, int64_t run, const char *stored, const char *computed)
{
	int *differ = context;

	(void)run;
	*differ += strcmp(stored, computed) != 0;
}

static int
count_broken_seals(struct place *place)
{
	int differ = 0;

	assert_int_equal(
	    fil_seal_each(place->store, compare_seals, NULL, &differ, &place->fault), 0);
	return differ;
}

static void
open__older_schema__is_brought_up_to_date(void **state)
{
	struct place *place = *state;
	char *fresh = place_file(place, "fresh.db"), *backup = place_file(place, "s.db.before-1"),
	     *want, *have, *old;
	struct stat status;

	make_version_1(place, 10);
	place->store = fil_store_open(place->path, FIL_STORE_READ, &place->fault);
	assert_non_null(place->store);
	assert_int_equal(
	    place_number(place->store, "SELECT count(*) FROM runs WHERE mark = ''"), 12);
	assert_int_equal(place_number(place->store,
			     "SELECT count(*) FROM users WHERE \"user\" IN ('00421', '7')"),
	    2);
	assert_int_equal(
	    place_number(place->store, "SELECT level FROM autonomy WHERE note LIKE 'two%lines'"),
	    2);
	assert_int_equal(count_broken_seals(place), 0);
	assert_int_equal(
	    place_number(place->store, "SELECT count(*) FROM runs WHERE today = '2024-03-01'"), 1);
	fil_store_close(place->store);
	old = place->path;
	place->path = fresh;
	assert_int_equal(place_create(place), 0);
	place->path = old;
	want = schema_of(fresh);
	have = schema_of(place->path);
	assert_string_equal(have, want);
	assert_lines(place->path, "PRAGMA user_version", "5\n");
	assert_lines(place->path, "PRAGMA integrity_check", "ok\n");
	assert_int_equal(stat(backup, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0600);
	assert_lines(backup, "PRAGMA user_version", "1\n");
	assert_lines(backup, "SELECT count(*) FROM runs", "12\n");
	free(want);
	free(have);
	free(fresh);
	free(backup);
}

/* The rows of the history of schema-2.sql that name another user than before, what they became, and
 * whom they named. */
static const char restored[] = "10 users u1 renamed n1 -\n12 autonomy n1 changed - -\n"
			       "13 users n1 renamed u1 -\n14 autonomy u4 removed - -\n"
			       "14 users u4 removed u2 u1\n15 users u3 renamed v3 u2\n"
			       "16 users v3 changed - u2\n19 users v3 renamed w\"3\\ u2\n";

static void
open__renamings_of_schema_2__get_the_keys_of_their_time(void **state)
{
	struct place *place = *state;
	char *fresh = place_file(place, "fresh.db"), *want, *have;

	make_of(place, "tests/data/stores/schema-2.sql");
	place->store = fil_store_open(place->path, FIL_STORE_WRITE, &place->fault);
	assert_non_null(place->store);
	assert_int_equal(count_broken_seals(place), 0);
	fil_store_close(place->store);
	assert_lines(place->path,
	    "SELECT run || ' ' || relation || ' ' || subject || ' ' || action || ' ' || "
	    "coalesce(became, '-') || ' ' || coalesce(named, '-') FROM history WHERE run BETWEEN "
	    "10 AND 19 "
	    "ORDER BY run, number",
	    restored);
	place->store = fil_store_open(fresh, FIL_STORE_CREATE, &place->fault);
	assert_int_equal(fil_store_begin(place->store, 0, &place->fault), 0);
	assert_int_equal(fil_store_commit(place->store, &place->fault), FIL_COMMITTED);
	want = schema_of(fresh);
	have = schema_of(place->path);
	assert_string_equal(have, want);
	free(want);
	free(have);
	free(fresh);
}

static void
open__backup_of_an_older_schema__opens_as_a_store(void **state)
{
	struct place *place = *state;
	char *backup = place_file(place, "s.db.before-1");

	make_version_1(place, 1);
	place->store = fil_store_open(place->path, FIL_STORE_WRITE, &place->fault);
	assert_non_null(place->store);
	fil_store_close(place->store);
	place->store = fil_store_open(backup, FIL_STORE_WRITE, &place->fault);
	assert_non_null(place->store);
	assert_int_equal(fil_store_begin(place->store, 0, &place->fault), 0);
	free(backup);
}

static void
open__older_schema_with_more_in_it__stays_as_it_was(void **state)
{
	static const char *const extras[] = { "CREATE TABLE runs_before (x)",
		"CREATE TABLE extra (x)", "CREATE VIEW v AS SELECT 1",
		"CREATE TRIGGER t AFTER INSERT ON users BEGIN DELETE FROM runs; END" };
	struct place *place = *state;
	char *before, *after;

	for (size_t i = 0; i < sizeof extras / sizeof *extras; i++) {
		unlink(place->path);
		make_version_1(place, 10);
		execute(place->path, extras[i]);
		before = schema_of(place->path);
		assert_null(fil_store_open(place->path, FIL_STORE_WRITE, &place->fault));
		assert_int_equal(place->fault.status, FIL_UNAVAILABLE);
		assert_non_null(strstr(place->fault.text, "the schema was altered"));
		after = schema_of(place->path);
		assert_string_equal(after, before);
		assert_lines(place->path, "PRAGMA user_version", "1\n");
		assert_lines(place->path, "SELECT count(*) FROM users", "2\n");
		free(before);
		free(after);
	}
}

/* Runs the opening in a child process that may write files of at most so many bytes. Returns its
 * exit status. */
static int
open_within(struct place *place, rlim_t bytes)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		struct fil_fault fault = { 0 };

		signal(SIGXFSZ, SIG_IGN);
		setrlimit(RLIMIT_FSIZE, &(struct rlimit){ bytes, bytes });
		_exit(fil_store_open(place->path, FIL_STORE_WRITE, &fault) ? 0 : (int)fault.status);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
open__older_schema_and_no_room__stays_as_it_was(void **state)
{
	struct place *place = *state;
	struct stat file;

	make_version_1(place, 5000);
	assert_int_equal(stat(place->path, &file), 0);
	/* Room for the backup, then not for the log. */
	assert_int_equal(open_within(place, (rlim_t)file.st_size + 4096), FIL_IO_ERROR);
	assert_lines(place->path, "PRAGMA user_version", "1\n");
	assert_lines(place->path, "SELECT count(*) FROM runs", "5002\n");
	assert_lines(place->path, "PRAGMA integrity_check", "ok\n");
	assert_int_equal(open_within(place, 4096), FIL_IO_ERROR);
	assert_lines(place->path, "PRAGMA user_version", "1\n");
	assert_int_equal(open_within(place, RLIM_INFINITY), 0);
	assert_lines(place->path, "SELECT count(*) FROM runs WHERE mark = ''", "5002\n");
}

/* Kills an opening after so many microseconds. */
static void
open_and_kill(struct place *place, long after)
{
	pid_t child = fork();

	if (child == 0) {
		struct fil_fault fault;

		fil_store_open(place->path, FIL_STORE_WRITE, &fault);
		pause();
	}
	nanosleep(&(struct timespec){ 0, after * 1000 }, NULL);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

static void
open__killed_while_it_migrates__is_old_or_new(void **state)
{
	struct place *place = *state;
	int old = 0;

	for (long after = 500; after < 60000; after += after / 2) {
		char *version;

		unlink(place->path);
		make_version_1(place, 4000);
		open_and_kill(place, after);
		version = lines_of(place->path, "PRAGMA user_version");
		if (strcmp(version, "1\n") == 0) {
			old++;
			assert_lines(place->path,
			    "SELECT count(*) FROM pragma_table_info('runs') WHERE name = 'mark'",
			    "0\n");
		} else
			assert_string_equal(version, "5\n");
		free(version);
		assert_lines(place->path, "SELECT count(*) FROM runs", "4002\n");
		assert_lines(place->path, "PRAGMA integrity_check", "ok\n");
		place->store = fil_store_open(place->path, FIL_STORE_WRITE, &place->fault);
		assert_non_null(place->store);
		fil_store_close(place->store);
		place->store = NULL;
	}
	assert_true(old > 0);
}

static void
open__altered_schema__names_what_is_not_ours(void **state)
{
	static const struct {
		const char *sql, *undo, *text;
	} cases[] = {
		{ "CREATE TRIGGER t AFTER INSERT ON users BEGIN DELETE FROM runs; END",
		    "DROP TRIGGER t", "the schema was altered: the trigger 't' is not filrouge's" },
		{ "CREATE VIEW v AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i FROM n) "
		  "SELECT i FROM n",
		    "DROP VIEW v", "the schema was altered: the view 'v' is not filrouge's" },
		{ "CREATE TABLE sqlitex (x)", "DROP TABLE sqlitex",
		    "the schema was altered: the table 'sqlitex' is not filrouge's" },
		{ "CREATE INDEX i ON users (name)", "DROP INDEX i",
		    "the schema was altered: the index 'i' is not filrouge's" },
		{ "DROP INDEX verdicts_user", "CREATE INDEX verdicts_user ON verdicts (\"user\")",
		    "the schema was altered: 1 of its 34 tables and indexes are missing" },
		{ "ALTER TABLE users ADD COLUMN salary TEXT",
		    "ALTER TABLE users DROP COLUMN salary",
		    "the schema was altered: the table 'users' is not filrouge's" },
	};
	struct place *place = *state;

	fil_store_close(place->store);
	place->store = NULL;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		execute(place->path, cases[i].sql);
		for (int mode = FIL_STORE_READ; mode <= FIL_STORE_WRITE; mode++) {
			assert_null(
			    fil_store_open(place->path, (enum fil_store_mode)mode, &place->fault));
			assert_int_equal(place->fault.status, FIL_UNAVAILABLE);
			assert_non_null(strstr(place->fault.text, cases[i].text));
		}
		execute(place->path, cases[i].undo);
	}
	place->store = fil_store_open(place->path, FIL_STORE_READ, &place->fault);
	assert_non_null(place->store);
}

static void
begin__another_has_migrated_meanwhile__is_refused(void **state)
{
	struct place *place = *state;

	execute(place->path, "PRAGMA user_version=6");
	assert_int_equal(fil_store_begin(place->store, 0, &place->fault), -1);
	assert_int_equal(place->fault.status, FIL_UNAVAILABLE);
	assert_non_null(
	    strstr(place->fault.text, "made by a newer filrouge (schema 6; this one knows 5)"));
	execute(place->path, "PRAGMA user_version=5");
	assert_int_equal(fil_store_begin(place->store, 0, &place->fault), 0);
}

static void
open__analysed_store__is_accepted(void **state)
{
	struct place *place = *state;

	fil_store_close(place->store);
	execute(place->path, "ANALYZE");
	place->store = fil_store_open(place->path, FIL_STORE_READ, &place->fault);
	assert_non_null(place->store);
}

static void
schema_text__comments_and_tokens__are_gone(void **state)
{
	static const struct fil_token tokens[] = { { "STRICT", "S" }, { "CLUSTERED", "C" },
		{ "KEY", "K" }, { NULL, NULL } };
	char *text = fil_schema_text(tokens);

	(void)state;
	assert_null(strstr(text, "--"));
	assert_null(strchr(text, '{'));
	assert_null(strchr(text, '\t'));
	assert_null(strstr(text, "  "));
	assert_int_equal(
	    strncmp(
		text, "CREATE TABLE runs ( run INTEGER PRIMARY KEY, started TEXT NOT NULL,", 67),
	    0);
	assert_non_null(
	    strstr(text, "\nCREATE TABLE phases ( phase K NOT NULL, title TEXT NOT NULL, "));
	assert_non_null(strstr(text, "PRIMARY KEY (phase) ) C;\n"));
	free(text);
}

/* Returns what the catalogue makes of a table, in the words of pragma_table_info, a line for each
 * column. */
static char *
declared(const struct fil_table *table)
{
	struct fil_bytes lines = { 0 };

	for (size_t c = 0; c < table->n_columns; c++) {
		const struct fil_column *column = &table->columns[c];

		fil_bytes_add_format(&lines, "%s %s %d %zu\n", column->name,
		    column->type == FIL_TYPE_INTEGER ? "INTEGER" : "TEXT",
		    column->key || column->required, column->key ? c + 1 : 0);
	}
	fil_bytes_add_text(&lines, "run INTEGER 1 0\n");
	return lines.data;
}

static void
catalogue__each_table__is_what_the_schema_declares(void **state)
{
	struct place *place = *state;
	const struct fil_table *const *tables;
	size_t n;

	tables = fil_catalog_tables(&n);
	assert_int_equal(n, 21);
	for (size_t i = 0; i < n; i++) {
		char *sql = fil_format("SELECT name || ' ' || type || ' ' || \"notnull\" || ' ' || "
				       "pk FROM pragma_table_info('%s')",
		    tables[i]->name);
		char *want = declared(tables[i]);

		assert_lines(place->path, sql, want);
		free(want);
		free(sql);
	}
}

/* Returns the references of a table but those to a manager, sorted: `column table`. */
static void
catalogue__each_reference__is_a_foreign_key(void **state)
{
	struct place *place = *state;
	const struct fil_table *const *tables;
	size_t n;

	tables = fil_catalog_tables(&n);
	for (size_t i = 0; i < n; i++)
		for (size_t c = 0; c < tables[i]->n_columns; c++) {
			const struct fil_column *column = &tables[i]->columns[c];
			char *sql = fil_format("SELECT \"table\" || ' ' || \"to\" || ' ' || "
					       "on_update FROM pragma_foreign_key_list('%s') "
					       "WHERE \"from\" = '%s'",
			    tables[i]->name, column->name);
			char *want = fil_copy("");

			if (column->references && strcmp(column->name, "manager") != 0) {
				const struct fil_table *parent =
				    fil_catalog_table(column->references);

				free(want);
				want = fil_format("%s %s %s\n", parent->name,
				    parent->columns[0].name,
				    strcmp(parent->name, "users") == 0 ? "CASCADE" : "NO ACTION");
			}
			assert_lines(place->path, sql, want);
			free(want);
			free(sql);
		}
}

#define IN_FOLDER(f) cmocka_unit_test_setup_teardown(f, place_empty, place_remove)
#define WITH_STORE(f) cmocka_unit_test_setup_teardown(f, place_with_store, place_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(tables__of_the_schema__are_those_of_the_file),
		IN_FOLDER(open__older_schema__is_brought_up_to_date),
		IN_FOLDER(open__renamings_of_schema_2__get_the_keys_of_their_time),
		IN_FOLDER(open__backup_of_an_older_schema__opens_as_a_store),
		IN_FOLDER(open__older_schema_with_more_in_it__stays_as_it_was),
		IN_FOLDER(open__older_schema_and_no_room__stays_as_it_was),
		IN_FOLDER(open__killed_while_it_migrates__is_old_or_new),
		WITH_STORE(open__altered_schema__names_what_is_not_ours),
		WITH_STORE(begin__another_has_migrated_meanwhile__is_refused),
		WITH_STORE(open__analysed_store__is_accepted),
		cmocka_unit_test(schema_text__comments_and_tokens__are_gone),
		WITH_STORE(catalogue__each_table__is_what_the_schema_declares),
		WITH_STORE(catalogue__each_reference__is_a_foreign_key),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
