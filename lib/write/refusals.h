/* SPDX-License-Identifier: ISC */
/* Refusals: why a row is not written, in words, and the callbacks that get them. */
#ifndef FIL_REFUSALS_H
#define FIL_REFUSALS_H

#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/catalog/catalog.h"

/* Callbacks for refused rows. */
struct fil_refusals {
	/* Gets a refused row: the line on which it begins, and one of its faults. duplicate: the
	 * row's stored values, when its key came before with other values; else NULL. */
	void (*refused)(void *context, size_t line, const struct fil_fault *fault,
	    const char *const *duplicate);
	/* Gets a text that belongs beside the faults and refuses no row; NULL unless a whole list
	 * is written. */
	void (*remark)(void *context, const char *text);
	void *context;
};

/* The functions below say why, in words for the administrator: each fills the fault with a text that
 * begins with the column's name. values are the row's stored values. */

/* The row has a duplicate key, and other values than the row before. */
void fil_refuse_duplicate(
    const struct fil_table *table, const char *const *values, struct fil_fault *fault);

/* The row is new, and the input does not give the required column. */
void fil_refuse_incomplete(const struct fil_table *table, const char *const *values,
    const struct fil_column *column, struct fil_fault *fault);

/* The reference in the column does not exist. nearest: a key that may be meant, or NULL. */
void fil_refuse_reference(const struct fil_column *column, const char *value, const char *nearest,
    struct fil_fault *fault);

/* The row belongs to another feed than the list that brings it. */
void fil_refuse_foreign(const struct fil_table *table, const char *const *values, const char *feed,
    struct fil_fault *fault);

#endif
