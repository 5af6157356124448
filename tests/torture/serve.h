/* SPDX-License-Identifier: ISC */
/* One start of a command serves many attempts: the loader and the libraries have done their part, and
 * a copy of the process begins where main would. */
#ifndef TORTURE_SERVE_H
#define TORTURE_SERVE_H

#include <dlfcn.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* No descriptor of a command comes near those of the shims. */
enum { REQUESTS = 910, ANSWERS = 911 };

/* An attempt at a point on a file has the time at which serving began, and the same bytes instead of
 * random ones: attempts that end alike leave the same store, which is then judged once. */
static struct timespec steady_time;
static bool steady;

int
clock_gettime(clockid_t clock, struct timespec *time)
{
	if (!steady || clock != CLOCK_REALTIME)
		return (int)syscall(SYS_clock_gettime, clock, time);
	*time = steady_time;
	return 0;
}

int
gettimeofday(struct timeval *restrict time, void *restrict zone)
{
	struct timespec now;

	(void)zone;
	clock_gettime(CLOCK_REALTIME, &now);
	*time = (struct timeval){ .tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / 1000 };
	return 0;
}

ssize_t
getrandom(void *data, size_t n, unsigned flags)
{
	if (!steady)
		return syscall(SYS_getrandom, data, n, flags);
	memset(data, 7, n);
	return (ssize_t)n;
}

/* Returns the path to open instead of this one. */
static const char *
steady_path(const char *path)
{
	return steady && strcmp(path, "/dev/urandom") == 0 ? "/dev/zero" : path;
}

/* Sends a file to a descriptor. */
static void
serve_into(const char *path, int wanted)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || dup2(fd, wanted) < 0)
		_exit(126);
	close(fd);
}

/* Prepares a copy of the process for an attempt: a request is NAME=VALUE, separated by spaces. */
static void
serve_begin(char *request)
{
	char *rest = NULL, *word;

	close(REQUESTS);
	close(ANSWERS);
	serve_into("out", STDOUT_FILENO);
	serve_into("err", STDERR_FILENO);
	for (word = strtok_r(request, " \n", &rest); word; word = strtok_r(NULL, " \n", &rest))
		putenv(word);
	steady = !getenv("FILROUGE_CLUSTER") && (getenv("TORTURE_AT") || getenv("TORTURE_KILL"));
}

/* Loads the library TORTURE_LOAD, which the command would load. With TORTURE_SERVE: reads requests, and
 * answers each by the status of waitpid. Returns in the copies only, which run the command; without
 * TORTURE_SERVE, at once. */
static void
serve(void)
{
	static char request[256];
	size_t n = 0;
	int status;
	pid_t pid;

	if (getenv("TORTURE_LOAD") && !dlopen(getenv("TORTURE_LOAD"), RTLD_NOW))
		_exit(126);
	if (!getenv("TORTURE_SERVE"))
		return;
	clock_gettime(CLOCK_REALTIME, &steady_time);
	while (read(REQUESTS, request + n, 1) == 1) {
		if (request[n] != '\n' && ++n < sizeof request - 1)
			continue;
		request[n] = '\0';
		n = 0;
		pid = fork();
		if (pid == 0) {
			serve_begin(request);
			return;
		}
		if (pid < 0 || waitpid(pid, &status, 0) != pid)
			_exit(126);
		if (dprintf(ANSWERS, "%d\n", status) < 0)
			_exit(126);
	}
	_exit(0);
}

#endif
