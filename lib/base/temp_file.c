/* SPDX-License-Identifier: ISC */
#include "lib/base/temp_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/memory.h"
#include "lib/input/input.h"

enum { BUFFER = 256 * 1024 };

struct fil_temp_file {
	FILE *stream;
	char *buffer;
};

struct fil_temp_file *
fil_temp_file_new(const char *folder, struct fil_fault *fault)
{
	int fd = fil_input_temporary(folder, fault);
	struct fil_temp_file *spool;
	FILE *stream;

	if (fd < 0)
		return NULL;
	stream = fdopen(fd, "w+");
	if (!stream) {
		fil_fault_set(fault, FIL_IO_ERROR, "%s: %s", folder, strerror(errno));
		close(fd);
		return NULL;
	}
	spool = fil_alloc(1, sizeof *spool);
	spool->stream = stream;
	spool->buffer = fil_alloc(1, BUFFER);
	setvbuf(stream, spool->buffer, _IOFBF, BUFFER);
	return spool;
}

FILE *
fil_temp_file_stream(struct fil_temp_file *spool)
{
	return spool->stream;
}

int
fil_temp_file_check(struct fil_temp_file *spool, struct fil_fault *fault)
{
	/* Once a write has failed errno is long gone; a disk that is full is then by far the
	 * likeliest. */
	if (ferror(spool->stream))
		errno = ENOSPC;
	else if (fflush(spool->stream) == 0)
		return 0;
	return fil_fault_set(fault, FIL_IO_ERROR,
	    "the rows to print cannot be kept until the commit: %s", strerror(errno));
}

int
fil_temp_file_pour(struct fil_temp_file *spool, FILE *stream, struct fil_fault *fault)
{
	char *block;
	size_t n;

	if (fil_temp_file_check(spool, fault))
		return -1;
	rewind(spool->stream);
	block = fil_alloc(1, BUFFER);
	while ((n = fread(block, 1, BUFFER, spool->stream)) > 0 && fwrite(block, 1, n, stream) == n)
		;
	free(block);
	if (ferror(spool->stream))
		return fil_fault_set(fault, FIL_IO_ERROR,
		    "the rows to print cannot be read back: %s", strerror(errno));
	return 0;
}

void
fil_temp_file_free(struct fil_temp_file *spool)
{
	if (!spool)
		return;
	fclose(spool->stream);
	free(spool->buffer);
	free(spool);
}
