/* SPDX-License-Identifier: ISC */
#include "lib/base/temp_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"

char *
fil_path_folder(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return fil_copy(".");
	return slash == path ? fil_copy("/") : fil_copy_bytes(path, (size_t)(slash - path));
}

char *
fil_path_real(const char *path)
{
	char *real = realpath(path, NULL);

	if (!real && errno == ENOMEM)
		fil_memory_die();
	return real;
}

/* A file without a name gets one through /proc. */
int
fil_new_file_open(struct fil_new_file *file, const char *path)
{
	char *folder = fil_path_folder(path);

	*file = (struct fil_new_file){ .descriptor = -1, .path = fil_copy(path) };
	if (access("/proc/self/fd", X_OK) == 0)
		file->descriptor = open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
	else
		errno = EOPNOTSUPP;
	if (file->descriptor < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
		file->temporary = fil_format("%s/.filrouge-XXXXXX", folder);
		file->descriptor = mkostemp(file->temporary, O_CLOEXEC);
	}
	free(folder);
	return file->descriptor < 0 ? -1 : 0;
}

/* Links a file without a name to this one. Returns 0 or -1. */
static int
link_to(const struct fil_new_file *file, const char *name)
{
	char *proc = fil_format("/proc/self/fd/%d", file->descriptor);
	int result = linkat(AT_FDCWD, proc, AT_FDCWD, name, AT_SYMLINK_FOLLOW);

	free(proc);
	return result;
}

/* Gives the file a temporary name, with which it can replace another. Returns 0 or -1. */
static int
name_temporarily(struct fil_new_file *file)
{
	unsigned long long chance;
	char *folder, *name;
	int result;

	if (file->temporary)
		return 0;
	if (getrandom(&chance, sizeof chance, 0) != sizeof chance)
		return -1;
	folder = fil_path_folder(file->path);
	name = fil_format("%s/.filrouge-%016llx", folder, chance);
	result = link_to(file, name);
	free(folder);
	if (result == 0)
		file->temporary = name;
	else
		free(name);
	return result;
}

static int
move(struct fil_new_file *file, bool replace)
{
	int result;

	if (!replace && !file->temporary)
		return link_to(file, file->path);
	if (name_temporarily(file) != 0)
		return -1;
	result = replace
	    ? rename(file->temporary, file->path)
	    : renameat2(AT_FDCWD, file->temporary, AT_FDCWD, file->path, RENAME_NOREPLACE);
	if (result == 0) {
		free(file->temporary);
		file->temporary = NULL;
	}
	return result;
}

/* EINVAL: the file system cannot sync folders. */
static int
sync_folder(const char *path)
{
	char *folder = fil_path_folder(path);
	int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int result = descriptor < 0 ? -1 : fsync(descriptor);

	if (result != 0 && errno == EINVAL)
		result = 0;
	if (descriptor >= 0)
		close(descriptor);
	free(folder);
	return result;
}

int
fil_new_file_name(struct fil_new_file *file, bool replace)
{
	int error;

	if (fsync(file->descriptor) != 0 || move(file, replace) != 0)
		return -1;
	file->named = true;
	if (sync_folder(file->path) == 0)
		return 0;
	error = errno;
	/* Another file cannot be brought back. */
	if (!replace && unlink(file->path) == 0)
		file->named = false;
	errno = error;
	return -1;
}

void
fil_new_file_release(struct fil_new_file *file)
{
	if (file->temporary)
		unlink(file->temporary);
	free(file->temporary);
	free(file->path);
}

enum { BUFFER = 256 * 1024 };

struct fil_temp_file {
	FILE *stream;
	char *buffer;
};

/* After an earlier failed write errno is lost, and maybe the bytes too. One more byte then shows the
 * reason. */
int
fil_stream_flush(FILE *stream)
{
	bool failed = ferror(stream);

	errno = 0;
	if (fflush(stream) == 0 && !failed)
		return 0;
	if (errno == 0 && putc('\n', stream) != EOF)
		fflush(stream);
	return errno == 0 ? EIO : errno;
}

const char *
fil_temp_file_folder(void)
{
	const char *folder = getenv("TMPDIR");

	return folder && *folder != '\0' ? folder : "/tmp";
}

static int
refuse(const char *folder, int error, struct fil_fault *fault)
{
	return fil_fault_set(fault, fil_fault_status(error, FIL_CANT_CREATE),
	    "cannot make a temporary file in %s: %s", folder, fil_language_error(error));
}

int
fil_temp_file_descriptor(const char *folder, struct fil_fault *fault)
{
	int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600), error;
	char *path;

	if (fd >= 0)
		return fd;
	if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)
		return refuse(folder, errno, fault);
	/* Some file systems have no unnamed files. */
	path = fil_format("%s/.filrouge-XXXXXX", folder);
	fd = mkostemp(path, O_CLOEXEC);
	error = errno;
	if (fd >= 0)
		unlink(path);
	free(path);
	return fd >= 0 ? fd : refuse(folder, error, fault);
}

int
fil_descriptor_write(int descriptor, const void *bytes, size_t n, off_t at)
{
	const char *from = bytes;

	while (n > 0) {
		ssize_t written = pwrite(descriptor, from, n, at);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return written < 0 ? errno : EIO;
		from += written;
		at += written;
		n -= (size_t)written;
	}
	return 0;
}

int
fil_descriptor_read(int descriptor, void *bytes, size_t n, off_t at)
{
	char *to = bytes;

	while (n > 0) {
		ssize_t got = pread(descriptor, to, n, at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got < 0 ? errno : EIO;
		to += got;
		at += got;
		n -= (size_t)got;
	}
	return 0;
}

struct fil_temp_file *
fil_temp_file_new(const char *folder, struct fil_fault *fault)
{
	int fd = fil_temp_file_descriptor(folder, fault);
	struct fil_temp_file *file;
	FILE *stream;

	if (fd < 0)
		return NULL;
	stream = fdopen(fd, "w+");
	if (!stream) {
		refuse(folder, errno, fault);
		close(fd);
		return NULL;
	}
	file = fil_alloc(1, sizeof *file);
	file->stream = stream;
	file->buffer = fil_alloc(1, BUFFER);
	setvbuf(stream, file->buffer, _IOFBF, BUFFER);
	return file;
}

FILE *
fil_temp_file_stream(struct fil_temp_file *file)
{
	return file->stream;
}

int
fil_temp_file_check(struct fil_temp_file *file, struct fil_fault *fault)
{
	int error = fil_stream_flush(file->stream);

	if (error == 0)
		return 0;
	return fil_fault_set(fault, FIL_IO_ERROR,
	    "the rows to print cannot be kept until the commit: %s", fil_language_error(error));
}

int
fil_temp_file_pour(struct fil_temp_file *file, FILE *stream, struct fil_fault *fault)
{
	char *block;
	size_t n;

	if (fil_temp_file_check(file, fault))
		return -1;
	rewind(file->stream);
	block = fil_alloc(1, BUFFER);
	while ((n = fread(block, 1, BUFFER, file->stream)) > 0 && fwrite(block, 1, n, stream) == n)
		;
	free(block);
	if (ferror(file->stream))
		return fil_fault_set(fault, FIL_IO_ERROR,
		    "the rows to print cannot be read back: %s", fil_language_error(errno));
	return 0;
}

void
fil_temp_file_free(struct fil_temp_file *file)
{
	if (!file)
		return;
	fclose(file->stream);
	free(file->buffer);
	free(file);
}
