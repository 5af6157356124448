/* SPDX-License-Identifier: ISC */
/* A workbook (.xlsx): its sheets as rows of text. Source: ECMA-376, 5th edition, part 1, 18;
 * namespaces are not looked at, so that the strict form is read as well.
 *
 * A number becomes text by the format of its cell (lib/input/workbook_cells.h) and the
 * workbook's 1900 or 1904 system. Booleans are true and false. Of a formula the stored value
 * counts. */
#ifndef FIL_WORKBOOK_H
#define FIL_WORKBOOK_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/input/input.h"
#include "lib/input/row_file.h"

struct fil_workbook;

struct fil_sheet {
	char *name;
	bool hidden;
	char *part; /* of the package */
};

/* Opens the workbook that the bytes of an input are, which must live as long; the caller frees
 * it. Returns NULL with a fault: it is damaged (65), cannot be read (74), or the libraries for
 * it are missing (69). */
struct fil_workbook *fil_workbook_open(const struct fil_input *input, struct fil_fault *fault);

/* Returns the sheets, and how many there are: at least one. They belong to the workbook. */
const struct fil_sheet *fil_workbook_sheets(const struct fil_workbook *workbook, size_t *n);

/* Returns the rows of a sheet up to one with that number; the caller frees them. NULL with a
 * fault. */
struct fil_row_file *fil_workbook_rows(struct fil_workbook *workbook, const struct fil_sheet *sheet,
    size_t last, struct fil_fault *fault);

/* Returns all rows of a sheet, of which a thread may add more while they are read; the caller frees them.
 * Frees the workbook. NULL with a fault. */
struct fil_row_file *fil_workbook_rows_ahead(
    struct fil_workbook *workbook, const struct fil_sheet *sheet, struct fil_fault *fault);

/* Frees the workbook; NULL is fine. */
void fil_workbook_free(struct fil_workbook *workbook);

#endif
