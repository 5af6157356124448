/* SPDX-License-Identifier: ISC */
/* Rejects: the rows of an input that were refused, in the file's own columns, encoding and
 * delimiter, with two columns more, reject_line and reject_reason, ready to be mended and imported
 * again. */
#ifndef FIL_REJECTS_H
#define FIL_REJECTS_H

#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/load/intake.h"

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
int fil_rejects_write(struct fil_rejects *rejects, const struct fil_intake *intake,
    const char *path, struct fil_fault *fault);

/* Frees what it holds; NULL is fine. */
void fil_rejects_free(struct fil_rejects *rejects);

#endif
