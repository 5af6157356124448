/* SPDX-License-Identifier: ISC */
/* Preloaded before a command: counts the system calls on files, and fails, ends or logs them.
 *
 * TORTURE_AT=N fails call N with the error TORTURE_ERROR (a number; 0: a write that writes half),
 * and with TORTURE_EVER each one after it. TORTURE_KILL=N kills the process before call N.
 * TORTURE_SYNC fails each sync of a file that has no name yet, and no other call.
 * TORTURE_COUNT names a file that gets the number of calls so far. TORTURE_LOG names a file for a
 * record of each change of a file under TORTURE_FOLDER. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "serve.h"

enum { FILES = 512, COUNTER = 900, LOG = 901, PAGE = 4096 };

static long at, kill_at, count;
static int error, counter = -1, log_file = -1;
static bool ever, unsynced;
static char names[FILES][256]; /* of the open files that are logged */

/* The function of that name in the C library. */
#define REAL(name) ((__typeof__(&(name)))dlsym(RTLD_NEXT, #name))

static long
number(const char *name)
{
	const char *text = getenv(name);

	return text ? strtol(text, NULL, 10) : 0;
}

/* Opens a file of the shim. Returns the wanted descriptor, or -1 if no file is named. */
static int
open_own(const char *name, int wanted, int flags)
{
	const char *path = getenv(name);
	int fd = path ? REAL(open)(path, O_RDWR | O_CREAT | flags, 0600) : -1;

	if (fd < 0)
		return -1;
	dup2(fd, wanted);
	close(fd);
	fcntl(wanted, F_SETFD, FD_CLOEXEC);
	return wanted;
}

__attribute__((constructor)) static void
begin(void)
{
	serve();
	count = 0;
	at = number("TORTURE_AT");
	kill_at = number("TORTURE_KILL");
	error = (int)number("TORTURE_ERROR");
	ever = getenv("TORTURE_EVER") != NULL;
	unsynced = getenv("TORTURE_SYNC") != NULL;
	counter = open_own("TORTURE_COUNT", COUNTER, O_TRUNC);
	log_file = open_own("TORTURE_LOG", LOG, O_APPEND);
}

/* Counts a call. Returns whether its number is one that fails. */
static bool
is_due(void)
{
	char text[32];
	int n;

	count++;
	if (counter >= 0) {
		n = snprintf(text, sizeof text, "%ld\n", count);
		if (REAL(pwrite)(counter, text, (size_t)n, 0) != n)
			abort();
	}
	if (count == kill_at)
		kill(getpid(), SIGKILL);
	return at != 0 && count >= at && (count == at || ever);
}

/* Counts a call. Returns whether it fails, with errno set. */
static bool
fails(void)
{
	if (!is_due() || error == 0)
		return false;
	errno = error;
	return true;
}

/* Appends a record: type, length of name, offset, length of data, name, data. */
static void
record(char type, const char *name, int64_t offset, const void *data, size_t n)
{
	uint32_t lengths[2] = { (uint32_t)strlen(name), (uint32_t)n };
	size_t whole = 1 + sizeof lengths + sizeof offset + lengths[0] + n;
	char *all, *to;

	if (log_file < 0)
		return;
	all = malloc(whole);
	if (!all)
		abort();
	to = all;
	*to++ = type;
	to = mempcpy(to, lengths, sizeof lengths);
	to = mempcpy(to, &offset, sizeof offset);
	to = mempcpy(to, name, lengths[0]);
	if (n)
		memcpy(to, data, n);
	if (REAL(write)(log_file, all, whole) != (ssize_t)whole)
		abort();
	free(all);
}

/* Appends a record for each page of a write: after a power cut some pages of it may be missing. */
static void
record_write(const char *name, int64_t offset, const char *data, size_t n)
{
	size_t part;

	for (; n > 0; offset += (int64_t)part, data += part, n -= part) {
		part = PAGE - (size_t)(offset % PAGE);
		if (part > n)
			part = n;
		record('W', name, offset, data, part);
	}
}

/* Files of shared memory do not survive the machine. */
static bool
is_logged(const char *path)
{
	const char *folder = getenv("TORTURE_FOLDER");

	return log_file >= 0 && folder && strncmp(path, folder, strlen(folder)) == 0 &&
	    !strstr(path, "-shm");
}

static const char *
name_of(int fd)
{
	return fd >= 0 && fd < FILES ? names[fd] : "";
}

/* The names of open files in /proc. */
static const char descriptors[] = "/proc/self/fd/";

/* Returns the name of the open file that the path names by its descriptor, or NULL. */
static const char *
name_through(const char *path)
{
	if (strncmp(path, descriptors, strlen(descriptors)) != 0)
		return NULL;
	return name_of(atoi(path + strlen(descriptors)));
}

static void
note_open(int fd, const char *path, int flags, bool existed)
{
	if (fd < 0 || fd >= FILES)
		return;
	names[fd][0] = '\0';
	if (name_through(path))
		snprintf(names[fd], sizeof *names, "%s", name_through(path));
	if (!is_logged(path))
		return;
	snprintf(names[fd], sizeof *names, "%s", path);
	/* A file without a name begins as one of its own. */
	if ((flags & O_TMPFILE) == O_TMPFILE)
		snprintf(names[fd], sizeof *names, "%s/#%d", path, fd);
	if (!existed)
		record('C', names[fd], 0, NULL, 0);
}

static int
open_file(int (*real)(const char *, int, ...), const char *path, int flags, mode_t mode)
{
	struct stat status;
	bool existed = (flags & O_TMPFILE) != O_TMPFILE && stat(path, &status) == 0;
	int fd;

	if (fails())
		return -1;
	fd = real(steady_path(path), flags, mode);
	note_open(fd, path, flags, existed);
	return fd;
}

static mode_t
mode_of(va_list arguments)
{
	return va_arg(arguments, mode_t);
}

int
open(const char *path, int flags, ...)
{
	va_list arguments;
	mode_t mode;

	va_start(arguments, flags);
	mode = mode_of(arguments);
	va_end(arguments);
	return open_file(REAL(open), path, flags, mode);
}

int
open64(const char *path, int flags, ...)
{
	va_list arguments;
	mode_t mode;

	va_start(arguments, flags);
	mode = mode_of(arguments);
	va_end(arguments);
	return open_file(REAL(open64), path, flags, mode);
}

ssize_t
pread64(int fd, void *data, size_t n, off64_t offset)
{
	return fails() ? -1 : REAL(pread64)(fd, data, n, offset);
}

ssize_t
pread(int fd, void *data, size_t n, off_t offset)
{
	return pread64(fd, data, n, offset);
}

ssize_t
read(int fd, void *data, size_t n)
{
	return fails() ? -1 : REAL(read)(fd, data, n);
}

/* Returns how many bytes a write takes, or -1 if it fails. */
static ssize_t
taken(size_t n)
{
	if (!is_due())
		return (ssize_t)n;
	errno = error;
	return error ? -1 : (ssize_t)(n / 2);
}

ssize_t
pwrite64(int fd, const void *data, size_t n, off64_t offset)
{
	ssize_t most = taken(n), done;

	if (most < 0)
		return -1;
	done = REAL(pwrite64)(fd, data, (size_t)most, offset);
	if (done > 0 && *name_of(fd))
		record_write(name_of(fd), offset, data, (size_t)done);
	return done;
}

ssize_t
pwrite(int fd, const void *data, size_t n, off_t offset)
{
	return pwrite64(fd, data, n, offset);
}

ssize_t
write(int fd, const void *data, size_t n)
{
	off_t offset = *name_of(fd) ? lseek(fd, 0, SEEK_CUR) : 0;
	/* Messages arrive, so that the test can read them. */
	ssize_t most = fd == STDERR_FILENO ? (ssize_t)n : taken(n), done;

	if (most < 0)
		return -1;
	done = REAL(write)(fd, data, (size_t)most);
	if (done > 0 && *name_of(fd))
		record_write(name_of(fd), offset, data, (size_t)done);
	if (done > 0 && fd == STDERR_FILENO)
		record('O', "", 0, data, (size_t)done);
	return done;
}

/* Returns whether a call on the connection to a server fails. Then the connection is lost: libpq does
 * not end after a failed send, but waits until the server closes its side. */
static bool
is_cut(int fd)
{
	if (!fails())
		return false;
	shutdown(fd, SHUT_RDWR);
	errno = error;
	return true;
}

ssize_t
send(int fd, const void *data, size_t n, int flags)
{
	return is_cut(fd) ? -1 : REAL(send)(fd, data, n, flags);
}

ssize_t
recv(int fd, void *data, size_t n, int flags)
{
	return is_cut(fd) ? -1 : REAL(recv)(fd, data, n, flags);
}

/* Returns whether a sync fails since its file has no name yet. */
static bool
is_unsynced(int fd)
{
	char path[64], target[512];
	ssize_t n;

	if (!unsynced)
		return false;
	snprintf(path, sizeof path, "%s%d", descriptors, fd);
	n = readlink(path, target, sizeof target - 1);
	if (n < 0)
		return false;
	target[n] = '\0';
	errno = EIO;
	return strstr(target, "(deleted)") || strstr(target, "/.filrouge-");
}

int
fsync(int fd)
{
	int result;

	if (fails() || is_unsynced(fd))
		return -1;
	result = REAL(fsync)(fd);
	if (result == 0)
		record('S', name_of(fd), 0, NULL, 0);
	return result;
}

int
fdatasync(int fd)
{
	int result;

	if (fails() || is_unsynced(fd))
		return -1;
	result = REAL(fdatasync)(fd);
	if (result == 0)
		record('S', name_of(fd), 0, NULL, 0);
	return result;
}

int
ftruncate64(int fd, off64_t n)
{
	int result;

	if (fails())
		return -1;
	result = REAL(ftruncate64)(fd, n);
	if (result == 0 && *name_of(fd))
		record('T', name_of(fd), n, NULL, 0);
	return result;
}

int
ftruncate(int fd, off_t n)
{
	return ftruncate64(fd, n);
}

int
unlink(const char *path)
{
	int result;

	if (fails())
		return -1;
	result = REAL(unlink)(path);
	if (result == 0 && is_logged(path))
		record('U', path, 0, NULL, 0);
	return result;
}

/* Makes a file of a name that is free. */
int
mkostemp(char *name, int flags)
{
	int fd = fails() ? -1 : REAL(mkostemp)(name, flags);

	note_open(fd, name, flags, false);
	return fd;
}

/* Notes that a name was replaced. */
static int
note_rename(int result, const char *from, const char *to)
{
	if (result == 0 && is_logged(to))
		record('R', from, 0, to, strlen(to));
	return result;
}

int
renameat2(int old_folder, const char *from, int new_folder, const char *to, unsigned flags)
{
	if (fails())
		return -1;
	return note_rename(REAL(renameat2)(old_folder, from, new_folder, to, flags), from, to);
}

int
rename(const char *from, const char *to)
{
	if (fails())
		return -1;
	return note_rename(REAL(rename)(from, to), from, to);
}

/* Names a file that was opened without a name, by /proc/self/fd/N. */
int
linkat(int old_folder, const char *from, int new_folder, const char *to, int flags)
{
	int result;

	if (fails())
		return -1;
	result = REAL(linkat)(old_folder, from, new_folder, to, flags);
	if (result == 0 && is_logged(to) && name_through(from))
		record('R', name_through(from), 0, to, strlen(to));
	return result;
}
