/* SPDX-License-Identifier: ISC */
/* A child process, for what ends the program or writes on standard error. Included after
 * <cmocka.h>. */
#ifndef TESTS_CHILD_H
#define TESTS_CHILD_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* Runs act in a child; returns its exit status, and what it wrote on standard error, cut at
 * size. */
static inline int
child_status(void (*act)(void), char *said, size_t size)
{
	int ends[2], status = 0;
	ssize_t n;
	size_t length = 0;

	assert_int_equal(pipe(ends), 0);
	fflush(NULL); /* or the child would write it, too */
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		dup2(ends[1], STDERR_FILENO);
		close(ends[0]);
		close(ends[1]);
		act();
		exit(0);
	}
	close(ends[1]);
	while ((n = read(ends[0], said + length, size - 1 - length)) > 0)
		length += (size_t)n;
	said[length] = '\0';
	close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

#endif
