/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/store/sqlite/file.h"
#include "lib/store/sqlite/sqlite.h"

/* Returns the system's error of the last failed read or write in the store's file or its log, 0
 * when unknown. What sqlite3_system_errno gives is lost in the rollback. */
static int
system_error(const struct fil_sqlite *store)
{
	sqlite3_file *log = NULL;
	int error = 0;

	if (!store->db)
		return 0;
	sqlite3_file_control(store->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
	if (log && log->pMethods)
		log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &error);
	if (error == 0)
		sqlite3_file_control(store->db, "main", SQLITE_FCNTL_LAST_ERRNO, &error);
	return error ? error : sqlite3_system_errno(store->db);
}

/* The extended code tells little of a failed read or write; the system's error does. */
static int
input_or_output(const struct fil_sqlite *store, struct fil_fault *fault)
{
	int error = system_error(store);
	char *mount = fil_file_mount(store->path);

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
		fil_fault_set(fault, FIL_IO_ERROR, "%s: reading or writing the store failed%s%s",
		    store->name, error ? ": " : "", error ? strerror(error) : "");
	free(mount);
	return -1;
}

/* A short write, which has no error of the system's. */
static int
full(const struct fil_sqlite *store, struct fil_fault *fault)
{
	char *mount = fil_file_mount(store->path);

	fil_fault_set(
	    fault, FIL_IO_ERROR, "%s: the disk is full: no space left on %s", store->name, mount);
	free(mount);
	return -1;
}

static int
not_permitted(struct fil_sqlite *store, int error, struct fil_fault *fault)
{
	if (error == SQLITE_READONLY_DBMOVED)
		return fil_fault_set(fault, FIL_UNAVAILABLE,
		    "%s: the store was moved or replaced while in use", store->name);
	if (store->mode == FIL_STORE_READ)
		return fil_fault_set(fault, FIL_NOT_PERMITTED,
		    "%s: cannot be read without permission to write: %s-shm is not there and "
		    "cannot be made; get write permission for the store and its folder, or read "
		    "a copy that fil-backup made",
		    store->name, store->name);
	return fil_fault_set(
	    fault, FIL_NOT_PERMITTED, "%s: not permitted to write the store", store->name);
}

static int
constraint(struct fil_sqlite *store, int error, const char *sql, struct fil_fault *fault)
{
	if (error == SQLITE_CONSTRAINT_FOREIGNKEY)
		return fil_fault_data(
		    fault, "reference-error", "a row names another that does not exist");
	if (error == SQLITE_CONSTRAINT_NOTNULL)
		return fil_fault_data(fault, "constraint-error", "a required value is missing");
	if (error == SQLITE_CONSTRAINT_DATATYPE)
		return fil_fault_data(fault, "type-error", "a value is not of its column's type");
	fil_bug("%s: in: %s", sqlite3_errmsg(store->db), sql);
}

static int
damaged(const struct fil_sqlite *store, struct fil_fault *fault)
{
	return fil_fault_set(fault, FIL_UNAVAILABLE,
	    "%s: the store is damaged: restore it from a backup", store->name);
}

int
fil_sqlite_fault(struct fil_sqlite *store, int error, const char *sql, struct fil_fault *fault)
{
	switch (error & 0xFF) {
	case SQLITE_FULL:
		return full(store, fault);
	case SQLITE_IOERR:
		if (error == SQLITE_IOERR_NOMEM)
			fil_die(FIL_BUG, "out of memory");
		return input_or_output(store, fault);
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_AUTH:
	case SQLITE_CANTOPEN:
		return not_permitted(store, error, fault);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return damaged(store, fault);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_PROTOCOL:
		return fil_fault_set(
		    fault, FIL_BUSY, "%s: another program holds the store: try again", store->name);
	case SQLITE_CONSTRAINT:
		return constraint(store, error, sql, fault);
	case SQLITE_TOOBIG:
		return fil_fault_data(fault, "constraint-error", "a value is too long");
	case SQLITE_NOMEM:
		fil_die(FIL_BUG, "out of memory");
	default:
		/* Until the file has proved to be ours, what is odd about it is its own fault. */
		if (!store->verified)
			return damaged(store, fault);
		fil_bug("%s: in: %s", store->db ? sqlite3_errmsg(store->db) : "no database", sql);
	}
}
