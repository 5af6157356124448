/* SPDX-License-Identifier: ISC */
/* Unmapped dates: a column of dates that no column of the table takes, in an input whose rows get
 * today's date. */
#ifndef FIL_UNMAPPED_DATES_H
#define FIL_UNMAPPED_DATES_H

#include "lib/base/fault.h"
#include "lib/load/load_input.h"

/* Looks for such a column in an input that is bound: one cell at least is a date, and all others are
 * dates or empty. Records that are no rows do not count. Columns with a header that the commands
 * write themselves are left out. today: the column of the table that gets today's date. Reads rows
 * only as long as a column may be one. Returns 0, or -1 with a fault that names the column and the
 * ways out. */
int fil_unmapped_dates_check(
    const struct fil_load_input *input, const char *today, struct fil_fault *fault);

#endif
