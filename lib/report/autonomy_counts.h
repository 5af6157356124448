/* SPDX-License-Identifier: ISC */
/* The tally: how many users of each group are autonomous, on one day or several: the figures that
 * the subjects autonomy and progress share. */
#ifndef FIL_AUTONOMY_COUNTS_H
#define FIL_AUTONOMY_COUNTS_H

#include <stddef.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/report/report.h"
#include "lib/store/store.h"

struct fil_autonomy_counts;

/* Counts on each of the days (ascending); what else is asked stands in the request. Returns NULL
 * with a fault; the caller frees it. */
struct fil_autonomy_counts *
fil_autonomy_counts_new(struct fil_store *store, const struct fil_report_request *request,
    const fil_day *days, size_t n_days, struct fil_fault *fault);

/* Announces the columns to the sink, behind a column of that name if it is not NULL. */
void fil_autonomy_counts_columns(
    const struct fil_autonomy_counts *tally, const char *first, const struct fil_report_sink *sink);

/* Gives the rows of the day of that number to the sink, small groups merged, behind that cell if it
 * is not NULL. Without groups there always is a row. */
void fil_autonomy_counts_rows(const struct fil_autonomy_counts *tally, size_t day,
    const char *first, const struct fil_report_sink *sink);

/* Frees the tally; NULL is fine. */
void fil_autonomy_counts_free(struct fil_autonomy_counts *tally);

#endif
