/* SPDX-License-Identifier: ISC */
/* Preloaded before a command: the allocation number TORTURE_AT fails, and with TORTURE_EVER each
 * one after it. TORTURE_COUNT names a file for the number of allocations. The shim reads its
 * settings once, before the command begins. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "serve.h"

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *block, size_t size);

static long at, count;
static bool ever, on;

__attribute__((constructor)) static void
begin(void)
{
	const char *text;

	serve();
	text = getenv("TORTURE_AT");
	at = text ? strtol(text, NULL, 10) : 0;
	ever = getenv("TORTURE_EVER") != NULL;
	on = true;
}

/* _exit does not run this: only commands that end as usual count their allocations. */
__attribute__((destructor)) static void
end(void)
{
	const char *file = getenv("TORTURE_COUNT");
	char text[32];
	int fd, n;

	on = false;
	if (!file)
		return;
	fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	n = snprintf(text, sizeof text, "%ld\n", count);
	if (fd < 0 || write(fd, text, (size_t)n) != n)
		abort();
	close(fd);
}

static bool
fails(void)
{
	if (!on)
		return false;
	count++;
	if (at == 0 || count < at || (count > at && !ever))
		return false;
	errno = ENOMEM;
	return true;
}

int
open64(const char *path, int flags, ...)
{
	va_list arguments;
	mode_t mode;

	va_start(arguments, flags);
	mode = va_arg(arguments, mode_t);
	va_end(arguments);
	return openat(AT_FDCWD, steady_path(path), flags, mode);
}

void *
malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *
calloc(size_t n, size_t size)
{
	return fails() ? NULL : __libc_calloc(n, size);
}

void *
realloc(void *block, size_t size)
{
	return fails() ? NULL : __libc_realloc(block, size);
}
