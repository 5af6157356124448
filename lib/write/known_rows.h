/* SPDX-License-Identifier: ISC */
/* Known rows: the stored rows of a table as hashes (16 bytes a row), which tell most rows of an
 * input apart without a query; and which stored rows the input has brought. */
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

/* What hashes alone say of a row. */
enum fil_judgement {
	FIL_JUDGED_NEW, /* put it: new or changed, or nothing is known */
	FIL_JUDGED_SAME, /* nothing of it would change */
	FIL_JUDGED_AGAIN, /* a repeated key, with the same values */
	FIL_JUDGED_TWICE, /* a repeated key, with other values */
};

/* Returns what is known of the table's rows: nothing yet; the caller frees it. term, or NULL, is the
 * column in which rows end: a stored row that has ended is never the same as a row that does not
 * give that column, since it begins again. The term must live as long. */
struct fil_known_rows *
fil_known_rows_new(struct fil_run *run, const struct fil_table *table, const struct fil_term *term);

/* Says which of the table's columns the rows to come give, all keys among them. What was known of
 * other columns is forgotten. */
void fil_known_rows_given(struct fil_known_rows *known, const bool *given);

/* Scans the stored rows, whatever their number. Rows for whose cells `awaits` returns true are
 * awaited; *awaited tells how many are. Returns 0, or -1 with a fault of the store. */
int fil_known_rows_learn(struct fil_known_rows *known,
    bool (*awaits)(void *context, const char *const *cells), void *context, size_t *awaited,
    struct fil_fault *fault);

/* Says how many rows are likely to come in all. With many, against a table that is not far larger,
 * the stored rows are scanned. Returns 0, or -1 with a fault of the store. */
int fil_known_rows_expect(struct fil_known_rows *known, size_t rows, struct fil_fault *fault);

/* Has what is known of a key of one cell come nearer in memory, while the rest of its row is made:
 * then fil_known_rows_judge need not wait. The key must live until then; it is only a hint. */
void fil_known_rows_seek(struct fil_known_rows *known, const char *key, size_t length);

/* Judges a row, values as stored text or NULL, and notes its key: call it for each row, in the order
 * of the input. A repeated key is certain only once the rows before are written, or forgotten: write
 * them, then judge the row again. */
enum fil_judgement fil_known_rows_judge(
    struct fil_known_rows *known, const char *const *values, const size_t *lengths);

/* Forgets a row that was judged and then refused: its key counts as not seen. */
void fil_known_rows_forget(
    struct fil_known_rows *known, const char *const *values, const size_t *lengths);

/* Calls each with the first key of every stored row that is awaited and did not come, in no order.
 * Returns 0, or -1 with a fault of the store. */
int fil_known_rows_missing(struct fil_known_rows *known,
    void (*each)(void *context, const char *key), void *context, struct fil_fault *fault);

/* Returns whether a row of a key of one cell was stored when the table was scanned: 1, 0, or -1 when
 * it has not been scanned. known is a struct fil_known_rows. */
int fil_known_rows_has(const void *known, const char *key, size_t length);

/* NULL is fine. */
void fil_known_rows_free(struct fil_known_rows *known);

#endif
