/* SPDX-License-Identifier: ISC */
/* An answer: what a command prints, on standard output or into a file that appears whole or not at
 * all, with the check of the last write. */
#ifndef FIL_OUTPUT_FILE_H
#define FIL_OUTPUT_FILE_H

#include <stdbool.h>
#include <stdio.h>

#include "lib/base/fault.h"

struct fil_output_file;

/* Returns the answer on standard output; closed: the program was started without one, and to write
 * is an error. */
struct fil_output_file *fil_output_file_new(bool closed);

/* Returns an answer into a file: written without a name in the file's folder (0600, or the mode of
 * the file that it will replace), so that nothing is left of it if the command dies. A link is
 * followed. What is no regular file, a terminal or a pipe, is written to as it is. Returns NULL
 * with a fault (73). */
struct fil_output_file *fil_output_file_file(const char *path, struct fil_fault *fault);

/* Returns whether both paths lead to one file, however they are written. */
bool fil_output_file_is_at(const char *path, const char *other);

/* Returns whether the path is that of the store or of one of the files beside it, however both are
 * written. */
bool fil_output_file_is_store(const char *path, const char *store);

/* Returns the stream to write to. It belongs to the answer. */
FILE *fil_output_file_stream(struct fil_output_file *answer);

/* Returns whether something was written. */
bool fil_output_file_begun(const struct fil_output_file *answer);

/* How an answer ended. */
enum fil_output_file_end {
	FIL_ANSWER_DONE,
	FIL_ANSWER_UNREAD, /* the reader of the pipe has left: no reason to say anything */
	FIL_ANSWER_FAILED, /* with a fault: 74, 73 */
};

/* Flushes, checks, closes and frees. With keep the file takes its place, safe on the disk; without,
 * it vanishes. */
enum fil_output_file_end
fil_output_file_end(struct fil_output_file *answer, bool keep, struct fil_fault *fault);

#endif
