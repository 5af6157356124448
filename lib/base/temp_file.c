/* SPDX-License-Identifier: ISC */
#include "lib/base/temp_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"

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
