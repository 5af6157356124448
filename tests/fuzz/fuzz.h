/* SPDX-License-Identifier: ISC */
/* What all fuzzers share. */
#ifndef FUZZ_H
#define FUZZ_H

#include <iconv.h>
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

/* Keeps the converters of encodings loaded, which each iconv_open would load again: a tenth of the
 * time of a run. They are left open. */
static inline void
fuzz_keep_encodings(void)
{
	static const char *const names[] = { "WINDOWS-1252", "UTF-16LE", "UTF-16BE", "UTF-32LE",
		"UTF-32BE", "ISO-8859-15", "MACINTOSH", "CP850" };
	static iconv_t kept[2 * sizeof names / sizeof *names];

	if (kept[0])
		return;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		kept[2 * i] = iconv_open("UTF-8", names[i]);
		kept[2 * i + 1] = iconv_open(names[i], "UTF-8");
	}
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
