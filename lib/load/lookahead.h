/* SPDX-License-Identifier: ISC */
/* The look ahead: passes over all rows of the inputs for what depends on rows that come later. */
#ifndef FIL_LOOKAHEAD_H
#define FIL_LOOKAHEAD_H

#include <stdbool.h>

#include "lib/base/fault.h"
#include "lib/load/request.h"
#include "lib/load/rows.h"
#include "lib/write/references.h"
#include "lib/write/writer.h"

/* Of the rows that have one key, the last (16 bytes a row). */
struct fil_last;

/* Goes through all rows once. Returns the last of each key, which the caller frees, or NULL with a
 * fault of reading. */
struct fil_last *
fil_last_new(struct fil_rows *rows, const struct fil_request *request, struct fil_fault *fault);

/* Returns whether the row is the last of its key. Call it once for each good row, in their order. */
bool fil_last_is(struct fil_last *last, const struct fil_row_made *made);

/* Frees what it holds; NULL is fine. */
void fil_last_free(struct fil_last *last);

/* Adds the users of the inputs to those whom the request's matching finds, where the rows give both
 * the key and the e-mail or name. Returns 0, or -1 with a fault that ends the load. */
int fil_lookahead_users(
    struct fil_rows *rows, const struct fil_request *request, struct fil_fault *fault);

/* Tells the writer the keys of all rows (fil_writer_coming). Returns 0, or -1 with a fault that ends
 * the load. */
int fil_lookahead_keys(struct fil_rows *rows, struct fil_writer *writer, struct fil_fault *fault);

/* Tells the references of a table that refers to itself which keys the rows bring for certain,
 * although some rows are refused: rows that are good and name only what exists, or what comes for
 * certain. A row that refers to a refused row is refused as well, transitively. Returns 0, or -1
 * with a fault. */
int fil_lookahead_arrivals(struct fil_rows *rows, const struct fil_request *request,
    struct fil_references *references, struct fil_fault *fault);

#endif
