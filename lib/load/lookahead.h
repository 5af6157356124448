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

struct fil_lookahead;

/* Finds out what must be known before the first row is fed, by as many passes as it takes.
 *
 * With --match the users of the inputs are added to the users whom the request's matching finds,
 * where the rows give both the key and the e-mail or name. With --prefer the row of each key that is
 * kept is found (16 bytes a row).
 *
 * references, or NULL: of a table that refers to itself, and some of whose rows may be refused. They
 * are told which keys the rows bring for certain: rows that are good and name only what exists, or
 * what comes for certain. A row that refers to a refused row is refused as well, transitively.
 *
 * Returns what was found, which the caller frees, or NULL with a fault that ends the load. */
struct fil_lookahead *fil_lookahead_new(struct fil_rows *rows, const struct fil_request *request,
    const struct fil_load_options *options, struct fil_references *references,
    struct fil_fault *fault);

/* With --prefer: returns whether another row of the same key is kept instead of this one. Call it
 * once for each good row, in their order. */
bool fil_lookahead_supersedes(struct fil_lookahead *lookahead, const struct fil_row_made *made);

/* Returns the line of the row that is kept for the key of this one, and its file; or 0 unless the
 * options are verbose. */
size_t fil_lookahead_winner(
    const struct fil_lookahead *lookahead, const struct fil_row_made *made, const char **file);

/* Frees what it holds; NULL is fine. */
void fil_lookahead_free(struct fil_lookahead *lookahead);

/* Tells the writer the keys of all rows (fil_writer_coming). Returns 0, or -1 with a fault that ends
 * the load. */
int fil_lookahead_keys(struct fil_rows *rows, struct fil_writer *writer, struct fil_fault *fault);

#endif
