/* SPDX-License-Identifier: ISC */
/* Sorted rows: rows that come in any order and are read back by key, whatever their number. They are
 * sorted in memory, portion by portion. The portions wait in an unlinked file and are merged. */
#ifndef FIL_SORTED_ROWS_H
#define FIL_SORTED_ROWS_H

#include <stddef.h>

#include "lib/base/fault.h"

struct fil_sorted_rows;

/* Returns an empty set of rows of n_columns cells, at most 32, whose portions wait in the folder. The
 * caller frees it. NULL with a fault (73, 74). */
struct fil_sorted_rows *
fil_sorted_rows_new(size_t n_columns, const char *folder, struct fil_fault *fault);

/* Adds a row: its key in front, NULL for an empty cell, and the lengths of the cells. No row is added
 * after the first was read. Returns 0, or -1 with a fault, such as a full disk. */
int fil_sorted_rows_add(struct fil_sorted_rows *sorted, const char *const *cells,
    const size_t *lengths, struct fil_fault *fault);

/* Reads the next row by the bytes of its cells, of which the key comes first. The cells belong to the
 * set until the next call. Returns 1, 0 after the last row, or -1 with a fault. */
int fil_sorted_rows_next(
    struct fil_sorted_rows *sorted, const char **cells, size_t *lengths, struct fil_fault *fault);

/* Frees the rows and their file; NULL is fine. */
void fil_sorted_rows_free(struct fil_sorted_rows *sorted);

#endif
