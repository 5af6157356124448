/* SPDX-License-Identifier: ISC */
/* Refusals: why a row is not written, and who is told. */
#ifndef FIL_REFUSALS_H
#define FIL_REFUSALS_H

#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/catalog/catalog.h"

/* Who is told of the rows that are refused. */
struct fil_refusals {
	/* A row is refused: the line on which it begins, and why. duplicate: its stored values, when
	 * its key came before with other values; else NULL. One row may have several faults. */
	void (*refused)(void *context, size_t line, const struct fil_fault *fault,
	    const char *const *duplicate);
	/* A text that refuses no row is to stand beside the faults. */
	void (*remark)(void *context, const char *text);
	void *context;
};

/* The functions below say why, in words for the administrator: each fills the fault with a text that
 * begins with the column's name. values are the row's stored values. */

/* Its key stands twice in the input, with different values. */
void fil_refuse_duplicate(
    const struct fil_table *table, const char *const *values, struct fil_fault *fault);

/* It is new, and the input does not give the required column. */
void fil_refuse_incomplete(const struct fil_table *table, const char *const *values,
    const struct fil_column *column, struct fil_fault *fault);

/* Its cell of the column names nothing that exists. nearest: a key that it may have meant, or NULL.
 */
void fil_refuse_reference(const struct fil_column *column, const char *value, const char *nearest,
    struct fil_fault *fault);

/* It belongs to another feed than the list that brings it. */
void fil_refuse_foreign(const struct fil_table *table, const char *const *values, const char *feed,
    struct fil_fault *fault);

#endif
