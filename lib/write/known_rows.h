/* SPDX-License-Identifier: ISC */
/* What is known of a table: its stored rows as hashes (16 bytes a row), by which most rows of an
 * input are told apart without asking the store; and which stored rows an input has brought. */
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

/* A term: the column of dates in which the rows of a table end, and today. */

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
	FIL_JUDGED_AGAIN, /* its key came before, with the same values */
	FIL_JUDGED_TWICE, /* its key came before, with other values */
};

/* Knows nothing of the table yet; the caller frees it. */
struct fil_known_rows *fil_known_rows_new(struct fil_run *run, const struct fil_table *table);

/* Says which of the table's columns the rows to come give, all keys among them. What was known of
 * other columns is forgotten. */
void fil_known_rows_given(struct fil_known_rows *known, const bool *given);

/* Says in which column rows end: one that has ended is never the same as a row that does not give
 * that column, since it begins again. The term must live as long. */
void fil_known_rows_term(struct fil_known_rows *known, const struct fil_term *term);

/* Scans the stored rows, whatever their number. Those for whose cells `awaits` returns true are
 * awaited; it may be NULL. Returns 0, or -1 with a fault of the store. */
int fil_known_rows_learn(struct fil_known_rows *known,
    bool (*awaits)(void *context, const char *const *cells), void *context,
    struct fil_fault *fault);

/* Says how many rows are likely to come in all. With many, against a table that is not far larger,
 * the stored rows are scanned. Returns 0, or -1 with a fault of the store. */
int fil_known_rows_expect(struct fil_known_rows *known, size_t rows, struct fil_fault *fault);

/* Has what is known of a key of one cell come nearer in memory, while the rest of its row is made:
 * then fil_known_rows_judge need not wait. The key must live until then; it is only a hint. */
void fil_known_rows_seek(struct fil_known_rows *known, const char *key, size_t length);

/* Judges a row, values as stored text or NULL, and takes note of its key: call it for each row, in
 * the order of the input. That a key came before is certain once what came before was written, or
 * was forgotten; then judge the row anew. */
enum fil_judgement fil_known_rows_judge(
    struct fil_known_rows *known, const char *const *values, const size_t *lengths);

/* Forgets a row that was judged and then refused: it is as if it had not come. */
void fil_known_rows_forget(
    struct fil_known_rows *known, const char *const *values, const size_t *lengths);

/* Returns how many rows were awaited. */
size_t fil_known_rows_awaited(const struct fil_known_rows *known);

/* Adds the hashes of the keys of those that have not come. */
void fil_known_rows_missing(const struct fil_known_rows *known, struct fil_row_hashes_keys *keys);

/* Returns the hash of a key: n_keys cells and their lengths. */
uint64_t
fil_known_rows_key(struct fil_known_rows *known, const char *const *cells, const size_t *lengths);

/* Returns whether a row of that key was stored when the table was scanned. */
bool fil_known_rows_stored(const struct fil_known_rows *known, uint64_t key);

/* Returns whether a row of a key of one cell is stored: 1, 0, or -1 when the table has not been
 * scanned. A fil_references_ask; known is a struct fil_known_rows. */
int fil_known_rows_has(const void *known, const char *key, size_t length);

/* NULL is fine. */
void fil_known_rows_free(struct fil_known_rows *known);

#endif
