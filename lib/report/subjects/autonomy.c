/* SPDX-License-Identifier: ISC */
/* fil-report autonomy: the number of autonomous users, by group. */
#include "lib/report/autonomy_counts.h"
#include "lib/base/language.h"
#include "lib/report/report.h"

static int
make_autonomy(struct fil_store *store, const struct fil_report_request *request,
    const struct fil_report_sink *sink, struct fil_fault *fault)
{
	struct fil_autonomy_counts *counts =
	    fil_autonomy_counts_new(store, request, &request->as_of, 1, fault);

	if (!counts)
		return -1;
	fil_autonomy_counts_columns(counts, NULL, sink);
	fil_autonomy_counts_rows(counts, 0, NULL, sink);
	fil_autonomy_counts_free(counts);
	return 0;
}

const struct fil_report_subject fil_report_autonomy = {
	.name = "autonomy",
	.meaning = N_("the users who are autonomous, now or on a day"),
	.takes = FIL_TAKES_GROUPS | FIL_TAKES_STALE | FIL_TAKES_SOURCES | FIL_TAKES_ROLES |
	    FIL_TAKES_DIMENSION,
	.make = make_autonomy,
};
