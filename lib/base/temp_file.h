/* SPDX-License-Identifier: ISC */
/* A temporary file: mode 0600, unlinked from the start, so that it goes with the program. A pipe is
 * copied to one; what a writing command prints waits in one for the commit. */
#ifndef FIL_TEMP_FILE_H
#define FIL_TEMP_FILE_H

#include <stdio.h>

#include "lib/base/fault.h"

/* Returns an open descriptor of a new temporary file in the folder, or -1 with a fault (73, 74);
 * the caller closes it. */
int fil_temp_file_descriptor(const char *folder, struct fil_fault *fault);

/* A temporary file that is written as a stream, and then copied to another. */
struct fil_temp_file;

/* Returns an empty file in the folder, or NULL with a fault; the caller frees it. */
struct fil_temp_file *fil_temp_file_new(const char *folder, struct fil_fault *fault);

/* Returns its stream, to write on. Belongs to the file. */
FILE *fil_temp_file_stream(struct fil_temp_file *file);

/* Returns 0 when all that was written is in the file (a full disk shows here, before the commit),
 * else -1 with a fault. */
int fil_temp_file_check(struct fil_temp_file *file, struct fil_fault *fault);

/* Copies all of it to the stream; the stream's owner checks the stream. Returns 0, or -1 with a
 * fault of reading the file. */
int fil_temp_file_pour(struct fil_temp_file *file, FILE *stream, struct fil_fault *fault);

/* Frees the file, which is gone then; NULL is fine. */
void fil_temp_file_free(struct fil_temp_file *file);

#endif
