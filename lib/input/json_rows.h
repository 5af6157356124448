/* SPDX-License-Identifier: ISC */
/* Rows of JSON (RFC 8259): each object of a list, or each object of a file that is no list, as
 * JSON lines are. A column is a path to a value, with the numbers of lists from 0:
 * "emails.0.value". Numbers are text as written, null and empty lists are empty cells, and
 * "mailto:" is taken off an address. A known path that is null or "" in all objects is an empty
 * column, as in CSV. */
#ifndef FIL_JSON_ROWS_H
#define FIL_JSON_ROWS_H

#include <stdbool.h>

#include "lib/base/fault.h"
#include "lib/input/input.h"
#include "lib/input/row_file.h"

/* Returns the rows of JSON that an input is; the caller frees them. The first record has the paths,
 * in the order in which they appear. format: its `rows` is the path of the list in an object, or
 * NULL. known: whether a folded header is known, or NULL; of unknown ones only the first 896 are
 * kept. An object that is no valid JSON is a refused row, if it is alone on its line. NULL with a
 * fault: the file is no JSON, or is cut short (65); it cannot be read (74). */
struct fil_row_file *fil_json_rows(const struct fil_input *input, const struct fil_format *format,
    bool (*known)(const void *context, const char *folded), const void *context,
    struct fil_fault *fault);

#endif
