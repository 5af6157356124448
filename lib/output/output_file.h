/* SPDX-License-Identifier: ISC */
/* An output file: the output of a command, on standard output or in a file. The file appears whole
 * or not at all, and the last write is checked. */
#ifndef FIL_OUTPUT_FILE_H
#define FIL_OUTPUT_FILE_H

#include <stdbool.h>
#include <stdio.h>

#include "lib/base/fault.h"

struct fil_output_file;

/* Returns standard output as an output file; fil_output_file_end frees it. closed: the program was
 * started without standard output, and writing is an error. */
struct fil_output_file *fil_output_file_new(bool closed);

/* Returns an output file for the path; fil_output_file_end frees it. Until the end the file has no
 * name, so nothing is left if the command dies. Its mode is 0600, also where it replaces a file that
 * somebody else may have put there. Links are followed. A terminal, a pipe or a device is written
 * to directly. Returns NULL with a fault (73, 74), also for a file that the program reads. */
struct fil_output_file *fil_output_file_file(const char *path, struct fil_fault *fault);

/* Returns whether the path leads to the store or to one of the files beside it. */
bool fil_output_file_is_store(const char *path, const char *store);

/* Returns the path of a file that stands beside a store at this path once it was written to; NULL:
 * there is none. The caller frees it. */
char *fil_output_file_companion(const char *store);

/* Returns the stream to write to. It belongs to the output file. */
FILE *fil_output_file_stream(struct fil_output_file *file);

/* Returns whether anything was written. */
bool fil_output_file_begun(const struct fil_output_file *file);

/* The result of an output file. */
enum fil_output_file_end {
	FIL_ANSWER_DONE,
	FIL_ANSWER_UNREAD, /* the reader of the pipe has closed it: no message is needed */
	FIL_ANSWER_FAILED, /* with a fault (73, 74) */
};

/* Flushes, checks, closes and frees. With keep the file gets its name and is on the disk; without
 * keep it vanishes. */
enum fil_output_file_end
fil_output_file_end(struct fil_output_file *file, bool keep, struct fil_fault *fault);

#endif
