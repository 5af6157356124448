/* SPDX-License-Identifier: ISC */
/* Rows: one loop over the rows of all inputs, to feed the writer or to look ahead. A look ahead has
 * readers, rows and cells of its own, so that it never disturbs the row in hand. */
#ifndef FIL_ROWS_H
#define FIL_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/load/options.h"
#include "lib/load/load_input.h"
#include "lib/load/request.h"
#include "lib/load/row.h"
#include "lib/write/run.h"
#include "lib/write/writer.h"

/* A row of an input. It is valid during the call that gets it. */
struct fil_rows_row {
	const char *file; /* the input's name */
	size_t line; /* on which it begins */
	const char *const *cells; /* of the record, by column; NULL where empty */
	const struct fil_row_made *made;
};

/* What becomes of the rows. Both return 0, or -1 with a fault that ends the loop. */
struct fil_rows_visitor {
	/* A good row. */
	int (*row)(void *context, const struct fil_rows_row *row, struct fil_fault *fault);
	/* A record or a row is refused; NULL: these are ignored. */
	int (*refused)(
	    void *context, size_t line, const struct fil_fault *refusal, struct fil_fault *fault);
	void *context;
};

/* The empty cells of a column with a default. */
struct fil_rows_blanks {
	size_t blanks, words; /* cells that are empty, and the others */
	size_t line; /* of the first empty one */
};

/* What was read of one input. */
struct fil_rows_counts {
	size_t read; /* rows */
	size_t empty; /* rows without anything in them */
	size_t skipped; /* rows that the profile leaves out */
	struct fil_rows_blanks *blanks; /* for each column with a default that the input gives */
	size_t *formulas; /* for each column the cells that begin as what a spreadsheet computes:
			   * with = + - or @; all 0 unless options->verbose */
};

struct fil_rows;

/* What the rows are made of and counted in; all of it belongs to the caller. */
struct fil_rows_parts {
	const struct fil_request *request;
	const struct fil_load_options *options;
	const struct fil_load_hooks *hooks; /* its progress is called */
	struct fil_load_input *inputs;
	size_t n_inputs;
	struct fil_writer *writer;
	struct fil_counts *counts; /* `read` and `unknown` grow */
};

/* Returns the rows; the caller frees it. */
struct fil_rows *fil_rows_new(const struct fil_rows_parts *parts);

/* Visits the rows of input i, once each, for the writer: begins the file there, hints at the key to
 * come, says how many rows are likely to come, and flushes at the end. counts tells what was read;
 * its formulas belong to the rows until the next call. Returns 0, or -1 with a fault that ends the
 * load. */
int fil_rows_feed(struct fil_rows *rows, size_t i, const struct fil_rows_visitor *visitor,
    struct fil_rows_counts *counts, struct fil_fault *fault);

/* Visits the one row that was set on the command line. Returns as fil_rows_feed. */
int fil_rows_feed_constants(
    struct fil_rows *rows, const struct fil_rows_visitor *visitor, struct fil_fault *fault);

/* Visits the rows of all inputs ahead, or again. Rows with faults are ignored; so is the rest of an
 * input from a date on whose order nothing proves. Returns 0, or -1 with a fault that ends the
 * load. */
int fil_rows_look(
    struct fil_rows *rows, const struct fil_rows_visitor *visitor, struct fil_fault *fault);

/* The same, making no more than the first key of each record: records that give no good one are
 * ignored. */
int fil_rows_look_at_keys(
    struct fil_rows *rows, const struct fil_rows_visitor *visitor, struct fil_fault *fault);

/* Frees what it holds; NULL is fine. */
void fil_rows_free(struct fil_rows *rows);

#endif
