/* SPDX-License-Identifier: ISC */
#include "lib/output/output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/file_use.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/temp_file.h"

enum { BUFFER = 64 * 1024 };

struct fil_output_file {
	FILE *stream;
	char *buffer;
	bool closed; /* standard output was closed when the program started */
	struct fil_new_file file; /* the file to be, links resolved; path NULL: none */
};

static void
use(struct fil_output_file *file, FILE *stream)
{
	file->stream = stream;
	file->buffer = fil_alloc(BUFFER, 1);
	setvbuf(stream, file->buffer, _IOFBF, BUFFER);
}

struct fil_output_file *
fil_output_file_new(bool closed)
{
	struct fil_output_file *file = fil_alloc(1, sizeof *file);

	file->closed = closed;
	use(file, stdout);
	return file;
}

static void
release(struct fil_output_file *file)
{
	free(file->buffer);
	fil_new_file_release(&file->file);
	free(file);
}

static int
open_new(struct fil_output_file *file, const char *path)
{
	return fil_new_file_open(&file->file, path) ? -1 : file->file.descriptor;
}

/* Opens a terminal, pipe or device itself, else a new file. Returns the descriptor, or -1. */
static int
open_file(struct fil_output_file *file, const char *path)
{
	struct stat status;
	char *real;
	int descriptor;

	if (stat(path, &status) != 0)
		return open_new(file, path);
	if (!S_ISREG(status.st_mode))
		return open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	if (access(path, W_OK) != 0)
		return -1;
	real = fil_path_real(path);
	descriptor = open_new(file, !real ? path : real);
	free(real);
	return descriptor;
}

struct fil_output_file *
fil_output_file_file(const char *path, struct fil_fault *fault)
{
	struct fil_output_file *file = fil_alloc(1, sizeof *file);
	int descriptor;
	FILE *stream;

	if (fil_file_written(path, fault) < 0) {
		release(file);
		return NULL;
	}
	descriptor = open_file(file, path);
	stream = descriptor < 0 ? NULL : fdopen(descriptor, "w");
	if (!stream) {
		fil_fault_set(fault, fil_fault_status(errno, FIL_CANT_CREATE), "%s: %s", path,
		    fil_language_error(errno));
		release(file);
		return NULL;
	}
	use(file, stream);
	return file;
}

/* The endings of the files beside a store. */
static const char *const endings[] = { "-wal", "-shm", "-journal", ".lock" };

char *
fil_output_file_companion(const char *store)
{
	char *base = fil_path_whole(store), *path = NULL;
	struct stat status;

	for (size_t i = 0; !path && i < sizeof endings / sizeof *endings; i++) {
		path = fil_format("%s%s", base, endings[i]);
		if (lstat(path, &status) != 0) {
			free(path);
			path = NULL;
		}
	}
	free(base);
	return path;
}

bool
fil_output_file_is_store(const char *path, const char *store)
{
	char *here = fil_path_whole(path), *base = fil_path_whole(store);
	size_t n = strlen(base);
	bool same = strcmp(here, base) == 0;

	if (strncmp(here, base, n) == 0)
		for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
			same = same || strcmp(here + n, endings[i]) == 0;
	free(base);
	free(here);
	return same;
}

FILE *
fil_output_file_stream(struct fil_output_file *file)
{
	return file->stream;
}

bool
fil_output_file_begun(const struct fil_output_file *file)
{
	return ferror(file->stream) || ftello(file->stream) != 0;
}

/* Flushes and closes. */
static int
finish(struct fil_output_file *file, bool keep)
{
	int error = fil_stream_flush(file->stream);

	if (error == 0 && keep && file->file.path && fil_new_file_name(&file->file, true) != 0)
		error = errno;
	if (fclose(file->stream) != 0 && error == 0)
		error = errno;
	return error;
}

enum fil_output_file_end
fil_output_file_end(struct fil_output_file *file, bool keep, struct fil_fault *fault)
{
	char *name = fil_copy(file->stream == stdout ? _("standard output")
		: !file->file.path                   ? _("output")
						     : file->file.path);
	enum fil_output_file_end end = FIL_ANSWER_DONE;
	int error = finish(file, keep);

	if (error == EPIPE) {
		end = FIL_ANSWER_UNREAD;
	} else if (error == EBADF && file->closed) {
		end = FIL_ANSWER_FAILED;
		fil_fault_set(fault, FIL_IO_ERROR, "%s is closed", name);
	} else if (error != 0) {
		end = FIL_ANSWER_FAILED;
		fil_fault_set(fault, FIL_IO_ERROR, "%s: %s", name, fil_language_error(error));
	}
	free(name);
	release(file);
	return end;
}
