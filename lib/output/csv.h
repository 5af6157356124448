/* SPDX-License-Identifier: ISC */
/* CSV: the wire format. UTF-8, LF, quotes only where needed, verbatim. */
#ifndef FIL_CSV_H
#define FIL_CSV_H

#include <stddef.h>
#include <stdio.h>

/* Writes one record to a stream: cells, the delimiter between them, LF. A cell is quoted if it has
 * a delimiter, quote, CR, LF, or a space at either end. NULL is empty. An empty cell that is alone
 * in its record is quoted: an empty line would be no record. */
void fil_csv_record(FILE *stream, char delimiter, const char *const *cells, size_t n);

#endif
