/* SPDX-License-Identifier: ISC */
/* Known rows: the stored rows of a table. They show without a query which rows of an input change
 * nothing, and which stored rows the input lacks. As long as an input brings keys in order, it is
 * compared with the rows as these are read. Of keys with more cells, such as those of weekly
 * sheets, the first cell ascends where the others are the same. Otherwise rows are hashes, 16 bytes
 * a row; where they are many, most wait in a file. */
#ifndef FIL_KNOWN_ROWS_H
#define FIL_KNOWN_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "lib/base/fault.h"
#include "lib/catalog/catalog.h"
#include "lib/write/row_hashes.h"
#include "lib/write/run.h"

/* The column of dates in which the rows of a table end, and today. */
struct fil_term {
	size_t column;
	const char *today;
};

/* Returns whether a row with that date (NULL: none) has ended by today. */
static inline bool
fil_term_over(const struct fil_term *term, const char *date)
{
	return date && strcmp(date, term->today) <= 0;
}

struct fil_known_rows;

/* A row judged by hashes alone. */
enum fil_judgement {
	FIL_JUDGED_NEW, /* write it: new or changed, or hashes cannot decide */
	FIL_JUDGED_SAME, /* as stored */
	FIL_JUDGED_REPEATED, /* a repeated key, with the same values */
	FIL_JUDGED_DUPLICATE, /* a repeated key, with other values */
	FIL_JUDGED_UNORDERED, /* unknown, since the keys are no longer in order */
};

/* Returns an empty set for rows of the table, which the caller frees. The term (or NULL: none) is
 * the column in which rows end; it must live as long. A stored row that has ended differs from a
 * row without that column: it begins again. */
struct fil_known_rows *
fil_known_rows_new(struct fil_run *run, const struct fil_table *table, const struct fil_term *term);

/* Sets which of the table's columns the rows to come give, all keys among them. Another set of
 * columns empties the set of rows. */
void fil_known_rows_given(struct fil_known_rows *known, const bool *given);

/* Has every stored row read, whatever their number, of a table whose key is one cell: beside the input, or
 * before the first row is judged. `awaits` gets the cells of each as they were before this run, once, and
 * returns whether the row is awaited. Returns 0, or -1 with a fault of the store. */
int fil_known_rows_await(struct fil_known_rows *known,
    bool (*awaits)(void *context, const char *const *cells), void *context,
    struct fil_fault *fault);

/* Sets how many rows are likely to come in all. If many come, and the table is not far larger, it is
 * scanned, or its rows are read beside the input. Returns 1 if no row was stored before this run, so
 * that every row is judged new; 0 if not, or if that is unknown; or -1 with a fault of the store. */
int fil_known_rows_expect(struct fil_known_rows *known, size_t rows, struct fil_fault *fault);

/* Returns whether it is known that no row was stored before this run. */
bool fil_known_rows_empty(const struct fil_known_rows *known);

/* Prefetches the entry of a key of one cell, so that fil_known_rows_judge need not wait for memory.
 * It is only a hint. The key must live until that call. */
void fil_known_rows_seek(struct fil_known_rows *known, const char *key, size_t length);

/* Judges a row, values as stored text or NULL, and notes its key. Call it for each row, in the
 * order of the input. A repeated key is certain only after fil_writer_flush(): flush, then judge
 * the row again. An unordered one needs fil_known_rows_hash() in between. */
enum fil_judgement fil_known_rows_judge(
    struct fil_known_rows *known, const char *const *values, const size_t *lengths);

/* Hashes the stored rows that were read beside the input until now. Returns 0, or -1 with a fault
 * of the store. */
int fil_known_rows_hash(struct fil_known_rows *known, struct fil_fault *fault);

/* Ends the reading of stored rows beside the input, so that the run can be committed. */
void fil_known_rows_end(struct fil_known_rows *known);

/* Forgets the key of a row that was judged and then refused. */
void fil_known_rows_forget(
    struct fil_known_rows *known, const char *const *values, const size_t *lengths);

/* Has the stored rows read that were not yet. Calls each with the first key of every awaited row that was
 * not judged, in no order. Call it once, after the last row. Returns 0, or -1 with a fault of the store. */
int fil_known_rows_missing(struct fil_known_rows *known,
    void (*each)(void *context, const char *key), void *context, struct fil_fault *fault);

/* Returns whether a key of one cell was stored when the table was scanned: 1, 0, or -1 before a
 * scan. known is a struct fil_known_rows. */
int fil_known_rows_has(const void *known, const char *key, size_t length);

/* Frees the set; NULL is fine. */
void fil_known_rows_free(struct fil_known_rows *known);

#endif
