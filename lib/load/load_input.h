/* SPDX-License-Identifier: ISC */
/* A load input: one input made ready to be loaded: its bytes, how they are written, and its columns
 * bound to the table's. */
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
#include "lib/mapping/profile.h"

struct fil_load_input {
	const struct fil_request *request;
	const struct fil_load_options *options;
	struct fil_input *input;
	struct fil_format format;
	struct fil_profile *profile; /* its own, bound to the header */
	struct fil_reader *reader; /* its own, behind the header */
	enum fil_date_order order; /* FIL_ORDER_UNKNOWN until a date proves it */
	struct fil_row_amounts
	    *amounts; /* how amounts are read; copies share it; NULL: as written */
	bool undecided; /* nothing proved it: the order is a guess, and the load is refused */
	bool is_copy; /* the input is another's */
};

/* Opens path ("-" for standard input), finds out how it is written, binds its columns, and checks
 * what the options ask: its age, its end, and that its columns make the request's row. folder:
 * where a pipe's copy goes. Request and options must live as long. Returns 0, or -1 with a fault;
 * release it in both cases. */
int fil_load_input_open(struct fil_load_input *input, const char *path, const char *folder,
    const struct fil_request *request, const struct fil_load_options *options,
    struct fil_fault *fault);

/* Makes copy read the same input without disturbing `input`, which must live as long. Returns 0, or
 * -1 with a fault; release it in both cases. */
int fil_load_input_copy(
    struct fil_load_input *copy, const struct fil_load_input *input, struct fil_fault *fault);

/* Begins a pass: sets the reader behind the header, and has a row take the columns that the input
 * gives. An order of dates that was a guess is unknown again. Returns what the row is made into; or
 * NULL with a fault when the columns make no row, which names the headers that no column takes. */
const struct fil_row_made *
fil_load_input_begin(struct fil_load_input *input, struct fil_row *row, struct fil_fault *fault);

/* Returns a second reader of the input, behind its header; the caller frees it. */
struct fil_reader *fil_load_input_ahead(const struct fil_load_input *input);

/* Looks through the whole input for a date, in n columns of the profile, that can be read in one
 * order only, and settles the order. Returns 0; 1 when nothing proves one; -1 with a fault of
 * reading. Cells that the profile made before are void. */
int fil_load_input_prove_order(
    struct fil_load_input *input, const size_t *columns, size_t n, struct fil_fault *fault);

/* Looks through the whole input for an amount in a column of the profile that has one reading, and
 * settles the column's decimal sign, or that nothing proves it. Returns 0, or -1 with a fault of
 * reading. Cells that the profile made before are void. */
int fil_load_input_prove_sign(struct fil_load_input *input, size_t column, struct fil_fault *fault);

/* Frees what it holds. */
void fil_load_input_release(struct fil_load_input *input);

#endif
