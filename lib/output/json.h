/* SPDX-License-Identifier: ISC */
/* JSON: rows as an array of objects, one a line. */
#ifndef FIL_JSON_H
#define FIL_JSON_H

#include <stddef.h>
#include <stdio.h>

#include "lib/output/output.h"

struct fil_json_rows;

/* Writes text as a JSON string (RFC 8259), quotes included. Control characters are escaped; bytes
 * that are not UTF-8 are shown as \xNN. */
void fil_json_text(FILE *stream, const char *text);

/* Begins the array; the stream stays the caller's and the columns must live as long.
 * fil_json_rows_end frees. */
struct fil_json_rows *
fil_json_rows_new(FILE *stream, const struct fil_output_column *columns, size_t n);

/* Writes a row as an object: NULL as null; in a number's column what JSON reads as a number is one;
 * else a string. */
void fil_json_rows_add(struct fil_json_rows *rows, const char *const *cells);

/* Ends the array, and frees. */
void fil_json_rows_end(struct fil_json_rows *rows);

#endif
