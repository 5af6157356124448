/* SPDX-License-Identifier: ISC */
/* CSV: the wire format. UTF-8, LF, quotes only where needed, verbatim. */
#ifndef FIL_CSV_H
#define FIL_CSV_H

#include <stddef.h>
#include <stdio.h>

/* Writes one record to a stream: cells, commas or the given delimiter, LF. A cell with a delimiter,
 * quote, CR, LF or a space at its ends is quoted; NULL is empty. The only cell of a record is quoted
 * when it is empty: an empty line would be none. */
void fil_csv_record(FILE *stream, char delimiter, const char *const *cells, size_t n);

#endif
