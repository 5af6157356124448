/* SPDX-License-Identifier: ISC */
/* A sheet: a line for each user, with boxes for an event that an observer fills in. fil-record reads
 * it again as it is (fil_row_filled). */
#ifndef FIL_SHEET_H
#define FIL_SHEET_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/catalog/catalog.h"
#include "lib/levels/standing.h"
#include "lib/load/options.h"
#include "lib/load/request.h"
#include "lib/output/output.h"
#include "lib/store/batch.h"
#include "lib/store/store.h"
#include "lib/users/selection.h"

/* The parts of a line. */
enum fil_sheet_part {
	FIL_SHEET_USER,
	FIL_SHEET_NAME,
	FIL_SHEET_NOW, /* the newest level in a dimension */
	FIL_SHEET_LEVEL, /* the box for one */
	FIL_SHEET_COLUMN, /* the box for a column of the event */
};

struct fil_sheet_column {
	struct fil_output_column output;
	enum fil_sheet_part part;
	size_t dimension; /* of a level; FIL_NOWHERE */
	const char *value; /* in all lines; NULL: the box is empty */
	bool given; /* an operand gives it */
};

struct fil_sheet_request {
	const struct fil_table *event;
	char *const *operands; /* COL=VALUE, ended by NULL */
	/* The users, or NULL: those whose keys are on standard input, in that order. */
	const struct fil_selection *selection;
	bool blind; /* without the newest levels */
	fil_day today;
};

/* Read it; only the functions below change it. */
struct fil_sheet {
	struct fil_sheet_request request;
	struct fil_sheet_column *columns;
	size_t n;
	struct fil_batch *users; /* key, name, unit */
	const struct fil_dimensions *dimensions; /* none unless the event is autonomy */
	struct fil_standing *standings; /* dimensions->n for each user; NULL: blind or no levels */
	char *phase; /* the title of the phase that the selection names, or NULL */
	char *levels[FIL_LEVELS]; /* titles, with dimensions */

	/* From here on private. */
	struct fil_load_options options;
	struct fil_request *given;
	char today[FIL_DATE_SIZE];
	char ***numbers; /* of each column: the values of a box for small numbers, or NULL */
};

/* Returns a sheet of one state of the store, which the caller frees. The operands are checked as
 * fil-record checks them. Returns NULL with a fault: 64 for an operand that is none, 65 for a value
 * or a key that is not stored. */
struct fil_sheet *fil_sheet_new(
    struct fil_store *store, const struct fil_sheet_request *request, struct fil_fault *fault);

/* Writes the columns of a sheet, n of them, as columns of output. */
void fil_sheet_output(const struct fil_sheet *sheet, struct fil_output_column *columns);

/* Writes all lines to an output with these columns. */
void fil_sheet_write(const struct fil_sheet *sheet, struct fil_output *output);

/* Returns the standing of user i that a column is about, or NULL where no level is known. */
const struct fil_standing *
fil_sheet_now(const struct fil_sheet *sheet, size_t i, const struct fil_sheet_column *column);

/* Frees the sheet; NULL is fine. */
void fil_sheet_free(struct fil_sheet *sheet);

#endif
