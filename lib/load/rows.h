/* SPDX-License-Identifier: ISC */
/* Rows: one loop over the rows of all inputs, to load them or to look ahead. A look ahead has its
 * own readers, rows and cells, so that the row being loaded stays valid. */
#ifndef FIL_ROWS_H
#define FIL_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/load/options.h"
#include "lib/load/load_input.h"
#include "lib/load/request.h"
#include "lib/load/row.h"
#include "lib/store/store.h"
#include "lib/write/run.h"
#include "lib/write/writer.h"

/* A row of an input, valid during the call that gets it. */
struct fil_rows_row {
	size_t input; /* its number */
	const char *file; /* the input's name */
	size_t line; /* on which it begins */
	size_t place; /* the same for the writer: with [facts] a place (lib/write/refusals.h) */
	const char *const *cells; /* of the record, by column; NULL where empty */
	const struct fil_row_made *made;
};

/* The callbacks of the loop. Both return 0, or -1 with a fault that ends it. */
struct fil_rows_visitor {
	/* A good row. */
	int (*row)(void *context, const struct fil_rows_row *row, struct fil_fault *fault);
	/* A refused record or row. NULL: these are ignored. */
	int (*refused)(
	    void *context, size_t line, const struct fil_fault *refusal, struct fil_fault *fault);
	void *context;
};

/* The empty cells of a column with a default, or with today's date for one. */
struct fil_rows_blanks {
	size_t blanks, words; /* cells that are empty, and the others */
	size_t line; /* of the first empty one */
};

/* The counts of one input. */
struct fil_rows_counts {
	size_t read; /* rows */
	size_t empty; /* rows with empty cells only */
	size_t blank; /* rows of a form in which nothing was filled in, see fil_row_filled */
	size_t remarks; /* rows with a remark, and no level */
	size_t skipped; /* rows that [skip] of the profile ignores */
	size_t unwrapped; /* cells written ="00421" and read as 00421 */
	size_t filled; /* rows whose missing cells at the end are taken as empty */
	size_t guids; /* users whose key is a GUID under a header such as "id" */
	size_t strangers; /* refused rows whose user does not exist */
	size_t dropped; /* cells from which invisible characters were dropped */
	struct fil_rows_blanks *blanks; /* of each column with a default that the input gives */
	/* Of each column: cells that a spreadsheet takes for formulas, since they begin with = + -
	 * or @. All 0 unless options->verbose. NULL: none were counted. */
	size_t *formulas;
};

struct fil_rows;

/* The parts of a load that rows use; they belong to the caller. */
struct fil_rows_parts {
	const struct fil_request *request;
	const struct fil_load_options *options;
	const struct fil_load_hooks *hooks; /* its progress is called */
	struct fil_load_input *inputs;
	size_t n_inputs;
	struct fil_store *store; /* this and the rest may be NULL for a look */
	struct fil_writer *writer;
	struct fil_doubts *doubts; /* gets those about records */
	struct fil_counts *counts; /* `read` and `unknown` grow */
};

/* Returns the rows; the caller frees it. */
struct fil_rows *fil_rows_new(const struct fil_rows_parts *parts);

/* Loads input i: visits each of its rows once. Begins the file in the writer, hints at the keys and
 * the number of rows, and flushes in the end. Sets *counts, whose formulas belong to the rows until
 * the next call. Returns 0, or -1 with a fault that ends the load. */
int fil_rows_load(struct fil_rows *rows, size_t i, const struct fil_rows_visitor *visitor,
    struct fil_rows_counts *counts, struct fil_fault *fault);

/* Counts a refused row of the input being loaded, on that line, since the writer did not find its user.
 * Rows count those whose e-mail or name no user has. */
void fil_rows_count_stranger(struct fil_rows *rows, size_t line);

/* Loads the one row set on the command line. Returns as fil_rows_load. */
int fil_rows_load_constants(
    struct fil_rows *rows, const struct fil_rows_visitor *visitor, struct fil_fault *fault);

/* Visits the rows of all inputs ahead, or again. Rows with faults are ignored, unless the visitor takes
 * them. Ambiguous dates are
 * read day first, as fil_rows_load does. Returns 0, or -1 with a fault that ends the load. */
int fil_rows_look(
    struct fil_rows *rows, const struct fil_rows_visitor *visitor, struct fil_fault *fault);

/* The same with only the first key of each record. Records without a valid key are ignored. */
int fil_rows_look_at_keys(
    struct fil_rows *rows, const struct fil_rows_visitor *visitor, struct fil_fault *fault);

/* Frees what it holds; NULL is fine. */
void fil_rows_free(struct fil_rows *rows);

#endif
