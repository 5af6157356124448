/* SPDX-License-Identifier: ISC */
/* Files without a name: a temporary file never has one, a new file has none until it is complete. */
#ifndef FIL_TEMP_FILE_H
#define FIL_TEMP_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#include "lib/base/fault.h"

/* A temporary file: mode 0600, unlinked at once, so it ends with the program. It holds the copy of
 * a pipe, or the output of a writing command until the commit. */

/* Returns the folder of temporary files outside the store's: TMPDIR, else /tmp. It belongs to the
 * environment. */
const char *fil_temp_file_folder(void);

/* Returns an open descriptor of a new temporary file in the folder, or -1 with a fault (73, 74);
 * the caller closes it. */
int fil_temp_file_descriptor(const char *folder, struct fil_fault *fault);

/* Writes n bytes to a file, at an offset. Returns 0, or an errno. */
int fil_descriptor_write(int descriptor, const void *bytes, size_t n, off_t at);

/* Reads n bytes of a file, at an offset. Returns 0, or an errno: EIO where the file ends before. */
int fil_descriptor_read(int descriptor, void *bytes, size_t n, off_t at);

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

/* A new file: nothing is left of it if the process dies before it is complete. File systems without
 * files that have no name give it a temporary name. */
struct fil_new_file {
	int descriptor; /* the caller closes it */
	char *path; /* its name to be */
	char *temporary; /* its temporary name, or NULL */
	bool named; /* it has its name */
};

/* Opens a file of mode 0600 in the folder of the path. Returns 0, or -1 with errno set. The caller
 * calls fil_new_file_release in both cases. */
int fil_new_file_open(struct fil_new_file *file, const char *path);

/* Puts the file on the disk and gives it its name at once. Another file of that name is replaced,
 * or with `replace` false an error (EEXIST). Returns 0, or -1 with errno set. If `named` is set then,
 * the file is complete and has its name, but a power cut may lose the name. */
int fil_new_file_name(struct fil_new_file *file, bool replace);

/* Removes the file if it has a temporary name, and frees the names. */
void fil_new_file_release(struct fil_new_file *file);

/* Returns the folder of the path of a file; the caller frees it. */
char *fil_path_folder(const char *path);

/* Returns the path without links, as realpath does, or NULL with errno; the caller frees it. Without
 * memory it ends the process: a path that stays relative would pass for the real one. */
char *fil_path_real(const char *path);

#endif
