/* SPDX-License-Identifier: ISC */
/* Refusals: why a row is not written, in words for the administrator. Each fills the fault with a
 * text that begins with the column's name, and returns -1. values are the row's stored values. */
#ifndef FIL_REFUSALS_H
#define FIL_REFUSALS_H

#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/catalog/catalog.h"

/* Its key stands twice in the input, with different values. */
int fil_refuse_duplicate(
    const struct fil_table *table, const char *const *values, struct fil_fault *fault);

/* It is new, and the input does not give the required column. */
int fil_refuse_incomplete(const struct fil_table *table, const char *const *values,
    const struct fil_column *column, struct fil_fault *fault);

/* Its cell of the column names nothing that exists. nearest: a key that it may have meant, or NULL.
 */
int fil_refuse_reference(const struct fil_column *column, const char *value, const char *nearest,
    struct fil_fault *fault);

/* It belongs to another feed than the list that brings it. */
int fil_refuse_foreign(const struct fil_table *table, const char *const *values, const char *feed,
    struct fil_fault *fault);

#endif
