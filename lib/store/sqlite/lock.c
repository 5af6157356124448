/* SPDX-License-Identifier: ISC */
#include "lib/store/sqlite/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/memory.h"
#include "lib/store/sqlite/file.h"

/* Between two tries: short at first, as most transactions are, then longer. Nanoseconds. */
enum { FIRST_PAUSE = 1000000, LONGEST_PAUSE = 32000000 };

static int64_t
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* Opens the file, and makes it if need be such that whoever may write the store may lock it. */
static int
open_file(const char *file, const char *path)
{
	int lock = open(file, O_RDWR | O_CLOEXEC | O_NOFOLLOW);

	if (lock >= 0 || errno != ENOENT)
		return lock;
	lock = open(file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (lock < 0 && errno == EEXIST)
		return open(file, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (lock >= 0)
		fil_file_adopt(lock, path);
	return lock;
}

/* Returns whether the open file still has the name: it may have been removed meanwhile. */
static bool
is_current(int lock, const char *file)
{
	struct stat held, named;

	return fstat(lock, &held) == 0 && stat(file, &named) == 0 && held.st_dev == named.st_dev
	    && held.st_ino == named.st_ino;
}

static void
write_holder(int lock)
{
	char text[32];
	int n = snprintf(text, sizeof text, "%ld\n", (long)getpid());

	/* Only a courtesy to who waits: a full disk is no reason to fail here. */
	if (ftruncate(lock, 0) || pwrite(lock, text, (size_t)n, 0) != n)
		return;
}

static void
tell_holder(int lock, const char *name, unsigned seconds, struct fil_fault *fault)
{
	char text[32] = "";
	ssize_t n = pread(lock, text, sizeof text - 1, 0);
	long holder = n > 0 ? strtol(text, NULL, 10) : 0;
	char *who = holder > 0 ? fil_format("process %ld", holder) : fil_copy("another process");

	fil_fault_set(fault, FIL_BUSY, "%s: %s is writing to the store, for over %u s: try again",
	    name, who, seconds);
	free(who);
}

/* Tries until the deadline. Returns 0, or -1 with errno EWOULDBLOCK when it has passed. */
static int
wait_for(int lock, int64_t deadline)
{
	struct timespec pause = { 0, FIRST_PAUSE };

	while (flock(lock, LOCK_EX | LOCK_NB)) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return -1;
		if (now() >= deadline) {
			errno = EWOULDBLOCK;
			return -1;
		}
		nanosleep(&pause, NULL);
		if (pause.tv_nsec < LONGEST_PAUSE)
			pause.tv_nsec *= 2;
	}
	return 0;
}

static void
tell_error(const char *file, struct fil_fault *fault)
{
	bool permission = errno == EACCES || errno == EPERM || errno == EROFS;

	fil_fault_set(fault, permission ? FIL_NOT_PERMITTED : FIL_IO_ERROR,
	    "%s: the lock file cannot be used: %s", file, strerror(errno));
}

int
fil_lock_take(const char *path, const char *name, unsigned seconds, struct fil_fault *fault)
{
	char *file = fil_format("%s.lock", path);
	int64_t deadline = now() + (int64_t)seconds * 1000000000;
	int lock;

	for (;;) {
		lock = open_file(file, path);
		if (lock < 0) {
			tell_error(file, fault);
			break;
		}
		if (wait_for(lock, deadline)) {
			if (errno == EWOULDBLOCK)
				tell_holder(lock, name, seconds, fault);
			else
				tell_error(file, fault);
			close(lock);
			lock = -1;
			break;
		}
		if (is_current(lock, file)) {
			write_holder(lock);
			break;
		}
		close(lock);
	}
	free(file);
	return lock;
}

void
fil_lock_release(int lock)
{
	if (lock >= 0)
		close(lock);
}
