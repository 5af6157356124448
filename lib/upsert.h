/* SPDX-License-Identifier: ISC */
/* The upsert: batches of whole rows into one table, each told apart as added, changed or unchanged,
 * the values that it overwrites kept in the history. A row that the store holds already is mostly
 * recognised by a hash, without asking for it. */
#ifndef FIL_UPSERT_H
#define FIL_UPSERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/batch.h"
#include "lib/catalog.h"
#include "lib/fault.h"
#include "lib/run.h"

struct fil_upsert;

/* What became of a row. */
enum fil_outcome {
	FIL_ROW_ADDED,
	FIL_ROW_CHANGED,
	FIL_ROW_UNCHANGED,
	FIL_ROW_DUPLICATE, /* its key was written before in this run, with other values: not written
	                    */
	FIL_ROW_INCOMPLETE, /* new, and the input does not give a required column: not written */
	FIL_ROW_SKIPPED, /* the caller said so */
	FIL_ROW_FOREIGN, /* its guarded column holds something else: not written */
	FIL_ROW_EMPTIED, /* changed, and its watched column is empty now */
};

/* Returns an upsert into the table within the run; the caller frees it. */
struct fil_upsert *fil_upsert_new(struct fil_run *run, const struct fil_table *table);

/* Says which of the table's columns the rows to come give: on a row that exists the others are left
 * alone, on a new row they get their defaults. Keys must be among them. */
void fil_upsert_given(struct fil_upsert *upsert, const bool *given);

/* Guards a column: a stored row that holds something else in it than the row to come is left alone.
 * FIL_NOWHERE guards none. */
void fil_upsert_guard(struct fil_upsert *upsert, size_t column);

/* Has rows whose key the store does not have left alone: FIL_ROW_INCOMPLETE. */
void fil_upsert_update_only(struct fil_upsert *upsert);

/* Watches a column: a row in which a change empties it is FIL_ROW_EMPTIED, and kept in the history
 * as returned. FIL_NOWHERE watches none. */
void fil_upsert_watch(struct fil_upsert *upsert, size_t column);

/* Scans the stored rows into hashes, whatever their number, so that fil_upsert_brought can tell
 * which of them an input lacks; visit sees each (its cells, and its key's hash). Returns 0 or -1.
 */
int fil_upsert_learn(struct fil_upsert *upsert,
    void (*visit)(void *context, const char *const *cells, uint64_t key), void *context,
    struct fil_fault *fault);

/* Returns whether a row with that key's hash was judged. */
bool fil_upsert_brought(const struct fil_upsert *upsert, uint64_t key);

/* Returns the hash of a key (n_keys cells and their lengths), and whether the store had a row of it
 * when it was scanned. */
uint64_t fil_upsert_key(struct fil_upsert *upsert, const char *const *cells, const size_t *lengths);

/* Returns whether the store had a row of that key when it was scanned. */
bool fil_upsert_stored(const struct fil_upsert *upsert, uint64_t key);

/* Says how many rows are likely to come in all. With many, against a table that is not far larger,
 * the stored rows are scanned once into hashes (16 bytes a row). Returns 0 or -1. */
int fil_upsert_expect(struct fil_upsert *upsert, size_t rows, struct fil_fault *fault);

/* Judges one row before it joins a batch, values as stored text or NULL, by hashes alone:
 * FIL_ROW_UNCHANGED or FIL_ROW_DUPLICATE when that is certain, else FIL_ROW_ADDED for "put it".
 * Takes note of its key: call it once for each row, in the order of the input. */
enum fil_outcome
fil_upsert_judge(struct fil_upsert *upsert, const char *const *values, const size_t *lengths);

/* Puts a batch of rows (n_columns cells; those not given are ignored). skip[i] leaves row i out.
 * outcomes[i] is set for each. Returns 0, or -1 with a fault of the store. */
int fil_upsert_put(struct fil_upsert *upsert, const struct fil_batch *rows, const bool *skip,
    enum fil_outcome *outcomes, struct fil_fault *fault);

/* Returns cell c of row i of the last batch as it is stored now, for rows added or changed; NULL
 * for nothing known. */
const char *fil_upsert_cell(const struct fil_upsert *upsert, size_t i, size_t c);

/* Frees what it holds; NULL is fine. */
void fil_upsert_free(struct fil_upsert *upsert);

#endif
