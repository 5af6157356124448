/* SPDX-License-Identifier: ISC */
/* Refusals: the rows of an input that are refused: listed, kept to be mended, and counted. */
#ifndef FIL_REFUSALS_H
#define FIL_REFUSALS_H

#include <stddef.h>

#include "lib/bytes.h"
#include "lib/fault.h"
#include "lib/rejects.h"
#include "lib/run.h"

/* All belong to the owner. */
struct fil_refusals {
	struct fil_faults *faults; /* gets what is wrong */
	struct fil_rejects *rejects; /* too, or NULL */
	struct fil_counts *counts; /* of which `rejected` grows */
	const char *file;
	size_t line; /* of the last one, SIZE_MAX: none of this file */
	struct fil_bytes said; /* what is wrong with it, each with a NUL behind it */
};

/* Begins the rows of a file. */
void fil_refusals_begin(struct fil_refusals *refusals, const char *file);

/* Adds a fault of the row on a line. Two faults of one row refuse it once; what is wrong with each
 * of the rows that a line of a form makes is said once. */
void fil_refusals_add(
    struct fil_refusals *refusals, size_t line, const struct fil_fault *fault);

/* Adds words about the file, which refuse no row. */
void fil_refusals_remark(struct fil_refusals *refusals, const char *text);

/* Frees what it holds. */
void fil_refusals_release(struct fil_refusals *refusals);

#endif
