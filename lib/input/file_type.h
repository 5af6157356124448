/* SPDX-License-Identifier: ISC */
/* What a file is, by its bytes: its type, CSV, a workbook, JSON or another one that is named with the
 * remedy; and the encoding of text. */
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

/* Old code pages of DOS and the Mac, in which an input that is not UTF-8 may be. */
enum { FIL_CODE_PAGES = 2 };
extern const char *const fil_code_pages[FIL_CODE_PAGES];

/* Detects the encoding of an input from a byte order mark, valid UTF-8, and bytes that Windows-1252
 * text does not have. Completes encoding and bom of the format. head: the first n bytes of the
 * input, which is read whole if needed. Doubts that format->allow accepts are no faults; with
 * `mixed`, the encoding of a file of two encodings is FIL_MIXED_UTF8. Returns 0, or -1 with a fault
 * whose text begins with the input's name: an unknown encoding (64), UTF-16 without a mark, lines
 * of two encodings, text of an old code page, UTF-8 encoded twice (65; see format->twice). */
int fil_encoding_settle(const struct fil_input *input, const char *head, size_t n,
    struct fil_format *format, struct fil_fault *fault);

#endif
