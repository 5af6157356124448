/* SPDX-License-Identifier: ISC */
/* Encoding: detects the encoding of an input, from facts: a byte order mark, valid UTF-8, and bytes
 * that no Windows-1252 text has. */
#ifndef FIL_ENCODING_H
#define FIL_ENCODING_H

#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/input/input.h"

/* The code pages that an input without UTF-8 may be in: old ones of DOS and the Mac. */
enum { FIL_CODE_PAGES = 2 };
extern const char *const fil_code_pages[FIL_CODE_PAGES];

/* Completes encoding and bom of the format, from the first n bytes and the whole input. Returns 0,
 * or -1 with a fault: an unknown encoding (64), UTF-16 without a mark, lines of two encodings, text
 * of an old code page, UTF-8 encoded twice (65). The text begins with the input's name. */
int fil_encoding_settle(const struct fil_input *input, const char *head, size_t n,
    struct fil_format *format, struct fil_fault *fault);

#endif
