/* SPDX-License-Identifier: ISC */
/* Prints a draft as a profile. Comments state the decisions left to a person, and the sensitive
 * columns. */
#ifndef FIL_DRAFT_PRINT_H
#define FIL_DRAFT_PRINT_H

#include <stdio.h>

#include "lib/mapping/draft.h"

/* Prints a draft that was read. */
void fil_draft_print(const struct fil_draft *draft, FILE *stream);

#endif
