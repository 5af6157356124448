/* SPDX-License-Identifier: ISC */
/* Assignments: who may be assigned a module now, and in which phase (design, fil-assign). */
#ifndef FIL_ASSIGNMENT_H
#define FIL_ASSIGNMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/batch.h"
#include "lib/date.h"
#include "lib/fault.h"
#include "lib/store.h"

struct fil_assigner;

/* Why a row is passed over. */
enum fil_passed { FIL_NOT_PASSED, FIL_PASSED_LEFT, FIL_PASSED_OPEN, FIL_PASSED_COMPLETED };

/* Returns an assigner for rows of the table assignments; the caller frees it. again: a module that
 * was completed is assigned anew. */
struct fil_assigner *fil_assigner_new(struct fil_store *store, fil_day today, bool again);

/* Judges a batch of rows of assignments: passed[i] for each. Those let through count as open from
 * then on. Returns 0, or -1 with a fault of the store. */
int fil_assigner_judge(struct fil_assigner *assigner, const struct fil_batch *rows,
    enum fil_passed *passed, struct fil_fault *fault);

/* Returns the phase of the newest enrolment of row i's user by the day assigned (of two on one day
 * the last in key order), or NULL. Call it after fil_assigner_judge on the same batch; valid until
 * the next one. */
const char *
fil_assigner_phase(const struct fil_assigner *assigner, const struct fil_batch *rows, size_t i);

void fil_assigner_free(struct fil_assigner *assigner);

#endif
