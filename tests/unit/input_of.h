/* SPDX-License-Identifier: ISC */
/* For tests: an input of given bytes, without a file that stays. */
#ifndef TESTS_INPUT_OF_H
#define TESTS_INPUT_OF_H

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/input/input.h"

/* Opens n bytes as an input; the caller closes it. Returns NULL with a fault. */
static inline struct fil_input *
input_of_bytes(const char *bytes, size_t n, struct fil_fault *fault)
{
	struct fil_input *input;
	char path[64];
	int fd = memfd_create("input", 0);

	for (size_t at = 0; at < n;) {
		ssize_t written = write(fd, bytes + at, n - at);

		if (written <= 0)
			break;
		at += (size_t)written;
	}
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	input = fil_input_open(path, "/tmp", fault);
	close(fd);
	return input;
}

/* Opens a text, which may hold no NUL. */
static inline struct fil_input *
input_of(const char *text)
{
	struct fil_fault fault;

	return input_of_bytes(text, strlen(text), &fault);
}

#endif
