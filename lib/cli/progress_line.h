/* SPDX-License-Identifier: ISC */
/* Progress: one line on a terminal's standard error about work that takes over a second. */
#ifndef FIL_PROGRESS_LINE_H
#define FIL_PROGRESS_LINE_H

#include <stdbool.h>
#include <stddef.h>

struct fil_progress_line;

/* What is counted. */
enum fil_progress_line_unit { FIL_BYTES, FIL_ROWS };

/* Returns a progress that begins now; the caller frees it. It shows nothing when quiet or without a
 * terminal. */
struct fil_progress_line *fil_progress_line_new(bool quiet);

/* Shows how far the work is, its rate and the time left, some times a second. total 0: unknown.
 * Cheap to call for each record. */
void fil_progress_line_show(struct fil_progress_line *progress, enum fil_progress_line_unit unit,
    size_t done, size_t total);

/* Removes the line, so that something else can be said. */
void fil_progress_line_clear(struct fil_progress_line *progress);

/* Removes the line, and frees. */
void fil_progress_line_free(struct fil_progress_line *progress);

#endif
