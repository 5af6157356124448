/* SPDX-License-Identifier: ISC */
#include "lib/store/sqlite/sqlite_schema.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/fault.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/temp_file.h"
#include "lib/base/worker.h"
#include "lib/store/schema.h"
#include "lib/store/sqlite/sqlite_file.h"

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

/* Checks that the tables and indexes are exactly those of this version. Returns 0, or -1 with a
 * fault: "STORE: the schema was altered: …". */
static int
compare_schema(struct fil_sqlite *store, struct fil_fault *fault)
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
	if (compare_schema(store, fault) || check_references(store, fault))
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
		failed = fil_sqlite_place(copy, false, fault);
	}
	fil_sqlite_free(copy);
	return failed ? -1 : 0;
}

/* Returns a free name for the copy before an upgrade: PATH.before-4, else PATH.before-4-2 and so on.
 * The caller frees it. */
static char *
name_backup(const struct fil_sqlite *store, int version)
{
	char *name = fil_format("%s" FIL_EARLIER "%d", store->path, version);
	struct stat status;

	for (unsigned n = 2; lstat(name, &status) == 0; n++) {
		free(name);
		name = fil_format("%s" FIL_EARLIER "%d-%u", store->path, version, n);
	}
	return name;
}

/* Says that the store was upgraded, and which copy is left: it holds personal data too. */
static void
tell_upgrade(struct fil_sqlite *store, int version, const char *backup)
{
	free(store->caution);
	store->caution =
	    fil_format(_("%s: brought up to date, from schema %d to %d; the store as it was is in "
			 "%s, with its personal data: remove it once the new version works"),
		store->name, version, FIL_SCHEMA_VERSION, backup);
	store->base.caution = store->caution;
}

/* Requires the lock. The copy is as open as the store. It precedes BEGIN: SQLite cannot copy a store
 * that is being written. Nothing stays of it unless the upgrade succeeds. Returns 0 or -1. */
static int
migrate_with_backup(struct fil_sqlite *store, int version, struct fil_fault *fault)
{
	char *backup = name_backup(store, version);
	int failed = fil_sqlite_backup(store, backup, fault);

	if (!failed) {
		failed = fil_sqlite_run(store, "BEGIN IMMEDIATE", fault) ||
		    migrate_all(store, version, fault);
		if (failed)
			unlink(backup);
		else
			tell_upgrade(store, version, backup);
	}
	free(backup);
	return failed;
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
	/* A copy needs no backup. */
	if (!store->hidden.path)
		return migrate_with_backup(store, version, fault);
	return fil_sqlite_run(store, "BEGIN IMMEDIATE", fault) || migrate_all(store, version, fault)
	    ? -1
	    : 0;
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

/* Gives the store the connection to a copy of it that is up to date. */
static void
take_connection(struct fil_sqlite *store, struct fil_sqlite *copy)
{
	sqlite3 *db = store->db;

	store->db = copy->db;
	store->hidden = copy->hidden;
	sqlite3_wal_hook(store->db, NULL, NULL);
	copy->db = db;
	copy->hidden = (struct fil_new_file){ .descriptor = -1 };
}

/* Opens a copy in a file without a name, which is brought up to date: the copy stays as it is, for the
 * commands of its version, with its digest. Returns 0 or -1. */
static int
migrate_aside(struct fil_sqlite *store, struct fil_fault *fault)
{
	bool writable = access(store->folder, W_OK | X_OK) == 0;
	char *name = fil_format("%s/filrouge", writable ? store->folder : fil_temp_file_folder());
	struct fil_sqlite *copy = fil_sqlite_new(name, FIL_STORE_TEMPORARY, fault);
	int failed = !copy || fil_sqlite_connect(copy, fault);

	free(name);
	if (!failed) {
		copy->base.engine = store->base.engine;
		free(copy->name);
		copy->base.name = copy->name = fil_copy(store->name);
		failed = fil_sqlite_copy(store, copy, fault) || migrate(copy, fault);
		if (copy->hidden.temporary)
			unlink(copy->hidden.temporary);
	}
	if (!failed)
		take_connection(store, copy);
	if (copy)
		fil_sqlite_free(copy);
	return failed ? -1 : 0;
}

/* Returns whether the store is a copy that stays as it is: one to be read that is of an older version, or
 * one of a trial, of which SQLite would write what its memory does not keep. */
static bool
stays(struct fil_sqlite *store, int version)
{
	bool reads = store->mode == FIL_STORE_READ || store->mode == FIL_STORE_INSPECT;

	return !store->hidden.path &&
	    ((reads && version != FIL_SCHEMA_VERSION) || store->mode == FIL_STORE_TRIAL) &&
	    !fil_sqlite_has_log(store);
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
		compare_schema(store, fault));
	fil_sqlite_rollback(store);
	if (failed)
		return -1;
	if (stays(store, version))
		return migrate_aside(store, fault);
	if (version == FIL_SCHEMA_VERSION || store->mode == FIL_STORE_ORIGINAL)
		return 0;
	return migrate_or_say(store, version, fault);
}

/* By how much the check of the pages gives way to other threads. */
enum { GIVES_WAY = 5 };

/* A write-ahead log beyond this size, in MiB, is a defect. */
enum { LOG_MOST = 64 };

/* A check of all pages and indexes, with a connection of its own. */
struct fil_sqlite_inspection {
	struct fil_sqlite *store;
	struct fil_worker *worker; /* or NULL: the check waits until it is asked for */
	struct fil_bytes lines; /* found: each with a line feed */
	struct fil_fault fault; /* FIL_OK: the check came to its end */
};

/* Adds the lines of a message about damage, without its headings. Pages that cannot be read are a
 * failure of the machine, not damage. Returns 0, or -1 with a fault. */
static int
add_lines(struct fil_sqlite_inspection *inspection, const char *message)
{
	char *copy, *rest, *line;

	if (strcmp(message, "ok") == 0)
		return 0;
	fil_sqlite_found(inspection->store, message, &inspection->fault);
	if (inspection->fault.status == FIL_IO_ERROR)
		return -1;
	inspection->fault.status = FIL_OK;
	copy = rest = fil_copy(message);
	while ((line = strsep(&rest, "\n")))
		if (*line && strncmp(line, "***", 3) != 0)
			fil_bytes_add_format(&inspection->lines, "%s\n", line);
	free(copy);
	return 0;
}

/* Checks all pages and indexes. Damage may end the check itself. */
static void
check_pages(void *context)
{
	static const char sql[] = "PRAGMA integrity_check";
	struct fil_sqlite_inspection *inspection = context;
	sqlite3_stmt *statement = NULL;
	int step = fil_sqlite_prepare(inspection->store, sql, &statement), failed = 0;

	while (!failed && !step && (step = sqlite3_step(statement)) == SQLITE_ROW) {
		failed = add_lines(inspection, fil_sqlite_text(statement, 0));
		step = SQLITE_OK;
	}
	sqlite3_finalize(statement);
	if (failed)
		return;
	if ((step & 0xFF) == SQLITE_CORRUPT)
		fil_bytes_add_text(&inspection->lines, "the pages cannot be read to their end\n");
	else if (step != SQLITE_DONE)
		fil_sqlite_fault(inspection->store, step, sql, &inspection->fault);
}

/* Checks the pages in a thread that gives way to those who read the rows: it takes the time for which these
 * wait for each other. */
static void
check_pages_beside(void *context)
{
	/* On Linux the priority is that of the thread. */
	setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + GIVES_WAY);
	check_pages(context);
}

/* Opens the file once more, for a check of its pages, which a worker begins. Returns 0 or -1. */
static int
begin_pages(struct fil_sqlite *store, struct fil_fault *fault)
{
	struct fil_sqlite *other = fil_sqlite_new(store->name, FIL_STORE_INSPECT, fault);
	struct fil_sqlite_inspection *inspection;

	if (!other)
		return -1;
	if (fil_sqlite_connect(other, fault)) {
		fil_sqlite_free(other);
		return -1;
	}
	other->verified = true;
	inspection = fil_alloc(1, sizeof *inspection);
	inspection->store = other;
	inspection->worker = store->threads ? fil_worker_new() : NULL;
	if (inspection->worker)
		fil_worker_begin(inspection->worker, check_pages_beside, inspection);
	store->inspection = inspection;
	return 0;
}

/* Reports a file that others than its owner, or the group of a shared folder, may use. *told has the bits
 * that were reported of the store: its companions inherit them. */
static void
check_file(const struct fil_sqlite *store, const char *ending, mode_t *told, fil_defect_take *take,
    void *context)
{
	char *path = fil_format("%s%s", store->path, ending), *phrase;
	struct stat status;
	mode_t others = S_IRWXO;

	if (stat(path, &status) == 0) {
		if (!fil_file_in_group(path, &status))
			others |= S_IRWXG;
		others &= status.st_mode & ~*told;
		if (others) {
			phrase = fil_format("%s%s: users other than its owner have access (mode "
					    "%04o)",
			    store->name, ending, status.st_mode & 07777U);
			take(context, FIL_DEFECT_MODE, NULL, phrase);
			free(phrase);
		}
		*told |= others;
	}
	free(path);
}

static void
check_log(const struct fil_sqlite *store, fil_defect_take *take, void *context)
{
	char *path = fil_format("%s-wal", store->path), *phrase;
	struct stat status;

	if (stat(path, &status) == 0 && status.st_size >> 20 >= LOG_MOST) {
		phrase = fil_format("the write-ahead log has %jd MiB: a reader keeps it from being "
				    "emptied",
		    (intmax_t)status.st_size >> 20);
		take(context, FIL_DEFECT_LOG, NULL, phrase);
		free(phrase);
	}
	free(path);
}

/* Tells a copy whose bytes are not those of its digest, or which lost it: a program that makes the file
 * longer writes over it. Copies of older versions have none. Returns 0, or -1 with a fault. */
static int
check_copy(struct fil_sqlite *store, fil_defect_take *take, void *context, struct fil_fault *fault)
{
	enum fil_signed is = FIL_UNCHANGED_COPY;

	if (!fil_sqlite_has_log(store) && fil_file_compare(store->path, store->name, &is, fault))
		return -1;
	if (is == FIL_CHANGED_COPY)
		take(context, FIL_DEFECT_ENGINE, NULL,
		    "the copy was changed after it was made: its bytes are not those that were "
		    "written");
	if (is == FIL_UNSIGNED_COPY && !store->hidden.path)
		take(context, FIL_DEFECT_COPY, NULL,
		    "the copy has no digest: it was changed after it was made, or fil-backup did "
		    "not make it");
	return 0;
}

int
fil_sqlite_inspect(
    struct fil_sqlite *store, fil_defect_take *take, void *context, struct fil_fault *fault)
{
	static const char *const endings[] = { "", "-wal", "-shm", ".lock" };
	struct fil_fault altered;
	mode_t told = 0;

	/* Closing the file drops the locks of this process on it, so its bytes are read first. */
	if (check_copy(store, take, context, fault) || begin_pages(store, fault))
		return -1;
	if (compare_schema(store, &altered))
		take(context, FIL_DEFECT_SCHEMA, NULL, altered.text + strlen(store->name) + 2);
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
		check_file(store, endings[i], &told, take, context);
	check_log(store, take, context);
	return 0;
}

int
fil_sqlite_inspected(
    struct fil_sqlite *store, fil_defect_take *take, void *context, struct fil_fault *fault)
{
	struct fil_sqlite_inspection *inspection = store->inspection;
	char *rest, *line;

	if (!inspection)
		return 0;
	if (inspection->worker)
		fil_worker_wait(inspection->worker);
	else
		check_pages(inspection);
	*fault = inspection->fault;
	rest = inspection->lines.data;
	while (rest && (line = strsep(&rest, "\n")))
		if (*line)
			take(context, FIL_DEFECT_ENGINE, NULL, line);
	fil_sqlite_inspection_free(store);
	return fault->status == FIL_OK ? 0 : -1;
}

void
fil_sqlite_inspection_free(struct fil_sqlite *store)
{
	struct fil_sqlite_inspection *inspection = store->inspection;

	if (!inspection)
		return;
	if (inspection->worker)
		sqlite3_interrupt(inspection->store->db);
	fil_worker_free(inspection->worker);
	fil_sqlite_free(inspection->store);
	fil_bytes_release(&inspection->lines);
	free(inspection);
	store->inspection = NULL;
}
