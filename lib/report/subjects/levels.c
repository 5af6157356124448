/* SPDX-License-Identifier: ISC */
/* fil-report levels: the number of users at each level of each dimension, by group. */
#include "lib/base/language.h"
#include "lib/report/autonomy_counts.h"
#include "lib/report/report.h"

static int
make_levels(struct fil_store *store, const struct fil_report_request *request,
    const struct fil_report_sink *sink, struct fil_fault *fault)
{
	struct fil_autonomy_counts *counts =
	    fil_autonomy_counts_new(store, request, &request->as_of, 1, fault);

	if (!counts)
		return -1;
	fil_autonomy_counts_levels(counts, sink);
	fil_autonomy_counts_free(counts);
	return 0;
}

const struct fil_report_subject fil_report_levels = {
	.name = "levels",
	.meaning = N_("the users at each level, dimension by dimension"),
	.takes = FIL_TAKES_GROUPS | FIL_TAKES_SOURCES | FIL_TAKES_ROLES | FIL_TAKES_DIMENSION,
	.make = make_levels,
};
