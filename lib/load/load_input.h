/* SPDX-License-Identifier: ISC */
/* A load input: one input ready to be loaded: its bytes, its format, and its columns bound to the
 * table's. */
#ifndef FIL_LOAD_INPUT_H
#define FIL_LOAD_INPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/input/input.h"
#include "lib/input/reader.h"
#include "lib/load/options.h"
#include "lib/load/request.h"
#include "lib/load/row.h"
#include "lib/mapping/odd_records.h"
#include "lib/mapping/profile.h"

struct fil_load_input {
	const struct fil_request *request;
	const struct fil_load_options *options;
	struct fil_input *input;
	struct fil_format format;
	struct fil_profile *profile; /* its own, bound to the header */
	struct fil_odd_records *odd; /* its own: finds records that are no rows */
	struct fil_reader *reader; /* its own, behind the header */
	enum fil_date_order order; /* FIL_ORDER_UNKNOWN until a date proves it */
	/* How amounts are read; copies share it. NULL: as written. */
	struct fil_row_amounts *amounts;
	struct fil_bytes absent; /* paths that the profile names and no object of JSON has */
	struct fil_fault twice; /* text that was encoded twice; FIL_OK: none was found */
	bool undecided; /* no date proved it: day first is assumed, and the load refused */
	bool is_copy; /* input belongs to another */
};

/* Opens path ("-" for standard input), finds out its format and binds its columns. Checks its age
 * and its end as the options ask, and that its columns make the request's row. A pipe is copied
 * into the folder. An input that is open already, else all zeros, is not opened again: its format is
 * found out again, and its columns are bound again. options->format.ahead: see fil_load_input_grows.
 * Request and options must live as long. Returns 0, or -1 with a fault; release it in both cases. */
int fil_load_input_open(struct fil_load_input *input, const char *path, const char *folder,
    const struct fil_request *request, const struct fil_load_options *options,
    struct fil_fault *fault);

/* Returns whether a thread reads, or has read, the rows of a workbook. */
bool fil_load_input_grows(const struct fil_load_input *input);

/* Waits until that thread has read all rows of the workbook, if one does. Returns false if it is
 * damaged, or a row is wider than those before: what was read says nothing of the rest. */
bool fil_load_input_complete(const struct fil_load_input *input);

/* Makes copy read the same input without disturbing `input`, which must live as long. Returns 0, or
 * -1 with a fault; release it in both cases. */
int fil_load_input_copy(
    struct fil_load_input *copy, const struct fil_load_input *input, struct fil_fault *fault);

/* Begins a pass: sets the reader behind the header, and has a row take the columns that the input
 * gives. An assumed order of dates is unknown again. Returns the result of the row. NULL with a
 * fault when the columns make no row; it names the headers not used. */
const struct fil_row_made *
fil_load_input_begin(struct fil_load_input *input, struct fil_row *row, struct fil_fault *fault);

/* Returns where a cell of a record is, for messages; the caller frees it. column: of the table, or
 * text that begins with its name and ':', or NULL. Of CSV the place is "sirh.csv:7", of a workbook
 * "presences.xlsx: Feuil1!C7", of JSON "statements.jsonl:7: actor.mbox" unless the path is the name
 * of the column. */
char *fil_load_input_place(const struct fil_load_input *input, size_t line, const char *column);

/* Settles what the undecided column of a row needs: the order of dates, or its decimal sign. Reads
 * the whole input until a cell has only one reading: a date of the row's date columns, or an amount
 * of the column. Nothing may prove a decimal sign: then amounts->unproved says so. Returns 0, 1
 * when no date proves an order, or -1 with a fault of reading. Cells that the profile made before
 * are void. */
int fil_load_input_prove(
    struct fil_load_input *input, const struct fil_row_made *made, struct fil_fault *fault);

/* Frees what it holds. */
void fil_load_input_release(struct fil_load_input *input);

/* Unmapped dates: a column of dates that no column of the table takes, in an input whose rows get
 * today's date. */

/* Looks for such a column in an input that is bound: one cell at least is a date, and all others
 * are dates or empty. Records that are no rows do not count. Columns with a header that the
 * commands write themselves are left out. today: the column of the table that gets today's date.
 * Reads rows only as long as a column may be one. Returns 0, or -1 with a fault that names the
 * column and the ways out. */
int fil_unmapped_dates_check(
    const struct fil_load_input *input, const char *today, struct fil_fault *fault);

#endif
