/* SPDX-License-Identifier: ISC */
/* For tests: a profile's file of a given text, without a file that stays. */
#ifndef TESTS_PROFILE_FILE_OF_H
#define TESTS_PROFILE_FILE_OF_H

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/mapping/profile_file.h"

/* Reads n bytes as a profile's file; the caller frees it. Returns NULL with a fault, whose text then
 * begins behind the file's name, which no test can know. */
static inline struct fil_profile_file *
profile_file_of_bytes(const char *bytes, size_t n, struct fil_fault *fault)
{
	struct fil_profile_file *file = NULL;
	char path[64];
	int fd = memfd_create("profile", 0);
	size_t length;

	if (write(fd, bytes, n) == (ssize_t)n) {
		snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
		length = strlen(path);
		file = fil_profile_file_open(path, fault);
		if (!file && strncmp(fault->text, path, length) == 0)
			memmove(
			    fault->text, fault->text + length, strlen(fault->text + length) + 1);
	}
	close(fd);
	return file;
}

/* Reads a text, which may hold no NUL. */
static inline struct fil_profile_file *
profile_file_of(const char *text, struct fil_fault *fault)
{
	return profile_file_of_bytes(text, strlen(text), fault);
}

#endif
