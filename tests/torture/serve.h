/* SPDX-License-Identifier: ISC */
/* One start of a command serves many attempts: the loader and the libraries have done their part, and
 * a copy of the process begins where main would. */
#ifndef TORTURE_SERVE_H
#define TORTURE_SERVE_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* No descriptor of a command comes near those of the shims. */
enum { REQUESTS = 910, ANSWERS = 911 };

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
}

/* With TORTURE_SERVE: reads requests, and answers each by the status of waitpid. Returns in the copies
 * only, which run the command; without TORTURE_SERVE, at once. */
static void
serve(void)
{
	static char request[256];
	size_t n = 0;
	int status;
	pid_t pid;

	if (!getenv("TORTURE_SERVE"))
		return;
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
