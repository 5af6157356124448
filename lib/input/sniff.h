/* SPDX-License-Identifier: ISC */
/* Sniffing: finds out how an input is written. Facts only: byte order marks, valid UTF-8, known
 * header names; never statistics over values. */
#ifndef FIL_SNIFF_H
#define FIL_SNIFF_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/input/input.h"
#include "lib/input/reader.h"

/* Returns whether a folded header is one that the caller knows. */
typedef bool fil_sniff_known(const void *context, const char *folded);

/* Completes the format. A delimiter is the one of `, ; TAB |` under which most header cells are
 * known, or the only one that stands in the header; none of them there is one column; a tie, or a
 * header in which nothing is known under two or more of them, is a fault that names --delimiter.
 * Titles above the header are found: it is the first of 20 lines under which two known headers
 * stand, unless skip_lines or no_header is set already. A TAB file in which no cell is in quotes
 * has none. A file that is UTF-8 but for a few bytes is refused with the line of the first; a
 * workbook, a web page, a PDF or a compressed file is named as such (65); an encoding that nobody
 * knows is a usage fault. The text of a fault begins with the input's name, and the line where
 * there is one. The caller reads with the format afterwards: the header is the reader's first
 * record. known may be NULL: nothing is. Returns 0 or -1. */
int fil_sniff(const struct fil_input *input, fil_sniff_known *known, const void *context,
    struct fil_format *format, struct fil_fault *fault);

#endif
