/* SPDX-License-Identifier: ISC */
/* Remarks: what a person should know of an input once it is read. */
#ifndef FIL_REMARKS_H
#define FIL_REMARKS_H

#include <stdbool.h>

#include "lib/load/feeder.h"
#include "lib/load/intake.h"

/* Says of the intake that the feeder fed last, each as a text: how it is written and which headers
 * are not stored (with all), how many rows were empty or left out, that it may be cut short, and
 * where a spreadsheet would see formulas, if these were counted. say may be NULL. */
void fil_remarks_tell(const struct fil_feeder *feeder, const struct fil_intake *intake, bool all,
    void (*say)(void *context, const char *text), void *context);

#endif
