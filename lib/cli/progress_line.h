/* SPDX-License-Identifier: ISC */
/* Progress: one line on the terminal of standard error, for work that takes over a second. */
#ifndef FIL_PROGRESS_LINE_H
#define FIL_PROGRESS_LINE_H

#include <stdbool.h>
#include <stddef.h>

struct fil_progress_line;

/* The unit of progress. */
enum fil_progress_line_unit { FIL_BYTES, FIL_ROWS };

/* Returns a progress that begins now; the caller frees it. Nothing is shown when quiet, or without
 * a terminal. */
struct fil_progress_line *fil_progress_line_new(bool quiet);

/* Shows the share that is done, its rate and the time left, several times a second. total 0:
 * unknown. Cheap to call for each record. */
void fil_progress_line_show(struct fil_progress_line *progress, enum fil_progress_line_unit unit,
    size_t done, size_t total);

/* Removes the line, before another message is printed. */
void fil_progress_line_clear(struct fil_progress_line *progress);

/* Removes the line, and frees the progress; NULL is fine. */
void fil_progress_line_free(struct fil_progress_line *progress);

#endif
