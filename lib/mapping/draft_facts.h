/* SPDX-License-Identifier: ISC */
/* The facts of a draft: which headers of a wide table are one fact each, and which cells may give
 * a column that is needed. They are guesses, for a person to correct. */
#ifndef FIL_DRAFT_FACTS_H
#define FIL_DRAFT_FACTS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/mapping/draft.h"

/* Proposes lines of [facts] for a wide table, and finds the cells that may give the columns that
 * are needed and have none. The only days of the file give the day. Call it once, after
 * fil_draft_read. */
void fil_draft_find_facts(struct fil_draft *draft);

/* Returns whether a likely line of [facts] gives column c. */
bool fil_draft_is_of_facts(const struct fil_draft *draft, size_t c);

/* Returns what a word says of a box: "1" or "oui" that it is ticked, "0" or "non" that it is not. */
enum fil_draft_box { FIL_BOX_NONE, FIL_BOX_TICKED, FIL_BOX_EMPTY };
enum fil_draft_box fil_draft_box(const char *word);

#endif
