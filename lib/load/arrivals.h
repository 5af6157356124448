/* SPDX-License-Identifier: ISC */
/* Arrivals: which rows of a table that refers to itself will be there once the input is written,
 * although some of its rows are refused. Whoever names one that is refused is refused too, and so
 * is whoever names him. */
#ifndef FIL_ARRIVALS_H
#define FIL_ARRIVALS_H

#include "lib/catalog/catalog.h"
#include "lib/load/preview.h"
#include "lib/write/references.h"

/* Tells the references which keys the rows of a preview bring for certain: those that can be made
 * and name only what exists, or what comes for certain. Returns 0, or -1 with a fault. */
int fil_arrivals_find(const struct fil_preview *preview, const struct fil_table *table,
    struct fil_references *references, struct fil_fault *fault);

#endif
