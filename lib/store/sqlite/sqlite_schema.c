/* SPDX-License-Identifier: ISC */
#include "lib/store/sqlite/sqlite_schema.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/fault.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/store/schema.h"
#include "lib/store/sqlite/sqlite_file.h"
#include "lib/store/upgrade.h"

/* Seconds to wait for other writers before the upgrade of a store, by the first command of a new
 * version of the program. */
enum { PATIENCE = 30 };

static const struct fil_token tokens[] = {
	{ "STRICT", "STRICT" },
	{ "CLUSTERED", "STRICT, WITHOUT ROWID" },
	{ "KEY", "TEXT" },
	{ "SALT", "lower(hex(randomblob(16)))" },
	{ "SQLITE", "" },
	{ "POSTGRESQL", "--" },
	{ NULL, NULL },
};

int
fil_sqlite_create(struct fil_sqlite *store, struct fil_fault *fault)
{
	char *schema = fil_schema_text(tokens);
	char *sql = fil_format("PRAGMA page_size=4096; BEGIN EXCLUSIVE; PRAGMA application_id=%d; "
			       "PRAGMA user_version=%d;\n"
			       "%sCOMMIT",
	    FIL_FILE_ID, FIL_SCHEMA_VERSION, schema);
	int failed = fil_sqlite_run(store, sql, fault);

	free(sql);
	free(schema);
	return failed;
}

/* Returns the version of the file, or -1 with a fault. */
static int
read_version(struct fil_sqlite *store, struct fil_fault *fault)
{
	static const char sql[] = "PRAGMA user_version";
	sqlite3_stmt *statement = NULL;
	int error = sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL), version = -1;

	if (!error)
		error = sqlite3_step(statement);
	if (error == SQLITE_ROW)
		version = sqlite3_column_int(statement, 0);
	else
		fil_sqlite_fault(store, error, sql, fault);
	sqlite3_finalize(statement);
	return version;
}

int
fil_sqlite_verify_version(struct fil_sqlite *store, struct fil_fault *fault)
{
	int version = read_version(store, fault);

	return version < 0 ? -1 : fil_schema_check(store->name, version, fault);
}

/* Returns whether the statement is a line of the schema. */
static bool
is_of(const char *schema, const char *statement, size_t n)
{
	for (const char *line = schema, *end; (end = strchr(line, '\n')); line = end + 1)
		if ((size_t)(end - line) == n + 1 && memcmp(line, statement, n) == 0)
			return true;
	return false;
}

static size_t
count_lines(const char *schema)
{
	size_t n = 0;

	for (; (schema = strchr(schema, '\n')); schema++)
		n++;
	return n;
}

/* Refuses a table, index, view or trigger of the file that the schema lacks. Returns -1. */
static int
refuse_foreign(
    const struct fil_sqlite *store, const char *type, const char *name, struct fil_fault *fault)
{
	return fil_fault_set(fault, FIL_UNAVAILABLE,
	    strcmp(type, "table") == 0
		? _("%s: the schema was altered: the table '%s' is not filrouge's")
		: strcmp(type, "index") == 0
		? _("%s: the schema was altered: the index '%s' is not filrouge's")
		: strcmp(type, "view") == 0
		? _("%s: the schema was altered: the view '%s' is not filrouge's")
		: _("%s: the schema was altered: the trigger '%s' is not filrouge's"),
	    store->name, name);
}

/* Compares the file's tables and indexes with the schema, without SQLite's own. Names are unique in
 * the file. So if the file has as many statements as the schema, and each is the schema's, none is
 * missing. Returns 0 or -1. */
static int
compare_with(
    struct fil_sqlite *store, const char *schema, sqlite3_stmt *statement, struct fil_fault *fault)
{
	size_t found = 0;
	const char *name, *sql;
	int step;

	while ((step = sqlite3_step(statement)) == SQLITE_ROW) {
		name = fil_sqlite_text(statement, 1);
		sql = fil_sqlite_text(statement, 2);
		if (name && sqlite3_strnicmp(name, "sqlite_", strlen("sqlite_")) == 0)
			continue;
		if (!sql || !is_of(schema, sql, (size_t)sqlite3_column_bytes(statement, 2)))
			return refuse_foreign(
			    store, fil_sqlite_text(statement, 0), name ? name : "", fault);
		found++;
	}
	if (step != SQLITE_DONE)
		return fil_sqlite_fault(store, step, sqlite3_sql(statement), fault);
	if (found != count_lines(schema))
		return fil_fault_set(fault, FIL_UNAVAILABLE,
		    "%s: the schema was altered: %zu of its %zu tables and indexes are "
		    "missing",
		    store->name, count_lines(schema) - found, count_lines(schema));
	return 0;
}

int
fil_sqlite_compare(struct fil_sqlite *store, struct fil_fault *fault)
{
	static const char sql[] = "SELECT type, name, sql FROM sqlite_schema";
	sqlite3_stmt *statement = NULL;
	int error = sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL), failed;
	char *schema;

	if (error)
		return fil_sqlite_fault(store, error, sql, fault);
	schema = fil_schema_text(tokens);
	failed = compare_with(store, schema, statement, fault);
	free(schema);
	sqlite3_finalize(statement);
	return failed;
}

/* Checks all references. Returns 0 or -1. */
static int
check_references(struct fil_sqlite *store, struct fil_fault *fault)
{
	static const char sql[] = "PRAGMA foreign_key_check";
	sqlite3_stmt *statement = NULL;
	int error = sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL);

	if (!error)
		error = sqlite3_step(statement);
	if (error == SQLITE_ROW)
		fil_fault_set(fault, FIL_UNAVAILABLE,
		    "%s: references do not exist: restore the store from a backup", store->name);
	else if (error != SQLITE_DONE)
		fil_sqlite_fault(store, error, sql, fault);
	sqlite3_finalize(statement);
	return error == SQLITE_DONE ? 0 : -1;
}

/* Runs the statements from one version to the next. They fail if the schema is not that of its
 * version. */
static int
migrate_from(struct fil_sqlite *store, int version, struct fil_fault *fault)
{
	char *migration = fil_schema_migration(version, tokens);
	char *sql = fil_format("%sPRAGMA user_version=%d", migration, version + 1);
	int error = sqlite3_exec(store->db, sql, NULL, NULL, NULL);

	if ((error & 0xFF) == SQLITE_ERROR || (error & 0xFF) == SQLITE_CONSTRAINT)
		fil_fault_set(fault, FIL_UNAVAILABLE,
		    "%s: the schema was altered: it is not that of version %d", store->name,
		    version);
	else if (error)
		fil_sqlite_fault(store, error, sql, fault);
	free(sql);
	free(migration);
	return error ? -1 : 0;
}

/* Runs all steps within the transaction, then checks that the schema equals that of a new store. */
static int
migrate_all(struct fil_sqlite *store, int version, struct fil_fault *fault)
{
	for (; version < FIL_SCHEMA_VERSION; version++)
		if (migrate_from(store, version, fault) ||
		    fil_upgrade_from(&store->base, version, fault))
			return -1;
	if (fil_sqlite_compare(store, fault) || check_references(store, fault))
		return -1;
	return fil_sqlite_run(store, "COMMIT", fault);
}

/* A copy of the file alone would miss the log. */
int
fil_sqlite_copy(struct fil_sqlite *from, struct fil_sqlite *into, struct fil_fault *fault)
{
	sqlite3_backup *backup;
	int step;

	fil_sqlite_rollback(into);
	backup = sqlite3_backup_init(into->db, "main", from->db, "main");
	if (!backup)
		return fil_sqlite_fault(into, sqlite3_extended_errcode(into->db), "copy", fault);
	step = sqlite3_backup_step(backup, -1);
	sqlite3_backup_finish(backup);
	if (step != SQLITE_DONE)
		return fil_sqlite_fault(
		    (step & 0xFF) == SQLITE_CORRUPT ? from : into, step, "copy", fault);
	/* The bytes ask for a write-ahead log, which a file without a name cannot have. */
	fil_sqlite_disconnect(into);
	return fil_file_set_log(&into->hidden, false, into->name, fault) ||
		fil_sqlite_connect(into, fault)
	    ? -1
	    : 0;
}

/* Without a write-ahead log a copy can be read in a read-only folder. */
int
fil_sqlite_check(struct fil_sqlite *store, struct fil_fault *fault)
{
	static const char sql[] = "PRAGMA integrity_check(1)";
	sqlite3_stmt *statement = NULL;
	const char *text = NULL;
	int error, failed = 0;

	if (!sqlite3_get_autocommit(store->db) && fil_sqlite_run(store, "COMMIT", fault))
		return -1;
	if (fil_sqlite_run(store, "PRAGMA journal_mode=MEMORY", fault))
		return -1;
	error = sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL);
	if (!error)
		error = sqlite3_step(statement);
	if (error == SQLITE_ROW)
		text = fil_sqlite_text(statement, 0);
	if (error != SQLITE_ROW)
		failed = fil_sqlite_fault(store, error, sql, fault);
	else if (!text || strcmp(text, "ok") != 0)
		failed = fil_sqlite_found(store, text ? text : "", fault);
	sqlite3_finalize(statement);
	return failed;
}

/* Gives the file at the path the store's permissions. */
static void
adopt(const char *path, const char *store)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	fil_file_adopt(fd, store);
	close(fd);
}

int
fil_sqlite_backup(struct fil_sqlite *store, const char *target, struct fil_fault *fault)
{
	struct fil_sqlite *copy = fil_sqlite_new(target, FIL_STORE_BACKUP, fault);
	int failed;

	if (!copy)
		return -1;
	failed = fil_sqlite_connect(copy, fault) || fil_sqlite_copy(store, copy, fault) ||
	    fil_sqlite_check(copy, fault);
	if (!failed) {
		adopt(copy->path, store->path);
		failed = fil_sqlite_place(copy, true, fault);
	}
	fil_sqlite_free(copy);
	return failed ? -1 : 0;
}

/* Requires the lock. The backup is of the current version, so it replaces one left by an earlier
 * try. It is as open as the store. A copy needs no backup. */
static int
back_up(struct fil_sqlite *store, int version, struct fil_fault *fault)
{
	char *target;
	int failed;

	if (store->hidden.path)
		return 0;
	target = fil_format("%s.before-%d", store->path, version);
	failed = fil_sqlite_backup(store, target, fault);
	free(target);
	return failed;
}

/* Removes the digest of a copy, which is that of its bytes in the older version. Returns 0 or -1. */
static int
remove_digest(struct fil_sqlite *store, struct fil_fault *fault)
{
	if (store->hidden.path || fil_sqlite_has_log(store))
		return 0;
	return fil_file_unsign(store->path, store->name, fault);
}

static int
migrate_locked(struct fil_sqlite *store, struct fil_fault *fault)
{
	/* Another command may have upgraded the store meanwhile. */
	int version = read_version(store, fault);

	if (version < 0 || fil_schema_check(store->name, version, fault))
		return -1;
	if (version == FIL_SCHEMA_VERSION)
		return 0;
	/* The backup precedes BEGIN: SQLite cannot copy a store that is being written. */
	if (back_up(store, version, fault) || remove_digest(store, fault) ||
	    fil_sqlite_run(store, "BEGIN IMMEDIATE", fault))
		return -1;
	return migrate_all(store, version, fault);
}

/* A referenced table can only be recreated while foreign keys are off. Foreign keys cannot be
 * switched within a transaction. */
static int
migrate(struct fil_sqlite *store, struct fil_fault *fault)
{
	struct fil_fault second;
	int failed;

	if (!store->hidden.path)
		store->lock = fil_lock_take(store->path, store->name, PATIENCE, fault);
	if (!store->hidden.path && store->lock < 0)
		return -1;
	failed =
	    fil_sqlite_run(store, "PRAGMA foreign_keys=OFF", fault) || migrate_locked(store, fault);
	fil_sqlite_rollback(store);
	if (fil_sqlite_run(store, "PRAGMA foreign_keys=ON", &second) && !failed) {
		*fault = second;
		return -1;
	}
	return failed ? -1 : 0;
}

static int
migrate_or_say(struct fil_sqlite *store, int version, struct fil_fault *fault)
{
	if (!sqlite3_db_readonly(store->db, "main") && migrate(store, fault) == 0)
		return 0;
	if (sqlite3_db_readonly(store->db, "main") || fault->status == FIL_NOT_PERMITTED)
		return fil_fault_set(fault, FIL_UNAVAILABLE,
		    "%s: made by an older filrouge (schema %d; this one works with %d), and "
		    "this user may not bring it up to date: run any command that writes, as its "
		    "owner",
		    store->name, version, FIL_SCHEMA_VERSION);
	return -1;
}

int
fil_sqlite_verify(struct fil_sqlite *store, struct fil_fault *fault)
{
	int version, failed;

	/* One transaction, so that version and schema belong to the same state. */
	if (fil_sqlite_run(store, "BEGIN", fault))
		return -1;
	version = read_version(store, fault);
	failed = version < 0 || fil_schema_check(store->name, version, fault) ||
	    (version == FIL_SCHEMA_VERSION && store->mode != FIL_STORE_INSPECT &&
		fil_sqlite_compare(store, fault));
	fil_sqlite_rollback(store);
	if (failed)
		return -1;
	if (version == FIL_SCHEMA_VERSION || store->mode == FIL_STORE_ORIGINAL)
		return 0;
	return migrate_or_say(store, version, fault);
}
