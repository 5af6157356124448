/* SPDX-License-Identifier: ISC */
#include "lib/store/sqlite/sqlite_vfs.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/memory.h"

static const char plain[] = "unix", own[] = "filrouge";

/* Bytes of one call. SQLite's module takes less than 128 KiB. The log has a head of 24 bytes before
 * each page: pages of 4 KiB were three calls for each of them. */
enum { ROOM = 31 * 4096 };

/* Of long writes, the disk begins with each part of this size at once, so that the sync finds little
 * left. */
enum { PART = 8 << 20 };

/* Bytes of a file from `at`. */
struct block {
	sqlite3_int64 at;
	int n;
	char *bytes; /* room for ROOM, or NULL */
};

/* What an open file has behind SQLite's own data about it. */
struct file {
	sqlite3_io_methods methods;
	const sqlite3_io_methods *plain;
	struct block waiting; /* of the log: to be written */
	sqlite3_file *log, *store; /* the other file, or NULL */
};

static struct file *
of(sqlite3_file *file)
{
	return (struct file *)(void *)((char *)file + sqlite3_vfs_find(plain)->szOsFile);
}

/* A small command uses few of these bytes, and so does not clear them. */
static void
reserve(struct block *block)
{
	if (!block->bytes)
		block->bytes = fil_resize(NULL, ROOM, 1);
}

/* Copies n bytes from `at` if the block has all of them. Returns whether it has. */
static bool
copy_from(const struct block *block, void *bytes, int n, sqlite3_int64 at)
{
	if (at < block->at || at + n > block->at + block->n)
		return false;
	memcpy(bytes, block->bytes + (at - block->at), (size_t)n);
	return true;
}

/* Writes what waits. After a failure it still waits, so that the commit fails too. Returns SQLite's
 * status. */
static int
flush(sqlite3_file *file)
{
	struct file *own_file = of(file);
	struct block *waiting = &own_file->waiting;
	int error = SQLITE_OK;

	if (waiting->n > 0)
		error = own_file->plain->xWrite(file, waiting->bytes, waiting->n, waiting->at);
	if (error == SQLITE_OK)
		waiting->n = 0;
	return error;
}

/* Writes what waits, or forgets it: another process may write there next. SQLite knows of a failure
 * by then, or has rolled back. */
static void
give_up(sqlite3_file *file)
{
	flush(file);
	of(file)->waiting.n = 0;
}

static int
write_file(sqlite3_file *file, const void *bytes, int n, sqlite3_int64 at)
{
	struct block *waiting = &of(file)->waiting;
	int error;

	if (at != waiting->at + waiting->n || n > ROOM - waiting->n) {
		error = flush(file);
		if (error)
			return error;
		waiting->at = at;
	}
	if (n > ROOM)
		return of(file)->plain->xWrite(file, bytes, n, at);
	reserve(waiting);
	memcpy(waiting->bytes + waiting->n, bytes, (size_t)n);
	waiting->n += n;
	return SQLITE_OK;
}

static int
read_file(sqlite3_file *file, void *bytes, int n, sqlite3_int64 at)
{
	const struct block *waiting = &of(file)->waiting;
	int error = SQLITE_OK;

	if (copy_from(waiting, bytes, n, at))
		return SQLITE_OK;
	if (at < waiting->at + waiting->n && at + n > waiting->at)
		error = flush(file);
	return error ? error : of(file)->plain->xRead(file, bytes, n, at);
}

static int
truncate_file(sqlite3_file *file, sqlite3_int64 size)
{
	int error = flush(file);

	return error ? error : of(file)->plain->xTruncate(file, size);
}

static int
sync_file(sqlite3_file *file, int flags)
{
	int error = flush(file);

	return error ? error : of(file)->plain->xSync(file, flags);
}

static int
find_size(sqlite3_file *file, sqlite3_int64 *size)
{
	int error = flush(file);

	return error ? error : of(file)->plain->xFileSize(file, size);
}

/* Of the store: the lock under which its log is written is one of those that are not shared. */
static int
lock_log(sqlite3_file *file, int first, int n, int flags)
{
	const int unlocked = SQLITE_SHM_UNLOCK | SQLITE_SHM_EXCLUSIVE;
	struct file *store = of(file);

	if (store->log && (flags & unlocked) == unlocked)
		give_up(store->log);
	return store->plain->xShmLock(file, first, n, flags);
}

/* What still waits was not committed. */
static int
close_log(sqlite3_file *file)
{
	struct file *log = of(file);

	of(log->store)->log = NULL;
	free(log->waiting.bytes);
	return log->plain->xClose(file);
}

static void
take_log(sqlite3_file *file, sqlite3_file *store)
{
	struct file *log = of(file);

	log->methods.xClose = close_log;
	log->methods.xRead = read_file;
	log->methods.xWrite = write_file;
	log->methods.xTruncate = truncate_file;
	log->methods.xSync = sync_file;
	log->methods.xFileSize = find_size;
	log->store = store;
	of(store)->log = file;
}

/* No page of the store waits: where a reader keeps a part of the log from being copied, SQLite does not
 * sync the store before it says that the other part is there. */
static int
open_file(sqlite3_vfs *module, const char *name, sqlite3_file *file, int flags, int *given)
{
	sqlite3_vfs *base = sqlite3_vfs_find(plain);
	int error = base->xOpen(base, name, file, flags, given);
	struct file *own_file = of(file);

	(void)module;
	if (error || !(flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)))
		return error;
	*own_file = (struct file){ .methods = *file->pMethods, .plain = file->pMethods };
	if (flags & SQLITE_OPEN_WAL)
		take_log(file, sqlite3_database_file_object(name));
	else
		own_file->methods.xShmLock = lock_log;
	file->pMethods = &own_file->methods;
	return SQLITE_OK;
}

/* Writes as pwrite(2) does. That the disk begins is a hint: not every file system takes it. */
static ssize_t
write_and_begin(int fd, const void *bytes, size_t n, off_t at)
{
	ssize_t done = pwrite(fd, bytes, n, at);
	off_t part = at / PART * PART;

	if (done == (ssize_t)n && at + done >= part + PART)
		sync_file_range(fd, part, PART, SYNC_FILE_RANGE_WRITE);
	return done;
}

/* Has SQLite's module write by the function above. Its builds differ in which of two names they call. */
static void
begin_early(sqlite3_vfs *base)
{
	static const char *const names[] = { "pwrite", "pwrite64" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (base->xGetSystemCall(base, names[i]))
			base->xSetSystemCall(base, names[i], (sqlite3_syscall_ptr)write_and_begin);
}

/* Adds the module beside the base, SQLite's own. */
static void
add_module(sqlite3_vfs *base)
{
	sqlite3_vfs *module = fil_alloc(1, sizeof *module);

	begin_early(base);
	/* All but opening a file is SQLite's, which looks at nothing else of its module. */
	*module = *base;
	module->zName = own;
	module->szOsFile += (int)sizeof(struct file);
	module->pNext = NULL;
	module->xOpen = open_file;
	if (sqlite3_vfs_register(module, 0) != SQLITE_OK)
		fil_memory_die();
}

const char *
fil_sqlite_vfs(void)
{
	sqlite3_vfs *base = sqlite3_vfs_find(plain);

	/* SQLite begins with its first use, which takes memory. */
	if (!base)
		fil_memory_die();
	if (!sqlite3_vfs_find(own))
		add_module(base);
	return own;
}
