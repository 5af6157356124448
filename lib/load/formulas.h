/* SPDX-License-Identifier: ISC */
/* Formulas: how many cells of each column begin as what a spreadsheet computes: with = + - or @.
 * They are stored as they are; who opens an export in a spreadsheet should know. */
#ifndef FIL_FORMULAS_H
#define FIL_FORMULAS_H

#include <stddef.h>

struct fil_formulas;

/* Returns counts of so many columns, all 0; the caller frees it. */
struct fil_formulas *fil_formulas_new(size_t columns);

/* Counts the cells of a row, NULL where empty. */
void fil_formulas_see(struct fil_formulas *formulas, const char *const *cells);

/* Returns the number of a column. */
size_t fil_formulas_count(const struct fil_formulas *formulas, size_t column);

/* Sets all to 0. */
void fil_formulas_clear(struct fil_formulas *formulas);

/* NULL is fine. */
void fil_formulas_free(struct fil_formulas *formulas);

#endif
