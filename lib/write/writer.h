/* SPDX-License-Identifier: ISC */
/* The writer: writes validated rows into a table within a run, in batches. It checks references,
 * upserts or removes, updates the derived tables, counts, and collects the rows that changed.
 * Refused rows are reported in the order of the input. */
#ifndef FIL_WRITER_H
#define FIL_WRITER_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/doubt.h"
#include "lib/base/fault.h"
#include "lib/catalog/catalog.h"
#include "lib/write/assignment.h"
#include "lib/write/changes.h"
#include "lib/write/people/people.h"
#include "lib/write/references.h"
#include "lib/write/refusals.h"
#include "lib/write/run.h"
#include "lib/write/sync.h"

struct fil_writer;

/* How rows are written; all that it points to must live as long as the writer. */
struct fil_writer_options {
	struct fil_assigner *assigner; /* judges rows of assignments, or NULL */
	struct fil_changes *changes; /* gets the rows that changed */
	struct fil_refusals refusals; /* get the refused rows, and count `rejected` */
	const struct fil_sync_options *sync; /* the input is the whole list of a feed, or NULL */
	const struct fil_people_options *people; /* how users are judged, or NULL */
	bool keep_feeds; /* refuse to take users over from other feeds */
	bool remove; /* remove the rows with these keys */
	bool known_only; /* ignore rows of unknown users */
	bool sorts; /* new rows may be sorted before they are inserted, in fil_writer_settle */
	bool twice; /* count cells that look like UTF-8 encoded twice */
	struct fil_doubts *doubts; /* gets the doubts that are reported; NULL: none is looked for */
	const bool *optional; /* of each column: a reference that does not exist is left out;
			       * NULL: none */
	bool keeps; /* rows may hold fil_value_kept */
	/* Of each column: count the references left out of rows that are written or unchanged, where
	 * nothing is stored, and where the stored value stays. */
	size_t *left_empty, *left_stored;
	/* Gives all keys of the inputs to fil_writer_coming, for a table that refers to itself.
	 * Called once, when a row refers to a key that has not come yet. Returns 0, or -1 with a
	 * fault. NULL: the references have these keys already. */
	int (*look_ahead)(void *context, struct fil_fault *fault);
	void *context;
	bool defers; /* it is not called: whether such a key comes is found in fil_writer_settle */
};

/* Returns a writer, which the caller frees. counts belong to the caller, and grow. */
struct fil_writer *fil_writer_new(struct fil_run *run, const struct fil_table *table,
    const struct fil_writer_options *options, struct fil_counts *counts);

/* An input of rows. Its arrays are by column. */
struct fil_writer_input {
	const char *name;
	const bool *given; /* the columns that its rows give */
	bool places; /* fil_writer_row gets places (lib/write/refusals.h) instead of lines */
	/* The cells of each row to come as the input writes them, and the headers of the columns, or
	 * NULL. Both must live until the rows are flushed. */
	const char *const *written, *const *headers;
};

/* Begins an input. Returns 0, or -1 with a fault of the store. All parts of a whole list must give the
 * same columns, else -1 with a fault. */
int fil_writer_begin(
    struct fil_writer *writer, const struct fil_writer_input *input, struct fil_fault *fault);

/* Sets how many rows are likely to come in all. Returns 0, or -1 with a fault of the store. */
int fil_writer_expect(struct fil_writer *writer, size_t rows, struct fil_fault *fault);

/* Hints at the first key of the row to come, which must live until fil_writer_row. */
void fil_writer_seek(struct fil_writer *writer, const char *key, size_t length);

/* Takes a row that begins on a line: n_columns stored values (NULL: empty) and their lengths. The
 * callback look_ahead must not change them. Returns 0, or -1 with a fault of the store. */
int fil_writer_row(struct fil_writer *writer, size_t line, const char *const *values,
    const size_t *lengths, struct fil_fault *fault);

/* Returns the references of the table; they belong to the writer. */
struct fil_references *fil_writer_references(struct fil_writer *writer);

/* Notes a key of the table itself that an input brings. */
void fil_writer_coming(struct fil_writer *writer, const char *key, size_t n);

/* Writes the rows that wait, and reports those refused. Call it at the end of each input, and
 * before another refused row is reported. Returns 0, or -1 with a fault of the store. */
int fil_writer_flush(struct fil_writer *writer, struct fil_fault *fault);

/* Inserts the rows that were sorted, once all rows are put: no row follows. Returns 0; 1 when the run must be
 * abandoned, to load the rows without `sorts` and `defers`: a key is repeated, a reference that was
 * deferred does not exist, or one of users is refused, whose fault names the nearest stored key; or -1
 * with a fault. */
int fil_writer_settle(struct fil_writer *writer, struct fil_fault *fault);

/* Compares the users that were written (fil_people_compare), once all rows are put. Returns 0, or -1
 * with a fault. */
int fil_writer_compare(struct fil_writer *writer, bool telling, struct fil_people_twins *twins,
    struct fil_fault *fault);

/* Marks the leavers of a whole list, and updates the derived tables, before the commit. Returns 0,
 * or -1 with a fault: FIL_REFUSED when a list changes too much of its feed. */
int fil_writer_finish(struct fil_writer *writer, struct fil_fault *fault);

/* Frees what it holds; NULL is fine. */
void fil_writer_free(struct fil_writer *writer);

#endif
