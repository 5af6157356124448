/* SPDX-License-Identifier: ISC */
/* Encoding: detects the encoding of an input from a byte order mark, valid UTF-8, and bytes that
 * Windows-1252 text does not have. */
#ifndef FIL_ENCODING_H
#define FIL_ENCODING_H

#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/input/input.h"

/* Old code pages of DOS and the Mac, in which an input that is not UTF-8 may be. */
enum { FIL_CODE_PAGES = 2 };
extern const char *const fil_code_pages[FIL_CODE_PAGES];

/* Completes encoding and bom of the format. head: the first n bytes of the input, which is read
 * whole if needed. Doubts that format->allow accepts are no faults; with `mixed`, the encoding of a
 * file of two encodings is FIL_MIXED_UTF8. Returns 0, or -1 with a fault whose text begins with the
 * input's name: an unknown encoding (64), UTF-16 without a mark, lines of two encodings, text of an
 * old code page, UTF-8 encoded twice (65; see format->twice). */
int fil_encoding_settle(const struct fil_input *input, const char *head, size_t n,
    struct fil_format *format, struct fil_fault *fault);

#endif
