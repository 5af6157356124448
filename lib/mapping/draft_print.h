/* SPDX-License-Identifier: ISC */
/* What is sensitive among the columns of an export, and no business of an accompaniment. */
#ifndef FIL_DRAFT_PRINT_H
#define FIL_DRAFT_PRINT_H

#include "lib/mapping/draft.h"

/* What is sensitive among the columns of an export, and no business of an accompaniment. */

/* Returns what a column holds that is sensitive, "pay" or "health", by its folded header or by what
 * its cells look like; NULL when neither says so. Static. */
const char *fil_sensitive_what(const char *folded, enum fil_look look);

#endif
