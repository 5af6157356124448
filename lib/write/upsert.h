/* SPDX-License-Identifier: ISC */
/* The upsert: writes batches of rows into one table, and keeps overwritten values in the history.
 * Each row gets an outcome: added, changed, unchanged or not written. */
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

/* The outcome of a row. */
enum fil_outcome {
	FIL_ROW_ADDED,
	FIL_ROW_CHANGED,
	FIL_ROW_UNCHANGED,
	FIL_ROW_DUPLICATE, /* its key was written before in this run, with other values: not written
	                    */
	FIL_ROW_INCOMPLETE, /* new, and the input does not give a required column: not written */
	FIL_ROW_SKIPPED, /* by the caller */
	FIL_ROW_FOREIGN, /* its guarded column has another value: not written */
	FIL_ROW_REUSED, /* options.refuses returned true: not written */
	FIL_ROW_DISORDERED, /* a date lies before the one that it follows: not written */
	FIL_ROW_LEFT, /* changed: its date of end is now today or before */
	FIL_ROW_RETURNED, /* changed: it had ended, and now has no end or a later one */
};

struct fil_upsert_options {
	bool update_only; /* a row whose key the store does not have is FIL_ROW_INCOMPLETE */
	bool keeps; /* rows may hold fil_value_kept */
	size_t guarded; /* a column in which a row must have the stored value, else it is
			 * FIL_ROW_FOREIGN; FIL_NOWHERE: none */
	const struct fil_term *term; /* the column in which rows end, or NULL. A stored row that has
				      * ended begins again when the input has it without that
				      * column, which is then emptied */
	/* Returns whether a change is refused, by the cells of the row before and after; or
	 * NULL. */
	bool (*refuses)(const void *context, const char *const *before, const char *const *after);
	const void *context;
};

/* Returns an upsert into the table within the run; the caller frees it. The options are copied; the
 * term must live as long. */
struct fil_upsert *fil_upsert_new(
    struct fil_run *run, const struct fil_table *table, const struct fil_upsert_options *options);

/* Sets which of the table's columns the rows to come give, all keys among them. The other columns
 * keep their values in a stored row, and get their defaults in a new one. */
void fil_upsert_given(struct fil_upsert *upsert, const bool *given);

/* Sorts the new rows of the batches to come by key, and inserts them only in fil_upsert_settle: in a
 * table without older rows, where all rows are new, unless a key is repeated. They wait in the folder.
 * Returns 0, or -1 with a fault (73, 74). */
int fil_upsert_sort(struct fil_upsert *upsert, const char *folder, struct fil_fault *fault);

/* Inserts the rows that were sorted, if any; further rows are not. Returns 0; 1 when the key of one was
 * repeated, whose outcomes were then wrong: the run must be abandoned; or -1 with a fault. */
int fil_upsert_settle(struct fil_upsert *upsert, struct fil_fault *fault);

/* Begins to write a batch of rows: n_columns cells, of which those not given are ignored. The batch
 * must not change until fil_upsert_end; the store works meanwhile. skip[i]: skip row i; NULL: none.
 * Returns 0, or -1 with a fault of the store. */
int fil_upsert_begin(struct fil_upsert *upsert, const struct fil_batch *rows, const bool *skip,
    struct fil_fault *fault);

/* Ends the batch, and sets outcomes[i] for each row. Returns 0, or -1 with a fault of the store. */
int fil_upsert_end(struct fil_upsert *upsert, enum fil_outcome *outcomes, struct fil_fault *fault);

/* Returns the stored cells of row i of the last batch, added or changed, or those that a disordered one
 * would have had; NULL for an empty one. They belong to the upsert until the next call. */
const char *const *fil_upsert_stored(struct fil_upsert *upsert, size_t i);

/* Returns the previous cells of row i of the last batch, changed or reused. They belong to the upsert
 * until the next call. */
const char *const *fil_upsert_before(struct fil_upsert *upsert, size_t i);

/* Frees what it holds; NULL is fine. */
void fil_upsert_free(struct fil_upsert *upsert);

#endif
