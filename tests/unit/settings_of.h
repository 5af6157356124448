/* SPDX-License-Identifier: ISC */
/* For tests: settings of a given text, without a file that stays. */
#ifndef TESTS_SETTINGS_OF_H
#define TESTS_SETTINGS_OF_H

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/mapping/profile_file.h"

/* Reads n bytes as settings; the caller frees them. Returns NULL with a fault, whose text then
 * begins behind the file's name, which no test can know. */
static inline struct fil_settings *
settings_of_bytes(const char *bytes, size_t n, struct fil_fault *fault)
{
	struct fil_settings *settings = NULL;
	char path[64];
	int fd = memfd_create("settings", 0);
	size_t length;

	if (write(fd, bytes, n) == (ssize_t)n) {
		snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
		length = strlen(path);
		settings = fil_settings_read(path, fault);
		if (!settings && strncmp(fault->text, path, length) == 0)
			memmove(
			    fault->text, fault->text + length, strlen(fault->text + length) + 1);
	}
	close(fd);
	return settings;
}

/* Reads a text, which may hold no NUL. */
static inline struct fil_settings *
settings_of(const char *text, struct fil_fault *fault)
{
	return settings_of_bytes(text, strlen(text), fault);
}

#endif
