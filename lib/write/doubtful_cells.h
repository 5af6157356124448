/* SPDX-License-Identifier: ISC */
/* Doubtful cells: the doubts about the cells of a batch of rows. A cell that the store has already is
 * no doubt. A row with a doubt that is a fault is not written; another doubt is told once its row is
 * written. The store is asked only when there is a doubt. */
#ifndef FIL_DOUBTFUL_CELLS_H
#define FIL_DOUBTFUL_CELLS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/doubt.h"
#include "lib/base/fault.h"
#include "lib/catalog/catalog.h"
#include "lib/store/batch.h"
#include "lib/store/store.h"
#include "lib/write/references.h"
#include "lib/write/refusals.h"

struct fil_doubtful_cells;

/* Returns the doubts about rows of a table; the caller frees it. doubts gets those that are told, and
 * says which kinds are allowed; NULL: none is looked for. known_only: rows of users who are not
 * stored are not written, and raise none. */
struct fil_doubtful_cells *fil_doubtful_cells_new(struct fil_store *store,
    const struct fil_table *table, struct fil_doubts *doubts, bool known_only);

/* Says which columns the rows to come give. */
void fil_doubtful_cells_given(struct fil_doubtful_cells *cells, const bool *given);

/* Says where the cells of each row to come are as the input writes them, and the headers of the
 * columns. Both are by column, may be NULL, and must live as long as the rows come. */
void fil_doubtful_cells_source(
    struct fil_doubtful_cells *cells, const char *const *written, const char *const *headers);

/* Looks at the values of a row that begins on a line, and that will be in the next batch. */
void fil_doubtful_cells_note(struct fil_doubtful_cells *cells, size_t line,
    const char *const *values, const size_t *lengths);

/* Settles the doubts about the next batch, whose rows begin on these lines: drops what is stored, and
 * sets skip of each row with a fault. Returns 0, or -1 with a fault of the store. */
int fil_doubtful_cells_settle(struct fil_doubtful_cells *cells, const struct fil_batch *rows,
    const size_t *lines, bool *skip, struct fil_fault *fault);

/* Refuses row i of the batch for each of its doubts that is a fault. Rows go in their order. The
 * references find the key that is stored and nearest. */
void fil_doubtful_cells_refuse(struct fil_doubtful_cells *cells, size_t i,
    struct fil_references *references, const struct fil_refusals *refusals);

/* Tells the doubts about row i of the batch, which is written. */
void fil_doubtful_cells_tell(struct fil_doubtful_cells *cells, size_t i);

/* Adds to the fault of a reference that does not exist what the cell of the column may be. cells is
 * a struct fil_doubtful_cells. */
void fil_doubtful_cells_explain(
    const void *cells, size_t column, const char *value, struct fil_fault *fault);

/* Frees what it holds; NULL is fine. */
void fil_doubtful_cells_free(struct fil_doubtful_cells *cells);

#endif
