/* SPDX-License-Identifier: ISC */
/* The upsert: batches of whole rows into one table, each told apart as added, changed or unchanged,
 * the values that it overwrites kept in the history. A row that the store holds already is mostly
 * recognised by a hash, without asking for it. */
#ifndef FIL_UPSERT_H
#define FIL_UPSERT_H

#include <stdbool.h>
#include <stddef.h>

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
};

/* Returns an upsert into the table within the run; the caller frees it. */
struct fil_upsert *fil_upsert_new(struct fil_run *run, const struct fil_table *table);

/* Says which of the table's columns the rows to come give: on a row that exists the others are left
 * alone, on a new row they get their defaults. Keys must be among them. */
void fil_upsert_given(struct fil_upsert *upsert, const bool *given);

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

void fil_upsert_free(struct fil_upsert *upsert);

#endif
