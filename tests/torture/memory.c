/* SPDX-License-Identifier: ISC */
/* Preloaded before a command: the allocation number TORTURE_AT fails, and with TORTURE_EVER each
 * one after it. TORTURE_COUNT names a file for the number of allocations, and behind it a line for each:
 * the number of the first one with the same callers. TORTURE_SPARE is part of the name of a library
 * whose own allocations neither fail nor count. With TORTURE_KNOWN, neither do those by which SQLite
 * reads a schema. The shim reads its settings once, before the command begins. */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "serve.h"

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *block, size_t size);

enum { MOST = 1 << 18, CALLERS = 64 };

static long at, count;
static bool ever, known, noted, on;
static long alike[MOST + 1]; /* by the number of an allocation: the first one with its callers */
static struct path {
	uint64_t callers; /* their hash */
	long first;
} paths[2 * MOST];
static __typeof__(&sqlite3_exec) exec; /* SQLite's own */
static uintptr_t spared_from, spared_to; /* the code of the spared library */

/* Notes where the code of the spared library is. */
static int
note_library(struct dl_phdr_info *library, size_t size, void *name)
{
	(void)size;
	if (!strstr(library->dlpi_name, name))
		return 0;
	for (int i = 0; i < library->dlpi_phnum; i++)
		if (library->dlpi_phdr[i].p_type == PT_LOAD &&
		    library->dlpi_phdr[i].p_flags & PF_X) {
			spared_from = library->dlpi_addr + library->dlpi_phdr[i].p_vaddr;
			spared_to = spared_from + library->dlpi_phdr[i].p_memsz;
		}
	return 1;
}

__attribute__((constructor)) static void
begin(void)
{
	char *text = getenv("TORTURE_SPARE");

	if (text && !dl_iterate_phdr(note_library, text))
		_exit(126);
	exec = (__typeof__(exec))dlsym(RTLD_NEXT, "sqlite3_exec");
	noted = getenv("TORTURE_COUNT") != NULL;
	if (noted) /* The first backtrace loads a library. */
		backtrace((void *[1]){ NULL }, 1);
	serve();
	text = getenv("TORTURE_AT");
	at = text ? strtol(text, NULL, 10) : 0;
	ever = getenv("TORTURE_EVER") != NULL;
	known = getenv("TORTURE_KNOWN") != NULL;
	on = true;
}

/* _exit does not run this: only commands that end as usual count their allocations. */
__attribute__((destructor)) static void
end(void)
{
	const char *path = getenv("TORTURE_COUNT");
	FILE *file;

	on = false;
	if (!path)
		return;
	file = fopen(path, "w");
	if (!file)
		abort();
	fprintf(file, "%ld\n", count);
	for (long i = 1; i <= count; i++)
		fprintf(file, "%ld\n", alike[i]);
	if (fclose(file) != 0)
		abort();
}

/* Notes the first allocation with the callers of this one. */
static void
note_callers(void)
{
	void *callers[CALLERS];
	int n = backtrace(callers, CALLERS);
	uint64_t hash = 14695981039346656037u;
	struct path *path;

	if (count > MOST)
		abort();
	for (int i = 0; i < n; i++)
		hash = (hash ^ (uintptr_t)callers[i]) * 1099511628211u;
	path = &paths[(hash >> 32) % MOST];
	while (path->first && path->callers != hash)
		path++;
	if (!path->first)
		*path = (struct path){ hash, count };
	alike[count] = path->first;
}

/* Returns whether the allocation of that caller fails. */
static bool
fails(const void *caller)
{
	if (!on || ((uintptr_t)caller >= spared_from && (uintptr_t)caller < spared_to))
		return false;
	count++;
	if (noted)
		note_callers();
	if (at == 0 || count < at || (count > at && !ever))
		return false;
	errno = ENOMEM;
	return true;
}

/* SQLite reads a schema by this statement of its own. */
int
sqlite3_exec(sqlite3 *db, const char *sql, int (*call)(void *, int, char **, char **), void *data,
    char **error)
{
	static const char schema[] = "SELECT*FROM";
	bool was_on = on;
	int status;

	if (known && sql && strncmp(sql, schema, strlen(schema)) == 0)
		on = false;
	status = exec(db, sql, call, data, error);
	on = was_on;
	return status;
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
	return fails(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
}

void *
calloc(size_t n, size_t size)
{
	return fails(__builtin_return_address(0)) ? NULL : __libc_calloc(n, size);
}

void *
realloc(void *block, size_t size)
{
	return fails(__builtin_return_address(0)) ? NULL : __libc_realloc(block, size);
}
