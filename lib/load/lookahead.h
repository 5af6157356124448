/* SPDX-License-Identifier: ISC */
/* The succession: of the rows of an input that have one key, which comes last (16 bytes a row). */
#ifndef FIL_LOOKAHEAD_H
#define FIL_LOOKAHEAD_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/catalog/catalog.h"
#include "lib/load/load_input.h"
#include "lib/load/row.h"
#include "lib/write/references.h"

/* The preview: the rows that intakes give, made as they will be, without writing any of them: for
 * what depends on rows that come later. */

struct fil_preview {
	struct fil_row *row; /* makes the rows; what it was bound to before is lost */
	size_t n_columns, width; /* of the table; and with facets */
	struct fil_load_input *intakes;
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

struct fil_succession;

/* Goes through all rows of a preview once. Returns the succession, which the caller frees, or NULL
 * with a fault of reading. */
struct fil_succession *
fil_succession_new(const struct fil_preview *preview, struct fil_fault *fault);

/* Returns whether the key of the row just made comes again later. Call it once for each row that
 * can be made, in their order. */
bool fil_succession_goes_on(struct fil_succession *succession);

/* Returns how many rows' keys came again. */
size_t fil_succession_superseded(const struct fil_succession *succession);

/* Frees what it holds; NULL is fine. */
void fil_succession_free(struct fil_succession *succession);

/* Repeats: rows refused since their key stood in the input before, for which the place where it
 * first stood is found in one more look at the input, however many they are. */

struct fil_repeats;

/* Returns an empty list; the caller frees it. */
struct fil_repeats *fil_repeats_new(const struct fil_table *table);

/* Notes the fault of that number in its list (from 0), about a row of the file with these values. */
void fil_repeats_note(
    struct fil_repeats *repeats, size_t fault, const char *file, const char *const *values);

/* Finds where the keys first stand, and adds it to the faults of the list. Returns 0, or -1 with a
 * fault of reading. */
int fil_repeats_find(struct fil_repeats *repeats, const struct fil_preview *preview,
    struct fil_faults *list, struct fil_fault *fault);

/* NULL is fine. */
void fil_repeats_free(struct fil_repeats *repeats);

/* Arrivals: which rows of a table that refers to itself will be there once the input is written,
 * although some of its rows are refused. Whoever names one that is refused is refused too, and so
 * is whoever names him. */

/* Tells the references which keys the rows of a preview bring for certain: those that can be made
 * and name only what exists, or what comes for certain. Returns 0, or -1 with a fault. */
int fil_arrivals_find(const struct fil_preview *preview, const struct fil_table *table,
    struct fil_references *references, struct fil_fault *fault);

#endif
