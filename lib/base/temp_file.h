/* SPDX-License-Identifier: ISC */
/* A temporary file: mode 0600, unlinked at once, so it ends with the program. It holds the copy of
 * a pipe, or the output of a writing command until the commit. */
#ifndef FIL_TEMP_FILE_H
#define FIL_TEMP_FILE_H

#include <stdio.h>

#include "lib/base/fault.h"

/* Returns the folder of temporary files outside the store's: TMPDIR, else /tmp. It belongs to the
 * environment. */
const char *fil_temp_file_folder(void);

/* Returns an open descriptor of a new temporary file in the folder, or -1 with a fault (73, 74);
 * the caller closes it. */
int fil_temp_file_descriptor(const char *folder, struct fil_fault *fault);

/* A temporary file that is written as a stream, then copied to another stream. */
struct fil_temp_file;

/* Returns an empty file in the folder, or NULL with a fault (73, 74); the caller frees it. */
struct fil_temp_file *fil_temp_file_new(const char *folder, struct fil_fault *fault);

/* Returns the stream to write to. It belongs to the file. */
FILE *fil_temp_file_stream(struct fil_temp_file *file);

/* Returns 0 if everything written is in the file, else -1 with a fault. A full disk is detected
 * here, before the commit. */
int fil_temp_file_check(struct fil_temp_file *file, struct fil_fault *fault);

/* Flushes the stream. Returns 0, or an errno that says why a write failed, now or earlier. */
int fil_stream_flush(FILE *stream);

/* Copies the file to the stream. The stream's owner checks the stream. Returns 0, or -1 with a
 * fault if the file cannot be read. */
int fil_temp_file_pour(struct fil_temp_file *file, FILE *stream, struct fil_fault *fault);

/* Frees and deletes the file; NULL is fine. */
void fil_temp_file_free(struct fil_temp_file *file);

#endif
