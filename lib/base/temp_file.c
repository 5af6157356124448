/* SPDX-License-Identifier: ISC */
#include "lib/base/temp_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/memory.h"

enum { BUFFER = 256 * 1024 };

struct fil_temp_file {
	FILE *stream;
	char *buffer;
};

int
fil_temp_file_descriptor(const char *folder, struct fil_fault *fault)
{
	int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600), error;
	char *path;

	if (fd >= 0)
		return fd;
	/* Some file systems have no unnamed files. */
	path = fil_format("%s/.filrouge-XXXXXX", folder);
	fd = mkostemp(path, O_CLOEXEC);
	error = errno;
	if (fd >= 0)
		unlink(path);
	free(path);
	if (fd >= 0)
		return fd;
	return fil_fault_set(fault,
	    error == ENOSPC || error == EIO ? FIL_IO_ERROR : FIL_CANT_CREATE,
	    "cannot make a temporary file in %s: %s", folder, strerror(error));
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
		fil_fault_set(fault, FIL_IO_ERROR, "%s: %s", folder, strerror(errno));
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
	/* errno no longer says why an earlier write failed. A full disk is by far the likeliest
	 * cause. */
	if (ferror(file->stream))
		errno = ENOSPC;
	else if (fflush(file->stream) == 0)
		return 0;
	return fil_fault_set(fault, FIL_IO_ERROR,
	    "the rows to print cannot be kept until the commit: %s", strerror(errno));
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
		    "the rows to print cannot be read back: %s", strerror(errno));
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
