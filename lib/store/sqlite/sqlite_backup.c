/* SPDX-License-Identifier: ISC */
/* A copy of the store in use, through SQLite: a copy of the file alone would lose what is still in
 * its log. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/fault.h"
#include "lib/base/memory.h"
#include "lib/store/sqlite/file.h"
#include "lib/store/sqlite/sqlite.h"

/* Copies all pages. Returns SQLite's status. */
static int
copy_pages(sqlite3 *from, sqlite3 *into)
{
	sqlite3_backup *backup = sqlite3_backup_init(into, "main", from, "main");
	int step;

	if (!backup)
		return sqlite3_extended_errcode(into);
	step = sqlite3_backup_step(backup, -1);
	sqlite3_backup_finish(backup);
	return step == SQLITE_DONE ? SQLITE_OK : step;
}

/* Returns SQLITE_OK when the copy is whole. Without a log of its own it can be read where nothing
 * may be written. */
static int
check_copy(sqlite3 *copy)
{
	sqlite3_stmt *statement = NULL;
	int error = sqlite3_exec(copy, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL);
	const char *text;

	if (!error)
		error = sqlite3_prepare_v2(copy, "PRAGMA integrity_check(1)", -1, &statement, NULL);
	if (error)
		return error;
	error = sqlite3_step(statement);
	text = error == SQLITE_ROW ? (const char *)sqlite3_column_text(statement, 0) : NULL;
	if (text)
		error = strcmp(text, "ok") == 0 ? SQLITE_OK : SQLITE_CORRUPT;
	sqlite3_finalize(statement);
	return error;
}

static int
copy_into(struct fil_sqlite *store, const char *file, struct fil_fault *fault)
{
	sqlite3 *copy = NULL;
	int error = sqlite3_open_v2(
	    file, &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOMUTEX, NULL);

	if (!error)
		error = copy_pages(store->db, copy);
	if (!error)
		error = check_copy(copy);
	if (error)
		fil_sqlite_fault(store, error, "a backup", fault);
	sqlite3_close(copy);
	return error ? -1 : 0;
}

/* Waits until what is at the path is on the disk. Returns 0, or -1 with errno set. */
static int
sync_path(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), failed, error;

	if (fd < 0)
		return -1;
	failed = fsync(fd);
	error = errno;
	close(fd);
	errno = error;
	return failed;
}

static int
put_in_place(
    struct fil_sqlite *store, const char *file, const char *target, struct fil_fault *fault)
{
	char *folder = fil_file_folder(target);
	int failed = sync_path(file) || rename(file, target) || sync_path(folder);

	if (failed)
		fil_fault_set(
		    fault, FIL_IO_ERROR, "%s: %s: %s", store->name, target, strerror(errno));
	free(folder);
	return failed ? -1 : 0;
}

int
fil_sqlite_backup(struct fil_sqlite *store, const char *target, struct fil_fault *fault)
{
	char *file = fil_format("%s.XXXXXX", target);
	int fd = mkostemp(file, O_CLOEXEC), failed;

	if (fd < 0) {
		fil_fault_set(fault,
		    errno == EACCES || errno == EROFS ? FIL_NOT_PERMITTED : FIL_CANT_CREATE,
		    "%s: cannot make %s: %s", store->name, target, strerror(errno));
		free(file);
		return -1;
	}
	fil_file_adopt(fd, store->path);
	close(fd);
	failed = copy_into(store, file, fault) || put_in_place(store, file, target, fault);
	if (failed)
		unlink(file);
	free(file);
	return failed ? -1 : 0;
}
