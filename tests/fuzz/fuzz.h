/* SPDX-License-Identifier: ISC */
/* What all fuzzers share. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void
demand(bool holds)
{
	if (!holds)
		abort();
}

/* Writes the bytes into a file in memory. Returns its descriptor, and its path in `path`. */
static inline int
fuzz_file(const uint8_t *data, size_t size, char path[static 64])
{
	int fd = memfd_create("fuzz", 0);

	demand(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	snprintf(path, 64, "/proc/self/fd/%d", fd);
	return fd;
}

/* Returns the bytes as a string that ends at their first NUL; the caller frees it. */
static inline char *
fuzz_text(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	demand(text != NULL);
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

#endif
