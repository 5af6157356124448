/* SPDX-License-Identifier: ISC */
/* Mentions: texts about other people or things that name somebody who is erased. No program can
 * tell what they should say instead: they are listed, to be edited. */
#ifndef FIL_MENTIONS_H
#define FIL_MENTIONS_H

#include <stdbool.h>

#include "lib/audit/erasure/subjects.h"
#include "lib/base/fault.h"

/* Reads all rows that stand and are about others. Calls say for the first of those that mention
 * somebody, and with the number of the rest. explained[i] is set where text i of the identifiers is
 * in a row, by chance or as another person's. say NULL: says nothing, and also explains digits that
 * the end of a row and the numbers behind it make up in a file. Returns 0, or -1 with a fault. */
int fil_mentions_find(const struct fil_subjects *subjects, bool *explained,
    void (*say)(void *context, const char *text), void *context, struct fil_fault *fault);

#endif
