/* SPDX-License-Identifier: ISC */
/* A batch: rows of text cells in one block of memory, passed to or from the store. It is filled,
 * read, cleared and filled again. */
#ifndef FIL_BATCH_H
#define FIL_BATCH_H

#include <stddef.h>

struct fil_batch;

/* Rows that are worth one batch, unless the store has a number of its own. */
enum { FIL_BATCH_ROWS = 512 };

/* Returns an empty batch of rows of n_columns cells; the caller frees it. */
struct fil_batch *fil_batch_new(size_t n_columns);

/* Adds a row and copies its cells, which must not belong to the batch itself. NULL cells stay NULL.
 * Returns the row's number, from 0. Pointers from fil_batch_cell become invalid. */
size_t fil_batch_add(struct fil_batch *batch, const char *const *cells);

/* Adds a row of cells of known lengths, each with a NUL behind it; else as fil_batch_add. */
size_t fil_batch_add_row(struct fil_batch *batch, const char *const *cells, const size_t *lengths);

/* Returns the number of rows. */
size_t fil_batch_rows(const struct fil_batch *batch);

/* Returns the number of columns. */
size_t fil_batch_columns(const struct fil_batch *batch);

/* Returns the size of all cells in bytes, with their NULs. */
size_t fil_batch_bytes(const struct fil_batch *batch);

/* Returns a cell (NUL-terminated) or NULL. Fills in its length in bytes, unless length is NULL. The
 * cell belongs to the batch until the next row is added. */
const char *
fil_batch_cell(const struct fil_batch *batch, size_t row, size_t column, size_t *length);

/* Fills cells, and lengths unless NULL, with the n_columns cells of a row, which belong to the
 * batch. */
void fil_batch_row(const struct fil_batch *batch, size_t row, const char **cells, size_t *lengths);

/* Removes all rows and keeps the memory. */
void fil_batch_clear(struct fil_batch *batch);

/* Frees the batch; NULL is fine. */
void fil_batch_free(struct fil_batch *batch);

#endif
