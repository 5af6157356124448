/* SPDX-License-Identifier: ISC */
/* The look ahead: reads all rows of the inputs before the first is written, for decisions that depend
 * on later rows. */
#ifndef FIL_LOOKAHEAD_H
#define FIL_LOOKAHEAD_H

#include <stdbool.h>

#include "lib/base/fault.h"
#include "lib/load/request.h"
#include "lib/load/rows.h"
#include "lib/write/references.h"
#include "lib/write/writer.h"

struct fil_lookahead;

/* Looks ahead, in as many passes as needed. Returns the result, which the caller frees, or NULL
 * with a fault that ends the load.
 *
 * With --match, adds the users of the inputs to the request's matching, if rows give both the key
 * and the e-mail or name. With --prefer, finds the row of each key that is kept (16 bytes a row). With
 * `sum`, adds up the rows of each key.
 *
 * references: of a table that refers to itself and whose rows may be refused, or NULL. They get the
 * keys of the rows to come. A row that refers to a refused row is refused as well, transitively. */
struct fil_lookahead *fil_lookahead_new(struct fil_rows *rows, const struct fil_request *request,
    const struct fil_load_options *options, struct fil_references *references,
    struct fil_fault *fault);

/* Returns whether, with --prefer, another row of the same key is kept instead of this good row. */
bool fil_lookahead_replaces(const struct fil_lookahead *lookahead, const struct fil_rows_row *row);

/* Returns the line of the row that is kept for the key of a row, and sets its file. Returns 0 unless
 * the options are verbose. */
size_t fil_lookahead_winner(
    const struct fil_lookahead *lookahead, const struct fil_row_made *made, const char **file);

/* Returns, with `sum`, the total of all rows with the key of a row, or NULL where they have no
 * amount. It lives as long as the result. *again: an earlier call was about that key. */
const char *
fil_lookahead_total(struct fil_lookahead *lookahead, const struct fil_row_made *made, bool *again);

/* Frees the result; NULL is fine. */
void fil_lookahead_free(struct fil_lookahead *lookahead);

/* Gives the keys of all rows to fil_writer_coming. Returns 0, or -1 with a fault that ends the
 * load. */
int fil_lookahead_keys(struct fil_rows *rows, struct fil_writer *writer, struct fil_fault *fault);

#endif
