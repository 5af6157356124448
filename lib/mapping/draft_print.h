/* SPDX-License-Identifier: ISC */
/* A draft printed as a profile, with comments that say what a person has to decide, and which
 * columns hold what is sensitive. */
#ifndef FIL_DRAFT_PRINT_H
#define FIL_DRAFT_PRINT_H

#include <stdio.h>

#include "lib/mapping/draft.h"

/* Prints a draft that was read. */
void fil_draft_print(const struct fil_draft *draft, FILE *stream);

#endif
