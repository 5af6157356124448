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
	bool closed; /* standard output that is none */
	char *path; /* the file to replace, links followed; NULL: none */
	char *temporary; /* its name until then, NULL as long as it has none */
	mode_t mode;
};

static void
use(struct fil_output_file *answer, FILE *stream)
{
	answer->stream = stream;
	answer->buffer = fil_alloc(BUFFER, 1);
	setvbuf(stream, answer->buffer, _IOFBF, BUFFER);
}

struct fil_output_file *
fil_output_file_new(bool closed)
{
	struct fil_output_file *answer = fil_alloc(1, sizeof *answer);

	answer->closed = closed;
	use(answer, stdout);
	return answer;
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

/* A file without a name vanishes with the process. Where there can be none, it gets a name at once.
 * */
static int
open_temporary(struct fil_output_file *answer)
{
	char *folder = folder_of(answer->path);
	int descriptor = -1;

	if (access("/proc/self/fd", X_OK) == 0)
		descriptor = open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
	if (descriptor < 0) {
		answer->temporary = fil_format("%s/.filrouge-XXXXXX", folder);
		descriptor = mkostemp(answer->temporary, O_CLOEXEC);
	}
	free(folder);
	return descriptor;
}

static void
release(struct fil_output_file *answer)
{
	free(answer->buffer);
	free(answer->path);
	free(answer->temporary);
	free(answer);
}

/* Opens what is there as it is, or a temporary file for what is not there or regular. Returns the
 * descriptor, or -1. */
static int
open_file(struct fil_output_file *answer, const char *path)
{
	struct stat status;
	char *real;

	answer->mode = 0600;
	if (stat(path, &status) != 0) {
		answer->path = fil_copy(path);
		return open_temporary(answer);
	}
	if (!S_ISREG(status.st_mode))
		return open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	if (access(path, W_OK) != 0)
		return -1;
	real = realpath(path, NULL);
	answer->path = fil_copy(!real ? path : real);
	answer->mode = status.st_mode & 0777;
	free(real);
	return open_temporary(answer);
}

struct fil_output_file *
fil_output_file_file(const char *path, struct fil_fault *fault)
{
	struct fil_output_file *answer = fil_alloc(1, sizeof *answer);
	int descriptor = open_file(answer, path);
	FILE *stream = descriptor < 0 ? NULL : fdopen(descriptor, "w");

	if (!stream) {
		fil_fault_set(fault, FIL_CANT_CREATE, "%s: %s", path, strerror(errno));
		release(answer);
		return NULL;
	}
	use(answer, stream);
	return answer;
}

/* Returns the path with its folder, or all of it where that exists, freed of links; the caller
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
	char *answer = canonical(path), *there = canonical(other);
	bool same = strcmp(answer, there) == 0;

	free(there);
	free(answer);
	return same;
}

bool
fil_output_file_is_store(const char *path, const char *store)
{
	static const char *const endings[] = { "", "-wal", "-shm", "-journal", ".lock" };
	char *answer = canonical(path), *base = canonical(store);
	size_t n = strlen(base);
	bool same = false;

	if (strncmp(answer, base, n) == 0)
		for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
			same = same || strcmp(answer + n, endings[i]) == 0;
	free(base);
	free(answer);
	return same;
}

FILE *
fil_output_file_stream(struct fil_output_file *answer)
{
	return answer->stream;
}

bool
fil_output_file_begun(const struct fil_output_file *answer)
{
	return ferror(answer->stream) || ftello(answer->stream) != 0;
}

/* Gives the finished file a name of its own, which takes the place of the other's at once. */
static int
name_file(struct fil_output_file *answer, int descriptor)
{
	char *folder, *proc;
	unsigned long long chance;
	int result;

	if (answer->temporary)
		return 0;
	if (getrandom(&chance, sizeof chance, 0) != sizeof chance)
		return -1;
	folder = folder_of(answer->path);
	answer->temporary = fil_format("%s/.filrouge-%016llx", folder, chance);
	proc = fil_format("/proc/self/fd/%d", descriptor);
	result = linkat(AT_FDCWD, proc, AT_FDCWD, answer->temporary, AT_SYMLINK_FOLLOW);
	free(proc);
	free(folder);
	return result;
}

/* A file system that cannot do it for folders says EINVAL. */
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
replace(struct fil_output_file *answer)
{
	int descriptor = fileno(answer->stream);

	if (fchmod(descriptor, answer->mode) != 0 || fsync(descriptor) != 0)
		return -1;
	if (name_file(answer, descriptor) != 0)
		return -1;
	if (rename(answer->temporary, answer->path) != 0)
		return -1;
	free(answer->temporary);
	answer->temporary = NULL;
	return sync_folder(answer->path);
}

/* Flushes. The errno of an earlier write is long gone, and its bytes may be too: one more byte then
 * shows why nothing can be written. Returns 0 or an errno. */
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
finish(struct fil_output_file *answer, bool keep)
{
	int error = flush(answer->stream);

	if (error == 0 && keep && answer->path && replace(answer) != 0)
		error = errno;
	if (fclose(answer->stream) != 0 && error == 0)
		error = errno;
	return error;
}

enum fil_output_file_end
fil_output_file_end(struct fil_output_file *answer, bool keep, struct fil_fault *fault)
{
	char *name = fil_copy(answer->stream == stdout ? "standard output"
		: !answer->path                        ? "output"
						       : answer->path);
	enum fil_output_file_end end = FIL_ANSWER_DONE;
	int error = finish(answer, keep);

	if (answer->temporary)
		unlink(answer->temporary);
	if (error == EPIPE) {
		end = FIL_ANSWER_UNREAD;
	} else if (error == EBADF && answer->closed) {
		end = FIL_ANSWER_FAILED;
		fil_fault_set(fault, FIL_IO_ERROR, "%s is closed", name);
	} else if (error != 0) {
		end = FIL_ANSWER_FAILED;
		fil_fault_set(fault, FIL_IO_ERROR, "%s: %s", name, strerror(error));
	}
	free(name);
	release(answer);
	return end;
}
