/* SPDX-License-Identifier: ISC */
/* Requirements: the conditions of --require, each of which must hold for every row of a report. */
#ifndef FIL_REQUIREMENT_H
#define FIL_REQUIREMENT_H

#include <stddef.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/output/output.h"

struct fil_requirements;

/* Returns no requirements; the caller frees them. today is what their relative dates count from. */
struct fil_requirements *fil_requirements_new(fil_day today);

/* Adds 'COL OP VALUE', which must outlive them. Returns 0, or -1 with a usage fault. */
int fil_requirements_add(struct fil_requirements *requirements, const char *condition,
    struct fil_fault *fault);

/* Looks the columns up. Returns 0, or -1 with a usage fault for an unknown one. */
int fil_requirements_bind(struct fil_requirements *requirements,
    const struct fil_output_column *columns, size_t n, struct fil_fault *fault);

/* Returns NULL when all hold for the row, else a text that names the first that does not, and shows
 * the row as CSV: "share_min >= 50 does not hold: all,40,…". The caller frees it. */
char *fil_requirements_broken(
    const struct fil_requirements *requirements, const char *const *cells);

/* Frees the requirements; NULL is fine. */
void fil_requirements_free(struct fil_requirements *requirements);

#endif
