/* SPDX-License-Identifier: ISC */
/* People: the doubts about the users that one run writes. Rows are noted as they are written, and
 * judged together once all are. */
#ifndef FIL_PEOPLE_H
#define FIL_PEOPLE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/doubt.h"
#include "lib/base/fault.h"
#include "lib/write/identity.h"
#include "lib/write/refusals.h"
#include "lib/write/run.h"

struct fil_people;

/* How people are judged; all that it points to must live as long. */
struct fil_people_options {
	struct fil_doubts *doubts; /* gets what is told */
	const char *today; /* YYYY-MM-DD */
};

/* Returns people of whom nothing is known yet; the caller frees it. The options are copied. */
struct fil_people *fil_people_new(struct fil_run *run, const struct fil_people_options *options);

/* Begins an input, whose name must live as long; gives tells which columns of users it gives. */
void fil_people_begin(struct fil_people *people, const char *file, const bool *gives);

/* Returns the changed users; they belong to the people. */
struct fil_identity *fil_people_identity(struct fil_people *people);

/* Notes a row that was written, which begins on a line: its cells before, or NULL for an added row,
 * and after. */
void fil_people_note(
    struct fil_people *people, size_t line, const char *const *before, const char *const *after);

/* Judges all rows, and tells the doubts. counts tells what became of the rows of the input. Returns
 * 0, or -1 with a fault: of the store, or FIL_REFUSED. */
int fil_people_judge(struct fil_people *people, const struct fil_counts *counts,
    const struct fil_refusals *refusals, struct fil_fault *fault);

/* Frees what it holds; NULL is fine. */
void fil_people_free(struct fil_people *people);

#endif
