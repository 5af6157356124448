/* SPDX-License-Identifier: ISC */
/* Progress: one line on a terminal's standard error about work that takes over a second. */
#ifndef FIL_PROGRESS_H
#define FIL_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

struct fil_progress;

/* What is counted. */
enum fil_progress_unit { FIL_BYTES, FIL_ROWS };

/* Returns a progress that begins now; the caller frees it. It shows nothing when quiet or without a
 * terminal. */
struct fil_progress *fil_progress_new(bool quiet);

/* Shows how far the work is, its rate and the time left, some times a second. total 0: unknown.
 * Cheap to call for each record. */
void fil_progress_show(struct fil_progress *progress, enum fil_progress_unit unit, size_t done,
    size_t total);

/* Removes the line, so that something else can be said. */
void fil_progress_clear(struct fil_progress *progress);

/* Removes the line, and frees. */
void fil_progress_free(struct fil_progress *progress);

#endif
