/* SPDX-License-Identifier: ISC */
/* The type of a file by its first bytes: CSV, a workbook, JSON, or another one that is named
 * with the remedy. */
#ifndef FIL_FILE_TYPE_H
#define FIL_FILE_TYPE_H

#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/input/input.h"

enum fil_file_type { FIL_FILE_OTHER, FIL_FILE_CSV, FIL_FILE_WORKBOOK, FIL_FILE_JSON };

/* The first bytes of a file. */
enum { FIL_FILE_HEAD = 4096 };
struct fil_file_head {
	char bytes[FIL_FILE_HEAD];
	size_t n;
};

/* Returns the type of an input, and its first bytes. OTHER comes with a fault, which begins
 * with its name: an old or encrypted workbook, a web page, a PDF, a compressed file (65), or it
 * cannot be read (74). */
enum fil_file_type
fil_file_type(const struct fil_input *input, struct fil_file_head *head, struct fil_fault *fault);

#endif
