/* SPDX-License-Identifier: ISC */
/* An intake: one input made ready to be loaded: its bytes, how they are written, its columns bound
 * to the table's. */
#ifndef FIL_LOAD_INPUT_H
#define FIL_LOAD_INPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/input/input.h"
#include "lib/input/reader.h"
#include "lib/input/sniff.h"
#include "lib/load/row.h"
#include "lib/mapping/profile.h"

struct fil_load_input {
	struct fil_input *input;
	struct fil_format format;
	struct fil_profile *profile; /* its own */
	size_t width; /* cells of a record: the table's columns and facets */
	struct fil_reader *reader; /* behind the header */
	enum fil_date_order order; /* FIL_ORDER_UNKNOWN until a date proves it */
	bool undecided; /* nothing proved it: the order is a guess, and the load is refused */
};

/* Opens path ("-" for standard input), finds out how it is written and binds its columns. Before,
 * the caller sets format (what options settled), order, width and profile, which the intake then
 * owns. folder: where a pipe's copy goes. Returns 0, or -1 with a fault; release it in both cases.
 */
int fil_load_input_open(
    struct fil_load_input *intake, const char *path, const char *folder, struct fil_fault *fault);

/* Refuses a FILE that was last written over `days` days before today (1). Returns 0, or -1 with a fault.
 */
int
fil_load_input_check_age(const char *path, fil_day today, unsigned days, struct fil_fault *fault);

/* Refuses a part of a whole list that may not be whole (1): its last line has no end. Returns 0, or -1
 * with a fault. */
int fil_load_input_check_end(const struct fil_load_input *intake, struct fil_fault *fault);

/* Has a row take the columns that the intake gives. Returns 0, or -1 with a fault when they make no
 * row, which names the headers that no column takes. */
int fil_load_input_bind(
    const struct fil_load_input *intake, struct fil_row *row, struct fil_fault *fault);

/* Returns a second reader behind the header, to look ahead without disturbing the first; the caller
 * frees it. */
struct fil_reader *fil_load_input_ahead(const struct fil_load_input *intake);

/* Sets the reader back behind the header. */
void fil_load_input_rewind(struct fil_load_input *intake);

/* Looks through the whole input for a date, in the given columns of the profile, that can be read
 * in one order only, and settles the order. Returns 0; 1 when nothing proves one; -1 with a fault
 * of reading. Cells that the profile made before are void. */
int fil_load_input_prove_order(
    struct fil_load_input *intake, const size_t *columns, size_t n, struct fil_fault *fault);

/* Returns the one line about how the input is written: "windows-1252, ';', CRLF, dates day first";
 * the caller frees it. */
char *fil_load_input_describe(const struct fil_load_input *intake);

/* Frees what it holds. */
void fil_load_input_release(struct fil_load_input *intake);

#endif
