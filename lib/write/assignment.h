/* SPDX-License-Identifier: ISC */
/* Assignments: which users may be assigned a module now, and in which phase. */
#ifndef FIL_ASSIGNMENT_H
#define FIL_ASSIGNMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/store/batch.h"
#include "lib/store/store.h"

struct fil_assigner;

/* The reason why a row is ignored. */
enum fil_ignored { FIL_NOT_IGNORED, FIL_IGNORED_LEFT, FIL_IGNORED_OPEN, FIL_IGNORED_COMPLETED };

/* Returns an assigner for rows of the table assignments, which the caller frees. again: also assign
 * modules that were completed. */
struct fil_assigner *fil_assigner_new(struct fil_store *store, fil_day today, bool again);

/* Returns the rows of a batch that are not ignored, or NULL with a fault of the store. They belong
 * to the assigner until its next batch. Their modules count as assigned from then on. lines: the
 * lines of the rows; those of ignored rows are taken out. A row without a phase gets the phase of
 * the user's newest enrolment by the day assigned. Of two enrolments on one day, the last in key
 * order counts. */
const struct fil_batch *fil_assigner_admit(struct fil_assigner *assigner,
    const struct fil_batch *rows, size_t *lines, struct fil_fault *fault);

/* Returns how many rows were ignored for that reason. */
size_t fil_assigner_ignored(const struct fil_assigner *assigner, enum fil_ignored reason);

/* Frees what it holds; NULL is fine. */
void fil_assigner_free(struct fil_assigner *assigner);

#endif
