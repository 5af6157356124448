/* SPDX-License-Identifier: ISC */
/* Rejects: the rows of an input that were refused, in the file's own columns, encoding and
 * delimiter, with two columns more, reject_line and reject_reason, ready to be mended and imported
 * again. */
#ifndef FIL_REJECTS_H
#define FIL_REJECTS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/bytes.h"
#include "lib/base/fault.h"
#include "lib/catalog/catalog.h"
#include "lib/load/load_input.h"
#include "lib/load/lookahead.h"
#include "lib/store/batch.h"
#include "lib/write/references.h"
#include "lib/write/run.h"

struct fil_rejects;

/* Returns an empty list, kept in an unlinked file in the folder; the caller frees it. NULL with a
 * fault. */
struct fil_rejects *fil_rejects_new(const char *folder, struct fil_fault *fault);

/* Notes why the row that begins on a line is refused. Lines come in their order; several reasons of
 * one line are joined. */
void fil_rejects_note(struct fil_rejects *rejects, size_t line, const struct fil_fault *reason);

/* Checks that the file for the rejects is not the input itself, whose good rows would vanish.
 * Returns 0, or -1 with a fault. */
int fil_rejects_check(const char *path, const char *input, struct fil_fault *fault);

/* Writes the header and the refused rows of the input to the file, which appears whole. Returns 0,
 * or -1 with a fault. */
int fil_rejects_write(struct fil_rejects *rejects, const struct fil_load_input *intake,
    const char *path, struct fil_fault *fault);

/* Frees what it holds; NULL is fine. */
void fil_rejects_free(struct fil_rejects *rejects);

/* Refusals: the rows of an input that are refused: listed, kept to be mended, and counted. */

/* All but what is said belong to the owner. */
struct fil_refusals {
	const struct fil_table *table;
	struct fil_faults *faults; /* gets what is wrong */
	struct fil_rejects *rejects; /* too, or NULL */
	struct fil_repeats *repeats; /* is told of keys that stand twice */
	struct fil_counts *counts; /* of which `rejected` grows */
	const char *file;
	size_t line; /* of the last one, SIZE_MAX: none of this file */
	struct fil_bytes said; /* what is wrong with it, each with a NUL behind it */
};

/* Begins the rows of a file. */
void fil_refusals_begin(struct fil_refusals *refusals, const char *file);

/* Adds a fault of the row on a line. Two faults of one row refuse it once; what is wrong with each
 * of the rows that a line of a form makes is said once. */
void fil_refusals_add(struct fil_refusals *refusals, size_t line, const struct fil_fault *fault);

/* Adds a fault for each required column that the new row lacks; given tells which it has. */
void fil_refusals_incomplete(
    struct fil_refusals *refusals, size_t line, const char *const *values, const bool *given);

/* Adds a fault for each cell of row i of the batch that names nothing. */
void fil_refusals_references(struct fil_refusals *refusals, size_t line,
    struct fil_references *references, const struct fil_batch *rows, size_t i);

/* Adds the fault of a row whose key stood in the input before, with other values. */
void fil_refusals_duplicate(struct fil_refusals *refusals, size_t line, const char *const *values);

/* Adds words about the file, which refuse no row. */
void fil_refusals_remark(struct fil_refusals *refusals, const char *text);

/* Frees what it holds. */
void fil_refusals_release(struct fil_refusals *refusals);

#endif
