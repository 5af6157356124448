/* SPDX-License-Identifier: ISC */
/* The upsert: batches of whole rows into one table, each told apart as added, changed or unchanged,
 * the values that it overwrites kept in the history. */
#ifndef FIL_UPSERT_H
#define FIL_UPSERT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/catalog/catalog.h"
#include "lib/store/batch.h"
#include "lib/write/known_rows.h"
#include "lib/write/run.h"

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
	FIL_ROW_LEFT, /* changed, and has ended by today */
	FIL_ROW_RETURNED, /* changed, had ended, and has not any more */
};

struct fil_upsert_options {
	bool update_only; /* a row whose key the store does not have is FIL_ROW_INCOMPLETE */
	bool keeps; /* rows may hold fil_value_kept */
	size_t guarded; /* a column: a stored row that holds something else in it than the row to
			 * come is FIL_ROW_FOREIGN; FIL_NOWHERE guards none */
	const struct fil_term *term; /* in which column rows end: a stored row that has ended, and
				      * that the input brings without giving that column, begins
				      * again, the column emptied; or NULL */
};

/* Returns an upsert into the table within the run; the caller frees it. The options are copied; the
 * term must live as long. */
struct fil_upsert *fil_upsert_new(
    struct fil_run *run, const struct fil_table *table, const struct fil_upsert_options *options);

/* Says which of the table's columns the rows to come give: on a row that exists the others are left
 * alone, on a new row they get their defaults. Keys must be among them. */
void fil_upsert_given(struct fil_upsert *upsert, const bool *given);

/* Begins to put a batch of rows (n_columns cells; those not given are ignored), which must stay as
 * it is until the end; the store works meanwhile. skip[i] leaves row i out; NULL none. Returns 0,
 * or -1 with a fault of the store. */
int fil_upsert_begin(struct fil_upsert *upsert, const struct fil_batch *rows, const bool *skip,
    struct fil_fault *fault);

/* Ends it: outcomes[i] is set for each row. Returns 0, or -1 with a fault of the store. */
int fil_upsert_end(struct fil_upsert *upsert, enum fil_outcome *outcomes, struct fil_fault *fault);

/* Returns the cells of row i of the last batch as it is stored now, for rows added or changed; NULL
 * for nothing known. They belong to the upsert until the next call of either. */
const char *const *fil_upsert_stored(struct fil_upsert *upsert, size_t i);

/* Returns the cells of row i of the last batch as it was stored before, for rows changed. */
const char *const *fil_upsert_before(struct fil_upsert *upsert, size_t i);

/* Frees what it holds; NULL is fine. */
void fil_upsert_free(struct fil_upsert *upsert);

#endif
