/* SPDX-License-Identifier: ISC */
/* Each setting prevents a fault seen before. Examples: a foreign trigger that emptied the history,
 * a file name that meant "in memory", erased names that stayed in the file. */
#include "lib/store/sqlite/sqlite_connection.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/fault.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/temp_file.h"
#include "lib/base/worker.h"
#include "lib/store/sqlite/sqlite_file.h"
#include "lib/store/sqlite/sqlite_vfs.h"

/* The rows that a thread inserts at once: it begins with others when its owner wakes. */
enum { BATCH_ROWS = 2048 };

enum { HEAP_LIMIT = 512 << 20, VALUE_LIMIT = 16 << 20, PATIENCE = 30000, MILLISECONDS = 1000 };

static const struct {
	const char *set, *get, *value;
} settings[] = {
	{ "PRAGMA cell_size_check=ON", "PRAGMA cell_size_check", "1" },
	{ "PRAGMA mmap_size=0", "PRAGMA mmap_size", "0" },
	{ "PRAGMA temp_store=MEMORY", "PRAGMA temp_store", "2" }, /* no personal data in /tmp */
	{ "PRAGMA foreign_keys=ON", "PRAGMA foreign_keys", "1" },
	{ "PRAGMA secure_delete=ON", "PRAGMA secure_delete",
	    "1" }, /* erased data is overwritten; FAST leaves it */
	{ "PRAGMA synchronous=FULL", "PRAGMA synchronous", "2" },
	/* This program runs checkpoints itself, under the lock file. */
	{ "PRAGMA wal_autocheckpoint=0", "PRAGMA wal_autocheckpoint", "0" },
	/* After a long reader the log gives its space back. */
	{ "PRAGMA journal_size_limit=67108864", "PRAGMA journal_size_limit", "67108864" },
	/* Loads append, or sort first: with 56 MiB they are no faster. */
	{ "PRAGMA cache_size=-8192", "PRAGMA cache_size", "-8192" },
};

static const struct {
	int limit, value;
} limits[] = {
	{ SQLITE_LIMIT_ATTACHED, 1 }, /* needed by VACUUM */
	{ SQLITE_LIMIT_LENGTH, VALUE_LIMIT },
	{ SQLITE_LIMIT_COLUMN, 100 },
	{ SQLITE_LIMIT_COMPOUND_SELECT, 20 },
	{ SQLITE_LIMIT_TRIGGER_DEPTH, 1 },
};

/* The settings of a file that waits for its place. No other process uses it, and it is removed if this
 * process fails. Its bytes are synced once, when it is placed. */
static const char hidden_settings[] =
    "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF; "
    "PRAGMA foreign_keys=OFF";

/* Reports scan. Pages that are used again stay in the processor's cache, and need no new memory. */
static const char read_settings[] = "PRAGMA cache_size=-512";

/* Finds or creates the file. Returns its path, or NULL with a fault. */
static char *
find_or_create(struct fil_sqlite *store, const char *where, struct fil_fault *fault)
{
	switch (store->mode) {
	case FIL_STORE_CREATE: return fil_file_vacant(where, &store->caution, fault);
	case FIL_STORE_BACKUP:
	case FIL_STORE_TEMPORARY:
		return fil_file_create_hidden(where, false, &store->hidden, fault);
	case FIL_STORE_RESTORE: return fil_file_create_hidden(where, true, &store->hidden, fault);
	case FIL_STORE_READ:
	case FIL_STORE_INSPECT:
	case FIL_STORE_WRITE:
	case FIL_STORE_TRIAL:
	case FIL_STORE_ORIGINAL: break;
	}
	return fil_file_find(where, &store->caution, fault);
}

static void
release(struct fil_sqlite *store)
{
	free(store->path);
	free(store->name);
	free(store->folder);
	free(store->caution);
	free(store);
}

/* Returns the path that the file has, or is to get. */
static const char *
place_of(const struct fil_sqlite *store)
{
	return store->hidden.path ? store->hidden.path : store->path;
}

struct fil_sqlite *
fil_sqlite_new(const char *where, enum fil_store_mode mode, struct fil_fault *fault)
{
	struct fil_sqlite *store = fil_alloc(1, sizeof *store);

	store->mode = mode;
	store->hidden.descriptor = -1;
	store->path = find_or_create(store, where, fault);
	if (!store->path) {
		release(store);
		return NULL;
	}
	store->name = fil_copy(where);
	store->folder = fil_path_folder(place_of(store));
	store->unmade = mode == FIL_STORE_CREATE;
	store->lock = -1;
	store->base.name = store->name;
	store->base.folder = store->folder;
	store->base.caution = store->caution;
	store->base.batch_rows = BATCH_ROWS;
	return store;
}

void
fil_sqlite_free(struct fil_sqlite *store)
{
	fil_sqlite_disconnect(store);
	fil_lock_release(store->lock);
	if (store->hidden.path)
		fil_file_release_hidden(&store->hidden);
	release(store);
}

int
fil_sqlite_place(struct fil_sqlite *store, bool replace, struct fil_fault *fault)
{
	fil_sqlite_disconnect(store);
	if (store->mode == FIL_STORE_RESTORE &&
	    fil_file_set_log(&store->hidden, true, store->name, fault))
		return -1;
	if (store->mode == FIL_STORE_BACKUP && fil_file_sign(store->path, store->name, fault))
		return -1;
	if (fil_file_place(&store->hidden, replace, store->name, fault))
		return -1;
	free(store->path);
	store->path = fil_copy(store->hidden.path);
	fil_file_release_hidden(&store->hidden);
	return 0;
}

static int
note_wal(void *store, sqlite3 *db, const char *schema, int pages)
{
	(void)db;
	(void)schema;
	((struct fil_sqlite *)store)->wal_pages = pages;
	return SQLITE_OK;
}

/* SQLite's defaults trust the content of a file. The schema is verified later; these settings
 * protect until then. */
static bool
configure(struct fil_sqlite *store)
{
	sqlite3 *db = store->db;
	bool done = sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL) == SQLITE_OK &&
	    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL) == SQLITE_OK &&
	    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL) == SQLITE_OK &&
	    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL) == SQLITE_OK &&
	    sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL) == SQLITE_OK &&
	    sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL) == SQLITE_OK &&
	    sqlite3_enable_load_extension(db, 0) == SQLITE_OK &&
	    sqlite3_busy_timeout(db, PATIENCE) == SQLITE_OK;

	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
		sqlite3_limit(db, limits[i].limit, limits[i].value);
	return done;
}

/* Runs one PRAGMA and compares its result with value, unless value is NULL. Returns SQLite's
 * status, or SQLITE_MISMATCH for another result. */
static int
pragma(sqlite3 *db, const char *sql, const char *value)
{
	sqlite3_stmt *statement = NULL;
	int error = sqlite3_prepare_v2(db, sql, -1, &statement, NULL), last;
	const char *text;

	if (error)
		return error;
	error = sqlite3_step(statement);
	text = error == SQLITE_ROW ? fil_sqlite_text(statement, 0) : NULL;
	last = !value || (text && strcmp(text, value) == 0) ? SQLITE_OK : SQLITE_MISMATCH;
	if (error == SQLITE_ROW || error == SQLITE_DONE)
		error = last;
	sqlite3_finalize(statement);
	return error;
}

bool
fil_sqlite_has_log(struct fil_sqlite *store)
{
	int error = pragma(store->db, "PRAGMA journal_mode", "wal");

	if ((error & 0xFF) == SQLITE_NOMEM)
		fil_memory_die();
	return error == SQLITE_OK;
}

/* Not every setting has a value in memory. */
static int
set_all(struct fil_sqlite *store, struct fil_fault *fault)
{
	int error;

	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
		error = pragma(store->db, settings[i].set, NULL);
		if (!error)
			error = pragma(
			    store->db, settings[i].get, store->unmade ? NULL : settings[i].value);
		if (error == SQLITE_MISMATCH)
			return fil_fault_set(fault, FIL_UNAVAILABLE,
			    "%s: this SQLite does not keep %s", store->name, settings[i].set);
		if (error)
			return fil_sqlite_fault(store, error, settings[i].set, fault);
	}
	return 0;
}

/* Returns whether a path is that of a file without a name, or leads there. */
static bool
is_nameless(const char *path)
{
	static const char descriptors[] = "/proc/self";

	return strncmp(path, descriptors, strlen(descriptors)) == 0;
}

static int
open_file(const char *path, int flags, int mode)
{
	return open(path, is_nameless(path) ? flags & ~O_NOFOLLOW : flags, mode);
}

static int
read_status(const char *path, struct stat *status)
{
	return is_nameless(path) ? stat(path, status) : lstat(path, status);
}

/* Has SQLite follow the link of /proc that alone leads to a file without a name. Without these two
 * functions it cannot open the file. */
static void
follow_link(void)
{
	sqlite3_vfs *access = sqlite3_vfs_find("unix-none");

	if (access && access->iVersion >= 3 && access->xSetSystemCall) {
		access->xSetSystemCall(access, "open", (sqlite3_syscall_ptr)open_file);
		access->xSetSystemCall(access, "lstat", (sqlite3_syscall_ptr)read_status);
	}
}

int
fil_sqlite_connect(struct fil_sqlite *store, struct fil_fault *fault)
{
	int error;

	/* A path is always a path, never file:x?mode=memory. One thread at a time uses SQLite, but for
	 * an inspection. These calls only take effect before the first use of SQLite. */
	sqlite3_config(SQLITE_CONFIG_URI, 0);
	if (store->mode == FIL_STORE_INSPECT)
		store->threads = sqlite3_config(SQLITE_CONFIG_MULTITHREAD) == SQLITE_OK;
	else
		sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	sqlite3_hard_heap_limit64(HEAP_LIMIT);
	if (store->hidden.path)
		follow_link();
	/* No other process knows a file that waits for its place. Without locks it may lie on a
	 * network file system. */
	error = sqlite3_open_v2(store->unmade ? ":memory:" : store->path, &store->db,
	    SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOMUTEX,
	    store->hidden.path ? "unix-none" : fil_sqlite_vfs());
	if (error || !configure(store)) {
		fil_sqlite_fault(store, error ? error : SQLITE_IOERR, "open", fault);
		fil_sqlite_disconnect(store);
		return -1;
	}
	if (set_all(store, fault) ||
	    (store->mode == FIL_STORE_READ && fil_sqlite_run(store, read_settings, fault)) ||
	    (store->hidden.path && fil_sqlite_run(store, hidden_settings, fault))) {
		fil_sqlite_disconnect(store);
		return -1;
	}
	sqlite3_wal_hook(store->db, note_wal, store);
	return 0;
}

void
fil_sqlite_disconnect(struct fil_sqlite *store)
{
	sqlite3_stmt *statement;

	fil_worker_wait(store->worker);
	while (store->db && (statement = sqlite3_next_stmt(store->db, NULL)))
		sqlite3_finalize(statement);
	if (sqlite3_close(store->db) != SQLITE_OK)
		fil_bug("a backup outlives its store");
	store->db = NULL;
	store->session++;
}

int
fil_sqlite_prepare(struct fil_sqlite *store, const char *sql, sqlite3_stmt **statement)
{
	*statement = NULL;
	if (!store->db)
		return SQLITE_IOERR;
	return sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, statement, NULL);
}

const char *
fil_sqlite_text(sqlite3_stmt *statement, int column)
{
	const char *text = (const char *)sqlite3_column_text(statement, column);

	/* The column's type is no sign: without memory SQLite may change it to NULL. */
	if (!text && sqlite3_errcode(sqlite3_db_handle(statement)) == SQLITE_NOMEM)
		fil_memory_die();
	return text;
}

void
fil_sqlite_bound(const struct fil_sqlite *store, int error)
{
	if ((error & 0xFF) == SQLITE_NOMEM)
		fil_memory_die();
	if (error)
		fil_bug("cannot bind: %s", sqlite3_errmsg(store->db));
}

void
fil_sqlite_in_transaction(const struct fil_sqlite *store)
{
	if (sqlite3_get_autocommit(store->db))
		fil_bug("a row is written outside a transaction");
}

int
fil_sqlite_run(struct fil_sqlite *store, const char *sql, struct fil_fault *fault)
{
	int error = SQLITE_IOERR;

	fil_worker_wait(store->worker);
	if (store->db)
		error = sqlite3_exec(store->db, sql, NULL, NULL, NULL);
	return error ? fil_sqlite_fault(store, error, sql, fault) : 0;
}

int
fil_sqlite_begin(struct fil_sqlite *store, unsigned seconds, struct fil_fault *fault)
{
	int failed;

	if (store->mode == FIL_STORE_READ || store->mode == FIL_STORE_INSPECT)
		fil_bug("a store opened for reading is written");
	if (!store->db)
		return fil_sqlite_fault(store, SQLITE_IOERR, "BEGIN", fault);
	if (store->unmade)
		return fil_sqlite_run(store, "BEGIN", fault);
	store->lock = fil_lock_take(store->path, store->name, seconds, fault);
	if (store->lock < 0)
		return -1;
	/* A process without the lock file is another program, such as sqlite3 or a backup. */
	sqlite3_busy_timeout(
	    store->db, seconds < PATIENCE / MILLISECONDS ? (int)seconds * MILLISECONDS : PATIENCE);
	failed = fil_sqlite_run(store, "BEGIN IMMEDIATE", fault);
	sqlite3_busy_timeout(store->db, PATIENCE);
	if (failed)
		fil_sqlite_rollback(store);
	return failed;
}

void
fil_sqlite_rollback(struct fil_sqlite *store)
{
	fil_worker_wait(store->worker);
	/* A failed statement may have rolled back already. A failure here leaves nothing behind. */
	if (store->db && !sqlite3_get_autocommit(store->db))
		sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
	fil_lock_release(store->lock);
	store->lock = -1;
}

/* Returns the errno of the last failed read or write of the store's file or its log, 0 if unknown.
 * The rollback overwrites sqlite3_system_errno. */
static int
system_error(const struct fil_sqlite *store)
{
	sqlite3_file *log = NULL;
	int error = 0;

	if (!store->db)
		return 0;
	sqlite3_file_control(store->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
	/* A journal in memory has no function for it. */
	if (log && log->pMethods && log->pMethods->xFileControl)
		log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &error);
	if (error == 0)
		sqlite3_file_control(store->db, "main", SQLITE_FCNTL_LAST_ERRNO, &error);
	return error ? error : sqlite3_system_errno(store->db);
}

/* SQLite's code says little about a failed read or write; errno says more. */
static int
input_or_output(const struct fil_sqlite *store, struct fil_fault *fault)
{
	int error = system_error(store);
	char *mount = fil_file_mount(place_of(store));

	if (error == ENOSPC)
		fil_fault_set(fault, FIL_IO_ERROR, "%s: the disk is full: no space left on %s",
		    store->name, mount);
	else if (error == EDQUOT)
		fil_fault_set(
		    fault, FIL_IO_ERROR, "%s: the disk quota on %s is used up", store->name, mount);
	else if (error == EFBIG)
		fil_fault_set(fault, FIL_IO_ERROR,
		    "%s: the store reaches the limit of a file's size (ulimit -f)", store->name);
	else
		fil_fault_set(fault, FIL_IO_ERROR,
		    error ? _("%s: reading or writing the store failed: %s")
			  : _("%s: reading or writing the store failed"),
		    store->name, fil_language_error(error));
	free(mount);
	return -1;
}

/* A short write has no errno. */
static int
full(const struct fil_sqlite *store, struct fil_fault *fault)
{
	char *mount = fil_file_mount(place_of(store));

	fil_fault_set(
	    fault, FIL_IO_ERROR, "%s: the disk is full: no space left on %s", store->name, mount);
	free(mount);
	return -1;
}

/* Returns the errno with which the store or a file beside it, of that ending, cannot be opened for writing,
 * or 0. SQLite opens a file or its log for reading whatever keeps it from writing, and keeps no errno. To
 * close a file ends the locks of the process: call it for a store that fails. */
static int
write_error(const struct fil_sqlite *store, const char **ending)
{
	static const char *const endings[] = { "", "-wal", "-shm" };
	int error = access(store->folder, W_OK) == 0 ? 0 : errno;

	*ending = "";
	for (size_t i = 0; i < sizeof endings / sizeof *endings && error == 0; i++) {
		char *file = fil_format("%s%s", store->path, endings[i]);
		int descriptor = open(file, O_RDWR | O_CLOEXEC);

		*ending = endings[i];
		if (descriptor >= 0)
			close(descriptor);
		else if (errno != ENOENT)
			error = errno;
		free(file);
	}
	return error;
}

int
fil_sqlite_only_read(struct fil_sqlite *store, struct fil_fault *fault)
{
	const char *ending;
	int error = write_error(store, &ending);

	if (error == 0)
		return fil_fault_set(
		    fault, FIL_IO_ERROR, "%s: opening the store for writing failed", store->name);
	if (fil_fault_status(error, FIL_OK) == FIL_IO_ERROR)
		return fil_fault_set(fault, FIL_IO_ERROR,
		    "%s: opening the store for writing failed: %s", store->name,
		    fil_language_error(error));
	if (*ending)
		return fil_fault_set(fault, FIL_NOT_PERMITTED,
		    "%s%s: not permitted to write this file: once its owner may write the store "
		    "too, any command of that account removes it",
		    store->name, ending);
	return fil_fault_set(
	    fault, FIL_NOT_PERMITTED, "%s: not permitted to write the store", store->name);
}

static int
not_permitted(struct fil_sqlite *store, int error, struct fil_fault *fault)
{
	if (error == SQLITE_READONLY_DBMOVED)
		return fil_fault_set(fault, FIL_UNAVAILABLE,
		    "%s: the store was moved or replaced while in use", store->name);
	fil_sqlite_only_read(store, fault);
	if (fault->status != FIL_NOT_PERMITTED ||
	    (store->mode != FIL_STORE_READ && store->mode != FIL_STORE_ORIGINAL &&
		store->mode != FIL_STORE_INSPECT))
		return -1;
	return fil_fault_set(fault, FIL_NOT_PERMITTED,
	    "%s: cannot be read without permission to write: %s-shm is not there and "
	    "cannot be made; get write permission for the store and its folder, or read "
	    "a copy that its owner makes with fil-backup",
	    store->name, store->name);
}

static int
constraint(struct fil_sqlite *store, int error, const char *sql, struct fil_fault *fault)
{
	if (error == SQLITE_CONSTRAINT_FOREIGNKEY)
		return fil_fault_data(fault, "reference-error", "a reference does not exist");
	if (error == SQLITE_CONSTRAINT_NOTNULL)
		return fil_fault_data(fault, "constraint-error", "a required value is missing");
	if (error == SQLITE_CONSTRAINT_DATATYPE)
		return fil_fault_data(fault, "type-error", "a value is not of its column's type");
	/* The key of a row that is inserted is new. */
	if (error == SQLITE_CONSTRAINT_PRIMARYKEY || error == SQLITE_CONSTRAINT_ROWID ||
	    error == SQLITE_CONSTRAINT_UNIQUE)
		return fil_fault_set(fault, FIL_UNAVAILABLE,
		    "%s: the store is damaged (%s): fil-check tells more", store->name,
		    sqlite3_errmsg(store->db));
	fil_bug("%s: in: %s", sqlite3_errmsg(store->db), sql);
}

/* SQLite calls some failures of the disk a missing permission, or damage. */
static bool
machine_fails(const struct fil_sqlite *store)
{
	return fil_fault_status(system_error(store), FIL_OK) == FIL_IO_ERROR;
}

static int
damaged(const struct fil_sqlite *store, struct fil_fault *fault)
{
	if (machine_fails(store))
		return input_or_output(store, fault);
	return fil_fault_set(fault, FIL_UNAVAILABLE,
	    "%s: the store is damaged: restore it from a backup", store->name);
}

int
fil_sqlite_found(struct fil_sqlite *store, const char *finding, struct fil_fault *fault)
{
	const char *code = strstr(finding, "error code");

	if (code && (strtol(code + strcspn(code, "0123456789"), NULL, 10) & 0xFF) == SQLITE_NOMEM)
		fil_memory_die();
	return damaged(store, fault);
}

int
fil_sqlite_fault(struct fil_sqlite *store, int error, const char *sql, struct fil_fault *fault)
{
	switch (error & 0xFF) {
	case SQLITE_FULL: return full(store, fault);
	case SQLITE_IOERR:
		if (error == SQLITE_IOERR_NOMEM)
			fil_memory_die();
		return input_or_output(store, fault);
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_AUTH:
	case SQLITE_CANTOPEN:
		if (machine_fails(store))
			return input_or_output(store, fault);
		return not_permitted(store, error, fault);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB: return damaged(store, fault);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_PROTOCOL:
		return fil_fault_set(
		    fault, FIL_BUSY, "%s: another program holds the store: try again", store->name);
	case SQLITE_CONSTRAINT: return constraint(store, error, sql, fault);
	case SQLITE_TOOBIG: return fil_fault_data(fault, "constraint-error", "a value is too long");
	case SQLITE_NOMEM: fil_memory_die();
	default:
		/* Until the file is verified, an unexpected error is the file's fault, not a
		 * bug. */
		if (!store->verified)
			return damaged(store, fault);
		fil_bug("%s: in: %s", store->db ? sqlite3_errmsg(store->db) : "no database", sql);
	}
}
