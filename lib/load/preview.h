/* SPDX-License-Identifier: ISC */
/* The preview: the rows that intakes give, made as they will be, without writing any of them: for
 * what depends on rows that come later. */
#ifndef FIL_PREVIEW_H
#define FIL_PREVIEW_H

#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/load/intake.h"
#include "lib/load/row.h"

struct fil_preview {
	struct fil_row *row; /* makes the rows; what it was bound to before is lost */
	size_t n_columns, width; /* of the table; and with facets */
	struct fil_intake *intakes;
	size_t n_intakes;
};

/* What becomes of a row, which stands in preview->row: of which intake it is (by number) and on
 * which line it begins. Returns 0, or -1 with a fault. */
typedef int fil_preview_each(void *context, size_t intake, size_t line, struct fil_fault *fault);

/* Has each called for every row that can be made, in the order of the input. Records with faults are
 * passed over; so is the rest of an intake from a date on whose order nothing proves. Returns 0, or
 * -1 with a fault. */
int fil_preview_rows(const struct fil_preview *preview, fil_preview_each *each, void *context,
    struct fil_fault *fault);

#endif
