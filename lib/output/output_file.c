/* SPDX-License-Identifier: ISC */
#include "lib/output/output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/memory.h"

enum { BUFFER = 64 * 1024 };

struct fil_output_file {
	FILE *stream;
	char *buffer;
	bool closed; /* standard output was closed when the program started */
	char *path; /* the file to replace, links resolved; NULL: none */
	char *temporary; /* the temporary name, NULL while the file has none */
	mode_t mode;
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

/* Returns the folder of a path; the caller frees it. */
static char *
folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return fil_copy(".");
	return slash == path ? fil_copy("/") : fil_copy_bytes(path, (size_t)(slash - path));
}

/* A file without a name vanishes with the process. File systems without such files give it a name
 * at once. */
static int
open_temporary(struct fil_output_file *file)
{
	char *folder = folder_of(file->path);
	int descriptor = -1;

	if (access("/proc/self/fd", X_OK) == 0)
		descriptor = open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
	if (descriptor < 0) {
		file->temporary = fil_format("%s/.filrouge-XXXXXX", folder);
		descriptor = mkostemp(file->temporary, O_CLOEXEC);
	}
	free(folder);
	return descriptor;
}

static void
release(struct fil_output_file *file)
{
	free(file->buffer);
	free(file->path);
	free(file->temporary);
	free(file);
}

/* Opens a terminal, pipe or device itself, else a temporary file. Returns the descriptor, or -1. */
static int
open_file(struct fil_output_file *file, const char *path)
{
	struct stat status;
	char *real;

	file->mode = 0600;
	if (stat(path, &status) != 0) {
		file->path = fil_copy(path);
		return open_temporary(file);
	}
	if (!S_ISREG(status.st_mode))
		return open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	if (access(path, W_OK) != 0)
		return -1;
	real = realpath(path, NULL);
	file->path = fil_copy(!real ? path : real);
	file->mode = status.st_mode & 0777;
	free(real);
	return open_temporary(file);
}

struct fil_output_file *
fil_output_file_file(const char *path, struct fil_fault *fault)
{
	struct fil_output_file *file = fil_alloc(1, sizeof *file);
	int descriptor = open_file(file, path);
	FILE *stream = descriptor < 0 ? NULL : fdopen(descriptor, "w");

	if (!stream) {
		fil_fault_set(fault, FIL_CANT_CREATE, "%s: %s", path, strerror(errno));
		release(file);
		return NULL;
	}
	use(file, stream);
	return file;
}

/* Returns the path with the links of its folder resolved, or of all of it if it exists; the caller
 * frees it. */
static char *
canonical(const char *path)
{
	char *real = realpath(path, NULL), *folder, *real_folder, *whole;
	const char *slash = strrchr(path, '/');

	if (real)
		return real;
	folder = folder_of(path);
	real_folder = realpath(folder, NULL);
	whole = fil_format("%s/%s", !real_folder ? folder : real_folder, !slash ? path : slash + 1);
	free(real_folder);
	free(folder);
	return whole;
}

bool
fil_output_file_is_at(const char *path, const char *other)
{
	char *here = canonical(path), *there = canonical(other);
	bool same = strcmp(here, there) == 0;

	free(there);
	free(here);
	return same;
}

/* The endings of the files beside a store. */
static const char *const endings[] = { "-wal", "-shm", "-journal", ".lock" };

char *
fil_output_file_companion(const char *store)
{
	char *base = canonical(store), *path = NULL;
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
	char *here = canonical(path), *base = canonical(store);
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

/* Gives the finished file a name, then atomically replaces the other file with it. */
static int
name_file(struct fil_output_file *file, int descriptor)
{
	char *folder, *proc;
	unsigned long long chance;
	int result;

	if (file->temporary)
		return 0;
	if (getrandom(&chance, sizeof chance, 0) != sizeof chance)
		return -1;
	folder = folder_of(file->path);
	file->temporary = fil_format("%s/.filrouge-%016llx", folder, chance);
	proc = fil_format("/proc/self/fd/%d", descriptor);
	result = linkat(AT_FDCWD, proc, AT_FDCWD, file->temporary, AT_SYMLINK_FOLLOW);
	free(proc);
	free(folder);
	return result;
}

/* EINVAL: the file system cannot sync folders. */
static int
sync_folder(const char *path)
{
	char *folder = folder_of(path);
	int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int result = descriptor < 0 ? -1 : fsync(descriptor);

	if (result != 0 && errno == EINVAL)
		result = 0;
	if (descriptor >= 0)
		close(descriptor);
	free(folder);
	return result;
}

static int
replace(struct fil_output_file *file)
{
	int descriptor = fileno(file->stream);

	if (fchmod(descriptor, file->mode) != 0 || fsync(descriptor) != 0)
		return -1;
	if (name_file(file, descriptor) != 0)
		return -1;
	if (rename(file->temporary, file->path) != 0)
		return -1;
	free(file->temporary);
	file->temporary = NULL;
	return sync_folder(file->path);
}

/* Flushes. After an earlier failed write errno is lost, and maybe the bytes too. One more byte then
 * shows the reason. Returns 0 or an errno. */
static int
flush(FILE *stream)
{
	bool failed = ferror(stream);

	errno = 0;
	if (fflush(stream) == 0 && !failed)
		return 0;
	if (errno == 0 && putc('\n', stream) != EOF)
		fflush(stream);
	return errno == 0 ? EIO : errno;
}

/* Flushes and closes. */
static int
finish(struct fil_output_file *file, bool keep)
{
	int error = flush(file->stream);

	if (error == 0 && keep && file->path && replace(file) != 0)
		error = errno;
	if (fclose(file->stream) != 0 && error == 0)
		error = errno;
	return error;
}

enum fil_output_file_end
fil_output_file_end(struct fil_output_file *file, bool keep, struct fil_fault *fault)
{
	char *name = fil_copy(file->stream == stdout ? "standard output"
		: !file->path                        ? "output"
						     : file->path);
	enum fil_output_file_end end = FIL_ANSWER_DONE;
	int error = finish(file, keep);

	if (file->temporary)
		unlink(file->temporary);
	if (error == EPIPE) {
		end = FIL_ANSWER_UNREAD;
	} else if (error == EBADF && file->closed) {
		end = FIL_ANSWER_FAILED;
		fil_fault_set(fault, FIL_IO_ERROR, "%s is closed", name);
	} else if (error != 0) {
		end = FIL_ANSWER_FAILED;
		fil_fault_set(fault, FIL_IO_ERROR, "%s: %s", name, strerror(error));
	}
	free(name);
	release(file);
	return end;
}
